mod restored;

use std::sync::Arc;

use hadir_core::{
    envelope::{SigningKey, sign},
    model::{Body, EntryVerdict, EpochCause, EpochStart, HealthForm, Link, Sealed},
    wire::{
        Assignment, AssignmentAnswer, EnrolAnswer, Outcome, PacksAnswer, ProblemCode, Receipt, TimeToken, TokenAnswer,
        outcomes_digest,
    },
};
use proptest::prelude::*;

use super::*;
use crate::{
    limits::{BATCH_OBJECTS, BATCH_UNPACKED_BYTES, OBJECT_BYTES, RATE_BURST},
    store::{EvidenceCause, MemoryStore, Revocation, Span, SqliteStore, Store, StoreExt as _, Totals},
    testing::{
        Bench, MONDAY_MS, Phone, code_of, gzip, head, lines, opened, person_id, problem, receipt, server_keys, trust,
    },
};

fn bench() -> Bench {
    Bench::new(Arc::new(MemoryStore::default()))
}

fn totals(bench: &Bench) -> Totals {
    bench.store.query(|read| read.totals()).unwrap()
}

fn outcomes(answer: &HttpOut) -> Vec<Outcome> {
    receipt(answer).outcomes.iter().map(|line| line.outcome).collect()
}

// Enrolment

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

// Requests

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

// Batches

#[test]
fn a_batch_is_stored_and_its_receipt_says_what_became_of_it() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let records = phone.taps(3);
    let answer = bench.send(phone.upload_gzip(&lines(records.iter().map(|record| record.compact()))));
    let stored = receipt(&answer);
    let signed: Receipt = opened(&stored.receipt);
    assert_eq!((signed.install, signed.epoch, signed.from, signed.to), (phone.key.kid(), 1, 1, 3));
    assert_eq!(
        (signed.head, signed.digest, signed.t_ms),
        (records[2].hash(), outcomes_digest(&stored.outcomes), MONDAY_MS)
    );
    let hashes: Vec<_> = stored.outcomes.iter().map(|line| (line.seq, line.hash, line.outcome)).collect();
    let expected: Vec<_> =
        records.iter().map(|record| (record.payload().seq, record.hash(), Outcome::Stored)).collect();
    assert_eq!(hashes, expected);
    let rows = bench.store.query(|read| read.records(&phone.key.kid(), Span::All)).unwrap();
    let bytes: Vec<_> = rows.iter().map(|row| row.record.compact.as_str()).collect();
    assert_eq!(bytes, records.iter().map(|record| record.compact()).collect::<Vec<_>>());
}

#[test]
fn a_batch_sent_again_gets_the_same_receipt_byte_for_byte_even_later_and_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteStore::open(dir.path().join("hadir.db")).unwrap());
    let mut first = Bench::new(open());
    let mut phone = first.enrolled(1);
    let records = phone.taps(4);
    let answer = first.send(phone.upload(&records));
    drop(first);
    let mut second = Bench::again(open());
    second.now_ms = MONDAY_MS + 3_600_000;
    let again = second.send(phone.upload(&records));
    assert_eq!(answer.body, again.body);
    assert_eq!(totals(&second), Totals { records: 4, receipts: 1, ..Totals::default() });
}

#[test]
fn a_fork_is_kept_as_evidence_and_the_first_stays() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let records = phone.taps(3);
    bench.send(phone.upload(&records));
    let fork = phone.fork(2, 99);
    assert_eq!(outcomes(&bench.send(phone.upload(std::slice::from_ref(&fork)))), [Outcome::Conflict]);
    let kept = bench.store.query(|read| read.evidence(&phone.key.kid())).unwrap();
    assert_eq!((kept.len(), kept[0].compact.as_str(), kept[0].cause), (1, fork.compact(), EvidenceCause::Place));
    let rows = bench.store.query(|read| read.records(&phone.key.kid(), Span::All)).unwrap();
    assert_eq!(rows[1].record.compact, records[1].compact());
    // In another batch with it, the outcome is the same and nothing is kept twice.
    let mixed = [records[0].clone(), fork, records[2].clone()];
    assert_eq!(outcomes(&bench.send(phone.upload(&mixed))), [Outcome::Stored, Outcome::Conflict, Outcome::Stored]);
    assert_eq!(totals(&bench), Totals { records: 3, evidence: 1, receipts: 3, ..Totals::default() });
}

#[test]
fn a_second_record_with_an_id_is_evidence_and_stops_nothing() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let first = phone.tap();
    let same_id = phone.fork(2, 1);
    phone.records.push(same_id.clone());
    let third = phone.tap();
    let batch = [first, same_id, third.clone()];
    let answer = bench.send(phone.upload(&batch));
    assert_eq!(outcomes(&answer), [Outcome::Stored, Outcome::Conflict, Outcome::Stored]);
    assert_eq!((head(&answer).seq, head(&answer).hash), (3, Some(third.hash())));
    let parts: Vec<_> =
        batch.iter().map(|one| outcomes(&bench.send(phone.upload(std::slice::from_ref(one))))[0]).collect();
    assert_eq!(parts, [Outcome::Stored, Outcome::Conflict, Outcome::Stored]);
}

#[test]
fn an_id_that_another_installation_used_first_is_no_concern() {
    let mut bench = bench();
    let (mut mine, mut theirs) = (bench.enrolled(1), bench.enrolled(2));
    let (first, second) = (theirs.taps(1), mine.taps(1));
    assert_eq!(first[0].payload().id, second[0].payload().id);
    assert_eq!(outcomes(&bench.send(theirs.upload(&first))), [Outcome::Stored]);
    assert_eq!(outcomes(&bench.send(mine.upload(&second))), [Outcome::Stored]);
}

#[test]
fn a_stub_lets_the_chain_go_on_and_the_original_takes_its_place() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let records = phone.taps(3);
    let stub = phone.stub(&records[1]);
    let batch = lines([records[0].compact(), stub.compact(), records[2].compact()].into_iter());
    let answer = bench.send(phone.upload_bytes(batch.clone()));
    assert_eq!(outcomes(&answer), [Outcome::Stored, Outcome::Stub, Outcome::Stored]);
    assert_eq!(receipt(&answer).outcomes[1].hash, stub.hash());
    assert_eq!(head(&answer).seq, 3);
    assert_eq!(totals(&bench), Totals { records: 2, stubs: 1, receipts: 1, ..Totals::default() });
    let original = bench.send(phone.upload(&records[1..2]));
    assert_eq!(outcomes(&original), [Outcome::Stored]);
    assert_eq!(totals(&bench), Totals { records: 3, receipts: 2, ..Totals::default() });
    // The old batch keeps its receipt; a stub for another hash than what is there is a conflict.
    assert_eq!(bench.send(phone.upload_bytes(batch)).body, answer.body);
    let other = phone.stub(&phone.fork(2, 77));
    assert_eq!(outcomes(&bench.send(phone.upload_bytes(lines([other.compact()].into_iter())))), [Outcome::Conflict]);
}

#[test]
fn the_head_waits_for_a_gap_to_close() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let records = phone.taps(6);
    let mut seq_after = |from: usize, to: usize| head(&bench.send(phone.upload(&records[from..to]))).seq;
    assert_eq!(seq_after(4, 6), 0);
    assert_eq!(seq_after(0, 2), 2);
    assert_eq!(seq_after(2, 4), 6);
}

#[test]
fn a_new_epoch_takes_the_head_over_and_late_records_of_the_old_one_are_stored() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let old = phone.taps(2);
    bench.send(phone.upload(&old[..1]));
    let start = Body::Epoch(EpochStart {
        cause: EpochCause::LostTail,
        last_good: Some(Link { epoch: 1, seq: 1, hash: old[0].hash() }),
        missing: None,
    });
    let mut opening = phone.payload(1, 200, &start);
    opening.epoch = 2;
    opening.prev = Some(old[0].hash());
    let opening = phone.add(&opening);
    let answer = bench.send(phone.upload(std::slice::from_ref(&opening)));
    assert_eq!((head(&answer).epoch, head(&answer).seq, head(&answer).hash), (2, 1, Some(opening.hash())));
    let late = bench.send(phone.upload(&old[1..]));
    assert_eq!(outcomes(&late), [Outcome::Stored]);
    assert_eq!((head(&late).epoch, head(&late).seq), (2, 1));
}

#[test]
fn a_form_that_says_may_not_enter_changes_the_day_of_the_person() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let roster = head(&bench.send(phone.ask("GET", "/v1/head", Vec::new()))).roster;
    let tomorrow: chrono::NaiveDate = "2026-03-03".parse().unwrap();
    let form = Body::HealthForm(HealthForm {
        form: "form1".into(),
        form_version: 1,
        for_date: tomorrow,
        verdict: EntryVerdict::MayNotEnter,
        sealed: Sealed { recipients: Vec::new(), content: String::new() },
    });
    let record = phone.payload(1, 1, &form);
    let record = phone.add(&record);
    let answer = bench.send(phone.upload(&[record]));
    assert_eq!(outcomes(&answer), [Outcome::Stored]);
    assert_eq!(head(&answer).roster, roster + 1);
    let answer: AssignmentAnswer =
        serde_json::from_slice(&bench.send(phone.ask("GET", "/v1/assignment", Vec::new())).body).unwrap();
    let assignment: Assignment = opened(&answer.assignment);
    let day = assignment.days.iter().find(|day| day.date == tomorrow).unwrap();
    assert_eq!((day.mode.as_str(), assignment.roster), ("health_direction", roster + 1));
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
fn bad_batches_are_refused_whole_with_the_code_that_says_why() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let mut stranger = Phone::new(9);
    let good = phone.taps(3);
    let foreign = stranger.taps(1);
    let text = |records: &[&str]| lines(records.iter().copied());
    let tampered = {
        let (start, end) = good[1].compact().split_at(200);
        let flipped = if end.starts_with('A') { "B" } else { "A" };
        format!("{start}{flipped}{}", &end[1..])
    };
    let wrong_alg = {
        let (_, rest) = good[1].compact().split_once('.').unwrap();
        let header = format!(r#"{{"alg":"EdDSA","typ":"hadir-record","kid":"{}"}}"#, phone.key.kid());
        format!("{}.{rest}", b64(header.as_bytes()))
    };
    let next_epoch = {
        let start = Body::Epoch(EpochStart { cause: EpochCause::Damage, last_good: None, missing: None });
        let mut record = phone.payload(1, 50, &start);
        record.epoch = 2;
        sign(&phone.key, &record).unwrap()
    };
    let newer = {
        let payload = serde_json::to_string(good[1].payload()).unwrap().replacen(r#""v":1"#, r#""v":2"#, 1);
        let (header, rest) = good[1].compact().split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        format!("{header}.{}.{signature}", b64(payload.as_bytes()))
    };
    let (a, b, c) = (good[0].compact(), good[1].compact(), good[2].compact());
    let many: Vec<&str> = (0..=BATCH_OBJECTS).map(|_| a).collect();
    let huge = "x".repeat(OBJECT_BYTES + 1);
    let upload = |bytes: Vec<u8>| phone.upload_bytes(bytes);
    let cases: Vec<(&str, HttpIn, ProblemCode, Option<u32>)> = vec![
        ("empty", upload(Vec::new()), ProblemCode::BadRequest, None),
        ("no LF at the end", upload(a.as_bytes().to_vec()), ProblemCode::BadRequest, None),
        ("an empty line", upload(text(&[a, "", c])), ProblemCode::BadRecord, Some(1)),
        ("no JWS", upload(text(&[a, "hello"])), ProblemCode::BadRecord, Some(1)),
        ("no text", upload(b"\xff\xfe\n".to_vec()), ProblemCode::BadRecord, Some(0)),
        ("tampered", upload(text(&[a, &tampered, c])), ProblemCode::BadRecord, Some(1)),
        ("wrong alg", upload(text(&[a, &wrong_alg])), ProblemCode::BadRecord, Some(1)),
        ("someone else's", upload(text(&[a, foreign[0].compact()])), ProblemCode::BadRecord, Some(1)),
        (
            "another role",
            upload(text(&[phone.ask("GET", "/v1/head", Vec::new()).request.as_deref().unwrap()])),
            ProblemCode::BadRecord,
            Some(0),
        ),
        ("reordered", upload(text(&[b, a])), ProblemCode::BadRecord, Some(1)),
        ("twice", upload(text(&[a, a])), ProblemCode::BadRecord, Some(1)),
        ("two epochs", upload(text(&[a, next_epoch.compact()])), ProblemCode::BadRecord, Some(1)),
        ("a newer version", upload(text(&[a, &newer])), ProblemCode::UnsupportedVersion, Some(1)),
        ("an object too long", upload(text(&[a, &huge])), ProblemCode::BadRecord, Some(1)),
        ("too many objects", upload(text(&many)), ProblemCode::TooLarge, None),
        ("too many bytes", HttpIn { body: BodyIn::TooLong, ..upload(text(&[a])) }, ProblemCode::TooLarge, None),
        ("a gzip bomb", phone.upload_gzip(&vec![b'a'; 64 * BATCH_UNPACKED_BYTES]), ProblemCode::TooLarge, None),
        ("gzip cut off", cut_gzip(&phone, &text(&[a, b])), ProblemCode::BadRequest, None),
        ("gzip and more", after_gzip(&phone, &text(&[a, b])), ProblemCode::BadRequest, None),
        (
            "an encoding",
            HttpIn { content_encoding: Some("br".into()), ..upload(text(&[a])) },
            ProblemCode::UnsupportedMedia,
            None,
        ),
        (
            "a type",
            HttpIn { content_type: Some("application/json".into()), ..upload(text(&[a])) },
            ProblemCode::UnsupportedMedia,
            None,
        ),
        ("no type", HttpIn { content_type: None, ..upload(text(&[a])) }, ProblemCode::UnsupportedMedia, None),
    ];
    for (what, input, code, index) in cases {
        let answer = bench.send(input);
        let said = problem(&answer);
        assert_eq!((said.code, said.index), (code, index), "{what}: {}", said.detail);
        assert_eq!(head(&answer).seq, 0, "{what}");
    }
    assert_eq!(totals(&bench), Totals::default());
    assert_eq!(outcomes(&bench.send(phone.upload(&good))), [Outcome::Stored; 3]);
}

fn b64(bytes: &[u8]) -> String {
    use base64ct::Encoding as _;
    base64ct::Base64UrlUnpadded::encode_string(bytes)
}

fn cut_gzip(phone: &Phone, bytes: &[u8]) -> HttpIn {
    let mut packed = gzip(bytes);
    packed.truncate(packed.len() / 2);
    HttpIn { content_encoding: Some("gzip".into()), ..phone.upload_bytes(packed) }
}

fn after_gzip(phone: &Phone, bytes: &[u8]) -> HttpIn {
    let packed = [gzip(bytes), gzip(bytes)].concat();
    HttpIn { content_encoding: Some("gzip".into()), ..phone.upload_bytes(packed) }
}

#[test]
fn the_servers_keys_must_be_certified_now() {
    let keys = server_keys();
    assert!(keys.check(&trust(), MONDAY_MS).is_ok());
    assert!(matches!(keys.check(&trust(), i64::MAX), Err(KeysError::NotCertified { use_: "receipt" })));
    let other = ServerKeys { assignment: SigningKey::from_seed(&[9; 32]), ..keys };
    assert!(matches!(other.check(&trust(), MONDAY_MS), Err(KeysError::NotCertified { use_: "assignment" })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Batches of any split, in any order, sent any number of times, in two stores: one row each, and the head at the end.
    #[test]
    fn whatever_the_order_and_the_repeats_each_record_is_stored_once(
        cuts in proptest::collection::vec((0usize..20, 1usize..8), 1..20),
        sqlite in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = if sqlite {
            Arc::new(SqliteStore::open(dir.path().join("hadir.db")).unwrap())
        } else {
            Arc::new(MemoryStore::default())
        };
        let mut bench = Bench::new(store);
        let mut phone = bench.enrolled(1);
        let records = phone.taps(20);
        let mut sent = std::collections::BTreeSet::new();
        let mut receipts = std::collections::BTreeMap::new();
        for (from, count) in cuts {
            let to = (from + count).min(20);
            bench.now_ms += 600_000;
            let answer = bench.send(phone.upload(&records[from..to]));
            prop_assert!(outcomes(&answer).iter().all(|outcome| *outcome == Outcome::Stored));
            sent.extend(from..to);
            let given = receipts.entry((from, to)).or_insert_with(|| answer.body.clone());
            prop_assert_eq!(&*given, &answer.body);
            let whole = (0..20).take_while(|at| sent.contains(at)).count();
            prop_assert_eq!(head(&answer).seq, whole as u64);
            prop_assert_eq!(head(&answer).hash, whole.checked_sub(1).map(|last| records[last].hash()));
        }
        prop_assert_eq!(totals(&bench).records, sent.len() as u64);
        prop_assert_eq!(totals(&bench).evidence, 0);
    }
}
