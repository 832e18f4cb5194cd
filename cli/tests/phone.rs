//! `hadir phone` from the enrolment to the verified history, against `hadir serve`, on a day kept in a clock file.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::{fs, os::unix::fs::PermissionsExt as _};

use common::{MINUTE, MORNING_MS, Office, Running, hadir, run_with, tap};
use serde_json::Value;

const EIGHT: i64 = MORNING_MS + 30 * MINUTE;
const ELEVEN: i64 = EIGHT + 180 * MINUTE;

#[test]
fn a_day_goes_from_the_invite_to_a_history_that_anyone_can_check() {
    let office = Office::found();
    let server = office.serve();
    // As a messenger breaks it.
    let link = office.invite("local:A-1");
    let (a, b) = link.split_at(60);
    let broken = format!("  {a}\n {b} \n");
    let enrolled = office.phone("p1", &["enrol", &broken]).ends(0).did("enrol");
    assert_eq!(enrolled["person"]["name"], "Siti Aminah");
    assert_eq!(enrolled["person"]["unit_name"], "Dinas Contoh");

    office.set_clock(EIGHT + 9_000);
    let tapped = office.phone("p1", &tap(&[])).ends(0);
    let did = tapped.did("check_in");
    assert_eq!(did["counts"]["counts"], "on_time");
    assert_eq!(did["hash"].as_str().unwrap().len(), 43);
    assert_eq!(tapped.did("sync")["delivered"], true);

    // No network at eleven: recorded, and said to be so by the exit code.
    assert_eq!(server.terminate(), 0);
    office.set_clock(ELEVEN);
    let offline = office.phone("p1", &tap(&[])).ends(4);
    assert_eq!(offline.did("check_in")["counts"]["counts"], "on_time");
    assert_eq!(offline.did("sync")["delivered"], false);
    office.set_clock(ELEVEN + 5_000);
    office.phone("p1", &tap(&["--offline"])).ends(0);
    let today = office.phone("p1", &["today"]).ends(0).lines().remove(0);
    assert_eq!(today["pending"], 2);
    assert_eq!(today["windows"][1]["state"]["state"], "on_time");
    assert_eq!(today["windows"][1]["delivery"]["delivery"], "waiting");

    let _server = office.serve();
    office.set_clock(ELEVEN + 100 * MINUTE);
    // What happens inside goes to the error output, where no program reads it, and holds nothing personal.
    let traced = office.phone("p1", &["sync", "--trace"]).ends(0);
    assert_eq!(traced.did("sync")["pending"], 0);
    assert!(traced.err.contains("trace: POST /v1/records: 200, "), "{}", traced.err);
    let taps = office.taps("p1");
    assert_eq!(taps.len(), 3);
    for tap in &taps {
        assert_eq!(tap["delivery"]["delivery"], "received");
        assert_eq!(tap["receipt"].as_str().unwrap().len(), 43);
        assert_eq!(tap["grade"], "anchored");
    }
    let id = taps[1]["id"].as_str().unwrap();
    let why = office.phone("p1", &["why", id]).ends(0).lines().remove(0);
    assert_eq!(why["record"]["id"], id);
    assert_eq!(why["day"]["windows"][1]["tap"]["record"], id);
    let words = office.run(&["phone", "--dir", "p1", "--clock", "clock", "why"]).ends(0).out;
    assert!(words.contains("Jadwal 11.00: Tepat waktu") && words.contains("Waktu terbukti"), "{words}");

    office.phone("p1", &["export", "history.json"]).ends(0);
    office.phone("p1", &["export", "history.json"]).ends(3);
    let root = office.root.clone();
    office.done(&["verify", "history.json", "--root", &root]);
    let mut export: Value = serde_json::from_str(&fs::read_to_string(office.path("history.json")).unwrap()).unwrap();
    export["records"].as_array_mut().unwrap().remove(2);
    fs::write(office.path("less.json"), export.to_string()).unwrap();
    office.run(&["verify", "less.json", "--root", &root]).ends(1);
}

#[test]
fn what_happens_inside_is_traced_on_the_error_output_and_nothing_personal_stands_in_it() {
    let office = Office::found();
    let _server = office.serve();
    let link = office.invite("local:A-2");
    let mut traced = String::new();
    let mut trace = |args: &[&str]| {
        let mut all = vec!["--trace"];
        all.extend(args);
        let answer = office.phone("p2", &all).ends(0);
        assert!(!answer.out.contains("trace: "), "{}", answer.out);
        traced.push_str(&answer.err);
    };
    trace(&["enrol", &link]);
    office.set_clock(EIGHT + 510 * MINUTE);
    trace(&tap(&[]));
    trace(&["form", "--date", "2026-11-25", "--answers", "tttyyt"]);
    trace(&["appeal", "network", "--date", "2026-11-24", "--text", "Sinyal hilang di posko"]);
    for told in ["POST /v1/enrol: 201, ", "enrolled", "recorded up to 1/", "POST /v1/records: 200, ", "sync: Done"] {
        assert!(traced.contains(told), "{told}: {traced}");
    }
    let secret = link.split_once('#').unwrap().1;
    for personal in ["Budi", "A-2", "2.55", "120.37", "Sinyal", "posko", "tttyyt", "may_not", secret, &secret[40..60]] {
        assert!(!traced.contains(personal), "{personal}: {traced}");
    }
}

#[test]
fn a_self_assessment_is_asked_in_the_terminal_sealed_and_opened_by_the_health_office_alone() {
    let office = Office::found();
    let _server = office.serve();
    office.enrol("p2", "local:A-2");
    office.set_clock(EIGHT + 510 * MINUTE);
    // Words in between are asked again; an end in the middle records nothing.
    let mut ask = hadir(office.dir.path());
    ask.args(["phone", "--dir", "p2", "--clock", "clock", "form"]);
    let cut = run_with(&mut ask, "ya\ntidak\n").ends(2);
    assert!(
        cut.err.contains("Apakah pernah keluar rumah/tempat umum (pasar, fasyankes, kerumunan orang, dan lain-lain)?"),
        "{cut:?}"
    );
    assert!(office.phone("p2", &["log"]).ends(0).lines().iter().all(|entry| entry["kind"] != "health_form"));
    let mut ask = hadir(office.dir.path());
    ask.args(["phone", "--dir", "p2", "--clock", "clock", "form"]);
    ask.args(["--date", "2026-11-25"]);
    let filled = run_with(&mut ask, "t\nmungkin\nt\nT\ntidak\nt\nYa\n").ends(0);
    assert!(filled.out.contains("Risiko besar") && filled.out.contains("arahan kesehatan"), "{filled:?}");

    // The day became one at home by health direction: it asks no form any more.
    office.phone("p2", &["form", "--date", "2026-11-25", "--answers", "tttttt"]).ends(1);
    // By argument too; programs are told the verdict, never answers or score.
    let today = office.phone("p2", &["form", "--answers", "1=t,2=t,3=t,4=y,5=t,6=t"]).ends(0);
    let did = today.did("form");
    assert_eq!((did["verdict"].as_str(), did["for_date"].as_str()), (Some("may_enter"), Some("2026-11-24")));
    assert!(did.get("score").is_none() && did.get("answers").is_none());
    office.phone("p2", &["form", "--answers", "tt"]).ends(2);
    office.phone("p2", &["form", "--answers", "ttttt?"]).ends(2);
    office.phone("p2", &["form", "--date", "2026-12-24", "--answers", "tttttt"]).ends(1);

    office.admin(&["health-export", "--from", "2026-11-24", "--until", "2026-11-25", "forms.jsonl"]);
    let opened = office.run(&["--json", "health", "open", "--key", "h1.jwk", "--forms", "forms.jsonl"]).ends(0);
    assert_eq!(opened.out.matches("Budi Santoso").count(), 2, "{opened:?}");
}

#[test]
fn a_recall_is_shown_until_it_is_confirmed() {
    let office = Office::found();
    let _server = office.serve();
    office.enrol("p1", "local:A-1");
    office.admin(&["recall", "local:A-1", "--date", "2026-11-24", "--note", "Rapat mendesak"]);
    office.phone("p1", &["sync"]).ends(0);
    let needs = |answer: common::Answer| answer.lines().remove(0)["needs"].clone();
    let open = needs(office.phone("p1", &["today"]).ends(0));
    assert_eq!((&open[0]["need"], &open[0]["note"]), (&"recall".into(), &"Rapat mendesak".into()));
    office.phone("p1", &["acknowledge", "rule", "--offline"]).ends(0);
    assert_ne!(needs(office.phone("p1", &["today"])), Value::Array(Vec::new()));
    office.phone("p1", &["acknowledge"]).ends(0);
    assert_eq!(needs(office.phone("p1", &["today"])), Value::Array(Vec::new()));
}

#[test]
fn a_wipe_takes_nothing_that_is_not_this_phones() {
    let office = Office::found();
    fs::create_dir_all(office.path("shop/store")).unwrap();
    fs::write(office.path("shop/store/inventory.db"), "everything we have").unwrap();
    office.phone("shop", &["wipe", "--yes"]).ends(5);
    fs::write(office.path("shop/vault.key"), [7; 32]).unwrap();
    fs::set_permissions(office.path("shop/vault.key"), fs::Permissions::from_mode(0o600)).unwrap();
    office.phone("shop", &["wipe", "--yes"]).ends(0);
    assert!(!office.path("shop/vault.key").exists());
    assert_eq!(fs::read_to_string(office.path("shop/store/inventory.db")).unwrap(), "everything we have");
}

#[test]
fn nonsense_is_a_clear_error_and_records_nothing() {
    let office = Office::found();
    let _server = office.serve();
    office.enrol("p1", "local:A-1");
    let before = office.phone("p1", &["log"]).ends(0).lines().len();
    let fix = |lat: &'static str, lon: &'static str, accuracy: &'static str| {
        vec!["check-in", "--lat", lat, "--lon", lon, "--accuracy", accuracy]
    };
    let cases: [(Vec<&str>, i32, &str); 14] = [
        (fix("-2,5", "120,3", "5"), 2, "with a point: -2.5"),
        (fix("91", "120", "5"), 2, "latitude"),
        (fix("NaN", "120", "5"), 2, "latitude"),
        (fix("-2", "-180.5", "5"), 2, "longitude"),
        (fix("-2", "120", "-5"), 2, "accuracy"),
        (fix("-2", "120", "inf"), 2, "accuracy"),
        (fix("-2", "120", "0"), 2, "accuracy"),
        (tap(&["--age", "-4"]), 2, "future"),
        (tap(&["--age", "nan"]), 2, "age"),
        (vec!["check-in"], 2, "--no-fix"),
        (vec!["check-in", "--lat", "1"], 2, "--lon"),
        (vec!["check-in", "--no-fix", "lazy"], 2, "timeout"),
        (vec!["why", "not-an-id"], 2, "not-an-id"),
        (vec!["why", "01a20ada-4f28-7268-bf05-f5cce88c2421"], 1, "no such record"),
    ];
    for (args, code, word) in cases {
        let answer = office.phone("p1", &args);
        assert!(answer.code == code && answer.err.contains(word), "{args:?}: {answer:?}");
    }
    assert_eq!(office.phone("p1", &["log"]).ends(0).lines().len(), before);
    office.phone("p1", &["check-in", "--no-fix"]).ends(0).did("no_fix");
}

#[test]
fn an_invite_that_is_used_cut_off_unknown_or_expired_says_what_to_do() {
    let office = Office::found();
    let _server = office.serve();
    let link = office.invite("local:A-1");
    let cut = office.phone("p1", &["enrol", &link[..link.len() - 9]]).ends(2);
    assert!(cut.err.contains("copy the whole link"), "{cut:?}");
    office.phone("p1", &["enrol", "https://example.org/hello"]).ends(2);
    assert!(!office.path("p1").exists(), "a text that is no link makes no phone");
    office.phone("p1", &["today"]).ends(5);

    office.phone("p1", &["enrol", &link]).ends(0);
    let twice = office.phone("p1", &["enrol", &link]).ends(1);
    assert!(twice.err.contains("hadir phone wipe"), "{twice:?}");
    assert!(office.phone("p2", &["enrol", &link]).ends(5).err.contains("Another phone has used this invite"));

    let late = office.invite("local:A-2");
    office.set_clock(MORNING_MS + 8 * 24 * 60 * MINUTE);
    assert!(office.phone("p2", &["enrol", &late]).ends(5).err.contains("time is over"));
    // The same directory takes the next invite.
    office.enrol("p2", "local:A-2");
}

#[test]
fn an_enrolment_without_a_network_can_be_tried_again() {
    let office = Office::found();
    let link = office.invite("local:A-1");
    office.phone("p1", &["enrol", &link]).ends(4);
    office.phone("p1", &["today"]).ends(5);
    let _server = office.serve();
    office.phone("p1", &["enrol", &link]).ends(0);
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_or_that_is_gone_is_explained() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = Office::found();
    let _server = office.serve();
    office.enrol("p1", "local:A-1");
    office.phone("p1", &tap(&["--offline"])).ends(0);
    let key = office.path("p1/vault.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(office.phone("p1", &tap(&[])).ends(3).err.contains("chmod 600"));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(office.taps("p1").len(), 1);

    fs::rename(&key, office.path("away")).unwrap();
    let told = office.phone("p1", &["today"]).ends(5).err;
    assert!(told.contains("vault.key") && told.contains("hadir phone enrol"), "{told}");
    assert!(!key.exists(), "no new key hides the loss");
    fs::write(&key, [7; 32]).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let told = office.phone("p1", &tap(&[])).ends(5).err;
    assert!(told.contains("vault.key") && told.contains("hadir phone enrol"), "{told}");
    fs::remove_file(&key).unwrap();
    fs::rename(office.path("away"), &key).unwrap();
    assert_eq!(office.taps("p1").len(), 1);
}

#[test]
fn a_wipe_asks_first_and_says_what_is_lost() {
    let office = Office::found();
    let _server = office.serve();
    office.enrol("p1", "local:A-1");
    office.phone("p1", &tap(&["--offline"])).ends(0);
    let words = ["--lang", "en", "phone", "--dir", "p1", "--clock", "clock", "wipe"];
    let no = run_with(hadir(office.dir.path()).args(words), "no\n").ends(1);
    assert!(no.err.contains("1 record NOT yet received"), "{no:?}");
    assert_eq!(office.taps("p1").len(), 1);
    office.phone("p1", &["wipe"]).ends(2);
    run_with(hadir(office.dir.path()).args(words), "remove\n").ends(0);
    office.phone("p1", &["today"]).ends(5);
    assert!(!office.path("p1/vault.key").exists());
    office.enrol("p1", "local:A-1");
    assert_eq!(office.taps("p1").len(), 0);

    // A store whose key is lost can be removed too, its index with it.
    assert!(office.path("p1/store/index").exists());
    fs::remove_file(office.path("p1/vault.key")).unwrap();
    office.phone("p1", &["wipe", "--yes"]).ends(0);
    assert!(!office.path("p1/store/index").exists());
    office.enrol("p1", "local:A-1");
}

#[test]
fn a_directory_that_is_in_use_or_is_none_is_a_clear_error() {
    let office = Office::found();
    let _server = office.serve();
    office.enrol("p1", "local:A-1");
    fs::write(office.path("day.toml"), "[[step]]\nat = \"2026-11-24T07:31:00+08:00\"\ndo = \"today\"\n\n[[step]]\nat = \"2026-11-24T07:40:00+08:00\"\ndo = \"today\"\n").unwrap();
    let mut playing = Running::start(&mut office.phone_command("p1", &["play", "day.toml"]));
    office.set_clock(MORNING_MS + MINUTE);
    assert_eq!(playing.line()["did"], "today");
    assert!(office.phone("p1", &tap(&[])).ends(3).err.contains("in use"));
    assert!(office.phone("p1", &["wipe", "--yes"]).ends(3).err.contains("in use"));
    playing.kill();
    office.phone("p1", &tap(&[])).ends(0);

    fs::write(office.path("a-file"), "").unwrap();
    let link = office.invite("local:A-2");
    assert!(office.phone("a-file", &["enrol", &link]).ends(3).err.contains("a-file"));
    assert!(office.phone("a-file/below", &["enrol", &link]).ends(3).err.contains("--dir"));
    office.phone("p2", &["enrol", &link]).ends(0);
}

#[test]
fn a_person_sees_what_is_to_come_what_a_month_came_to_and_what_it_cost() {
    let office = Office::found();
    let _server = office.serve();
    office.enrol("p9", "local:A-1");
    let practice = office.phone("p9", &["practice", "--lat", "-2.55", "--lon", "120.37", "--accuracy", "9"]).ends(0);
    assert_eq!(practice.lines()[0]["counts"]["counts"], "outside_schedule");
    assert_eq!(office.taps("p9"), [Value::Null; 0]);
    let reminders = office.phone("p9", &["reminders", "--limit", "3"]).ends(0).lines();
    assert_eq!(reminders.len(), 3);
    assert_eq!(reminders[0]["title"], "Time to check in: 08.00");
    office.set_clock(EIGHT + 9_000);
    office.phone("p9", &tap(&[])).ends(0);
    let after = office.phone("p9", &["reminders", "--limit", "3"]).ends(0).lines();
    assert!(after.iter().all(|one| !one["id"].as_str().unwrap().contains("w0800")), "{after:?}");

    let id = office.taps("p9")[0]["id"].as_str().unwrap().to_owned();
    let proof = office.phone("p9", &["proof", &id]).ends(0).lines().remove(0);
    assert_eq!((proof["code"].as_str().unwrap().len(), &proof["place"]), (11, &Value::Null));
    let words = office.run(&["phone", "--dir", "p9", "--clock", "clock", "proof", &id, "--with-place"]).ends(0).out;
    let code = proof["code"].as_str().unwrap();
    for part in ["Siti Aminah", "jadwal 08.00", "Tercatat 08.00.09", "Sudah diterima", "Lokasi: ", code] {
        assert!(words.contains(part), "{part} in\n{words}");
    }
    let month = office.phone("p9", &["month"]).ends(0).lines().remove(0);
    assert_eq!(month["totals"]["on_time"], 1);
    let data = office.phone("p9", &["data"]).ends(0).lines().remove(0);
    assert!(data["this_month"]["sent_bytes"].as_u64().unwrap() > 1_000, "{data}");
    assert!(data["this_month"]["requests"].as_u64().unwrap() >= 2, "{data}");
    let request = office.phone("p9", &["choices", "request"]).ends(0).lines().remove(0);
    assert_eq!(request["kinds"].as_array().unwrap().len(), 12);
    let appeal = office.phone("p9", &["choices", "appeal"]).ends(0).lines().remove(0);
    assert_eq!(appeal["windows"][0]["state"], "on_time");
}

#[test]
fn a_code_that_is_read_aloud_shows_whose_it_is_and_enrols() {
    let office = Office::found();
    let server = office.serve();
    let made = office.run(&["--json", "admin", "invite", "--data", "srv", "--clock", "clock", "--code", "local:A-1"]);
    let made = made.ends(0).lines().remove(0);
    let code = made["code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 11, "two groups of five: {code}");
    let host = format!("http://127.0.0.1:{}", office.port);
    let typed = format!(" {}\n", code.replace('-', " ").to_lowercase());
    let seen = office.phone("p1", &["look", &typed, "--server", &host]).ends(0).did("look");
    assert_eq!(seen["invite"]["whose"]["person_name"], "Siti Aminah");
    assert_eq!(seen["invite"]["state"], "open");
    office.phone("p1", &["enrol", "AAAAA-AAAAA", "--server", &host]).ends(5);
    let enrolled = office.phone("p1", &["enrol", &typed, "--server", &host]).ends(0).did("enrol");
    assert_eq!(enrolled["person"]["name"], "Siti Aminah");
    let link = made["link"].as_str().unwrap();
    let used = office.phone("p2", &["look", link]).ends(1).did("look");
    assert_eq!(used["invite"]["state"], "used");
    let words = office.run(&["phone", "--dir", "p2", "--clock", "clock", "enrol", &code, "--server", &host]);
    assert!(words.err.contains("sudah dipakai HP lain"), "{words:?}");
    assert_eq!(server.terminate(), 0);
    office.phone("p3", &["look", link]).ends(4);
}

#[test]
fn a_help_code_finds_the_phone_at_the_help_desk() {
    let office = Office::found();
    let server = office.serve();
    office.enrol("p1", "local:A-1");
    office.phone("p1", &tap(&["--offline"])).ends(0);
    let help = office.phone("p1", &["help"]).ends(0).did("help");
    let code = help["help"]["code"].as_str().unwrap().to_owned();
    assert_eq!((code.len(), help["help"]["sent_now"].as_bool()), (6, Some(true)));
    let heard = format!("{} {}", code[..3].to_lowercase(), &code[3..]);
    let admin = ["--json", "admin", "help", "--data", "srv", "--clock", "clock", &heard];
    let found = office.run(&admin).ends(0).lines().remove(0);
    assert_eq!(found["name"], "Siti Aminah");
    assert_eq!(
        found["report"]["pending"].as_u64(),
        office.phone("p1", &["today"]).ends(0).lines()[0]["pending"].as_u64()
    );
    let words = office.run(&["admin", "help", "--data", "srv", "--clock", "clock", &code]).ends(0).out;
    assert!(words.contains("Siti Aminah") && words.contains("Menunggu dikirim: "), "{words}");
    office.run(&["admin", "help", "--data", "srv", "--clock", "clock", "ZZZZZZ"]).ends(1);
    office.run(&["admin", "help", "--data", "srv", "--clock", "clock", "ZZZ"]).ends(2);
    assert_eq!(server.terminate(), 0);
    let offline = office.phone("p1", &["help"]).ends(4).did("help");
    assert_eq!(
        (offline["help"]["code"].as_str(), offline["help"]["sent_now"].as_bool()),
        (Some(code.as_str()), Some(false))
    );
    office.set_clock(MORNING_MS + 8 * 24 * 60 * MINUTE);
    office.run(&admin).ends(1);
}
