//! Revoking installations, and facts, permits, recalls and rulings about people.

use chrono::NaiveDate;
use hadir_core::{
    judge::{Ruling, SHARE},
    model::{InstallId, PersonId},
    policy::Policy,
    roster::{Fact, FactKind},
    text::{self as words, Lang},
};

use super::{
    Admin, AdminError,
    error::{NOTE_CHARS, text},
    person_of,
};
use crate::{
    policies::PolicyBook,
    store::{
        FactNo, Installation, NewFact, NewRuling, Place, PlaceState, ProvenPlace, Revocation, StoreError,
        StoreExt as _, StoreRead, StoredFact, StoredOrder, StoredStub,
    },
};

/// What the server lacks of an installation, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// The installation.
    pub phone: Installation,
    /// Records that were refused, each with the newest order to try it again.
    pub stubs: Vec<(StoredStub, Option<StoredOrder>)>,
    /// Records that the office had and lost with a restore, as its own receipts prove.
    pub gaps: Vec<ProvenGap>,
}

/// A stretch of places of which only the office's own receipts are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvenGap {
    /// Epoch.
    pub epoch: u32,
    /// First place.
    pub from: u64,
    /// Last place.
    pub to: u64,
    /// When the newest receipt for them was signed, milliseconds.
    pub receipt_ms: i64,
}

fn gaps(places: &[ProvenPlace]) -> Vec<ProvenGap> {
    let mut gaps: Vec<ProvenGap> = Vec::new();
    for place in places {
        match gaps.last_mut() {
            Some(gap) if (gap.epoch, gap.to + 1) == (place.epoch, place.seq) => {
                (gap.to, gap.receipt_ms) = (place.seq, gap.receipt_ms.max(place.receipt_ms));
            }
            _ => {
                let ProvenPlace { epoch, seq, receipt_ms, .. } = *place;
                gaps.push(ProvenGap { epoch, from: seq, to: seq, receipt_ms });
            }
        }
    }
    gaps
}

impl Admin<'_> {
    /// Revokes an installation from now on: records surely before it are judged, later ones are kept and don't count.
    ///
    /// # Errors
    /// [`AdminError::UnknownInstallation`], [`AdminError::AlreadyRevoked`].
    pub fn revoke(&self, install: &InstallId, reason: &str) -> Result<Installation, AdminError> {
        text("the reason", reason, NOTE_CHARS)?;
        self.act("install.revoke", |tx| {
            let mut installation = tx.installation(install)?.ok_or(AdminError::UnknownInstallation(*install))?;
            if installation.revoked.is_some() {
                return Err(AdminError::AlreadyRevoked(*install));
            }
            installation.revoked =
                Some(Revocation { at_ms: self.now_ms, reason: reason.trim().to_owned(), by: self.by.to_owned() });
            tx.put_installation(&installation)?;
            let detail = format!("{install} of {}", installation.person);
            Ok((installation, detail))
        })
    }

    /// Orders a parked record to be tried again: the phone hears it with its next sync, and the original replaces the stub.
    ///
    /// # Errors
    /// [`AdminError::UnknownInstallation`]; [`AdminError::NotParked`] where no stub holds the place.
    pub fn release(&self, install: &InstallId, epoch: u32, seq: u64) -> Result<StoredOrder, AdminError> {
        self.act("record.release", |tx| {
            let phone = tx.installation(install)?.ok_or(AdminError::UnknownInstallation(*install))?;
            let held = tx.places(install, epoch, seq, seq)?;
            if !held.first().is_some_and(|place| place.state == PlaceState::Stub) {
                return Err(AdminError::NotParked { epoch, seq });
            }
            // Rises with each order also where two come in one millisecond or the clock was set back, and never falls behind
            // what a restored server has forgotten to have ordered: time has gone on since.
            let last = tx.orders(install, false)?.last().map_or(i64::MIN, |order| order.t_ms);
            let t_ms = self.now_ms.max(tx.highest_signed_ms()?.unwrap_or(i64::MIN)).max(last.saturating_add(1));
            let order = StoredOrder { install: *install, t_ms, epoch, seq, by: self.by.to_owned(), done: None };
            tx.add_order(&order)?;
            Ok((order, format!("{epoch}:{seq} of {install} of {}", phone.person)))
        })
    }

    /// Lists what the server has of each installation only as a stub, a proof or an order, for a help desk.
    ///
    /// # Errors
    /// What the store reports.
    pub fn parked(&self, only: Option<&InstallId>) -> Result<Vec<Parked>, AdminError> {
        Ok(self.store.query(|store| {
            let mut found = Vec::new();
            for phone in
                store.installations(None)?.into_iter().filter(|phone| only.is_none_or(|only| *only == phone.id))
            {
                let (mut stubs, mut orders) = (Vec::new(), store.orders(&phone.id, false)?);
                for stub in store.stubs(&phone.id)? {
                    let held = store.places(&phone.id, stub.epoch, stub.seq, stub.seq)?;
                    let waits = |place: &Place| place.state == PlaceState::Stub && place.hash == stub.stands_for;
                    if held.first().is_some_and(waits) {
                        let of = |order: &StoredOrder| (order.epoch, order.seq) == (stub.epoch, stub.seq);
                        let order = orders.iter().rposition(of).map(|at| orders.swap_remove(at));
                        orders.sort_by_key(|order| order.t_ms);
                        stubs.push((stub, order));
                    }
                }
                let gaps = gaps(&store.proven(&phone.id)?);
                if !stubs.is_empty() || !gaps.is_empty() {
                    found.push(Parked { phone, stubs, gaps });
                }
            }
            Ok(found)
        })?)
    }

    /// Adds a dated fact: leave, sick, duty trip, piket, isolation, recall, permit, or a place in a head's own list.
    ///
    /// # Errors
    /// [`AdminError::UnknownPerson`], [`AdminError::Dates`], [`AdminError::Text`] for a note that is too long.
    pub fn add_fact(&self, fact: &Fact) -> Result<FactNo, AdminError> {
        let Fact { person, from, until, kind, reference, .. } = fact;
        if until < from {
            return Err(AdminError::Dates { from: *from, until: *until });
        }
        if reference.as_ref().is_some_and(|note| note.chars().count() > NOTE_CHARS) {
            return Err(AdminError::Text { what: "the note", max: NOTE_CHARS });
        }
        self.act("fact.add", |tx| {
            person_of(tx.as_read(), person)?;
            fits_the_rule(tx.as_read(), fact)?;
            let no = tx.add_fact(&NewFact { fact: fact.clone(), by: self.by.to_owned(), at_ms: self.now_ms })?;
            // One person's leave may move another's turn.
            tx.bump_roster(None)?;
            let what = words::roster::fact(kind, Lang::En);
            let part: String = fact.windows.iter().map(|window| format!(", {window}")).collect();
            Ok((no, format!("{no}: {what} for {person}, {from} to {until}{part}")))
        })
    }

    /// Calls a person back to the office on a date.
    ///
    /// # Errors
    /// As [`Self::add_fact`], and [`AdminError::Text`] where the note is empty: the person has to know why.
    pub fn recall(&self, person: &PersonId, date: NaiveDate, note: &str) -> Result<FactNo, AdminError> {
        text("the note to the person", note, NOTE_CHARS)?;
        let fact = Fact::days(person.clone(), date, date, FactKind::Recalled);
        self.add_fact(&Fact { reference: Some(note.trim().to_owned()), ..fact })
    }

    /// Cancels a fact. Both stay on record.
    ///
    /// # Errors
    /// [`AdminError::UnknownFact`].
    pub fn cancel_fact(&self, no: FactNo) -> Result<(), AdminError> {
        self.act("fact.cancel", |tx| {
            if !tx.cancel_fact(no, self.by, self.now_ms)? {
                return Err(AdminError::UnknownFact(no));
            }
            tx.bump_roster(None)?;
            Ok(((), no.to_string()))
        })
    }

    /// The facts about people that touch `[from, until]`, cancelled ones too.
    ///
    /// # Errors
    /// What the store reports.
    pub fn facts(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<StoredFact>, AdminError> {
        Ok(self.store.query(|store| store.facts(None, from, until))?)
    }

    /// Adds a ruling over the verdict of a window, or a word on the whole day. It is shown beside what it corrects, never in its place.
    ///
    /// # Errors
    /// [`AdminError::UnknownPerson`], [`AdminError::Text`] for an empty reason.
    pub fn rule(
        &self,
        person: &PersonId,
        date: NaiveDate,
        window: Option<&str>,
        ruling: Ruling,
        reason: &str,
    ) -> Result<u64, AdminError> {
        text("the reason", reason, NOTE_CHARS)?;
        let verdict = serde_json::to_string(&ruling).map_err(|error| StoreError::Engine(error.to_string()))?;
        self.act("ruling.add", |tx| {
            person_of(tx.as_read(), person)?;
            // A ruling may be about the live share too, which is no window.
            let about = window.filter(|window| *window != SHARE);
            if let Some((window, booked)) = about.zip(PolicyBook::load(tx.as_read())?.on(date)) {
                known_window(&booked.policy, date, window)?;
            }
            let what = words::judge::ruling(ruling, Lang::En);
            let detail = format!("{what} for {person}, {date} {}", window.unwrap_or("whole day"));
            let no = tx.add_ruling(&NewRuling {
                person: person.clone(),
                date,
                window: window.map(str::to_owned),
                verdict,
                reason: reason.trim().to_owned(),
                by: self.by.to_owned(),
                at_ms: self.now_ms,
            })?;
            // The person's phone shows it beside its own verdict.
            tx.bump_roster(Some(person))?;
            Ok((no, format!("{no}: {detail}")))
        })
    }
}

/// Refuses a fact that would say nothing: a shift or a window that the policy in force on its first date does not have.
/// Where no policy is in force yet, nothing is known to be wrong.
fn fits_the_rule(store: &dyn StoreRead, fact: &Fact) -> Result<(), AdminError> {
    let book = PolicyBook::load(store)?;
    let Some(policy) = book.on(fact.from).map(|booked| &booked.policy) else { return Ok(()) };
    if let FactKind::Shift(shift) = &fact.kind {
        if !fact.is_whole_day() {
            return Err(AdminError::ShiftInPart);
        }
        if policy.shift(shift).is_none() {
            let known = policy.shifts.iter().map(|shift| shift.id.clone()).collect();
            return Err(AdminError::UnknownShift { date: fact.from, shift: shift.clone(), known });
        }
    }
    fact.windows.iter().try_for_each(|window| known_window(policy, fact.from, window.as_str()))
}

fn known_window(policy: &Policy, date: NaiveDate, window: &str) -> Result<(), AdminError> {
    let known = policy.window_ids();
    if known.iter().any(|id| id.as_str() == window) {
        return Ok(());
    }
    let known = known.into_iter().map(ToString::to_string).collect();
    Err(AdminError::UnknownWindow { date, window: window.to_owned(), known })
}
