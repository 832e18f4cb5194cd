//! Clocks that are set, phones that restart, and sessions that go on.

use super::*;
use crate::{
    judge::WindowState,
    model::{Kind, Note, TimeEvidence},
    time::Grade,
};

fn times(world: &World) -> Vec<TimeEvidence> {
    let records = world.office().records_kept();
    records.into_iter().filter(|record| record.kind == Kind::CheckIn).map(|record| record.time).collect()
}

fn clock_notes(engine: &CheckInEngine) -> Vec<LogWhat> {
    let log = engine.log(&LogFilter { kinds: vec![Kind::Note], ..LogFilter::default() }).unwrap();
    log.into_iter().map(|entry| entry.what).filter(|what| matches!(what, LogWhat::ClockChanged { .. })).collect()
}

/// Moves the phone's wall clock against true time.
fn set_wall(world: &World, by_ms: i64) {
    let wall_ms = crate::ports::Clock::read(&world.clock).wall_ms;
    world.clock.set_wall(wall_ms + by_ms);
}

#[test]
fn a_clock_set_back_by_fifty_minutes_gains_nothing_and_hides_nothing() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.sync(&engine);
    world.until("08:50");
    set_wall(&world, -50 * 60_000);
    let recorded = world.tap(&engine);
    assert_eq!(recorded.at.source, ClockSource::Token);
    assert_eq!(recorded.at.wall_off_ms.map(|off| off / 60_000), Some(-50));
    assert!(matches!(recorded.counts, TapNow::Late { minutes: 35, .. }), "{:?}", recorded.counts);
    world.pass(MINUTE);
    world.deliver(&engine);
    let window = &engine.today().unwrap().windows[0];
    // The claim is outside the bounds, so the nearest instant within them counts: a few hundredths before 08.50.
    assert_eq!(window.state, WindowState::Late { minutes: 34 });
    assert_eq!(window.tap.unwrap().grade, Grade::Contradictory);
    assert_eq!(clock_notes(&engine).len(), 1, "noted once");
    assert!(matches!(engine.today().unwrap().needs[..], [Need::ClockOff { .. }]));
}

#[test]
fn wall_clocks_of_1970_and_2100_are_taken_and_mended_by_a_token_after() {
    for wall_ms in [0, 4_102_444_800_000] {
        let world = World::ordinary();
        let engine = world.enrolled();
        world.until("08:05");
        world.clock.set_wall(wall_ms);
        let recorded = world.tap(&engine);
        assert_eq!((recorded.at.ms, recorded.at.source), (wall_ms, ClockSource::Wall));
        world.pass(MINUTE);
        world.sync(&engine);
        let today = engine.today().unwrap();
        assert_eq!((today.date, today.now.source), (world.date, ClockSource::Token));
        assert_eq!(today.windows[0].state, WindowState::OnTime, "its bounds decide");
    }
}

#[test]
fn jumps_both_ways_are_each_noted_with_what_the_clock_would_have_shown() {
    let world = World::ordinary();
    let engine = world.enrolled();
    for by in [3_600_000, -7_200_000, 1_000] {
        world.pass(MINUTE);
        set_wall(&world, by);
        world.tap(&engine);
    }
    let moves: Vec<i64> = clock_notes(&engine)
        .into_iter()
        .map(|what| match what {
            LogWhat::ClockChanged { from_ms, to_ms } => to_ms - from_ms,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(moves, [3_600_000, -7_200_000], "a second is within what clocks do by themselves");
}

#[test]
fn a_clock_that_is_set_again_and_again_does_not_fill_the_store() {
    let world = World::ordinary();
    let engine = world.enrolled();
    for at in 0..300 {
        set_wall(&world, if at % 2 == 0 { 60_000 } else { -60_000 });
        world.tap(&engine);
    }
    assert_eq!(clock_notes(&engine).len(), 200);
}

#[test]
fn with_a_boot_mark_the_session_goes_on_and_is_proven() {
    let world = World { boot_mark: Some("boot 41".into()), ..World::ordinary() };
    let engine = world.enrolled();
    world.until("08:00");
    world.tap(&engine);
    drop(engine);
    world.pass(MINUTE);
    let engine = world.open();
    world.deliver(&engine);
    drop(engine);
    world.until("11:00");
    let engine = world.open();
    world.tap(&engine);
    let first = &engine.today().unwrap().windows;
    assert_eq!(first[0].tap.unwrap().grade, Grade::Anchored, "by the token of a later process");
    assert_eq!(first[1].tap.unwrap().grade, Grade::Anchored, "by the token of an earlier process");
    world.deliver(&engine);
    let times = times(&world);
    assert!(times.iter().all(|time| time.session == times[0].session && time.run == 0));
}

#[test]
fn without_a_mark_each_process_is_a_run_that_is_only_presumed() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("08:00");
    world.tap(&engine);
    drop(engine);
    world.pass(MINUTE);
    let engine = world.open();
    world.deliver(&engine);
    assert_eq!(engine.today().unwrap().windows[0].tap.unwrap().grade, Grade::Presumed);
    drop(engine);
    let engine = world.open();
    assert_eq!(engine.today().unwrap().now.source, ClockSource::PresumedToken);
    world.until("11:00");
    world.tap(&engine);
    world.deliver(&engine);
    let times = times(&world);
    assert_eq!(times[0].session, times[1].session);
    assert_eq!((times[0].run, times[1].run), (0, 2));
}

#[test]
fn a_restarted_phone_is_another_session_and_asks_for_a_token_of_its_own() {
    for mark in [None, Some("boot 41".to_owned())] {
        let mut world = World { boot_mark: mark.clone(), ..World::ordinary() };
        let engine = world.enrolled();
        world.until("08:00");
        world.tap(&engine);
        world.deliver(&engine);
        drop(engine);
        world.clock.reboot(90_000);
        world.office().now_ms += 90_000;
        world.boot_mark = mark.map(|_| "boot 42".to_owned());
        let engine = world.open();
        assert_eq!(engine.today().unwrap().now.source, ClockSource::Wall);
        world.until("11:00");
        world.tap(&engine);
        world.pass(MINUTE);
        let report = world.sync(&engine);
        assert_eq!(report.tokens, 1);
        assert_eq!(engine.today().unwrap().windows[1].tap.unwrap().grade, Grade::Anchored);
        let times = times(&world);
        assert_ne!(times[0].session, times[1].session);
    }
}

#[test]
fn a_sync_without_news_takes_no_second_token_and_one_with_a_later_tap_does() {
    let world = World::ordinary();
    let engine = world.enrolled();
    assert_eq!(world.sync(&engine).tokens, 1);
    world.pass(MINUTE);
    let quiet = world.sync(&engine);
    assert_eq!((quiet.tokens, quiet.requests), (0, 1), "one question for the head");
    world.pass(MINUTE);
    world.tap(&engine);
    world.pass(MINUTE);
    let report = world.sync(&engine);
    assert_eq!((report.tokens, report.requests), (1, 2));
}

#[test]
fn a_token_is_noted_with_the_readings_around_its_request() {
    let world = World::ordinary();
    let engine = world.enrolled();
    // The request takes 700 ms.
    let (office, clock) = (world.office.clone(), world.clock.clone());
    let network = move |request: &crate::ports::HttpRequest| {
        clock.advance(300);
        let answer = office.lock().unwrap().handle(request);
        clock.advance(400);
        answer
    };
    *engine.connected() = Some(Arc::new(ModelTransport::new(network)));
    world.pass(MINUTE);
    world.sync(&engine);
    let records = world.office().records_kept();
    let note = records.iter().find_map(|record| match record.body() {
        Ok(crate::model::Body::Note(Note::TimeToken { s_ms, r_ms, .. })) => Some((s_ms, r_ms)),
        _ => None,
    });
    let (s_ms, r_ms) = note.unwrap();
    assert_eq!(r_ms - s_ms, 700);
}

#[test]
fn uptime_never_leaves_the_phone() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.tap(&engine);
    world.deliver(&engine);
    assert!(times(&world).iter().all(|time| time.elapsed_ms < 1_000_000), "the boot clock began at 1,000,000");
}
