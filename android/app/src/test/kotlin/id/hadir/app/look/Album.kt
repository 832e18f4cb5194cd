package id.hadir.app.look

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Paint
import android.graphics.Rect
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import id.hadir.testing.Picture
import org.junit.Assert.fail
import org.robolectric.RuntimeEnvironment
import java.io.File
import java.util.Locale
import kotlin.math.abs

/**
 * The pictures of all screens, kept in `android/screens` and compared with what is drawn now.
 *
 * `HADIR_SCREENS=accept` keeps what is drawn: look at it, and commit it.
 */
object Album {
    /** How a picture is taken. */
    enum class Look(
        val qualifiers: String,
        val fontScale: Float = 1f,
    ) {
        ID_LIGHT("in-rID-w360dp-h640dp-port-notnight-hdpi"),
        ID_DARK("in-rID-w360dp-h640dp-port-night-hdpi"),
        EN_LIGHT("en-rUS-w360dp-h640dp-port-notnight-hdpi"),
        EN_DARK("en-rUS-w360dp-h640dp-port-night-hdpi"),
        ID_LARGE("in-rID-w360dp-h1280dp-port-notnight-hdpi", 2f),
        ;

        val file get() = name.lowercase().replace('_', '-')
    }

    /**
     * Takes the screen that [stage] shows in every look: the activity is made anew for each, as after a change in the settings.
     * What is not kept over that is done again by [before]. Texts that hold [varying], such as a code of this run, are looked at for faults, and left out of the comparison.
     */
    fun keep(
        stage: Stage,
        name: String,
        looks: List<Look> = Look.entries,
        varying: String? = null,
        before: () -> Unit = {},
    ) {
        val faults = mutableListOf<String>()
        for (look in looks) {
            stage.become(look)
            before()
            val picture = Picture.of(stage.activity)
            Checks.faults(stage.activity, picture).mapTo(faults) { "$name-${look.file}: $it" }
            val veils = if (varying == null) emptyList() else placesOf(stage.activity.window.decorView, varying)
            compare(picture, "$name-${look.file}", veils)?.let { faults += it }
        }
        if (faults.isNotEmpty()) fail(faults.joinToString("\n"))
    }

    /** Compares one picture alone. */
    fun keepOne(
        picture: Bitmap,
        name: String,
    ) = compare(picture, name)?.let { fail(it) }

    private fun placesOf(
        view: View,
        words: String,
    ): List<Rect> =
        when {
            view is ViewGroup -> (0 until view.childCount).flatMap { placesOf(view.getChildAt(it), words) }
            view is TextView && view.text.contains(words) -> listOf(Rect().also { view.getGlobalVisibleRect(it) })
            else -> emptyList()
        }

    private fun compare(
        picture: Bitmap,
        name: String,
        veils: List<Rect> = emptyList(),
    ): String? {
        val drawn = File(System.getProperty("hadir.screens")!!, "$name.png")
        Png.write(picture, drawn)
        val kept = File(System.getProperty("hadir.root")!!, "android/screens/$name.png")
        if (System.getenv("HADIR_SCREENS") == "accept") {
            kept.parentFile!!.mkdirs()
            drawn.copyTo(kept, overwrite = true)
            return null
        }
        val share = if (kept.exists()) differing(veiled(picture, veils), veiled(read(kept), veils)) else 1.0
        val fault = "$name: %.2f %% of it are not as in android/screens; see $drawn; HADIR_SCREENS=accept keeps it"
        return fault.format(Locale.ROOT, share * 100).takeIf { share > TOLERANCE }
    }

    private fun veiled(
        picture: Bitmap,
        veils: List<Rect>,
    ): Bitmap {
        if (veils.isEmpty()) return picture
        val copy = picture.copy(Bitmap.Config.ARGB_8888, true)
        val canvas = Canvas(copy)
        veils.forEach { canvas.drawRect(it, Paint()) }
        return copy
    }

    /** The share of pixels that differ visibly, 0 to 1. */
    fun differing(
        one: Bitmap,
        other: Bitmap,
    ): Double {
        if (one.width != other.width || one.height != other.height) return 1.0
        val (a, b) = pixels(one) to pixels(other)
        return a.indices.count { visible(a[it], b[it]) }.toDouble() / a.size
    }

    private fun read(file: File): Bitmap = file.readBytes().let { BitmapFactory.decodeByteArray(it, 0, it.size) }

    private fun pixels(of: Bitmap) =
        IntArray(of.width * of.height).also { of.getPixels(it, 0, of.width, 0, 0, of.width, of.height) }

    private fun visible(
        a: Int,
        b: Int,
    ) = a != b && listOf(Color::red, Color::green, Color::blue).any { part -> abs(part(a) - part(b)) > STEP }

    /** Fonts of another JDK draw edges a little differently; a word that moved is more. */
    private const val TOLERANCE = 0.005
    private const val STEP = 24

    internal fun set(look: Look) {
        RuntimeEnvironment.setQualifiers(look.qualifiers)
        RuntimeEnvironment.setFontScale(look.fontScale)
        val app = RuntimeEnvironment.getApplication()
        app.onConfigurationChanged(app.resources.configuration)
    }
}
