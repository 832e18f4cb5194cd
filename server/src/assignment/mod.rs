//! Where each person works on each date, and what of it goes to their phone (protocol §7.3).
//!
//! - [`placements`]: one person's days, or everyone's, with reasons: the policy in force, the dated facts, what forms say,
//!   and the turns that were dealt;
//! - [`shifts`]: who works which shift, without placing anyone;
//! - [`deal_turns`]: deals turns ahead, so that everybody's days are settled before they are asked for;
//! - [`issue`]: signs one person's days for their phone.

mod people;
#[cfg(test)]
mod tests;
mod turns;

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};
use hadir_core::{
    judge::ExcuseKind,
    model::PersonId,
    roster::{Fact, FactKind, Placement, Reason, Staffing, TurnList, shift_of},
    schedule::Mode,
    text::{self, Lang},
    wire::{Assignment, AssignmentPerson, DateSpan, DayAssignment, ExcusedWindow, Recall, VERSION},
};

pub use people::Roll;
pub use turns::deal_turns;

use crate::{
    asks::on_the_wire,
    handle::{ServerKeys, signed},
    limits::{ASSIGNMENT_DAYS_AHEAD, ASSIGNMENT_DAYS_BACK, ASSIGNMENT_DECISIONS, CORRECTION_DAYS_BACK},
    policies::PolicyBook,
    store::{Installation, IssuedAssignment, Result, StoreError, StoreRead, StoreTx, Turn},
};

/// Places one person, or everyone on the staff list, on each date in `[from, until]`: by date, then person.
/// A date on which no policy is in force has no placements.
///
/// # Errors
/// What the store reports.
pub fn placements(
    store: &dyn StoreRead,
    book: &PolicyBook,
    person: Option<&PersonId>,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Placement>> {
    let roll = Roll::load(store, person, from, until)?;
    let turns = by_date(store.turns(person, from, until)?);
    let mut placed = Vec::new();
    for date in from.iter_days().take_while(|date| *date <= until) {
        let dealt = turns.get(&date).into_iter().flatten();
        placed.extend(place_all(&roll, book, date, dealt, TurnList::default()).0);
    }
    Ok(placed)
}

/// The shift of one person, or of everyone on the staff list, on each date in `[from, until]` on which one is worked.
///
/// # Errors
/// What the store reports.
pub fn shifts(
    store: &dyn StoreRead,
    book: &PolicyBook,
    person: Option<&PersonId>,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<HashMap<(PersonId, NaiveDate), String>> {
    let roll = Roll::load(store, person, from, until)?;
    let mut worked = HashMap::new();
    for date in from.iter_days().take_while(|date| *date <= until) {
        let Some(booked) = book.on(date) else { continue };
        for (person, facts) in roll.shifts_on(date) {
            if let Some(shift) = shift_of(&booked.policy, facts.into_iter()) {
                worked.insert((person.clone(), date), shift.to_owned());
            }
        }
    }
    Ok(worked)
}

/// Turns by their dates.
fn by_date(turns: Vec<Turn>) -> BTreeMap<NaiveDate, Vec<Turn>> {
    let mut dates: BTreeMap<NaiveDate, Vec<Turn>> = BTreeMap::new();
    for turn in turns {
        dates.entry(turn.date).or_default().push(turn);
    }
    dates
}

/// Places everyone of a roll on one date. Who has a turn dealt keeps it; who has none gets one from the list given.
/// Returns the turn list afterwards too.
fn place_all<'t>(
    roll: &Roll,
    book: &PolicyBook,
    date: NaiveDate,
    dealt: impl Iterator<Item = &'t Turn>,
    list: TurnList,
) -> (Vec<Placement>, TurnList) {
    let Some(booked) = book.on(date) else { return (Vec::new(), list) };
    let policy = &booked.policy;
    let (mut facts, mut whys) = (roll.facts_on(date), BTreeMap::new());
    let listed = roll.listed_on(date);
    for turn in dealt.filter(|turn| turn.pack == booked.number) {
        if roll.takes_turns(&turn.person, policy) && !listed.contains(&turn.person) {
            facts.push(Fact::days(turn.person.clone(), date, date, FactKind::HeadsList(turn.side)));
            whys.insert(&turn.person, &turn.why);
        }
    }
    let proposal = Staffing::new(policy, &roll.people, &facts).propose(date, date, list);
    let mut placed = proposal.placements;
    for placement in &mut placed {
        if let Reason::Fact { kind: FactKind::HeadsList(_), .. } = placement.why
            && let Some(why) = whys.get(&placement.person)
        {
            placement.why = (*why).clone();
        }
    }
    (placed, proposal.turns)
}

/// When an assignment is issued.
#[derive(Debug, Clone, Copy)]
pub struct IssueTime {
    /// The time to sign, milliseconds.
    pub t_ms: i64,
    /// When it is: what today is, milliseconds.
    pub now_ms: i64,
}

impl IssueTime {
    /// An instant at which the time that is signed is that of the day.
    #[must_use]
    pub const fn at(now_ms: i64) -> Self {
        Self { t_ms: now_ms, now_ms }
    }
}

/// Gives an installation its assignment: the one that it was given before if nothing changed, else a new one, signed and kept.
///
/// # Errors
/// What the store reports.
pub fn issue(
    phone: &mut Installation,
    book: &PolicyBook,
    keys: &ServerKeys,
    time: IssueTime,
    tx: &mut dyn StoreTx,
) -> Result<IssuedAssignment> {
    let today = today(book, time.now_ms)?;
    let (from, until) = span(today);
    let roster = tx.roster_generation(&phone.person)?;
    if let Some(issued) = tx.newest_assignment(&phone.id)?
        && (issued.roster, issued.from, issued.until) == (roster, from, until)
    {
        phone.assigned_until = Some(issued.until);
        return Ok(issued);
    }
    if !is_dealt(&phone.person, book, from, until, tx.as_read())? {
        deal_turns(tx, book, today)?;
    }
    let assignment = compose(phone, book, roster, (today, from, until), time.t_ms, tx.as_read())?;
    let envelope = signed(&keys.assignment, &assignment)?;
    let issued = IssuedAssignment {
        install: phone.id,
        hash: envelope.hash(),
        roster,
        from,
        until,
        t_ms: time.t_ms,
        compact: envelope.compact().to_owned(),
    };
    tx.add_assignment(&issued)?;
    phone.assigned_until = Some(until);
    Ok(issued)
}

/// Whether a person's turns are all dealt: dealing looks at everyone, so it is done once a day and not for each phone.
fn is_dealt(
    person: &PersonId,
    book: &PolicyBook,
    from: NaiveDate,
    until: NaiveDate,
    store: &dyn StoreRead,
) -> Result<bool> {
    let turns = store.turns(Some(person), from, until)?;
    let lacks_turn = |placement: &Placement| {
        let number = book.on(placement.date).map(|booked| booked.number);
        matches!(placement.why, Reason::Turn { .. } | Reason::NotTheirTurn { .. })
            && !turns.iter().any(|turn| turn.date == placement.date && Some(turn.pack) == number)
    };
    let dealt_until = store.turn_state()?.map(|state| state.until);
    Ok(dealt_until >= Some(until) && !placements(store, book, Some(person), from, until)?.iter().any(lacks_turn))
}

/// The dates of an assignment made on this duty date.
fn span(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let from = today.checked_sub_days(Days::new(ASSIGNMENT_DAYS_BACK)).unwrap_or(today);
    (from, today.checked_add_days(Days::new(ASSIGNMENT_DAYS_AHEAD)).unwrap_or(today))
}

/// The duty date by the policy in force; before the first policy, the date in UTC.
fn today(book: &PolicyBook, now_ms: i64) -> Result<NaiveDate> {
    let utc = || chrono::DateTime::from_timestamp_millis(now_ms).map(|now| now.date_naive());
    book.duty_date(now_ms).or_else(utc).ok_or(StoreError::Corrupt("the time of the server"))
}

fn compose(
    phone: &Installation,
    book: &PolicyBook,
    roster: u64,
    (today, from, until): (NaiveDate, NaiveDate, NaiveDate),
    t_ms: i64,
    store: &dyn StoreRead,
) -> Result<Assignment> {
    let lost = StoreError::Corrupt("installations.person: nobody on the staff list");
    let person = store.person(&phone.person)?.ok_or(lost)?;
    let agency = store.agency()?.ok_or(StoreError::Corrupt("agency: it was never set"))?;
    let unit_name = store.units()?.into_iter().find(|unit| unit.id == person.unit).map(|unit| unit.name);
    let placed = placements(store, book, Some(&person.id), from, until)?;
    let day = |date: NaiveDate| {
        let placement = placed.iter().find(|placement| placement.date == date);
        let (mode, why) =
            placement.map_or((Mode::Wfo, &Reason::NotInForce), |placement| (placement.mode, &placement.why));
        let excused = placement.map_or(&[][..], |placement| &placement.excused).iter().filter_map(|excused| {
            let kind = ExcuseKind::of(&excused.by)?;
            Some(ExcusedWindow { window: excused.window.to_string(), kind: kind.as_str().to_owned() })
        });
        DayAssignment {
            date,
            mode: mode.as_str().to_owned(),
            why: text::roster::reason(why, Lang::Id),
            shift: placement.and_then(|placement| placement.shift.clone()),
            excused: excused.collect(),
        }
    };
    let facts = store.facts(Some(&person.id), from, until)?;
    let standing = || facts.iter().filter(|stored| stored.cancelled.is_none()).map(|stored| &stored.new.fact);
    let note_of = |placement: &Placement| match &placement.why {
        Reason::Fact { reference, .. } => reference.clone().unwrap_or_default(),
        _ => String::new(),
    };
    let decided = store.decisions(Some(&person.id))?;
    let newest = decided.len().saturating_sub(ASSIGNMENT_DECISIONS);
    let decisions = decided.iter().skip(newest).map(on_the_wire).collect();
    let mut corrections = Vec::new();
    let month = today.checked_sub_days(Days::new(CORRECTION_DAYS_BACK)).unwrap_or(today);
    for ruling in store.rulings(Some(&person.id), month, until)? {
        corrections.push(ruling.correction()?.on_the_wire(ruling.ruling.date));
    }
    let roll = Roll::load(store, Some(&person.id), from, until)?;
    let group = book.on(today).and_then(|booked| roll.group_of(&person.id, &booked.policy)).unwrap_or_default();
    Ok(Assignment {
        v: VERSION,
        agency: agency.id,
        install: phone.id,
        roster,
        t_ms,
        days: from.iter_days().take_while(|date| *date <= until).map(day).collect(),
        permits: standing()
            .filter(|fact| fact.kind == FactKind::MayLeaveRegion)
            .map(|fact| DateSpan { from: fact.from, until: fact.until })
            .collect(),
        recalls: placed
            .iter()
            .filter(|placement| placement.mode == Mode::Recalled)
            .map(|placement| Recall { date: placement.date, note: note_of(placement) })
            .collect(),
        phone: person.phone.clone(),
        decisions,
        corrections,
        person: AssignmentPerson {
            unit_name: unit_name.unwrap_or_else(|| person.unit.to_string()),
            unit: person.unit.to_string(),
            id: person.id,
            name: person.name,
            group,
        },
    })
}
