package id.hadir.app.care

import android.os.Bundle
import id.hadir.app.R
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.frame.locks
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.CheckInEngine
import id.hadir.core.Standing
import id.hadir.sdk.Answer
import id.hadir.sdk.Call

/** Takes all of a person's data off this phone: asks twice, and names what was not sent. */
class WipeScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private enum class Phase { ASKING, ASKING_AGAIN, WIPING, DONE }

    private class Lost(
        val name: String,
        val waiting: Long,
    )

    private var phase = Phase.ASKING
    private var lost: Lost? = null
    private var sending: Call? = null
    private var wiping: Wiping? = null

    /** Made anew by another process while it was being done. */
    private var unsure = false

    /** What is being done, whatever screen shows it: the phone may be turned meanwhile. */
    private class Wiping {
        var answer: Answer<Unit>? = null
        var told: () -> Unit = {}
    }

    override val title get() = context.getString(R.string.privacy_wipe)
    override val hasBar get() = phase == Phase.ASKING || phase == Phase.ASKING_AGAIN
    override val ready get() = lost != null || phase == Phase.WIPING || phase == Phase.DONE
    override val takesBack get() = phase != Phase.ASKING

    override fun onBack() {
        when (phase) {
            Phase.ASKING_AGAIN -> show(Phase.ASKING)

            Phase.DONE -> leave()

            // It is over in a moment, and can't be stopped half way.
            else -> Unit
        }
    }

    override fun save(out: Bundle) = out.putString(PHASE, phase.name)

    override fun restore(state: Bundle) {
        phase = Phase.entries.firstOrNull { it.name == state.getString(PHASE) } ?: Phase.ASKING
        // Who was told that it is being done was told by a screen that is gone: the engine says what came of it.
        unsure = phase == Phase.WIPING
    }

    override fun retain(): Any? = wiping

    override fun regain(retained: Any) {
        wiping = retained as? Wiping ?: return
        unsure = false
    }

    override fun load() {
        wiping?.let(::follow)
        when {
            unsure -> work({ it.standing() }) { told -> settle(told) }
            phase == Phase.ASKING || phase == Phase.ASKING_AGAIN -> work(::count) { lost = it }
        }
    }

    private fun settle(told: Standing) {
        unsure = false
        if (told == Standing.NOT_ENROLLED) return show(Phase.DONE)
        show(Phase.ASKING)
        load()
    }

    override fun onHidden() {
        sending?.forget()
        sending = null
    }

    /** At once, and not when the system finds time for it: the person waits for it. */
    private fun send() {
        sending =
            host.hadir.sync.inFront(host.profile, PATIENCE_MS) {
                sending = null
                load()
            }
        redraw()
    }

    private fun count(engine: CheckInEngine): Lost {
        val told = engine.diagnostics()
        val name = if (engine.standing() == Standing.ENROLLED) engine.today().person.name else ""
        return Lost(name, told.pending.toLong() + told.parked.toLong())
    }

    private fun show(next: Phase) {
        phase = next
        redraw()
    }

    private fun wipe() {
        if (phase == Phase.WIPING) return
        val (profile, locks) = host.profile to host.locks
        val begun = Wiping()
        wiping = begun
        show(Phase.WIPING)
        host.hadir.remove(profile) { answer ->
            if (answer is Answer.Good) locks.know(profile, hasPin = false)
            begun.answer = answer
            begun.told()
        }
        follow(begun)
    }

    /** Says what came of it as soon as it is known. */
    private fun follow(of: Wiping) {
        of.told = { of.answer?.let(::wiped) }
        of.told()
    }

    private fun wiped(answer: Answer<Unit>) {
        wiping = null
        when (answer) {
            is Answer.Good -> {
                show(Phase.DONE)
            }

            is Answer.Bad -> {
                phase = Phase.ASKING
                fail(answer.error)
                redraw()
            }
        }
    }

    /** To whoever uses this phone too, else to the beginning. */
    private fun leave() {
        host.hadir.profiles
            .used()
            .firstOrNull()
            ?.let { host.hadir.profiles.current = it }
        host.home()
    }

    override fun draw(page: Page) {
        val lost = lost
        when (phase) {
            Phase.ASKING -> {
                if (lost != null) ask(page, lost)
            }

            Phase.ASKING_AGAIN -> {
                if (lost != null) askAgain(page, lost)
            }

            Phase.WIPING -> {
                page.body.quiet(page.body.word(R.string.privacy_wiping))
            }

            Phase.DONE -> {
                page.body.title(page.body.word(R.string.privacy_wipe_done))
                page.foot.button(page.body.word(R.string.app_done)) { leave() }
            }
        }
    }

    private fun ask(
        page: Page,
        lost: Lost,
    ) {
        page.body.run {
            if (lost.name.isNotEmpty()) lead(lost.name)
            tell(page, lost)
        }
        val waits = lost.waiting > 0
        page.foot.run {
            if (waits && sending == null) button(word(R.string.home_send_now), filled = true) { send() }
            button(word(R.string.privacy_wipe), filled = false) { show(Phase.ASKING_AGAIN) }.warning()
            button(word(R.string.app_cancel), filled = !waits) { host.back() }
        }
    }

    private fun askAgain(
        page: Page,
        lost: Lost,
    ) {
        page.body.run {
            if (lost.name.isNotEmpty()) lead(lost.name)
            banner(Tone.STOP, word(R.string.privacy_wipe_again)).live()
        }
        page.foot.button(page.body.word(R.string.privacy_wipe_now), filled = false) { wipe() }.warning()
        page.foot.button(page.body.word(R.string.app_cancel)) { host.back() }
    }

    private fun tell(
        page: Page,
        lost: Lost,
    ) = page.body.run {
        if (lost.waiting > 0) {
            banner(Tone.STOP, word(R.string.privacy_wipe_ask, lost.waiting)).live()
        } else {
            banner(Tone.WAIT, word(R.string.privacy_wipe_ask_none)).live()
        }
        if (sending != null) quiet(word(R.string.home_sending))
    }

    private companion object {
        const val PHASE = "phase"

        /** How long a person watches a sync, ms. */
        const val PATIENCE_MS = 30_000L
    }
}
