package id.hadir.app.kit

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.Path
import android.view.View
import android.widget.Button
import id.hadir.app.R

/** A drawn button of 48 dp; its lines are on a grid of 48. */
abstract class Icon(
    context: Context,
    spoken: CharSequence,
    key: String,
    press: () -> Unit,
) : View(context) {
    private val path = Path()
    private val line =
        Paint(Paint.ANTI_ALIAS_FLAG).apply {
            color = context.getColor(R.color.ink)
            style = Paint.Style.STROKE
            strokeWidth = 2f
            strokeCap = Paint.Cap.ROUND
            strokeJoin = Paint.Join.ROUND
        }

    init {
        contentDescription = spoken
        background = context.touched(null)
        isFocusable = true
        onPress(press)
        named(key)
    }

    protected abstract fun trace(path: Path)

    override fun onDraw(canvas: Canvas) {
        if (layoutDirection == LAYOUT_DIRECTION_RTL) canvas.scale(-1f, 1f, width / 2f, height / 2f)
        val scale = resources.displayMetrics.density
        canvas.scale(scale, scale)
        path.rewind()
        trace(path)
        canvas.drawPath(path, line)
    }

    override fun getAccessibilityClassName(): CharSequence = Button::class.java.name
}

/** Back to the screen before. */
class BackArrow(
    context: Context,
    back: () -> Unit,
) : Icon(context, context.getString(R.string.app_back), "back", back) {
    override fun trace(path: Path) {
        // At the start of its ground, where the text below begins.
        path.moveTo(9f, 17f)
        path.lineTo(2f, 24f)
        path.lineTo(9f, 31f)
        path.moveTo(2f, 24f)
        path.lineTo(18f, 24f)
    }
}

/** To everything else. */
class MenuButton(
    context: Context,
    spoken: CharSequence,
    open: () -> Unit,
) : Icon(context, spoken, "menu", open) {
    override fun trace(path: Path) {
        // At the end of its ground, where the cards below end.
        for (y in listOf(18f, 24f, 30f)) {
            path.moveTo(29f, y)
            path.lineTo(47f, y)
        }
    }
}
