package id.hadir.sdk

import android.content.Context
import android.location.LocationManager
import android.os.Build
import android.provider.Settings
import id.hadir.core.NoFixReason
import id.hadir.core.PermissionState

/** Whether the phone can say where it is. */
data class PlaceState(
    /** [PermissionState.LIMITED] is an approximate place. */
    val permission: PermissionState,
    /** Whether location is switched on. */
    val on: Boolean,
    /** Airplane mode: satellites alone are left, and take longer. */
    val airplane: Boolean,
    /** What can be asked, the most exact first. */
    val providers: List<String>,
) {
    /** Why no search is worth its time; `null` where one is. */
    val reason: NoFixReason?
        get() =
            when {
                permission != PermissionState.GRANTED && permission != PermissionState.LIMITED -> NoFixReason.DENIED
                !on -> NoFixReason.OFF
                providers.isEmpty() -> NoFixReason.UNAVAILABLE
                else -> null
            }
}

/** Reads it off the platform, which throws for none of it. */
internal fun placeState(
    context: Context,
    permissions: Permissions,
): PlaceState {
    val manager = context.getSystemService(LocationManager::class.java)
    val providers = SOUGHT.filter { it in manager.allProviders && manager.isProviderEnabled(it) }
    return PlaceState(
        permission = permissions.state(Permissions.Asked.LOCATION),
        on = if (Build.VERSION.SDK_INT < Build.VERSION_CODES.P) providers.isNotEmpty() else manager.isLocationEnabled,
        airplane = Settings.Global.getInt(context.contentResolver, Settings.Global.AIRPLANE_MODE_ON, 0) != 0,
        providers = providers,
    )
}

/** The platform's own mixture; a name that phones before Android 12 do not know. */
internal const val FUSED = "fused"

private val SOUGHT = listOf(LocationManager.GPS_PROVIDER, FUSED, LocationManager.NETWORK_PROVIDER)
