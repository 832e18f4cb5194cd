//! `hadir phone play`: a scripted day in one process, driven by a clock file, driving it, and killed in the middle.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::fs;

use common::{MINUTE, MORNING_MS, Office, Running};
use serde_json::Value;

const DAY: &str = r#"
date = "2026-11-24"

[[step]]
at = "08:00:09"
do = "check_in"
lat = -2.55
lon = 120.37
accuracy = 12

[[step]]
at = "08:01"
do = "sync"

[[step]]
at = "10:30"
do = "network"
on = false

[[step]]
at = "11:00"
do = "no_fix"
why = "off"

[[step]]
at = "11:01"
do = "sync"

[[step]]
at = "12:00"
do = "set_clock"
minutes = -50

[[step]]
at = "14:03"
do = "check_in"
lat = -2.55
lon = 120.37
accuracy = 900
mock = true

[[step]]
at = "15:00"
do = "network"
on = true

[[step]]
at = 2026-11-24T15:01:00+08:00
do = "sync"

[[step]]
at = "16:20"
do = "check_in"
lat = -2.55
lon = 120.37
accuracy = 12

[[step]]
at = "16:30"
do = "sync"

[[step]]
at = "16:31"
do = "today"
"#;

#[test]
fn a_whole_day_plays_at_once_when_the_script_moves_the_clock() {
    let office = Office::found();
    let _server = office.serve();
    office.enrol("p1", "local:A-1");
    fs::write(office.path("day.toml"), DAY).unwrap();
    let played = office.phone("p1", &["play", "day.toml", "--drive"]).ends(0).lines();
    let did: Vec<&str> = played.iter().map(|line| line["did"].as_str().unwrap()).collect();
    let expected = [
        "check_in",
        "sync",
        "network",
        "no_fix",
        "sync",
        "set_clock",
        "check_in",
        "network",
        "sync",
        "check_in",
        "sync",
        "today",
    ];
    assert_eq!(did, expected);
    assert!((1..).zip(&played).all(|(number, line)| line["step"] == number));
    assert_eq!((&played[4]["delivered"], &played[4]["pending"]), (&false.into(), &1.into()));
    assert_eq!(played[8]["delivered"], true);
    let today = &played[11]["today"];
    let states: Vec<&str> =
        today["windows"].as_array().unwrap().iter().map(|window| window["state"]["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["on_time", "on_time", "on_time", "late"]);
    assert_eq!(today["windows"][2]["tap"]["grade"], "contradictory", "the clock was fifty minutes behind");
    assert!(today["needs"].as_array().unwrap().iter().any(|need| need["need"] == "clock_off"));
    assert_eq!(fs::read_to_string(office.path("clock")).unwrap().trim(), (MORNING_MS + 541 * MINUTE).to_string());

    // It is over: nothing of it is played a second time.
    let before = office.taps("p1").len();
    let again = office.phone("p1", &["play", "day.toml", "--drive"]).ends(2);
    assert!(again.err.contains("line 4"), "{again:?}");
    assert_eq!(office.taps("p1").len(), before);
}

#[test]
fn a_phone_killed_between_tap_and_sync_has_lost_nothing() {
    let office = Office::found();
    let _server = office.serve();
    office.enrol("p1", "local:A-1");
    fs::write(office.path("day.toml"), DAY).unwrap();
    let mut playing = Running::start(&mut office.phone_command("p1", &["play", "day.toml"]));
    office.set_clock(MORNING_MS + 31 * MINUTE - 1_000);
    let tapped = playing.line();
    assert_eq!((&tapped["step"], &tapped["did"]), (&1.into(), &"check_in".into()));
    playing.kill();

    let taps = office.taps("p1");
    assert_eq!(taps.len(), 1);
    assert_eq!((&taps[0]["id"], &taps[0]["link"]["hash"]), (&tapped["id"], &tapped["hash"]));
    assert_eq!(taps[0]["delivery"]["delivery"], "waiting");
    assert_eq!(office.phone("p1", &["sync"]).ends(0).did("sync")["pending"], 0);
    assert_eq!(office.taps("p1")[0]["delivery"]["delivery"], "received");
}

#[test]
fn a_script_with_faults_names_them_all_and_plays_nothing() {
    let office = Office::found();
    let _server = office.serve();
    office.enrol("p1", "local:A-1");
    let bad = DAY
        .replace("accuracy = 900", "accuracy = nan")
        .replacen("\"sync\"", "\"snyc\"", 1)
        .replace("\"12:00\"", "\"noon\"");
    fs::write(office.path("bad.toml"), bad).unwrap();
    let refused = office.phone("p1", &["play", "bad.toml", "--drive"]).ends(2);
    for word in ["line 13", "snyc", "line 30", "noon", "line 39", "NaN"] {
        assert!(refused.err.contains(word), "{word}: {refused:?}");
    }
    office.phone("p1", &["play", "none.toml", "--drive"]).ends(3);
    let no_clock = office.run(&["phone", "--dir", "p1", "play", "bad.toml", "--drive"]).ends(2);
    assert!(no_clock.err.contains("--clock"), "{no_clock:?}");
    assert_eq!(office.taps("p1"), Vec::<Value>::new());
    assert_eq!(fs::read_to_string(office.path("clock")).unwrap(), MORNING_MS.to_string());
}

#[test]
fn a_step_that_fails_is_told_and_the_day_goes_on() {
    let office = Office::found();
    let _server = office.serve();
    office.enrol("p1", "local:A-1");
    let day = "date = \"2026-11-24\"\n[[step]]\nat = \"07:50\"\ndo = \"form\"\nanswers = \"tttttt\"\n\
               [[step]]\nat = \"08:00\"\ndo = \"no_fix\"\n[[step]]\nat = \"08:01\"\ndo = \"sync\"\n";
    fs::write(office.path("day.toml"), day).unwrap();
    let played = office.phone("p1", &["play", "day.toml", "--drive"]).ends(1).lines();
    assert!(played[0]["error"].as_str().unwrap().contains("self-assessment"), "{played:?}");
    assert_eq!(played[2]["pending"], 0);
}
