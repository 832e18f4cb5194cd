//! The rule that a phone last verifiably knew, where the rule in force has changed since.

use std::collections::BTreeMap;

use hadir_core::{
    judge::RuleRef,
    model::EnvelopeHash,
    schedule::{DayPlan, Mode, PlanFor, plan_day},
};

use super::evidence::Evidence;
use crate::policies::{BookedPolicy, PolicyBook};

/// The earlier rule with what it asked of the person.
#[derive(Debug)]
pub(super) struct Earlier {
    /// What the person owed by it.
    pub(super) plan: DayPlan,
    /// That rule.
    pub(super) rule: RuleRef,
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
    mode: Mode,
    who: &PlanFor<'_>,
    found: &Evidence,
) -> Option<Earlier> {
    let date = now.duty_date;
    let mut modes: BTreeMap<EnvelopeHash, Option<Mode>> = BTreeMap::new();
    let mut before = None;
    for given in &found.given {
        modes.insert(given.hash, given.mode);
        // What the phone was given then: that assignment, under the highest pack that was out.
        let pack =
            book.iter().filter(|booked| booked.published_ms <= given.t_ms && booked.policy.valid.contains(date)).last();
        if let (Some(named), Some(booked)) = (given.mode, pack) {
            let plan = plan_day(&booked.policy, date, named, who);
            if !same_duty(&plan, now) {
                before = Some((plan, booked, named));
            }
        }
    }
    let (plan, booked, named) = before?;
    let knows = |pack: Option<EnvelopeHash>, assignment: Option<EnvelopeHash>| {
        let policy = pack.and_then(|hash| book.by_hash(&hash));
        let current = book.on(date).map(|booked| booked.number);
        // Where only one of the two has changed, the other needs no word.
        let has_pack =
            booked.number == current.unwrap_or(0) || policy.is_some_and(|policy| Some(policy.number) >= current);
        let has_mode = named == mode || assignment.and_then(|hash| modes.get(&hash)).copied().flatten() == Some(mode);
        has_pack && has_mode
    };
    let reached_ms =
        found.knew.iter().filter(|knew| knows(knew.pack, knew.assignment)).filter_map(|knew| knew.latest_ms).min();
    Some(Earlier { plan, rule: rule_ref(booked), reached_ms })
}

fn same_duty(a: &DayPlan, b: &DayPlan) -> bool {
    a.owes_check_in == b.owes_check_in && a.windows == b.windows && a.late == b.late && a.live_share == b.live_share
}
