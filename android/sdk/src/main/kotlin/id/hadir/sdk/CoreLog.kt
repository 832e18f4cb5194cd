package id.hadir.sdk

import android.util.Log
import id.hadir.core.LogLevel
import id.hadir.core.logLines

/**
 * Hands what the core says of itself to Android's log, while a developer asks for it: `adb shell setprop log.tag.Hadir DEBUG`.
 *
 * Nothing personal stands in a line. Any thread.
 */
internal object CoreLog {
    const val TAG = "Hadir"
    private var last: ULong = 0u

    /** Hands on what is new since the last time. */
    fun pass() {
        if (!Log.isLoggable(TAG, Log.DEBUG)) return
        synchronized(this) {
            logLines(last).forEach { line ->
                val priority =
                    when (line.level) {
                        LogLevel.ERROR -> Log.ERROR
                        LogLevel.WARNING -> Log.WARN
                        LogLevel.INFO -> Log.DEBUG
                    }
                Log.println(priority, TAG, line.text)
                last = line.number
            }
        }
    }
}
