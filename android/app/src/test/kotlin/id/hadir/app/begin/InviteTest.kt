package id.hadir.app.begin

import id.hadir.app.R
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.app.look.answered
import id.hadir.app.look.until
import id.hadir.core.Standing
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.annotation.Config
import java.util.Base64

/** Invites that look like ones and can't be used, and a phone that was revoked. */
@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class InviteTest {
    @get:Rule
    val duty = Duty()

    /** The same link with a part of what it carries said otherwise. */
    private fun String.with(
        part: Regex,
        other: String,
    ): String {
        val (address, carried) = split('#', limit = 2)
        val json = String(Base64.getUrlDecoder().decode(carried))
        check(part.containsMatchIn(json)) { json }
        val said = json.replace(part, other).toByteArray()
        return "$address#${Base64.getUrlEncoder().withoutPadding().encodeToString(said)}"
    }

    private fun Stage.check(link: String) {
        type(activity.getString(R.string.enrol_link), link)
        press(R.string.enrol_check)
        answered()
    }

    @Test
    fun `an invite that the office does not know is refused beside the input`() {
        val link = duty.office.invite("A-1").with(Regex("\"code\":\"[^\"]*\""), "\"code\":\"AAAAAAAAAAAAAAAAAAAAAA\"")
        Stage().use { stage ->
            stage.press("Daftarkan HP ini")
            stage.check(link)
            assertTrue(stage.texts().toString(), stage.shows("tidak dikenal"))
            assertTrue("what was pasted is kept", stage.shows(link))
            Album.keep(stage, "enrol-unknown", varying = "#") { stage.check(link) }
            assertEquals(Standing.NOT_ENROLLED, duty.engine { it.standing() })
        }
    }

    @Test
    fun `an invite that is newer than this app leads to the update`() {
        val link = duty.office.invite("A-1").with(Regex("\"v\":1"), "\"v\":2")
        Stage().use { stage ->
            stage.press("Daftarkan HP ini")
            stage.check(link)
            assertTrue(stage.texts().toString(), stage.shows("Perbarui aplikasi"))
            Album.keep(
                stage,
                "enrol-newer",
            ) { if (stage.shows(stage.activity.getString(R.string.enrol_check))) stage.check(link) }
            stage.become(Album.Look.ID_LIGHT)
            assertTrue("what was pasted is kept", stage.shows(link))
        }
    }

    @Test
    fun `an invite of another agency than its server's enrols nobody`() {
        val link = duty.office.invite("A-1").with(Regex("\"root\":\"[^\"]*\""), "\"root\":\"${"A".repeat(43)}\"")
        Stage().use { stage ->
            stage.press("Daftarkan HP ini")
            stage.check(link)
            assertTrue(stage.texts().toString(), stage.shows("instansi") && !stage.shows("Ya, daftarkan"))
            Album.keep(stage, "enrol-other-agency", varying = "#") { stage.check(link) }
            assertEquals(Standing.NOT_ENROLLED, duty.engine { it.standing() })
        }
    }

    @Test
    fun `a phone that was revoked says so above the button, and enrols again once its data is removed`() {
        duty.enrol()
        duty.tap()
        duty.sync()
        duty.office.revoke("A-1")
        duty.office.advance(60_000uL)
        duty.tap()
        duty.sync()
        Stage().use { stage ->
            val texts = stage.texts()
            assertTrue(
                texts.toString(),
                texts.indexOf("Hapus data di HP ini") in 0 until texts.indexOfFirst { it.startsWith("Absen ") && it.length < 20 },
            )
            Album.keep(stage, "home-revoked")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Hapus data di HP ini")
            assertTrue(stage.texts().toString(), stage.shows("Semua catatan sudah terkirim"))
            stage.press("Hapus data di HP ini")
            stage.press("Ya, hapus sekarang")
            stage.until("Data dihapus")
            stage.press("Selesai")
            stage.until("Daftarkan HP ini")
            stage.press("Daftarkan HP ini")
            stage.check(duty.office.invite("A-1"))
            stage.press("Ya, daftarkan HP ini")
            stage.until("HP ini terdaftar")
            stage.activity.home()
            stage.until("Absen")
            assertFalse(stage.texts().toString(), stage.shows("Hapus data di HP ini"))
        }
    }
}
