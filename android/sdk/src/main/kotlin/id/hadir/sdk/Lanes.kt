package id.hadir.sdk

import java.util.concurrent.Executor
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit

/** Gives the threads that calls run in. Tests give their own, to run what they test in one thread. */
fun interface Lanes {
    /** One thread, which takes what it is given one after the other. */
    fun named(name: String): Executor

    companion object {
        private const val IDLE_S = 30L

        /** Threads that end when they have had nothing to do for half a minute: most profiles of most phones are never used. */
        val threads =
            Lanes { name ->
                val pool = ThreadPoolExecutor(1, 1, IDLE_S, TimeUnit.SECONDS, LinkedBlockingQueue()) { Thread(it, name) }
                pool.apply { allowCoreThreadTimeOut(true) }
            }
    }
}
