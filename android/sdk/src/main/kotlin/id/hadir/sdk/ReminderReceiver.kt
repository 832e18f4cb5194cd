package id.hadir.sdk

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import id.hadir.core.RemindOf

/** A reminder's time has come. Ours alone may call it. */
class ReminderReceiver : BroadcastReceiver() {
    override fun onReceive(
        context: Context,
        intent: Intent,
    ) {
        val hadir = Hadir.of(context)
        val profile = hadir.profiles.of(intent.getIntExtra(DueReminder.PROFILE, 0)) ?: return
        val due = DueReminder.of(intent) ?: return
        hadir.notices.remind(profile, due)
        // The phone may have slept past the service's own clock.
        if (due.kind == RemindOf.SHARE_ENDS) hadir.share.look(profile)
    }
}

/** The phone started, the app was replaced, or a clock, a zone, the language or a permission changed: alarms are set again. */
class ChangeReceiver : BroadcastReceiver() {
    override fun onReceive(
        context: Context,
        intent: Intent,
    ) {
        if (intent.action !in HEARD) return
        val hadir = Hadir.of(context)
        hadir.profiles.used().forEach { profile ->
            val pending = goAsync()
            hadir.behind(profile) {
                hadir.reminders.refreshNow(profile, afresh = true)
                hadir.sync.keepUp(profile)
                if (intent.action in STOPPED) hadir.share.halted(profile)
                pending?.finish()
            }
        }
    }

    private companion object {
        /** Every service of ours was stopped before these. */
        val STOPPED = setOf(Intent.ACTION_BOOT_COMPLETED, Intent.ACTION_MY_PACKAGE_REPLACED)

        val HEARD =
            setOf(
                Intent.ACTION_BOOT_COMPLETED,
                Intent.ACTION_MY_PACKAGE_REPLACED,
                Intent.ACTION_TIME_CHANGED,
                Intent.ACTION_TIMEZONE_CHANGED,
                Intent.ACTION_LOCALE_CHANGED,
                // AlarmManager's constant of the same name is newer than minSdk.
                "android.app.action.SCHEDULE_EXACT_ALARM_PERMISSION_STATE_CHANGED",
            )
    }
}
