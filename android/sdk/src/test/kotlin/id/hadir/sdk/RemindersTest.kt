package id.hadir.sdk

import android.app.AlarmManager
import android.app.Notification
import android.app.NotificationManager
import android.content.Intent
import android.os.Build
import id.hadir.core.NeedKind
import id.hadir.core.NoFixReason
import id.hadir.core.PlaceSeen
import id.hadir.core.RemindOf
import id.hadir.office.TestOffice
import id.hadir.testing.FakeAndroidKeyStore
import id.hadir.testing.HadirRunner
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowAlarmManager

@RunWith(HadirRunner::class)
@Config(sdk = [26, 35], application = TestHost::class)
class RemindersTest {
    private lateinit var office: TestOffice
    private val one get() = hadir.profiles.all[0]
    private val two get() = hadir.profiles.all[1]
    private val alarms get() = shadowOf(host.getSystemService(AlarmManager::class.java))
    private val manager get() = host.getSystemService(NotificationManager::class.java)
    private val set get() = alarms.scheduledAlarms.filter { it.intent.component?.className == ReminderReceiver::class.java.name }

    @Before
    fun begin() {
        FakeAndroidKeyStore.install()
        ShadowAlarmManager.setCanScheduleExactAlarms(true)
        office = TestOffice("default", "2026-11-24T07:55:00")
    }

    @After
    fun end() {
        hadir.profiles.all.forEach { hadir.engine(it).close() }
        office.shutDown()
    }

    private val ShadowAlarmManager.ScheduledAlarm.intent: Intent get() = shadowOf(operation).savedIntent
    private val ShadowAlarmManager.ScheduledAlarm.id: String get() = intent.data!!.pathSegments.single()

    private fun rings(kind: RemindOf): Notification {
        val alarm = set.first { it.intent.getStringExtra(DueReminder.KIND) == kind.name }
        alarm.operation!!.send()
        idle()
        return manager.activeNotifications.first { it.tag.startsWith("1/") }.notification
    }

    private fun tap() {
        hadir.engine(one).get { it.checkIn(it.beginTap().id, PlaceSeen.NoFix(NoFixReason.TIMEOUT)) }.good()
        hadir.recorded(one)
        idle()
    }

    private fun changed(action: String) {
        ChangeReceiver().onReceive(host, Intent(action))
        idle()
    }

    @Test
    fun `the core's reminders are alarms at their minute, exact where that is allowed`() {
        office.enrol("A-1")
        val asked = hadir.engine(one).get { it.reminders(100u) }.good()
        assertTrue(asked.size > 4)
        assertEquals(asked.map { it.id to it.atMs }.toSet(), set.map { it.id to it.triggerAtMs }.toSet())
        assertTrue(set.all { it.isAllowWhileIdle && it.windowLengthMs == 0L })
    }

    @Test
    @Config(sdk = [35])
    fun `without leave for exact ones they come a little late, from a sleeping phone too`() {
        ShadowAlarmManager.setCanScheduleExactAlarms(false)
        office.enrol("A-1")
        assertTrue(set.isNotEmpty())
        assertTrue(set.all { it.windowLengthMs != 0L && it.isAllowWhileIdle })
        ShadowAlarmManager.setCanScheduleExactAlarms(true)
        changed("android.app.action.SCHEDULE_EXACT_ALARM_PERMISSION_STATE_CHANGED")
        assertTrue(set.all { it.windowLengthMs == 0L })
    }

    @Test
    fun `a tap takes away the reminder of its window's end, and leaves the rest as they were`() {
        office.enrol("A-1")
        office.until("2026-11-24T08:01:00")
        hadir.reminders.refresh(one)
        val before = set.associate { it.id to it }
        tap()
        val gone = before.keys - set.map { it.id }.toSet()
        assertEquals(1, gone.size)
        assertEquals(RemindOf.WINDOW_CLOSES.name, before.getValue(gone.single()).intent.getStringExtra(DueReminder.KIND))
        assertTrue("what stays is not set again", set.filter { it.id in before }.all { it === before[it.id] })
    }

    @Test
    fun `alarms are set again after a start, an update, and a change of clock, zone or language`() {
        office.enrol("A-1")
        val ids = set.map { it.id }.toSet()
        val actions =
            listOf(
                Intent.ACTION_BOOT_COMPLETED,
                Intent.ACTION_MY_PACKAGE_REPLACED,
                Intent.ACTION_TIME_CHANGED,
                Intent.ACTION_TIMEZONE_CHANGED,
                Intent.ACTION_LOCALE_CHANGED,
            )
        for (action in actions) {
            set.forEach { host.getSystemService(AlarmManager::class.java).cancel(it.operation!!) }
            assertEquals(emptyList<Any>(), set)
            changed(action)
            assertEquals(action, ids, set.map { it.id }.toSet())
            val heard = host.packageManager.queryBroadcastReceivers(Intent(action).setPackage(host.packageName), 0)
            assertEquals(action, listOf(ChangeReceiver::class.java.name), heard.map { it.activityInfo.name })
        }
        set.forEach { host.getSystemService(AlarmManager::class.java).cancel(it.operation!!) }
        changed("somebody.elses.ACTION")
        assertEquals(emptyList<Any>(), set)
    }

    @Test
    fun `a window's reminder leads straight to the tap, by its body and by its button`() {
        office.enrol("A-1")
        val notice = rings(RemindOf.WINDOW_OPENS)
        assertEquals(Notices.REMINDERS, notice.channelId)
        val button = notice.actions.single()
        assertEquals(host.getString(hadir.face.text(Word.CHECK_IN_NOW)), button.title.toString())
        for (pending in listOf(notice.contentIntent, button.actionIntent)) {
            val to = shadowOf(pending)
            assertTrue("no trampoline", to.isActivityIntent)
            assertEquals(ScreenActivity::class.java.name, to.savedIntent.component?.className)
            assertEquals("$one ${Screen.Tap}", to.savedIntent.action)
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) assertTrue(pending.isImmutable)
        }
        val text = notice.extras.getCharSequence(Notification.EXTRA_TITLE).toString()
        assertTrue(text, text.contains("11.00"))
    }

    @Test
    fun `the tap takes its reminder off the screen, and a form leaves it there`() {
        office.enrol("A-1")
        office.until("2026-11-24T08:01:00")
        rings(RemindOf.WINDOW_OPENS)
        hadir.recorded(one)
        idle()
        assertEquals(1, manager.activeNotifications.size)
        tap()
        assertEquals(0, manager.activeNotifications.size)
    }

    @Test
    fun `a recall rings when it comes, once, and is taken away when it is confirmed`() {
        val holder = office.enrol("A-1")
        office.recall("A-1", "2026-11-25", "Rapat")
        hadir.sync.inFront(one, 20_000) { it.good() }
        idle()
        val notice = manager.activeNotifications.single()
        assertEquals(Notices.RECALLS, notice.notification.channelId)
        assertTrue(
            notice.notification.extras
                .getCharSequence(Notification.EXTRA_TEXT)
                .toString()
                .contains("Rapat"),
        )
        val channel = manager.getNotificationChannel(Notices.RECALLS)
        assertEquals(NotificationManager.IMPORTANCE_HIGH, channel.importance)
        assertTrue(channel.sound.toString().contains("ringtone"))
        manager.cancel(notice.tag, notice.id)
        hadir.sync.inFront(one, 20_000) { it.good() }
        idle()
        assertEquals("not twice", 0, manager.activeNotifications.size)
        val need = holder.get { it.today().needs.first { need -> need.kind == NeedKind.RECALL } }.good()
        hadir.notices.follow(two, holder.get { it.today() }.good())
        assertEquals("each profile rings for itself", 1, manager.activeNotifications.size)
        holder.get { it.acknowledge(need.confirm!!) }.good()
        hadir.notices.follow(two, holder.get { it.today() }.good())
        assertEquals(0, manager.activeNotifications.size)
    }

    @Test
    fun `each kind leads to its own screen`() {
        val screens = RemindOf.entries.associateWith { DueReminder(it, "", "", "2026-11-25").screen }
        assertEquals(Screen.Form("2026-11-25"), screens[RemindOf.FORM_DUE])
        assertEquals(Screen.Recalls, screens[RemindOf.RECALL])
        assertEquals(Screen.Share, screens[RemindOf.SHARE_BEGINS])
        assertEquals(Screen.Sync, screens[RemindOf.UNSENT])
        assertNull(DueReminder.of(Intent().putExtra(DueReminder.KIND, "else")))
    }

    @Test
    fun `a removed profile rings no more, and the other one does`() {
        office.enrol("A-1", one)
        office.enrol("A-2", two)
        val all = set.size
        hadir.remove(one) { it.good() }
        idle()
        assertEquals(all / 2, set.size)
        assertFalse(set.any { it.intent.getIntExtra(DueReminder.PROFILE, 0) == 1 })
    }
}
