package id.hadir.sdk

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.graphics.drawable.Icon
import android.media.AudioAttributes
import android.media.RingtoneManager
import id.hadir.core.NeedKind
import id.hadir.core.NeedRow
import id.hadir.core.RemindOf
import id.hadir.core.ShareMark
import id.hadir.core.Today

/** Notifications and their channels. Each leads straight to a screen of the app. Any thread. */
class Notices(
    private val context: Context,
    private val face: AppFace,
) {
    private val manager: NotificationManager get() = context.getSystemService(NotificationManager::class.java)
    private val kept = context.getSharedPreferences("hadir.notices", Context.MODE_PRIVATE)

    /** Makes the channels, or names them in the language of now. What the person changed of them stays. */
    fun prepare() {
        val ring =
            AudioAttributes
                .Builder()
                .setUsage(AudioAttributes.USAGE_NOTIFICATION_RINGTONE)
                .setContentType(AudioAttributes.CONTENT_TYPE_SONIFICATION)
                .build()
        val recalls = channel(RECALLS, Word.CHANNEL_RECALLS, NotificationManager.IMPORTANCE_HIGH)
        // As a call does: it is read when it comes, not when the phone is next taken out.
        recalls.setSound(RingtoneManager.getDefaultUri(RingtoneManager.TYPE_RINGTONE), ring)
        recalls.enableVibration(true)
        val channels =
            listOf(
                channel(REMINDERS, Word.CHANNEL_REMINDERS, NotificationManager.IMPORTANCE_HIGH),
                recalls,
                // Always there while it runs: it must not make a sound each time its text changes.
                channel(SHARE, Word.CHANNEL_SHARE, NotificationManager.IMPORTANCE_LOW),
            )
        manager.createNotificationChannels(channels)
    }

    /** Shows a reminder whose time has come. */
    internal fun remind(
        profile: Profile,
        due: DueReminder,
    ) {
        prepare()
        val button =
            when (due.kind) {
                RemindOf.WINDOW_OPENS, RemindOf.WINDOW_CLOSES -> Word.CHECK_IN_NOW
                RemindOf.FORM_DUE -> Word.FILL_FORM
                RemindOf.SHARE_BEGINS -> Word.SHARE_START
                RemindOf.SHARE_ENDS, RemindOf.UNSENT, RemindOf.RECALL -> null
            }
        val recall = due.kind == RemindOf.RECALL
        val notice = notice(if (recall) RECALLS else REMINDERS, due.title, due.text, opens(profile, due.screen))
        if (recall) notice.setCategory(Notification.CATEGORY_EVENT) else notice.setCategory(Notification.CATEGORY_REMINDER)
        button?.let { notice.addAction(action(it, opens(profile, due.screen))) }
        manager.notify(tag(profile, about(due.kind)), ABOUT, notice.build())
    }

    /** Rings for recalls that have just come, once each; takes away what is confirmed, tapped or filled meanwhile. */
    internal fun follow(
        profile: Profile,
        today: Today,
    ) {
        val open = today.needs.filter { it.kind == NeedKind.RECALL }.associateBy { recallKey(it) }
        val before = kept.getStringSet(recalls(profile), emptySet()).orEmpty()
        (before - open.keys).forEach { manager.cancel(tag(profile, it), ABOUT) }
        (open - before).forEach { (key, need) -> ring(profile, key, need) }
        if (before != open.keys) kept.edit().putStringSet(recalls(profile), open.keys.toSet()).apply()
        if (open.isEmpty()) cancel(profile, RemindOf.RECALL)
        if (!today.tap.owedNow) cancel(profile, RemindOf.WINDOW_CLOSES)
        if (today.forms.none { it.canFill }) cancel(profile, RemindOf.FORM_DUE)
        if (today.pending == 0uL) cancel(profile, RemindOf.UNSENT)
        if (today.share?.mark != ShareMark.SHARING) shared(profile)
    }

    /** Says that the phone stopped live share, and that only the person may start it again. */
    internal fun halted(profile: Profile) {
        prepare()
        val text = context.getString(face.text(Word.SHARE_HALTED))
        val notice = notice(REMINDERS, context.getString(face.text(Word.SHARE_TITLE)), text, opens(profile, Screen.Share))
        manager.notify(tag(profile, HALTED), ABOUT, notice.build())
    }

    internal fun shared(profile: Profile) = manager.cancel(tag(profile, HALTED), ABOUT)

    internal fun forget(profile: Profile) {
        val ours = "${profile.number}/"
        manager.activeNotifications.filter { it.tag?.startsWith(ours) == true }.forEach { manager.cancel(it.tag, it.id) }
        kept.edit().remove(recalls(profile)).apply()
    }

    /** A notification of a channel, as all of ours begin. */
    internal fun notice(
        channel: String,
        title: String,
        text: String,
        opens: PendingIntent,
    ): Notification.Builder =
        Notification
            .Builder(context, channel)
            .setSmallIcon(face.notificationIcon)
            .setContentTitle(title)
            .setContentText(text)
            .setStyle(Notification.BigTextStyle().bigText(text))
            .setContentIntent(opens)
            .setAutoCancel(true)

    internal fun action(
        word: Word,
        does: PendingIntent,
    ): Notification.Action =
        Notification.Action
            .Builder(
                Icon.createWithResource(context, face.notificationIcon),
                context.getString(face.text(word)),
                does,
            ).build()

    internal fun opens(
        profile: Profile,
        screen: Screen,
    ): PendingIntent {
        // Two intents that differ in their extras alone are one to the platform: the number tells them apart.
        val code = profile.number * SCREENS + screen.hashCode().mod(SCREENS)
        val flags = PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT
        return PendingIntent.getActivity(context, code, face.screen(profile, screen), flags)
    }

    private fun ring(
        profile: Profile,
        key: String,
        need: NeedRow,
    ) {
        prepare()
        val title = context.getString(face.text(Word.RECALL))
        val notice = notice(RECALLS, title, need.text, opens(profile, Screen.Recalls)).setCategory(Notification.CATEGORY_EVENT)
        manager.notify(tag(profile, key), ABOUT, notice.build())
    }

    private fun recallKey(need: NeedRow) = need.confirm ?: need.text

    private fun cancel(
        profile: Profile,
        kind: RemindOf,
    ) = manager.cancel(tag(profile, about(kind)), ABOUT)

    /** The end of a window takes the place of its beginning. */
    private fun about(kind: RemindOf) = if (kind == RemindOf.WINDOW_OPENS) RemindOf.WINDOW_CLOSES.name else kind.name

    private fun channel(
        id: String,
        name: Word,
        importance: Int,
    ) = NotificationChannel(id, context.getString(face.text(name)), importance)

    private fun tag(
        profile: Profile,
        about: String,
    ) = "${profile.number}/$about"

    private fun recalls(profile: Profile) = "recalls.${profile.number}"

    internal companion object {
        const val REMINDERS = "reminders"
        const val RECALLS = "recalls"
        const val SHARE = "share"
        const val ABOUT = 1
        private const val HALTED = "halted"
        private const val SCREENS = 1 shl 20
    }
}
