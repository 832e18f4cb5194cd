//! What sealed answers are bound to, in the open: they open for nothing else.

use chrono::NaiveDate;

use super::PURPOSE;
use crate::model::{EntryVerdict, HealthForm, InstallId, PersonId, Record, RecordId};

/// The associated data of both layers (protocol §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The installation that signs the record.
    pub install: InstallId,
    /// The record that carries the answers.
    pub record: RecordId,
    /// Whose answers they are.
    pub person: &'a PersonId,
    /// The form's id, such as `form1`.
    pub form: &'a str,
    /// The form's version.
    pub form_version: u32,
    /// The office day they are for.
    pub for_date: NaiveDate,
    /// The verdict that is declared in the open.
    pub verdict: EntryVerdict,
}

impl<'a> Binding<'a> {
    /// Takes the binding from a record and its body; the person is known from the assignment.
    #[must_use]
    pub fn of_record(record: &Record, form: &'a HealthForm, person: &'a PersonId) -> Self {
        Self {
            install: record.install,
            record: record.id,
            person,
            form: &form.form,
            form_version: form.form_version,
            for_date: form.for_date,
            verdict: form.verdict,
        }
    }

    /// The lines, or nothing if the form's id could be read as more than an id.
    pub(super) fn to_text(&self) -> Option<String> {
        let id_good = (1..=64).contains(&self.form.len())
            && self.form.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'));
        id_good.then(|| {
            format!(
                "{PURPOSE}\n{}\n{}\n{}\n{} {}\n{}\n{}\n",
                self.install,
                self.record,
                self.person,
                self.form,
                self.form_version,
                self.for_date,
                self.verdict.as_str()
            )
        })
    }
}
