//! The plan of one person's day: what they owe, when, and why.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{DayStatus, DayTime, LateRule, Mode, Span, Timing, Window, Zone};
use crate::order;
use crate::policy::{Notice, Policy, ShareHours, WindowRule};

/// A day in seconds.
const DAY_S: i32 = 86_400;

/// For whom a day is planned, besides the mode. The default is someone of no unit with a schedule of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanFor<'a> {
    /// The unit's id, for its work week.
    pub unit: Option<&'a str>,
    /// The shift worked.
    pub shifts: Shifts<'a>,
}

/// The shifts of a duty date and of its neighbours, by their ids: a night reaches into the next date, and that one's first
/// window ends it. A shift works on weekends and holidays too. An id that the policy does not have is no shift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shifts<'a> {
    /// On the date before.
    pub before: Option<&'a str>,
    /// On the date itself.
    pub on: Option<&'a str>,
    /// On the date after.
    pub after: Option<&'a str>,
}

impl<'a> Shifts<'a> {
    /// The same shift, or none, on every date.
    #[must_use]
    pub const fn every_day(shift: Option<&'a str>) -> Self {
        Self { before: shift, on: shift, after: shift }
    }

    /// The shifts around a date, as a roster tells them.
    #[must_use]
    pub fn around(date: NaiveDate, on: impl Fn(NaiveDate) -> Option<&'a str>) -> Self {
        Self { before: date.pred_opt().and_then(&on), on: on(date), after: date.succ_opt().and_then(&on) }
    }
}

/// What one person owes on one duty date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPlan {
    /// The policy's id.
    pub policy: String,
    /// The duty date: a night shift's is the date of its start.
    pub duty_date: NaiveDate,
    /// The office's zone.
    pub zone: Zone,
    /// Where the person works; [`Mode::Off`] if they do not.
    pub mode: Mode,
    /// First instant of the duty date, milliseconds.
    pub starts_ms: i64,
    /// First instant after the duty date, milliseconds.
    pub ends_ms: i64,
    /// The windows owed, rising; empty if no check-in is owed.
    pub windows: Vec<Window>,
    /// How late minutes are counted.
    pub late: LateRule,
    /// Live sharing, if it is owed.
    pub live_share: Option<Span>,
    /// Whether check-ins are owed. A tap without duty is taken all the same.
    pub owes_check_in: bool,
    /// The form owed **for** this date; it opens earlier, usually the day before.
    pub form: Option<FormDuty>,
    /// What is shown to the person.
    pub notices: Vec<Notice>,
    /// Why all this.
    pub reason: PlanReason,
}

/// Why a plan is as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanReason {
    /// What kind of day it is for the person.
    pub day: DayStatus,
    /// Why a check-in is owed or not.
    pub check_in: CheckInReason,
    /// Whether the year's holidays are known; if not, only weekends are.
    pub calendar_known: bool,
    /// The dated hours in force, by name.
    pub hours: Option<String>,
    /// The shift, by id.
    pub shift: Option<String>,
}

/// Why a check-in is owed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckInReason {
    /// The policy asks it of this mode.
    Owed,
    /// The policy asks it of other modes only.
    NotThisMode,
    /// The policy asks no check-in of anyone.
    PolicyAsksNone,
    /// The policy has no window on this day of the week.
    NoWindowToday,
    /// Not a working day.
    DayOff,
    /// The policy is not in force on this date.
    NotInForce,
}

/// A self-assessment owed for one office day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormDuty {
    /// The form's id.
    pub form: String,
    /// The form's version.
    pub version: u32,
    /// The office day that it is for.
    pub target_date: NaiveDate,
    /// First instant at which it can be filled, milliseconds.
    pub opens_ms: i64,
    /// The time of entry: from here it is late, milliseconds.
    pub late_from_ms: i64,
    /// The end of the office day: from here it is no longer of use, milliseconds.
    pub closes_ms: i64,
}

/// How an answered form stands to its duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormTiming {
    /// Before it opens.
    Early,
    /// In time.
    InTime,
    /// After entry, on the office day.
    Late,
    /// After the office day.
    Closed,
}

impl FormDuty {
    /// How an instant stands to this duty.
    #[must_use]
    pub fn timing(&self, at_ms: i64) -> FormTiming {
        if at_ms < self.opens_ms {
            FormTiming::Early
        } else if at_ms < self.late_from_ms {
            FormTiming::InTime
        } else if at_ms < self.closes_ms {
            FormTiming::Late
        } else {
            FormTiming::Closed
        }
    }

    /// Whether it can be filled at an instant.
    #[must_use]
    pub fn is_open(&self, at_ms: i64) -> bool {
        (self.opens_ms..self.closes_ms).contains(&at_ms)
    }
}

impl DayPlan {
    /// The window that an instant belongs to; at most one.
    #[must_use]
    pub fn window_at(&self, at_ms: i64) -> Option<&Window> {
        self.windows.iter().find(|window| window.contains(at_ms))
    }

    /// The window that an instant belongs to, with how it stands to it; none outside the schedule.
    #[must_use]
    pub fn timing_at(&self, at_ms: i64) -> Option<(&Window, Timing)> {
        self.window_at(at_ms).map(|window| (window, window.timing(at_ms, &self.late)))
    }

    /// A window by its id.
    #[must_use]
    pub fn window(&self, id: &super::WindowId) -> Option<&Window> {
        self.windows.iter().find(|window| window.id == *id)
    }
}

/// Plans one person's day.
///
/// A mode that pauses on days off becomes [`Mode::Off`] there. Outside the policy's dates nothing is owed.
#[must_use]
pub fn plan_day(policy: &Policy, date: NaiveDate, mode: Mode, who: &PlanFor<'_>) -> DayPlan {
    let in_force = policy.valid.contains(date);
    let Shifts { before, on, after } = who.shifts;
    let shift = on.and_then(|id| policy.shift(id)).map(|shift| shift.id.as_str());
    let day = match shift {
        Some(_) => DayStatus::Working,
        None => policy.calendar.status(date, policy.week.of_unit(who.unit)),
    };
    let mode = if day.is_working() || mode.holds_on_days_off() { mode } else { Mode::Off };
    let today = rules_on(policy, date, shift);
    let check_in = if !in_force {
        CheckInReason::NotInForce
    } else if mode == Mode::Off {
        CheckInReason::DayOff
    } else if policy.check_in.modes.is_empty() {
        CheckInReason::PolicyAsksNone
    } else if !policy.check_in.modes.contains(&mode) {
        CheckInReason::NotThisMode
    } else if today.is_empty() {
        CheckInReason::NoWindowToday
    } else {
        CheckInReason::Owed
    };
    let owes_check_in = check_in == CheckInReason::Owed;
    let starts_ms = day_boundary(policy, date, before, shift).on(date, policy.zone);
    let ends_ms = match date.succ_opt() {
        Some(next) => day_boundary(policy, next, shift, after).on(next, policy.zone),
        None => i64::MAX,
    };
    let form = in_force.then(|| form_duty(policy, date, mode, ends_ms)).flatten();
    DayPlan {
        policy: policy.id.clone(),
        duty_date: date,
        zone: policy.zone,
        mode,
        starts_ms,
        ends_ms,
        windows: if owes_check_in { windows_on(policy, date, shift, after) } else { Vec::new() },
        late: policy.check_in.late,
        live_share: in_force.then(|| live_share(policy, date, mode)).flatten(),
        owes_check_in,
        form,
        notices: match in_force {
            true => policy.notices.iter().filter(|notice| notice.modes.contains(&mode)).cloned().collect(),
            false => Vec::new(),
        },
        reason: PlanReason {
            day,
            check_in,
            calendar_known: policy.calendar.knows(date),
            hours: policy.hours_on(date).map(|hours| hours.name.clone()),
            shift: shift.map(str::to_owned),
        },
    }
}

/// The duty date of an instant for people without a shift of their own.
#[must_use]
pub fn duty_date(policy: &Policy, instant_ms: i64) -> NaiveDate {
    duty_date_for(policy, instant_ms, |_| None)
}

/// The duty date of an instant for whoever works the shifts that `shift_on` names for dates; what a night shift does after
/// midnight belongs to the date of its start.
#[must_use]
pub fn duty_date_for<'a>(
    policy: &Policy,
    instant_ms: i64,
    shift_on: impl Fn(NaiveDate) -> Option<&'a str>,
) -> NaiveDate {
    let date = policy.zone.local(instant_ms).date();
    let begun = |date: NaiveDate| {
        let before = date.pred_opt().and_then(&shift_on);
        instant_ms >= day_boundary(policy, date, before, shift_on(date)).on(date, policy.zone)
    };
    match (date.succ_opt(), date.pred_opt()) {
        (Some(next), _) if begun(next) => next,
        (_, Some(before)) if !begun(date) => before,
        _ => date,
    }
}

/// When a duty date begins: when the policy says, but not before the last window of the day before is over, nor after its own first opens.
fn day_boundary(policy: &Policy, date: NaiveDate, before: Option<&str>, shift: Option<&str>) -> DayTime {
    let own = rules_on(policy, date, shift).first().map_or(policy.week.day_starts, |rule| rule.opens);
    let base = own.min(policy.week.day_starts);
    let overflow = date.pred_opt().and_then(|yesterday| {
        let rules = rules_on(policy, yesterday, before);
        let last = rules.len().checked_sub(1)?;
        Some(late_until(policy, &rules, last, yesterday, shift).plus_seconds(-DAY_S))
    });
    overflow.map_or(base, |overflow| base.max(overflow))
}

/// The rules that hold on a date, rising by opening.
fn rules_on<'p>(policy: &'p Policy, date: NaiveDate, shift: Option<&str>) -> Vec<&'p WindowRule> {
    let own = shift.and_then(|id| policy.shift(id)).map(|shift| &shift.windows);
    let dated = || policy.hours_on(date).and_then(|hours| hours.windows.as_ref());
    let rules = own.or_else(dated).unwrap_or(&policy.check_in.windows);
    let mut rules: Vec<&WindowRule> = rules.iter().filter(|rule| rule.days.contains_date(date)).collect();
    order::sort_by_key(&mut rules, |rule| rule.opens);
    rules
}

/// Where lateness of one rule ends: after the policy's minutes, at the next opening, or at the first of the next day and
/// its shift.
fn late_until(policy: &Policy, rules: &[&WindowRule], index: usize, date: NaiveDate, after: Option<&str>) -> DayTime {
    let minutes = i32::try_from(policy.check_in.late_runs_min).unwrap_or(DAY_S / 60).min(DAY_S / 60);
    let rule = rules[index];
    let run_out = rule.on_time_until.plus_seconds(minutes * 60);
    let next_opening = rules.get(index + 1).map(|next| next.opens).or_else(|| {
        let tomorrow = rules_on(policy, date.succ_opt()?, after);
        tomorrow.first().map(|first| first.opens.plus_seconds(DAY_S))
    });
    next_opening.map_or(run_out, |opening| run_out.min(opening)).max(rule.on_time_until)
}

fn windows_on(policy: &Policy, date: NaiveDate, shift: Option<&str>, after: Option<&str>) -> Vec<Window> {
    let rules = rules_on(policy, date, shift);
    (0..rules.len())
        .map(|index| Window {
            id: rules[index].id.clone(),
            label: rules[index].label.clone(),
            nominal_ms: rules[index].nominal.on(date, policy.zone),
            opens_ms: rules[index].opens.on(date, policy.zone),
            on_time_until_ms: rules[index].on_time_until.on(date, policy.zone),
            late_until_ms: late_until(policy, &rules, index, date, after).on(date, policy.zone),
        })
        .collect()
}

fn live_share(policy: &Policy, date: NaiveDate, mode: Mode) -> Option<Span> {
    let rule = policy.live_share.as_ref().filter(|rule| rule.modes.contains(&mode))?;
    let ShareHours { starts, minutes } = policy.hours_on(date).and_then(|hours| hours.share).unwrap_or(rule.hours);
    let starts_ms = starts.on(date, policy.zone);
    Some(Span {
        starts_ms,
        ends_ms: starts_ms + i64::from(minutes) * 60_000,
        interval_s: rule.interval_s,
        detail: rule.detail,
    })
}

fn form_duty(policy: &Policy, date: NaiveDate, mode: Mode, ends_ms: i64) -> Option<FormDuty> {
    let rule = policy.form.as_ref().filter(|rule| rule.modes.contains(&mode))?;
    let opens = date.checked_sub_days(chrono::Days::new(rule.opens_days_before.into())).unwrap_or(date);
    Some(FormDuty {
        form: rule.form.clone(),
        version: rule.version,
        target_date: date,
        opens_ms: policy.zone.midnight_ms(opens),
        late_from_ms: rule.entry.on(date, policy.zone),
        closes_ms: ends_ms,
    })
}
