package id.hadir.app.kit

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.view.accessibility.AccessibilityNodeInfo
import android.widget.CheckBox
import android.widget.LinearLayout
import android.widget.RadioButton
import id.hadir.app.R

/** A list to choose one of, or, with [many], several; or two side by side with [beside]. */
class Choices(
    context: Context,
    private val many: Boolean,
) : LinearLayout(context) {
    private val all = mutableListOf<Choice>()

    init {
        orientation = VERTICAL
    }

    /** Puts the choices side by side, each as wide as the other. */
    fun beside() {
        orientation = HORIZONTAL
    }

    /** Adds a choice; [pick] hears whether it was chosen or, among several, given up again. */
    fun choice(
        text: CharSequence,
        chosen: Boolean,
        key: String = text.toString(),
        pick: (Boolean) -> Unit,
    ): Choice {
        val choice = Choice(context, text, many)
        choice.chosen = chosen
        choice.named("choice:$key")
        choice.onPress {
            val now = if (many) !choice.chosen else true
            if (!many) all.forEach { it.chosen = false }
            choice.chosen = now
            pick(now)
        }
        val across = orientation == HORIZONTAL
        val params = if (across) LayoutParams(0, MATCH_PARENT, 1f) else LayoutParams(MATCH_PARENT, WRAP_CONTENT)
        if (all.isNotEmpty()) {
            if (across) {
                params.marginStart = px(Gap.SMALL)
            } else {
                params.topMargin = px(Gap.SMALL)
            }
        }
        addView(choice, params)
        all += choice
        return choice
    }
}

/** One of several: a frame with a ring or a box with a tick, and its words. */
class Choice(
    context: Context,
    private val text: CharSequence,
    private val many: Boolean,
) : LinearLayout(context) {
    private val dot = Dot(context, many)

    /** Whether it is chosen: the shape is filled and the frame is thicker. */
    var chosen: Boolean = false
        set(value) {
            field = value
            dot.on = value
            val line = if (value) R.color.primary else R.color.line
            background = context.touched(context.round(R.color.surface, line, if (value) 2 else 1))
        }

    init {
        gravity = Gravity.CENTER_VERTICAL
        minimumHeight = px(Gap.BUTTON)
        setPadding(px(Gap.NORMAL), px(Gap.SMALL), px(Gap.NORMAL), px(Gap.SMALL))
        addView(dot, LayoutParams(px(StateMark.SIDE), px(StateMark.SIDE)).apply { marginEnd = px(Gap.SMALL + Gap.TINY) })
        val words = Words(context, Size.BODY).apply { text = this@Choice.text }
        words.importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
        addView(words, LayoutParams(0, WRAP_CONTENT, 1f))
        isFocusable = true
        contentDescription = text
        chosen = false
    }

    override fun getAccessibilityClassName(): CharSequence = if (many) CheckBox::class.java.name else RadioButton::class.java.name

    override fun onInitializeAccessibilityNodeInfo(info: AccessibilityNodeInfo) {
        super.onInitializeAccessibilityNodeInfo(info)
        info.isCheckable = true
        @Suppress("DEPRECATION") // its follower is newer than any phone that this runs on
        info.isChecked = chosen
    }

    private class Dot(
        context: Context,
        private val square: Boolean,
    ) : View(context) {
        private val ring =
            Paint(Paint.ANTI_ALIAS_FLAG).apply {
                style = Paint.Style.STROKE
                strokeWidth = STROKE
                strokeCap = Paint.Cap.ROUND
            }
        private val core = Paint(Paint.ANTI_ALIAS_FLAG).apply { color = context.getColor(R.color.primary) }
        var on = false
            set(value) {
                field = value
                ring.color = context.getColor(if (value) R.color.primary else R.color.quiet)
                invalidate()
            }

        init {
            importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
        }

        override fun onDraw(canvas: Canvas) {
            canvas.scale(width / GRID, height / GRID)
            if (square) {
                canvas.drawRoundRect(OUT, OUT, GRID - OUT, GRID - OUT, OUT, OUT, ring)
                if (on) canvas.drawLines(TICK, ring)
            } else {
                canvas.drawCircle(GRID / 2, GRID / 2, GRID / 2 - OUT, ring)
                if (on) canvas.drawCircle(GRID / 2, GRID / 2, GRID / 2 - IN, core)
            }
        }
    }

    private companion object {
        const val GRID = 24f
        const val OUT = 3f
        const val IN = 7f
        const val STROKE = 2f

        /** Two lines that meet. */
        val TICK = floatArrayOf(7.4f, 12.4f, 10.6f, 15.4f, 10.6f, 15.4f, 16.6f, 9f)
    }
}
