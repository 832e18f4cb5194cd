//! Two fixes of one person that nobody could travel between.

use geo::{Distance, Geodesic, Point};

use super::geofence::{UNCERTAINTY_FACTOR, whole_m};
use super::{PlaceLimits, Signal};
use crate::model::{Fix, RecordId, TimeEvidence};
use crate::time::{DRIFT_PPM, Timed};

/// A fix of a person with what is known of its time.
#[derive(Debug, Clone, Copy)]
pub struct Sighting<'a> {
    /// The record.
    pub record: RecordId,
    /// Its fix.
    pub fix: &'a Fix,
    /// The clocks that it carries.
    pub time: &'a TimeEvidence,
    /// Its bounds.
    pub timed: &'a Timed,
}

/// Two moments closer than this are taken as this far apart, milliseconds: fixes are dated to the second.
const LEAST_MS: u64 = 1_000;

/// Says whether a person would have had to travel impossibly fast from one sighting to the next of their chain.
///
/// The distance is the least that both uncertainties allow, the time the longest that the evidence allows: by the
/// session's clock where both are of one run, else by their bounds. Where neither bounds it, nothing can be said.
#[must_use]
pub fn speed_signal(earlier: &Sighting<'_>, later: &Sighting<'_>, limits: &PlaceLimits) -> Option<Signal> {
    let within_ms = longest_ms(earlier, later)?.max(LEAST_MS);
    let point = |fix: &Fix| Point::new(fix.lon(), fix.lat());
    let apart_m = Geodesic.distance(point(earlier.fix), point(later.fix));
    let unsure_m = (earlier.fix.accuracy_m() + later.fix.accuracy_m()) * UNCERTAINTY_FACTOR;
    let at_least_m = apart_m - unsure_m;
    #[expect(clippy::cast_precision_loss, reason = "a speed needs no more than 52 bits")]
    let possible_m = within_ms as f64 / 1_000.0 * limits.impossible_mps;
    (at_least_m > possible_m).then(|| Signal::ImpossibleSpeed {
        since: earlier.record,
        at_least_m: whole_m(at_least_m),
        within_ms,
    })
}

/// The longest time that can lie between two fixes, milliseconds. A fix is older than its tap by its age.
fn longest_ms(earlier: &Sighting<'_>, later: &Sighting<'_>) -> Option<u64> {
    let ages = i128::from(earlier.fix.age_ms()) - i128::from(later.fix.age_ms());
    let by_clock = (earlier.time.session == later.time.session && earlier.time.run == later.time.run).then(|| {
        let apart = i128::from(later.time.elapsed_ms) - i128::from(earlier.time.elapsed_ms) + ages;
        let apart = i128::try_from(apart.unsigned_abs()).unwrap_or(i128::MAX);
        apart.saturating_add(apart / (1_000_000 / i128::from(DRIFT_PPM) - 1) + 2)
    });
    let by_bounds = later.timed.bounds.latest_ms.zip(earlier.timed.bounds.earliest_ms).map(|(latest, earliest)| {
        // The chain says which tap came first, so the taps are at least 0 apart; the ages can turn the fixes around.
        let most = (i128::from(latest) - i128::from(earliest)).max(0);
        (most + ages).max(-ages).max(0)
    });
    let longest = match (by_clock, by_bounds) {
        (Some(clock), Some(bounds)) => clock.min(bounds),
        (clock, bounds) => clock.or(bounds)?,
    };
    Some(u64::try_from(longest).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use geo::Destination;
    use proptest::prelude::*;

    use super::*;
    use crate::model::{FixSource, SessionId};
    use crate::time::{Bounds, Grade};

    struct Seen(Fix, TimeEvidence, Timed);

    fn seen(lon: f64, accuracy_m: f64, session: u8, elapsed_ms: u64, bounds: Bounds) -> Seen {
        let fix = Fix::new(-3.0, lon, accuracy_m, 0, FixSource::Gnss).unwrap();
        let time = TimeEvidence { wall_ms: 0, session: SessionId::new([session; 16]), run: 0, elapsed_ms, gnss: None };
        Seen(fix, time, Timed { claimed_ms: 0, bounds, proven: bounds, presumed: None, grade: Grade::Bounded })
    }

    fn sighting(Seen(fix, time, timed): &Seen) -> Sighting<'_> {
        Sighting { record: RecordId::new(1, [0; 10]), fix, time, timed }
    }

    fn signal(earlier: &Seen, later: &Seen) -> Option<Signal> {
        speed_signal(&sighting(earlier), &sighting(later), &PlaceLimits::default())
    }

    #[test]
    fn ten_kilometres_in_ten_seconds_are_named_and_in_ten_minutes_are_not() {
        let home = seen(120.2, 20.0, 1, 0, Bounds::OPEN);
        let there = |after_ms| seen(120.29, 20.0, 1, after_ms, Bounds::OPEN);
        let Some(Signal::ImpossibleSpeed { at_least_m, within_ms, .. }) = signal(&home, &there(10_000)) else {
            panic!("no signal");
        };
        // 10,005 m along the parallel, less twice both accuracies.
        assert!((9_920..9_930).contains(&at_least_m), "{at_least_m}");
        assert_eq!(within_ms, 10_007);
        assert_eq!(signal(&home, &there(600_000)), None);
    }

    #[test]
    fn accuracy_and_open_bounds_take_the_doubt_away_from_the_person() {
        let home = seen(120.2, 20.0, 1, 0, Bounds::between(1_000, 2_000));
        let there = |accuracy_m, bounds| seen(120.29, accuracy_m, 2, 0, bounds);
        assert!(signal(&home, &there(20.0, Bounds::between(9_000, 11_000))).is_some());
        assert_eq!(signal(&home, &there(6_000.0, Bounds::between(9_000, 11_000))), None, "may be next door");
        assert_eq!(signal(&home, &there(20.0, Bounds::between(9_000, 3_600_000))), None, "may be an hour later");
        assert_eq!(signal(&home, &there(20.0, Bounds::from(9_000))), None, "nothing says when");
    }

    #[test]
    fn an_old_fix_was_made_earlier_than_its_tap() {
        let home = seen(120.2, 20.0, 1, 0, Bounds::OPEN);
        let mut there = seen(120.29, 20.0, 1, 600_000, Bounds::OPEN);
        there.0 = Fix::new(-3.0, 120.29, 20.0, 595_000, FixSource::Gnss).unwrap();
        assert!(signal(&home, &there).is_some(), "5 s apart");
    }

    proptest! {
        #[test]
        fn who_travels_below_the_limit_is_never_flagged(
            mps in 0.0..99.0_f64, seconds in 1_u32..20_000, drift_ppm in -500..=500_i64, slack in 0..10_000_i64, same in any::<bool>(),
        ) {
            let metres = mps * f64::from(seconds);
            let east = longitude_east_by(metres);
            let true_ms = i64::from(seconds) * 1_000;
            let elapsed = u64::try_from(true_ms * (1_000_000 + drift_ppm) / 1_000_000).unwrap();
            let bounds = Bounds::between(true_ms - slack, true_ms + slack);
            let start = seen(120.2, 3.0, 1, 0, Bounds::between(-slack, slack));
            prop_assert_eq!(signal(&start, &seen(east, 3.0, if same { 1 } else { 2 }, elapsed, bounds)), None);
        }

        #[test]
        fn no_evidence_makes_it_panic(a in any::<(u64, i64, i64)>(), b in any::<(u64, i64, i64)>()) {
            let of = |(elapsed, x, y)| seen(120.2, 5.0, 1, elapsed, Bounds::between(x, y));
            let _ = signal(&of(a), &of(b));
        }
    }

    fn longitude_east_by(metres: f64) -> f64 {
        Geodesic.destination(Point::new(120.2, -3.0), 90.0, metres).x()
    }
}
