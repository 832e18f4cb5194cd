//! Half-open edges, and what cannot be told from the evidence.

use super::*;
use WindowState::{NotYetReceived, OnTime};

#[test]
fn every_edge_belongs_to_what_comes_after_it() {
    let state = |time: &str, after_ms: i64| {
        let at_ms = at(time) + after_ms;
        let day =
            Day::at_home().with([tap_of(1, timed(at_ms, Bounds::between(at_ms, at_ms), Grade::Anchored))]).judged();
        assert!(!day.needs_a_look() || !day.others.is_empty(), "{time} {after_ms}");
        match day.others.first() {
            Some(other) => Err(other.why),
            None => Ok(day.windows[0].state),
        }
    };
    assert_eq!(state("07:45", -1), Err(OtherWhy::OutsideSchedule));
    assert_eq!(state("07:45", 0), Ok(OnTime));
    assert_eq!(state("08:15", -1), Ok(OnTime));
    assert_eq!(state("08:15", 0), Ok(late(0)));
    assert_eq!(state("08:16", -1), Ok(late(0)));
    assert_eq!(state("08:16", 0), Ok(late(1)));
    assert_eq!(state("09:15", -1), Ok(late(59)));
    assert_eq!(state("09:15", 0), Err(OtherWhy::OutsideSchedule));
}

#[test]
fn a_window_opens_and_ends_at_its_edges() {
    let first = |time: &str, after_ms: i64| {
        let mut day = Day::at_home();
        day.now_ms = at(time) + after_ms;
        day.states()[0]
    };
    assert_eq!(first("07:45", -1), WindowState::Upcoming);
    assert_eq!(first("07:45", 0), WindowState::Open);
    assert_eq!(first("09:15", -1), WindowState::Open);
    assert_eq!(first("09:15", 0), NotYetReceived);
}

#[test]
fn a_tap_outside_the_schedule_is_taken_and_named() {
    let day = Day::at_home().with([tap(1, "09:40")]).received_past("22:00").judged();
    assert_eq!(day.windows[0].state, WindowState::Missed);
    assert_eq!((day.others[0].why, day.others[0].tap.record), (OtherWhy::OutsideSchedule, record(1)));
}

#[test]
fn the_earliest_tap_counts_and_later_ones_support_it() {
    let day = Day::at_home().with([tap(2, "08:20"), tap(1, "08:01"), tap(3, "08:02")]).judged();
    assert_eq!(day.windows[0].state, OnTime);
    assert_eq!(day.windows[0].tap.unwrap().record, record(1));
    assert_eq!(day.windows[0].supporting, [record(3), record(2)]);
}

#[test]
fn bounds_over_an_edge_count_as_claimed_and_a_person_judges() {
    let claimed = at("08:14");
    let day = |bounds, arrived| {
        let tap = tap_of(1, timed(claimed, bounds, Grade::Bounded));
        Day::at_home().with([Tap { arrival_ms: arrived, ..tap }]).judged()
    };
    let wide = Bounds::between(at("08:00"), at("08:20"));
    let judged = day(wide, Some(at("08:20")));
    assert_eq!(judged.windows[0].state, OnTime);
    assert_eq!(judged.windows[0].flags, [Flag::TimeUncertain { bounds: wide, grade: Grade::Bounded }]);
    assert!(judged.windows[0].reasons.contains(&Reason::CountsAsClaimed));
    assert_eq!(day(wide, None).windows[0].flags, [], "evidence still comes");
    assert_eq!(day(Bounds::between(at("08:00"), at("08:14:59")), Some(0)).windows[0].flags, []);
    assert_eq!(day(Bounds::OPEN, Some(0)).windows[0].flags.len(), 1);
}

#[test]
fn a_clock_set_back_by_fifty_minutes_is_judged_by_the_bounds_and_flagged() {
    let bounds = Bounds::between(at("08:49:50"), at("08:50:10"));
    let judged = Day::at_home().with([tap_of(1, timed(at("08:00"), bounds, Grade::Contradictory))]).judged();
    assert_eq!(judged.windows[0].state, late(34), "the nearest instant that the evidence allows");
    assert_eq!(judged.windows[0].flags, [Flag::TimeContradicts { claimed_ms: at("08:00"), bounds }]);
    assert!(judged.windows[0].reasons.contains(&Reason::JudgedAt { at_ms: at("08:49:50") }));
}

#[test]
fn evidence_that_contradicts_itself_decides_nothing() {
    let empty = Bounds::between(at("10:00"), at("07:00"));
    let judged = Day::at_home().with([tap_of(1, timed(at("08:00"), empty, Grade::Contradictory))]).judged();
    assert_eq!(judged.windows[0].state, OnTime, "as claimed");
    assert_eq!(judged.windows[0].flags.len(), 2, "and flagged");
}

#[test]
fn of_a_revoked_phone_what_is_surely_from_before_counts() {
    let mut day = Day::at_home().with([tap(1, "08:00"), tap(2, "11:00"), tap(3, "14:00")]).received_past("22:00");
    day.installations[0].revoked_ms = Some(at("11:00"));
    let judged = day.judged();
    assert_eq!(judged.windows[0].state, OnTime);
    assert_eq!(judged.others.len(), 2, "the later ones are stored");
    let around = Flag::AroundRevocation { revoked_ms: at("11:00") };
    assert_eq!((&judged.others[0].flags, &judged.others[1].flags), (&vec![around], &vec![]));
    assert_eq!(judged.windows[2].state, NotYetReceived, "no phone could hold that window: grace or a person decides");
}

#[test]
fn an_installation_that_died_holds_a_window_open() {
    let mut day = Day::at_home().received_past("22:00");
    assert_eq!(day.states()[3], WindowState::Missed);
    day.installations.push(Installation {
        enrolled_ms: at("09:00"),
        revoked_ms: None,
        received_past_ms: Some(at("10:00")),
        lost: vec![],
        lost_by_office: vec![],
    });
    assert_eq!(day.states(), [WindowState::Missed, NotYetReceived, NotYetReceived, NotYetReceived]);
    day.installations[1].revoked_ms = Some(at("10:00"));
    assert_eq!(day.states(), [WindowState::Missed; 4], "revoked, it can hold nothing that counts");
}

#[test]
fn what_the_office_itself_lost_makes_no_window_missed_not_even_after_the_grace() {
    let mut day = Day::at_home().received_past("22:00");
    day.now_ms = day.grace_until_ms + 1;
    day.installations[0].lost_by_office = vec![Bounds::between(at("07:50"), at("08:05"))];
    assert_eq!(day.states(), [NotYetReceived, WindowState::Missed, WindowState::Missed, WindowState::Missed]);
    let made = day.installations[0].lost_by_office[0];
    assert!(day.judged().windows[0].reasons.contains(&Reason::LostByOffice { made }));
    let day = day.with([tap(1, "08:01")]);
    assert_eq!(day.judged().windows[0].state, OnTime, "a tap that is there counts");
}

#[test]
fn half_a_day_of_leave_excuses_its_windows_only() {
    let mut day = Day::at_home().received_past("22:00");
    day.excuses = vec![Excuse { kind: ExcuseKind::Leave, from_ms: at("07:30"), until_ms: at("12:00") }];
    let excused = WindowState::Excused { kind: ExcuseKind::Leave };
    assert_eq!(day.states(), [excused, excused, WindowState::Missed, WindowState::Missed]);
    day.excuses[0].until_ms = at("08:15") - 1;
    assert_eq!(day.states()[0], WindowState::Missed, "who is free before 08.15 can still tap in time");
    day.excuses[0].until_ms += 1;
    assert_eq!(day.states()[0], excused);
}

#[test]
fn a_phone_holds_nothing_from_before_its_enrolment() {
    let mut day = Day::at_home().received_past("22:00");
    day.installations.push(Installation {
        enrolled_ms: at("12:15"),
        revoked_ms: None,
        received_past_ms: None,
        lost: vec![],
        lost_by_office: vec![],
    });
    assert_eq!(day.states(), [WindowState::Missed, WindowState::Missed, NotYetReceived, NotYetReceived]);
    day.installations[1].enrolled_ms -= 1;
    assert_eq!(day.states()[1], NotYetReceived);
}

#[test]
fn a_phone_revoked_within_a_window_need_only_be_received_until_then() {
    let mut day = Day::at_home().received_past("08:30");
    day.installations[0].revoked_ms = Some(at("08:30"));
    assert_eq!(day.states()[0], WindowState::Missed);
    day.installations[0].received_past_ms = Some(at("08:30") - 1);
    assert_eq!(day.states()[0], NotYetReceived);
}

#[test]
fn a_window_after_a_revocation_says_that_the_phone_was_revoked() {
    let revoked = |at_ms| Installation {
        enrolled_ms: 0,
        revoked_ms: Some(at_ms),
        received_past_ms: None,
        lost: vec![],
        lost_by_office: Vec::new(),
    };
    let grace_until_ms = Day::at_home().grace_until_ms;
    let mut day = Day::at_home();
    day.installations = vec![revoked(at("09:00")), revoked(at("12:00"))];
    let judged = day.judged();
    assert_eq!(day.states(), [NotYetReceived; 4]);
    assert_eq!(
        judged.windows[2].reasons.last(),
        Some(&Reason::PhoneRevoked { revoked_ms: at("12:00"), grace_until_ms })
    );
    assert_eq!(
        why(&judged, 3).last().unwrap(),
        "HP dicabut 12.00.00 WITA, dan belum ada HP lain yang terdaftar untuk jadwal ini; ditunggu sampai 28 Nov 00.00 WITA"
    );
    day.installations.push(Installation { enrolled_ms: at("15:30"), revoked_ms: None, ..revoked(0) });
    let judged = day.judged();
    assert!(matches!(judged.windows[2].reasons.last(), Some(Reason::PhoneRevoked { .. })), "the new one came after it");
    assert!(matches!(judged.windows[3].reasons.last(), Some(Reason::NotReceivedPast { .. })));
    day.installations.clear();
    assert!(matches!(day.judged().windows[0].reasons.last(), Some(Reason::NoInstallation { .. })));
}
