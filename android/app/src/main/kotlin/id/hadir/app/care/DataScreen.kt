package id.hadir.app.care

import id.hadir.app.R
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page

/** What went over the network this month and the last. */
class DataScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private var lines: List<String>? = null

    override val title get() = context.getString(R.string.data_title)
    override val ready get() = lines != null

    override fun load() = work({ it.dataUse() }) { lines = it }

    override fun draw(page: Page) {
        val lines = lines.orEmpty()
        // The last line says what is counted; the others are what was.
        page.body.run {
            card { lines.dropLast(1).forEach { body(it) } }
            lines.lastOrNull()?.let { quiet(it) }
        }
    }
}
