//! What people ask, in the model.

use hadir_core::model::{EnvelopeHash, PersonId};

use super::State;
use crate::store::{
    AskKind, AskMarks, AskRow, AsksRead, AsksWrite, NewDecision, PhonesRead as _, RecordRow, Result, StoredDecision,
};

#[derive(Clone, Default)]
pub(super) struct Part {
    decisions: Vec<StoredDecision>,
}

impl State {
    fn ask_row(&self, row: &RecordRow) -> Result<Option<AskRow>> {
        let phone = self.installation(&row.install)?;
        Ok(phone.map(|phone| AskRow { person: phone.person, row: row.clone() }))
    }
}

impl AsksRead for State {
    fn asks(&self, kind: AskKind, person: Option<&PersonId>, from_ms: i64) -> Result<Vec<AskRow>> {
        let wanted = |row: &&RecordRow| row.record.kind == kind.kind() && row.received_ms >= from_ms;
        let mut found = Vec::new();
        for row in self.records.all().filter(wanted) {
            found.extend(self.ask_row(row)?.filter(|ask| person.is_none_or(|person| ask.person == *person)));
        }
        found.sort_by_key(|ask| {
            let RecordRow { install, received_ms, record } = &ask.row;
            (*received_ms, *install, record.epoch, record.seq)
        });
        Ok(found)
    }

    fn ask(&self, hash: &EnvelopeHash) -> Result<Option<AskRow>> {
        let is = |row: &&RecordRow| {
            row.record.hash == *hash && AskKind::ALL.iter().any(|kind| kind.kind() == row.record.kind)
        };
        match self.records.all().find(is) {
            Some(row) => self.ask_row(row),
            None => Ok(None),
        }
    }

    fn ask_marks(&self) -> Result<AskMarks> {
        let asked = |row: &&RecordRow| AskKind::ALL.iter().any(|kind| kind.kind() == row.record.kind);
        let records = self.records.all().filter(asked).count() as u64;
        Ok(AskMarks { records, decisions: self.asks.decisions.len() as u64 })
    }

    fn decisions(&self, person: Option<&PersonId>) -> Result<Vec<StoredDecision>> {
        let of = |stored: &&StoredDecision| person.is_none_or(|person| stored.new.person == *person);
        Ok(self.asks.decisions.iter().filter(of).cloned().collect())
    }
}

impl AsksWrite for State {
    fn add_decision(&mut self, decision: &NewDecision) -> Result<u64> {
        let no = self.asks.decisions.len() as u64 + 1;
        self.asks.decisions.push(StoredDecision { no, new: decision.clone() });
        Ok(no)
    }
}
