//! `hadir phone sync`, and the sync that follows a record; progress on whatever takes longer than a second.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use hadir_core::{
    engine::{EngineError, SyncEnd, SyncReport},
    ports::Cancel,
    sync::WaitReason,
};
use serde::Serialize;

use super::{args::AfterArgs, failure::Failure, handset::Handset, words};
use crate::out::{Exit, Out};

/// Does something, and says on standard error that it takes its time if it does.
pub(super) fn patiently<T>(out: Out, what: &str, act: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        let (done, waiting) = mpsc::channel::<()>();
        scope.spawn(move || {
            let mut seconds = 0_u32;
            while waiting.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                seconds += 1;
                out.progress(&format!("{what} … {seconds} {}", out.lang.pick("detik", "s")));
            }
            if seconds > 0 {
                out.progress("");
            }
        });
        let result = act();
        drop(done);
        result
    })
}

/// A sync as it is printed for programs.
#[derive(Debug, Serialize)]
pub(super) struct SyncDone<'a> {
    did: &'static str,
    delivered: bool,
    #[serde(flatten)]
    report: &'a SyncReport,
}

impl<'a> SyncDone<'a> {
    /// Of a report.
    pub(super) fn of(report: &'a SyncReport) -> Self {
        Self { did: "sync", delivered: exit(report) == Exit::Done, report }
    }
}

/// Syncs once.
pub(super) fn run(handset: &Handset, deadline: u64, out: Out) -> Result<SyncReport, EngineError> {
    let what = out.lang.pick("Mengirim", "Sending");
    patiently(out, what, || handset.engine.sync(Duration::from_secs(deadline), &Cancel::default()))
}

/// Syncs once and says what came of it.
pub(super) fn sync(handset: &Handset, deadline: u64, out: Out) -> Result<Exit, Failure> {
    let report = run(handset, deadline, out)?;
    out.object(&SyncDone::of(&report));
    for line in words::sync(&report, out.lang) {
        out.say(line);
    }
    Ok(exit(&report))
}

/// Syncs after something was recorded, unless told not to.
pub(super) fn after(handset: &Handset, after: AfterArgs, out: Out) -> Result<Exit, Failure> {
    if after.offline { Ok(Exit::Done) } else { sync(handset, after.deadline, out) }
}

/// The exit code of a sync.
pub(super) const fn exit(report: &SyncReport) -> Exit {
    match report.end {
        SyncEnd::Waiting {
            why: WaitReason::NotEnrolled | WaitReason::UpdateNeeded | WaitReason::ClockWrong | WaitReason::PinMismatch,
            ..
        } => Exit::NeedsPerson,
        _ if report.parked > 0 => Exit::NeedsPerson,
        SyncEnd::Done if report.pending == 0 => Exit::Done,
        _ => Exit::NotDelivered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(end: SyncEnd) -> SyncReport {
        SyncReport { end, ..SyncReport::default() }
    }

    #[test]
    fn the_exit_code_says_whether_the_server_has_everything() {
        let waiting = |why| SyncEnd::Waiting { for_ms: 1, why };
        assert_eq!(exit(&report(SyncEnd::Done)), Exit::Done);
        assert_eq!(exit(&SyncReport { pending: 1, ..report(SyncEnd::Done) }), Exit::NotDelivered);
        assert_eq!(exit(&SyncReport { parked: 1, ..report(SyncEnd::Done) }), Exit::NeedsPerson);
        assert_eq!(exit(&report(waiting(WaitReason::NoNetwork))), Exit::NotDelivered);
        assert_eq!(exit(&report(waiting(WaitReason::NotEnrolled))), Exit::NeedsPerson);
        assert_eq!(exit(&report(SyncEnd::OutOfTime)), Exit::NotDelivered);
    }
}
