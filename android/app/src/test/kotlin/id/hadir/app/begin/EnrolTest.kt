package id.hadir.app.begin

import android.content.ClipData
import android.content.ClipboardManager
import android.content.Intent
import android.net.Uri
import id.hadir.app.MainActivity
import id.hadir.app.R
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.app.look.answered
import id.hadir.app.look.until
import id.hadir.core.Standing
import id.hadir.testing.FakeAndroidKeyStore
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class EnrolTest {
    @get:Rule
    val duty = Duty()

    private fun standing() = duty.engine { it.standing() }

    private fun copied(text: String) =
        RuntimeEnvironment
            .getApplication()
            .getSystemService(ClipboardManager::class.java)
            .setPrimaryClip(ClipData.newPlainText("", text))

    private fun opened(link: String) =
        Stage(
            Intent(Intent.ACTION_VIEW, Uri.parse(link)).setClass(RuntimeEnvironment.getApplication(), MainActivity::class.java),
        )

    @Test
    fun `the first run tells who sees what, and a pasted link with line breaks makes the phone somebody's`() {
        copied(
            "  " +
                duty.office
                    .invite("A-1")
                    .chunked(30)
                    .joinToString("\n "),
        )
        Stage().use { stage ->
            Album.keep(stage, "welcome")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Daftarkan HP ini")
            Album.keep(stage, "enrol")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Tempel")
            stage.press("Periksa undangan")
            stage.until("Siti Aminah")
            assertEquals("looking uses nothing up", Standing.NOT_ENROLLED, standing())
            Album.keep(stage, "enrol-look")
            stage.become(Album.Look.ID_LIGHT)
            stage.pressTwice("Ya, daftarkan HP ini")
            stage.until("HP ini terdaftar")
            assertEquals(Standing.ENROLLED, standing())
            Album.keep(stage, "enrol-done")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Lanjut")
            assertTrue(stage.texts().toString(), stage.shows("Langkah 1"))
        }
    }

    @Test
    fun `a typed code and a server find the same invite, and survive the death of the process`() {
        val code = duty.office.code("A-2")
        Stage().use { stage ->
            stage.press("Daftarkan HP ini")
            stage.press("Ketik kode")
            // The picture's: the office's own address and code are others in each run.
            stage.type("Kode aktivasi", "k7q2m 9d4xa")
            stage.type("Alamat server", "hadir.kota.go.id")
            Album.keep(stage, "enrol-code", listOf(Album.Look.ID_LARGE))
            stage.become(Album.Look.ID_LIGHT)
            stage.type("Kode aktivasi", code.lowercase().chunked(3).joinToString(" "))
            stage.type("Alamat server", duty.office.address())
            stage.die()
            assertTrue(stage.texts().toString(), stage.shows(duty.office.address()))
            stage.press("Periksa undangan")
            stage.until("Budi Santoso")
            stage.press("Bukan saya")
            assertTrue(stage.shows("milik orang lain"))
            Album.keep(stage, "enrol-not-me")
            stage.become(Album.Look.ID_LIGHT)
            assertEquals(Standing.NOT_ENROLLED, standing())
        }
    }

    @Test
    fun `what is no invite, and a server out of reach, are told beside the input, which is kept`() {
        val link = duty.office.invite("A-1")
        Stage().use { stage ->
            stage.press("Daftarkan HP ini")
            copied("")
            stage.press("Tempel")
            assertTrue(stage.shows("Tidak ada teks"))
            stage.type("Tautan undangan", "https://contoh.go.id/berita")
            stage.press("Periksa undangan")
            stage.until("https://contoh.go.id/berita")
            val said = stage.texts()
            stage.rotate()
            assertEquals("what is wrong stays said", said, stage.texts())
            stage.rotate()
            stage.become(Album.Look.EN_LIGHT)
            assertTrue("in the language of now: ${stage.texts()}", stage.shows("not an invite"))
            Album.keep(stage, "enrol-no-invite")
            stage.become(Album.Look.ID_LIGHT)
            duty.office.online(false)
            stage.type("Tautan undangan", link)
            stage.press("Periksa undangan")
            stage.until(link)
            assertTrue(stage.texts().toString(), stage.shows("jaringan") || stage.shows("tersambung") || stage.shows("terhubung"))
            duty.office.online(true)
        }
    }

    @Test
    fun `an invite whose time is over says so and whose it was to nobody`() {
        val link = duty.office.invite("A-1")
        duty.office.until("2027-11-24T08:00:00")
        Stage().use { stage ->
            stage.press("Daftarkan HP ini")
            stage.type("Tautan undangan", link)
            stage.press("Periksa undangan")
            stage.until("kedaluwarsa")
            assertFalse(stage.shows("Siti"))
            assertFalse(stage.shows("Ya, daftarkan"))
            assertTrue(stage.texts().toString(), stage.shows("Undangan tidak dapat dipakai"))
            assertFalse(stage.shows("Apakah ini Anda?"))
            Album.keep(stage, "enrol-expired", listOf(Album.Look.ID_LIGHT))
            stage.become(Album.Look.EN_LIGHT)
            stage.until("Its time is over")
            assertFalse("the old language is gone", stage.shows("kedaluwarsa"))
            assertTrue(stage.shows("This invite can't be used"))
            stage.become(Album.Look.ID_LIGHT)
            stage.until("kedaluwarsa")
            stage.press("Pakai undangan lain")
            assertTrue(stage.shows("Tempel"))
        }
    }

    @Test
    fun `an invite that another phone used up is refused in place`() {
        val link = duty.office.invite("A-1")
        Stage().use { stage ->
            stage.press("Daftarkan HP ini")
            stage.type("Tautan undangan", link)
            stage.press("Periksa undangan")
            stage.until("Siti Aminah")
            // Meanwhile it is used in another profile, which is another phone to the server.
            duty.hadir.engine(duty.hadir.profiles.all[2]).blocking { it.enrol(link) }
            stage.press("Ya, daftarkan HP ini")
            stage.until("Pakai undangan lain")
            assertTrue(stage.texts().toString(), stage.shows("Undangan tidak dapat dipakai"))
            Album.keep(stage, "enrol-used", listOf(Album.Look.ID_LIGHT))
            stage.become(Album.Look.EN_LIGHT)
            stage.until("Used already")
            assertFalse("what was refused is not offered again", stage.shows("Yes, enrol this phone"))
            assertEquals(Standing.NOT_ENROLLED, standing())
        }
    }

    @Test
    fun `a link from another app is asked about before anything is done with it`() {
        opened(duty.office.invite("A-1")).use { stage ->
            assertTrue(stage.texts().toString(), stage.shows("Tautan dari luar"))
            assertTrue("where it leads is said", stage.shows("127.0.0.1"))
            Album.keep(stage, "enrol-foreign")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Batal")
            assertFalse(stage.shows("Siti"))
            assertTrue(stage.shows("Daftarkan HP ini"))
        }
        opened(duty.office.invite("A-1")).use { stage ->
            stage.press("Lanjut")
            stage.until("Siti Aminah")
            assertEquals(Standing.NOT_ENROLLED, standing())
        }
    }

    @Test
    fun `a link to a phone that is somebody's touches nothing of theirs, and may be another's`() {
        duty.enrol()
        val link = duty.office.invite("A-2")
        opened(link).use { stage ->
            stage.press("Lanjut")
            assertTrue(stage.texts().toString(), stage.shows("sudah dipakai Siti Aminah"))
            Album.keep(stage, "enrol-occupied")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Tambah orang")
            stage.until("Budi Santoso")
            stage.press("Ya, daftarkan HP ini")
            stage.until("HP ini terdaftar")
            assertEquals(
                2,
                duty.hadir.profiles
                    .used()
                    .size,
            )
        }
    }

    @Test
    fun `a phone whose key store lost its keys says that nothing is lost, and enrols again`() {
        duty.enrol()
        duty.tap()
        FakeAndroidKeyStore.loseKeys()
        duty.closeEngine()
        Stage().use { stage ->
            assertTrue(stage.texts().toString(), stage.shows("Catatan lama tidak dihapus"))
            Album.keep(stage, "enrol-keys-lost")
            stage.become(Album.Look.ID_LIGHT)
            stage.type("Tautan undangan", duty.office.invite("A-1"))
            stage.press("Periksa undangan")
            stage.until("Siti Aminah")
            stage.press("Ya, daftarkan HP ini")
            stage.until("HP ini terdaftar")
        }
    }
}
