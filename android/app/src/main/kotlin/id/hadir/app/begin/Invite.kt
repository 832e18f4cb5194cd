package id.hadir.app.begin

import android.os.Bundle
import id.hadir.core.CheckInEngine
import id.hadir.core.InviteLook
import id.hadir.core.WhatToDo

/** What stands in the fields of the enrolment. An invite is no secret of the phone's: it is gone once it was used. */
internal data class Typed(
    val text: String = "",
    val code: String = "",
    val server: String = "",
    val byCode: Boolean = false,
) {
    fun save(out: Bundle) {
        out.putString(TEXT, text)
        out.putString(CODE, code)
        out.putString(SERVER, server)
        out.putBoolean(BY_CODE, byCode)
    }

    companion object {
        private const val TEXT = "text"
        private const val CODE = "code"
        private const val SERVER = "server"
        private const val BY_CODE = "by_code"

        fun read(state: Bundle) =
            Typed(
                state.getString(TEXT).orEmpty(),
                state.getString(CODE).orEmpty(),
                state.getString(SERVER).orEmpty(),
                state.getBoolean(BY_CODE),
            )
    }
}

/** An invite that the server knows: what it enrols with, and whose it is. */
internal class Invite(
    val link: String,
    val server: String,
    val look: InviteLook,
) {
    companion object {
        /** Reads [typed] and asks the server. Blocks for the network. */
        fun find(
            engine: CheckInEngine,
            typed: Typed,
        ): Invite {
            val link = if (typed.byCode) engine.inviteByCode(typed.server, typed.code) else typed.text
            // What is no invite is told without a network.
            val server = engine.readInvite(link).server
            return Invite(link, server, engine.lookAtInvite(link))
        }
    }
}

/** What is wrong with what was entered, and what leads on. */
internal class Problem(
    val text: String,
    val todo: WhatToDo = WhatToDo.CORRECT,
)
