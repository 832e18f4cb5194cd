package id.hadir.app.frame

import android.content.ComponentName
import android.content.Intent
import android.graphics.Insets
import android.net.Uri
import android.os.Bundle
import android.os.Parcel
import android.view.WindowInsets
import android.widget.ScrollView
import id.hadir.app.MainActivity
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.kit.Page
import id.hadir.app.look.Checks
import id.hadir.app.look.Duty
import id.hadir.app.look.Stage
import id.hadir.app.look.until
import id.hadir.core.HadirException
import id.hadir.core.WhatToDo
import id.hadir.testing.HadirRunner
import id.hadir.testing.Picture
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowLooper

@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class FrameTest {
    @get:Rule
    val duty = Duty()
    private val app get() = RuntimeEnvironment.getApplication()

    @Before
    fun enrolled() = duty.enrol()

    private fun taps() = duty.engine { it.today() }.run { windows.count { it.record != null } + others.size }

    @Test
    fun `our own notification opens the tap, through a door that no other app can open`() {
        val intent = Doors.inside(app, duty.hadir.profiles.current, Link(Routes.TAP))
        assertFalse(app.packageManager.getActivityInfo(intent.component!!, 0).exported)
        Stage(intent).use { stage ->
            stage.press("Catat tanpa lokasi")
            assertEquals(1, taps())
            stage.back()
            assertTrue(stage.shows("Bekerja dari rumah"))
        }
    }

    @Test
    fun `a reminder's button records again where the page of an earlier tap still lies on top`() {
        val intent = Doors.inside(app, duty.hadir.profiles.current, Link(Routes.TAP))
        Stage(intent).use { stage ->
            stage.press("Catat tanpa lokasi")
            assertEquals(1, taps())
            duty.office.advance(10_800_000u)
            stage.control
                .pause()
                .stop()
                .restart()
                .start()
            stage.control.newIntent(intent).resume()
            stage.settle()
            stage.press("Catat tanpa lokasi")
            assertEquals(2, taps())
            stage.back()
            assertTrue(stage.shows("Bekerja dari rumah"))
        }
    }

    @Test
    fun `a task that is taken up again from the list of recent apps presses nothing`() {
        val intent = Doors.inside(app, duty.hadir.profiles.current, Link(Routes.TAP))
        Stage(intent.addFlags(Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY)).use { stage ->
            assertTrue(stage.shows("Absen sekarang"))
            assertEquals(0, taps())
        }
    }

    @Test
    fun `a hostile app that names our screens at the front door presses nothing`() {
        val extras = Doors.inside(app, duty.hadir.profiles.current, Link(Routes.TAP)).extras!!
        val intent = Intent(Intent.ACTION_VIEW).setComponent(ComponentName(app, MainActivity::class.java)).putExtras(extras)
        Stage(intent).use { stage ->
            assertTrue(stage.shows("Absen sekarang"))
            assertFalse(stage.shows("Catat tanpa lokasi"))
            stage.control.pause()
            assertEquals(0, taps())
        }
    }

    @Test
    fun `a link from outside leads to the enrolment's question alone`() {
        val entry = Doors.read(Intent(Intent.ACTION_VIEW, Uri.parse("https://hadir.example/i/abc")))!!
        assertEquals(Link(Routes.ENROL, mapOf(Routes.FOREIGN_LINK to "https://hadir.example/i/abc")), entry.link)
        assertNull(Doors.read(Intent(Intent.ACTION_MAIN)))
    }

    @Test
    fun `odd data from a hostile app opens the question or nothing, and never burdens what is saved`() {
        val odd =
            listOf(
                "javascript:alert(1)",
                "content://id.hadir.app/store",
                "mailto:",
                "https://hadir.example/\u202egnp.exe#\u0000",
                "https://hadir.example/i#" + "A".repeat(400_000),
            )
        for (data in odd) {
            val intent = Intent(Intent.ACTION_VIEW, Uri.parse(data)).setClass(app, MainActivity::class.java)
            intent.putExtra("profile", "two").putExtra("screen", 7)
            Stage(intent).use { stage ->
                assertTrue("$data: ${stage.texts()}", stage.shows("Tautan dari luar"))
                assertFalse(stage.texts().toString(), stage.texts().any { it == "Server" })
                val saved = Bundle()
                stage.control.saveInstanceState(saved)
                val parcel = Parcel.obtain().also { it.writeBundle(saved) }
                assertTrue("${parcel.dataSize()} bytes are saved", parcel.dataSize() < 100_000)
                parcel.recycle()
                stage.press("Lanjut")
                stage.press("Tambah orang")
                stage.until("Periksa undangan")
                assertTrue(stage.texts().toString(), stage.shows("Tautan undangan"))
            }
            duty.hadir.profiles.current =
                duty.hadir.profiles.all
                    .first()
        }
        Stage(Intent(Intent.ACTION_VIEW).setClass(app, MainActivity::class.java)).use { assertTrue(it.shows("Absen sekarang")) }
        assertEquals(0, taps())
    }

    @Test
    fun `the stack of screens survives the death of the process and goes back in its order`() {
        Stage().use { stage ->
            duty.tap()
            stage.open(Link(Routes.HISTORY))
            stage.press("Absen tanpa lokasi")
            stage.die()
            assertTrue(stage.shows("Mengapa begitu"))
            stage.back()
            assertTrue(stage.texts().toString(), stage.shows("Riwayat"))
            stage.back()
            assertTrue(stage.shows("Bekerja dari rumah"))
        }
    }

    @Test
    fun `bars, cutouts and the keyboard cover nothing`() {
        Stage().use { stage ->
            val page = stage.activity.findViewById<Page>(R.id.page)
            val insets =
                WindowInsets
                    .Builder()
                    .setInsets(WindowInsets.Type.systemBars(), Insets.of(0, 24, 0, 48))
                    .setInsets(WindowInsets.Type.displayCutout(), Insets.of(30, 0, 0, 0))
                    .setInsets(WindowInsets.Type.ime(), Insets.of(0, 0, 0, 300))
                    .build()
            page.dispatchApplyWindowInsets(insets)
            ShadowLooper.idleMainLooper()
            // What scrolls goes on under the bars, and ends above them.
            val scroll = page.getChildAt(0) as ScrollView
            assertEquals(listOf(30, 0), listOf(page.paddingLeft, page.paddingRight))
            assertEquals(listOf(24, 300), listOf(scroll.paddingTop, scroll.paddingBottom))
        }
    }

    @Test
    fun `each error says the core's sentence and offers what leads on`() {
        val text = "Penyimpanan HP penuh. Absen belum tercatat."
        val errors =
            listOf(
                HadirException.StoreFull(text) to "Kosongkan penyimpanan",
                HadirException.Store(text, WhatToDo.ASK_FOR_HELP) to "Kode bantuan",
                HadirException.Store(text, WhatToDo.UPDATE_APP) to "Perbarui aplikasi",
                HadirException.NotEnrolled(text) to "Daftarkan HP ini",
                HadirException.KeysUnavailable(text, WhatToDo.UNLOCK_PHONE) to "Coba lagi",
                HadirException.Internal(text, "engine.rs:1") to "Kode bantuan",
                HadirException.Network(text) to "Coba lagi",
            )
        Stage().use { stage ->
            for ((error, button) in errors) {
                var again = 0
                val page = Page(stage.activity)
                drawTrouble(
                    page,
                    stage.activity,
                    Trouble.of(error)!!,
                    "Belum tercatat".takeIf { error is HadirException.StoreFull },
                ) { again++ }
                stage.activity.setContentView(page)
                val picture = Picture.of(stage.activity)
                assertEquals("", Checks.faults(stage.activity, picture).joinToString("\n"))
                assertTrue("$error", stage.texts().containsAll(listOf(text, button, "Coba lagi")))
                stage.press("Coba lagi")
                assertEquals(1, again)
            }
        }
        assertNull(Trouble.of(HadirException.Busy(text)))
        assertNull(Trouble.of(HadirException.Cancelled(text)))
    }
}
