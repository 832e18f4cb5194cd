package id.hadir.sdk

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter

/** Waits for the first unlock after a start of the phone, once for everybody who needs it. Any thread. */
internal class UnlockWatch(
    private val context: Context,
    private val around: Surroundings,
    private val unlocked: () -> Unit,
) {
    private var waiting: BroadcastReceiver? = null

    @Synchronized
    fun begin() {
        if (waiting != null) return
        val receiver =
            object : BroadcastReceiver() {
                override fun onReceive(
                    context: Context,
                    intent: Intent,
                ) = ended()
            }
        waiting = receiver
        context.registerReceiver(receiver, IntentFilter(Intent.ACTION_USER_UNLOCKED))
        // It may have come between the refusal and this line.
        if (around.unlocked) ended()
    }

    private fun ended() {
        val receiver = synchronized(this) { waiting.also { waiting = null } } ?: return
        context.unregisterReceiver(receiver)
        unlocked()
    }
}
