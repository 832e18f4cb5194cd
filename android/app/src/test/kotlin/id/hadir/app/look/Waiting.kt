package id.hadir.app.look

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.Manifest.permission.POST_NOTIFICATIONS
import android.app.Activity
import android.content.pm.PackageManager.PERMISSION_DENIED
import android.content.pm.PackageManager.PERMISSION_GRANTED
import id.hadir.app.R
import id.hadir.sdk.Permissions
import org.junit.Assert.assertTrue
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.util.ReflectionHelpers
import java.util.concurrent.TimeUnit

/** Waits for what comes over the network, or from the engine of another profile, until [part] is read. */
fun Stage.until(part: String) {
    val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S)
    while (!shows(part) && System.nanoTime() < end) settle()
    assertTrue("“$part” does not come; there is: ${texts()}", shows(part))
}

/** Waits until the server has answered what the enrolment asked. */
fun Stage.answered() {
    val busy = listOf(R.string.enrol_checking, R.string.enrol_working)
    val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S)
    do settle() while (busy.any { shows(activity.getString(it)) } && System.nanoTime() < end)
}

/** What the person says to the system's question. [again]: the system would ask once more. */
fun Stage.answer(
    of: Permissions.Asked,
    yes: Boolean,
    again: Boolean = true,
) {
    val names =
        if (of ==
            Permissions.Asked.LOCATION
        ) {
            arrayOf(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        } else {
            arrayOf(POST_NOTIFICATIONS)
        }
    val app = RuntimeEnvironment.getApplication()
    if (yes) shadowOf(app).grantPermissions(*names) else shadowOf(app).denyPermissions(*names)
    names.forEach { shadowOf(app.packageManager).setShouldShowRequestPermissionRationale(it, again && !yes) }
    val results = IntArray(names.size) { if (yes) PERMISSION_GRANTED else PERMISSION_DENIED }
    // The platform asks one question at a time, and here nobody tells it of the answer.
    ReflectionHelpers.setField(Activity::class.java, activity, "mHasCurrentPermissionsRequest", false)
    activity.onRequestPermissionsResult(of.ordinal, names, results)
    settle()
}

/** No test waits longer for what should come at once. */
private const val PATIENCE_S = 20L
