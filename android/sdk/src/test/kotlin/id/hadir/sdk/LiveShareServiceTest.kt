package id.hadir.sdk

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.app.Notification
import android.app.NotificationManager
import android.app.PendingIntent
import android.app.Service
import android.content.Intent
import android.content.pm.ServiceInfo
import android.location.Location
import android.location.LocationManager
import android.os.Build
import android.os.SystemClock
import id.hadir.core.ShareCard
import id.hadir.core.ShareMark
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
import org.robolectric.android.controller.ServiceController
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowLooper
import java.util.concurrent.TimeUnit

@RunWith(HadirRunner::class)
@Config(sdk = [26, 35], application = TestHost::class)
class LiveShareServiceTest {
    private lateinit var office: TestOffice
    private val one get() = hadir.profiles.all[0]
    private val phone get() = shadowOf(host.getSystemService(LocationManager::class.java))
    private val manager get() = host.getSystemService(NotificationManager::class.java)
    private var controller: ServiceController<LiveShareService>? = null
    private val service get() = controller!!.get()
    private val card: ShareCard? get() = hadir.engine(one).get { it.today().share }.good()

    @Before
    fun begin() {
        FakeAndroidKeyStore.install()
        shadowOf(host).grantPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        phone.setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        office = TestOffice("parepare-2021", "2021-07-28T07:35:00")
        office.enrol("A-1")
    }

    @After
    fun end() {
        controller?.destroy()
        hadir.profiles.all.forEach { hadir.engine(it).close() }
        office.shutDown()
    }

    /** Begins the service as the system does with what was asked of it. */
    private fun begins(intent: Intent?) {
        controller = Robolectric.buildService(LiveShareService::class.java, intent).create()
        comes(intent)
    }

    private fun comes(intent: Intent?): Int = service.onStartCommand(intent, 0, 1).also { idle() }

    private fun start() {
        hadir.share.start(one) { it.good() }
        idle()
        begins(shadowOf(host).nextStartedService)
    }

    private val notice: Notification get() = shadowOf(service).lastForegroundNotification

    private fun Notification.text() = extras.getCharSequence(Notification.EXTRA_BIG_TEXT).toString()

    private fun press(button: PendingIntent) = comes(shadowOf(button).savedIntent)

    private fun seen(accuracy: Float = 10f) {
        val location =
            Location(LocationManager.GPS_PROVIDER).apply {
                latitude = -4.0135
                longitude = 119.6255
                this.accuracy = accuracy
                time = 1L
                elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos()
            }
        phone.simulateLocation(location)
        idle()
    }

    private fun passes(ms: ULong) {
        office.advance(ms)
        ShadowLooper.idleMainLooper(ms.toLong(), TimeUnit.MILLISECONDS)
    }

    @Test
    fun `the person starts it, and the service shows what is shared, with whom and until when`() {
        assertEquals(ShareMark.READY, card?.mark)
        assertNull("nothing begins by itself", shadowOf(host).peekNextStartedService())
        start()
        val shown = card!!
        assertEquals(ShareMark.SHARING, shown.mark)
        for (part in listOf(shown.hoursText, shown.whoSees, shown.sharedText)) assertTrue(part, notice.text().contains(part))
        assertEquals(shown.title, notice.extras.getCharSequence(Notification.EXTRA_TITLE).toString())
        assertEquals(
            host.getString(hadir.face.text(Word.SHARE_PAUSE)),
            notice.actions
                .single()
                .title
                .toString(),
        )
        assertTrue(notice.flags and Notification.FLAG_ONGOING_EVENT != 0)
        assertEquals("$one ${Screen.Share}", shadowOf(notice.contentIntent).savedIntent.action)
        val info = host.packageManager.getServiceInfo(android.content.ComponentName(host, LiveShareService::class.java), 0)
        assertFalse(info.exported)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) {
            assertEquals(ServiceInfo.FOREGROUND_SERVICE_TYPE_LOCATION, service.foregroundServiceType)
        }
    }

    @Test
    fun `places reach the core, and the notification says what was shared`() {
        start()
        val before = notice.text()
        seen()
        repeat(6) {
            passes(card!!.fixEveryS.toULong() * 1_000u)
            seen()
        }
        assertNotEquals(before, notice.text())
        assertTrue(notice.text().contains(card!!.sharedText))
    }

    @Test
    fun `a pause asks the platform for no place, and goes on from the notification`() {
        start()
        press(notice.actions.single().actionIntent)
        assertEquals(ShareMark.PAUSED, card?.mark)
        assertEquals(emptyList<Any>(), phone.getLocationRequests(LocationManager.GPS_PROVIDER))
        assertFalse(shadowOf(service).isStoppedBySelf)
        assertEquals(
            host.getString(hadir.face.text(Word.SHARE_RESUME)),
            notice.actions
                .single()
                .title
                .toString(),
        )
        press(notice.actions.single().actionIntent)
        assertEquals(ShareMark.SHARING, card?.mark)
        assertEquals(1, phone.getLocationRequests(LocationManager.GPS_PROVIDER).size)
    }

    @Test
    fun `it stops by itself when its hours are over`() {
        start()
        seen()
        office.until("2021-07-28T15:30:01")
        hadir.share.look(one)
        idle()
        assertEquals(ShareMark.OVER, card?.mark)
        assertTrue(shadowOf(service).isStoppedBySelf)
        assertTrue(shadowOf(service).isForegroundStopped)
    }

    @Test
    fun `the end comes by the service's own clock too`() {
        start()
        seen()
        passes(8uL * 3_600_000u)
        assertEquals(ShareMark.OVER, card?.mark)
        assertTrue(shadowOf(service).isStoppedBySelf)
    }

    @Test
    fun `a stop on the screen ends the service, and a start begins it again`() {
        start()
        hadir.share.stop(one) { it.good() }
        idle()
        assertTrue(shadowOf(service).isStoppedBySelf)
        controller!!.destroy()
        start()
        assertEquals(ShareMark.SHARING, card?.mark)
    }

    @Test
    fun `begun anew by the system it asks the core and goes on`() {
        start()
        controller!!.destroy()
        hadir.engine(one).close()
        begins(null)
        assertEquals(Service.START_STICKY, comes(null))
        assertFalse(shadowOf(service).isStoppedBySelf)
        assertEquals(card!!.title, notice.extras.getCharSequence(Notification.EXTRA_TITLE).toString())
        assertTrue(phone.getLocationRequests(LocationManager.GPS_PROVIDER).isNotEmpty())
    }

    @Test
    fun `begun anew with nothing owed it goes at once`() {
        begins(null)
        assertTrue(shadowOf(service).isStoppedBySelf)
    }

    @Test
    fun `a permission that is taken back is told to the core, and the service goes on without a place`() {
        start()
        seen()
        val events = mutableListOf<Event>()
        hadir.watch { events += it }
        shadowOf(host).denyPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        val before = card!!.sharedText
        repeat(4) { passes(2uL * card!!.fixEveryS.toULong() * 1_000u) }
        assertTrue(events.any { it is Event.Shared })
        assertNotEquals(before, card!!.sharedText)
        assertFalse(shadowOf(service).isStoppedBySelf)
        shadowOf(host).grantPermissions(ACCESS_FINE_LOCATION)
        passes(2uL * card!!.fixEveryS.toULong() * 1_000u)
        assertTrue(phone.getLocationRequests(LocationManager.GPS_PROVIDER).isNotEmpty())
    }

    @Test
    fun `a system that does not let it stay is told about, once the core knows`() {
        start()
        controller!!.destroy()
        controller = Robolectric.buildService(LiveShareService::class.java, null).create()
        shadowOf(service).setThrowInStartForeground(SecurityException("no location in the background"))
        assertEquals(Service.START_NOT_STICKY, comes(null))
        assertTrue(shadowOf(service).isStoppedBySelf)
        val halted = manager.activeNotifications.single { it.tag == "1/halted" }.notification
        val text = halted.extras.getCharSequence(Notification.EXTRA_TEXT).toString()
        assertEquals(host.getString(hadir.face.text(Word.SHARE_HALTED)), text)
        assertNotNull(halted.contentIntent)
        assertEquals("the person's own act was not undone", ShareMark.SHARING, card?.mark)
        hadir.share.start(one) { it.good() }
        idle()
        assertTrue(manager.activeNotifications.none { it.tag == "1/halted" })
    }

    @Test
    fun `after a restart of the phone the person is told, and the next screen in sight goes on with it`() {
        start()
        controller!!.destroy()
        ChangeReceiver().onReceive(host, Intent(Intent.ACTION_BOOT_COMPLETED))
        idle()
        assertTrue(manager.activeNotifications.any { it.tag == "1/halted" })
        shadowOf(host).clearStartedServices()
        hadir.share.inSight(one)
        idle()
        assertEquals(LiveShareService::class.java.name, shadowOf(host).nextStartedService.component?.className)
        assertTrue(manager.activeNotifications.none { it.tag == "1/halted" })
    }

    @Test
    fun `a screen in sight begins nothing that the person did not start`() {
        hadir.share.inSight(one)
        idle()
        assertNull(shadowOf(host).peekNextStartedService())
    }

    @Test
    fun `without the permission no service begins, and the core knows why`() {
        shadowOf(host).denyPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        val before = card!!.sharedText
        hadir.share.start(one) { it.good() }
        idle()
        assertNull(shadowOf(host).peekNextStartedService())
        office.advance(1_200_000u)
        hadir.share.inSight(one)
        idle()
        assertEquals(ShareMark.SHARING, card?.mark)
        assertNotEquals(before, card!!.sharedText)
    }
}
