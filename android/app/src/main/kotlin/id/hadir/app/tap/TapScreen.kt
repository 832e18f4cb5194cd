package id.hadir.app.tap

import android.content.Intent
import android.os.Bundle
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.CheckInEngine
import id.hadir.core.HadirException
import id.hadir.core.NoFixReason
import id.hadir.core.PlaceSeen
import id.hadir.core.TapRecorded
import id.hadir.core.TapWait
import id.hadir.sdk.Event
import id.hadir.sdk.FixListener
import id.hadir.sdk.FixResult
import id.hadir.sdk.FixSearch
import id.hadir.sdk.Permissions
import id.hadir.sdk.PlaceState

/**
 * A press of the button, from the search for a place to what was recorded.
 *
 * Nothing here keeps a tap from being recorded: the person may go on without a place at once, the deadline goes on by itself, and
 * whoever leaves the screen leaves a record behind. The attempt's name lies in the saved state, so that it is one record however
 * often the screen or the process is made anew.
 */
class TapScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private enum class Phase { BEGINNING, FINDING, SAVING, DONE, INTERRUPTED }

    private var phase = Phase.BEGINNING
    private var attempt: String? = null
    private var place: PlaceSeen? = null
    private var recorded: TapRecorded? = null
    private var search: FixSearch? = null

    /** How long this press may wait, as the core said when the search began. */
    private var wait: TapWait? = null
    private var best: FixResult.Fresh? = null
    private val timer = Timer()

    /** The person is in the system's settings, sent there by this screen. */
    private var away = false

    /** Made anew by a rotation, not after the process died. */
    private var turned = false

    override val title: String
        get() = context.getString(if (phase == Phase.INTERRUPTED) R.string.tap_not_saved else R.string.remind_check_in)
    override val hasBar get() = false
    override val ready get() = phase != Phase.BEGINNING
    override val troubleTitle: String get() = context.getString(R.string.tap_not_saved)

    /** Back while a place is looked for records; back from what was recorded goes on. */
    override val takesBack get() = phase == Phase.FINDING || (phase == Phase.SAVING && trouble == null)

    override val over get() = phase == Phase.DONE

    override fun onBack() = leave()

    override fun save(out: Bundle) {
        out.putString(ATTEMPT, attempt)
        out.putBoolean(AWAY, away)
    }

    override fun restore(state: Bundle) {
        attempt = state.getString(ATTEMPT)
        away = state.getBoolean(AWAY)
    }

    override fun retain(): Any = phase to place

    override fun regain(retained: Any) {
        turned = true
        val (was, seen) = retained as? Pair<*, *> ?: return
        // Who was asked whether to go on is still asked; what was to be recorded still is.
        if (was == Phase.INTERRUPTED) phase = Phase.INTERRUPTED
        place = seen as? PlaceSeen
    }

    override fun load() {
        val (name, seen) = attempt to place
        when {
            name == null -> begin()
            phase == Phase.BEGINNING -> resume(name)
            phase == Phase.DONE -> tellAgain(name)
            phase == Phase.SAVING && seen != null && trouble == null -> keep(seen)
            else -> Unit
        }
    }

    override fun heard(event: Event) {
        // Receipts came: what was recorded says so. Nothing else concerns a press under way.
        if (event is Event.Synced && phase == Phase.DONE) load()
    }

    private fun begin() =
        work({ it.beginTap() }) {
            attempt = it.id
            find(it.wait)
        }

    /** Made anew: what is recorded is shown; what is not is looked for again, after a word if the process died meanwhile. */
    private fun resume(name: String) =
        work({ engine -> if (isRecorded(engine, name)) engine.checkIn(name, NOTHING) else null }) { told ->
            val seen = place
            when {
                told != null -> show(told)
                seen != null -> keep(seen)
                turned || away -> findAgain()
                else -> phase = Phase.INTERRUPTED
            }
        }

    private fun isRecorded(
        engine: CheckInEngine,
        name: String,
    ): Boolean =
        try {
            engine.whyRecord(name)
            true
        } catch (_: HadirException.NotFound) {
            false
        }

    private fun tellAgain(name: String) = work({ it.checkIn(name, NOTHING) }) { recorded = it }

    /** Looks for as long as is left by now. */
    private fun findAgain() {
        away = false
        work({ it.tapWait() }) { if (phase != Phase.SAVING && phase != Phase.DONE) find(it) }
    }

    private fun find(wait: TapWait) {
        stop()
        phase = Phase.FINDING
        this.wait = wait
        away = false
        best = null
        // Whoever left before the search could begin leaves a record too, and no search behind.
        if (!isSeen) return goOn()
        val listener =
            object : FixListener {
                override fun better(fix: FixResult.Fresh) {
                    best = fix
                    redraw()
                }

                override fun ended(result: FixResult) {
                    search = null
                    // Where a place can't be had, the search is over at once; the person gets the time to allow it.
                    if (hindrance() == null) return keep(result.place)
                    timer.start(wait.choiceMs.toLong(), ::goOn)
                    redraw()
                }
            }
        search = host.hadir.fixes.search(wait.searchMs.toLong(), listener)
        redraw()
    }

    /** What the person may mend, so that there is a place; `null` where a search is worth its time. */
    private fun hindrance(): PlaceState? =
        host.hadir.fixes
            .state()
            .takeIf { it.reason in MENDED_BY_PERSON }

    /** Records with the best place so far, or with none and why. */
    private fun goOn() = keep(best?.place ?: none())

    private fun none() =
        PlaceSeen.NoFix(
            host.hadir.fixes
                .state()
                .reason ?: NoFixReason.TIMEOUT,
        )

    private fun leave() {
        if (phase == Phase.FINDING) goOn()
    }

    private fun stop() {
        timer.stop()
        search?.cancel()
        search = null
    }

    private fun keep(seen: PlaceSeen) {
        val name = attempt ?: return
        stop()
        place = seen
        phase = Phase.SAVING
        record({ it.checkIn(name, seen) }, then = ::show)
        redraw()
    }

    private fun show(told: TapRecorded) {
        recorded = told
        place = null
        phase = Phase.DONE
    }

    override fun onSeen() {
        if (away && phase == Phase.FINDING) findAgain()
    }

    override fun onHidden() {
        when {
            host.activity.isChangingConfigurations -> stop()

            // In the settings: the time that the screen gave runs on, and the tap is recorded even if nobody comes back.
            away -> Unit

            else -> leave()
        }
    }

    override fun onPermissions() {
        if (phase == Phase.FINDING) findAgain() else redraw()
    }

    override fun draw(page: Page) {
        when (phase) {
            Phase.BEGINNING -> Unit
            Phase.FINDING -> wait?.let { drawFinding(page, it) }
            Phase.SAVING -> page.body.title(page.body.word(R.string.tap_saving))
            Phase.INTERRUPTED -> drawInterrupted(page)
            Phase.DONE -> recorded?.let { drawDone(page, it) }
        }
    }

    private fun drawFinding(
        page: Page,
        wait: TapWait,
    ) {
        val view = FindingView(page)
        val hindered = hindrance()
        view.without { keep(none()) }
        if (hindered == null) {
            view.searching(best, host.hadir.fixes.state())
            if (best != null) view.recordNow(::goOn)
        } else {
            view.hindered(
                hindered,
                host.hadir.permissions,
                wait.choiceMs.toLong() / SECOND,
                { host.ask(Permissions.Asked.LOCATION) },
                ::settings,
            )
        }
    }

    private fun settings(intent: Intent) {
        away = host.launch(intent)
    }

    private fun drawInterrupted(page: Page) {
        page.body.title(title)
        page.body.banner(Tone.WAIT, page.body.word(R.string.tap_interrupted)).live()
        page.foot.button(page.body.word(R.string.app_cancel), filled = false) { host.back() }
        page.foot.button(page.body.word(R.string.remind_check_in)) { findAgain() }
    }

    private fun drawDone(
        page: Page,
        told: TapRecorded,
    ) = DoneView(page, told).draw(
        mend =
            hindrance()?.let { state ->
                Mend.of(state, host.hadir.permissions, { host.ask(Permissions.Asked.LOCATION) }) { host.launch(it) }
            },
        why = { host.open(Link(Routes.WHY, mapOf(Routes.RECORD to told.record))) },
        share = { host.open(Link(Routes.PROOF, mapOf(Routes.RECORD to told.record))) },
        done = { host.back() },
    )

    private companion object {
        const val ATTEMPT = "attempt"
        const val AWAY = "away"
        const val SECOND = 1_000L

        val MENDED_BY_PERSON = setOf(NoFixReason.DENIED, NoFixReason.OFF)

        /** Said again with an attempt that is recorded, where it changes nothing. */
        val NOTHING = PlaceSeen.NoFix(NoFixReason.TIMEOUT)
    }
}
