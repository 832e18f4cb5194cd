package id.hadir.sdk

import android.content.Context
import android.os.Build
import id.hadir.core.PhoneFacts

/** What only the shell knows of a phone, for *Kode bantuan*: nothing of the person, and no number of the phone's. Any thread. */
class PhoneFactsReader internal constructor(
    private val context: Context,
    private val permissions: Permissions,
    private val battery: BatteryCare,
) {
    /** As the phone stands now. */
    fun read(): PhoneFacts {
        val place = placeState(context, permissions)
        return PhoneFacts(
            model = "${Build.MANUFACTURER} ${Build.MODEL}",
            os = "Android ${Build.VERSION.RELEASE}",
            location = place.permission,
            locationOn = place.on,
            background = permissions.background(),
            notifications = permissions.state(Permissions.Asked.NOTIFICATIONS),
            exactAlarms = permissions.exactAlarms(),
            battery = battery.saving(),
        )
    }
}
