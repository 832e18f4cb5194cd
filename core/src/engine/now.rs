//! What time it is, by which clock, and how well that is known.

use serde::{Deserialize, Serialize};

use super::store::Store;
use crate::{
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
    pub wall_off_ms: Option<i64>,
}

impl Store {
    /// What time it is: by token and session clock where there is a token in this session, else by the wall clock.
    pub(super) fn now(&self, now: Reading) -> Now {
        let time = self.evidence(now);
        let timed = bounds_of_reading(&time, None, &self.anchors);
        let proven = self.anchors.proven(time.session, time.run, time.elapsed_ms).is_some();
        let (ms, source) = match self.anchors.estimate(time.session, time.run, time.elapsed_ms) {
            Some(ms) if proven => (ms, ClockSource::Token),
            Some(ms) => (ms, ClockSource::PresumedToken),
            None => (now.wall_ms, ClockSource::Wall),
        };
        let off = now.wall_ms.saturating_sub(ms);
        let wall_off_ms = (off.unsigned_abs() > u64::from(CLOCK_TOLERANCE_MS)).then_some(off);
        Now { ms, source, grade: timed.grade, bounds: timed.bounds, wall_off_ms }
    }
}
