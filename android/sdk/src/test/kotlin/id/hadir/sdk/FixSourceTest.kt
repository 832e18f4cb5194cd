package id.hadir.sdk

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.location.Location
import android.location.LocationManager
import android.os.Build
import android.os.SystemClock
import android.provider.Settings
import id.hadir.core.FixOrigin
import id.hadir.core.NoFixReason
import id.hadir.core.PermissionState
import id.hadir.core.PlaceSeen
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowLooper
import java.time.Duration

@RunWith(HadirRunner::class)
@Config(sdk = [26, 35], application = TestHost::class)
class FixSourceTest {
    private val manager get() = host.getSystemService(LocationManager::class.java)
    private val phone get() = shadowOf(manager)
    private val source get() = FixSource(host, Permissions(host))

    private class Heard : FixListener {
        val better = mutableListOf<FixResult.Fresh>()
        val ended = mutableListOf<FixResult>()

        override fun better(fix: FixResult.Fresh) {
            better += fix
        }

        override fun ended(result: FixResult) {
            ended += result
        }
    }

    @Before
    fun everythingIsAllowedAndOn() {
        shadowOf(host).grantPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        manager.allProviders.filter { it != LocationManager.PASSIVE_PROVIDER }.forEach { phone.setProviderEnabled(it, false) }
        phone.setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        phone.setProviderEnabled(LocationManager.NETWORK_PROVIDER, true)
    }

    private fun location(
        of: String,
        accuracy: Float?,
        ageMs: Long = 0,
    ) = Location(of).apply {
        latitude = -2.99
        longitude = 120.19
        accuracy?.let { this.accuracy = it }
        time = SATELLITE_MS
        elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos() - ageMs * 1_000_000
    }

    private fun see(
        of: String,
        accuracy: Float?,
    ) {
        phone.simulateLocation(location(of, accuracy))
        idle()
    }

    private fun passes(ms: Long) = ShadowLooper.idleMainLooper(ms, java.util.concurrent.TimeUnit.MILLISECONDS)

    private fun search(heard: Heard) = source.search(30_000, heard).also { idle() }

    @Test
    fun `a fix of the satellites ends the search, with its accuracy, age and time`() {
        val heard = Heard()
        search(heard)
        assertEquals(emptyList<FixResult>(), heard.ended)
        see(LocationManager.GPS_PROVIDER, 8f)
        val fix = (heard.ended.single() as FixResult.Fresh).place
        assertEquals(8.0, fix.accuracyM, 0.0)
        assertEquals(FixOrigin.GNSS, fix.origin)
        assertEquals(SATELLITE_MS, fix.gnssUtcMs)
        assertTrue(fix.ageMs < 1_000u)
        assertNull(fix.speedMps)
        passes(60_000)
        assertEquals(1, heard.ended.size)
    }

    @Test
    fun `the network's place is shown meanwhile and tells nothing of the clock`() {
        val heard = Heard()
        search(heard)
        see(LocationManager.NETWORK_PROVIDER, 400f)
        assertEquals(listOf(400.0), heard.better.map { it.place.accuracyM })
        assertEquals(
            FixOrigin.NETWORK,
            heard.better
                .single()
                .place.origin,
        )
        assertNull(
            heard.better
                .single()
                .place.gnssUtcMs,
        )
        assertEquals(emptyList<FixResult>(), heard.ended)
    }

    @Test
    fun `the most exact one is the result, whichever came last`() {
        val heard = Heard()
        search(heard)
        see(LocationManager.NETWORK_PROVIDER, 20f)
        see(LocationManager.GPS_PROVIDER, 60f)
        assertEquals(20.0, (heard.ended.single() as FixResult.Fresh).place.accuracyM, 0.0)
    }

    @Test
    fun `who does not wait gets the best so far, and is told once`() {
        val heard = Heard()
        val search = search(heard)
        see(LocationManager.NETWORK_PROVIDER, 400f)
        repeat(2) { search.finish() }
        passes(60_000)
        assertEquals(400.0, (heard.ended.single() as FixResult.Fresh).place.accuracyM, 0.0)
    }

    @Test
    fun `a search that is cancelled tells nothing`() {
        val heard = Heard()
        search(heard).cancel()
        see(LocationManager.GPS_PROVIDER, 8f)
        passes(60_000)
        assertEquals(emptyList<FixResult>(), heard.ended + heard.better)
    }

    @Test
    fun `nothing within the deadline is a result that names it`() {
        val heard = Heard()
        search(heard)
        passes(29_000)
        assertEquals(emptyList<FixResult>(), heard.ended)
        passes(1_000)
        assertEquals(PlaceSeen.NoFix(NoFixReason.TIMEOUT), heard.ended.single().place)
    }

    @Test
    fun `the last known place is given as such, with its age`() {
        phone.setLastKnownLocation(
            LocationManager.NETWORK_PROVIDER,
            location(LocationManager.NETWORK_PROVIDER, 50f, ageMs = 90_000),
        )
        phone.setProviderEnabled(LocationManager.NETWORK_PROVIDER, false)
        val heard = Heard()
        search(heard)
        passes(30_000)
        val known = heard.ended.single() as FixResult.LastKnown
        assertEquals(NoFixReason.TIMEOUT, known.why)
        assertTrue(known.place.ageMs in 90_000u..180_000u)
    }

    @Test
    fun `a permission that is missing, location that is off and a phone without receivers are results`() {
        fun reason(): NoFixReason? {
            val heard = Heard()
            val search = source.search(30_000, heard)
            assertEquals("told before search returned", emptyList<FixResult>(), heard.ended)
            idle()
            assertNull(search.best)
            return (heard.ended.single().place as? PlaceSeen.NoFix)?.reason
        }
        shadowOf(host).denyPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        assertEquals(NoFixReason.DENIED, reason())
        everythingIsAllowedAndOn()
        phone.setLocationEnabled(false)
        phone.setProviderEnabled(LocationManager.GPS_PROVIDER, false)
        phone.setProviderEnabled(LocationManager.NETWORK_PROVIDER, false)
        assertEquals(NoFixReason.OFF, reason())
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
            phone.setLocationEnabled(true)
            assertEquals(NoFixReason.UNAVAILABLE, reason())
        }
    }

    @Test
    fun `a permission that is taken back during the search is the reason at its end`() {
        val heard = Heard()
        search(heard)
        shadowOf(host).denyPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        passes(30_000)
        assertEquals(PlaceSeen.NoFix(NoFixReason.DENIED), heard.ended.single().place)
    }

    @Test
    fun `an approximate place is taken and named so`() {
        shadowOf(host).denyPermissions(ACCESS_FINE_LOCATION)
        val heard = Heard()
        assertEquals(PermissionState.LIMITED, source.state().permission)
        search(heard)
        see(LocationManager.NETWORK_PROVIDER, 2_000f)
        assertTrue(heard.better.single().approximate)
    }

    @Test
    fun `airplane mode is told and hinders no search`() {
        Settings.Global.putInt(host.contentResolver, Settings.Global.AIRPLANE_MODE_ON, 1)
        assertTrue(source.state().airplane)
        assertNull(source.state().reason)
    }

    @Test
    fun `a place without an accuracy is none`() = assertNull(location(LocationManager.GPS_PROVIDER, null).seen(0))

    @Test
    fun `a mock is named, and its time is not the satellites'`() {
        val location = location(LocationManager.GPS_PROVIDER, 5f)
        shadowOf(RuntimeEnvironment.getApplication())
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.S) {
            Location::class.java.getMethod("setIsFromMockProvider", Boolean::class.java).invoke(location, true)
        } else {
            location.isMock = true
        }
        val place = location.seen(SystemClock.elapsedRealtimeNanos())!!
        assertEquals(true, place.mock)
        assertNull(place.gnssUtcMs)
    }

    @Test
    @Config(sdk = [35])
    fun `the platform's mixture is asked where the phone has one`() {
        phone.setProviderEnabled(FUSED, true)
        assertEquals(listOf("gps", FUSED, "network"), source.state().providers)
    }

    private companion object {
        const val SATELLITE_MS = 1_795_500_000_000L
    }
}
