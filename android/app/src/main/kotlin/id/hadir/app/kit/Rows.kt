package id.hadir.app.kit

import android.content.Context
import android.view.Gravity
import android.view.View
import android.view.ViewGroup
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.Button
import android.widget.LinearLayout
import kotlin.math.max

/** Above this font scale, what stands side by side goes one below another. */
internal const val LARGE_FONT = 1.35f

/** A state in a list: its shape, a bold label such as 08.00, and words. One thing for a screen reader. */
class StateRow(
    context: Context,
    mark: StateMark?,
    label: CharSequence?,
    title: CharSequence,
    detail: CharSequence?,
    labelAbove: Boolean,
    private val press: (() -> Unit)?,
) : LinearLayout(context) {
    private val inks = mutableListOf<Words>()
    private val words = Column(context)

    init {
        gravity = Gravity.CENTER_VERTICAL
        minimumHeight = px(Gap.TOUCH)
        setPadding(0, px(Gap.SMALL), 0, px(Gap.SMALL))
        val above = labelAbove || resources.configuration.fontScale > LARGE_FONT
        if (mark != null) addView(mark, end(Gap.SMALL + Gap.TINY))
        if (label != null) {
            val name = Words(context, Size.LEAD).apply { text = label }
            inks += name
            if (above) words.add(name) else addView(name, end(Gap.NORMAL))
        }
        inks += words.add(Words(context, Size.BODY)).apply { text = title }
        if (!detail.isNullOrEmpty()) words.small(detail)
        addView(words, LayoutParams(0, WRAP_CONTENT, 1f))
        if (press != null) {
            val arrow = Words(context, Size.LEAD, Tone.QUIET).apply { text = "›" }
            addView(arrow, LayoutParams(WRAP_CONTENT, WRAP_CONTENT).apply { marginStart = px(Gap.SMALL) })
            background = context.touched(null)
            onPress(press)
        }
        // The parts are said as one; a part alone says too little.
        isFocusable = true
        contentDescription = listOfNotNull(label, title, detail?.ifEmpty { null }).joinToString(", ")
        for (i in 0 until childCount) getChildAt(i).importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO_HIDE_DESCENDANTS
        named("row:${label ?: title}")
    }

    /** Sets it back: what is not yet, or not owed. */
    fun quiet() {
        for (words in inks) words.setTextColor(context.getColor(Tone.QUIET.text))
    }

    /** One more line, for what stands out in the row. */
    fun note(
        text: CharSequence,
        tone: Tone,
    ): StateRow {
        words.small(text, tone)
        contentDescription = "$contentDescription, $text"
        return this
    }

    private fun end(dp: Int) = LayoutParams(WRAP_CONTENT, WRAP_CONTENT).apply { marginEnd = px(dp) }

    override fun getAccessibilityClassName(): CharSequence =
        if (press != null) Button::class.java.name else super.getAccessibilityClassName()
}

/** A name at the start and its value at the end of a line; the value below the name where they do not fit beside each other. */
class PairRow(
    context: Context,
    name: CharSequence,
    value: CharSequence,
    tone: Tone,
) : ViewGroup(context) {
    private val left = Words(context, Size.BODY).apply { text = name }
    private val right = Words(context, Size.BODY, tone).bold().apply { text = value }
    private var beside = true

    init {
        addView(left)
        addView(right)
        isFocusable = true
        contentDescription = "$name, $value"
        for (part in listOf(left, right)) part.importantForAccessibility = View.IMPORTANT_FOR_ACCESSIBILITY_NO
    }

    override fun onMeasure(
        widthMeasureSpec: Int,
        heightMeasureSpec: Int,
    ) {
        val width = MeasureSpec.getSize(widthMeasureSpec)
        val free = MeasureSpec.makeMeasureSpec(0, MeasureSpec.UNSPECIFIED)
        left.measure(free, free)
        right.measure(free, free)
        beside = left.measuredWidth + px(Gap.NORMAL) + right.measuredWidth <= width
        if (!beside) {
            val full = MeasureSpec.makeMeasureSpec(width, MeasureSpec.AT_MOST)
            left.measure(full, free)
            right.measure(full, free)
        }
        val pad = px(Gap.SMALL + Gap.TINY) * 2
        val inner = if (beside) max(left.measuredHeight, right.measuredHeight) else left.measuredHeight + right.measuredHeight
        setMeasuredDimension(width, inner + pad)
    }

    override fun onLayout(
        changed: Boolean,
        l: Int,
        t: Int,
        r: Int,
        b: Int,
    ) {
        val (width, height) = (r - l) to (b - t)
        val rtl = layoutDirection == LAYOUT_DIRECTION_RTL
        if (beside) {
            place(left, if (rtl) width - left.measuredWidth else 0, (height - left.measuredHeight) / 2)
            place(right, if (rtl) 0 else width - right.measuredWidth, (height - right.measuredHeight) / 2)
        } else {
            val top = (height - left.measuredHeight - right.measuredHeight) / 2
            place(left, if (rtl) width - left.measuredWidth else 0, top)
            place(right, if (rtl) width - right.measuredWidth else 0, top + left.measuredHeight)
        }
    }

    private fun place(
        view: View,
        x: Int,
        y: Int,
    ) = view.layout(x, y, x + view.measuredWidth, y + view.measuredHeight)
}
