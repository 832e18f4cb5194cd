package id.hadir.app.ask

import android.os.Bundle
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Column
import id.hadir.app.kit.Page
import id.hadir.app.kit.Shape
import id.hadir.app.kit.StateMark
import id.hadir.app.kit.Tone
import id.hadir.core.AskRow
import id.hadir.core.DeliveryMark
import id.hadir.core.HadirException

/** Requests and appeals with what became of each, newest first; a new one; and taking one back. */
class RequestsScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private var rows: List<AskRow>? = null

    /** The one that the person was asked about taking back. */
    private var withdrawing: String? = null
    private var sending = false

    override val title get() = context.getString(R.string.requests_title)
    override val ready get() = rows != null
    override val takesBack get() = withdrawing != null

    override fun onBack() = askAbout(null)

    override fun save(out: Bundle) = out.putString(WITHDRAWING, withdrawing)

    override fun restore(state: Bundle) {
        withdrawing = state.getString(WITHDRAWING)
    }

    override fun load() = work({ it.requests() }) { rows = it }

    override fun draw(page: Page) {
        val rows = rows.orEmpty()
        val asked = rows.firstOrNull { it.id == withdrawing && it.canWithdraw }
        if (asked != null) return drawQuestion(page, asked)
        if (rows.isEmpty()) page.body.quiet(page.body.word(R.string.requests_empty))
        rows.forEach { page.body.drawRow(it) }
        page.foot.button(page.body.word(R.string.requests_new)) { host.open(Link(Routes.REQUEST)) }
    }

    private fun Column.drawRow(ask: AskRow) =
        card {
            row(mark(ask), null, ask.title, ask.standing)
            ask.decisions.forEach { small(it, Tone.PLAIN) }
            small(ask.deliveryText, if (ask.delivery == DeliveryMark.RECEIVED) Tone.QUIET else Tone.WAIT)
            if (ask.canWithdraw) {
                link(word(R.string.requests_withdraw)) { askAbout(ask.id) }.contentDescription =
                    "${word(R.string.requests_withdraw)}, ${ask.title}"
            }
        }

    private fun Column.mark(ask: AskRow) =
        when (ask.granted) {
            true -> StateMark(context, Shape.TICK_DISC, Tone.GOOD, "")
            false -> StateMark(context, Shape.RING_STRUCK, Tone.STOP, "")
            null -> StateMark(context, if (ask.canWithdraw) Shape.RING_DOT else Shape.DASH, Tone.QUIET, "")
        }

    private fun drawQuestion(
        page: Page,
        ask: AskRow,
    ) {
        page.body.run {
            lead(word(R.string.requests_withdraw_ask))
            card { row(mark(ask), null, ask.title, ask.standing) }
            quiet(word(R.string.requests_withdraw_text))
        }
        page.foot.button(page.body.word(R.string.requests_withdraw), filled = false) { withdraw(ask.id) }
        page.foot.button(page.body.word(R.string.requests_keep)) { askAbout(null) }
    }

    private fun askAbout(id: String?) {
        withdrawing = id
        redraw()
    }

    private fun withdraw(id: String) {
        if (sending) return
        sending = true
        val failed = { error: HadirException ->
            sending = false
            withdrawing = null
            fail(error)
        }
        record({ it.withdraw(id) }, failed) {
            sending = false
            withdrawing = null
            load()
        }
    }

    private companion object {
        const val WITHDRAWING = "withdrawing"
    }
}
