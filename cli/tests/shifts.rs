//! A night shift and a half day, from the operator's command to the phone's screen and the office's verdict.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::{fs, sync::Arc};

use common::{MINUTE, MORNING_MS, Office, tap};
use hadir_core::judge::{ExcuseKind, WindowState};
use hadir_server::{
    changes::Changes,
    datadir::DataDir,
    day::{Days, Scope},
};

const HOUR: i64 = 60 * MINUTE;
/// Midnight before [`MORNING_MS`].
const MIDNIGHT: i64 = MORNING_MS - 7 * HOUR - 30 * MINUTE;

/// How a person's windows of 24 November stand at the office, with the phone's own view of them beside it.
fn both(office: &Office, person: &str, phone: &str, now_ms: i64) -> (Vec<WindowState>, serde_json::Value) {
    let store = Arc::new(DataDir::open(office.path("srv")).unwrap().store().unwrap());
    let days = Days::new(store, Arc::new(Changes::default()));
    let scope = Scope { top: None, date: Some("2026-11-24".parse().unwrap()) };
    let view = days.view(&scope, now_ms).unwrap();
    let day = view.people.iter().find(|day| day.id.to_string() == person).unwrap();
    let why = office.phone(phone, &["why", "--date", "2026-11-24"]).ends(0).lines().remove(0);
    let windows = day.verdict.windows.iter().map(|window| serde_json::to_value(&window.window).unwrap());
    let planned: Vec<_> = why["windows"].as_array().unwrap().iter().map(|window| window["window"].clone()).collect();
    assert_eq!(windows.collect::<Vec<_>>(), planned, "the phone plans as the server does");
    (day.verdict.windows.iter().map(|window| window.state).collect(), why)
}

#[test]
fn a_night_shift_is_entered_planned_tapped_past_midnight_and_judged() {
    let office = Office::found();
    let shipped = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/default.toml")).unwrap();
    let night = "\n[[shifts]]\nsource = \"ours\"\nid = \"malam\"\ntitle = \"Sif malam\"\n\
                 [[shifts.windows]]\nspans = [\"20:30-21:15\", \"06:45+1-07:30+1\"]\n";
    fs::write(office.path("sif.toml"), shipped + night).unwrap();
    office.admin(&["policy", "sif.toml", "--key", "keys/policy.jwk"]);
    let _server = office.serve();
    office.enrol("p1", "local:A-1");
    office.admin(&["fact", "shift", "--person", "local:A-1", "--shift", "malam", "--from", "2026-11-24"]);
    office.admin(&["fact", "off", "--person", "local:A-1", "--from", "2026-11-25"]);
    let listed = office.admin(&["fact", "--lang", "en", "--from", "2026-11-25"]).out;
    assert!(listed.contains("Free by the shift roster") && !listed.contains("Off"), "{listed}");

    office.set_clock(MIDNIGHT + 20 * HOUR + 40 * MINUTE);
    office.phone("p1", &["sync"]).ends(0);
    let tapped = office.phone("p1", &tap(&[])).ends(0).did("check_in");
    assert_eq!(tapped["counts"]["window"], "w2030");
    let at_three = MIDNIGHT + 27 * HOUR;
    office.set_clock(at_three);
    let today = office.phone("p1", &["today"]).ends(0).lines().remove(0);
    assert_eq!((&today["date"], &today["mode"]["shift"]), (&"2026-11-24".into(), &"Sif malam".into()));
    assert_eq!(today["next"]["id"], "w0645n");
    assert_eq!(both(&office, "local:A-1", "p1", at_three).0, [WindowState::OnTime, WindowState::Upcoming]);

    let store = Arc::new(DataDir::open(office.path("srv")).unwrap().store().unwrap());
    let board = Days::new(store, Arc::new(Changes::default())).view(&Scope::default(), at_three).unwrap();
    assert_eq!(board.date.to_string(), "2026-11-25");
    assert_eq!(board.night_until_ms(), Some(MIDNIGHT + 31 * HOUR + 45 * MINUTE), "and the board points to it");

    let at_seven = MIDNIGHT + 31 * HOUR;
    office.set_clock(at_seven);
    assert_eq!(office.phone("p1", &tap(&[])).ends(0).did("check_in")["counts"]["window"], "w0645n");
    let (states, why) = both(&office, "local:A-1", "p1", at_seven + MINUTE);
    assert_eq!(states, [WindowState::OnTime; 2]);
    assert_eq!(why["windows"][1]["state"]["state"], "on_time");
    office.set_clock(at_seven + 3 * HOUR);
    let free = office.phone("p1", &["today"]).ends(0).lines().remove(0);
    assert_eq!((&free["date"], &free["state"]), (&"2026-11-25".into(), &"off".into()));
}

#[test]
fn a_half_days_leave_excuses_its_windows_on_phone_and_board_and_a_wrong_window_is_refused() {
    let office = Office::found();
    let _server = office.serve();
    let leave = ["fact", "leave", "--person", "local:A-1", "--from", "2026-11-24"];
    office.admin(&[&leave[..], &["--window", "08:00", "--window", "11.00", "--note", "surat 7"]].concat());
    let refused = |more: &[&str], says: &str| {
        let args = [&["--lang", "en", "admin"], &leave[..], more, &["--data", "srv", "--clock", "clock"]].concat();
        let answer = office.run(&args);
        assert!(answer.code != 0 && answer.err.contains(says), "{answer:?}");
    };
    refused(&["--window", "09:30"], "has no window w0930; it has: w0800, w1100, w1400, w1600");
    refused(&["--window", "pagi hari"], "no window");
    refused(&["--shift", "malam"], "--shift");
    office.enrol("p1", "local:A-1");
    let now_ms = MIDNIGHT + 13 * HOUR;
    office.set_clock(now_ms);
    office.phone("p1", &["sync"]).ends(0);
    let (states, why) = both(&office, "local:A-1", "p1", now_ms);
    let leave = WindowState::Excused { kind: ExcuseKind::Leave };
    assert_eq!(states, [leave, leave, WindowState::Upcoming, WindowState::Upcoming]);
    for window in 0..2 {
        assert_eq!(why["windows"][window]["state"], serde_json::json!({ "state": "excused", "kind": "leave" }));
    }
}

#[test]
fn a_shift_that_the_rule_does_not_have_is_refused_with_what_there_is() {
    let office = Office::found();
    let shift =
        ["--lang", "en", "admin", "fact", "shift", "--person", "local:A-1", "--data", "srv", "--clock", "clock"];
    let unknown = office.run(&[&shift[..], &["--shift", "malam"]].concat()).ends(2);
    assert!(unknown.err.contains("has no shift \"malam\"; it has: none"), "{unknown:?}");
    office.run(&shift).ends(2);
}
