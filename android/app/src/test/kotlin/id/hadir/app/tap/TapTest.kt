package id.hadir.app.tap

import android.location.LocationManager
import android.view.View
import android.widget.TextView
import id.hadir.app.Routes
import id.hadir.app.frame.Link
import id.hadir.app.kit.Tone
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.testing.HadirRunner
import id.hadir.testing.tree
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowLooper
import java.util.concurrent.TimeUnit

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class TapTest {
    @get:Rule
    val duty = Duty(at = "2026-11-24T08:02:09")

    @Before
    fun enrolled() = duty.enrol()

    private fun taps() = duty.engine { it.today() }.windows.count { it.record != null } + duty.engine { it.today() }.others.size

    @Test
    fun `a press finds a place, records it and says so in large figures`() {
        duty.allowLocation()
        Stage().use { stage ->
            stage.press("Absen sekarang")
            assertTrue(stage.shows("Mencari lokasi"))
            Album.keep(stage, "tap-finding")
            stage.become(Album.Look.ID_LIGHT)
            duty.fix(LocationManager.NETWORK_PROVIDER, accuracyM = 80f)
            assertTrue(stage.shows("±80 m"))
            assertEquals(0, taps())
            duty.fix(LocationManager.GPS_PROVIDER, accuracyM = 25f)
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("08.02.09"))
            assertTrue(stage.shows("±25 m"))
            assertEquals(1, taps())
            Album.keep(stage, "tap-done")
        }
    }

    @Test
    fun `a second press of what ends the screen does not end the app`() {
        Stage().use { stage ->
            stage.press("Absen sekarang")
            stage.press("Catat tanpa lokasi")
            stage.pressTwice("Selesai")
            assertFalse(stage.activity.isFinishing)
            assertTrue(stage.shows("Bekerja dari rumah"))
        }
    }

    @Test
    fun `whoever leaves before the search could begin leaves a record too`() {
        duty.allowLocation()
        Stage().use { stage ->
            stage.activity.open(Link(Routes.TAP))
            stage.control.pause()
            stage.settle()
            assertEquals(1, taps())
            stage.control.resume()
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Tercatat di HP ini"))
        }
    }

    @Test
    fun `five presses are one record`() {
        Stage().use { stage ->
            repeat(5) { stage.activity.open(Link(Routes.TAP)) }
            stage.settle()
            stage.press("Catat tanpa lokasi")
            assertEquals(1, taps())
            stage.press("Selesai")
            stage.press("Absen")
            stage.press("Catat tanpa lokasi")
            assertEquals("the same press, said again within three seconds", 1, taps())
        }
    }

    @Test
    fun `without a permission the person may allow it, go on without, or wait`() {
        Stage().use { stage ->
            stage.press("Absen sekarang")
            assertTrue(stage.texts().toString(), stage.shows("Izin lokasi belum diberikan"))
            Album.keep(stage, "tap-denied")
            assertTrue(stage.shows("Belum tercatat"))
            assertEquals(0, taps())
            ShadowLooper.idleMainLooper(31, TimeUnit.SECONDS)
            stage.settle()
            assertEquals(1, taps())
            assertTrue(stage.shows("Tidak didapat"))
            assertTrue("the next tap may have a place", stage.shows("Izinkan lokasi"))
            assertTrue("the way on is in sight", stage.inSight("Selesai"))
            stage.become(Album.Look.ID_LIGHT)
            Album.keep(stage, "tap-no-fix")
        }
    }

    /** The colour in which [text] stands on the screen. */
    private fun Stage.colourOf(text: String) =
        activity
            .findViewById<View>(android.R.id.content)
            .tree()
            .filterIsInstance<TextView>()
            .first { it.text.toString() == text }
            .currentTextColor

    @Test
    fun `that somebody will look at a tap takes no colour from its verdict`() {
        Stage().use { stage ->
            val of = { tone: Tone -> stage.activity.getColor(tone.text) }
            stage.press("Absen sekarang")
            stage.press("Catat tanpa lokasi")
            assertEquals(of(Tone.GOOD), stage.colourOf("Tepat waktu"))
            assertEquals(of(Tone.LOOK), stage.colourOf("Perlu diperiksa"))
            stage.press("Selesai")
            duty.office.until("2026-11-24T11:20:10")
            stage.leaveAndReturn()
            stage.press("Absen sekarang")
            stage.press("Catat tanpa lokasi")
            assertEquals(of(Tone.WAIT), stage.colourOf("Terlambat 5 menit"))
            assertEquals(of(Tone.LOOK), stage.colourOf("Perlu diperiksa"))
        }
    }

    @Test
    fun `the deadline records without a place by itself`() {
        duty.allowLocation()
        Stage().use { stage ->
            stage.press("Absen sekarang")
            ShadowLooper.idleMainLooper(21, TimeUnit.SECONDS)
            stage.settle()
            assertEquals(1, taps())
            assertFalse(stage.shows("Mencari lokasi"))
        }
    }

    @Test
    fun `a rule that comes while a place is looked for takes no tap away, and what is shown is what it says`() {
        duty.allowLocation()
        Stage().use { stage ->
            stage.press("Absen sekarang")
            duty.publish("default") { it.replace("\"08:00\", ", "") }
            assertTrue(stage.texts().toString(), stage.shows("Mencari lokasi"))
            duty.fix(LocationManager.GPS_PROVIDER, accuracyM = 25f)
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Tercatat di HP ini"))
            assertTrue(stage.texts().toString(), stage.shows("Di luar jadwal"))
            assertEquals(1, taps())
            stage.press("Selesai")
            assertTrue("the rule is to be confirmed", stage.shows("Sudah saya baca"))
        }
    }

    @Test
    fun `a rule that comes while the tap is shown changes its verdict, and nothing of its record`() {
        Stage().use { stage ->
            stage.press("Absen sekarang")
            stage.press("Catat tanpa lokasi")
            assertTrue(stage.shows("Tepat waktu"))
            duty.publish("default") { it.replace("\"08:00\", ", "") }
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Di luar jadwal"))
            assertTrue(stage.texts().toString(), stage.shows("08.02.09"))
            assertEquals(1, taps())
        }
    }

    @Test
    fun `just before the window's grade ends, the search is shorter and the tap on time`() {
        duty.allowLocation()
        duty.office.until("2026-11-24T08:14:50")
        Stage().use { stage ->
            stage.press("Absen sekarang")
            ShadowLooper.idleMainLooper(9, TimeUnit.SECONDS)
            stage.settle()
            assertEquals(1, taps())
            assertTrue(stage.texts().toString(), stage.shows("Tepat waktu"))
        }
    }

    @Test
    fun `just before the window's grade ends, the person is waited for less long too`() {
        duty.office.until("2026-11-24T08:14:50")
        Stage().use { stage ->
            stage.press("Absen sekarang")
            assertTrue(stage.texts().toString(), stage.texts().any { "8 detik" in it })
            ShadowLooper.idleMainLooper(9, TimeUnit.SECONDS)
            stage.settle()
            assertEquals(1, taps())
        }
    }
}
