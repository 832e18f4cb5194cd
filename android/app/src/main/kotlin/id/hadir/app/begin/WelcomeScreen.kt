package id.hadir.app.begin

import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page

/** What this app is, what it records, who sees that and until when: before anything is asked. */
class WelcomeScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    override val title get() = context.getString(R.string.welcome_title)
    override val hasBar get() = false

    override fun draw(page: Page) {
        page.body.run {
            title(word(R.string.welcome_title))
            quiet(word(R.string.welcome_what))
            card {
                for ((name, text) in TOLD) {
                    heading(word(name))
                    quiet(word(text))
                }
            }
        }
        page.foot.run {
            // On a phone that others use already, whoever came here by mistake finds back.
            if (host.hadir.profiles
                    .used()
                    .isNotEmpty()
            ) {
                link(word(R.string.profiles_switch)) { host.open(Link(Routes.PROFILES)) }
            }
            button(word(R.string.welcome_start)) { host.open(Link(Routes.ENROL)) }
        }
    }

    internal companion object {
        /** The promises, each a name and a text. */
        val TOLD =
            listOf(
                R.string.welcome_collected to R.string.welcome_collected_text,
                R.string.welcome_who to R.string.welcome_who_text,
                R.string.welcome_until to R.string.welcome_until_text,
            )
    }
}
