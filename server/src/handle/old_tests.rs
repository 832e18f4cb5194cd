//! Old stores on the wire, and their records on the way back.

use std::sync::Arc;

use hadir_core::{
    model::B64,
    wire::{Kept, OldAnswer, ProblemCode, RecoveredLine, RecoveredObject, VERSION, old_path},
};
use sha2::{Digest, Sha256};

use super::*;
use crate::{
    admin::{Admin, AdminError},
    limits::{OLD_BYTES, OLD_FILES, OLD_PART_BYTES, OLD_TOTAL_BYTES},
    store::{Installation, MemoryStore, OldKey, OldPiece, SignedAhead, Span, StoreExt as _},
    testing::{Bench, MONDAY_MS, Phone, code_of, head, opened},
};

const STORE: B64<16> = B64([5; 16]);

fn hash(bytes: &[u8]) -> B64<32> {
    B64(Sha256::digest(bytes).into())
}

fn part(phone: &Phone, name: &str, whole: &[u8], at: usize, to: usize) -> HttpIn {
    let path = old_path(&STORE, name, whole.len() as u64, &hash(whole), at as u64);
    phone.ask("POST", &path, whole[at..to].to_vec())
}

fn answer(out: &HttpOut) -> OldAnswer {
    assert_eq!(out.status, 200, "{}", String::from_utf8_lossy(&out.body));
    serde_json::from_slice(&out.body).unwrap()
}

fn bench() -> (Bench, Phone) {
    let mut bench = Bench::new(Arc::new(MemoryStore::default()));
    let phone = bench.enrolled(1);
    (bench, phone)
}

#[test]
fn a_file_comes_in_parts_in_any_order_again_and_again_and_is_kept_once() {
    let (mut bench, phone) = bench();
    let whole: Vec<u8> = (0..100u8).collect();
    let key = OldKey { install: phone.key.kid(), store: STORE, name: "3".into(), hash: hash(&whole) };
    assert_eq!(answer(&bench.send(part(&phone, "3", &whole, 0, 0))).have, 0, "an empty part asks");
    assert_eq!(answer(&bench.send(part(&phone, "3", &whole, 40, 100))).have, 0, "what comes too early changes nothing");
    for _ in 0..2 {
        assert_eq!(answer(&bench.send(part(&phone, "3", &whole, 0, 40))).have, 40);
    }
    assert_eq!(answer(&bench.send(part(&phone, "3", &whole, 20, 60))).have, 40, "nor what overlaps");
    bench.now_ms += 1_000;
    let last = answer(&bench.send(part(&phone, "3", &whole, 40, 100)));
    let kept = opened::<Kept>(last.kept.as_ref().unwrap());
    let expected = Kept {
        v: VERSION,
        install: phone.key.kid(),
        store: STORE,
        name: "3".into(),
        size: 100,
        hash: hash(&whole),
        t_ms: bench.now_ms,
    };
    assert_eq!((last.have, kept), (100, expected));
    bench.now_ms += 60_000;
    let again = answer(&bench.send(part(&phone, "3", &whole, 0, 0)));
    assert_eq!((again.have, &again.kept), (100, &last.kept), "asked again, the same");
    assert_eq!(bench.store.query(|store| store.old_bytes(&key)).unwrap(), whole);
    let mended = SignedAhead { after_ms: bench.now_ms, until_ms: bench.now_ms + 1_000_000, mended_ms: bench.now_ms };
    let told = bench.store.query(|store| store.installation(&key.install)).unwrap().unwrap();
    bench.store.update(|tx| tx.put_installation(&Installation { ahead: Some(mended), ..told })).unwrap();
    let late = answer(&bench.send(part(&phone, "4", &whole, 0, 100)));
    assert_eq!(opened::<Kept>(&late.kept.unwrap()).t_ms, mended.until_ms, "never signed back");
    let key = OldKey { name: "4".into(), ..key };
    let noted = bench.store.query(|store| store.old_piece(&key)).unwrap().unwrap().complete_ms;
    assert_eq!(noted, Some(bench.now_ms), "and noted when it came");
}

#[test]
fn bytes_without_their_hash_are_thrown_away_and_may_come_again() {
    let (mut bench, phone) = bench();
    let whole = [7; 30];
    let path = old_path(&STORE, "recovery", 30, &hash(&whole), 0);
    let refused = bench.send(phone.ask("POST", &path, vec![8; 30]));
    assert_eq!(code_of(&refused), ProblemCode::BadRequest);
    assert_eq!(answer(&bench.send(part(&phone, "recovery", &whole, 0, 0))).have, 0);
    assert!(answer(&bench.send(part(&phone, "recovery", &whole, 0, 30))).kept.is_some());
}

#[test]
fn nonsense_is_refused_with_a_reason_and_the_head_still_comes() {
    let (mut bench, phone) = bench();
    let good = old_path(&STORE, "1", 10, &hash(b"x"), 0);
    let cases = [
        "/v1/old".to_owned(),
        good.replace("name=1", "name=01"),
        good.replace("name=1", "name=0"),
        good.replace("name=1", "name=../x"),
        good.replace("size=10", "size=0"),
        good.replace("size=10", "size=-1"),
        good.replace("at=0", "at=11"),
        good.replace("at=0", "at=x"),
        good.replace("store=", "store=x"),
        good.replace("&at=0", ""),
        format!("{good}&at=0"),
    ];
    for path in cases {
        let out = bench.send(phone.ask("POST", &path, Vec::new()));
        assert_eq!(code_of(&out), ProblemCode::BadRequest, "{path}");
        assert!(head(&out).t_ms >= MONDAY_MS);
    }
    let more = bench.send(phone.ask("POST", &good, vec![0; 11]));
    assert_eq!(code_of(&more), ProblemCode::BadRequest, "more bytes than were announced");
    let large = good.replace("size=10", &format!("size={}", (16 << 20) + 1));
    assert_eq!(code_of(&bench.send(phone.ask("POST", &large, Vec::new()))), ProblemCode::TooLarge);
    let whole = vec![1; OLD_PART_BYTES + 1];
    assert_eq!(code_of(&bench.send(part(&phone, "1", &whole, 0, whole.len()))), ProblemCode::TooLarge);
    let stranger = Phone::new(77);
    assert_eq!(code_of(&bench.send(part(&stranger, "1", b"x", 0, 1))), ProblemCode::NotEnrolled);
    assert_eq!(code_of(&bench.send(phone.ask("GET", &good, Vec::new()))), ProblemCode::MethodNotAllowed);
}

#[test]
fn an_installation_may_send_so_much_and_another_does_not_notice() {
    let (mut bench, phone) = bench();
    let other = bench.enrolled(2);
    let announce = |n: u64, size| OldPiece {
        key: OldKey { install: phone.key.kid(), store: STORE, name: n.to_string(), hash: B64([1; 32]) },
        size,
        have: 0,
        complete_ms: None,
        kept: None,
    };
    bench.store.update(|tx| tx.put_old_piece(&announce(1, OLD_BYTES - 10))).unwrap();
    assert_eq!(code_of(&bench.send(part(&phone, "2", &[0; 11], 0, 0))), ProblemCode::TooLarge);
    assert_eq!(answer(&bench.send(part(&phone, "2", &[0; 10], 0, 0))).have, 0);
    assert_eq!(answer(&bench.send(part(&other, "2", &[0; 11], 0, 0))).have, 0);
    bench
        .store
        .update(|tx| {
            tx.put_old_piece(&announce(1, 1))?;
            (2..=OLD_FILES).try_for_each(|n| tx.put_old_piece(&announce(n, 1)))
        })
        .unwrap();
    assert_eq!(code_of(&bench.send(part(&phone, "9999", b"x", 0, 0))), ProblemCode::TooLarge);
}

#[test]
fn what_was_only_announced_takes_no_room_from_others_and_what_is_held_does() {
    let (mut bench, phone) = bench();
    let other = bench.enrolled(2);
    let holds = |bench: &Bench, have| {
        let key = OldKey { install: phone.key.kid(), store: STORE, name: "1".into(), hash: B64([1; 32]) };
        let piece = OldPiece { key, size: OLD_TOTAL_BYTES, have, complete_ms: None, kept: None };
        bench.store.update(|tx| tx.put_old_piece(&piece)).unwrap();
    };
    holds(&bench, 0);
    assert_eq!(answer(&bench.send(part(&other, "2", &[0; 20], 0, 10))).have, 10);
    holds(&bench, OLD_TOTAL_BYTES - 19);
    let full = bench.send(part(&other, "2", &[0; 20], 10, 20));
    assert_eq!((code_of(&full), full.retry_after_s), (ProblemCode::Unavailable, Some(3_600)));
    holds(&bench, OLD_TOTAL_BYTES - 20);
    assert!(answer(&bench.send(part(&other, "2", &[0; 20], 10, 20))).kept.is_some());
}

#[test]
fn records_come_back_as_their_signers_received_when_the_segment_was_and_only_once() {
    let (mut bench, mut lost) = bench();
    let records = lost.taps(5);
    bench.send(lost.upload(&records[..2]));
    bench.now_ms += 3_600_000;
    // The person enrols anew, and the new phone sends the old store.
    let phone = bench.enrolled(2);
    let segment = [9; 50];
    assert!(answer(&bench.send(part(&phone, "1", &segment, 0, 50))).kept.is_some());
    let complete_ms = bench.now_ms;
    bench.now_ms += 3_600_000;

    let stranger = Phone::new(99).tap();
    let mut forked = lost.fork(4, 200).compact().to_owned();
    let object = |segment, record: &str| RecoveredObject { segment, record: record.to_owned() };
    let mut line = RecoveredLine {
        v: VERSION,
        install: phone.key.kid(),
        store: STORE,
        records: records.iter().map(|record| object(1, record.compact())).collect(),
        gaps: 1,
        unread: vec![7],
    };
    line.records.push(object(1, &forked));
    line.records.push(object(1, stranger.compact()));
    line.records.push(object(2, records[4].compact()));
    line.records.push(object(1, "rubbish"));
    forked.pop();
    line.records.push(object(1, &forked));
    let entropy = hadir_core::ports::SeededEntropy::new(1);
    let admin = Admin::new(&*bench.store, &entropy, "operator", bench.now_ms);
    let seen = admin.old_stores().unwrap();
    assert!(seen[0].waits() && seen[0].person == phone_person(&bench, &phone));
    let done = admin.import_old(&line).unwrap();
    let counts = |one: &crate::store::OldRecovery| (one.stored, one.repeated, one.conflicts, one.refused, one.gaps);
    assert_eq!(counts(&done.recovery), (3, 2, 1, 4, 2));
    assert_eq!(
        done.people.into_iter().collect::<Vec<_>>(),
        [phone_person(&bench, &lost)],
        "the signer's, not the sender's"
    );
    assert!(!admin.old_stores().unwrap()[0].waits());

    let rows = bench.store.query(|store| store.records(&lost.key.kid(), Span::All)).unwrap();
    let times: Vec<i64> = rows.iter().map(|row| row.received_ms).collect();
    assert_eq!(times, [MONDAY_MS, MONDAY_MS, complete_ms, complete_ms, complete_ms]);
    let compacts: Vec<&str> = rows.iter().map(|row| row.record.compact.as_str()).collect();
    assert_eq!(compacts, records.iter().map(|record| record.compact()).collect::<Vec<_>>(), "byte for byte");
    let of_lost = bench.store.query(|store| store.installation(&lost.key.kid())).unwrap().unwrap();
    assert_eq!(of_lost.contiguous, 5, "the chain of the old phone is whole");
    assert_eq!(bench.store.query(|store| store.evidence(&lost.key.kid())).unwrap().len(), 1);

    // Again: nothing new.
    let again = admin.import_old(&line).unwrap();
    assert_eq!(counts(&again.recovery), (0, 5, 1, 4, 2));
    assert_eq!(bench.store.query(|store| store.totals()).unwrap().records, 5);
    let acts: Vec<String> =
        bench.store.query(|store| store.acts(0, 99)).unwrap().into_iter().map(|act| act.what).collect();
    assert_eq!(acts.iter().filter(|what| *what == "recover.import").count(), 2, "audited");
    // The old phone, should its keys come back, is told by its head what is here.
    let told = head(&bench.send(lost.ask("GET", "/v1/head", Vec::new())));
    assert_eq!((told.epoch, told.seq), (1, 5));

    line.store = B64([6; 16]);
    let entropy = hadir_core::ports::SeededEntropy::new(1);
    let admin = Admin::new(&*bench.store, &entropy, "operator", bench.now_ms);
    assert!(matches!(admin.import_old(&line), Err(AdminError::UnknownOldStore { .. })));
}

fn phone_person(bench: &Bench, phone: &Phone) -> hadir_core::model::PersonId {
    bench.store.query(|store| store.installation(&phone.key.kid())).unwrap().unwrap().person
}
