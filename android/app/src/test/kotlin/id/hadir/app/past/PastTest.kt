package id.hadir.app.past

import id.hadir.app.Routes
import id.hadir.app.frame.Link
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.core.LogMark
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.annotation.Config
import java.io.File

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class PastTest {
    @get:Rule
    val duty = Duty()

    @Before
    fun enrolled() = duty.enrol()

    private fun appeals() = duty.engine { it.requests() }.count { it.kind == null }

    /** A day with a tap on time, one late and one without a place, and another day before it. */
    private fun someDays() {
        duty.tap()
        duty.sync()
        duty.office.until("2026-11-25T08:27:30")
        duty.sync()
        duty.tap()
        duty.office.until("2026-11-25T09:12:00")
        duty.tap()
    }

    @Test
    fun `history is newest first, day by day`() {
        Stage().use { stage ->
            stage.open(Link(Routes.HISTORY))
            someDays()
            stage.back()
            stage.open(Link(Routes.HISTORY))
            val days = stage.texts().filter { "November 2026" in it }
            assertEquals(days.toString(), 2, days.size)
            assertTrue(days[0], "25" in days[0])
            Album.keep(stage, "history")
        }
    }

    @Test
    fun `home shows what became of each window and leads to why`() {
        someDays()
        Stage().use { stage ->
            Album.keep(stage, "home-later")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("08.00")
            assertTrue(stage.texts().toString(), stage.shows("Mengapa begitu"))
            Album.keep(stage, "why")
        }
    }

    @Test
    fun `an appeal is chosen, typed, kept over the death of the process, and made once`() {
        someDays()
        Stage().use { stage ->
            stage.press("08.00")
            stage.press("Ajukan sanggahan")
            Album.keep(stage, "appeal")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Ajukan sanggahan")
            assertTrue(stage.shows("Pilih dulu alasannya"))
            stage.press(
                duty
                    .engine { it.appealChoices(null) }
                    .grounds
                    .first()
                    .text,
            )
            stage.type("Ceritakan singkat", "HP mati sejak subuh")
            stage.crash()
            assertTrue(stage.texts().toString(), stage.shows("HP mati sejak subuh"))
            stage.pressTwice("Ajukan sanggahan")
            assertEquals(1, appeals())
            assertTrue(stage.shows("Sanggahan tercatat"))
            Album.keep(stage, "appeal-made")
            stage.crash()
            assertTrue(stage.texts().toString(), stage.shows("Sanggahan tercatat"))
            assertEquals(1, appeals())
        }
    }

    @Test
    fun `another date of an appeal is chosen from a list, and the gesture back leaves the list`() {
        someDays()
        Stage().use { stage ->
            stage.open(Link(Routes.APPEAL))
            stage.press("25 November 2026")
            assertTrue(stage.shows("24 November 2026"))
            stage.back()
            assertTrue(stage.shows("Ceritakan singkat"))
            stage.press("25 November 2026")
            stage.press("24 November 2026")
            assertTrue(stage.texts().toString(), stage.shows("24 November 2026"))
        }
    }

    @Test
    fun `a parked record is shown with its reason and is tried again`() {
        duty.office.refuse(true)
        duty.tap()
        duty.sync()
        duty.office.refuse(false)
        Stage().use { stage ->
            Album.keep(stage, "home-parked", listOf(Album.Look.ID_LIGHT))
            stage.press("Lihat catatan tertahan")
            Album.keep(stage, "parked")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Coba kirim lagi")
            assertTrue(stage.shows("Dicoba lagi"))
            assertTrue(stage.shows("Tidak ada catatan yang tertahan"))
            duty.sync()
            assertEquals(0, duty.engine { it.parked() }.size)
            assertTrue(duty.engine { it.history(9u) }.any { it.mark == LogMark.TAP_WITHOUT_FIX })
        }
    }

    @Test
    fun `a window that a rule takes away while an appeal is written is said, and the words stay`() {
        someDays()
        Stage().use { stage ->
            stage.press("08.00")
            stage.press("Ajukan sanggahan")
            stage.type("Ceritakan singkat", "HP mati sejak subuh")
            duty.publish("default") { it.replace("\"08:00\", ", "") }
            stage.settle()
            assertTrue("else it would be against the whole day", stage.shows("Aturan berubah"))
            assertTrue(stage.texts().toString(), stage.shows("HP mati sejak subuh"))
            Album.keep(stage, "appeal-changed", listOf(Album.Look.ID_LIGHT, Album.Look.EN_DARK))
        }
    }

    @Test
    fun `a phone that is turned while an appeal is recorded shows it, and makes no second`() {
        someDays()
        Stage().use { stage ->
            stage.press("08.00")
            stage.press("Ajukan sanggahan")
            stage.press(duty.engine { it.appealChoices(null) }.grounds[0].text)
            stage.pressAndTurn("Ajukan sanggahan")
            assertTrue(stage.texts().toString(), stage.shows("Sanggahan tercatat"))
            assertEquals(1, appeals())
        }
    }

    @Test
    fun `an appeal that a phone without its keys could not record can be sent again`() {
        someDays()
        Stage().use { stage ->
            stage.press("08.00")
            stage.press("Ajukan sanggahan")
            stage.press(duty.engine { it.appealChoices(null) }.grounds[0].text)
            duty.withoutKeys { stage.press("Ajukan sanggahan") }
            stage.press("Coba lagi")
            stage.press("Ajukan sanggahan")
            assertTrue(stage.texts().toString(), stage.shows("Sanggahan tercatat"))
            assertEquals(1, appeals())
        }
    }

    @Test
    fun `a window that a rule took away before the appeal was opened is said too`() {
        someDays()
        Stage().use { stage ->
            stage.press("08.00")
            val rule = File(System.getProperty("hadir.root")!!, "policies/default.toml").readText()
            duty.office.publishOther(rule.replace("\"08:00\", ", ""))
            duty.sync()
            stage.press("Ajukan sanggahan")
            assertTrue("else it would be against the whole day", stage.shows("Aturan berubah"))
            stage.press("Seluruh hari")
            assertFalse(stage.texts().toString(), stage.shows("Aturan berubah"))
        }
    }
}
