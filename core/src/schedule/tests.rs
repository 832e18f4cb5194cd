//! The day plans of the shipped policies against the facts of their circulars, and properties of every schedule.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::policy::{Policy, Source, shipped, shipped_policy};

fn policy(id: &str) -> Policy {
    shipped_policy(id).unwrap().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(policy: &Policy, day: &str, time: &str) -> i64 {
    DayTime::parse(time).unwrap().on(date(day), policy.zone)
}

fn plan(id: &str, day: &str, mode: Mode) -> DayPlan {
    plan_day(&policy(id), date(day), mode, &PlanFor::default())
}

/// On-time spans as local times.
fn spans(plan: &DayPlan) -> Vec<String> {
    let local = |ms| plan.zone.local(ms).format("%H:%M").to_string();
    plan.windows.iter().map(|w| format!("{}-{}", local(w.opens_ms), local(w.on_time_until_ms))).collect()
}

#[test]
fn luwu_utara_asks_four_times_of_those_at_home_and_nothing_of_the_office() {
    let home = plan("luwu-utara-2021", "2021-08-03", Mode::Wfh);
    assert_eq!(spans(&home), ["07:45-08:15", "10:45-11:15", "13:45-14:15", "15:45-16:15"]);
    assert_eq!(home.windows.iter().map(|w| w.label.as_str()).collect::<Vec<_>>(), ["08.00", "11.00", "14.00", "16.00"]);
    assert!(home.owes_check_in && home.form.is_none() && home.live_share.is_none());
    for mode in [Mode::Wfo, Mode::Exempt, Mode::Recalled, Mode::Leave, Mode::HealthDirection] {
        let other = plan("luwu-utara-2021", "2021-08-03", mode);
        assert!(!other.owes_check_in && other.windows.is_empty());
        assert_eq!(other.reason.check_in, CheckInReason::NotThisMode);
    }
    let rules = policy("luwu-utara-2021").check_in.windows;
    assert!(rules.iter().all(|rule| rule.time_source == Source::Circular && rule.tolerance_source == Source::Ours));
}

#[test]
fn palopo_2021_follows_the_fingerprint_schedule_and_fridays_differ() {
    let tuesday = plan("palopo-2021", "2021-08-03", Mode::Wfh);
    assert_eq!(spans(&tuesday), ["07:00-07:30", "12:00-12:30", "13:00-13:30", "16:00-17:30"]);
    let friday = plan("palopo-2021", "2021-07-30", Mode::Wfh);
    assert_eq!(spans(&friday), ["07:00-07:30", "11:30-12:30", "13:00-14:00", "16:00-18:00"]);
    let policy = policy("palopo-2021");
    assert_eq!(tuesday.windows[1].late_until_ms, at(&policy, "2021-08-03", "13:00"), "the next opening ends lateness");
    assert_eq!(tuesday.windows[0].late_until_ms, at(&policy, "2021-08-03", "08:30"));
    assert_eq!(tuesday.windows[0].label, "07.00–07.30");
}

#[test]
fn palopo_2020_asks_for_the_form_and_for_no_tap() {
    let office = plan("palopo-2020", "2020-06-08", Mode::Wfo);
    assert!(!office.owes_check_in && office.windows.is_empty());
    assert_eq!(office.reason.check_in, CheckInReason::PolicyAsksNone);
    let form = office.form.unwrap();
    let policy = policy("palopo-2020");
    assert_eq!((form.form.as_str(), form.version, form.target_date), ("form1", 1, date("2020-06-08")));
    assert_eq!(form.opens_ms, at(&policy, "2020-06-07", "00:00"));
    assert!(policy.has_fingerprint(Mode::Wfo));
    assert!(office.notices.iter().any(|notice| notice.limit_c_e1 == Some(373)));
}

#[test]
fn the_form_for_monday_opens_on_sunday_and_is_late_after_entry() {
    let policy = policy("palopo-2020");
    let monday = plan("palopo-2020", "2020-06-08", Mode::Wfo).form.unwrap();
    let timing = |day, time| monday.timing(at(&policy, day, time));
    assert_eq!(timing("2020-06-06", "23:59:59"), FormTiming::Early, "Saturday is no eve of an office day");
    assert_eq!(timing("2020-06-07", "00:00"), FormTiming::InTime);
    assert_eq!(timing("2020-06-08", "07:29:59"), FormTiming::InTime);
    assert_eq!(timing("2020-06-08", "07:30"), FormTiming::Late);
    assert_eq!(timing("2020-06-09", "00:00"), FormTiming::Closed);
    for (day, mode) in [("2020-06-07", Mode::Wfo), ("2020-06-08", Mode::Wfh), ("2020-06-08", Mode::HealthDirection)] {
        assert!(plan("palopo-2020", day, mode).form.is_none(), "{day} {mode}");
    }
}

#[test]
fn parepare_shares_live_for_eight_hours_from_half_past_seven() {
    let policy = policy("parepare-2021");
    let home = plan("parepare-2021", "2021-07-27", Mode::Wfh);
    let share = home.live_share.unwrap();
    assert_eq!(
        (share.starts_ms, share.ends_ms),
        (at(&policy, "2021-07-27", "07:30"), at(&policy, "2021-07-27", "15:30"))
    );
    assert_eq!(share.detail, ShareDetail::Interval);
    assert!(!home.owes_check_in);
    assert!(plan("parepare-2021", "2021-07-27", Mode::Wfo).live_share.is_none());
    assert!(plan("parepare-2021", "2021-07-25", Mode::Wfh).live_share.is_none(), "a Sunday");
    assert_eq!(plan("parepare-2021", "2021-07-25", Mode::Isolation).notices.len(), 1, "isolation does not pause");
}

#[test]
fn circulars_without_times_use_our_windows_and_say_so() {
    for (id, day) in [("solok-selatan-2020", "2020-03-24"), ("tangsel-2020", "2020-03-24")] {
        let home = plan(id, day, Mode::Wfh);
        assert_eq!(spans(&home), ["07:45-08:15", "10:45-11:15", "13:45-14:15", "15:45-16:15"], "{id}");
        assert!(policy(id).check_in.windows.iter().all(|rule| rule.time_source == Source::Ours), "{id}");
        assert_eq!(home.zone, Zone::WIB);
    }
}

#[test]
fn the_default_day_has_four_windows_at_home_and_the_form_before_the_office() {
    let home = plan("default", "2026-11-24", Mode::Wfh);
    assert_eq!(spans(&home), ["07:45-08:15", "10:45-11:15", "13:45-14:15", "15:45-16:15"]);
    assert!(home.form.is_none() && home.reason.calendar_known);
    let office = plan("default", "2026-11-24", Mode::Wfo);
    assert!(office.form.is_some() && !office.owes_check_in);
    let policy = policy("default");
    assert_eq!(home.windows[0].late_until_ms, at(&policy, "2026-11-24", "09:15"));
}

#[test]
fn outside_its_dates_a_policy_asks_nothing_and_says_so() {
    for day in ["2021-07-27", "2021-08-06"] {
        let plan = plan("luwu-utara-2021", day, Mode::Wfh);
        assert_eq!(plan.reason.check_in, CheckInReason::NotInForce);
        assert!(plan.windows.is_empty() && plan.notices.is_empty() && !plan.owes_check_in);
    }
}

#[test]
fn weekends_and_holidays_are_off_but_a_recall_holds() {
    assert_eq!(plan("luwu-utara-2021", "2021-07-31", Mode::Wfh).mode, Mode::Off);
    let nyepi = plan("solok-selatan-2020", "2020-03-25", Mode::Wfh);
    assert_eq!(nyepi.mode, Mode::Off);
    assert!(matches!(nyepi.reason.day, DayStatus::Holiday { kind: DayKind::National, .. }));
    assert_eq!(plan("solok-selatan-2020", "2020-03-25", Mode::Recalled).mode, Mode::Recalled);
}

const NIGHT: &str = r#"
schema = 1
source = "ours"
id = "rsud"
title = "Sif"
place = "RSUD"
zone = "Asia/Makassar"
valid_from = 2026-01-01
[legal]
source = "ours"
kind = "aturan"
issuer = "RSUD"
[week]
source = "ours"
[[week.units]]
units = ["sdn-1"]
days = "mon-sat"
[check_in]
source = "ours"
modes = ["wfh", "exempt"]
[[check_in.windows]]
times = ["07:30"]
[[shifts]]
source = "ours"
id = "malam"
title = "Sif malam"
[[shifts.windows]]
spans = ["20:30-21:15", "07:00+1-07:45+1"]
[[hours]]
source = "ours"
name = "Jam kerja Ramadan"
from = 2026-02-18
until = 2026-03-19
[[hours.windows]]
times = ["08:00"]
opens_before_min = 30
on_time_after_min = 0
"#;

#[test]
fn a_night_shift_belongs_to_the_date_of_its_start() {
    let policy = Policy::parse(NIGHT).unwrap();
    let night = PlanFor { unit: None, shifts: Shifts::every_day(Some("malam")) };
    let plan = plan_day(&policy, date("2026-11-28"), Mode::Exempt, &night);
    assert_eq!(plan.mode, Mode::Exempt, "a shift works on Saturdays too");
    assert_eq!(plan.windows[1].opens_ms, at(&policy, "2026-11-29", "07:00"));
    assert_eq!(plan.windows[1].late_until_ms, at(&policy, "2026-11-29", "08:45"));
    for (day, time, duty) in [
        ("2026-11-28", "20:30", "2026-11-28"),
        ("2026-11-29", "03:00", "2026-11-28"),
        ("2026-11-29", "08:44:59", "2026-11-28"),
        ("2026-11-29", "08:45", "2026-11-29"),
    ] {
        assert_eq!(duty_date_for(&policy, at(&policy, day, time), |_| Some("malam")), date(duty), "{day} {time}");
    }
    assert_eq!(duty_date(&policy, at(&policy, "2026-11-29", "03:00")), date("2026-11-29"));
    assert_eq!(plan.ends_ms, at(&policy, "2026-11-29", "08:45"));
}

#[test]
fn a_night_between_two_days_ends_where_the_next_day_begins() {
    let policy = Policy::parse(NIGHT).unwrap();
    let monday = date("2026-11-30");
    let shift_on = |on: NaiveDate| (on == monday).then_some("malam");
    let of = |on| plan_day(&policy, on, Mode::Wfh, &PlanFor { unit: None, shifts: Shifts::around(on, shift_on) });
    let (sunday, night, tuesday) = (of(date("2026-11-29")), of(monday), of(date("2026-12-01")));
    assert_eq!(sunday.mode, Mode::Off, "no shift on Sunday");
    assert_eq!(
        (night.starts_ms, spans(&night)),
        (at(&policy, "2026-11-30", "00:00"), vec!["20:30-21:15".into(), "07:00-07:45".into()])
    );
    assert_eq!(night.windows[1].late_until_ms, at(&policy, "2026-12-01", "07:45"), "Tuesday's window has opened");
    assert_eq!((night.ends_ms, tuesday.starts_ms), (night.windows[1].late_until_ms, night.windows[1].late_until_ms));
    let on = |day, time| duty_date_for(&policy, at(&policy, day, time), shift_on);
    assert_eq!((on("2026-12-01", "03:00"), on("2026-12-02", "03:00")), (monday, date("2026-12-02")));
}

#[test]
fn six_day_units_work_on_saturdays_and_ramadan_has_its_hours() {
    let policy = Policy::parse(NIGHT).unwrap();
    let school = PlanFor { unit: Some("sdn-1"), ..PlanFor::default() };
    let saturday = date("2026-11-28");
    assert_eq!(plan_day(&policy, saturday, Mode::Wfh, &school).mode, Mode::Wfh);
    assert_eq!(plan_day(&policy, saturday, Mode::Wfh, &PlanFor::default()).mode, Mode::Off);
    let ramadan = plan_day(&policy, date("2026-02-20"), Mode::Wfh, &PlanFor::default());
    assert_eq!(ramadan.reason.hours.as_deref(), Some("Jam kerja Ramadan"));
    assert_eq!(spans(&ramadan), ["07:30-08:00"]);
    assert_eq!(spans(&plan_day(&policy, date("2026-04-02"), Mode::Wfh, &PlanFor::default())), ["07:15-07:45"]);
}

#[test]
fn the_ends_of_the_calendar_plan_without_panic() {
    for (_, file) in shipped() {
        let mut policy = Policy::parse(file).unwrap();
        policy.valid.until = crate::policy::Until::Open;
        policy.valid.from = NaiveDate::MIN;
        for date in [NaiveDate::MIN, NaiveDate::MAX] {
            for mode in Mode::ALL {
                let _ = plan_day(&policy, date, mode, &PlanFor::default());
            }
        }
        for instant in [i64::MIN, i64::MAX, 0] {
            let _ = duty_date(&policy, instant);
        }
    }
}

fn any_policy() -> impl Strategy<Value = Policy> {
    (0..shipped().len() + 1).prop_map(|index| match shipped().get(index) {
        Some((_, file)) => Policy::parse(file).unwrap(),
        None => Policy::parse(NIGHT).unwrap(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_instant_belongs_to_at_most_one_window_and_one_duty_date(
        policy in any_policy(),
        day in 0..2_600_i64,
        offset_ms in 0..172_800_000_i64,
        nights in any::<[bool; 4]>(),
    ) {
        let date = date("2020-01-01") + chrono::Days::new(day.unsigned_abs());
        // A night on some of four dates in a row, in any order.
        let shift_on = |on: NaiveDate| {
            let at = usize::try_from((on - date).num_days() + 1).ok()?;
            nights.get(at).copied().unwrap_or_default().then_some("malam")
        };
        let who = |on| PlanFor { unit: None, shifts: Shifts::around(on, shift_on) };
        let plan = plan_day(&policy, date, Mode::Wfh, &who(date));
        let instant = plan.starts_ms + offset_ms;
        prop_assert!(plan.windows.iter().filter(|w| w.contains(instant)).count() <= 1);
        for pair in plan.windows.windows(2) {
            prop_assert!(pair[0].late_until_ms <= pair[1].opens_ms);
        }
        for window in &plan.windows {
            prop_assert!(window.opens_ms <= window.nominal_ms && window.nominal_ms <= window.on_time_until_ms);
            prop_assert!(window.opens_ms < window.on_time_until_ms && window.on_time_until_ms <= window.late_until_ms);
            prop_assert!(window.late_until_ms <= plan.ends_ms);
            // Whoever comes off a night may owe a window before that night is over; the night has it.
            let after_a_night = plan.starts_ms > policy.zone.midnight_ms(date);
            prop_assert!(plan.starts_ms <= window.opens_ms || after_a_night);
        }
        let next = date.succ_opt().unwrap();
        prop_assert_eq!(plan.ends_ms, plan_day(&policy, next, Mode::Wfh, &who(next)).starts_ms);
        prop_assert_eq!(duty_date_for(&policy, plan.starts_ms, shift_on), date);
        prop_assert_eq!(duty_date_for(&policy, plan.ends_ms - 1, shift_on), date);
        prop_assert_eq!(duty_date_for(&policy, plan.ends_ms, shift_on), next);
    }

    #[test]
    fn an_instant_and_its_window_agree_about_the_timing(policy in any_policy(), minute in 0..1_500_i64, ms in 0..60_000_i64) {
        let day = policy.valid.from + chrono::Days::new(5);
        let plan = plan_day(&policy, day, Mode::Wfh, &PlanFor::default());
        let instant = plan.starts_ms + minute * 60_000 + ms;
        match plan.timing_at(instant) {
            Some((_, Timing::OnTime)) => prop_assert!(plan.window_at(instant).unwrap().is_on_time(instant)),
            Some((window, Timing::Late { minutes })) => {
                prop_assert_eq!(i64::from(minutes), (instant - window.on_time_until_ms) / 60_000);
            }
            Some((_, timing)) => prop_assert!(false, "{:?} inside a window", timing),
            None => prop_assert!(plan.windows.iter().all(|w| !w.contains(instant))),
        }
    }
}
