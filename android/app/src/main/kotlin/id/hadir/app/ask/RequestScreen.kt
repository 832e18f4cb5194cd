package id.hadir.app.ask

import android.os.Bundle
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Once
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Fold
import id.hadir.app.kit.Page
import id.hadir.core.AskKind
import id.hadir.core.AskRow
import id.hadir.core.AskedFor
import id.hadir.core.HadirException
import id.hadir.core.KindChoice
import id.hadir.core.RequestChoices
import id.hadir.sdk.Event
import id.hadir.sdk.sentence

/** A new request: what for, which days, which windows of them, and a note. The core says what can be chosen. */
class RequestScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    /** Which list of dates is open. */
    internal enum class Dates { FROM, UNTIL }

    internal var choices: RequestChoices? = null
        private set
    internal var kind: AskKind? = null
        private set
    internal var from = link[Routes.DATE]
        private set

    /** The last date; empty for the first one. */
    internal var until = ""
        private set
    internal var windows = emptySet<String>()
        private set
    internal var note = ""
    internal var dates: Dates? = null
        private set
    internal val fold = Fold()
    internal var problem: String? = null
        private set

    /** What was chosen is not offered any more: a rule came that has not all of the windows, or the date went by. */
    internal var changed = false
        private set
    private var made: AskRow? = null
    private var madeId: String? = null
    private var once = Once<AskRow>()

    override val title: String
        get() =
            context.getString(
                when (dates) {
                    Dates.FROM -> R.string.requests_from
                    Dates.UNTIL -> R.string.requests_until
                    null -> R.string.requests_new
                },
            )
    override val ready get() = choices != null || made != null
    override val takesBack get() = dates != null

    override fun onBack() = open(null)

    override fun save(out: Bundle) {
        out.putString(KIND, kind?.name)
        out.putString(FROM, from)
        out.putString(UNTIL, until)
        out.putStringArray(WINDOWS, windows.toTypedArray())
        out.putString(NOTE, note)
        out.putString(DATES, dates?.name)
        out.putBoolean(CHANGED, changed)
        fold.save(out)
        out.putString(MADE, madeId)
    }

    override fun restore(state: Bundle) {
        kind = AskKind.entries.firstOrNull { it.name == state.getString(KIND) }
        from = state.getString(FROM).orEmpty()
        until = state.getString(UNTIL).orEmpty()
        windows = state.getStringArray(WINDOWS).orEmpty().toSet()
        note = state.getString(NOTE).orEmpty()
        dates = Dates.entries.firstOrNull { it.name == state.getString(DATES) }
        madeId = state.getString(MADE)
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
        if (id != null) return work({ engine -> engine.requests().firstOrNull { it.id == id } }) { made = it }
        val first = from.ifEmpty { null }
        work({ it.requestChoices(first) }, ::unknownDate) { found ->
            // Recorded by the screen that was here before the phone was turned.
            once.made?.let(::show)
            val offered = found.windows.mapTo(HashSet()) { it.id }
            val lasts = until.isEmpty() || found.untilDates.any { it.date == until }
            val allThere = lasts && offered.containsAll(windows)
            // After a date that the person has just chosen other windows are no surprise; a date that moved by itself is one.
            val picked = choices?.let { it.from != first } ?: false
            val moved = first != null && found.from != first
            if (moved || (!picked && !allThere)) changed = true
            choices = found
            from = found.from
            // What another first date, or a rule that came meanwhile, does not offer is not chosen any more.
            if (!lasts) until = ""
            windows = windows.intersect(offered)
            if (found.kinds.none { it.kind == kind }) kind = null
        }
    }

    private fun show(row: AskRow) {
        made = row
        madeId = row.id
    }

    /** A date of yesterday in a state that was saved then: today's choices instead. */
    private fun unknownDate(error: HadirException) {
        if (error is HadirException.BadInput && from.isNotEmpty()) {
            from = ""
            changed = true
            load()
        } else {
            fail(error)
        }
    }

    override fun heard(event: Event) {
        // A rule that came may offer other windows; what stays possible stays chosen, what does not is said, and the note is kept.
        load()
    }

    internal fun open(list: Dates?) {
        dates = list
        fold.close()
        redraw()
    }

    /** More dates are to be seen. */
    internal fun unfolded() = redraw()

    internal fun pick(date: String) {
        if (dates == Dates.FROM) from = date else until = date
        dates = null
        changed = false
        redraw()
        load()
    }

    internal fun pick(picked: AskKind) {
        kind = picked
        problem = null
        redraw()
    }

    internal fun pick(
        window: String,
        chosen: Boolean,
    ) {
        windows = if (chosen) windows + window else windows - window
        if (changed) {
            changed = false
            redraw()
        }
    }

    internal fun chosenKind(): KindChoice? = choices?.kinds?.firstOrNull { it.kind == kind }

    internal fun submit() {
        val chosen = chosenKind()
        problem =
            when {
                chosen == null -> context.getString(R.string.requests_choose_kind)
                chosen.needsWindows && windows.isEmpty() -> context.getString(R.string.requests_choose_windows)
                else -> null
            }
        if (chosen == null || problem != null) return redraw()
        // Pressed twice, it is made once.
        if (!once.begin()) return
        val asked = AskedFor(chosen.kind, from, until.ifEmpty { from }, windows.toList(), note.trim().ifEmpty { null })
        record(once, { it.request(asked) }, ::refused, ::show)
    }

    private fun refused(error: HadirException) {
        // What can be put right is said beside the button; the note stays.
        if (error is HadirException.BadInput || error is HadirException.NotFound) problem = error.sentence else fail(error)
    }

    override fun draw(page: Page) {
        val view = RequestView(page, this)
        val (made, choices) = made to choices
        when {
            made != null -> view.made(made) { host.back() }
            choices == null -> Unit
            dates != null -> view.dates(choices)
            else -> view.draw(choices)
        }
    }

    private companion object {
        const val CHANGED = "changed"
        const val KIND = "kind"
        const val FROM = "from"
        const val UNTIL = "until"
        const val WINDOWS = "windows"
        const val NOTE = "note"
        const val DATES = "dates"
        const val MADE = "made"
    }
}
