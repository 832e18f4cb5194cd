//! Whether a person may enter the office, by their own self-assessment. No answer is ever seen here.

use serde::Serialize;

use super::FormSeen;
use crate::model::{EntryVerdict, RecordId};
use crate::schedule::{DayPlan, FormTiming};

/// The entry of a person on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Entry {
    /// The state.
    pub state: EntryState,
    /// The self-assessment that it rests on.
    pub form: Option<RecordId>,
    /// Whether that was made after the time of entry.
    pub late: bool,
}

/// Whether a person may enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// *Boleh masuk kantor.*
    MayEnter,
    /// *Tidak boleh masuk, menunggu pemeriksaan.*
    MayNotEnter,
    /// *Belum mengisi.*
    NotSubmitted,
    /// No self-assessment is asked for this day.
    NotOwed,
}

/// Reads the self-assessments for the date. One that says *may not enter* stands, whatever a later one says: a cough does
/// not go away by asking again, and the health office clears. Otherwise the earliest counts.
pub(super) fn judge_entry(plan: &DayPlan, forms: &[FormSeen]) -> Entry {
    let of_the_day = || forms.iter().filter(|form| form.for_date == plan.duty_date);
    let earliest = |verdict| {
        of_the_day()
            .filter(|form| form.verdict == verdict)
            .min_by_key(|form| (form.timed.judged_ms(), form.place, form.record))
    };
    let found = earliest(EntryVerdict::MayNotEnter).or_else(|| earliest(EntryVerdict::MayEnter));
    let state = match (found.map(|form| form.verdict), &plan.form) {
        (Some(EntryVerdict::MayNotEnter), _) => EntryState::MayNotEnter,
        (Some(EntryVerdict::MayEnter), Some(_)) => EntryState::MayEnter,
        (None, Some(_)) => EntryState::NotSubmitted,
        (_, None) => EntryState::NotOwed,
    };
    let timing = plan.form.as_ref().zip(found).map(|(duty, form)| duty.timing(form.timed.judged_ms()));
    Entry {
        state,
        form: found.map(|form| form.record),
        late: matches!(timing, Some(FormTiming::Late | FormTiming::Closed)),
    }
}
