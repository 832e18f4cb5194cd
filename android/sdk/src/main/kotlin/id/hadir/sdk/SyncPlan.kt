package id.hadir.sdk

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.ComponentName
import android.net.ConnectivityManager
import android.os.Build
import id.hadir.core.SyncEnd
import id.hadir.core.SyncReport

/**
 * When the phone syncs: at once after a record, again when the core says so, and every hour for what the office may have to say.
 * The core's wait is the only one: jobs have no backoff of their own. Any thread.
 */
class SyncPlan internal constructor(
    private val hadir: Hadir,
) {
    private val jobs: JobScheduler get() = hadir.context.getSystemService(JobScheduler::class.java)

    /** Syncs as soon as the system lets us. */
    fun now(profile: Profile) {
        val job = job(profile, NOW)
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.S) {
            jobs.schedule(job.setOverrideDeadline(0).build())
        } else if (jobs.schedule(job.setExpedited(true).build()) != JobScheduler.RESULT_SUCCESS) {
            // This hour's expedited jobs are used up.
            jobs.schedule(job(profile, NOW).build())
        }
        keepUp(profile)
    }

    /** Syncs in front of the person, who waits for it at most [deadlineMs] milliseconds. */
    fun inFront(
        profile: Profile,
        deadlineMs: Long,
        done: (Answer<SyncReport>) -> Unit,
    ): Call {
        val call = Call()
        hadir.behind(profile) {
            val answer = run(profile, deadlineMs)
            answer.orNull()?.let { next(profile, it) }
            hadir.main.post { if (call.wanted) done(answer) }
        }
        return call
    }

    /** Plans what a report asks for. */
    fun next(
        profile: Profile,
        report: SyncReport,
    ) {
        if (report.end == SyncEnd.DONE) {
            jobs.cancel(id(profile, NEXT))
            return
        }
        // Without any network the job's own constraint wakes it when one comes: nothing is gained by waiting longer.
        val offline = report.noNetwork && hadir.context.getSystemService(ConnectivityManager::class.java).activeNetwork == null
        val wait = if (offline) 0 else report.nextInMs.toLong()
        jobs.schedule(job(profile, NEXT).setMinimumLatency(wait).setPersisted(true).build())
    }

    /** Keeps the hourly job, by which rules and recalls come to a phone that has nothing to send. */
    internal fun keepUp(profile: Profile) {
        if (jobs.getPendingJob(id(profile, HOURLY)) != null) return
        jobs.schedule(job(profile, HOURLY).setPeriodic(HOUR_MS).setPersisted(true).build())
    }

    /** A network has come while we run: what waits for one need not wait for its time. */
    internal fun networkCame(profile: Profile) {
        if (jobs.getPendingJob(id(profile, NEXT)) != null) now(profile)
    }

    internal fun forget(profile: Profile) = listOf(NOW, NEXT, HOURLY).forEach { jobs.cancel(id(profile, it)) }

    /** One sync and all that follows from it but the plan of the next, in this thread, which is not the main one. */
    internal fun run(
        profile: Profile,
        deadlineMs: Long,
    ): Answer<SyncReport> {
        val answer = hadir.engine(profile).blocking { it.sync(deadlineMs.toULong()) }
        if (answer is Answer.Good) hadir.reminders.refreshNow(profile, afresh = false)
        hadir.tell(Event.Synced(profile, answer))
        return answer
    }

    private fun job(
        profile: Profile,
        what: Int,
    ): JobInfo.Builder =
        JobInfo
            .Builder(id(profile, what), ComponentName(hadir.context, SyncJob::class.java))
            .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)

    private fun id(
        profile: Profile,
        what: Int,
    ) = what + profile.number

    internal companion object {
        /** Whose job it is. */
        fun profile(
            hadir: Hadir,
            job: Int,
        ): Profile? = hadir.profiles.of(job % NOW)

        const val NOW = 100
        const val NEXT = 200
        const val HOURLY = 300

        /** A recall is for the next days, and a request weighs two kilobytes. */
        const val HOUR_MS = 3_600_000L

        /** An expedited job has a minute, and the core a quarter of a second to end. */
        const val DEADLINE_MS = 50_000L
    }
}
