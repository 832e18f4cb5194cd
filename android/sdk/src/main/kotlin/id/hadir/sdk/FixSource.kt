package id.hadir.sdk

import android.content.Context
import android.location.LocationManager
import android.os.Handler
import android.os.Looper
import id.hadir.core.NoFixReason
import id.hadir.core.PlaceSeen

/** What came of a search. Each is a place for the border, and none keeps a tap from being recorded. */
sealed interface FixResult {
    /** What the engine takes. */
    val place: PlaceSeen

    /** A fix that was made for this search. */
    data class Fresh(
        override val place: PlaceSeen.Fix,
        /** The person allows an approximate place alone: two kilometres, more or less. */
        val approximate: Boolean,
    ) : FixResult

    /** None came; this is the last that the phone knew. Label it with its age. */
    data class LastKnown(
        override val place: PlaceSeen.Fix,
        /** Why none came. */
        val why: NoFixReason,
    ) : FixResult

    /** None, and none is known. */
    data class None(
        override val place: PlaceSeen.NoFix,
        /** What the person may change. */
        val state: PlaceState,
    ) : FixResult
}

/** Hears of a search. Main thread. */
interface FixListener {
    /** A more exact fix than any before. */
    fun better(fix: FixResult.Fresh)

    /** The search is over: exactly once, and never before [FixSource.search] returned. */
    fun ended(result: FixResult)
}

/**
 * The phone's place, by the framework alone. A permission that is missing, or taken back meanwhile, a switch that is off and a
 * phone without receivers are results; nothing is thrown. [state] from any thread, the rest on the main thread.
 */
class FixSource(
    private val context: Context,
    private val permissions: Permissions,
) {
    private val manager: LocationManager get() = context.getSystemService(LocationManager::class.java)
    private val main = Handler(Looper.getMainLooper())

    /** How things stand before a search. */
    fun state(): PlaceState = placeState(context, permissions)

    /** Looks for one fresh fix, at most [deadlineMs] milliseconds. */
    fun search(
        deadlineMs: Long,
        listener: FixListener,
    ): FixSearch = FixSearch(Asking(context, manager), main, ::state, listener).also { it.begin(deadlineMs) }

    /** Tells of the place about every [everyMs] milliseconds until it is closed. */
    internal fun watch(
        everyMs: Long,
        seen: (PlaceSeen) -> Unit,
    ): FixWatch = FixWatch(manager, main, ::state, everyMs, seen).also { it.begin() }
}
