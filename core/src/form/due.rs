//! Which forms can be filled at an instant.

use chrono::{Days, NaiveDate};

use super::FormDuty;
use crate::policy::Policy;
use crate::schedule::{DayPlan, Mode, PlanFor, duty_date_for, plan_day};

/// The duties among some days' plans that can be filled at an instant, nearest office day first.
pub fn open_duties(plans: &[DayPlan], at_ms: i64) -> Vec<&FormDuty> {
    let mut open: Vec<&FormDuty> =
        plans.iter().filter_map(|plan| plan.form.as_ref()).filter(|duty| duty.is_open(at_ms)).collect();
    open.sort_by_key(|duty| duty.target_date);
    open
}

/// The plans of the duty date of an instant and of the days after it for which a form may already be open.
///
/// `mode_on` gives the person's mode on a date; a date without one is left out.
pub fn plans_around(
    policy: &Policy,
    at_ms: i64,
    who: &PlanFor<'_>,
    mode_on: impl Fn(NaiveDate) -> Option<Mode>,
) -> Vec<DayPlan> {
    let today = duty_date_for(policy, at_ms, who.shift);
    let ahead = policy.form.as_ref().map_or(0, |rule| u64::from(rule.opens_days_before));
    (0..=ahead)
        .filter_map(|days| today.checked_add_days(Days::new(days)))
        .filter_map(|date| Some(plan_day(policy, date, mode_on(date)?, who)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{DayTime, FormTiming};

    fn palopo() -> Policy {
        crate::policy::shipped_policy("palopo-2020").unwrap().unwrap()
    }

    fn at(policy: &Policy, date: &str, time: &str) -> i64 {
        DayTime::parse(time).unwrap().on(date.parse().unwrap(), policy.zone)
    }

    #[test]
    fn the_form_for_monday_opens_on_sunday_and_is_late_after_entry() {
        let policy = palopo();
        let who = PlanFor::default();
        let duties = |ms| {
            let plans = plans_around(&policy, ms, &who, |_| Some(Mode::Wfo));
            open_duties(&plans, ms).into_iter().map(|duty| (duty.target_date, duty.timing(ms))).collect::<Vec<_>>()
        };
        let monday: NaiveDate = "2020-06-08".parse().unwrap();
        assert_eq!(duties(at(&policy, "2020-06-06", "20:00")), [], "Saturday is no eve of an office day");
        assert_eq!(duties(at(&policy, "2020-06-07", "00:00")), [(monday, FormTiming::InTime)]);
        assert_eq!(duties(at(&policy, "2020-06-08", "07:29:59"))[0], (monday, FormTiming::InTime));
        assert_eq!(duties(at(&policy, "2020-06-08", "07:30"))[0], (monday, FormTiming::Late));
        let tuesday = monday.succ_opt().unwrap();
        assert_eq!(
            duties(at(&policy, "2020-06-08", "16:30")),
            [(monday, FormTiming::Late), (tuesday, FormTiming::InTime)]
        );
    }

    #[test]
    fn of_a_week_of_office_days_only_todays_and_tomorrows_forms_are_open() {
        let policy = palopo();
        let who = PlanFor::default();
        let week: Vec<DayPlan> = ["2020-06-12", "2020-06-09", "2020-06-08", "2020-06-11", "2020-06-10"]
            .iter()
            .map(|day| plan_day(&policy, day.parse().unwrap(), Mode::Wfo, &who))
            .collect();
        let targets = |ms| open_duties(&week, ms).iter().map(|duty| duty.target_date.to_string()).collect::<Vec<_>>();
        assert_eq!(targets(at(&policy, "2020-06-10", "09:00")), ["2020-06-10", "2020-06-11"]);
        assert_eq!(targets(at(&policy, "2020-06-13", "00:00")), [""; 0]);
    }

    #[test]
    fn nobody_owes_a_form_for_a_day_at_home() {
        let policy = palopo();
        let ms = at(&policy, "2020-06-08", "12:00");
        for mode in [Mode::Wfh, Mode::Leave, Mode::HealthDirection] {
            assert!(plans_around(&policy, ms, &PlanFor::default(), |_| Some(mode)).iter().all(|p| p.form.is_none()));
        }
    }
}
