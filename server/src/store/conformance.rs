//! What holds of every store; run on the model and on SQLite.

use hadir_core::{
    model::{B64, EntryVerdict, EnvelopeHash, InstallId, Kind, Link, PersonId, RecordId, SessionId},
    policy::{Employment, Side},
    roster::{Fact, FactKind, LeaveKind, Reason, TurnList},
    schedule::WindowId,
    wire::{Outcome, Trust},
};

use super::*;

mod asks;

use asks::{decisions_are_added_and_never_lost, what_people_ask_is_found_by_kind_person_and_time};

fn date(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}
fn person_id(number: &str) -> PersonId {
    format!("local:{number}").parse().unwrap()
}
fn person(number: &str) -> Person {
    Person {
        id: person_id(number),
        name: format!("Nama {number}"),
        unit: "dinas-a".parse().unwrap(),
        employment: Employment::Asn,
        rank: Some("pelaksana".into()),
        position: None,
        structural: false,
        can_wfh: true,
        household: Some("h1".into()),
        phone: None,
        shift: None,
        active: true,
    }
}
fn install_id(n: u8) -> InstallId {
    InstallId::new([n; 32])
}
fn installation(n: u8, of: &str) -> Installation {
    Installation {
        id: install_id(n),
        key: [n; 32],
        person: person_id(of),
        invite: CodeHash([n; 32]),
        enrolled_ms: i64::from(n),
        app: "test/1".into(),
        epoch: 0,
        contiguous: 0,
        head: None,
        seen_ms: 1,
        revoked: None,
        assigned_until: None,
    }
}
fn record(epoch: u32, seq: u64, id: u8) -> NewRecord {
    let compact = format!("record {epoch} {seq} {id}");
    NewRecord {
        epoch,
        seq,
        id: RecordId::new(i64::from(id), [id; 10]),
        hash: EnvelopeHash::of(&compact),
        kind: Kind::CheckIn,
        claimed_ms: 1_000 * i64::try_from(seq).unwrap(),
        compact,
    }
}
fn evidence(of: &NewRecord, cause: EvidenceCause) -> Evidence {
    Evidence {
        install: install_id(1),
        epoch: of.epoch,
        seq: of.seq,
        hash: of.hash,
        cause,
        received_ms: 9,
        compact: of.compact.clone(),
    }
}
fn stub(of: &NewRecord) -> StoredStub {
    StoredStub {
        install: install_id(1),
        epoch: of.epoch,
        seq: of.seq,
        stands_for: of.hash,
        reason: "bad_record".into(),
        received_ms: 8,
        compact: "stub".into(),
    }
}

/// A store with one person and one installation.
fn with_phone(make: &dyn Fn() -> Box<dyn Store>) -> Box<dyn Store> {
    let store = make();
    store
        .update(|tx| {
            tx.put_person(&person("1"))?;
            tx.put_installation(&installation(1, "1"))
        })
        .unwrap();
    store
}

fn a_failed_unit_of_work_leaves_nothing(make: &dyn Fn() -> Box<dyn Store>) {
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

fn a_unit_of_work_sees_its_own_writes_and_readers_only_whole_ones(make: &dyn Fn() -> Box<dyn Store>) {
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

fn records_come_back_byte_for_byte_in_chain_order(make: &dyn Fn() -> Box<dyn Store>) {
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

fn an_id_is_taken_once_for_each_installation(make: &dyn Fn() -> Box<dyn Store>) {
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

fn a_taken_place_is_never_overwritten(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let first = record(1, 1, 1);
    store.update(|tx| tx.insert_records(&install_id(1), 1, &[&first])).unwrap();
    assert!(store.update(|tx| tx.insert_records(&install_id(1), 2, &[&record(1, 1, 2)])).is_err());
    let kept = store.query(|read| read.records(&install_id(1), Span::All)).unwrap();
    assert_eq!(kept, [RecordRow { install: install_id(1), received_ms: 1, record: first }]);
}

fn a_stub_holds_its_place_until_the_original_comes(make: &dyn Fn() -> Box<dyn Store>) {
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

fn a_proof_holds_a_free_place_until_the_original_comes(make: &dyn Fn() -> Box<dyn Store>) {
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

fn orders_are_open_until_they_are_closed(make: &dyn Fn() -> Box<dyn Store>) {
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

fn the_newest_serial_of_the_certificates_is_known(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    assert_eq!(store.query(|read| read.trust_serial()).unwrap(), 0);
    let trust = crate::testing::trust();
    let agency = Agency { id: "uji".into(), name: "Uji".into(), server: "http://127.0.0.1".into(), trust };
    store.update(|tx| tx.set_agency(&agency)).unwrap();
    assert_eq!(store.query(|read| read.trust_serial()).unwrap(), 3);
}

fn evidence_is_kept_once_and_fills_a_gap_only_for_a_taken_id(make: &dyn Fn() -> Box<dyn Store>) {
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

fn the_run_without_a_gap_ends_before_the_first_free_place(make: &dyn Fn() -> Box<dyn Store>) {
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

fn a_receipt_is_found_by_its_batch_and_dated_by_its_hash(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let receipt = StoredReceipt {
        install: install_id(1),
        batch: [5; 32],
        hash: EnvelopeHash::of("receipt"),
        t_ms: 44,
        epoch: 1,
        from: 1,
        to: 3,
        outcomes: vec![Outcome::Stored, Outcome::Conflict, Outcome::Stub],
        compact: "receipt".into(),
    };
    store.update(|tx| tx.add_receipt(&receipt)).unwrap();
    let again = StoredReceipt { t_ms: 99, hash: EnvelopeHash::of("later"), ..receipt.clone() };
    store.update(|tx| tx.add_receipt(&again)).unwrap();
    store
        .query(|read| {
            assert_eq!(read.receipt(&install_id(1), &[5; 32])?, Some(receipt.clone()));
            assert_eq!(read.receipt(&install_id(2), &[5; 32])?, None);
            assert_eq!(read.receipt_time(&install_id(1), &receipt.hash)?, Some(44));
            assert_eq!(read.receipt_time(&install_id(1), &again.hash)?, None);
            assert_eq!(read.totals()?.receipts, 1);
            Ok(())
        })
        .unwrap();
}

fn the_highest_signed_time_never_falls(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    for (t_ms, highest) in [(-5, -5), (10, 10), (3, 10), (11, 11)] {
        store.update(|tx| tx.raise_highest_signed_ms(t_ms)).unwrap();
        assert_eq!(store.query(|read| read.highest_signed_ms()).unwrap(), Some(highest));
    }
}

fn a_replayed_request_does_not_replace_a_later_witness(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let witness = |run: u32, elapsed_ms: u64, received_ms: i64| Witness {
        install: install_id(1),
        session: SessionId::new([3; 16]),
        run,
        elapsed_ms,
        head: Some(Link { epoch: 1, seq: elapsed_ms, hash: EnvelopeHash::of("head") }),
        received_ms,
        request: format!("request {elapsed_ms}"),
    };
    for one in [witness(0, 5, 10), witness(0, 9, 20), witness(0, 5, 30), witness(0, 9, 40), witness(1, 1, 25)] {
        store.update(|tx| tx.keep_witness(&one)).unwrap();
    }
    let bare = Witness { head: None, session: SessionId::new([4; 16]), ..witness(0, 1, 50) };
    store.update(|tx| tx.keep_witness(&bare)).unwrap();
    let kept = store.query(|read| read.witnesses(&install_id(1))).unwrap();
    assert_eq!(kept, [witness(0, 9, 20), witness(1, 1, 25), bare]);
}

fn a_person_keeps_the_generation_through_an_import(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    store
        .update(|tx| {
            tx.put_person(&person("1"))?;
            tx.put_person(&person("2"))?;
            tx.bump_roster(Some(&person_id("1")))?;
            tx.bump_roster(None)?;
            let moved = Person { unit: "dinas-b".parse().unwrap(), active: false, can_wfh: false, ..person("1") };
            tx.put_person(&moved)?;
            assert_eq!(tx.person(&person_id("1"))?, Some(moved));
            assert_eq!(tx.roster_generation(&person_id("1"))?, 3);
            assert_eq!(tx.roster_generation(&person_id("2"))?, 2);
            assert_eq!(tx.roster_generation(&person_id("3"))?, 0);
            assert_eq!(tx.staff()?.len(), 2);
            Ok(())
        })
        .unwrap();
}

fn facts_and_rulings_are_added_and_cancelled_never_lost(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    let fact = |number: &str, kind: FactKind, from: &str, until: &str| NewFact {
        fact: Fact {
            windows: vec![WindowId::new("w1").unwrap()],
            reference: Some("surat 12".into()),
            ..Fact::days(person_id(number), date(from), date(until), kind)
        },
        by: "kepala".into(),
        at_ms: 5,
    };
    let leave = fact("1", FactKind::Leave(LeaveKind::Annual), "2026-03-02", "2026-03-04");
    let permit = fact("2", FactKind::MayLeaveRegion, "2026-03-04", "2026-03-04");
    store
        .update(|tx| {
            let no = tx.add_fact(&leave)?;
            let later = tx.add_fact(&permit)?;
            assert!(later > no);
            assert!(tx.cancel_fact(no, "kasubag", 6)?);
            assert!(!tx.cancel_fact(no, "kasubag", 7)?);
            assert!(!tx.cancel_fact(999, "kasubag", 7)?);
            let day = |text: &str| date(text);
            let all = tx.facts(None, day("2026-03-04"), day("2026-03-09"))?;
            assert_eq!(all.iter().map(|one| &one.new).collect::<Vec<_>>(), [&leave, &permit]);
            assert_eq!(all[0].cancelled, Some(("kasubag".into(), 6)));
            assert_eq!(tx.facts(None, day("2026-03-05"), day("2026-03-09"))?, []);
            assert_eq!(tx.facts(None, day("2026-02-01"), day("2026-03-01"))?, []);
            assert_eq!(tx.facts(Some(&person_id("2")), day("2026-03-01"), day("2026-03-09"))?.len(), 1);
            let ruling = NewRuling {
                person: person_id("1"),
                date: day("2026-03-02"),
                window: Some("w1".into()),
                verdict: "excused".into(),
                reason: "listrik padam".into(),
                by: "kepala".into(),
                at_ms: 9,
            };
            let first = tx.add_ruling(&ruling)?;
            let second = tx.add_ruling(&NewRuling { window: None, ..ruling.clone() })?;
            let found = tx.rulings(None, day("2026-03-02"), day("2026-03-02"))?;
            assert_eq!(found.iter().map(|one| one.no).collect::<Vec<_>>(), [first, second]);
            assert_eq!(found[0].ruling, ruling);
            assert_eq!(tx.rulings(Some(&person_id("2")), day("2026-03-02"), day("2026-03-02"))?, []);
            Ok(())
        })
        .unwrap();
}

fn turns_once_dealt_stay_until_they_are_dealt_anew(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    let turn = |on: &str, number: &str, side| Turn {
        date: date(on),
        person: person_id(number),
        side,
        why: Reason::Turn { group: "Semua".into(), side: Side::Office, allowed: 1, headcount: 4 },
        pack: 3,
    };
    let state = |until: &str| TurnState { until: date(until), turns: TurnList::default() };
    store
        .update(|tx| {
            assert_eq!(tx.turn_state()?, None);
            let first = [turn("2026-03-02", "1", Side::Office), turn("2026-03-03", "1", Side::Home)];
            tx.deal_turns(date("2026-03-01"), &first, &state("2026-03-03"))?;
            let anew = [turn("2026-03-03", "1", Side::Office), turn("2026-03-03", "2", Side::Home)];
            tx.deal_turns(date("2026-03-02"), &anew, &state("2026-03-04"))?;
            assert_eq!(tx.turn_state()?, Some(state("2026-03-04")));
            let all = tx.turns(None, date("2026-03-01"), date("2026-03-31"))?;
            assert_eq!(all, [first[0].clone(), anew[0].clone(), anew[1].clone()]);
            assert_eq!(tx.turns(Some(&person_id("1")), date("2026-03-03"), date("2026-03-03"))?, [anew[0].clone()]);
            Ok(())
        })
        .unwrap();
}

fn phones_invites_packs_and_assignments_come_back_as_stored(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let invite = StoredInvite {
        code: CodeHash::of(&[1; 16]),
        person: person_id("1"),
        created_ms: 1,
        exp_ms: 9,
        by: "operator".into(),
        used: None,
        revoked_ms: None,
    };
    let used = StoredInvite { used: Some((install_id(1), 4)), revoked_ms: Some(5), ..invite.clone() };
    let phone = Installation {
        epoch: 2,
        contiguous: 7,
        head: Some(EnvelopeHash::of("x")),
        revoked: Some(Revocation { at_ms: 3, reason: "hilang".into(), by: "kasubag".into() }),
        assigned_until: Some(date("2026-03-20")),
        ..installation(1, "1")
    };
    let pack = |number: u64| StoredPack {
        number,
        hash: EnvelopeHash::of(&number.to_string()),
        t_ms: 1,
        published_ms: 2,
        compact: number.to_string(),
    };
    let assignment = |roster: u64| IssuedAssignment {
        install: install_id(1),
        hash: EnvelopeHash::of(&roster.to_string()),
        roster,
        from: date("2026-03-01"),
        until: date("2026-03-16"),
        t_ms: 8,
        compact: roster.to_string(),
    };
    store
        .update(|tx| {
            tx.put_invite(&invite)?;
            assert_eq!(tx.invite(&invite.code)?, Some(invite.clone()));
            tx.put_invite(&used)?;
            assert_eq!(tx.invites()?, std::slice::from_ref(&used));
            tx.put_installation(&phone)?;
            assert_eq!(tx.installation(&install_id(1))?, Some(phone.clone()));
            assert_eq!(tx.installations(None)?, std::slice::from_ref(&phone));
            assert_eq!(tx.installations(Some(&person_id("9")))?, []);
            assert_eq!(tx.newest_pack()?, None);
            tx.add_pack(&pack(2))?;
            tx.add_pack(&pack(1))?;
            tx.add_pack(&StoredPack { compact: "other".into(), ..pack(1) })?;
            assert_eq!(tx.packs(0)?, [pack(1), pack(2)]);
            assert_eq!(tx.packs(1)?, [pack(2)]);
            assert_eq!(tx.newest_pack()?, Some(2));
            tx.add_assignment(&assignment(2))?;
            tx.add_assignment(&assignment(1))?;
            tx.add_assignment(&assignment(2))?;
            assert_eq!(tx.newest_assignment(&install_id(1))?, Some(assignment(1)));
            assert_eq!(tx.assignments(&install_id(1))?, [assignment(2), assignment(1)]);
            assert_eq!(tx.newest_assignment(&install_id(2))?, None);
            Ok(())
        })
        .unwrap();
}

fn the_agency_its_logins_and_its_log_come_back_as_stored(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    let agency = Agency {
        id: "luwu-utara".into(),
        name: "Kabupaten Luwu Utara".into(),
        server: "https://hadir.example".into(),
        trust: Trust { agency: "luwu-utara".into(), root: B64([1; 32]), certs: vec!["a.b.c".into()] },
    };
    let login = Login {
        name: "kepala".parse().unwrap(),
        role: Role::Head,
        unit: Some("dinas-a".parse().unwrap()),
        password_phc: "$argon2id$…".into(),
        created_ms: 1,
        disabled_ms: None,
    };
    let session = Session { token_hash: [7; 32], login: login.name.clone(), created_ms: 2, expires_ms: 3 };
    let act = Act { no: 0, at_ms: 4, by: "operator".into(), what: "login.add".into(), detail: "kepala".into() };
    store
        .update(|tx| {
            assert_eq!(tx.agency()?, None);
            tx.set_agency(&agency)?;
            assert_eq!(tx.agency()?, Some(agency.clone()));
            tx.put_login(&login)?;
            assert_eq!(tx.login(&login.name)?, Some(login.clone()));
            tx.put_login(&Login { disabled_ms: Some(9), unit: None, ..login.clone() })?;
            assert_eq!(tx.logins()?[0].disabled_ms, Some(9));
            tx.add_session(&session)?;
            assert_eq!(tx.session(&[7; 32])?, Some(session.clone()));
            tx.close_session(&[8; 32])?;
            tx.close_sessions_of(&login.name)?;
            assert_eq!(tx.session(&[7; 32])?, None);
            let first = tx.add_act(&act)?;
            let second = tx.add_act(&act)?;
            assert!(second > first);
            assert_eq!(tx.acts(first, 10)?, [Act { no: second, ..act.clone() }]);
            assert_eq!(tx.acts(0, 1)?.len(), 1);
            tx.set_heartbeat_ms(5)?;
            tx.set_backed_up_through_ms(6)?;
            assert_eq!((tx.heartbeat_ms()?, tx.backed_up_through_ms()?), (Some(5), Some(6)));
            Ok(())
        })
        .unwrap();
}

fn outages_that_touch_are_joined(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    let down = |from_ms, until_ms| Outage { from_ms, until_ms, cause: OutageCause::Down };
    let shed = Outage { from_ms: 15, until_ms: 18, cause: OutageCause::Shed };
    store
        .update(|tx| {
            for one in [down(0, 10), down(20, 30), shed, down(10, 12), down(40, 50), down(28, 41)] {
                tx.add_outage(one)?;
            }
            assert_eq!(tx.outages(0, 100)?, [down(0, 12), shed, down(20, 50)]);
            assert_eq!(tx.outages(12, 15)?, []);
            assert_eq!(tx.outages(11, 16)?, [down(0, 12), shed]);
            Ok(())
        })
        .unwrap();
}

fn forms_are_found_by_person_and_date(make: &dyn Fn() -> Box<dyn Store>) {
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

macro_rules! suite {
    ($($case:ident),* $(,)?) => {
        mod memory {
            $(#[test] fn $case() { super::$case(&|| Box::new(super::MemoryStore::default())); })*
        }
        mod sqlite {
            $(#[test] fn $case() {
                let dir = tempfile::tempdir().unwrap();
                let made = std::cell::Cell::new(0);
                super::$case(&|| {
                    made.set(made.get() + 1);
                    Box::new(super::SqliteStore::open(dir.path().join(format!("{}.db", made.get()))).unwrap())
                });
            })*
        }
    };
}
suite!(
    a_failed_unit_of_work_leaves_nothing,
    a_unit_of_work_sees_its_own_writes_and_readers_only_whole_ones,
    records_come_back_byte_for_byte_in_chain_order,
    an_id_is_taken_once_for_each_installation,
    a_taken_place_is_never_overwritten,
    a_stub_holds_its_place_until_the_original_comes,
    a_proof_holds_a_free_place_until_the_original_comes,
    orders_are_open_until_they_are_closed,
    the_newest_serial_of_the_certificates_is_known,
    evidence_is_kept_once_and_fills_a_gap_only_for_a_taken_id,
    the_run_without_a_gap_ends_before_the_first_free_place,
    a_receipt_is_found_by_its_batch_and_dated_by_its_hash,
    the_highest_signed_time_never_falls,
    a_replayed_request_does_not_replace_a_later_witness,
    a_person_keeps_the_generation_through_an_import,
    facts_and_rulings_are_added_and_cancelled_never_lost,
    turns_once_dealt_stay_until_they_are_dealt_anew,
    phones_invites_packs_and_assignments_come_back_as_stored,
    the_agency_its_logins_and_its_log_come_back_as_stored,
    outages_that_touch_are_joined,
    forms_are_found_by_person_and_date,
    what_people_ask_is_found_by_kind_person_and_time,
    decisions_are_added_and_never_lost,
);
