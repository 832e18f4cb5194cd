package id.hadir.app.tap

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.location.Location
import android.location.LocationManager
import android.os.CancellationSignal
import android.provider.Settings
import id.hadir.app.Routes
import id.hadir.app.frame.Link
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.app.look.answer
import id.hadir.sdk.Permissions.Asked
import id.hadir.testing.FakeAndroidKeyStore
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.shadows.ShadowLocationManager
import org.robolectric.shadows.ShadowLooper
import java.util.concurrent.Executor
import java.util.concurrent.TimeUnit
import java.util.function.Consumer

/** What a phone can refuse a tap: it is recorded without a place, and says why. */
@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class TapHinderedTest {
    @get:Rule
    val duty = Duty(at = "2026-11-24T08:02:09")
    private val app get() = RuntimeEnvironment.getApplication()

    @Before
    fun enrolled() = duty.enrol()

    private fun taps() = duty.engine { it.today() }.run { windows.count { it.record != null } + others.size }

    private fun Stage.wait(seconds: Long) {
        ShadowLooper.idleMainLooper(seconds, TimeUnit.SECONDS)
        settle()
    }

    private fun takeBack() = shadowOf(app).denyPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)

    @Test
    fun `denied for ever leads to the settings, and what is allowed there is used`() {
        Stage().use { stage ->
            stage.press("Absen sekarang")
            stage.press("Izinkan lokasi")
            stage.answer(Asked.LOCATION, yes = false)
            stage.press("Izinkan lokasi")
            stage.answer(Asked.LOCATION, yes = false, again = false)
            assertTrue(stage.texts().toString(), stage.shows("Izin lokasi ditolak"))
            Album.keep(stage, "tap-denied-ever")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Buka setelan")
            assertEquals(
                Settings.ACTION_APPLICATION_DETAILS_SETTINGS,
                shadowOf(stage.activity).nextStartedActivityForResult?.intent?.action
                    ?: shadowOf(stage.activity).nextStartedActivity.action,
            )
            stage.control.pause()
            duty.allowLocation()
            stage.control.resume()
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Mencari lokasi"))
            assertEquals(0, taps())
        }
    }

    @Test
    fun `who stays in the settings has the tap all the same, when the time is over`() {
        Stage().use { stage ->
            stage.press("Absen sekarang")
            stage.press("Izinkan lokasi")
            stage.answer(Asked.LOCATION, yes = false)
            stage.press("Izinkan lokasi")
            stage.answer(Asked.LOCATION, yes = false, again = false)
            stage.press("Buka setelan")
            stage.control.pause().stop()
            assertEquals(0, taps())
            ShadowLooper.idleMainLooper(31, TimeUnit.SECONDS)
            stage.settle()
            assertEquals(1, taps())
        }
    }

    @Test
    fun `a permission that is taken back while a place is looked for is said, and the tap is recorded without one`() {
        duty.allowLocation()
        Stage().use { stage ->
            stage.press("Absen sekarang")
            assertTrue(stage.shows("Mencari lokasi"))
            takeBack()
            stage.wait(21)
            assertTrue(stage.texts().toString(), stage.shows("Izin lokasi"))
            assertEquals("the person may allow it again", 0, taps())
            stage.press("Catat tanpa lokasi")
            assertEquals(1, taps())
            assertTrue(stage.texts().toString(), stage.shows("izin lokasi belum diberikan"))
        }
    }

    @Test
    fun `a process that the system ends because the permission was taken back asks anew and records`() {
        duty.allowLocation()
        Stage().use { stage ->
            stage.press("Absen sekarang")
            takeBack()
            stage.crash()
            assertTrue(stage.texts().toString(), stage.shows("sebelum absen tercatat"))
            stage.press("Absen sekarang")
            assertTrue(stage.texts().toString(), stage.shows("Izin lokasi"))
            stage.wait(31)
            assertEquals(1, taps())
        }
    }

    /** A platform that says the permission is there, and refuses all the same. */
    @Implements(LocationManager::class)
    class Refusing : ShadowLocationManager() {
        @Implementation
        override fun getCurrentLocation(
            provider: String,
            signal: CancellationSignal?,
            executor: Executor,
            consumer: Consumer<Location>,
        ): Unit = throw SecurityException("taken back a moment ago")
    }

    @Test
    @Config(shadows = [Refusing::class])
    fun `a platform that refuses in the middle of it is the reason of a tap that is recorded at once`() {
        duty.allowLocation()
        Stage().use { stage ->
            stage.press("Absen sekarang")
            stage.settle()
            assertEquals(1, taps())
            assertTrue(stage.texts().toString(), stage.shows("izin lokasi belum diberikan"))
        }
    }

    @Test
    fun `in airplane mode the search says what it can do, and the tap is recorded`() {
        duty.allowLocation()
        Settings.Global.putInt(app.contentResolver, Settings.Global.AIRPLANE_MODE_ON, 1)
        duty.office.online(false)
        Stage().use { stage ->
            stage.press("Absen sekarang")
            assertTrue(stage.texts().toString(), stage.shows("Mode pesawat"))
            Album.keep(stage, "tap-airplane")
            stage.become(Album.Look.ID_LIGHT)
            duty.fix()
            stage.settle()
            assertEquals(1, taps())
            assertTrue(stage.texts().toString(), stage.shows("Aman:"))
        }
    }

    @Test
    fun `an approximate place is taken, and the screen says what it lacks`() {
        duty.switchLocation(true)
        shadowOf(app).grantPermissions(ACCESS_COARSE_LOCATION)
        Stage().use { stage ->
            stage.press("Absen sekarang")
            duty.fix(LocationManager.NETWORK_PROVIDER, accuracyM = 2_000f)
            assertTrue(stage.texts().toString(), stage.shows("Hanya lokasi perkiraan") && stage.shows("±2000 m"))
            Album.keep(stage, "tap-coarse") { duty.fix(LocationManager.NETWORK_PROVIDER, accuracyM = 2_000f) }
            stage.become(Album.Look.ID_LIGHT)
            duty.fix(LocationManager.NETWORK_PROVIDER, accuracyM = 2_000f)
            stage.press("Catat dengan lokasi ini")
            assertEquals(1, taps())
        }
    }

    @Test
    fun `a key store that does not answer a press says that nothing is recorded, and the next one records`() {
        FakeAndroidKeyStore.broken = true
        duty.closeEngine()
        Stage().use { stage ->
            stage.open(Link(Routes.TAP))
            assertTrue(stage.texts().toString(), stage.shows("Belum tercatat"))
            Album.keep(stage, "tap-no-keys")
            stage.become(Album.Look.ID_LIGHT)
            FakeAndroidKeyStore.broken = false
            stage.press("Coba lagi")
            stage.press("Catat tanpa lokasi")
            assertFalse(stage.texts().toString(), stage.shows("Belum tercatat"))
            assertEquals(1, taps())
        }
    }
}
