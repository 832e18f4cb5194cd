package id.hadir.sdk

import android.app.Notification
import android.app.NotificationManager
import android.content.Context
import id.hadir.core.ShareCard
import id.hadir.core.ShareMark

/** The notification of live share: what is shared, who sees it, when it stops by itself, and a pause. Any thread. */
internal class ShareNotice(
    private val context: Context,
    private val hadir: Hadir,
) {
    private val manager: NotificationManager get() = context.getSystemService(NotificationManager::class.java)

    fun id(profile: Profile) = FIRST_ID + profile.number

    /** The notification; without a card until the core has answered. */
    fun of(
        profile: Profile,
        card: ShareCard?,
    ): Notification {
        hadir.notices.prepare()
        val title = card?.title ?: context.getString(hadir.face.text(Word.SHARE_TITLE))
        val lines = card?.run { listOfNotNull(hoursText, whoSees, sharedText, permitText) }.orEmpty()
        val notice =
            hadir.notices
                .notice(Notices.SHARE, title, lines.joinToString("\n"), hadir.notices.opens(profile, Screen.Share))
                .setContentText(card?.hoursText)
                .setCategory(Notification.CATEGORY_SERVICE)
                .setOngoing(true)
                .setAutoCancel(false)
        when (card?.mark) {
            ShareMark.SHARING -> notice.addAction(button(Word.SHARE_PAUSE, profile, LiveShareService.PAUSE))
            ShareMark.PAUSED -> notice.addAction(button(Word.SHARE_RESUME, profile, LiveShareService.RESUME))
            else -> Unit
        }
        return notice.build()
    }

    fun put(
        profile: Profile,
        card: ShareCard,
    ) = manager.notify(id(profile), of(profile, card))

    fun take(profile: Profile) = manager.cancel(id(profile))

    private fun button(
        word: Word,
        profile: Profile,
        does: String,
    ) = hadir.notices.action(word, LiveShareService.act(context, profile, does))

    private companion object {
        const val FIRST_ID = 40
    }
}
