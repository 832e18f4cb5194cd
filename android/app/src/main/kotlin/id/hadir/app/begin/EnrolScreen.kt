package id.hadir.app.begin

import android.content.ClipboardManager
import android.os.Bundle
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Doors
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.core.CheckInEngine
import id.hadir.core.HadirException
import id.hadir.core.NeedKind
import id.hadir.core.Standing
import id.hadir.core.WhatToDo
import id.hadir.sdk.Event
import id.hadir.sdk.sentence
import id.hadir.sdk.todo
import java.util.Locale

/**
 * From an invite to a phone that is somebody's: a link that was opened or pasted, or a code that was typed; then whose it is, and
 * only then the enrolment. A link that another app handed over is asked about before anything is done with it.
 */
class EnrolScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    internal enum class Phase { OPENING, FOREIGN, OCCUPIED, INPUT, CHECKING, LOOK, NOT_ME, ENROLLING, DONE }

    internal var phase = Phase.OPENING
        private set
    internal var typed = Typed(text = link[Routes.FOREIGN_LINK])
    internal var problem: Problem? = null
        private set
    internal var invite: Invite? = null
        private set

    /** Who uses this profile already; `null` for nobody, or somebody who has to enrol again. */
    internal var occupant: String? = null
        private set

    /** The host that a link from outside leads to. */
    internal var leadsTo: String? = null
        private set

    /** Whether nobody can enrol with this invite, or nobody any more. */
    internal val unusable get() = invite?.look?.usable == false || problem?.todo == WhatToDo.ASK_FOR_INVITE
    internal val keysLost get() = link[Routes.KEYS_LOST].isNotEmpty()
    private var accepted = link[ACCEPTED].isNotEmpty()
    private var enrolling = false

    private class Kept(
        val invite: Invite?,
        val phase: Phase,
        val problem: Problem?,
        val locale: Locale,
    )

    /** Where the screen stood before a rotation. */
    private var kept = Phase.LOOK

    /** Of what this screen says; the engine may speak another by the time that it goes. */
    private val locale get() = context.resources.configuration.locales[0]

    /** What is wrong was said in another language, which the person has left meanwhile. */
    private var outdated = false

    override val title: String
        get() =
            context.getString(
                when {
                    phase == Phase.FOREIGN -> R.string.enrol_foreign_link_title

                    phase == Phase.LOOK && unusable -> R.string.enrol_not_usable

                    // An invite whose time is over tells nobody whose it was: then there is nothing to ask.
                    phase in ASKING && invite?.look?.person != null -> R.string.enrol_is_it_you

                    else -> R.string.enrol_title
                },
            )
    override val hasBar get() = phase != Phase.DONE && !(keysLost && phase == Phase.INPUT)
    override val ready get() = phase != Phase.OPENING
    override val takesBack get() = phase in WITHIN

    override fun onBack() {
        when (phase) {
            Phase.DONE -> goOn()

            // The server may have the answer on its way: enrolling again with the same invite tells.
            Phase.CHECKING, Phase.ENROLLING -> host.hadir.engine(host.profile).cancelNetwork()

            else -> input()
        }
    }

    override fun save(out: Bundle) {
        typed.save(out)
        out.putBoolean(ACCEPTED, accepted)
        out.putBoolean(ENROLLING, enrolling)
    }

    override fun restore(state: Bundle) {
        typed = Typed.read(state)
        accepted = state.getBoolean(ACCEPTED)
        enrolling = state.getBoolean(ENROLLING)
    }

    override fun retain(): Any? = Kept(invite, phase, problem, locale).takeIf { phase in STANDING }

    override fun regain(retained: Any) {
        val before = retained as? Kept ?: return
        invite = before.invite
        kept = before.phase
        problem = before.problem
        outdated = before.locale != locale
    }

    override fun load() {
        if (phase != Phase.OPENING) return
        work({ engine -> occupantOf(engine) to server(engine) }) { (name, server) ->
            leadsTo = server
            opened(name)
        }
    }

    /** What happens behind the screens must not take away what is being typed. */
    override fun heard(event: Event) {
        if (trouble != null) load()
    }

    private fun occupantOf(engine: CheckInEngine): String? {
        if (engine.standing() != Standing.ENROLLED) return null
        val today = engine.today()
        return today.person.name.takeIf { today.needs.none { need -> need.kind in ENROL_ANEW } }
    }

    /** The host that a link from outside leads to; `null` where it is no invite. */
    private fun server(engine: CheckInEngine): String? =
        try {
            link[Routes.FOREIGN_LINK].ifEmpty { null }?.let { engine.readInvite(it).server }
        } catch (_: HadirException.BadInput) {
            null
        } catch (_: HadirException.UpdateNeeded) {
            null
        }

    private fun opened(name: String?) {
        occupant = name
        phase =
            when {
                // The process died after the server had answered, before this screen could say so.
                name != null && enrolling -> Phase.DONE

                link[Routes.FOREIGN_LINK].isNotEmpty() && !accepted -> Phase.FOREIGN

                name != null -> Phase.OCCUPIED

                invite != null -> kept

                else -> Phase.INPUT
            }
        if (phase == Phase.INPUT && link[ACCEPTED].isNotEmpty()) check()
        if (phase == Phase.LOOK) lookAgain()
        if (phase == Phase.INPUT && outdated) sayAgain()
    }

    /** What is wrong with a link is said anew; where only the server knows, nothing is said until it is asked again. */
    private fun sayAgain() {
        outdated = false
        val text = typed.text.takeIf { problem != null && !typed.byCode }
        problem = null
        if (!text.isNullOrBlank()) work({ it.readInvite(text) }, { problem = Problem(it.sentence, it.todo) }) {}
    }

    /** What the core said of the invite was in the language of before; it is asked anew, and stands until the answer comes. */
    private fun lookAgain() {
        val before = invite ?: return
        val refused = { error: HadirException ->
            if (error is HadirException.InviteRefused) problem = Problem(error.sentence, error.todo)
        }
        online({ it.lookAtInvite(before.link) }, refused) { look ->
            if (invite !== before) return@online
            invite = Invite(before.link, before.server, look)
            // What was refused stays refused; why is said by the newer answer.
            if (problem?.todo == WhatToDo.ASK_FOR_INVITE) problem = Problem(look.text, WhatToDo.ASK_FOR_INVITE)
        }
    }

    internal fun accept() {
        accepted = true
        phase = if (occupant != null) Phase.OCCUPIED else Phase.INPUT
        if (phase == Phase.INPUT) check() else redraw()
    }

    /** Somebody else on this phone: the same invite, in a place of their own. */
    internal fun addPerson() {
        host.hadir.profiles.current = host.hadir.profiles.free() ?: return
        host.home()
        host.open(link.copy(texts = link.texts + (ACCEPTED to "true")))
    }

    internal fun paste() {
        val clip = context.getSystemService(ClipboardManager::class.java).primaryClip
        val text = clip?.takeIf { it.itemCount > 0 }?.getItemAt(0)?.coerceToText(context)
        problem = if (text.isNullOrBlank()) Problem(context.getString(R.string.enrol_nothing_to_paste)) else null
        if (!text.isNullOrBlank()) typed = typed.copy(text = text.toString().take(Doors.LONGEST))
        redraw()
    }

    internal fun byCode(code: Boolean) {
        typed = typed.copy(byCode = code)
        problem = null
        redraw()
    }

    /** Reads what was pasted or typed, and asks the server whose it is. */
    internal fun check() {
        if (phase == Phase.CHECKING) return
        phase = Phase.CHECKING
        problem = null
        val by = typed
        online({ Invite.find(it, by) }, ::refused) {
            invite = it
            phase = Phase.LOOK
        }
        redraw()
    }

    internal fun enrol() {
        val link = invite?.link ?: return
        // Pressed twice, it is done once.
        if (phase == Phase.ENROLLING) return
        phase = Phase.ENROLLING
        enrolling = true
        problem = null
        val (hadir, profile) = host.hadir to host.profile
        // Told in the call itself: the phone may be turned meanwhile, and this screen gone.
        online({ engine -> engine.enrol(link).also { hadir.enrolled(profile) } }, ::refused) { phase = Phase.DONE }
        redraw()
    }

    internal fun notMe() {
        phase = Phase.NOT_ME
        redraw()
    }

    /** Back to the input, for another invite. */
    internal fun input() {
        phase = Phase.INPUT
        invite = null
        problem = null
        redraw()
    }

    internal fun goOn() = host.replace(Link(Routes.PERMIT))

    /** What the person can put right or wait for is said beside what they pressed; nothing that they typed is lost. */
    private fun refused(error: HadirException) {
        phase = if (phase == Phase.ENROLLING) Phase.LOOK else Phase.INPUT
        enrolling = false
        when (error) {
            is HadirException.BadInput, is HadirException.InviteRefused, is HadirException.Network, is HadirException.WrongServer,
            is HadirException.AlreadyEnrolled,
            -> problem = Problem(error.sentence, error.todo)

            else -> fail(error)
        }
    }

    override fun draw(page: Page) = EnrolView(page, this, host).draw()

    private companion object {
        const val ACCEPTED = "accepted"
        const val ENROLLING = "enrolling"

        /** A revoked phone is not among them: its key is revoked for good, and a new one needs a place of its own. */
        val ENROL_ANEW = setOf(NeedKind.ENROL_AGAIN)

        /** Where the person is shown whose the invite is. */
        val ASKING = setOf(Phase.LOOK, Phase.ENROLLING)

        /** Where nothing is on its way that a rotation would lose. */
        val STANDING = setOf(Phase.INPUT, Phase.LOOK, Phase.NOT_ME)

        /** Where back leads to another part of this screen. */
        val WITHIN = setOf(Phase.CHECKING, Phase.LOOK, Phase.NOT_ME, Phase.ENROLLING, Phase.DONE)
    }
}
