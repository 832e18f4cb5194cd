//! What a person should look at.

use serde::Serialize;

use super::{Case, Tap};
use crate::place::{Place, Signal};
use crate::schedule::{LateRule, Mode, Timing, Window};
use crate::time::{Bounds, Grade};

/// Something for a person to look at: *perlu diperiksa*. It changes no state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "flag", rename_all = "snake_case")]
pub enum Flag {
    /// A signal of the fix or of several.
    Signal(Signal),
    /// The fix can't tell on which side of the region's edge it is.
    PlaceUncertain {
        /// From the reported point to the edge, metres.
        edge_m: u32,
        /// The accuracy as reported, metres.
        accuracy_m: u32,
    },
    /// The evidence does not tell on which side of a window's edge the tap was made: it counts as claimed.
    TimeUncertain {
        /// What the evidence allows.
        bounds: Bounds,
        /// How well it is proven.
        grade: Grade,
    },
    /// The wall clock contradicts the evidence, or the evidence itself.
    TimeContradicts {
        /// What the wall clock said, milliseconds.
        claimed_ms: i64,
        /// What the evidence allows.
        bounds: Bounds,
    },
    /// The installation was revoked, and it can't be told whether the tap was made before.
    AroundRevocation {
        /// When it was revoked, milliseconds.
        revoked_ms: i64,
    },
}

/// The flags of a tap, by the window that it counts for, if any.
pub(super) fn of_tap(case: &Case<'_>, tap: &Tap, window: Option<(&Window, &LateRule)>) -> Vec<Flag> {
    let mut flags: Vec<Flag> = tap.signals.iter().cloned().map(Flag::Signal).collect();
    if let Some(placement) = tap.placement {
        match placement.place {
            Place::Outside if !case.may_leave_region && case.plan.mode != Mode::DutyTrip => {
                flags.push(Flag::Signal(Signal::OutsideRegion { by_m: placement.edge_m }));
            }
            Place::Uncertain => {
                flags.push(Flag::PlaceUncertain { edge_m: placement.edge_m, accuracy_m: placement.accuracy_m });
            }
            Place::Inside | Place::Outside => {}
        }
    }
    let (bounds, grade) = (tap.timed.bounds, tap.timed.grade);
    if grade == Grade::Contradictory {
        flags.push(Flag::TimeContradicts { claimed_ms: tap.timed.claimed_ms, bounds });
    }
    // Before the tap has come, its evidence has not either: the next sync brings the token.
    let decided = window.is_none_or(|(window, late)| surely(bounds, window, late).is_some());
    if tap.arrival_ms.is_some() && !decided {
        flags.push(Flag::TimeUncertain { bounds, grade });
    }
    flags
}

/// How a tap surely stands to a window, minutes aside: `None` where the bounds reach over an edge.
pub(super) fn surely(bounds: Bounds, window: &Window, late: &LateRule) -> Option<Timing> {
    let (earliest, latest) = (bounds.earliest_ms?, bounds.latest_ms?);
    let (first, last) = (window.timing(earliest, late), window.timing(latest, late));
    let same = std::mem::discriminant(&first) == std::mem::discriminant(&last);
    (earliest <= latest && same).then_some(first)
}
