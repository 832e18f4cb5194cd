//! Half-filled self-assessments: small sealed files of this phone, replaced whole, gone once the form is submitted.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{CheckInEngine, EngineError};
use crate::{form::Answers, journal::SmallFile, limits::engine as limits};

/// A self-assessment that is not finished. `Debug` shows how many answers, never which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormDraft {
    /// The form's id.
    pub form: String,
    /// Its version.
    pub form_version: u32,
    /// The answers so far.
    pub answers: Answers,
}

/// What lies here for a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftFound {
    /// Nothing.
    Nothing,
    /// A draft of the form that is asked for now.
    Draft(FormDraft),
    /// Something that can't be read, or of another version of the form; it was set aside or is no use.
    Unusable,
}

impl CheckInEngine {
    /// Keeps a half-filled self-assessment for an office day, in place of the one before. It never leaves this phone.
    ///
    /// # Errors
    /// [`EngineError::NoFormDue`]; [`EngineError::StoreFull`] and [`EngineError::Store`]: the one before is still kept.
    pub fn save_draft(&self, for_date: NaiveDate, answers: &Answers) -> Result<(), EngineError> {
        let form = self.form_definition(for_date)?.ok_or(EngineError::NoFormDue(for_date))?;
        let draft = FormDraft { form: form.id.clone(), form_version: form.version, answers: answers.clone() };
        let plain = Zeroizing::new(serde_json::to_vec(&draft).expect("texts and truth values always serialize"));
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        store.journal.save_draft(&label(for_date), &plain)?;
        // Those of days gone by are nobody's any more.
        let oldest = for_date.checked_sub_days(Days::new(limits::DRAFT_DAYS));
        for old in store.journal.drafts()? {
            if old.parse::<NaiveDate>().is_ok_and(|date| oldest.is_some_and(|oldest| date < oldest)) {
                store.journal.discard_draft(&old)?;
            }
        }
        Ok(())
    }

    /// Brings back what [`Self::save_draft`] kept. Damage is told, and never stops anyone from filling the form.
    ///
    /// # Errors
    /// [`EngineError::NoFormDue`]; [`EngineError::Store`] when the medium does not give it back.
    pub fn load_draft(&self, for_date: NaiveDate) -> Result<DraftFound, EngineError> {
        let form = self.form_definition(for_date)?.ok_or(EngineError::NoFormDue(for_date))?;
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let plain = match store.journal.load_draft(&label(for_date))? {
            SmallFile::Missing => return Ok(DraftFound::Nothing),
            SmallFile::Damaged => return Ok(DraftFound::Unusable),
            SmallFile::Found(plain) => Zeroizing::new(plain),
        };
        let draft = serde_json::from_slice::<FormDraft>(&plain).ok();
        let fits = |draft: &FormDraft| (&draft.form, draft.form_version) == (&form.id, form.version);
        Ok(draft.filter(fits).map_or(DraftFound::Unusable, DraftFound::Draft))
    }

    /// Throws a half-filled self-assessment away; that there is none is no error.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`]; [`EngineError::Store`] when it can't be removed.
    pub fn discard_draft(&self, for_date: NaiveDate) -> Result<(), EngineError> {
        let mut inner = self.inner();
        Ok(inner.enrolled()?.journal.discard_draft(&label(for_date))?)
    }
}

pub(super) fn label(for_date: NaiveDate) -> String {
    for_date.format("%Y-%m-%d").to_string()
}
