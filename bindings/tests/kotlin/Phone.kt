package id.hadir.core.tests

import id.hadir.core.CheckInEngine
import id.hadir.core.FixOrigin
import id.hadir.core.KeyVault
import id.hadir.core.Language
import id.hadir.core.OpenConfig
import id.hadir.core.PlaceSeen
import java.nio.file.Files
import java.nio.file.Path
import kotlin.experimental.xor

/** A key store that wraps with one byte: enough to be told apart from nothing. */
class ByteVault : KeyVault {
    override fun wrap(secret: ByteArray) = secret.map { it xor KEY }.toByteArray()

    override fun unwrap(wrapped: ByteArray) = wrap(wrapped)

    private companion object {
        const val KEY: Byte = 0x5a
    }
}

/** A phone in a directory of its own. */
class Phone(
    private val vault: KeyVault = ByteVault(),
) {
    val directory: Path = Files.createTempDirectory("hadir")

    fun open(): CheckInEngine =
        CheckInEngine.open(
            OpenConfig(directory.resolve("store").toString(), "kotlin/1", "7", Language.INDONESIAN, null),
            vault,
        )
}

/** A place within the default policy's region. */
val inside = PlaceSeen.Fix(-2.55, 120.37, 25.0, 800u, FixOrigin.GNSS, false, null, null)

/** One far outside, from a mock provider. */
val outside = PlaceSeen.Fix(-5.1477, 119.4327, 12.0, 1_000u, FixOrigin.GNSS, true, null, null)

/** The project's root. */
val root: Path = Path.of(System.getProperty("hadir.root"))
