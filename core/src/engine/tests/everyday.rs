//! Enrol, tap, sync, read.

use super::{office::Fault, *};
use crate::{
    history,
    judge::WindowState,
    limits::engine as limits,
    model::{Body, Kind},
    outbox::Delivery,
    ports::TransportError,
    time::Grade,
    wire::ProblemCode,
};

#[test]
fn a_day_of_taps_is_on_time_received_and_anchored() {
    let world = World::ordinary();
    let engine = world.enrolled();
    for time in ["08:00", "11:00", "14:00", "16:00"] {
        world.until(time);
        let recorded = world.tap(&engine);
        assert!(matches!(recorded.counts, TapNow::OnTime { .. }), "{time}: {:?}", recorded.counts);
        world.pass(MINUTE);
        let report = world.sync(&engine);
        assert_eq!((report.end, report.pending), (SyncEnd::Done, 0));
    }
    let today = engine.today().unwrap();
    assert_eq!(today.windows.len(), 4);
    for window in &today.windows {
        assert_eq!((window.state, window.delivery.clone()), (WindowState::OnTime, Some(Delivery::Received)));
        assert_eq!(window.tap.unwrap().grade, Grade::Anchored);
    }
    assert_eq!(today.needs, []);
    let taps = world.office().records_kept().into_iter().filter(|record| record.kind == Kind::CheckIn).count();
    assert_eq!(taps, 4);
}

#[test]
fn taps_without_a_network_are_recorded_at_once_and_delivered_when_it_returns() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.office().down = true;
    for (time, counts) in [("08:00", 1), ("11:00", 2)] {
        world.until(time);
        assert_eq!(world.tap(&engine).pending, counts);
        assert!(matches!(world.sync(&engine).end, SyncEnd::Waiting { .. }));
    }
    assert_eq!(world.kept(), 0);
    world.until("12:40");
    world.office().down = false;
    engine.network_changed();
    assert_eq!(world.sync(&engine).end, SyncEnd::Done);
    let today = engine.today().unwrap();
    for window in &today.windows[..2] {
        let tap = window.tap.unwrap();
        assert_eq!((window.state, tap.grade), (WindowState::OnTime, Grade::Anchored), "bounded by the token after it");
    }
    assert_eq!(today.pending, 0);
}

#[test]
fn a_tap_is_one_commit_and_asks_nothing_of_the_key_store() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let (syncs, calls) = (crate::ports::Disk::syncs(&world.disk), world.vault.calls());
    for taps in 1..=20 {
        world.pass(MINUTE);
        world.tap(&engine);
        assert_eq!(crate::ports::Disk::syncs(&world.disk) - syncs, taps);
    }
    assert_eq!(world.vault.calls(), calls);
}

#[test]
fn what_was_recorded_is_there_after_a_restart_and_goes_up_from_there() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("08:00");
    let tapped = world.tap(&engine);
    drop(engine);
    let engine = world.open();
    let log = engine.log(&LogFilter::default()).unwrap();
    assert_eq!(log.iter().map(|entry| entry.id).collect::<Vec<_>>(), [tapped.id]);
    assert_eq!(engine.today().unwrap().windows[0].delivery, Some(Delivery::Waiting));
    world.deliver(&engine);
    assert!(world.office().by_id.contains_key(&tapped.id));
    drop(engine);
    assert_eq!(world.open().today().unwrap().windows[0].delivery, Some(Delivery::Received));
}

#[test]
fn an_export_is_checked_with_the_root_alone() {
    let world = World::ordinary();
    let engine = world.enrolled();
    for _ in 0..3 {
        world.pass(10 * MINUTE);
        world.tap(&engine);
        world.sync(&engine);
    }
    let export = engine.export().unwrap();
    let report = history::verify(&export, Some(&world.office().trust.root));
    assert_eq!(report.problems, []);
    assert_eq!((report.records, export.receipts.len(), export.tokens.len()), (export.records.len() as u64, 3, 3));
}

#[test]
fn a_lost_answer_costs_nothing_but_the_repetition() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("08:00");
    let tapped = world.tap(&engine);
    // The token comes, the receipt is lost.
    world.office().faults.extend([None, Some(Fault::AnswerLost)]);
    assert!(matches!(world.sync(&engine).end, SyncEnd::Waiting { .. }));
    assert_eq!(engine.today().unwrap().windows[0].delivery, Some(Delivery::Waiting));
    world.deliver(&engine);
    assert!(world.office().by_id.contains_key(&tapped.id));
    assert_eq!(world.office().conflicts, []);
}

#[test]
fn a_lost_answer_to_the_enrolment_is_made_good_by_the_same_invite() {
    let world = World::ordinary();
    let engine = world.open();
    world.office().faults.push_back(Some(Fault::AnswerLost));
    let lost = engine.enrol(&world.link(), &Cancel::default());
    assert_eq!(lost, Err(EngineError::Network(TransportError::Broken)));
    let key = engine.diagnostics().install;
    drop(engine);
    let engine = world.open();
    assert!(!engine.is_enrolled());
    engine.enrol(&world.link(), &Cancel::default()).unwrap();
    assert_eq!(engine.diagnostics().install, key, "the same key, so the same person");
    assert_eq!(engine.enrol(&world.link(), &Cancel::default()), Err(EngineError::AlreadyEnrolled));
}

#[test]
fn another_phone_with_a_used_invite_is_told_so() {
    let world = World::ordinary();
    let _first = world.enrolled();
    let other = World { disk: ModelDisk::new(), ..World::ordinary() };
    let other = World { office: world.office.clone(), entropy: Arc::new(SeededEntropy::new(77)), ..other };
    let refused = other.open().enrol(&world.link(), &Cancel::default());
    assert!(matches!(refused, Err(EngineError::EnrolRefused { code: ProblemCode::InviteUsed, .. })), "{refused:?}");
}

#[test]
fn a_wiped_phone_is_as_new() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.tap(&engine);
    engine.wipe().unwrap();
    assert!(!engine.is_enrolled());
    assert_eq!(engine.check_in(no_fix()), Err(EngineError::NotEnrolled));
    assert!(world.disk.names().iter().all(|name| !name.contains("seg")), "{:?}", world.disk.names());
}

#[test]
fn two_engines_do_not_share_a_store() {
    let world = World::ordinary();
    let _engine = world.enrolled();
    assert_eq!(CheckInEngine::open(world.ports(), world.settings()).err(), Some(EngineError::InUse));
}

#[test]
fn a_tap_does_not_wait_for_a_running_sync_and_goes_up_with_it() {
    let world = World::ordinary();
    let engine = Arc::new(world.enrolled());
    world.tap(&engine);
    // The network itself taps while the request is in flight; a lock held meanwhile would hang here for ever.
    let (office, tapper) = (world.office.clone(), engine.clone());
    let mut taps = 1;
    let network = move |request: &crate::ports::HttpRequest| {
        if taps > 0 {
            taps -= 1;
            tapper.check_in(no_fix()).unwrap();
        }
        office.lock().unwrap().handle(request)
    };
    *engine.connected() = Some(Arc::new(ModelTransport::new(network)));
    let report = world.sync(&engine);
    assert_eq!((report.end, report.pending), (SyncEnd::Done, 0));
    let taps = world.office().records_kept().iter().filter(|r| matches!(r.body(), Ok(Body::CheckIn(_)))).count();
    assert_eq!(taps, 2);
    *engine.connected() = None;
}

#[test]
fn a_cancelled_sync_ends_and_loses_nothing() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.tap(&engine);
    let cancel = Cancel::default();
    cancel.cancel();
    assert_eq!(engine.sync(LONG, &cancel).unwrap().end, SyncEnd::Cancelled);
    assert_eq!(engine.sync(Duration::ZERO, &Cancel::default()).unwrap().end, SyncEnd::OutOfTime);
    world.deliver(&engine);
}

#[test]
fn a_long_history_goes_up_in_batches_without_being_held_in_memory() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.office().down = true;
    for _ in 0..700 {
        world.pass(1_000);
        world.tap(&engine);
    }
    drop(engine);
    world.office().down = false;
    let engine = world.open();
    world.deliver(&engine);
    let kept = world.kept();
    assert_eq!(world.office().by_id.len(), kept);
    assert!(kept >= 700);
    assert!(world.office().largest_body < 1 << 20);
    let batches = world.office().paths.iter().filter(|path| *path == "/v1/records").count();
    assert!(batches <= 12, "{batches} batches");
}

#[test]
fn a_thousand_engines_live_in_one_thread() {
    let world = World::ordinary();
    let engines: Vec<CheckInEngine> = (0..100)
        .map(|seed| {
            let phone = World { disk: ModelDisk::new(), ..World::ordinary() };
            let phone = World { entropy: Arc::new(SeededEntropy::new(seed)), ..phone };
            phone.enrolled()
        })
        .collect();
    for engine in &engines {
        assert_eq!(world.tap(engine).pending, 1);
        assert_eq!(world.sync(engine).pending, 0);
    }
}

#[test]
fn nobody_enrolled_is_a_typed_error_everywhere() {
    let engine = World::ordinary().open();
    assert_eq!(engine.today().err(), Some(EngineError::NotEnrolled));
    assert_eq!(engine.check_in(no_fix()).err(), Some(EngineError::NotEnrolled));
    assert_eq!(engine.sync(LONG, &Cancel::default()).err(), Some(EngineError::NotEnrolled));
    assert_eq!(engine.log(&LogFilter::default()).err(), Some(EngineError::NotEnrolled));
    assert_eq!(engine.export().err(), Some(EngineError::NotEnrolled));
    assert!(!engine.diagnostics().enrolled);
}

#[test]
fn five_presses_in_a_second_are_one_tap_and_a_press_after_that_is_another() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("08:00");
    let press = || {
        let id = Some(engine.begin_tap().unwrap().id);
        engine.check_in(Attempt { id, ..Attempt::with_fix(fix()) }).unwrap()
    };
    let first = press();
    for _ in 0..4 {
        world.pass(250);
        let again = press();
        assert_eq!(
            (again.id, again.link, again.at.ms, &again.counts),
            (first.id, first.link, first.at.ms, &first.counts)
        );
    }
    assert_eq!(engine.diagnostics().pending, first.pending);
    world.pass(limits::SAME_PRESS_MS);
    assert_ne!(press().id, first.id);
}

#[test]
fn an_attempt_said_again_by_a_new_process_is_one_record() {
    let mut world = World::ordinary();
    world.boot_mark = Some("7".into());
    let (id, told) = {
        let engine = world.enrolled();
        world.until("08:00");
        let id = engine.begin_tap().unwrap().id;
        (id, engine.check_in(Attempt { id: Some(id), ..no_fix() }).unwrap())
    };
    let engine = world.open();
    world.pass(MINUTE);
    let again = engine.check_in(Attempt { id: Some(id), ..Attempt::with_fix(fix()) }).unwrap();
    assert_eq!(
        (again.link, again.at.ms, again.counts, again.pending),
        (told.link, told.at.ms, told.counts, told.pending)
    );
    assert_eq!(
        engine.log(&LogFilter { kinds: vec![crate::model::Kind::CheckIn], ..LogFilter::default() }).unwrap().len(),
        1
    );
}
