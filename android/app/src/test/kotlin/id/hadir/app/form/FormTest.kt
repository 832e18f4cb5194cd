package id.hadir.app.form

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
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.annotation.Config
import java.io.File
import java.util.concurrent.CountDownLatch

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class FormTest {
    @get:Rule
    val duty = Duty(policy = RULE, at = "2020-06-10T15:00:00")

    private fun forms() = duty.engine { it.history(50u) }.count { it.mark == LogMark.FORM }

    private fun Stage.answer(
        question: String,
        word: String,
    ) = press("$question $word")

    private fun Stage.answerAll(word: String) = QUESTIONS.forEach { answer(it, word) }

    @Test
    fun `the questions stand in their exact wording and are sent when all are answered`() {
        duty.enrol()
        Stage().use { stage ->
            Album.keep(stage, "home-form")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Isi")
            QUESTIONS.forEach { assertTrue(it, stage.shows(it)) }
            Album.keep(stage, "form")
            stage.become(Album.Look.ID_LIGHT)
            stage.answer(QUESTIONS[0], "Ya")
            stage.press("Kirim ke Dinas Kesehatan")
            assertTrue(stage.shows("Masih ada pertanyaan yang belum dijawab"))
            assertEquals(0, forms())
            QUESTIONS.drop(1).forEach { stage.answer(it, "Tidak") }
            stage.press("Kirim ke Dinas Kesehatan")
            assertTrue(stage.texts().toString(), stage.shows("Risiko sedang") || stage.shows("risiko sedang"))
            assertEquals(1, forms())
            Album.keep(stage, "form-result", listOf(Album.Look.ID_LIGHT, Album.Look.ID_DARK, Album.Look.ID_LARGE))
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Selesai")
            assertTrue(stage.texts().toString(), stage.shows("Absen") || stage.shows("kantor"))
        }
    }

    @Test
    fun `while no tap is owed, what is to be filled in stands before the tap`() {
        duty.enrol()
        duty.tap()
        Stage().use { stage ->
            val said = stage.texts()
            assertTrue(said.toString(), "Isi penilaian mandiri" in said)
            assertTrue(
                said.toString(),
                said.indexOf("Isi penilaian mandiri") < said.indexOfFirst { "Absen" in it && it != said[0] },
            )
        }
    }

    @Test
    fun `a draft survives the death of the process, answer by answer`() {
        duty.enrol()
        Stage().use { stage ->
            stage.press("Isi")
            stage.answer(QUESTIONS[0], "Ya")
            stage.answer(QUESTIONS[4], "Tidak")
            assertTrue(stage.shows("2 dari 6 dijawab"))
            stage.crash()
            assertTrue(stage.texts().toString(), stage.shows("2 dari 6 dijawab"))
            stage.press("Hapus jawaban")
            assertTrue(stage.shows("0 dari 6 dijawab"))
        }
    }

    @Test
    fun `a great risk says what happens next, and its result outlives no process`() {
        duty.enrol()
        Stage().use { stage ->
            stage.press("Isi")
            stage.answerAll("Ya")
            stage.press("Kirim ke Dinas Kesehatan")
            assertTrue(stage.texts().toString(), stage.shows("Tidak boleh masuk"))
            Album.keep(stage, "form-result-great", listOf(Album.Look.ID_LIGHT, Album.Look.ID_DARK, Album.Look.ID_LARGE))
            stage.crash()
            assertFalse(stage.texts().toString(), stage.shows("14 dari 14"))
            assertEquals(1, forms())
        }
    }

    @Test
    fun `a rule that asks for no form any more is said, and the answers wait in case one does again`() {
        duty.enrol()
        Stage().use { stage ->
            stage.press("Isi")
            stage.answer(QUESTIONS[0], "Ya")
            duty.publish(RULE) { it.replace(FORM, "") }
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Tidak perlu diisi"))
            assertTrue(stage.texts().toString(), stage.shows("Tidak ada penilaian mandiri untuk 10 Jun 2020"))
            Album.keep(stage, "form-gone")
            stage.become(Album.Look.ID_LIGHT)
            stage.die()
            assertTrue(stage.texts().toString(), stage.shows("Tidak perlu diisi"))
            duty.publish(RULE) { it }
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("1 dari 6 dijawab"))
            assertEquals(0, forms())
        }
    }

    @Test
    fun `an answer to a form that has gone a moment ago is not lost`() {
        duty.enrol()
        Stage().use { stage ->
            stage.press("Isi")
            stage.answer(QUESTIONS[0], "Ya")
            duty.office.publishOther(rule().replace(FORM, ""))
            duty.sync()
            stage.answer(QUESTIONS[1], "Tidak")
            assertTrue(stage.texts().toString(), stage.shows("Tidak perlu diisi"))
            duty.publish(RULE) { it }
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("2 dari 6 dijawab"))
            stage.crash()
            assertTrue(stage.texts().toString(), stage.shows("2 dari 6 dijawab"))
        }
    }

    @Test
    fun `a form that went while it was being sent is not sent, and its answers can be removed`() {
        duty.enrol()
        Stage().use { stage ->
            stage.press("Isi")
            stage.answerAll("Tidak")
            duty.office.publishOther(rule().replace(FORM, ""))
            duty.sync()
            stage.press("Kirim ke Dinas Kesehatan")
            assertTrue(stage.texts().toString(), stage.shows("Tidak perlu diisi"))
            assertEquals(0, forms())
            stage.press("Hapus jawaban")
            assertTrue(stage.texts().toString(), stage.shows("Jawaban dihapus"))
            duty.publish(RULE) { it }
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("0 dari 6 dijawab"))
        }
    }

    @Test
    fun `a form whose time is moved stays open with its answers, and one whose time has not come any more goes`() {
        duty.enrol()
        Stage().use { stage ->
            stage.open(Link(Routes.FORM, mapOf(Routes.DATE to "2020-06-11")))
            stage.answerAll("Tidak")
            duty.publish(RULE) { it.replace("entry = \"07:30\"", "entry = \"06:00\"") }
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("6 dari 6 dijawab"))
            duty.publish(RULE) { it.replace("opens_days_before = 1", "opens_days_before = 0") }
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Tidak perlu diisi"))
            duty.publish(RULE) { it }
            stage.settle()
            stage.press("Kirim ke Dinas Kesehatan")
            assertTrue(stage.texts().toString(), stage.shows("Boleh masuk"))
            assertEquals(1, forms())
        }
    }

    @Test
    fun `an answer that could not be kept is kept when the phone can again`() {
        duty.enrol()
        Stage().use { stage ->
            stage.press("Isi")
            stage.answer(QUESTIONS[0], "Ya")
            duty.withoutKeys {
                stage.answer(QUESTIONS[1], "Tidak")
                assertTrue(stage.texts().toString(), stage.shows("Coba lagi"))
            }
            stage.press("Coba lagi")
            assertTrue(stage.texts().toString(), stage.shows("2 dari 6 dijawab"))
            stage.crash()
            assertTrue(stage.texts().toString(), stage.shows("2 dari 6 dijawab"))
        }
    }

    @Test
    fun `a phone that is turned while the form is sent shows its result, and sends it once`() {
        duty.enrol()
        Stage().use { stage ->
            stage.press("Isi")
            stage.answerAll("Tidak")
            stage.pressAndTurn("Kirim ke Dinas Kesehatan")
            assertTrue(stage.texts().toString(), stage.shows("Boleh masuk"))
            assertEquals(1, forms())
        }
    }

    @Test
    fun `a form that a phone without its keys could not record can be sent again`() {
        duty.enrol()
        Stage().use { stage ->
            stage.press("Isi")
            stage.answerAll("Tidak")
            duty.withoutKeys { stage.press("Kirim ke Dinas Kesehatan") }
            stage.press("Coba lagi")
            stage.press("Kirim ke Dinas Kesehatan")
            assertTrue(stage.texts().toString(), stage.shows("Boleh masuk"))
            assertEquals(1, forms())
        }
    }

    @Test
    fun `answers that were given after others were removed are not said to be removed`() {
        duty.enrol()
        Stage().use { stage ->
            stage.press("Isi")
            stage.answer(QUESTIONS[0], "Ya")
            stage.press("Hapus jawaban")
            stage.answer(QUESTIONS[1], "Ya")
            duty.publish(RULE) { it.replace(FORM, "") }
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Tidak perlu diisi"))
            assertFalse(stage.texts().toString(), stage.shows("Jawaban dihapus"))
            stage.press("Hapus jawaban")
            assertTrue(stage.texts().toString(), stage.shows("Jawaban dihapus"))
            duty.publish(RULE) { it }
            duty.publish(RULE) { it.replace(FORM, "") }
            stage.settle()
            assertTrue("nothing was answered since", stage.shows("Jawaban dihapus"))
        }
    }

    @Test
    fun `an answer that is not kept is not said to be, and outlives the turn of the phone`() {
        duty.enrol()
        Stage().use { stage ->
            stage.press("Isi")
            stage.answer(QUESTIONS[0], "Ya")
            duty.office.publishOther(rule().replace(FORM, ""))
            duty.sync()
            stage.answer(QUESTIONS[1], "Tidak")
            assertTrue(stage.texts().toString(), stage.shows("Tidak perlu diisi"))
            assertFalse(stage.texts().toString(), stage.shows("tetap di HP ini"))
            stage.rotate()
            assertTrue(stage.texts().toString(), stage.shows("Tidak perlu diisi"))
            assertFalse(stage.texts().toString(), stage.shows("tetap di HP ini"))
            duty.publish(RULE) { it }
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("2 dari 6 dijawab"))
            duty.publish(RULE) { it.replace(FORM, "") }
            stage.settle()
            assertTrue("now it is kept", stage.shows("tetap di HP ini"))
        }
    }

    @Test
    fun `a form that was asked for before an answer turned out not to be kept does not wipe it off`() {
        duty.enrol()
        Stage().use { stage ->
            stage.press("Isi")
            stage.answer(QUESTIONS[0], "Ya")
            duty.office.publishOther(rule().replace(FORM, ""))
            duty.sync()
            val asked = CountDownLatch(1)
            val engine = stage.hadir.engine(stage.hadir.profiles.current)
            engine.call({ asked.await() }) {}
            stage.pressWaiting("${QUESTIONS[1]} Tidak")
            // Between the answer and what asks for the form, a rule comes that has one again.
            engine.call({
                duty.office.publishOther(rule())
                it.sync(10_000uL)
            }) {}
            stage.control.pause().resume()
            asked.countDown()
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("2 dari 6 dijawab"))
            stage.leaveAndReturn()
            stage.crash()
            assertTrue(stage.texts().toString(), stage.shows("2 dari 6 dijawab"))
        }
    }

    private fun rule() = File(System.getProperty("hadir.root")!!, "policies/$RULE.toml").readText()

    private companion object {
        const val RULE = "palopo-2020"

        /** What the rule says of the form. */
        val FORM = Regex("(?s)\\[form].*?(?=\\[\\[groups)")
        val QUESTIONS =
            listOf(
                "Apakah pernah keluar rumah/tempat umum (pasar, fasyankes, kerumunan orang, dan lain-lain)?",
                "Apakah pernah menggunakan transportasi umum?",
                "Apakah pernah melakukan perjalanan ke luar kota/internasional? (wilayah yang terjangkit/zona merah)",
                "Apakah anda mengikuti kegiatan yang melibatkan orang banyak?",
                "Apakah memiliki riwayat kontak erat dengan orang yang dinyatakan ODP, PDP atau konfirm COVID-19 " +
                    "(berjabat tangan, berbicara, berada dalam satu ruangan/satu rumah)?",
                "Apakah pernah mengalami demam/batuk/pilek/sakit tenggorokan/sesak dalam 14 hari terakhir?",
            )
    }
}
