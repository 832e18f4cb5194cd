package id.hadir.sdk

import android.app.Application
import android.content.pm.PackageManager
import android.os.UserManager
import id.hadir.core.VaultException
import id.hadir.testing.FakeAndroidKeyStore
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

@RunWith(HadirRunner::class)
@Config(sdk = [26, 35])
class KeystoreVaultTest {
    private val app: Application get() = RuntimeEnvironment.getApplication()
    private val secret = ByteArray(32) { it.toByte() }

    @Before
    fun keyStore() = FakeAndroidKeyStore.install()

    @Test
    fun `what one process wrapped, the next unwraps`() {
        val wrapped = KeystoreVault(app).wrap(secret)
        assertArrayEquals(secret, KeystoreVault(app).unwrap(wrapped))
    }

    @Test
    fun `the same secret is never wrapped into the same bytes`() {
        val vault = KeystoreVault(app)
        assertFalse(vault.wrap(secret).contentEquals(vault.wrap(secret)))
    }

    @Test
    fun `altered bytes are rejected at every place`() {
        val vault = KeystoreVault(app)
        val wrapped = vault.wrap(secret)
        for (at in wrapped.indices) {
            val altered = wrapped.clone().also { it[at] = (it[at].toInt() xor 1).toByte() }
            assertThrows(VaultException.Rejected::class.java) { vault.unwrap(altered) }
        }
        assertThrows(VaultException.Rejected::class.java) { vault.unwrap(ByteArray(0)) }
    }

    @Test
    fun `a lost key is told as gone and not made anew`() {
        val vault = KeystoreVault(app)
        val wrapped = vault.wrap(secret)
        FakeAndroidKeyStore.loseKeys()
        repeat(2) { assertThrows(VaultException.KeyGone::class.java) { vault.unwrap(wrapped) } }
    }

    @Test
    fun `before the first unlock the vault is locked`() {
        val vault = KeystoreVault(app)
        val wrapped = vault.wrap(secret)
        shadowOf(app.getSystemService(UserManager::class.java)).setUserUnlocked(false)
        assertThrows(VaultException.Locked::class.java) { vault.unwrap(wrapped) }
    }

    @Test
    fun `a key store that does not answer is unavailable`() {
        val vault = KeystoreVault(app)
        val wrapped = vault.wrap(secret)
        FakeAndroidKeyStore.broken = true
        assertThrows(VaultException.Unavailable::class.java) { vault.unwrap(wrapped) }
    }

    @Test
    @Config(sdk = [35])
    fun `the key is made in StrongBox where there is one`() {
        shadowOf(app.packageManager).setSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE, true)
        KeystoreVault(app, "a").wrap(secret)
        assertEquals(setOf("a"), FakeAndroidKeyStore.inStrongBox)
    }

    @Test
    @Config(sdk = [35])
    fun `a StrongBox that is full leaves the ordinary key store`() {
        shadowOf(app.packageManager).setSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE, true)
        FakeAndroidKeyStore.hasStrongBox = false
        val vault = KeystoreVault(app)
        assertArrayEquals(secret, vault.unwrap(vault.wrap(secret)))
        assertEquals(emptySet<String>(), FakeAndroidKeyStore.inStrongBox)
    }
}
