package id.hadir.app.care

import android.app.Activity
import android.app.LocaleManager
import android.os.Build
import android.os.LocaleList
import id.hadir.core.Language
import id.hadir.sdk.Hadir

/** The language of the app: the system's own setting for it where there is one, else ours. */
internal class Tongue(
    private val activity: Activity,
) {
    /** Speaks [language] from now on; the activity is made anew. Nothing happens if it is spoken already. */
    fun speak(
        hadir: Hadir,
        language: Language,
    ) {
        if (hadir.language == language) return
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            // What is chosen here stands in the phone's settings too, and what is chosen there holds here.
            hadir.languageChanged(null)
            val tag = if (language == Language.ENGLISH) "en" else "id"
            activity.getSystemService(LocaleManager::class.java).applicationLocales = LocaleList.forLanguageTags(tag)
        } else {
            hadir.languageChanged(language)
            activity.recreate()
        }
    }
}
