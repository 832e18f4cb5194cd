//! Puts scanned segments in order and says what is missing between their frames. Pure.

use std::ops::RangeInclusive;

use super::{
    Frame, Gap, GapCause, Pos,
    scan::Scan,
    segment::{Link, SEGMENT_HEADER_LEN},
};

/// A scanned segment and what it says about the one before it.
pub(super) struct Part {
    pub(super) segment: u32,
    /// How long its file is, or how much of it counts.
    pub(super) len: u32,
    /// The link of its snapshot, else of its header.
    pub(super) link: Option<Link>,
    pub(super) scan: Scan,
}

/// One thing met on the way through the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A frame.
    Frame(Frame),
    /// A stretch without frames where there should be some.
    Gap(Gap),
}

/// Goes from segment to segment, oldest first, and keeps count of the frames' numbers.
pub(super) struct Walker {
    /// The number of the last frame that counts, once one is known.
    last_no: Option<u64>,
    /// Where that frame ends.
    pub(super) end: Pos,
    /// What lies behind that frame and is no frame, until a later frame makes it a gap.
    tail: Option<(Pos, GapCause)>,
}

impl Walker {
    pub(super) fn new() -> Self {
        Self { last_no: None, end: Pos::START, tail: None }
    }

    /// The number of the last frame that was met.
    pub(super) fn last_no(&self) -> Option<u64> {
        self.last_no
    }

    /// Whether something that is no frame lies behind the last frame.
    pub(super) fn has_tail(&self) -> bool {
        self.tail.is_some()
    }

    /// Steps over a segment that can't be read, and tells that as a gap. What it held, and up to which number, is unknown.
    pub(super) fn newer(&mut self, segment: u32) -> Step {
        self.last_no = None;
        self.tail = None;
        self.end = Pos { segment: segment.saturating_add(1), offset: 0 };
        gap(Pos { segment, offset: 0 }, self.end, None, GapCause::NewerFormat)
    }

    /// Goes through `part`. Snapshots are counted and not passed on.
    pub(super) fn part(&mut self, part: Part) -> Vec<Step> {
        let Part { segment, len, link, scan } = part;
        let mut steps = Vec::with_capacity(scan.frames.len());
        if let Some(link) = link {
            self.follow(link, segment, &mut steps);
        }
        let mut holes = scan.holes.into_iter().peekable();
        for (index, found) in scan.frames.into_iter().enumerate() {
            let here = Pos { segment, offset: found.offset };
            // Between the last frame that counts and a segment's snapshot lie the numbers of commits that failed.
            let burned = found.is_snapshot() && link.is_some();
            let missing = if burned { None } else { self.missing_before(found.header.no) };
            let hole = holes.next_if(|hole| hole.after == index);
            if let Some((from, cause)) = self.tail.take() {
                steps.push(gap(from, here, missing, cause));
            } else if let Some(hole) = hole {
                steps.push(gap(Pos { segment, offset: hole.bytes.start }, here, missing, hole.cause));
            } else if missing.is_some() {
                steps.push(gap(self.end, here, missing, GapCause::Missing));
            }
            self.last_no = Some(found.header.no);
            self.end = Pos { segment, offset: found.end };
            if !found.is_snapshot() {
                steps.push(Step::Frame(found.into_frame(segment)));
            }
        }
        if scan.dirty {
            let from = Pos { segment, offset: scan.end.min(len).max(SEGMENT_HEADER_LEN as u32) };
            self.tail.get_or_insert((from, GapCause::Damaged));
        }
        steps
    }

    /// Checks what was met so far against what the next segment says came before it.
    fn follow(&mut self, link: Link, segment: u32, steps: &mut Vec<Step>) {
        let to = Pos { segment: link.segment, offset: link.end };
        if let Some(last_no) = self.last_no.filter(|last_no| link.last_no > *last_no) {
            let (from, cause) = self.tail.take().unwrap_or((self.end, GapCause::Missing));
            let to = if to > from { to } else { Pos { segment, offset: 0 } };
            steps.push(gap(from, to, Some(last_no + 1..=link.last_no), cause));
        }
        self.last_no = Some(self.last_no.unwrap_or(0).max(link.last_no));
    }

    fn missing_before(&self, no: u64) -> Option<RangeInclusive<u64>> {
        let next = self.last_no?.saturating_add(1);
        (next < no).then(|| next..=no - 1)
    }
}

fn gap(from: Pos, to: Pos, missing: Option<RangeInclusive<u64>>, cause: GapCause) -> Step {
    Step::Gap(Gap { from, to, missing, cause })
}
