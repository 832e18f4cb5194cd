//! What the health office is given: sealed forms with what they are bound to. This server can't open them.

use chrono::NaiveDate;
use hadir_core::model::{B64, PersonId};
use serde::{Deserialize, Serialize};

use super::{Admin, AdminError};
use crate::store::Span;

/// One sealed form for the health office, a line of JSON (protocol §4.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthLine {
    /// The form of the line, 1.
    pub v: u32,
    /// The signed record, compact.
    pub record: String,
    /// The public key of its installation.
    pub key: B64<32>,
    /// Whose.
    pub person: PersonId,
}

impl Admin<'_> {
    /// The sealed forms for office days in `[from, until]`, by when they were received.
    ///
    /// # Errors
    /// What the store reports.
    pub fn export_health(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<HealthLine>, AdminError> {
        self.act("health.export", |tx| {
            let mut lines = Vec::new();
            for form in tx.health(None, from, until)? {
                let place = Span::Places { epoch: form.epoch, from: form.seq, to: form.seq };
                let Some(installation) = tx.installation(&form.install)? else { continue };
                for row in tx.records(&form.install, place)? {
                    let (record, key) = (row.record.compact, B64(installation.key));
                    lines.push(HealthLine { v: 1, record, key, person: form.person.clone() });
                }
            }
            let detail = format!("{} forms for {from} to {until}", lines.len());
            Ok((lines, detail))
        })
    }
}
