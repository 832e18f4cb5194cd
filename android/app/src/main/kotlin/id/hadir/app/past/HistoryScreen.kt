package id.hadir.app.past

import android.os.Bundle
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.app.kit.Shape
import id.hadir.app.kit.StateMark
import id.hadir.app.kit.Tone
import id.hadir.core.DeliveryMark
import id.hadir.core.LogRow

/** What this phone recorded, newest first, day by day. */
class HistoryScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private var rows: List<LogRow>? = null
    private var limit = PART

    override val title get() = context.getString(R.string.history_title)
    override val ready get() = rows != null

    override fun save(out: Bundle) = out.putInt(LIMIT, limit)

    override fun restore(state: Bundle) {
        limit = state.getInt(LIMIT, PART)
    }

    override fun load() {
        val most = limit.toUInt()
        work({ it.history(most) }) { rows = it }
    }

    override fun draw(page: Page) {
        val rows = rows ?: return
        if (rows.isEmpty()) page.body.quiet(page.body.word(R.string.history_empty))
        // Consecutive rows of one day; the engine's order stays.
        for ((day, of) in rows.groupBy { it.dayText }) {
            page.body.heading(day)
            page.body.list {
                for (row in of) {
                    val mark = StateMark(context, shape(row), tone(row.delivery), row.deliveryText)
                    val detail = listOf(row.gradeText, row.deliveryText).filter { it.isNotEmpty() }.joinToString(" · ")
                    row(mark, row.timeText, row.title, detail, labelAbove = true) {
                        host.open(Link(Routes.WHY, mapOf(Routes.RECORD to row.id)))
                    }
                }
            }
        }
        if (rows.size >= limit) {
            page.body.button(page.body.word(R.string.history_older), filled = false) {
                limit += PART
                load()
            }
        }
    }

    private fun shape(row: LogRow): Shape =
        when {
            row.delivery == DeliveryMark.PARKED || row.delivery == DeliveryMark.CONFLICT -> Shape.DIAMOND

            row.delivery == DeliveryMark.LOST -> Shape.RING_STRUCK

            row.delivery == DeliveryMark.WAITING -> Shape.FRAME_DASHED

            // The disc says on time, which only a verdict does.
            else -> Shape.TICK_RING
        }

    private fun tone(delivery: DeliveryMark): Tone =
        when (delivery) {
            DeliveryMark.WAITING -> Tone.WAIT
            DeliveryMark.RECEIVED -> Tone.GOOD
            DeliveryMark.PARKED, DeliveryMark.CONFLICT -> Tone.LOOK
            DeliveryMark.LOST -> Tone.STOP
        }

    private companion object {
        const val LIMIT = "limit"

        /** How many rows are fetched at first, and with each press for more. */
        const val PART = 50
    }
}
