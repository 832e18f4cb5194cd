package id.hadir.sdk

import android.app.job.JobParameters
import android.app.job.JobService
import java.util.concurrent.ConcurrentHashMap

/** Runs one sync where the system allows it. The plan of the next is made when it ends, so a job is never asked to come again. */
class SyncJob : JobService() {
    private val underWay: MutableSet<JobParameters> = ConcurrentHashMap.newKeySet()

    override fun onStartJob(job: JobParameters): Boolean {
        val hadir = Hadir.of(this)
        val profile = SyncPlan.profile(hadir, job.jobId) ?: return false
        underWay += job
        hadir.behind(profile) {
            val answer = hadir.sync.run(profile, SyncPlan.DEADLINE_MS)
            underWay -= job
            jobFinished(job, false)
            // After it has ended: to plan a job that runs is to stop it.
            answer.orNull()?.let { hadir.sync.next(profile, it) }
        }
        return true
    }

    override fun onStopJob(job: JobParameters): Boolean {
        val hadir = Hadir.of(this)
        // One that has just ended has nothing to cancel but what others do with the network.
        if (underWay.remove(job)) SyncPlan.profile(hadir, job.jobId)?.let { hadir.engine(it).cancelNetwork() }
        return false
    }
}
