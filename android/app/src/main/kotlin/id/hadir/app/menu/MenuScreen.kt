package id.hadir.app.menu

import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Page
import id.hadir.core.Today

/** The way to everything that is not today. */
class MenuScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private var today: Today? = null

    override val title get() = context.getString(R.string.home_menu)

    override fun load() = work({ it.today() }, failed = { today = null }) { today = it }

    override fun draw(page: Page) {
        val today = today
        page.body.run {
            if (today != null) {
                card {
                    lead(today.person.name)
                    quiet(today.person.unit)
                }
            }
            for (group in GROUPS) {
                list {
                    for ((name, route) in group) {
                        row(null, null, word(name)) { host.open(Link(route)) }
                    }
                }
            }
        }
    }

    private companion object {
        val GROUPS =
            listOf(
                listOf(
                    R.string.history_title to Routes.HISTORY,
                    R.string.month_title to Routes.MONTH,
                    R.string.requests_title to Routes.REQUESTS,
                    R.string.share_title to Routes.SHARE,
                    R.string.parked_title to Routes.PARKED,
                ),
                listOf(
                    R.string.help_title to Routes.HELP,
                    R.string.data_title to Routes.DATA,
                    R.string.privacy_title to Routes.PRIVACY,
                    R.string.settings_title to Routes.SETTINGS,
                    R.string.profiles_switch to Routes.PROFILES,
                ),
            )
    }
}
