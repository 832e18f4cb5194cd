package id.hadir.app

import android.app.Application
import android.content.Context
import android.content.Intent
import id.hadir.app.frame.Doors
import id.hadir.app.frame.Link
import id.hadir.app.people.Locks
import id.hadir.sdk.AppFace
import id.hadir.sdk.Hadir
import id.hadir.sdk.HadirHost
import id.hadir.sdk.Profile
import id.hadir.sdk.Word
import id.hadir.sdk.Screen as Place

/** The process. All that lives longer than a screen is the sdk's. */
class HadirApp :
    Application(),
    HadirHost {
    override val hadir: Hadir by lazy { Hadir(this, Face(this)) }

    /** What the PINs of this phone keep shut. */
    val locks: Locks by lazy { Locks(this) }

    override fun onCreate() {
        super.onCreate()
        // It watches the network from the first moment, whichever component the process was started for.
        hadir
    }
}

/** What the sdk shows of the app: its words, its icon, and where a notification leads. */
private class Face(
    private val context: Context,
) : AppFace {
    override val notificationIcon = R.drawable.ic_notify

    override fun text(word: Word): Int =
        when (word) {
            Word.CHANNEL_REMINDERS -> R.string.remind_channel
            Word.CHANNEL_RECALLS, Word.RECALL -> R.string.remind_channel_recall
            Word.CHANNEL_SHARE -> R.string.share_channel
            Word.CHECK_IN_NOW -> R.string.remind_check_in
            Word.FILL_FORM -> R.string.remind_fill_form
            Word.SHARE_START -> R.string.share_start
            Word.SHARE_PAUSE -> R.string.share_pause
            Word.SHARE_RESUME -> R.string.share_resume
            Word.SHARE_TITLE -> R.string.share_title
            Word.SHARE_HALTED -> R.string.share_halted
        }

    override fun screen(
        profile: Profile,
        screen: Place,
    ): Intent =
        Doors.inside(
            context,
            profile,
            when (screen) {
                Place.Home, Place.Recalls, Place.Sync -> Link(Routes.HOME)
                Place.Tap -> Link(Routes.TAP)
                is Place.Form -> Link(Routes.FORM, mapOf(Doors.DATE to screen.date))
                Place.Share -> Link(Routes.SHARE)
            },
        )
}
