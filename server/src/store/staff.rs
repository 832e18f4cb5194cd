//! Units, people, and what is added about them over time: dated facts and rulings.

use std::{collections::BTreeSet, fmt, str::FromStr};

use chrono::NaiveDate;
use hadir_core::{
    judge::Correction,
    model::PersonId,
    policy::{Employment, Side},
    roster::{Fact, Reason, TurnList},
    schedule::WindowId,
};

use super::{Result, StoreError};

/// A unit's id: 1 to 40 lower-case letters, digits, `.`, `-` or `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(String);

/// A text is not a unit's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a unit's id has 1 to 40 lower-case letters, digits, '.', '-' or '_', not {0:?}")]
pub struct UnitIdError(pub String);

impl FromStr for UnitId {
    type Err = UnitIdError;
    fn from_str(text: &str) -> std::result::Result<Self, UnitIdError> {
        let good = (1..=40).contains(&text.len())
            && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'.' | b'-' | b'_'));
        if good { Ok(Self(text.to_owned())) } else { Err(UnitIdError(text.chars().take(60).collect())) }
    }
}

impl UnitId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A unit of the agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Its name, for people.
    pub name: String,
    /// The unit above; none for a top unit (an OPD).
    pub parent: Option<UnitId>,
    /// What kind of service it is, as policies name it: `puskesmas`, `camat`.
    pub service: Option<String>,
}

/// Returns a unit and all units below it; a unit that is its own ancestor by mistake is visited once.
#[must_use]
pub fn subtree(units: &[Unit], top: &UnitId) -> BTreeSet<UnitId> {
    let mut found = BTreeSet::from([top.clone()]);
    loop {
        let before = found.len();
        for unit in units {
            if unit.parent.as_ref().is_some_and(|parent| found.contains(parent)) {
                found.insert(unit.id.clone());
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// A member of staff. `Debug` shows no name or number.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Identity in the staff list.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Where they belong.
    pub unit: UnitId,
    /// Terms of employment.
    pub employment: Employment,
    /// Rank group as policies name it, such as `pelaksana`.
    pub rank: Option<String>,
    /// Position as policies name it, such as `camat`.
    pub position: Option<String>,
    /// Whether they hold a structural office.
    pub structural: bool,
    /// Whether they are able to work from home with IT.
    pub can_wfh: bool,
    /// An opaque group of people who live together; none: unknown, counted as different.
    pub household: Option<String>,
    /// The number under which the health office may call.
    pub phone: Option<String>,
    /// The shift that the unit works, as the policy names it.
    pub shift: Option<String>,
    /// Whether they are on the staff list now.
    pub active: bool,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({:?}, {}, …)", self.id, self.unit)
    }
}

/// The number of a fact, rising.
pub type FactNo = u64;

/// A dated fact before it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFact {
    /// About whom, when and what; its reference is what the superior wrote, and the person sees it.
    pub fact: Fact,
    /// Who added it.
    pub by: String,
    /// When, milliseconds.
    pub at_ms: i64,
}

/// A stored fact. It is never changed or removed; another act may cancel it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFact {
    /// Its number, rising.
    pub no: FactNo,
    /// What it says, and who added it.
    pub new: NewFact,
    /// Who cancelled it, and when, milliseconds.
    pub cancelled: Option<(String, i64)>,
}

/// On which side of the door the turn list put a person, so that a later proposal does not move anyone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The duty date.
    pub date: NaiveDate,
    /// Who.
    pub person: PersonId,
    /// Where.
    pub side: Side,
    /// Why, for the person.
    pub why: Reason,
    /// The number of the pack by whose rule.
    pub pack: u64,
}

/// Up to where turns are dealt, and how they go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnState {
    /// The last date that is dealt.
    pub until: NaiveDate,
    /// The turn list after it.
    pub turns: TurnList,
}

/// A ruling before it is stored: a person's decision over a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRuling {
    /// About whom.
    pub person: PersonId,
    /// The duty date.
    pub date: NaiveDate,
    /// The window's id; none: the whole day.
    pub window: Option<String>,
    /// The verdict that holds instead, by its name.
    pub verdict: String,
    /// Why, for everyone who may see the verdict.
    pub reason: String,
    /// Who ruled.
    pub by: String,
    /// When, milliseconds.
    pub at_ms: i64,
}

/// A ruling; the newest for a window holds, all stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Its number, rising.
    pub no: u64,
    /// What it says.
    pub ruling: NewRuling,
}

impl Ruling {
    /// The ruling as the judge reads it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a window or a verdict that can't be read.
    pub fn correction(&self) -> Result<Correction> {
        let ruling = &self.ruling;
        let window = ruling.window.clone().map(WindowId::new).transpose();
        Ok(Correction {
            window: window.map_err(|_| StoreError::Corrupt("rulings.window"))?,
            ruling: serde_json::from_str(&ruling.verdict).map_err(|_| StoreError::Corrupt("rulings.verdict"))?,
            at_ms: ruling.at_ms,
            by: ruling.by.clone(),
            note: ruling.reason.clone(),
        })
    }
}

/// Reads about people.
pub trait StaffRead {
    /// All units, by id.
    fn units(&self) -> Result<Vec<Unit>>;
    /// All people, on the list now or not, by id.
    fn staff(&self) -> Result<Vec<Person>>;
    /// One person.
    fn person(&self, id: &PersonId) -> Result<Option<Person>>;
    /// The generation of a person's assignment, from 1; 0 for nobody.
    fn roster_generation(&self, id: &PersonId) -> Result<u64>;
    /// Facts that touch `[from, until]`, cancelled ones too, by number; of one person or of all.
    fn facts(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<StoredFact>>;
    /// Rulings about `[from, until]`, by number; of one person or of all.
    fn rulings(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<Ruling>>;
    /// Turns of dates in `[from, until]`, by date and person; of one person or of all.
    fn turns(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<Turn>>;
    /// Up to where turns are dealt.
    fn turn_state(&self) -> Result<Option<TurnState>>;
}

/// Changes the staff list and adds to what is known of people.
pub trait StaffWrite {
    /// Adds a unit or replaces the one with that id.
    fn put_unit(&mut self, unit: &Unit) -> Result<()>;
    /// Adds a person, with the generation that new people begin with, or replaces the one with that id, keeping the generation.
    fn put_person(&mut self, person: &Person) -> Result<()>;
    /// Raises the generation of one person's assignment, or of everyone's.
    fn bump_roster(&mut self, person: Option<&PersonId>) -> Result<()>;
    /// Raises every generation below `least` to it, and lets whoever is added from now on begin there: generations above those of
    /// the store may have been given to phones and forgotten.
    fn raise_rosters(&mut self, least: u64) -> Result<()>;
    /// Adds a fact.
    fn add_fact(&mut self, fact: &NewFact) -> Result<FactNo>;
    /// Cancels a fact and returns whether there was one that still held.
    fn cancel_fact(&mut self, no: FactNo, by: &str, at_ms: i64) -> Result<bool>;
    /// Adds a ruling.
    fn add_ruling(&mut self, ruling: &NewRuling) -> Result<u64>;
    /// Forgets the turns of dates after `after`, adds new ones, and notes up to where they are dealt.
    fn deal_turns(&mut self, after: NaiveDate, turns: &[Turn], state: &TurnState) -> Result<()>;
}
