//! What about a tap a person should look at. A signal is never a verdict, and never blocks anything.

use serde::{Deserialize, Serialize};

use super::geofence::whole_m;
use crate::model::{CheckIn, Fix, FixSource, NoFix, RecordId, TimeEvidence};
use crate::time::gnss_difference_ms;

/// Something worth a look, with what was measured. Nothing in it tells a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "signal", rename_all = "snake_case")]
pub enum Signal {
    /// The platform calls the fix a mock. An external receiver is called so too, honestly: the source is named.
    Mock {
        /// Where the fix came from.
        source: FixSource,
    },
    /// The fix was old when the tap was made.
    OldFix {
        /// Its age, milliseconds.
        age_ms: u64,
    },
    /// The fix was inaccurate.
    PoorAccuracy {
        /// Radius of 68 % confidence, metres.
        accuracy_m: u32,
    },
    /// Two fixes in a row that nobody could travel between.
    ImpossibleSpeed {
        /// The record of the earlier one.
        since: RecordId,
        /// The least distance between them that their accuracies allow, metres.
        at_least_m: u32,
        /// The longest time between them that the evidence allows, milliseconds.
        within_ms: u64,
    },
    /// People of several households at the same coordinates, to 6 decimals.
    IdenticalCoordinates {
        /// How many households; someone of an unknown one counts as one.
        households: u32,
        /// How many people.
        people: u32,
    },
    /// Satellite time and the phone's wall clock disagree.
    GnssAgainstClock {
        /// Wall clock minus satellite time, milliseconds.
        difference_ms: i64,
    },
    /// There is no fix.
    NoFix {
        /// Why.
        reason: NoFix,
    },
    /// Surely outside the region, and no permit covers the date.
    OutsideRegion {
        /// From the reported point to the region's edge, metres.
        by_m: u32,
    },
}

/// From where on something is worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlaceLimits {
    /// Age above which a fix is old, milliseconds.
    pub old_fix_ms: u64,
    /// Accuracy above which a fix is poor, metres.
    pub poor_accuracy_m: f64,
    /// Speed above which a journey is impossible, metres a second.
    pub impossible_mps: f64,
}

impl Default for PlaceLimits {
    fn default() -> Self {
        Self {
            // A cold start takes about 40 s in the open; an older fix was somebody else's wish or a phone in a bag.
            old_fix_ms: 120_000,
            // Wi-Fi gives 20 to 60 m and one cell tower in a town 200 m to 2 km: this is where a fix stops telling a place.
            poor_accuracy_m: 200.0,
            // The fastest train of the country makes 97 m/s. An airliner is faster: its passenger has a duty trip to show.
            impossible_mps: 100.0,
        }
    }
}

/// The signals that one tap shows by itself: mock, age, accuracy, no fix, satellite time against the clock.
///
/// An external receiver, a network fix or a typed-in position is no signal by itself.
#[must_use]
pub fn fix_signals(check_in: &CheckIn, time: &TimeEvidence, limits: &PlaceLimits) -> Vec<Signal> {
    let mut signals = match check_in {
        CheckIn::Fix(fix) => of_fix(fix, limits),
        CheckIn::NoFix(reason) => vec![Signal::NoFix { reason: *reason }],
    };
    signals.extend(gnss_difference_ms(time).map(|difference_ms| Signal::GnssAgainstClock { difference_ms }));
    signals
}

fn of_fix(fix: &Fix, limits: &PlaceLimits) -> Vec<Signal> {
    let mock = (fix.mock() == Some(true)).then(|| Signal::Mock { source: fix.source() });
    let old = (fix.age_ms() > limits.old_fix_ms).then(|| Signal::OldFix { age_ms: fix.age_ms() });
    let poor = (fix.accuracy_m() > limits.poor_accuracy_m)
        .then(|| Signal::PoorAccuracy { accuracy_m: whole_m(fix.accuracy_m()) });
    mock.into_iter().chain(old).chain(poor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{GnssTime, SessionId};

    fn time(gnss: Option<GnssTime>) -> TimeEvidence {
        TimeEvidence { wall_ms: 10_000_000, session: SessionId::new([0; 16]), run: 0, elapsed_ms: 5_000, gnss }
    }

    fn signals(fix: Fix) -> Vec<Signal> {
        fix_signals(&CheckIn::Fix(fix), &time(None), &PlaceLimits::default())
    }

    #[test]
    fn a_good_fix_shows_nothing_whatever_its_source() {
        for source in [FixSource::Gnss, FixSource::Network, FixSource::Fused, FixSource::External, FixSource::Manual] {
            let fix = Fix::new(-2.5, 120.3, 200.0, 120_000, source).unwrap();
            assert_eq!(signals(fix.clone()), []);
            assert_eq!(signals(fix.with_mock(false)), []);
        }
    }

    #[test]
    fn every_oddity_of_one_tap_is_named_with_what_was_measured() {
        let fix = Fix::new(-2.5, 120.3, 640.2, 120_001, FixSource::External).unwrap().with_mock(true);
        assert_eq!(
            signals(fix),
            [
                Signal::Mock { source: FixSource::External },
                Signal::OldFix { age_ms: 120_001 },
                Signal::PoorAccuracy { accuracy_m: 640 },
            ]
        );
        let gnss = Some(GnssTime { t_ms: 13_000_000, elapsed_ms: 5_000 });
        let no_fix = fix_signals(&CheckIn::NoFix(NoFix::Timeout), &time(gnss), &PlaceLimits::default());
        assert_eq!(
            no_fix,
            [Signal::NoFix { reason: NoFix::Timeout }, Signal::GnssAgainstClock { difference_ms: -3_000_000 }]
        );
    }
}
