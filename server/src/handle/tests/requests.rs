//! Authentication, heads, tokens, packs, and how often a phone may ask.

use super::*;

#[test]
fn a_request_is_bound_to_its_key_method_path_and_body() {
    let mut bench = bench();
    let phone = bench.enrolled(1);
    let good = phone.ask("GET", "/v1/head", Vec::new());
    assert_eq!(bench.send(good.clone()).status, 204);
    for bad in [
        HttpIn { request: None, ..good.clone() },
        HttpIn { request: Some("x".into()), ..good.clone() },
        HttpIn { request: phone.ask("POST", "/v1/head", Vec::new()).request, ..good.clone() },
        HttpIn { request: phone.ask("GET", "/v1/assignment", Vec::new()).request, ..good.clone() },
        HttpIn { body: BodyIn::Whole(b"more".to_vec()), ..good.clone() },
    ] {
        assert_eq!(code_of(&bench.send(bad.clone())), ProblemCode::Unauthenticated, "{bad:?}");
    }
    let stranger = Phone::new(200);
    assert_eq!(code_of(&bench.send(stranger.ask("GET", "/v1/head", Vec::new()))), ProblemCode::NotEnrolled);
    assert_eq!(code_of(&bench.send(HttpIn { path: "/v1/nothing".into(), ..good.clone() })), ProblemCode::NotFound);
    assert_eq!(code_of(&bench.send(HttpIn { method: "PUT".into(), ..good })), ProblemCode::MethodNotAllowed);
}

#[test]
fn every_authenticated_answer_carries_the_head_errors_too() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let records = phone.taps(2);
    let mut asked = vec![
        phone.upload(&records),
        phone.ask("GET", "/v1/head", Vec::new()),
        phone.ask("POST", "/v1/token", Vec::new()),
        phone.ask("GET", "/v1/packs?after=0", Vec::new()),
        phone.ask("GET", "/v1/assignment", Vec::new()),
    ];
    asked.extend([
        phone.ask("GET", "/v1/none", Vec::new()),
        phone.ask("PUT", "/v1/head", Vec::new()),
        phone.ask("GET", "/v1/packs?before=1", Vec::new()),
        phone.upload_bytes(b"x\n".to_vec()),
        phone.ask("POST", "/v1/records", b"x\n".to_vec()),
        HttpIn { body: BodyIn::TooLong, ..phone.upload(&records) },
    ]);
    for input in asked {
        let said = format!("{input:?}");
        let answer = bench.send(input);
        assert_eq!(
            (head(&answer).epoch, head(&answer).seq, head(&answer).hash),
            (1, 2, Some(records[1].hash())),
            "{said}"
        );
    }
}

#[test]
fn a_token_answers_the_nonce_of_its_request_and_never_goes_back() {
    let mut bench = bench();
    let phone = bench.enrolled(1);
    let ask = phone.ask("POST", "/v1/token", Vec::new());
    let answer: TokenAnswer = serde_json::from_slice(&bench.send(ask.clone()).body).unwrap();
    let token: TimeToken = opened(&answer.token);
    assert_eq!((token.t_ms, token.install), (MONDAY_MS, phone.key.kid()));
    let signed =
        hadir_core::envelope::Unverified::<hadir_core::wire::RequestAuth>::parse(ask.request.unwrap()).unwrap();
    assert_eq!(token.nonce, signed.unverified_payload().nonce);
    bench.now_ms = MONDAY_MS - 1;
    let refused = bench.send(phone.ask("POST", "/v1/token", Vec::new()));
    assert_eq!((code_of(&refused), refused.retry_after_s), (ProblemCode::ClockBehind, Some(60)));
    assert_eq!(head(&refused).t_ms, MONDAY_MS);
    // It stores all the same, and signs no earlier time.
    let mut phone = phone;
    let records = phone.taps(1);
    let stored = receipt(&bench.send(phone.upload(&records)));
    assert_eq!(opened::<Receipt>(&stored.receipt).t_ms, MONDAY_MS);
    bench.now_ms = MONDAY_MS;
    assert_eq!(bench.send(phone.ask("POST", "/v1/token", Vec::new())).status, 200);
}

#[test]
fn packs_and_the_assignment_come_with_the_trust_that_checks_them() {
    let mut bench = bench();
    let phone = bench.enrolled(1);
    let packs = |answer: HttpOut| serde_json::from_slice::<PacksAnswer>(&answer.body).unwrap();
    let all = packs(bench.send(phone.ask("GET", "/v1/packs", Vec::new())));
    assert_eq!((all.trust, all.packs.len()), (trust(), 1));
    assert_eq!(opened::<hadir_core::wire::Pack>(&all.packs[0]).number, 1);
    assert_eq!(packs(bench.send(phone.ask("GET", "/v1/packs?after=1", Vec::new()))).packs.len(), 0);
    let first = bench.send(phone.ask("GET", "/v1/assignment", Vec::new()));
    let second = bench.send(phone.ask("GET", "/v1/assignment", Vec::new()));
    assert_eq!(first.body, second.body);
    let answer: AssignmentAnswer = serde_json::from_slice(&first.body).unwrap();
    assert_eq!(opened::<Assignment>(&answer.assignment).phone.as_deref(), Some("0811"));
}

#[test]
fn a_phone_that_asks_too_often_is_told_when_to_come_back_and_others_are_not() {
    let mut bench = bench();
    let (phone, other) = (bench.enrolled(1), bench.enrolled(2));
    for _ in 0..RATE_BURST {
        assert_eq!(bench.send(phone.ask("GET", "/v1/head", Vec::new())).status, 204);
    }
    let answer = bench.send(phone.ask("GET", "/v1/head", Vec::new()));
    assert_eq!((code_of(&answer), answer.retry_after_s), (ProblemCode::TooMany, Some(1)));
    assert_eq!(bench.send(other.ask("GET", "/v1/head", Vec::new())).status, 204);
}

#[test]
fn a_revoked_phone_still_delivers_and_is_told() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    bench
        .store
        .update(|tx| {
            let mut known = tx.installation(&phone.key.kid())?.unwrap();
            known.revoked = Some(Revocation { at_ms: MONDAY_MS, reason: "hilang".into(), by: "kasubag".into() });
            tx.put_installation(&known)
        })
        .unwrap();
    let records = phone.taps(1);
    let answer = bench.send(phone.upload(&records));
    assert_eq!(outcomes(&answer), [Outcome::Stored]);
    assert!(head(&answer).revoked);
}

#[test]
fn a_request_whose_head_is_here_becomes_a_witness() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let records = phone.taps(2);
    let witnesses = |bench: &Bench| bench.store.query(|read| read.witnesses(&phone.key.kid())).unwrap();
    let early = phone.ask("GET", "/v1/head", Vec::new());
    bench.send(early.clone());
    assert_eq!(witnesses(&bench), []);
    bench.send(phone.upload(&records));
    let kept = witnesses(&bench);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].head.unwrap().hash, records[1].hash());
    // What was signed before is replayed: it proves less and replaces nothing.
    bench.now_ms += 86_400_000;
    bench.send(early);
    assert_eq!(witnesses(&bench), kept);
    bench.send(phone.ask("GET", "/v1/head", Vec::new()));
    assert!(witnesses(&bench)[0].elapsed_ms > kept[0].elapsed_ms);
}

#[test]
fn the_servers_keys_must_be_certified_now() {
    let keys = server_keys();
    assert!(keys.check(&trust(), MONDAY_MS).is_ok());
    assert!(matches!(
        keys.check(&trust(), i64::MAX),
        Err(KeysError::NotCertified { use_: "receipt", certified: Some(_), .. })
    ));
    let other = ServerKeys { assignment: SigningKey::from_seed(&[9; 32]), ..keys };
    assert!(matches!(
        other.check(&trust(), MONDAY_MS),
        Err(KeysError::NotCertified { use_: "assignment", certified: None, .. })
    ));
}
