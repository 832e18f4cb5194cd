package id.hadir.sdk

import android.content.ComponentCallbacks2
import android.content.Intent
import android.net.ConnectivityManager
import android.net.LinkProperties
import android.net.ProxyInfo
import android.os.UserManager
import android.util.Log
import id.hadir.core.HadirException
import id.hadir.core.Language
import id.hadir.core.NoFixReason
import id.hadir.core.PlaceSeen
import id.hadir.core.Standing
import id.hadir.core.WhatToDo
import id.hadir.office.TestOffice
import id.hadir.sdk.Surroundings.Companion.address
import id.hadir.testing.FakeAndroidKeyStore
import id.hadir.testing.HadirRunner
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowLog

@RunWith(HadirRunner::class)
@Config(sdk = [26, 35], application = TestHost::class)
class HadirTest {
    private lateinit var office: TestOffice
    private val one get() = hadir.profiles.all[0]
    private val two get() = hadir.profiles.all[1]

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

    private fun name(profile: Profile) = hadir.engine(profile).get { it.today().person.name }.good()

    private fun userIsUnlocked(yes: Boolean) = shadowOf(host.getSystemService(UserManager::class.java)).setUserUnlocked(yes)

    @Test
    fun `nobody is enrolled on a new phone, and no profile is used`() {
        assertEquals(Standing.NOT_ENROLLED, hadir.engine(one).get { it.standing() }.good())
        assertEquals(emptyList<Profile>(), hadir.profiles.used())
        assertEquals(one, hadir.profiles.free())
        val refused = hadir.engine(one).get { it.today() } as Answer.Bad
        assertTrue(refused.error is HadirException.NotEnrolled)
        assertEquals(WhatToDo.ENROL, refused.error.todo)
        assertTrue(refused.error.sentence.isNotEmpty())
    }

    @Test
    fun `two people share a phone, each with a store and a key of their own`() {
        office.enrol("A-1", one)
        office.enrol("A-2", two)
        assertEquals(listOf("Siti Aminah", "Budi Santoso"), listOf(one, two).map { name(it) })
        assertEquals(setOf(one.alias, two.alias), FakeAndroidKeyStore.aliases)
        assertEquals(listOf(one, two), hadir.profiles.used())
        assertEquals("who enrolled last is shown", two, hadir.profiles.current)
        assertTrue(one.directory.path.startsWith(host.noBackupFilesDir.path))
        assertEquals(3, hadir.profiles.free()?.number)
        assertNull(hadir.profiles.of(4))
        assertNull(hadir.profiles.of(0))
    }

    @Test
    fun `an engine that is not used is closed when memory is short, and opens again`() {
        office.enrol("A-1", one)
        host.onTrimMemory(ComponentCallbacks2.TRIM_MEMORY_UI_HIDDEN)
        val events = mutableListOf<Event>()
        val watching = hadir.watch { events += it }
        name(one)
        assertEquals("still open", emptyList<Event>(), events)
        host.onTrimMemory(ComponentCallbacks2.TRIM_MEMORY_BACKGROUND)
        assertEquals("Siti Aminah", name(one))
        assertEquals(Standing.ENROLLED, (events.single() as Event.Opened).standing)
        watching.close()
        hadir.recorded(one)
        idle()
        assertEquals(1, events.size)
    }

    @Test
    fun `before the first unlock the engine waits for it, and opens by itself`() {
        office.enrol("A-1", one)
        hadir.engine(one).close()
        userIsUnlocked(false)
        val events = mutableListOf<Event>()
        hadir.watch { events += it }
        val refused = hadir.engine(one).get { it.today() } as Answer.Bad
        assertEquals(WhatToDo.UNLOCK_PHONE, refused.error.todo)
        assertNotNull(hadir.engine(one).failed)
        idle()
        assertTrue(events.single() is Event.OpenFailed)
        userIsUnlocked(true)
        host.sendBroadcast(Intent(Intent.ACTION_USER_UNLOCKED))
        idle()
        assertTrue(events.last() is Event.Opened)
        assertNull(hadir.engine(one).failed)
        assertEquals("Siti Aminah", name(one))
    }

    @Test
    fun `a key store that does not answer is tried again by the next call`() {
        office.enrol("A-1", one)
        hadir.engine(one).close()
        FakeAndroidKeyStore.broken = true
        val refused = hadir.engine(one).get { it.today() } as Answer.Bad
        assertEquals(WhatToDo.TRY_LATER, refused.error.todo)
        FakeAndroidKeyStore.broken = false
        assertEquals("Siti Aminah", name(one))
    }

    @Test
    fun `a lost key is told as such, and the profile stays somebody's`() {
        office.enrol("A-1", one)
        hadir.engine(one).close()
        FakeAndroidKeyStore.loseKeys()
        assertEquals(Standing.KEYS_LOST, hadir.engine(one).get { it.standing() }.good())
        assertEquals(listOf(one), hadir.profiles.used())
        office.enrol("A-1", one)
        assertEquals("Siti Aminah", name(one))
    }

    @Test
    fun `a profile that is removed leaves nothing, and the other as it was`() {
        office.enrol("A-1", one)
        office.enrol("A-2", two)
        var answer: Answer<Unit>? = null
        hadir.remove(one) { answer = it }
        idle()
        assertEquals(Answer.Good(Unit), answer)
        assertFalse(one.directory.exists())
        assertEquals(setOf(two.alias), FakeAndroidKeyStore.aliases)
        assertEquals(listOf(two), hadir.profiles.used())
        assertEquals("Budi Santoso", name(two))
        assertEquals(Standing.NOT_ENROLLED, hadir.engine(one).get { it.standing() }.good())
    }

    @Test
    fun `an answer that nobody wants is not delivered, and the tap is recorded all the same`() {
        val holder = office.enrol("A-1", one)
        var answers = 0
        val before = holder.get { it.today().pending }.good()
        val call = holder.call({ it.checkIn(it.beginTap().id, PlaceSeen.NoFix(NoFixReason.TIMEOUT)) }) { answers++ }
        call.forget()
        idle()
        assertEquals(0, answers)
        assertTrue(holder.get { it.today().pending }.good() > before)
    }

    @Test
    fun `the engine speaks the phone's language, or the one that was chosen`() {
        RuntimeEnvironment.setQualifiers("en-rUS")
        hadir.languageChanged(null)
        assertEquals(Language.ENGLISH, hadir.language)
        office.enrol("A-1", one)
        val english = hadir.engine(one).get { it.today().tap.title }.good()
        RuntimeEnvironment.setQualifiers("jv-rID")
        assertEquals("who speaks neither gets Indonesian", Language.INDONESIAN, hadir.language)
        hadir.languageChanged(Language.INDONESIAN)
        assertFalse(english == hadir.engine(one).get { it.today().tap.title }.good())
        RuntimeEnvironment.setQualifiers("en-rUS")
        assertEquals(Language.INDONESIAN, hadir.language)
    }

    @Test
    fun `a proxy of the network reaches the core, and an odd one hinders nothing`() {
        office.enrol("A-1", one)
        assertEquals("http://proxy.kota.go.id:3128", ProxyInfo.buildDirectProxy("proxy.kota.go.id", 3128).address)
        assertEquals("http://[fd00::1]:3128", ProxyInfo.buildDirectProxy("fd00::1", 3128).address)
        assertNull(ProxyInfo.buildDirectProxy("", 3128).address)
        val manager = host.getSystemService(ConnectivityManager::class.java)
        val callbacks = shadowOf(manager).networkCallbacks
        assertEquals(1, callbacks.size)
        val network = manager.activeNetwork!!
        val odd = LinkProperties().apply { httpProxy = ProxyInfo.buildDirectProxy("no proxy at all", 1) }
        assertTrue(hadir.engine(one).get { it.setProxy(odd.httpProxy!!.address) } is Answer.Bad)
        callbacks.single().onLinkPropertiesChanged(network, odd)
        assertFalse(
            hadir
                .engine(one)
                .get { it.sync(DEADLINE_MS) }
                .good()
                .noNetwork,
        )
    }

    @Test
    fun `what happens inside goes to the log of Android for a developer who asks, and holds nothing personal`() {
        office.enrol("A-1", one)
        assertEquals(emptyList<String>(), logged())
        ShadowLog.setLoggable("Hadir", Log.DEBUG)
        hadir.engine(one).get { it.sync(10_000u) }.good()
        val lines = logged()
        assertTrue("$lines", lines.any { it.startsWith("sync: Done") })
        assertTrue("$lines", lines.none { "Siti" in it || "A-1" in it })
        val count = lines.size
        hadir.engine(one).get { it.today() }.good()
        assertEquals("nothing is said twice", count, logged().size)
    }

    private fun logged() = ShadowLog.getLogsForTag("Hadir").map { it.msg }
}
