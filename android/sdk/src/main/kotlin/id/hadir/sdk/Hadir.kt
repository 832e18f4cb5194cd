package id.hadir.sdk

import android.content.ComponentCallbacks2
import android.content.Context
import android.content.res.Configuration
import android.os.Handler
import android.os.Looper
import id.hadir.core.HadirException
import id.hadir.core.Language
import id.hadir.core.ShareCard
import id.hadir.core.Standing
import id.hadir.core.SyncReport
import java.util.concurrent.ConcurrentHashMap

/** Something that screens may want to be drawn anew for. */
sealed interface Event {
    /** Whose. */
    val profile: Profile

    /** The engine was opened, perhaps after it could not be. */
    data class Opened(
        override val profile: Profile,
        val standing: Standing,
    ) : Event

    /** The engine could not be opened. Where unlocking the phone helps, it opens by itself after. */
    data class OpenFailed(
        override val profile: Profile,
        val error: HadirException,
    ) : Event

    /** A sync ended, whoever began it. */
    data class Synced(
        override val profile: Profile,
        val answer: Answer<SyncReport>,
    ) : Event

    /** Live share stands differently; `null` where none is owed. */
    data class Shared(
        override val profile: Profile,
        val card: ShareCard?,
    ) : Event
}

/**
 * Everything of the platform that the app uses, one in a process; the `Application` makes it in `onCreate`.
 *
 * Any thread, where a member does not say otherwise; every callback comes on the main thread.
 */
class Hadir(
    context: Context,
    internal val face: AppFace,
    private val lanes: Lanes = Lanes.threads,
) {
    internal val context: Context = context.applicationContext
    internal val main = Handler(Looper.getMainLooper())
    private val around = Surroundings(this.context)
    private val watchers = LinkedHashSet<Watching>()
    private val begun: MutableSet<Profile> = ConcurrentHashMap.newKeySet()

    /** The people of this phone. */
    val profiles = Profiles(this.context)

    /** What the person allows. */
    val permissions = Permissions(this.context)

    /** Where the phone is. */
    val fixes = FixSource(this.context, permissions)

    /** Notifications. */
    val notices = Notices(this.context, face)

    /** When the phone speaks up. */
    val reminders = Reminders(this)

    /** Delivery. */
    val sync = SyncPlan(this)

    /** Live share. */
    val share = LiveShare(this)

    /** Battery savers. */
    val battery = BatteryCare(this.context)

    /** What a help desk asks. */
    val facts = PhoneFactsReader(this.context, permissions, battery)

    private val vaults = profiles.all.associateWith { KeystoreVault(this.context, it.alias) }
    private val engines: Map<Profile, EngineHolder> =
        profiles.all.associateWith { profile ->
            EngineHolder(profile, around, vaults.getValue(profile), main, lanes) { opening(profile, it) }
        }
    private val background = profiles.all.associateWith { lanes.named("hadir-sync-${it.number}") }
    private val network = NetworkWatch(this.context, ::networkCame, ::proxyChanged)
    private val unlock = UnlockWatch(this.context, around, ::openAgain)

    init {
        this.context.registerComponentCallbacks(Trim())
        network.begin()
    }

    /** The language of the engines, of notifications, and of screens that ask. */
    val language: Language get() = around.language

    /** The engine of a profile. Opens nothing yet. */
    fun engine(profile: Profile): EngineHolder = engines.getValue(profile)

    /** Tells of events until it is closed. Main thread. */
    fun watch(watcher: (Event) -> Unit): AutoCloseable = Watching(watcher).also { watchers += it }

    /** After somebody enrolled: theirs are the screens, the first sync and the reminders. */
    fun enrolled(profile: Profile) {
        profiles.mark(profile, used = true)
        profiles.current = profile
        recorded(profile)
    }

    /** After anything was recorded, confirmed or released: a sync at once, and the reminders anew. */
    fun recorded(profile: Profile) {
        sync.now(profile)
        reminders.refresh(profile)
    }

    /** Speaks a language from now on; `null` follows the app's locale. */
    fun languageChanged(language: Language?) {
        around.chosen = language
        speak()
    }

    /** Removes all that this phone holds of a profile's person, its key last. Ask twice, and name what is not sent. */
    fun remove(
        profile: Profile,
        done: (Answer<Unit>) -> Unit,
    ) {
        // It is opened once more to be wiped, and nothing begins with that.
        begun += profile
        sync.forget(profile)
        engine(profile).cancelNetwork()
        background.getValue(profile).execute {
            val holder = engine(profile)
            // What uses the network ends first: a wipe beside a sync is refused.
            holder.close()
            val answer = holder.blocking { it.wipe() }
            if (answer is Answer.Good) {
                holder.close {
                    profile.directory.deleteRecursively()
                    vaults.getValue(profile).forget()
                }
                reminders.forget(profile)
                notices.forget(profile)
                profiles.mark(profile, used = false)
            }
            main.post {
                if (answer is Answer.Bad) {
                    // The person is still there: what was stopped for them begins again.
                    begun -= profile
                    beginWith(profile)
                }
                done(answer)
            }
        }
    }

    /** Runs in the thread for what no screen waits for. */
    internal fun behind(
        profile: Profile,
        work: () -> Unit,
    ) = background.getValue(profile).execute(work)

    internal fun tell(event: Event) {
        main.post { watchers.toList().forEach { it.tell(event) } }
    }

    private fun speak() {
        engines.values.forEach { it.speak(around.language) }
        notices.prepare()
        profiles.used().forEach { reminders.refresh(it) }
    }

    private fun opening(
        profile: Profile,
        opening: EngineHolder.Opening,
    ) {
        when (opening) {
            is EngineHolder.Opening.Done -> {
                profiles.mark(profile, used = opening.standing != Standing.NOT_ENROLLED)
                tell(Event.Opened(profile, opening.standing))
                if (opening.standing == Standing.ENROLLED) main.post { beginWith(profile) }
            }

            is EngineHolder.Opening.Failed -> {
                if (opening.error.untilUnlocked) unlock.begin()
                tell(Event.OpenFailed(profile, opening.error))
            }
        }
    }

    /** Once in a process: a phone that was stopped by force has lost alarms and jobs without a word. */
    private fun beginWith(profile: Profile) {
        if (!begun.add(profile)) return
        reminders.refresh(profile)
        sync.keepUp(profile)
    }

    private fun openAgain() = engines.values.filter { it.failed != null }.forEach { it.openAgain() }

    private fun networkCame() = profiles.used().forEach { sync.networkCame(it) }

    private fun proxyChanged(address: String?) = engines.values.forEach { it.proxy(address) }

    private inner class Watching(
        private val watcher: (Event) -> Unit,
    ) : AutoCloseable {
        fun tell(event: Event) {
            if (this in watchers) watcher(event)
        }

        override fun close() {
            watchers -= this
        }
    }

    private inner class Trim : ComponentCallbacks2 {
        override fun onTrimMemory(level: Int) {
            if (level >= ComponentCallbacks2.TRIM_MEMORY_BACKGROUND) engines.values.forEach { it.closeIdleSoon() }
        }

        private var spoken = language

        // Most changes are of another kind: the phone was turned, or it is dark.
        override fun onConfigurationChanged(configuration: Configuration) {
            if (language != spoken) speak()
            spoken = language
        }

        @Deprecated("Deprecated in Java")
        override fun onLowMemory() = onTrimMemory(ComponentCallbacks2.TRIM_MEMORY_BACKGROUND)
    }

    companion object {
        /** The one of this process. */
        fun of(context: Context): Hadir = (context.applicationContext as HadirHost).hadir
    }
}
