//! A disk in memory that forgets what was not synced, tears writes at sectors, and fails on command.
//!
//! Clones share one medium. [`ModelDisk::power_cut`] leaves what a real medium may leave: synced bytes for certain,
//! and of every later write any subset of its 512-byte sectors; of the names, any prefix of the changes since the last
//! directory sync. After a failed sync the writes it covered are never carried out by a later one, as on Linux.

mod medium;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use medium::{Change, Dice, Medium, NameChange, Node, apply_name, failed, index, put, sectors};

use super::{Disk, DiskError, DiskErrorKind, DiskFile, FileInfo, Lock, check_name};

/// The unit in which a medium keeps or loses bytes.
pub const SECTOR: u64 = 512;

/// How an operation fails on command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The medium fails and nothing is done.
    Io,
    /// There is no space and nothing is done.
    Full,
    /// The medium has become read-only and nothing is done.
    ReadOnly,
    /// A write stops half-way, then the medium fails. Other operations fail as with [`Fault::Io`].
    Short,
}

/// Which of the unsynced changes a power cut leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// None of them.
    LosesAll,
    /// All of them.
    KeepsAll,
    /// A subset that follows from the seed: sectors of each write, and a prefix of the changes of names.
    Tears(u64),
}

/// The disk; clones are handles on the same medium.
#[derive(Clone)]
pub struct ModelDisk {
    medium: Arc<Mutex<Medium>>,
    id: u64,
    syncs: Arc<AtomicU64>,
}

impl fmt::Debug for ModelDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModelDisk({})", self.id)
    }
}

impl Default for ModelDisk {
    fn default() -> Self {
        Self::new()
    }
}

impl ModelDisk {
    /// Makes an empty disk without a limit of space.
    #[must_use]
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self { medium: Arc::default(), id: NEXT.fetch_add(1, Ordering::Relaxed), syncs: Arc::default() }
    }

    fn medium(&self) -> MutexGuard<'_, Medium> {
        self.medium.lock().expect("no holder of this lock panics")
    }

    /// Makes a separate disk with what this one would hold after a power cut now.
    #[must_use]
    pub fn after_power_cut(&self, cut: Cut) -> Self {
        let copy = Self::new();
        {
            let from = self.medium();
            let mut to = copy.medium();
            to.nodes.clone_from(&from.nodes);
            to.names.clone_from(&from.names);
            to.durable_names.clone_from(&from.durable_names);
            to.pending_names.clone_from(&from.pending_names);
            to.next_node = from.next_node;
            to.capacity = from.capacity;
            to.unsupported_locks = from.unsupported_locks;
        }
        copy.power_cut(cut);
        copy
    }

    /// Cuts the power: unsynced changes are lost as `cut` says, open files and locks are gone, faults are forgotten.
    pub fn power_cut(&self, cut: Cut) {
        let mut medium = self.medium();
        let mut dice = Dice::new(cut);
        let keep_names = dice.prefix(medium.pending_names.len());
        let changes: Vec<_> = medium.pending_names.drain(..).take(keep_names).collect();
        for change in &changes {
            apply_name(&mut medium.durable_names, change);
        }
        medium.names = medium.durable_names.clone();
        let kept: Vec<u64> = medium.names.values().copied().collect();
        medium.nodes.retain(|id, _| kept.contains(id));
        for node in medium.nodes.values_mut() {
            let doubtful = std::mem::take(&mut node.doubtful);
            for change in doubtful.into_iter().chain(std::mem::take(&mut node.pending)) {
                match change {
                    Change::Write { offset, bytes } => {
                        for (at, part) in sectors(offset, &bytes) {
                            if dice.keeps() {
                                put(&mut node.durable, at, part);
                            }
                        }
                    }
                    Change::SetLen(len) => {
                        if dice.keeps() {
                            node.durable.resize(index(len), 0);
                        }
                    }
                }
            }
            node.seen.clone_from(&node.durable);
        }
        medium.locks.clear();
        medium.faults.clear();
        medium.dies_at = None;
        medium.bad_sectors.clear();
        medium.epoch += 1;
    }

    /// Makes the `nth` operation from now fail (0 is the next); every call but reads, lists and locks counts.
    pub fn fail(&self, nth: u64, fault: Fault) {
        let mut medium = self.medium();
        let at = medium.operations + nth;
        medium.faults.insert(at, fault);
    }

    /// Makes the `nth` operation from now (0 is the next) and every later one fail, until the power is cut: the moment of
    /// the cut itself, seen from a program that does not know yet.
    pub fn die(&self, nth: u64) {
        let mut medium = self.medium();
        medium.dies_at = Some(medium.operations + nth);
    }

    /// Ends what [`ModelDisk::die`] began without a power cut, as when only the process was killed: everything written
    /// is seen, nothing more of it is durable, and locks are free.
    pub fn process_killed(&self) {
        let mut medium = self.medium();
        medium.dies_at = None;
        medium.faults.clear();
        medium.locks.clear();
        medium.epoch += 1;
    }

    /// How many operations that may fail on command were asked for so far.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.medium().operations
    }

    /// Limits the sum of all lengths to `bytes`, or lifts the limit.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.medium().capacity = bytes;
    }

    /// The sum of all lengths.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.medium().used()
    }

    /// Makes [`Disk::lock`] answer [`Lock::Unsupported`], as some file systems do.
    pub fn without_locks(&self) {
        self.medium().unsupported_locks = true;
    }

    /// Makes every read that touches the sector at `offset` of `name` fail, as a worn medium does.
    pub fn spoil_sector(&self, name: &str, offset: u64) {
        self.medium().bad_sectors.push((name.to_owned(), offset / SECTOR));
    }

    /// Returns a file's content as a reader sees it now.
    ///
    /// # Panics
    /// When there is no such file.
    #[must_use]
    pub fn content(&self, name: &str) -> Vec<u8> {
        let medium = self.medium();
        medium.nodes[medium.names.get(name).expect("the test names a file that exists")].seen.clone()
    }

    /// Replaces a file's content durably, as somebody with a screwdriver would; makes the file if it is missing.
    pub fn set_content(&self, name: &str, bytes: &[u8]) {
        let mut medium = self.medium();
        let id = medium.names.get(name).copied().unwrap_or_else(|| {
            medium.next_node += 1;
            let id = medium.next_node;
            medium.names.insert(name.to_owned(), id);
            medium.durable_names.insert(name.to_owned(), id);
            id
        });
        medium.nodes.insert(id, Node { durable: bytes.to_vec(), seen: bytes.to_vec(), ..Node::default() });
    }

    /// Removes a file durably, behind everyone's back.
    pub fn delete(&self, name: &str) {
        let mut medium = self.medium();
        medium.names.remove(name);
        medium.durable_names.remove(name);
    }

    /// The names of all files, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.medium().names.keys().cloned().collect()
    }
}

impl Disk for ModelDisk {
    fn identity(&self) -> String {
        format!("model:{}", self.id)
    }

    fn list(&self) -> Result<Vec<FileInfo>, DiskError> {
        let medium = self.medium();
        let info =
            |(name, id): (&String, &u64)| FileInfo { name: name.clone(), len: medium.nodes[id].seen.len() as u64 };
        Ok(medium.names.iter().map(info).collect())
    }

    fn create(&self, name: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        check_name("create", name)?;
        let mut medium = self.medium();
        medium.step("create", name)?;
        if medium.names.contains_key(name) {
            return Err(DiskError::new("create", name, DiskErrorKind::Exists));
        }
        medium.next_node += 1;
        let node = medium.next_node;
        medium.nodes.insert(node, Node::default());
        medium.names.insert(name.to_owned(), node);
        medium.pending_names.push(NameChange::Link(name.to_owned(), node));
        Ok(self.handle(name, node, medium.epoch))
    }

    fn open(&self, name: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        check_name("open", name)?;
        let medium = self.medium();
        let node = medium.names.get(name).ok_or_else(|| DiskError::new("open", name, DiskErrorKind::NotFound))?;
        Ok(self.handle(name, *node, medium.epoch))
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        check_name("rename", from)?;
        check_name("rename", to)?;
        let mut medium = self.medium();
        medium.step("rename", from)?;
        let change = NameChange::Rename(from.to_owned(), to.to_owned());
        if !apply_name(&mut medium.names, &change) {
            return Err(DiskError::new("rename", from, DiskErrorKind::NotFound));
        }
        medium.pending_names.push(change);
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), DiskError> {
        check_name("remove", name)?;
        let mut medium = self.medium();
        medium.step("remove", name)?;
        let change = NameChange::Unlink(name.to_owned());
        if !apply_name(&mut medium.names, &change) {
            return Err(DiskError::new("remove", name, DiskErrorKind::NotFound));
        }
        medium.pending_names.push(change);
        Ok(())
    }

    fn sync_dir(&self) -> Result<(), DiskError> {
        self.syncs.fetch_add(1, Ordering::Relaxed);
        let mut medium = self.medium();
        medium.step("sync", ".")?;
        medium.pending_names.clear();
        medium.durable_names = medium.names.clone();
        Ok(())
    }

    fn lock(&self, name: &str) -> Result<Lock, DiskError> {
        check_name("lock", name)?;
        let mut medium = self.medium();
        if medium.unsupported_locks {
            return Ok(Lock::Unsupported);
        }
        if medium.locks.contains_key(name) {
            return Ok(Lock::Busy);
        }
        if !medium.names.contains_key(name) {
            medium.next_node += 1;
            let node = medium.next_node;
            medium.nodes.insert(node, Node::default());
            medium.names.insert(name.to_owned(), node);
            medium.pending_names.push(NameChange::Link(name.to_owned(), node));
        }
        medium.next_lock += 1;
        let token = medium.next_lock;
        medium.locks.insert(name.to_owned(), token);
        Ok(Lock::Held(Box::new(Guard { medium: self.medium.clone(), name: name.to_owned(), token })))
    }

    fn syncs(&self) -> u64 {
        self.syncs.load(Ordering::Relaxed)
    }
}

impl ModelDisk {
    fn handle(&self, name: &str, node: u64, epoch: u64) -> Box<dyn DiskFile> {
        Box::new(ModelFile { disk: self.clone(), name: name.to_owned(), node, epoch })
    }
}

struct Guard {
    medium: Arc<Mutex<Medium>>,
    name: String,
    token: u64,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Ok(mut medium) = self.medium.lock()
            && medium.locks.get(&self.name) == Some(&self.token)
        {
            medium.locks.remove(&self.name);
        }
    }
}

struct ModelFile {
    disk: ModelDisk,
    name: String,
    node: u64,
    epoch: u64,
}

impl ModelFile {
    fn error(&self, operation: &'static str, what: &str) -> DiskError {
        DiskError::new(operation, &self.name, DiskErrorKind::Io(what.to_owned()))
    }

    fn with<T>(
        &self,
        operation: &'static str,
        act: impl FnOnce(&mut Medium) -> Result<T, DiskError>,
    ) -> Result<T, DiskError> {
        let mut medium = self.disk.medium();
        if medium.epoch != self.epoch {
            return Err(self.error(operation, "the power was cut since the file was opened"));
        }
        act(&mut medium)
    }

    fn node<'m>(&self, operation: &'static str, medium: &'m mut Medium) -> Result<&'m mut Node, DiskError> {
        medium.nodes.get_mut(&self.node).ok_or_else(|| self.error(operation, "the file is gone"))
    }
}

impl DiskFile for ModelFile {
    fn len(&self) -> Result<u64, DiskError> {
        self.with("measure", |medium| Ok(self.node("measure", medium)?.seen.len() as u64))
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, DiskError> {
        self.with("read", |medium| {
            let touched = offset / SECTOR..=(offset + (buf.len() as u64).max(1) - 1) / SECTOR;
            if medium.bad_sectors.iter().any(|(name, sector)| *name == self.name && touched.contains(sector)) {
                return Err(self.error("read", "bad sector"));
            }
            let seen = &self.node("read", medium)?.seen;
            // With 32-bit sizes an offset may lie beyond every memory: that too is past the end.
            let rest = usize::try_from(offset).ok().and_then(|from| seen.get(from..)).unwrap_or_default();
            let count = rest.len().min(buf.len());
            buf[..count].copy_from_slice(&rest[..count]);
            Ok(count)
        })
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        self.with("write", |medium| {
            let fault = medium.fault();
            let bytes = match fault {
                None => bytes,
                Some(Fault::Short) => &bytes[..bytes.len() / 2],
                Some(fault) => return Err(failed("write", &self.name, fault)),
            };
            let end = offset + bytes.len() as u64;
            let growth = end.saturating_sub(self.node("write", medium)?.seen.len() as u64);
            if growth > 0 && !medium.has_room(growth) {
                return Err(failed("write", &self.name, Fault::Full));
            }
            let node = self.node("write", medium)?;
            put(&mut node.seen, offset, bytes);
            node.pending.push(Change::Write { offset, bytes: bytes.to_vec() });
            fault.map_or(Ok(()), |fault| Err(failed("write", &self.name, fault)))
        })
    }

    fn set_len(&self, len: u64) -> Result<(), DiskError> {
        self.with("resize", |medium| {
            medium.step("resize", &self.name)?;
            let growth = len.saturating_sub(self.node("resize", medium)?.seen.len() as u64);
            if growth > 0 && !medium.has_room(growth) {
                return Err(failed("resize", &self.name, Fault::Full));
            }
            let node = self.node("resize", medium)?;
            node.seen.resize(index(len), 0);
            node.pending.push(Change::SetLen(len));
            Ok(())
        })
    }

    fn sync_data(&self) -> Result<(), DiskError> {
        self.disk.syncs.fetch_add(1, Ordering::Relaxed);
        self.with("sync", |medium| {
            let fault = medium.fault();
            let node = self.node("sync", medium)?;
            let pending = std::mem::take(&mut node.pending);
            if let Some(fault) = fault {
                node.doubtful.extend(pending);
                return Err(failed("sync", &self.name, fault));
            }
            for change in pending {
                match change {
                    Change::Write { offset, bytes } => put(&mut node.durable, offset, &bytes),
                    Change::SetLen(len) => node.durable.resize(index(len), 0),
                }
            }
            Ok(())
        })
    }
}
