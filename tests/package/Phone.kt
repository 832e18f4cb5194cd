import id.hadir.core.CheckInEngine
import id.hadir.core.HadirException
import id.hadir.core.KeyVault
import id.hadir.core.Language
import id.hadir.core.NoFixReason
import id.hadir.core.OpenConfig
import id.hadir.core.PlaceSeen

/** Keeps the secret as it is: this program has no key store. */
private object Plain : KeyVault {
    override fun wrap(secret: ByteArray) = secret

    override fun unwrap(wrapped: ByteArray) = wrapped
}

/**
 * A telephone without a screen over the packaged jar: one command a line on standard input, its answer's lines on standard output, then an
 * empty one. The first argument is the store's directory, the second the code of an invite.
 */
fun main(arguments: Array<String>) {
    val (directory, invite) = arguments
    val engine = CheckInEngine.open(OpenConfig(directory, "package-test/1", "1", Language.ENGLISH, null), Plain)
    generateSequence(::readLine).forEach { command ->
        val answer =
            try {
                answer(engine, command, invite)
            } catch (error: HadirException) {
                listOf("error ${error.javaClass.simpleName}")
            }
        (answer + "").forEach(::println)
        System.out.flush()
    }
    engine.shutDown()
}

private fun answer(
    engine: CheckInEngine,
    command: String,
    invite: String,
): List<String> =
    when (command) {
        "enrol" -> listOf("enrolled").also { engine.enrol(invite) }
        "today" -> engine.today().let { listOf(it.person.name, it.zone, it.dateText) }
        "tap" -> engine.checkIn(engine.beginTap().id, PlaceSeen.NoFix(NoFixReason.OFF)).let { listOf(it.record, it.deliveryText) }
        "sync" -> engine.sync(20_000u).let { listOf("${it.end}", "received ${it.received}", "pending ${it.pending}") }
        "history" -> engine.history(100u).map { "${it.id} ${it.delivery}" }
        else -> error("there is no command $command")
    }
