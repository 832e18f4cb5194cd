package id.hadir.app.frame

import android.os.Bundle

/** Names a screen and what it shows: all that is needed to make it anew after the process died. */
data class Link(
    val name: String,
    val texts: Map<String, String> = emptyMap(),
) {
    /** A text of the link; empty where there is none. */
    operator fun get(key: String): String = texts[key].orEmpty()

    fun save(): Bundle =
        Bundle().apply {
            putString(NAME, name)
            putBundle(TEXTS, Bundle().also { out -> texts.forEach { (key, text) -> out.putString(key, text) } })
        }

    companion object {
        private const val NAME = "name"
        private const val TEXTS = "texts"

        fun read(from: Bundle): Link {
            val texts = from.getBundle(TEXTS) ?: Bundle.EMPTY
            return Link(from.getString(NAME).orEmpty(), texts.keySet().associateWith { texts.getString(it).orEmpty() })
        }
    }
}
