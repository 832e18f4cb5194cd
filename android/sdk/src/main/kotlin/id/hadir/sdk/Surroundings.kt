package id.hadir.sdk

import android.content.Context
import android.net.ConnectivityManager
import android.net.ProxyInfo
import android.os.UserManager
import android.provider.Settings
import id.hadir.core.Language
import id.hadir.core.OpenConfig

/** What an engine is told of the phone and the app around it. Any thread. */
internal class Surroundings(
    private val context: Context,
) {
    private val kept = context.getSharedPreferences("hadir.surroundings", Context.MODE_PRIVATE)

    /** A language that the person chose in the app; `null` follows the app's locale. */
    var chosen: Language?
        get() = Language.entries.firstOrNull { it.name == kept.getString(LANGUAGE, null) }
        set(language) = kept.edit().putString(LANGUAGE, language?.name).apply()

    /** Indonesian for every phone that speaks neither. */
    val language: Language
        get() =
            chosen
                ?: if (context.resources.configuration.locales[0]
                        .language == "en"
                ) {
                    Language.ENGLISH
                } else {
                    Language.INDONESIAN
                }

    /** Software and version, as it stands in each record. */
    private val app: String
        get() = "hadir-android/${context.packageManager.getPackageInfo(context.packageName, 0).versionName}"

    /** Counts the starts of this phone: no two have the same one. `null` on a phone that does not count. */
    private val bootMark: String?
        get() =
            Settings.Global
                .getInt(context.contentResolver, Settings.Global.BOOT_COUNT, -1)
                .takeIf { it >= 0 }
                ?.toString()

    /** Whether keys and files of the person can be used at all. */
    val unlocked: Boolean get() = context.getSystemService(UserManager::class.java).isUserUnlocked

    /** The proxy of the network that the phone has now. */
    val proxy: String?
        get() {
            val networks = context.getSystemService(ConnectivityManager::class.java)
            return networks.getLinkProperties(networks.activeNetwork)?.httpProxy?.address
        }

    /** How to open a profile's engine. The proxy is set afterwards: a network with an odd one must not close the store. */
    fun config(profile: Profile) = OpenConfig(profile.directory.path, app, bootMark, language, null)

    companion object {
        private const val LANGUAGE = "language"

        /** As the core reads it. A proxy script is run by the system, which then answers as a proxy on this phone. */
        val ProxyInfo.address: String?
            get() = host?.takeIf { it.isNotEmpty() && port > 0 }?.let { "http://${if (':' in it) "[$it]" else it}:$port" }
    }
}
