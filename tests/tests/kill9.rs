//! Real processes on a real disk, killed by signal 9 at random points; and several on one journal.
//!
//! HADIR_SEED repeats a run's choices (the machine's timing stays its own); HADIR_KILLS takes more or fewer than 900.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

use hadir_core::{
    adapters::{SystemDisk, SystemEntropy},
    journal::{Journal, JournalError, Options, Pos, Step, Tail},
};
use hadir_tests::{
    dice::{Dice, setting},
    tally::Tally,
    vault::ConstantVault,
};

fn start(directory: &Path, name: &str, count: u64) -> (Child, BufReader<ChildStdout>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_crash_journal"))
        .arg(directory)
        .args([name, &count.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    (child, out)
}

/// Everything in the store, and the state that an open rebuilt from one segment. Fails on any gap or loss. `None`: no store yet.
fn read(directory: &Path, context: &str) -> Option<(Vec<String>, Tally)> {
    let disk = Arc::new(SystemDisk::open(directory).unwrap());
    let entropy = Arc::new(SystemEntropy::new());
    let (journal, opened) = match Journal::open(disk, &ConstantVault::new(), entropy, Options::default()) {
        Ok(opened) => opened,
        Err(JournalError::NoStore) => return None,
        Err(error) => panic!("{context}: the store does not open: {error}"),
    };
    assert_eq!(opened.report.gaps, [], "{context}");
    assert!(!matches!(opened.report.tail, Tail::Lost { .. }), "{context}: {:?}", opened.report.tail);
    let mut records = Vec::new();
    for step in journal.iter_from(Pos::START).unwrap() {
        match step.unwrap() {
            Step::Frame(frame) => records.push(String::from_utf8(frame.body).unwrap()),
            Step::Gap(gap) => panic!("{context}: {gap:?}"),
        }
    }
    Some((records, Tally::of(&opened)))
}

fn tally(records: &[String]) -> Tally {
    let mut tally = Tally::default();
    for record in records {
        tally.add(record.as_bytes());
    }
    tally
}

#[test]
fn nine_hundred_kills_at_random_points_lose_nothing_that_was_recorded() {
    let (seed, kills) = (setting("HADIR_SEED", u64::from(std::process::id())), setting("HADIR_KILLS", 900));
    let mut dice = Dice(seed);
    let mut home = tempfile::tempdir().unwrap();
    let mut recorded: Vec<String> = Vec::new();
    let (mut total, mut unacknowledged, mut stores, mut before_open) = (0, 0, 1, 0);
    for round in 0..kills {
        let context = format!("seed {seed}, kill {round}");
        // Some stores are young: a kill then falls into their making.
        if dice.roll(8) == 0 {
            (home, recorded, stores) = (tempfile::tempdir().unwrap(), Vec::new(), stores + 1);
        }
        let (mut child, out) = start(home.path(), &format!("{round}"), u64::MAX);
        // Killed after so many lines, and a random moment: within an open (no line), a tap, or the start of a segment.
        let wait_for = dice.roll(3) * dice.roll(30);
        let mut lines = out.lines();
        let mut said: Vec<String> = lines.by_ref().take(wait_for as usize).map(Result::unwrap).collect();
        dice.pass_a_moment(if wait_for == 0 { 1_500_000 } else { 100_000 });
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success(), "{context}: it ended by itself: {said:?}");
        // What it had said before the kill may still stand in the pipe.
        said.extend(lines.map(Result::unwrap));
        assert!(said.iter().all(|line| !line.starts_with("error")), "{context}: {said:?}");
        before_open += u64::from(said.is_empty());
        let acknowledged: Vec<String> = said.into_iter().skip(1).collect();

        let Some((found, state)) = read(home.path(), &context) else {
            assert!(recorded.is_empty() && acknowledged.is_empty(), "{context}: the store is gone");
            continue;
        };
        let expected = [&recorded[..], &acknowledged].concat();
        assert!(found.starts_with(&expected), "{context}: lost {:?}", expected.iter().find(|it| !found.contains(it)));
        // At most the one tap that was on its way when the signal came.
        assert!(found.len() <= expected.len() + 1, "{context}: {:?}", &found[expected.len()..]);
        assert_eq!(state, tally(&found), "{context}: the snapshot and the frames after it");
        total += acknowledged.len();
        unacknowledged += found.len() - expected.len();
        recorded = found;
    }
    println!(
        "{kills} kills on {stores} stores, {before_open} of them before the store was open: {total} records acknowledged, \
         0 lost, {unacknowledged} kept that were on their way (seed {seed})"
    );
}

#[test]
fn processes_that_fight_for_one_journal_take_turns_and_lose_nothing() {
    const RECORDS: u64 = 60;
    let home = tempfile::tempdir().unwrap();
    let names = ["a", "b", "c", "d"];
    let children: Vec<_> = names.iter().map(|name| start(home.path(), name, RECORDS)).collect();
    for (mut child, out) in children {
        let said: Vec<String> = out.lines().map(Result::unwrap).collect();
        assert!(child.wait().unwrap().success(), "{said:?}");
        assert_eq!(said.len() as u64, RECORDS + 1);
    }
    let (found, state) = read(home.path(), "after the fight").unwrap();
    assert_eq!(state, tally(&found));
    let mut next: BTreeMap<&str, u64> = BTreeMap::new();
    for record in &found {
        let (name, number) = record.split_once(' ').unwrap();
        assert_eq!(number.parse(), Ok(*next.entry(name).or_default()), "out of order: {record}");
        *next.get_mut(name).unwrap() += 1;
    }
    assert_eq!(next, names.map(|name| (name, RECORDS)).into());
    // One owner at a time: each process's records stand together.
    let turns = found.chunk_by(|a, b| a.as_bytes()[0] == b.as_bytes()[0]).count();
    assert_eq!(turns, names.len());
}

#[test]
fn a_store_that_another_process_holds_does_not_open() {
    let home = tempfile::tempdir().unwrap();
    let (mut child, out) = start(home.path(), "holder", u64::MAX);
    // From its first record on it holds the store.
    assert_eq!(out.lines().nth(1).unwrap().unwrap(), "holder 0");
    let disk = Arc::new(SystemDisk::open(home.path()).unwrap());
    let entropy = Arc::new(SystemEntropy::new());
    let refused = Journal::open(disk.clone(), &ConstantVault::new(), entropy.clone(), Options::default()).map(drop);
    assert_eq!(refused.unwrap_err(), JournalError::InUse);
    child.kill().unwrap();
    child.wait().unwrap();
    // A killed owner leaves nothing that keeps others out.
    assert!(Journal::open(disk, &ConstantVault::new(), entropy, Options::default()).is_ok());
}
