package id.hadir.app.kit

import android.content.Context
import android.view.Gravity
import android.widget.Button
import id.hadir.app.R

/**
 * A button of at least 56 dp. It grows with its words and is never disabled.
 *
 * @param filled `true` for what is to be done now, `false` an outline, `null` only words of 48 dp.
 */
class BigButton(
    context: Context,
    text: CharSequence,
    filled: Boolean?,
    press: () -> Unit,
) : Words(context, Size.LEAD, Tone.PRIMARY) {
    init {
        this.text = text
        gravity = Gravity.CENTER
        minHeight = px(if (filled == null) Gap.TOUCH else Gap.BUTTON)
        minWidth = px(Gap.TOUCH)
        setPadding(px(Gap.NORMAL), px(Gap.SMALL), px(Gap.NORMAL), px(Gap.SMALL))
        if (filled == true) setTextColor(context.getColor(R.color.on_primary))
        background =
            when (filled) {
                true -> context.touched(context.round(R.color.primary), R.color.touch_on_primary)
                false -> context.touched(context.round(android.R.color.transparent, R.color.primary, 2))
                null -> context.touched(null)
            }
        isFocusable = true
        onPress(press)
        named("button:$text")
    }

    /** In the colour of what can't be undone. */
    fun warning(): BigButton {
        setTextColor(context.getColor(R.color.stop))
        background = context.touched(context.round(android.R.color.transparent, R.color.stop, 2))
        return this
    }

    override fun getAccessibilityClassName(): CharSequence = Button::class.java.name
}
