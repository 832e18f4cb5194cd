//! Drafts: kept whole, told when damaged, gone when discarded, and for this phone alone.

use super::*;
use crate::{journal::SmallFile, ports::disk::model::Cut};

const LABEL: &str = "2020-03-23";
const FILE: &str = "draft-2020-03-23.bin";

fn found(plain: &[u8]) -> SmallFile {
    SmallFile::Found(plain.to_vec())
}

#[test]
fn a_draft_is_replaced_comes_back_after_an_open_and_is_gone_when_discarded() {
    let bench = Bench::with(&[b"one"]);
    let (mut journal, _) = bench.open().unwrap();
    assert_eq!(journal.load_draft(LABEL).unwrap(), SmallFile::Missing);
    journal.save_draft(LABEL, b"half a form").unwrap();
    journal.save_draft(LABEL, b"more of it").unwrap();
    drop(journal);
    let (mut journal, opened) = bench.open().unwrap();
    assert!(opened.report.is_clean());
    assert_eq!(journal.load_draft(LABEL).unwrap(), found(b"more of it"));
    assert_eq!(journal.drafts().unwrap(), [LABEL]);
    assert!(!bench.disk.content(FILE).windows(4).any(|four| four == b"more"));
    journal.discard_draft(LABEL).unwrap();
    journal.discard_draft(LABEL).unwrap();
    assert_eq!(journal.load_draft(LABEL).unwrap(), SmallFile::Missing);
    assert!(!bench.disk.names().iter().any(|name| name.starts_with("draft")));
}

#[test]
fn a_damaged_draft_is_told_once_set_aside_and_stops_nothing() {
    for damage in 0..3 {
        let bench = Bench::with(&[b"one"]);
        let (mut journal, _) = bench.open().unwrap();
        journal.save_draft(LABEL, b"half a form").unwrap();
        let mut bytes = bench.disk.content(FILE);
        match damage {
            0 => bytes[40] ^= 1,
            1 => bytes.truncate(30),
            _ => bytes.clear(),
        }
        bench.disk.set_content(FILE, &bytes);
        drop(journal);
        let (mut journal, opened) = bench.open().unwrap();
        assert_eq!(bodies(&opened), [b"one"]);
        assert_eq!(journal.load_draft(LABEL).unwrap(), SmallFile::Damaged);
        assert_eq!(journal.load_draft(LABEL).unwrap(), SmallFile::Missing);
        journal.save_draft(LABEL, b"again").unwrap();
        assert_eq!(journal.load_draft(LABEL).unwrap(), found(b"again"));
        journal.discard_draft(LABEL).unwrap();
        assert!(journal.drafts().unwrap().is_empty(), "what was set aside goes with it");
    }
}

#[test]
fn a_draft_moved_to_another_name_or_store_does_not_open() {
    let bench = Bench::with(&[b"one"]);
    let (mut journal, _) = bench.open().unwrap();
    journal.save_draft(LABEL, b"half a form").unwrap();
    let bytes = bench.disk.content(FILE);
    bench.disk.set_content("draft-2020-03-24.bin", &bytes);
    assert_eq!(journal.load_draft("2020-03-24").unwrap(), SmallFile::Damaged);
    let other = Bench { entropy: Arc::new(SeededEntropy::new(2)), ..Bench::new() };
    let mut journal = other.create().unwrap();
    other.disk.set_content(FILE, &bytes);
    assert_eq!(journal.load_draft(LABEL).unwrap(), SmallFile::Damaged);
}

#[test]
fn a_power_cut_while_a_draft_is_saved_leaves_the_old_one_or_the_new_one() {
    let mut nth = 0;
    loop {
        let mut done = false;
        for cut in [Cut::LosesAll, Cut::KeepsAll, Cut::Tears(nth), Cut::Tears(nth + 50)] {
            let bench = Bench::with(&[b"one"]);
            let (mut journal, _) = bench.open().unwrap();
            journal.save_draft(LABEL, b"old").unwrap();
            bench.disk.die(nth);
            done = journal.save_draft(LABEL, b"new").is_ok();
            drop(journal);
            bench.disk.power_cut(cut);
            let (mut journal, _) = bench.open().unwrap();
            let draft = journal.load_draft(LABEL).unwrap();
            assert!(draft == found(b"new") || !done && draft == found(b"old"), "{nth} {cut:?}: {draft:?}");
        }
        if done {
            break;
        }
        nth += 1;
    }
}
