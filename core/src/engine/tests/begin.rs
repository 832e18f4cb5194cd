//! A press before it is recorded: its name, and how long it may look for a place.

use super::*;

const FULL: TapWait = TapWait { search_ms: 20_000, choice_ms: 30_000 };

#[test]
fn a_press_waits_only_so_long_that_its_record_falls_before_the_grade_ends() {
    let world = World::ordinary();
    let engine = world.enrolled();
    // On time from 07.45 to 08.15, late to 09.15.
    let wait = |time: &str| {
        world.until(time);
        let wait = engine.begin_tap().unwrap().wait;
        (wait.search_ms, wait.choice_ms)
    };
    let full = (FULL.search_ms, FULL.choice_ms);
    assert_eq!(wait("07:44:50"), full, "a window that opens meanwhile does no harm");
    assert_eq!(wait("08:14:28"), full);
    assert_eq!(wait("08:14:30"), (20_000, 28_500));
    assert_eq!(wait("08:14:40"), (18_500, 18_500));
    assert_eq!(wait("08:14:55"), (3_500, 3_500));
    assert_eq!(wait("08:14:58"), (2_000, 2_000), "a receiver in use answers within the least");
    assert_eq!(wait("08:15"), full, "late until 09.15 whatever is looked for");
    assert_eq!(wait("09:14:50"), (8_500, 8_500));
    assert_eq!(wait("09:15"), full, "over");
    assert_eq!(wait("09:30"), full, "none");
}

#[test]
fn a_press_at_the_last_moment_is_on_time_after_its_whole_wait() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("08:14:50");
    let begun = engine.begin_tap().unwrap();
    world.pass(u64::from(begun.wait.search_ms));
    let recorded = engine.check_in(Attempt { id: Some(begun.id), ..no_fix() }).unwrap();
    assert!(matches!(recorded.counts, TapNow::OnTime { .. }), "{:?}", recorded.counts);
}

#[test]
fn a_press_that_supports_a_window_or_is_owed_by_nobody_looks_as_long_as_ever() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("08:00");
    world.tap(&engine);
    world.until("08:14:50");
    assert_eq!(engine.tap_wait(), Ok(FULL));
    let office = World::of("default", "wfo");
    let engine = office.enrolled();
    office.until("08:14:50");
    assert_eq!(engine.tap_wait(), Ok(FULL));
    assert_eq!(World::ordinary().open().tap_wait(), Ok(FULL), "nobody is enrolled");
}

#[test]
fn a_press_taken_up_again_keeps_its_name_and_asks_how_long_is_left() {
    let mut world = World::ordinary();
    world.boot_mark = Some("7".into());
    let begun = {
        let engine = world.enrolled();
        world.until("08:14:50");
        engine.begin_tap().unwrap()
    };
    world.pass(5_000);
    let engine = world.open();
    assert_eq!(engine.tap_wait().unwrap().search_ms, 3_500);
    assert_eq!(engine.check_in(Attempt { id: Some(begun.id), ..no_fix() }).unwrap().id, begun.id);
}

#[test]
fn the_time_that_is_left_is_by_the_servers_clock_where_there_is_a_token() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.tap(&engine);
    world.deliver(&engine);
    world.until("08:14:50");
    world.clock.set_wall(world.clock.read().wall_ms - 600_000);
    assert_eq!(engine.begin_tap().unwrap().wait.search_ms, 8_500);
}
