package id.hadir.sdk

import android.content.Intent

/** The app's `Application` is one: receivers, jobs and the service find everything through it. */
interface HadirHost {
    /** The one of this process. */
    val hadir: Hadir
}

/** What the sdk needs of the app: its words, its icon, its screens. Asked from any thread; must answer at once. */
interface AppFace {
    /** The drawable of notifications: white on transparent. */
    val notificationIcon: Int

    /** The string resource of a word. */
    fun text(word: Word): Int

    /** An explicit intent for an activity of the app. It is put into notifications as it is: no receiver stands between. */
    fun screen(
        profile: Profile,
        screen: Screen,
    ): Intent
}

/** Words that the platform shows for us, and that are not the core's. */
enum class Word {
    /** The name of the channel of reminders. */
    CHANNEL_REMINDERS,

    /** The name of the channel of recalls, which ring. */
    CHANNEL_RECALLS,

    /** The name of the channel of live share. */
    CHANNEL_SHARE,

    /** A button: *Absen sekarang*. */
    CHECK_IN_NOW,

    /** A button: *Isi sekarang*. */
    FILL_FORM,

    /** The title of a recall that has just come. */
    RECALL,

    /** A button that leads to the screen of live share. */
    SHARE_START,

    /** A button: *Jeda*. */
    SHARE_PAUSE,

    /** A button: *Lanjutkan*. */
    SHARE_RESUME,

    /** The notification's title until the core has said its own. */
    SHARE_TITLE,

    /** The phone stopped the service, and only the person may start it again: how. */
    SHARE_HALTED,
}

/** A screen of the app that a notification leads to. */
sealed interface Screen {
    /** Today. */
    data object Home : Screen

    /** The tap. */
    data object Tap : Screen

    /** The form of a date. */
    data class Form(
        val date: String,
    ) : Screen

    /** Live share. */
    data object Share : Screen

    /** What awaits a confirmation. */
    data object Recalls : Screen

    /** What waits to be sent. */
    data object Sync : Screen
}
