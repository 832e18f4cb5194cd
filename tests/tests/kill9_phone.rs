//! A whole phone killed by signal 9 at random points, while it enrols, taps and syncs with a real server.
//!
//! HADIR_SEED repeats a run's choices; HADIR_KILLS takes more or fewer than 100.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::Duration,
};

use hadir_core::{
    engine::{CheckInEngine, LogFilter, SyncEnd},
    history,
    model::Kind,
    ports::Cancel,
};
use hadir_tests::{
    dice::{Dice, setting},
    office::Office,
    phone,
};

/// Ids of every record that the phone holds, with its kind.
fn held(engine: &CheckInEngine) -> Vec<(String, Kind)> {
    engine.log(&LogFilter::default()).unwrap().into_iter().map(|entry| (entry.id.to_string(), entry.kind)).collect()
}

#[test]
fn a_phone_killed_at_random_points_loses_no_tap_and_delivers_each_once() {
    let (seed, kills) = (setting("HADIR_SEED", u64::from(std::process::id())), setting("HADIR_KILLS", 100));
    let mut dice = Dice(seed);
    let home = tempfile::tempdir().unwrap();
    let mut office = Office::found(&home.path().join("server")).unwrap();
    let (directory, link) = (home.path().join("phone"), office.invite().unwrap());
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..kills {
        let context = format!("seed {seed}, kill {round}");
        // Now and then the server is away: every sync then fails, and taps go on.
        match dice.roll(6) {
            0 if round > 0 => office.stop(),
            1 | 2 => {
                office.stop();
                office.start().unwrap();
            }
            _ => {}
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_crash_phone"))
            .arg(&directory)
            .arg(&link)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let wait_for = dice.roll(3) * dice.roll(6);
        let mut said: Vec<String> = lines.by_ref().take(wait_for as usize).map(Result::unwrap).collect();
        dice.pass_a_moment(4_000_000);
        child.kill().unwrap();
        child.wait().unwrap();
        said.extend(lines.map(Result::unwrap));
        // Without a server nobody can enrol: the only error that may be.
        let errors: Vec<&String> = said.iter().filter(|line| line.starts_with("error")).collect();
        assert!(errors.is_empty() || !phone::open(&directory).unwrap().is_enrolled(), "{context}: {errors:?}");
        acknowledged.extend(said.into_iter().filter(|line| line.len() == 36));

        let engine = phone::open(&directory).unwrap_or_else(|error| panic!("{context}: {error}"));
        if !engine.is_enrolled() {
            assert_eq!(acknowledged, [""; 0], "{context}: who was enrolled is not any more");
            continue;
        }
        let here: BTreeSet<String> = held(&engine).into_iter().map(|(id, _)| id).collect();
        let lost: Vec<&String> = acknowledged.iter().filter(|id| !here.contains(*id)).collect();
        assert!(lost.is_empty(), "{context}: lost {lost:?}");
    }

    // A fresh server forgets what it asked this phone to wait for.
    office.stop();
    office.start().unwrap();
    let engine = phone::open(&directory).unwrap();
    let report = engine.sync(Duration::from_secs(60), &Cancel::default()).unwrap();
    assert_eq!((report.end, report.pending, report.parked), (SyncEnd::Done, 0, 0), "{report:?}");
    let here = held(&engine);
    assert!(here.iter().all(|(_, kind)| *kind != Kind::Epoch), "a kill is no reason to doubt the head");
    let export = engine.export().unwrap();
    let stored = office.records(&export.install).unwrap();
    assert_eq!(stored.len(), here.len(), "each record is in the database once");
    let totals = office.totals().unwrap();
    assert_eq!((totals.records, totals.stubs, totals.evidence), (here.len() as u64, 0, 0));
    let ids: BTreeSet<&String> = here.iter().map(|(id, _)| id).collect();
    let in_database: BTreeSet<String> = stored.iter().map(|row| row.record.id.to_string()).collect();
    assert!(ids.iter().all(|id| in_database.contains(*id)));
    let checked = history::verify(&export, Some(&export.trust.root));
    assert_eq!((checked.problems.as_slice(), checked.not_receipted()), (&[][..], 0));
    println!(
        "{kills} kills: {} taps acknowledged, 0 lost; {} records on the phone, each once in the database (seed {seed})",
        acknowledged.len(),
        here.len()
    );
}
