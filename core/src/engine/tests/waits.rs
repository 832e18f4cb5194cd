//! What a server asked for, and how long things have been failing, after a restart of the app or the phone.

use super::{office::Fault, *};
use crate::sync::WaitReason;

fn asked(world: &World, engine: &CheckInEngine, seconds: u64) -> u64 {
    world.office().faults.push_back(Some(Fault::Busy(seconds)));
    match world.sync(engine).end {
        SyncEnd::Waiting { for_ms, why: WaitReason::ServerBusy } => for_ms,
        end => panic!("it waits: {end:?}"),
    }
}

fn waits(world: &World, engine: &CheckInEngine) -> Option<u64> {
    match world.sync(engine).end {
        SyncEnd::Waiting { for_ms, why: WaitReason::ServerBusy } => Some(for_ms),
        SyncEnd::Done => None,
        end => panic!("{end:?}"),
    }
}

#[test]
fn what_a_server_asked_for_outlives_the_app_and_ends_when_it_ends() {
    let mut world = World::ordinary();
    world.boot_mark = Some("7".into());
    let engine = world.enrolled();
    world.tap(&engine);
    let for_ms = asked(&world, &engine, 120);
    drop(engine);
    let before = world.office().paths.len();
    for _ in 0..3 {
        world.pass(20_000);
        let engine = world.open();
        world.tap(&engine);
        assert!(waits(&world, &engine).is_some_and(|left| left <= for_ms));
    }
    assert_eq!(world.office().paths.len(), before, "nothing was sent");
    world.pass(for_ms);
    let engine = world.open();
    assert_eq!(waits(&world, &engine), None);
    assert_eq!(engine.diagnostics().pending, 0);
    // What was written down is struck out, too.
    drop(engine);
    let engine = world.open();
    assert_eq!(engine.inner().store.as_ref().unwrap().state.waiting, None);
}

#[test]
fn a_short_wait_is_not_worth_a_write() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.deliver(&engine);
    let commits = engine.inner().store.as_ref().unwrap().journal.stats().commits;
    asked(&world, &engine, 5);
    assert_eq!(engine.inner().store.as_ref().unwrap().journal.stats().commits, commits);
}

#[test]
fn a_tap_stays_one_sync_to_the_medium_while_a_wait_is_written_down() {
    let world = World::ordinary();
    let engine = world.enrolled();
    asked(&world, &engine, 600);
    for _ in 0..3 {
        let commits = engine.inner().store.as_ref().unwrap().journal.stats().commits;
        world.tap(&engine);
        assert_eq!(engine.inner().store.as_ref().unwrap().journal.stats().commits, commits + 1);
        // Looking at the wait writes nothing again.
        assert!(waits(&world, &engine).is_some());
        assert_eq!(engine.inner().store.as_ref().unwrap().journal.stats().commits, commits + 1);
    }
}

#[test]
fn a_restarted_phone_with_a_clock_of_another_year_is_not_silent_for_long() {
    for wall_ms in [0, 1_546_300_800_000, 4_102_444_800_000] {
        let world = World::ordinary();
        let engine = world.enrolled();
        world.tap(&engine);
        asked(&world, &engine, 3_600);
        drop(engine);
        world.clock.reboot(10_000);
        world.clock.set_wall(wall_ms);
        let engine = world.open();
        let left = waits(&world, &engine).unwrap_or(0);
        assert!(left <= 15 * MINUTE, "{wall_ms}: {left}");
        world.pass(left);
        assert_eq!(waits(&world, &engine), None, "{wall_ms}");
        assert_eq!(engine.diagnostics().pending, 0);
    }
}

#[test]
fn backoff_goes_on_where_it_was_and_an_outage_is_few_writes() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.tap(&engine);
    world.office().down = true;
    let commits = engine.inner().store.as_ref().unwrap().journal.stats().commits;
    for _ in 0..20 {
        assert!(matches!(world.sync(&engine).end, SyncEnd::Waiting { why: WaitReason::NoNetwork, .. }));
        engine.network_changed();
    }
    let writes = engine.inner().store.as_ref().unwrap().journal.stats().commits - commits;
    assert_eq!(writes, 3, "after 4, 8 and 16 failures");
    drop(engine);
    // Whoever opens the app tries at once; after that the wait is as long as the outage has taught.
    let mut longest = 0;
    for _ in 0..40 {
        let engine = world.open();
        let before = world.office().paths.len();
        let SyncEnd::Waiting { for_ms, .. } = world.sync(&engine).end else { panic!("it waits") };
        assert_eq!(world.office().paths.len(), before + 1);
        longest = for_ms.max(longest);
    }
    assert!((5 * MINUTE..=15 * MINUTE).contains(&longest), "{longest}");
    world.office().down = false;
    let engine = world.open();
    world.deliver(&engine);
    let log = engine.log(&LogFilter::default()).unwrap();
    assert!(
        log.iter().any(|entry| matches!(entry.what, LogWhat::UploadFailed { count: 16.., .. })),
        "the outage is noted"
    );
}
