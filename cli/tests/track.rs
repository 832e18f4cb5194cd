//! `hadir phone track` and `share`: a recorded track against Parepare's rule, through the binary, a real server and back.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::{fmt::Write as _, fs};

use common::{MINUTE, Office};

/// A track of so many minutes with a point every two and a half, at home but for the stretch that is spent away.
fn gpx(minutes: i64, away: std::ops::Range<i64>) -> String {
    let mut text = String::from("<?xml version=\"1.0\"?>\n<gpx version=\"1.1\" creator=\"test\">\n<trk><trkseg>\n");
    let mut at_s = 0;
    while at_s <= minutes * 60 {
        let lat = if away.contains(&(at_s / 60)) { -3.89 } else { -4.01 };
        let (hour, minute, second) = (at_s / 3_600, at_s / 60 % 60, at_s % 60);
        writeln!(
            text,
            "<trkpt lat=\"{lat}\" lon=\"119.66\"><time>2020-01-01T{hour:02}:{minute:02}:{second:02}Z</time></trkpt>"
        )
        .unwrap();
        at_s += 150;
    }
    text + "</trkseg></trk></gpx>\n"
}

fn under_parepare() -> Office {
    let office = Office::found();
    office.admin(&["policy", "parepare-2021", "--key", "keys/policy.jwk"]);
    office
}

#[test]
fn a_recorded_track_is_shared_in_batches_and_the_exit_is_told() {
    let office = under_parepare();
    let _server = office.serve();
    office.enrol("siti", "local:A-1");
    fs::write(office.path("jejak.gpx"), gpx(180, 60..90)).unwrap();
    let played = office.phone("siti", &["track", "--gpx", "jejak.gpx", "--drive"]).ends(0);
    let done = played.did("track");
    let shared = &done["share"]["shared"];
    assert_eq!(shared["inside_ms"].as_i64().unwrap() + shared["outside_ms"].as_i64().unwrap(), 180 * MINUTE, "{done}");
    assert!((28..=33).contains(&(shared["outside_ms"].as_i64().unwrap() / MINUTE)), "{done}");
    assert_eq!((done["given"].as_i64(), done["skipped"].as_i64()), (Some(73), Some(0)));
    assert!(done["syncs"].as_i64().unwrap() >= 11, "{done}");
    assert_eq!(played.did("sync")["pending"], 0);
    let log = office.phone("siti", &["log"]).ends(0).lines();
    let tracks: Vec<_> = log.iter().filter(|entry| entry["kind"] == "track").collect();
    assert!((37..=40).contains(&tracks.len()), "a start, a batch each five minutes, a stop: {}", tracks.len());
    let points: i64 = tracks.iter().map(|entry| entry["what"]["points"].as_i64().unwrap()).sum();
    assert_eq!(points, 1, "the first point of the exit, and no other");
    let why = office.phone("siti", &["why"]).ends(0).lines();
    let exits = why[0]["share"]["exits"].as_array().unwrap();
    assert_eq!(exits.len(), 1, "{why:?}");
    let file = office.path("riwayat.json");
    office.phone("siti", &["export", "riwayat.json"]).ends(0);
    office.done(&["verify", file.to_str().unwrap(), "--root", &office.root]);
}

#[test]
fn a_track_that_is_none_is_refused_with_its_line_and_nothing_is_done() {
    let office = under_parepare();
    let _server = office.serve();
    office.enrol("siti", "local:A-1");
    let good = gpx(10, 0..0);
    for (bad, told) in [
        ("tidak ada".to_owned(), "line 1: this is no well-formed XML"),
        (good.replacen("-4.01", "-94.01", 1), "line 4: the latitude must be"),
        (good.replacen("<time>2020-01-01T00:02:30Z</time>", "", 1), "line 5: a <trkpt> without <time>"),
        (good.replacen("00:05:00Z", "00:01:00Z", 1), "line 6: this point is earlier than the one at line 5"),
        ("<gpx version=\"1.1\"></gpx>".to_owned(), "line 1: there is no <trkpt> in it"),
    ] {
        fs::write(office.path("buruk.gpx"), bad).unwrap();
        let refused = office.phone("siti", &["track", "--gpx", "buruk.gpx", "--drive"]).ends(2);
        assert!(refused.err.contains(told), "{told} in {}", refused.err);
    }
    office.phone("siti", &["track", "--gpx", "tidak-ada.gpx", "--drive"]).ends(3);
    fs::write(office.path("baik.gpx"), good).unwrap();
    office.phone("siti", &["track", "--gpx", "baik.gpx", "--drive", "--accuracy", "-3"]).ends(2);
    let log = office.phone("siti", &["log"]).ends(0).lines();
    assert!(log.iter().all(|entry| entry["kind"] != "track"));
}

#[test]
fn nothing_is_shared_outside_the_hours_nor_by_somebody_of_whom_it_is_not_asked() {
    let office = under_parepare();
    let _server = office.serve();
    office.enrol("siti", "local:A-1");
    office.enrol("budi", "local:A-2");
    office.phone("budi", &["share", "start", "--offline"]).ends(1);
    fs::write(office.path("jejak.gpx"), gpx(600, 500..600)).unwrap();
    let played = office.phone("siti", &["track", "--gpx", "jejak.gpx", "--drive", "--sync-every", "60"]).ends(0);
    let done = played.did("track");
    assert_eq!(done["share"]["shared"]["inside_ms"].as_i64(), Some(480 * MINUTE), "{done}");
    assert_eq!(done["share"]["shared"]["outside_ms"].as_i64(), Some(0), "after 15.30 nobody looks");
    assert_eq!(done["share"]["state"], "over");
    office.phone("siti", &["share", "start", "--offline"]).ends(1);
    let said = office.phone("siti", &["share", "start", "--offline"]);
    assert!(said.err.contains("other hours"), "{}", said.err);
}

#[test]
fn a_script_shares_pauses_and_stops() {
    let office = under_parepare();
    let _server = office.serve();
    office.enrol("siti", "local:A-1");
    fs::write(office.path("jejak.gpx"), gpx(20, 0..0)).unwrap();
    let script = r#"
date = "2026-11-24"
[[step]]
at = "07:31"
do = "share_start"
[[step]]
at = "07:33"
do = "track"
lat = -4.01
lon = 119.66
accuracy = 12
[[step]]
at = "07:36"
do = "track"
why = "off"
[[step]]
at = "07:40"
do = "share_pause"
[[step]]
at = "08:00"
do = "share_start"
[[step]]
at = "08:01"
do = "play_track"
gpx = "jejak.gpx"
[[step]]
at = "08:30"
do = "sync"
"#;
    fs::write(office.path("hari.toml"), script).unwrap();
    let played = office.phone("siti", &["play", "hari.toml", "--drive"]).ends(0);
    assert_eq!(played.did("share_pause")["share"]["state"], "paused");
    let done = played.did("track");
    assert!(done["share"].is_object());
    let last = played.lines().into_iter().rfind(|line| line["did"] == "track" && line["given"].is_i64()).unwrap();
    // 07.31 to 07.36 by the fix at 07.33, and the twenty minutes of the track with the minute before it.
    assert_eq!(last["share"]["shared"]["inside_ms"].as_i64(), Some(26 * MINUTE), "{last}");
    assert_eq!(last["share"]["shared"]["unknown_ms"].as_i64(), Some(24 * MINUTE), "four minutes off, twenty of pause");
    let faulty = script.replace("gpx = \"jejak.gpx\"", "gpx = \"hilang.gpx\"");
    fs::write(office.path("salah.toml"), faulty).unwrap();
    office.phone("siti", &["play", "salah.toml", "--drive"]).ends(3);
    let faulty = script.replace("why = \"off\"", "why = \"off\"\nlon = 3");
    fs::write(office.path("salah.toml"), faulty).unwrap();
    assert!(office.phone("siti", &["play", "salah.toml", "--drive"]).ends(2).err.contains("lon"));
}
