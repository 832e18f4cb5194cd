package id.hadir.app.frame

import android.content.ComponentName
import android.content.Context
import android.content.Intent
import id.hadir.app.HadirApp
import id.hadir.app.Routes
import id.hadir.sdk.Profile

/**
 * The ways into the app from outside a screen.
 *
 * Our own notifications come through an alias that no other app can start, so that no other app can press the button. A link
 * from the web comes through the front door, and leads to the question whether it is wanted, never further.
 */
object Doors {
    /** In a link to a form: the office day that it is for. */
    const val DATE = "date"

    private val inside = HadirApp::class.java.name.substringBeforeLast('.') + ".Inside"

    /** More than a link may have that the core reads as an invite, in characters. */
    const val LONGEST = 10_000

    private const val SCREEN = "screen"
    private const val PROFILE = "profile"

    /** Where an intent leads, and whose screens it means; `null` for whoever uses the phone now. */
    class Entry(
        val link: Link,
        val profile: Int?,
    )

    /** An intent that opens [link] for [profile], for our own notifications. */
    fun inside(
        context: Context,
        profile: Profile,
        link: Link,
    ): Intent =
        Intent(Intent.ACTION_VIEW)
            .setComponent(ComponentName(context, inside))
            .putExtra(PROFILE, profile.number)
            .putExtra(SCREEN, link.name)
            .putExtra(DATE, link[DATE])
            .addFlags(Intent.FLAG_ACTIVITY_NEW_TASK)

    /** Where [intent] leads; `null` for the screen that is seen, or the first. */
    fun read(intent: Intent): Entry? {
        if (intent.component?.className == inside) {
            val name = intent.getStringExtra(SCREEN) ?: return null
            val date = intent.getStringExtra(DATE).orEmpty()
            return Entry(if (date.isEmpty()) Link(name) else Link(name, mapOf(DATE to date)), intent.getIntExtra(PROFILE, 1))
        }
        val from = intent.data?.takeIf { intent.action == Intent.ACTION_VIEW } ?: return null
        // Longer than any invite: the rest would only burden what is saved of the screens, which the system bounds.
        return Entry(Link(Routes.ENROL, mapOf(Routes.FOREIGN_LINK to from.toString().take(LONGEST))), null)
    }
}
