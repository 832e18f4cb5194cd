package id.hadir.app.form

import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.LinearLayout
import id.hadir.app.R
import id.hadir.app.kit.Gap
import id.hadir.app.kit.Page
import id.hadir.app.kit.Shape
import id.hadir.app.kit.Size
import id.hadir.app.kit.StateMark
import id.hadir.app.kit.Tone
import id.hadir.app.kit.Words
import id.hadir.core.FormResult

/** What the answers came to, what it means, and who learns what. */
internal class FormResultView(
    private val page: Page,
    private val result: FormResult,
) {
    fun draw(done: () -> Unit) {
        val tone = if (result.mayEnter) Tone.GOOD else Tone.STOP
        val shape = if (result.mayEnter) Shape.TICK_DISC else Shape.DIAMOND
        page.body.run {
            title(word(R.string.form_result))
            card {
                val mark = StateMark(context, shape, tone, "", StateMark.LARGE)
                mark.importantForAccessibility = View.IMPORTANT_FOR_ACCESSIBILITY_NO
                addView(mark, LinearLayout.LayoutParams(WRAP_CONTENT, WRAP_CONTENT).apply { gravity = Gravity.CENTER_HORIZONTAL })
                add(Words(context, Size.TITLE, tone).centred(), Gap.SMALL).text = result.title
                add(Words(context, Size.BODY, Tone.QUIET).centred(), Gap.TINY).text = result.riskText
            }
            body(result.meaning)
            banner(Tone.INFO, result.privacy)
        }
        page.foot.button(page.body.word(R.string.app_done), filled = true, done)
    }
}
