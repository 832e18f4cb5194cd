package id.hadir.app.care

import id.hadir.app.R
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.Diagnostics
import id.hadir.core.HadirException
import id.hadir.core.HelpCode
import id.hadir.core.PhoneFacts
import id.hadir.sdk.sentence

/** *Kode bantuan*: six characters to be read out, and how this phone stands. */
class HelpScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private class Standing(
        val told: Diagnostics,
        val facts: PhoneFacts,
    )

    private var standing: Standing? = null
    private var code: HelpCode? = null
    private var problem: String? = null
    private var asking = false

    override val title get() = context.getString(R.string.help_title)
    override val ready get() = standing != null || problem != null

    override fun retain(): Any? = code

    override fun regain(retained: Any) {
        code = retained as? HelpCode
    }

    /** A store that can't be opened is what people come here for: then the sentence stands in the place of what it would say. */
    override fun load() {
        val read = host.hadir.facts
        work({ Standing(it.diagnostics(), read.read()) }, failed = { problem = it.sentence }) { standing = it }
    }

    private fun ask() {
        if (asking) return
        asking = true
        problem = null
        val read = host.hadir.facts
        online({ it.helpCode(read.read(), DEADLINE_MS) }, ::refused) {
            asking = false
            code = it
        }
        redraw()
    }

    private fun refused(error: HadirException) {
        asking = false
        problem = error.sentence
    }

    override fun draw(page: Page) {
        val code = code
        page.body.run {
            quiet(word(R.string.help_text))
            if (asking) quiet(word(R.string.app_loading)) else button(word(R.string.help_get), filled = code == null) { ask() }
            if (code != null) {
                card {
                    // Letter by letter: a screen reader would make a word of it.
                    figures(code.code).contentDescription = code.code.toList().joinToString(" ")
                    body(word(R.string.help_until, code.untilText)).centred()
                }
                if (!code.sentNow) banner(Tone.WAIT, word(R.string.help_earlier)).live()
            }
            problem?.let { banner(Tone.WAIT, it).live() }
        }
        standing?.let { StandingView(page).draw(it.told, it.facts) }
    }

    private companion object {
        /** How long the server may take, ms. */
        const val DEADLINE_MS = 20_000uL
    }
}
