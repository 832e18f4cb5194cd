//! People, and what is added about them.

use super::*;

pub(super) fn generations_are_raised_and_new_people_begin_there(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    store
        .update(|tx| {
            tx.put_person(&person("1"))?;
            tx.put_person(&person("2"))?;
            for _ in 0..9 {
                tx.bump_roster(Some(&person_id("2")))?;
            }
            tx.raise_rosters(5)?;
            tx.put_person(&person("3"))?;
            tx.put_person(&person("1"))?;
            let of = |number| tx.roster_generation(&person_id(number));
            assert_eq!((of("1")?, of("2")?, of("3")?), (5, 10, 5));
            assert_eq!(tx.least_pack()?, 0);
            tx.set_least_pack(7)?;
            assert_eq!(tx.least_pack()?, 7);
            Ok(())
        })
        .unwrap();
}

pub(super) fn a_person_keeps_the_generation_through_an_import(make: &dyn Fn() -> Box<dyn Store>) {
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

pub(super) fn facts_and_rulings_are_added_and_cancelled_never_lost(make: &dyn Fn() -> Box<dyn Store>) {
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

pub(super) fn turns_once_dealt_stay_until_they_are_dealt_anew(make: &dyn Fn() -> Box<dyn Store>) {
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
