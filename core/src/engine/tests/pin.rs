//! A PIN before a profile.

use super::*;
use crate::limits::pin as limits;

#[test]
fn a_pin_lets_its_person_in_and_after_five_wrong_ones_nobody_for_a_minute_through_restarts() {
    let mut world = World::ordinary();
    world.boot_mark = Some("7".into());
    let engine = world.enrolled();
    assert!(!engine.has_pin().unwrap());
    assert_eq!(engine.check_pin("anything"), Ok(PinCheck::Right), "none is set");
    engine.set_pin(Some("2580")).unwrap();
    assert_eq!(engine.check_pin("2580"), Ok(PinCheck::Right));
    for left in (1..limits::TRIES).rev() {
        assert_eq!(engine.check_pin("0000"), Ok(PinCheck::Wrong { left }));
    }
    assert_eq!(engine.check_pin("0000"), Ok(PinCheck::Wait { for_ms: limits::FIRST_WAIT_MS }));
    drop(engine);
    let engine = world.open();
    world.pass(limits::FIRST_WAIT_MS - 1);
    assert_eq!(engine.check_pin("2580"), Ok(PinCheck::Wait { for_ms: 1 }), "not even the right one");
    world.pass(1);
    assert_eq!(engine.check_pin("2580"), Ok(PinCheck::Right));
    assert_eq!(engine.check_pin("1"), Ok(PinCheck::Wrong { left: limits::TRIES - 1 }), "counted anew");
    engine.set_pin(None).unwrap();
    assert!(!engine.has_pin().unwrap());
}

#[test]
fn waits_double_up_to_a_quarter_of_an_hour_and_a_restarted_clock_does_not_shorten_them() {
    let world = World::ordinary();
    let engine = world.enrolled();
    engine.set_pin(Some("123456")).unwrap();
    let mut waits = Vec::new();
    while waits.len() < 6 {
        if let PinCheck::Wait { for_ms } = engine.check_pin("000000").unwrap() {
            waits.push(for_ms);
            world.pass(for_ms);
        }
    }
    assert_eq!(waits, [60_000, 120_000, 240_000, 480_000, 900_000, 900_000]);
    for _ in 0..limits::TRIES {
        engine.check_pin("000000").unwrap();
    }
    world.clock.reboot(1_000);
    assert_eq!(engine.check_pin("123456"), Ok(PinCheck::Wait { for_ms: 900_000 }));
}

#[test]
fn what_is_no_pin_is_refused_and_the_one_before_holds() {
    let engine = World::ordinary().enrolled();
    engine.set_pin(Some("4711")).unwrap();
    for bad in ["", "471", "123456789", "47a1", "４７１１"] {
        assert_eq!(engine.set_pin(Some(bad)), Err(EngineError::Pin(BadPin)), "{bad}");
    }
    assert_eq!(engine.check_pin("4711"), Ok(PinCheck::Right));
}
