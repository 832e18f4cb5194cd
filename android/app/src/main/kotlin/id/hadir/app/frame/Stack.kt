package id.hadir.app.frame

import android.os.Bundle

/** The screens that lie upon each other, the seen one on top; saved and made anew as a whole. */
class Stack(
    private val make: (Link) -> Screen?,
) {
    private val screens = mutableListOf<Screen>()

    val top: Screen? get() = screens.lastOrNull()
    val size: Int get() = screens.size

    /** Puts a screen on top; false where the same link stands there already and is not [over][Screen.over], or names no screen. */
    fun push(link: Link): Boolean {
        if (top?.link == link && top?.over == false) return false
        val screen = make(link) ?: return false
        top?.seen(false)
        if (top?.link == link) screens.removeAt(size - 1).drop()
        screens += screen
        return true
    }

    /** Takes the top screen away, unless it is the only one. */
    fun pop(): Boolean {
        if (size < 2) return false
        screens.removeAt(size - 1).drop()
        return true
    }

    /** Takes away the screen below the top one. */
    fun removeBelowTop() {
        if (size > 1) screens.removeAt(size - 2).drop()
    }

    /** Leaves one screen alone. */
    fun reset(link: Link) {
        clear()
        make(link)?.let { screens += it }
    }

    /** Drops every screen. */
    fun clear() {
        screens.asReversed().forEach { it.drop() }
        screens.clear()
    }

    fun save(): ArrayList<Bundle> =
        screens.mapTo(ArrayList()) { screen ->
            Bundle().apply {
                putBundle(LINK, screen.link.save())
                putBundle(STATE, Bundle().also(screen::save))
            }
        }

    /** What the screens keep over a rotation, in their order. */
    fun retain(): List<Any?> = screens.map { it.retain() }

    fun restore(
        saved: List<Bundle>,
        retained: List<Any?>,
    ) {
        for ((i, each) in saved.withIndex()) {
            val screen = each.getBundle(LINK)?.let { make(Link.read(it)) } ?: continue
            each.getBundle(STATE)?.let(screen::restore)
            retained.getOrNull(i)?.let(screen::regain)
            screens += screen
        }
    }

    private companion object {
        const val LINK = "link"
        const val STATE = "state"
    }
}
