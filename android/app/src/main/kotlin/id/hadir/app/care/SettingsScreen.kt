package id.hadir.app.care

import id.hadir.app.R
import id.hadir.app.Routes
import id.hadir.app.begin.PermitScreen.Step
import id.hadir.app.frame.Host
import id.hadir.app.frame.Link
import id.hadir.app.frame.Screen
import id.hadir.app.kit.Column
import id.hadir.app.kit.Page
import id.hadir.app.kit.Shape
import id.hadir.app.kit.StateMark
import id.hadir.app.kit.Tone
import id.hadir.core.CheckInEngine
import id.hadir.core.Language
import id.hadir.core.Reminder
import id.hadir.core.Standing
import id.hadir.sdk.Permissions

/** The language of the app, whether reminders will ring, and what the phone allows. */
class SettingsScreen(
    host: Host,
    link: Link,
) : Screen(host, link) {
    private var reminders = emptyList<Reminder>()
    private val tongue = Tongue(host.activity)

    override val title get() = context.getString(R.string.settings_title)

    override fun load() = work(::today, failed = { reminders = emptyList() }) { reminders = it }

    /** Those of today: a time alone says nothing of another day. */
    private fun today(engine: CheckInEngine): List<Reminder> {
        if (engine.standing() != Standing.ENROLLED) return emptyList()
        val date = engine.today().date
        return engine.reminders(NEXT).filter { it.date == date }.take(SHOWN)
    }

    /** Back from the phone's settings: what is allowed now is seen. */
    override fun onSeen() = redraw()

    override fun draw(page: Page) {
        page.body.run {
            heading(word(R.string.settings_language))
            choices {
                for ((language, name) in LANGUAGES) {
                    choice(word(name), host.hadir.language == language, language.name) { tongue.speak(host.hadir, language) }
                }
            }
            if (reminders.isNotEmpty()) {
                heading(word(R.string.settings_reminders))
                list { for (reminder in reminders) row(null, time(reminder), reminder.title, reminder.text) }
            }
            heading(word(R.string.settings_permissions))
            val allowed = host.hadir.permissions
            val battery = host.hadir.battery.saving()
            list {
                step(R.string.tap_place, wordOf(allowed.state(Permissions.Asked.LOCATION)), Step.LOCATION)
                step(R.string.settings_notifications, wordOf(allowed.state(Permissions.Asked.NOTIFICATIONS)), Step.NOTIFICATIONS)
                step(R.string.settings_alarms, wordOf(allowed.exactAlarms()), Step.ALARMS)
                step(R.string.permit_battery_title, wordOf(battery), Step.BATTERY)
                row(null, null, word(R.string.permit_practice_title)) { open(Step.PRACTICE) }
            }
        }
    }

    /** As the core counts it, in the office's zone. */
    private fun time(reminder: Reminder) = "%02d.%02d".format(reminder.hour.toInt(), reminder.minute.toInt())

    private fun Column.step(
        name: Int,
        state: Int,
        step: Step,
    ) {
        val good = state == R.string.settings_good || state == R.string.settings_fine
        val mark =
            if (good) {
                StateMark(
                    context,
                    Shape.TICK_DISC,
                    Tone.GOOD,
                    "",
                )
            } else {
                StateMark(context, Shape.RING_DOT, Tone.WAIT, "")
            }
        row(mark, null, word(name), word(state)) { open(step) }
    }

    private fun open(step: Step) = host.open(Link(Routes.PERMIT, mapOf(Routes.STEP to step.name)))

    private companion object {
        /** Among how many reminders those of today are looked for. */
        const val NEXT = 12u

        /** How many are shown. */
        const val SHOWN = 3
        val LANGUAGES =
            listOf(Language.INDONESIAN to R.string.settings_indonesian, Language.ENGLISH to R.string.settings_english)
    }
}
