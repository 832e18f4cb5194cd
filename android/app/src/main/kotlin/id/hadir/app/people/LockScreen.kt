package id.hadir.app.people

import android.text.InputType
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.frame.locks
import id.hadir.app.kit.Column
import id.hadir.app.kit.Field
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.app.tap.Timer
import id.hadir.core.PinAnswer
import id.hadir.core.Standing
import id.hadir.sdk.Event

/** Asks for the PIN before any screen of the person is shown. What is typed is kept nowhere. */
class LockScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private class Asked(
        val name: String,
        val hasPin: Boolean,
    )

    private val timer = Timer()
    private var asked: Asked? = null
    private var typed = ""
    private var problem: String? = null
    private var checking = false

    override val title get() =
        asked?.let { context.getString(R.string.profiles_pin_ask, it.name) }
            ?: context.getString(R.string.profiles_pin)
    override val hasBar get() = false
    override val ready get() = asked != null

    /** Back leaves the app: behind this screen lies what it guards. */
    override val takesBack get() = true

    override fun onBack() {
        host.activity.moveTaskToBack(true)
    }

    override fun load() {
        if (!host.locks.isShut(host.profile)) return host.back()
        work({ engine ->
            val enrolled = engine.standing() == Standing.ENROLLED
            Asked(if (enrolled) engine.today().person.name else "", enrolled && engine.hasPin())
        }) {
            asked = it
            if (!it.hasPin) open()
        }
    }

    override fun heard(event: Event) {
        if (trouble != null || asked == null) load()
    }

    /** What was wrong before the person left, they hear again if it still is. */
    override fun onHidden() {
        timer.stop()
        problem = null
    }

    private fun check() {
        if (checking) return
        checking = true
        val pin = typed
        work({ it.checkPin(pin) }, failed = {
            checking = false
            fail(it)
        }, then = ::answered)
    }

    private fun answered(answer: PinAnswer) {
        checking = false
        typed = ""
        if (answer.right) return open()
        problem = answer.text
        // Once it may be tried again, nothing says that it may not.
        if (answer.waitMs > 0uL) {
            timer.start(answer.waitMs.toLong()) {
                problem = null
                redraw()
            }
        }
    }

    private fun open() {
        host.locks.unlock(host.profile)
        host.back()
    }

    override fun draw(page: Page) {
        page.body.title(title)
        page.body.pinField(page.body.word(R.string.profiles_pin), typed) { typed = it }
        problem?.let { page.body.banner(Tone.STOP, it).live() }
        page.foot.run {
            link(word(R.string.profiles_pin_forgot)) { host.open(Link(Routes.WIPE)) }
            link(word(R.string.profiles_switch)) { host.open(Link(Routes.PROFILES)) }
            button(word(R.string.profiles_pin_open)) { check() }
        }
    }
}

/** A field for digits that are not shown. */
internal fun Column.pinField(
    label: String,
    value: String,
    change: (String) -> Unit,
): Field = field(label, value, change).line(InputType.TYPE_CLASS_NUMBER or InputType.TYPE_NUMBER_VARIATION_PASSWORD)
