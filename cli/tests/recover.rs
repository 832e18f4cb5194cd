//! A phone that lost its key: enrolled anew, its old records recovered by the agency with its offline key.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::fs;

use common::{Answer, MINUTE, MORNING_MS, Office, hadir, run_with, tap};
use serde_json::Value;

const EIGHT: i64 = MORNING_MS + 30 * MINUTE;
const NOON: i64 = EIGHT + 240 * MINUTE;

fn recover(office: &Office, args: &[&str]) -> Answer {
    let data = ["--data", "srv", "--clock", "clock"];
    let args: Vec<&str> = ["--json", "admin", "recover"].iter().chain(args).chain(&data).copied().collect();
    office.run(&args)
}

/// What the phone says of its old stores.
fn old_stores(office: &Office, phone: &str) -> Vec<Value> {
    let seen = office.phone(phone, &["diagnostics"]).ends(0).lines().remove(0);
    seen["old_stores"].as_array().unwrap().clone()
}

#[test]
fn taps_of_a_phone_that_lost_its_key_come_back_as_that_persons_and_count() {
    let office = Office::found();
    let server = office.serve();
    office.enrol("p1", "local:A-1");
    let before = office.phone("p1", &["diagnostics"]).ends(0).lines().remove(0);
    assert_eq!(before["recovery_key"].as_str().unwrap().len(), 43, "wrapped for the agency with the enrolment");
    // Two taps that the server never hears of.
    assert_eq!(server.terminate(), 0);
    office.set_clock(EIGHT + 60_000);
    office.phone("p1", &tap(&["--offline"])).ends(0);
    office.set_clock(EIGHT + 180 * MINUTE);
    office.phone("p1", &tap(&["--offline"])).ends(0);
    fs::remove_file(office.path("p1/vault.key")).unwrap();

    office.set_clock(NOON);
    let _server = office.serve();
    office.phone("p1", &["today"]).ends(5);
    let link = office.invite("local:A-1");
    let words = hadir(office.dir.path())
        .args(["--lang", "en", "phone", "--dir", "p1", "--clock", "clock", "enrol", &link])
        .output()
        .unwrap();
    let words = String::from_utf8(words.stdout).unwrap();
    assert!(words.contains("recovered by the agency"), "{words}");
    office.phone("p1", &["sync"]).ends(0);
    assert_eq!(office.taps("p1").len(), 0, "the new installation has none of them");
    let old = old_stores(&office, "p1");
    assert_eq!((old.len(), &old[0]["sent"]), (1, &true.into()), "{old:?}");

    // The help desk sees that something waits.
    let waiting = recover(&office, &["list"]).ends(0).lines();
    assert_eq!((waiting.len(), &waiting[0]["waits"]), (1, &true.into()));
    assert_eq!(waiting[0]["person"], "local:A-1");
    assert_eq!(waiting[0]["of"], before["install"]);

    // Another key opens nothing; the agency's opens both taps, on a machine without the server's data.
    let exported = office.path("old.jsonl").display().to_string();
    recover(&office, &["export", &exported]).ends(0);
    recover(&office, &["export", &exported]).ends(3);
    office.done(&["admin", "keys", "init", "--agency", "lain", "--out", "other"]);
    let opened = office.path("opened.jsonl").display().to_string();
    let elsewhere =
        |key: &str, to: &str| office.run(&["--json", "admin", "recover", "open", "--key", key, &exported, "--out", to]);
    elsewhere("other/recovery.jwk", "nothing.jsonl").ends(1);
    assert_eq!(fs::read_to_string(office.path("nothing.jsonl")).unwrap(), "");
    elsewhere("keys/policy.jwk", "x.jsonl").ends(3);
    let found = elsewhere("keys/recovery.jwk", &opened).ends(0).lines();
    assert_eq!((&found[0]["gaps"], &found[0]["unread"]), (&0.into(), &0.into()));
    assert!(found[0]["records"].as_u64().unwrap() >= 2);
    let text = fs::read_to_string(&opened).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&opened).unwrap().permissions().mode() & 0o777, 0o600);
    }

    office.set_clock(NOON + 60 * MINUTE);
    let imported = recover(&office, &["import", &opened]).ends(0).lines().remove(0);
    assert_eq!((&imported["people"][0], &imported["refused"]), (&"local:A-1".into(), &0.into()));
    let stored = imported["stored"].as_u64().unwrap();
    assert!(stored >= 2, "{imported}");
    let again = recover(&office, &["import", &opened]).ends(0).lines().remove(0);
    assert_eq!(
        (&again["stored"], again["repeated"].as_u64()),
        (&0.into(), imported["repeated"].as_u64().map(|n| n + stored))
    );
    let after = recover(&office, &["list"]).ends(0).lines().remove(0);
    assert_eq!(after["waits"], false);

    // An altered record is refused, and so is a file that is none.
    let altered = text.replacen("\"record\":\"ey", "\"record\":\"fy", 1);
    fs::write(office.path("altered.jsonl"), altered).unwrap();
    let refused = recover(&office, &["import", &office.path("altered.jsonl").display().to_string()]).ends(1);
    assert_eq!(refused.lines().remove(0)["refused"], 1);
    recover(&office, &["import", &exported]).ends(2);

    // With a backup the phone lets go of its copy.
    assert_eq!(old_stores(&office, "p1").len(), 1);
    office.set_clock(NOON + 120 * MINUTE);
    office.admin(&["backup", "copy.db"]).ends(0);
    office.phone("p1", &["sync"]).ends(0);
    assert_eq!(old_stores(&office, "p1"), Vec::<Value>::new());
    let log = office.admin(&["log"]).ends(0).out;
    assert!(log.contains("recover.export") && log.contains("recover.import"));
}

#[test]
fn a_form_that_is_interrupted_goes_on_where_it_was_and_is_gone_when_submitted() {
    let office = Office::found();
    let _server = office.serve();
    office.enrol("p1", "local:A-2");
    let words = ["--lang", "en", "phone", "--dir", "p1", "--clock", "clock", "form", "--offline"];
    let cut = run_with(hadir(office.dir.path()).args(words), "no\nno\nyes\n").ends(2);
    assert!(cut.err.contains("kept on this phone"), "{cut:?}");
    let drafts = || {
        let files = fs::read_dir(office.path("p1/store")).unwrap().flatten();
        files.filter(|file| file.file_name().to_string_lossy().starts_with("draft-")).count()
    };
    assert_eq!(drafts(), 1);
    let rest = run_with(hadir(office.dir.path()).args(words), "no\nno\nno\n").ends(0);
    assert!(rest.err.contains("3 of 6"), "{rest:?}");
    assert_eq!(drafts(), 0, "submitted, it is gone");
    run_with(hadir(office.dir.path()).args(words), "yes\n").ends(2);
    let anew: Vec<&str> = words.iter().chain(&["--anew"]).copied().collect();
    let whole = run_with(hadir(office.dir.path()).args(anew), "no\nno\nno\nno\nno\nno\n").ends(0);
    assert!(!whole.err.contains("of 6"), "{whole:?}");
}
