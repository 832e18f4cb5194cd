//! Damage and tampering: it always opens, it says what is missing, it never makes anything up.

use proptest::prelude::*;

use super::*;
use crate::{
    journal::{GapCause, Tail, Warning},
    ports::disk::model::{Cut, Fault},
};

const SEGMENT: &str = "00000001.seg";

#[test]
fn a_store_cut_at_every_byte_opens_with_every_whole_frame_before() {
    let whole = Bench::with(&[b"one", b"two two", b"three"]);
    let content = whole.disk.content(SEGMENT);
    let frames = whole.opened().frames;
    let end = whole.open().unwrap().0.end().offset as usize;
    for cut in 0..=end {
        let bench = Bench::on(whole.disk.after_power_cut(Cut::KeepsAll));
        bench.disk.set_content(SEGMENT, &content[..cut]);
        let (mut journal, opened) = bench.open().unwrap();
        let next = |index: usize| frames.get(index + 1).map_or(end, |frame| frame.pos.offset as usize);
        let expected: Vec<_> = (0..3).filter(|index| next(*index) <= cut).map(|index| frames[index].clone()).collect();
        assert_eq!(opened.frames, expected, "cut at {cut}");
        let boundary = cut == end || frames.iter().any(|frame| frame.pos.offset as usize == cut);
        match opened.report.tail {
            // A header that is cut, or a file that is empty, cannot be told from a segment that was being begun.
            Tail::Clean => assert!(boundary || cut <= 64, "a cut at {cut} must be reported"),
            Tail::Interrupted { .. } => assert!(!boundary),
            Tail::Lost { .. } => panic!("nobody witnessed anything"),
        }
        tap(&mut journal, b"next").unwrap();
        drop(journal);
        assert_eq!(bodies(&bench.opened()).last(), Some(&&b"next"[..]), "cut at {cut}");
    }
}

#[test]
fn one_damaged_frame_costs_one_frame_and_is_a_gap_with_its_number() {
    let bench = Bench::with(&[b"one", b"two", b"three"]);
    let frames = bench.opened().frames;
    let mut content = bench.disk.content(SEGMENT);
    content[frames[1].pos.offset as usize + 40] ^= 1;
    bench.disk.set_content(SEGMENT, &content);
    let (mut journal, opened) = bench.open().unwrap();
    assert_eq!(bodies(&opened), [b"one".as_slice(), b"three"]);
    let gap = &opened.report.gaps[..];
    assert_eq!(gap.len(), 1);
    assert_eq!((gap[0].from, gap[0].to), (frames[1].pos, frames[2].pos));
    assert_eq!((gap[0].missing.clone(), gap[0].cause), (Some(3..=3), GapCause::Damaged));
    assert_eq!(history(&journal, Pos::START).len(), 3, "history tells it too");
    assert_eq!(tap(&mut journal, b"four").unwrap().pos.segment, 2, "a damaged segment is left as it is");
}

#[test]
fn a_damaged_snapshot_sends_an_open_to_the_one_before() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    tap(&mut journal, b"one").unwrap();
    journal.roll(b"state of one").unwrap();
    tap(&mut journal, b"two").unwrap();
    drop(journal);
    let mut content = bench.disk.content("00000002.seg");
    content[64 + 50] ^= 1;
    bench.disk.set_content("00000002.seg", &content);
    let opened = bench.opened();
    assert_eq!(opened.snapshot.as_deref(), Some(&b"begin"[..]));
    assert_eq!(bodies(&opened), [b"one", b"two"]);
    assert_eq!(opened.report.gaps.len(), 1, "{:?}", opened.report.gaps);
    assert_eq!(opened.report.gaps[0].missing, Some(3..=3));
}

#[test]
fn a_damaged_segment_header_costs_a_warning_and_no_frame() {
    let bench = Bench::with(&[b"one", b"two"]);
    for byte in [0, 9, 20, 40, 62] {
        let mut content = bench.disk.content(SEGMENT);
        content[byte] ^= 0x80;
        let damaged = Bench::on(bench.disk.after_power_cut(Cut::KeepsAll));
        damaged.disk.set_content(SEGMENT, &content);
        let opened = damaged.opened();
        assert_eq!(bodies(&opened), [b"one", b"two"]);
        assert_eq!(opened.report.warnings, [Warning::SegmentHeaderDamaged(1)]);
    }
}

#[test]
fn what_an_older_failure_left_stays_void_when_the_next_snapshot_is_damaged() {
    let bench = Bench::with(&[b"one"]);
    let (mut journal, _) = bench.open().unwrap();
    bench.disk.fail(1, Fault::Io);
    tap(&mut journal, b"failed").unwrap_err();
    tap(&mut journal, b"two").unwrap();
    drop(journal);
    let mut content = bench.disk.content("00000002.seg");
    content[64 + 50] ^= 1;
    bench.disk.set_content("00000002.seg", &content);
    assert_eq!(bodies(&bench.opened()), [b"one", b"two"]);
}

#[test]
fn a_sector_that_cannot_be_read_costs_what_it_holds() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    let written: Vec<_> = (0..4u8).map(|n| tap(&mut journal, &[n; 800]).unwrap()).collect();
    drop(journal);
    // One patch of 4 KiB is given up around a bad sector, and these segments are one patch long.
    bench.disk.spoil_sector(SEGMENT, written[1].pos.offset.into());
    let opened = bench.opened();
    assert!(!opened.report.is_clean());
    assert!(opened.frames.is_empty() && opened.snapshot.is_none());
}

#[test]
fn an_unreadable_stretch_of_a_long_segment_is_a_gap() {
    let mut bench = Bench::new();
    bench.options.segment_bytes = 64 << 10;
    let mut journal = bench.create().unwrap();
    let written: Vec<_> = (0..30u8).map(|n| tap(&mut journal, &[n; 800]).unwrap()).collect();
    drop(journal);
    bench.disk.spoil_sector(SEGMENT, 9000);
    let opened = bench.opened();
    assert_eq!(opened.report.gaps.len(), 1);
    assert_eq!(opened.report.gaps[0].cause, GapCause::Unreadable);
    let outside = written.iter().filter(|w| w.pos.offset + 872 <= 8192 || w.pos.offset >= 12288).count();
    assert_eq!(opened.frames.len(), outside);
}

#[test]
fn a_frame_moved_to_another_segment_or_store_is_refused() {
    let bench = Bench::new();
    let mut journal = bench.create().unwrap();
    tap(&mut journal, b"one").unwrap();
    journal.roll(b"again").unwrap();
    tap(&mut journal, b"two").unwrap();
    drop(journal);
    let other = Bench::with(&[b"foreign"]);
    let own = bench.disk.content("00000002.seg");
    for forged in [bench.disk.content(SEGMENT), other.disk.content(SEGMENT)] {
        // The segment keeps its own header and snapshot and gets the other's frames at the very same offsets.
        let start = 64 + 72 + 24 + 5;
        let mut mixed = own[..start].to_vec();
        mixed.extend_from_slice(&forged[start..]);
        bench.disk.set_content("00000002.seg", &mixed);
        let opened = bench.opened();
        assert_eq!(opened.snapshot.as_deref(), Some(&b"again"[..]));
        assert!(opened.frames.is_empty());
        assert!(matches!(opened.report.tail, Tail::Interrupted { .. }));
    }
}

#[test]
fn an_old_copy_of_the_whole_store_is_seen_by_a_witness_alone() {
    let bench = Bench::with(&[b"one"]);
    let copy = bench.disk.after_power_cut(Cut::KeepsAll);
    let (mut journal, _) = bench.open().unwrap();
    let last = tap(&mut journal, b"two").unwrap();
    let mut restored = Bench::on(copy);
    assert!(restored.opened().report.is_clean());
    restored.options.witness = Some(last.no);
    assert!(matches!(&restored.opened().report.tail, Tail::Lost { missing, .. } if *missing == (last.no..=last.no)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn arbitrary_damage_to_any_file_opens_reports_and_makes_nothing_up(
        taps in 1usize..14,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1usize..900, any::<u8>()), 1..4),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let bench = Bench::new();
        let mut journal = bench.create().unwrap();
        for n in 0..taps {
            let entry = Entry { kind: FrameKind::Record, body: &vec![n as u8; 300 + 40 * n] };
            journal.commit(&[entry], || (0..n as u8).collect()).unwrap();
            journal.maintain().unwrap();
        }
        let last_no = journal.last_no();
        drop(journal);
        let segments: Vec<String> = bench.disk.names().into_iter().filter(|name| name.ends_with(".seg")).collect();
        for (which, at, len, value) in damage {
            let name = &segments[which.index(segments.len())];
            let mut content = bench.disk.content(name);
            let from = at.index(content.len() + 1);
            let to = (from + len).min(content.len());
            content[from..to].iter_mut().for_each(|byte| *byte ^= value);
            if let Some(cut) = cut {
                content.truncate(cut.index(content.len() + 1));
            }
            bench.disk.set_content(name, &content);
        }
        let mut bench = bench;
        bench.options.witness = Some(last_no);
        let (mut journal, opened) = bench.open().unwrap();
        let before = opened.snapshot.as_ref().map_or(0, |state| state.len().min(taps));
        let before = if opened.snapshot.as_deref() == Some(b"begin") { 0 } else { before };
        let mut expected = before;
        for frame in &opened.frames {
            let n = usize::from(frame.body[0]);
            prop_assert!(n >= expected, "in order, none twice");
            prop_assert_eq!(&frame.body, &vec![n as u8; 300 + 40 * n]);
            expected = n + 1;
        }
        if before + opened.frames.len() < taps {
            prop_assert!(!opened.report.is_clean(), "what is missing is reported: {:?}", opened.report);
        }
        tap(&mut journal, b"next").unwrap();
        drop(journal);
        bench.options.witness = None;
        let (journal, opened) = bench.open().unwrap();
        prop_assert_eq!(opened.frames.last().map(|frame| frame.body.as_slice()), Some(&b"next"[..]));
        let told = history_bodies(&journal);
        prop_assert_eq!(told.last().map(Vec::as_slice), Some(&b"next"[..]));
    }
}
