//! A month of one's own, beside the days that it sums up.

use super::*;
use crate::{
    index::tests::{InlineIndex, Trouble},
    judge::{DayState, WindowState},
    outbox::Delivery,
};

const DAY: u64 = 24 * 60 * MINUTE;

fn day(month: &MyMonth, date: NaiveDate) -> &MonthDay {
    month.days.iter().find(|day| day.date == date).unwrap()
}

fn windows(day: &MonthDay) -> Vec<WindowState> {
    match &day.known {
        DayKnown::Judged { windows, .. } => windows.iter().map(|window| window.state).collect(),
        DayKnown::NotJudged { why } => panic!("not judged: {why:?}"),
    }
}

fn not_judged(day: &MonthDay) -> Option<NotJudged> {
    match day.known {
        DayKnown::NotJudged { why } => Some(why),
        DayKnown::Judged { .. } => None,
    }
}

/// Two days of taps: three of four on the first, one of them late; two of four on the second.
fn two_days(world: &World, engine: &CheckInEngine) {
    for time in ["08:00", "11:20", "14:00"] {
        world.until(time);
        world.tap(engine);
    }
    world.deliver(engine);
    world.pass(DAY - 6 * 60 * MINUTE);
    for minutes in [0, 180] {
        world.pass(minutes * MINUTE);
        world.tap(engine);
    }
}

#[test]
fn a_month_sums_up_its_days_as_each_is_judged() {
    let world = World::ordinary();
    let engine = world.enrolled();
    two_days(&world, &engine);
    world.pass(DAY);
    let month = engine.month(None).unwrap();
    let late = match engine.day(world.date).unwrap().unwrap().windows[1].state {
        WindowState::Late { minutes } => minutes,
        other => panic!("{other:?}"),
    };
    let next = world.date.succ_opt().unwrap();
    for date in [world.date, next] {
        let judged = engine.day(date).unwrap().unwrap();
        let states: Vec<_> = judged.windows.iter().map(crate::judge::WindowVerdict::effective).collect();
        assert_eq!(windows(day(&month, date)), states, "{date}");
    }
    let totals = month.totals;
    assert_eq!((totals.on_time, totals.late, totals.late_minutes), (4, 1, late));
    assert_eq!(totals.waiting, 2, "those of the second day were not sent");
    let DayKnown::Judged { windows, .. } = &day(&month, world.date).known else { panic!() };
    assert_eq!(windows[0].delivery, Some(Delivery::Received));
    assert!(totals.missed >= 3, "one of the first day, two of the second: {totals:?}");
}

#[test]
fn days_that_the_newest_assignment_no_longer_names_are_still_judged_after_a_restart() {
    let world = World::ordinary();
    let engine = world.enrolled();
    two_days(&world, &engine);
    world.pass(3 * DAY);
    let today = engine.today().unwrap().date;
    {
        // As the server does it: from yesterday on.
        let mut office = world.office();
        office.days.retain(|day| day.date >= today.pred_opt().unwrap());
        office.roster += 1;
    }
    let before = engine.month(None).unwrap();
    world.deliver(&engine);
    assert_eq!(world.sync(&engine).end, SyncEnd::Done);
    let after = engine.month(None).unwrap();
    assert_eq!((after.totals.on_time, after.totals.late), (before.totals.on_time, before.totals.late));
    assert_eq!(not_judged(day(&after, world.date)), None);
    assert!(engine.day(world.date).unwrap().is_some());
    drop(engine);
    let again = world.open().month(None).unwrap();
    assert_eq!(again.days, after.days);
}

#[test]
fn what_can_t_be_judged_says_why() {
    let world = World::ordinary();
    let first = world.office().days[0].date;
    let engine = world.enrolled();
    let month = engine.month(None).unwrap();
    let workday = first
        .iter_days()
        .find(|date| matches!(day(&month, *date).known, DayKnown::NotJudged { .. }) && *date < world.date);
    assert_eq!(not_judged(day(&month, workday.unwrap())), Some(NotJudged::BeforeEnrolment));
    if let Some(before) = first.pred_opt().filter(|before| month.month.first() <= *before) {
        assert_eq!(not_judged(day(&month, before)), Some(NotJudged::NoAssignment));
    }
    assert!(month.totals.not_judged > 0);
    assert_eq!(month.totals.missed, 0, "nothing from before the enrolment is held against anyone");
    let far = engine.month(crate::schedule::YearMonth::new(2030, 1)).unwrap();
    assert!(far.days.iter().all(|day| not_judged(day) == Some(NotJudged::NoAssignment)));
    assert_eq!((far.days.len(), far.next, far.totals), (31, None, MonthTotals::default()));
}

#[test]
fn a_month_is_the_same_with_an_index_and_without_one() {
    let mut world = World::ordinary();
    let engine = world.enrolled();
    two_days(&world, &engine);
    world.deliver(&engine);
    let without = engine.month(None).unwrap();
    drop(engine);
    world.index = Some(Arc::new(InlineIndex::new(Trouble::None)));
    let engine = world.open();
    world.sync(&engine);
    assert_eq!(engine.month(None).unwrap(), without);
}

#[test]
fn a_day_off_is_judged_without_a_record() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let month = engine.month(None).unwrap();
    let saturday = world.date.iter_days().find(|date| chrono::Datelike::weekday(date) == chrono::Weekday::Sat).unwrap();
    assert!(matches!(day(&month, saturday).known, DayKnown::Judged { state: DayState::Off, .. }));
}

#[test]
fn two_months_of_past_days_are_kept_and_a_later_word_on_a_day_outlasts_an_earlier_one() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let change = |from: u64, why: &str| {
        let first = world.date + Days::new(from);
        let mut office = world.office();
        let day = |date| crate::wire::DayAssignment {
            date,
            mode: "wfh".into(),
            why: why.into(),
            shift: None,
            excused: Vec::new(),
        };
        office.days = first.iter_days().take(16).map(day).collect();
        office.roster += 1;
    };
    let mut whys = Vec::new();
    for week in 0..20 {
        change(week * 7, &format!("giliran {week}"));
        world.tap(&engine);
        world.deliver(&engine);
        world.sync(&engine);
        let inner = engine.inner();
        let past = &inner.store.as_ref().unwrap().state.past_days;
        assert!(past.windows(2).all(|pair| pair[0].date < pair[1].date) && past.len() <= 62);
        whys = past.iter().map(|day| (day.date, day.why.clone())).collect();
        drop(inner);
        world.pass(7 * DAY);
    }
    assert_eq!(whys.len(), 62);
    let last = world.date + Days::new(19 * 7);
    assert_eq!(whys.last().unwrap(), &(last.pred_opt().unwrap(), "giliran 18".to_owned()));
    let week_17 = world.date + Days::new(18 * 7);
    assert!(whys.contains(&(week_17.pred_opt().unwrap(), "giliran 17".to_owned())), "not what week 16 said of it");
}
