package id.hadir.app.past

import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.app.kit.StateMark
import id.hadir.core.CheckInEngine
import id.hadir.core.Why

/** Why a window or a record stands as it does, and the way to an appeal. */
class WhyScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private var why: Why? = null
    private var asked = false

    override val title get() = context.getString(R.string.why_title)
    override val ready get() = asked

    override fun load() =
        work(::ask) {
            why = it
            asked = true
        }

    private fun ask(engine: CheckInEngine): Why? {
        val record = link[Routes.RECORD]
        return if (record.isNotEmpty()) engine.whyRecord(record) else engine.why(link[Routes.DATE], link[Routes.WINDOW])
    }

    override fun draw(page: Page) {
        val why = why
        if (why == null) {
            // A rule that came meanwhile has no such window any more.
            page.body.quiet(page.body.word(R.string.why_gone))
            return
        }
        page.body.run {
            quiet(why.title)
            list {
                val mark = StateMark.of(context, why.mark)
                row(mark, null, why.state)
            }
            if (why.canAppeal) button(word(R.string.why_appeal), filled = false) { host.open(appeal(why)) }
            if (why.reasons.isNotEmpty()) {
                heading(word(R.string.why_reasons))
                list { why.reasons.forEach { row(null, null, it) } }
            }
            if (why.previewNote.isNotEmpty()) small(why.previewNote)
        }
        page.foot.run {
            why.record?.let { record ->
                link(word(R.string.why_share)) { host.open(Link(Routes.PROOF, mapOf(Routes.RECORD to record))) }
            }
        }
    }

    private fun appeal(why: Why): Link {
        val about = listOf(Routes.DATE to why.date, Routes.WINDOW to why.window, Routes.RECORD to why.record)
        return Link(Routes.APPEAL, about.mapNotNull { (key, value) -> value?.let { key to it } }.toMap())
    }
}
