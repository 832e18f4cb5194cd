package id.hadir.app.home

import id.hadir.app.look.Album
import id.hadir.app.look.Checks
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.annotation.Config

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class HomeTest {
    @get:Rule
    val duty = Duty()

    @Test
    fun `today is read in the order in which it concerns the person`() {
        duty.enrol()
        Stage().use { stage ->
            Album.keep(stage, "home")
            stage.become(Album.Look.ID_LIGHT)
            val said = Checks.said(stage.activity)
            val head =
                listOf("Selasa, 24 November 2026 · WITA", "Menu", "Bekerja dari rumah", "Absen 4 kali hari ini") +
                    listOf(
                        "Jadwal 08.00 sedang dibuka",
                        "Tepat waktu sampai 08.15",
                        "Absen sekarang",
                        "08.00, Dibuka",
                        "11.00, Nanti",
                    )
            assertEquals(head, said.take(head.size))
        }
    }
}
