//! The health office's side: opens forms that the server exported, on a machine that is not the server, and scores them again.
//!
//! An export is JSON Lines, a [`SealedForm`] each (protocol §4.1).

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Binding, HealthAnswers, OpenError, open};
use crate::{
    envelope::{EnvelopeError, KeyError, PublicKey, Unverified},
    form::{self, Answers, FormError, Scored},
    model::{B64, Body, EntryVerdict, PersonId, Record, RecordId},
    seal::wrap::OpeningKey,
    wire::VERSION,
};

/// One line of an export: a record as it was signed, and what it takes to check and open it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedForm {
    /// Version of the export, 1.
    pub v: u32,
    /// A `health_form` record, compact.
    pub record: String,
    /// The installation's public key; its thumbprint is the record's `install`.
    pub key: B64<32>,
    /// Whose installation it is. A wrong name opens nothing, since the person is bound in.
    pub person: PersonId,
}

/// Says why a line of an export gives no answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfficeError {
    /// Not a line of an export.
    #[error("not a sealed form: expected JSON with v, record, key and person")]
    Form,
    /// A later version.
    #[error("this export is of version {found}; this program reads {VERSION}: update it")]
    Version {
        /// The version found.
        found: u32,
    },
    /// The installation's key is unusable.
    #[error("the installation's key is unusable: {0}")]
    Key(#[from] KeyError),
    /// The record is not as the phone signed it.
    #[error("the record is refused: {0}")]
    Record(#[from] EnvelopeError),
    /// The record is about something else.
    #[error("the record is of kind {kind}, not health_form, or its body can't be read")]
    NotAForm {
        /// Its kind.
        kind: String,
    },
    /// It does not open.
    #[error("{0}")]
    Open(#[from] OpenError),
}

/// A form as the office reads it. `Debug` shows no answer.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedForm {
    /// The record that carried it.
    pub record: RecordId,
    /// Whose answers.
    pub person: PersonId,
    /// The office day they are for.
    pub for_date: NaiveDate,
    /// The phone's wall clock when it was filled, milliseconds: a claim.
    pub filled_at_ms: i64,
    /// The form's id.
    pub form: String,
    /// The form's version.
    pub form_version: u32,
    /// What the phone declared in the open.
    pub declared: EntryVerdict,
    /// What the answers come to by the form's definition.
    pub scored: Result<Scored, NotScored>,
    /// The answers, and how to reach the person.
    pub answers: HealthAnswers,
}

/// Says why answers can't be scored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotScored {
    /// A form that this build does not have.
    #[error("this program does not know the form {form} version {version}: update it")]
    UnknownForm {
        /// The form's id.
        form: String,
        /// The form's version.
        version: u32,
    },
    /// The answers are not those of the form.
    #[error("{0}")]
    Answers(#[from] FormError),
}

impl OpenedForm {
    /// Tells whether the phone declared what its answers come to.
    #[must_use]
    pub fn declared_rightly(&self) -> bool {
        self.scored.as_ref().is_ok_and(|scored| scored.verdict == self.declared)
    }

    /// Tells whether the person is to be kept from entering: by the answers, or if they can't be scored, as declared.
    #[must_use]
    pub fn may_not_enter(&self) -> bool {
        self.scored.as_ref().map_or(self.declared, |scored| scored.verdict) == EntryVerdict::MayNotEnter
    }
}

impl fmt::Debug for OpenedForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenedForm({}, {}, …)", self.record, self.for_date)
    }
}

impl SealedForm {
    /// Reads a line of an export.
    ///
    /// # Errors
    /// [`OfficeError::Form`] or [`OfficeError::Version`].
    pub fn parse(line: &str) -> Result<Self, OfficeError> {
        #[derive(Deserialize)]
        struct Version {
            v: u32,
        }
        match serde_json::from_str::<Version>(line) {
            Ok(Version { v: VERSION }) => serde_json::from_str(line).map_err(|_| OfficeError::Form),
            Ok(Version { v: found }) => Err(OfficeError::Version { found }),
            Err(_) => Err(OfficeError::Form),
        }
    }

    /// Checks the phone's signature, opens the answers with one of the office's keys, and scores them.
    ///
    /// # Errors
    /// [`OfficeError`], the first thing that is wrong.
    pub fn open(&self, key: &OpeningKey) -> Result<OpenedForm, OfficeError> {
        let install = PublicKey::new(&self.key)?;
        let record = Unverified::<Record>::parse(self.record.as_str())?.verify(&install)?.into_payload();
        let Ok(Body::HealthForm(body)) = record.body() else {
            return Err(OfficeError::NotAForm { kind: record.kind.to_string() });
        };
        let answers = open(key, &Binding::of_record(&record, &body, &self.person), &body.sealed)?;
        let scored = match form::definition(&body.form, body.form_version) {
            Some(definition) => {
                let given: Answers = answers.answers().iter().map(|(id, yes)| (id.as_str(), *yes)).collect();
                definition.score(&given).map_err(NotScored::Answers)
            }
            None => Err(NotScored::UnknownForm { form: body.form.clone(), version: body.form_version }),
        };
        Ok(OpenedForm {
            record: record.id,
            person: self.person.clone(),
            for_date: body.for_date,
            filled_at_ms: record.time.wall_ms,
            form: body.form,
            form_version: body.form_version,
            declared: body.verdict,
            scored,
            answers,
        })
    }
}
