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
import id.hadir.core.Today
import id.hadir.sdk.Event

/** Today in one look: the button, what became of each window, and what needs the person. */
class HomeScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private val clock = Handler(Looper.getMainLooper())
    private var today: Today? = null
    private var sending = false

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

    override fun onHidden() = clock.removeCallbacksAndMessages(null)

    override fun heard(event: Event) {
        if (event is Event.Synced) sending = false
        load()
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
        home.delivery(sending, ::send)
        home.rule()
    }

    private fun confirm(what: String) = record({ it.acknowledge(what) }) { load() }

    private fun send() {
        sending = true
        host.hadir.sync.now(host.profile)
        redraw()
    }
}
