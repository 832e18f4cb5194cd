package id.hadir.sdk

import android.app.job.JobParameters
import android.app.job.JobService
import java.util.concurrent.ConcurrentHashMap

/** Runs one sync where the system allows it. The plan of the next is made when it ends, so a job is never asked to come again. */
class SyncJob : JobService() {
    /** By the job's number: the system stops a job with other parameters, of the same number, than it began it with. */
    private val underWay = ConcurrentHashMap<Int, JobParameters>()

    override fun onStartJob(job: JobParameters): Boolean {
        val hadir = Hadir.of(this)
        val profile = SyncPlan.profile(hadir, job.jobId) ?: return false
        underWay[job.jobId] = job
        hadir.behind(profile) {
            val answer = hadir.sync.run(profile, SyncPlan.DEADLINE_MS)
            underWay.remove(job.jobId, job)
            jobFinished(job, false)
            // After it has ended: to plan a job that runs is to stop it.
            answer.orNull()?.let { hadir.sync.next(profile, it) }
        }
        return true
    }

    override fun onStopJob(job: JobParameters): Boolean {
        val hadir = Hadir.of(this)
        // One that has just ended has nothing to cancel but what others do with the network.
        if (underWay.remove(job.jobId) != null) SyncPlan.profile(hadir, job.jobId)?.let { hadir.engine(it).cancelNetwork() }
        return false
    }
}
