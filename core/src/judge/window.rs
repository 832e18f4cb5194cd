//! The verdict on one window.

use super::installation::{Received, received};
use super::rule::{Duty, Ruled};
use super::tap::counted;
use super::{
    Case, CountedTap, DayState, Excuse, ExcuseKind, Outage, Reason, ShareVerdict, Tap, WindowState, WindowVerdict, flag,
};
use crate::ask::AppealSeen;
use crate::model::RecordId;
use crate::order;
use crate::place::Place;
use crate::schedule::{Timing, Window, WindowId};

/// Judges a scheduled check-in by its taps, earliest first: by the rule in force, and where the rule before is asked too
/// by whichever is better for the person.
pub(super) fn judge_duty(case: &Case<'_>, day: DayState, duty: &Duty<'_>, taps: &[&Tap]) -> Option<WindowVerdict> {
    let id = duty.id()?;
    let known = duty.windows().next()?;
    let verdict = |rule: Reason, ruled: Option<Ruled<'_>>, excuses: &[Excuse]| match ruled {
        Some(ruled) => judge_window(case, day, id, rule, (ruled, excuses), taps),
        None => WindowVerdict {
            id: id.clone(),
            window: known.window.clone(),
            state: WindowState::NotOwed,
            flags: taps.first().map(|tap| flag::of_tap(case, tap, None)).unwrap_or_default(),
            tap: taps.first().map(|tap| counted(tap)),
            supporting: taps.iter().skip(1).map(|tap| tap.record).collect(),
            reasons: vec![rule, Reason::NotOwed],
            corrections: corrections(case, id),
            appeals: appeals(case, id),
        },
    };
    let now = verdict(Reason::Rule(case.rule.clone()), duty.now, case.excuses);
    let before = case.earlier.as_ref().zip(duty.before).map(|(earlier, ruled)| {
        let rule = Reason::EarlierRule { rule: earlier.rule.clone(), reached_ms: earlier.reached_ms };
        verdict(rule, ruled, earlier.excuses)
    });
    Some(match before {
        Some(before) if burden(before.state) < burden(now.state) => before,
        _ => now,
    })
}

/// How a state weighs on a person, to choose the lighter of two.
fn burden(state: WindowState) -> (u8, u32) {
    match state {
        WindowState::OnTime => (0, 0),
        WindowState::NotOwed | WindowState::Excused { .. } => (1, 0),
        WindowState::Late { minutes } => (2, minutes),
        WindowState::Upcoming => (3, 0),
        WindowState::Open => (4, 0),
        WindowState::NotYetReceived => (5, 0),
        WindowState::Missed => (6, 0),
    }
}

/// Judges one window of one rule. The earliest tap counts, flagged or without a fix; the later ones support it.
fn judge_window(
    case: &Case<'_>,
    day: DayState,
    id: &WindowId,
    rule: Reason,
    (ruled, excuses): (Ruled<'_>, &[Excuse]),
    taps: &[&Tap],
) -> WindowVerdict {
    let window = ruled.window;
    let mut reasons = vec![
        rule,
        Reason::Window {
            opens_ms: window.opens_ms,
            on_time_until_ms: window.on_time_until_ms,
            late_until_ms: window.late_until_ms,
        },
    ];
    let first = taps.iter().find(|tap| window.contains(tap.timed.judged_ms()));
    let record = first.map(|tap| tap.record);
    let supporting: Vec<RecordId> =
        taps.iter().map(|tap| tap.record).filter(|support| Some(*support) != record).collect();
    let computed = match first {
        Some(tap) => tapped(case, ruled, tap, supporting.len(), &mut reasons),
        None => untapped(case, window, &mut reasons),
    };
    WindowVerdict {
        id: id.clone(),
        window: window.clone(),
        state: excuse(case, excuses, day, window, computed, &mut reasons),
        flags: first.map(|tap| flag::of_tap(case, tap, Some((window, ruled.late)))).unwrap_or_default(),
        tap: first.map(|tap| counted(tap)),
        supporting,
        reasons,
        corrections: corrections(case, id),
        appeals: appeals(case, id),
    }
}

/// The state that a tap gives, with its evidence as reasons.
fn tapped(case: &Case<'_>, ruled: Ruled<'_>, tap: &Tap, later: usize, reasons: &mut Vec<Reason>) -> WindowState {
    let window = ruled.window;
    let CountedTap { at_ms, claimed_ms, bounds, grade, .. } = counted(tap);
    reasons.push(Reason::Claimed { claimed_ms });
    reasons.push(Reason::Evidence { bounds, grade });
    if at_ms != claimed_ms {
        reasons.push(Reason::JudgedAt { at_ms });
    } else if flag::surely(bounds, window, ruled.late).is_none() {
        reasons.push(Reason::CountsAsClaimed);
    }
    let state = match window.timing(at_ms, ruled.late) {
        Timing::Late { minutes } => {
            reasons.push(Reason::Late { since_ms: window.on_time_until_ms, minutes });
            WindowState::Late { minutes }
        }
        Timing::OnTime | Timing::Early | Timing::After => {
            reasons.push(Reason::OnTime { until_ms: window.on_time_until_ms });
            WindowState::OnTime
        }
    };
    match tap.arrival_ms {
        Some(arrival_ms) => {
            reasons.push(Reason::Arrived { at_ms: arrival_ms });
            reasons.extend(outages(case, at_ms, arrival_ms));
        }
        None => reasons.push(Reason::Waiting),
    }
    if let Some(placement) = tap.placement {
        reasons.push(Reason::Placed(placement));
        if placement.place == Place::Outside && case.may_leave_region {
            reasons.push(Reason::Permit);
        }
    }
    if later > 0 {
        reasons.push(Reason::Supported { taps: later });
    }
    state
}

/// The state without a tap: only a history received past the window, or a grace that ran out, makes it missed.
fn untapped(case: &Case<'_>, window: &Window, reasons: &mut Vec<Reason>) -> WindowState {
    if case.now_ms < window.opens_ms {
        return WindowState::Upcoming;
    }
    if case.now_ms < window.late_until_ms {
        return WindowState::Open;
    }
    let received = received(window, case.installations);
    if let Received::LostByOffice { made } = received {
        // No grace runs out for what the office itself lost: only a person can rule.
        reasons.push(Reason::LostByOffice { made });
        return WindowState::NotYetReceived;
    }
    if let Received::Past { past_ms } = received {
        reasons.push(Reason::ReceivedPast { past_ms });
        return WindowState::Missed;
    }
    reasons.extend(outages(case, window.opens_ms, case.now_ms));
    let grace_until_ms = case.grace_until_ms;
    if case.now_ms >= grace_until_ms {
        reasons.push(Reason::GraceRanOut { until_ms: grace_until_ms });
        return WindowState::Missed;
    }
    reasons.push(match received {
        Received::NoInstallation => Reason::NoInstallation { grace_until_ms },
        Received::Revoked { revoked_ms } => Reason::PhoneRevoked { revoked_ms, grace_until_ms },
        Received::NotYet { past_ms } => Reason::NotReceivedPast { past_ms, grace_until_ms },
        Received::Lost { made } => Reason::RecordsLost { made, grace_until_ms },
        Received::LostByOffice { made } => Reason::LostByOffice { made },
        Received::Past { past_ms } => Reason::ReceivedPast { past_ms },
    });
    WindowState::NotYetReceived
}

/// Health direction and excused parts of the day take lateness and absence away. What is on time stays so.
fn excuse(
    case: &Case<'_>,
    excuses: &[Excuse],
    day: DayState,
    window: &Window,
    computed: WindowState,
    reasons: &mut Vec<Reason>,
) -> WindowState {
    if computed == WindowState::OnTime {
        return computed;
    }
    if day == DayState::HealthDirection {
        reasons.push(Reason::HealthDirection { date: case.plan.duty_date, form: None });
        return WindowState::Excused { kind: ExcuseKind::HealthDirection };
    }
    // The excuse has to cover the time that is on time: who is free until 08.10 can still tap by 08.15.
    let covers = |excuse: &&Excuse| {
        excuse.from_ms <= window.opens_ms.max(window.nominal_ms) && excuse.until_ms >= window.on_time_until_ms
    };
    match excuses.iter().filter(covers).min_by_key(|excuse| (excuse.from_ms, excuse.until_ms)) {
        Some(&Excuse { kind, from_ms, until_ms }) => {
            reasons.push(Reason::Excused { kind, from_ms, until_ms });
            WindowState::Excused { kind }
        }
        None => computed,
    }
}

fn outages(case: &Case<'_>, from_ms: i64, until_ms: i64) -> impl Iterator<Item = Reason> {
    let touching = move |outage: &&Outage| outage.touches(from_ms, until_ms);
    let mut outages: Vec<Outage> = case.outages.iter().filter(touching).copied().collect();
    order::sort_by_key(&mut outages, |outage| outage.from_ms);
    outages.into_iter().map(|Outage { from_ms, until_ms }| Reason::Outage { from_ms, until_ms })
}

fn corrections(case: &Case<'_>, id: &WindowId) -> Vec<super::Correction> {
    let of_window = |correction: &&super::Correction| correction.window.as_ref() == Some(id);
    let mut found: Vec<_> = case.corrections.iter().filter(of_window).cloned().collect();
    order::sort_by_key(&mut found, |correction| correction.at_ms);
    found
}

/// What people ruled on the whole date; and what on something that is none of the day's, so that none is out of sight.
pub(super) fn corrections_of_day(
    case: &Case<'_>,
    windows: &[WindowVerdict],
    share: Option<&ShareVerdict>,
) -> Vec<super::Correction> {
    let judged = |id: &WindowId| {
        windows.iter().any(|window| window.id == *id) || (share.is_some() && id.as_str() == super::SHARE)
    };
    let of_day = |correction: &&super::Correction| !correction.window.as_ref().is_some_and(judged);
    case.corrections.iter().filter(of_day).cloned().collect()
}

/// The appeals against a window of the date, oldest first.
fn appeals(case: &Case<'_>, id: &WindowId) -> Vec<AppealSeen> {
    of_the_date(case, |seen| seen.appeal.window() == Some(id.as_str()))
}

/// The appeals against the whole date, oldest first; and those against a window that is none of the day's, so that none is
/// out of sight.
pub(super) fn appeals_of_day(case: &Case<'_>, windows: &[WindowVerdict]) -> Vec<AppealSeen> {
    let judged = |id: &str| windows.iter().any(|window| window.id.as_str() == id);
    of_the_date(case, |seen| !seen.appeal.window().is_some_and(judged))
}

fn of_the_date(case: &Case<'_>, about: impl Fn(&AppealSeen) -> bool) -> Vec<AppealSeen> {
    let wanted = |seen: &&AppealSeen| seen.appeal.date() == case.plan.duty_date && about(seen);
    let mut found: Vec<_> = case.appeals.iter().filter(wanted).cloned().collect();
    order::sort_by_key(&mut found, |seen| (seen.at_ms, seen.record));
    found
}
