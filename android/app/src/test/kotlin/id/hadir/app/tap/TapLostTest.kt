package id.hadir.app.tap

import android.app.job.JobScheduler
import android.provider.Settings
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
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

/** Bad moments of a tap: turned, killed, left, sent away; and what a phone can lack. */
@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class TapLostTest {
    @get:Rule
    val duty = Duty(at = "2026-11-24T08:02:09")

    @Before
    fun enrolled() {
        duty.enrol()
        duty.allowLocation()
    }

    private fun taps() = duty.engine { it.today() }.run { windows.count { it.record != null } + others.size }

    @Test
    fun `a phone that is turned during the search goes on searching, and it is one record`() {
        Stage().use { stage ->
            stage.press("Absen sekarang")
            stage.rotate()
            assertTrue(stage.texts().toString(), stage.shows("Mencari lokasi"))
            assertEquals(0, taps())
            duty.fix()
            stage.settle()
            stage.rotate()
            assertTrue(stage.shows("08.02.09"))
            assertEquals(1, taps())
        }
    }

    @Test
    fun `a process that dies during the search says that nothing is recorded yet, and one press records`() {
        Stage().use { stage ->
            duty.switchLocation(false)
            stage.press("Absen sekarang")
            stage.press("Nyalakan lokasi")
            // In the settings now, and the system needs the memory.
            stage.die(leaving = false)
            assertTrue(stage.texts().toString(), stage.shows("Lokasi HP dimatikan"))
            assertEquals(0, taps())
            stage.press("Catat tanpa lokasi")
            assertEquals(1, taps())
            assertTrue(stage.shows("Tercatat di HP ini"))
        }
    }

    @Test
    fun `a process that is killed while it searches tells that it was interrupted`() {
        Stage().use { stage ->
            stage.press("Absen sekarang")
            stage.crash()
            assertTrue(stage.texts().toString(), stage.shows("sebelum absen tercatat"))
            assertEquals(0, taps())
            Album.keep(stage, "tap-interrupted")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Absen sekarang")
            stage.press("Catat tanpa lokasi")
            assertEquals(1, taps())
        }
    }

    @Test
    fun `a process that dies after the record shows the record, and makes no second one`() {
        Stage().use { stage ->
            stage.press("Absen sekarang")
            stage.press("Catat tanpa lokasi")
            stage.die()
            assertTrue(stage.texts().toString(), stage.shows("08.02.09"))
            assertEquals(1, taps())
        }
    }

    @Test
    fun `a process that is killed while it records leaves one record, and shows it`() {
        Stage().use { stage ->
            stage.press("Absen sekarang")
            stage.pressAndCrash("Catat tanpa lokasi")
            assertTrue(stage.texts().toString(), stage.shows("08.02.09"))
            assertEquals(1, taps())
        }
    }

    @Test
    fun `a process that is killed while it sends shows what waits, and the office has it once`() {
        java.net.ServerSocket(0).use { silent ->
            Stage().use { stage ->
                duty.tap()
                duty.office.hang("127.0.0.1:${silent.localPort}")
                stage.leaveAndReturn()
                stage.press("Kirim sekarang")
                assertTrue(stage.texts().toString(), stage.shows("Mengirim"))
                silent.accept()
                stage.crash()
                duty.hadir.engine(duty.hadir.profiles.current).cancelNetwork()
                // One after the other: when this one has given up, the one of before is over.
                duty.syncAndTell(deadlineMs = 1)
                duty.closeEngine()
                assertTrue(stage.texts().toString(), stage.shows("1 menunggu dikirim"))
                duty.office.hang(null)
                duty.office.advance(600_000uL)
                repeat(2) { duty.sync() }
                assertEquals(0uL, duty.engine { it.today() }.pending)
                stage.leaveAndReturn()
                assertFalse(stage.texts().toString(), stage.shows("menunggu dikirim"))
                assertEquals(1, taps())
            }
        }
    }

    @Test
    fun `whoever leaves the screen while it searches leaves a record behind`() {
        Stage().use { stage ->
            stage.press("Absen sekarang")
            stage.control.pause()
            stage.settle()
            assertEquals(1, taps())
        }
    }

    @Test
    fun `whoever closes the app while it searches leaves a record that is sent`() {
        val jobs = RuntimeEnvironment.getApplication().getSystemService(JobScheduler::class.java)
        val stage = Stage()
        stage.press("Absen sekarang")
        jobs.cancelAll()
        stage.control
            .pause()
            .stop()
            .destroy()
        stage.settle()
        assertEquals(1, taps())
        assertTrue(jobs.allPendingJobs.isNotEmpty())
    }

    @Test
    fun `the gesture back records what there is, and the next one goes home`() {
        Stage().use { stage ->
            stage.press("Absen sekarang")
            stage.back()
            assertTrue(stage.shows("Tercatat di HP ini"))
            stage.back()
            assertTrue(stage.shows("Bekerja dari rumah"))
            assertEquals(1, taps())
        }
    }

    @Test
    fun `location that is off leads to its switch`() {
        duty.switchLocation(false)
        Stage().use { stage ->
            stage.press("Absen sekarang")
            Album.keep(stage, "tap-off")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Nyalakan lokasi")
            assertEquals(Settings.ACTION_LOCATION_SOURCE_SETTINGS, shadowOf(stage.activity).nextStartedActivity.action)
            assertFalse(stage.shows("Tercatat di HP ini"))
        }
    }
}
