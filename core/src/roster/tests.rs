//! Quotas, turns and exemptions of the shipped policies, and properties of every roster.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::PersonId;
use crate::policy::{Employment, GroupPlace, Side, shipped_policy};
use crate::schedule::{Mode, WindowId};

fn policy(id: &str) -> Policy {
    shipped_policy(id).unwrap().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id(number: usize) -> PersonId {
    format!("local:{number:04}").parse().unwrap()
}

fn person(number: usize, rank: &str) -> Person {
    Person {
        id: id(number),
        agency: "dinas-a".into(),
        unit: "dinas-a".into(),
        employment: if rank == "non_asn" { Employment::NonAsn } else { Employment::Asn },
        rank: rank.into(),
        structural: rank == "pengawas",
        services: Vec::new(),
        positions: Vec::new(),
        can_wfh: true,
    }
}

fn staff(ranks: &[(&str, usize)]) -> Vec<Person> {
    let ranks = ranks.iter().flat_map(|(rank, count)| std::iter::repeat_n(*rank, *count));
    ranks.enumerate().map(|(number, rank)| person(number, rank)).collect()
}

fn at_home(placements: &[Placement], day: &str) -> usize {
    placements.iter().filter(|p| p.date == date(day) && p.mode == Mode::Wfh).count()
}

#[test]
fn luwu_utara_sends_home_half_of_the_executing_a_quarter_of_the_supervising_and_half_of_the_non_asn() {
    let policy = policy("luwu-utara-2021");
    let people = staff(&[("pelaksana", 11), ("pengawas", 9), ("non_asn", 7), ("administrator", 3)]);
    let day = date("2021-08-03");
    let placements = propose(&policy, &people, &[], day, day);
    let home = |rank: &str| {
        let of_rank: Vec<&PersonId> = people.iter().filter(|p| p.rank == rank).map(|p| &p.id).collect();
        placements.iter().filter(|p| p.mode == Mode::Wfh && of_rank.contains(&&p.person)).count()
    };
    assert_eq!(home("pelaksana"), 5, "50 % of 11, rounded down");
    assert_eq!(home("pengawas"), 2, "24 % of 9, rounded down");
    assert_eq!(home("non_asn"), 3, "50 % of 7, rounded down");
    assert_eq!(home("administrator"), 0, "other ranks stay at the office");
}

#[test]
fn palopo_keeps_a_quarter_at_the_office_and_the_rest_at_home() {
    let people = staff(&[("pelaksana", 12), ("non_asn", 8)]);
    let day = date("2021-08-03");
    assert_eq!(at_home(&propose(&policy("palopo-2021"), &people, &[], day, day), "2021-08-03"), 15);
}

#[test]
fn an_approved_minimum_brings_more_to_the_office() {
    let (policy, people, day) = (policy("palopo-2021"), staff(&[("pelaksana", 12)]), date("2021-08-03"));
    let minimum = MinimumOffice {
        agency: "dinas-a".into(),
        group: "semua".into(),
        from: day,
        until: day,
        people: 7,
        approved_by: "Wali Kota".into(),
    };
    let minimums = [minimum];
    let staffing = Staffing::new(&policy, &people, &[]).with_minimums(&minimums);
    assert_eq!(at_home(&staffing.propose(day, day, TurnList::default()).placements, "2021-08-03"), 5);
}

#[test]
fn camat_asn_and_essential_services_are_never_sent_home_but_camat_non_asn_take_turns() {
    let policy = policy("luwu-utara-2021");
    let mut people = staff(&[("pelaksana", 4), ("non_asn", 4)]);
    for person in &mut people {
        person.services = vec!["camat".into()];
    }
    people[0].services = vec!["puskesmas".into()];
    people[4].services = vec!["puskesmas".into()];
    let placements = propose(&policy, &people, &[], date("2021-07-28"), date("2021-08-05"));
    let modes = |number: usize| placements.iter().filter(move |p| p.person == id(number)).map(|p| p.mode);
    assert!((0..=4).all(|number| modes(number).all(|mode| matches!(mode, Mode::Exempt | Mode::Off))));
    assert!(modes(5).any(|mode| mode == Mode::Wfh));
}

#[test]
fn facts_come_before_turns_and_say_why() {
    let (policy, people) = (policy("palopo-2021"), staff(&[("pelaksana", 8)]));
    let (from, until) = (date("2021-08-02"), date("2021-08-07"));
    let facts = [
        Fact::days(id(0), from, until, FactKind::Leave(LeaveKind::Annual)),
        Fact::days(id(1), from, from, FactKind::Recalled),
        Fact::days(id(1), from, from, FactKind::HealthDirection),
        Fact::days(id(2), from, until, FactKind::MayLeaveRegion),
        Fact { windows: vec![WindowId::new("w0700").unwrap()], ..Fact::days(id(3), from, from, FactKind::DutyTrip) },
        Fact::days(id(4), until, until, FactKind::Recalled),
    ];
    let placements = propose(&policy, &people, &facts, from, until);
    let of = |number: usize, day: NaiveDate| {
        placements.iter().find(|p| p.person == id(number) && p.date == day).unwrap().clone()
    };
    assert_eq!(of(0, from).mode, Mode::Leave);
    assert_eq!(of(0, until).mode, Mode::Off, "Saturday is no day of leave");
    assert_eq!(of(1, from).mode, Mode::HealthDirection, "health comes before a recall");
    assert!(of(2, from).may_leave_region && of(2, from).mode.is_working());
    assert_eq!(of(3, from).excused[0].by, FactKind::DutyTrip);
    assert!(matches!(of(3, from).mode, Mode::Wfh | Mode::Wfo), "half a day is not the day");
    assert_eq!(of(4, until).mode, Mode::Recalled, "a recall holds on a Saturday");
    assert!(matches!(of(5, from).why, Reason::Turn { .. } | Reason::NotTheirTurn { .. }));
}

#[test]
fn a_turn_of_two_days_keeps_the_same_people_over_a_weekend() {
    let mut policy = policy("luwu-utara-2021");
    policy.rotation.working_days = 2;
    let people = staff(&[("pelaksana", 4)]);
    let placements = propose(&policy, &people, &[], date("2021-07-28"), date("2021-08-03"));
    let home = |day: &str| -> Vec<PersonId> {
        placements.iter().filter(|p| p.date == date(day) && p.mode == Mode::Wfh).map(|p| p.person.clone()).collect()
    };
    assert_eq!(home("2021-07-28"), home("2021-07-29"));
    assert_ne!(home("2021-07-29"), home("2021-07-30"));
    assert_eq!(home("2021-07-30"), home("2021-08-02"), "Friday and Monday are one turn");
    assert!(home("2021-07-31").is_empty());
}

#[test]
fn turns_go_on_where_the_last_proposal_stopped() {
    let (policy, people) = (policy("luwu-utara-2021"), staff(&[("pelaksana", 7)]));
    let staffing = Staffing::new(&policy, &people, &[]);
    let (first, last) = (date("2021-07-28"), date("2021-08-05"));
    let whole = staffing.propose(first, last, TurnList::default());
    let one = staffing.propose(first, date("2021-07-30"), TurnList::default());
    let json = serde_json::to_string(&one.turns).unwrap();
    let two = staffing.propose(date("2021-07-31"), last, serde_json::from_str(&json).unwrap());
    assert_eq!(whole.placements, [one.placements, two.placements].concat());
}

#[test]
fn a_quota_that_cannot_be_kept_is_told() {
    let (policy, day) = (policy("palopo-2021"), date("2021-08-03"));
    let mut people = staff(&[("pelaksana", 8)]);
    for person in people.iter_mut().take(5) {
        person.can_wfh = false;
    }
    let proposal = Staffing::new(&policy, &people, &[]).propose(day, day, TurnList::default());
    assert!(matches!(proposal.unkept.as_slice(), [Violation::QuotaExceeded { allowed: 2, placed: 5, .. }]));
    assert_eq!(at_home(&proposal.placements, "2021-08-03"), 3, "nobody else is called in");
}

#[test]
fn a_heads_list_is_checked_and_every_violation_named() {
    let (policy, day) = (policy("luwu-utara-2021"), date("2021-08-03"));
    let mut people = staff(&[("pelaksana", 4), ("administrator", 1)]);
    people[0].services = vec!["puskesmas".into()];
    people[1].can_wfh = false;
    let facts = [Fact::days(id(2), day, day, FactKind::DutyTrip)];
    let line = |number, day, side| Listed { person: id(number), date: day, side };
    let sunday = date("2021-08-01");
    let list = [
        line(0, day, Side::Home),
        line(1, day, Side::Home),
        line(2, day, Side::Home),
        line(3, day, Side::Home),
        line(3, day, Side::Home),
        line(3, sunday, Side::Home),
        line(4, day, Side::Home),
        line(9, day, Side::Home),
        line(3, date("2021-09-01"), Side::Home),
    ];
    let found = check(&policy, &people, &facts, &list, sunday, day);
    let has = |wanted: fn(&Violation) -> bool| found.iter().filter(|violation| wanted(violation)).count();
    assert_eq!(has(|v| matches!(v, Violation::ExemptSentHome { .. })), 1);
    assert_eq!(has(|v| matches!(v, Violation::CannotWorkFromHome { .. })), 1);
    assert_eq!(has(|v| matches!(v, Violation::DecidedByFact { .. })), 1);
    assert_eq!(has(|v| matches!(v, Violation::ListedTwice { .. })), 1);
    assert_eq!(has(|v| matches!(v, Violation::NotWorkingDay { .. })), 1);
    assert_eq!(has(|v| matches!(v, Violation::StaysAtOffice { .. })), 1);
    assert_eq!(has(|v| matches!(v, Violation::UnknownPerson { .. })), 1);
    assert_eq!(has(|v| matches!(v, Violation::OutsideDates { .. })), 1);
    assert_eq!(has(|v| matches!(v, Violation::QuotaExceeded { allowed: 1, placed: 2, .. })), 1, "{found:?}");
    assert_eq!(has(|v| matches!(v, Violation::NotListed { .. })), 2, "2 and 3 on Monday; 1 is at the office anyway");
    for violation in &found {
        for lang in [crate::text::Lang::Id, crate::text::Lang::En] {
            assert!(!crate::text::roster::violation(violation, lang).is_empty());
        }
    }
}

fn people_strategy() -> impl Strategy<Value = Vec<Person>> {
    let one = (0..3_usize, any::<bool>(), 0..10_u8, 0..8_u8);
    proptest::collection::vec(one, 1..40).prop_map(|rows| {
        let people = rows.into_iter().enumerate().map(|(number, (rank, second_agency, wfh, service))| Person {
            agency: if second_agency { "dinas-b".into() } else { "dinas-a".into() },
            can_wfh: wfh > 0,
            services: if service == 0 { vec!["puskesmas".into()] } else { Vec::new() },
            ..person(number, ["pelaksana", "pengawas", "non_asn"][rank])
        });
        people.collect()
    })
}

fn facts_strategy() -> impl Strategy<Value = Vec<Fact>> {
    let kinds = prop_oneof![
        Just(FactKind::Leave(LeaveKind::Annual)),
        Just(FactKind::Sick),
        Just(FactKind::Recalled),
        Just(FactKind::Piket),
        Just(FactKind::HealthDirection),
    ];
    let one = (0..40_usize, 0..9_u64, 0..4_u64, kinds);
    proptest::collection::vec(one, 0..20).prop_map(|rows| {
        let first = date("2021-07-28");
        let facts = rows.into_iter().map(|(number, start, length, kind)| {
            let from = first + chrono::Days::new(start);
            Fact::days(id(number), from, from + chrono::Days::new(length), kind)
        });
        facts.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_quota_is_ever_exceeded_and_no_exempt_person_is_ever_home(
        people in people_strategy(),
        facts in facts_strategy(),
        which in 0..2_usize,
        working_days in 1..3_u32,
    ) {
        let mut policy = policy(["luwu-utara-2021", "palopo-2021"][which]);
        policy.rotation.working_days = working_days;
        let (first, last) = (date("2021-07-29"), date("2021-08-05"));
        let proposal = Staffing::new(&policy, &people, &facts).propose(first, last, TurnList::default());
        let by_id: BTreeMap<&PersonId, &Person> = people.iter().map(|p| (&p.id, p)).collect();
        let mut counts: BTreeMap<(NaiveDate, &str, &str), (usize, usize, usize)> = BTreeMap::new();
        for placement in &proposal.placements {
            let person = by_id[&placement.person];
            if person.exemption(&policy).is_some() {
                prop_assert_ne!(placement.mode, Mode::Wfh);
                continue;
            }
            if !person.can_wfh {
                prop_assert_ne!(placement.mode, Mode::Wfh);
            }
            let Some(group) = person.group(&policy) else { continue };
            let GroupPlace::Turns(quota) = group.place else { continue };
            let count = counts.entry((placement.date, &person.agency, &group.id)).or_default();
            count.0 += 1;
            let capped = if quota.caps == Side::Home { Mode::Wfh } else { Mode::Wfo };
            if placement.mode == capped {
                count.1 += 1;
                count.2 += usize::from(placement.why == Reason::CannotWorkFromHome);
            }
        }
        for ((day, agency, group), (headcount, placed, pinned)) in counts {
            let group = policy.groups.iter().find(|g| g.id == group).unwrap();
            let GroupPlace::Turns(quota) = group.place else { unreachable!() };
            let allowed = quota.allowed_of(headcount);
            prop_assert!(placed <= allowed.max(pinned), "{} {} {}: {} of {}", day, agency, group.id, placed, allowed);
            let told = proposal.unkept.iter().any(|v| {
                matches!(v, Violation::QuotaExceeded { date, agency: a, .. } if *date == day && a == agency)
            });
            prop_assert!(placed <= allowed || told);
        }
    }

    #[test]
    fn turns_differ_by_at_most_one_at_any_time(count in 1..30_usize, days in 1..40_u64, which in 0..2_usize) {
        let mut policy = policy(["luwu-utara-2021", "palopo-2021"][which]);
        policy.valid.until = crate::policy::Until::Open;
        let people = staff(&[("pelaksana", count)]);
        let first = date("2021-07-29");
        let placements = propose(&policy, &people, &[], first, first + chrono::Days::new(days));
        let mut turns: BTreeMap<&PersonId, u32> = people.iter().map(|p| (&p.id, 0)).collect();
        for placement in &placements {
            if matches!(placement.why, Reason::Turn { .. }) {
                *turns.get_mut(&placement.person).unwrap() += 1;
            }
        }
        let (least, most) = (turns.values().min().unwrap(), turns.values().max().unwrap());
        prop_assert!(most - least <= 1, "{:?}", turns.values());
    }

    #[test]
    fn a_proposal_depends_on_nothing_but_its_input_and_passes_its_own_check(people in people_strategy(), which in 0..2_usize) {
        let policy = policy(["luwu-utara-2021", "palopo-2021"][which]);
        let (first, last) = (date("2021-07-29"), date("2021-08-05"));
        let placements = propose(&policy, &people, &[], first, last);
        let mut shuffled = people.clone();
        shuffled.reverse();
        prop_assert_eq!(&placements, &propose(&policy, &shuffled, &[], first, last));
        let list: Vec<Listed> = placements
            .iter()
            .filter_map(|p| {
                let side = match p.mode {
                    Mode::Wfh => Side::Home,
                    Mode::Wfo => Side::Office,
                    _ => return None,
                };
                Some(Listed { person: p.person.clone(), date: p.date, side })
            })
            .collect();
        let found = check(&policy, &people, &[], &list, first, last);
        let mut unkept = Staffing::new(&policy, &people, &[]).propose(first, last, TurnList::default()).unkept;
        // A proposal tells by date first, a check by agency.
        unkept.sort();
        prop_assert_eq!(found, unkept);
    }
}
