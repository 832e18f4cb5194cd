//! Which rules a window is judged by.
//!
//! The rule in force judges. Where a change of it had not surely reached the phone when the window opened, the rule before
//! is asked too, and the better answer for the person holds: nobody is late by a rule that they could not have seen.

use super::EarlierRule;
use crate::order;
use crate::schedule::{DayPlan, LateRule, Window, WindowId};

/// A window of one rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ruled<'a> {
    /// The window.
    pub(super) window: &'a Window,
    /// How its late minutes are counted.
    pub(super) late: &'a LateRule,
}

impl Ruled<'_> {
    fn is_on_time(&self, at_ms: i64) -> bool {
        self.window.is_on_time(at_ms)
    }
}

/// A scheduled check-in by the rule in force, beside the rule before where that is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Duty<'a> {
    /// By the rule in force; `None` where it asks none any more.
    pub(super) now: Option<Ruled<'a>>,
    /// By the rule before. Outer `None`: not asked. Inner `None`: it asked no check-in here.
    pub(super) before: Option<Option<Ruled<'a>>>,
}

impl<'a> Duty<'a> {
    /// The window of each rule that is asked.
    pub(super) fn windows(&self) -> impl Iterator<Item = Ruled<'a>> {
        self.now.into_iter().chain(self.before.flatten())
    }

    /// The id by which it is known: that of the rule in force.
    pub(super) fn id(&self) -> Option<&'a WindowId> {
        self.windows().next().map(|ruled| &ruled.window.id)
    }

    fn opens_ms(&self) -> i64 {
        self.windows().map(|ruled| ruled.window.opens_ms).min().unwrap_or(i64::MAX)
    }

    /// How well it fits an instant; 0 for not at all.
    fn fit(&self, at_ms: i64) -> u8 {
        let fit = |ruled: Ruled<'_>| match ruled.window.contains(at_ms) {
            true if ruled.is_on_time(at_ms) => 2,
            within => u8::from(within),
        };
        self.windows().map(fit).max().unwrap_or(0)
    }
}

/// The duty that a tap at an instant counts for: one in whose time it is on time, else one in which it is late.
pub(super) fn duty_at(duties: &[Duty<'_>], at_ms: i64) -> Option<usize> {
    let fits = duties.iter().map(|duty| duty.fit(at_ms)).enumerate().filter(|(_, fit)| *fit > 0);
    fits.max_by_key(|(at, fit)| (*fit, *at)).map(|(at, _)| at)
}

/// The check-ins of a day, rising. Windows of the two rules are matched by id, and the rest by their order.
pub(super) fn duties<'a>(plan: &'a DayPlan, earlier: Option<&EarlierRule<'a>>) -> Vec<Duty<'a>> {
    let now = |window| Ruled { window, late: &plan.late };
    let Some(earlier) = earlier else {
        return plan.windows.iter().map(|window| Duty { now: Some(now(window)), before: None }).collect();
    };
    let before = |window: &'a Window| Ruled { window, late: &earlier.plan.late };
    let (same, changed): (Vec<&Window>, Vec<&Window>) =
        plan.windows.iter().partition(|window| earlier.plan.window(&window.id).is_some());
    let mut gone = earlier.plan.windows.iter().filter(|window| plan.window(&window.id).is_none());
    let mut duties: Vec<Duty<'a>> = Vec::new();
    for window in same {
        let matched = earlier.plan.window(&window.id).map(before);
        duties.push(Duty { now: Some(now(window)), before: Some(matched) });
    }
    for window in changed {
        duties.push(Duty { now: Some(now(window)), before: Some(gone.next().map(before)) });
    }
    duties.extend(gone.map(|window| Duty { now: None, before: Some(Some(before(window))) }));
    for duty in &mut duties {
        if earlier.reached_ms.is_some_and(|reached| reached <= duty.opens_ms()) {
            duty.before = None;
        }
    }
    duties.retain(|duty| duty.windows().next().is_some());
    order::sort_by_key(&mut duties, Duty::opens_ms);
    duties
}
