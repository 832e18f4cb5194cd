package id.hadir.sdk

import android.annotation.SuppressLint
import android.content.Context
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.Build
import android.os.Bundle
import android.os.CancellationSignal
import android.os.Handler
import android.os.Looper
import android.os.SystemClock
import id.hadir.core.NoFixReason
import id.hadir.core.PermissionState
import id.hadir.core.PlaceSeen

/** A search under way. Main thread. */
class FixSearch internal constructor(
    private val asking: Asking,
    private val main: Handler,
    private val state: () -> PlaceState,
    private val listener: FixListener,
) {
    private val waiting = LinkedHashSet<String>()
    private val stops = mutableListOf<() -> Unit>()
    private val deadline = Runnable { finish() }
    private var over = false
    private var last: String? = null

    /** The platform refused a provider, whatever it had said of the permission a moment before. */
    private var refused = false

    /** The most exact fix so far. */
    var best: FixResult.Fresh? = null
        private set

    internal fun begin(deadlineMs: Long) {
        val before = state()
        if (before.reason == null) before.providers.forEach { ask(it) }
        // The most exact of them has the last word; the others answer sooner and are shown meanwhile.
        last = waiting.firstOrNull()
        main.postDelayed(deadline, if (waiting.isEmpty()) 0 else deadlineMs)
    }

    /** Ends it now, with the best so far: the person does not wait any longer. */
    fun finish() {
        if (!stop()) return
        listener.ended(best ?: without())
    }

    /** Ends it, and nothing is told. */
    fun cancel() {
        stop()
    }

    private fun ask(provider: String) {
        val stop =
            try {
                asking.once(provider) { answered(provider, it) } ?: return
            } catch (_: SecurityException) {
                // Taken back since it was looked up, or approximate places alone are allowed and this provider gives none.
                refused = true
                return
            }
        waiting += provider
        stops += stop
    }

    private fun answered(
        provider: String,
        location: Location?,
    ) {
        if (over) return
        location?.seen(SystemClock.elapsedRealtimeNanos())?.let { better(it) }
        waiting -= provider
        if (waiting.isEmpty() || (location != null && provider == last)) finish()
    }

    private fun better(place: PlaceSeen.Fix) {
        if (best.let { it != null && it.place.accuracyM <= place.accuracyM }) return
        val fix = FixResult.Fresh(place, state().permission == PermissionState.LIMITED)
        best = fix
        listener.better(fix)
    }

    private fun without(): FixResult {
        // Asked again: the person may have changed something since the search began.
        val after = state()
        val why = after.reason ?: if (refused && stops.isEmpty()) NoFixReason.DENIED else NoFixReason.TIMEOUT
        val known = if (why == NoFixReason.DENIED) null else asking.lastKnown()?.seen(SystemClock.elapsedRealtimeNanos())
        return if (known == null) FixResult.None(PlaceSeen.NoFix(why), after) else FixResult.LastKnown(known, why)
    }

    private fun stop(): Boolean {
        if (over) return false
        over = true
        main.removeCallbacks(deadline)
        stops.forEach { it() }
        return true
    }
}

/** Asks the platform for one location, in the way of each version. */
internal class Asking(
    private val context: Context,
    private val manager: LocationManager,
) {
    /** Asks one provider; returns how to stop it, or `null` where it has gone. The answer may be that there is none. */
    fun once(
        provider: String,
        answer: (Location?) -> Unit,
    ): (() -> Unit)? =
        try {
            if (Build.VERSION.SDK_INT < Build.VERSION_CODES.R) byUpdates(provider, answer) else byCurrent(provider, answer)
        } catch (_: IllegalArgumentException) {
            // The provider has gone.
            null
        }

    /** The newest that any provider remembers. */
    fun lastKnown(): Location? =
        try {
            manager.allProviders.mapNotNull { manager.getLastKnownLocation(it) }.maxByOrNull { it.elapsedRealtimeNanos }
        } catch (_: SecurityException) {
            null
        }

    @SuppressLint("MissingPermission") // once() answers what the platform refuses
    private fun byCurrent(
        provider: String,
        answer: (Location?) -> Unit,
    ): () -> Unit {
        val signal = CancellationSignal()
        manager.getCurrentLocation(provider, signal, context.mainExecutor) { answer(it) }
        return { signal.cancel() }
    }

    @SuppressLint("MissingPermission") // likewise
    private fun byUpdates(
        provider: String,
        answer: (Location?) -> Unit,
    ): () -> Unit {
        val once = Listener { answer(it) }
        manager.requestLocationUpdates(provider, 0, 0f, once, Looper.getMainLooper())
        return { manager.removeUpdates(once) }
    }
}

/** All four written out: phones before Android 11 have no defaults for them, and call them. */
internal class Listener(
    private val seen: (Location) -> Unit,
) : LocationListener {
    override fun onLocationChanged(location: Location) = seen(location)

    override fun onProviderEnabled(provider: String) = Unit

    override fun onProviderDisabled(provider: String) = Unit

    @Deprecated("Deprecated in Java")
    override fun onStatusChanged(
        provider: String?,
        status: Int,
        extras: Bundle?,
    ) = Unit
}
