//! What holds on an ordinary day.

use super::*;
use crate::{
    journal::{GapCause, Tail, Warning, wipe},
    ports::{
        VaultError,
        disk::model::{Cut, Fault},
    },
};

#[test]
fn what_was_committed_comes_back_in_order_after_a_power_cut() {
    let bench = Bench::with(&[b"one", b"two", b"three"]);
    bench.disk.power_cut(Cut::LosesAll);
    let opened = bench.opened();
    assert_eq!(opened.snapshot.as_deref(), Some(&b"begin"[..]));
    assert_eq!(bodies(&opened), [b"one".as_slice(), b"two", b"three"]);
    assert!(opened.report.is_clean() && opened.report.warnings.is_empty(), "{:?}", opened.report);
    assert_eq!(opened.frames.iter().map(|frame| frame.no).collect::<Vec<_>>(), [2, 3, 4], "number 1 is the snapshot");
}

#[test]
fn a_tap_is_one_sync_and_asks_no_vault_even_when_it_begins_a_segment() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    let calls = bench.vault.calls();
    let mut rolled = 0;
    for _ in 0..20 {
        let (before, rolls) = (syncs(&bench.disk), journal.stats().rolls);
        tap(&mut journal, &[7; 700]).unwrap();
        assert_eq!(syncs(&bench.disk), before + 1);
        if journal.stats().rolls > rolls {
            rolled += 1;
            journal.maintain().unwrap();
        }
    }
    assert!(rolled >= 3, "the test must meet new segments, met {rolled}");
    assert_eq!(journal.stats().emergency_segments, 0);
    assert_eq!(bench.vault.calls(), calls);
}

#[test]
fn a_spare_is_whole_and_durable_before_any_tap_needs_it() {
    let bench = Bench::new();
    drop(bench.create().unwrap());
    bench.disk.power_cut(Cut::LosesAll);
    assert_eq!(bench.disk.content("00000002.seg"), [0; 4096]);
}

#[test]
fn a_tap_without_a_spare_makes_one_and_says_so() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    for _ in 0..20 {
        tap(&mut journal, &[7; 700]).unwrap();
    }
    assert!(journal.stats().emergency_segments >= 2);
    drop(journal);
    bench.disk.power_cut(Cut::LosesAll);
    let (journal, opened) = bench.open().unwrap();
    assert!(opened.report.is_clean());
    assert_eq!(history_bodies(&journal).len(), 20);
}

#[test]
fn an_open_reads_one_segment_and_takes_its_snapshot() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    for number in 0..30u8 {
        let entry = Entry { kind: FrameKind::Record, body: &[number; 500] };
        journal.commit(&[entry], || vec![number]).unwrap();
        journal.maintain().unwrap();
    }
    drop(journal);
    for older in bench.disk.names().iter().filter(|name| name.ends_with(".seg")).rev().skip(2) {
        bench.disk.spoil_sector(older, 0);
    }
    let opened = bench.opened();
    let state = usize::from(opened.snapshot.as_ref().unwrap()[0]);
    assert_eq!(opened.frames.first().map(|frame| usize::from(frame.body[0])), Some(state));
    assert_eq!(state + opened.frames.len(), 30, "snapshot and frames together are everything");
    assert!(opened.report.is_clean(), "the spoiled older segments were not even read");
}

#[test]
fn a_commit_of_several_is_one_write_and_comes_back_as_committed() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    let before = syncs(&bench.disk);
    let entries: Vec<_> = FrameKind::ALL.iter().map(|kind| Entry { kind: *kind, body: b"x" }).collect();
    let written = journal.commit(&entries, Vec::new).unwrap();
    assert_eq!(syncs(&bench.disk), before + 1);
    for (entry, written) in entries.iter().zip(&written) {
        let frame = journal.read(written.pos).unwrap();
        assert_eq!((frame.kind, frame.no, frame.pos), (entry.kind, written.no, written.pos));
    }
    drop(journal);
    assert_eq!(bench.opened().frames.iter().map(|frame| frame.kind).collect::<Vec<_>>(), FrameKind::ALL);
}

#[test]
fn an_empty_commit_costs_nothing() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    let before = bench.disk.operations();
    assert_eq!(journal.commit(&[], Vec::new), Ok(Vec::new()));
    assert_eq!(bench.disk.operations(), before);
}

#[test]
fn history_starts_anywhere_and_ends_where_the_journal_does() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    let written: Vec<_> = (0..25u8).map(|n| tap(&mut journal, &[n; 600]).unwrap()).collect();
    for (index, from) in written.iter().enumerate() {
        let steps = history(&journal, from.pos);
        assert_eq!(steps.len(), 25 - index, "from {}", from.pos);
        let Step::Frame(first) = &steps[0] else { panic!("no gap in a sound journal") };
        assert_eq!((first.no, first.pos), (from.no, from.pos));
    }
    assert_eq!(history(&journal, journal.end()), []);
}

#[test]
fn a_frame_larger_than_a_segment_is_kept_too() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    let large = vec![5; 300_000];
    for body in [&b"before"[..], &large, b"after"] {
        tap(&mut journal, body).unwrap();
    }
    drop(journal);
    bench.disk.power_cut(Cut::LosesAll);
    let (journal, opened) = bench.open().unwrap();
    assert!(opened.report.is_clean());
    assert_eq!(history_bodies(&journal), [b"before".to_vec(), large, b"after".to_vec()]);
}

#[test]
fn a_full_disk_is_said_before_a_tap_is_acknowledged_and_heals_by_itself() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    bench.disk.set_capacity(Some(bench.disk.used()));
    let mut kept = 0;
    let error = loop {
        match tap(&mut journal, &[7; 750]) {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
    };
    assert!(error.is_full(), "{error}");
    assert!(kept >= 8, "the present segment and the spare take a day's records, took {kept}");
    assert!(tap(&mut journal, &[7; 750]).unwrap_err().is_full(), "it stays clear");
    tap(&mut journal, b"small").unwrap();
    bench.disk.set_capacity(None);
    tap(&mut journal, &[8; 750]).unwrap();
    drop(journal);
    bench.disk.power_cut(Cut::LosesAll);
    let (journal, opened) = bench.open().unwrap();
    assert!(opened.report.is_clean());
    assert_eq!(history_bodies(&journal).len(), kept + 2);
}

#[test]
fn a_store_opens_on_a_full_disk_and_says_that_there_is_no_spare() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    while journal.stats().rolls < 2 {
        tap(&mut journal, &[7; 700]).unwrap();
    }
    drop(journal);
    bench.disk.set_capacity(Some(bench.disk.used()));
    let (mut journal, opened) = bench.open().unwrap();
    assert!(matches!(opened.report.warnings[..], [Warning::NoSpare(_)]), "{:?}", opened.report.warnings);
    tap(&mut journal, &[7; 700]).unwrap();
}

#[test]
fn after_a_failed_sync_the_tail_is_abandoned_and_the_next_tap_is_kept() {
    for (operation, fault) in [(0, Fault::Io), (0, Fault::Full), (0, Fault::Short), (1, Fault::Io), (1, Fault::Full)] {
        for cut in [Cut::LosesAll, Cut::KeepsAll, Cut::Tears(1), Cut::Tears(2)] {
            let bench = Bench::with(&[b"one"]);
            let (mut journal, _) = bench.open().unwrap();
            bench.disk.fail(operation, fault);
            let error = tap(&mut journal, &[2; 900]).unwrap_err();
            assert!(matches!(error, JournalError::Disk(_)));
            assert!(journal.needs_roll());
            let kept = tap(&mut journal, b"three").unwrap();
            assert_eq!(kept.pos.segment, 2, "never behind bytes in doubt");
            drop(journal);
            bench.disk.power_cut(cut);
            let (journal, opened) = bench.open().unwrap();
            assert_eq!(bodies(&opened), [b"three"]);
            assert_eq!(history_bodies(&journal), [b"one", b"three".as_slice()], "the failed one does not come back");
            assert!(opened.report.is_clean(), "{:?}", opened.report);
        }
    }
}

#[test]
fn a_tap_that_finds_no_randomness_changes_nothing() {
    struct Dead(std::sync::atomic::AtomicBool);
    impl crate::ports::Entropy for Dead {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), crate::ports::EntropyError> {
            if self.0.load(std::sync::atomic::Ordering::Relaxed) {
                return Err(crate::ports::EntropyError);
            }
            buffer.fill(3);
            Ok(())
        }
    }
    let bench = Bench::new();
    let dead = Arc::new(Dead(false.into()));
    let mut journal =
        Journal::create(Arc::new(bench.disk.clone()), &bench.vault, dead.clone(), SMALL, b"begin").unwrap();
    for size in [10, 5000] {
        dead.0.store(true, std::sync::atomic::Ordering::Relaxed);
        let before = bench.disk.operations();
        assert_eq!(tap(&mut journal, &vec![1; size]), Err(JournalError::Entropy(crate::ports::EntropyError)));
        assert_eq!(bench.disk.operations(), before);
        dead.0.store(false, std::sync::atomic::Ordering::Relaxed);
        tap(&mut journal, &vec![1; size]).unwrap();
    }
    assert_eq!(journal.stats().emergency_segments, 0, "the spare was given back");
}

#[test]
fn a_roll_outside_a_tap_leaves_room_for_the_next_ones() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    while !journal.needs_roll() {
        tap(&mut journal, &[1; 500]).unwrap();
    }
    journal.roll(b"rolled").unwrap();
    journal.maintain().unwrap();
    assert!(!journal.needs_roll());
    drop(journal);
    let opened = bench.opened();
    assert_eq!(opened.snapshot.as_deref(), Some(&b"rolled"[..]));
    assert!(opened.frames.is_empty());
}

#[test]
fn the_signing_seed_and_derived_keys_stay_the_same_and_apart() {
    let bench = Bench::new();
    let journal = bench.create().unwrap();
    let (seed, draft, other) = (*journal.signing_seed(), *journal.derive_key("draft"), *journal.derive_key("other"));
    drop(journal);
    let (journal, _) = bench.open().unwrap();
    assert_eq!((*journal.signing_seed(), *journal.derive_key("draft")), (seed, draft));
    assert!(draft != other && draft != seed && seed != [0; 32]);
}

#[test]
fn nothing_on_the_disk_can_be_read() {
    let secret = b"Nurhayati binti Ahmad, batuk sejak kemarin";
    let bench = Bench::new();
    let mut journal = bench.create_with(secret).unwrap();
    for _ in 0..20 {
        tap(&mut journal, secret).unwrap();
        journal.roll(secret).unwrap();
    }
    let seed = *journal.signing_seed();
    for name in bench.disk.names() {
        let content = bench.disk.content(&name);
        let shows = |needle: &[u8]| content.windows(needle.len()).any(|window| window == needle);
        assert!(!shows(&secret[..8]) && !shows(b"batuk") && !shows(&seed[..8]), "{name}");
    }
}

#[test]
fn a_wiped_store_is_gone_and_a_new_one_is_another() {
    let bench = Bench::with(&[b"one"]);
    let (journal, _) = bench.open().unwrap();
    let seed = *journal.signing_seed();
    bench.disk.set_content("draft.bin", b"sealed draft");
    journal.wipe().unwrap();
    assert_eq!(bench.disk.names(), ["lock"]);
    assert_eq!(bench.open().unwrap_err(), JournalError::NoStore);
    assert_ne!(*bench.create().unwrap().signing_seed(), seed);
}

#[test]
fn a_wipe_may_be_interrupted_anywhere_and_is_finished_by_whoever_comes_next() {
    let total = {
        let bench = Bench::with(&[b"one"]);
        let before = bench.disk.operations();
        wipe(&bench.disk).unwrap();
        bench.disk.operations() - before
    };
    for nth in 0..total {
        for cut in [Cut::LosesAll, Cut::KeepsAll, Cut::Tears(nth), Cut::Tears(nth + 100)] {
            let bench = Bench::with(&[b"one"]);
            bench.disk.die(nth);
            let _ = wipe(&bench.disk);
            bench.disk.power_cut(cut);
            match bench.open() {
                Ok((_, opened)) => assert_eq!(bodies(&opened), [b"one"], "either all is there"),
                Err(JournalError::NoStore) => {
                    assert!(
                        bench.disk.names().iter().all(|name| name == "lock"),
                        "or nothing: {:?}",
                        bench.disk.names()
                    );
                    bench.create().unwrap();
                }
                Err(error) => panic!("cut at {nth}, {cut:?}: {error}"),
            }
        }
    }
}

#[test]
fn a_wipe_removes_the_keys_before_anything_else() {
    let bench = Bench::with(&[b"one"]);
    let mut nth = 0;
    loop {
        let disk = bench.disk.after_power_cut(Cut::KeepsAll);
        disk.die(nth);
        let done = wipe(&disk).is_ok();
        let names = disk.names();
        let has = |suffix: &str| names.iter().any(|name| name.ends_with(suffix));
        assert!(has(".seg") || !(has("vault.bin") || has("vault.copy")), "{names:?}");
        if done {
            break;
        }
        nth += 1;
    }
}

#[test]
fn a_second_opener_is_told_at_once() {
    let bench = Bench::new();
    let journal = bench.create().unwrap();
    assert_eq!(bench.open().unwrap_err(), JournalError::InUse);
    assert_eq!(bench.create().unwrap_err(), JournalError::InUse);
    assert_eq!(wipe(&bench.disk).unwrap_err(), JournalError::InUse);
    drop(journal);
    bench.open().unwrap();
}

#[test]
fn a_vault_that_does_not_answer_leaves_the_store_for_later() {
    let bench = Bench::with(&[b"one"]);
    for trouble in [VaultError::Locked, VaultError::Unavailable, VaultError::KeyGone] {
        bench.vault.set_trouble(Some(trouble));
        assert_eq!(bench.open().unwrap_err(), JournalError::Vault(trouble));
    }
    bench.vault.set_trouble(None);
    assert_eq!(bodies(&bench.opened()), [b"one"]);
}

#[test]
fn a_witness_turns_a_missing_tail_into_a_loss() {
    let mut bench = Bench::with(&[b"one", b"two"]);
    bench.options.witness = Some(3);
    assert_eq!(bench.opened().report.tail, Tail::Clean);
    bench.options.witness = Some(5);
    let (mut journal, opened) = bench.open().unwrap();
    assert!(matches!(&opened.report.tail, Tail::Lost { missing, .. } if *missing == (4..=5)));
    let next = tap(&mut journal, b"three").unwrap();
    assert_eq!(next.no, 7, "after a new snapshot, and never with a number that was used");
    assert_eq!(next.pos.segment, 2);
    drop(journal);
    bench.options.witness = Some(7);
    assert!(bench.opened().report.is_clean(), "a loss is reported once; from then on the new segment counts");
}

#[test]
fn a_segment_that_somebody_removed_is_a_gap() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    let written: Vec<_> = (0..25u8).map(|n| tap(&mut journal, &[n; 600]).unwrap()).collect();
    drop(journal);
    bench.disk.delete("00000002.seg");
    let (journal, opened) = bench.open().unwrap();
    let gap = &opened.report.gaps[0];
    assert_eq!((gap.from.segment, gap.to.segment, gap.cause), (2, 3, GapCause::Missing));
    assert_eq!(opened.report.gaps.len(), 1);
    let steps = history(&journal, Pos::START);
    let there = steps.iter().filter(|step| matches!(step, Step::Frame(_))).count();
    assert_eq!(there, written.iter().filter(|written| written.pos.segment != 2).count());
    assert!(steps.iter().any(|step| matches!(step, Step::Gap(gap) if gap.cause == GapCause::Missing)));
}
