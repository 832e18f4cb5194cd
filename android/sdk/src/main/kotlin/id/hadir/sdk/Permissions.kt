package id.hadir.sdk

import android.Manifest.permission.ACCESS_BACKGROUND_LOCATION
import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.Manifest.permission.POST_NOTIFICATIONS
import android.app.Activity
import android.app.AlarmManager
import android.app.NotificationManager
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.os.Build
import android.provider.Settings
import id.hadir.core.PermissionState

/**
 * What the person allows, as the border names it.
 *
 * The platform does not say whether it would ask again; what it said before and after the last question is remembered, and
 * tells *denied* from *denied for ever*. [ask] and [answered] belong to the main thread, the rest to any.
 */
class Permissions(
    private val context: Context,
) {
    /** What can be asked for in a dialog of the system. */
    enum class Asked { LOCATION, NOTIFICATIONS }

    private val kept = context.getSharedPreferences("hadir.permissions", Context.MODE_PRIVATE)

    /** How one stands now. [PermissionState.LIMITED] is an approximate place, or a channel that was silenced. */
    fun state(of: Asked): PermissionState =
        when (of) {
            Asked.LOCATION -> location()
            Asked.NOTIFICATIONS -> notifications()
        }

    /** Exact alarms: [PermissionState.LIMITED] where the system rings late, by up to an hour while the phone sleeps. */
    fun exactAlarms(): PermissionState {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.S) return PermissionState.GRANTED
        val allowed = context.getSystemService(AlarmManager::class.java).canScheduleExactAlarms()
        return if (allowed) PermissionState.GRANTED else PermissionState.LIMITED
    }

    /** Location while the app is not in sight. We never ask for it: live share begins on a screen and shows a notification. */
    fun background(): PermissionState =
        when {
            Build.VERSION.SDK_INT < Build.VERSION_CODES.Q -> location()
            has(ACCESS_BACKGROUND_LOCATION) -> PermissionState.GRANTED
            else -> PermissionState.NOT_ASKED
        }

    /** Asks in the system's dialog; the answer comes to the activity's `onRequestPermissionsResult`, and from there to [answered]. */
    fun ask(
        activity: Activity,
        of: Asked,
        requestCode: Int,
    ) {
        val would = names(of).any { activity.shouldShowRequestPermissionRationale(it) }
        kept
            .edit()
            .putBoolean(asked(of), true)
            .putBoolean(before(of), would)
            .apply()
        activity.requestPermissions(names(of), requestCode)
    }

    /** Takes note of an answer, and returns how the permission stands. */
    fun answered(
        activity: Activity,
        of: Asked,
    ): PermissionState {
        val would = names(of).any { activity.shouldShowRequestPermissionRationale(it) }
        // The system explains itself before a second question. If it no longer would, it does not ask a third time. A dialog that was
        // only dismissed changes nothing.
        val forEver = !would && (kept.getBoolean(before(of), false) || kept.getBoolean(ever(of), false))
        kept.edit().putBoolean(ever(of), forEver).apply()
        return state(of)
    }

    /** The settings where one is given that is denied for ever. */
    fun settings(of: Asked): Intent =
        when (of) {
            Asked.NOTIFICATIONS -> {
                Intent(Settings.ACTION_APP_NOTIFICATION_SETTINGS).putExtra(Settings.EXTRA_APP_PACKAGE, context.packageName)
            }

            Asked.LOCATION -> {
                Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, ours())
            }
        }

    /** The settings where exact alarms are allowed; `null` where no permission is needed. */
    fun exactAlarmSettings(): Intent? =
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.S) null else Intent(Settings.ACTION_REQUEST_SCHEDULE_EXACT_ALARM, ours())

    /** The settings where location is switched on. */
    fun locationSettings(): Intent = Intent(Settings.ACTION_LOCATION_SOURCE_SETTINGS)

    private fun ours() = Uri.fromParts("package", context.packageName, null)

    private fun location() =
        when {
            has(ACCESS_FINE_LOCATION) -> given(Asked.LOCATION, PermissionState.GRANTED)
            has(ACCESS_COARSE_LOCATION) -> given(Asked.LOCATION, PermissionState.LIMITED)
            else -> refused(Asked.LOCATION)
        }

    private fun notifications(): PermissionState {
        val manager = context.getSystemService(NotificationManager::class.java)
        return when {
            !manager.areNotificationsEnabled() -> {
                if (Build.VERSION.SDK_INT <
                    Build.VERSION_CODES.TIRAMISU
                ) {
                    PermissionState.DENIED_FOR_EVER
                } else {
                    refused(Asked.NOTIFICATIONS)
                }
            }

            manager.notificationChannels.any { it.importance == NotificationManager.IMPORTANCE_NONE } -> {
                PermissionState.LIMITED
            }

            else -> {
                given(Asked.NOTIFICATIONS, PermissionState.GRANTED)
            }
        }
    }

    private fun given(
        of: Asked,
        state: PermissionState,
    ): PermissionState {
        // Taken back later in the settings, or by the system after months: then it asks again.
        if (kept.getBoolean(ever(of), false)) kept.edit().putBoolean(ever(of), false).apply()
        return state
    }

    private fun refused(of: Asked) =
        when {
            kept.getBoolean(ever(of), false) -> PermissionState.DENIED_FOR_EVER
            kept.getBoolean(asked(of), false) -> PermissionState.DENIED
            else -> PermissionState.NOT_ASKED
        }

    private fun has(permission: String) = context.checkSelfPermission(permission) == PackageManager.PERMISSION_GRANTED

    private fun names(of: Asked) =
        when (of) {
            // Both, since Android 12: the person chooses between the two in one dialog.
            Asked.LOCATION -> {
                arrayOf(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
            }

            Asked.NOTIFICATIONS -> {
                if (Build.VERSION.SDK_INT <
                    Build.VERSION_CODES.TIRAMISU
                ) {
                    arrayOf()
                } else {
                    arrayOf(POST_NOTIFICATIONS)
                }
            }
        }

    private fun asked(of: Asked) = "asked.${of.name}"

    private fun before(of: Asked) = "before.${of.name}"

    private fun ever(of: Asked) = "ever.${of.name}"
}
