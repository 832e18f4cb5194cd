package id.hadir.sdk

import android.os.Handler
import id.hadir.core.CheckInEngine
import id.hadir.core.HadirException
import id.hadir.core.KeyVault
import id.hadir.core.Language
import id.hadir.core.Standing
import id.hadir.core.WhatToDo
import java.util.concurrent.Executor

/** A call under way, for a screen that may be gone before its answer comes. Main thread. */
class Call internal constructor() {
    internal var wanted = true
        private set

    /** No answer is delivered from now on. What the call does is done all the same. */
    fun forget() {
        wanted = false
    }
}

/**
 * One profile's engine: opened by the first call, off the main thread, and again after it was closed to save memory.
 *
 * Calls of one kind run one after the other in a thread of the profile's own; answers come on the main thread. Any thread.
 */
class EngineHolder internal constructor(
    /** Whose engine. */
    val profile: Profile,
    private val around: Surroundings,
    private val vault: KeyVault,
    private val main: Handler,
    lanes: Lanes,
    private val told: (Opening) -> Unit,
) {
    /** How an attempt to open went. */
    internal sealed interface Opening {
        /** Open, and how it stands. */
        class Done(
            val standing: Standing,
        ) : Opening

        /** Not open. */
        class Failed(
            val error: HadirException,
        ) : Opening
    }

    private val local: Executor = lanes.named("hadir-engine-${profile.number}")
    private val online: Executor = lanes.named("hadir-online-${profile.number}")
    private val lock = Any()
    private var users = 0

    @Volatile private var engine: CheckInEngine? = null

    /** Why the engine could not be opened the last time it was tried; `null` if it could. */
    @Volatile var failed: HadirException? = null
        private set

    /** For calls that are over in milliseconds: today, a tap, a form. Answers come in the order of the calls. */
    fun <T> call(
        work: (CheckInEngine) -> T,
        done: (Answer<T>) -> Unit,
    ): Call = on(local, work, done)

    /** For calls that wait for a network: enrolment, the help code. They hold up no [call]. */
    fun <T> network(
        work: (CheckInEngine) -> T,
        done: (Answer<T>) -> Unit,
    ): Call = on(online, work, done)

    /** The same in the caller's own thread; never the main one. Opens the engine first, at most five seconds if the key store hangs. */
    fun <T> blocking(work: (CheckInEngine) -> T): Answer<T> =
        try {
            val engine = taken()
            try {
                Answer.Good(work(engine))
            } finally {
                synchronized(lock) { users-- }
            }
        } catch (error: HadirException) {
            Answer.Bad(error)
        } finally {
            CoreLog.pass()
        }

    /** Ends the network calls that are under way, a sync too, within a quarter of a second. Waits for nothing. */
    fun cancelNetwork() {
        engine?.cancel()
    }

    /** Tries to open an engine that could not be opened. */
    fun openAgain() = local.execute { blocking { } }

    internal fun speak(language: Language) {
        engine?.setLanguage(language)
    }

    internal fun proxy(address: String?) {
        engine?.let { proxy(it, address) }
    }

    /** Closes an engine that nobody uses at the moment; the next call opens it again. Not in the main thread. */
    internal fun closeIdle() = synchronized(lock) { if (users == 0) closeNow() }

    /** Closes the engine, whoever uses it: their calls end as closed. Does [work] before anybody can open it again. Not in the main thread. */
    internal fun close(work: () -> Unit = {}) =
        synchronized(lock) {
            closeNow()
            work()
        }

    /** Runs [closeIdle] where calls run. */
    internal fun closeIdleSoon() = local.execute { closeIdle() }

    private fun closeNow() {
        val old = engine ?: return
        engine = null
        // Whoever holds it still hears that it is closed; what is left of it goes with its last holder.
        old.shutDown()
    }

    private fun taken(): CheckInEngine =
        synchronized(lock) {
            val engine = engine ?: opened()
            users++
            engine
        }

    private fun opened(): CheckInEngine {
        try {
            val fresh = CheckInEngine.open(around.config(profile), vault)
            engine = fresh
            failed = null
            proxy(fresh, around.proxy)
            told(Opening.Done(fresh.standing()))
            return fresh
        } catch (error: HadirException) {
            failed = error
            told(Opening.Failed(error))
            throw error
        }
    }

    private fun proxy(
        engine: CheckInEngine,
        address: String?,
    ) {
        try {
            engine.setProxy(address)
        } catch (_: HadirException) {
            // The network names a proxy that is none: the one before stays, and a sync says what it met.
        }
    }

    private fun <T> on(
        lane: Executor,
        work: (CheckInEngine) -> T,
        done: (Answer<T>) -> Unit,
    ): Call {
        val call = Call()
        lane.execute {
            val answer = blocking(work)
            main.post { if (call.wanted) done(answer) }
        }
        return call
    }
}

/** Whether the person can mend it by unlocking the phone. */
internal val HadirException.untilUnlocked: Boolean
    get() = this is HadirException.KeysUnavailable && todo == WhatToDo.UNLOCK_PHONE
