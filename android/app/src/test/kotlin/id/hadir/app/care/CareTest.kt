package id.hadir.app.care

import android.app.LocaleManager
import id.hadir.app.Routes
import id.hadir.app.frame.Link
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.app.look.until
import id.hadir.core.Language
import id.hadir.core.Standing
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import java.net.ServerSocket

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class CareTest {
    @get:Rule
    val duty = Duty()

    @Before
    fun enrolled() = duty.enrol()

    @Test
    fun `the menu leads everywhere`() {
        Stage().use { stage ->
            stage.press("Menu")
            Album.keep(stage, "menu")
            stage.become(Album.Look.ID_LIGHT)
            val ways =
                listOf(
                    "Riwayat",
                    "Bulan saya",
                    "Permohonan dan sanggahan",
                    "Berbagi lokasi",
                    "Catatan tertahan",
                    "Kode bantuan",
                    "Pemakaian data",
                    "Privasi",
                    "Setelan",
                )
            for (way in ways) {
                stage.press(way)
                assertEquals(way, stage.activity.title)
                stage.back()
            }
            stage.press("Ganti orang")
            assertEquals("Siapa yang memakai HP ini?", stage.activity.title)
        }
    }

    @Test
    fun `a help code is got over the network, and an earlier one is said to be so`() {
        Stage().use { stage ->
            stage.open(Link(Routes.HELP))
            stage.press("Buat kode bantuan")
            stage.until("Berlaku sampai")
            val code = stage.texts().first { it.length == 6 && it.all(Char::isLetterOrDigit) }
            Album.keep(stage, "help-code", varying = code)
            stage.become(Album.Look.ID_LIGHT)
            assertTrue("a code outlives a turn of the phone", stage.shows(code))
            duty.office.online(false)
            stage.press("Buat kode bantuan")
            stage.until("Kode ini dari sebelumnya")
            assertTrue(stage.shows(code))
        }
    }

    @Test
    fun `without a network and an earlier code the help page still says how the phone stands`() {
        duty.office.online(false)
        duty.tap()
        Stage().use { stage ->
            stage.open(Link(Routes.HELP))
            assertTrue(stage.texts().toString(), stage.shows("Menunggu dikirim"))
            Album.keep(stage, "help-standing")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Buat kode bantuan")
            stage.until("tidak dapat dihubungi")
            assertTrue(stage.shows("Penyimpanan"))
        }
    }

    @Test
    fun `data use says what is counted`() {
        Stage().use { stage ->
            stage.open(Link(Routes.DATA))
            assertTrue(stage.texts().toString(), stage.shows("November 2026: dikirim"))
            Album.keep(stage, "data")
        }
    }

    @Test
    fun `removing the data asks twice and names what was not sent`() {
        duty.office.online(false)
        duty.tap()
        Stage().use { stage ->
            stage.open(Link(Routes.PRIVACY))
            Album.keep(stage, "privacy")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Hapus data di HP ini")
            assertTrue(stage.texts().toString(), stage.shows("1 catatan belum terkirim"))
            Album.keep(stage, "wipe")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Hapus data di HP ini")
            assertEquals(Standing.ENROLLED, duty.engine { it.standing() })
            Album.keep(stage, "wipe-again", listOf(Album.Look.ID_LIGHT, Album.Look.EN_DARK))
            // Made anew by a rotation, it stands where it stood, and nothing is done without the press.
            stage.become(Album.Look.ID_LIGHT)
            stage.rotate()
            assertTrue(stage.texts().toString(), stage.shows("Ini tidak dapat dibatalkan"))
            assertEquals(Standing.ENROLLED, duty.engine { it.standing() })
            stage.rotate()
            stage.pressTwice("Ya, hapus sekarang")
            stage.until("Data dihapus")
            stage.rotate()
            assertTrue("what was done stays said", stage.shows("Data dihapus"))
            stage.press("Selesai")
            stage.until("Daftarkan HP ini")
            assertEquals(Standing.NOT_ENROLLED, duty.engine { it.standing() })
        }
    }

    @Test
    fun `before data that waits is removed it can be sent, and then nothing is lost`() {
        duty.office.online(false)
        duty.tap()
        Stage().use { stage ->
            stage.open(Link(Routes.WIPE))
            assertTrue(stage.texts().toString(), stage.shows("Sebaiknya kirim dulu"))
            stage.press("Kirim sekarang")
            stage.until("Kirim sekarang")
            duty.office.online(true)
            duty.office.advance(600_000uL)
            stage.press("Kirim sekarang")
            stage.until("Semua catatan sudah terkirim")
            assertTrue(stage.texts().toString(), stage.shows("Semua catatan sudah terkirim"))
            assertFalse(stage.shows("Kirim sekarang"))
            assertEquals(Standing.ENROLLED, duty.engine { it.standing() })
        }
    }

    @Test
    fun `the language is the phone's own setting for the app`() {
        Stage().use { stage ->
            stage.open(Link(Routes.SETTINGS))
            Album.keep(stage, "settings")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("English")
            val locales = RuntimeEnvironment.getApplication().getSystemService(LocaleManager::class.java).applicationLocales
            assertEquals("en", locales.toLanguageTags())
        }
    }

    @Test
    @Config(sdk = [26])
    fun `a phone without such a setting is spoken to in the language that was chosen here`() {
        Stage().use { stage ->
            stage.open(Link(Routes.SETTINGS))
            stage.press("English")
            assertEquals(Language.ENGLISH, duty.hadir.language)
            stage.until("Language")
        }
    }

    @Test
    fun `a phone that is turned while data is removed says so when it is done`() {
        Stage().use { stage ->
            ServerSocket(0).use { deaf ->
                // A sync under way, which has to end before anything is removed.
                duty.office.hang("127.0.0.1:${deaf.localPort}")
                stage.hadir.sync.inFront(stage.hadir.profiles.current, PATIENCE_MS) {}
                stage.open(Link(Routes.WIPE))
                stage.press("Hapus data di HP ini")
                stage.pressAndTurn("Ya, hapus sekarang")
                stage.until("Data dihapus")
            }
        }
    }

    private companion object {
        const val PATIENCE_MS = 20_000L
    }
}
