package id.hadir.app.kit

import android.content.Context
import android.graphics.Typeface
import android.os.Build
import android.util.TypedValue
import android.view.Gravity
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import id.hadir.app.R

/** The five sizes of the theme, in sp. */
enum class Size(
    val sp: Float,
    val bold: Boolean,
) {
    FIGURES(34f, true),
    TITLE(22f, true),
    LEAD(17f, true),
    BODY(15f, false),
    SMALL(13f, false),
}

/**
 * Text that never breaks a word: where a large font makes the longest word wider than the line, the text is set smaller,
 * as far as needed. Nothing is cut, nothing ends in dots.
 */
open class Words(
    context: Context,
    private val size: Size,
    tone: Tone = Tone.PLAIN,
) : TextView(context) {
    init {
        setTextColor(context.getColor(tone.text))
        setTextSize(TypedValue.COMPLEX_UNIT_SP, size.sp)
        typeface = if (size.bold) Typeface.DEFAULT_BOLD else Typeface.DEFAULT
        setLineSpacing(0f, LINE)
        textDirection = View.TEXT_DIRECTION_LOCALE
        // Times stand under each other.
        fontFeatureSettings = "tnum"
    }

    /** Sets the weight apart from the size. */
    fun bold(bold: Boolean = true): Words {
        typeface = if (bold) Typeface.DEFAULT_BOLD else Typeface.DEFAULT
        return this
    }

    /** Puts the text into the middle. */
    fun centred(): Words {
        gravity = Gravity.CENTER_HORIZONTAL
        return this
    }

    /** Lets a screen reader jump to this text. */
    fun heading(): Words {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) isAccessibilityHeading = true
        return this
    }

    override fun onMeasure(
        widthMeasureSpec: Int,
        heightMeasureSpec: Int,
    ) {
        val room = MeasureSpec.getSize(widthMeasureSpec) - totalPaddingLeft - totalPaddingRight
        setTextSize(TypedValue.COMPLEX_UNIT_SP, size.sp)
        if (MeasureSpec.getMode(widthMeasureSpec) != MeasureSpec.UNSPECIFIED && room > 0) {
            val widest = text.split(' ', '\n').maxOf { paint.measureText(it) }
            if (widest > room) setTextSize(TypedValue.COMPLEX_UNIT_PX, textSize * room / widest * JUST_LESS)
        }
        super.onMeasure(widthMeasureSpec, heightMeasureSpec)
    }

    private companion object {
        const val LINE = 1.12f

        /** Rounding must not break what just fits. */
        const val JUST_LESS = 0.98f
    }
}

/** Gives a view the name by which focus finds it again after the screen was drawn anew. */
fun <V : View> V.named(key: String): V {
    setTag(R.id.key, key)
    return this
}

/** The name of [view], if it has one. */
fun keyOf(view: View): String? = view.getTag(R.id.key) as? String

/** The view of that name below this one. */
fun ViewGroup.byKey(key: String): View? = (0 until childCount).firstNotNullOfOrNull { getChildAt(it).find(key) }

private fun View.find(key: String): View? = if (keyOf(this) == key) this else (this as? ViewGroup)?.byKey(key)

/** The name of the view below [group] that a screen reader has its focus on. */
fun accessibilityFocus(group: ViewGroup): String? =
    (0 until group.childCount).firstNotNullOfOrNull { i ->
        val child = group.getChildAt(i)
        if (child.isAccessibilityFocused) keyOf(child) else (child as? ViewGroup)?.let(::accessibilityFocus)
    }
