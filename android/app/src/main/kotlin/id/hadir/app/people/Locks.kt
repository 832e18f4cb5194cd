package id.hadir.app.people

import android.content.Context
import android.os.SystemClock
import id.hadir.sdk.Profile

/**
 * Whose screens the PIN opened, until the phone changes hands: another profile, or a minute in which the app was not seen.
 *
 * Whether a profile has a PIN, only its engine knows. What it said last is kept, so that no screen is shown before it is asked again.
 * Main thread.
 */
class Locks(
    context: Context,
) {
    private val kept = context.getSharedPreferences("hadir.locks", Context.MODE_PRIVATE)
    private var open: Profile? = null
    private var leftAt: Long? = null

    /** Whether the PIN of [profile] has to be asked for. */
    fun isShut(profile: Profile): Boolean = kept.getBoolean(key(profile), false) && open != profile

    /** Takes note of what the engine of [profile] says. */
    fun know(
        profile: Profile,
        hasPin: Boolean,
    ) = kept.edit().putBoolean(key(profile), hasPin).apply()

    /** The right PIN was entered, or its owner has just set it. */
    fun unlock(profile: Profile) {
        open = profile
    }

    /** Somebody else takes the phone. */
    fun shut() {
        open = null
    }

    /** The app went out of sight. */
    fun left() {
        leftAt = SystemClock.elapsedRealtime()
    }

    /** The app is seen again. */
    fun returned() {
        val away = leftAt?.let { SystemClock.elapsedRealtime() - it } ?: 0
        leftAt = null
        if (away > PATIENCE_MS) shut()
    }

    private fun key(profile: Profile) = "pin.${profile.number}"

    private companion object {
        /** Long enough for a look at the settings, too short for another person to come. */
        const val PATIENCE_MS = 60_000L
    }
}
