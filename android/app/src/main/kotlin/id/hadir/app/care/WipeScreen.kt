package id.hadir.app.care

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
import id.hadir.sdk.Event

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

    override fun load() {
        if (phase == Phase.ASKING || phase == Phase.ASKING_AGAIN) work(::count) { lost = it }
    }

    override fun heard(event: Event) = load()

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
        val profile = host.profile
        show(Phase.WIPING)
        host.hadir.remove(profile) { answer ->
            when (answer) {
                is Answer.Good -> {
                    host.locks.know(profile, hasPin = false)
                    show(Phase.DONE)
                }

                is Answer.Bad -> {
                    phase = Phase.ASKING
                    fail(answer.error)
                    redraw()
                }
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
        page.foot.button(page.body.word(R.string.privacy_wipe), filled = false) { show(Phase.ASKING_AGAIN) }
        page.foot.button(page.body.word(R.string.app_cancel)) { host.back() }
    }

    private fun askAgain(
        page: Page,
        lost: Lost,
    ) {
        page.body.run {
            if (lost.name.isNotEmpty()) lead(lost.name)
            banner(Tone.STOP, word(R.string.privacy_wipe_again)).live()
        }
        page.foot.button(page.body.word(R.string.privacy_wipe_now), filled = false) { wipe() }
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
    }
}
