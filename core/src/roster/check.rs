//! Checks a head's own list: it is theirs to make, and ours to read against the rule.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::propose::small;
use super::{FactKind, Staffing};
use crate::model::PersonId;
use crate::policy::{GroupPlace, Side};

/// One line of a head's own list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Who.
    pub person: PersonId,
    /// The duty date.
    pub date: NaiveDate,
    /// On which side of the door.
    pub side: Side,
}

/// What does not hold of a list; `text::roster` has the words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Violation {
    /// The list names someone who is not on the staff list.
    UnknownPerson {
        /// Who.
        person: PersonId,
    },
    /// The list names a person twice for one date.
    ListedTwice {
        /// Who.
        person: PersonId,
        /// When.
        date: NaiveDate,
    },
    /// The policy is not in force on a listed date, or the date is outside the range of the list.
    OutsideDates {
        /// When.
        date: NaiveDate,
    },
    /// The list places someone on a day on which they do not work.
    NotWorkingDay {
        /// Who.
        person: PersonId,
        /// When.
        date: NaiveDate,
    },
    /// The list places someone whose day a dated fact has decided.
    DecidedByFact {
        /// Who.
        person: PersonId,
        /// When.
        date: NaiveDate,
        /// By what.
        kind: FactKind,
    },
    /// The list sends home someone who is not sent home.
    ExemptSentHome {
        /// Who.
        person: PersonId,
        /// When.
        date: NaiveDate,
        /// The exemption's title, in Indonesian.
        title: String,
    },
    /// The list sends home someone whose work cannot be done from home.
    CannotWorkFromHome {
        /// Who.
        person: PersonId,
        /// When.
        date: NaiveDate,
    },
    /// The list sends home someone whom the policy keeps at the office.
    StaysAtOffice {
        /// Who.
        person: PersonId,
        /// When.
        date: NaiveDate,
    },
    /// The list leaves out someone who takes turns and works on that date.
    NotListed {
        /// Who.
        person: PersonId,
        /// When.
        date: NaiveDate,
    },
    /// More people of an agency and group are on one side than its quota allows.
    QuotaExceeded {
        /// The agency.
        agency: String,
        /// The group's id.
        group: String,
        /// When.
        date: NaiveDate,
        /// The capped side.
        side: Side,
        /// How many are allowed.
        allowed: u32,
        /// How many are placed.
        placed: u32,
    },
}

impl Staffing<'_> {
    /// Checks a head's own list for a range of dates, both ends included; empty if all holds. Sorted by kind, then person or agency, then date.
    ///
    /// The people on it are those whom the list is about: a list of one agency is checked against that agency's staff.
    #[must_use]
    pub fn check(&self, list: &[Listed], from: NaiveDate, until: NaiveDate) -> Vec<Violation> {
        let people = self.people_by_id();
        let mut found = BTreeSet::new();
        let mut sides: BTreeMap<(&PersonId, NaiveDate), Side> = BTreeMap::new();
        for line in list {
            let (person, date) = (line.person.clone(), line.date);
            if !people.contains_key(&person) {
                found.insert(Violation::UnknownPerson { person });
            } else if !(from..=until).contains(&date) || !self.policy.valid.contains(date) {
                found.insert(Violation::OutsideDates { date });
            } else if sides.insert((&line.person, date), line.side).is_some() {
                found.insert(Violation::ListedTwice { person, date });
            }
        }
        for date in from.iter_days().take_while(|date| *date <= until && self.policy.valid.contains(*date)) {
            self.check_day(date, &sides, &mut found);
        }
        found.into_iter().collect()
    }

    fn check_day(
        &self,
        date: NaiveDate,
        sides: &BTreeMap<(&PersonId, NaiveDate), Side>,
        found: &mut BTreeSet<Violation>,
    ) {
        let facts = self.facts_by_person();
        let mut counts: BTreeMap<(&str, usize), (usize, [usize; 2])> = BTreeMap::new();
        for (id, person) in self.people_by_id() {
            let listed = sides.get(&(id, date)).copied();
            let turns = self.turn_group(person);
            let count = turns.map(|group| counts.entry((&person.agency, group)).or_default());
            let mut on_side = None;
            let works = self.policy.is_working_day(date, Some(&person.unit));
            let decided = facts.get(id).into_iter().flatten().find(|fact| {
                let names_a_list = matches!(fact.kind, FactKind::HeadsList(_));
                fact.covers(date) && fact.is_whole_day() && fact.kind.mode().is_some() && !names_a_list
            });
            let (person_id, at_home) = (id.clone(), listed == Some(Side::Home));
            if let Some(fact) = decided {
                if listed.is_some() {
                    found.insert(Violation::DecidedByFact { person: person_id, date, kind: fact.kind.clone() });
                }
            } else if !works {
                if listed.is_some() {
                    found.insert(Violation::NotWorkingDay { person: person_id, date });
                }
            } else if let (Some(exemption), true) = (person.exemption(self.policy), at_home) {
                found.insert(Violation::ExemptSentHome { person: person_id, date, title: exemption.title.clone() });
            } else if at_home && !person.can_wfh {
                found.insert(Violation::CannotWorkFromHome { person: person_id, date });
                on_side = listed;
            } else if at_home && turns.is_none() && !self.may_be_home(person) {
                found.insert(Violation::StaysAtOffice { person: person_id, date });
            } else if turns.is_some() {
                // Whoever cannot work from home is at the office, listed or not.
                on_side = listed.or((!person.can_wfh).then_some(Side::Office));
                if on_side.is_none() {
                    found.insert(Violation::NotListed { person: person_id, date });
                }
            }
            if let Some((headcount, placed)) = count {
                *headcount += 1;
                if let Some(side) = on_side {
                    placed[usize::from(side == Side::Office)] += 1;
                }
            }
        }
        for ((agency, index), (headcount, placed)) in counts {
            let group = &self.policy.groups[index];
            let GroupPlace::Turns(quota) = group.place else { continue };
            let allowed = self.allowed(quota, agency, &group.id, headcount, date);
            let placed = placed[usize::from(quota.caps == Side::Office)];
            if placed > allowed {
                found.insert(Violation::QuotaExceeded {
                    agency: agency.to_owned(),
                    group: group.id.clone(),
                    date,
                    side: quota.caps,
                    allowed: small(allowed),
                    placed: small(placed),
                });
            }
        }
    }

    /// Whether the policy lets a person without turns be at home.
    fn may_be_home(&self, person: &super::Person) -> bool {
        match person.group(self.policy).map(|group| group.place) {
            Some(GroupPlace::Home | GroupPlace::Turns(_)) => true,
            Some(GroupPlace::Office) => false,
            None => self.policy.rotation.others == Side::Home,
        }
    }
}
