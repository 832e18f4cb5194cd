package id.hadir.sdk

import android.app.Activity
import android.app.Application
import android.content.Intent
import android.os.Looper
import id.hadir.core.CheckInEngine
import id.hadir.office.TestOffice
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import java.util.concurrent.Executor

/** An app around the sdk: its calls run in the test's own thread. */
class TestHost :
    Application(),
    HadirHost {
    override val hadir by lazy { Hadir(this, TestFace(this)) { Executor { it.run() } } }
}

/** Where notifications lead. */
class ScreenActivity : Activity()

/** Words of the platform in place of the app's. */
class TestFace(
    private val app: Application,
) : AppFace {
    override val notificationIcon = android.R.drawable.ic_dialog_info

    override fun text(word: Word) =
        when (word) {
            Word.CHECK_IN_NOW -> android.R.string.ok
            Word.SHARE_PAUSE -> android.R.string.cancel
            Word.SHARE_RESUME -> android.R.string.paste
            Word.SHARE_HALTED -> android.R.string.cut
            Word.RECALL -> android.R.string.copy
            else -> android.R.string.selectAll
        }

    override fun screen(
        profile: Profile,
        screen: Screen,
    ) = Intent(app, ScreenActivity::class.java).setAction("$profile $screen")
}

internal val host: TestHost get() = RuntimeEnvironment.getApplication() as TestHost
internal val hadir: Hadir get() = host.hadir

internal fun idle() = shadowOf(Looper.getMainLooper()).idle()

/** What a call answers, once the main thread has come round to it. */
internal fun <T> EngineHolder.get(work: (CheckInEngine) -> T): Answer<T> {
    var answer: Answer<T>? = null
    call(work) { answer = it }
    idle()
    return answer!!
}

internal fun <T> Answer<T>.good(): T = if (this is Answer.Good) value else throw (this as Answer.Bad).error

/** Enrols somebody of the staff on a profile, and syncs until there is a plan for today. */
internal fun TestOffice.enrol(
    number: String,
    profile: Profile = hadir.profiles.all.first(),
): EngineHolder {
    val holder = hadir.engine(profile)
    holder.get { it.enrol(invite(number)) }.good()
    holder.get { it.sync(DEADLINE_MS) }.good()
    hadir.enrolled(profile)
    idle()
    return holder
}

internal const val DEADLINE_MS: ULong = 20_000u
