package id.hadir.app.care

import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.begin.WelcomeScreen
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page

/** What was promised in the first run, what no app can do, and taking everything off this phone. */
class PrivacyScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    override val title get() = context.getString(R.string.privacy_title)

    override fun draw(page: Page) {
        page.body.run {
            for ((name, text) in WelcomeScreen.TOLD + (R.string.privacy_limits to R.string.privacy_limits_text)) {
                card {
                    lead(word(name))
                    quiet(word(text))
                }
            }
        }
        page.foot.button(page.body.word(R.string.privacy_wipe), filled = false) { host.open(Link(Routes.WIPE)) }
    }
}
