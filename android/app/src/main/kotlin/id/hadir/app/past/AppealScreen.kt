package id.hadir.app.past

import android.os.Bundle
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Fold
import id.hadir.app.kit.Page
import id.hadir.core.AppealChoices
import id.hadir.core.Appealed
import id.hadir.core.AskRow
import id.hadir.core.GroundsForAppeal
import id.hadir.core.HadirException
import id.hadir.sdk.Event
import id.hadir.sdk.sentence

/** An appeal: which day and window, on what ground, in a few words; and how it stands once it is made. */
class AppealScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    internal var choices: AppealChoices? = null
        private set
    internal var date: String = link[Routes.DATE]
        private set
    internal var window: String? = link[Routes.WINDOW].ifEmpty { null }
        private set
    internal var grounds: GroundsForAppeal? = null
        private set
    internal var text = ""
        private set

    /** The list of dates is open. */
    internal var choosingDate = false
        private set
    internal val fold = Fold()
    internal var problem: String? = null
        private set
    private var made: AskRow? = null
    private var madeId: String? = null
    private var sending = false

    override val title get() = context.getString(R.string.appeal_title)
    override val ready get() = choices != null || made != null
    override val takesBack get() = choosingDate

    override fun onBack() {
        choosingDate = false
        redraw()
    }

    override fun save(out: Bundle) {
        out.putString(Routes.DATE, date)
        out.putString(Routes.WINDOW, window)
        out.putString(GROUNDS, grounds?.name)
        out.putString(TEXT, text)
        out.putString(MADE, madeId)
        out.putBoolean(CHOOSING, choosingDate)
        fold.save(out)
    }

    override fun restore(state: Bundle) {
        date = state.getString(Routes.DATE).orEmpty()
        window = state.getString(Routes.WINDOW)
        grounds = GroundsForAppeal.entries.firstOrNull { it.name == state.getString(GROUNDS) }
        text = state.getString(TEXT).orEmpty()
        madeId = state.getString(MADE)
        choosingDate = state.getBoolean(CHOOSING)
        fold.restore(state)
    }

    override fun load() {
        val id = madeId
        if (id != null) {
            work({ engine -> engine.requests().firstOrNull { it.id == id } }) { made = it }
        } else {
            val of = date.ifEmpty { null }
            work({ it.appealChoices(of) }) { found ->
                choices = found
                date = found.date
                // A window of another date, or of a rule that is no longer in force, is none of this one's.
                if (found.windows.none { it.id == window }) window = null
            }
        }
    }

    override fun heard(event: Event) {
        if (madeId != null) load()
    }

    internal fun chooseDate() {
        choosingDate = true
        fold.close()
        redraw()
    }

    /** More dates are to be seen. */
    internal fun unfolded() = redraw()

    internal fun pickDate(picked: String) {
        choosingDate = false
        date = picked
        window = null
        choices = null
        redraw()
        load()
    }

    internal fun pickWindow(picked: String?) {
        window = picked
    }

    internal fun pickGrounds(picked: GroundsForAppeal) {
        grounds = picked
        problem = null
        redraw()
    }

    internal fun type(typed: String) {
        text = typed
    }

    internal fun submit() {
        val ground = grounds
        if (ground == null) {
            problem = context.getString(R.string.appeal_choose_grounds)
            return redraw()
        }
        // Pressed twice, it is made once.
        if (sending) return
        sending = true
        problem = null
        // The record belongs to the window that was asked about, and to no other.
        val record =
            link[Routes.RECORD].takeIf {
                it.isNotEmpty() && date == link[Routes.DATE] &&
                    window == link[Routes.WINDOW].ifEmpty { null }
            }
        val appealed = Appealed(date, window, record, ground, text.trim().ifEmpty { null }, emptyList())
        record({ it.appeal(appealed) }, ::refused) {
            sending = false
            made = it
            madeId = it.id
        }
    }

    private fun refused(error: HadirException) {
        sending = false
        // What can be put right is said beside the button; the text stays.
        if (error is HadirException.BadInput) problem = error.sentence else fail(error)
    }

    override fun draw(page: Page) {
        val view = AppealView(page, this)
        val (made, choices) = made to choices
        when {
            made != null -> view.made(made) { host.home() }
            choices == null -> Unit
            choosingDate -> view.dates(choices)
            else -> view.draw(choices)
        }
    }

    private companion object {
        const val GROUNDS = "grounds"
        const val TEXT = "text"
        const val MADE = "made"
        const val CHOOSING = "choosing"
    }
}
