package id.hadir.app.people

import android.content.Intent
import android.net.Uri
import id.hadir.app.MainActivity
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Doors
import id.hadir.app.frame.Link
import id.hadir.app.look.Album
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.app.look.until
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
import org.robolectric.shadows.ShadowSystemClock
import java.time.Duration

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class PeopleTest {
    @get:Rule
    val duty = Duty()

    @Before
    fun enrolled() = duty.enrol()

    private fun hasPin() = duty.engine { it.hasPin() }

    private fun taps() = duty.engine { it.today() }.run { windows.count { it.record != null } + others.size }

    private fun Stage.setPin(pin: String = "2468") {
        open(Link(Routes.PROFILES))
        press("Pasang PIN")
        type("PIN baru, 4 sampai 8 angka", pin)
        type("Ulangi PIN", pin)
        press("Simpan")
    }

    @Test
    fun `a PIN is typed twice, and taken away by whoever knows it`() {
        Stage().use { stage ->
            stage.open(Link(Routes.PROFILES))
            stage.until("Siti Aminah")
            Album.keep(stage, "profiles")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Pasang PIN")
            stage.type("PIN baru, 4 sampai 8 angka", "2468")
            stage.type("Ulangi PIN", "2469")
            stage.press("Simpan")
            assertTrue(stage.shows("Kedua PIN tidak sama"))
            Album.keep(stage, "pin-set", listOf(Album.Look.ID_LIGHT, Album.Look.EN_DARK, Album.Look.ID_LARGE))
            stage.become(Album.Look.ID_LIGHT)
            stage.back()
            stage.setPin("12")
            assertFalse("two digits are no PIN", hasPin())
            stage.back()
            stage.setPin()
            assertTrue(stage.texts().toString(), stage.shows("PIN terpasang"))
            assertTrue(hasPin())
            stage.press("Hapus PIN")
            stage.type("PIN sekarang", "1357")
            stage.press("Hapus PIN")
            assertTrue(stage.texts().toString(), stage.shows("PIN salah"))
            stage.type("PIN sekarang", "2468")
            stage.press("Hapus PIN")
            assertFalse(hasPin())
        }
    }

    @Test
    fun `after a minute out of sight the PIN is asked for, and wrong ones wait`() {
        Stage().use { stage ->
            stage.setPin()
            stage.control.pause().stop()
            ShadowSystemClock.advanceBy(Duration.ofSeconds(30))
            stage.control
                .restart()
                .start()
                .resume()
            stage.settle()
            assertTrue("a look at the settings locks nobody out", stage.shows("PIN terpasang"))
            stage.control.pause().stop()
            ShadowSystemClock.advanceBy(Duration.ofSeconds(61))
            stage.control
                .restart()
                .start()
                .resume()
            stage.settle()
            // The list of people is open to everybody; their PIN is not.
            assertFalse(stage.texts().toString(), stage.shows("Hapus PIN"))
            stage.activity.home()
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Masukkan PIN Siti Aminah"))
            Album.keep(stage, "lock")
            stage.become(Album.Look.ID_LIGHT)
            repeat(6) {
                stage.type("PIN", "0000")
                stage.press("Buka")
            }
            assertTrue(stage.texts().toString(), stage.shows("terlalu sering"))
            Album.keep(stage, "lock-wait") {
                stage.type("PIN", "0000")
                stage.press(R.string.profiles_pin_open)
            }
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Buka")
            assertTrue(stage.texts().toString(), stage.shows("terlalu sering"))
            stage.leaveAndReturn()
            assertFalse("what may be over is not said any more", stage.shows("terlalu sering"))
            stage.type("PIN", "2468")
            stage.press("Buka")
            assertTrue("not even the right one is looked at", stage.shows("Masukkan PIN"))
            duty.office.advance(120_000uL)
            stage.type("PIN", "2468")
            stage.press("Buka")
            assertTrue(stage.texts().toString(), stage.shows("Absen sekarang"))
        }
    }

    @Test
    fun `a notification does not lead around the PIN, and taps nothing behind it`() {
        Stage().use { it.setPin() }
        (RuntimeEnvironment.getApplication() as id.hadir.app.HadirApp).locks.shut()
        val intent = Doors.inside(RuntimeEnvironment.getApplication(), duty.hadir.profiles.current, Link(Routes.TAP))
        Stage(intent).use { stage ->
            assertTrue(stage.texts().toString(), stage.shows("Masukkan PIN"))
            assertEquals(0, taps())
            stage.type("PIN", "2468")
            stage.press("Buka")
            assertTrue(stage.texts().toString(), stage.shows("Catat tanpa lokasi"))
        }
    }

    @Test
    fun `a forgotten PIN leads to the removal of that person's data alone, asked twice`() {
        duty.hadir.profiles.current = duty.hadir.profiles.all[1]
        duty.enrol("A-2")
        duty.office.online(false)
        duty.tap()
        Stage().use { stage ->
            stage.setPin()
            stage.activity.home()
            (RuntimeEnvironment.getApplication() as id.hadir.app.HadirApp).locks.shut()
            stage.activity.home()
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("Masukkan PIN Budi Santoso"))
            stage.press("Lupa PIN?")
            assertTrue(stage.texts().toString(), stage.shows("Budi Santoso"))
            assertTrue("what would be lost is named", stage.shows("1 catatan belum terkirim"))
            Album.keep(stage, "wipe-forgotten")
            stage.become(Album.Look.ID_LIGHT)
            stage.back()
            assertTrue("whoever thinks again stands before the PIN", stage.shows("Masukkan PIN Budi Santoso"))
            stage.press("Lupa PIN?")
            stage.press("Hapus data di HP ini")
            assertEquals(
                2,
                duty.hadir.profiles
                    .used()
                    .size,
            )
            stage.press("Ya, hapus sekarang")
            stage.until("Data dihapus")
            stage.press("Selesai")
            stage.until("Bekerja dari rumah")
            assertEquals("Siti Aminah", duty.engine { it.today() }.person.name)
            assertEquals(
                listOf(1),
                duty.hadir.profiles
                    .used()
                    .map { it.number },
            )
        }
    }

    @Test
    fun `three people are all that a phone takes, and a fourth is told whose data would have to go`() {
        for ((at, number) in listOf(1 to "A-2", 2 to "A-3")) {
            duty.hadir.profiles.current = duty.hadir.profiles.all[at]
            duty.enrol(number)
        }
        val link = duty.office.invite("A-1")
        val from =
            Intent(
                Intent.ACTION_VIEW,
                Uri.parse(link),
            ).setClass(RuntimeEnvironment.getApplication(), MainActivity::class.java)
        Stage(from).use { stage ->
            stage.press("Lanjut")
            assertTrue(stage.texts().toString(), stage.shows("sudah tiga orang"))
            Album.keep(stage, "enrol-full")
            stage.become(Album.Look.ID_LIGHT)
            stage.press("Ganti orang")
            val all = listOf("Siti Aminah", "Budi Santoso", "Andi Rahmat")
            all.forEach { stage.until(it) }
            assertFalse(stage.texts().toString(), stage.shows("Tambah orang"))
            Album.keep(stage, "profiles-three") { all.forEach { stage.until(it) } }
        }
    }

    @Test
    fun `somebody else enrols on the same phone, and each sees their own`() {
        Stage().use { stage ->
            stage.open(Link(Routes.PROFILES))
            stage.until("Siti Aminah")
            stage.press("Tambah orang")
            assertTrue(stage.texts().toString(), stage.shows("Tetap bisa absen tanpa sinyal"))
            stage.press("Daftarkan HP ini")
            stage.type("Tautan undangan", duty.office.invite("A-2"))
            stage.press("Periksa undangan")
            stage.until("Budi Santoso")
            stage.press("Ya, daftarkan HP ini")
            stage.until("HP ini terdaftar")
            stage.activity.home()
            stage.until("Budi Santoso")
            stage.press("Menu")
            stage.press("Ganti orang")
            stage.until("Siti Aminah")
            Album.keep(stage, "profiles-two", listOf(Album.Look.ID_LIGHT, Album.Look.EN_DARK))
            stage.become(Album.Look.ID_LIGHT)
            stage.until("Siti Aminah")
            stage.press("Siti Aminah")
            stage.until("Siti Aminah · ")
        }
    }
}
