//! The server's TLS as the engine knows it: clocks, pins, another address.

use super::{office::Fault, *};
use crate::{
    ports::{Clock as _, TlsFault},
    sync::WaitReason,
    text::{self, Lang},
    wire::{Invite, Pins, ServerAddress},
};

const YEAR_MS: i64 = 365 * 86_400_000;
const ELSEWHERE: &str = "https://lain.example";

impl World {
    /// By which time the transport judges certificates now.
    fn judged_by(&self) -> i64 {
        self.tls.lock().unwrap().as_ref().unwrap().clock.now_ms().unwrap()
    }

    fn address(&self, server: &str) -> ServerAddress {
        ServerAddress { server: server.into(), ..self.office().invite().address() }
    }
}

fn pins() -> Pins {
    Pins::new(vec![Pins::of_key(b"in use"), Pins::of_key(b"in reserve")]).unwrap()
}

#[test]
fn certificates_are_judged_by_a_token_then_by_what_was_signed_and_only_then_by_the_wall_clock() {
    let world = World::ordinary();
    let engine = world.enrolled();
    assert_eq!(world.judged_by(), world.clock.read().wall_ms, "nothing better is known yet");
    world.sync(&engine);
    world.pass(5 * MINUTE);
    let (true_ms, wall_ms) = (world.office().now_ms, world.clock.read().wall_ms);
    for wall_ms in [wall_ms - 7 * YEAR_MS, wall_ms + 7 * YEAR_MS] {
        world.clock.set_wall(wall_ms);
        world.sync(&engine);
        let off = (world.judged_by() - true_ms).abs();
        assert!(off < 2_000, "the token of this session says better: {off} ms off");
    }
    // A restart, the clock in 2019 and no network yet: the server has signed a later time before, and that holds.
    drop(engine);
    world.clock.reboot(0);
    world.clock.set_wall(wall_ms - 7 * YEAR_MS);
    let engine = world.open();
    world.office().down = true;
    world.sync(&engine);
    // A head that says nothing new is not written down, so it is the enrolment's, minutes ago.
    let off = world.judged_by() - true_ms;
    assert!((-10 * 60_000..=0).contains(&off), "never earlier than what was signed: {off} ms off");
    world.clock.set_wall(wall_ms + YEAR_MS);
    world.pass(60 * MINUTE);
    world.sync(&engine);
    assert!(world.judged_by() >= wall_ms + YEAR_MS, "a clock that is ahead has nothing against it");
}

#[test]
fn a_phone_in_2019_is_told_of_its_clock_keeps_tapping_and_goes_on_once_it_is_set() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("08:00");
    let wall_ms = world.clock.read().wall_ms;
    world.clock.set_wall(wall_ms - 7 * YEAR_MS);
    assert!(matches!(engine.today().unwrap().needs[..], [Need::ClockOff { by_ms }] if by_ms < -6 * YEAR_MS));
    let fault = TlsFault::NotYetValid { phone_ms: 0, from_ms: 1 };
    world.office().faults.push_back(Some(Fault::Transport(fault.clone().into())));
    let recorded = world.tap(&engine);
    let report = world.sync(&engine);
    assert!(matches!(report.end, SyncEnd::Waiting { why: WaitReason::ClockWrong, .. }), "{report:?}");
    assert_eq!(report.pending, 2, "the tap, and the note of the clock");
    for (lang, says) in [(Lang::Id, "Jam HP"), (Lang::En, "clock looks wrong")] {
        let error = EngineError::Network(fault.clone().into());
        assert!(text::engine::error(&error, lang).contains(says));
        assert!(text::engine::wait(WaitReason::ClockWrong, lang).contains(&says.to_lowercase()[..3]));
    }
    // The shell tells that the clock was set: the wait is over, and the tap is there.
    world.clock.set_wall(wall_ms);
    engine.network_changed();
    let report = world.sync(&engine);
    assert_eq!((report.end, report.pending), (SyncEnd::Done, 0));
    assert!(world.office().by_id.contains_key(&recorded.id));
}

#[test]
fn the_invites_authority_and_pins_reach_the_transport_and_survive_a_restart() {
    let world = World::ordinary();
    let engine = world.open();
    let invite = Invite { ca: Some("AAEC".into()), pins: Some(pins()), ..world.office().invite() };
    engine.enrol(&invite.link(), &Cancel::default()).unwrap();
    let seen = || world.tls.lock().unwrap().take().map(|tls| (tls.ca, tls.pins)).unwrap();
    assert_eq!(seen(), (Some(vec![0, 1, 2]), Some(pins())));
    drop(engine);
    let engine = world.open();
    world.sync(&engine);
    assert_eq!(seen(), (Some(vec![0, 1, 2]), Some(pins())));
}

#[test]
fn a_pin_that_does_not_fit_loses_nothing_and_an_address_link_is_the_way_on() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("08:00");
    world.office().faults.push_back(Some(Fault::Transport(TlsFault::PinMismatch.into())));
    world.tap(&engine);
    let report = world.sync(&engine);
    assert!(matches!(report.end, SyncEnd::Waiting { why: WaitReason::PinMismatch, .. }), "{report:?}");
    assert_eq!(report.pending, 1);
    world.office().moved_to = Some(ELSEWHERE.into());
    let link = ServerAddress { pins: Some(pins()), ..world.address(ELSEWHERE) }.link();
    engine.reconnect(&link, &Cancel::default()).unwrap();
    assert_eq!(world.tls.lock().unwrap().as_ref().unwrap().pins, Some(pins()));
    assert_eq!(world.sync(&engine).pending, 0, "it goes on at once");
    drop(engine);
    let engine = world.open();
    assert_eq!(engine.diagnostics().server.as_deref(), Some(ELSEWHERE));
    world.tap(&engine);
    assert_eq!(world.sync(&engine).pending, 0);
}

#[test]
fn an_address_where_somebody_else_answers_or_of_another_agency_changes_nothing() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let before = engine.diagnostics().server;
    let false_link = world.address("https://palsu.example").link();
    let outcome = engine.reconnect(&false_link, &Cancel::default());
    assert!(matches!(outcome, Err(EngineError::NotOurServer(_))), "{outcome:?}");
    let other = ServerAddress { agency: "lain".into(), ..world.address(ELSEWHERE) }.link();
    let outcome = engine.reconnect(&other, &Cancel::default());
    assert!(matches!(outcome, Err(EngineError::OtherAgency { .. })), "{outcome:?}");
    assert_eq!(engine.diagnostics().server, before);
    world.tap(&engine);
    assert_eq!(world.sync(&engine).pending, 0, "the server of before goes on");
    let stranger = World::ordinary().open();
    assert_eq!(stranger.reconnect(&false_link, &Cancel::default()), Err(EngineError::NotEnrolled));
}
