package id.hadir.app.look

import android.content.Intent
import android.graphics.Bitmap
import android.graphics.Rect
import android.os.Bundle
import android.view.View
import android.widget.EditText
import android.widget.TextView
import id.hadir.app.MainActivity
import id.hadir.app.frame.Link
import id.hadir.app.kit.Field
import id.hadir.sdk.Hadir
import id.hadir.testing.Picture
import id.hadir.testing.tree
import org.junit.Assert.assertEquals
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.android.controller.ActivityController
import org.robolectric.shadows.ShadowLooper
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.locks.LockSupport

/** A phone's screen in a test: the real activity over the real engine, pressed by what its buttons say. */
class Stage(
    intent: Intent? = null,
    saved: Bundle? = null,
) : AutoCloseable {
    var control: ActivityController<MainActivity> = Robolectric.buildActivity(MainActivity::class.java, intent)
        private set
    val activity: MainActivity get() = control.get()
    val hadir: Hadir get() = Hadir.of(activity)

    init {
        control
            .create(saved)
            .start()
            .postCreate(null)
            .resume()
            .visible()
        settle()
    }

    /** Waits until every call of the engine was answered and drawn. */
    fun settle() = Companion.settle(hadir)

    fun open(link: Link) {
        activity.open(link)
        settle()
    }

    /** Everything that stands on the screen, as it is read. */
    fun texts(): List<String> =
        activity
            .findViewById<View>(android.R.id.content)
            .tree()
            .filter { it.isShown }
            .filterIsInstance<TextView>()
            .map { it.text.toString() }
            .filter { it.isNotEmpty() }
            .toList()

    /** Whether [part] is read anywhere. */
    fun shows(part: String) = texts().any { part in it }

    /** Presses what says [text], or is called so for a screen reader. */
    fun press(text: String) {
        find(text).performClick()
        settle()
    }

    /** Whether what says [text] and can be pressed stands there whole, without scrolling. */
    fun inSight(text: String): Boolean {
        val view = find(text)
        val box = Rect()
        return view.getGlobalVisibleRect(box) && box.height() == view.height
    }

    private fun find(text: String): View {
        val all =
            activity
                .findViewById<View>(android.R.id.content)
                .tree()
                .filter { it.isShown && it.isClickable }
                .toList()
        val said = { view: View -> (view.contentDescription ?: (view as? TextView)?.text ?: "").toString() }
        val found = all.firstOrNull { said(it) == text } ?: all.firstOrNull { text in said(it) }
        return checkNotNull(found) { "nothing to press says “$text”; there is: ${all.map(said)}" }
    }

    /** Another app comes in front, and the person comes back. */
    fun leaveAndReturn() {
        control.pause()
        settle()
        control.resume()
        settle()
    }

    /** The gesture back. */
    fun back() {
        @Suppress("DEPRECATION")
        activity.onBackPressed()
        settle()
    }

    /** Turns the phone: the activity is made anew. */
    fun rotate() {
        turn()
        settle()
    }

    private fun turn() {
        val wide = if ("land" in RuntimeEnvironment.getQualifiers()) "+port" else "+land"
        RuntimeEnvironment.setQualifiers(wide)
        control.configurationChange()
        control.visible()
    }

    /** The person changes language, theme or font in the settings. */
    fun become(look: Album.Look) {
        Album.set(look)
        control.configurationChange()
        control.visible()
        settle()
    }

    /** The system ends the process of an app that was left, and the person comes back: what was saved is all that is left. */
    fun die(leaving: Boolean = true) {
        val saved = Bundle()
        if (leaving) control.pause().stop() else control.pause()
        settle()
        control.saveInstanceState(saved)
        if (!leaving) control.stop()
        revive(saved)
    }

    /** The process is killed while the screen is seen: what the system had saved before is all that is left. */
    fun crash() {
        val saved = Bundle()
        control.saveInstanceState(saved)
        // The activity of the old process is never told. It is only kept from doing anything.
        gone += control
        revive(saved)
    }

    private val gone = mutableListOf<ActivityController<MainActivity>>()

    private fun revive(saved: Bundle) {
        control = Robolectric.buildActivity(MainActivity::class.java, null)
        control
            .create(saved)
            .start()
            .restoreInstanceState(saved)
            .postCreate(saved)
            .resume()
            .visible()
        settle()
    }

    /** What can be typed into. */
    fun fields(): List<EditText> =
        activity
            .findViewById<View>(android.R.id.content)
            .tree()
            .filterIsInstance<EditText>()
            .toList()

    /** Types into the field under [label]. */
    fun type(
        label: String,
        text: String,
    ) {
        val fields = activity.findViewById<View>(android.R.id.content).tree().filterIsInstance<Field>()
        fields
            .first { field ->
                field.tree().filterIsInstance<TextView>().any { it.text.toString() == label }
            }.input
            .setText(text)
        settle()
    }

    /** Presses twice before anything could be drawn. */
    fun pressTwice(text: String) {
        val view = find(text)
        view.performClick()
        view.performClick()
        settle()
    }

    /** Presses one after the other what stood there before anything could be drawn. */
    fun pressAtOnce(vararg texts: String) {
        texts.map(::find).forEach { it.performClick() }
        settle()
    }

    /** As [pressAtOnce], and waits for nothing: the engine is held up. */
    fun pressWaiting(vararg texts: String) = texts.map(::find).forEach { it.performClick() }

    /** Presses [text] and turns the phone before the engine could answer. */
    fun pressAndTurn(text: String) {
        val turned = CountDownLatch(1)
        hadir.engine(hadir.profiles.current).call({ turned.await() }) {}
        find(text).performClick()
        turn()
        turned.countDown()
        settle()
    }

    /** Presses [text] when the process is killed, before anything could be answered. */
    fun pressAndCrash(text: String) {
        find(text).performClick()
        crash()
    }

    /** Presses what says the words of a resource, in the language of now. */
    fun press(word: Int) = press(activity.getString(word))

    /** The screen as it is drawn, after everything that must hold of it was checked. */
    fun picture(): Bitmap {
        val picture = Picture.of(activity)
        assertEquals("", Checks.faults(activity, picture).joinToString("\n"))
        return picture
    }

    override fun close() {
        control.pause().stop().destroy()
        settle()
    }

    companion object {
        /** Waits until the calls that were made before are answered, and what follows from them is drawn. */
        fun settle(hadir: Hadir) {
            repeat(ROUNDS) {
                val over = AtomicBoolean()
                hadir.engine(hadir.profiles.current).call({ }) { over.set(true) }
                while (!over.get()) {
                    ShadowLooper.idleMainLooper()
                    LockSupport.parkNanos(PATIENCE_NS)
                }
                ShadowLooper.idleMainLooper()
            }
        }

        /** A call may lead to another, as far as the start screen, the screen itself, and what it asks. */
        private const val ROUNDS = 3
        private const val PATIENCE_NS = 200_000L
    }
}
