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

mod error;
mod frame;
mod history;
mod load;
mod owner;
mod recover;
mod report;
mod scan;
mod secrets;
mod segment;
#[cfg(test)]
mod tests;
mod walk;
mod wipe;

use std::{fmt, sync::Arc};

use zeroize::Zeroizing;

use crate::{
    limits::journal as limits,
    ports::{Disk, DiskError, DiskErrorKind, DiskFile, Entropy, KeyVault, disk::replace},
};

pub use error::JournalError;
pub use frame::{Entry, Frame, FrameKind, Pos};
pub use history::History;
pub use report::{Gap, GapCause, Opened, RecoveryReport, Tail, Warning};
pub use walk::Step;
pub use wipe::wipe;

use frame::{Binding, FRAME_OVERHEAD};
use owner::Owner;
use secrets::Secrets;
use segment::{Builder, Link, SEGMENT_HEADER_LEN, Spare, UNFINISHED_SEGMENT, make_spare, name_of, number_of};

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
    secrets: Secrets,
    segment_bytes: u32,
    /// Where frames are added; `None` when the next commit must begin a new segment.
    current: Option<Current>,
    spare: Option<Spare>,
    /// Where the frames that count end.
    link: Link,
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
    /// Makes a new store with fresh secrets, whose first segment begins with `snapshot`, and opens it.
    ///
    /// # Errors
    /// [`JournalError::Exists`] when there is a store; [`JournalError::VaultMissing`] when there are segments of one;
    /// [`JournalError::InUse`], [`JournalError::Vault`], [`JournalError::Entropy`] or [`JournalError::Disk`] otherwise.
    /// A later attempt starts afresh.
    pub fn create(
        disk: Arc<dyn Disk>,
        vault: &dyn KeyVault,
        entropy: Arc<dyn Entropy>,
        options: Options,
        snapshot: &[u8],
    ) -> Result<Self, JournalError> {
        let (owner, _) = Owner::acquire(&*disk)?;
        wipe::finish(&*disk)?;
        match secrets::find(&*disk) {
            Ok(None) => {}
            Ok(Some(_)) | Err(JournalError::VaultDamaged { .. }) => return Err(JournalError::Exists),
            Err(error) => return Err(error),
        }
        remove_leftovers(&*disk)?;
        let secrets = Secrets::generate(&*entropy)?;
        let wrapped = secrets.wrap(vault)?;
        let mut journal = Self {
            disk,
            entropy,
            secrets,
            segment_bytes: options.segment_bytes.max(SEGMENT_HEADER_LEN as u32),
            current: None,
            spare: None,
            link: Link { segment: 0, end: 0, last_no: 0, oldest: 1 },
            newest: 0,
            next_no: 1,
            snapshot_len: snapshot.len(),
            buffer: Vec::new(),
            stats: Stats::default(),
            _owner: owner,
        };
        journal.maintain()?;
        journal.roll(snapshot)?;
        journal.maintain()?;
        // Last, because a store exists from the moment that its keys do.
        secrets::store(&*journal.disk, &wrapped)?;
        Ok(journal)
    }

    /// Opens the store and brings back what it holds. Damage never makes it fail; it is in the report.
    ///
    /// # Errors
    /// [`JournalError::NoStore`]; [`JournalError::InUse`]; [`JournalError::Vault`] when the key store does not give the
    /// keys; [`JournalError::VaultMissing`] or [`JournalError::VaultDamaged`] when they are not there to be given;
    /// [`JournalError::NewerFormat`], with nothing touched; [`JournalError::Disk`] when the directory cannot be read.
    pub fn open(
        disk: Arc<dyn Disk>,
        vault: &dyn KeyVault,
        entropy: Arc<dyn Entropy>,
        options: Options,
    ) -> Result<(Self, Opened), JournalError> {
        let (owner, warning) = Owner::acquire(&*disk)?;
        wipe::finish(&*disk)?;
        let Some(found) = secrets::find(&*disk)? else {
            check_leftovers(&*disk)?;
            return Err(JournalError::NoStore);
        };
        let secrets = found.wrapped.unwrap(vault)?;
        let recovered = recover::recover(&*disk, &secrets, options.witness)?;

        let mut warnings: Vec<Warning> = warning.into_iter().chain(recovered.warnings).collect();
        if let Some((name, bytes)) = found.repair {
            warnings.push(match replace(&*disk, name, &bytes) {
                Ok(()) => Warning::VaultRepaired(name),
                Err(error) => Warning::VaultNotRepaired(name, error),
            });
        }
        let link = recovered.link;
        let _ = disk.remove(UNFINISHED_SEGMENT);
        let made_sure = make_sure(&*disk, link, recovered.last_write);
        let current = recovered.room.and_then(|len| {
            // If it cannot be opened for writing now, the next commit begins another.
            let file = disk.open(&name_of(link.segment)).ok()?;
            Some(Current { binding: secrets.binding(link.segment), file, len })
        });
        let spare = recovered
            .spare
            .and_then(|(segment, len)| Some(Spare { segment, file: disk.open(&name_of(segment)).ok()?, len }));
        let mut journal = Self {
            disk,
            entropy,
            secrets,
            segment_bytes: options.segment_bytes.max(SEGMENT_HEADER_LEN as u32),
            current,
            spare,
            link,
            newest: recovered.newest,
            next_no: recovered.next_no,
            snapshot_len: recovered.snapshot.as_ref().map_or(0, Vec::len),
            buffer: Vec::new(),
            stats: Stats::default(),
            _owner: owner,
        };
        if let Err(error) = made_sure {
            journal.current = None;
            journal.spare = None;
            warnings.push(Warning::NotSynced(error));
        } else if let Err(JournalError::Disk(error)) = journal.maintain() {
            warnings.push(Warning::NoSpare(error));
        }
        let report = RecoveryReport { gaps: recovered.gaps, tail: recovered.tail, warnings };
        let opened =
            Opened { snapshot: recovered.snapshot, frames: recovered.frames, unfinished: recovered.unfinished, report };
        Ok((journal, opened))
    }

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

    /// Makes the next segment ahead if there is none, so that no tap has to. To be called after an open, a roll or a sync.
    ///
    /// # Errors
    /// [`JournalError::Disk`]; taps go on as long as the present segment has room.
    pub fn maintain(&mut self) -> Result<(), JournalError> {
        if self.spare.is_none() {
            self.spare = Some(self.make_spare()?);
        }
        Ok(())
    }

    /// The seed of the installation's signing key.
    #[must_use]
    pub fn signing_seed(&self) -> &[u8; 32] {
        &self.secrets.signing_seed
    }

    /// Derives a key for something else that lies on this disk, such as drafts. Another `purpose` is another key.
    #[must_use]
    pub fn derive_key(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        self.secrets.derive(format!("hadir/store/1/{purpose}").as_bytes())
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

/// Makes what an open found as durable as it looks. A process that was killed leaves writes and names that every reader
/// sees and a power cut still takes; and where a sync failed, only writing the same bytes again makes the system try again.
/// Only the last write can be in that state, because each was synced before the next.
fn make_sure(disk: &dyn Disk, link: Link, last_write: u32) -> Result<(), DiskError> {
    disk.sync_dir()?;
    if link.segment == 0 || link.end <= last_write {
        return Ok(());
    }
    let file = disk.open(&name_of(link.segment))?;
    let mut bytes = vec![0; (link.end - last_write) as usize];
    let read = file.read_at(last_write.into(), &mut bytes)?;
    file.write_at(last_write.into(), &bytes[..read])?;
    file.sync_data()
}

/// Checks that nothing was ever recorded in the segments that lie here without keys.
fn check_leftovers(disk: &dyn Disk) -> Result<(), JournalError> {
    let segments = load::segments(disk)?;
    for segment in &segments {
        if !load::load(disk, *segment)?.is_unused() {
            return Err(JournalError::VaultMissing { segments: segments.len() });
        }
    }
    Ok(())
}

/// Removes what an interrupted create left.
fn remove_leftovers(disk: &dyn Disk) -> Result<(), JournalError> {
    check_leftovers(disk)?;
    for file in disk.list()? {
        if number_of(&file.name).is_some() || file.name.ends_with(crate::ports::disk::UNFINISHED) {
            match disk.remove(&file.name) {
                Err(error) if error.kind != DiskErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
    }
    Ok(disk.sync_dir()?)
}
