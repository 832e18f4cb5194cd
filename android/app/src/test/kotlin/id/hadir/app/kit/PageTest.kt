package id.hadir.app.kit

import android.app.Activity
import android.graphics.Insets
import android.graphics.Rect
import android.view.View
import android.view.WindowInsets
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowLooper

/** Where the buttons of a screen stand. */
@RunWith(HadirRunner::class)
@Config(qualifiers = "in-rID-w360dp-h640dp-port-notnight-hdpi")
class PageTest {
    private fun shown(
        paragraphs: Int,
        buttons: Int,
    ): Page {
        val control = Robolectric.buildActivity(Activity::class.java).create()
        val page = Page(control.get())
        repeat(paragraphs) { page.body.body("Paragraf $it") }
        repeat(buttons) { page.foot.button("Tombol $it") {} }
        control.get().setContentView(page)
        control
            .start()
            .resume()
            .visible()
        ShadowLooper.idleMainLooper()
        return page
    }

    private fun inSight(view: View): Boolean {
        val box = Rect()
        return view.getGlobalVisibleRect(box) && box.height() == view.height
    }

    private fun last(column: Column) = column.getChildAt(column.childCount - 1)

    @Test
    fun `the foot stays in sight below a body that is higher than the screen`() {
        val page = shown(paragraphs = 60, buttons = 2)
        assertTrue(inSight(last(page.foot)))
        assertFalse(inSight(last(page.body)))
    }

    @Test
    fun `a foot that would leave the body too little scrolls with it`() {
        val page = shown(paragraphs = 60, buttons = 5)
        assertFalse(inSight(last(page.foot)))
        assertTrue(inSight(page.body.getChildAt(0)))
        last(page.foot).requestRectangleOnScreen(Rect(0, 0, 1, last(page.foot).height), true)
        ShadowLooper.idleMainLooper()
        assertTrue("it can be reached", inSight(last(page.foot)))
    }

    @Test
    fun `the foot stands above the bars and the keyboard, and gives way where these leave too little`() {
        val page = shown(paragraphs = 60, buttons = 1)
        cover(page, page.px(48))
        assertEquals(page.height - page.px(48 + Gap.SMALL), bottomOf(last(page.foot)))
        cover(page, page.px(500))
        assertFalse("140 dp are left: they are the body's", inSight(last(page.foot)))
        cover(page, 0)
        assertTrue(inSight(last(page.foot)))
    }

    private fun cover(
        page: Page,
        bottom: Int,
    ) {
        val insets = WindowInsets.Builder().setInsets(WindowInsets.Type.systemBars(), Insets.of(0, 0, 0, bottom))
        page.dispatchApplyWindowInsets(insets.build())
        ShadowLooper.idleMainLooper()
    }

    private fun bottomOf(view: View) = Rect().also { view.getGlobalVisibleRect(it) }.bottom
}
