//! Reading back: one frame at a position, or everything from a position on, segment by segment.

use std::sync::Arc;

use crate::{
    limits::journal::MAX_BODY_BYTES,
    ports::{Disk, DiskErrorKind, DiskFile},
};

use super::{
    Frame, FrameKind, Gap, GapCause, JournalError, Pos,
    frame::{HEADER_LEN, Header, SNAPSHOT_CODE, crc, u32_at},
    load::{load, segments},
    secrets::Secrets,
    segment::{Link, name_of},
    walk::{Step, Walker},
};

/// Reads what a journal had committed when this was made, while the journal goes on: what was committed never changes.
#[derive(Clone)]
pub struct Reader {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) secrets: Arc<Secrets>,
    pub(super) link: Link,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reader(up to {})", self.end())
    }
}

impl Reader {
    /// Where what it reads ends.
    #[must_use]
    pub fn end(&self) -> Pos {
        Pos { segment: self.link.segment, offset: self.link.end }
    }

    /// The store that it reads: 16 random bytes.
    #[must_use]
    pub fn store_id(&self) -> [u8; 16] {
        self.secrets.store
    }

    /// The oldest segment that is kept.
    #[must_use]
    pub fn oldest(&self) -> u32 {
        self.link.oldest
    }

    /// The number of the last frame that it reads, 0 if there is none.
    #[must_use]
    pub fn last_no(&self) -> u64 {
        self.link.last_no
    }

    /// Reads the frame at a position.
    ///
    /// # Errors
    /// [`JournalError::NoFrame`] when no intact frame starts there; [`JournalError::Disk`] when the medium does not give it back.
    pub fn read(&self, pos: Pos) -> Result<Frame, JournalError> {
        self.read_in(&*self.file(pos)?, pos)
    }

    /// Reads the frames at positions, in their order; each file is opened once where they rise.
    ///
    /// # Errors
    /// As [`Reader::read`], for the first that can't be read.
    pub fn read_all(&self, positions: impl IntoIterator<Item = Pos>) -> Result<Vec<Frame>, JournalError> {
        let mut open: Option<(u32, Box<dyn DiskFile>)> = None;
        let mut frames = Vec::new();
        for pos in positions {
            let file = match open.take() {
                Some((segment, file)) if segment == pos.segment => file,
                _ => self.file(pos)?,
            };
            frames.push(self.read_in(&*file, pos)?);
            open = Some((pos.segment, file));
        }
        Ok(frames)
    }

    fn file(&self, pos: Pos) -> Result<Box<dyn DiskFile>, JournalError> {
        self.disk.open(&name_of(pos.segment)).map_err(|error| match error.kind {
            DiskErrorKind::NotFound => JournalError::NoFrame(pos),
            _ => error.into(),
        })
    }

    fn read_in(&self, file: &dyn DiskFile, pos: Pos) -> Result<Frame, JournalError> {
        let none = || JournalError::NoFrame(pos);
        let mut head = [0; HEADER_LEN];
        let read = file.read_at(pos.offset.into(), &mut head)?;
        let header = Header::parse(&head[..read]).filter(|header| header.code != SNAPSHOT_CODE).ok_or_else(none)?;
        debug_assert!(header.frame_len() <= MAX_BODY_BYTES + 256, "the header's parse keeps to the limit");
        let mut rest = vec![0; header.frame_len() - HEADER_LEN];
        let read = file.read_at(u64::from(pos.offset) + HEADER_LEN as u64, &mut rest)?;
        let (sealed, check) = rest[..read].split_last_chunk::<4>().ok_or_else(none)?;
        if read < rest.len() || u32_at(check, 0) != crc(sealed) {
            return Err(none());
        }
        let body = self.secrets.binding(pos.segment).open(&header, pos.offset, sealed).ok_or_else(none)?;
        Ok(Frame { no: header.no, kind: FrameKind::from_code(header.code), body, pos })
    }

    /// Goes through everything committed from `from` on, in order, with the gaps in between. [`Pos::START`] is the beginning.
    ///
    /// # Errors
    /// [`JournalError::Disk`] when the directory or a file in it cannot be read at all.
    pub fn iter_from(&self, from: Pos) -> Result<History, JournalError> {
        let numbers = segments(&*self.disk)?;
        let mut chain = Vec::new();
        let mut segment = self.link.segment;
        let mut limit = self.link.end;
        // Below the oldest that is kept, nothing is missing: it was given up.
        while segment != 0 && segment >= self.link.oldest {
            if numbers.binary_search(&segment).is_ok() {
                chain.push(Stop::Segment { segment, limit });
            } else {
                chain.push(Stop::Missing(segment));
            }
            if segment <= from.segment {
                break;
            }
            let link = match chain.last() {
                Some(Stop::Segment { .. }) => load(&*self.disk, segment)?.link(&self.secrets),
                _ => None,
            };
            (segment, limit) = match link {
                Some(link) => (link.segment, link.end),
                // What came before is not known here: all of the next older one that is there.
                None => (numbers.iter().rev().copied().find(|number| *number < segment).unwrap_or(0), u32::MAX),
            };
        }
        Ok(History { reader: self.clone(), from, chain, walker: Walker::new(), ready: Vec::new().into_iter() })
    }
}

enum Stop {
    Segment { segment: u32, limit: u32 },
    Missing(u32),
}

/// What [`Reader::iter_from`] goes through. Holds one segment in memory at a time.
pub struct History {
    reader: Reader,
    from: Pos,
    /// The segments still to go through, the next one last.
    chain: Vec<Stop>,
    walker: Walker,
    ready: std::vec::IntoIter<Step>,
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "History({} segments to go)", self.chain.len())
    }
}

impl Iterator for History {
    type Item = Result<Step, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            for step in self.ready.by_ref() {
                let early = match &step {
                    Step::Frame(frame) => frame.pos < self.from,
                    Step::Gap(gap) => gap.to <= self.from,
                };
                if !early {
                    return Some(Ok(step));
                }
            }
            match self.chain.pop()? {
                Stop::Missing(segment) => {
                    let (from, to) =
                        (Pos { segment, offset: 0 }, Pos { segment: segment.saturating_add(1), offset: 0 });
                    return Some(Ok(Step::Gap(Gap { from, to, missing: None, cause: GapCause::Missing })));
                }
                Stop::Segment { segment, limit } => {
                    let part = load(&*self.reader.disk, segment)
                        .map_err(JournalError::from)
                        .and_then(|loaded| loaded.part(&self.reader.secrets, limit));
                    match part {
                        Ok(part) => self.ready = self.walker.part(part).into_iter(),
                        Err(JournalError::NewerFormat { .. }) => return Some(Ok(self.walker.newer(segment))),
                        Err(error) => {
                            self.chain.clear();
                            return Some(Err(error));
                        }
                    }
                }
            }
        }
    }
}
