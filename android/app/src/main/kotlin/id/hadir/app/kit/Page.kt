package id.hadir.app.kit

import android.content.Context
import android.os.Build
import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.view.WindowInsets
import android.widget.FrameLayout
import android.widget.LinearLayout
import android.widget.ScrollView
import android.widget.Space
import id.hadir.app.R

/**
 * A whole screen: a bar and a body that scroll, and a foot with the main buttons, which stays in sight below them. Where a large
 * font, a keyboard or a small phone would leave the body too little, the foot scrolls with it, so that nothing is cut.
 */
class Page(
    context: Context,
) : LinearLayout(context) {
    private val all = Column(context)
    private val scroll = ScrollView(context)
    private val below = Column(context)
    private var edge = Insets.NONE

    /** Says that the body goes on below the foot. */
    private val line = View(context)

    /** What the screen says. */
    val body = Column(context)

    /** What may be pressed in the end. */
    val foot = Column(context)

    init {
        orientation = VERTICAL
        setBackgroundColor(context.getColor(R.color.ground))
        scroll.isFillViewport = true
        scroll.clipToPadding = false
        scroll.isVerticalScrollBarEnabled = false
        all.setPadding(px(Gap.NORMAL), px(Gap.SMALL), px(Gap.NORMAL), px(Gap.NORMAL))
        all.add(body)
        all.addView(Space(context), LayoutParams(MATCH_PARENT, 0, 1f))
        scroll.addView(all, FrameLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT))
        addView(scroll, LayoutParams(MATCH_PARENT, 0, 1f))
        line.setBackgroundColor(context.getColor(R.color.line))
        addView(line, LayoutParams(MATCH_PARENT, px(1)))
        below.add(foot)
        addView(below, LayoutParams(MATCH_PARENT, WRAP_CONTENT))
        scroll.setOnScrollChangeListener { _, _, _, _, _ -> drawLine() }
        pad()
    }

    /** The bar of a screen that was opened from another: an arrow back, and its title. */
    fun bar(
        title: CharSequence,
        back: () -> Unit,
    ) {
        val bar = LinearLayout(context)
        bar.gravity = Gravity.CENTER_VERTICAL
        val arrow = BackArrow(context, back)
        bar.addView(arrow, LayoutParams(px(Gap.TOUCH), px(Gap.TOUCH)))
        bar.addView(Words(context, Size.TITLE).apply { text = title }.heading(), LayoutParams(0, WRAP_CONTENT, 1f))
        all.addView(bar, 0, LayoutParams(MATCH_PARENT, WRAP_CONTENT).apply { bottomMargin = px(Gap.SMALL) })
    }

    /** Takes over where [old] was scrolled to, and the edges that it kept, so that nothing jumps. */
    fun keep(old: Page) {
        edge = old.edge
        pad()
        val y = old.scroll.scrollY
        if (y > 0) post { scroll.scrollTo(0, y) }
    }

    override fun onApplyWindowInsets(insets: WindowInsets): WindowInsets {
        edge = Insets.of(insets)
        pad()
        return insets
    }

    private val held get() = foot.parent === below

    private fun pad() {
        setPadding(edge.left, 0, edge.right, 0)
        val stands = held && foot.childCount > 0
        below.visibility = if (stands) VISIBLE else GONE
        below.setPadding(px(Gap.NORMAL), px(Gap.SMALL), px(Gap.NORMAL), px(Gap.SMALL) + edge.bottom)
        scroll.setPadding(0, edge.top, 0, if (stands) 0 else edge.bottom)
    }

    override fun onMeasure(
        widthMeasureSpec: Int,
        heightMeasureSpec: Int,
    ) {
        hold(MeasureSpec.getSize(widthMeasureSpec), MeasureSpec.getSize(heightMeasureSpec))
        super.onMeasure(widthMeasureSpec, heightMeasureSpec)
    }

    /** Decides where the foot stands on a page of that size. */
    private fun hold(
        width: Int,
        height: Int,
    ) {
        val room = width - edge.left - edge.right - px(Gap.NORMAL) * 2
        val across = MeasureSpec.makeMeasureSpec(room, MeasureSpec.EXACTLY)
        foot.measure(across, MeasureSpec.makeMeasureSpec(0, MeasureSpec.UNSPECIFIED))
        val hold = foot.measuredHeight + px(Gap.SMALL) * 2 <= (height - edge.top - edge.bottom) * MOST
        if (hold != held) {
            (foot.parent as Column).removeView(foot)
            if (hold) below.add(foot) else all.add(foot, Gap.NORMAL)
        }
        pad()
    }

    override fun onLayout(
        changed: Boolean,
        l: Int,
        t: Int,
        r: Int,
        b: Int,
    ) {
        super.onLayout(changed, l, t, r, b)
        drawLine()
    }

    private fun drawLine() {
        line.visibility = if (below.visibility == VISIBLE && scroll.canScrollVertically(1)) VISIBLE else INVISIBLE
    }

    private companion object {
        /** How much of the height the foot may take and still stay in sight. */
        const val MOST = 0.4
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
        /** Nothing is covered. */
        val NONE = Insets(0, 0, 0, 0)

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
