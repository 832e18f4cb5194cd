//! Segments of a newer version: left untouched, stepped over, and said.

use super::*;
use crate::journal::{GapCause, Tail, frame::crc};

/// Makes a segment look like one of a later format, its content with it.
fn upgrade(disk: &ModelDisk, name: &str) -> Vec<u8> {
    let mut bytes = disk.content(name);
    bytes[8] = 2;
    let check = crc(&bytes[..60]).to_le_bytes();
    bytes[60..64].copy_from_slice(&check);
    let used = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes[64..=used].fill(0x77);
    disk.set_content(name, &bytes);
    bytes
}

/// A store whose second segment a newer version wrote after an older one had written the first.
fn mixed() -> (Bench, Vec<u8>) {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    tap(&mut journal, b"one").unwrap();
    tap(&mut journal, b"two").unwrap();
    journal.roll(b"state").unwrap();
    tap(&mut journal, b"of the newer version").unwrap();
    drop(journal);
    let newer = upgrade(&bench.disk, "00000002.seg");
    (bench, newer)
}

#[test]
fn a_newer_segment_is_left_untouched_and_what_follows_goes_into_a_new_one() {
    let (bench, newer) = mixed();
    let (mut journal, opened) = bench.open().unwrap();
    assert_eq!(opened.snapshot.as_deref(), Some(&b"begin"[..]));
    assert_eq!(bodies(&opened), [b"one", b"two"]);
    assert_eq!(opened.report.gaps.iter().map(|gap| gap.cause).collect::<Vec<_>>(), [GapCause::NewerFormat]);
    assert_eq!(opened.report.tail, Tail::Clean);
    assert!(!opened.report.is_clean());
    let last_no = journal.last_no();
    let written = tap(&mut journal, b"three").unwrap();
    assert!(written.no > last_no && written.pos.segment > 2, "{written:?}");
    tap(&mut journal, b"four").unwrap();
    assert_eq!(bench.disk.content("00000002.seg"), newer, "not a byte of it is touched");
    let told: Vec<_> = history(&journal, Pos::START)
        .into_iter()
        .map(|step| match step {
            Step::Frame(frame) => String::from_utf8(frame.body).unwrap(),
            Step::Gap(gap) => format!("{:?}", gap.cause),
        })
        .collect();
    assert_eq!(told, ["one", "two", "NewerFormat", "three", "four"]);
    drop(journal);
    let again = bench.opened();
    assert!(again.report.is_clean(), "it was said once: {:?}", again.report);
    assert_eq!(bodies(&again), [&b"three"[..], b"four"]);
    assert_eq!(bench.disk.content("00000002.seg"), newer);
}

#[test]
fn nothing_of_a_newer_segment_becomes_void_for_the_newer_version() {
    let (bench, _) = mixed();
    let (mut journal, _) = bench.open().unwrap();
    tap(&mut journal, b"three").unwrap();
    let link = &bench.disk.content("00000003.seg")[32..56];
    assert_eq!(link[..4], 2u32.to_le_bytes(), "the segment before is the newer one");
    assert_eq!(link[4..8], 4096u32.to_le_bytes(), "all of it");
}

#[test]
fn a_store_with_nothing_but_newer_segments_waits_for_the_newer_version() {
    let (bench, newer) = mixed();
    bench.disk.delete("00000001.seg");
    let names = bench.disk.names();
    assert_eq!(
        bench.open().unwrap_err(),
        JournalError::NewerFormat { file: "00000002.seg".into(), found: 2, supported: 1 }
    );
    assert_eq!((bench.disk.names(), bench.disk.content("00000002.seg")), (names, newer));
}

#[test]
fn an_open_that_is_cut_off_before_anything_was_written_finds_the_same_again() {
    let (bench, newer) = mixed();
    for _ in 0..3 {
        let (journal, opened) = bench.open().unwrap();
        assert_eq!(opened.report.gaps.len(), 1);
        assert_eq!(bodies(&opened), [b"one", b"two"]);
        drop(journal);
        bench.disk.power_cut(crate::ports::disk::model::Cut::LosesAll);
        assert_eq!(bench.disk.content("00000002.seg"), newer);
    }
}
