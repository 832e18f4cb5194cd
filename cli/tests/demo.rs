//! The demo keeps its promises, and notices when one is broken behind its back.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
};

use serde_json::Value;

/// A demo under way, and what it has said so far, a JSON object a line.
struct Demo {
    child: Child,
    stdin: ChildStdin,
    said: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Demo {
    fn start(dir: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hadir"))
            .args(["--json", "demo", "--once", "--pace", "0", "--listen", "127.0.0.1:0", "--data"])
            .arg(dir.join("demo"))
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, stdin, said }
    }

    fn next(&mut self) -> Value {
        serde_json::from_str(&self.said.next().expect("the demo says more").unwrap()).unwrap()
    }

    fn end(mut self) -> ExitStatus {
        drop(self.stdin);
        self.child.wait().unwrap()
    }
}

fn broken(outcome: &Value) -> Vec<&str> {
    let promises = outcome["promises"].as_array().unwrap();
    promises.iter().filter(|p| p["held"] == false).map(|p| p["promise"].as_str().unwrap()).collect()
}

#[test]
fn a_day_with_every_mishap_keeps_every_promise() {
    let dir = tempfile::tempdir().unwrap();
    let mut demo = Demo::start(dir.path(), &["--phones", "30", "--seed", "7"]);
    let first = demo.next();
    assert!(first["board"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{first}");
    let outcome = demo.next();
    assert_eq!(broken(&outcome), Vec::<&str>::new());
    assert!(outcome["promises"].as_array().unwrap().iter().all(|promise| promise["held"] == true), "all were tested");
    assert_eq!(demo.end().code(), Some(0));
    let ledger = &outcome["ledger"];
    let count = |name: &str| ledger[name].as_u64().unwrap();
    assert_eq!(count("destroyed_by_reinstall"), 2);
    assert_eq!(count("acknowledged"), count("stored") + count("waiting") + 2);
    assert!(count("acknowledged") > 100, "{ledger}");
    assert!(outcome["taps_without_server"].as_u64().unwrap() >= 20, "the server was down across the first window");
}

/// Windows that touch, no windows at all, live share instead of them: the mishaps are placed by the policy's own times.
#[test]
fn every_other_shipped_policy_keeps_its_promises_too() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let names = std::fs::read_dir(shipped).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let others: Vec<_> =
        names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).filter(|id| id != "default").collect();
    assert!(others.len() >= 6, "{others:?}");
    for id in others {
        let dir = tempfile::tempdir().unwrap();
        let mut demo = Demo::start(dir.path(), &["--phones", "24", "--policy", &id]);
        demo.next();
        let outcome = demo.next();
        assert_eq!((broken(&outcome), demo.end().code()), (Vec::<&str>::new(), Some(0)), "{id}");
    }
}

#[test]
fn a_day_with_few_phones_casts_what_fits_and_says_what_was_not_put_to_the_test() {
    for (phones, recalled) in [("8", true), ("1", false)] {
        let dir = tempfile::tempdir().unwrap();
        let mut demo = Demo::start(dir.path(), &["--phones", phones, "--lang", "en"]);
        demo.next();
        let outcome = demo.next();
        assert_eq!((broken(&outcome), demo.end().code()), (Vec::<&str>::new(), Some(0)));
        let left_out = outcome["left_out"].as_array().unwrap();
        assert!(left_out.contains(&"same_point".into()), "{left_out:?}");
        assert_eq!(!left_out.contains(&"recalled".into()), recalled, "{left_out:?}");
        let tested = |named: &str| {
            let promises = outcome["promises"].as_array().unwrap();
            promises.iter().find(|it| it["promise"].as_str().unwrap().contains(named)).unwrap()["held"].clone()
        };
        assert_eq!(tested("called back"), if recalled { true.into() } else { serde_json::Value::Null });
        assert_eq!(tested("three households"), serde_json::Value::Null);
        assert_eq!(tested("nothing that was recorded"), true);
    }
}

#[test]
fn a_row_deleted_behind_its_back_breaks_the_promise() {
    let dir = tempfile::tempdir().unwrap();
    let mut demo = Demo::start(dir.path(), &["--phones", "20", "--dare"]);
    demo.next();
    let dare = demo.next();
    let database = rusqlite::Connection::open(dare["dare"].as_str().unwrap()).unwrap();
    let deleted = database
        .execute(
            "DELETE FROM places WHERE (install, epoch, seq) IN
             (SELECT install, epoch, seq FROM places WHERE kind = 'check_in' AND state = 'record' LIMIT 1)",
            [],
        )
        .unwrap();
    assert_eq!(deleted, 1);
    drop(database);
    demo.stdin.write_all(b"\n").unwrap();
    let outcome = demo.next();
    assert_eq!(outcome["ledger"]["lost"].as_array().unwrap().len(), 1);
    assert!(broken(&outcome).iter().any(|promise| promise.starts_with("nothing that was recorded is lost")));
    assert_eq!(demo.end().code(), Some(1));
}

#[test]
fn nonsense_is_refused_before_anything_is_made() {
    let dir = tempfile::tempdir().unwrap();
    for more in [["--policy", "atlantis"], ["--pace", "-1"], ["--listen", "0.0.0.0:1"], ["--seed=1", "out.json"]] {
        let at = dir.path().join("none");
        let run = Command::new(env!("CARGO_BIN_EXE_hadir"))
            .args(["demo", "--once", "--data"])
            .arg(&at)
            .args(more)
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(2), "{more:?}");
        assert!(!run.stderr.is_empty());
        assert!(!at.exists());
    }
}

#[test]
fn a_file_for_the_outcome_is_a_new_one_and_stays_only_with_an_outcome() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, made) = (dir.path().join("kept.txt"), dir.path().join("made.json"));
    std::fs::write(&kept, "keep me").unwrap();
    let demo = |policy: &str, file: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hadir"));
        command.args(["demo", "--once", "--pace", "0", "--phones", "2", "--listen", "127.0.0.1:0", "--policy", policy]);
        command.arg("--data").arg(dir.path().join("demo")).arg("--json").arg(file).output().unwrap()
    };
    let refused = demo("default", &kept);
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), "keep me");
    assert!(!dir.path().join("demo").exists(), "refused before the day");
    assert_eq!(demo("atlantis", &made).status.code(), Some(2));
    assert!(!made.exists(), "no outcome, no file");
    assert_eq!(demo("default", &made).status.code(), Some(0));
    let outcome: Value = serde_json::from_str(&std::fs::read_to_string(&made).unwrap()).unwrap();
    assert_eq!(outcome["phones"], 2);
}
