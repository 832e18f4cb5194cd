package id.hadir.app.home

import android.provider.Settings
import id.hadir.app.Routes
import id.hadir.app.frame.Link
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.app.look.until
import id.hadir.core.LogMark
import id.hadir.testing.FakeAndroidKeyStore
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.io.File

/** What else a day brings: recalls, rules that change, clocks that are off, no network, a key store that does not answer. */
@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class NeedsTest {
    @get:Rule
    val duty = Duty()

    @Before
    fun enrolled() = duty.enrol()

    @Test
    fun `a recall stands above the button until it is confirmed`() {
        duty.office.recall("A-1", "2026-11-24", "Rapat di aula")
        duty.sync()
        Stage().use { stage ->
            val texts = stage.texts()
            val recall = texts.indexOfFirst { "Rapat di aula" in it }
            assertTrue(
                texts.toString(),
                recall in 0 until texts.indexOfFirst { it.startsWith("Absen ") && it != "Absen 4 kali hari ini" },
            )
            Album.keep(stage, "home-recall")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Sudah saya baca")
            assertFalse(stage.texts().toString(), stage.texts().contains("Sudah saya baca"))
        }
    }

    @Test
    fun `a rule that changes while today is open is told when the person comes back to it`() {
        Stage().use { stage ->
            assertFalse(stage.shows("Sudah saya baca"))
            duty.office.publish()
            duty.sync()
            stage.leaveAndReturn()
            assertTrue(stage.texts().toString(), stage.shows("Sudah saya baca"))
            stage.pressTwice("Sudah saya baca")
            assertFalse(stage.shows("Sudah saya baca"))
            assertEquals(1, duty.engine { it.history(50u) }.count { it.mark == LogMark.SEEN })
        }
    }

    @Test
    fun `a window that a new rule takes away while its reasons are read is said to be gone`() {
        val rule = File(System.getProperty("hadir.root")!!, "policies/default.toml").readText()
        val eleven =
            duty.engine { it.today() }.run {
                Link(
                    Routes.WHY,
                    mapOf(Routes.DATE to date, Routes.WINDOW to windows[1].id),
                )
            }
        Stage().use { stage ->
            stage.open(eleven)
            assertTrue(stage.texts().toString(), stage.shows("11.00"))
            duty.office.publishOther(rule.replace("\"11:00\", ", ""))
            duty.sync()
            stage.leaveAndReturn()
            assertTrue(stage.texts().toString(), stage.shows("sudah tidak ada"))
            Album.keep(stage, "why-gone")
            stage.become(Album.Look.ID_LIGHT)
            stage.back()
            assertFalse(stage.texts().toString(), stage.shows("11.00"))
        }
    }

    @Test
    fun `a clock that was set while the app is open leads to the date settings`() {
        Stage().use { stage ->
            duty.office.clockOff(7_200_000)
            duty.sync()
            stage.leaveAndReturn()
            assertTrue(stage.texts().toString(), stage.shows("Atur tanggal dan jam"))
            Album.keep(stage, "home-clock")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Atur tanggal dan jam")
            assertEquals(Settings.ACTION_DATE_SETTINGS, shadowOf(stage.activity).nextStartedActivity.action)
        }
    }

    @Test
    fun `without a network the tap is recorded, waits, and is sent when there is one`() {
        duty.office.online(false)
        Stage().use { stage ->
            stage.press("Absen sekarang")
            stage.press("Catat tanpa lokasi")
            assertTrue(stage.shows("Aman:"))
            stage.press("Selesai")
            assertTrue(stage.texts().toString(), stage.shows("1 menunggu dikirim"))
            stage.press("Kirim sekarang")
            stage.until("Kirim sekarang")
            assertTrue("nobody is told that it is being sent when it is not", stage.shows("1 menunggu dikirim"))
            duty.office.online(true)
            duty.office.advance(600_000uL)
            stage.press("Kirim sekarang")
            stage.until("Semua sudah terkirim")
        }
    }

    @Test
    fun `a key store that does not answer is said in plain words, and the screen comes back with it`() {
        FakeAndroidKeyStore.broken = true
        duty.closeEngine()
        Stage().use { stage ->
            assertTrue(stage.texts().toString(), stage.shows("Coba lagi"))
            Album.keep(stage, "keys-unavailable")
            stage.become(Album.Look.ID_LIGHT)
            FakeAndroidKeyStore.broken = false
            stage.press("Coba lagi")
            assertTrue(stage.texts().toString(), stage.shows("Bekerja dari rumah"))
        }
    }
}
