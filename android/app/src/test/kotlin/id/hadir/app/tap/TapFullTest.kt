package id.hadir.app.tap

import android.provider.Settings
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.core.HadirException
import id.hadir.testing.HadirRunner
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Assume.assumeTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.io.File
import java.io.IOException

/** A phone without space: its store lies on a file system of six megabytes, which is really full. */
@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class TapFullTest {
    @get:Rule
    val duty = Duty(at = "2026-11-24T08:02:09")
    private lateinit var place: File
    private val filler get() = File(place, "filler")

    private fun system(vararg command: String): Int =
        ProcessBuilder(*command).redirectErrorStream(true).start().run {
            inputStream.readBytes()
            waitFor()
        }

    @Before
    fun smallPlace() {
        place = duty.hadir.profiles.current.directory
        place.mkdirs()
        val mounted = system("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", place.path) == 0
        assumeTrue("this system lets no test mount a small file system", mounted)
        duty.enrol()
    }

    @After
    fun takenAway() {
        system("umount", "-l", place.path)
    }

    private fun fill() =
        filler.outputStream().use { out ->
            try {
                repeat(BLOCKS) { out.write(ByteArray(BLOCK)) }
            } catch (_: IOException) {
                // Full.
            }
        }

    /** Taps until there is no space left; returns how many were recorded. */
    private fun tapUntilFull(): Int {
        repeat(MOST) { done ->
            duty.office.advance(4_000uL)
            try {
                duty.tap()
            } catch (_: HadirException.StoreFull) {
                return done
            }
        }
        error("never full")
    }

    private fun taps() = duty.engine { it.today() }.pending

    @Test
    fun `a press on a full phone says at once that nothing is recorded, and is recorded when there is space`() {
        fill()
        assertTrue("space for a day lay ready", tapUntilFull() > 4)
        val before = taps()
        Stage().use { stage ->
            stage.press("Absen")
            stage.press("Catat tanpa lokasi")
            assertTrue(stage.texts().toString(), stage.shows("Belum tercatat"))
            assertTrue(stage.texts().toString(), stage.shows("tidak ada yang tercatat"))
            // Each look turns the phone: what was to be recorded is tried again, and the screen says the same.
            Album.keep(stage, "tap-no-space")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Kosongkan penyimpanan")
            assertEquals(Settings.ACTION_INTERNAL_STORAGE_SETTINGS, shadowOf(stage.activity).nextStartedActivity.action)
            stage.press("Coba lagi")
            assertTrue(stage.texts().toString(), stage.shows("Belum tercatat"))
            stage.back()
            assertTrue("back leads home", stage.shows("Bekerja dari rumah"))
            assertEquals(before, taps())
            stage.press("Absen")
            stage.press("Catat tanpa lokasi")
            filler.delete()
            stage.press("Coba lagi")
            assertTrue(stage.texts().toString(), stage.shows("Tercatat di HP ini"))
            assertEquals(before + 1uL, taps())
        }
    }

    private companion object {
        const val BLOCK = 4_096
        const val BLOCKS = 4_096
        const val MOST = 5_000
    }
}
