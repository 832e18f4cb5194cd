package id.hadir.app.look

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.content.ComponentCallbacks2
import android.location.Location
import android.location.LocationManager
import android.os.SystemClock
import id.hadir.core.CheckInEngine
import id.hadir.core.NoFixReason
import id.hadir.core.PlaceSeen
import id.hadir.office.TestOffice
import id.hadir.sdk.Answer
import id.hadir.sdk.Hadir
import id.hadir.testing.FakeAndroidKeyStore
import org.junit.rules.ExternalResource
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowLooper
import java.io.File
import java.time.LocalDateTime
import java.time.ZoneOffset

/** A working day: the office with its server and clock, and one phone of its staff. Nothing of either is faked. */
class Duty(
    private val policy: String = "default",
    private val at: String = "2026-11-24T07:55:00",
) : ExternalResource() {
    lateinit var office: TestOffice
        private set
    private val app get() = RuntimeEnvironment.getApplication()
    val hadir: Hadir get() = Hadir.of(app)

    override fun before() {
        FakeAndroidKeyStore.install()
        office = TestOffice(policy, at)
    }

    override fun after() {
        // A store that could not be opened needs no closing.
        runCatching { engine { it.shutDown() } }
        office.shutDown()
    }

    /** Calls the engine of the phone, and waits for what it answers. */
    fun <T> engine(call: (CheckInEngine) -> T): T {
        var answer: Result<T>? = null
        hadir.engine(hadir.profiles.current).call({ runCatching { call(it) } }) { answer = answerOf(it) }
        while (answer == null) {
            ShadowLooper.idleMainLooper()
            Thread.onSpinWait()
        }
        return answer.getOrThrow()
    }

    private fun <T> answerOf(answer: Answer<Result<T>>): Result<T> =
        when (answer) {
            is Answer.Good -> answer.value
            is Answer.Bad -> Result.failure(answer.error)
        }

    /** Somebody of the staff enrols on this phone. */
    fun enrol(number: String = "A-1") {
        val link = office.invite(number)
        engine { it.enrol(link) }
        hadir.enrolled(hadir.profiles.current)
        sync()
    }

    fun sync() = engine { it.sync(SYNC_MS) }

    /** As [sync], by way of the plan: screens hear of it. */
    fun syncAndTell(deadlineMs: Long = SYNC_MS.toLong()) {
        var over = false
        hadir.sync.inFront(hadir.profiles.current, deadlineMs) { over = true }
        while (!over) {
            ShadowLooper.idleMainLooper()
            Thread.onSpinWait()
        }
        ShadowLooper.idleMainLooper()
    }

    /** The office changes a rule that ships with us, by [change], and the phone hears of it while its screen is open. */
    fun publish(
        rule: String,
        change: (String) -> String,
    ) {
        office.publishOther(change(File(System.getProperty("hadir.root")!!, "policies/$rule.toml").readText()))
        syncAndTell()
    }

    /** The system wants memory of an app in the background: its engines are closed, and open again when they are needed. */
    fun closeEngine() {
        app.onTrimMemory(ComponentCallbacks2.TRIM_MEMORY_BACKGROUND)
        runCatching { engine { } }
    }

    /** What is done while the engine is closed and the key store gives no keys; it gives them again after. */
    fun withoutKeys(act: () -> Unit) {
        FakeAndroidKeyStore.broken = true
        closeEngine()
        act()
        FakeAndroidKeyStore.broken = false
    }

    /** A tap without a place, at the office's time now. */
    fun tap(place: PlaceSeen = PlaceSeen.NoFix(NoFixReason.TIMEOUT)) = engine { it.checkIn(it.beginTap().id, place) }

    /** The person allows location, and the phone has receivers that are on. */
    fun allowLocation() {
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        switchLocation(true)
    }

    fun switchLocation(on: Boolean) {
        val manager = shadowOf(app.getSystemService(LocationManager::class.java))
        manager.setLocationEnabled(on)
        manager.setProviderEnabled(LocationManager.GPS_PROVIDER, on)
        manager.setProviderEnabled(LocationManager.NETWORK_PROVIDER, on)
    }

    /** A receiver finds a place. */
    fun fix(
        provider: String = LocationManager.GPS_PROVIDER,
        accuracyM: Float = 25f,
    ) {
        val location = Location(provider)
        location.latitude = -2.5543
        location.longitude = 120.3280
        location.accuracy = accuracyM
        // What satellites say is the office's time.
        location.time = LocalDateTime.parse(at).toInstant(ZoneOffset.ofHours(ZONE)).toEpochMilli()
        location.elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos()
        shadowOf(app.getSystemService(LocationManager::class.java)).simulateLocation(location)
        ShadowLooper.idleMainLooper()
    }

    private companion object {
        const val SYNC_MS = 10_000uL

        /** WITA. */
        const val ZONE = 8
    }
}
