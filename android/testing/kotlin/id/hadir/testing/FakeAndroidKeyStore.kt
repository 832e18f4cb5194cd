package id.hadir.testing

import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.StrongBoxUnavailableException
import java.io.InputStream
import java.io.OutputStream
import java.security.Key
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.ProviderException
import java.security.SecureRandom
import java.security.Security
import java.security.UnrecoverableKeyException
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.concurrent.ConcurrentHashMap
import javax.crypto.KeyGenerator
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey

/**
 * AES keys in memory under the name of the phone's key store, which Robolectric does not have.
 *
 * All that is faked of the platform. [install] before a test; then let it fail in the ways that phones do.
 */
class FakeAndroidKeyStore private constructor() : Provider("AndroidKeyStore", "1", "in memory, for tests") {
    init {
        put("KeyStore.AndroidKeyStore", Store::class.java.name)
        put("KeyGenerator.AES", Aes::class.java.name)
    }

    /** Makes keys by their alias; public because the security framework constructs it by name. */
    class Aes : KeyGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec

        override fun engineInit(random: SecureRandom?) = Unit

        override fun engineInit(
            params: AlgorithmParameterSpec,
            random: SecureRandom?,
        ) {
            spec = params as KeyGenParameterSpec
        }

        override fun engineInit(
            keysize: Int,
            random: SecureRandom?,
        ) = Unit

        override fun engineGenerateKey(): SecretKey {
            val strong = Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && spec.isStrongBoxBacked
            if (strong && !hasStrongBox) throw StrongBoxUnavailableException()
            if (strong && strongBoxFails) throw ProviderException("the secure element does not answer")
            if (strong) inStrongBox += spec.keystoreAlias
            return KeyGenerator
                .getInstance("AES")
                .apply { init(spec.keySize) }
                .generateKey()
                .also { keys[spec.keystoreAlias] = it }
        }
    }

    /** The keys themselves; public for the same reason. */
    class Store : KeyStoreSpi() {
        override fun engineGetKey(
            alias: String,
            password: CharArray?,
        ): Key? {
            if (broken) throw ProviderException("the key store does not answer")
            unusable?.let { throw it }
            return keys[alias]
        }

        override fun engineGetCertificateChain(alias: String): Array<Certificate>? = null

        override fun engineGetCertificate(alias: String): Certificate? = null

        override fun engineGetCreationDate(alias: String): Date? = null

        override fun engineSetKeyEntry(
            alias: String,
            key: Key,
            password: CharArray?,
            chain: Array<out Certificate>?,
        ) {
            keys[alias] = key as SecretKey
        }

        override fun engineSetKeyEntry(
            alias: String,
            key: ByteArray,
            chain: Array<out Certificate>?,
        ) = throw UnsupportedOperationException()

        override fun engineSetCertificateEntry(
            alias: String,
            cert: Certificate,
        ) = throw UnsupportedOperationException()

        override fun engineDeleteEntry(alias: String) {
            keys.remove(alias)
            unusable = null
        }

        override fun engineAliases() = Collections.enumeration(keys.keys)

        override fun engineContainsAlias(alias: String) = keys.containsKey(alias)

        override fun engineSize() = keys.size

        override fun engineIsKeyEntry(alias: String) = keys.containsKey(alias)

        override fun engineIsCertificateEntry(alias: String) = false

        override fun engineGetCertificateAlias(cert: Certificate): String? = null

        override fun engineStore(
            stream: OutputStream?,
            password: CharArray?,
        ) = Unit

        override fun engineLoad(
            stream: InputStream?,
            password: CharArray?,
        ) = Unit
    }

    companion object {
        private val keys = ConcurrentHashMap<String, SecretKey>()

        /** Aliases of the keys that were made in StrongBox. */
        val inStrongBox: MutableSet<String> = ConcurrentHashMap.newKeySet()

        /** Whether StrongBox takes a key. */
        @Volatile var hasStrongBox = true

        /** The daemon has died: every call throws. */
        @Volatile var broken = false

        /** A key stands there, and can't be used: what every look at it throws, until it is deleted. */
        @Volatile var unusable: UnrecoverableKeyException? = null

        /** StrongBox is there, and fails when a key is made. */
        @Volatile var strongBoxFails = false

        /** Puts an empty, healthy key store in place of whatever was there. */
        fun install() {
            keys.clear()
            inStrongBox.clear()
            hasStrongBox = true
            broken = false
            unusable = null
            strongBoxFails = false
            Security.removeProvider("AndroidKeyStore")
            Security.addProvider(FakeAndroidKeyStore())
        }

        /** Which keys there are. */
        val aliases: Set<String> get() = keys.keys.toSet()

        /** Loses every key, as a restored phone or a keystore fault does. */
        fun loseKeys() = keys.clear()
    }
}
