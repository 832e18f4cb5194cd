//! What holds of what people ask, in every store.

use hadir_core::wire::Answer;

use super::*;

fn ask(seq: u64, id: u8, kind: Kind) -> NewRecord {
    NewRecord { kind, ..record(1, seq, id) }
}

fn decision(of: &str, on: &NewRecord, answer: Answer) -> NewDecision {
    NewDecision {
        person: person_id(of),
        reference: on.hash,
        answer,
        reason: Some("rapat".into()),
        by: "kepala".into(),
        at_ms: 7,
        fact: Some(3),
        rulings: vec![4, 5],
    }
}

pub(super) fn what_people_ask_is_found_by_kind_person_and_time(new: &dyn Fn() -> Box<dyn Store>) {
    let store = new();
    store
        .update(|tx| {
            tx.put_installation(&installation(1, "1"))?;
            tx.put_installation(&installation(2, "2"))?;
            let (first, second) = (ask(1, 1, Kind::Request), ask(2, 2, Kind::Appeal));
            tx.insert_records(&install_id(1), 20, &[&first, &second, &ask(3, 3, Kind::CheckIn)])?;
            let other = ask(1, 4, Kind::Request);
            tx.insert_records(&install_id(2), 10, &[&other])?;
            let hashes = |found: Vec<AskRow>| found.iter().map(|ask| ask.row.record.hash).collect::<Vec<_>>();
            assert_eq!(hashes(tx.asks(AskKind::Request, None, 0)?), [other.hash, first.hash], "the oldest first");
            assert_eq!(hashes(tx.asks(AskKind::Request, None, 11)?), [first.hash]);
            assert_eq!(hashes(tx.asks(AskKind::Request, Some(&person_id("1")), 0)?), [first.hash]);
            assert_eq!(hashes(tx.asks(AskKind::Appeal, None, 0)?), [second.hash]);
            assert_eq!(tx.asks(AskKind::Acknowledge, None, 0)?, []);
            assert_eq!(tx.ask_marks()?, AskMarks { records: 3, decisions: 0 }, "a tap is not counted");
            let found = tx.ask(&second.hash)?.unwrap();
            assert_eq!((found.person, found.row.record.compact), (person_id("1"), second.compact));
            assert_eq!(tx.ask(&record(1, 3, 3).hash)?, None, "a tap is nothing that anyone asked");
            Ok(())
        })
        .unwrap();
}

pub(super) fn decisions_are_added_and_never_lost(new: &dyn Fn() -> Box<dyn Store>) {
    let store = new();
    let asked = ask(1, 1, Kind::Request);
    let (granted, refused) = (decision("1", &asked, Answer::Granted), decision("1", &asked, Answer::Refused));
    let other = NewDecision { reason: None, fact: None, rulings: Vec::new(), ..decision("2", &asked, Answer::Refused) };
    store
        .update(|tx| {
            let numbers = [tx.add_decision(&granted)?, tx.add_decision(&other)?, tx.add_decision(&refused)?];
            assert!(numbers.is_sorted_by(|a, b| a < b));
            Ok(())
        })
        .unwrap();
    assert_eq!(store.query(|read| read.ask_marks()).unwrap(), AskMarks { records: 0, decisions: 3 });
    let all = store.query(|read| read.decisions(None)).unwrap();
    assert_eq!(
        all.iter().map(|stored| stored.new.clone()).collect::<Vec<_>>(),
        [granted.clone(), other, refused.clone()]
    );
    let of_one = store.query(|read| read.decisions(Some(&person_id("1")))).unwrap();
    assert_eq!(of_one.into_iter().map(|stored| stored.new).collect::<Vec<_>>(), [granted, refused]);
}
