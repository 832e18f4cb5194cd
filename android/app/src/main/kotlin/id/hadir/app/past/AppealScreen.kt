package id.hadir.app.past

import android.os.Bundle
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Once
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Fold
import id.hadir.app.kit.Page
import id.hadir.core.AppealChoices
import id.hadir.core.Appealed
import id.hadir.core.AskRow
import id.hadir.core.GroundsForAppeal
import id.hadir.core.HadirException
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

    /** A rule came that has no such window as was chosen. */
    internal var changed = false
        private set
    private var made: AskRow? = null
    private var madeId: String? = null
    private var once = Once<AskRow>()

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
        out.putBoolean(CHANGED, changed)
        fold.save(out)
    }

    override fun restore(state: Bundle) {
        date = state.getString(Routes.DATE).orEmpty()
        window = state.getString(Routes.WINDOW)
        grounds = GroundsForAppeal.entries.firstOrNull { it.name == state.getString(GROUNDS) }
        text = state.getString(TEXT).orEmpty()
        madeId = state.getString(MADE)
        choosingDate = state.getBoolean(CHOOSING)
        changed = state.getBoolean(CHANGED)
        fold.restore(state)
    }

    override fun retain(): Any? = once

    @Suppress("UNCHECKED_CAST") // it is this screen's own
    override fun regain(retained: Any) {
        once = retained as? Once<AskRow> ?: return
    }

    override fun load() {
        val id = madeId ?: once.made?.id
        if (id != null) {
            work({ engine -> engine.requests().firstOrNull { it.id == id } }) { made = it }
        } else {
            val of = date.ifEmpty { null }
            work({ it.appealChoices(of) }) { found ->
                // Recorded by the screen that was here before the phone was turned.
                once.made?.let(::show)
                choices = found
                date = found.date
                // A window of a rule that is no longer in force is none of this one's: then the whole day is meant, and that is said.
                val there = found.windows.any { it.id == window }
                if (!there && window != null) changed = true
                if (!there) window = null
            }
        }
    }

    private fun show(row: AskRow) {
        made = row
        madeId = row.id
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
        changed = false
        choices = null
        redraw()
        load()
    }

    internal fun pickWindow(picked: String?) {
        window = picked
        if (changed) {
            changed = false
            redraw()
        }
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
        if (!once.begin()) return
        problem = null
        // The record belongs to the window that was asked about, and to no other.
        val record =
            link[Routes.RECORD].takeIf {
                it.isNotEmpty() && date == link[Routes.DATE] &&
                    window == link[Routes.WINDOW].ifEmpty { null }
            }
        val appealed = Appealed(date, window, record, ground, text.trim().ifEmpty { null }, emptyList())
        record(once, { it.appeal(appealed) }, ::refused, ::show)
    }

    private fun refused(error: HadirException) {
        // What can be put right is said beside the button; the text stays.
        when (error) {
            is HadirException.BadInput -> {
                problem = error.sentence
            }

            // The window went while the button was pressed: the choices that there are now say so.
            is HadirException.NotFound -> {
                load()
            }

            else -> {
                fail(error)
            }
        }
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
        const val CHANGED = "changed"
        const val GROUNDS = "grounds"
        const val TEXT = "text"
        const val MADE = "made"
        const val CHOOSING = "choosing"
    }
}
