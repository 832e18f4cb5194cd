//! The rules that this phone holds, compiled once: which policy is in force on a date, and what the person owes.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
    sync::Arc,
};

use chrono::NaiveDate;

use super::{
    state::{State, trusted},
    store::Seen,
};
use crate::{
    judge::{Excuse, ExcuseKind, excuses},
    model::EnvelopeHash,
    place::Geofence,
    policy::Policy,
    schedule::{DateRange, DayPlan, Mode, PlanFor, Shifts, Zone, duty_date_for, plan_day},
    wire::{Assignment, DayAssignment, Pack},
};

/// A pack whose policy this build reads.
pub(super) struct Rule {
    pub(super) number: u64,
    pub(super) hash: EnvelopeHash,
    pub(super) with_enrolment: bool,
    pub(super) policy: Policy,
    pub(super) fence: Option<Geofence>,
}

#[derive(Default)]
struct Compiled {
    /// Lowest number first.
    rules: Vec<Rule>,
    /// Packs that this build can't read.
    unread: Vec<u64>,
    assignment: Option<Assignment>,
}

/// Compiled lazily, forgotten when a pack or assignment comes.
#[derive(Default)]
pub(super) struct Rules {
    compiled: OnceCell<Compiled>,
    plans: RefCell<BTreeMap<NaiveDate, Arc<DayPlan>>>,
}

impl Rules {
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    fn compiled(&self, state: &State) -> &Compiled {
        self.compiled.get_or_init(|| {
            let mut compiled = Compiled {
                assignment: state.assignment.as_ref().and_then(|held| trusted(&held.compact)),
                ..Compiled::default()
            };
            for held in &state.packs {
                let pack: Option<Pack> = trusted(&held.compact);
                match pack.and_then(|pack| Policy::from_json(pack.policy.get()).ok()) {
                    Some(policy) => compiled.rules.push(Rule {
                        number: held.number,
                        hash: held.hash,
                        with_enrolment: held.with_enrolment,
                        fence: policy.region.as_ref().and_then(|region| region.geofence().ok()),
                        policy,
                    }),
                    None => compiled.unread.push(held.number),
                }
            }
            compiled
        })
    }

    /// The numbers of packs that this build can't read.
    pub(super) fn unread<'a>(&'a self, state: &'a State) -> &'a [u64] {
        &self.compiled(state).unread
    }

    pub(super) fn assignment<'a>(&'a self, state: &'a State) -> Option<&'a Assignment> {
        self.compiled(state).assignment.as_ref()
    }

    /// The rule in force on a duty date: of those that cover it, the one with the highest number.
    pub(super) fn on<'a>(&'a self, state: &'a State, date: NaiveDate) -> Option<&'a Rule> {
        self.compiled(state).rules.iter().rev().find(|rule| rule.policy.valid.contains(date))
    }

    /// The newest rule, in force or not.
    pub(super) fn newest<'a>(&'a self, state: &'a State) -> Option<&'a Rule> {
        self.compiled(state).rules.last()
    }

    /// The office's zone: that of the rule in force, else of the newest; UTC before the first pack.
    pub(super) fn zone(&self, state: &State, now_ms: i64) -> Zone {
        let Some(newest) = self.newest(state).map(|rule| rule.policy.zone) else { return Zone::UTC };
        self.on(state, newest.local(now_ms).date()).map_or(newest, |rule| rule.policy.zone)
    }

    /// The duty date of an instant: a night shift's is the date of its start.
    pub(super) fn duty_date(&self, state: &State, now_ms: i64) -> NaiveDate {
        let date = self.zone(state, now_ms).local(now_ms).date();
        match self.on(state, date).or_else(|| self.newest(state)) {
            Some(rule) => duty_date_for(&rule.policy, now_ms, |date| self.shift(state, date)),
            None => date,
        }
    }

    /// What the person sees at an instant, as records name it.
    pub(super) fn seen(&self, state: &State, now_ms: i64) -> Seen {
        Seen {
            pack: self.on(state, self.duty_date(state, now_ms)).map(|rule| rule.hash),
            assignment: state.assignment.as_ref().map(|held| held.hash),
        }
    }

    /// Where the person works on a date, and why, as the assignment says; `None` beyond its days, or for a mode that this build does not know.
    pub(super) fn mode<'a>(&'a self, state: &'a State, date: NaiveDate) -> Option<(Mode, &'a str)> {
        let day = self.day(state, date)?;
        Some((Mode::from_name(&day.mode)?, &day.why))
    }

    /// What the assignment says of a date; of one before its first day, what an earlier one said.
    pub(super) fn day<'a>(&'a self, state: &'a State, date: NaiveDate) -> Option<&'a DayAssignment> {
        let of = |days: &'a [DayAssignment]| {
            days.binary_search_by_key(&date, |day| day.date).ok().and_then(|at| days.get(at))
        };
        of(&self.assignment(state)?.days).or_else(|| of(&state.past_days))
    }

    /// The first and the last date of which it is known where the person works.
    pub(super) fn reach(&self, state: &State) -> Option<DateRange> {
        let days = &self.assignment(state)?.days;
        let first = state.past_days.first().or(days.first())?.date;
        Some(DateRange::between(first, days.last().map_or(first, |day| day.date)))
    }

    fn shift<'a>(&'a self, state: &'a State, date: NaiveDate) -> Option<&'a str> {
        self.day(state, date)?.shift.as_deref()
    }

    /// For whom a date is planned.
    pub(super) fn who<'a>(&'a self, state: &'a State, date: NaiveDate) -> PlanFor<'a> {
        PlanFor {
            unit: self.assignment(state).map(|assignment| assignment.person.unit.as_str()),
            shifts: Shifts::around(date, |date| self.shift(state, date)),
        }
    }

    /// The parts of a planned day in which no tap is due.
    pub(super) fn excuses(&self, state: &State, plan: &DayPlan) -> Vec<Excuse> {
        let excused = self.day(state, plan.duty_date).map_or(&[][..], |day| &day.excused);
        excuses(plan, excused.iter().map(|excused| (excused.window.as_str(), ExcuseKind::read(&excused.kind))))
    }

    /// What the person owes on a date; `None` where no policy is in force or the assignment does not reach.
    pub(super) fn plan(&self, state: &State, date: NaiveDate) -> Option<Arc<DayPlan>> {
        if let Some(plan) = self.plans.borrow().get(&date) {
            return Some(plan.clone());
        }
        let rule = self.on(state, date)?;
        let (mode, _) = self.mode(state, date)?;
        let plan = Arc::new(plan_day(&rule.policy, date, mode, &self.who(state, date)));
        let mut plans = self.plans.borrow_mut();
        if plans.len() >= 8 {
            plans.clear();
        }
        plans.insert(date, plan.clone());
        Some(plan)
    }
}
