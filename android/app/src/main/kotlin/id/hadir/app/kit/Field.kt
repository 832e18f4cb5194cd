package id.hadir.app.kit

import android.content.Context
import android.text.Editable
import android.text.InputFilter
import android.text.InputType
import android.text.TextWatcher
import android.util.TypedValue
import android.view.Gravity
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.EditText
import android.widget.LinearLayout
import id.hadir.app.R

/** A label, what is typed, and below it what is wrong or how much room is left. */
class Field(
    context: Context,
    label: CharSequence,
    value: String,
    change: (String) -> Unit,
) : LinearLayout(context) {
    private val note = Words(context, Size.SMALL, Tone.QUIET)
    private var after: () -> Unit = {}

    /** What the person types into. */
    val input =
        EditText(context).apply {
            setTextSize(TypedValue.COMPLEX_UNIT_SP, Size.LEAD.sp)
            setTextColor(context.getColor(R.color.ink))
            setText(value)
            setSelection(value.length)
            background = context.round(R.color.surface, R.color.quiet)
            setPadding(px(Gap.NORMAL), px(Gap.SMALL), px(Gap.NORMAL), px(Gap.SMALL))
            minHeight = px(Gap.BUTTON)
            gravity = Gravity.CENTER_VERTICAL or Gravity.START
            isSaveEnabled = false // the screen keeps what was typed
            named("field:$label")
            addTextChangedListener(
                object : TextWatcher {
                    override fun beforeTextChanged(
                        s: CharSequence?,
                        start: Int,
                        count: Int,
                        after: Int,
                    ) = Unit

                    override fun onTextChanged(
                        s: CharSequence?,
                        start: Int,
                        before: Int,
                        count: Int,
                    ) = Unit

                    override fun afterTextChanged(s: Editable) {
                        change(s.toString())
                        after()
                    }
                },
            )
        }

    init {
        orientation = VERTICAL
        val name = Words(context, Size.BODY).bold().apply { text = label }
        input.id = generateViewId()
        name.labelFor = input.id
        addView(name, LayoutParams(MATCH_PARENT, WRAP_CONTENT))
        addView(input, LayoutParams(MATCH_PARENT, WRAP_CONTENT).apply { topMargin = px(Gap.TINY) })
        note.visibility = GONE
        addView(note, LayoutParams(MATCH_PARENT, WRAP_CONTENT).apply { topMargin = px(Gap.TINY) })
    }

    /** Several lines, [characters] at most. */
    fun paragraph(characters: Int): Field {
        input.inputType =
            InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_MULTI_LINE or InputType.TYPE_TEXT_FLAG_CAP_SENTENCES
        input.minLines = 2
        input.filters = arrayOf(InputFilter.LengthFilter(characters))
        return this
    }

    /** One line of a kind: an address, a code, digits; [type] as the platform's `InputType` names it. */
    fun line(type: Int): Field {
        input.inputType = type
        // The platform counts in lines from then on.
        input.minHeight = px(Gap.BUTTON)
        return this
    }

    /** Something of the field itself to be done after each change, such as saying how much room is left. */
    fun onChange(then: () -> Unit): Field {
        after = then
        return this
    }

    /** What is read while nothing is typed. */
    fun hint(text: CharSequence): Field {
        input.hint = text
        return this
    }

    /** Says something below the input; [tone] `STOP` for what is wrong with it. */
    fun note(
        text: CharSequence?,
        tone: Tone = Tone.QUIET,
    ): Field {
        note.text = text
        note.setTextColor(context.getColor(tone.text))
        note.visibility = if (text.isNullOrEmpty()) GONE else VISIBLE
        note.accessibilityLiveRegion = if (tone == Tone.STOP) ACCESSIBILITY_LIVE_REGION_POLITE else ACCESSIBILITY_LIVE_REGION_NONE
        return this
    }
}

/** Puts the cursor where [other] has it, whose like this field is. */
fun EditText.putCursorOf(other: EditText) {
    if (other.selectionStart < 0) return
    setSelection(other.selectionStart.coerceAtMost(length()), other.selectionEnd.coerceAtMost(length()))
}
