package id.hadir.app.past

import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.app.kit.Shape
import id.hadir.app.kit.StateMark
import id.hadir.app.kit.Tone
import id.hadir.core.ParkedRow

/** Records that the server could not take: why, and the way to have them tried again. */
class ParkedScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private var rows: List<ParkedRow>? = null
    private var released = false

    override val title get() = context.getString(R.string.parked_title)
    override val ready get() = rows != null

    override fun load() = work({ it.parked() }) { rows = it }

    private fun release(row: ParkedRow) =
        record({ it.release(row.epoch, row.seq) }) {
            released = true
            load()
        }

    override fun draw(page: Page) {
        val rows = rows ?: return
        page.body.run {
            if (released) banner(Tone.GOOD, word(R.string.parked_released)).live()
            quiet(word(if (rows.isEmpty()) R.string.parked_empty else R.string.parked_text))
            for (row in rows) {
                card {
                    row(StateMark(context, Shape.DIAMOND, Tone.LOOK, word(R.string.parked_title)), null, row.title, row.reason)
                    small(row.codeText)
                    row.record?.let { record ->
                        link(word(R.string.app_why)) { host.open(Link(Routes.WHY, mapOf(Routes.RECORD to record))) }
                    }
                    button(word(R.string.parked_release), filled = true) { release(row) }
                }
            }
        }
    }
}
