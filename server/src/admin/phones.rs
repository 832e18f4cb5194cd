//! Revoking installations, and facts, permits, recalls and rulings about people.

use chrono::NaiveDate;
use hadir_core::{
    judge::Ruling,
    model::{InstallId, PersonId},
    roster::{Fact, FactKind},
};

use super::{Admin, AdminError, error::text, person_of};
use crate::store::{FactNo, Installation, NewFact, NewRuling, Revocation, StoreError, StoredFact};

/// Characters of a note or a reason.
const NOTE_CHARS: usize = 500;

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
            let no = tx.add_fact(&NewFact { fact: fact.clone(), by: self.by.to_owned(), at_ms: self.now_ms })?;
            // One person's leave may move another's turn.
            tx.bump_roster(None)?;
            Ok((no, format!("{no}: {kind:?} for {person}, {from} to {until}")))
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
        use crate::store::StoreExt;
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
            let detail = format!("{verdict} for {person}, {date} {}", window.unwrap_or("whole day"));
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
