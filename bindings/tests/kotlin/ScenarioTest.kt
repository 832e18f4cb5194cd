package id.hadir.core.tests

import id.hadir.core.Appealed
import id.hadir.core.CheckInEngine
import id.hadir.core.FormAnswer
import id.hadir.core.GroundsForAppeal
import id.hadir.core.NoFixReason
import id.hadir.core.PlaceSeen
import id.hadir.core.TapRecorded
import id.hadir.office.TestOffice
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.nio.file.Files

/** Plays tests/scenarios, as Rust and Swift do. */
class ScenarioTest {
    private val office = TestOffice("default", "2026-11-24T07:30:00")
    private val phone = Phone()
    private var engine: CheckInEngine = phone.open()
    private var attempt: Pair<String, PlaceSeen> = "" to inside
    private val said = mutableListOf<String>()

    @Test
    fun `the scenario of all three languages says what is expected`() {
        try {
            for (line in Files.readAllLines(root.resolve("tests/scenarios/day.txt"))) {
                if (line.isEmpty() || line.startsWith("#")) continue
                said += "> $line"
                play(line.substringBefore(' '), line.substringAfter(' ', ""))
            }
        } finally {
            engine.shutDown()
            office.shutDown()
        }
        val expected = Files.readAllLines(root.resolve("tests/scenarios/day.expected"))
        for ((number, pair) in said.zip(expected).withIndex()) {
            assertEquals(pair.second, pair.first, "line ${number + 1} of day.expected")
        }
        assertEquals(expected.size, said.size)
    }

    private fun say(vararg parts: String) {
        said += parts.joinToString(" | ")
    }

    private fun play(
        act: String,
        rest: String,
    ) {
        when (act) {
            "at" -> office.until(rest)
            "advance" -> office.advance(rest.toULong())
            "online", "offline" -> office.online(act == "online")
            "recall" -> rest.split(' ', limit = 3).let { (number, date, note) -> office.recall(number, date, note) }
            "decide" -> office.decide(false, rest.removePrefix("no "))
            "refuse" -> office.refuse(rest == "on")
            "enrol" -> enrol(rest)
            "tap" -> tap(rest)
            "again" -> tapped(engine.checkIn(attempt.first, attempt.second))
            "reopen" -> reopen()
            "draft" -> engine.saveFormDraft(formDate(), answers(rest))
            "submit" -> submit(rest)
            "wipe" -> wipe()
            else -> read(act, rest)
        }
    }

    private fun read(
        act: String,
        rest: String,
    ) {
        when (act) {
            "sync" ->
                engine.sync(20_000u).let {
                    say(it.text, "${it.received} received, ${it.parked} parked, ${it.pending} pending")
                }
            "today" -> today()
            "history" ->
                engine.history(100u).forEach { say(it.dayText, it.timeText, it.title, it.gradeText, it.deliveryText) }
            "parked" -> engine.parked().forEach { say(it.title, it.reason, it.codeText) }
            "release" -> engine.parked().forEach { engine.release(it.epoch, it.seq) }
            "why" -> why(rest)
            "appeal" -> appeal(rest)
            "requests" ->
                engine.requests().forEach {
                    say(it.title, it.standing, it.deliveryText, it.decisions.joinToString("; "))
                }
            "confirm" ->
                engine.today().needs.forEach { need ->
                    need.confirm?.let {
                        engine.acknowledge(it)
                        say(need.text)
                    }
                }
            "month" -> engine.month(null).let { say(it.title, it.totals.joinToString("; ")) }
            else -> error("there is no act $act")
        }
    }

    private fun enrol(number: String) {
        val link = engine.inviteByCode(office.address(), office.code(number))
        val look = engine.lookAtInvite(link)
        say(look.agency, look.person!!, look.unit!!, look.text)
        engine.enrol(link)
    }

    private fun tap(where: String) {
        val place =
            when (where) {
                "inside" -> inside
                "outside" -> outside
                else -> PlaceSeen.NoFix(NoFixReason.OFF)
            }
        attempt = engine.beginTap().id to place
        tapped(engine.checkIn(attempt.first, place))
    }

    private fun tapped(tap: TapRecorded) {
        say(tap.title, tap.timeText, tap.zone, tap.countsTitle, tap.countsDetail)
        say(tap.placeTitle, tap.placeDetail, tap.deliveryText, tap.safeText)
        tap.flags.forEach { say(it) }
    }

    private fun reopen() {
        assertTrue(engine.shutDown())
        engine = phone.open()
    }

    private fun submit(rest: String) {
        val date = formDate()
        val kept = engine.form(date)
        say(kept.title, kept.basis, "${kept.answers.size} kept")
        val result = engine.submitForm(date, answers(rest))
        say(result.title, result.riskText, result.meaning)
    }

    private fun why(window: String) {
        val why = engine.why(engine.today().date, window)!!
        say(why.title, why.state)
        why.reasons.forEach { say(it) }
    }

    private fun appeal(rest: String) {
        val (window, text) = rest.split(' ', limit = 2)
        val date = engine.today().date
        val made = engine.appeal(Appealed(date, window, null, GroundsForAppeal.NETWORK, text, emptyList()))
        say(made.title, made.standing, made.deliveryText)
    }

    private fun wipe() {
        engine.wipe()
        // As Rust names it.
        val standing = engine.standing().name.split('_').joinToString("") { it.lowercase().replaceFirstChar(Char::uppercase) }
        say(standing)
    }

    private fun formDate() = engine.today().forms.first { it.canFill }.date

    private fun answers(words: String) =
        words.split(' ').map { it.split('=') }.map { (question, answer) -> FormAnswer(question, answer == "ya") }

    private fun today() {
        val today = engine.today()
        say(today.dateText, today.nowText, today.clockText, today.person.name, today.person.unit)
        say(today.dayTitle, today.dayDetail, today.deliveryText)
        say(today.tap.title, today.tap.detail, today.tap.button)
        today.windows.forEach { say(it.label, it.title, it.detail, it.flags.joinToString("; ")) }
        today.others.forEach { say(it.title, it.detail) }
        today.forms.forEach { say(it.title, it.detail) }
        today.needs.forEach { say(it.text) }
    }
}
