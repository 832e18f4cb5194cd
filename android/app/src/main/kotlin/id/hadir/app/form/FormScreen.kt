package id.hadir.app.form

import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.core.Form
import id.hadir.core.FormAnswer
import id.hadir.core.FormResult
import id.hadir.sdk.Event

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
    private var result: FormResult? = null
    private var sending = false

    /** Submit was pressed with questions open: they are named. */
    private var tooEarly = false

    override val title: String
        get() = context.getString(if (result == null) R.string.form_title else R.string.form_result)
    override val hasBar get() = result == null
    override val ready get() = form != null || result != null

    override fun retain(): Any? = result

    override fun regain(retained: Any) {
        result = retained as? FormResult
    }

    override fun load() {
        if (form != null || result != null) return
        work({ it.form(date) }) {
            form = it
            it.answers.forEach { answer -> answers[answer.question] = answer.yes }
        }
    }

    // A sync changes nothing of a form that is being filled.
    override fun heard(event: Event) = Unit

    private fun given() = answers.map { (question, yes) -> FormAnswer(question, yes) }

    private fun answer(
        question: String,
        yes: Boolean,
    ) {
        answers[question] = yes
        val all = given()
        work({ it.saveFormDraft(date, all) }) {}
    }

    private fun discard() =
        work({ it.discardFormDraft(date) }) {
            answers.clear()
            tooEarly = false
            form = form?.copy(draftUnusable = false)
        }

    private fun submit() {
        val form = form ?: return
        tooEarly = form.questions.any { it.id !in answers }
        if (tooEarly) return redraw()
        // Pressed twice, it is sent once.
        if (sending) return
        sending = true
        val all = given()
        record(
            { it.submitForm(date, all) },
            failed = {
                sending = false
                fail(it)
            },
        ) {
            sending = false
            result = it
        }
    }

    override fun draw(page: Page) {
        val (result, form) = result to form
        if (result != null) {
            FormResultView(page, result).draw { host.home() }
        } else if (form != null) {
            FormView(page, form, answers).draw(tooEarly, ::answer, ::submit, ::discard)
        }
    }
}
