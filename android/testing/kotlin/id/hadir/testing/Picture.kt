package id.hadir.testing

import android.app.Activity
import android.graphics.Bitmap
import android.os.Handler
import android.os.Looper
import android.view.PixelCopy
import android.view.View
import android.view.ViewGroup
import org.robolectric.shadows.ShadowLooper
import java.io.File

/** Pictures of a screen, as the phone's GPU path draws it, with shadows. */
object Picture {
    /** Draws the window of [activity]. Two runs give the same pixels. */
    fun of(activity: Activity): Bitmap {
        ShadowLooper.idleMainLooper()
        val root = activity.window.decorView
        val bitmap = Bitmap.createBitmap(root.width, root.height, Bitmap.Config.ARGB_8888)
        var result = -1
        PixelCopy.request(activity.window, bitmap, { result = it }, Handler(Looper.getMainLooper()))
        ShadowLooper.idleMainLooper()
        check(result == PixelCopy.SUCCESS) { "PixelCopy answered $result; is robolectric.pixelCopyRenderMode=hardware set?" }
        return bitmap
    }

    /** Writes [bitmap] as `NAME.png` into the folder that the build names (`hadir.screens`), and returns the file. */
    fun save(
        bitmap: Bitmap,
        name: String,
    ): File {
        val file = File(System.getProperty("hadir.screens")!!, "$name.png")
        file.parentFile!!.mkdirs()
        file.outputStream().use { check(bitmap.compress(Bitmap.CompressFormat.PNG, 100, it)) }
        return file
    }
}

/** This view and everything below it, parents first. */
fun View.tree(): Sequence<View> =
    sequence {
        yield(this@tree)
        val group = this@tree as? ViewGroup ?: return@sequence
        for (i in 0 until group.childCount) yieldAll(group.getChildAt(i).tree())
    }
