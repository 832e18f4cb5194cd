//! Finds the frames in the bytes of one segment, whatever happened to them. Pure.
//!
//! A frame counts when its header, its body's check and its seal all fit its place. Where none does, the scan goes on to
//! the next place where one does, so damage costs only the frames that it touches. Of the last commit either every
//! frame counts or none: a commit that was being written when the power went is not half there afterwards.

use std::ops::Range;

use super::{
    Frame, FrameKind, GapCause, Pos,
    frame::{Binding, HEADER_LEN, Header, MAGIC, SNAPSHOT_CODE, crc, u32_at},
    segment::{SEGMENT_HEADER_LEN, is_blank},
};

/// A frame that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) header: Header,
    pub(super) offset: u32,
    pub(super) end: u32,
    pub(super) body: Vec<u8>,
}

impl Found {
    pub(super) fn is_snapshot(&self) -> bool {
        self.header.code == SNAPSHOT_CODE
    }

    pub(super) fn into_frame(self, segment: u32) -> Frame {
        Frame {
            no: self.header.no,
            kind: FrameKind::from_code(self.header.code),
            body: self.body,
            pos: Pos { segment, offset: self.offset },
        }
    }
}

/// Bytes before a frame that counts which are no frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hole {
    pub(super) bytes: Range<u32>,
    /// How many frames that count come before it.
    pub(super) after: usize,
    pub(super) cause: GapCause,
}

/// What a segment holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scan {
    pub(super) frames: Vec<Found>,
    pub(super) holes: Vec<Hole>,
    /// The offset after the last frame that counts.
    pub(super) end: u32,
    /// Where the write began whose last frame ends at `end`.
    pub(super) last_write: u32,
    /// Whether anything but zeros lies behind `end`.
    pub(super) dirty: bool,
    /// The intact frames of a last commit that is not whole.
    pub(super) unfinished: Vec<Found>,
}

/// Scans the first `limit` bytes of a segment. `unreadable` are the ranges that the medium did not give back.
pub(super) fn scan(bytes: &[u8], unreadable: &[Range<usize>], limit: usize, binding: &Binding) -> Scan {
    let bytes = &bytes[..bytes.len().min(limit)];
    let used = used_len(bytes);
    let mut scan = Scan {
        frames: Vec::new(),
        holes: Vec::new(),
        end: SEGMENT_HEADER_LEN as u32,
        last_write: 0,
        dirty: false,
        unfinished: Vec::new(),
    };
    let mut at = SEGMENT_HEADER_LEN;
    let mut refused = false;
    while at < used {
        match frame_at(bytes, at, binding) {
            Ok(found) if scan.frames.last().is_none_or(|last| last.header.no < found.header.no) => {
                if at > scan.end as usize {
                    let hole = scan.end as usize..at;
                    let cause = match refused {
                        _ if overlaps(unreadable, &hole) => GapCause::Unreadable,
                        true => GapCause::Refused,
                        false => GapCause::Damaged,
                    };
                    scan.holes.push(Hole { bytes: scan.end..found.offset, after: scan.frames.len(), cause });
                }
                refused = false;
                scan.end = found.end;
                at = found.end as usize;
                scan.frames.push(found);
                continue;
            }
            Err(Miss::NotAuthentic) => refused = true,
            Ok(_) | Err(Miss::NoFrame) => {}
        }
        at = next_magic(bytes, at + 1).unwrap_or(used);
    }
    scan.set_aside_unfinished();
    scan.last_write = scan.find_last_write();
    scan.dirty = used > scan.end as usize || overlaps(unreadable, &(scan.end as usize..bytes.len()));
    scan
}

impl Scan {
    /// Takes the last commit out if a frame of it is missing.
    fn set_aside_unfinished(&mut self) {
        let Some(last) = self.frames.last() else { return };
        let first_no = last.header.no.saturating_sub(last.header.index.into());
        let start = self.frames.partition_point(|found| found.header.no < first_no);
        let there = self.frames.len() - start;
        if there == usize::from(last.header.count) {
            return;
        }
        self.unfinished = self.frames.split_off(start);
        self.end = self.frames.last().map_or(SEGMENT_HEADER_LEN as u32, |found| found.end);
        self.holes.retain(|hole| hole.after < start);
    }
}

impl Scan {
    /// A segment's header and snapshot go to the disk together with the first commit.
    fn find_last_write(&self) -> u32 {
        let Some(last) = self.frames.last() else { return 0 };
        let first_no = last.header.no.saturating_sub(last.header.index.into());
        let start = self.frames.partition_point(|found| found.header.no < first_no);
        match self.frames[..start].last() {
            Some(before) if !before.is_snapshot() => before.end,
            _ => 0,
        }
    }
}

enum Miss {
    NoFrame,
    NotAuthentic,
}

fn frame_at(bytes: &[u8], at: usize, binding: &Binding) -> Result<Found, Miss> {
    let rest = &bytes[at..];
    let header = Header::parse(rest).ok_or(Miss::NoFrame)?;
    let whole = rest.get(..header.frame_len()).ok_or(Miss::NoFrame)?;
    let (inside, check) = whole.split_at(whole.len() - 4);
    if u32_at(check, 0) != crc(&inside[HEADER_LEN..]) {
        return Err(Miss::NoFrame);
    }
    let offset = u32::try_from(at).map_err(|_| Miss::NoFrame)?;
    let end = u32::try_from(at + whole.len()).map_err(|_| Miss::NoFrame)?;
    let body = binding.open(&header, offset, &inside[HEADER_LEN..]).ok_or(Miss::NotAuthentic)?;
    Ok(Found { header, offset, end, body })
}

/// Reads the one frame at `offset` of a segment's bytes, if it counts.
pub(super) fn read_one(bytes: &[u8], offset: u32, binding: &Binding) -> Option<Found> {
    let at = usize::try_from(offset).ok().filter(|at| *at < bytes.len())?;
    frame_at(bytes, at, binding).ok()
}

/// Every intact header, wherever it lies and whatever follows it.
pub(super) fn headers(bytes: &[u8]) -> impl Iterator<Item = Header> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = next_magic(bytes, from)?;
            from = at + 1;
            if let Some(header) = Header::parse(&bytes[at..]) {
                return Some(header);
            }
        }
    })
}

fn next_magic(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == MAGIC[0])?;
        if bytes[at..].starts_with(&MAGIC) {
            return Some(at);
        }
        at += 1;
    }
}

/// The length without the zeros at the end.
fn used_len(bytes: &[u8]) -> usize {
    const STEP: usize = 4096;
    let mut len = bytes.len();
    while len > 0 {
        let from = (len - 1) / STEP * STEP;
        if !is_blank(&bytes[from..len]) {
            return from + bytes[from..len].iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        }
        len = from;
    }
    0
}

fn overlaps(ranges: &[Range<usize>], with: &Range<usize>) -> bool {
    ranges.iter().any(|range| range.start < with.end && with.start < range.end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        journal::segment::{Builder, Link},
        ports::SeededEntropy,
        seal::frame::FrameKey,
    };

    fn binding() -> Binding {
        Binding { key: FrameKey::new(&[7; 32]), own: Some(FrameKey::new(&[8; 32])), store: [1; 16], segment: 3 }
    }

    /// A segment of 4 KiB with a snapshot (number 1) and one commit for each of `commits`, of so many frames.
    fn segment(commits: &[u16]) -> Vec<u8> {
        let (binding, entropy, mut bytes) = (binding(), SeededEntropy::new(1), Vec::new());
        let mut builder = Builder::new(&binding, &entropy, 0, &mut bytes);
        builder.start_segment(Link { segment: 0, end: 0, last_no: 0, oldest: 1 }, 1, b"state").unwrap();
        let mut no = 2;
        for count in commits {
            for index in 0..*count {
                builder.frame(1, index, *count, no, format!("body {no}").as_bytes()).unwrap();
                no += 1;
            }
        }
        bytes.resize(4096, 0);
        bytes
    }

    fn numbers(frames: &[Found]) -> Vec<u64> {
        frames.iter().map(|found| found.header.no).collect()
    }

    fn scanned(bytes: &[u8]) -> Scan {
        scan(bytes, &[], bytes.len(), &binding())
    }

    #[test]
    fn whole_commits_are_found_in_order_and_the_rest_is_clean() {
        let scan = scanned(&segment(&[1, 3, 1]));
        assert_eq!(numbers(&scan.frames), [1, 2, 3, 4, 5, 6]);
        assert_eq!(scan.frames[4].body, b"body 5");
        assert!(scan.holes.is_empty() && !scan.dirty && scan.unfinished.is_empty());
    }

    #[test]
    fn a_cut_at_every_byte_leaves_whole_commits_and_is_seen() {
        let whole = segment(&[1, 3, 1]);
        let all = scanned(&whole);
        for cut in SEGMENT_HEADER_LEN..all.end as usize {
            let mut torn = whole[..cut].to_vec();
            torn.resize(4096, 0);
            let scan = scanned(&torn);
            let expected: Vec<u64> = match all.frames.iter().take_while(|f| f.end as usize <= cut).count() {
                kept @ (3 | 4) => (1..=2).take(kept).collect(),
                kept => (1..=kept as u64).collect(),
            };
            assert_eq!(numbers(&scan.frames), expected, "cut at {cut}");
            assert!(scan.holes.is_empty(), "a torn tail is no gap");
            let at_an_end = scan.end as usize == cut || whole[scan.end as usize..cut].iter().all(|b| *b == 0);
            assert_eq!(scan.dirty, !at_an_end, "cut at {cut}");
        }
    }

    #[test]
    fn damage_in_the_middle_costs_what_it_touches_and_is_a_hole() {
        let whole = segment(&[1, 1, 1]);
        let all = scanned(&whole);
        for at in all.frames[1].offset..all.frames[2].end {
            let mut damaged = whole.clone();
            damaged[at as usize] ^= 0x40;
            let scan = scanned(&damaged);
            let hit = if at < all.frames[1].end { 2 } else { 3 };
            assert_eq!(numbers(&scan.frames), [1, 2, 3, 4].into_iter().filter(|no| *no != hit).collect::<Vec<_>>());
            assert_eq!(scan.holes.len(), 1);
            assert_eq!(scan.holes[0].cause, GapCause::Damaged);
        }
    }

    #[test]
    fn of_a_last_commit_with_a_hole_nothing_counts_and_all_is_handed_out() {
        let whole = segment(&[1, 3]);
        let all = scanned(&whole);
        let mut torn = whole;
        torn[all.frames[3].offset as usize..all.frames[3].end as usize].fill(0);
        let scan = scanned(&torn);
        assert_eq!(numbers(&scan.frames), [1, 2]);
        assert_eq!(numbers(&scan.unfinished), [3, 5]);
        assert!(scan.dirty && scan.holes.is_empty());
        assert_eq!(scan.end, all.frames[1].end);
    }

    #[test]
    fn a_frame_that_was_moved_is_refused() {
        let mut bytes = segment(&[1, 1, 1]);
        let all = scanned(&bytes);
        let (a, b) = (&all.frames[1], &all.frames[2]);
        let (a, b) = (a.offset as usize..a.end as usize, b.offset as usize..b.end as usize);
        let first = bytes[a.clone()].to_vec();
        bytes.copy_within(b.clone(), a.start);
        bytes[b].copy_from_slice(&first);
        let scan = scanned(&bytes);
        assert_eq!(numbers(&scan.frames), [1, 4]);
        assert_eq!(scan.holes[0].cause, GapCause::Refused);
    }

    #[test]
    fn a_segment_under_another_name_or_of_another_store_gives_nothing() {
        let bytes = segment(&[1, 1]);
        for other in [Binding { segment: 4, ..binding() }, Binding { store: [2; 16], ..binding() }] {
            let scan = super::scan(&bytes, &[], bytes.len(), &other);
            assert!(scan.frames.is_empty() && scan.dirty);
        }
    }

    proptest! {
        #[test]
        fn arbitrary_damage_never_panics_and_never_makes_up_a_frame(
            commits in proptest::collection::vec(1u16..4, 0..6),
            damage in proptest::collection::vec((0usize..4096, any::<u8>(), 1usize..700), 0..4),
            len in 0usize..5000,
        ) {
            let whole = segment(&commits);
            let all = scanned(&whole);
            let mut bytes = whole;
            for (at, value, count) in damage {
                let end = (at + count).min(bytes.len());
                bytes[at..end].fill(value);
            }
            bytes.resize(len, 0);
            let scan = scanned(&bytes);
            for found in scan.frames.iter().chain(&scan.unfinished) {
                prop_assert!(all.frames.contains(found));
            }
            prop_assert!(scan.frames.windows(2).all(|pair| pair[0].header.no < pair[1].header.no));
        }

        #[test]
        fn arbitrary_bytes_hold_no_frame(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert!(scanned(&bytes).frames.is_empty());
        }
    }
}
