package id.hadir.app.ask

import android.widget.EditText
import id.hadir.app.Routes
import id.hadir.app.frame.Link
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
import org.robolectric.annotation.Config

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class RequestsTest {
    @get:Rule
    val duty = Duty()

    @Before
    fun enrolled() = duty.enrol()

    private fun requests() = duty.engine { it.requests() }

    @Test
    fun `a request is chosen, typed, kept over the death of the process, made once, decided and withdrawn`() {
        Stage().use { stage ->
            stage.open(Link(Routes.REQUESTS))
            assertTrue(stage.shows("Belum ada permohonan"))
            Album.keep(stage, "requests-none", listOf(Album.Look.ID_LIGHT))
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Buat permohonan")
            Album.keep(stage, "request")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Kirim permohonan")
            assertTrue(stage.texts().toString(), stage.shows("Pilih dulu jenisnya"))
            stage.press("Dinas luar")
            stage.press("Mulai")
            Album.keep(stage, "request-dates")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Rabu, 25 November 2026")
            stage.type("Catatan untuk atasan", "Rapat di provinsi")
            stage.die()
            assertTrue(stage.texts().toString(), stage.shows("Rapat di provinsi"))
            assertTrue(stage.shows("Rabu, 25 November 2026"))
            stage.pressTwice("Kirim permohonan")
            assertEquals(1, requests().size)
            assertTrue(stage.texts().toString(), stage.shows("Permohonan tercatat di HP ini"))
            Album.keep(stage, "request-made")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Selesai")
            duty.sync()
            duty.office.decide(true, "Surat tugas 12/2026")
            duty.sync()
            stage.back()
            stage.open(Link(Routes.REQUESTS))
            assertTrue(stage.texts().toString(), stage.shows("Surat tugas 12/2026"))
            Album.keep(stage, "requests")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Tarik kembali")
            assertTrue(stage.shows("Tarik kembali permohonan ini?"))
            Album.keep(stage, "requests-withdraw", listOf(Album.Look.ID_LIGHT, Album.Look.EN_DARK))
            stage.become(Album.Look.ID_LIGHT)
            stage.pressTwice("Tarik kembali")
            assertFalse(requests().single().canWithdraw)
        }
    }

    @Test
    fun `back from the list of dates keeps what was typed`() {
        Stage().use { stage ->
            stage.open(Link(Routes.REQUEST))
            stage.type("Catatan untuk atasan", "Anak sakit")
            stage.press("Sampai")
            stage.press("Kembali")
            assertTrue(stage.texts().toString(), stage.shows("Anak sakit"))
        }
    }

    @Test
    fun `a rule that comes while the screen is open leaves the note where it is`() {
        Stage().use { stage ->
            stage.open(Link(Routes.REQUEST))
            stage.type("Catatan untuk atasan", "Anak sakit")
            duty.office.publish()
            duty.sync()
            stage.control.pause().resume()
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Anak sakit"))
            stage.press("Dinas luar")
            stage.press("Kirim permohonan")
            assertEquals(1, requests().size)
        }
    }

    @Test
    fun `a window that a rule takes away while it is chosen is said, and the note stays`() {
        Stage().use { stage ->
            stage.open(Link(Routes.REQUEST))
            stage.press("Cuti")
            stage.press("11.00")
            stage.type("Catatan untuk atasan", "Anak sakit")
            duty.publish("default") { it.replace("\"11:00\", ", "") }
            stage.settle()
            assertTrue("else a half day would become a whole one", stage.shows("Aturan berubah"))
            assertFalse(stage.texts().toString(), stage.shows("11.00"))
            assertTrue(stage.texts().toString(), stage.shows("Anak sakit"))
            Album.keep(stage, "request-changed")
        }
    }

    @Test
    fun `another first date has other windows, and no rule is said to have changed`() {
        Stage().use { stage ->
            stage.open(Link(Routes.REQUEST))
            stage.press("11.00")
            stage.press("Mulai")
            // A Saturday: nobody owes anything.
            stage.press("Sabtu, 28 November 2026")
            assertFalse(stage.texts().toString(), stage.shows("Aturan berubah"))
        }
    }

    @Test
    fun `a long list of dates is folded around the chosen one, and more are a press away`() {
        Stage().use { stage ->
            stage.open(Link(Routes.REQUEST))
            stage.press("Mulai")
            val dates = { stage.texts().filter { "2026" in it } }
            assertEquals(7, dates().size)
            assertTrue("a day gone by too: who was sick yesterday asks today", dates()[0].startsWith("Senin, 23"))
            stage.press("Tanggal berikutnya")
            assertTrue(dates().toString(), dates().size > 10)
            stage.press("Tanggal sebelumnya")
            assertTrue(dates().toString(), dates()[0].startsWith("Senin, 16"))
            stage.die()
            assertTrue(dates().toString(), dates()[0].startsWith("Senin, 16"))
        }
    }

    @Test
    fun `a phone that is turned while a request is recorded shows it, and makes no second`() {
        Stage().use { stage ->
            stage.open(Link(Routes.REQUEST))
            stage.press("Dinas luar")
            stage.pressAndTurn("Kirim permohonan")
            assertTrue(stage.texts().toString(), stage.shows("Permohonan tercatat"))
            assertEquals(1, requests().size)
        }
    }

    @Test
    fun `a sync while somebody types moves neither the text nor the cursor`() {
        Stage().use { stage ->
            stage.open(Link(Routes.REQUEST))
            stage.type("Catatan untuk atasan", "Anak sakit")
            val typing = {
                stage.activity.window.decorView
                    .findFocus() as EditText
            }
            stage.fields().single().requestFocus()
            typing().setSelection(4)
            duty.syncAndTell()
            stage.settle()
            assertEquals("Anak sakit", typing().text.toString())
            assertEquals(4, typing().selectionStart)
        }
    }

    @Test
    fun `a request that a phone without its keys could not record can be sent again`() {
        Stage().use { stage ->
            stage.open(Link(Routes.REQUEST))
            stage.press("Dinas luar")
            duty.withoutKeys {
                stage.press("Kirim permohonan")
                assertTrue(stage.texts().toString(), stage.shows("Coba lagi"))
            }
            stage.press("Coba lagi")
            stage.press("Kirim permohonan")
            assertTrue(stage.texts().toString(), stage.shows("Permohonan tercatat"))
            assertEquals(1, requests().size)
        }
    }

    @Test
    fun `a phone that is turned while its keys are away can send the request then`() {
        Stage().use { stage ->
            stage.open(Link(Routes.REQUEST))
            stage.press("Dinas luar")
            duty.withoutKeys { stage.pressAndTurn("Kirim permohonan") }
            stage.press("Coba lagi")
            stage.press("Kirim permohonan")
            assertTrue(stage.texts().toString(), stage.shows("Permohonan tercatat"))
            assertEquals(1, requests().size)
        }
    }

    @Test
    fun `a date that went by while the screen was open is said, and one that is picked then is not`() {
        Stage().use { stage ->
            // The first day that is offered; tomorrow it is none.
            stage.open(Link(Routes.REQUEST, mapOf(Routes.DATE to "2026-10-24")))
            assertTrue(stage.texts().toString(), stage.shows("Sabtu, 24 Oktober 2026"))
            assertFalse(stage.shows("Aturan berubah"))
            stage.press("Sampai")
            stage.press("Minggu, 25 Oktober 2026")
            duty.office.until("2026-11-26T08:00:00")
            duty.syncAndTell()
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Senin, 26 Oktober 2026"))
            assertTrue("else two days would become one", stage.shows("Aturan berubah"))
            duty.syncAndTell()
            stage.settle()
            assertTrue("until the person has seen to it", stage.shows("Aturan berubah"))
            stage.press("Sampai")
            stage.press("Selasa, 27 Oktober 2026")
            assertFalse(stage.texts().toString(), stage.shows("Aturan berubah"))
        }
    }
}
