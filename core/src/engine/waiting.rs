//! The waiting that outlives a process: written down where it matters, and taken up by the next one (protocol §5.6).

use super::{
    state::{Asked, Remark, Waiting},
    store::{Control, Store},
};
use crate::{
    journal::FrameKind,
    limits::sync::{RETRY_AFTER_LONGEST, TAKEN_UP_BY_WALL_CLOCK},
    ports::Reading,
    sync::Lasting,
};

fn ms(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Store {
    /// What is to be written about the waiting; nothing where it is as it was written before, or over by itself.
    pub(super) fn waiting(&self, lasting: Option<Lasting>, now: Reading) -> Option<Control> {
        let time = self.evidence(now);
        let waiting = lasting.map(|lasting| Waiting {
            asked: lasting.asked_until_boot_ms.map(|until| {
                let for_ms = until.saturating_sub(now.boot_ms);
                let until_elapsed_ms = time.elapsed_ms.saturating_add(for_ms);
                Asked { session: time.session, until_elapsed_ms, from_wall_ms: now.wall_ms, for_ms }
            }),
            lasting: Lasting { asked_until_boot_ms: None, ..lasting },
        });
        let same = match (&self.state.waiting, &waiting) {
            (None, None) => true,
            (Some(before), Some(after)) => {
                let until = |waiting: &Waiting| waiting.asked.map(|asked| (asked.session, asked.until_elapsed_ms));
                // A wait that is over, or too short to keep, needs no word while the failures go on.
                (before.lasting.count, before.lasting.since_ms) == (after.lasting.count, after.lasting.since_ms)
                    && (after.asked.is_none() || until(before) == until(after))
            }
            _ => false,
        };
        (!same).then(|| Control::json(FrameKind::Note, &Remark::Waiting(waiting)))
    }

    /// The waiting of an earlier process, in this one's clock.
    pub(super) fn taken_up(&self, now: Reading) -> Option<Lasting> {
        let Waiting { lasting, asked } = self.state.waiting.clone()?;
        let left_ms = asked.map(|asked| asked.left_ms(self.evidence(now).session, self.evidence(now).elapsed_ms, now));
        let until = left_ms.filter(|left| *left > 0).map(|left| now.boot_ms.saturating_add(left));
        Some(Lasting { asked_until_boot_ms: until, ..lasting })
    }
}

impl Asked {
    /// How much of the wait is left. In its own session that is known; else the wall clock tells, as far as it can be believed.
    fn left_ms(&self, session: crate::model::SessionId, elapsed_ms: u64, now: Reading) -> u64 {
        if session == self.session {
            return self.until_elapsed_ms.saturating_sub(elapsed_ms).min(2 * ms(RETRY_AFTER_LONGEST));
        }
        let passed = u64::try_from(now.wall_ms.saturating_sub(self.from_wall_ms)).unwrap_or(0);
        self.for_ms.saturating_sub(passed).min(ms(TAKEN_UP_BY_WALL_CLOCK))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::SessionId;

    const HERE: SessionId = SessionId::new([1; 16]);
    const OTHER: SessionId = SessionId::new([2; 16]);
    const ASKED: Asked =
        Asked { session: HERE, until_elapsed_ms: 3_600_000, from_wall_ms: 1_000_000, for_ms: 3_600_000 };

    fn at(wall_ms: i64) -> Reading {
        Reading { wall_ms, boot_ms: 7 }
    }

    #[test]
    fn in_its_own_session_the_wait_goes_by_the_clock_that_nobody_can_set() {
        for wall_ms in [i64::MIN, 0, i64::MAX] {
            assert_eq!(ASKED.left_ms(HERE, 3_000_000, at(wall_ms)), 600_000);
            assert_eq!(ASKED.left_ms(HERE, 3_600_001, at(wall_ms)), 0);
        }
    }

    #[test]
    fn after_a_restart_of_the_phone_the_wall_clock_shortens_the_wait_and_never_prolongs_it() {
        let quarter = ms(TAKEN_UP_BY_WALL_CLOCK);
        assert_eq!(ASKED.left_ms(OTHER, 0, at(1_000_000)), quarter);
        assert_eq!(ASKED.left_ms(OTHER, 0, at(1_000_000 + 3_500_000)), 100_000);
        assert_eq!(ASKED.left_ms(OTHER, 0, at(4_102_444_800_000)), 0, "a clock of 2100");
        assert_eq!(ASKED.left_ms(OTHER, 0, at(0)), quarter, "a clock of 1970");
    }

    proptest! {
        #[test]
        fn no_clock_makes_the_wait_longer_than_its_bounds(
            until in any::<u64>(), from in any::<i64>(), long in any::<u64>(), wall in any::<i64>(), elapsed in any::<u64>(), same in any::<bool>(),
        ) {
            let asked = Asked { session: HERE, until_elapsed_ms: until, from_wall_ms: from, for_ms: long };
            let left = asked.left_ms(if same { HERE } else { OTHER }, elapsed, at(wall));
            prop_assert!(left <= 2 * ms(RETRY_AFTER_LONGEST));
        }
    }
}
