package id.hadir.sdk

import android.content.ComponentName
import id.hadir.sdk.BatteryStep.AUTOSTART
import id.hadir.sdk.BatteryStep.LOCK_RECENT
import id.hadir.sdk.BatteryStep.UNRESTRICTED

/** Makers whose savers stop apps in ways of their own. The screens have moved from version to version: all that are known stand here. */
enum class Maker(
    private val names: List<String>,
    internal val steps: List<BatteryStep>,
    private val known: List<String>,
) {
    /** MIUI and HyperOS. */
    XIAOMI(
        listOf("xiaomi", "redmi", "poco"),
        listOf(AUTOSTART, UNRESTRICTED, LOCK_RECENT),
        listOf(
            "com.miui.securitycenter/com.miui.permcenter.autostart.AutoStartManagementActivity",
            "com.miui.securitycenter/com.miui.powercenter.PowerSettings",
        ),
    ),

    /** ColorOS. */
    OPPO(listOf("oppo"), listOf(AUTOSTART, UNRESTRICTED, LOCK_RECENT), COLOR_OS),

    /** realme UI, a ColorOS. */
    REALME(listOf("realme"), listOf(AUTOSTART, UNRESTRICTED, LOCK_RECENT), COLOR_OS),

    /** OxygenOS, a ColorOS since 12. */
    ONEPLUS(
        listOf("oneplus"),
        listOf(UNRESTRICTED, AUTOSTART, LOCK_RECENT),
        listOf("com.oneplus.security/com.oneplus.security.chainlaunch.view.ChainLaunchAppListActivity") + COLOR_OS,
    ),

    /** Funtouch OS and OriginOS. */
    VIVO(
        listOf("vivo", "iqoo"),
        listOf(AUTOSTART, UNRESTRICTED, LOCK_RECENT),
        listOf(
            "com.vivo.permissionmanager/com.vivo.permissionmanager.activity.BgStartUpManagerActivity",
            "com.iqoo.secure/com.iqoo.secure.ui.phoneoptimize.BgStartUpManager",
            "com.iqoo.secure/com.iqoo.secure.ui.phoneoptimize.AddWhiteListActivity",
        ),
    ),

    /** One UI: it puts to sleep what was not opened for days. */
    SAMSUNG(
        listOf("samsung"),
        listOf(UNRESTRICTED),
        listOf(
            "com.samsung.android.lool/com.samsung.android.sm.battery.ui.BatteryActivity",
            "com.samsung.android.lool/com.samsung.android.sm.ui.battery.BatteryActivity",
            "com.samsung.android.sm/com.samsung.android.sm.ui.battery.BatteryActivity",
        ),
    ),

    /** EMUI and HarmonyOS. */
    HUAWEI(
        listOf("huawei"),
        listOf(AUTOSTART, UNRESTRICTED, LOCK_RECENT),
        listOf(
            "com.huawei.systemmanager/com.huawei.systemmanager.startupmgr.ui.StartupNormalAppListActivity",
            "com.huawei.systemmanager/com.huawei.systemmanager.appcontrol.activity.StartupAppControlActivity",
            "com.huawei.systemmanager/com.huawei.systemmanager.optimize.process.ProtectActivity",
        ),
    ),

    /** MagicOS. */
    HONOR(
        listOf("honor"),
        listOf(AUTOSTART, UNRESTRICTED, LOCK_RECENT),
        listOf(
            "com.hihonor.systemmanager/com.hihonor.systemmanager.startupmgr.ui.StartupNormalAppListActivity",
            "com.huawei.systemmanager/com.huawei.systemmanager.startupmgr.ui.StartupNormalAppListActivity",
        ),
    ),

    /** XOS and HiOS: Infinix, Tecno, itel. */
    TRANSSION(
        listOf("infinix", "tecno", "itel", "transsion"),
        listOf(AUTOSTART, UNRESTRICTED, LOCK_RECENT),
        listOf(
            "com.transsion.phonemaster/com.cyin.himgr.autostart.AutoStartActivity",
            "com.transsion.phonemanager/com.itel.autobootmanager.activity.AutoBootMgrActivity",
        ),
    ),

    /** ZenUI. */
    ASUS(
        listOf("asus"),
        listOf(AUTOSTART, UNRESTRICTED),
        listOf(
            "com.asus.mobilemanager/com.asus.mobilemanager.autostart.AutoStartActivity",
            "com.asus.mobilemanager/com.asus.mobilemanager.entry.FunctionActivity",
            "com.asus.mobilemanager/com.asus.mobilemanager.MainActivity",
        ),
    ),

    /** Everybody else, with the platform's saver alone. */
    OTHER(emptyList(), listOf(UNRESTRICTED), emptyList()),
    ;

    /** The maker's screens, the newest first. */
    internal val screens: List<ComponentName> get() = known.mapNotNull { ComponentName.unflattenFromString(it) }

    internal companion object {
        /** By what the phone says of itself; a brand is more exact than the company behind it. */
        fun of(
            manufacturer: String,
            brand: String,
        ): Maker = named(brand) ?: named(manufacturer) ?: OTHER

        private fun named(name: String) =
            entries.firstOrNull { maker -> maker.names.any { name.contains(it, ignoreCase = true) } }
    }
}

private val COLOR_OS =
    listOf(
        "com.oplus.battery/com.oplus.startupapp.view.StartupAppListActivity",
        "com.coloros.safecenter/com.coloros.safecenter.startupapp.StartupAppListActivity",
        "com.coloros.safecenter/com.coloros.safecenter.permission.startup.StartupAppListActivity",
        "com.oppo.safe/com.oppo.safe.permission.startup.StartupAppListActivity",
    )
