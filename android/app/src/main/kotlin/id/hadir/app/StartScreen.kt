package id.hadir.app

import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.frame.locks
import id.hadir.app.kit.Page
import id.hadir.core.Standing

/** Asks how this phone stands, and gives way to the enrolment or to today. */
class StartScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    override val title get() = context.getString(R.string.app_name)
    override val hasBar get() = false
    override val ready get() = false

    override fun load() =
        work({ engine -> engine.standing().let { it to (it == Standing.ENROLLED && engine.hasPin()) } }) { (standing, hasPin) ->
            // Something was opened upon this screen meanwhile: it asks again when it is seen again.
            if (!isSeen) return@work
            host.locks.know(host.profile, hasPin)
            host.replace(
                when (standing) {
                    Standing.ENROLLED -> Link(Routes.HOME)
                    Standing.KEYS_LOST -> Link(Routes.ENROL, mapOf(Routes.KEYS_LOST to "true"))
                    Standing.NOT_ENROLLED -> Link(Routes.WELCOME)
                },
            )
            if (host.locks.isShut(host.profile)) host.open(Link(Routes.LOCK))
        }

    override fun draw(page: Page) = Unit
}
