package id.hadir.sdk

import android.app.AlarmManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.net.Uri
import id.hadir.core.PermissionState
import id.hadir.core.RemindOf
import id.hadir.core.Reminder

/** A reminder as it travels in an alarm. */
internal class DueReminder(
    val kind: RemindOf,
    val title: String,
    val text: String,
    date: String,
) {
    val screen: Screen =
        when (kind) {
            RemindOf.WINDOW_OPENS, RemindOf.WINDOW_CLOSES -> Screen.Tap
            RemindOf.FORM_DUE -> Screen.Form(date)
            RemindOf.SHARE_BEGINS, RemindOf.SHARE_ENDS -> Screen.Share
            RemindOf.UNSENT -> Screen.Sync
            RemindOf.RECALL -> Screen.Recalls
        }

    companion object {
        /** Reads it back; `null` for an intent that holds none. */
        fun of(intent: Intent): DueReminder? {
            val kind = RemindOf.entries.firstOrNull { it.name == intent.getStringExtra(KIND) } ?: return null
            return DueReminder(kind, intent.text(TITLE), intent.text(TEXT), intent.text(DATE))
        }

        private fun Intent.text(name: String) = getStringExtra(name).orEmpty()

        const val PROFILE = "profile"
        const val KIND = "kind"
        const val TITLE = "title"
        const val TEXT = "text"
        const val DATE = "date"
    }
}

/**
 * The core's reminders as alarms: exact where the person allows it, else in a window of the platform's least length. What is set
 * already stays; what is gone is cancelled. Any thread.
 */
class Reminders internal constructor(
    private val hadir: Hadir,
) {
    private val context get() = hadir.context
    private val alarms: AlarmManager get() = context.getSystemService(AlarmManager::class.java)
    private val kept = context.getSharedPreferences("hadir.reminders", Context.MODE_PRIVATE)

    /** Profiles whose alarms this process has set: a phone that was stopped by force has lost them without a word. */
    private val sure = HashSet<Int>()

    /** Sets a profile's alarms as the core says, and takes away notices of what is done. */
    fun refresh(profile: Profile) = hadir.behind(profile) { refreshNow(profile, afresh = false) }

    /** The same in this thread, which is not the main one; [afresh] sets all of them, whatever was set. */
    internal fun refreshNow(
        profile: Profile,
        afresh: Boolean,
    ) {
        val answer = hadir.engine(profile).blocking { it.reminders(MOST) to it.today() }
        // Nobody is enrolled, or the keys are out of reach: what is set is as good as it gets.
        val (reminders, today) = answer.orNull() ?: return
        set(profile, reminders, afresh)
        hadir.notices.follow(profile, today)
    }

    @Synchronized
    private fun set(
        profile: Profile,
        reminders: List<Reminder>,
        afresh: Boolean,
    ) {
        val before = if (afresh || sure.add(profile.number)) emptySet() else was(profile)
        reminders.filter { mark(it) !in before }.forEach { set(profile, it) }
        val ids = reminders.mapTo(HashSet()) { it.id }
        was(profile).map { it.substringAfter(' ') }.filter { it !in ids }.forEach { cancel(profile, it) }
        sure += profile.number
        kept.edit().putStringSet(key(profile), reminders.mapTo(HashSet()) { mark(it) }).apply()
    }

    @Synchronized
    internal fun forget(profile: Profile) {
        was(profile).forEach { cancel(profile, it.substringAfter(' ')) }
        kept.edit().remove(key(profile)).apply()
    }

    private fun set(
        profile: Profile,
        reminder: Reminder,
    ) {
        val alarm = pending(profile, reminder, PendingIntent.FLAG_UPDATE_CURRENT) ?: return
        if (hadir.permissions.exactAlarms() == PermissionState.GRANTED) {
            try {
                alarms.setExactAndAllowWhileIdle(AlarmManager.RTC_WAKEUP, reminder.atMs, alarm)
                return
            } catch (_: SecurityException) {
                // Taken back between the question and the call.
            }
        }
        // Late by up to an hour where the phone sleeps; one with a window of ours would wait for the phone to wake.
        alarms.setAndAllowWhileIdle(AlarmManager.RTC_WAKEUP, reminder.atMs, alarm)
    }

    private fun cancel(
        profile: Profile,
        id: String,
    ) {
        val flags = PendingIntent.FLAG_NO_CREATE or PendingIntent.FLAG_IMMUTABLE
        val alarm = PendingIntent.getBroadcast(context, 0, intent(profile, id), flags) ?: return
        alarms.cancel(alarm)
        alarm.cancel()
    }

    private fun pending(
        profile: Profile,
        reminder: Reminder,
        flag: Int,
    ): PendingIntent? {
        val intent =
            intent(profile, reminder.id)
                .putExtra(DueReminder.PROFILE, profile.number)
                .putExtra(DueReminder.KIND, reminder.kind.name)
                .putExtra(DueReminder.TITLE, reminder.title)
                .putExtra(DueReminder.TEXT, reminder.text)
                .putExtra(DueReminder.DATE, reminder.date)
        return PendingIntent.getBroadcast(context, 0, intent, flag or PendingIntent.FLAG_IMMUTABLE)
    }

    /** The address tells alarms apart, as extras would not. */
    private fun intent(
        profile: Profile,
        id: String,
    ): Intent {
        val about =
            Uri
                .Builder()
                .scheme("hadir-reminder")
                .authority("${profile.number}")
                .appendPath(id)
                .build()
        return Intent(context, ReminderReceiver::class.java).setData(about)
    }

    private fun was(profile: Profile): Set<String> = kept.getStringSet(key(profile), emptySet()).orEmpty()

    private fun key(profile: Profile) = "set.${profile.number}"

    /** Changes with all that the alarm holds; the id stands behind the first space. */
    private fun mark(reminder: Reminder) = "${reminder.atMs}/${"${reminder.title}\n${reminder.text}".hashCode()} ${reminder.id}"

    private companion object {
        /** An app may have 500 alarms, and three profiles share them; a day has about ten. */
        const val MOST = 100u
    }
}
