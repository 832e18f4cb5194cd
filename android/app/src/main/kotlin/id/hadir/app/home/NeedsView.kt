package id.hadir.app.home

import android.content.Intent
import android.provider.Settings
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.store
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.NeedKind
import id.hadir.core.NeedRow

/** What needs the person: the core's sentence, and one thing to press. */
internal class NeedsView(
    private val page: Page,
    private val host: Host,
    private val confirm: (String) -> Unit,
) {
    /** Whether it stands above the button: it rings, or taps reach nobody until it is settled. */
    fun comesFirst(need: NeedRow) = need.urgent || need.kind == NeedKind.ENROL_AGAIN || need.kind == NeedKind.REVOKED

    fun draw(needs: List<NeedRow>) = needs.forEach(::draw)

    private fun draw(need: NeedRow) {
        val confirmed = need.confirm
        val (word, press) = if (confirmed != null) R.string.app_confirm to { confirm(confirmed) } else way(need.kind)
        page.body.banner(tone(need.kind), need.text, word?.let(page.body::word), press)
    }

    private fun tone(kind: NeedKind): Tone =
        when (kind) {
            NeedKind.ENROL_AGAIN, NeedKind.REVOKED, NeedKind.UNKNOWN_SERVER, NeedKind.STORE_DAMAGED -> Tone.STOP
            NeedKind.RECALL -> Tone.LOOK
            NeedKind.NEW_RULE, NeedKind.DECISION -> Tone.INFO
            NeedKind.UPDATE, NeedKind.PARKED, NeedKind.CLOCK_OFF, NeedKind.NO_HEALTH_KEYS -> Tone.WAIT
        }

    private fun way(kind: NeedKind): Pair<Int?, (() -> Unit)?> =
        when (kind) {
            NeedKind.ENROL_AGAIN -> R.string.home_enrol_again to open(Routes.ENROL)

            // Its key is revoked for good: a new one comes with a new store, once this one is taken away.
            NeedKind.REVOKED -> R.string.privacy_wipe to open(Routes.WIPE)

            NeedKind.UPDATE -> R.string.home_update to launch(store(host))

            NeedKind.PARKED -> R.string.home_open_parked to open(Routes.PARKED)

            NeedKind.DECISION -> R.string.home_open_requests to open(Routes.REQUESTS)

            NeedKind.CLOCK_OFF -> R.string.home_set_date to launch(Intent(Settings.ACTION_DATE_SETTINGS))

            NeedKind.UNKNOWN_SERVER, NeedKind.STORE_DAMAGED -> R.string.help_title to open(Routes.HELP)

            NeedKind.RECALL, NeedKind.NEW_RULE, NeedKind.NO_HEALTH_KEYS -> null to null
        }

    private fun open(name: String): () -> Unit = { host.open(Link(name)) }

    private fun launch(intent: Intent): () -> Unit = { host.launch(intent) }
}
