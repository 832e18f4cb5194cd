//! Brings the journal back from whatever lies in the directory: the newest snapshot and the frames after it.

use crate::order;
use crate::ports::Disk;

use super::{
    Frame, Gap, GapCause, JournalError, Pos, Tail, Warning,
    load::{load, segments, snapshot_of},
    secrets::Secrets,
    segment::{FORMAT, Link, SegmentHeader, name_of},
    walk::{Part, Step, Walker},
};

/// What lies in the directory.
pub(super) struct Recovered {
    pub(super) snapshot: Option<Vec<u8>>,
    pub(super) frames: Vec<Frame>,
    pub(super) unfinished: Vec<Frame>,
    pub(super) gaps: Vec<Gap>,
    pub(super) tail: Tail,
    pub(super) warnings: Vec<Warning>,
    /// Where the frames that count end.
    pub(super) link: Link,
    /// Where the write began that ends at `link`.
    pub(super) last_write: u32,
    /// The length of the file of the segment that frames can be added to; `None` when a new one is needed.
    pub(super) room: Option<u32>,
    /// The highest segment that was ever written to, 0 if none.
    pub(super) newest: u32,
    /// A segment that was made ahead.
    pub(super) spare: Option<(u32, u32)>,
    /// The number for the next frame.
    pub(super) next_no: u64,
}

/// Reads from the newest segment back to the newest intact snapshot, which is nearly always in the newest segment.
pub(super) fn recover(disk: &dyn Disk, secrets: &Secrets, witness: Option<u64>) -> Result<Recovered, JournalError> {
    let numbers = segments(disk)?;
    let Backwards { mut parts, spare, snapshot, warnings, newer } = read_backwards(disk, secrets, &numbers)?;
    parts.reverse();
    if let (Some(unread), true) = (newer.first(), parts.is_empty()) {
        // Nothing here is of this version or an older one: there is no state to go on from.
        return Err(JournalError::NewerFormat {
            file: name_of(unread.segment),
            found: unread.format,
            supported: FORMAT,
        });
    }

    let above = newer.first().map_or(0, |unread| unread.segment);
    let newest = parts.last().map_or(0, |part| part.segment).max(above);
    let newest_len = parts.last().map_or(0, |part| part.len);
    let base = parts.first().and_then(|part| Some((part.segment, part.link?)));
    let oldest = base.map_or(1, |(_, link)| link.oldest.max(1));
    let whole = parts.len() == 1 && snapshot.is_some();

    let mut gaps = missing_segments(&numbers, oldest, newest, base);
    let mut frames = Vec::new();
    let mut unfinished = Vec::new();
    let mut walker = Walker::new();
    let mut last_write = 0;
    for mut part in parts {
        let segment = part.segment;
        if !part.scan.frames.is_empty() {
            last_write = part.scan.last_write;
        }
        unfinished.extend(std::mem::take(&mut part.scan.unfinished).into_iter().map(|found| found.into_frame(segment)));
        for step in walker.part(part) {
            match step {
                Step::Frame(frame) => frames.push(frame),
                Step::Gap(gap) => gaps.push(gap),
            }
        }
    }
    gaps.extend(newer.iter().map(Unread::gap));
    order::sort_by_key(&mut gaps, |gap| (gap.from, gap.to));

    let mut last_no = walker.last_no().unwrap_or(0);
    let mut at = walker.end;
    if let Some(newest) = newer.first().filter(|unread| unread.segment > at.segment) {
        // What follows comes after what the newer version wrote: nothing of it is void, and no number is used twice.
        at = Pos { segment: newest.segment, offset: newest.len };
        last_no = newer.iter().fold(last_no, |no, unread| no.saturating_add(unread.len.into()));
        last_write = newest.len;
    }
    let tail = match witness {
        Some(witness) if witness > last_no => Tail::Lost { at, missing: last_no + 1..=witness },
        _ if walker.has_tail() => Tail::Interrupted { at },
        _ => Tail::Clean,
    };
    let highest = unfinished.iter().map(|frame| frame.no).chain([last_no, witness.unwrap_or(0)]).max().unwrap_or(0);
    // A segment with any doubt about it is left as it is; the next commit starts a new one, with a new snapshot.
    let sound = whole && gaps.is_empty() && tail == Tail::Clean && at.segment == newest;
    Ok(Recovered {
        snapshot,
        frames,
        unfinished,
        gaps,
        tail,
        warnings,
        link: Link { segment: at.segment, end: at.offset, last_no, oldest },
        last_write,
        room: sound.then_some(newest_len),
        newest,
        spare,
        next_no: highest.saturating_add(1),
    })
}

/// A segment that a newer version wrote.
struct Unread {
    segment: u32,
    len: u32,
    format: u16,
}

impl Unread {
    fn gap(&self) -> Gap {
        let (from, to) = (Pos { segment: self.segment, offset: 0 }, Pos { segment: self.segment, offset: self.len });
        Gap { from, to, missing: None, cause: GapCause::NewerFormat }
    }
}

struct Backwards {
    /// Newest first.
    newer: Vec<Unread>,
    /// Newest first, down to the one with the snapshot.
    parts: Vec<Part>,
    spare: Option<(u32, u32)>,
    snapshot: Option<Vec<u8>>,
    warnings: Vec<Warning>,
}

fn read_backwards(disk: &dyn Disk, secrets: &Secrets, numbers: &[u32]) -> Result<Backwards, JournalError> {
    let mut found =
        Backwards { newer: Vec::new(), parts: Vec::new(), spare: None, snapshot: None, warnings: Vec::new() };
    let mut link: Option<Link> = None;
    for number in numbers.iter().rev().copied() {
        if link.is_some_and(|link| number > link.segment) {
            continue;
        }
        let loaded = load(disk, number)?;
        if loaded.is_blank() {
            if found.parts.is_empty() && found.newer.is_empty() {
                found.spare = Some((number, loaded.len()));
            }
            continue;
        }
        if let Some(format) = loaded.newer_format() {
            found.newer.push(Unread { segment: number, len: loaded.len(), format });
            link = None;
            continue;
        }
        let limit = link.filter(|link| link.segment == number).map_or(u32::MAX, |link| link.end);
        let part = loaded.part(secrets, limit)?;
        // A new segment that the power cut off may lack its header too; that is no damage.
        if loaded.header(secrets)? == SegmentHeader::Damaged && !part.scan.frames.is_empty() {
            found.warnings.push(Warning::SegmentHeaderDamaged(number));
        }
        link = part.link;
        found.snapshot = snapshot_of(&part.scan).map(|(_, state)| state.to_vec());
        found.parts.push(part);
        if found.snapshot.is_some() || link.is_some_and(|link| link.segment == 0) {
            break;
        }
    }
    Ok(found)
}

/// Whole segments that should be there and are not, as far as the names tell.
fn missing_segments(numbers: &[u32], oldest: u32, newest: u32, base: Option<(u32, Link)>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut expected = oldest;
    // Without any segment at all, at least the first is missing.
    let end = newest.max(oldest);
    let there = numbers.iter().copied().filter(|number| (oldest..=end).contains(number)).chain([end.saturating_add(1)]);
    for number in there {
        let void = base.is_some_and(|(base, link)| link.segment < expected && number <= base);
        if number > expected && !void {
            let (from, to) = (Pos { segment: expected, offset: 0 }, Pos { segment: number, offset: 0 });
            gaps.push(Gap { from, to, missing: None, cause: GapCause::Missing });
        }
        expected = number.saturating_add(1);
    }
    gaps
}
