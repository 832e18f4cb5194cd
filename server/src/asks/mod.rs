//! What people ask of the office: requests and appeals as they stand, and who has seen what the office told them.
//!
//! - [`load`] and [`find`] read requests and appeals with every decision on them; `admin` decides;
//! - [`recalls`] and [`pack_seen`] say who has confirmed a recall or a rule, and who has not yet.

mod seen;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use hadir_core::{
    ask::{Standing, standing},
    envelope::Unverified,
    model::{Appeal, Ask, Body, EnvelopeHash, InstallId, PersonId, Record, RecordId, Request, Words},
    wire::Decision,
};

pub use seen::{PackSeen, RecallSeen, pack_seen, recalls};

use crate::limits::ASKS_LISTED_MS;
use crate::store::{AskKind, AskRow, Result, StoreError, StoreRead, StoredDecision};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A request to the superior.
    Request(Ask),
    /// An appeal.
    Appeal(Appeal),
    /// Something that this build can't read; it is kept and shown as that.
    Unread,
}

/// A request or an appeal as the office has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeAsk {
    /// Whose.
    pub person: PersonId,
    /// The installation that made it.
    pub install: InstallId,
    /// The record.
    pub record: RecordId,
    /// Its hash, as decisions name it.
    pub hash: EnvelopeHash,
    /// What it asks.
    pub asked: Asked,
    /// The phone's wall clock, milliseconds: a claim.
    pub claimed_ms: i64,
    /// When it was received, milliseconds.
    pub received_ms: i64,
    /// When its withdrawal was received, milliseconds.
    pub withdrawn_ms: Option<i64>,
    /// Whether the installation was revoked before this came: somebody else may hold the phone.
    pub after_revocation: bool,
    /// Every decision, by number. The last one holds.
    pub decisions: Vec<StoredDecision>,
    /// How it stands.
    pub standing: Standing,
}

impl OfficeAsk {
    /// The first letters of its hash: what people write to name it.
    #[must_use]
    pub fn short(&self) -> String {
        short(&self.hash)
    }

    /// Whether it is an appeal.
    #[must_use]
    pub const fn is_appeal(&self) -> bool {
        matches!(self.asked, Asked::Appeal(_))
    }

    /// The number of the decision that holds; 0 for none.
    #[must_use]
    pub fn decided(&self) -> u64 {
        self.decisions.last().map_or(0, |decision| decision.no)
    }

    /// The decision that holds, as screens show it.
    #[must_use]
    pub fn holding(&self) -> Option<Decision> {
        self.decisions.last().map(on_the_wire)
    }
}

/// The first letters of a hash.
#[must_use]
pub fn short(hash: &EnvelopeHash) -> String {
    hash.to_string().chars().take(10).collect()
}

/// A decision as phones and screens read it.
#[must_use]
pub fn on_the_wire(stored: &StoredDecision) -> Decision {
    let StoredDecision { no, new } = stored;
    Decision {
        no: *no,
        reference: new.reference,
        answer: new.answer,
        by: new.by.clone(),
        t_ms: new.at_ms,
        reason: new.reason.as_deref().and_then(|reason| Words::new(reason).ok()),
    }
}

/// The requests and appeals that were received at or after `from_ms`, oldest first; of one person or of all.
///
/// # Errors
/// What the store reports.
pub fn load(store: &dyn StoreRead, person: Option<&PersonId>, from_ms: i64) -> Result<Vec<OfficeAsk>> {
    let mut rows = store.asks(AskKind::Request, person, from_ms)?;
    rows.extend(store.asks(AskKind::Appeal, person, from_ms)?);
    rows.sort_by_key(|ask| (ask.row.received_ms, ask.row.install, ask.row.record.epoch, ask.row.record.seq));
    assemble(store, rows, &store.decisions(person)?)
}

/// From when on what people asked is listed for those who decide, milliseconds.
#[must_use]
pub const fn listed_from_ms(now_ms: i64) -> i64 {
    now_ms.saturating_sub(ASKS_LISTED_MS)
}

/// A request or an appeal by the hash of its record; `None` where there is none.
///
/// # Errors
/// What the store reports.
pub fn find(store: &dyn StoreRead, hash: &EnvelopeHash) -> Result<Option<OfficeAsk>> {
    let Some(row) = store.ask(hash)? else { return Ok(None) };
    // A withdrawal may have come before what it withdraws: batches come in any order.
    Ok(load(store, Some(&row.person), i64::MIN)?.into_iter().find(|ask| ask.hash == *hash))
}

fn assemble(store: &dyn StoreRead, rows: Vec<AskRow>, decisions: &[StoredDecision]) -> Result<Vec<OfficeAsk>> {
    let mut by_ask: BTreeMap<EnvelopeHash, Vec<StoredDecision>> = BTreeMap::new();
    for decision in decisions {
        by_ask.entry(decision.new.reference).or_default().push(decision.clone());
    }
    let mut revoked: BTreeMap<InstallId, Option<i64>> = BTreeMap::new();
    let mut withdrawn: BTreeMap<(PersonId, EnvelopeHash), i64> = BTreeMap::new();
    let mut asks = Vec::new();
    for AskRow { person, row } in rows {
        let asked = match body(&row.record.compact)? {
            Some(Body::Request(Request::Withdraw(hash))) => {
                // Only the person takes back what the person asked.
                withdrawn.entry((person, hash)).or_insert(row.received_ms);
                continue;
            }
            Some(Body::Request(Request::Ask(ask))) => Asked::Request(ask),
            Some(Body::Appeal(appeal)) => Asked::Appeal(appeal),
            _ => Asked::Unread,
        };
        let revoked_ms = match revoked.get(&row.install) {
            Some(known) => *known,
            None => {
                let at = store.installation(&row.install)?.and_then(|phone| phone.revoked).map(|it| it.at_ms);
                revoked.insert(row.install, at);
                at
            }
        };
        let decisions = by_ask.remove(&row.record.hash).unwrap_or_default();
        asks.push(OfficeAsk {
            person,
            install: row.install,
            record: row.record.id,
            hash: row.record.hash,
            asked,
            claimed_ms: row.record.claimed_ms,
            received_ms: row.received_ms,
            withdrawn_ms: None,
            after_revocation: revoked_ms.is_some_and(|at_ms| row.received_ms >= at_ms),
            decisions,
            standing: Standing::Open,
        });
    }
    for ask in &mut asks {
        ask.withdrawn_ms = withdrawn.get(&(ask.person.clone(), ask.hash)).copied();
        let decisions: Vec<Decision> = ask.decisions.iter().map(on_the_wire).collect();
        ask.standing = standing(&decisions, ask.withdrawn_ms.is_some());
    }
    Ok(asks)
}

/// The body of a stored record; `None` for one that this build can't read. The signature was checked before it was stored.
fn body(compact: &str) -> Result<Option<Body>> {
    let parsed = Unverified::<Record>::parse(compact).map_err(|_| StoreError::Corrupt("records.compact"))?;
    Ok(parsed.unverified_payload().body().ok())
}
