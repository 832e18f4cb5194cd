package id.hadir.sdk

import android.app.Application
import android.content.pm.PackageManager
import android.os.UserManager
import android.security.KeyStoreException
import id.hadir.core.VaultException
import id.hadir.testing.FakeAndroidKeyStore
import id.hadir.testing.HadirRunner
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.security.UnrecoverableKeyException

@RunWith(HadirRunner::class)
@Config(sdk = [26, 35])
class KeystoreVaultTest {
    private val app: Application get() = RuntimeEnvironment.getApplication()
    private val secret = ByteArray(32) { it.toByte() }

    @Before
    fun keyStore() = FakeAndroidKeyStore.install()

    @Test
    fun `what one process wrapped, the next unwraps`() {
        val wrapped = KeystoreVault(app, "store").wrap(secret)
        assertArrayEquals(secret, KeystoreVault(app, "store").unwrap(wrapped))
    }

    @Test
    fun `the same secret is never wrapped into the same bytes`() {
        val vault = KeystoreVault(app, "store")
        assertFalse(vault.wrap(secret).contentEquals(vault.wrap(secret)))
    }

    @Test
    fun `altered bytes are rejected at every place`() {
        val vault = KeystoreVault(app, "store")
        val wrapped = vault.wrap(secret)
        for (at in wrapped.indices) {
            val altered = wrapped.clone().also { it[at] = (it[at].toInt() xor 1).toByte() }
            assertThrows(VaultException.Rejected::class.java) { vault.unwrap(altered) }
        }
        assertThrows(VaultException.Rejected::class.java) { vault.unwrap(ByteArray(0)) }
    }

    @Test
    fun `a lost key is told as gone and not made anew`() {
        val vault = KeystoreVault(app, "store")
        val wrapped = vault.wrap(secret)
        FakeAndroidKeyStore.loseKeys()
        repeat(2) { assertThrows(VaultException.KeyGone::class.java) { vault.unwrap(wrapped) } }
    }

    @Test
    fun `before the first unlock the vault is locked`() {
        val vault = KeystoreVault(app, "store")
        val wrapped = vault.wrap(secret)
        shadowOf(app.getSystemService(UserManager::class.java)).setUserUnlocked(false)
        assertThrows(VaultException.Locked::class.java) { vault.unwrap(wrapped) }
    }

    @Test
    fun `a key store that does not answer is unavailable`() {
        val vault = KeystoreVault(app, "store")
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
        val vault = KeystoreVault(app, "store")
        assertArrayEquals(secret, vault.unwrap(vault.wrap(secret)))
        assertEquals(emptySet<String>(), FakeAndroidKeyStore.inStrongBox)
    }

    @Test
    @Config(sdk = [35])
    fun `a StrongBox that fails leaves the ordinary key store`() {
        shadowOf(app.packageManager).setSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE, true)
        FakeAndroidKeyStore.strongBoxFails = true
        val vault = KeystoreVault(app, "store")
        assertArrayEquals(secret, vault.unwrap(vault.wrap(secret)))
    }

    @Test
    fun `a key that stands there and can't be used is gone, and comes back with the key`() {
        val vault = KeystoreVault(app, "store")
        val wrapped = vault.wrap(secret)
        FakeAndroidKeyStore.unusable = UnrecoverableKeyException("no key blob")
        repeat(2) { assertThrows(VaultException.KeyGone::class.java) { vault.unwrap(wrapped) } }
        FakeAndroidKeyStore.unusable = null
        assertArrayEquals(secret, vault.unwrap(wrapped))
    }

    @Test
    fun `a key that can't be used is replaced when the person enrols again`() {
        val vault = KeystoreVault(app, "store")
        val old = vault.wrap(secret)
        FakeAndroidKeyStore.unusable = UnrecoverableKeyException("no key blob")
        assertArrayEquals(secret, vault.unwrap(vault.wrap(secret)))
        assertThrows(VaultException.KeyGone::class.java) {
            FakeAndroidKeyStore.loseKeys()
            vault.unwrap(old)
        }
    }

    @Test
    @Config(sdk = [35])
    fun `a failure that the key store calls passing is unavailable, and replaces no key`() {
        val vault = KeystoreVault(app, "store")
        val wrapped = vault.wrap(secret)
        val busy = KeyStoreException(SECURE_HW_BUSY, "busy")
        assertTrue(busy.isTransientFailure)
        FakeAndroidKeyStore.unusable = UnrecoverableKeyException("busy").apply { initCause(busy) }
        assertThrows(VaultException.Unavailable::class.java) { vault.unwrap(wrapped) }
        assertThrows(VaultException.Unavailable::class.java) { vault.wrap(secret) }
        FakeAndroidKeyStore.unusable = null
        assertArrayEquals(secret, vault.unwrap(wrapped))
    }

    @Test
    fun `bytes of another profile's key are rejected`() {
        val one = KeystoreVault(app, "one")
        val two = KeystoreVault(app, "two")
        two.wrap(secret)
        assertThrows(VaultException.Rejected::class.java) { two.unwrap(one.wrap(secret)) }
    }

    @Test
    fun `a key that is forgotten is gone, and one that was never there is no fault`() {
        val vault = KeystoreVault(app, "store")
        val wrapped = vault.wrap(secret)
        repeat(2) { vault.forget() }
        assertEquals(emptySet<String>(), FakeAndroidKeyStore.aliases)
        assertThrows(VaultException.KeyGone::class.java) { vault.unwrap(wrapped) }
    }

    private companion object {
        /** Of the key store's hardware layer: the secure hardware is busy. */
        const val SECURE_HW_BUSY = -48
    }
}
