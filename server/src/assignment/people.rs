//! The staff list and its dated facts, as the roster reads them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use hadir_core::{
    model::{EntryVerdict, PersonId},
    policy::{GroupPlace, Policy},
    roster::{self, Fact, FactKind},
};

use crate::store::{Person, Result, StoreRead, Unit, UnitId};

/// The people of a range of dates, and what is known of their days.
#[derive(Debug, Clone)]
pub struct Roll {
    /// Those on the staff list now.
    pub people: Vec<roster::Person>,
    facts: Vec<Fact>,
    places: BTreeMap<PersonId, usize>,
}

impl Roll {
    /// Reads one person, or everyone on the staff list, with the facts that touch `[from, until]`.
    ///
    /// # Errors
    /// What the store reports.
    pub fn load(store: &dyn StoreRead, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Self> {
        let staff = match person {
            Some(id) => store.person(id)?.into_iter().collect(),
            None => store.staff()?.into_iter().filter(|person| person.active).collect::<Vec<_>>(),
        };
        let stored = store.facts(person, from, until)?;
        // The shift of the staff list holds where no dated one does: of two, the later counts.
        let usual = staff.iter().filter_map(|person| Some((person, person.shift.clone()?)));
        let mut facts: Vec<Fact> =
            usual.map(|(person, shift)| Fact::days(person.id.clone(), from, until, FactKind::Shift(shift))).collect();
        facts.extend(stored.into_iter().filter(|stored| stored.cancelled.is_none()).map(|stored| stored.new.fact));
        for form in store.health(person, from, until)? {
            // One *may not enter* is enough: a second form does not take it back, the health office does.
            if form.verdict == EntryVerdict::MayNotEnter {
                facts.push(Fact::days(form.person, form.for_date, form.for_date, FactKind::HealthDirection));
            }
        }
        let units: BTreeMap<UnitId, Unit> = store.units()?.into_iter().map(|unit| (unit.id.clone(), unit)).collect();
        let places = staff.iter().enumerate().map(|(at, person)| (person.id.clone(), at)).collect();
        Ok(Self { people: staff.iter().map(|person| roster_person(person, &units)).collect(), facts, places })
    }

    /// The facts that cover a date.
    #[must_use]
    pub fn facts_on(&self, date: NaiveDate) -> Vec<Fact> {
        self.facts.iter().filter(|fact| fact.covers(date)).cloned().collect()
    }

    /// What names a shift on a date, by person, oldest first.
    #[must_use]
    pub fn shifts_on(&self, date: NaiveDate) -> BTreeMap<&PersonId, Vec<&Fact>> {
        let mut named: BTreeMap<&PersonId, Vec<&Fact>> = BTreeMap::new();
        for fact in self.facts.iter().filter(|fact| fact.covers(date) && matches!(fact.kind, FactKind::Shift(_))) {
            named.entry(&fact.person).or_default().push(fact);
        }
        named
    }

    /// Who stands on a head's own list for a whole date.
    #[must_use]
    pub fn listed_on(&self, date: NaiveDate) -> BTreeSet<&PersonId> {
        let listed =
            |fact: &&Fact| fact.covers(date) && fact.is_whole_day() && matches!(fact.kind, FactKind::HeadsList(_));
        self.facts.iter().filter(listed).map(|fact| &fact.person).collect()
    }

    fn person(&self, id: &PersonId) -> Option<&roster::Person> {
        self.places.get(id).and_then(|&at| self.people.get(at))
    }

    /// Whether a person takes turns under a policy: not exempt, able to work from home, and in a group with a quota.
    #[must_use]
    pub fn takes_turns(&self, id: &PersonId, policy: &Policy) -> bool {
        self.person(id).is_some_and(|person| {
            person.can_wfh
                && person.exemption(policy).is_none()
                && person.group(policy).is_some_and(|group| matches!(group.place, GroupPlace::Turns(_)))
        })
    }

    /// The id of the policy's group that a person belongs to.
    #[must_use]
    pub fn group_of(&self, id: &PersonId, policy: &Policy) -> Option<String> {
        self.person(id)?.group(policy).map(|group| group.id.clone())
    }
}

/// A unit and those above it; one that is its own ancestor by mistake ends the climb.
fn climb<'u>(unit: &UnitId, units: &'u BTreeMap<UnitId, Unit>) -> Vec<&'u Unit> {
    let mut path: Vec<&Unit> = Vec::new();
    let mut next = units.get(unit);
    while let Some(unit) = next {
        if path.iter().any(|seen| seen.id == unit.id) {
            break;
        }
        path.push(unit);
        next = unit.parent.as_ref().and_then(|parent| units.get(parent));
    }
    path
}

fn roster_person(person: &Person, units: &BTreeMap<UnitId, Unit>) -> roster::Person {
    let path = climb(&person.unit, units);
    roster::Person {
        id: person.id.clone(),
        agency: path.last().map_or_else(|| person.unit.to_string(), |top| top.id.to_string()),
        unit: person.unit.to_string(),
        employment: person.employment,
        rank: person.rank.clone().unwrap_or_default(),
        structural: person.structural,
        services: path.iter().filter_map(|unit| unit.service.clone()).collect(),
        positions: person.position.clone().into_iter().collect(),
        can_wfh: person.can_wfh,
    }
}
