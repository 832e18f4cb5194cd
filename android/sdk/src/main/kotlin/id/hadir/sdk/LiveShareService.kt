package id.hadir.sdk

import android.app.PendingIntent
import android.app.Service
import android.content.Context
import android.content.Intent
import android.content.pm.ServiceInfo
import android.os.Build
import android.os.IBinder
import id.hadir.core.CheckInEngine
import id.hadir.core.HadirException
import id.hadir.core.NoFixReason
import id.hadir.core.PlaceSeen
import id.hadir.core.ShareCard
import id.hadir.core.ShareMark

/**
 * Shares the place while the core says that it is owed, in sight of the person the whole time. It keeps nothing: begun anew by the
 * system, it asks the core how each profile stands. Main thread.
 */
class LiveShareService : Service() {
    private val hadir by lazy { Hadir.of(this) }
    private val face by lazy { ShareNotice(this, hadir) }
    private val cards = LinkedHashMap<Profile, ShareCard>()
    private val ends = HashMap<Profile, Runnable>()
    private var watch: FixWatch? = null
    private var everyS = 0u
    private var asked = 0
    private var front: Profile? = null

    override fun onBind(intent: Intent): IBinder? = null

    override fun onCreate() {
        super.onCreate()
        hadir.share.service = this
    }

    override fun onStartCommand(
        intent: Intent?,
        flags: Int,
        startId: Int,
    ): Int {
        val first = cards.keys.firstOrNull() ?: hadir.profiles.current
        if (!inFront(first, cards[first])) {
            halt()
            return START_NOT_STICKY
        }
        val profile = intent?.let { hadir.profiles.of(it.getIntExtra(DueReminder.PROFILE, 0)) }
        when (intent?.action.takeIf { profile != null }) {
            PAUSE -> hadir.share.pause(profile!!) { stopUnlessOwed() }
            RESUME -> hadir.share.start(profile!!) { stopUnlessOwed() }
            else -> hadir.profiles.used().forEach { look(it) }
        }
        stopUnlessOwed()
        return START_STICKY
    }

    override fun onDestroy() {
        hadir.share.service = null
        watch?.close()
        ends.values.forEach { hadir.main.removeCallbacks(it) }
        super.onDestroy()
    }

    /** Asks the core how a profile stands. */
    internal fun look(profile: Profile) {
        asked++
        hadir.engine(profile).call({ stands(it) }) { answer ->
            asked--
            took(profile, answer)
        }
    }

    /** Shows how a profile stands, and does what follows. */
    internal fun show(
        profile: Profile,
        card: ShareCard?,
    ) {
        ends.remove(profile)?.let { hadir.main.removeCallbacks(it) }
        if (card != null && card.isOn) {
            cards[profile] = card
            if (card.endsInMs > 0u) {
                val end = Runnable { look(profile) }
                ends[profile] = end
                hadir.main.postDelayed(end, card.endsInMs.toLong())
            }
        } else {
            cards -= profile
        }
        draw(profile)
        follow()
        stopUnlessOwed()
    }

    private fun stands(engine: CheckInEngine): ShareCard? {
        val card = engine.today().share
        // Dropped in a pause and after the hours; but it ends what time has ended, and says when a pause will.
        return if (card == null ||
            card.mark == ShareMark.SHARING
        ) {
            card
        } else {
            engine.track(PlaceSeen.NoFix(NoFixReason.UNAVAILABLE))
        }
    }

    private fun took(
        profile: Profile,
        answer: Answer<ShareCard?>,
    ) {
        when (answer) {
            is Answer.Good -> {
                show(profile, answer.value)
                hadir.share.told(profile, answer.value)
            }

            // What can't be written now is unknown to the office, as it should be; the next place is tried again.
            is Answer.Bad -> {
                if (answer.error is HadirException.NotEnrolled) show(profile, null) else stopUnlessOwed()
            }
        }
    }

    private fun seen(place: PlaceSeen) {
        for ((profile, card) in cards.toList()) {
            if (card.mark != ShareMark.SHARING) continue
            hadir.engine(profile).call({ it.track(place) }) { took(profile, it) }
        }
    }

    /** Listens to the platform as often as the core asks, and not at all while everybody pauses. */
    private fun follow() {
        val every = cards.values.filter { it.mark == ShareMark.SHARING }.minOfOrNull { it.fixEveryS } ?: 0u
        if (every == everyS) return
        everyS = every
        watch?.close()
        watch = if (every == 0u) null else hadir.fixes.watch(every.toLong() * A_SECOND_MS, ::seen)
    }

    private fun draw(profile: Profile) {
        val card = cards[profile]
        val first = cards.keys.firstOrNull()
        when {
            card == null && profile != front -> face.take(profile)
            card != null && profile == front -> inFront(profile, card)
            card != null && first == profile -> inFront(profile, card)
            card != null -> face.put(profile, card)
            first != null -> inFront(first, cards[first])
        }
    }

    private fun stopUnlessOwed() {
        if (cards.isNotEmpty() || asked > 0) return
        stopForeground(STOP_FOREGROUND_REMOVE)
        stopSelf()
    }

    /** Whether the system lets the service stay: a system that began it anew may not, nor one whose person took the permission back. */
    private fun inFront(
        profile: Profile,
        card: ShareCard?,
    ): Boolean =
        try {
            val notice = face.of(profile, card)
            if (Build.VERSION.SDK_INT < Build.VERSION_CODES.Q) {
                startForeground(face.id(profile), notice)
            } else {
                startForeground(face.id(profile), notice, ServiceInfo.FOREGROUND_SERVICE_TYPE_LOCATION)
            }
            front?.takeIf { it != profile }?.let { old -> cards[old]?.let { face.put(old, it) } ?: face.take(old) }
            front = profile
            true
        } catch (_: IllegalStateException) {
            false
        } catch (_: SecurityException) {
            false
        }

    /** Tells the core why no place comes any more, and the person how to go on. */
    private fun halt() {
        val why = hadir.fixes.state().reason ?: NoFixReason.UNAVAILABLE
        for (profile in hadir.profiles.used()) {
            hadir.engine(profile).call({ engine ->
                val sharing = engine.today().share?.mark == ShareMark.SHARING
                if (sharing) engine.track(PlaceSeen.NoFix(why)) else null
            }) { answer ->
                val card = answer.orNull() ?: return@call
                hadir.notices.halted(profile)
                hadir.share.told(profile, card)
            }
        }
        stopSelf()
    }

    internal companion object {
        const val PAUSE = "id.hadir.sdk.PAUSE"
        const val RESUME = "id.hadir.sdk.RESUME"
        private const val A_SECOND_MS = 1_000L

        /** What a button of the notification does. */
        fun act(
            context: Context,
            profile: Profile,
            action: String,
        ): PendingIntent {
            val intent =
                Intent(
                    context,
                    LiveShareService::class.java,
                ).setAction(action).putExtra(DueReminder.PROFILE, profile.number)
            val flags = PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT
            // It runs while its notification is there; one that had to come to the front first would fall with the app where it may not.
            return PendingIntent.getService(context, profile.number, intent, flags)
        }
    }
}
