//! What the health office is given: sealed forms with what they are bound to. This server can't open them.

use chrono::NaiveDate;
use hadir_core::{model::B64, seal::health::SealedForm, wire::VERSION};

use super::{Admin, AdminError};
use crate::store::Span;

impl Admin<'_> {
    /// The sealed forms for office days in `[from, until]`, by when they were received (protocol §4.1).
    ///
    /// # Errors
    /// What the store reports.
    pub fn export_health(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<SealedForm>, AdminError> {
        self.act("health.export", |tx| {
            let mut forms = Vec::new();
            for form in tx.health(None, from, until)? {
                let place = Span::Places { epoch: form.epoch, from: form.seq, to: form.seq };
                let Some(installation) = tx.installation(&form.install)? else { continue };
                for row in tx.records(&form.install, place)? {
                    let (record, key) = (row.record.compact, B64(installation.key));
                    forms.push(SealedForm { v: VERSION, record, key, person: form.person.clone() });
                }
            }
            let detail = format!("{} forms for {from} to {until}", forms.len());
            Ok((forms, detail))
        })
    }
}
