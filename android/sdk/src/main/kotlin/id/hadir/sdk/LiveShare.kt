package id.hadir.sdk

import android.content.Intent
import id.hadir.core.CheckInEngine
import id.hadir.core.NoFixReason
import id.hadir.core.PlaceSeen
import id.hadir.core.ShareCard
import id.hadir.core.ShareMark

/** Live share, as its screen uses it: each act is the person's, and the service only does what the core says is owed. Main thread. */
class LiveShare internal constructor(
    private val hadir: Hadir,
) {
    /** The service, while it runs. */
    internal var service: LiveShareService? = null

    /** Starts, or goes on after a pause. Only while a screen is in sight: the system gives no place to a service that began otherwise. */
    fun start(
        profile: Profile,
        done: (Answer<ShareCard?>) -> Unit,
    ): Call = act(profile, done) { it.shareStart() }

    /** Pauses. */
    fun pause(
        profile: Profile,
        done: (Answer<ShareCard?>) -> Unit,
    ): Call = act(profile, done) { it.sharePause() }

    /** Stops for today. */
    fun stop(
        profile: Profile,
        done: (Answer<ShareCard?>) -> Unit,
    ): Call = act(profile, done) { it.shareStop() }

    /**
     * A screen of the app is in sight again: a service that the phone has stopped meanwhile begins anew, if the person has not stopped
     * sharing. Call it in `onStart`.
     */
    fun inSight(profile: Profile) {
        if (service != null) return
        hadir.engine(profile).call({ it.today().share }) { answer ->
            val card = answer.orNull()
            if (service == null && card.isOn) begin(profile)
        }
    }

    /** Tells the person of sharing that the phone has stopped, and that may not begin again by itself; not in the main thread. */
    internal fun halted(profile: Profile) {
        if (service != null) return
        val card = hadir.engine(profile).blocking { it.today().share }.orNull()
        if (card?.mark == ShareMark.SHARING) hadir.notices.halted(profile)
    }

    /** Lets a service that runs ask the core how it stands. */
    internal fun look(profile: Profile) {
        service?.look(profile)
    }

    internal fun told(
        profile: Profile,
        card: ShareCard?,
    ) = hadir.tell(Event.Shared(profile, card))

    private fun act(
        profile: Profile,
        done: (Answer<ShareCard?>) -> Unit,
        act: (CheckInEngine) -> ShareCard?,
    ): Call {
        val call = Call()
        hadir.engine(profile).call(act) { answer ->
            // Whether or not the screen is still there: the service follows what is on disk.
            if (answer is Answer.Good) follow(profile, answer.value)
            if (call.wanted) done(answer)
        }
        return call
    }

    private fun follow(
        profile: Profile,
        card: ShareCard?,
    ) {
        hadir.notices.shared(profile)
        val running = service
        when {
            running != null -> running.show(profile, card)
            card.isOn -> begin(profile)
        }
        told(profile, card)
        hadir.recorded(profile)
    }

    private fun begin(profile: Profile) {
        // From Android 14 on a service of this type needs the permission to begin, and falls with the whole app where it is missing.
        if (hadir.fixes.state().reason == NoFixReason.DENIED) {
            hadir.engine(profile).call({ it.track(PlaceSeen.NoFix(NoFixReason.DENIED)) }) { told(profile, it.orNull()) }
            return
        }
        try {
            hadir.context.startForegroundService(Intent(hadir.context, LiveShareService::class.java))
        } catch (_: IllegalStateException) {
            // The screen has gone meanwhile, and the system begins no such service without one.
            hadir.notices.halted(profile)
            return
        }
        hadir.notices.shared(profile)
    }
}

/** Whether the service has to be there for it. */
internal val ShareCard?.isOn: Boolean
    get() = this != null && (mark == ShareMark.SHARING || mark == ShareMark.PAUSED)
