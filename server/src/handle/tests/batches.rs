//! What becomes of the records of a batch.

use super::*;

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
