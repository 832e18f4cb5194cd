//! Whether this process is still in the session of the one before. Pure.

use serde::{Deserialize, Serialize};

use crate::{
    limits::session as limits,
    model::{GnssTime, SessionId, TimeEvidence},
    ports::Reading,
};

/// A session of the clock that nobody can set. Its first reading stays on the phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) id: SessionId,
    pub(super) run: u32,
    first_boot_ms: u64,
    /// The newest reading known, to notice a restart.
    last_boot_ms: u64,
    /// Wall clock minus the other, as last noted.
    offset_ms: i64,
    boot_mark: Option<String>,
}

/// A move of the wall clock against the session's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClockMove {
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
}

/// Satellite time, as the platform gave it with a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GnssReading {
    /// Satellite time in UTC, milliseconds since 1970.
    pub t_ms: i64,
    /// How long ago it held, milliseconds.
    pub age_ms: u64,
}

fn offset(now: Reading) -> i64 {
    now.wall_ms.saturating_sub(i64::try_from(now.boot_ms).unwrap_or(i64::MAX))
}

impl Session {
    /// Begins a session with this reading as its first.
    pub(super) fn begin(id: SessionId, boot_mark: Option<String>, now: Reading) -> Self {
        Self { id, run: 0, first_boot_ms: now.boot_ms, last_boot_ms: now.boot_ms, offset_ms: offset(now), boot_mark }
    }

    /// Continues the session of an earlier process: proven by an equal boot mark; without marks presumed, as the next run,
    /// if the clock has not gone back and the wall clock agrees. `None` when it must be another boot, or may well be.
    pub(super) fn resume(&self, boot_mark: Option<&str>, now: Reading) -> Option<Self> {
        if now.boot_ms < self.last_boot_ms {
            return None;
        }
        match (self.boot_mark.as_deref(), boot_mark) {
            (Some(before), Some(mark)) => (before == mark).then(|| self.clone()),
            _ => {
                let moved = offset(now).saturating_sub(self.offset_ms).unsigned_abs();
                (moved <= limits::PRESUMED_OFFSET_MS).then(|| Self {
                    run: self.run.saturating_add(1),
                    boot_mark: boot_mark.map(str::to_owned),
                    ..self.clone()
                })
            }
        }
    }

    /// Milliseconds since the first reading; `None` if the clock went back, so that this is no longer the same boot.
    pub(super) fn elapsed(&self, now: Reading) -> Option<u64> {
        (now.boot_ms >= self.last_boot_ms).then(|| now.boot_ms - self.first_boot_ms)
    }

    /// Takes note of a reading that was recorded.
    pub(super) fn saw(&mut self, elapsed_ms: u64) {
        self.last_boot_ms = self.last_boot_ms.max(self.first_boot_ms.saturating_add(elapsed_ms));
    }

    /// Tells a move of the wall clock against this one since it was last noted, if it is worth a note.
    pub(super) fn clock_move(&self, now: Reading) -> Option<ClockMove> {
        let from_ms = self.offset_ms.saturating_add(i64::try_from(now.boot_ms).unwrap_or(i64::MAX));
        let moved = now.wall_ms.saturating_sub(from_ms).unsigned_abs();
        (moved > limits::CLOCK_MOVE_MS).then_some(ClockMove { from_ms, to_ms: now.wall_ms })
    }

    /// Takes note that a move was noted.
    pub(super) fn noted(&mut self, elapsed_ms: u64, wall_ms: i64) {
        let boot_ms = self.first_boot_ms.saturating_add(elapsed_ms);
        self.offset_ms = offset(Reading { wall_ms, boot_ms });
    }

    /// The evidence of a reading in this session.
    pub(super) fn evidence(&self, now: Reading, gnss: Option<GnssReading>) -> TimeEvidence {
        let elapsed_ms = now.boot_ms.saturating_sub(self.first_boot_ms);
        let gnss = gnss.map(|gnss| GnssTime { t_ms: gnss.t_ms, elapsed_ms: elapsed_ms.saturating_sub(gnss.age_ms) });
        TimeEvidence { wall_ms: now.wall_ms, session: self.id, run: self.run, elapsed_ms, gnss }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: SessionId = SessionId::new([1; 16]);
    const FIRST: Reading = Reading { wall_ms: 1_000_000, boot_ms: 500 };

    fn later(wall_by: i64, boot_ms: u64) -> Reading {
        Reading { wall_ms: 1_000_000 + i64::try_from(boot_ms).unwrap() - 500 + wall_by, boot_ms }
    }

    fn session(mark: Option<&str>) -> Session {
        Session::begin(ID, mark.map(str::to_owned), FIRST)
    }

    #[test]
    fn an_equal_mark_proves_the_boot_and_another_disproves_it() {
        let before = session(Some("7"));
        assert_eq!(
            before.resume(Some("7"), later(9_999_999, 900)).map(|s| s.run),
            Some(0),
            "whatever the wall clock says"
        );
        assert_eq!(before.resume(Some("8"), later(0, 900)), None);
        assert_eq!(before.resume(Some("7"), later(0, 400)), None, "the clock went back");
    }

    #[test]
    fn without_a_mark_the_boot_is_presumed_only_while_the_clocks_agree() {
        let before = session(None);
        assert_eq!(before.resume(None, later(0, 900)).map(|s| s.run), Some(1));
        assert_eq!(before.resume(None, later(59_000, 900)).map(|s| s.run), Some(1));
        assert_eq!(before.resume(None, later(61_000, 900)), None);
        assert_eq!(before.resume(None, later(0, 499)), None);
        let mut seen = before;
        seen.saw(1_000);
        assert_eq!(seen.resume(None, later(0, 1_499)), None, "1,500 was seen before");
    }

    #[test]
    fn a_move_of_more_than_two_seconds_is_noted_once() {
        let mut session = session(None);
        assert_eq!(session.clock_move(later(2_000, 10_500)), None);
        let back = later(-3_000_000, 10_500);
        assert_eq!(session.clock_move(back), Some(ClockMove { from_ms: 1_010_000, to_ms: back.wall_ms }));
        session.noted(10_000, back.wall_ms);
        assert_eq!(session.clock_move(later(-3_000_000, 20_500)), None);
    }

    #[test]
    fn clocks_of_1970_and_of_all_ages_overflow_nothing() {
        for wall_ms in [0, i64::MIN, i64::MAX, 4_102_444_800_000] {
            for boot_ms in [0, u64::MAX] {
                let session = Session::begin(ID, None, Reading { wall_ms, boot_ms });
                let now = Reading { wall_ms: -wall_ms.saturating_add(1), boot_ms: u64::MAX };
                let _ = (session.clock_move(now), session.resume(None, now), session.evidence(now, None));
            }
        }
    }
}
