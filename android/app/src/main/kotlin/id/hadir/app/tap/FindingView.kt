package id.hadir.app.tap

import android.content.Intent
import android.view.Gravity
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
import id.hadir.core.NoFixReason
import id.hadir.core.PermissionState
import id.hadir.sdk.FixResult
import id.hadir.sdk.Permissions
import id.hadir.sdk.PlaceState
import kotlin.math.roundToInt

/** While a place is looked for, or can't be. */
internal class FindingView(
    private val page: Page,
) {
    private val body = page.body

    fun searching(
        best: FixResult.Fresh?,
        state: PlaceState,
    ) {
        body.title(body.word(R.string.tap_finding))
        body.card {
            if (best == null) {
                // A ring that is not closed yet; the title says what it means.
                val ring = StateMark(context, Shape.RING_DASHED, Tone.PRIMARY, word(R.string.tap_finding), StateMark.LARGE)
                addView(ring, LinearLayout.LayoutParams(WRAP_CONTENT, WRAP_CONTENT).apply { gravity = Gravity.CENTER_HORIZONTAL })
                add(Words(context, Size.BODY, Tone.QUIET), Gap.NORMAL).centred().text = word(R.string.tap_finding_text)
            } else {
                val metres = best.place.accuracyM.roundToInt()
                figures("±$metres m").contentDescription = word(R.string.tap_accuracy, metres)
                add(Words(context, Size.BODY, Tone.QUIET), Gap.TINY).centred().text = word(R.string.tap_accuracy_label)
            }
        }
        if (state.airplane) body.banner(Tone.WAIT, body.word(R.string.tap_airplane))
        if (state.permission == PermissionState.LIMITED) body.banner(Tone.WAIT, body.word(R.string.permit_location_coarse))
    }

    fun recordNow(press: () -> Unit) = page.foot.button(body.word(R.string.tap_record_now), filled = true, press)

    /** What the person may mend, and what happens if they do not. */
    fun hindered(
        state: PlaceState,
        permissions: Permissions,
        seconds: Long,
        ask: () -> Unit,
        settings: (Intent) -> Unit,
    ) {
        val location = Permissions.Asked.LOCATION
        body.title(body.word(R.string.remind_check_in))
        when {
            state.reason == NoFixReason.OFF -> {
                mend(R.string.permit_location_off, R.string.permit_location_on) { settings(permissions.locationSettings()) }
            }

            state.permission == PermissionState.DENIED_FOR_EVER -> {
                mend(
                    R.string.permit_location_denied_ever,
                    R.string.app_open_settings,
                ) { settings(permissions.settings(location)) }
            }

            else -> {
                mend(R.string.permit_location_denied, R.string.permit_location_ask, ask)
            }
        }
        body.quiet(body.word(R.string.tap_by_itself, seconds))
    }

    private fun mend(
        text: Int,
        word: Int,
        press: () -> Unit,
    ) {
        body.banner(Tone.WAIT, body.word(text))
        page.foot.button(body.word(word), filled = true, press)
    }

    fun without(
        filled: Boolean,
        press: () -> Unit,
    ) = page.foot.button(body.word(R.string.tap_without), filled, press)
}
