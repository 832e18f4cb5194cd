//! One table of exit codes for every command (docs/cli.md).
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::fs;

use common::Office;

#[test]
fn every_command_ends_with_the_code_that_the_table_says() {
    let office = Office::found();
    fs::write(office.path("faulty.toml"), "schema = 1\nzona = 1\n").unwrap();
    fs::write(office.path("note.txt"), "no key, no history").unwrap();
    let admin = |args: &[&'static str]| [&["admin"], args, &["--data", "srv", "--clock", "clock"]].concat();
    let rows: Vec<(i32, Vec<&str>)> = vec![
        (0, admin(&["log"])),
        (0, vec!["policy", "check", "default"]),
        // The answer is no.
        (1, vec!["policy", "check", "faulty.toml"]),
        (1, admin(&["invite", "local:nobody"])),
        (1, admin(&["fact", "--cancel", "99"])),
        (1, admin(&["init", "--keys", "keys", "--name", "Lagi", "--server", "http://127.0.0.1:1"])),
        // A value is wrong; nothing was done.
        (2, vec!["policy", "show", "faulty.toml", "--date", "2026-11-24"]),
        (2, admin(&["policy", "faulty.toml", "--key", "keys/policy.jwk"])),
        (2, vec!["demo", "--once", "--pace", "0", "--policy", "faulty.toml"]),
        (2, admin(&["staff", "note.txt"])),
        (2, admin(&["fact", "leave", "--person", "local:A-1", "--from", "2026-11-24", "--until", "2026-11-20"])),
        (2, admin(&["rule", "local:A-1", "--date", "2026-11-24", "--window", "09:30", "--reason", "x", "on-time"])),
        (
            2,
            vec![
                "admin",
                "init",
                "--data",
                "new",
                "--keys",
                "keys",
                "--name",
                "Baru",
                "--server",
                "http://example.org",
            ],
        ),
        (2, vec!["verify", "note.txt"]),
        (2, vec!["phone", "--dir", "none", "--no-such-option"]),
        // A file, a directory or an address can't be used.
        (3, vec!["verify", "no-such-file"]),
        (3, vec!["policy", "check", "no-such-file.toml"]),
        (3, vec!["health", "open", "--key", "no-such-key", "--forms", "forms.jsonl"]),
        (3, vec!["health", "keygen", "--out", "h1.jwk"]),
        (3, admin(&["policy", "no-such-file.toml", "--key", "keys/policy.jwk"])),
        (3, vec!["serve", "--data", "srv", "--clock", "no-clock"]),
        // A person has to act first.
        (5, vec!["serve", "--data", "elsewhere"]),
        (5, vec!["admin", "log", "--data", "elsewhere"]),
        (5, vec!["phone", "--dir", "none", "today"]),
    ];
    for (code, args) in rows {
        let answer = office.run(&args);
        assert_eq!(answer.code, code, "{args:?}: {answer:?}");
        assert_eq!(answer.err.is_empty(), code == 0, "{args:?}: {answer:?}");
    }
    assert!(!office.path("new/hadir.db").exists(), "an agency that was refused leaves no database");
    // Recorded and safe, not delivered.
    let server = office.serve();
    office.enrol("p1", "local:A-1");
    assert_eq!(server.terminate(), 0);
    office.phone("p1", &["check-in", "--no-fix"]).ends(4);
}
