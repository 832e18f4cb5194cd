package id.hadir.app.people

import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.frame.locks
import id.hadir.app.kit.Column
import id.hadir.app.kit.Page
import id.hadir.app.kit.named
import id.hadir.core.PersonCard
import id.hadir.core.Standing
import id.hadir.sdk.Answer
import id.hadir.sdk.Call
import id.hadir.sdk.Profile

/** The people of this phone: who uses it now, changing over, one more, and the PIN of whoever it is. */
class ProfilesScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private val people = sortedMapOf<Int, PersonCard?>()
    private val asked = mutableListOf<Call>()
    private var hasPin: Boolean? = null

    override val title get() = context.getString(R.string.profiles_title)

    override fun load() {
        for (profile in host.hadir.profiles.used()) {
            if (profile.number !in people) people[profile.number] = null
            asked += host.hadir.engine(profile).call({ it.today().person }) { answer -> met(profile, answer) }
        }
        if (!isShut) work({ it.standing() == Standing.ENROLLED && it.hasPin() }, failed = { hasPin = null }) { hasPin = it }
    }

    private val isShut get() = host.locks.isShut(host.profile)

    /** One whose store can't be opened now stays in the list, without a name. */
    private fun met(
        profile: Profile,
        answer: Answer<PersonCard>,
    ) {
        if (answer is Answer.Good) people[profile.number] = answer.value
        redraw()
    }

    override fun onHidden() = asked.forEach { it.forget() }

    override fun draw(page: Page) {
        page.body.quiet(page.body.word(R.string.profiles_text))
        val used = host.hadir.profiles.used()
        if (used.isNotEmpty()) page.body.list { used.forEach { person(it) } }
        if (host.hadir.profiles.free() == null) page.body.small(page.body.word(R.string.profiles_full))
        // Whoever has not entered the PIN must not change it.
        if (host.profile in used && !isShut) pin(page)
        if (host.hadir.profiles.free() != null) {
            page.foot.button(page.body.word(R.string.profiles_add), filled = false) { add() }
        }
    }

    private fun Column.person(profile: Profile) {
        val person = people[profile.number]
        val name = person?.name ?: word(R.string.profiles_unknown, profile.number)
        val now = profile == host.profile
        val detail = listOfNotNull(person?.unit, word(R.string.profiles_now).takeIf { now }).joinToString(" · ")
        row(null, null, name, detail) { switch(profile) }.named("person:${profile.number}")
    }

    private fun pin(page: Page) =
        page.body.run {
            val has = hasPin ?: return@run
            heading(word(R.string.profiles_pin))
            quiet(word(R.string.profiles_pin_text))
            card {
                lead(word(if (has) R.string.profiles_pin_is_set else R.string.profiles_pin_is_not_set))
                val (word, mode) =
                    if (has) {
                        R.string.profiles_pin_remove to PinScreen.REMOVE
                    } else {
                        R.string.profiles_pin_set to
                            PinScreen.SET
                    }
                link(word(word)) { host.open(Link(Routes.PIN_CHANGE, mapOf(PinScreen.MODE to mode))) }
            }
        }

    private fun switch(to: Profile) {
        if (to != host.profile) {
            host.hadir.profiles.current = to
            host.locks.shut()
        }
        host.home()
    }

    private fun add() {
        host.hadir.profiles.current = host.hadir.profiles.free() ?: return
        host.locks.shut()
        host.home()
    }
}
