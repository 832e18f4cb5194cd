//! Places everyone, day by day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Fact, FactKind, MinimumOffice, Person, TurnList, Violation};
use crate::model::PersonId;
use crate::policy::{GroupPlace, Policy, Quota, Side};
use crate::schedule::{DayStatus, Mode, WindowId};

/// A policy, the people and what is known about their days.
#[derive(Clone, Copy, Debug)]
pub struct Staffing<'a> {
    pub(super) policy: &'a Policy,
    pub(super) people: &'a [Person],
    pub(super) facts: &'a [Fact],
    pub(super) minimums: &'a [MinimumOffice],
}

/// Where one person works on one date, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// Who.
    pub person: PersonId,
    /// The duty date.
    pub date: NaiveDate,
    /// Where.
    pub mode: Mode,
    /// Why.
    pub why: Reason,
    /// The shift worked, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<String>,
    /// Windows that a fact covers without covering the day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excused: Vec<Excused>,
    /// Whether the person may leave the region on that date.
    #[serde(default)]
    pub may_leave_region: bool,
}

/// A window of a day that a fact covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excused {
    /// The window.
    pub window: WindowId,
    /// By what.
    pub by: FactKind,
    /// The letter or request behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Why a person is placed where they are; `text::roster` has the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Reason {
    /// A dated fact.
    Fact {
        /// What it says.
        kind: FactKind,
        /// The letter or request behind it.
        reference: Option<String>,
    },
    /// Not sent home by an exemption of the policy.
    Exempt {
        /// The exemption's title, in Indonesian.
        title: String,
    },
    /// The work cannot be done from home.
    CannotWorkFromHome,
    /// It is their turn on the side that the quota caps.
    Turn {
        /// The group's title.
        group: String,
        /// The capped side.
        side: Side,
        /// How many the quota allows there.
        allowed: u32,
        /// Of how many.
        headcount: u32,
    },
    /// It is not their turn on the side that the quota caps.
    NotTheirTurn {
        /// The group's title.
        group: String,
        /// The capped side, on which they are not.
        side: Side,
        /// How many the quota allows there.
        allowed: u32,
        /// Of how many.
        headcount: u32,
    },
    /// The whole group works there.
    WholeGroup {
        /// The group's title.
        group: String,
    },
    /// The policy names no group for them.
    NoGroup,
    /// Not a working day.
    DayOff {
        /// What kind of day.
        day: DayStatus,
    },
    /// The policy is not in force on that date.
    NotInForce,
}

/// A proposal: everyone's places, and the turns to carry on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// By date, then person.
    pub placements: Vec<Placement>,
    /// The turn list afterwards.
    pub turns: TurnList,
    /// Quotas that cannot be kept, because more people than allowed are fixed on the capped side.
    pub unkept: Vec<Violation>,
}

/// What is settled about a person before turns are dealt.
enum Settled {
    /// Placed.
    Placed(Mode, Reason),
    /// Waits for the turn list of a group.
    Waits,
}

/// The people of one agency and group on one date.
#[derive(Default)]
struct Pool {
    members: Vec<PersonId>,
    waiting: Vec<PersonId>,
    /// Settled on the home side and on the office side.
    settled: [usize; 2],
}

impl<'a> Staffing<'a> {
    /// Takes a policy, the people and their dated facts.
    #[must_use]
    pub fn new(policy: &'a Policy, people: &'a [Person], facts: &'a [Fact]) -> Self {
        Self { policy, people, facts, minimums: &[] }
    }

    /// Adds approved minimums at the office.
    #[must_use]
    pub fn with_minimums(self, minimums: &'a [MinimumOffice]) -> Self {
        Self { minimums, ..self }
    }

    /// Places everyone on each date of a range, both ends included.
    #[must_use]
    pub fn propose(&self, from: NaiveDate, until: NaiveDate, mut turns: TurnList) -> Proposal {
        let (facts, people) = (self.facts_by_person(), self.people_by_id());
        let (mut placements, mut unkept) = (Vec::new(), Vec::new());
        for date in from.iter_days().take_while(|date| *date <= until) {
            self.day(date, &people, &facts, &mut turns, &mut placements, &mut unkept);
        }
        Proposal { placements, turns, unkept }
    }

    fn day(
        &self,
        date: NaiveDate,
        people: &BTreeMap<&PersonId, &Person>,
        facts: &BTreeMap<&PersonId, Vec<&Fact>>,
        turns: &mut TurnList,
        placements: &mut Vec<Placement>,
        unkept: &mut Vec<Violation>,
    ) {
        let facts_of = |person: &Person| {
            facts.get(&person.id).map_or(&[] as &[&Fact], Vec::as_slice).iter().copied().filter(|f| f.covers(date))
        };
        let mut pools: BTreeMap<(&str, usize), Pool> = BTreeMap::new();
        let mut settled = Vec::with_capacity(people.len());
        for person in people.values().copied() {
            let outcome = self.settle(person, date, facts_of(person));
            if let Some(group) = self.turn_group(person) {
                let pool = pools.entry((person.agency.as_str(), group)).or_default();
                pool.members.push(person.id.clone());
                match &outcome {
                    Settled::Waits => pool.waiting.push(person.id.clone()),
                    Settled::Placed(Mode::Wfh, _) => pool.settled[0] += 1,
                    Settled::Placed(Mode::Wfo, _) => pool.settled[1] += 1,
                    Settled::Placed(..) => {}
                }
            }
            settled.push((person, outcome));
        }
        let dealt = self.deal(date, &pools, turns, unkept);
        for (person, outcome) in settled {
            let (mode, why) = match outcome {
                Settled::Placed(mode, why) => (mode, why),
                Settled::Waits => dealt.get(&person.id).cloned().unwrap_or((Mode::Wfo, Reason::NoGroup)),
            };
            let partial = facts_of(person).filter(|fact| !fact.is_whole_day() && fact.kind.excuses_windows());
            let excused = partial.flat_map(|fact| {
                let by = |window: &WindowId| Excused {
                    window: window.clone(),
                    by: fact.kind.clone(),
                    reference: fact.reference.clone(),
                };
                fact.windows.iter().map(by)
            });
            placements.push(Placement {
                person: person.id.clone(),
                date,
                mode,
                why,
                shift: shift_of(self.policy, facts_of(person)).map(str::to_owned),
                excused: excused.collect(),
                may_leave_region: facts_of(person).any(|fact| fact.kind == FactKind::MayLeaveRegion),
            });
        }
    }

    /// Deals the turns of every pool that has someone waiting.
    fn deal(
        &self,
        date: NaiveDate,
        pools: &BTreeMap<(&str, usize), Pool>,
        turns: &mut TurnList,
        unkept: &mut Vec<Violation>,
    ) -> BTreeMap<PersonId, (Mode, Reason)> {
        let mut dealt = BTreeMap::new();
        for ((agency, index), pool) in pools {
            let group = &self.policy.groups[*index];
            let GroupPlace::Turns(quota) = group.place else { continue };
            let allowed = self.allowed(quota, agency, &group.id, pool.members.len(), date);
            let fixed = pool.settled[usize::from(quota.caps == Side::Office)];
            if fixed > allowed {
                unkept.push(Violation::QuotaExceeded {
                    agency: (*agency).to_owned(),
                    group: group.id.clone(),
                    date,
                    side: quota.caps,
                    allowed: small(allowed),
                    placed: small(fixed),
                });
            }
            if pool.waiting.is_empty() {
                continue;
            }
            let turn = turns.group(agency, &group.id);
            turn.meet(&pool.members);
            let mut chosen = turn.day(&pool.waiting, allowed.saturating_sub(fixed), self.policy.rotation.working_days);
            chosen.sort();
            let (title, side) = (group.title.clone(), quota.caps);
            let (allowed, headcount) = (small(allowed), small(pool.members.len()));
            let (here, there) = match side {
                Side::Home => (Mode::Wfh, Mode::Wfo),
                Side::Office => (Mode::Wfo, Mode::Wfh),
            };
            for person in &pool.waiting {
                let placed = if chosen.binary_search(person).is_ok() {
                    (here, Reason::Turn { group: title.clone(), side, allowed, headcount })
                } else {
                    (there, Reason::NotTheirTurn { group: title.clone(), side, allowed, headcount })
                };
                dealt.insert(person.clone(), placed);
            }
        }
        dealt
    }

    fn settle<'f>(&self, person: &Person, date: NaiveDate, facts: impl Iterator<Item = &'f Fact> + Clone) -> Settled {
        if !self.policy.valid.contains(date) {
            return Settled::Placed(Mode::Wfo, Reason::NotInForce);
        }
        let day = match shift_of(self.policy, facts.clone()) {
            Some(_) => DayStatus::Working,
            None => self.policy.calendar.status(date, self.policy.week.of_unit(Some(&person.unit))),
        };
        let whole = facts.filter(|fact| fact.is_whole_day());
        let decisive =
            whole.filter_map(|fact| Some((fact, fact.kind.mode()?))).min_by_key(|(f, _)| f.kind.precedence());
        if !day.is_working() && !decisive.is_some_and(|(_, mode)| mode.holds_on_days_off()) {
            return Settled::Placed(Mode::Off, Reason::DayOff { day });
        }
        if let Some((fact, mode)) = decisive {
            let why = Reason::Fact { kind: fact.kind.clone(), reference: fact.reference.clone() };
            return Settled::Placed(mode, why);
        }
        if let Some(exemption) = person.exemption(self.policy) {
            return Settled::Placed(Mode::Exempt, Reason::Exempt { title: exemption.title.clone() });
        }
        if !person.can_wfh {
            return Settled::Placed(Mode::Wfo, Reason::CannotWorkFromHome);
        }
        match person.group(self.policy) {
            None => Settled::Placed(side_mode(self.policy.rotation.others), Reason::NoGroup),
            Some(group) => {
                let whole = || Reason::WholeGroup { group: group.title.clone() };
                match group.place {
                    GroupPlace::Home => Settled::Placed(Mode::Wfh, whole()),
                    GroupPlace::Office => Settled::Placed(Mode::Wfo, whole()),
                    GroupPlace::Turns(_) => Settled::Waits,
                }
            }
        }
    }

    /// How many of a group may be on its capped side: the quota's share, moved by an approved minimum at the office.
    pub(super) fn allowed(&self, quota: Quota, agency: &str, group: &str, headcount: usize, date: NaiveDate) -> usize {
        let minimum = self
            .minimums
            .iter()
            .filter(|m| m.agency == agency && m.group == group && (m.from..=m.until).contains(&date))
            .map(|m| usize::try_from(m.people).unwrap_or(usize::MAX).min(headcount))
            .max()
            .unwrap_or(0);
        let share = quota.allowed_of(headcount);
        match quota.caps {
            Side::Office => share.max(minimum),
            Side::Home => share.min(headcount - minimum),
        }
    }

    /// The index of the group in whose turns a person counts; none for the exempt and for groups without turns.
    pub(super) fn turn_group(&self, person: &Person) -> Option<usize> {
        if person.exemption(self.policy).is_some() {
            return None;
        }
        let index = self.policy.groups.iter().position(|group| person.is_picked_by(&group.who))?;
        matches!(self.policy.groups[index].place, GroupPlace::Turns(_)).then_some(index)
    }

    pub(super) fn facts_by_person(&self) -> BTreeMap<&'a PersonId, Vec<&'a Fact>> {
        let mut by_person: BTreeMap<&PersonId, Vec<&Fact>> = BTreeMap::new();
        for fact in self.facts {
            by_person.entry(&fact.person).or_default().push(fact);
        }
        by_person
    }

    /// People by id; of two entries of one id the first holds.
    pub(super) fn people_by_id(&self) -> BTreeMap<&'a PersonId, &'a Person> {
        self.people.iter().rev().map(|person| (&person.id, person)).collect()
    }
}

/// The shift that facts of one person and date name, if the policy has it; the one that was added last holds.
pub fn shift_of<'f>(policy: &Policy, facts: impl Iterator<Item = &'f Fact>) -> Option<&'f str> {
    let named = facts.filter_map(|fact| match &fact.kind {
        FactKind::Shift(id) if fact.is_whole_day() && policy.shift(id).is_some() => Some(id.as_str()),
        _ => None,
    });
    named.last()
}

fn side_mode(side: Side) -> Mode {
    match side {
        Side::Home => Mode::Wfh,
        Side::Office => Mode::Wfo,
    }
}

pub(super) fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
