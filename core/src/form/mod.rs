//! Self-assessment forms: versioned definitions with weights and thresholds, their score, and when they are due. Pure.
//!
//! - [`FormDefinition`] is data from `policies/forms/`; [`shipped`] are those of this build, [`definition`] finds one;
//! - [`FormDefinition::score`] turns [`Answers`] into a [`Scored`] with the verdict that the head may see;
//! - [`open_duties`] picks what can be filled at an instant from the plans of the coming days.
//!
//! Sealing the answers to the health office is not here.

mod definition;
mod due;
mod score;

pub use definition::{BadForm, Bilingual, FormBasis, FormDefinition, Question, definition, is_shipped, shipped};
pub use due::{open_duties, plans_around};
pub use score::{Answers, FormError, Risk, Scored};

pub use crate::model::EntryVerdict;
pub use crate::schedule::{FormDuty, FormTiming};
