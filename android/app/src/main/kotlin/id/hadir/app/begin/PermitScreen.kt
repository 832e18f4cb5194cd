package id.hadir.app.begin

import android.content.Intent
import android.os.Bundle
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.core.PermissionState
import id.hadir.core.PlaceSeen
import id.hadir.sdk.Event
import id.hadir.sdk.FixListener
import id.hadir.sdk.FixResult
import id.hadir.sdk.FixSearch
import id.hadir.sdk.Permissions

/**
 * What the phone has to allow, one question a screen, and a tap for practice. None of it is a condition: every step has a way on.
 * A link that names a step shows that one alone, for the settings.
 */
class PermitScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    internal enum class Step { LOCATION, NOTIFICATIONS, ALARMS, BATTERY, PRACTICE }

    private val only = Step.entries.firstOrNull { it.name == link[Routes.STEP] }

    /** The steps of this phone, as it stood when the first was shown: no step vanishes before the person's eyes. */
    private var steps = emptyList<Step>()
    private var at = 0

    /** What the practice tap came to, line by line. */
    internal var practised: List<String>? = null
        private set

    /** A place for the practice tap is looked for. */
    internal var practising = false
        private set

    /** The phone has no page of settings for what was pressed. */
    internal var nowhere = false
        private set
    private var search: FixSearch? = null

    /** Where the practice tap was. */
    private var seen: PlaceSeen? = null

    internal val step get() = steps.getOrElse(at) { Step.PRACTICE }
    internal val alone get() = only != null
    internal val number get() = at + 1
    internal val count get() = steps.size

    override val title: String
        get() =
            context.getString(
                when (step) {
                    Step.LOCATION -> R.string.permit_location_title
                    Step.NOTIFICATIONS -> R.string.permit_notify_title
                    Step.ALARMS -> R.string.permit_alarm_title
                    Step.BATTERY -> R.string.permit_battery_title
                    Step.PRACTICE -> R.string.permit_practice_title
                },
            )
    override val hasBar get() = alone
    override val takesBack get() = !alone

    init {
        steps = only?.let { listOf(it) } ?: needed()
    }

    private fun needed(): List<Step> {
        val allowed = host.hadir.permissions
        return listOfNotNull(
            Step.LOCATION.takeIf { allowed.state(Permissions.Asked.LOCATION) != PermissionState.GRANTED },
            Step.NOTIFICATIONS.takeIf { allowed.state(Permissions.Asked.NOTIFICATIONS) != PermissionState.GRANTED },
            Step.ALARMS.takeIf { allowed.exactAlarms() != PermissionState.GRANTED },
            Step.BATTERY,
            Step.PRACTICE,
        )
    }

    override fun onBack() = if (at == 0) host.home() else show(at - 1)

    override fun save(out: Bundle) {
        out.putStringArray(STEPS, steps.map { it.name }.toTypedArray())
        out.putInt(AT, at)
    }

    override fun restore(state: Bundle) {
        val names = state.getStringArray(STEPS).orEmpty()
        steps = names.mapNotNull { name -> Step.entries.firstOrNull { it.name == name } }.ifEmpty { needed() }
        at = state.getInt(AT).coerceIn(steps.indices)
    }

    /** A place is kept over a rotation alone, and said anew: in another language, if that is what changed. */
    override fun retain(): Any? = seen

    override fun regain(retained: Any) {
        seen = retained as? PlaceSeen
    }

    override fun load() {
        val place = seen ?: return
        work({ it.practice(place) }) {
            practising = false
            practised = it
        }
    }

    override fun heard(event: Event) = Unit

    /** Back from the settings of the phone: what is allowed now is seen at once. */
    override fun onSeen() = redraw()

    override fun onHidden() {
        search?.cancel()
        search = null
        practising = false
    }

    /** What was allowed needs no further press. */
    override fun onPermissions() {
        if (!alone && stateNow() == PermissionState.GRANTED) next() else redraw()
    }

    internal fun stateNow(): PermissionState =
        when (step) {
            Step.LOCATION -> host.hadir.permissions.state(Permissions.Asked.LOCATION)
            Step.NOTIFICATIONS -> host.hadir.permissions.state(Permissions.Asked.NOTIFICATIONS)
            Step.ALARMS -> host.hadir.permissions.exactAlarms()
            Step.BATTERY, Step.PRACTICE -> PermissionState.UNKNOWN
        }

    internal fun ask(of: Permissions.Asked) = host.ask(of)

    internal fun settings(intent: Intent?) {
        nowhere = intent == null || !host.launch(intent)
        if (nowhere) redraw()
    }

    internal fun battery() {
        nowhere = !host.hadir.battery.open(host.activity)
        if (nowhere) redraw()
    }

    internal fun next() {
        when {
            alone -> host.back()
            at + 1 < steps.size -> show(at + 1)
            else -> host.home()
        }
    }

    private fun show(which: Int) {
        at = which
        nowhere = false
        redraw()
    }

    /** As a tap does, but for what is kept of it: nothing. */
    internal fun practise() {
        if (practising) return
        practising = true
        practised = null
        seen = null
        val listener =
            object : FixListener {
                override fun better(fix: FixResult.Fresh) = Unit

                override fun ended(result: FixResult) {
                    search = null
                    seen = result.place
                    load()
                }
            }
        redraw()
        // Who left meanwhile looks for no place.
        work({ it.tapWait() }) { if (practising) search = host.hadir.fixes.search(it.searchMs.toLong(), listener) }
    }

    override fun draw(page: Page) = PermitView(page, this, host).draw()

    private companion object {
        const val STEPS = "steps"
        const val AT = "at"
    }
}
