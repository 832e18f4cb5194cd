package id.hadir.app.begin

import android.content.Intent
import android.location.LocationManager
import android.provider.Settings
import android.view.View
import android.widget.TextView
import id.hadir.app.Routes
import id.hadir.app.begin.PermitScreen.Step
import id.hadir.app.frame.Link
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.app.look.answer
import id.hadir.sdk.Permissions.Asked
import id.hadir.testing.HadirRunner
import id.hadir.testing.tree
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowAlarmManager
import org.robolectric.util.ReflectionHelpers

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class PermitTest {
    @get:Rule
    val duty = Duty()

    @Before
    fun enrolled() {
        duty.enrol()
        ShadowAlarmManager.setCanScheduleExactAlarms(false)
    }

    private fun Stage.first() = open(Link(Routes.PERMIT))

    private fun only(step: Step) = Link(Routes.PERMIT, mapOf(Routes.STEP to step.name))

    private fun started(): Intent? = shadowOf(RuntimeEnvironment.getApplication()).nextStartedActivity

    @Test
    fun `each question stands alone, what is allowed goes on by itself, and the last step is a tap that does not count`() {
        shadowOf(RuntimeEnvironment.getApplication().getSystemService(android.app.NotificationManager::class.java))
            .setNotificationsEnabled(false)
        Stage().use { stage ->
            stage.first()
            Album.keep(stage, "permit-location")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Izinkan lokasi")
            stage.answer(Asked.LOCATION, yes = true)
            assertTrue(stage.texts().toString(), stage.shows("Izinkan pemberitahuan"))
            Album.keep(stage, "permit-notify")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Nanti saja")
            assertTrue(stage.texts().toString(), stage.shows("Izinkan alarm"))
            Album.keep(stage, "permit-alarm")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Izinkan alarm")
            assertEquals(Settings.ACTION_REQUEST_SCHEDULE_EXACT_ALARM, started()?.action)
            stage.die()
            stage.press("Nanti saja")
            assertTrue(stage.texts().toString(), stage.shows("Penghemat baterai"))
            stage.press("Nanti saja")
            assertTrue(stage.texts().toString(), stage.shows("Coba sekali"))
            Album.keep(stage, "permit-practice")
            stage.become(Album.Look.ID_LIGHT)
            duty.switchLocation(true)
            stage.press("Absen latihan")
            duty.fix(LocationManager.GPS_PROVIDER, accuracyM = 12f)
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Latihan: tidak dicatat"))
            assertTrue(stage.shows("±12 m"))
            assertEquals(0uL, duty.engine { it.today() }.pending)
            stage.become(Album.Look.EN_LIGHT)
            assertTrue(stage.texts().toString(), stage.shows("Practice: not recorded"))
            Album.keep(stage, "permit-practised")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Mulai memakai Hadir")
            assertTrue(stage.texts().toString(), stage.shows("Absen sekarang"))
        }
    }

    @Test
    fun `denied is asked again, denied for ever leads to the settings, and an approximate place says what it lacks`() {
        Stage().use { stage ->
            stage.first()
            stage.press("Izinkan lokasi")
            stage.answer(Asked.LOCATION, yes = false)
            assertTrue(stage.texts().toString(), stage.shows("Izin lokasi belum diberikan"))
            Album.keep(stage, "permit-denied")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Izinkan lokasi")
            stage.answer(Asked.LOCATION, yes = false, again = false)
            assertTrue(stage.texts().toString(), stage.shows("Izin lokasi ditolak"))
            Album.keep(stage, "permit-denied-ever")
            stage.become(Album.Look.ID_LIGHT)
            shadowOf(RuntimeEnvironment.getApplication()).clearNextStartedActivities()
            stage.press("Buka setelan")
            assertEquals(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, started()?.action)
            shadowOf(RuntimeEnvironment.getApplication()).grantPermissions(android.Manifest.permission.ACCESS_COARSE_LOCATION)
            stage.control.pause().resume()
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Hanya lokasi perkiraan"))
            Album.keep(stage, "permit-coarse")
        }
    }

    @Test
    fun `the guidance for the battery saver is the maker's`() {
        ReflectionHelpers.setStaticField(android.os.Build::class.java, "MANUFACTURER", "Xiaomi")
        ReflectionHelpers.setStaticField(android.os.Build::class.java, "BRAND", "Redmi")
        Stage().use { stage ->
            stage.open(only(Step.BATTERY))
            assertTrue(stage.texts().toString(), stage.shows("1. Izinkan mulai otomatis"))
            Album.keep(stage, "permit-battery")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Buka setelan baterai")
            assertEquals("com.miui.securitycenter", started()?.component?.packageName)
        }
    }

    @Test
    fun `who leaves before a practice tap could begin is not looked for`() {
        duty.allowLocation()
        val manager = shadowOf(RuntimeEnvironment.getApplication().getSystemService(LocationManager::class.java))
        Stage().use { stage ->
            stage.open(only(Step.PRACTICE))
            stage.activity
                .findViewById<View>(android.R.id.content)
                .tree()
                .first { (it as? TextView)?.text?.toString() == "Absen latihan" }
                .performClick()
            stage.control.pause()
            stage.settle()
            assertEquals(emptyList<Any>(), manager.requestLocationUpdateListeners)
            stage.control.resume()
            stage.settle()
        }
    }
}
