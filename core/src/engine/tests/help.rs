//! *Kode bantuan*.

use super::office::Fault;
use super::*;
use crate::{
    ports::TransportError,
    wire::{BatteryState, Permission, PhoneState, ProblemCode},
};

fn phone() -> PhoneState {
    PhoneState {
        model: "Contoh\nA1".into(),
        os: "x".repeat(100),
        location: Permission::Granted,
        location_on: Some(true),
        background: Permission::Denied,
        notifications: Permission::Granted,
        exact_alarms: Permission::Limited,
        battery: BatteryState::Optimised,
    }
}

fn ask(engine: &CheckInEngine) -> Result<HelpCode, EngineError> {
    engine.help_code(&phone(), LONG, &Cancel::default())
}

#[test]
fn a_report_says_how_the_phone_stands_and_nothing_else() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.sync(&engine);
    world.tap(&engine);
    world.clock.set_wall(world.office().now_ms + 3 * 60_000);
    let kept = world.kept();
    let code = ask(&engine).unwrap();
    assert_eq!((code.code.as_str(), code.sent_now), ("7K2QM0", true));
    let now_ms = world.office().now_ms;
    assert_eq!((code.reported_ms, code.expires_ms), (now_ms, now_ms + 7 * 86_400_000));
    let report = world.office().help.clone().unwrap();
    assert!(report.is_sound());
    assert_eq!((report.phone.model.as_str(), report.phone.os.len()), ("ContohA1", 64));
    assert_eq!((report.app.as_str(), report.pending, report.parked), ("test/1", 1, 0));
    assert!(report.last_sync_ms.is_some());
    let off_ms = report.clock_off_ms.unwrap();
    assert!((178_000..=182_000).contains(&off_ms), "{off_ms}");
    assert_eq!(world.kept(), kept, "what waited before waits on: the report is no record");
}

#[test]
fn without_a_network_the_last_code_is_shown_while_the_help_desk_knows_it() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.office().down = true;
    assert_eq!(ask(&engine), Err(EngineError::Network(TransportError::Unreachable)), "there was none before");
    world.office().down = false;
    let first = ask(&engine).unwrap();
    // Kept over a restart.
    drop(engine);
    let engine = world.open();
    for fault in [Fault::Html, Fault::Busy(5), Fault::Transport(TransportError::Timeout), Fault::AnswerLost] {
        world.office().faults.push_back(Some(fault.clone()));
        assert_eq!(ask(&engine), Ok(HelpCode { sent_now: false, ..first.clone() }), "{fault:?}");
    }
    world.office().faults.push_back(Some(Fault::Transport(TransportError::Cancelled)));
    assert_eq!(ask(&engine), Err(EngineError::Network(TransportError::Cancelled)));
    world.pass(7 * 24 * 60 * MINUTE);
    world.office().down = true;
    assert_eq!(ask(&engine), Err(EngineError::Network(TransportError::Unreachable)), "its time is over");
}

#[test]
fn a_refusal_is_told_and_a_half_filled_form_is_not_in_the_way() {
    let world = World::ordinary();
    let engine = world.open();
    assert_eq!(ask(&engine), Err(EngineError::NotEnrolled));
    engine.enrol(&world.link(), &Cancel::default()).unwrap();
    ask(&engine).unwrap();
    world.office().faults.push_back(Some(Fault::Problem(ProblemCode::NotFound)));
    let older = ask(&engine).unwrap_err();
    assert!(matches!(older, EngineError::HelpRefused { code: ProblemCode::NotFound, .. }), "{older:?}");
    world.office().faults.push_back(Some(Fault::Problem(ProblemCode::TooMany)));
    assert!(!ask(&engine).unwrap().sent_now, "busy for now: the last one will do");
    assert_eq!(engine.inner().enrolled().unwrap().journal.drafts().unwrap(), ["help"]);
}
