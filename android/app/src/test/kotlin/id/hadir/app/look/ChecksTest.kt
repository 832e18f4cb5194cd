package id.hadir.app.look

import android.app.Activity
import android.graphics.Bitmap
import android.graphics.Color
import android.text.TextUtils
import android.view.View
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.LinearLayout
import android.widget.TextView
import id.hadir.testing.HadirRunner
import id.hadir.testing.Picture
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.annotation.Config

/** The checks find what they are there for. */
@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class ChecksTest {
    private fun shown(make: (Activity) -> View): Activity {
        val control = Robolectric.buildActivity(Activity::class.java).create()
        val ground = LinearLayout(control.get())
        ground.setBackgroundColor(Color.WHITE)
        ground.addView(make(control.get()))
        control.get().setContentView(ground)
        return control
            .start()
            .resume()
            .visible()
            .get()
    }

    private fun text(
        activity: Activity,
        words: String,
        width: Int = WRAP_CONTENT,
    ) = TextView(activity).apply {
        text = words
        textSize = 20f
        setTextColor(Color.BLACK)
        layoutParams = LinearLayout.LayoutParams(width, WRAP_CONTENT)
    }

    private fun faults(activity: Activity) = Checks.faults(activity, Picture.of(activity))

    @Test
    fun `a sound text has no faults`() {
        assertEquals(emptyList<String>(), faults(shown { text(it, "Tepat waktu") }))
    }

    @Test
    fun `a pale text is found`() {
        val pale = shown { activity -> text(activity, "Tepat waktu").apply { setTextColor(Color.rgb(0x99, 0x99, 0x99)) } }
        assertTrue(faults(pale).single().contains("contrast 2.85:1"))
    }

    @Test
    fun `a text that ends in dots and a word that is broken are found`() {
        val dots =
            shown { activity ->
                text(activity, "Terlambat dua belas menit", width = 90).apply {
                    maxLines = 1
                    ellipsize = TextUtils.TruncateAt.END
                }
            }
        assertTrue(faults(dots).toString(), faults(dots).any { "dots" in it })
        val broken = shown { text(it, "Pemberitahuan", width = 90) }
        assertTrue(faults(broken).toString(), faults(broken).any { "broken" in it })
    }

    @Test
    fun `what is too small to touch or says nothing is found`() {
        val button =
            shown { activity ->
                View(activity).apply {
                    layoutParams = LinearLayout.LayoutParams(30, 30)
                    setOnClickListener { }
                }
            }
        assertEquals(listOf("less than 72", "says nothing"), faults(button).map { it.takeLast(12).trim() })
    }

    @Test
    fun `a picture that differs is told from one that does not`() {
        val one = Bitmap.createBitmap(100, 100, Bitmap.Config.ARGB_8888)
        val other = Bitmap.createBitmap(100, 100, Bitmap.Config.ARGB_8888)
        assertEquals(0.0, Album.differing(one, other), 0.0)
        for (i in 0 until 100) other.setPixel(i, 3, Color.BLUE)
        assertEquals(0.01, Album.differing(one, other), 0.0)
    }
}
