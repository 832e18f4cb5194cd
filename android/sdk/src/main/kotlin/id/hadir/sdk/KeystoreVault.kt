package id.hadir.sdk

import android.content.Context
import android.content.pm.PackageManager
import android.os.Build
import android.os.UserManager
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import id.hadir.core.KeyVault
import id.hadir.core.VaultException
import java.security.GeneralSecurityException
import java.security.InvalidKeyException
import java.security.KeyStore
import java.security.ProviderException
import java.security.UnrecoverableKeyException
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * Wraps the core's secret with an AES key that never leaves the phone's key store, in StrongBox where the phone has one.
 *
 * The core calls it in open and enrol alone, from a thread of its own. What the platform throws becomes one of four cases, since
 * only four call for different acts. The key needs no unlocked screen, so that a sync in the background can open the store.
 */
class KeystoreVault(
    private val context: Context,
    private val alias: String,
) : KeyVault {
    /** The nonce (12 bytes), then the ciphertext with its tag. A key that is lost is replaced: nothing that it wrapped can be read again. */
    override fun wrap(secret: ByteArray): ByteArray =
        answered {
            try {
                sealed(key() ?: makeKey(), secret)
            } catch (failure: GeneralSecurityException) {
                if (verdict(failure) !is VaultException.KeyGone) throw failure
                forget()
                sealed(makeKey(), secret)
            }
        }

    override fun unwrap(wrapped: ByteArray): ByteArray =
        answered {
            if (wrapped.size < NONCE_BYTES + TAG_BYTES) throw VaultException.Rejected()
            val key = key() ?: throw VaultException.KeyGone()
            val cipher = Cipher.getInstance(TRANSFORMATION)
            cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BYTES * Byte.SIZE_BITS, wrapped, 0, NONCE_BYTES))
            cipher.doFinal(wrapped, NONCE_BYTES, wrapped.size - NONCE_BYTES)
        }

    /** Removes the key: after a wipe, nothing of it is left. A key store that fails keeps it, and it wraps nothing any more. */
    internal fun forget() {
        try {
            keys().deleteEntry(alias)
        } catch (_: GeneralSecurityException) {
            return
        } catch (_: ProviderException) {
            return
        }
    }

    private fun sealed(
        key: SecretKey,
        secret: ByteArray,
    ): ByteArray {
        val cipher = Cipher.getInstance(TRANSFORMATION)
        cipher.init(Cipher.ENCRYPT_MODE, key)
        return cipher.iv + cipher.doFinal(secret)
    }

    private fun keys() = KeyStore.getInstance(PROVIDER).apply { load(null) }

    private fun key(): SecretKey? = keys().getKey(alias, null) as SecretKey?

    private fun makeKey(): SecretKey {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && context.packageManager.hasSystemFeature(STRONGBOX)) {
            try {
                return generate(specification().setIsStrongBoxBacked(true).build())
            } catch (_: ProviderException) {
                // Full, without AES of this size, or out of order: the phone's ordinary key store does as well.
            }
        }
        return generate(specification().build())
    }

    private fun generate(specification: KeyGenParameterSpec): SecretKey =
        KeyGenerator
            .getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER)
            .apply { init(specification) }
            .generateKey()

    private fun specification() =
        KeyGenParameterSpec
            .Builder(alias, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .setKeySize(KEY_BITS)

    private fun answered(block: () -> ByteArray): ByteArray {
        if (!context.getSystemService(UserManager::class.java).isUserUnlocked) throw VaultException.Locked()
        return try {
            block()
        } catch (failure: GeneralSecurityException) {
            throw verdict(failure).initCause(failure)
        } catch (failure: ProviderException) {
            // The key store's daemon died, or its hardware does not answer.
            throw VaultException.Unavailable().initCause(failure)
        }
    }

    private fun verdict(failure: GeneralSecurityException): VaultException =
        when (failure) {
            is AEADBadTagException -> {
                VaultException.Rejected()
            }

            is KeyPermanentlyInvalidatedException -> {
                VaultException.KeyGone()
            }

            // A key that stands there and can't be used: for good, or since the daemon is just being started again.
            is UnrecoverableKeyException, is InvalidKeyException -> {
                if (passes(failure)) VaultException.Unavailable() else VaultException.KeyGone()
            }

            else -> {
                VaultException.Unavailable()
            }
        }

    /**
     * Whether the key store calls a failure passing. Before Android 13 it does not say: then a key that can't be used is taken as gone,
     * which deletes nothing. If the store opens later, all is as before; a phone that waits for a broken key would never open again.
     */
    private fun passes(failure: GeneralSecurityException): Boolean {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) return false
        return generateSequence<Throwable>(failure) { it.cause }
            .filterIsInstance<android.security.KeyStoreException>()
            .any { it.isTransientFailure }
    }

    private companion object {
        const val PROVIDER = "AndroidKeyStore"
        const val TRANSFORMATION = "AES/GCM/NoPadding"
        const val KEY_BITS = 256
        const val NONCE_BYTES = 12
        const val TAG_BYTES = 16

        const val STRONGBOX = PackageManager.FEATURE_STRONGBOX_KEYSTORE
    }
}
