//! When a phone speaks up by itself: pure, from what a day asks and what of it is done already.
//!
//! - [`of_day`] gives the reminders of one duty date;
//! - [`recall`] and [`unsent`] those that no day's plan has;
//! - [`coming`] keeps those that are still to come, in their order, as many as the platform takes.
//!
//! A reminder is an instant on a whole minute with the same minute in the office's zone, for platforms that want a date and
//! a time. Its id says what it is about, and stays the same from call to call.

use chrono::{Datelike, NaiveDate, Timelike};
use serde::Serialize;

use crate::{
    limits::remind as limits,
    order,
    schedule::{DayPlan, Window, WindowId, Zone},
};

const MINUTE_MS: i64 = 60_000;

/// A reminder to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reminder {
    /// What it is about, the same from call to call: `2026-11-24/w0800/opens`. Under the same id its time may change, as the
    /// rule does.
    pub id: String,
    /// When, milliseconds since 1970; on a whole minute.
    pub at_ms: i64,
    /// The same minute in the office's zone.
    pub local: LocalMinute,
    /// That zone.
    pub zone: Zone,
    /// The duty date that it is about.
    pub date: NaiveDate,
    /// What it is about.
    pub kind: ReminderKind,
}

/// A minute of the office's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct LocalMinute {
    /// The year.
    pub year: i32,
    /// The month, from 1.
    pub month: u32,
    /// The day of the month, from 1.
    pub day: u32,
    /// The hour, 0 to 23.
    pub hour: u32,
    /// The minute, 0 to 59.
    pub minute: u32,
}

/// What a reminder is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReminderKind {
    /// A window opens.
    WindowOpens {
        /// Which.
        window: WindowId,
        /// How screens name it.
        label: String,
        /// Until when a tap is on time, milliseconds.
        on_time_until_ms: i64,
    },
    /// A tap is on time for a few minutes more, and none is recorded.
    WindowCloses {
        /// Which.
        window: WindowId,
        /// How screens name it.
        label: String,
        /// Until when a tap is on time, milliseconds.
        on_time_until_ms: i64,
    },
    /// The self-assessment for the date is not filled.
    FormDue {
        /// The time of entry, from which it is late, milliseconds.
        late_from_ms: i64,
    },
    /// The hours of live share begin; the person starts it.
    ShareBegins {
        /// When they end, milliseconds.
        until_ms: i64,
    },
    /// The hours of live share are over, and with them the sharing.
    ShareEnds,
    /// Records have been waiting to be sent for long.
    Unsent {
        /// How many.
        records: u32,
        /// Since when the oldest, milliseconds.
        since_ms: i64,
    },
    /// A recall to the office that was not confirmed.
    Recall {
        /// What the superior wrote.
        note: String,
    },
}

/// What of a duty date is still to be reminded of.
#[derive(Debug, Clone)]
pub struct DayDue<'a> {
    /// What the person owes.
    pub plan: &'a DayPlan,
    /// The windows in which a tap is due and none is recorded.
    pub windows: Vec<&'a Window>,
    /// Whether the self-assessment for the date is not filled.
    pub form: bool,
    /// Whether the beginning of live share is to be told.
    pub share_begins: bool,
    /// Whether its end is.
    pub share_ends: bool,
}

fn reminder(zone: Zone, date: NaiveDate, about: &str, at_ms: i64, kind: ReminderKind) -> Reminder {
    let local = zone.local(at_ms);
    let (year, month, day) = (local.year(), local.month(), local.day());
    let local = LocalMinute { year, month, day, hour: local.hour(), minute: local.minute() };
    Reminder { id: format!("{date}/{about}"), at_ms, local, zone, date, kind }
}

/// The minute of an instant, or the next one: nobody is called to a window that is not open.
fn minute_from(at_ms: i64) -> i64 {
    minute_until(at_ms.saturating_add(MINUTE_MS - 1))
}

fn minute_until(at_ms: i64) -> i64 {
    at_ms.div_euclid(MINUTE_MS).saturating_mul(MINUTE_MS)
}

/// The reminders of a duty date, past ones included.
#[must_use]
pub fn of_day(due: &DayDue<'_>) -> Vec<Reminder> {
    let DayPlan { zone, duty_date: date, .. } = *due.plan;
    let mut found = Vec::new();
    let mut add = |about: &str, at_ms, kind| found.push(reminder(zone, date, about, at_ms, kind));
    for window in &due.windows {
        let (id, label, on_time_until_ms) = (window.id.clone(), window.label.clone(), window.on_time_until_ms);
        let opens = ReminderKind::WindowOpens { window: id.clone(), label: label.clone(), on_time_until_ms };
        add(&format!("{id}/opens"), minute_from(window.opens_ms), opens);
        if on_time_until_ms.saturating_sub(window.opens_ms) >= limits::LEAST_SPAN_MS {
            let closes = ReminderKind::WindowCloses { window: id.clone(), label, on_time_until_ms };
            add(&format!("{id}/closes"), minute_until(on_time_until_ms - limits::CLOSES_BEFORE_MS), closes);
        }
    }
    if let Some(duty) = due.plan.form.as_ref().filter(|_| due.form) {
        let evening_ms = evening_before(zone, date).unwrap_or(i64::MIN);
        let morning_ms = minute_until(duty.late_from_ms - limits::BEFORE_ENTRY_MS);
        for (about, at_ms) in [("form/evening", evening_ms), ("form/morning", morning_ms)] {
            if (duty.opens_ms..duty.late_from_ms).contains(&at_ms) {
                add(about, at_ms, ReminderKind::FormDue { late_from_ms: duty.late_from_ms });
            }
        }
    }
    if let Some(hours) = due.plan.live_share {
        if due.share_begins {
            add("share/begins", minute_from(hours.starts_ms), ReminderKind::ShareBegins { until_ms: hours.ends_ms });
        }
        if due.share_ends {
            add("share/ends", minute_from(hours.ends_ms), ReminderKind::ShareEnds);
        }
    }
    found
}

fn evening_before(zone: Zone, date: NaiveDate) -> Option<i64> {
    Some(zone.midnight_ms(date.pred_opt()?) + limits::EVENING_MS)
}

/// The reminders of a recall that was not confirmed: on the evening before, and on the morning.
#[must_use]
pub fn recall(zone: Zone, date: NaiveDate, note: &str) -> Vec<Reminder> {
    let morning_ms = zone.midnight_ms(date) + limits::RECALL_MORNING_MS;
    let times = [("recall/evening", evening_before(zone, date)), ("recall/morning", Some(morning_ms))];
    let of = |(about, at_ms): (&str, Option<i64>)| {
        Some(reminder(zone, date, about, at_ms?, ReminderKind::Recall { note: note.to_owned() }))
    };
    times.into_iter().filter_map(of).collect()
}

/// The reminder of records that wait since `since_ms`: the next of those that come a day apart.
#[must_use]
pub fn unsent(zone: Zone, records: u32, since_ms: i64, now_ms: i64) -> Reminder {
    let waited = now_ms.saturating_sub(since_ms).max(0) / limits::UNSENT_MS;
    let at_ms = minute_until(since_ms.saturating_add((waited + 1).saturating_mul(limits::UNSENT_MS)));
    // What has just become due by the second is due by the minute a day later.
    let at_ms = if at_ms > now_ms { at_ms } else { at_ms.saturating_add(limits::UNSENT_MS) };
    let date = zone.local(since_ms).date();
    reminder(zone, date, "unsent", at_ms, ReminderKind::Unsent { records, since_ms })
}

/// Those that come after an instant, the nearest first, at most `limit`.
#[must_use]
pub fn coming(mut reminders: Vec<Reminder>, now_ms: i64, limit: usize) -> Vec<Reminder> {
    reminders.retain(|reminder| reminder.at_ms > now_ms);
    order::sort_by(&mut reminders, |one, other| (one.at_ms, &one.id).cmp(&(other.at_ms, &other.id)));
    reminders.truncate(limit);
    reminders
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        policy::{sample_day, shipped_policy},
        schedule::{Mode, PlanFor, plan_day},
    };

    fn all_due(plan: &DayPlan) -> DayDue<'_> {
        DayDue { plan, windows: plan.windows.iter().collect(), form: true, share_begins: true, share_ends: true }
    }

    fn planned(policy: &str, mode: Mode) -> DayPlan {
        let date = sample_day(policy).unwrap();
        plan_day(&shipped_policy(policy).unwrap().unwrap(), date, mode, &PlanFor::default())
    }

    fn told(reminders: &[Reminder]) -> Vec<String> {
        let told = |r: &Reminder| format!("{} {:02}.{:02}", r.id, r.local.hour, r.local.minute);
        reminders.iter().map(told).collect()
    }

    #[test]
    fn a_short_span_is_opened_with_a_reminder_and_not_closed_with_another() {
        let mut plan = planned("default", Mode::Wfh);
        plan.windows.truncate(1);
        let span = |plan: &mut DayPlan, ms: i64| plan.windows[0].on_time_until_ms = plan.windows[0].opens_ms + ms;
        span(&mut plan, limits::LEAST_SPAN_MS - 1);
        assert_eq!(of_day(&all_due(&plan)).len(), 1);
        span(&mut plan, limits::LEAST_SPAN_MS);
        let both = of_day(&all_due(&plan));
        assert_eq!(both[1].at_ms, plan.windows[0].opens_ms + limits::CLOSES_BEFORE_MS);
    }

    #[test]
    fn a_day_off_and_a_day_without_duties_remind_of_nothing() {
        for mode in [Mode::Off, Mode::Leave, Mode::Sick] {
            assert_eq!(of_day(&all_due(&planned("default", mode))), [], "{mode}");
        }
    }

    #[test]
    fn live_share_tells_its_beginning_and_its_end() {
        let plan = planned("parepare-2021", Mode::Wfh);
        let told = told(&of_day(&all_due(&plan)));
        let date = plan.duty_date;
        assert!(told.contains(&format!("{date}/share/begins 07.30")), "{told:?}");
        assert!(told.contains(&format!("{date}/share/ends 15.30")), "{told:?}");
    }

    #[test]
    fn a_form_is_reminded_of_on_the_evening_before_and_before_entry() {
        let mut plan = planned("default", Mode::Wfo);
        let of = |plan: &DayPlan| {
            told(&of_day(&all_due(plan)).into_iter().filter(|r| r.id.contains("form")).collect::<Vec<_>>())
        };
        let duty = plan.form.clone().unwrap();
        let entry = plan.zone.local(duty.late_from_ms - limits::BEFORE_ENTRY_MS).format("%H.%M").to_string();
        let date = plan.duty_date;
        assert_eq!(of(&plan), [format!("{date}/form/evening 19.00"), format!("{date}/form/morning {entry}")]);
        // One that opens on the day itself has no evening.
        plan.form.as_mut().unwrap().opens_ms = plan.zone.midnight_ms(date);
        assert_eq!(of(&plan), [format!("{date}/form/morning {entry}")]);
    }

    proptest! {
        #[test]
        fn what_waits_is_reminded_of_a_day_apart_and_never_in_the_past(since_ms in 0_i64..4_000_000_000_000, waited_ms in 0_i64..10_000_000_000) {
            let now_ms = since_ms + waited_ms;
            let one = unsent(Zone::WITA, 3, since_ms, now_ms);
            prop_assert!(one.at_ms > now_ms && one.at_ms <= now_ms + 2 * limits::UNSENT_MS);
            prop_assert!(one.at_ms >= since_ms + limits::UNSENT_MS - MINUTE_MS);
            prop_assert_eq!(one.at_ms % MINUTE_MS, 0);
        }

        #[test]
        fn those_to_come_are_the_nearest_in_their_order(times in proptest::collection::vec(0_i64..50, 0..60), now in 0_i64..50, limit in 0_usize..20) {
            let all: Vec<Reminder> = times.iter().enumerate().map(|(at, minute)| {
                let date = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
                reminder(Zone::UTC, date, &format!("{at}"), minute * MINUTE_MS, ReminderKind::ShareEnds)
            }).collect();
            let kept = coming(all.clone(), now * MINUTE_MS, limit);
            let ahead = times.iter().filter(|minute| **minute > now).count();
            prop_assert_eq!(kept.len(), ahead.min(limit));
            prop_assert!(kept.windows(2).all(|pair| pair[0].at_ms <= pair[1].at_ms));
            let last = kept.last().map_or(i64::MAX, |last| last.at_ms);
            let left_out = all.iter().filter(|one| one.at_ms > now * MINUTE_MS && !kept.contains(one));
            prop_assert!(left_out.map(|one| one.at_ms).min().is_none_or(|earliest| limit == 0 || earliest >= last));
        }
    }
}
