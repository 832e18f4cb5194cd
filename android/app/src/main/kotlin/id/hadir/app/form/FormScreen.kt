package id.hadir.app.form

import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Once
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.Form
import id.hadir.core.FormAnswer
import id.hadir.core.FormResult
import id.hadir.core.HadirException
import id.hadir.sdk.sentence

/**
 * The self-assessment. Every answer is kept on this phone the moment it is given, so neither a call nor a dead battery costs one.
 * What the answers came to is shown once, and lies in no saved state: it is health data.
 */
class FormScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private val date = link[Routes.DATE]
    private var form: Form? = null
    private val answers = linkedMapOf<String, Boolean>()

    /** How often the person gave or took back an answer: what was read before the last of them is older than what is seen. */
    private var touched = 0

    /** The last answers could not be kept. */
    private var unsaved = false
    private var once = Once<FormResult>()
    private var result: FormResult? = null

    /** Submit was pressed with questions open: they are named. */
    private var tooEarly = false

    /** Why it could not be sent, though it is still to be filled. */
    private var problem: String? = null

    /** The core's sentence once the form is not to be filled: a rule came that asks for none. */
    private var gone: String? = null
    private var discarded = false

    override val title: String
        get() = context.getString(if (result == null) R.string.form_title else R.string.form_result)
    override val hasBar get() = result == null
    override val ready get() = form != null || result != null || gone != null

    /** What the turn of the phone must not lose: also [answers] that could not be kept. */
    private class Retained(
        val once: Once<FormResult>,
        val answers: Map<String, Boolean>?,
    )

    override fun retain(): Any? = Retained(once, answers.toMap().takeIf { unsaved })

    override fun regain(retained: Any) {
        val kept = retained as? Retained ?: return
        once = kept.once
        result = once.made
        unsaved = kept.answers != null
        answers += kept.answers.orEmpty()
    }

    /** Also while it is being filled: a rule may come that asks other questions, or none. The answers stay, as far as they can. */
    override fun load() {
        if (result != null) return
        val (before, kept) = touched to given().takeIf { unsaved }
        work(
            { engine ->
                kept?.let { engine.saveFormDraft(date, it) }
                engine.form(date)
            },
            ::refused,
        ) { found ->
            form = found
            gone = null
            if (found.answers.isNotEmpty() || found.draftUnusable) discarded = false
            result = once.made
            // An answer that could not be kept, and was not yet known to be so when this was asked, is only on the screen.
            if (touched == before && (!unsaved || kept != null)) take(found)
            if (kept != null) unsaved = false
        }
    }

    private fun take(found: Form) {
        answers.clear()
        found.answers.forEach { answers[it.question] = it.yes }
    }

    private fun refused(error: HadirException) {
        if (error is HadirException.NotNow) gone = error.sentence else fail(error)
    }

    private fun given() = answers.map { (question, yes) -> FormAnswer(question, yes) }

    private fun answer(
        question: String,
        yes: Boolean,
    ) {
        touched++
        answers[question] = yes
        discarded = false
        problem = null
        val all = given()
        val failed = { error: HadirException ->
            unsaved = true
            refused(error)
        }
        work({ it.saveFormDraft(date, all) }, failed) { unsaved = false }
    }

    private fun discard() =
        work({ it.discardFormDraft(date) }) {
            touched++
            answers.clear()
            unsaved = false
            tooEarly = false
            problem = null
            discarded = true
            form = form?.copy(draftUnusable = false)
        }

    private fun submit() {
        val form = form ?: return
        tooEarly = form.questions.any { it.id !in answers }
        if (tooEarly) return redraw()
        // Pressed twice, it is sent once.
        if (!once.begin()) return
        problem = null
        val all = given()
        val of = date
        record(once, { it.submitForm(of, all) }, ::notSent) { result = it }
    }

    /** Whether it is still to be filled, and with which questions, the form itself tells. */
    private fun notSent(error: HadirException) {
        if (error is HadirException.NotNow || error is HadirException.BadInput) {
            problem = error.sentence
            load()
        } else {
            fail(error)
        }
    }

    override fun draw(page: Page) {
        val (result, form, gone) = Triple(result, form, gone)
        if (result != null) {
            FormResultView(page, result).draw { host.home() }
        } else if (gone != null) {
            drawGone(page, gone)
        } else if (form != null) {
            FormView(page, form, answers).draw(tooEarly, problem, ::answer, ::submit, ::discard)
        }
    }

    private fun drawGone(
        page: Page,
        why: String,
    ) {
        page.body.run {
            title(word(R.string.form_gone_title))
            banner(Tone.INFO, why).live()
            // Of an answer that could not be kept nothing is said: it may come to be, or be gone with this screen.
            if (discarded || !unsaved) quiet(word(if (discarded) R.string.form_discarded else R.string.form_gone))
            if (!discarded) link(word(R.string.form_discard)) { discard() }
        }
        page.foot.button(page.body.word(R.string.app_done)) { host.home() }
    }
}
