//! Freed segments: gone only when that is on the medium, with their receipts kept, whatever cuts in.

use super::*;
use crate::ports::disk::model::{Cut, Fault};

/// A store of six segments: in each a record of its number and the receipt of the record before.
fn long() -> Bench {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    for n in 1..=6u8 {
        let record = [n; 40];
        let receipt = [0x80 | (n - 1); 30];
        let entries = [
            Entry { kind: FrameKind::Receipt, body: &receipt },
            Entry { kind: FrameKind::Record, body: &record },
            Entry { kind: FrameKind::Pack, body: b"a pack" },
        ];
        journal.commit(&entries, Vec::new).unwrap();
        if n < 6 {
            journal.maintain().unwrap();
            journal.roll(b"state").unwrap();
        }
    }
    journal.maintain().unwrap();
    drop(journal);
    bench
}

fn records(journal: &Journal) -> Vec<u8> {
    let steps = history(journal, Pos::START);
    let gaps = steps.iter().filter(|step| matches!(step, Step::Gap(_))).count();
    assert_eq!(gaps, 0, "what was given up is no gap");
    let first = |step| match step {
        Step::Frame(frame) if frame.kind == FrameKind::Record => Some(frame.body[0]),
        _ => None,
    };
    steps.into_iter().filter_map(first).collect()
}

/// Every receipt that is left, wherever it is.
fn receipts(journal: &Journal) -> Vec<u8> {
    let kept = journal.kept().unwrap();
    assert_eq!(kept.damaged, [0u32; 0]);
    let mut all: Vec<u8> =
        kept.frames.iter().filter(|frame| frame.kind == FrameKind::Receipt).map(|frame| frame.body[0] & 0x7f).collect();
    all.extend(history(journal, Pos::START).into_iter().filter_map(|step| match step {
        Step::Frame(frame) if frame.kind == FrameKind::Receipt => Some(frame.body[0] & 0x7f),
        _ => None,
    }));
    all
}

fn segment_files(bench: &Bench) -> Vec<String> {
    bench.disk.names().into_iter().filter(|name| name.ends_with(".seg")).collect()
}

#[test]
fn given_up_segments_go_when_the_next_one_says_so_and_their_receipts_stay() {
    let bench = long();
    let (mut journal, _) = bench.open().unwrap();
    let files = segment_files(&bench);
    assert_eq!(journal.free_below(4).unwrap(), 4);
    journal.maintain().unwrap();
    assert_eq!(segment_files(&bench), files, "nothing goes before the medium knows");
    assert_eq!(records(&journal), [4, 5, 6]);
    assert_eq!(receipts(&journal), [0, 1, 2, 3, 4, 5]);
    journal.roll(b"state").unwrap();
    journal.maintain().unwrap();
    assert_eq!(segment_files(&bench)[0], "00000004.seg");
    drop(journal);
    let (journal, opened) = bench.open().unwrap();
    assert!(opened.report.is_clean());
    assert_eq!((journal.oldest(), records(&journal), receipts(&journal)), (4, vec![4, 5, 6], vec![0, 1, 2, 3, 4, 5]));
    assert_eq!(journal.kept().unwrap().frames.len(), 3, "packs and records are not kept");
}

#[test]
fn the_present_segment_and_the_one_before_it_never_go() {
    let bench = long();
    let (mut journal, _) = bench.open().unwrap();
    assert_eq!(journal.free_below(u32::MAX).unwrap(), 5);
    journal.roll(b"state").unwrap();
    journal.maintain().unwrap();
    assert_eq!(records(&journal), [5, 6]);
    let (_, opened) = {
        drop(journal);
        bench.open().unwrap()
    };
    assert!(opened.report.is_clean());
}

#[test]
fn a_damaged_file_of_receipts_is_told_and_the_others_are_read() {
    let bench = long();
    let (mut journal, _) = bench.open().unwrap();
    journal.free_below(4).unwrap();
    let mut bytes = bench.disk.content("freed-00000002.bin");
    bytes[50] ^= 1;
    bench.disk.set_content("freed-00000002.bin", &bytes);
    let kept = journal.kept().unwrap();
    assert_eq!((kept.damaged, kept.frames.len()), (vec![2], 2));
}

/// Frees, rolls and sweeps, and goes on with a tap; whatever fails.
fn free(bench: &Bench) {
    let Ok((mut journal, _)) = bench.open() else { return };
    let _ = journal.free_below(4);
    let _ = journal.roll(b"state");
    let _ = journal.maintain();
    let _ = journal.free_below(5);
    let _ = tap(&mut journal, &[7; 900]);
    let _ = journal.roll(b"state");
    let _ = journal.maintain();
}

fn whole(bench: &Bench, what: &str) {
    let (journal, _) = bench.open().unwrap_or_else(|error| panic!("{what}: {error}"));
    let left: Vec<u8> = records(&journal).into_iter().filter(|record| *record < 7).collect();
    let first = left.first().copied().unwrap();
    assert!(first <= 5, "{what}");
    assert_eq!(left, (first..=6).collect::<Vec<_>>(), "{what}: a run up to the newest");
    let mut proven = receipts(&journal);
    proven.sort_unstable();
    proven.dedup();
    assert_eq!(proven, [0, 1, 2, 3, 4, 5], "{what}: every receipt is somewhere");
}

#[test]
fn a_power_cut_at_every_operation_of_freeing_loses_no_receipt_and_nothing_that_is_kept() {
    let total = {
        let bench = long();
        let before = bench.disk.operations();
        free(&bench);
        bench.disk.operations() - before
    };
    assert!(total > 30, "{total}");
    for nth in 0..=total {
        for cut in [Cut::LosesAll, Cut::KeepsAll, Cut::Tears(nth), Cut::Tears(nth + 1_000)] {
            let bench = long();
            bench.disk.die(nth);
            free(&bench);
            bench.disk.power_cut(cut);
            whole(&bench, &format!("cut at {nth}, {cut:?}"));
            free(&bench);
            whole(&bench, &format!("cut at {nth}, {cut:?}, and freed again"));
            assert_eq!(segment_files(&bench)[0], "00000005.seg", "it is done in the end");
        }
    }
}

#[test]
fn any_operation_that_fails_once_only_puts_freeing_off() {
    for nth in 0..60 {
        for fault in [Fault::Io, Fault::Full, Fault::Short] {
            let bench = long();
            bench.disk.fail(nth, fault);
            free(&bench);
            whole(&bench, &format!("{fault:?} at {nth}"));
        }
    }
}
