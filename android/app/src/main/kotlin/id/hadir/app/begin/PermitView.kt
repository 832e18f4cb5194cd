package id.hadir.app.begin

import id.hadir.app.R
import id.hadir.app.begin.PermitScreen.Step
import id.hadir.app.frame.Host
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.BatterySaving
import id.hadir.core.PermissionState
import id.hadir.sdk.BatteryStep
import id.hadir.sdk.Permissions

/** One question of the first run, with what it is good for and how it stands. */
internal class PermitView(
    private val page: Page,
    private val screen: PermitScreen,
    private val host: Host,
) {
    private val body = page.body
    private val foot = page.foot
    private val allowed get() = host.hadir.permissions

    fun draw() {
        if (!screen.alone) {
            body.small(word(R.string.permit_step, screen.number, screen.count))
            body.title(screen.title)
        }
        when (screen.step) {
            Step.LOCATION -> location()
            Step.NOTIFICATIONS -> notifications()
            Step.ALARMS -> alarms()
            Step.BATTERY -> battery()
            Step.PRACTICE -> practice()
        }
        if (screen.nowhere) body.banner(Tone.WAIT, word(R.string.permit_no_settings)).live()
    }

    private fun location() {
        val of = Permissions.Asked.LOCATION
        body.body(word(R.string.permit_location_text))
        when (screen.stateNow()) {
            PermissionState.GRANTED -> {
                granted()
            }

            PermissionState.LIMITED -> {
                ask(R.string.permit_location_coarse, R.string.permit_location_ask) { screen.ask(of) }
            }

            PermissionState.DENIED -> {
                ask(R.string.permit_location_denied, R.string.permit_location_ask) { screen.ask(of) }
            }

            PermissionState.DENIED_FOR_EVER -> {
                ask(R.string.permit_location_denied_ever, R.string.app_open_settings) { screen.settings(allowed.settings(of)) }
            }

            else -> {
                ask(null, R.string.permit_location_ask) { screen.ask(of) }
            }
        }
    }

    private fun notifications() {
        val of = Permissions.Asked.NOTIFICATIONS
        body.body(word(R.string.permit_notify_text))
        val settings = { screen.settings(allowed.settings(of)) }
        when (screen.stateNow()) {
            PermissionState.GRANTED -> granted()
            PermissionState.LIMITED -> ask(R.string.permit_notify_silenced, R.string.app_open_settings, settings)
            PermissionState.DENIED -> ask(R.string.permit_notify_denied, R.string.permit_notify_ask) { screen.ask(of) }
            PermissionState.DENIED_FOR_EVER -> ask(R.string.permit_notify_denied_ever, R.string.app_open_settings, settings)
            else -> ask(null, R.string.permit_notify_ask) { screen.ask(of) }
        }
    }

    private fun alarms() {
        body.body(word(R.string.permit_alarm_text))
        if (screen.stateNow() == PermissionState.GRANTED) {
            granted()
        } else {
            ask(null, R.string.permit_alarm_ask) { screen.settings(allowed.exactAlarmSettings()) }
        }
    }

    private fun battery() {
        if (host.hadir.battery.saving() == BatterySaving.UNRESTRICTED) {
            body.banner(Tone.GOOD, word(R.string.battery_good))
            return next(filled = true)
        }
        body.body(word(R.string.permit_battery_text))
        body.heading(word(R.string.battery_title))
        body.card {
            val steps =
                host.hadir.battery
                    .guide()
                    .steps
            steps.forEachIndexed { index, step -> body("${index + 1}. ${word(text(step))}") }
        }
        ask(null, R.string.permit_battery_ask) { screen.battery() }
    }

    private fun text(step: BatteryStep) =
        when (step) {
            BatteryStep.AUTOSTART -> R.string.battery_autostart
            BatteryStep.UNRESTRICTED -> R.string.battery_unrestricted
            BatteryStep.LOCK_RECENT -> R.string.battery_lock_recent
        }

    private fun practice() {
        val lines = screen.practised
        if (lines == null) body.body(word(R.string.permit_practice_text))
        if (screen.practising) {
            body.card {
                lead(word(R.string.tap_finding))
                quiet(word(R.string.tap_finding_text))
            }
        }
        if (lines == null) {
            foot.link(word(R.string.app_later)) { screen.next() }
            if (!screen.practising) foot.button(word(R.string.permit_practice_button)) { screen.practise() }
            return
        }
        body.card {
            lead(word(R.string.permit_practice_done))
            lines.forEach { body(it) }
        }
        foot.button(word(R.string.app_try_again), filled = false) { screen.practise() }
        foot.button(word(if (screen.alone) R.string.app_done else R.string.permit_begin)) { screen.next() }
    }

    /** How it stands where it was denied, and what to press. */
    private fun ask(
        problem: Int?,
        button: Int,
        press: () -> Unit,
    ) {
        problem?.let { body.banner(Tone.WAIT, word(it)).live() }
        next(filled = null)
        foot.button(word(button), filled = true, press)
    }

    private fun granted() {
        body.banner(Tone.GOOD, word(R.string.permit_allowed)).live()
        next(filled = true)
    }

    private fun next(filled: Boolean?) {
        val word = word(if (screen.alone) R.string.app_done else R.string.app_next)
        if (filled == true) foot.button(word) { screen.next() } else foot.link(word(R.string.app_later)) { screen.next() }
    }

    private fun word(
        id: Int,
        vararg holes: Any,
    ) = body.word(id, *holes)
}
