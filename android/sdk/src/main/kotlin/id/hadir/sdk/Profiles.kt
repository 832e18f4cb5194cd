package id.hadir.sdk

import android.annotation.SuppressLint
import android.content.Context
import android.content.SharedPreferences
import java.io.File

/** One person's place on a shared phone. Two of the same number are equal. */
class Profile internal constructor(
    /** 1 to 3. */
    val number: Int,
    /** The directory of this person's store: no backup takes it along. */
    val directory: File,
) {
    /** The name of this person's key in the phone's key store. */
    val alias: String get() = "hadir.store.$number"

    override fun equals(other: Any?) = other is Profile && other.number == number

    override fun hashCode() = number

    override fun toString() = "profile $number"
}

/** Up to three people on one phone, each with a store and a key of their own. Any thread. */
class Profiles(
    context: Context,
) {
    private val kept: SharedPreferences = context.getSharedPreferences("hadir.profiles", Context.MODE_PRIVATE)

    /** All three, whether somebody uses them or not. */
    val all: List<Profile> = (1..MOST).map { Profile(it, File(context.noBackupFilesDir, "profiles/$it")) }

    /** Whose screens are shown; the first until it is set. */
    var current: Profile
        get() = of(kept.getInt(CURRENT, 1)) ?: all.first()
        set(profile) = kept.edit().putInt(CURRENT, profile.number).apply()

    /** The profile of a number from an intent; `null` for one that is none. */
    fun of(number: Int): Profile? = all.getOrNull(number - 1)

    /** Those that hold somebody's store, as their engines said when they were opened last. */
    fun used(): List<Profile> = all.filter { kept.getBoolean(key(it), false) }

    /** The first that nobody uses; `null` when all are taken. */
    fun free(): Profile? = all.firstOrNull { !kept.getBoolean(key(it), false) }

    @SuppressLint("ApplySharedPref")
    internal fun mark(
        profile: Profile,
        used: Boolean,
    ) {
        if (kept.getBoolean(key(profile), false) == used) return
        // On disk before anything is planned for it: an alarm of a profile that nobody knows would never be set again.
        kept.edit().putBoolean(key(profile), used).commit()
    }

    private fun key(profile: Profile) = "used.${profile.number}"

    private companion object {
        const val MOST = 3
        const val CURRENT = "current"
    }
}
