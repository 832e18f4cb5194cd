package id.hadir.sdk

import id.hadir.core.HadirException
import id.hadir.core.WhatToDo

/** What a call of the engine came to. Anything else that is thrown in one is a fault of the caller's, and is not caught. */
sealed interface Answer<out T> {
    /** It did what it should. */
    data class Good<out T>(
        val value: T,
    ) : Answer<T>

    /** It did not, and nothing that was recorded before is touched. */
    data class Bad(
        val error: HadirException,
    ) : Answer<Nothing>
}

/** The value, or `null` where the call failed. */
fun <T> Answer<T>.orNull(): T? = (this as? Answer.Good)?.value

/** The same answer with another value. */
inline fun <T, R> Answer<T>.map(of: (T) -> R): Answer<R> =
    when (this) {
        is Answer.Good -> Answer.Good(of(value))
        is Answer.Bad -> this
    }

/** The core's sentence for the person, in the engine's language. */
val HadirException.sentence: String
    get() =
        when (this) {
            is HadirException.NotEnrolled -> text
            is HadirException.AlreadyEnrolled -> text
            is HadirException.KeysUnavailable -> text
            is HadirException.StoreFull -> text
            is HadirException.Store -> text
            is HadirException.BadInput -> text
            is HadirException.InviteRefused -> text
            is HadirException.Network -> text
            is HadirException.WrongServer -> text
            is HadirException.Busy -> text
            is HadirException.NotNow -> text
            is HadirException.NotFound -> text
            is HadirException.UpdateNeeded -> text
            is HadirException.Cancelled -> text
            is HadirException.Closed -> text
            is HadirException.Internal -> text
        }

/** What leads on, as the core says it in the error's own documentation. */
val HadirException.todo: WhatToDo
    get() =
        when (this) {
            is HadirException.KeysUnavailable -> todo
            is HadirException.Store -> todo
            is HadirException.InviteRefused -> todo
            is HadirException.NotEnrolled -> WhatToDo.ENROL
            is HadirException.StoreFull -> WhatToDo.FREE_SPACE
            is HadirException.BadInput -> WhatToDo.CORRECT
            is HadirException.UpdateNeeded -> WhatToDo.UPDATE_APP
            is HadirException.AlreadyEnrolled, is HadirException.NotNow, is HadirException.NotFound -> WhatToDo.REFRESH
            is HadirException.Network, is HadirException.Busy -> WhatToDo.TRY_LATER
            is HadirException.Cancelled, is HadirException.Closed -> WhatToDo.TRY_LATER
            is HadirException.WrongServer, is HadirException.Internal -> WhatToDo.ASK_FOR_HELP
        }
