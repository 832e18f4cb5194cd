//! An invite and proof of possession make an installation.

use super::*;

#[test]
fn an_invite_makes_an_installation_and_the_same_key_gets_the_same_answer() {
    let mut bench = bench();
    let phone = Phone::new(1);
    let first = bench.send(phone.enrol(1));
    let again = bench.send(phone.enrol(1));
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.body, again.body);
    let answer: EnrolAnswer = serde_json::from_slice(&first.body).unwrap();
    assert_eq!(answer.trust, trust());
    assert_eq!(answer.packs.len(), 1);
    let assignment: Assignment = opened(&answer.assignment);
    assert_eq!((&assignment.person.id, assignment.install), (&person_id(1), phone.key.kid()));
    assert_eq!(assignment.days.len(), 16);
    let head = head(&first);
    assert_eq!((head.install, head.epoch, head.seq, head.pack, head.revoked), (phone.key.kid(), 0, 0, Some(1), false));
    assert_eq!(bench.store.query(|read| read.installations(None)).unwrap().len(), 1);
}

#[test]
fn an_invite_serves_one_key_only_until_its_time_is_over() {
    let mut bench = bench();
    bench.enrolled(1);
    assert_eq!(code_of(&bench.send(Phone::new(9).enrol(1))), ProblemCode::InviteUsed);
    assert_eq!(code_of(&bench.send(Phone::new(9).enrol(77))), ProblemCode::InviteUnknown);
    bench.now_ms = MONDAY_MS + 86_400_000;
    assert_eq!(code_of(&bench.send(Phone::new(1).enrol(1))), ProblemCode::InviteExpired);
    assert_eq!(code_of(&bench.send(Phone::new(2).enrol(2))), ProblemCode::InviteExpired);
}

#[test]
fn an_invite_of_another_agency_or_without_possession_is_refused() {
    let mut bench = bench();
    let phone = Phone::new(1);
    let mut foreign = phone.enrol(1);
    let request = hadir_core::wire::EnrolRequest {
        v: 1,
        key: phone.key.public().as_b64(),
        invite: hadir_core::model::B64(crate::testing::code(1)),
        root: SigningKey::from_seed(&[55; 32]).public().as_b64(),
        app: "uji/1".into(),
        nonce: hadir_core::model::Nonce::new([1; 16]),
    };
    foreign.body = BodyIn::Whole(sign(&phone.key, &request).unwrap().compact().as_bytes().to_vec());
    assert_eq!(code_of(&bench.send(foreign)), ProblemCode::WrongAgency);
    let BodyIn::Whole(mut body) = phone.enrol(1).body else { unreachable!() };
    let last = body.len() - 10;
    body[last] = if body[last] == b'A' { b'B' } else { b'A' };
    let broken = HttpIn { body: BodyIn::Whole(body), ..phone.enrol(1) };
    assert_eq!(code_of(&bench.send(broken)), ProblemCode::Unauthenticated);
    let cut = HttpIn { body: BodyIn::Whole(b"abc".to_vec()), ..phone.enrol(1) };
    assert_eq!(code_of(&bench.send(cut)), ProblemCode::BadRequest);
    assert_eq!(bench.store.query(|read| read.installations(None)).unwrap().len(), 0);
}
