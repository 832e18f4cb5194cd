package id.hadir.app.form

import id.hadir.app.R
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.app.kit.named
import id.hadir.core.Form

/** The questions in their exact wording, each with Ya and Tidak. */
internal class FormView(
    private val page: Page,
    private val form: Form,
    private val answers: Map<String, Boolean>,
) {
    private val body = page.body

    fun draw(
        tooEarly: Boolean,
        problem: String?,
        answer: (String, Boolean) -> Unit,
        submit: () -> Unit,
        discard: () -> Unit,
    ) {
        body.body(form.title).bold()
        body.small(form.basis)
        if (form.draftUnusable) body.banner(Tone.WAIT, body.word(R.string.form_draft_unusable))
        body.quiet(form.preamble)
        val done = form.questions.count { it.id in answers }
        val progress = body.word(R.string.form_progress, done, form.questions.size)
        body.body(progress).bold()
        form.questions.forEachIndexed { index, question ->
            body.card {
                body("${index + 1}. ${question.text}")
                if (tooEarly && question.id !in answers) small(word(R.string.form_open_questions), Tone.STOP)
                choices {
                    beside()
                    for (yes in listOf(true, false)) {
                        val text = word(if (yes) R.string.app_yes else R.string.app_no)
                        val choice = choice(text, answers[question.id] == yes, "${question.id}:$yes") { answer(question.id, yes) }
                        // Alone it would say only Ya or Tidak, six times.
                        choice.contentDescription = "${question.text} $text"
                    }
                }
            }
        }
        body.small(form.privacy)
        if (done > 0) body.link(body.word(R.string.form_discard), discard)
        page.foot.run {
            small(if (done > 0) "$progress · ${word(R.string.form_draft_kept)}" else progress).named("progress")
            if (tooEarly) banner(Tone.STOP, word(R.string.form_open_questions)).live()
            problem?.let { banner(Tone.STOP, it).live() }
            button(word(R.string.form_submit), filled = true, submit)
        }
    }
}
