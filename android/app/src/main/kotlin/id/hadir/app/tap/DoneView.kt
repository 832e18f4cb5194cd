package id.hadir.app.tap

import android.view.Gravity
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.LinearLayout
import id.hadir.app.R
import id.hadir.app.kit.Gap
import id.hadir.app.kit.Page
import id.hadir.app.kit.Size
import id.hadir.app.kit.StateMark
import id.hadir.app.kit.Tone
import id.hadir.app.kit.Words
import id.hadir.core.TapRecorded
import id.hadir.core.WindowMark

/** What was recorded: the time in large figures, then place, accuracy and delivery, and that it is safe. */
internal class DoneView(
    private val page: Page,
    private val told: TapRecorded,
) {
    /** [mend]: what the person may do so that the next tap has a place. */
    fun draw(
        mend: Mend?,
        why: () -> Unit,
        share: () -> Unit,
        done: () -> Unit,
    ) {
        val waits = told.pending > 0uL
        page.body.run {
            title(told.title)
            if (told.countsDetail.isNotEmpty()) add(Words(context, Size.BODY, Tone.QUIET), Gap.TINY).text = told.countsDetail
            card {
                val mark = StateMark.of(context, told.mark, StateMark.LARGE)
                addView(mark, LinearLayout.LayoutParams(WRAP_CONTENT, WRAP_CONTENT).apply { gravity = Gravity.CENTER_HORIZONTAL })
                figures(told.timeText).contentDescription = "${told.timeText} ${told.zone}"
                add(Words(context, Size.BODY, tone(told.countsMark)).bold().centred(), Gap.TINY).text = told.countsTitle
                if (told.mark == WindowMark.LOOK) {
                    add(Words(context, Size.BODY, Tone.LOOK).bold().centred(), Gap.TINY).text = word(R.string.mark_look)
                }
            }
            list {
                pair(word(R.string.tap_place), told.placeTitle)
                // Without a fix it is the reason for that, which the flag below says too.
                if (told.placeDetail.startsWith("±")) pair(word(R.string.tap_accuracy_label), told.placeDetail)
                pair(word(R.string.tap_delivery), told.deliveryText, if (waits) Tone.WAIT else Tone.GOOD)
            }
            if (waits) banner(Tone.WAIT, told.safeText).live()
            if (told.flags.isNotEmpty()) {
                val flags = banner(Tone.LOOK, told.flags.joinToString("\n"), word(R.string.app_why), why)
                mend?.let { flags.also(word(it.word), it.press) }
            }
        }
        page.foot.button(page.body.word(R.string.tap_share), filled = false, share)
        page.foot.button(page.body.word(R.string.app_done), filled = true, done)
    }

    /** Of the verdict alone: that somebody will look at the tap is said below it, in a colour of its own. */
    private fun tone(mark: WindowMark): Tone =
        when (mark) {
            WindowMark.ON_TIME -> Tone.GOOD
            WindowMark.LATE -> Tone.WAIT
            else -> Tone.QUIET
        }
}
