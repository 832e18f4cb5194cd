package id.hadir.app.tap

import android.os.Handler
import android.os.Looper

/** One thing to be done later, unless something else is done before. Main thread. */
internal class Timer {
    private val main = Handler(Looper.getMainLooper())

    fun start(
        ms: Long,
        then: () -> Unit,
    ) {
        stop()
        main.postDelayed(then, ms)
    }

    fun stop() = main.removeCallbacksAndMessages(null)
}
