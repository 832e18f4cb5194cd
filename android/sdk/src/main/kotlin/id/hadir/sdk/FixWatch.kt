package id.hadir.sdk

import android.location.Location
import android.location.LocationManager
import android.os.Handler
import android.os.Looper
import android.os.SystemClock
import id.hadir.core.NoFixReason
import id.hadir.core.PlaceSeen

/**
 * The place again and again, for live share: the platform's own interval, so that the phone sleeps in between. Where nothing
 * comes for two intervals, that is told too, with its reason. Main thread.
 */
internal class FixWatch(
    private val manager: LocationManager,
    private val main: Handler,
    private val state: () -> PlaceState,
    private val everyMs: Long,
    private val seen: (PlaceSeen) -> Unit,
) : AutoCloseable {
    private val listener = Listener { came(it) }
    private val silence = Runnable { silent() }
    private var first: String? = null
    private var heardMs = Long.MIN_VALUE

    fun begin() {
        ask()
        // Whoever began without a permission or a receiver is told at once why nothing will come.
        val why = state().reason
        if (why == null) listen() else main.post { silent() }
    }

    override fun close() {
        main.removeCallbacks(silence)
        manager.removeUpdates(listener)
    }

    private fun ask() {
        val providers = state().takeIf { it.reason == null }?.providers.orEmpty()
        first = providers.firstOrNull { it == FUSED } ?: providers.firstOrNull()
        // The mixture is one already; else the network's places stand in where satellites are silent.
        val asked = if (first == FUSED) listOf(FUSED) else providers
        asked.forEach { provider ->
            try {
                manager.requestLocationUpdates(provider, everyMs, 0f, listener, Looper.getMainLooper())
            } catch (_: SecurityException) {
                // Told with its reason when the silence is.
            } catch (_: IllegalArgumentException) {
                // The provider has gone since it was looked up.
            }
        }
    }

    private fun came(location: Location) {
        val now = SystemClock.elapsedRealtime()
        val stale = heardMs == Long.MIN_VALUE || now - heardMs > everyMs
        if (location.provider != first && !stale) return
        val place = location.seen(SystemClock.elapsedRealtimeNanos()) ?: return
        heardMs = now
        listen()
        seen(place)
    }

    private fun listen() {
        main.removeCallbacks(silence)
        main.postDelayed(silence, 2 * everyMs)
    }

    private fun silent() {
        seen(PlaceSeen.NoFix(state().reason ?: NoFixReason.TIMEOUT))
        // A provider that was off when it began may be on now.
        manager.removeUpdates(listener)
        ask()
        listen()
    }
}
