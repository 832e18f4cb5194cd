//! A day of a person or a unit, assembled from the store and judged.
//!
//! - [`Days`] gives [`DayView`]s: people against windows, counts, outages; what the board, the command line and the demo show;
//! - [`Scope`]: whose day, and which; [`PersonDay`]: one person's, with the judge's verdict and its reasons.

mod days;
mod earlier;
mod evidence;
mod history;
mod judging;
mod model;

pub use days::{DayError, Days, Scope};
pub use model::{Counts, DayView, Hours, NoteSeen, NoteWhat, PersonDay, PhoneNote, RuleInForce, Tally};

#[cfg(test)]
mod tests;
