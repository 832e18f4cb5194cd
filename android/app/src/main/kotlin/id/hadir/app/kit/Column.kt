package id.hadir.app.kit

import android.content.Context
import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.LinearLayout
import id.hadir.app.R

/** Views one below another. Every part of a screen is put into one; each function adds a part and returns it. */
class Column(
    context: Context,
) : LinearLayout(context) {
    init {
        orientation = VERTICAL
    }

    /** Adds [view] as wide as it is, in the middle. */
    fun <V : View> middle(view: V): V {
        val params = LayoutParams(WRAP_CONTENT, WRAP_CONTENT)
        params.gravity = Gravity.CENTER_HORIZONTAL
        if (childCount > 0) params.topMargin = px(Gap.SMALL)
        addView(view, params)
        return view
    }

    /** A word of the table. */
    fun word(
        id: Int,
        vararg holes: Any,
    ): String = context.getString(id, *holes)

    /** Adds [view], [above] dp below what stands there already. */
    fun <V : View> add(
        view: V,
        above: Int = 0,
    ): V {
        val params = LayoutParams(MATCH_PARENT, WRAP_CONTENT)
        if (childCount > 0) params.topMargin = px(above)
        addView(view, params)
        return view
    }

    /** The title of a screen that has no bar. */
    fun title(text: CharSequence): Words = add(Words(context, Size.TITLE), Gap.SMALL).apply { this.text = text }.heading()

    /** The title of a part. */
    fun heading(text: CharSequence): Words = add(Words(context, Size.LEAD), Gap.WIDE).apply { this.text = text }.heading()

    /** What stands out in a card. */
    fun lead(text: CharSequence): Words = add(Words(context, Size.LEAD), Gap.SMALL).apply { this.text = text }

    /** A paragraph. */
    fun body(
        text: CharSequence,
        tone: Tone = Tone.PLAIN,
    ): Words = add(Words(context, Size.BODY, tone), Gap.SMALL).apply { this.text = text }

    /** A paragraph in quiet ink. */
    fun quiet(text: CharSequence): Words = body(text, Tone.QUIET)

    /** What is read last. */
    fun small(
        text: CharSequence,
        tone: Tone = Tone.QUIET,
    ): Words = add(Words(context, Size.SMALL, tone), Gap.TINY).apply { this.text = text }

    /** A time or a code in large figures, in the middle. */
    fun figures(text: CharSequence): Words = add(Words(context, Size.FIGURES), Gap.SMALL).apply { this.text = text }.centred()

    /** A white field with round corners. */
    fun card(fill: Column.() -> Unit): Column {
        val card = Column(context)
        card.background = context.round(R.color.surface, R.color.line)
        card.setPadding(px(Gap.NORMAL), px(Gap.NORMAL), px(Gap.NORMAL), px(Gap.NORMAL))
        card.fill()
        return add(card, Gap.NORMAL)
    }

    /** A card of rows, which have room of their own above and below. */
    fun list(fill: Column.() -> Unit): Column =
        card(fill).apply { setPadding(px(Gap.NORMAL), px(Gap.TINY), px(Gap.NORMAL), px(Gap.TINY)) }

    /** A large button; filled for what is to be done, an outline for what may be done. */
    fun button(
        text: CharSequence,
        filled: Boolean = true,
        press: () -> Unit,
    ): BigButton = add(BigButton(context, text, filled, press), Gap.NORMAL)

    /** A quiet button that is only words; still 48 dp high. */
    fun link(
        text: CharSequence,
        press: () -> Unit,
    ): BigButton = add(BigButton(context, text, filled = null, press), Gap.TINY)

    /** A coloured sentence that answers a worry, with something to press where [action] names it. */
    fun banner(
        tone: Tone,
        text: CharSequence,
        action: CharSequence? = null,
        press: (() -> Unit)? = null,
    ): Banner = add(Banner(context, tone, text, action, press), Gap.NORMAL)

    /** A name and a value beside it, or below it where both do not fit. */
    fun pair(
        name: CharSequence,
        value: CharSequence,
        tone: Tone = Tone.PLAIN,
    ): PairRow {
        if (childCount > 0) divide()
        return add(PairRow(context, name, value, tone))
    }

    /** A state: shape, name, words; pressed where it leads somewhere. A label with seconds stands [labelAbove] its words. */
    fun row(
        mark: StateMark?,
        label: CharSequence?,
        title: CharSequence,
        detail: CharSequence? = null,
        labelAbove: Boolean = false,
        press: (() -> Unit)? = null,
    ): StateRow {
        if (childCount > 0 && getChildAt(childCount - 1) is StateRow) divide()
        return add(StateRow(context, mark, label, title, detail, labelAbove, press))
    }

    /** A fine line. */
    fun divide() {
        val line = View(context)
        line.setBackgroundColor(context.getColor(R.color.line))
        addView(line, LayoutParams(MATCH_PARENT, px(1)))
    }

    /** What a person types into. */
    fun field(
        label: CharSequence,
        value: String,
        change: (String) -> Unit,
    ): Field = add(Field(context, label, value, change), Gap.NORMAL)

    /** One or several of a few. */
    fun choices(
        many: Boolean = false,
        fill: Choices.() -> Unit,
    ): Choices = add(Choices(context, many).apply(fill), Gap.SMALL)
}
