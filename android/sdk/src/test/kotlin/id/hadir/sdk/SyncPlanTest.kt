package id.hadir.sdk

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.content.Intent
import android.net.ConnectivityManager
import android.os.Build
import id.hadir.core.NoFixReason
import id.hadir.core.PlaceSeen
import id.hadir.core.SyncEnd
import id.hadir.core.SyncReport
import id.hadir.office.TestOffice
import id.hadir.testing.FakeAndroidKeyStore
import id.hadir.testing.HadirRunner
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadow.api.Shadow
import org.robolectric.util.ReflectionHelpers

@RunWith(HadirRunner::class)
@Config(sdk = [26, 35], application = TestHost::class)
class SyncPlanTest {
    private lateinit var office: TestOffice
    private val one get() = hadir.profiles.all[0]
    private val jobs get() = host.getSystemService(JobScheduler::class.java)

    @Before
    fun begin() {
        FakeAndroidKeyStore.install()
        office = TestOffice("default", "2026-11-24T07:55:00")
    }

    @After
    fun end() {
        hadir.profiles.all.forEach { hadir.engine(it).close() }
        office.shutDown()
    }

    private fun job(what: Int): JobInfo? = jobs.getPendingJob(what + 1)

    private fun tap() {
        hadir.engine(one).get { it.checkIn(it.beginTap().id, PlaceSeen.NoFix(NoFixReason.TIMEOUT)) }.good()
        hadir.recorded(one)
        idle()
    }

    private fun parameters(id: Int): JobParameters =
        Shadow.newInstanceOf(JobParameters::class.java).also { ReflectionHelpers.setField(it, "jobId", id) }

    /** Runs a job as the system does; whether it said that it was done. */
    private fun run(
        id: Int,
        during: (SyncJob, JobParameters) -> Unit = { _, _ -> },
    ): Boolean {
        val service = Robolectric.buildService(SyncJob::class.java).create().get()
        val parameters = parameters(id)
        if (!service.onStartJob(parameters)) return false
        during(service, parameters)
        idle()
        return shadowOf(service).isJobFinished
    }

    private fun report(
        end: SyncEnd,
        inMs: ULong,
        noNetwork: Boolean = false,
    ) = SyncReport(end, inMs, noNetwork, 0u, 0u, 1u, false, "")

    @Test
    fun `a record is followed by a sync as soon as the system lets us`() {
        office.enrol("A-1")
        jobs.cancelAll()
        tap()
        val now = job(SyncPlan.NOW)!!
        if (Build.VERSION.SDK_INT >=
            Build.VERSION_CODES.S
        ) {
            assertTrue(now.isExpedited)
        } else {
            assertEquals(0, now.maxExecutionDelayMillis)
        }
        assertEquals(JobInfo.NETWORK_TYPE_ANY, now.networkType)
        assertEquals(SyncJob::class.java.name, now.service.className)
    }

    @Test
    fun `a job sends what waits, tells the screens, and plans nothing when all is done`() {
        office.enrol("A-1")
        tap()
        hadir.sync.next(one, report(SyncEnd.AGAIN, 5_000u))
        val events = mutableListOf<Event>()
        hadir.watch { events += it }
        assertTrue(run(SyncPlan.NOW + 1))
        val synced = events.filterIsInstance<Event.Synced>().single()
        assertEquals(SyncEnd.DONE, synced.answer.good().end)
        assertTrue(synced.answer.good().received > 0u)
        assertEquals(0uL, hadir.engine(one).get { it.today().pending }.good())
        assertNull(job(SyncPlan.NEXT))
        assertTrue(office.records() > 0u)
    }

    @Test
    fun `without a server the next sync waits as long as the core says, and survives a restart`() {
        office.enrol("A-1")
        tap()
        office.online(false)
        var report: SyncReport? = null
        hadir.sync.inFront(one, 5_000) { report = it.good() }
        idle()
        assertEquals(SyncEnd.AGAIN, report!!.end)
        val next = job(SyncPlan.NEXT)!!
        assertEquals(report!!.nextInMs.toLong(), next.minLatencyMillis)
        assertTrue(next.isPersisted)
        assertEquals(JobInfo.NETWORK_TYPE_ANY, next.networkType)
    }

    @Test
    fun `without any network the job waits for one alone`() {
        shadowOf(host.getSystemService(ConnectivityManager::class.java)).setDefaultNetworkActive(false)
        shadowOf(host.getSystemService(ConnectivityManager::class.java)).setActiveNetworkInfo(null)
        hadir.sync.next(one, report(SyncEnd.AGAIN, 600_000u, noNetwork = true))
        assertEquals(0, job(SyncPlan.NEXT)!!.minLatencyMillis)
    }

    @Test
    fun `a network that comes is used for what waits, and for nothing else`() {
        office.enrol("A-1")
        val manager = host.getSystemService(ConnectivityManager::class.java)
        val callback = shadowOf(manager).networkCallbacks.single()
        val network = manager.activeNetwork!!
        jobs.cancelAll()
        callback.onAvailable(network)
        assertNull(job(SyncPlan.NOW))
        hadir.sync.next(one, report(SyncEnd.AGAIN, 600_000u))
        callback.onAvailable(network)
        assertNotNull(job(SyncPlan.NOW))
    }

    @Test
    fun `a job that the system stops is not asked to come again by itself`() {
        office.enrol("A-1")
        var again: Boolean? = null
        run(SyncPlan.NEXT + 1) { service, parameters -> again = service.onStopJob(parameters) }
        assertFalse(again!!)
    }

    @Test
    fun `a job that the system stops with parameters of its own ends its sync`() {
        office.enrol("A-1")
        val silent = java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())
        office.hang("127.0.0.1:${silent.localPort}")
        var ended: SyncReport? = null
        val watching = hadir.watch { if (it is Event.Synced) ended = it.answer.orNull() }
        val service = Robolectric.buildService(SyncJob::class.java).create().get()
        val job = Thread { service.onStartJob(parameters(SyncPlan.NEXT + 1)) }.apply { start() }
        silent.accept().use {
            service.onStopJob(parameters(SyncPlan.NEXT + 1))
            job.join()
        }
        silent.close()
        idle()
        watching.close()
        assertEquals(SyncEnd.CANCELLED, ended?.end)
    }

    @Test
    fun `a job that is stopped after it ended cancels nobody's call`() {
        office.enrol("A-1")
        val silent = java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())
        var report: SyncReport? = null
        run(SyncPlan.NEXT + 1) { service, parameters ->
            office.hang("127.0.0.1:${silent.localPort}")
            val other = Thread { report = hadir.engine(one).blocking { it.sync(1_500u) }.good() }.apply { start() }
            silent.accept().use {
                service.onStopJob(parameters)
                other.join()
            }
        }
        silent.close()
        assertNotNull(report)
        assertNotEquals(SyncEnd.CANCELLED, report?.end)
    }

    @Test
    fun `a sync that was cut off is planned again`() {
        hadir.sync.next(one, report(SyncEnd.CANCELLED, 0u))
        assertEquals(0, job(SyncPlan.NEXT)!!.minLatencyMillis)
        hadir.sync.next(one, report(SyncEnd.OUT_OF_TIME, 1_000u))
        assertEquals(1_000, job(SyncPlan.NEXT)!!.minLatencyMillis)
        hadir.sync.next(one, report(SyncEnd.NEEDS_PERSON, 3_600_000u))
        assertEquals(3_600_000, job(SyncPlan.NEXT)!!.minLatencyMillis)
    }

    @Test
    fun `what the office says is fetched every hour, and planned once`() {
        office.enrol("A-1")
        val hourly = job(SyncPlan.HOURLY)!!
        assertEquals(3_600_000, hourly.intervalMillis)
        assertTrue(hourly.isPersisted)
        hadir.sync.keepUp(one)
        assertTrue(hourly === job(SyncPlan.HOURLY))
        jobs.cancelAll()
        ChangeReceiver().onReceive(host, Intent(Intent.ACTION_BOOT_COMPLETED))
        idle()
        assertNotNull(job(SyncPlan.HOURLY))
    }

    @Test
    fun `a removed profile has no job, and a job of nobody's does nothing`() {
        office.enrol("A-1")
        hadir.sync.next(one, report(SyncEnd.AGAIN, 5_000u))
        hadir.remove(one) { it.good() }
        idle()
        assertEquals(emptyList<JobInfo>(), jobs.allPendingJobs)
        assertFalse(run(7))
    }
}
