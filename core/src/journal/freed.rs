//! Freeing: the oldest segments go, and what proves that the server has their records stays, in a small file each.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use crate::{
    limits::journal::MAX_BODY_BYTES,
    ports::{Disk, DiskErrorKind},
};

use super::{
    FrameKind, Journal, JournalError, Pos, SmallFile,
    load::segments,
    secrets::Secrets,
    segment::name_of,
    small::{Audience, load_small},
};

const PURPOSE: &str = "freed";
const PREFIX: &str = "freed-";
const SUFFIX: &str = ".bin";

/// A frame that outlives its segment.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptFrame {
    /// What it is.
    pub kind: FrameKind,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for KeptFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeptFrame({:?}, {} bytes)", self.kind, self.body.len())
    }
}

/// What was kept of freed segments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// The frames, in the order in which they were written.
    pub frames: Vec<KeptFrame>,
    /// Segments whose file is damaged: what it proved is lost.
    pub damaged: Vec<u32>,
}

/// Small frames that are needed when a segment is gone: receipts, as proof; and what the caller's state can't be made
/// without, should it ever have to be made from frames.
const KEPT: [FrameKind; 6] = [
    FrameKind::Receipt,
    FrameKind::Identity,
    FrameKind::Certificates,
    FrameKind::Parked,
    FrameKind::Released,
    FrameKind::Note,
];

impl Journal {
    /// The oldest segment that is kept.
    #[must_use]
    pub fn oldest(&self) -> u32 {
        self.link.oldest
    }

    /// Gives up the segments below `from`: keeps what has to be kept of each, and lets the next segment that is begun say
    /// that they are gone; [`Journal::maintain`] removes their files after that. At least one segment below the present one
    /// always stays, should the present one be damaged. Returns the oldest segment that is kept from now on.
    ///
    /// # Errors
    /// [`JournalError::Disk`], [`JournalError::Entropy`]: those before the one that failed are given up, the others are not.
    pub fn free_below(&mut self, from: u32) -> Result<u32, JournalError> {
        let numbers = segments(&*self.disk)?;
        let before = numbers.iter().copied().filter(|number| *number < self.link.segment).max().unwrap_or(0);
        let from = from.min(before);
        while self.link.oldest < from {
            let segment = self.link.oldest;
            if numbers.binary_search(&segment).is_ok() {
                let kept = self.to_keep(segment)?;
                if !kept.is_empty() {
                    self.save_small(&name(segment), Audience::Recoverable, PURPOSE, &pack(&kept))?;
                }
            }
            self.link.oldest = segment + 1;
        }
        Ok(self.link.oldest)
    }

    fn to_keep(&self, segment: u32) -> Result<Vec<KeptFrame>, JournalError> {
        let mut kept = Vec::new();
        for step in self.iter_from(Pos { segment, offset: 0 })? {
            let super::Step::Frame(frame) = step? else { continue };
            if frame.pos.segment != segment {
                break;
            }
            if KEPT.contains(&frame.kind) {
                kept.push(KeptFrame { kind: frame.kind, body: frame.body });
            }
        }
        Ok(kept)
    }

    /// Removes the files of segments that the medium knows to be given up.
    pub(super) fn sweep(&mut self) -> Result<(), JournalError> {
        if self.swept >= self.oldest_on_disk {
            return Ok(());
        }
        let mut removed = false;
        for number in segments(&*self.disk)?.into_iter().filter(|number| *number < self.oldest_on_disk) {
            match self.disk.remove(&name_of(number)) {
                Ok(()) => removed = true,
                Err(error) if error.kind == DiskErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        if removed {
            self.disk.sync_dir()?;
        }
        self.swept = self.oldest_on_disk;
        Ok(())
    }

    /// What was kept of the segments that are given up, oldest first.
    ///
    /// # Errors
    /// [`JournalError::Disk`] when the medium does not give it back.
    pub fn kept(&self) -> Result<Kept, JournalError> {
        kept(&*self.disk, &self.secrets, self.link.oldest)
    }
}

fn kept(disk: &dyn Disk, secrets: &Secrets, oldest: u32) -> Result<Kept, JournalError> {
    let mut kept = Kept::default();
    // One that was written for a segment that is still kept says nothing that the segment does not.
    let mut numbers: Vec<u32> =
        disk.list()?.iter().filter_map(|file| number(&file.name)).filter(|number| *number < oldest).collect();
    numbers.sort_unstable();
    for number in numbers {
        let frames = match load_small(disk, secrets, &name(number), Audience::Recoverable, PURPOSE)? {
            SmallFile::Found(packed) => unpack(&packed),
            SmallFile::Missing | SmallFile::Damaged => None,
        };
        match frames {
            Some(frames) => kept.frames.extend(frames),
            None => kept.damaged.push(number),
        }
    }
    Ok(kept)
}

fn name(segment: u32) -> String {
    format!("{PREFIX}{segment:08}{SUFFIX}")
}

fn number(file: &str) -> Option<u32> {
    file.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.parse().ok()
}

/// Kind (1), length (4), body, frame after frame; in gzip, since most of it is text.
fn pack(frames: &[KeptFrame]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    for frame in frames {
        let len = u32::try_from(frame.body.len()).expect("frames keep to MAX_BODY_BYTES");
        let parts: [&[u8]; 3] = [&[frame.kind.code()], &len.to_le_bytes(), &frame.body];
        parts.iter().for_each(|part| encoder.write_all(part).expect("memory takes every write"));
    }
    encoder.finish().expect("memory takes every write")
}

fn unpack(packed: &[u8]) -> Option<Vec<KeptFrame>> {
    let mut bytes = Vec::new();
    // A segment holds no more; what is authentic is not a bomb, and what is not never comes here.
    GzDecoder::new(packed).take(8 * MAX_BODY_BYTES as u64).read_to_end(&mut bytes).ok()?;
    let (mut rest, mut frames) = (bytes.as_slice(), Vec::new());
    while let Some((head, body)) = rest.split_first_chunk::<5>() {
        let len = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let (body, after) = body.split_at_checked(len)?;
        frames.push(KeptFrame { kind: FrameKind::from_code(head[0]), body: body.to_vec() });
        rest = after;
    }
    rest.is_empty().then_some(frames)
}
