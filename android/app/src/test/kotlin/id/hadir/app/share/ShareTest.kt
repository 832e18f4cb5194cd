package id.hadir.app.share

import id.hadir.app.Routes
import id.hadir.app.frame.Link
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.app.look.until
import id.hadir.core.ShareMark
import id.hadir.sdk.LiveShareService
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

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class ShareTest {
    @get:Rule
    val duty = Duty(policy = "parepare-2021", at = "2026-11-24T09:00:00")

    @Before
    fun enrolled() = duty.enrol()

    private fun mark() = duty.engine { it.today() }.share?.mark

    @Test
    fun `sharing begins by a press alone, pauses, goes on and stops, and says who sees what and when it ends`() {
        duty.allowLocation()
        Stage().use { stage ->
            stage.open(Link(Routes.SHARE))
            assertEquals(ShareMark.READY, mark())
            assertTrue(stage.texts().toString(), stage.shows("berhenti sendiri"))
            Album.keep(stage, "share-ready")
            stage.become(Album.Look.ID_LIGHT)
            stage.pressTwice("Mulai berbagi")
            assertEquals(ShareMark.SHARING, mark())
            val begun = shadowOf(RuntimeEnvironment.getApplication()).nextStartedService
            assertEquals(LiveShareService::class.java.name, begun?.component?.className)
            Album.keep(stage, "share-sharing")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Jeda")
            assertEquals(ShareMark.PAUSED, mark())
            Album.keep(stage, "share-paused")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Lanjutkan")
            assertEquals(ShareMark.SHARING, mark())
            stage.press("Hentikan untuk hari ini")
            assertEquals(ShareMark.STOPPED, mark())
            assertTrue(stage.shows("Mulai berbagi"))
        }
    }

    @Test
    fun `sharing that the phone stopped goes on when the app is opened again`() {
        duty.allowLocation()
        duty.engine { it.shareStart() }
        Stage().use { stage ->
            stage.settle()
            val begun = shadowOf(RuntimeEnvironment.getApplication()).nextStartedService
            assertEquals(LiveShareService::class.java.name, begun?.component?.className)
        }
    }

    @Test
    fun `a permission taken back while sharing is said on the screen`() {
        duty.allowLocation()
        Stage().use { stage ->
            stage.open(Link(Routes.SHARE))
            stage.press("Mulai berbagi")
            shadowOf(RuntimeEnvironment.getApplication()).denyPermissions(
                android.Manifest.permission.ACCESS_FINE_LOCATION,
                android.Manifest.permission.ACCESS_COARSE_LOCATION,
            )
            stage.control.pause().resume()
            stage.settle()
            stage.until("Izin lokasi belum diberikan")
            assertTrue(stage.texts().toString(), stage.shows("Berbagi lokasi, tetapi lokasinya belum diketahui"))
            assertFalse("it has begun", stage.shows("sebelum Anda memulai"))
            assertTrue(stage.inSight("Jeda"))
            Album.keep(stage, "share-denied", listOf(Album.Look.ID_LIGHT, Album.Look.EN_DARK))
        }
    }

    @Test
    fun `where no sharing is asked for, the screen says so and offers nothing else`() {
        duty.office.fact("A-1", "2026-11-24", "sick")
        duty.sync()
        Stage().use { stage ->
            stage.open(Link(Routes.SHARE))
            assertTrue(stage.texts().toString(), stage.shows("Tidak ada berbagi lokasi hari ini"))
            Album.keep(stage, "share-none", listOf(Album.Look.ID_LIGHT))
        }
    }

    @Test
    fun `after the hours it is over by itself`() {
        Stage().use { stage ->
            stage.open(Link(Routes.SHARE))
            stage.press("Mulai berbagi")
            duty.office.until("2026-11-24T16:00:00")
            stage.control.pause().resume()
            stage.settle()
            assertEquals(ShareMark.OVER, mark())
            assertTrue(stage.texts().toString(), stage.shows("Selesai untuk hari ini"))
        }
    }
}
