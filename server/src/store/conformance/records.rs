//! What is kept of a phone's history.

use super::*;
use hadir_core::model::ProofCode;

pub(super) fn a_failed_unit_of_work_leaves_nothing(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let failed: Result<()> = store.update(|tx| {
        tx.put_person(&person("2"))?;
        tx.insert_records(&install_id(1), 5, &[&record(1, 1, 1)])?;
        tx.raise_highest_signed_ms(77)?;
        Err(StoreError::Full)
    });
    assert!(matches!(failed, Err(StoreError::Full)));
    store
        .query(|read| {
            assert_eq!(read.person(&person_id("2"))?, None);
            assert_eq!(read.totals()?, Totals::default());
            assert_eq!(read.highest_signed_ms()?, None);
            Ok(())
        })
        .unwrap();
}

pub(super) fn a_unit_of_work_sees_its_own_writes_and_readers_only_whole_ones(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    store
        .update(|tx| {
            tx.insert_records(&install_id(1), 5, &[&record(1, 1, 1)])?;
            assert_eq!(tx.totals()?.records, 1);
            assert_eq!(tx.as_read().records(&install_id(1), Span::All)?.len(), 1);
            Ok(())
        })
        .unwrap();
    assert_eq!(store.query(|read| read.totals()).unwrap().records, 1);
}

pub(super) fn records_come_back_byte_for_byte_in_chain_order(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let (late, early, next_epoch) = (record(1, 2, 2), record(1, 1, 1), record(2, 1, 3));
    store
        .update(|tx| {
            let answers = tx.insert_records(&install_id(1), 50, &[&next_epoch, &late, &early])?;
            assert_eq!(answers, [Inserted::Stored; 3]);
            Ok(())
        })
        .unwrap();
    store
        .query(|read| {
            let all: Vec<_> = read.records(&install_id(1), Span::All)?.into_iter().map(|row| row.record).collect();
            assert_eq!(all, [early.clone(), late.clone(), next_epoch.clone()]);
            let some = read.records(&install_id(1), Span::Places { epoch: 1, from: 2, to: 9 })?;
            assert_eq!(some.len(), 1);
            assert_eq!((some[0].received_ms, &some[0].record), (50, &late));
            let claimed = read.records(&install_id(1), Span::Touching { from_ms: 2_000, until_ms: 2_001 })?;
            assert_eq!(claimed.len(), 1);
            let received = read.records(&install_id(1), Span::Touching { from_ms: 50, until_ms: 51 })?;
            assert_eq!(received.len(), 3);
            assert_eq!(read.records(&install_id(1), Span::Touching { from_ms: 51, until_ms: 1_000 })?.len(), 0);
            assert_eq!(read.record_of_id(&install_id(1), &late.id)?.unwrap().record, late);
            assert_eq!(read.record_of_id(&install_id(2), &late.id)?, None);
            assert_eq!(read.records(&install_id(2), Span::All)?, []);
            Ok(())
        })
        .unwrap();
}

pub(super) fn an_id_is_taken_once_for_each_installation(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    store
        .update(|tx| {
            tx.put_installation(&installation(2, "1"))?;
            let twice = [&record(1, 1, 7), &record(1, 2, 7)];
            assert_eq!(tx.insert_records(&install_id(1), 1, &twice)?, [Inserted::Stored, Inserted::IdTaken]);
            assert_eq!(tx.insert_records(&install_id(2), 1, &[&record(1, 1, 7)])?, [Inserted::Stored]);
            assert!(tx.places(&install_id(1), 1, 2, 2)?.is_empty());
            Ok(())
        })
        .unwrap();
    assert_eq!(store.query(|read| read.totals()).unwrap().records, 2);
}

pub(super) fn a_taken_place_is_never_overwritten(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let first = record(1, 1, 1);
    store.update(|tx| tx.insert_records(&install_id(1), 1, &[&first])).unwrap();
    assert!(store.update(|tx| tx.insert_records(&install_id(1), 2, &[&record(1, 1, 2)])).is_err());
    let kept = store.query(|read| read.records(&install_id(1), Span::All)).unwrap();
    assert_eq!(kept, [RecordRow { install: install_id(1), received_ms: 1, record: first }]);
}

pub(super) fn a_stub_holds_its_place_until_the_original_comes(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let original = record(1, 1, 1);
    store
        .update(|tx| {
            tx.insert_stub(&stub(&original))?;
            tx.insert_stub(&stub(&original))?;
            assert_eq!(
                tx.places(&install_id(1), 1, 1, 1)?,
                [Place { seq: 1, hash: original.hash, state: PlaceState::Stub }]
            );
            assert_eq!(tx.contiguous_after(&install_id(1), 1, 0)?, Some((1, original.hash)));
            assert_eq!(tx.totals()?, Totals { stubs: 1, ..Totals::default() });
            Ok(())
        })
        .unwrap();
    store.update(|tx| tx.insert_records(&install_id(1), 3, &[&original])).unwrap();
    store
        .query(|read| {
            assert_eq!(read.totals()?, Totals { records: 1, ..Totals::default() });
            assert_eq!(read.records(&install_id(1), Span::All)?[0].record, original);
            assert_eq!(read.stubs(&install_id(1))?, [stub(&original)]);
            Ok(())
        })
        .unwrap();
}

pub(super) fn evidence_is_kept_once_and_fills_a_gap_only_for_a_taken_id(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let (first, fork, same_id) = (record(1, 1, 1), record(1, 1, 2), record(1, 2, 1));
    store
        .update(|tx| {
            tx.insert_records(&install_id(1), 1, &[&first])?;
            tx.insert_evidence(&evidence(&fork, EvidenceCause::Place))?;
            tx.insert_evidence(&evidence(&fork, EvidenceCause::Place))?;
            tx.insert_evidence(&evidence(&same_id, EvidenceCause::Id))
        })
        .unwrap();
    store
        .query(|read| {
            assert_eq!(
                read.evidence(&install_id(1))?,
                [evidence(&fork, EvidenceCause::Place), evidence(&same_id, EvidenceCause::Id)]
            );
            assert_eq!(
                read.places(&install_id(1), 1, 1, 9)?,
                [
                    Place { seq: 1, hash: first.hash, state: PlaceState::Record },
                    Place { seq: 2, hash: same_id.hash, state: PlaceState::Evidence }
                ]
            );
            assert_eq!(read.contiguous_after(&install_id(1), 1, 0)?, Some((2, same_id.hash)));
            assert_eq!(read.totals()?, Totals { records: 1, evidence: 2, ..Totals::default() });
            Ok(())
        })
        .unwrap();
}

pub(super) fn what_is_taken_of_each_epoch_is_counted(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    store
        .update(|tx| {
            assert_eq!(tx.epochs(&install_id(1))?, []);
            tx.insert_records(&install_id(1), 1, &[&record(1, 1, 1), &record(1, 2, 2), &record(1, 5, 3)])?;
            tx.insert_stub(&stub(&record(1, 3, 4)))?;
            tx.insert_stub(&stub(&record(1, 7, 5)))?;
            tx.insert_records(&install_id(1), 1, &[&record(4_000_000_000, 1, 6)])?;
            let first = EpochPlaces { epoch: 1, taken: 5, last: 7, stubs: 2, first_stub: Some(3) };
            let last = EpochPlaces { epoch: 4_000_000_000, taken: 1, last: 1, stubs: 0, first_stub: None };
            assert_eq!(tx.epochs(&install_id(1))?, [first, last]);
            assert_eq!(tx.epochs(&install_id(2))?, []);
            Ok(())
        })
        .unwrap();
}

pub(super) fn the_run_without_a_gap_ends_before_the_first_free_place(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let records: Vec<_> = [1u8, 2, 4].iter().map(|&n| record(1, u64::from(n), n)).collect();
    let other_epoch = record(2, 1, 9);
    store
        .update(|tx| {
            let mut all: Vec<_> = records.iter().collect();
            all.push(&other_epoch);
            tx.insert_records(&install_id(1), 1, &all)
        })
        .unwrap();
    store
        .query(|read| {
            assert_eq!(read.contiguous_after(&install_id(1), 1, 0)?, Some((2, records[1].hash)));
            assert_eq!(read.contiguous_after(&install_id(1), 1, 2)?, None);
            assert_eq!(read.contiguous_after(&install_id(1), 1, 3)?, Some((4, records[2].hash)));
            assert_eq!(read.contiguous_after(&install_id(1), 3, 0)?, None);
            assert_eq!(read.contiguous_after(&install_id(9), 1, 0)?, None);
            Ok(())
        })
        .unwrap();
}

pub(super) fn a_proof_holds_a_free_place_until_the_original_comes(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let (first, original, fork) = (record(1, 1, 1), record(1, 2, 2), record(1, 2, 3));
    let proof = |of: &NewRecord| ProvenPlace { epoch: of.epoch, seq: of.seq, hash: of.hash, receipt_ms: 77 };
    store
        .update(|tx| {
            tx.insert_records(&install_id(1), 1, &[&first])?;
            assert!(!tx.insert_proven(&install_id(1), &proof(&first))?, "what is here needs no proof");
            assert!(tx.insert_proven(&install_id(1), &proof(&original))?);
            assert!(!tx.insert_proven(&install_id(1), &proof(&fork))?);
            assert_eq!(tx.proven(&install_id(1))?, [proof(&original)]);
            assert_eq!(tx.proven(&install_id(2))?, []);
            let held = Place { seq: 2, hash: original.hash, state: PlaceState::Proven };
            assert_eq!(tx.places(&install_id(1), 1, 2, 2)?, [held]);
            assert_eq!(tx.contiguous_after(&install_id(1), 1, 0)?, Some((2, original.hash)));
            assert_eq!(tx.totals()?, Totals { records: 1, ..Totals::default() });
            Ok(())
        })
        .unwrap();
    assert!(store.update(|tx| tx.insert_records(&install_id(1), 2, &[&fork])).is_err());
    store.update(|tx| tx.insert_records(&install_id(1), 3, &[&original])).unwrap();
    store
        .query(|read| {
            assert_eq!(read.proven(&install_id(1))?, []);
            assert_eq!(read.records(&install_id(1), Span::All)?[1].record, original);
            Ok(())
        })
        .unwrap();
}

pub(super) fn orders_are_open_until_they_are_closed(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let order =
        |t_ms, seq| StoredOrder { install: install_id(1), t_ms, epoch: 1, seq, by: "petugas".into(), done: None };
    store
        .update(|tx| {
            for one in [order(20, 5), order(10, 5), order(30, 6), order(40, 5)] {
                tx.add_order(&one)?;
            }
            let open = |tx: &dyn StoreTx| -> Result<Vec<i64>> {
                Ok(tx.orders(&install_id(1), true)?.iter().map(|order| order.t_ms).collect())
            };
            assert_eq!(open(tx)?, [10, 20, 30, 40]);
            tx.close_orders(&install_id(1), (1, 5), 20, 99, OrderOutcome::RefusedAgain)?;
            assert_eq!(open(tx)?, [30, 40]);
            tx.close_orders(&install_id(1), (1, 5), i64::MAX, 100, OrderOutcome::Received)?;
            tx.close_orders(&install_id(1), (2, 6), i64::MAX, 100, OrderOutcome::Received)?;
            assert_eq!(open(tx)?, [30]);
            let all = tx.orders(&install_id(1), false)?;
            let refused = StoredOrder { done: Some((99, OrderOutcome::RefusedAgain)), ..order(10, 5) };
            assert_eq!((all.len(), &all[0]), (4, &refused), "what is closed stays closed, and on record");
            assert_eq!(tx.orders(&install_id(2), false)?, []);
            Ok(())
        })
        .unwrap();
}

pub(super) fn forms_are_found_by_person_and_date(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let form = |seq: u64, on: &str, received_ms: i64| HealthVerdict {
        person: person_id("1"),
        for_date: date(on),
        verdict: EntryVerdict::MayNotEnter,
        install: install_id(1),
        epoch: 1,
        seq,
        claimed_ms: 3,
        received_ms,
    };
    store
        .update(|tx| {
            for one in [form(2, "2026-03-03", 20), form(1, "2026-03-03", 10), form(3, "2026-03-04", 5)] {
                tx.add_health(&one)?;
            }
            tx.add_health(&form(3, "2026-03-09", 5))?;
            let on = date("2026-03-03");
            assert_eq!(tx.health(None, on, on)?, [form(1, "2026-03-03", 10), form(2, "2026-03-03", 20)]);
            assert_eq!(tx.health(Some(&person_id("2")), on, on)?, []);
            assert_eq!(tx.health(Some(&person_id("1")), on, date("2026-03-31"))?.len(), 3);
            Ok(())
        })
        .unwrap();
}

pub(super) fn records_are_found_by_their_short_code(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let hashed = |seq: u64, at: usize, flip: u8| {
        let mut hash = [0xab; 32];
        hash[at] ^= flip;
        NewRecord { hash: EnvelopeHash::new(hash), ..record(1, seq, u8::try_from(seq).unwrap()) }
    };
    // The same in the first 50 bits, and others in one of them each, the last bits included.
    let (sought, twin) = (hashed(1, 31, 0), hashed(2, 6, 0x20));
    let others = [hashed(3, 6, 0x40), hashed(4, 6, 0x80), hashed(5, 5, 1), hashed(6, 0, 0x80)];
    store
        .update(|tx| {
            tx.put_person(&person("2"))?;
            tx.put_installation(&installation(2, "2"))?;
            tx.insert_records(&install_id(1), 5, &[&sought, &twin])?;
            tx.insert_records(&install_id(2), 6, &others.iter().collect::<Vec<_>>())?;
            // A stub is no record, whatever hash it stands for.
            tx.insert_stub(&StoredStub { seq: 7, ..stub(&sought) })
        })
        .unwrap();
    let found = |hash: EnvelopeHash| {
        let rows = store.query(|read| read.records_of_code(ProofCode::of(hash))).unwrap();
        rows.into_iter().map(|row| (row.install, row.received_ms, row.record)).collect::<Vec<_>>()
    };
    let both = [(install_id(1), 5, sought.clone()), (install_id(1), 5, twin.clone())];
    assert_eq!(found(sought.hash), both);
    assert_eq!(found(twin.hash), both);
    for other in &others {
        assert_eq!(found(other.hash), [(install_id(2), 6, other.clone())]);
    }
    assert_eq!(found(EnvelopeHash::of("nothing")), []);
}
