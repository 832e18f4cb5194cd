//! Reminders: of what is due, and of nothing that is done, over or nobody's.

use super::*;
use crate::{
    form::Answers,
    model::{Acknowledged, Kind},
    wire::Recall,
};

fn told(engine: &CheckInEngine, limit: usize) -> Vec<String> {
    engine.reminders(limit).unwrap().iter().map(|one| one.id.clone()).collect()
}

fn of(engine: &CheckInEngine, date: NaiveDate) -> Vec<String> {
    let prefix = format!("{date}/");
    let all = told(engine, usize::MAX);
    all.iter().filter_map(|id| id.strip_prefix(&prefix).map(str::to_owned)).collect()
}

#[test]
fn a_tap_cancels_the_reminders_of_its_window_and_of_no_other() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let windows = ["w0800", "w1100", "w1400", "w1600"];
    let all: Vec<String> = windows.iter().flat_map(|id| [format!("{id}/opens"), format!("{id}/closes")]).collect();
    assert_eq!(of(&engine, world.date), all);
    world.until("08:00");
    assert_eq!(of(&engine, world.date), all[1..], "its opening is over");
    world.tap(&engine);
    world.deliver(&engine);
    assert_eq!(of(&engine, world.date), all[2..]);
    let next = world.date.succ_opt().unwrap();
    assert_eq!(of(&engine, next), all, "the same windows of tomorrow are others");
}

#[test]
fn each_is_in_the_future_on_a_whole_minute_and_the_same_in_the_offices_zone() {
    let world = World::ordinary();
    let engine = world.enrolled();
    for minutes in [0, 45, 300, 700] {
        world.pass(minutes * MINUTE + 1_234);
        let now_ms = engine.today().unwrap().now.ms;
        let reminders = engine.reminders(64).unwrap();
        assert_eq!(reminders.len(), 64);
        assert_eq!(reminders, engine.reminders(64).unwrap());
        assert!(reminders.windows(2).all(|pair| pair[0].at_ms <= pair[1].at_ms));
        for one in &reminders {
            let LocalMinute { year, month, day, hour, minute } = one.local;
            let local = NaiveDate::from_ymd_opt(year, month, day).unwrap().and_hms_opt(hour, minute, 0).unwrap();
            assert!(one.at_ms > now_ms && one.at_ms == world.zone.instant_ms(local), "{one:?}");
        }
    }
}

#[test]
fn the_nearest_are_given_where_the_platform_takes_few_and_none_beyond_the_assignment() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let all = told(&engine, usize::MAX);
    assert_eq!(told(&engine, 5), all[..5]);
    assert_eq!(told(&engine, 0), [""; 0]);
    let last = world.office().days.last().unwrap().date;
    assert!(engine.reminders(usize::MAX).unwrap().iter().all(|one| one.date <= last));
}

#[test]
fn a_day_off_a_leave_and_an_excused_window_remind_of_nothing() {
    let world = World::ordinary();
    let tomorrow = world.date.succ_opt().unwrap();
    world.office().mode(tomorrow, "leave");
    world.office().day(world.date, |day| {
        day.excused = vec![crate::wire::ExcusedWindow { window: "w1100".into(), kind: "leave".into() }];
    });
    let engine = world.enrolled();
    assert_eq!(of(&engine, tomorrow), [""; 0]);
    assert!(of(&engine, world.date).iter().all(|id| !id.contains("w1100")), "{:?}", of(&engine, world.date));
    let saturday = world.date.iter_days().find(|date| chrono::Datelike::weekday(date) == chrono::Weekday::Sat).unwrap();
    assert_eq!(of(&engine, saturday), [""; 0]);
}

#[test]
fn a_form_is_reminded_of_until_it_is_filled_and_one_that_keeps_at_home_ends_the_days_reminders() {
    let world = World::ordinary();
    let tomorrow = world.date.succ_opt().unwrap();
    world.office().mode(tomorrow, "wfo");
    let engine = world.enrolled();
    assert!(of(&engine, tomorrow).contains(&"form/evening".to_owned()), "{:?}", of(&engine, tomorrow));
    world.until("16:30");
    let form = engine.form_definition(tomorrow).unwrap().unwrap();
    let mut answers = Answers::new();
    for question in &form.questions {
        answers.answer(question.id.clone(), false);
    }
    engine.submit_form(tomorrow, &answers).unwrap();
    assert_eq!(of(&engine, tomorrow), [""; 0]);
    drop(engine);
    assert_eq!(of(&world.open(), tomorrow), [""; 0], "after a restart too");
}

#[test]
fn a_recall_is_reminded_of_until_it_is_confirmed() {
    let world = World::ordinary();
    let tomorrow = world.date.succ_opt().unwrap();
    world.office().recalls.push(Recall { date: tomorrow, note: "rapat mendesak".into() });
    let engine = world.enrolled();
    let recalls = |engine: &CheckInEngine| of(engine, tomorrow).into_iter().filter(|id| id.contains("recall")).count();
    assert_eq!(recalls(&engine), 2);
    let needs = engine.today().unwrap().needs;
    let reference = needs.iter().find_map(|need| match need {
        Need::Recall { reference, .. } => Some(*reference),
        _ => None,
    });
    engine.acknowledge(Acknowledged::Recall, reference.unwrap()).unwrap();
    assert_eq!(recalls(&engine), 0);
}

#[test]
fn what_waits_to_be_sent_is_reminded_of_a_day_later_until_it_is_received() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let unsent = |engine: &CheckInEngine| {
        engine.reminders(usize::MAX).unwrap().into_iter().find(|one| matches!(one.kind, ReminderKind::Unsent { .. }))
    };
    assert_eq!(unsent(&engine), None);
    world.until("08:00");
    let tapped = world.tap(&engine);
    world.tap(&engine);
    let one = unsent(&engine).unwrap();
    assert_eq!(one.kind, ReminderKind::Unsent { records: 2, since_ms: tapped.at.ms });
    assert_eq!(one.at_ms, tapped.at.ms + 86_400_000);
    world.pass(3 * 24 * 60 * MINUTE);
    assert_eq!(unsent(&engine).unwrap().at_ms, tapped.at.ms + 4 * 86_400_000);
    assert_eq!(unsent(&engine).unwrap().id, one.id);
    world.deliver(&engine);
    assert_eq!(unsent(&engine), None);
    assert!(world.office().records_kept().iter().any(|record| record.kind == Kind::CheckIn));
}

#[test]
fn live_share_that_was_stopped_is_not_said_to_end() {
    let world = World::of("parepare-2021", "wfh");
    let engine = world.enrolled();
    world.until("09:00");
    let ends = |engine: &CheckInEngine| of(engine, world.date).contains(&"share/ends".to_owned());
    assert!(!ends(&engine), "it was never started");
    engine.share().unwrap();
    assert!(ends(&engine));
    engine.stop_share().unwrap();
    assert!(!ends(&engine));
}

#[test]
fn a_phone_that_was_replaced_is_silent() {
    let world = World::ordinary();
    let engine = world.enrolled();
    assert!(!told(&engine, 64).is_empty());
    world.office().revoked = true;
    world.sync(&engine);
    assert_eq!(told(&engine, 64), [""; 0]);
}
