//! What an operator does: founding the agency, staff, invites, facts, logins, packs, rulings. Every act is logged.
//!
//! [`Admin`] is one operator at one moment; its methods are spread over the files by what they are about. Each is one
//! unit of work: kept whole with its line in the log, or not at all.

mod agency;
mod asks;
mod clock;
mod error;
mod health;
mod help;
mod invites;
mod logins;
mod phones;
mod policies;
mod recover;
mod roster;
pub mod staff;

use hadir_core::{model::PersonId, ports::Entropy};

pub use agency::NewAgency;
pub use clock::{ClockState, MendedClock};
pub use error::AdminError;
pub use help::{HelpFound, find_help};
pub use invites::{CreatedInvite, InviteTls};
pub use logins::CreatedLogin;
pub use phones::{Parked, ProvenGap};
pub use policies::Published;
pub use recover::{OldStoreSeen, Recovered, old_stores};
pub use roster::{CheckedRoster, RosterError, read_roster};

use crate::store::{Act, Agency, Person, Store, StoreExt, StoreRead, StoreTx};

/// One operator at one moment.
#[derive(Clone, Copy)]
pub struct Admin<'a> {
    store: &'a dyn Store,
    entropy: &'a dyn Entropy,
    by: &'a str,
    now_ms: i64,
}

impl<'a> Admin<'a> {
    /// Acts on a store as `by` (an account name, for the log), at `now_ms`, milliseconds since 1970.
    #[must_use]
    pub fn new(store: &'a dyn Store, entropy: &'a dyn Entropy, by: &'a str, now_ms: i64) -> Self {
        Self { store, entropy, by, now_ms }
    }

    /// Does one logged act: what `work` changes and the line about it are kept together or not at all.
    fn act<T>(
        &self,
        what: &str,
        work: impl FnOnce(&mut dyn StoreTx) -> Result<(T, String), AdminError>,
    ) -> Result<T, AdminError> {
        let mut refused = None;
        let kept = self.store.update(|tx| match work(tx) {
            Ok((value, detail)) => {
                let act = Act { no: 0, at_ms: self.now_ms, by: self.by.to_owned(), what: what.to_owned(), detail };
                tx.add_act(&act)?;
                Ok(Some(value))
            }
            // A store's error undoes the unit of work; a refusal came before anything was changed.
            Err(AdminError::Store(error)) => Err(error),
            Err(refusal) => {
                refused = Some(refusal);
                Ok(None)
            }
        })?;
        match (kept, refused) {
            (Some(value), _) => Ok(value),
            (None, Some(refusal)) => Err(refusal),
            (None, None) => unreachable_act(),
        }
    }

    fn random<const N: usize>(&self) -> Result<[u8; N], AdminError> {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }
}

fn unreachable_act<T>() -> Result<T, AdminError> {
    Err(AdminError::Store(crate::store::StoreError::Engine("an act neither happened nor was refused".into())))
}

fn agency_of(store: &dyn StoreRead) -> Result<Agency, AdminError> {
    store.agency()?.ok_or(AdminError::NoAgency)
}

fn person_of(store: &dyn StoreRead, id: &PersonId) -> Result<Person, AdminError> {
    store.person(id)?.ok_or_else(|| AdminError::UnknownPerson(id.clone()))
}

#[cfg(test)]
mod tests;
