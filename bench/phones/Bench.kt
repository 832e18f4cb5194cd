import id.hadir.core.CheckInEngine
import id.hadir.core.FixOrigin
import id.hadir.core.KeyVault
import id.hadir.core.Language
import id.hadir.core.OpenConfig
import id.hadir.core.PlaceSeen
import id.hadir.core.coreVersion
import id.hadir.office.TestOffice
import java.nio.file.Files
import java.nio.file.Path
import java.util.Locale

/** The border's numbers from Kotlin, through JNA. One JSON object, microseconds; see tests/office/src/bin/border-bench.rs. */
fun main() {
    val began = System.nanoTime()
    coreVersion()
    val first = (System.nanoTime() - began) / 1e3
    val office = TestOffice("default", "2026-11-24T08:00:00")
    val directory = Files.createTempDirectory(Path.of(System.getenv("HADIR_BENCH_DIR") ?: "."), "bench")
    val plain =
        object : KeyVault {
            override fun wrap(secret: ByteArray) = secret

            override fun unwrap(wrapped: ByteArray) = wrapped
        }
    val engine =
        CheckInEngine.open(OpenConfig(directory.resolve("store").toString(), "bench/1", "7", Language.INDONESIAN, null), plain)
    engine.enrol(office.invite("A-1"))
    val place = PlaceSeen.Fix(-2.55, 120.37, 25.0, 800u, FixOrigin.GNSS, false, null, null)
    val today = measured(500, 2_000, {}) { engine.today() }
    val tap = measured(1_000, 1_000, { office.advance(4_000u) }) { engine.checkIn(engine.beginTap().id, place) }
    engine.shutDown()
    office.shutDown()
    directory.toFile().deleteRecursively()
    println("{\"first\":${"%.1f".format(Locale.ROOT, first)},\"today\":$today,\"tap\":$tap}")
}

private fun measured(
    warm: Int,
    count: Int,
    between: () -> Unit,
    call: () -> Unit,
): String {
    val taken =
        (0 until warm + count)
            .map {
                between()
                val began = System.nanoTime()
                call()
                (System.nanoTime() - began) / 1e3
            }.drop(warm)
            .sorted()

    fun at(part: Int) = "%.1f".format(Locale.ROOT, taken[(taken.size * part / 100).coerceAtMost(taken.size - 1)])
    return "{\"p50\":${at(50)},\"p99\":${at(99)}}"
}
