package id.hadir.sdk

import android.app.Activity
import android.app.ActivityManager
import android.app.usage.UsageStatsManager
import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.net.Uri
import android.os.Build
import android.os.PowerManager
import android.provider.Settings
import id.hadir.core.BatterySaving

/** One thing that the person may change on a phone of this maker. */
enum class BatteryStep {
    /** Let the app start by itself. */
    AUTOSTART,

    /** Choose *unrestricted* in the app's battery settings. */
    UNRESTRICTED,

    /** Lock the app in the list of recent ones. */
    LOCK_RECENT,
}

/** What helps on this phone. */
class BatteryGuide internal constructor(
    /** Whose phone. */
    val maker: Maker,
    /** What to change, the most helpful first. */
    val steps: List<BatteryStep>,
)

/** Battery savers: how they treat us, and the way to their settings. Any thread, [open] apart. */
class BatteryCare(
    private val context: Context,
) {
    private val power: PowerManager get() = context.getSystemService(PowerManager::class.java)

    /** How the phone saves its battery at our cost. What a maker does beside the platform, no phone tells. */
    fun saving(): BatterySaving =
        when {
            restricted() -> BatterySaving.RESTRICTED
            power.isIgnoringBatteryOptimizations(context.packageName) -> BatterySaving.UNRESTRICTED
            power.isPowerSaveMode -> BatterySaving.SAVER_ON
            else -> BatterySaving.OPTIMISED
        }

    /** What helps on a phone of this maker. */
    fun guide(): BatteryGuide = Maker.of(Build.MANUFACTURER, Build.BRAND).let { BatteryGuide(it, it.steps) }

    /**
     * Opens the maker's settings, else the platform's, else our own page in them; `false` where the phone has none of them. They are
     * tried one after the other: a screen of another app can't be asked about beforehand. Main thread.
     */
    fun open(activity: Activity): Boolean = ways().any { opens(activity, it) }

    internal fun ways(): List<Intent> =
        guide().maker.screens.map { Intent().setComponent(it) } +
            Intent(Settings.ACTION_IGNORE_BATTERY_OPTIMIZATION_SETTINGS) +
            Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", context.packageName, null))

    private fun opens(
        activity: Activity,
        way: Intent,
    ): Boolean =
        try {
            activity.startActivity(way)
            true
        } catch (_: ActivityNotFoundException) {
            false
        } catch (_: SecurityException) {
            // It is there, and the maker keeps it to itself.
            false
        }

    private fun restricted(): Boolean =
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.P &&
            (context.getSystemService(ActivityManager::class.java).isBackgroundRestricted || inRestrictedBucket())

    private fun inRestrictedBucket(): Boolean =
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.R &&
            context.getSystemService(UsageStatsManager::class.java).appStandbyBucket >=
            UsageStatsManager.STANDBY_BUCKET_RESTRICTED
}
