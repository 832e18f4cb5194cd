package id.hadir.app.month

import android.os.Bundle
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.app.kit.StateMark
import id.hadir.app.kit.named
import id.hadir.core.MonthDay
import id.hadir.core.MyMonth

/** *Bulan saya*: a person's own totals and days, as this phone can judge them. */
class MonthScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private var month: MyMonth? = null

    /** The month that is shown, as the core names it; `null` for the present one. */
    private var which: String? = null

    override val title get() = context.getString(R.string.month_title)
    override val ready get() = month != null

    override fun save(out: Bundle) = out.putString(MONTH, which)

    override fun restore(state: Bundle) {
        which = state.getString(MONTH)
    }

    override fun load() {
        val of = which
        work({ it.month(of) }) { month = it }
    }

    private fun go(to: String) {
        which = to
        month = null
        redraw()
        load()
    }

    override fun draw(page: Page) {
        val month = month ?: return
        page.body.run {
            title(month.title)
            if (month.totals.isEmpty()) {
                quiet(word(R.string.month_empty))
            } else {
                card { month.totals.forEach { body(it) } }
                small(month.previewNote)
            }
            val days = past(month.days)
            if (days.isNotEmpty()) heading(word(R.string.month_days))
            days.forEach { day(page, it) }
        }
        page.foot.run {
            month.previous?.let { link(word(R.string.month_previous)) { go(it) } }
            month.next?.let { link(word(R.string.month_next)) { go(it) } }
        }
    }

    /** The newest first; what has not come yet is left out. */
    private fun past(days: List<MonthDay>): List<MonthDay> {
        val today = days.indexOfFirst { it.isToday }
        return (if (today < 0) days else days.take(today + 1)).asReversed()
    }

    private fun day(
        page: Page,
        day: MonthDay,
    ) = page.body.list {
        row(day.form?.let { StateMark.of(context, it) }, null, day.title, day.detail)
        for (window in day.windows) {
            row(StateMark.of(context, window.mark), window.label, window.text) {
                host.open(Link(Routes.WHY, mapOf(Routes.DATE to day.date, Routes.WINDOW to window.id)))
            }.named("row:${day.date}:${window.id}")
        }
    }

    private companion object {
        const val MONTH = "month"
    }
}
