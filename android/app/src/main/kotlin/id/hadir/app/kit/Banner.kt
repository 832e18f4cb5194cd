package id.hadir.app.kit

import android.content.Context
import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT

/** One sentence on a coloured ground: what happened, that all is safe, what to do. */
class Banner(
    context: Context,
    private val tone: Tone,
    text: CharSequence,
    action: CharSequence?,
    press: (() -> Unit)?,
) : android.widget.LinearLayout(context) {
    private val buttons = android.widget.LinearLayout(context)

    init {
        orientation = VERTICAL
        background = context.round(tone.fill)
        val acts = action != null && press != null
        // A button has room of its own below its words.
        setPadding(px(Gap.NORMAL), px(Gap.SMALL + Gap.TINY), px(Gap.NORMAL), if (acts) 0 else px(Gap.SMALL + Gap.TINY))
        addView(Words(context, Size.BODY, tone).apply { this.text = text })
        buttons.orientation = if (resources.configuration.fontScale > LARGE_FONT) VERTICAL else HORIZONTAL
        if (action != null && press != null) {
            addView(buttons)
            also(action, press)
        }
    }

    /** One more thing to press, beside the first. */
    fun also(
        action: CharSequence,
        press: () -> Unit,
    ): Banner {
        val button = BigButton(context, action, filled = null, press)
        button.setTextColor(context.getColor(tone.text))
        button.gravity = Gravity.CENTER_VERTICAL or Gravity.END
        button.setPadding(0, 0, 0, 0)
        val across = buttons.orientation == HORIZONTAL
        val params = LayoutParams(if (across) 0 else MATCH_PARENT, WRAP_CONTENT, if (across) 1f else 0f)
        if (across && buttons.childCount > 0) params.marginStart = px(Gap.NORMAL)
        buttons.addView(button, params)
        return this
    }

    /** Says itself when it appears or changes. */
    fun live(): Banner {
        accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
        return this
    }
}
