//! Delivery: one call, with a deadline.

use std::time::Duration;

use hadir_core::{
    engine,
    text::{Lang, engine as said},
};

use crate::{engine::CheckInEngine, error::HadirError};

/// How a sync ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum SyncEnd {
    /// Everything is done. Nothing has to be planned.
    Done,
    /// Plan the next sync in so many milliseconds, or when the network comes back.
    Again,
    /// The deadline came: plan the next at once.
    OutOfTime,
    /// It was cancelled.
    Cancelled,
    /// A person has to act first; what `today()` says. Plan the next in an hour.
    NeedsPerson,
}

/// What a sync did.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SyncReport {
    /// How it ended.
    pub end: SyncEnd,
    /// In how many milliseconds the next is worth it; 0 after `Done`. The core's own backoff: a shell adds none.
    pub next_in_ms: u64,
    /// Whether the next needs a network first; else the server was reached.
    pub no_network: bool,
    /// Records that were receipted.
    pub received: u64,
    /// Records that the server refused, and that are parked.
    pub parked: u64,
    /// Records that wait to be sent.
    pub pending: u64,
    /// Whether a rule or an assignment came: draw the screens and set the reminders anew.
    pub changed: bool,
    /// *Semua sudah terkirim.*
    pub text: String,
}

#[uniffi::export]
impl CheckInEngine {
    /// Delivers what waits and fetches what is new. Returns within 250 ms of the deadline, or of [`Self::cancel`]. Nothing else waits for it.
    ///
    /// # Errors
    /// [`HadirError::Busy`] while another runs; [`HadirError::NotEnrolled`]; [`HadirError::Store`] and [`HadirError::StoreFull`] when
    /// what came can't be written. A network that fails is no error: the report says so.
    pub fn sync(&self, deadline_ms: u64) -> Result<SyncReport, HadirError> {
        self.run_online(|engine, lang, cancel| {
            let report = engine.sync(Duration::from_millis(deadline_ms), cancel)?;
            Ok(told(&report, lang))
        })
    }
}

fn told(report: &engine::SyncReport, lang: Lang) -> SyncReport {
    use hadir_core::sync::WaitReason;
    let (end, next_in_ms, no_network) = match report.end {
        engine::SyncEnd::Done => (SyncEnd::Done, 0, false),
        engine::SyncEnd::OutOfTime => (SyncEnd::OutOfTime, 1_000, false),
        engine::SyncEnd::Cancelled => (SyncEnd::Cancelled, 0, false),
        engine::SyncEnd::Waiting { for_ms, why: WaitReason::NotEnrolled | WaitReason::UpdateNeeded } => {
            (SyncEnd::NeedsPerson, for_ms, false)
        }
        engine::SyncEnd::Waiting { for_ms, why } => (SyncEnd::Again, for_ms, why == WaitReason::NoNetwork),
    };
    SyncReport {
        end,
        next_in_ms,
        no_network,
        received: report.received,
        parked: report.parked,
        pending: report.pending,
        changed: report.packs > 0 || report.assignments > 0,
        text: said::sync_report(report, lang),
    }
}
