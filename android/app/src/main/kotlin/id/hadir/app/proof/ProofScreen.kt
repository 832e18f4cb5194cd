package id.hadir.app.proof

import android.content.Intent
import android.os.Bundle
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.HadirException
import id.hadir.core.ShareText

/** *Bagikan bukti*: the text that will be shared, word for word, before it is. The place is in it only if the person says so. */
class ProofScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private var proof: ShareText? = null
    private var withPlace = false

    /** As the text that is seen has it: what was ticked a moment ago is not in it yet. */
    private var saidWithPlace = false

    /** Share was pressed, and the text is not yet as it was ticked. */
    private var waits = false

    /** No app on this phone takes a text. */
    private var nobody = false

    override val title get() = context.getString(R.string.proof_title)
    override val ready get() = proof != null

    override fun save(out: Bundle) = out.putBoolean(PLACE, withPlace)

    override fun restore(state: Bundle) {
        withPlace = state.getBoolean(PLACE)
    }

    override fun load() {
        val place = withPlace
        work({ it.shareText(link[Routes.RECORD], place) }, ::failed) {
            proof = it
            saidWithPlace = place
            if (waits) share()
        }
    }

    private fun failed(error: HadirException) {
        waits = false
        fail(error)
    }

    /** Who went away does not wait to share any more. */
    override fun onHidden() {
        waits = false
    }

    private fun place(with: Boolean) {
        withPlace = with
        load()
    }

    override fun draw(page: Page) {
        val proof = proof ?: return
        page.body.run {
            quiet(word(R.string.proof_text))
            card { body(proof.text).setTextIsSelectable(true) }
            if (proof.hasPlace) choices(many = true) { choice(word(R.string.proof_with_place), withPlace, "place", ::place) }
            if (nobody) banner(Tone.WAIT, word(R.string.proof_nobody)).live()
        }
        page.foot.button(page.body.word(R.string.proof_send)) { share() }
    }

    /** What goes out is what is seen, and as it was ticked: never a place that was taken out of it. */
    private fun share() {
        waits = saidWithPlace != withPlace
        val proof = proof ?: return
        if (waits) return
        val send = Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, proof.text)
        nobody = !host.launch(Intent.createChooser(send, title))
        if (nobody) redraw()
    }

    private companion object {
        const val PLACE = "place"
    }
}
