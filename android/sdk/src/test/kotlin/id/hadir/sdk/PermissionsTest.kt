package id.hadir.sdk

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.app.NotificationManager
import android.os.Build
import id.hadir.core.PermissionState
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowAlarmManager

@RunWith(HadirRunner::class)
@Config(sdk = [26, 35], application = TestHost::class)
class PermissionsTest {
    private val permissions get() = Permissions(host)
    private val activity by lazy { Robolectric.buildActivity(ScreenActivity::class.java).create().get() }
    private val location get() = permissions.state(Permissions.Asked.LOCATION)

    @Before
    fun nothingIsGiven() = shadowOf(host).denyPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)

    /** One dialog: what the system says of a next one, before and after it. */
    private fun dialog(
        before: Boolean,
        after: Boolean,
    ): PermissionState {
        explains(before)
        permissions.ask(activity, Permissions.Asked.LOCATION, 7)
        explains(after)
        return permissions.answered(activity, Permissions.Asked.LOCATION)
    }

    private fun explains(would: Boolean) {
        for (name in listOf(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)) {
            shadowOf(host.packageManager).setShouldShowRequestPermissionRationale(name, would)
        }
    }

    @Test
    fun `denied, denied for ever and never asked are told apart`() {
        assertEquals(PermissionState.NOT_ASKED, location)
        assertEquals(PermissionState.DENIED, dialog(before = false, after = true))
        assertEquals(PermissionState.DENIED_FOR_EVER, dialog(before = true, after = false))
        assertEquals(PermissionState.DENIED_FOR_EVER, dialog(before = false, after = false))
    }

    @Test
    fun `a dialog that is dismissed is not denied for ever`() {
        assertEquals(PermissionState.DENIED, dialog(before = false, after = false))
    }

    @Test
    fun `what was given in the settings and taken back can be asked for again`() {
        dialog(before = false, after = true)
        dialog(before = true, after = false)
        shadowOf(host).grantPermissions(ACCESS_COARSE_LOCATION)
        assertEquals(PermissionState.LIMITED, location)
        shadowOf(host).grantPermissions(ACCESS_FINE_LOCATION)
        assertEquals(PermissionState.GRANTED, location)
        nothingIsGiven()
        assertEquals(PermissionState.DENIED, location)
    }

    @Test
    fun `location in the background is never asked for`() {
        val expected = if (Build.VERSION.SDK_INT < Build.VERSION_CODES.Q) PermissionState.GRANTED else PermissionState.NOT_ASKED
        shadowOf(host).grantPermissions(ACCESS_FINE_LOCATION)
        assertEquals(expected, permissions.background())
    }

    @Test
    fun `notifications that are switched off are asked for only where the system asks`() {
        val manager = host.getSystemService(NotificationManager::class.java)
        assertEquals(PermissionState.GRANTED, permissions.state(Permissions.Asked.NOTIFICATIONS))
        shadowOf(manager).setNotificationsEnabled(false)
        val expected = if (Build.VERSION.SDK_INT < 33) PermissionState.DENIED_FOR_EVER else PermissionState.NOT_ASKED
        assertEquals(expected, permissions.state(Permissions.Asked.NOTIFICATIONS))
    }

    @Test
    @Config(sdk = [26])
    fun `an old phone needs no leave for exact alarms`() {
        assertEquals(PermissionState.GRANTED, permissions.exactAlarms())
        assertNull(permissions.exactAlarmSettings())
    }

    @Test
    @Config(sdk = [35])
    fun `without leave for exact alarms they are limited, and there is a way to give it`() {
        ShadowAlarmManager.setCanScheduleExactAlarms(false)
        assertEquals(PermissionState.LIMITED, permissions.exactAlarms())
        assertNotNull(permissions.exactAlarmSettings())
        ShadowAlarmManager.setCanScheduleExactAlarms(true)
        assertEquals(PermissionState.GRANTED, permissions.exactAlarms())
    }
}
