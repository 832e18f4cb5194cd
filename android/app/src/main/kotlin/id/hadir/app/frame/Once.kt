package id.hadir.app.frame

/**
 * What a press records once, however often it is pressed: also while the phone is turned, when the screen that pressed is gone
 * before the answer comes. Kept by [Screen.retain]; the screen that follows finds in [made] what came of it.
 */
class Once<T : Any> {
    /** It is being recorded. */
    @Volatile var busy = false
        private set

    /** What was recorded. */
    @Volatile var made: T? = null
        private set

    /** Whether it may be pressed; from then on it may not, until it is [over]. */
    fun begin(): Boolean = (!busy && made == null).also { if (it) busy = true }

    /** Runs [record] in the thread of the engine. */
    fun run(record: () -> T): T = record().also { made = it }

    /** The answer is there, also that of an engine that could not be opened and never came to [run]. Main thread. */
    fun over() {
        busy = false
    }
}
