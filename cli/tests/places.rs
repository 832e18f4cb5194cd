//! Directories that can't be written, are full, or belong to another process: said clearly, nothing lost.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use common::{Answer, MINUTE, MORNING_MS, Office, Running, hadir, run_with, tap};

/// A command of somebody for whom permissions hold: root is sent on as nobody.
fn as_nobody(command: Command) -> Command {
    if !rustix::process::geteuid().is_root() {
        return command;
    }
    let mut lesser = Command::new("setpriv");
    lesser
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(command.get_program())
        .args(command.get_args());
    lesser.current_dir(command.get_current_dir().unwrap());
    lesser
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_directory_that_cannot_be_written_is_named_and_nothing_is_made() {
    let office = Office::found();
    mode(office.dir.path(), 0o755);
    fs::create_dir(office.path("locked")).unwrap();
    mode(&office.path("locked"), 0o555);
    let run = |args: &[&str]| {
        let mut command = hadir(office.dir.path());
        command.args(["--lang", "en"]).args(args);
        run_with(&mut as_nobody(command), "")
    };
    let link = office.invite("local:A-1");
    let keys = ["admin", "keys", "init", "--agency", "k", "--out", "locked/keys"];
    let demo = ["demo", "--once", "--pace", "0", "--phones", "1", "--data", "locked/demo"];
    let found = ["admin", "staff", "--data", "locked", "--clock", "clock"];
    for (args, names) in [
        (&["phone", "--dir", "locked/p", "--clock", "clock", "enrol", &link][..], "locked/p"),
        (&keys, "locked/keys"),
        (&demo, "locked/demo"),
        (&["health", "keygen", "--out", "locked/key.jwk"], "locked/key.jwk"),
        (&["policy", "new", "--id", "k", "--out", "locked/k.toml"], "locked/k.toml"),
    ] {
        let refused = run(args).ends(3);
        assert!(refused.err.contains(names), "{args:?}: {refused:?}");
    }
    run(&found).ends(5);
    assert_eq!(fs::read_dir(office.path("locked")).unwrap().count(), 0);
}

#[test]
fn a_phone_whose_store_became_read_only_says_so_and_taps_again_when_it_can() {
    let office = Office::found();
    let server = office.serve();
    office.enrol("p1", "local:A-1");
    assert_eq!(server.terminate(), 0);
    // Everything is the other account's, as if it were its own phone.
    let give = |path: &Path, writable: bool| {
        for entry in [path.to_owned()].into_iter().chain(walk(path)) {
            if rustix::process::geteuid().is_root() {
                std::os::unix::fs::chown(&entry, Some(65_534), Some(65_534)).unwrap();
            }
            let is_dir = entry.is_dir();
            mode(
                &entry,
                if is_dir {
                    if writable { 0o700 } else { 0o500 }
                } else if writable {
                    0o600
                } else {
                    0o400
                },
            );
        }
    };
    mode(office.dir.path(), 0o755);
    let run = |args: &[&str]| run_with(&mut as_nobody(office.phone_command("p1", args)), "");
    give(&office.path("p1"), false);
    let refused = run(&tap(&["--offline"])).ends(3);
    assert!(!refused.out.contains("check_in"), "nothing is acknowledged: {refused:?}");
    give(&office.path("p1"), true);
    run(&tap(&["--offline"])).ends(0);
    let log = run(&["log"]).ends(0).lines();
    assert_eq!(log.iter().filter(|entry| entry["kind"] == "check_in").count(), 1);
}

fn walk(path: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|entry| [entry.clone()].into_iter().chain(if entry.is_dir() { walk(&entry) } else { vec![] }))
        .collect()
}

#[test]
fn a_phone_or_a_database_that_another_process_holds_is_left_alone() {
    let office = Office::found();
    let server = office.serve();
    office.enrol("p1", "local:A-1");
    // A play that waits for the clock to move holds the phone.
    let script =
        "date = \"2026-11-24\"\n[[step]]\nat = \"07:30\"\ndo = \"today\"\n[[step]]\nat = \"20:00\"\ndo = \"today\"\n";
    fs::write(office.path("wait.toml"), script).unwrap();
    let mut playing = Running::start(&mut office.phone_command("p1", &["play", "wait.toml"]));
    assert_eq!(playing.line()["step"], 1);
    let held = office.phone("p1", &["today"]).ends(3);
    assert!(held.err.contains("another process"), "{held:?}");
    playing.kill();
    office.phone("p1", &["today"]).ends(0);

    drop(server);
    let database = rusqlite::Connection::open(office.path("srv/hadir.db")).unwrap();
    database.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let args = ["fact", "home", "--person", "local:A-2", "--data", "srv", "--clock", "clock"];
    let busy = office.run(&[&["--lang", "en", "admin"], &args[..]].concat()).ends(3);
    assert!(busy.err.contains("in use by another process"), "{busy:?}");
    database.execute_batch("ROLLBACK").unwrap();
    office.admin(&args[..4]);
}

/// Runs a script of the shell with a small file system of its own under `small`; `None` where the system does not let tests mount.
fn in_a_small_place(office: &Office, script: &str) -> Option<Answer> {
    fs::create_dir_all(office.path("small")).unwrap();
    let mut command = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        command.arg("--map-root-user");
    }
    let script = format!("mount -t tmpfs -o size=6m tmpfs small || exit 77\nset -u\n{script}");
    command.args(["--mount", "sh", "-c", &script]).current_dir(office.dir.path());
    command.env("HADIR", env!("CARGO_BIN_EXE_hadir")).env("HADIR_LANG", "en");
    if Command::new("unshare").arg("--version").output().is_err() {
        return None;
    }
    let answer = run_with(&mut command, "");
    let may_not = answer.code == 77 || answer.err.contains("unshare: ");
    if may_not {
        eprintln!("this system lets no test mount a small file system: {}", answer.err);
    }
    (!may_not).then_some(answer)
}

#[test]
fn a_full_disk_refuses_a_tap_before_it_is_acknowledged_and_heals_by_itself() {
    let office = Office::found();
    let _server = office.serve();
    let link = office.invite("local:A-1");
    office.set_clock(MORNING_MS + 30 * MINUTE);
    let phone = "\"$HADIR\" --json phone --dir small/p1 --clock clock";
    let fix = "--lat -2.55 --lon 120.37 --accuracy 12 --offline";
    let script = format!(
        "{phone} enrol '{link}' >/dev/null || exit 10
         {phone} check-in {fix} >/dev/null || exit 11
         dd if=/dev/zero of=small/filler bs=4k 2>/dev/null
         taken=1; for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
           {phone} check-in {fix} >out 2>err; code=$?
           [ $code -eq 0 ] || break
           taken=$((taken + 1))
         done
         echo \"code $code\"; cat err
         rm small/filler
         {phone} check-in {fix} >/dev/null || exit 12
         taken=$((taken + 1))
         kept=$({phone} log | grep -c '\"kind\":\"check_in\"')
         echo \"taken $taken kept $kept\"
         {phone} sync >/dev/null || exit 13"
    );
    let Some(answer) = in_a_small_place(&office, &script) else { return };
    let answer = answer.ends(0);
    let counts: Vec<&str> = answer.out.lines().find(|line| line.starts_with("taken")).unwrap().split(' ').collect();
    assert_eq!(counts[1], counts[3], "what was acknowledged is there, and nothing else: {answer:?}");
    // Space for a day is reserved ahead, so a few taps go on; then it is said.
    if !answer.out.contains("code 0") {
        assert!(answer.out.contains("code 3"), "{answer:?}");
    }
}

#[test]
fn an_operators_act_on_a_full_disk_is_kept_whole_or_not_at_all() {
    let office = Office::found();
    let mut staff = String::from("scheme,number,name,unit,unit_name\n");
    for number in 0..20_000 {
        staff.push_str(&format!("local,B-{number},Nama {number},dinas,Dinas Contoh\n"));
    }
    fs::write(office.path("many.csv"), staff).unwrap();
    let script = "cp -r srv small/srv || exit 10
        admin() { command=$1; shift; \"$HADIR\" admin \"$command\" --data small/srv --clock clock \"$@\"; }
        dd if=/dev/zero of=small/filler bs=4k count=1370 2>/dev/null
        admin staff many.csv 2>err; echo \"code $?\"; cat err
        rm small/filler
        admin staff | wc -l";
    let Some(answer) = in_a_small_place(&office, script) else { return };
    let answer = answer.ends(0);
    assert!(answer.out.contains("code 3") && answer.out.contains("full"), "{answer:?}");
    assert_eq!(answer.out.lines().last().unwrap().trim(), "2", "as before: {answer:?}");
}
