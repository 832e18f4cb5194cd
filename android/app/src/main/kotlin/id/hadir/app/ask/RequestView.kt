package id.hadir.app.ask

import id.hadir.app.R
import id.hadir.app.ask.RequestScreen.Dates
import id.hadir.app.kit.DateList
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.AskRow
import id.hadir.core.DeliveryMark
import id.hadir.core.RequestChoices

/** The parts of a new request, in the order in which they are chosen. */
internal class RequestView(
    private val page: Page,
    private val screen: RequestScreen,
) {
    private val body = page.body

    fun draw(choices: RequestChoices) {
        body.heading(body.word(R.string.requests_kind))
        body.choices {
            for (kind in choices.kinds) {
                choice(kind.text, screen.kind == kind.kind, kind.kind.name) { screen.pick(kind.kind) }
            }
        }
        body.list {
            row(null, null, word(R.string.requests_from), text(choices, screen.from)) { screen.open(Dates.FROM) }
            row(null, null, word(R.string.requests_until), text(choices, screen.until.ifEmpty { screen.from })) {
                screen.open(Dates.UNTIL)
            }
        }
        windows(choices)
        val room = choices.noteChars.toInt()
        val field = body.field(body.word(R.string.requests_note), screen.note) { screen.note = it }.paragraph(room)
        val left = { body.word(R.string.requests_characters, room - screen.note.length) }
        field.note(left())
        field.onChange { field.note(left()) }
        if (screen.changed) page.foot.banner(Tone.WAIT, body.word(R.string.app_rule_changed)).live()
        screen.problem?.let { page.foot.banner(Tone.STOP, it).live() }
        page.foot.button(body.word(R.string.requests_submit), filled = true, screen::submit)
    }

    private fun windows(choices: RequestChoices) {
        if (choices.windows.isEmpty()) return
        val needed = screen.chosenKind()?.needsWindows == true
        body.heading(body.word(if (needed) R.string.requests_windows_needed else R.string.requests_windows))
        body.choices(many = true) {
            for (window in choices.windows) {
                choice(window.text, window.id in screen.windows, window.id) { screen.pick(window.id, it) }
            }
        }
    }

    private fun text(
        choices: RequestChoices,
        date: String,
    ) = (choices.fromDates + choices.untilDates).firstOrNull { it.date == date }?.text ?: date

    fun dates(choices: RequestChoices) {
        val from = screen.dates == Dates.FROM
        val chosen = if (from) screen.from else screen.until.ifEmpty { screen.from }
        DateList(if (from) choices.fromDates else choices.untilDates, chosen, newestFirst = false, screen.fold)
            .draw(body, screen::unfolded) { screen.pick(it) }
    }

    fun made(
        ask: AskRow,
        done: () -> Unit,
    ) {
        body.card {
            lead(ask.title)
            body(ask.standing)
            small(ask.deliveryText, if (ask.delivery == DeliveryMark.RECEIVED) Tone.GOOD else Tone.WAIT)
        }
        body.banner(Tone.GOOD, body.word(R.string.requests_made)).live()
        page.foot.button(body.word(R.string.app_done), filled = true, done)
    }
}
