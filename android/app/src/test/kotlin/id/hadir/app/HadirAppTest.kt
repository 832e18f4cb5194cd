package id.hadir.app

import android.content.pm.ApplicationInfo
import id.hadir.core.VaultException
import id.hadir.sdk.KeystoreVault
import id.hadir.testing.FakeAndroidKeyStore
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

@RunWith(HadirRunner::class)
@Config(sdk = [26, 35])
class HadirAppTest {
    private val app = RuntimeEnvironment.getApplication()

    @Test
    fun `the process is ours and keeps its store out of backups`() {
        assertTrue(app is HadirApp)
        assertEquals("id.hadir.app", app.packageName)
        assertEquals(0, app.applicationInfo.flags and ApplicationInfo.FLAG_ALLOW_BACKUP)
    }

    @Test
    fun `the sdk's vault works inside the app`() {
        FakeAndroidKeyStore.install()
        val wrapped = KeystoreVault(app, "a").wrap(byteArrayOf(1, 2, 3))
        FakeAndroidKeyStore.loseKeys()
        assertThrows(VaultException.KeyGone::class.java) { KeystoreVault(app, "a").unwrap(wrapped) }
    }
}
