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
    let night = PlanFor { unit: None, shift: Some("malam") };
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
        assert_eq!(duty_date_for(&policy, at(&policy, day, time), Some("malam")), date(duty), "{day} {time}");
    }
    assert_eq!(duty_date(&policy, at(&policy, "2026-11-29", "03:00")), date("2026-11-29"));
    assert_eq!(plan.ends_ms, at(&policy, "2026-11-29", "08:45"));
}

#[test]
fn six_day_units_work_on_saturdays_and_ramadan_has_its_hours() {
    let policy = Policy::parse(NIGHT).unwrap();
    let school = PlanFor { unit: Some("sdn-1"), shift: None };
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
        night in any::<bool>(),
    ) {
        let date = date("2020-01-01") + chrono::Days::new(day.unsigned_abs());
        let who = PlanFor { unit: None, shift: night.then_some("malam") };
        let plan = plan_day(&policy, date, Mode::Wfh, &who);
        let instant = plan.starts_ms + offset_ms;
        prop_assert!(plan.windows.iter().filter(|w| w.contains(instant)).count() <= 1);
        for pair in plan.windows.windows(2) {
            prop_assert!(pair[0].late_until_ms <= pair[1].opens_ms);
        }
        for window in &plan.windows {
            prop_assert!(window.opens_ms <= window.nominal_ms && window.nominal_ms <= window.on_time_until_ms);
            prop_assert!(window.opens_ms < window.on_time_until_ms && window.on_time_until_ms <= window.late_until_ms);
            prop_assert!(plan.starts_ms <= window.opens_ms && window.late_until_ms <= plan.ends_ms);
        }
        let next = plan_day(&policy, date.succ_opt().unwrap(), Mode::Wfh, &who);
        prop_assert_eq!(plan.ends_ms, next.starts_ms);
        let shift = who.shift;
        prop_assert_eq!(duty_date_for(&policy, plan.starts_ms, shift), date);
        prop_assert_eq!(duty_date_for(&policy, plan.ends_ms - 1, shift), date);
        prop_assert_eq!(duty_date_for(&policy, plan.ends_ms, shift), date.succ_opt().unwrap());
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
