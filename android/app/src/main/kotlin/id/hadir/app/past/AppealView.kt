package id.hadir.app.past

import id.hadir.app.R
import id.hadir.app.kit.DateList
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.AppealChoices
import id.hadir.core.AskRow
import id.hadir.core.DeliveryMark

/** The parts of an appeal, in the order in which they are chosen. */
internal class AppealView(
    private val page: Page,
    private val screen: AppealScreen,
) {
    private val body = page.body

    fun draw(choices: AppealChoices) {
        body.list {
            row(null, null, word(R.string.appeal_date), choices.dateText, press = screen::chooseDate)
        }
        body.heading(body.word(R.string.appeal_about))
        body.choices {
            choice(body.word(R.string.appeal_whole_day), screen.window == null, "day") { screen.pickWindow(null) }
            for (window in choices.windows) {
                val text = if (window.appealed) "${window.text}\n${body.word(R.string.why_appealed)}" else window.text
                choice(text, screen.window == window.id, window.id) { screen.pickWindow(window.id) }
            }
        }
        body.heading(body.word(R.string.appeal_grounds))
        body.choices {
            for (ground in choices.grounds) {
                choice(ground.text, screen.grounds == ground.grounds, ground.grounds.name) { screen.pickGrounds(ground.grounds) }
            }
        }
        val room = choices.textChars.toInt()
        val field = body.field(body.word(R.string.appeal_text), screen.text) { screen.type(it) }.paragraph(room)
        val left = { body.word(R.string.requests_characters, room - screen.text.length) }
        field.note(left())
        field.onChange { field.note(left()) }
        if (screen.changed) page.foot.banner(Tone.WAIT, body.word(R.string.app_rule_changed)).live()
        screen.problem?.let { page.foot.banner(Tone.STOP, it).live() }
        page.foot.button(body.word(R.string.appeal_submit), filled = true, screen::submit)
    }

    fun dates(choices: AppealChoices) {
        body.heading(body.word(R.string.appeal_date))
        DateList(
            choices.dates,
            choices.date,
            newestFirst = true,
            screen.fold,
        ).draw(body, screen::unfolded) { screen.pickDate(it) }
    }

    fun made(
        row: AskRow,
        done: () -> Unit,
    ) {
        body.banner(Tone.GOOD, body.word(R.string.appeal_done)).live()
        body.card {
            lead(row.title)
            body(row.standing)
            row.decisions.forEach { small(it) }
            small(row.deliveryText, if (row.delivery == DeliveryMark.WAITING) Tone.WAIT else Tone.QUIET)
        }
        page.foot.button(body.word(R.string.app_done), filled = true, done)
    }
}
