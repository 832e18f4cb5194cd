package id.hadir.app.begin

import android.text.InputType
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.begin.EnrolScreen.Phase
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.kit.Page
import id.hadir.app.kit.Shape
import id.hadir.app.kit.StateMark
import id.hadir.app.kit.Tone

/** What the enrolment shows in each of its phases. */
internal class EnrolView(
    private val page: Page,
    private val screen: EnrolScreen,
    private val host: Host,
) {
    private val body = page.body
    private val foot = page.foot

    fun draw() {
        when (screen.phase) {
            Phase.OPENING -> Unit
            Phase.FOREIGN -> foreign()
            Phase.OCCUPIED -> occupied()
            Phase.INPUT -> input()
            Phase.CHECKING -> body.quiet(word(R.string.enrol_checking))
            Phase.LOOK -> look()
            Phase.NOT_ME -> notMe()
            Phase.ENROLLING -> body.quiet(word(R.string.enrol_working))
            Phase.DONE -> done()
        }
    }

    private fun foreign() {
        body.banner(Tone.LOOK, word(R.string.enrol_foreign_link_text))
        // The host that the invite leads to, which need not be the one that the link names.
        screen.leadsTo?.let { body.list { pair(word(R.string.enrol_server_name), it) } }
        foot.button(word(R.string.app_next), filled = false) { screen.accept() }
        foot.button(word(R.string.app_cancel)) { host.back() }
    }

    private fun occupied() {
        val name = screen.occupant.orEmpty()
        if (host.hadir.profiles.free() == null) {
            body.banner(Tone.WAIT, word(R.string.enrol_occupied_full, name))
            foot.button(word(R.string.profiles_switch), filled = false) { host.open(Link(Routes.PROFILES)) }
        } else {
            body.banner(Tone.INFO, word(R.string.enrol_occupied, name))
            foot.button(word(R.string.profiles_add), filled = false) { screen.addPerson() }
        }
        foot.button(word(R.string.app_back)) { host.home() }
    }

    private fun input() {
        if (screen.keysLost) {
            body.title(word(R.string.enrol_keys_lost_title))
            body.banner(Tone.WAIT, word(R.string.enrol_keys_lost_text))
        }
        body.quiet(word(R.string.enrol_text))
        val typed = screen.typed
        body.choices {
            beside()
            choice(body.word(R.string.enrol_link_tab), !typed.byCode, "link") { screen.byCode(false) }
            choice(body.word(R.string.enrol_code_tab), typed.byCode, "code") { screen.byCode(true) }
        }
        if (typed.byCode) code() else link()
        foot.button(word(R.string.enrol_check)) { screen.check() }
    }

    private fun link() {
        val field = body.field(word(R.string.enrol_link), screen.typed.text) { screen.typed = screen.typed.copy(text = it) }
        field.input.inputType =
            InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_MULTI_LINE or InputType.TYPE_TEXT_VARIATION_URI
        field.input.maxLines = LINES
        screen.problem?.let { field.note(it.text, Tone.STOP) }
        body.button(word(R.string.enrol_paste), filled = false) { screen.paste() }
    }

    private fun code() {
        val code = body.field(word(R.string.enrol_code), screen.typed.code) { screen.typed = screen.typed.copy(code = it) }
        code.line(
            InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_CAP_CHARACTERS or InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS,
        )
        code.hint(word(R.string.enrol_code_hint))
        val server =
            body.field(
                word(R.string.enrol_server),
                screen.typed.server,
            ) { screen.typed = screen.typed.copy(server = it) }
        server.line(InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_URI)
        server.note(word(R.string.enrol_server_hint))
        screen.problem?.let { body.banner(Tone.STOP, it.text).live() }
    }

    private fun look() {
        val invite = screen.invite ?: return
        val look = invite.look
        look.person?.let { person ->
            body.card {
                title(person)
                look.unit?.let { quiet(it) }
            }
        }
        body.list {
            pair(word(R.string.enrol_agency), look.agency)
            pair(word(R.string.enrol_server_name), invite.server)
        }
        val problem = screen.problem
        // What the server said a moment ago is no longer so, once it has refused.
        if (problem == null) body.banner(if (look.usable) Tone.INFO else Tone.STOP, look.text)
        problem?.let { body.banner(Tone.STOP, it.text).live() }
        if (screen.unusable) {
            foot.button(word(R.string.enrol_another)) { screen.input() }
            return
        }
        foot.button(word(R.string.enrol_not_me), filled = false) { screen.notMe() }
        foot.button(word(R.string.enrol_yes_me)) { screen.enrol() }
    }

    private fun notMe() {
        body.banner(Tone.LOOK, word(R.string.enrol_not_me_text)).live()
        foot.button(word(R.string.enrol_another)) { screen.input() }
    }

    private fun done() {
        val name = screen.invite?.look?.person ?: screen.occupant.orEmpty()
        val mark = StateMark(page.context, Shape.TICK_DISC, Tone.GOOD, "", StateMark.LARGE)
        body.title(word(R.string.enrol_welcome))
        body.card {
            middle(mark)
            body(word(R.string.enrol_welcome_text, name)).centred()
        }
        foot.button(word(R.string.app_next)) { screen.goOn() }
    }

    private fun word(
        id: Int,
        vararg holes: Any,
    ) = body.word(id, *holes)

    private companion object {
        /** How high the field of a link grows, lines. */
        const val LINES = 5
    }
}
