//! When a record was made: bounds from evidence, never the phone's word alone.
//!
//! - [`Anchor`]: a time token that was used, with the phone's own readings around its request; [`Anchors`] finds the
//!   tightest bounds that many of them give;
//! - [`Bounds`]: `[earliest, latest]`, where an end may be open, and on which [`Side`] of an edge they lie;
//! - [`bounds_of_chain`]: the bounds and the [`Grade`] of every record of an installation;
//!   [`bounds_of_reading`]: those of one reading, for a phone's preview and for a signed request;
//! - [`received_past`]: up to when a history has surely been received.
//!
//! Satellite time is no bound: it passes through the same phone that may lie, and a spoofed receiver lies about both.
//! Where it disagrees with the wall clock, that is a signal ([`gnss_difference_ms`]).

mod anchor;
mod bounds;
mod chain;
#[cfg(test)]
mod tests;

pub use anchor::{Anchor, AnchorError, Anchors};
pub use bounds::{Bounds, Side};
pub use chain::{ChainEntry, Grade, Timed, bounds_of_chain, bounds_of_reading, received_past};

use crate::model::TimeEvidence;

/// How far a phone's continuous clock may run from true time, parts per million. Quartz in phones stays below 100 over
/// the temperatures that people bear; the rest is for phones that do not.
pub const DRIFT_PPM: u32 = 500;

/// How far a claimed wall time may lie outside the bounds without contradicting them, milliseconds. Networks hand out
/// times that are off by tens of seconds, and a clock set by hand by a minute or two; a lie worth telling is larger.
pub const CLOCK_TOLERANCE_MS: u32 = 120_000;

/// How far satellite time and the wall clock of one record are apart, milliseconds (wall minus satellite), where that is
/// more than [`CLOCK_TOLERANCE_MS`]; `None` where they agree or the platform gave no satellite time.
#[must_use]
pub fn gnss_difference_ms(time: &TimeEvidence) -> Option<i64> {
    let gnss = time.gnss?;
    let since_gnss = i128::from(time.elapsed_ms) - i128::from(gnss.elapsed_ms);
    let difference = i128::from(time.wall_ms) - (i128::from(gnss.t_ms) + since_gnss);
    (difference.unsigned_abs() > u128::from(CLOCK_TOLERANCE_MS)).then(|| saturate(difference))
}

/// Brings a wide number into the range of an instant.
fn saturate(wide: i128) -> i64 {
    i64::try_from(wide).unwrap_or(if wide < 0 { i64::MIN } else { i64::MAX })
}
