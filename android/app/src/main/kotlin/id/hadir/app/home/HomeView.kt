package id.hadir.app.home

import android.view.Gravity
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.LinearLayout
import id.hadir.app.R
import id.hadir.app.kit.Gap
import id.hadir.app.kit.MenuButton
import id.hadir.app.kit.Page
import id.hadir.app.kit.Size
import id.hadir.app.kit.StateMark
import id.hadir.app.kit.StateRow
import id.hadir.app.kit.Tone
import id.hadir.app.kit.Words
import id.hadir.app.kit.px
import id.hadir.core.FormRow
import id.hadir.core.OtherRow
import id.hadir.core.PersonCard
import id.hadir.core.ShareMark
import id.hadir.core.Today
import id.hadir.core.WindowMark
import id.hadir.core.WindowRow

/** The parts of today's screen, in the order in which they stand. */
internal class HomeView(
    private val page: Page,
    private val today: Today,
) {
    private val body = page.body

    /** The date, the way to everything else, and what kind of day it is; [person] on a phone that several share. */
    fun head(
        person: PersonCard?,
        menu: () -> Unit,
    ) {
        val context = page.context
        val line = LinearLayout(context)
        line.gravity = Gravity.CENTER_VERTICAL
        val date = Words(context, Size.BODY, Tone.QUIET).apply { text = listOf(today.dateText, today.zone).joinToString(" · ") }
        line.addView(date, LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f))
        val button = MenuButton(context, body.word(R.string.home_menu), menu)
        val side = context.px(Gap.TOUCH)
        line.addView(button, LinearLayout.LayoutParams(side, side))
        body.add(line)
        if (person != null) body.small("${person.name} · ${person.unit}")
        body.title(today.dayTitle)
        if (today.dayDetail.isNotEmpty()) body.add(Words(context, Size.BODY, Tone.QUIET), Gap.TINY).text = today.dayDetail
        today.entryText?.let { body.banner(if (today.healthDirection) Tone.LOOK else Tone.INFO, it) }
    }

    /** What a press of the button does now. The button is never disabled. */
    fun tapCard(press: () -> Unit) =
        body.card {
            lead(today.tap.title)
            if (today.tap.detail.isNotEmpty()) add(Words(context, Size.BODY, Tone.QUIET), Gap.TINY).text = today.tap.detail
            button(today.tap.button, today.tap.owedNow, press)
        }

    fun windows(why: (WindowRow) -> Unit) {
        if (today.windows.isEmpty()) return
        body.list {
            for (window in today.windows) {
                val explained = window.mark !in NOTHING_TO_EXPLAIN
                val mark = StateMark.of(context, window.mark)
                row(mark, window.label, window.title, window.detail, press = if (explained) ({ why(window) }) else null).apply {
                    looked(window.flags)
                    if (window.mark == WindowMark.LATER || window.mark == WindowMark.NOT_OWED) quiet()
                }
            }
        }
    }

    /** While no tap is owed, what is to be filled in is what is to be done. */
    private val formsLead get() = !today.tap.owedNow

    /** Above the tap, where that is not owed now. */
    fun formsFirst(fill: (FormRow) -> Unit) {
        if (!formsLead) return
        val due = today.forms.filter { it.canFill }
        for (form in due) {
            body.card {
                lead(form.title)
                if (form.detail.isNotEmpty()) add(Words(context, Size.BODY, Tone.QUIET), Gap.TINY).text = form.detail
                button(word(R.string.home_fill_form), filled = form === due.first()) { fill(form) }
            }
        }
    }

    fun forms(fill: (FormRow) -> Unit) {
        for (form in today.forms.filter { it.canFill && !formsLead }) {
            body.banner(Tone.INFO, "${form.title}\n${form.detail}", body.word(R.string.home_fill)) { fill(form) }
        }
        val rest = today.forms.filterNot { it.canFill }
        if (rest.isEmpty()) return
        body.list { for (form in rest) row(StateMark.of(context, form.mark), null, form.title, form.detail) }
    }

    fun others(why: (OtherRow) -> Unit) {
        if (today.others.isEmpty()) return
        body.heading(body.word(R.string.home_outside))
        body.list {
            for (other in today.others) {
                val mark = if (other.flags.isEmpty()) WindowMark.NOT_OWED else WindowMark.LOOK
                row(StateMark.of(context, mark), null, other.title, other.detail) { why(other) }.looked(other.flags)
            }
        }
    }

    fun share(see: () -> Unit) {
        val share = today.share ?: return
        val tone = if (share.mark == ShareMark.SHARING) Tone.GOOD else Tone.INFO
        body.banner(tone, "${share.title}\n${share.hoursText}", body.word(R.string.home_see), see)
    }

    /** The rule in force and what it tells people; read once, so it stands last. */
    fun rule() {
        if (today.notices.isNotEmpty()) {
            body.heading(body.word(R.string.home_notices))
            today.notices.forEach { body.small(it) }
        }
        val rule = today.rule ?: return
        body.heading(body.word(R.string.home_rule))
        body.small(rule.title, Tone.PLAIN)
        body.small(listOf(rule.basis, rule.issuer).filter { it.isNotEmpty() }.joinToString(" · "))
        rule.notes.forEach { body.small(it) }
    }

    /** What waits to be sent. Nobody has to press for it; who wants to may. */
    fun delivery(
        sending: Boolean,
        send: () -> Unit,
    ) {
        val text = if (sending) body.word(R.string.home_sending) else today.deliveryText
        body.add(Words(page.context, Size.SMALL, Tone.QUIET), Gap.NORMAL).centred().text = text
        if (today.pending > 0uL && !sending) body.link(body.word(R.string.home_send_now), send)
    }

    /** What somebody may look at, in few words; the row leads to the whole of it. */
    private fun StateRow.looked(flags: List<String>) {
        if (flags.isNotEmpty()) note(body.word(R.string.mark_look_at, flags.joinToString(", ")), Tone.LOOK)
    }

    private companion object {
        val NOTHING_TO_EXPLAIN = setOf(WindowMark.OPEN, WindowMark.LATER, WindowMark.NOT_OWED)
    }
}
