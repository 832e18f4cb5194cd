//! The rule that a phone last verifiably knew, where the rule in force has changed since.

use std::collections::BTreeMap;

use hadir_core::{
    judge::{Excuse, ExcuseKind, RuleRef, excuses},
    model::EnvelopeHash,
    roster::Placement,
    schedule::{DayPlan, PlanFor, Shifts, plan_day},
};

use super::{
    evidence::{Evidence, GivenDay},
    judging::excuses_of,
};
use crate::policies::{BookedPolicy, PolicyBook};

/// The earlier rule with what it asked of the person.
#[derive(Debug)]
pub(super) struct Earlier {
    /// What the person owed by it.
    pub(super) plan: DayPlan,
    /// That rule.
    pub(super) rule: RuleRef,
    /// Parts of the day that were excused by it.
    pub(super) excuses: Vec<Excuse>,
    /// From when on the change had surely reached a phone, milliseconds.
    pub(super) reached_ms: Option<i64>,
}

/// Names a rule for the reasons.
pub(super) fn rule_ref(booked: &BookedPolicy) -> RuleRef {
    RuleRef { policy: booked.policy.id.clone(), title: booked.policy.title.clone(), pack: Some(booked.number) }
}

/// Finds the rule that the person's phones last had before the one in force; `None` where all that they were given asks
/// the same.
pub(super) fn earlier(
    book: &PolicyBook,
    now: &DayPlan,
    placed: &Placement,
    who: &PlanFor<'_>,
    found: &Evidence,
) -> Option<Earlier> {
    let date = now.duty_date;
    let asked = GivenDay {
        mode: placed.mode,
        shift: placed.shift.clone(),
        excused: placed
            .excused
            .iter()
            .filter_map(|excused| Some((excused.window.to_string(), ExcuseKind::of(&excused.by)?)))
            .collect(),
    };
    let excused_now = excuses_of(now, placed);
    let mut days: BTreeMap<EnvelopeHash, Option<&GivenDay>> = BTreeMap::new();
    let mut before = None;
    for given in &found.given {
        days.insert(given.hash, given.day.as_ref());
        // What the phone was given then: that assignment, under the highest pack that was out.
        let pack =
            book.iter().filter(|booked| booked.published_ms <= given.t_ms && booked.policy.valid.contains(date)).last();
        if let (Some(named), Some(booked)) = (&given.day, pack) {
            let shifts = Shifts { on: named.shift.as_deref(), ..who.shifts };
            let plan = plan_day(&booked.policy, date, named.mode, &PlanFor { shifts, ..*who });
            let excused = excuses(&plan, named.excused.iter().map(|(window, kind)| (window.as_str(), *kind)));
            if !same_duty(&plan, now) || excused != excused_now {
                before = Some((plan, booked, named, excused));
            }
        }
    }
    let (plan, booked, named, excuses) = before?;
    let knows = |pack: Option<EnvelopeHash>, assignment: Option<EnvelopeHash>| {
        let policy = pack.and_then(|hash| book.by_hash(&hash));
        let current = book.on(date).map(|booked| booked.number);
        // Where only one of the two has changed, the other needs no word.
        let has_pack =
            booked.number == current.unwrap_or(0) || policy.is_some_and(|policy| Some(policy.number) >= current);
        let has_day = *named == asked || assignment.and_then(|hash| days.get(&hash)).copied().flatten() == Some(&asked);
        has_pack && has_day
    };
    let reached_ms =
        found.knew.iter().filter(|knew| knows(knew.pack, knew.assignment)).filter_map(|knew| knew.latest_ms).min();
    Some(Earlier { plan, rule: rule_ref(booked), excuses, reached_ms })
}

fn same_duty(a: &DayPlan, b: &DayPlan) -> bool {
    a.owes_check_in == b.owes_check_in && a.windows == b.windows && a.late == b.late && a.live_share == b.live_share
}
