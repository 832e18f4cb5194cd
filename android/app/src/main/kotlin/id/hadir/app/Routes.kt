package id.hadir.app

import id.hadir.app.ask.RequestScreen
import id.hadir.app.ask.RequestsScreen
import id.hadir.app.begin.EnrolScreen
import id.hadir.app.begin.PermitScreen
import id.hadir.app.begin.WelcomeScreen
import id.hadir.app.care.DataScreen
import id.hadir.app.care.HelpScreen
import id.hadir.app.care.PrivacyScreen
import id.hadir.app.care.SettingsScreen
import id.hadir.app.care.WipeScreen
import id.hadir.app.form.FormScreen
import id.hadir.app.frame.Doors
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.home.HomeScreen
import id.hadir.app.menu.MenuScreen
import id.hadir.app.month.MonthScreen
import id.hadir.app.past.AppealScreen
import id.hadir.app.past.HistoryScreen
import id.hadir.app.past.ParkedScreen
import id.hadir.app.past.WhyScreen
import id.hadir.app.people.LockScreen
import id.hadir.app.people.PinScreen
import id.hadir.app.people.ProfilesScreen
import id.hadir.app.proof.ProofScreen
import id.hadir.app.share.ShareScreen
import id.hadir.app.tap.TapScreen

/** The names of all screens, and how each is made. A link to a name that is not here leads nowhere. */
object Routes {
    /** The first screen: it looks how this phone stands, and gives way to what fits. */
    const val START = "start"
    const val WELCOME = "welcome"
    const val HOME = "home"
    const val TAP = "tap"
    const val FORM = "form"
    const val HISTORY = "history"
    const val WHY = "why"
    const val APPEAL = "appeal"
    const val PARKED = "parked"
    const val ENROL = "enrol"
    const val HELP = "help"
    const val MENU = "menu"
    const val PROOF = "proof"
    const val REQUESTS = "requests"
    const val SHARE = "share"
    const val MONTH = "month"
    const val REQUEST = "request"
    const val PROFILES = "profiles"
    const val LOCK = "lock"
    const val PIN_CHANGE = "pin"
    const val SETTINGS = "settings"
    const val PRIVACY = "privacy"
    const val WIPE = "wipe"
    const val DATA = "data"

    /** What the phone has to allow, step by step; with [STEP] that one alone. */
    const val PERMIT = "permit"

    /** What is shown to whoever holds the phone: the question for the PIN itself, and the two ways around it. */
    val WITHOUT_PIN = setOf(LOCK, PROFILES, WIPE)

    /** In a link: a duty date. */
    const val DATE = Doors.DATE

    /** In a link: a window of that date. */
    const val WINDOW = "window"

    /** In a link: a record. */
    const val RECORD = "record"

    /** In a link to [PERMIT]: a step. */
    const val STEP = "step"

    /** In a link to [ENROL]: what another app or the web handed over. */
    const val FOREIGN_LINK = "from"

    /** In a link to [ENROL]: the keys of who is enrolled here are lost. */
    const val KEYS_LOST = "keys_lost"

    private val makers: Map<String, (Host, Link) -> Screen> =
        mapOf(
            START to ::StartScreen,
            HOME to ::HomeScreen,
            TAP to ::TapScreen,
            FORM to ::FormScreen,
            HISTORY to ::HistoryScreen,
            WHY to ::WhyScreen,
            APPEAL to ::AppealScreen,
            PARKED to ::ParkedScreen,
            WELCOME to ::WelcomeScreen,
            ENROL to ::EnrolScreen,
            PERMIT to ::PermitScreen,
            MENU to ::MenuScreen,
            REQUESTS to ::RequestsScreen,
            REQUEST to ::RequestScreen,
            SHARE to ::ShareScreen,
            MONTH to ::MonthScreen,
            PROOF to ::ProofScreen,
            PROFILES to ::ProfilesScreen,
            LOCK to ::LockScreen,
            PIN_CHANGE to ::PinScreen,
            HELP to ::HelpScreen,
            DATA to ::DataScreen,
            PRIVACY to ::PrivacyScreen,
            WIPE to ::WipeScreen,
            SETTINGS to ::SettingsScreen,
        )

    /** The screen that [link] names; `null` where this app has none of that name. */
    fun make(
        host: Host,
        link: Link,
    ): Screen? = makers[link.name]?.invoke(host, link)
}
