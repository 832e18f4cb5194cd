package id.hadir.app.home

import android.os.Handler
import android.os.Looper
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.core.FormRow
import id.hadir.core.HadirException
import id.hadir.core.Today
import id.hadir.sdk.Call

/** Today in one look: the button, what became of each window, and what needs the person. */
class HomeScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private val clock = Handler(Looper.getMainLooper())
    private var today: Today? = null
    private var sending: Call? = null
    private var confirming: String? = null

    override val title get() = context.getString(R.string.home_title)
    override val hasBar get() = false
    override val ready get() = today != null

    override fun load() {
        clock.removeCallbacksAndMessages(null)
        work({ it.today() }) {
            today = it
            // When something changes by itself, the screen follows.
            if (isSeen) clock.postDelayed(::load, it.changesInMs.toLong())
        }
    }

    /** A sync that goes on is no longer waited for here; when the person is back, today says what came of it. */
    override fun onHidden() {
        clock.removeCallbacksAndMessages(null)
        sending?.forget()
        sending = null
    }

    override fun draw(page: Page) {
        val today = today ?: return
        val home = HomeView(page, today)
        home.head(
            if (host.hadir.profiles
                    .used()
                    .size > 1
            ) {
                today.person
            } else {
                null
            },
        ) { host.open(Link(Routes.MENU)) }
        val needs = NeedsView(page, host, ::confirm)
        val (first, rest) = today.needs.partition(needs::comesFirst)
        needs.draw(first)
        val fill = { form: FormRow -> host.open(Link(Routes.FORM, mapOf(Routes.DATE to form.date))) }
        home.formsFirst(fill)
        home.tapCard { host.open(Link(Routes.TAP)) }
        needs.draw(rest)
        home.windows { host.open(Link(Routes.WHY, mapOf(Routes.DATE to today.date, Routes.WINDOW to it.id))) }
        home.forms(fill)
        home.others { host.open(Link(Routes.WHY, mapOf(Routes.RECORD to it.record))) }
        home.share { host.open(Link(Routes.SHARE)) }
        home.delivery(sending != null, ::send)
        home.rule()
    }

    private fun confirm(what: String) {
        // Pressed twice, it is confirmed once: what was confirmed is not asked for again.
        if (confirming == what) return
        confirming = what
        val failed = { error: HadirException ->
            confirming = null
            fail(error)
        }
        record({ it.acknowledge(what) }, failed) { load() }
    }

    /** At once, and not when the system finds time for it: the person waits, and is told when it is over, sent or not. */
    private fun send() {
        sending =
            host.hadir.sync.inFront(host.profile, PATIENCE_MS) {
                sending = null
                load()
            }
        redraw()
    }

    private companion object {
        /** How long a person watches a sync, ms; what is not sent by then is sent later. */
        const val PATIENCE_MS = 30_000L
    }
}
