package id.hadir.app

import android.annotation.SuppressLint
import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.content.res.Configuration
import android.graphics.Color
import android.os.Build
import android.os.Bundle
import android.view.View
import android.view.WindowManager
import android.widget.EditText
import android.window.OnBackInvokedCallback
import android.window.OnBackInvokedDispatcher
import id.hadir.app.frame.Doors
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.frame.Stack
import id.hadir.app.frame.locks
import id.hadir.app.kit.Page
import id.hadir.app.kit.accessibilityFocus
import id.hadir.app.kit.byKey
import id.hadir.app.kit.keyOf
import id.hadir.app.kit.putCursorOf
import id.hadir.core.Language
import id.hadir.sdk.Event
import id.hadir.sdk.Hadir
import id.hadir.sdk.Permissions
import java.util.Locale

/** The window: it shows the top screen of the stack, and carries gestures, insets, permissions and saved state to and fro. */
class MainActivity :
    Activity(),
    Host {
    private val stack = Stack { Routes.make(this, it) }
    private var shown: Screen? = null
    private var front = false
    private var watcher: AutoCloseable? = null
    private var asked: Permissions.Asked? = null
    private var back: OnBackInvokedCallback? = null

    override val activity: Activity get() = this
    override val hadir: Hadir get() = Hadir.of(this)

    /** Speaks the language that the engine speaks, whatever the phone's. */
    @SuppressLint("AppBundleLocaleChanges") // no bundle is split by language: build.gradle.kts
    override fun attachBaseContext(base: Context) {
        val tag = if (Hadir.of(base).language == Language.ENGLISH) "en" else "id"
        val configuration = Configuration()
        configuration.setLocale(Locale.forLanguageTag(tag))
        super.attachBaseContext(base.createConfigurationContext(configuration))
    }

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        edgeToEdge()
        asked = saved?.getString(ASKED)?.let(Permissions.Asked::valueOf)
        @Suppress("DEPRECATION") // its follower is a library's
        val retained = lastNonConfigurationInstance as? List<*>
        stack.restore(screens(saved), retained.orEmpty())
        if (stack.size == 0) stack.reset(Link(Routes.START))
        // What was restored has come through its door already.
        if (saved == null && !intent.isOld) enter(intent)
        guard()
        show()
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        enter(intent)
        guard()
        show()
    }

    /** Of a task that is taken up again from the list of recent apps: what it once asked for is done, or was left. */
    private val Intent.isOld: Boolean get() = flags and Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY != 0

    private fun enter(intent: Intent) {
        val entry = Doors.read(intent) ?: return
        val whose = entry.profile?.let(hadir.profiles::of)
        if (whose != null && whose != profile) {
            hadir.profiles.current = whose
            stack.reset(Link(Routes.START))
        }
        if (entry.link.name != Routes.HOME) {
            stack.push(entry.link)
        } else if (whose != null) {
            stack.reset(Link(Routes.START))
        }
    }

    /** Puts the question for the PIN upon what must not be seen without it; what lies below does nothing meanwhile. */
    private fun guard(): Boolean =
        locks.isShut(profile) && stack.top?.link?.name !in Routes.WITHOUT_PIN && stack.push(Link(Routes.LOCK))

    override fun onSaveInstanceState(out: Bundle) {
        super.onSaveInstanceState(out)
        out.putParcelableArrayList(STACK, stack.save())
        out.putString(ASKED, asked?.name)
    }

    @Deprecated("Its follower is a library's")
    override fun onRetainNonConfigurationInstance(): Any = stack.retain()

    override fun onStart() {
        super.onStart()
        locks.returned()
        hadir.profiles.used().forEach(hadir.share::inSight)
        if (guard()) show()
    }

    override fun onStop() {
        super.onStop()
        if (!isChangingConfigurations) locks.left()
    }

    override fun onResume() {
        super.onResume()
        front = true
        watcher = hadir.watch(::heard)
        stack.top?.seen(true)
    }

    override fun onPause() {
        super.onPause()
        front = false
        watcher?.close()
        watcher = null
        // A question of the system lies upon the app; the screen that asked is still the one that is seen.
        if (asked == null) stack.top?.seen(false)
    }

    override fun onDestroy() {
        stack.clear()
        super.onDestroy()
    }

    private fun heard(event: Event) {
        // Whose call could not open the engine has heard it as its answer: to ask again at once would have it opened without end.
        if (event.profile == profile && event !is Event.OpenFailed) stack.top?.heard(event)
    }

    override fun open(link: Link) {
        if (stack.push(link)) show()
    }

    override fun replace(link: Link) {
        if (stack.size < 2) {
            stack.reset(link)
        } else if (stack.push(link)) {
            stack.removeBelowTop()
        }
        show()
    }

    override fun back() {
        if (stack.pop()) show() else finish()
    }

    override fun home() {
        stack.reset(Link(Routes.START))
        show()
    }

    override fun redraw(screen: Screen) {
        if (screen === stack.top) show()
    }

    override fun launch(intent: Intent): Boolean =
        try {
            startActivity(intent)
            true
        } catch (_: ActivityNotFoundException) {
            false
        }

    override fun ask(permission: Permissions.Asked) {
        asked = permission
        hadir.permissions.ask(this, permission, permission.ordinal)
    }

    override fun onRequestPermissionsResult(
        code: Int,
        permissions: Array<String>,
        results: IntArray,
    ) {
        super.onRequestPermissionsResult(code, permissions, results)
        val of = asked ?: return
        asked = null
        hadir.permissions.answered(this, of)
        stack.top?.onPermissions()
    }

    /** Draws the top screen; where it is the one that was seen, it stays scrolled where it was, and focus stays on its view. */
    @SuppressLint("AccessibilityFocus") // the view that had it was replaced by its like: it stays where it was
    private fun show() {
        val screen = stack.top ?: return
        val old = findViewById<View>(R.id.page) as? Page
        val same = screen === shown
        val page = screen.view()
        page.id = R.id.page
        val focus = old?.findFocus()
        val (typed, spoken) = focus?.let(::keyOf) to old?.let(::accessibilityFocus)
        setContentView(page)
        if (same && old != null) {
            page.keep(old)
            typed?.let { page.byKey(it) }?.run {
                requestFocus()
                if (this is EditText && focus is EditText) putCursorOf(focus)
            }
            spoken?.let { page.byKey(it)?.performAccessibilityAction(ACCESSIBILITY_FOCUS, null) }
        } else {
            title = screen.title
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) page.accessibilityPaneTitle = screen.title
        }
        shown = screen
        holdBack(stack.size > 1 || screen.takesBack)
        if (front) screen.seen(true)
    }

    private fun goBack() {
        val screen = stack.top
        if (screen?.takesBack == true) screen.onBack() else back()
    }

    /** Takes the gesture back only while there is somewhere to go: else the system shows where it leads. */
    private fun holdBack(hold: Boolean) {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) return
        val held = back
        if (hold && held == null) {
            val callback = OnBackInvokedCallback(::goBack)
            onBackInvokedDispatcher.registerOnBackInvokedCallback(OnBackInvokedDispatcher.PRIORITY_DEFAULT, callback)
            back = callback
        } else if (!hold && held != null) {
            onBackInvokedDispatcher.unregisterOnBackInvokedCallback(held)
            back = null
        }
    }

    @SuppressLint("GestureBackNavigation") // from Android 13 on holdBack does it
    @Deprecated("Phones before Android 13 have nothing else")
    override fun onBackPressed() = goBack()

    private fun edgeToEdge() {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            @Suppress("DEPRECATION") // from Android 15 on nothing else is possible
            window.setDecorFitsSystemWindows(false)
        } else {
            @Suppress("DEPRECATION") // its follower came with Android 11
            window.decorView.systemUiVisibility = window.decorView.systemUiVisibility or EDGES
            @Suppress("DEPRECATION")
            window.setSoftInputMode(WindowManager.LayoutParams.SOFT_INPUT_ADJUST_RESIZE)
        }
        if (Build.VERSION.SDK_INT in Build.VERSION_CODES.P until Build.VERSION_CODES.R) {
            window.attributes.layoutInDisplayCutoutMode = WindowManager.LayoutParams.LAYOUT_IN_DISPLAY_CUTOUT_MODE_SHORT_EDGES
        } else if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            window.attributes.layoutInDisplayCutoutMode = WindowManager.LayoutParams.LAYOUT_IN_DISPLAY_CUTOUT_MODE_ALWAYS
        }
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.O_MR1) {
            // Android 8.0 can't darken the navigation bar's buttons.
            @Suppress("DEPRECATION")
            window.navigationBarColor = Color.BLACK
        }
    }

    private fun screens(saved: Bundle?): List<Bundle> {
        saved ?: return emptyList()
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            return saved.getParcelableArrayList(STACK, Bundle::class.java).orEmpty()
        }
        @Suppress("DEPRECATION")
        return saved.getParcelableArrayList<Bundle>(STACK).orEmpty()
    }

    private companion object {
        const val STACK = "stack"
        const val ASKED = "asked"
        const val ACCESSIBILITY_FOCUS = 64 // AccessibilityNodeInfo.ACTION_ACCESSIBILITY_FOCUS

        @Suppress("DEPRECATION")
        const val EDGES =
            View.SYSTEM_UI_FLAG_LAYOUT_STABLE or View.SYSTEM_UI_FLAG_LAYOUT_HIDE_NAVIGATION or
                View.SYSTEM_UI_FLAG_LAYOUT_FULLSCREEN
    }
}
