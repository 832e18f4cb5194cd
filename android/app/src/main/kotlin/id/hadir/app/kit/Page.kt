package id.hadir.app.kit

import android.content.Context
import android.graphics.Rect
import android.os.Build
import android.view.Gravity
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.view.WindowInsets
import android.widget.LinearLayout
import android.widget.ScrollView
import android.widget.Space
import id.hadir.app.R

/**
 * A whole screen: a bar, a body, and a foot that stands at the bottom where there is room and follows the body where there is
 * not. Everything scrolls, so that nothing is cut by a large font, a keyboard or a small phone.
 */
class Page(
    context: Context,
) : ScrollView(context) {
    private val all = Column(context)

    /** What the screen says. */
    val body = Column(context)

    /** What may be pressed in the end. */
    val foot = Column(context)

    init {
        isFillViewport = true
        clipToPadding = false
        isVerticalScrollBarEnabled = false
        setBackgroundColor(context.getColor(R.color.ground))
        all.setPadding(px(Gap.NORMAL), px(Gap.SMALL), px(Gap.NORMAL), px(Gap.NORMAL))
        all.add(body)
        all.addView(Space(context), LinearLayout.LayoutParams(MATCH_PARENT, 0, 1f))
        all.add(foot, Gap.NORMAL)
        addView(all, LayoutParams(MATCH_PARENT, WRAP_CONTENT))
    }

    /** The bar of a screen that was opened from another: an arrow back, and its title. */
    fun bar(
        title: CharSequence,
        back: () -> Unit,
    ) {
        val bar = LinearLayout(context)
        bar.gravity = Gravity.CENTER_VERTICAL
        val arrow = BackArrow(context, back)
        bar.addView(arrow, LinearLayout.LayoutParams(px(Gap.TOUCH), px(Gap.TOUCH)))
        bar.addView(Words(context, Size.TITLE).apply { text = title }.heading(), LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f))
        all.addView(bar, 0, LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT).apply { bottomMargin = px(Gap.SMALL) })
    }

    /** Takes over where [old] was scrolled to, and the edges that it kept, so that nothing jumps. */
    fun keep(old: Page) {
        setPadding(old.paddingLeft, old.paddingTop, old.paddingRight, old.paddingBottom)
        val y = old.scrollY
        if (y > 0) post { scrollTo(0, y) }
    }

    /** Scrolls to the view of that name, once it has its place. */
    fun reveal(key: String) {
        post { byKey(key)?.run { requestRectangleOnScreen(Rect(0, -height, width, height * 2), true) } }
    }

    override fun onApplyWindowInsets(insets: WindowInsets): WindowInsets {
        val keep = Insets.of(insets)
        setPadding(keep.left, keep.top, keep.right, keep.bottom)
        return insets
    }
}

/** The edges that bars, a display's cutout and the keyboard cover, in pixels. */
class Insets private constructor(
    val left: Int,
    val top: Int,
    val right: Int,
    val bottom: Int,
) {
    companion object {
        fun of(insets: WindowInsets): Insets {
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
                val types = WindowInsets.Type.systemBars() or WindowInsets.Type.displayCutout() or WindowInsets.Type.ime()
                val edge = insets.getInsets(types)
                return Insets(edge.left, edge.top, edge.right, edge.bottom)
            }
            return old(insets)
        }

        @Suppress("DEPRECATION") // what phones before Android 11 have; the keyboard is in it through adjustResize
        private fun old(insets: WindowInsets): Insets {
            val cut = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) insets.displayCutout else null
            return Insets(
                maxOf(insets.systemWindowInsetLeft, cut?.safeInsetLeft ?: 0),
                maxOf(insets.systemWindowInsetTop, cut?.safeInsetTop ?: 0),
                maxOf(insets.systemWindowInsetRight, cut?.safeInsetRight ?: 0),
                maxOf(insets.systemWindowInsetBottom, cut?.safeInsetBottom ?: 0),
            )
        }
    }
}
