package id.hadir.app.kit

import android.os.Bundle
import id.hadir.app.R
import id.hadir.core.DateChoice

/** Which part of a long list is seen: what is chosen with a handful around it, and with each press for more twice as many. */
class Fold {
    private var before = 1
    private var after = HANDFUL - 2

    /** The places in a list of [size] that are seen, around the one at [at]. */
    fun seen(
        size: Int,
        at: Int,
    ): IntRange {
        val first = (at - before).coerceAtMost(size - HANDFUL).coerceAtLeast(0)
        val last = (at + after).coerceAtLeast(first + HANDFUL - 1).coerceAtMost(size - 1)
        return first..last
    }

    /** Folds it again. */
    fun close() {
        before = 1
        after = HANDFUL - 2
    }

    fun moreBefore() {
        before += before.coerceAtLeast(HANDFUL)
    }

    fun moreAfter() {
        after += after.coerceAtLeast(HANDFUL)
    }

    fun save(out: Bundle) = out.putIntArray(SEEN, intArrayOf(before, after))

    fun restore(state: Bundle) {
        val (saved, also) = state.getIntArray(SEEN)?.takeIf { it.size == 2 } ?: return
        before = saved
        after = also
    }

    private companion object {
        const val HANDFUL = 7
        const val SEEN = "seen"
    }
}

/** Dates to choose one of, as the core lists them: [newestFirst] or the other way. */
class DateList(
    private val all: List<DateChoice>,
    private val chosen: String,
    private val newestFirst: Boolean,
    private val fold: Fold,
) {
    /** Draws those that are seen; [more] is called when others are asked for. */
    fun draw(
        column: Column,
        more: () -> Unit,
        pick: (String) -> Unit,
    ) = column.run {
        val seen = fold.seen(all.size, all.indexOfFirst { it.date == chosen }.coerceAtLeast(0))
        val (above, below) =
            (R.string.app_earlier_dates to R.string.app_later_dates).let {
                if (newestFirst) it.second to it.first else it
            }
        if (seen.first > 0) {
            link(word(above)) {
                fold.moreBefore()
                more()
            }
        }
        choices {
            for (date in all.slice(seen)) choice(date.text, date.date == chosen, date.date) { pick(date.date) }
        }
        if (seen.last < all.lastIndex) {
            link(word(below)) {
                fold.moreAfter()
                more()
            }
        }
    }
}
