//! Self-assessment forms: versioned definitions with weights and thresholds, and their score. Pure.
//!
//! - [`FormDefinition`] is data from `policies/forms/`; [`shipped`] are those of this build, [`definition`] finds one;
//! - [`FormDefinition::score`] turns [`Answers`] into a [`Scored`] with the verdict that the head may see.
//!
//! When a form is owed is the plan of its office day: [`FormDuty`].
//!
//! Sealing the answers to the health office is not here.

mod definition;
mod score;

pub use definition::{BadForm, Bilingual, FormBasis, FormDefinition, Question, definition, is_shipped, shipped};
pub use score::{Answers, FormError, Risk, Scored};

pub use crate::model::EntryVerdict;
pub use crate::schedule::{FormDuty, FormTiming};
