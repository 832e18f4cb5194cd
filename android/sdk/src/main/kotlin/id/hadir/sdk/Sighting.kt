package id.hadir.sdk

import android.location.Location
import android.location.LocationManager
import android.os.Build
import id.hadir.core.FixOrigin
import id.hadir.core.PlaceSeen

private const val NANOS_A_MS = 1_000_000L

/**
 * What the border takes of a location, at [nowNanos] of the clock that nobody can set; `null` for one without an accuracy, which
 * says nothing of where the phone is.
 *
 * `Location.time` is satellite time for the GPS provider alone, whose driver takes it from the receiver. The network's provider
 * stamps the phone's own clock, the fused one whatever it mixed, and a mock what its app wrote: none of them tells of the clock.
 */
internal fun Location.seen(nowNanos: Long): PlaceSeen.Fix? {
    if (!hasAccuracy()) return null
    val satellites = provider == LocationManager.GPS_PROVIDER
    return PlaceSeen.Fix(
        latitude = latitude,
        longitude = longitude,
        accuracyM = accuracy.toDouble(),
        ageMs = ((nowNanos - elapsedRealtimeNanos) / NANOS_A_MS).coerceAtLeast(0).toULong(),
        origin =
            when (provider) {
                LocationManager.GPS_PROVIDER -> FixOrigin.GNSS
                LocationManager.NETWORK_PROVIDER -> FixOrigin.NETWORK
                else -> FixOrigin.FUSED
            },
        mock = fake,
        speedMps = if (hasSpeed()) speed.toDouble() else null,
        gnssUtcMs = time.takeIf { satellites && !fake && it > 0 },
    )
}

@Suppress("DEPRECATION") // isMock is newer than minSdk
private val Location.fake: Boolean
    get() = if (Build.VERSION.SDK_INT < Build.VERSION_CODES.S) isFromMockProvider else isMock
