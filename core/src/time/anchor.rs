//! Time tokens as anchors: each ties one session's clock to the server's.
//!
//! The token's instant lies between the phone's readings `s` (before the request left) and `r` (after the answer came).
//! A reading `e` of the same session was therefore made at least `e − r` and at most `e − s` of that clock's milliseconds
//! after it, and the clock runs true to within [`DRIFT_PPM`](super::DRIFT_PPM):
//!
//! ```text
//! t − err + (e − r) − ρ·|e − r|  ≤  time of e  ≤  t + err + (e − s) + ρ·|e − s|
//! ```
//!
//! Each side is a bent line with its bend at `r` or `s`. Of many anchors the tightest is found with one search: left and
//! right of the bend the lines have the same slope each, so only the best intercept from either side counts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Bounds, DRIFT_PPM, saturate};
use crate::model::SessionId;

/// A used time token with the phone's readings around its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Anchor {
    session: SessionId,
    run: u32,
    s_ms: u64,
    r_ms: u64,
    t_ms: i64,
    err_ms: u32,
}

/// Says why readings can't surround a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// The second reading is before the first.
    #[error("the reading after the answer ({r_ms} ms) is before the one before the request ({s_ms} ms)")]
    Backwards {
        /// Before the request, milliseconds of the session.
        s_ms: u64,
        /// After the answer.
        r_ms: u64,
    },
}

impl Anchor {
    /// Takes a token's instant `t_ms`, its error `err_ms`, and the session's readings before (`s_ms`) and after (`r_ms`), all in milliseconds.
    ///
    /// # Errors
    /// [`AnchorError::Backwards`] where `r_ms` is before `s_ms`.
    pub fn new(
        session: SessionId,
        run: u32,
        s_ms: u64,
        r_ms: u64,
        t_ms: i64,
        err_ms: u32,
    ) -> Result<Self, AnchorError> {
        if r_ms < s_ms {
            return Err(AnchorError::Backwards { s_ms, r_ms });
        }
        Ok(Self { session, run, s_ms, r_ms, t_ms, err_ms })
    }

    /// The session of both readings.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// The run of both readings.
    #[must_use]
    pub const fn run(&self) -> u32 {
        self.run
    }

    /// The bounds that this anchor alone gives a reading of its session, milliseconds.
    #[must_use]
    pub fn bounds_at(&self, elapsed_ms: u64) -> Bounds {
        let mut lines = Lines::default();
        lines.push(self);
        lines.arrange();
        lines.at(elapsed_ms)
    }
}

/// `t`, and two of `e`, `s`, `r`, are each cut to whole milliseconds: less than one apiece.
const ROUNDING_MS: i128 = 3;

/// Slopes and intercepts are kept in units of 1/`DENOMINATOR` milliseconds, so that no rounding enters before the end.
///
/// A clock that runs at most ρ fast or slow shows `Δe = k·Δt` with `1 − ρ ≤ k ≤ 1 + ρ`, hence
/// `Δe·(1 − ρ/(1−ρ)) < Δe/(1+ρ) ≤ Δt ≤ Δe/(1−ρ) = Δe·(1 + ρ/(1−ρ))`; and ρ/(1−ρ) = `DRIFT_PPM / DENOMINATOR`.
const DENOMINATOR: i128 = 1_000_000 - DRIFT_PPM as i128;
const SLOW: i128 = DENOMINATOR - DRIFT_PPM as i128;
const FAST: i128 = DENOMINATOR + DRIFT_PPM as i128;

/// One side (earliest or latest) of many anchors, sorted by the bend.
///
/// Kept as a maximum: the latest side is stored mirrored.
#[derive(Debug, Clone, Default)]
struct BentLines {
    bends: Vec<(u64, i128)>,
    /// Best intercept among bends up to this one, for readings at the bend or after.
    rising: Vec<i128>,
    /// Best intercept among bends from this one, for readings before the bend.
    falling: Vec<i128>,
}

impl BentLines {
    /// Finds the best intercepts of the bends. `after` and `before` are the slopes.
    fn arrange(&mut self, after: i128, before: i128) {
        self.bends.sort_unstable();
        let intercept = |slope: i128| move |&(bend, scaled): &(u64, i128)| scaled - i128::from(bend) * slope;
        let best = |best: &mut i128, next: i128| {
            *best = (*best).max(next);
            Some(*best)
        };
        self.rising = self.bends.iter().map(intercept(after)).scan(i128::MIN, best).collect();
        self.falling = self.bends.iter().rev().map(intercept(before)).scan(i128::MIN, best).collect();
        self.falling.reverse();
    }

    /// The highest line at a reading, scaled.
    fn highest(&self, elapsed_ms: u64, after: i128, before: i128) -> Option<i128> {
        let split = self.bends.partition_point(|(bend, _)| *bend <= elapsed_ms);
        let e = i128::from(elapsed_ms);
        let left = split.checked_sub(1).map(|last| self.rising[last] + e * after);
        let right = self.falling.get(split).map(|intercept| intercept + e * before);
        left.max(right)
    }
}

/// Both sides of many anchors.
#[derive(Debug, Clone, Default)]
struct Lines {
    earliest: BentLines,
    /// Mirrored: instants and slopes are negated.
    latest: BentLines,
}

impl Lines {
    /// Adds an anchor; [`Lines::arrange`] has to follow.
    fn push(&mut self, anchor: &Anchor) {
        let (t, err) = (i128::from(anchor.t_ms), i128::from(anchor.err_ms) + ROUNDING_MS);
        self.earliest.bends.push((anchor.r_ms, (t - err) * DENOMINATOR));
        self.latest.bends.push((anchor.s_ms, -(t + err) * DENOMINATOR));
    }

    fn needs_arranging(&self) -> bool {
        self.earliest.rising.len() < self.earliest.bends.len()
    }

    fn arrange(&mut self) {
        self.earliest.arrange(SLOW, FAST);
        self.latest.arrange(-FAST, -SLOW);
    }

    fn at(&self, elapsed_ms: u64) -> Bounds {
        let earliest = self.earliest.highest(elapsed_ms, SLOW, FAST);
        let latest = self.latest.highest(elapsed_ms, -FAST, -SLOW);
        Bounds {
            earliest_ms: earliest.map(|scaled| saturate(scaled.div_euclid(DENOMINATOR))),
            // Mirrored, so rounding down here is rounding up there.
            latest_ms: latest.map(|scaled| saturate(-scaled.div_euclid(DENOMINATOR))),
        }
    }
}

/// The anchors of one installation, arranged so that the tightest bounds of a reading are found in O(log n).
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    sessions: BTreeMap<SessionId, Session>,
}

#[derive(Debug, Clone, Default)]
struct Session {
    runs: BTreeMap<u32, Lines>,
    /// Of all runs.
    all: Lines,
}

impl Anchors {
    /// Adds an anchor, in O(n log n) of the anchors of its session. Many are added faster together, by [`Extend`].
    pub fn add(&mut self, anchor: &Anchor) {
        self.extend([anchor]);
    }

    /// The bounds that anchors of the same session and run give: no presumption is needed. `None` without such an anchor.
    #[must_use]
    pub fn proven(&self, session: SessionId, run: u32, elapsed_ms: u64) -> Option<Bounds> {
        let lines = self.sessions.get(&session)?.runs.get(&run)?;
        Some(lines.at(elapsed_ms))
    }

    /// The bounds that all anchors of the session give, presuming that the phone did not restart between its runs.
    /// `None` without an anchor in the session.
    #[must_use]
    pub fn presumed(&self, session: SessionId, elapsed_ms: u64) -> Option<Bounds> {
        Some(self.sessions.get(&session)?.all.at(elapsed_ms))
    }

    /// The best single estimate of the time of a reading, milliseconds: the middle of the proven bounds, else of the
    /// presumed ones; `None` without an anchor in the session or where they contradict each other.
    #[must_use]
    pub fn estimate(&self, session: SessionId, run: u32, elapsed_ms: u64) -> Option<i64> {
        let bounds = self.proven(session, run, elapsed_ms).or_else(|| self.presumed(session, elapsed_ms))?;
        let (earliest, latest) = (bounds.earliest_ms?, bounds.latest_ms?);
        (earliest <= latest).then(|| saturate((i128::from(earliest) + i128::from(latest)).div_euclid(2)))
    }
}

impl<'a> Extend<&'a Anchor> for Anchors {
    fn extend<I: IntoIterator<Item = &'a Anchor>>(&mut self, anchors: I) {
        let mut touched = BTreeSet::new();
        for anchor in anchors {
            let session = self.sessions.entry(anchor.session).or_default();
            session.runs.entry(anchor.run).or_default().push(anchor);
            session.all.push(anchor);
            touched.insert((anchor.session, anchor.run));
        }
        for (session, run) in touched {
            let Some(session) = self.sessions.get_mut(&session) else { continue };
            if let Some(lines) = session.runs.get_mut(&run) {
                lines.arrange();
            }
            if session.all.needs_arranging() {
                session.all.arrange();
            }
        }
    }
}

impl<'a> FromIterator<&'a Anchor> for Anchors {
    fn from_iter<I: IntoIterator<Item = &'a Anchor>>(anchors: I) -> Self {
        let mut all = Self::default();
        all.extend(anchors);
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SESSION: SessionId = SessionId::new([7; 16]);

    fn anchor(s_ms: u64, r_ms: u64, t_ms: i64, err_ms: u32) -> Anchor {
        Anchor::new(SESSION, 0, s_ms, r_ms, t_ms, err_ms).unwrap()
    }

    #[test]
    fn a_token_bounds_what_came_before_and_after_it() {
        let token = anchor(10_000_000, 10_000_400, 1_700_000_000_000, 50);
        let four_hours_before = token.bounds_at(0);
        // 10,000 s back, ±500 ppm is ±5.0025 s, the round trip 0.4 s, the server 50 ms, rounding 3 ms.
        assert_eq!(four_hours_before, Bounds::between(1_699_989_994_544, 1_699_990_005_056));
        let between = token.bounds_at(10_000_200);
        assert_eq!(between, Bounds::between(1_699_999_999_746, 1_700_000_000_254));
    }

    #[test]
    fn readings_that_run_backwards_make_no_anchor() {
        assert_eq!(Anchor::new(SESSION, 0, 5, 4, 0, 0).unwrap_err(), AnchorError::Backwards { s_ms: 5, r_ms: 4 });
    }

    proptest! {
        #[test]
        fn the_search_finds_what_trying_every_anchor_finds(
            anchors in prop::collection::vec((0..5_000_000_u64, 0..3_000_u64, -9_000_000..9_000_000_i64, 0..500_u32), 1..30),
            elapsed in 0..6_000_000_u64,
        ) {
            let anchors: Vec<Anchor> = anchors.into_iter().map(|(s, rtt, t, err)| anchor(s, s + rtt, t, err)).collect();
            let one_by_one =
                anchors.iter().map(|anchor| anchor.bounds_at(elapsed)).fold(Bounds::OPEN, Bounds::intersect);
            prop_assert_eq!(anchors.iter().collect::<Anchors>().proven(SESSION, 0, elapsed), Some(one_by_one));
            let mut added = Anchors::default();
            anchors.iter().for_each(|anchor| added.add(anchor));
            prop_assert_eq!(added.presumed(SESSION, elapsed), Some(one_by_one));
        }

        #[test]
        fn no_reading_overflows(s in any::<u64>(), r in any::<u64>(), e in any::<u64>(), t in any::<i64>(), err in any::<u32>()) {
            let bounds = anchor(s.min(r), s.max(r), t, err).bounds_at(e);
            prop_assert!(!bounds.is_empty() && bounds.is_closed());
        }
    }
}
