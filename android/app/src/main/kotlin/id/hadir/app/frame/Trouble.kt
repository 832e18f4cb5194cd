package id.hadir.app.frame

import android.content.Intent
import android.net.Uri
import android.provider.Settings
import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.kit.Page
import id.hadir.app.kit.Tone
import id.hadir.core.HadirException
import id.hadir.core.WhatToDo
import id.hadir.sdk.sentence
import id.hadir.sdk.todo

/** What to say of an error, and what leads on. The words are the core's. */
class Trouble private constructor(
    val text: String,
    val todo: WhatToDo,
) {
    companion object {
        /** What to show of [error]; `null` where nothing is to be shown. */
        fun of(error: HadirException): Trouble? =
            if (error is HadirException.Busy || error is HadirException.Cancelled) null else Trouble(error.sentence, error.todo)
    }
}

/** Says what went wrong, and offers what leads on; `again` repeats what was asked. */
fun drawTrouble(
    page: Page,
    host: Host,
    trouble: Trouble,
    title: String? = null,
    again: () -> Unit,
) {
    val tone = if (trouble.todo in CALM) Tone.WAIT else Tone.STOP
    page.body.title(title ?: page.body.word(titleOf(trouble.todo)))
    page.body.banner(tone, trouble.text).live()
    page.foot.run {
        val way = way(host, trouble.todo)
        button(word(R.string.app_try_again), filled = way == null, again)
        way?.let { (word, press) -> button(word(word), filled = true, press) }
    }
}

private fun way(
    host: Host,
    todo: WhatToDo,
): Pair<Int, () -> Unit>? =
    when (todo) {
        WhatToDo.ENROL, WhatToDo.ASK_FOR_INVITE -> R.string.welcome_start to { host.open(Link(Routes.ENROL)) }
        WhatToDo.UPDATE_APP -> R.string.home_update to { host.launch(store(host)) }
        WhatToDo.FREE_SPACE -> R.string.tap_free_space to { host.launch(Intent(Settings.ACTION_INTERNAL_STORAGE_SETTINGS)) }
        WhatToDo.ASK_FOR_HELP -> R.string.help_title to { host.open(Link(Routes.HELP)) }
        WhatToDo.UNLOCK_PHONE, WhatToDo.TRY_LATER, WhatToDo.CORRECT, WhatToDo.REFRESH -> null
    }

/** Says that something is being fetched. */
fun drawLoading(page: Page) {
    page.body.quiet(page.body.word(R.string.app_loading))
}

private val CALM = setOf(WhatToDo.UNLOCK_PHONE, WhatToDo.TRY_LATER, WhatToDo.CORRECT, WhatToDo.REFRESH)

private fun titleOf(todo: WhatToDo): Int =
    when (todo) {
        WhatToDo.UNLOCK_PHONE -> R.string.trouble_locked_title
        WhatToDo.UPDATE_APP -> R.string.trouble_update_title
        WhatToDo.FREE_SPACE -> R.string.trouble_full_title
        WhatToDo.ENROL, WhatToDo.ASK_FOR_INVITE -> R.string.enrol_title
        else -> R.string.trouble_fault_title
    }

/** Where this app is updated. */
fun store(host: Host) = Intent(Intent.ACTION_VIEW, Uri.parse("market://details?id=${host.activity.packageName}"))
