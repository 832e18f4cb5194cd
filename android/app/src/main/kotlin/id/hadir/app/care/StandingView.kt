package id.hadir.app.care

import id.hadir.app.R
import id.hadir.app.kit.Column
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.BatterySaving
import id.hadir.core.Diagnostics
import id.hadir.core.PermissionState
import id.hadir.core.PhoneFacts

/** How this phone stands, as a help desk asks for it. */
internal class StandingView(
    private val page: Page,
) {
    fun draw(
        told: Diagnostics,
        facts: PhoneFacts,
    ) = page.body.run {
        heading(word(R.string.help_details))
        list {
            count(R.string.help_waiting, told.pending.toLong())
            count(R.string.help_parked, told.parked.toLong())
            good(R.string.help_store_whole, told.storeWhole, R.string.help_store_good, R.string.help_store_broken)
            told.server?.let { pair(word(R.string.enrol_server_name), it.substringAfter("://")) }
            pair(word(R.string.help_version), told.core)
            pair(word(R.string.help_phone), "${facts.model}, ${facts.os}")
        }
        told.storeNotes.forEach { small(it) }
        heading(word(R.string.settings_permissions))
        list {
            state(R.string.tap_place, facts.location)
            facts.locationOn?.let { good(R.string.help_location_on, it, R.string.app_yes, R.string.app_no) }
            state(R.string.settings_notifications, facts.notifications)
            state(R.string.settings_alarms, facts.exactAlarms)
            battery(facts.battery)
        }
    }

    private fun Column.count(
        name: Int,
        count: Long,
    ) = pair(word(name), count.toString(), if (count > 0) Tone.WAIT else Tone.PLAIN)
}

/** Whether something is as it should be. */
internal fun Column.good(
    name: Int,
    good: Boolean,
    yes: Int,
    no: Int,
) = pair(word(name), word(if (good) yes else no), if (good) Tone.GOOD else Tone.WAIT)

/** How a permission stands, in a word. */
internal fun Column.state(
    name: Int,
    state: PermissionState,
) = pair(word(name), word(wordOf(state)), toneOf(state))

internal fun Column.battery(saving: BatterySaving) =
    pair(word(R.string.permit_battery_title), word(wordOf(saving)), toneOf(saving))

internal fun wordOf(state: PermissionState) =
    when (state) {
        PermissionState.GRANTED -> R.string.settings_good
        PermissionState.LIMITED -> R.string.settings_partly
        else -> R.string.settings_missing
    }

internal fun toneOf(state: PermissionState) = if (state == PermissionState.GRANTED) Tone.GOOD else Tone.WAIT

internal fun wordOf(saving: BatterySaving) =
    if (saving ==
        BatterySaving.UNRESTRICTED
    ) {
        R.string.settings_fine
    } else {
        R.string.settings_check
    }

internal fun toneOf(saving: BatterySaving) = if (saving == BatterySaving.UNRESTRICTED) Tone.GOOD else Tone.WAIT
