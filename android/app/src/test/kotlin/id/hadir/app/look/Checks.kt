package id.hadir.app.look

import android.app.Activity
import android.graphics.Bitmap
import android.graphics.Color
import android.graphics.Rect
import android.view.View
import android.view.ViewGroup
import android.widget.EditText
import android.widget.ScrollView
import android.widget.TextView
import id.hadir.app.kit.Gap
import id.hadir.app.kit.StateMark
import id.hadir.app.kit.px
import id.hadir.testing.tree
import java.util.Locale
import kotlin.math.max
import kotlin.math.min
import kotlin.math.pow

/** What must hold of every screen, looked for in the views as they were laid out and in the picture as it was drawn. */
object Checks {
    /** Everything below, as one list of faults; empty when the screen is sound. */
    fun faults(
        activity: Activity,
        picture: Bitmap,
    ): List<String> = cut(activity) + broken(activity) + small(activity) + unsaid(activity) + pale(activity, picture)

    /** Texts with less than 4.5:1, and marks with less than 3:1, against the ground that is drawn around them. */
    fun pale(
        activity: Activity,
        picture: Bitmap,
    ): List<String> =
        shown(activity).mapNotNull { view ->
            val least = if (view is StateMark) MARK else TEXT
            val colour = (view as? TextView)?.takeIf { it.text.isNotEmpty() }?.currentTextColor
            if (colour == null && view !is StateMark) return@mapNotNull null
            val box = onScreen(view) ?: return@mapNotNull null
            val counts = colours(picture, box)
            val ground = counts.maxByOrNull { it.value }?.key ?: return@mapNotNull null
            val ink = colour ?: counts.keys.maxBy { contrast(it, ground) }
            val found = contrast(ink, ground)
            if (found < least) "${name(view)}: contrast %.2f:1 on #%06X".format(Locale.ROOT, found, ground and 0xFFFFFF) else null
        }

    /** Texts that end in dots, are higher than their view, or stand out of what holds them. */
    fun cut(activity: Activity): List<String> =
        shown(activity).flatMap { view ->
            val faults = mutableListOf<String>()
            val layout = (view as? TextView)?.layout
            // What is typed or pasted scrolls in its field.
            if (layout != null && view !is EditText) {
                if ((0 until layout.lineCount).any { layout.getEllipsisCount(it) > 0 }) faults += "${name(view)}: ends in dots"
                if (layout.height >
                    view.height - view.totalPaddingTop - view.totalPaddingBottom
                ) {
                    faults += "${name(view)}: is cut below"
                }
                if ((0 until layout.lineCount).any { layout.getLineMax(it) > layout.width + 1 }) {
                    faults +=
                        "${name(view)}: is cut at the side"
                }
            }
            val holder = view.parent as? ViewGroup
            if (holder != null && holder !is ScrollView) {
                if (view.left < 0 - holder.paddingLeft ||
                    view.right > holder.width
                ) {
                    faults += "${name(view)}: stands out at the side"
                }
                if (view.top < 0 || view.bottom > holder.height) faults += "${name(view)}: stands out below"
            }
            faults
        }

    /** Words that are broken in the middle, and views of no size. */
    fun broken(activity: Activity): List<String> =
        shown(activity).filterIsInstance<TextView>().filter { it !is EditText }.mapNotNull { view ->
            val (layout, text) = (view.layout ?: return@mapNotNull null) to view.text
            val breaks = (0 until layout.lineCount - 1).map { layout.getLineEnd(it) }
            val inside = breaks.firstOrNull { text[it - 1].isLetterOrDigit() && text[it].isLetterOrDigit() }
            if (inside != null) "${name(view)}: a word is broken before '${text.substring(inside).take(5)}'" else null
        }

    /** What can be touched and is smaller than 48 dp. */
    fun small(activity: Activity): List<String> =
        shown(activity).filter { it.isClickable && it !is ScrollView }.mapNotNull { view ->
            val least = view.px(Gap.TOUCH)
            if (view.width < least ||
                view.height < least
            ) {
                "${name(view)}: ${view.width}×${view.height} px is less than $least"
            } else {
                null
            }
        }

    /** What a screen reader stops at and has nothing to say for. */
    fun unsaid(activity: Activity): List<String> =
        stops(activity).filter { spoken(it).isBlank() }.map { "${it.javaClass.simpleName} ${place(it)}: says nothing" }

    /** What a screen reader says, stop by stop, from the top to the bottom. */
    fun said(activity: Activity): List<String> = stops(activity).map(::spoken)

    private fun stops(activity: Activity): List<View> =
        shown(activity).filter { view ->
            val heard = view.isClickable || view.isFocusable || view is TextView || view.contentDescription != null
            heard && view.isImportantForAccessibility && view !is ScrollView && hidden(view).not() && within(view).not()
        }

    /** Whether something above keeps it from the screen reader. */
    private fun hidden(view: View) =
        above(view).any { it.importantForAccessibility == View.IMPORTANT_FOR_ACCESSIBILITY_NO_HIDE_DESCENDANTS }

    /** Whether it is said as part of what stands above it. */
    private fun within(view: View) = !view.isClickable && above(view).any { it.contentDescription != null && it.isFocusable }

    private fun above(view: View) = generateSequence(view.parent) { it.parent }.filterIsInstance<View>()

    private fun spoken(view: View): String {
        val label = if (view is EditText) view.rootView.tree().firstOrNull { it.labelFor == view.id } as? TextView else null
        return (view.contentDescription ?: label?.text ?: (view as? TextView)?.run { text.ifEmpty { hint } } ?: "").toString()
    }

    private fun shown(activity: Activity): List<View> =
        activity
            .findViewById<View>(android.R.id.content)
            .tree()
            .filter { it.isShown && it.width > 0 }
            .toList()

    /** Where it is drawn in the picture; `null` for what is scrolled out of sight. */
    private fun onScreen(view: View): Rect? {
        val box = Rect()
        return if (view.getGlobalVisibleRect(box) && box.height() >= min(view.height, 8)) box else null
    }

    private fun colours(
        picture: Bitmap,
        box: Rect,
    ): Map<Int, Int> {
        val pixels = IntArray(box.width() * box.height())
        picture.getPixels(pixels, 0, box.width(), box.left, box.top, box.width(), box.height())
        return pixels.toList().groupingBy { it }.eachCount()
    }

    /** The contrast of two colours by WCAG 2, 1 to 21. */
    fun contrast(
        one: Int,
        other: Int,
    ): Double {
        val (a, b) = luminance(one) to luminance(other)
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    private fun luminance(colour: Int): Double {
        val (r, g, b) =
            listOf(Color.red(colour), Color.green(colour), Color.blue(colour)).map {
                val part = it / 255.0
                if (part <= 0.03928) part / 12.92 else ((part + 0.055) / 1.055).pow(2.4)
            }
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    private fun name(view: View) = "“${spoken(view).take(40)}” ${place(view)}"

    private fun place(view: View) = "(${view.javaClass.simpleName})"

    private const val TEXT = 4.5
    private const val MARK = 3.0
}
