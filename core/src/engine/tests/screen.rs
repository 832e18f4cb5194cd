//! The home screen: what is due, what counts, what needs the person.

use super::*;
use crate::{
    form::Answers,
    judge::{DayState, EntryState, WindowState},
    model::{Acknowledged, Body, EntryVerdict, PersonId},
    policy::Source,
    schedule::Mode,
    seal::health::{self, Binding},
    text::{self, Lang},
    wire::Recall,
};

fn answers(cough: bool) -> Answers {
    let questions = crate::form::definition("form1", 1).unwrap().questions.iter();
    questions.enumerate().map(|(at, question)| (question.id.clone(), cough && at == 5)).collect()
}

#[test]
fn the_button_is_never_disabled_and_says_what_a_tap_would_count_as() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let counts = |time: &str| {
        world.until(time);
        engine.today().unwrap().tap
    };
    assert_eq!(counts("07:40"), TapNow::OutsideSchedule);
    assert!(matches!(counts("07:45"), TapNow::OnTime { .. }));
    assert!(matches!(counts("08:14:59"), TapNow::OnTime { .. }));
    assert!(matches!(counts("08:15"), TapNow::Late { minutes: 0, .. }));
    assert!(matches!(counts("08:27"), TapNow::Late { minutes: 12, .. }));
    let late = world.tap(&engine);
    assert!(matches!(late.counts, TapNow::Late { minutes: 12, .. }));
    assert!(matches!(engine.today().unwrap().tap, TapNow::Supports { .. }));
    assert!(matches!(world.tap(&engine).counts, TapNow::Supports { .. }));
    assert_eq!(counts("09:30"), TapNow::OutsideSchedule);
    world.tap(&engine);
    let today = engine.today().unwrap();
    assert_eq!(today.windows[0].state, WindowState::Late { minutes: 12 });
    assert_eq!((today.others.len(), today.pending), (1, 3));
    assert_eq!(today.next.as_ref().map(|next| next.label.as_str()), Some("11.00"));
    assert_eq!((today.open, today.windows[1].state), (None, WindowState::Upcoming));
}

#[test]
fn a_window_that_passed_without_a_tap_is_told_as_missed_on_this_phone() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("09:31");
    let today = engine.today().unwrap();
    assert_eq!(today.windows[0].state, WindowState::Missed);
    let why = engine.why(world.date, &today.windows[0].window.id).unwrap().unwrap();
    assert!(!why.reasons.is_empty());
}

#[test]
fn the_rule_in_force_is_named_with_what_is_ours_in_it() {
    let world = World::of("luwu-utara-2021", "wfh");
    let today = world.enrolled().today().unwrap();
    let rule = today.rule.unwrap();
    assert_eq!((rule.policy.as_str(), rule.pack), ("luwu-utara-2021", 1));
    assert_eq!(rule.sources.len(), 4);
    assert!(rule.sources.iter().all(|source| (source.time, source.tolerance) == (Source::Circular, Source::Ours)));
    assert_eq!(today.mode.unwrap().why, "giliran");
}

#[test]
fn office_staff_owe_no_tap_and_are_at_the_office() {
    let world = World::of("default", "wfo");
    let engine = world.enrolled();
    let today = engine.today().unwrap();
    assert_eq!((today.state, today.tap), (Some(DayState::AtOffice), TapNow::NothingOwed));
    assert!(engine.check_in(no_fix()).is_ok(), "a tap is taken all the same");
}

#[test]
fn a_cough_for_tomorrow_is_sealed_and_only_the_health_office_reads_it() {
    let world = World::of("palopo-2020", "wfo");
    let engine = world.enrolled();
    world.until("16:30");
    let tomorrow = world.date.succ_opt().unwrap();
    let due: Vec<NaiveDate> = engine.today().unwrap().forms.iter().map(|form| form.duty.target_date).collect();
    assert!(due.contains(&tomorrow), "{due:?}");
    assert!(matches!(engine.submit_form(tomorrow, &Answers::new()), Err(EngineError::Form(_))));
    let far = world.date.checked_add_days(Days::new(9)).unwrap();
    assert_eq!(engine.submit_form(far, &answers(true)).err(), Some(EngineError::NoFormDue(far)));
    let submitted = engine.submit_form(tomorrow, &answers(true)).unwrap();
    assert_eq!(submitted.scored.verdict, EntryVerdict::MayNotEnter);
    let forms = engine.today().unwrap().forms;
    let form = forms.iter().find(|form| form.duty.target_date == tomorrow).unwrap();
    assert!(matches!(form.state, FormState::Submitted { verdict: EntryVerdict::MayNotEnter, .. }));

    world.deliver(&engine);
    let record = world.office().records_kept().into_iter().find(|record| record.id == submitted.id).unwrap();
    let Ok(Body::HealthForm(form)) = record.body() else { panic!("a form") };
    let person: PersonId = "nip:198503302003121002".parse().unwrap();
    let binding = Binding::of_record(&record, &form, &person);
    for key in &world.office().health {
        let opened = health::open(key, &binding, &form.sealed).unwrap();
        assert_eq!((opened.name(), opened.phone()), ("Andi Sitti", Some("08123456789")));
        assert_eq!(opened.answers().values().filter(|yes| **yes).count(), 1);
    }
    world.pass(24 * 60 * MINUTE);
    let next_day = engine.today().unwrap();
    assert_eq!(next_day.date, tomorrow);
    assert_eq!(next_day.state, Some(DayState::HealthDirection));
    assert_eq!(next_day.entry.unwrap().state, EntryState::MayNotEnter);
}

#[test]
fn live_sharing_is_told_where_the_rule_asks_it() {
    let today = World::of("parepare-2021", "wfh").enrolled().today().unwrap();
    let span = today.live_share.unwrap();
    assert_eq!(span.ends_ms - span.starts_ms, 8 * 3_600_000);
    assert!(World::ordinary().enrolled().today().unwrap().live_share.is_none());
}

#[test]
fn without_a_rule_in_force_the_tap_is_recorded_and_the_screen_says_so() {
    let world = World::of("luwu-utara-2021", "wfh");
    let engine = world.enrolled();
    // The stage ends on 5 August 2021; the assignment goes on.
    world.pass(20 * 24 * 60 * MINUTE);
    let today = engine.today().unwrap();
    assert!(today.rule.is_none() && today.windows.is_empty());
    assert_eq!(today.tap, TapNow::NoRule);
    assert_eq!(world.tap(&engine).pending, 1);
    world.deliver(&engine);
}

#[test]
fn a_day_beyond_the_assignment_is_not_invented() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.pass(60 * 24 * 60 * MINUTE);
    let today = engine.today().unwrap();
    assert!(today.mode.is_none() && today.rule.is_some());
    assert_eq!(today.tap, TapNow::NoRule);
    assert!(engine.check_in(no_fix()).is_ok());
}

#[test]
fn a_recall_needs_the_person_until_it_is_acknowledged() {
    let world = World::ordinary();
    let engine = world.enrolled();
    {
        let mut office = world.office();
        office.recalls.push(Recall { date: world.date, note: "rapat mendesak".into() });
        office.mode(world.date, "recalled");
    }
    assert_eq!(world.sync(&engine).assignments, 1);
    let today = engine.today().unwrap();
    assert_eq!(today.mode.map(|mode| mode.mode), Some(Mode::Recalled));
    let [Need::Recall { date, note, reference }] = &today.needs[..] else { panic!("{:?}", today.needs) };
    assert_eq!((*date, note.as_str()), (world.date, "rapat mendesak"));
    engine.acknowledge(Acknowledged::Recall, *reference).unwrap();
    assert_eq!(engine.today().unwrap().needs, []);
    drop(engine);
    let engine = world.open();
    assert_eq!(engine.today().unwrap().needs, []);
    world.deliver(&engine);
}

#[test]
fn a_new_rule_replaces_the_old_one_and_is_shown_until_it_was_seen() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let mut policy = shipped_policy("default").unwrap().unwrap();
    policy.title = "Aturan baru".into();
    world.office().publish(&policy);
    assert_eq!(world.sync(&engine).packs, 1);
    let today = engine.today().unwrap();
    assert_eq!(today.rule.as_ref().map(|rule| (rule.title.as_str(), rule.pack)), Some(("Aturan baru", 2)));
    let [Need::NewRule { title, reference }] = &today.needs[..] else { panic!("{:?}", today.needs) };
    assert_eq!(title, "Aturan baru");
    engine.acknowledge(Acknowledged::Pack, *reference).unwrap();
    assert_eq!(engine.today().unwrap().needs, []);
    let tapped = world.tap(&engine);
    world.deliver(&engine);
    let record = world.office().records_kept().into_iter().find(|record| record.id == tapped.id).unwrap();
    assert_eq!(record.pack, Some(*reference), "the record names what the person saw");
}

#[test]
fn a_day_gone_by_is_judged_from_the_history() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("08:00");
    let tapped = world.tap(&engine);
    world.deliver(&engine);
    world.pass(2 * 24 * 60 * MINUTE);
    let day = engine.day(world.date).unwrap().unwrap();
    assert_eq!(day.windows[0].tap.map(|tap| tap.record), Some(tapped.id));
    assert_eq!(day.windows[1].state, WindowState::Missed);
    let (entry, day) = engine.why_record(tapped.id).unwrap();
    assert_eq!((entry.id, day.unwrap().date), (tapped.id, world.date));
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    assert_eq!(engine.why_record(unknown).err(), Some(EngineError::UnknownRecord));
}

#[test]
fn nothing_personal_shows_in_debug_and_every_need_has_words() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("08:00");
    world.tap(&engine);
    let today = engine.today().unwrap();
    let shown = format!("{today:?} {engine:?} {:?}", engine.log(&LogFilter::default()).unwrap());
    for personal in ["Andi", "198503302003121002", "119.4", "1194327"] {
        assert!(!shown.contains(personal), "{personal}");
    }
    for lang in [Lang::Id, Lang::En] {
        assert!(!text::engine::tap_now(&today, lang).is_empty());
        assert!(text::engine::need(&Need::ClockOff { by_ms: -3_000_000 }, lang).contains("50"));
        assert!(!text::engine::error(&EngineError::StoreFull, lang).is_empty());
    }
}
