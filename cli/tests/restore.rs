//! Keys, backups and parked records as an operator handles them, through the binary.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::fs;

use common::{MINUTE, MORNING_MS, Office, hadir, run_with, tap};

impl Office {
    /// A command of the operator, whatever it ends with.
    fn operator(&self, args: &[&str]) -> common::Answer {
        let more = ["--data", "srv", "--clock", "clock", "--lang", "en", "--json"];
        run_with(hadir(self.dir.path()).arg("admin").args(args).args(more), "")
    }
}

#[test]
fn a_key_is_rotated_and_a_backup_restored_and_every_tap_is_there_again() {
    let office = Office::found();
    let server = office.serve();
    office.enrol("p", "local:A-1");
    office.phone("p", &tap(&[])).ends(0);
    office.operator(&["backup", "yesterday.db"]).ends(0);
    office.set_clock(MORNING_MS + MINUTE);
    office.phone("p", &tap(&[])).ends(0);

    // A receipt key of its own: not before the server's list certifies it.
    let made =
        office.run(&["--json", "admin", "keys", "new", "--keys", "keys", "--use", "receipt", "--clock", "clock"]);
    let made = made.ends(0).lines().remove(0);
    assert_eq!((&made["serial"], &made["file"]), (&7.into(), &"keys/receipt-7.jwk".into()));
    let early = office.operator(&["keys", "install", "keys/receipt-7.jwk"]).ends(1);
    assert!(early.err.contains("hadir admin trust"), "{early:?}");
    office.admin(&["trust", "keys/trust.json"]);
    office.admin(&["keys", "install", "keys/receipt-7.jwk"]);
    let wrong = office.operator(&["keys", "install", "keys/policy.jwk"]).ends(3);
    assert!(wrong.err.contains("policy"), "{wrong:?}");

    // Nothing is restored over a running server, over a database without consent, or from what is no backup.
    office.operator(&["restore", "--replace", "yesterday.db"]).ends(3);
    assert_eq!(server.terminate(), 0);
    office.operator(&["restore", "yesterday.db"]).ends(2);
    fs::write(office.path("words.db"), "no database").unwrap();
    office.operator(&["restore", "--replace", "words.db"]).ends(1);

    // The backup does not know the new key yet; what stood there did, and its longer list is taken over.
    office.set_clock(MORNING_MS + 2 * MINUTE);
    let restored = office.operator(&["restore", "--replace", "yesterday.db"]).ends(0).lines().remove(0);
    assert_eq!((&restored["keys"], &restored["trust_kept"]), (&"good".into(), &true.into()));
    let before = office.path(restored["before"].as_str().unwrap());
    assert!(before.exists(), "{restored}");
    // Without it the backup says so, and no server starts with a key that its list does not have.
    fs::rename(&before, office.path("elsewhere.db")).unwrap();
    fs::remove_file(office.path("srv/hadir.db")).unwrap();
    let alone = office.operator(&["restore", "yesterday.db"]).ends(5).lines().remove(0);
    assert_eq!((&alone["keys"], &alone["trust_kept"]), (&"not_certified".into(), &false.into()));
    run_with(&mut office.server(), "").ends(3);
    office.admin(&["trust", "keys/trust.json"]);
    let server = office.serve();
    let synced = office.phone("p", &tap(&[])).ends(0).did("sync");
    assert_eq!(synced["delivered"], true);
    assert!(office.taps("p").iter().all(|entry| entry["delivery"]["delivery"] == "received"), "{:?}", office.taps("p"));
    let status = office.operator(&["status"]).ends(0).lines().remove(0);
    assert_eq!((&status["trust"], &status["running"], &status["parked"]), (&7.into(), &true.into(), &0.into()));
    assert_eq!(office.operator(&["parked"]).ends(0).lines(), Vec::<serde_json::Value>::new());
    drop(server);
}

#[test]
fn the_end_of_a_certificate_is_told_two_months_ahead_by_every_command_that_looks() {
    let office = Office::found();
    let calm = office.run(&["--json", "admin", "keys", "list", "--data", "srv", "--clock", "clock"]).ends(0);
    assert_eq!((calm.lines().len(), calm.err.as_str()), (6, ""));
    assert!(calm.lines().iter().any(|cert| cert["use"] == "receipt" && cert["in_use"] == true));
    let day = 24 * 60 * MINUTE;
    office.set_clock(MORNING_MS + (2 * 365 - 59) * day);
    let near = office.run(&["--lang", "en", "admin", "keys", "list", "--keys", "keys", "--clock", "clock"]).ends(5);
    for key_use in ["policy", "receipt", "assignment", "health", "recovery"] {
        assert!(near.err.contains(&format!("certificate for {key_use} ends on")), "{key_use}: {near:?}");
    }
    office.operator(&["status"]).ends(5);
    office.set_clock(MORNING_MS + 2 * 365 * day + MINUTE);
    let over = office.run(&["--lang", "en", "admin", "keys", "list", "--data", "srv", "--clock", "clock"]).ends(5);
    assert!(over.err.contains("no key for receipt is certified now"), "{over:?}");
}

#[test]
fn nothing_is_ordered_for_what_is_not_parked_and_nonsense_is_named() {
    let office = Office::found();
    let server = office.serve();
    office.enrol("p", "local:A-1");
    office.phone("p", &tap(&[])).ends(0);
    let install = office.phone("p", &["diagnostics"]).ends(0).lines()[0]["install"].as_str().unwrap().to_owned();
    let refused = office.operator(&["release", &install, "1", "2"]).ends(1);
    assert!(refused.err.contains("1:2") && refused.err.contains("admin parked"), "{refused:?}");
    let stranger = install.chars().rev().collect::<String>();
    let unknown = office.operator(&["release", &stranger, "1", "2"]);
    assert!(unknown.code == 1 || unknown.code == 2, "{unknown:?}");
    for bad in [["x", "1", "2"], [install.as_str(), "0", "2"], [install.as_str(), "1", "-3"]] {
        office.operator(&["release", bad[0], bad[1], bad[2]]).ends(2);
    }
    office.run(&["admin", "parked", "--data", "elsewhere"]).ends(5);
    drop(server);
}
