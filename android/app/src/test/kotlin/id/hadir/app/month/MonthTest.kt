package id.hadir.app.month

import android.content.Intent
import id.hadir.app.Routes
import id.hadir.app.frame.Link
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.core.FixOrigin
import id.hadir.core.PlaceSeen
import id.hadir.testing.FakeAndroidKeyStore
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.util.concurrent.CountDownLatch

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class MonthTest {
    @get:Rule
    val duty = Duty()

    @Before
    fun enrolled() = duty.enrol()

    @Test
    fun `the month shows totals and days, the newest first, and each window leads to why`() {
        duty.tap()
        duty.sync()
        duty.office.until("2026-11-25T09:30:00")
        duty.sync()
        duty.tap()
        Stage().use { stage ->
            stage.open(Link(Routes.MONTH))
            val days = stage.texts().filter { it.endsWith("November 2026") && ',' in it }
            assertEquals(days.toString(), "Rabu, 25 November 2026", days.first())
            Album.keep(stage, "month")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("08.00")
            assertTrue(stage.texts().toString(), stage.shows("Mengapa begitu"))
        }
    }

    @Test
    fun `another month is shown and kept over the death of the process`() {
        duty.tap()
        duty.sync()
        duty.office.until("2026-12-01T08:00:00")
        duty.sync()
        Stage().use { stage ->
            stage.open(Link(Routes.MONTH))
            assertTrue(stage.texts().toString(), stage.shows("Desember 2026"))
            stage.press("Bulan sebelumnya")
            assertTrue(stage.texts().toString(), stage.shows("November 2026"))
            stage.die()
            assertTrue(stage.texts().toString(), stage.shows("November 2026"))
        }
    }

    @Test
    fun `proof is shown word for word, and holds a place only once it is ticked`() {
        val place = PlaceSeen.Fix(-2.5543, 120.3280, 25.0, 0uL, FixOrigin.GNSS, null, null, null)
        val record = duty.tap(place).record
        val code = duty.engine { it.shareText(record, false).code }
        Stage().use { stage ->
            stage.open(Link(Routes.PROOF, mapOf(Routes.RECORD to record)))
            assertTrue(stage.texts().toString(), stage.shows("Siti Aminah"))
            assertFalse(stage.shows("120,32") || stage.shows("120.32"))
            Album.keep(stage, "proof", varying = code)
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Bagikan")
            assertFalse(sent().contains("120"))
            stage.press("Sertakan lokasi")
            stage.die()
            assertTrue(stage.texts().toString(), stage.shows("120,32") || stage.shows("120.32"))
            Album.keep(stage, "proof-place", listOf(Album.Look.ID_LIGHT), code)
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Bagikan")
            assertTrue(sent().contains("120"))
            stage.pressAtOnce("Sertakan lokasi", "Bagikan")
            assertFalse("what was given up a moment ago does not go out", sent().contains("120"))
        }
    }

    @Test
    fun `what could not be shared when it was pressed does not go out by itself`() {
        val place = PlaceSeen.Fix(-2.5543, 120.3280, 25.0, 0uL, FixOrigin.GNSS, null, null, null)
        val record = duty.tap(place).record
        Stage().use { stage ->
            stage.open(Link(Routes.PROOF, mapOf(Routes.RECORD to record)))
            FakeAndroidKeyStore.broken = true
            duty.closeEngine()
            stage.pressAtOnce("Sertakan lokasi", "Bagikan")
            assertTrue(stage.texts().toString(), stage.shows("Coba lagi"))
            FakeAndroidKeyStore.broken = false
            duty.syncAndTell()
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("120,32") || stage.shows("120.32"))
            assertNull(shadowOf(RuntimeEnvironment.getApplication()).nextStartedActivity)
        }
    }

    @Test
    fun `what was not yet shared when the person went away does not go out behind them`() {
        val place = PlaceSeen.Fix(-2.5543, 120.3280, 25.0, 0uL, FixOrigin.GNSS, null, null, null)
        val record = duty.tap(place).record
        Stage().use { stage ->
            stage.open(Link(Routes.PROOF, mapOf(Routes.RECORD to record)))
            val left = CountDownLatch(1)
            stage.hadir.engine(stage.hadir.profiles.current).call({ left.await() }) {}
            stage.pressWaiting("Sertakan lokasi", "Bagikan")
            stage.control.pause()
            left.countDown()
            stage.settle()
            stage.control.resume()
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("120,32") || stage.shows("120.32"))
            assertNull(shadowOf(RuntimeEnvironment.getApplication()).nextStartedActivity)
        }
    }

    private fun sent(): String {
        val chooser = shadowOf(RuntimeEnvironment.getApplication()).nextStartedActivity
        val send = checkNotNull(chooser.getParcelableExtra(Intent.EXTRA_INTENT, Intent::class.java))
        assertEquals(Intent.ACTION_SEND, send.action)
        return send.getStringExtra(Intent.EXTRA_TEXT).orEmpty()
    }
}
