//! The phones' part of the model.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use hadir_core::model::{EnvelopeHash, InstallId, PersonId, SessionId};

use super::State;
use crate::limits::WITNESSES;
use crate::store::{
    CodeHash, Installation, IssuedAssignment, PhonesRead, PhonesWrite, Result, StoredInvite, StoredPack, Witness,
};

#[derive(Clone, Default)]
pub(super) struct Part {
    invites: BTreeMap<CodeHash, StoredInvite>,
    installations: BTreeMap<InstallId, Installation>,
    witnesses: BTreeMap<(InstallId, SessionId, u32), Witness>,
    packs: BTreeMap<u64, StoredPack>,
    assignments: Vec<IssuedAssignment>,
    least_pack: u64,
}

impl Part {
    /// Whatever was noted to have come later came at this instant, and whoever was revoked later was revoked at it.
    pub(super) fn set_clock_back(&mut self, now_ms: i64) {
        let revoked = self.installations.values_mut().filter_map(|phone| phone.revoked.as_mut());
        let noted =
            revoked.map(|it| &mut it.at_ms).chain(self.witnesses.values_mut().map(|witness| &mut witness.received_ms));
        noted.for_each(|at_ms| *at_ms = (*at_ms).min(now_ms));
    }
}

impl PhonesRead for State {
    fn invite(&self, code: &CodeHash) -> Result<Option<StoredInvite>> {
        Ok(self.phones.invites.get(code).cloned())
    }
    fn invites(&self) -> Result<Vec<StoredInvite>> {
        let mut all: Vec<_> = self.phones.invites.values().cloned().collect();
        all.sort_by_key(|invite| (invite.created_ms, invite.code));
        Ok(all)
    }
    fn installation(&self, id: &InstallId) -> Result<Option<Installation>> {
        Ok(self.phones.installations.get(id).cloned())
    }
    fn installations(&self, person: Option<&PersonId>) -> Result<Vec<Installation>> {
        let is = |one: &&Installation| person.is_none_or(|person| one.person == *person);
        let mut all: Vec<_> = self.phones.installations.values().filter(is).cloned().collect();
        all.sort_by_key(|one| (one.enrolled_ms, one.id));
        Ok(all)
    }
    fn witnesses(&self, install: &InstallId) -> Result<Vec<Witness>> {
        let mut all: Vec<_> = self.phones.witnesses.values().filter(|one| one.install == *install).cloned().collect();
        all.sort_by_key(|one| (one.received_ms, one.session, one.run));
        Ok(all)
    }
    fn packs(&self, after: u64) -> Result<Vec<StoredPack>> {
        Ok(self.phones.packs.values().filter(|pack| pack.number > after).cloned().collect())
    }
    fn newest_pack(&self) -> Result<Option<u64>> {
        Ok(self.phones.packs.keys().next_back().copied())
    }
    fn least_pack(&self) -> Result<u64> {
        Ok(self.phones.least_pack)
    }
    fn newest_assignment(&self, install: &InstallId) -> Result<Option<IssuedAssignment>> {
        Ok(self.phones.assignments.iter().rev().find(|one| one.install == *install).cloned())
    }
    fn assignments(&self, install: &InstallId, from: NaiveDate, until: NaiveDate) -> Result<Vec<IssuedAssignment>> {
        let touches = |one: &&IssuedAssignment| one.install == *install && one.until >= from && one.from <= until;
        Ok(self.phones.assignments.iter().filter(touches).cloned().collect())
    }
    fn assignment(&self, install: &InstallId, hash: &EnvelopeHash) -> Result<Option<IssuedAssignment>> {
        Ok(self.phones.assignments.iter().find(|one| (one.install, one.hash) == (*install, *hash)).cloned())
    }
}

impl PhonesWrite for State {
    fn put_invite(&mut self, invite: &StoredInvite) -> Result<()> {
        self.phones.invites.insert(invite.code, invite.clone());
        Ok(())
    }
    fn put_installation(&mut self, installation: &Installation) -> Result<()> {
        self.phones.installations.insert(installation.id, installation.clone());
        Ok(())
    }
    fn keep_witness(&mut self, witness: &Witness) -> Result<()> {
        let key = (witness.install, witness.session, witness.run);
        if self.phones.witnesses.get(&key).is_none_or(|kept| witness.elapsed_ms > kept.elapsed_ms) {
            self.phones.witnesses.insert(key, witness.clone());
        }
        let all = self.witnesses(&witness.install)?;
        for old in all.iter().take(all.len().saturating_sub(WITNESSES)) {
            self.phones.witnesses.remove(&(old.install, old.session, old.run));
        }
        Ok(())
    }
    fn add_pack(&mut self, pack: &StoredPack) -> Result<()> {
        self.phones.packs.entry(pack.number).or_insert_with(|| pack.clone());
        Ok(())
    }
    fn set_least_pack(&mut self, number: u64) -> Result<()> {
        self.phones.least_pack = number;
        Ok(())
    }
    fn add_assignment(&mut self, new: &IssuedAssignment) -> Result<()> {
        if !self.phones.assignments.iter().any(|one| (one.install, one.hash) == (new.install, new.hash)) {
            self.phones.assignments.push(new.clone());
        }
        Ok(())
    }
}
