//! Before enrolment: an invite by a typed code, and whose it is.

use super::office::{Fault, SERVER, TYPED};
use super::*;
use crate::{
    model::B64,
    ports::TransportError,
    wire::{Invite, Pins, ProblemCode},
};

fn cancel() -> Cancel {
    Cancel::default()
}

#[test]
fn a_typed_code_leads_to_the_invite_to_the_person_and_to_an_enrolled_phone() {
    let world = World::ordinary();
    let engine = world.open();
    let link = engine.invite_by_code(" http://127.0.0.1:8080/ ", " abcde \nol234 ", &cancel()).unwrap();
    assert_eq!(link, world.link());
    let seen = engine.look_at_invite(&link, &cancel()).unwrap();
    let whose = InviteWhose { person_name: "Andi Sitti".into(), unit_name: "BKPSDM".into() };
    assert_eq!((seen.whose, seen.state), (Some(whose), InviteState::Open));
    assert_eq!(
        (seen.agency.as_str(), seen.agency_name.as_str(), seen.server.as_str()),
        ("kota", "Kota Contoh", SERVER)
    );
    assert!(!engine.is_enrolled(), "nothing was used up");
    engine.enrol(&link, &cancel()).unwrap();
    assert!(engine.is_enrolled());
    assert_eq!(engine.look_at_invite(&link, &cancel()).unwrap().state, InviteState::Used);
}

#[test]
fn what_cannot_be_a_code_or_a_server_is_never_asked() {
    let world = World::ordinary();
    let engine = world.open();
    let refused = |server: &str, code: &str| engine.invite_by_code(server, code, &cancel()).unwrap_err();
    assert_eq!(refused(SERVER, "ABCDE"), EngineError::Invite(InviteError::BadCode));
    assert_eq!(refused(SERVER, "ABCDE-0123U"), EngineError::Invite(InviteError::BadCode));
    let plain = "http://hadir.kota.go.id";
    assert_eq!(refused(plain, TYPED), EngineError::Invite(InviteError::BadServer(plain.into())));
    assert!(world.office().paths.is_empty());
}

#[test]
fn each_refusal_keeps_its_reason() {
    let world = World::ordinary();
    let engine = world.open();
    let wrong = engine.invite_by_code(SERVER, "ABCDE-01235", &cancel()).unwrap_err();
    assert!(matches!(wrong, EngineError::InviteRefused { code: ProblemCode::InviteUnknown, .. }), "{wrong:?}");
    for code in [ProblemCode::InviteUsed, ProblemCode::InviteExpired, ProblemCode::WrongAgency, ProblemCode::TooMany] {
        for look in [false, true] {
            world.office().faults.push_back(Some(Fault::Problem(code)));
            let refused = if look {
                engine.look_at_invite(&world.link(), &cancel()).unwrap_err()
            } else {
                engine.invite_by_code(SERVER, TYPED, &cancel()).unwrap_err()
            };
            assert!(matches!(refused, EngineError::InviteRefused { code: found, .. } if found == code), "{refused:?}");
            assert_eq!(refused.is_transient(), code == ProblemCode::TooMany);
            let words = crate::text::engine::error(&refused, crate::text::Lang::Id);
            assert!(!words.contains("invite"), "{words}");
        }
    }
}

#[test]
fn a_network_without_the_server_is_told_from_a_server_that_refuses() {
    let world = World::ordinary();
    let engine = world.open();
    world.office().faults.extend([Some(Fault::Html), Some(Fault::Transport(TransportError::Unreachable))]);
    let portal = engine.look_at_invite(&world.link(), &cancel()).unwrap_err();
    assert!(matches!(portal, EngineError::NotOurServer(_)), "{portal:?}");
    let none = engine.invite_by_code(SERVER, TYPED, &cancel()).unwrap_err();
    assert_eq!(none, EngineError::Network(TransportError::Unreachable));
    world.office().faults.push_back(Some(Fault::Busy(9)));
    let busy = engine.invite_by_code(SERVER, TYPED, &cancel()).unwrap_err();
    assert!(matches!(busy, EngineError::InviteRefused { code: ProblemCode::Unavailable, .. }), "{busy:?}");
}

#[test]
fn an_invite_that_leads_away_from_tls_is_not_taken() {
    let world = World::ordinary();
    world.office().moved_to = Some("https://hadir.kota.go.id".into());
    let engine = world.open();
    let away = engine.invite_by_code("hadir.kota.go.id", TYPED, &cancel()).unwrap_err();
    assert!(matches!(away, EngineError::NotOurServer(_)), "its invite names {SERVER}: {away:?}");
    let invite = Invite { server: "https://hadir.kota.go.id".into(), ..world.office().invite() };
    world.office().given = Some(invite.clone());
    assert_eq!(engine.invite_by_code("Hadir.kota.go.id", TYPED, &cancel()).unwrap(), invite.link());
}

#[test]
fn a_scanned_address_link_pins_root_and_keys_for_a_typed_code() {
    let world = World::ordinary();
    let engine = world.open();
    let pins = Pins::new(vec![Pins::of_key(b"a"), Pins::of_key(b"b")]).unwrap();
    let address = Invite { pins: Some(pins.clone()), ca: Some("AAAA".into()), ..world.office().invite() }.address();
    let link = engine.invite_by_code(&address.link(), TYPED, &cancel()).unwrap();
    let taken = parse_invite(&link).unwrap();
    assert_eq!((taken.pins.as_ref(), taken.ca.as_deref()), (Some(&pins), Some("AAAA")));
    let tls = world.tls.lock().unwrap().clone().unwrap();
    assert_eq!(tls.pins, Some(pins), "they held for the question too");
    let foreign = crate::wire::ServerAddress { root: B64([9; 32]), ..address };
    let refused = engine.invite_by_code(&foreign.link(), TYPED, &cancel()).unwrap_err();
    assert_eq!(refused, EngineError::OtherAgency { found: "kota".into() });
}
