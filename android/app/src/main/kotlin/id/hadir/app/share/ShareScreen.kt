package id.hadir.app.share

import id.hadir.app.R
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.NoFixReason
import id.hadir.core.PermissionState
import id.hadir.core.ShareCard
import id.hadir.core.ShareMark
import id.hadir.sdk.Answer
import id.hadir.sdk.Permissions

/** Live share: who sees what, when it stops by itself, and the three things that the person may do. */
class ShareScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private var card: ShareCard? = null
    private var asked = false
    private var acting = false

    override val title get() = context.getString(R.string.share_title)
    override val ready get() = asked

    override fun load() =
        work({ it.today().share }) {
            card = it
            asked = true
        }

    override fun onPermissions() = redraw()

    override fun draw(page: Page) {
        val card = card
        if (card == null) {
            // Also where a rule that came meanwhile asks for none any more.
            page.body.quiet(page.body.word(R.string.share_none))
            page.foot.button(page.body.word(R.string.app_back)) { host.back() }
            return
        }
        page.body.run {
            if (card.mark == ShareMark.SHARING && hindered()) {
                banner(Tone.WAIT, word(R.string.share_unknown)).live()
            } else {
                banner(tone(card.mark), card.title).live()
            }
            if (card.mark == ShareMark.PAUSED) quiet(word(R.string.share_pause_text))
            if (card.mark in AT_WORK) hindrance(page)
            heading(word(R.string.share_who))
            body(card.whoSees)
            heading(word(R.string.share_hours))
            body(card.hoursText)
            if (card.mark in BEFORE) quiet(word(R.string.share_stop_text))
            card.permitText?.let { banner(Tone.INFO, it) }
            if (card.sharedText.isNotEmpty()) {
                heading(word(R.string.share_shared))
                body(card.sharedText)
            }
        }
        buttons(page, card.mark)
    }

    private fun buttons(
        page: Page,
        mark: ShareMark,
    ) {
        val share = host.hadir.share
        val start = { act { share.start(host.profile, it) } }
        val stop = { act { share.stop(host.profile, it) } }
        page.foot.run {
            when (mark) {
                ShareMark.EARLY, ShareMark.OVER -> {
                    button(word(R.string.app_back)) { host.back() }
                }

                ShareMark.READY, ShareMark.STOPPED -> {
                    button(word(R.string.share_start), filled = true, start)
                }

                ShareMark.SHARING -> {
                    button(word(R.string.share_stop), filled = false, stop)
                    button(word(R.string.share_pause), filled = false) { act { share.pause(host.profile, it) } }
                }

                ShareMark.PAUSED -> {
                    button(word(R.string.share_stop), filled = false, stop)
                    button(word(R.string.share_resume), filled = true, start)
                }
            }
        }
    }

    /** Whether nothing but "unknown" can be shared. An approximate place is one. */
    private fun hindered(): Boolean {
        val state = host.hadir.fixes.state()
        return state.reason == NoFixReason.OFF || state.permission !in SEEN
    }

    /** What keeps places from being shared, and the way to mend it. */
    private fun hindrance(page: Page) {
        val state = host.hadir.fixes.state()
        val permissions = host.hadir.permissions
        val of = Permissions.Asked.LOCATION
        page.body.run {
            when {
                state.reason == NoFixReason.OFF -> {
                    banner(Tone.WAIT, word(R.string.permit_location_off), word(R.string.permit_location_on)) {
                        host.launch(permissions.locationSettings())
                    }
                }

                state.permission == PermissionState.DENIED_FOR_EVER -> {
                    banner(Tone.WAIT, word(R.string.permit_location_denied_ever), word(R.string.app_open_settings)) {
                        host.launch(permissions.settings(of))
                    }
                }

                state.permission == PermissionState.LIMITED -> {
                    banner(Tone.WAIT, word(R.string.permit_location_coarse), word(R.string.permit_location_ask)) { host.ask(of) }
                }

                state.permission != PermissionState.GRANTED -> {
                    banner(Tone.WAIT, word(R.string.share_denied), word(R.string.permit_location_ask)) { host.ask(of) }
                }
            }
        }
    }

    private fun tone(mark: ShareMark) =
        when (mark) {
            ShareMark.SHARING -> Tone.GOOD
            ShareMark.PAUSED -> Tone.WAIT
            ShareMark.EARLY, ShareMark.READY, ShareMark.STOPPED, ShareMark.OVER -> Tone.INFO
        }

    private fun act(act: ((Answer<ShareCard?>) -> Unit) -> Unit) {
        // Pressed twice, it is done once.
        if (acting) return
        acting = true
        act { answer ->
            acting = false
            when (answer) {
                is Answer.Good -> card = answer.value
                is Answer.Bad -> fail(answer.error)
            }
            redraw()
        }
    }

    private companion object {
        val BEFORE = setOf(ShareMark.EARLY, ShareMark.READY)
        val SEEN = setOf(PermissionState.GRANTED, PermissionState.LIMITED)
        val AT_WORK = setOf(ShareMark.READY, ShareMark.SHARING, ShareMark.PAUSED, ShareMark.STOPPED)
    }
}
