//! The staff's part of the model.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use hadir_core::model::PersonId;

use super::State;
use crate::store::{
    FactNo, NewFact, NewRuling, Person, Result, Ruling, StaffRead, StaffWrite, StoredFact, Turn, TurnState, Unit,
    UnitId,
};

#[derive(Clone, Default)]
pub(super) struct Part {
    units: BTreeMap<UnitId, Unit>,
    people: BTreeMap<PersonId, (Person, u64)>,
    facts: Vec<StoredFact>,
    rulings: Vec<Ruling>,
    turns: BTreeMap<(NaiveDate, PersonId), Turn>,
    turn_state: Option<TurnState>,
    least_roster: u64,
}

fn is(wanted: Option<&PersonId>, person: &PersonId) -> bool {
    wanted.is_none_or(|wanted| wanted == person)
}

impl StaffRead for State {
    fn units(&self) -> Result<Vec<Unit>> {
        Ok(self.staff.units.values().cloned().collect())
    }
    fn staff(&self) -> Result<Vec<Person>> {
        Ok(self.staff.people.values().map(|(person, _)| person.clone()).collect())
    }
    fn person(&self, id: &PersonId) -> Result<Option<Person>> {
        Ok(self.staff.people.get(id).map(|(person, _)| person.clone()))
    }
    fn roster_generation(&self, id: &PersonId) -> Result<u64> {
        Ok(self.staff.people.get(id).map_or(0, |(_, generation)| *generation))
    }
    fn facts(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<StoredFact>> {
        let touches = |stored: &&StoredFact| {
            let fact = &stored.new.fact;
            is(person, &fact.person) && fact.until >= from && fact.from <= until
        };
        Ok(self.staff.facts.iter().filter(touches).cloned().collect())
    }
    fn rulings(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<Ruling>> {
        let touches = |one: &&Ruling| is(person, &one.ruling.person) && (from..=until).contains(&one.ruling.date);
        Ok(self.staff.rulings.iter().filter(touches).cloned().collect())
    }
    fn turns(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<Turn>> {
        let wanted = |turn: &&Turn| is(person, &turn.person) && (from..=until).contains(&turn.date);
        Ok(self.staff.turns.values().filter(wanted).cloned().collect())
    }
    fn turn_state(&self) -> Result<Option<TurnState>> {
        Ok(self.staff.turn_state.clone())
    }
}

impl StaffWrite for State {
    fn put_unit(&mut self, unit: &Unit) -> Result<()> {
        self.staff.units.insert(unit.id.clone(), unit.clone());
        Ok(())
    }
    fn put_person(&mut self, person: &Person) -> Result<()> {
        let known = self.staff.people.get(&person.id).map(|(_, generation)| *generation);
        let generation = known.unwrap_or(self.staff.least_roster.max(1));
        self.staff.people.insert(person.id.clone(), (person.clone(), generation));
        Ok(())
    }
    fn bump_roster(&mut self, person: Option<&PersonId>) -> Result<()> {
        for (id, (_, generation)) in &mut self.staff.people {
            if is(person, id) {
                *generation += 1;
            }
        }
        Ok(())
    }
    fn raise_rosters(&mut self, least: u64) -> Result<()> {
        self.staff.least_roster = least;
        for (_, generation) in self.staff.people.values_mut() {
            *generation = (*generation).max(least);
        }
        Ok(())
    }
    fn add_fact(&mut self, fact: &NewFact) -> Result<FactNo> {
        let no = self.staff.facts.len() as u64 + 1;
        self.staff.facts.push(StoredFact { no, new: fact.clone(), cancelled: None });
        Ok(no)
    }
    fn cancel_fact(&mut self, no: FactNo, by: &str, at_ms: i64) -> Result<bool> {
        let found = self.staff.facts.iter_mut().find(|fact| fact.no == no && fact.cancelled.is_none());
        Ok(found.is_some_and(|fact| {
            fact.cancelled = Some((by.to_owned(), at_ms));
            true
        }))
    }
    fn add_ruling(&mut self, ruling: &NewRuling) -> Result<u64> {
        let no = self.staff.rulings.len() as u64 + 1;
        self.staff.rulings.push(Ruling { no, ruling: ruling.clone() });
        Ok(no)
    }
    fn deal_turns(&mut self, after: NaiveDate, turns: &[Turn], state: &TurnState) -> Result<()> {
        self.staff.turns.retain(|(date, _), _| *date <= after);
        self.staff.turns.extend(turns.iter().map(|turn| ((turn.date, turn.person.clone()), turn.clone())));
        self.staff.turn_state = Some(state.clone());
        Ok(())
    }
}
