use std::sync::Arc;

use chrono::NaiveDate;
use hadir_core::{
    model::{EntryVerdict, PersonId},
    policy::{Employment, Policy, Side, Until},
    roster::{Fact, FactKind, LeaveKind, Placement, Reason},
    schedule::Mode,
    wire::Assignment,
};

use super::*;
use crate::{
    policies::PolicyBook,
    store::{CodeHash, HealthVerdict, MemoryStore, NewFact, Person, StoreExt as _, Unit},
    testing::{MONDAY_MS, default_policy, fill, fill_under, opened, pack, person, person_id, server_keys},
};

const DAY_MS: i64 = 86_400_000;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Eight people under `default`: a quarter of them at the office, in turns by day.
fn agency() -> (MemoryStore, PolicyBook) {
    let store = MemoryStore::default();
    fill(&store, 8);
    let book = store.query(|read| PolicyBook::load(read)).unwrap();
    (store, book)
}

/// A rule that ends with a date.
fn until(mut policy: Policy, last: &str) -> Policy {
    policy.valid.until = Until::Date(date(last));
    policy
}

fn deal(store: &MemoryStore, book: &PolicyBook, today: &str) -> bool {
    store.update(|tx| deal_turns(tx, book, date(today))).unwrap()
}

fn placed(store: &MemoryStore, book: &PolicyBook, person: Option<u32>, on: &str) -> Vec<Placement> {
    let person = person.map(person_id);
    store.query(|read| placements(read, book, person.as_ref(), date(on), date(on))).unwrap()
}

fn at_office(placed: &[Placement]) -> Vec<PersonId> {
    placed.iter().filter(|placement| placement.mode == Mode::Wfo).map(|placement| placement.person.clone()).collect()
}

fn add_fact(store: &MemoryStore, number: u32, from: &str, until: &str, kind: FactKind) {
    let fact =
        Fact { reference: Some("surat 7".into()), ..Fact::days(person_id(number), date(from), date(until), kind) };
    store.update(|tx| tx.add_fact(&NewFact { fact, by: "kepala".into(), at_ms: 1 })).unwrap();
}

fn phone(store: &MemoryStore, number: u32) -> Installation {
    let installation = Installation {
        id: hadir_core::model::InstallId::new([u8::try_from(number).unwrap(); 32]),
        key: [1; 32],
        person: person_id(number),
        invite: CodeHash([0; 32]),
        enrolled_ms: 0,
        app: "uji/1".into(),
        epoch: 0,
        contiguous: 0,
        head: None,
        seen_ms: 0,
        revoked: None,
        assigned_until: None,
        ahead: None,
    };
    store.update(|tx| tx.put_installation(&installation)).unwrap();
    installation
}

fn issued(store: &MemoryStore, book: &PolicyBook, phone: &mut Installation, now_ms: i64) -> (String, Assignment) {
    let issued = store.update(|tx| issue(phone, book, &server_keys(), IssueTime::at(now_ms), tx)).unwrap();
    let assignment = opened(&issued.compact);
    (issued.compact, assignment)
}

#[test]
fn what_one_person_is_told_is_what_the_board_shows_of_everyone() {
    let (store, book) = agency();
    deal(&store, &book, "2026-03-02");
    for day in date("2026-03-01").iter_days().take(16) {
        let day = day.to_string();
        let all = placed(&store, &book, None, &day);
        let one_by_one: Vec<_> = (1..=8).flat_map(|number| placed(&store, &book, Some(number), &day)).collect();
        assert_eq!(all, one_by_one, "{day}");
    }
}

#[test]
fn turns_once_dealt_move_nobody_when_a_day_passes_or_people_join() {
    let (store, book) = agency();
    assert!(deal(&store, &book, "2026-03-02"));
    let before = placed(&store, &book, None, "2026-03-10");
    assert_eq!(at_office(&before).len(), 2);
    assert!(!deal(&store, &book, "2026-03-02"));
    deal(&store, &book, "2026-03-03");
    for number in 9..=12 {
        store.update(|tx| tx.put_person(&person(number))).unwrap();
    }
    deal(&store, &book, "2026-03-03");
    let after = placed(&store, &book, None, "2026-03-10");
    assert_eq!(after.len(), 12);
    let old: Vec<Placement> =
        after.iter().filter(|one| before.iter().any(|b| b.person == one.person)).cloned().collect();
    assert_eq!(old, before);
    // Twelve people, a quarter of them: the three seats are not exceeded.
    assert!(at_office(&after).len() <= 3);
}

#[test]
fn turns_go_round_from_one_dealing_to_the_next() {
    let (store, book) = agency();
    let mut turns = std::collections::BTreeMap::<PersonId, u32>::new();
    for day in date("2026-03-02").iter_days().take(56) {
        deal(&store, &book, &day.to_string());
        for person in at_office(&placed(&store, &book, None, &day.to_string())) {
            *turns.entry(person).or_default() += 1;
        }
    }
    let (least, most) = (turns.values().min().unwrap(), turns.values().max().unwrap());
    assert!(turns.len() == 8 && most - least <= 1, "{turns:?}");
}

#[test]
fn a_dated_fact_decides_and_its_end_gives_the_turn_back() {
    let (store, book) = agency();
    deal(&store, &book, "2026-03-02");
    let turn = placed(&store, &book, Some(1), "2026-03-04");
    add_fact(&store, 1, "2026-03-04", "2026-03-05", FactKind::Leave(LeaveKind::Annual));
    let on_leave = placed(&store, &book, Some(1), "2026-03-04");
    assert_eq!(on_leave[0].mode, Mode::Leave);
    assert!(matches!(&on_leave[0].why, Reason::Fact { reference: Some(text), .. } if text == "surat 7"));
    assert!(store.update(|tx| tx.cancel_fact(1, "kepala", 2)).unwrap());
    assert_eq!(placed(&store, &book, Some(1), "2026-03-04"), turn);
}

#[test]
fn a_heads_own_list_comes_before_the_turn_list() {
    let (store, book) = agency();
    deal(&store, &book, "2026-03-02");
    for side in [Side::Home, Side::Office] {
        add_fact(&store, 1, "2026-03-04", "2026-03-04", FactKind::HeadsList(side));
        let placement = placed(&store, &book, Some(1), "2026-03-04").remove(0);
        assert_eq!(placement.mode == Mode::Wfo, side == Side::Office);
        assert!(matches!(placement.why, Reason::Fact { kind: FactKind::HeadsList(_), .. }));
        let no = if side == Side::Home { 1 } else { 2 };
        store.update(|tx| tx.cancel_fact(no, "kepala", 2)).unwrap();
    }
}

#[test]
fn a_form_that_says_may_not_enter_makes_that_day_one_at_home() {
    let (store, book) = agency();
    let mut installation = phone(&store, 1);
    let form = |verdict, seq| HealthVerdict {
        person: person_id(1),
        for_date: date("2026-03-03"),
        verdict,
        install: installation.id,
        epoch: 1,
        seq,
        claimed_ms: 0,
        received_ms: 0,
    };
    store.update(|tx| tx.add_health(&form(EntryVerdict::MayNotEnter, 1))).unwrap();
    store.update(|tx| tx.add_health(&form(EntryVerdict::MayEnter, 2))).unwrap();
    let (_, assignment) = issued(&store, &book, &mut installation, MONDAY_MS);
    let mode = |on: &str| assignment.days.iter().find(|day| day.date == date(on)).unwrap().mode.clone();
    assert_eq!(mode("2026-03-03"), "health_direction");
    assert_ne!(mode("2026-03-04"), "health_direction");
}

#[test]
fn an_assignment_is_the_same_until_something_changes() {
    let (store, book) = agency();
    let mut installation = phone(&store, 1);
    let (first, assignment) = issued(&store, &book, &mut installation, MONDAY_MS);
    assert_eq!((assignment.days[0].date, assignment.days[15].date), (date("2026-03-01"), date("2026-03-16")));
    assert_eq!(installation.assigned_until, Some(date("2026-03-16")));
    assert_eq!((assignment.roster, assignment.person.group.as_str()), (1, "semua"));
    assert_eq!(assignment.person.unit_name, "Dinas A");
    assert_eq!(issued(&store, &book, &mut installation, MONDAY_MS + 3_600_000).0, first);
    add_fact(&store, 1, "2026-03-04", "2026-03-04", FactKind::Recalled);
    add_fact(&store, 1, "2026-03-05", "2026-03-06", FactKind::MayLeaveRegion);
    store.update(|tx| tx.bump_roster(Some(&person_id(1)))).unwrap();
    let (second, changed) = issued(&store, &book, &mut installation, MONDAY_MS);
    assert_ne!(second, first);
    assert_eq!(changed.recalls.len(), 1);
    assert_eq!((changed.recalls[0].date, changed.recalls[0].note.as_str()), (date("2026-03-04"), "surat 7"));
    assert_eq!(changed.permits, [DateSpan { from: date("2026-03-05"), until: date("2026-03-06") }]);
    let (_, tomorrow) = issued(&store, &book, &mut installation, MONDAY_MS + DAY_MS);
    assert_eq!(tomorrow.days[0].date, date("2026-03-02"));
    assert_eq!(
        store.query(|read| read.assignments(&installation.id, date("2026-03-01"), date("2026-03-31"))).unwrap().len(),
        3
    );
}

#[test]
fn a_new_rule_moves_the_days_ahead_and_leaves_today() {
    let (store, mut book) = agency();
    deal(&store, &book, "2026-03-02");
    let (today, ahead) = (placed(&store, &book, None, "2026-03-02"), "2026-03-03");
    let mut all_home = default_policy();
    all_home.groups[0].place = hadir_core::policy::GroupPlace::Home;
    all_home.valid.from = date(ahead);
    store.update(|tx| tx.add_pack(&pack(2, &all_home, MONDAY_MS))).unwrap();
    assert!(store.query(|read| book.refresh(read)).unwrap());
    deal(&store, &book, "2026-03-02");
    assert_eq!(placed(&store, &book, None, "2026-03-02"), today);
    let placed = placed(&store, &book, None, ahead);
    assert!(
        placed.iter().all(|one| one.mode == Mode::Wfh && matches!(one.why, Reason::WholeGroup { .. })),
        "{placed:?}"
    );
}

#[test]
fn the_rotation_goes_on_under_a_rule_that_was_published_after_its_days_were_looked_at() {
    let store = MemoryStore::default();
    fill_under(&store, 8, &until(default_policy(), "2026-03-06"));
    let mut book = store.query(|read| PolicyBook::load(read)).unwrap();
    deal(&store, &book, "2026-03-02");
    let mut second = default_policy();
    second.valid.from = date("2026-03-07");
    store.update(|tx| tx.add_pack(&pack(2, &second, MONDAY_MS + DAY_MS))).unwrap();
    assert!(store.query(|read| book.refresh(read)).unwrap());
    deal(&store, &book, "2026-03-03");
    let of_days = |days: [&str; 4]| days.map(|day| at_office(&placed(&store, &book, None, day))).concat();
    let mut second_week = of_days(["2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12"]);
    assert_eq!(second_week.len(), 8, "two seats a day");
    second_week.sort();
    second_week.dedup();
    assert_eq!(second_week.len(), 8, "everyone once, before anyone twice");
    assert!(!deal(&store, &book, "2026-03-03"), "looked at again, nothing moves");
}

#[test]
fn services_positions_and_the_agency_come_from_the_units_above() {
    let (store, book) = agency();
    let unit = |id: &str, parent: Option<&str>, service: Option<&str>| Unit {
        id: id.parse().unwrap(),
        name: id.into(),
        parent: parent.map(|parent| parent.parse().unwrap()),
        service: service.map(str::to_owned),
    };
    let nurse = Person { unit: "ruang".parse().unwrap(), employment: Employment::NonAsn, ..person(20) };
    store
        .update(|tx| {
            tx.put_unit(&unit("dinkes", None, None))?;
            tx.put_unit(&unit("pkm", Some("dinkes"), Some("puskesmas")))?;
            tx.put_unit(&unit("ruang", Some("pkm"), None))?;
            tx.put_unit(&unit("bulat", Some("bulat"), None))?;
            tx.put_person(&nurse)?;
            tx.put_person(&Person { unit: "bulat".parse().unwrap(), structural: true, ..person(21) })
        })
        .unwrap();
    let on = date("2026-03-03");
    let roll = store.query(|read| Roll::load(read, None, on, on)).unwrap();
    let found = |number| roll.people.iter().find(|one| one.id == person_id(number)).unwrap();
    assert_eq!((found(20).agency.as_str(), found(20).services.as_slice()), ("dinkes", &["puskesmas".to_owned()][..]));
    assert_eq!(found(21).agency, "bulat");
    let exempt = |number| placed(&store, &book, Some(number), "2026-03-03").remove(0).mode;
    assert_eq!((exempt(20), exempt(21)), (Mode::Exempt, Mode::Exempt));
}

#[test]
fn without_a_rule_an_assignment_says_so() {
    let store = Arc::new(MemoryStore::default());
    fill(&*store, 1);
    let mut installation = phone(&store, 1);
    let (_, assignment) = issued(&store, &PolicyBook::default(), &mut installation, MONDAY_MS);
    assert!(assignment.days.iter().all(|day| day.why == "Aturan tidak berlaku pada tanggal ini"));
    assert_eq!(assignment.days.len(), 16);
}
