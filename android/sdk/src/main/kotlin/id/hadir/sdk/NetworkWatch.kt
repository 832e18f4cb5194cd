package id.hadir.sdk

import android.content.Context
import android.net.ConnectivityManager
import android.net.LinkProperties
import android.net.Network
import id.hadir.sdk.Surroundings.Companion.address

/** Hears when a network comes and what its proxy is, as long as the process lives. Calls back in a thread of the platform's. */
internal class NetworkWatch(
    private val context: Context,
    private val came: () -> Unit,
    private val proxy: (String?) -> Unit,
) : ConnectivityManager.NetworkCallback() {
    fun begin() {
        try {
            context.getSystemService(ConnectivityManager::class.java).registerDefaultNetworkCallback(this)
        } catch (_: RuntimeException) {
            // Some phones keep a count of callbacks that they never lower: the jobs' own constraint has to do.
        }
    }

    override fun onAvailable(network: Network) = came()

    override fun onLinkPropertiesChanged(
        network: Network,
        properties: LinkProperties,
    ) = proxy(properties.httpProxy?.address)
}
