//! The records' part of the model.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use hadir_core::model::{EnvelopeHash, InstallId, PersonId, ProofCode, RecordId};

use super::State;
use crate::store::{
    EpochPlaces, Evidence, EvidenceCause, HealthVerdict, Inserted, NewRecord, OrderOutcome, Place, PlaceState,
    ProvenPlace, RecordRow, RecordsRead, RecordsWrite, Result, Span, StoreError, StoredOrder, StoredReceipt,
    StoredStub, Totals,
};

/// Installation, epoch, place.
type At = (InstallId, u32, u64);

#[derive(Clone, Default)]
pub(super) struct Part {
    places: BTreeMap<At, Place>,
    records: BTreeMap<At, RecordRow>,
    ids: BTreeMap<(InstallId, RecordId), At>,
    evidence: Vec<Evidence>,
    stubs: BTreeMap<(At, EnvelopeHash), StoredStub>,
    orders: BTreeMap<(InstallId, i64), StoredOrder>,
    proven: BTreeMap<At, ProvenPlace>,
    receipts: BTreeMap<(At, [u8; 32]), StoredReceipt>,
    health: Vec<HealthVerdict>,
}

impl Part {
    /// Every record, by installation, epoch and place.
    pub(super) fn all(&self) -> impl Iterator<Item = &RecordRow> {
        self.records.values()
    }

    /// Whatever was noted to have come later came at this instant.
    pub(super) fn set_clock_back(&mut self, now_ms: i64) {
        let noted = (self.records.values_mut().map(|row| &mut row.received_ms))
            .chain(self.proven.values_mut().map(|place| &mut place.receipt_ms))
            .chain(self.stubs.values_mut().map(|stub| &mut stub.received_ms))
            .chain(self.evidence.iter_mut().map(|object| &mut object.received_ms))
            .chain(self.health.iter_mut().map(|verdict| &mut verdict.received_ms));
        noted.for_each(|at_ms| *at_ms = (*at_ms).min(now_ms));
    }
}

impl RecordsRead for State {
    fn places(&self, install: &InstallId, epoch: u32, from: u64, to: u64) -> Result<Vec<Place>> {
        if from > to {
            return Ok(Vec::new());
        }
        let range = (*install, epoch, from)..=(*install, epoch, to);
        Ok(self.records.places.range(range).map(|(_, place)| *place).collect())
    }

    fn epochs(&self, install: &InstallId) -> Result<Vec<EpochPlaces>> {
        let mut epochs: Vec<EpochPlaces> = Vec::new();
        for ((_, epoch, seq), place) in self.records.places.range((*install, 0, 0)..=(*install, u32::MAX, u64::MAX)) {
            let new = EpochPlaces { epoch: *epoch, taken: 0, last: 0, stubs: 0, first_stub: None };
            if epochs.last().is_none_or(|last| last.epoch != *epoch) {
                epochs.push(new);
            }
            if let Some(of) = epochs.last_mut() {
                of.taken += 1;
                of.last = *seq;
                if place.state == PlaceState::Stub {
                    of.stubs += 1;
                    of.first_stub = of.first_stub.or(Some(*seq));
                }
            }
        }
        Ok(epochs)
    }

    fn contiguous_after(&self, install: &InstallId, epoch: u32, after: u64) -> Result<Option<(u64, EnvelopeHash)>> {
        let mut last = None;
        for seq in after + 1.. {
            let Some(place) = self.records.places.get(&(*install, epoch, seq)) else { break };
            last = Some((seq, place.hash));
        }
        Ok(last)
    }

    fn records(&self, install: &InstallId, span: Span) -> Result<Vec<RecordRow>> {
        let wanted = |row: &&RecordRow| match span {
            Span::All => true,
            Span::Touching { from_ms, until_ms } => {
                let within = from_ms..until_ms;
                within.contains(&row.record.claimed_ms) || within.contains(&row.received_ms)
            }
            Span::Places { epoch, from, to } => row.record.epoch == epoch && (from..=to).contains(&row.record.seq),
        };
        let of = (*install, 0, 0)..=(*install, u32::MAX, u64::MAX);
        Ok(self.records.records.range(of).map(|(_, row)| row).filter(wanted).cloned().collect())
    }

    fn record_of_id(&self, install: &InstallId, id: &RecordId) -> Result<Option<RecordRow>> {
        let at = self.records.ids.get(&(*install, *id));
        Ok(at.and_then(|at| self.records.records.get(at)).cloned())
    }

    fn records_of_code(&self, code: ProofCode) -> Result<Vec<RecordRow>> {
        Ok(self.records.records.values().filter(|row| code.matches(row.record.hash)).cloned().collect())
    }

    fn evidence(&self, install: &InstallId) -> Result<Vec<Evidence>> {
        let mut found: Vec<_> = self.records.evidence.iter().filter(|one| one.install == *install).cloned().collect();
        found.sort_by_key(|one| (one.epoch, one.seq));
        Ok(found)
    }

    fn stubs(&self, install: &InstallId) -> Result<Vec<StoredStub>> {
        Ok(self.records.stubs.values().filter(|stub| stub.install == *install).cloned().collect())
    }

    fn orders(&self, install: &InstallId, open: bool) -> Result<Vec<StoredOrder>> {
        let wanted = |order: &&StoredOrder| order.install == *install && !(open && order.done.is_some());
        Ok(self.records.orders.values().filter(wanted).cloned().collect())
    }

    fn proven(&self, install: &InstallId) -> Result<Vec<ProvenPlace>> {
        let of = (*install, 0, 0)..=(*install, u32::MAX, u64::MAX);
        let still = |at: &At| self.records.places.get(at).is_some_and(|place| place.state == PlaceState::Proven);
        Ok(self.records.proven.range(of).filter(|(at, _)| still(at)).map(|(_, proven)| *proven).collect())
    }

    fn receipt(
        &self,
        install: &InstallId,
        (epoch, from): (u32, u64),
        batch: &[u8; 32],
    ) -> Result<Option<StoredReceipt>> {
        Ok(self.records.receipts.get(&((*install, epoch, from), *batch)).cloned())
    }

    fn receipt_times(&self, install: &InstallId, named: BTreeSet<EnvelopeHash>) -> Result<BTreeMap<EnvelopeHash, i64>> {
        let is = |one: &&StoredReceipt| one.install == *install && named.contains(&one.hash);
        Ok(self.records.receipts.values().filter(is).map(|one| (one.hash, one.t_ms)).collect())
    }

    fn health(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<HealthVerdict>> {
        let is = |one: &&HealthVerdict| {
            person.is_none_or(|person| one.person == *person) && (from..=until).contains(&one.for_date)
        };
        let mut found: Vec<_> = self.records.health.iter().filter(is).cloned().collect();
        found.sort_by_key(|one| (one.received_ms, one.install, one.epoch, one.seq));
        Ok(found)
    }

    fn totals(&self) -> Result<Totals> {
        Ok(Totals {
            records: self.records.records.len() as u64,
            stubs: self.records.places.values().filter(|place| place.state == PlaceState::Stub).count() as u64,
            evidence: self.records.evidence.len() as u64,
            receipts: self.records.receipts.len() as u64,
        })
    }
}

impl RecordsWrite for State {
    fn insert_records(
        &mut self,
        install: &InstallId,
        received_ms: i64,
        records: &[&NewRecord],
    ) -> Result<Vec<Inserted>> {
        let mut answers = Vec::with_capacity(records.len());
        for &record in records {
            if self.records.ids.contains_key(&(*install, record.id)) {
                answers.push(Inserted::IdTaken);
                continue;
            }
            let at = (*install, record.epoch, record.seq);
            let free =
                self.records.places.get(&at).is_none_or(|held| held.state.awaits_record() && held.hash == record.hash);
            if !free {
                return Err(StoreError::Engine("a record was to be stored at a place that is taken".into()));
            }
            self.records.places.insert(at, Place { seq: record.seq, hash: record.hash, state: PlaceState::Record });
            self.records.ids.insert((*install, record.id), at);
            self.records.records.insert(at, RecordRow { install: *install, received_ms, record: record.clone() });
            answers.push(Inserted::Stored);
        }
        Ok(answers)
    }

    fn insert_stub(&mut self, stub: &StoredStub) -> Result<()> {
        let at = (stub.install, stub.epoch, stub.seq);
        self.records.stubs.entry((at, stub.stands_for)).or_insert_with(|| stub.clone());
        let place = Place { seq: stub.seq, hash: stub.stands_for, state: PlaceState::Stub };
        self.records.places.entry(at).or_insert(place);
        Ok(())
    }

    fn add_order(&mut self, order: &StoredOrder) -> Result<()> {
        self.records.orders.insert((order.install, order.t_ms), order.clone());
        Ok(())
    }

    fn close_orders(
        &mut self,
        install: &InstallId,
        place: (u32, u64),
        until_ms: i64,
        at_ms: i64,
        outcome: OrderOutcome,
    ) -> Result<()> {
        for order in self.records.orders.values_mut() {
            let is = order.install == *install && (order.epoch, order.seq) == place && order.t_ms <= until_ms;
            if is && order.done.is_none() {
                order.done = Some((at_ms, outcome));
            }
        }
        Ok(())
    }

    fn insert_proven(&mut self, install: &InstallId, proven: &ProvenPlace) -> Result<bool> {
        let at = (*install, proven.epoch, proven.seq);
        if self.records.places.contains_key(&at) {
            return Ok(false);
        }
        let place = Place { seq: proven.seq, hash: proven.hash, state: PlaceState::Proven };
        self.records.places.insert(at, place);
        self.records.proven.insert(at, *proven);
        Ok(true)
    }

    fn insert_evidence(&mut self, new: &Evidence) -> Result<()> {
        if !self.records.evidence.iter().any(|one| (one.install, one.hash) == (new.install, new.hash)) {
            self.records.evidence.push(new.clone());
        }
        if new.cause == EvidenceCause::Id {
            let place = Place { seq: new.seq, hash: new.hash, state: PlaceState::Evidence };
            self.records.places.entry((new.install, new.epoch, new.seq)).or_insert(place);
        }
        Ok(())
    }

    fn add_receipt(&mut self, receipt: &StoredReceipt) -> Result<()> {
        let at = (receipt.install, receipt.epoch, receipt.from);
        self.records.receipts.entry((at, receipt.batch)).or_insert_with(|| receipt.clone());
        Ok(())
    }

    fn add_health(&mut self, new: &HealthVerdict) -> Result<()> {
        let is = |one: &HealthVerdict| (one.install, one.epoch, one.seq) == (new.install, new.epoch, new.seq);
        if !self.records.health.iter().any(is) {
            self.records.health.push(new.clone());
        }
        Ok(())
    }
}
