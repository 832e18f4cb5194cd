package id.hadir.app.frame

import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.annotation.Config

/** Android 8.0, the oldest that is served. */
@RunWith(HadirRunner::class)
@Config(sdk = [26], qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class OldPhoneTest {
    @get:Rule
    val duty = Duty()

    @Test
    fun `the oldest phone shows today, takes a tap, turns, dies, and goes back`() {
        duty.enrol()
        duty.allowLocation()
        Stage().use { stage ->
            stage.picture()
            stage.press("Absen sekarang")
            stage.rotate()
            duty.fix()
            stage.settle()
            assertTrue(stage.texts().toString(), stage.shows("±25 m"))
            stage.die()
            stage.picture()
            assertTrue(stage.shows("±25 m"))
            stage.back()
            stage.press("08.00")
            stage.picture()
            stage.back()
            assertTrue(stage.shows("Bekerja dari rumah"))
        }
    }
}
