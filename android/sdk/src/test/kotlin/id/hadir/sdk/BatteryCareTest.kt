package id.hadir.sdk

import android.app.ActivityManager
import android.content.ComponentName
import android.content.Intent
import android.os.Build
import android.os.PowerManager
import android.provider.Settings
import id.hadir.core.BatterySaving
import id.hadir.core.PermissionState
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowBuild

@RunWith(HadirRunner::class)
@Config(sdk = [26, 35], application = TestHost::class)
class BatteryCareTest {
    private val care get() = BatteryCare(host)
    private val power get() = shadowOf(host.getSystemService(PowerManager::class.java))

    private fun phoneOf(
        manufacturer: String,
        brand: String,
    ) {
        ShadowBuild.setManufacturer(manufacturer)
        ShadowBuild.setBrand(brand)
    }

    @Test
    fun `what the platform saves at our cost is read`() {
        assertEquals(BatterySaving.OPTIMISED, care.saving())
        power.setIsPowerSaveMode(true)
        assertEquals(BatterySaving.SAVER_ON, care.saving())
        power.setIgnoringBatteryOptimizations(host.packageName, true)
        assertEquals("who is exempt is exempt from the saver", BatterySaving.UNRESTRICTED, care.saving())
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
            shadowOf(host.getSystemService(ActivityManager::class.java)).setBackgroundRestricted(true)
            assertEquals(BatterySaving.RESTRICTED, care.saving())
        }
    }

    @Test
    fun `every maker is known by its brands and leads to its own screens first`() {
        val makers =
            mapOf(
                ("Xiaomi" to "POCO") to Maker.XIAOMI,
                ("OPPO" to "OPPO") to Maker.OPPO,
                ("realme" to "realme") to Maker.REALME,
                ("OnePlus" to "OnePlus") to Maker.ONEPLUS,
                ("vivo" to "iQOO") to Maker.VIVO,
                ("samsung" to "samsung") to Maker.SAMSUNG,
                ("HUAWEI" to "HONOR") to Maker.HONOR,
                ("HUAWEI" to "HUAWEI") to Maker.HUAWEI,
                ("INFINIX" to "Infinix") to Maker.TRANSSION,
                ("TECNO MOBILE LIMITED" to "TECNO") to Maker.TRANSSION,
                ("asus" to "asus") to Maker.ASUS,
            )
        for ((phone, maker) in makers) {
            phoneOf(phone.first, phone.second)
            assertEquals(maker, care.guide().maker)
            assertEquals("$maker", maker.screens.first(), care.ways().first().component)
            assertEquals("every screen of $maker can be read", care.ways().size - 2, maker.screens.size)
        }
        assertEquals(makers.values.toSet(), Maker.entries.toSet() - Maker.OTHER)
        phoneOf("Google", "google")
        assertEquals(listOf(BatteryStep.UNRESTRICTED), care.guide().steps)
    }

    @Test
    fun `ways are tried until one opens, and the platform's own come last`() {
        phoneOf("Xiaomi", "Redmi")
        val activity = Robolectric.buildActivity(ScreenActivity::class.java).create().get()
        shadowOf(host).checkActivities(true)
        assertFalse("a phone without any of them", care.open(activity))
        val details = Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS)
        val last = care.ways().last()
        assertEquals(details.action, last.action)
        shadowOf(host.packageManager).addActivityIfNotPresent(ComponentName(host, ScreenActivity::class.java))
        val second = Maker.XIAOMI.screens[1]
        shadowOf(host.packageManager).addActivityIfNotPresent(second)
        assertTrue(care.open(activity))
        assertEquals(second, shadowOf(activity).nextStartedActivity.component)
    }

    @Test
    fun `a help desk reads how the phone stands, and nothing that names it`() {
        ShadowBuild.setManufacturer("vivo")
        ShadowBuild.setModel("Y16")
        val facts = PhoneFactsReader(host, Permissions(host), care).read()
        assertEquals("vivo Y16", facts.model)
        assertEquals("Android ${Build.VERSION.RELEASE}", facts.os)
        assertEquals(PermissionState.NOT_ASKED, facts.location)
        assertEquals(PermissionState.GRANTED, facts.notifications)
        assertEquals(BatterySaving.OPTIMISED, facts.battery)
    }
}
