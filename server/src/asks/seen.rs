//! Who has seen what the office told them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use hadir_core::{
    envelope::Unverified,
    model::{Acknowledged, Body, EnvelopeHash, PersonId},
    roster::FactKind,
    wire::Assignment,
};

use super::body;
use crate::{
    policies::BookedPolicy,
    store::{AskKind, FactNo, Installation, Result, StoreError, StoreRead},
};

/// A recall, and whether the person has confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecallSeen {
    /// Whom.
    pub person: PersonId,
    /// For which date.
    pub date: NaiveDate,
    /// The fact's number.
    pub fact: FactNo,
    /// When it was ordered, milliseconds.
    pub ordered_ms: i64,
    /// When the person confirmed it by the phone's clock, and when the confirmation came, milliseconds; `None`: not yet.
    pub seen_ms: Option<(i64, i64)>,
}

/// Whether a person has seen a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackSeen {
    /// Who.
    pub person: PersonId,
    /// When, by the phone's clock, and when that came, milliseconds; `None`: not yet.
    pub seen_ms: Option<(i64, i64)>,
    /// Whether the rule came with the enrolment: it was on the screen then, and asked for no confirmation.
    pub with_enrolment: bool,
}

/// Recalls for dates in `[from, until]` that still hold, by date and person, of one person or of all.
///
/// # Errors
/// What the store reports.
pub fn recalls(
    store: &dyn StoreRead,
    person: Option<&PersonId>,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<RecallSeen>> {
    let mut found = Vec::new();
    for stored in store.facts(person, from, until)? {
        let fact = &stored.new.fact;
        if stored.cancelled.is_some() || fact.kind != FactKind::Recalled {
            continue;
        }
        for date in fact.from.iter_days().take_while(|date| *date <= fact.until) {
            if (from..=until).contains(&date) {
                found.push(RecallSeen {
                    person: fact.person.clone(),
                    date,
                    fact: stored.no,
                    ordered_ms: stored.new.at_ms,
                    seen_ms: None,
                });
            }
        }
    }
    if found.is_empty() {
        return Ok(found);
    }
    let since = found.iter().map(|recall| recall.ordered_ms).min().unwrap_or(i64::MIN);
    let mut assignments: BTreeMap<EnvelopeHash, Vec<NaiveDate>> = BTreeMap::new();
    for ask in store.asks(AskKind::Acknowledge, person, since)? {
        let Some(Body::Acknowledge(seen)) = body(&ask.row.record.compact)? else { continue };
        if !matches!(seen.what, Acknowledged::Recall | Acknowledged::Assignment) {
            continue;
        }
        if !found.iter().any(|recall| recall.person == ask.person) {
            continue;
        }
        if !assignments.contains_key(&seen.reference)
            && let Some(issued) = store.assignment(&ask.row.install, &seen.reference)?
        {
            assignments.insert(issued.hash, recalled(&issued.compact)?);
        }
        let dates = assignments.get(&seen.reference).map_or(&[][..], Vec::as_slice);
        let seen_ms = (ask.row.record.claimed_ms, ask.row.received_ms);
        for recall in found.iter_mut().filter(|recall| recall.person == ask.person && dates.contains(&recall.date)) {
            recall.seen_ms.get_or_insert(seen_ms);
        }
    }
    found.sort_by(|a, b| (a.date, &a.person).cmp(&(b.date, &b.person)));
    Ok(found)
}

fn recalled(compact: &str) -> Result<Vec<NaiveDate>> {
    let parsed = Unverified::<Assignment>::parse(compact).map_err(|_| StoreError::Corrupt("assignments.compact"))?;
    Ok(parsed.unverified_payload().recalls.iter().map(|recall| recall.date).collect())
}

/// Who of the staff list with a phone has seen a rule, by person.
///
/// # Errors
/// What the store reports.
pub fn pack_seen(store: &dyn StoreRead, booked: &BookedPolicy) -> Result<Vec<PackSeen>> {
    let mut people: BTreeMap<PersonId, PackSeen> = BTreeMap::new();
    // Nobody waits for those who left.
    let staff: BTreeSet<PersonId> =
        store.staff()?.into_iter().filter(|person| person.active).map(|person| person.id).collect();
    let counts = |phone: &Installation| phone.revoked.is_none() && staff.contains(&phone.person);
    for phone in store.installations(None)?.into_iter().filter(counts) {
        let came_along = phone.enrolled_ms >= booked.published_ms;
        let at = came_along.then_some((phone.enrolled_ms, phone.enrolled_ms));
        let entry = people.entry(phone.person.clone()).or_insert(PackSeen {
            person: phone.person,
            seen_ms: None,
            with_enrolment: false,
        });
        if entry.seen_ms.is_none() {
            (entry.seen_ms, entry.with_enrolment) = (at, came_along);
        }
    }
    for ask in store.asks(AskKind::Acknowledge, None, booked.published_ms)? {
        let Some(Body::Acknowledge(seen)) = body(&ask.row.record.compact)? else { continue };
        if seen.what == Acknowledged::Pack
            && seen.reference == booked.hash
            && let Some(entry) = people.get_mut(&ask.person).filter(|entry| entry.seen_ms.is_none())
        {
            entry.seen_ms = Some((ask.row.record.claimed_ms, ask.row.received_ms));
        }
    }
    Ok(people.into_values().collect())
}
