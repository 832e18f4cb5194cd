//! What an open or a create refuses, and how it says so.

use super::*;
use crate::journal::{Tail, Warning, frame::crc};

fn with_format(mut bytes: Vec<u8>, check_at: usize) -> Vec<u8> {
    bytes[8] = 9;
    let check = crc(&bytes[..check_at]).to_le_bytes();
    bytes[check_at..check_at + 4].copy_from_slice(&check);
    bytes
}

fn contents(disk: &ModelDisk) -> Vec<(String, Vec<u8>)> {
    disk.names().into_iter().map(|name| (name.clone(), disk.content(&name))).collect()
}

#[test]
fn nothing_here_is_said_to_be_nothing() {
    assert_eq!(Bench::new().open().unwrap_err(), JournalError::NoStore);
}

#[test]
fn a_second_create_leaves_the_store_alone() {
    let bench = Bench::with(&[b"one"]);
    assert_eq!(bench.create().unwrap_err(), JournalError::Exists);
    assert_eq!(bodies(&bench.opened()), [b"one"]);
}

#[test]
fn a_newer_segment_is_left_untouched() {
    let bench = Bench::with(&[b"one"]);
    bench.disk.set_content("00000001.seg", &with_format(bench.disk.content("00000001.seg"), 60));
    let before = contents(&bench.disk);
    let newer = JournalError::NewerFormat { file: "00000001.seg".into(), found: 9, supported: 1 };
    assert_eq!(bench.open().unwrap_err(), newer);
    assert_eq!(contents(&bench.disk), before);
}

#[test]
fn a_newer_vault_file_is_left_untouched() {
    let bench = Bench::with(&[b"one"]);
    let content = bench.disk.content("vault.bin");
    let check_at = content.len() - 4;
    bench.disk.set_content("vault.bin", &with_format(content, check_at));
    let before = contents(&bench.disk);
    let newer = JournalError::NewerFormat { file: "vault.bin".into(), found: 9, supported: 1 };
    assert_eq!(bench.open().unwrap_err(), newer);
    assert_eq!(bench.create().unwrap_err(), newer);
    assert_eq!(contents(&bench.disk), before);
}

#[test]
fn segments_without_keys_are_named_and_kept() {
    let bench = Bench::with(&[b"one"]);
    bench.disk.delete("vault.bin");
    bench.disk.delete("vault.copy");
    let missing = JournalError::VaultMissing { segments: 2 };
    assert_eq!(bench.open().unwrap_err(), missing);
    assert_eq!(bench.create().unwrap_err(), missing, "a new store must not be made over an old one");
    assert!(bench.disk.names().contains(&"00000001.seg".to_owned()));
}

#[test]
fn damaged_keys_are_named_and_half_of_them_is_enough() {
    let bench = Bench::with(&[b"one"]);
    bench.disk.set_content("vault.bin", b"rubbish");
    let opened = bench.opened();
    assert_eq!(opened.report.warnings, [Warning::VaultRepaired("vault.bin")]);
    assert!(bench.opened().report.warnings.is_empty(), "it is mended");
    bench.disk.set_content("vault.bin", b"rubbish");
    bench.disk.set_content("vault.copy", b"");
    assert!(matches!(bench.open().unwrap_err(), JournalError::VaultDamaged { .. }));
    assert_eq!(bench.create().unwrap_err(), JournalError::Exists);
}

#[test]
fn a_store_without_its_segments_opens_empty_and_says_so() {
    let bench = Bench::with(&[b"one"]);
    for name in bench.disk.names().iter().filter(|name| name.ends_with(".seg")) {
        bench.disk.delete(name);
    }
    let (mut journal, opened) = bench.open().unwrap();
    assert_eq!((opened.snapshot, opened.frames.len()), (None, 0));
    assert_eq!(opened.report.gaps.len(), 1);
    tap(&mut journal, b"two").unwrap();
    drop(journal);
    assert_eq!(bodies(&bench.opened()), [b"two"]);
}

#[test]
fn a_store_without_its_first_segment_opens_with_the_rest() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    for n in 0..12u8 {
        tap(&mut journal, &[n; 600]).unwrap();
    }
    drop(journal);
    bench.disk.delete("00000001.seg");
    let opened = bench.opened();
    assert_eq!(opened.snapshot.as_deref(), Some(&b"state"[..]));
    assert_eq!(opened.report.gaps.len(), 1);
    assert_eq!(opened.report.tail, Tail::Clean);
}

#[test]
fn a_stray_file_does_not_stop_anything() {
    for name in ["00000009.seg", "4000000000.seg", "notes.txt", "spare.tmp"] {
        let bench = Bench::with(&[b"one"]);
        bench.disk.set_content(name, &[0xb5; 5000]);
        let (mut journal, opened) = bench.open().unwrap();
        assert_eq!(bodies(&opened), [b"one"], "{name}");
        tap(&mut journal, b"two").unwrap();
        drop(journal);
        let (journal, _) = bench.open().unwrap();
        assert_eq!(history_bodies(&journal), [b"one", b"two"], "{name}");
    }
}

#[test]
fn what_an_interrupted_process_was_still_writing_is_removed_by_the_next_open() {
    let bench = Bench::with(&[b"one"]);
    for name in ["spare.tmp", "vault.bin.tmp", "draft-2021-07-27.bin.tmp", "share.draft.tmp", "freed-00000001.bin.tmp"]
    {
        bench.disk.set_content(name, b"half");
    }
    let (_journal, opened) = bench.open().unwrap();
    assert_eq!(bodies(&opened), [b"one"]);
    assert!(!bench.disk.names().iter().any(|name| name.ends_with(".tmp")), "{:?}", bench.disk.names());
}

#[test]
fn what_is_too_large_or_unknown_is_refused_before_anything_is_written() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    let before = bench.disk.operations();
    let huge = vec![0; crate::limits::journal::MAX_BODY_BYTES + 1];
    assert!(matches!(tap(&mut journal, &huge), Err(JournalError::TooLarge { .. })));
    let half = Entry { kind: FrameKind::Pack, body: &huge[..huge.len() - 1] };
    assert!(matches!(journal.commit(&[half, half], Vec::new), Err(JournalError::TooLarge { .. })));
    assert!(matches!(journal.roll(&huge), Err(JournalError::TooLarge { .. })));
    let unknown = Entry { kind: FrameKind::Unknown(200), body: b"" };
    assert_eq!(journal.commit(&[unknown], Vec::new), Err(JournalError::UnknownKind { code: 200 }));
    assert_eq!(bench.disk.operations(), before);
    tap(&mut journal, b"one").unwrap();
}

#[test]
fn a_position_without_a_frame_is_said_to_be_none() {
    let bench = Bench::with(&[b"one"]);
    let (journal, opened) = bench.open().unwrap();
    let good = opened.frames[0].pos;
    for (segment, offset) in [(good.segment, good.offset + 1), (good.segment, 64), (9, 64), (1, u32::MAX), (0, 0)] {
        let pos = Pos { segment, offset };
        assert_eq!(journal.read(pos), Err(JournalError::NoFrame(pos)));
    }
}
