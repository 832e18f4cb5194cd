package id.hadir.sdk

import android.content.Context
import android.content.pm.PackageManager
import android.os.Build
import android.os.UserManager
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import id.hadir.core.KeyVault
import id.hadir.core.VaultException
import java.security.GeneralSecurityException
import java.security.InvalidKeyException
import java.security.KeyStore
import java.security.ProviderException
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * Wraps the core's secret with an AES key that never leaves the phone's key store, in StrongBox where the phone has one.
 *
 * The core calls it in open and enrol alone, from any thread. What the platform throws becomes one of four cases, since
 * only four call for different acts. The key needs no unlocked screen, so that a sync in the background can open the store.
 */
class KeystoreVault(
    private val context: Context,
    private val alias: String = "hadir.store",
) : KeyVault {
    /** The nonce (12 bytes), then the ciphertext with its tag. */
    override fun wrap(secret: ByteArray): ByteArray =
        answered {
            val cipher = Cipher.getInstance(TRANSFORMATION)
            cipher.init(Cipher.ENCRYPT_MODE, key() ?: makeKey())
            cipher.iv + cipher.doFinal(secret)
        }

    override fun unwrap(wrapped: ByteArray): ByteArray =
        answered {
            if (wrapped.size < NONCE_BYTES + TAG_BYTES) throw VaultException.Rejected()
            val key = key() ?: throw VaultException.KeyGone()
            val cipher = Cipher.getInstance(TRANSFORMATION)
            cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BYTES * Byte.SIZE_BITS, wrapped, 0, NONCE_BYTES))
            cipher.doFinal(wrapped, NONCE_BYTES, wrapped.size - NONCE_BYTES)
        }

    private fun key(): SecretKey? = KeyStore.getInstance(PROVIDER).apply { load(null) }.getKey(alias, null) as SecretKey?

    private fun makeKey(): SecretKey {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && context.packageManager.hasSystemFeature(STRONGBOX)) {
            try {
                return generate(specification().setIsStrongBoxBacked(true).build())
            } catch (_: StrongBoxUnavailableException) {
                // Full, or without AES of this size: the phone's ordinary key store does as well.
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
            is KeyPermanentlyInvalidatedException -> VaultException.KeyGone()
            is AEADBadTagException, is InvalidKeyException -> VaultException.Rejected()
            else -> VaultException.Unavailable()
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
