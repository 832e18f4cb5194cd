//! Before enrolment: typed codes, and whose an invite is.

use hadir_core::{
    model::B64,
    ports::SeededEntropy,
    wire::{Invite, InviteSeen, InviteState, Pins, TypedCode},
};

use super::*;
use crate::{
    admin::{Admin, CreatedInvite, InviteTls},
    limits::{TYPED_EACH_BURST, TYPED_EACH_REFILL_MS},
};

fn post(path: &str, body: &serde_json::Value) -> HttpIn {
    HttpIn {
        method: "POST".into(),
        path: path.into(),
        peer: Some([10, 0, 0, 7].into()),
        request: None,
        content_type: Some("application/json".into()),
        content_encoding: None,
        body: BodyIn::Whole(serde_json::to_vec(body).unwrap()),
    }
}

fn typed(code: &str) -> HttpIn {
    post("/v1/invite", &serde_json::json!({ "v": 1, "code": code }))
}

fn look(invite: &Invite) -> HttpIn {
    post("/v1/invite/look", &serde_json::json!({ "v": 1, "invite": invite.code, "root": invite.root }))
}

fn made(bench: &Bench, number: u32, tls: &InviteTls) -> CreatedInvite {
    let entropy = SeededEntropy::new(u64::from(number));
    let admin = Admin::new(&bench.store, &entropy, "operator", bench.now_ms);
    let codes = server_keys().typed_codes();
    admin.create_typed_invites(&[person_id(number)], Some(86_400_000), tls, &codes).unwrap().remove(0)
}

fn enrol_by(bench: &mut Bench, phone: &Phone, code: B64<16>) -> HttpOut {
    let request = hadir_core::wire::EnrolRequest {
        v: 1,
        key: phone.key.public().as_b64(),
        invite: code,
        root: crate::testing::root().public().as_b64(),
        app: "uji/1".into(),
        nonce: hadir_core::model::Nonce::new([1; 16]),
    };
    let body = sign(&phone.key, &request).unwrap().compact().as_bytes().to_vec();
    bench.send(HttpIn { body: BodyIn::Whole(body), ..phone.enrol(1) })
}

#[test]
fn a_typed_code_gives_the_invite_until_a_phone_has_used_it() {
    let mut bench = bench();
    let pins = Pins::new(vec![Pins::of_key(b"a"), Pins::of_key(b"b")]).unwrap();
    let created = made(&bench, 1, &InviteTls { ca: Some(vec![1, 2, 3]), pins: Some(pins) });
    let code = created.typed.unwrap();
    for as_typed in [code.to_string(), code.letters().to_lowercase(), code.to_string().replace('-', " \n")] {
        let answer = bench.send(typed(&as_typed));
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        assert_eq!(serde_json::from_slice::<Invite>(&answer.body).unwrap(), created.invite);
    }
    let phone = Phone::new(1);
    assert_eq!(enrol_by(&mut bench, &phone, created.invite.code).status, 201);
    assert_eq!(code_of(&bench.send(typed(&code.to_string()))), ProblemCode::InviteUsed);
}

#[test]
fn a_code_ends_with_its_invite_and_a_wrong_one_says_nothing() {
    let mut bench = bench();
    let created = made(&bench, 1, &InviteTls::default());
    let code = created.typed.unwrap();
    let wrong = TypedCode::of_random([9; 8]);
    assert_eq!(code_of(&bench.send(typed(&wrong.to_string()))), ProblemCode::InviteUnknown);
    assert_eq!(code_of(&bench.send(typed("ABC"))), ProblemCode::BadRequest);
    let newer = post("/v1/invite", &serde_json::json!({ "v": 2, "code": code.letters() }));
    assert_eq!(code_of(&bench.send(newer)), ProblemCode::UnsupportedVersion);
    bench.now_ms = created.invite.exp_ms;
    assert_eq!(code_of(&bench.send(typed(&code.to_string()))), ProblemCode::InviteExpired);
    let later = made(&bench, 2, &InviteTls::default());
    let entropy = SeededEntropy::new(77);
    Admin::new(&bench.store, &entropy, "operator", bench.now_ms).revoke_invite(&later.short).unwrap();
    assert_eq!(code_of(&bench.send(typed(&later.typed.unwrap().to_string()))), ProblemCode::InviteUnknown);
}

#[test]
fn the_database_alone_does_not_tell_which_code_leads_to_an_invite() {
    let bench = bench();
    let created = made(&bench, 1, &InviteTls::default());
    let code = created.typed.unwrap();
    let other = ServerKeys { receipt: SigningKey::from_seed(&[7; 32]), ..server_keys() };
    assert_ne!(other.typed_codes().invite_code(&code), created.invite.code.0);
    assert_eq!(server_keys().typed_codes().invite_code(&code), created.invite.code.0);
}

#[test]
fn guessing_is_slowed_down_for_an_address_and_the_rest_goes_on() {
    let mut bench = bench();
    let created = made(&bench, 1, &InviteTls::default());
    let code = created.typed.unwrap().to_string();
    for guess in 0..TYPED_EACH_BURST {
        let guess = TypedCode::of_random(u64::from(guess).to_le_bytes()).to_string();
        assert_eq!(code_of(&bench.send(typed(&guess))), ProblemCode::InviteUnknown);
    }
    let held_up = bench.send(typed(&code));
    assert_eq!((code_of(&held_up), held_up.retry_after_s), (ProblemCode::TooMany, Some(3)), "also with a good one");
    assert_eq!(bench.send(HttpIn { peer: Some([10, 0, 0, 8].into()), ..typed(&code) }).status, 200);
    bench.now_ms += TYPED_EACH_REFILL_MS;
    assert_eq!(bench.send(typed(&code)).status, 200);
}

#[test]
fn a_look_tells_whose_an_invite_is_and_uses_nothing_up() {
    let mut bench = bench();
    let created = made(&bench, 1, &InviteTls::default());
    let seen = |bench: &mut Bench| -> InviteSeen {
        let answer = bench.send(look(&created.invite));
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap()
    };
    let open = seen(&mut bench);
    let person = open.person.clone().unwrap();
    assert_eq!((person.name.as_str(), person.unit_name.as_str()), ("Nama 1", "Dinas A"));
    assert_eq!((open.agency_name.as_str(), open.exp_ms, open.state), ("Uji", created.invite.exp_ms, InviteState::Open));
    assert_eq!(seen(&mut bench), open, "it stays as it was");
    assert_eq!(enrol_by(&mut bench, &Phone::new(1), created.invite.code).status, 201);
    assert_eq!(seen(&mut bench), InviteSeen { state: InviteState::Used, ..open.clone() });
    bench.now_ms = created.invite.exp_ms;
    assert_eq!(
        seen(&mut bench),
        InviteSeen { state: InviteState::Used, person: None, ..open },
        "it names nobody any more"
    );
}

#[test]
fn a_look_needs_the_secret_code_and_the_agency() {
    let mut bench = bench();
    let created = made(&bench, 2, &InviteTls::default());
    let stranger = Invite { code: B64([3; 16]), ..created.invite.clone() };
    assert_eq!(code_of(&bench.send(look(&stranger))), ProblemCode::InviteUnknown);
    let foreign = Invite { root: SigningKey::from_seed(&[55; 32]).public().as_b64(), ..created.invite.clone() };
    assert_eq!(code_of(&bench.send(look(&foreign))), ProblemCode::WrongAgency);
    let with_more = post(
        "/v1/invite/look",
        &serde_json::json!({ "v": 1, "invite": created.invite.code, "root": created.invite.root, "more": 1 }),
    );
    assert_eq!(code_of(&bench.send(with_more)), ProblemCode::BadRequest);
    let by_get = HttpIn { method: "GET".into(), ..look(&created.invite) };
    assert_eq!(code_of(&bench.send(by_get)), ProblemCode::MethodNotAllowed);
    bench.now_ms = created.invite.exp_ms;
    let answer = bench.send(look(&created.invite));
    let seen: InviteSeen = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((seen.person, seen.state), (None, InviteState::Expired));
}

#[test]
fn an_invite_of_somebody_who_has_left_is_unknown() {
    let mut bench = bench();
    let created = made(&bench, 1, &InviteTls::default());
    let left = crate::store::Person { active: false, ..crate::testing::person(1) };
    bench.store.update(|tx| tx.put_person(&left)).unwrap();
    assert_eq!(code_of(&bench.send(look(&created.invite))), ProblemCode::InviteUnknown);
    assert_eq!(code_of(&bench.send(typed(&created.typed.unwrap().to_string()))), ProblemCode::InviteUnknown);
}
