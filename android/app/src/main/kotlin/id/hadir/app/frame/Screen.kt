package id.hadir.app.frame

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.os.Bundle
import id.hadir.app.kit.Page
import id.hadir.core.CheckInEngine
import id.hadir.core.HadirException
import id.hadir.sdk.Answer
import id.hadir.sdk.Event
import id.hadir.sdk.Hadir
import id.hadir.sdk.Permissions
import id.hadir.sdk.Profile

/** What a screen may ask of the activity that shows it. */
interface Host {
    val activity: Activity
    val hadir: Hadir

    /** Whose screens are shown. */
    val profile: Profile get() = hadir.profiles.current

    /** Opens a screen upon this one; nothing happens if the same link stands on top already. */
    fun open(link: Link)

    /** Opens a screen in place of this one. */
    fun replace(link: Link)

    /** Goes back to the screen before. */
    fun back()

    /** Goes back to the first screen, whatever it is for the way this phone stands now. */
    fun home()

    /** Draws the screen anew if [screen] is the one that is seen. */
    fun redraw(screen: Screen)

    /** Starts an activity of the platform; false where the phone has none for it. */
    fun launch(intent: Intent): Boolean

    /** Asks for a permission; the screen's [Screen.onPermissions] hears of it. */
    fun ask(permission: Permissions.Asked)
}

/**
 * One screen: [draw] makes its views from its state, and nothing else does. What must survive a rotation and the death of the
 * process goes into [save]; the rest is asked of the engine again.
 */
abstract class Screen(
    protected val host: Host,
    val link: Link,
) {
    private var gone = false

    /** Whether the screen is on top of an app in front. */
    protected var isSeen = false
        private set

    /** The activity, for words and colours. */
    protected val context: Context get() = host.activity

    /** What kept this screen from showing what it should; drawn in place of it. */
    protected var trouble: Trouble? = null
        private set

    /** What a screen reader says when the screen appears; also the bar's title. */
    abstract val title: String

    /** Whether there is a bar with an arrow back. */
    protected open val hasBar: Boolean get() = true

    /** Draws the screen from its state. Called on every change; keep no view. */
    protected abstract fun draw(page: Page)

    /** The title above what went wrong; `null` for the one that fits the error. */
    protected open val troubleTitle: String? get() = null

    /** Loads what is shown: called when the screen is made, is seen again, or something it shows may have changed. */
    open fun load() = Unit

    /** Whether the screen has what it needs to be drawn. Until then it shows that it is loading. */
    protected open val ready: Boolean get() = true

    open fun save(out: Bundle) = Unit

    open fun restore(state: Bundle) = Unit

    /** What a rotation must not lose, and a saved state must not hold. Lost with the process. */
    open fun retain(): Any? = null

    /** Takes back what [retain] gave, after [restore]. */
    open fun regain(retained: Any) = Unit

    /** The screen is seen and in front. */
    protected open fun onSeen() = Unit

    /** Another screen or app came in front, or this one goes for good. */
    protected open fun onHidden() = Unit

    /** The person answered the question for permissions. */
    open fun onPermissions() = Unit

    /** Something happened behind the screens: a sync, live share. By default the screen loads anew. */
    open fun heard(event: Event) = load()

    /** Whether the screen itself takes the gesture back. */
    open val takesBack: Boolean get() = false

    /** Whether what it was opened for is done: asked for again, it is opened anew. */
    open val over: Boolean get() = false

    open fun onBack() = Unit

    /**
     * Runs [call] off the main thread and [then] on it, unless the screen went away meanwhile; draws the screen anew after either.
     * What goes wrong is shown in place of the screen, unless [failed] does otherwise.
     */
    protected fun <T> work(
        call: (CheckInEngine) -> T,
        failed: (HadirException) -> Unit = ::fail,
        then: (T) -> Unit,
    ) {
        host.hadir.engine(host.profile).call(call) { heard(it, failed, then) }
    }

    /** As [work], for a call that records something: delivery and reminders follow, even if the screen is gone by then. */
    protected fun <T> record(
        call: (CheckInEngine) -> T,
        failed: (HadirException) -> Unit = ::fail,
        then: (T) -> Unit,
    ) {
        val (hadir, profile) = host.hadir to host.profile
        work({ engine -> call(engine).also { hadir.recorded(profile) } }, failed, then)
    }

    /** As [record], for what a press records [once]: whatever came of it, and even if the screen is gone by then, it is over. */
    protected fun <T : Any> record(
        once: Once<T>,
        call: (CheckInEngine) -> T,
        failed: (HadirException) -> Unit = ::fail,
        then: (T) -> Unit,
    ) {
        val (hadir, profile) = host.hadir to host.profile
        hadir.engine(profile).call({ engine -> once.run { call(engine) }.also { hadir.recorded(profile) } }) {
            once.over()
            heard(it, failed, then)
        }
    }

    /** As [work], for a call that may take as long as a network does; what is on the phone does not wait for it. */
    protected fun <T> online(
        call: (CheckInEngine) -> T,
        failed: (HadirException) -> Unit = ::fail,
        then: (T) -> Unit,
    ) {
        host.hadir.engine(host.profile).network(call) { heard(it, failed, then) }
    }

    private fun <T> heard(
        answer: Answer<T>,
        failed: (HadirException) -> Unit,
        then: (T) -> Unit,
    ) {
        if (gone) return
        when (answer) {
            is Answer.Good -> {
                trouble = null
                then(answer.value)
            }

            is Answer.Bad -> {
                failed(answer.error)
            }
        }
        redraw()
    }

    /** Draws what went wrong in place of the screen; what needs no words only draws the screen anew. */
    protected fun fail(error: HadirException) {
        trouble = Trouble.of(error)
    }

    /** Draws the screen anew. */
    protected fun redraw() = host.redraw(this)

    /** For the host alone: the views of the screen as it is now. */
    fun view(): Page {
        val page = Page(context)
        if (hasBar) page.bar(title) { if (takesBack) onBack() else host.back() }
        val wrong = trouble
        when {
            wrong != null -> drawTrouble(page, host, wrong, troubleTitle) { again() }
            !ready -> drawLoading(page)
            else -> draw(page)
        }
        return page
    }

    private fun again() {
        trouble = null
        redraw()
        load()
    }

    /** For the host alone. */
    fun seen(now: Boolean) {
        if (isSeen == now) return
        isSeen = now
        if (now) {
            load()
            onSeen()
        } else {
            onHidden()
        }
    }

    /** For the host alone: the screen goes away, and no answer reaches it any more. */
    fun drop() {
        seen(false)
        gone = true
    }
}
