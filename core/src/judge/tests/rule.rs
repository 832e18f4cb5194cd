//! Changes of the rule that may not have reached the phone.

use super::*;
use crate::schedule::Window;
use WindowState::{Missed, NotOwed, OnTime};

const MINUTE_MS: i64 = 60_000;

/// The plan with every window moved.
fn moved(minutes: i64) -> DayPlan {
    let mut plan = plan(Mode::Wfh);
    for window in &mut plan.windows {
        let Window { nominal_ms, opens_ms, on_time_until_ms, late_until_ms, .. } = window;
        for edge in [nominal_ms, opens_ms, on_time_until_ms, late_until_ms] {
            *edge += minutes * MINUTE_MS;
        }
    }
    plan
}

fn changed(now: DayPlan, before: DayPlan, reached: Option<&str>) -> Day {
    Day { earlier: Some((before, rule_ref("lama"), reached.map(at))), ..Day::of(now) }.received_past("22:00")
}

#[test]
fn the_earlier_rule_decides_lateness_until_the_change_has_reached_the_phone() {
    let day = |reached| changed(moved(-30), plan(Mode::Wfh), reached).with([tap(1, "08:00")]);
    let judged = day(None).judged();
    assert_eq!(judged.windows[0].state, OnTime);
    assert_eq!(
        why(&judged, 0)[1],
        "Dinilai menurut aturan sebelumnya, Aturan (paket 1): perubahan belum terbukti sampai di HP"
    );
    assert_eq!(day(Some("07:16")).states()[0], OnTime, "too late for this window");
    let mut a_moment_late = day(Some("07:15"));
    a_moment_late.earlier.as_mut().unwrap().2 = Some(at("07:15") + 1);
    assert_eq!(a_moment_late.states()[0], OnTime, "by a millisecond");
    assert_eq!(day(Some("07:15")).states()[0], late(15), "in time for this window");
    assert_eq!(day(Some("07:15")).judged().windows[0].reasons[0], Reason::Rule(rule_ref("default")));
}

#[test]
fn who_follows_the_new_rule_without_a_proof_of_having_seen_it_is_on_time_too() {
    let day = changed(moved(-60), plan(Mode::Wfh), None).with([tap(1, "07:00")]);
    assert_eq!(day.states()[0], OnTime);
    assert_eq!(day.judged().windows[0].reasons[0], Reason::Rule(rule_ref("default")));
}

#[test]
fn nobody_misses_what_an_order_not_yet_delivered_asks() {
    let ordered = |reached| changed(plan(Mode::Wfh), plan(Mode::Wfo), reached);
    assert_eq!(ordered(None).states(), [NotOwed; 4]);
    assert_eq!(ordered(Some("10:00")).states(), [NotOwed, Missed, Missed, Missed]);
    assert_eq!(ordered(None).with([tap(1, "08:00"), tap(2, "11:20")]).states(), [OnTime, NotOwed, NotOwed, NotOwed]);
}

#[test]
fn a_recall_that_had_not_arrived_leaves_the_taps_and_owes_none() {
    let recalled =
        changed(plan(Mode::Recalled), plan(Mode::Wfh), Some("09:30")).with([tap(1, "08:00"), tap(2, "11:00")]);
    let judged = recalled.judged();
    assert_eq!(judged.state, DayState::AtOffice);
    assert_eq!(recalled.states(), [OnTime], "the tap at 08.00 was owed as far as the person knew");
    assert_eq!(judged.others.len(), 1, "the one at 11.00 was not");
}

#[test]
fn each_tap_counts_once_whatever_the_rules() {
    for minutes in [-90, -60, -30, 30, 60, 90] {
        let day =
            changed(moved(minutes), plan(Mode::Wfh), None).with([tap(1, "08:00"), tap(2, "09:10"), tap(3, "11:00")]);
        let judged = day.judged();
        let counted = judged
            .windows
            .iter()
            .flat_map(|window| window.tap.iter().map(|tap| tap.record).chain(window.supporting.clone()));
        let mut all: Vec<RecordId> = counted.chain(judged.others.iter().map(|other| other.tap.record)).collect();
        all.sort_unstable();
        assert_eq!(all, [record(1), record(2), record(3)], "{minutes}");
    }
}

#[test]
fn windows_that_changed_their_names_are_matched_by_their_order() {
    let mut renamed = moved(-30);
    for window in &mut renamed.windows {
        window.id = format!("{}x", window.id.as_str()).try_into().unwrap();
    }
    let day = changed(renamed, plan(Mode::Wfh), None).with([tap(1, "08:00"), tap(2, "11:00")]);
    assert_eq!(day.states(), [OnTime, OnTime, Missed, Missed]);
    assert_eq!(day.judged().windows[0].id.as_str(), "w0800x", "known by the id of the rule in force");
}

#[test]
fn where_both_rules_say_the_same_the_rule_in_force_is_named() {
    let judged = changed(plan(Mode::Wfh), plan(Mode::Wfh), None).with([tap(1, "08:00"), tap(2, "11:30")]).judged();
    assert_eq!((judged.windows[0].state, judged.windows[1].state), (OnTime, late(15)));
    assert!(judged.windows.iter().all(|window| window.reasons[0] == Reason::Rule(rule_ref("default"))));
}
