package id.hadir.app.form

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

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class FormTest {
    @get:Rule
    val duty = Duty(policy = "palopo-2020", at = "2020-06-10T15:00:00")

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

    private companion object {
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
