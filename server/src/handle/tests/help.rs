//! How a phone stands, for the help desk.

use hadir_core::wire::{BatteryState, HelpAnswer, HelpNumber, HelpReport, Permission, PhoneState};

use super::*;
use crate::limits::HELP_LIFE_MS;

fn report(pending: u64) -> HelpReport {
    HelpReport {
        v: 1,
        phone: PhoneState {
            model: "Contoh A1".into(),
            os: "Android 9".into(),
            location: Permission::Granted,
            location_on: Some(true),
            background: Permission::DeniedForEver,
            notifications: Permission::Granted,
            exact_alarms: Permission::Limited,
            battery: BatteryState::Restricted,
        },
        app: "uji/1".into(),
        last_sync_ms: None,
        pending,
        parked: 0,
        clock_off_ms: None,
    }
}

fn send(bench: &mut Bench, phone: &Phone, report: &HelpReport) -> HttpOut {
    bench.send(phone.ask("POST", "/v1/help", serde_json::to_vec(report).unwrap()))
}

fn code(bench: &mut Bench, phone: &Phone, report: &HelpReport) -> HelpAnswer {
    let answer = send(bench, phone, report);
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(head(&answer).install, phone.key.kid(), "as every authenticated answer");
    serde_json::from_slice(&answer.body).unwrap()
}

fn found(bench: &Bench, code: HelpNumber) -> Option<(InstallIdOf, u64)> {
    let help = bench.store.query(|read| read.help_by_code(code)).unwrap();
    help.map(|help| (help.install, help.report.pending))
}

type InstallIdOf = hadir_core::model::InstallId;

#[test]
fn the_newest_report_is_found_by_a_code_that_stays_while_it_lives() {
    let mut bench = bench();
    let (one, two) = (bench.enrolled(1), bench.enrolled(2));
    let first = code(&mut bench, &one, &report(4));
    assert_eq!((first.t_ms, first.until_ms), (MONDAY_MS, MONDAY_MS + HELP_LIFE_MS));
    assert_eq!(found(&bench, first.code), Some((one.key.kid(), 4)));
    let other = code(&mut bench, &two, &report(7));
    assert_ne!(other.code, first.code);
    bench.now_ms += 60_000;
    let again = code(&mut bench, &one, &report(0));
    assert_eq!((again.code, again.until_ms), (first.code, bench.now_ms + HELP_LIFE_MS), "it may be read out just now");
    assert_eq!(found(&bench, first.code), Some((one.key.kid(), 0)));
}

#[test]
fn a_code_whose_time_is_over_is_not_given_again_to_its_phone_by_right() {
    let mut bench = bench();
    let phone = bench.enrolled(1);
    let first = code(&mut bench, &phone, &report(1));
    bench.now_ms = first.until_ms;
    let later = code(&mut bench, &phone, &report(2));
    assert_ne!(later.code, first.code);
    assert_eq!(found(&bench, first.code), None, "one phone has one report");
}

#[test]
fn only_an_enrolled_phone_leaves_a_report_and_only_a_sound_one() {
    let mut bench = bench();
    let phone = bench.enrolled(1);
    let stranger = Phone::new(99);
    assert_eq!(code_of(&send(&mut bench, &stranger, &report(0))), ProblemCode::NotEnrolled);
    let mut long = report(0);
    long.phone.model = "x".repeat(65);
    assert_eq!(code_of(&send(&mut bench, &phone, &long)), ProblemCode::BadRequest);
    let mut odd = report(0);
    odd.app = "a\u{1b}[31m".into();
    assert_eq!(code_of(&send(&mut bench, &phone, &odd)), ProblemCode::BadRequest, "it would be shown in a terminal");
    let newer = HelpReport { v: 2, ..report(0) };
    assert_eq!(code_of(&send(&mut bench, &phone, &newer)), ProblemCode::UnsupportedVersion);
    let more = br#"{"v":1,"place":[1,2]}"#.to_vec();
    assert_eq!(code_of(&bench.send(phone.ask("POST", "/v1/help", more))), ProblemCode::BadRequest);
    assert_eq!(bench.store.query(|read| read.help_of(&phone.key.kid())).unwrap(), None);
}
