package id.hadir.app.people

import id.hadir.app.R
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.frame.locks
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.HadirException
import id.hadir.core.PinAnswer
import id.hadir.sdk.Event
import id.hadir.sdk.sentence

/** Sets a PIN, typed twice; or takes it away, for whoever knows it. What is typed is kept nowhere. */
class PinScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private val removes = link[MODE] == REMOVE
    private var first = ""
    private var second = ""
    private var problem: String? = null
    private var saving = false

    override val title get() = context.getString(if (removes) R.string.profiles_pin_remove else R.string.profiles_pin_set)

    override fun heard(event: Event) = Unit

    override fun draw(page: Page) {
        page.body.run {
            quiet(word(R.string.profiles_pin_text))
            pinField(word(if (removes) R.string.profiles_pin_now else R.string.profiles_pin_new), first) { first = it }
            if (!removes) pinField(word(R.string.profiles_pin_again), second) { second = it }
            problem?.let { banner(Tone.STOP, it).live() }
        }
        val word = if (removes) R.string.profiles_pin_remove else R.string.app_save
        page.foot.button(page.body.word(word)) { if (removes) remove() else set() }
    }

    private fun set() {
        if (first != second) {
            problem = context.getString(R.string.profiles_pin_differs)
            return redraw()
        }
        val pin = first
        save { work({ it.setPin(pin) }, ::refused) { saved(true) } }
    }

    private fun remove() {
        val pin = first
        val check = { answer: PinAnswer ->
            if (answer.right) {
                work({ it.setPin(null) }, ::refused) { saved(false) }
            } else {
                saving = false
                first = ""
                problem = answer.text
            }
        }
        save { work({ it.checkPin(pin) }, ::refused, check) }
    }

    private fun save(work: () -> Unit) {
        if (saving) return
        saving = true
        problem = null
        work()
    }

    private fun saved(hasPin: Boolean) {
        host.locks.know(host.profile, hasPin)
        host.locks.unlock(host.profile)
        host.back()
    }

    private fun refused(error: HadirException) {
        saving = false
        if (error is HadirException.BadInput) problem = error.sentence else fail(error)
    }

    companion object {
        /** In a link: [SET] or [REMOVE]. */
        const val MODE = "mode"
        const val SET = "set"
        const val REMOVE = "remove"
    }
}
