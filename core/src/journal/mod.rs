//! The durable, append-only log: the truth of an installation.
//!
//! It keeps sealed frames of opaque bytes in preallocated segments, and promises:
//!
//! - what [`Journal::commit`] returned is on the medium: one write and one sync, nothing else;
//! - whatever happens to the files, [`Journal::open`] gives back every frame that is still there and says what is not,
//!   in a [`RecoveryReport`];
//! - a store has one owner at a time; nothing of it can be read without the platform's key store.
//!
//! The caller keeps a state that follows from the frames, and hands out a snapshot of it whenever a segment begins, so that
//! an open reads one segment. Bytes and recovery are stated in `docs/journal.md`.

mod agency;
mod aside;
mod error;
mod frame;
mod freed;
mod history;
mod load;
mod open;
mod owner;
mod recover;
mod report;
mod scan;
mod secrets;
mod segment;
mod small;
#[cfg(test)]
mod tests;
mod walk;
mod wipe;

use std::{fmt, sync::Arc};

use zeroize::Zeroizing;

use crate::{
    limits::journal as limits,
    ports::{Disk, DiskError, DiskErrorKind, DiskFile, Entropy},
};

pub use agency::{RecoveredRecord, RecoveredRecords, RecoveryError, RecoveryWrap, recover_records};
pub use aside::{OldPiece, OldStore, PieceName, set_aside};
pub use error::JournalError;
pub use frame::{Entry, Frame, FrameKind, Pos};
pub use freed::{Kept, KeptFrame};
pub use history::{History, Reader};
pub use report::{Gap, GapCause, Opened, RecoveryReport, Tail, Warning};
pub use small::SmallFile;
pub use walk::Step;
pub use wipe::wipe;

use frame::{Binding, FRAME_OVERHEAD};
use owner::Owner;
use secrets::Secrets;
use segment::{Builder, Link, Spare, make_spare, name_of};

/// How a journal is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The length of new segments in bytes; a caller with very many small stores takes less than the default.
    pub segment_bytes: u32,
    /// The highest frame number that is known from elsewhere to have been committed.
    pub witness: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self { segment_bytes: limits::SEGMENT_BYTES, witness: None }
    }
}

/// Where a committed frame lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The frame's number.
    pub no: u64,
    /// Its place, for [`Journal::read`].
    pub pos: Pos,
}

/// What a journal has done since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Commits that succeeded.
    pub commits: u64,
    /// Commits that the medium failed.
    pub failures: u64,
    /// Segments begun.
    pub rolls: u64,
    /// Segments that had to be made within a commit, because none had been made ahead. Each cost two more syncs.
    pub emergency_segments: u64,
}

struct Current {
    binding: Binding,
    file: Box<dyn DiskFile>,
    len: u32,
}

/// An open journal. Dropping it gives the directory free; there is nothing to flush.
pub struct Journal {
    disk: Arc<dyn Disk>,
    entropy: Arc<dyn Entropy>,
    secrets: Arc<Secrets>,
    segment_bytes: u32,
    /// Where frames are added; `None` when the next commit must begin a new segment.
    current: Option<Current>,
    spare: Option<Spare>,
    /// Where the frames that count end.
    link: Link,
    /// The oldest segment that is kept, as the medium knows it.
    oldest_on_disk: u32,
    /// No file of a segment below this one lies here any more.
    swept: u32,
    /// The highest segment that was ever written to.
    newest: u32,
    next_no: u64,
    snapshot_len: usize,
    buffer: Vec<u8>,
    stats: Stats,
    _owner: Owner,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Journal({} frames, ends at {})", self.link.last_no, self.end())
    }
}

impl Journal {
    /// Records `entries`, all or none, and returns once they are on the medium: one write, one sync.
    ///
    /// `snapshot` must give the state before these entries; it is called only when they begin a new segment.
    ///
    /// # Errors
    /// [`JournalError::TooLarge`] and [`JournalError::UnknownKind`] before anything is written; [`JournalError::Disk`]
    /// ([`JournalError::is_full`] tells whether it is the space) or [`JournalError::Entropy`]. Nothing of `entries` then
    /// counts as recorded, though after a crash right away it may be found to be; the journal can be used on, in a new segment.
    pub fn commit(
        &mut self,
        entries: &[Entry<'_>],
        snapshot: impl FnOnce() -> Vec<u8>,
    ) -> Result<Vec<Written>, JournalError> {
        let need = check(entries)?;
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let written = match self.current.take() {
            Some(current) if u64::from(self.link.end) + need as u64 <= u64::from(current.len) => {
                self.write(current, None, entries)
            }
            current => {
                self.current = current;
                self.begin(&snapshot(), entries)
            }
        }?;
        self.stats.commits += 1;
        Ok(written)
    }

    /// Begins a new segment with `snapshot`, outside a tap. One write, one sync if a spare is there.
    ///
    /// # Errors
    /// As [`Journal::commit`].
    pub fn roll(&mut self, snapshot: &[u8]) -> Result<(), JournalError> {
        self.begin(snapshot, &[]).map(drop)
    }

    /// Whether it is time for [`Journal::roll`]: little room is left, or what lies at the end is in doubt.
    #[must_use]
    pub fn needs_roll(&self) -> bool {
        self.current.as_ref().is_none_or(|current| {
            current.len.saturating_sub(self.link.end) < limits::ROLL_MARGIN_BYTES.min(current.len / 8)
        })
    }

    /// Makes the next segment ahead if there is none, so that no tap has to, and removes the files of segments that were
    /// given up. To be called after an open, a roll or a sync.
    ///
    /// # Errors
    /// [`JournalError::Disk`]; taps go on as long as the present segment has room.
    pub fn maintain(&mut self) -> Result<(), JournalError> {
        // First, because it gives space.
        let swept = self.sweep();
        if self.spare.is_none() {
            self.spare = Some(self.make_spare()?);
        }
        swept
    }

    /// The seed of the installation's signing key.
    #[must_use]
    pub fn signing_seed(&self) -> &[u8; 32] {
        &self.secrets.signing_seed
    }

    /// Derives a key for something else that lies on this disk and that the agency may recover. Another `purpose` is
    /// another key.
    #[must_use]
    pub fn derive_key(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        self.secrets.derive(format!("hadir/store/1/{purpose}").as_bytes())
    }

    /// Takes note that frames up to a number had been committed which are not here: their numbers are not used again.
    pub fn witnessed(&mut self, no: u64) {
        if no >= self.next_no {
            self.next_no = no.saturating_add(1);
            // Numbers may only be left out where a segment begins.
            self.current = None;
        }
    }

    /// Derives a key for what nobody but this phone is to read, such as drafts; the agency's recovery key does not lead to it.
    #[must_use]
    pub fn derive_own_key(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        self.secrets.derive_own(format!("hadir/own/1/{purpose}").as_bytes())
    }

    /// The number of the last frame that counts, 0 if there is none.
    #[must_use]
    pub fn last_no(&self) -> u64 {
        self.link.last_no
    }

    /// Where the frames that count end.
    #[must_use]
    pub fn end(&self) -> Pos {
        Pos { segment: self.link.segment, offset: self.link.end }
    }

    /// What was done since it was opened.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Reads what is committed by now, from any thread, while this journal goes on.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader { disk: self.disk.clone(), secrets: self.secrets.clone(), link: self.link }
    }

    /// Reads the frame at a position.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub fn read(&self, pos: Pos) -> Result<Frame, JournalError> {
        self.reader().read(pos)
    }

    /// Goes through everything committed from `from` on, in order, with the gaps in between.
    ///
    /// # Errors
    /// As [`Reader::iter_from`].
    pub fn iter_from(&self, from: Pos) -> Result<History, JournalError> {
        self.reader().iter_from(from)
    }

    /// Removes the store and everything beside it in its directory.
    ///
    /// # Errors
    /// As [`wipe`].
    pub fn wipe(self) -> Result<(), JournalError> {
        wipe::wipe_owned(&*self.disk)
    }

    fn make_spare(&self) -> Result<Spare, JournalError> {
        let wanted = (self.snapshot_len as u64).saturating_mul(limits::SNAPSHOT_SHARE.into());
        let len = wanted.max(self.segment_bytes.into()).min(limits::MAX_SEGMENT_BYTES as u64);
        let Some(next) = self.newest.checked_add(1) else {
            return Err(DiskError::new("create", &name_of(self.newest), DiskErrorKind::Exists).into());
        };
        make_spare(&*self.disk, next, u32::try_from(len).unwrap_or(self.segment_bytes))
    }

    /// Writes `entries` into a new segment, after `snapshot`.
    fn begin(&mut self, snapshot: &[u8], entries: &[Entry<'_>]) -> Result<Vec<Written>, JournalError> {
        if snapshot.len() > limits::MAX_BODY_BYTES - 64 {
            return Err(JournalError::TooLarge { len: snapshot.len(), max: limits::MAX_BODY_BYTES - 64 });
        }
        let spare = match self.spare.take() {
            Some(spare) => spare,
            None => {
                let spare = self.make_spare()?;
                self.stats.emergency_segments += 1;
                spare
            }
        };
        let binding = self.secrets.binding(spare.segment);
        let target = Current { binding, file: spare.file, len: spare.len };
        let written = self.write(target, Some(snapshot), entries)?;
        self.snapshot_len = snapshot.len();
        self.oldest_on_disk = self.link.oldest;
        self.stats.rolls += 1;
        Ok(written)
    }

    /// Writes to `target` and syncs it; on success it is the present segment. After a failure no segment is: what lies
    /// behind the last success is in doubt, even to the system, and is left alone.
    fn write(
        &mut self,
        mut target: Current,
        start: Option<&[u8]>,
        entries: &[Entry<'_>],
    ) -> Result<Vec<Written>, JournalError> {
        let segment = target.binding.segment;
        let base = if start.is_some() { 0 } else { self.link.end };
        let built = {
            let mut builder = Builder::new(&target.binding, &*self.entropy, base, &mut self.buffer);
            build(&mut builder, segment, start.map(|state| (self.link, state)), self.next_no, entries)
        };
        let built = match built {
            Ok(built) => built,
            Err(error) => {
                // Nothing was written, so everything is as it was.
                if start.is_some() {
                    self.spare = Some(Spare { segment, file: target.file, len: target.len });
                } else {
                    self.current = Some(target);
                }
                return Err(error.into());
            }
        };
        let frames = entries.len() as u64 + u64::from(start.is_some());
        self.newest = self.newest.max(segment);
        self.next_no += frames;
        if let Err(error) = target.file.write_at(base.into(), &self.buffer).and_then(|()| target.file.sync_data()) {
            self.stats.failures += 1;
            self.current = None;
            return Err(error.into());
        }
        let end = base + u32::try_from(self.buffer.len()).expect("a commit and a snapshot keep to their limits");
        target.len = target.len.max(end);
        self.link = Link { segment, end, last_no: self.next_no - 1, oldest: self.link.oldest };
        self.current = Some(target);
        Ok(built)
    }
}

fn check(entries: &[Entry<'_>]) -> Result<usize, JournalError> {
    let mut need = 0;
    for entry in entries {
        if let FrameKind::Unknown(code) = entry.kind {
            return Err(JournalError::UnknownKind { code });
        }
        if entry.body.len() > limits::MAX_BODY_BYTES {
            return Err(JournalError::TooLarge { len: entry.body.len(), max: limits::MAX_BODY_BYTES });
        }
        need += entry.body.len() + FRAME_OVERHEAD;
    }
    if need > limits::MAX_COMMIT_BYTES || entries.len() > usize::from(u16::MAX) {
        return Err(JournalError::TooLarge { len: need, max: limits::MAX_COMMIT_BYTES });
    }
    Ok(need)
}

fn build(
    builder: &mut Builder<'_>,
    segment: u32,
    start: Option<(Link, &[u8])>,
    mut no: u64,
    entries: &[Entry<'_>],
) -> Result<Vec<Written>, crate::ports::EntropyError> {
    if let Some((link, state)) = start {
        builder.start_segment(link, no, state)?;
        no += 1;
    }
    let count = u16::try_from(entries.len()).expect("checked before");
    let mut written = Vec::with_capacity(entries.len());
    for (index, entry) in (0..count).zip(entries) {
        let offset = builder.frame(entry.kind.code(), index, count, no, entry.body)?;
        written.push(Written { no, pos: Pos { segment, offset } });
        no += 1;
    }
    Ok(written)
}
