package id.hadir.app.kit

import android.content.Context
import android.content.res.ColorStateList
import android.graphics.drawable.Drawable
import android.graphics.drawable.GradientDrawable
import android.graphics.drawable.RippleDrawable
import android.view.View
import id.hadir.app.R
import kotlin.math.roundToInt

/** Distances of the calm theme, in dp. */
object Gap {
    const val TINY = 4
    const val SMALL = 8
    const val NORMAL = 16
    const val WIDE = 24

    /** Radius of corners. */
    const val CORNER = 14

    /** The least height and width of whatever can be touched. */
    const val TOUCH = 48

    /** The least height of a button. */
    const val BUTTON = 56
}

/** What a coloured ground says. Each pair of text and fill has a contrast of 5.7:1 or more, in both themes. */
enum class Tone(
    val text: Int,
    val fill: Int,
) {
    PLAIN(R.color.ink, R.color.surface),
    QUIET(R.color.quiet, R.color.surface),
    PRIMARY(R.color.primary, R.color.surface),
    INFO(R.color.info, R.color.info_fill),
    GOOD(R.color.good, R.color.good_fill),

    /** Late, or waiting. */
    WAIT(R.color.wait, R.color.wait_fill),

    /** To be looked at by a person. */
    LOOK(R.color.look, R.color.look_fill),
    STOP(R.color.stop, R.color.stop_fill),
}

/** [dp] in pixels of this context. */
fun Context.px(dp: Int): Int = (dp * resources.displayMetrics.density).roundToInt()

/** [dp] in pixels of this view. */
fun View.px(dp: Int): Int = context.px(dp)

/** A filled shape with round corners, and a line around it where [line] names a colour. */
fun Context.round(
    fill: Int,
    line: Int? = null,
    lineDp: Int = 1,
): GradientDrawable =
    GradientDrawable().apply {
        cornerRadius = px(Gap.CORNER).toFloat()
        setColor(getColor(fill))
        if (line != null) setStroke(px(lineDp), getColor(line))
    }

/** [shape], which answers a touch. */
fun Context.touched(
    shape: Drawable?,
    touch: Int = R.color.touch,
): Drawable = RippleDrawable(ColorStateList.valueOf(getColor(touch)), shape, round(R.color.surface))
