//! What time it is, by which clock, and how well that is known.

use serde::{Deserialize, Serialize};

use super::store::Store;
use crate::{
    model::TimeEvidence,
    ports::Reading,
    time::{Bounds, CLOCK_TOLERANCE_MS, Grade, bounds_of_reading},
};

/// By which clock the engine says what time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockSource {
    /// The server's time token, and the session's clock since.
    Token,
    /// The same, presuming that the phone did not restart in between.
    PresumedToken,
    /// The phone's wall clock, for want of a token in this session.
    Wall,
}

/// What time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Now {
    /// The time to go by, milliseconds since 1970.
    pub ms: i64,
    /// By which clock.
    pub source: ClockSource,
    /// How well a record made now would be proven, so far.
    pub grade: Grade,
    /// What the evidence allows.
    pub bounds: Bounds,
    /// How far the phone's wall clock is ahead (or, negative, behind), milliseconds, where that is more than a clock set by hand is off.
    /// Without a token in this session, at least so much behind: the server has signed a later time before.
    pub wall_off_ms: Option<i64>,
}

impl Store {
    /// The newest time of the server that is known here, milliseconds: what certificates of keys that open are judged by, since
    /// the phone's own clock may say any year (protocol §7.1).
    pub(super) fn server_time_ms(&self, now: &Now) -> i64 {
        match (now.source, self.signed_ms()) {
            (ClockSource::Wall, Some(newest)) => newest,
            _ => now.ms,
        }
    }

    /// What time it is: by token and session clock where there is a token in this session, else by the wall clock.
    pub(super) fn now(&self, now: Reading) -> Now {
        self.now_of(&self.evidence(now))
    }

    /// What time it was when this was read.
    pub(super) fn now_of(&self, time: &TimeEvidence) -> Now {
        let timed = bounds_of_reading(time, None, &self.anchors);
        let proven = self.anchors.proven(time.session, time.run, time.elapsed_ms).is_some();
        let (ms, source) = match self.anchors.estimate(time.session, time.run, time.elapsed_ms) {
            Some(ms) if proven => (ms, ClockSource::Token),
            Some(ms) => (ms, ClockSource::PresumedToken),
            None => (time.wall_ms, ClockSource::Wall),
        };
        let ahead_of = if source == ClockSource::Wall { ms.max(self.signed_ms().unwrap_or(ms)) } else { ms };
        let off = time.wall_ms.saturating_sub(ahead_of);
        let wall_off_ms = (off.unsigned_abs() > u64::from(CLOCK_TOLERANCE_MS)).then_some(off);
        Now { ms, source, grade: timed.grade, bounds: timed.bounds, wall_off_ms }
    }

    /// The latest time that the server has signed for this phone, milliseconds: it is at least so late.
    fn signed_ms(&self) -> Option<i64> {
        self.state.server_head.as_ref().map(|held| held.head.t_ms)
    }

    /// The time by which TLS certificates are judged. What a token of this session proves is better than any wall clock. Without
    /// one it is the wall clock, but never earlier than what the server has signed: a later time only makes more certificates
    /// end, so whoever stole an old one gains nothing by it, and a clock that fell back to 2019 cuts nobody off.
    pub(super) fn tls_time(&self, now: Reading) -> i64 {
        let time = self.evidence(now);
        let proven = self.anchors.proven(time.session, time.run, time.elapsed_ms).is_some();
        match self.anchors.estimate(time.session, time.run, time.elapsed_ms) {
            Some(ms) if proven => ms,
            _ => now.wall_ms.max(self.signed_ms().unwrap_or(now.wall_ms)),
        }
    }
}
