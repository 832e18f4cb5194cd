//! Sorts the taps of a day by the window that each counts for.

use super::rule::{Duty, duty_at};
use super::{Case, CountedTap, Flag, OtherTap, OtherWhy, Tap, flag};
use crate::order;

/// The taps of a day, sorted.
pub(super) struct Sorted<'a> {
    /// For each duty its taps, earliest first.
    pub(super) by_duty: Vec<Vec<&'a Tap>>,
    /// The rest, earliest first.
    pub(super) others: Vec<OtherTap>,
}

/// Sorts the taps of the day. The order in which they are given does not matter.
pub(super) fn sort<'a>(case: &Case<'a>, duties: &[Duty<'_>]) -> Sorted<'a> {
    let day = case.plan.starts_ms..case.plan.ends_ms;
    let mut taps: Vec<&Tap> = case.taps.iter().filter(|tap| day.contains(&tap.timed.judged_ms())).collect();
    order::sort_by_key(&mut taps, |tap| tap.order());
    taps.dedup_by_key(|tap| tap.record);
    let mut sorted = Sorted { by_duty: vec![Vec::new(); duties.len()], others: Vec::new() };
    for tap in taps {
        let at_ms = tap.timed.judged_ms();
        if let Some((why, around)) = not_before_revocation(case, tap) {
            let mut flags = flag::of_tap(case, tap, None);
            flags.extend(around);
            sorted.others.push(OtherTap { tap: counted(tap), why, flags });
        } else if let Some(at) = duty_at(duties, at_ms) {
            sorted.by_duty[at].push(tap);
        } else {
            let why = if duties.is_empty() { OtherWhy::NothingOwed } else { OtherWhy::OutsideSchedule };
            sorted.others.push(OtherTap { tap: counted(tap), why, flags: flag::of_tap(case, tap, None) });
        }
    }
    sorted
}

/// The tap with its evidence.
pub(super) fn counted(tap: &Tap) -> CountedTap {
    CountedTap {
        record: tap.record,
        at_ms: tap.timed.judged_ms(),
        claimed_ms: tap.timed.claimed_ms,
        bounds: tap.timed.bounds,
        grade: tap.timed.grade,
        placement: tap.placement,
        arrival_ms: tap.arrival_ms,
    }
}

/// Says that a tap of a revoked installation does not count, unless it is surely from before; with a flag where it may be.
fn not_before_revocation(case: &Case<'_>, tap: &Tap) -> Option<(OtherWhy, Option<Flag>)> {
    use crate::time::Side;

    let revoked_ms = case.installations.get(tap.installation)?.revoked_ms?;
    let flag = match tap.timed.bounds.side(revoked_ms) {
        Side::Before => return None,
        Side::After => None,
        Side::CannotTell => Some(Flag::AroundRevocation { revoked_ms }),
    };
    Some((OtherWhy::Revoked { revoked_ms }, flag))
}
