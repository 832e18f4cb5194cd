//! One directory on a medium that keeps bytes: the door through which everything durable goes.
//!
//! It offers flat names, positioned reads and writes, and the two syncs that decide what a power cut leaves:
//! [`DiskFile::sync_data`] for what a file holds and [`Disk::sync_dir`] for which names exist. Nothing else is
//! durable, and a simulated disk takes all the rest away. [`replace`] exchanges a small file atomically.
//!
//! Implementations: `adapters::disk::SystemDisk`, and in tests the `model::ModelDisk`, which loses, tears and
//! fails on command. Both pass the `conformance` suite.

use std::{any::Any, fmt};

#[cfg(any(test, feature = "testing"))]
pub mod conformance;
#[cfg(any(test, feature = "testing"))]
pub mod model;

/// A file's name and length, as [`Disk::list`] gives them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileInfo {
    /// The name, without any directory.
    pub name: String,
    /// The length in bytes.
    pub len: u64,
}

/// What [`Disk::lock`] found.
pub enum Lock {
    /// The lock is ours until the guard is dropped or the process ends.
    Held(Box<dyn Any + Send + Sync>),
    /// Another opener holds it.
    Busy,
    /// This file system or platform has no such locks.
    Unsupported,
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Held(_) => "Held",
            Self::Busy => "Busy",
            Self::Unsupported => "Unsupported",
        })
    }
}

/// One directory. Names are plain: ASCII letters, digits, `.`, `-` and `_`, not starting with a dot.
pub trait Disk: Send + Sync {
    /// Names this directory within the process: equal for two handles on the same one, different otherwise.
    fn identity(&self) -> String;

    /// Lists the files, sorted by name; directories are left out.
    ///
    /// # Errors
    /// [`DiskError`].
    fn list(&self) -> Result<Vec<FileInfo>, DiskError>;

    /// Creates an empty file for reading and writing. The name is durable after [`Disk::sync_dir`].
    ///
    /// # Errors
    /// [`DiskError`] of kind [`DiskErrorKind::Exists`] when the name is taken, [`DiskErrorKind::Full`] when there is no space.
    fn create(&self, name: &str) -> Result<Box<dyn DiskFile>, DiskError>;

    /// Opens an existing file for reading and writing.
    ///
    /// # Errors
    /// [`DiskError`] of kind [`DiskErrorKind::NotFound`] when there is none.
    fn open(&self, name: &str) -> Result<Box<dyn DiskFile>, DiskError>;

    /// Gives a file another name, atomically; a file that has that name is replaced.
    ///
    /// # Errors
    /// [`DiskError`].
    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError>;

    /// Removes a file.
    ///
    /// # Errors
    /// [`DiskError`] of kind [`DiskErrorKind::NotFound`] when there is none.
    fn remove(&self, name: &str) -> Result<(), DiskError>;

    /// Makes every create, rename and remove so far survive a power cut.
    ///
    /// # Errors
    /// [`DiskError`].
    fn sync_dir(&self) -> Result<(), DiskError>;

    /// Tries, without waiting, to become the only holder of the lock on the file `name`, creating it if need be.
    ///
    /// # Errors
    /// [`DiskError`] when the file cannot be made or opened.
    fn lock(&self, name: &str) -> Result<Lock, DiskError>;

    /// How many times a sync of either kind was asked for through this handle and its files.
    fn syncs(&self) -> u64;
}

/// An open file.
pub trait DiskFile: Send + Sync {
    /// The length in bytes.
    ///
    /// # Errors
    /// [`DiskError`].
    fn len(&self) -> Result<u64, DiskError>;

    /// Whether the file holds no byte.
    ///
    /// # Errors
    /// [`DiskError`].
    fn is_empty(&self) -> Result<bool, DiskError> {
        Ok(self.len()? == 0)
    }

    /// Reads from `offset` until `buf` is full or the file ends, and returns how many bytes that were.
    ///
    /// # Errors
    /// [`DiskError`].
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, DiskError>;

    /// Writes all of `bytes` at `offset`; a gap before it reads as zeros.
    ///
    /// # Errors
    /// [`DiskError`]; any part of `bytes` may then have been written.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), DiskError>;

    /// Cuts the file to `len` bytes, or lengthens it with zeros.
    ///
    /// # Errors
    /// [`DiskError`].
    fn set_len(&self, len: u64) -> Result<(), DiskError>;

    /// Makes everything written to this file so far survive a power cut.
    ///
    /// # Errors
    /// [`DiskError`]. What was written since the last success is then in doubt for ever, even if a later sync succeeds:
    /// the system may have dropped it and forgotten that it did.
    fn sync_data(&self) -> Result<(), DiskError>;
}

/// What went wrong on the medium, and with which file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation} {name}: {kind}")]
pub struct DiskError {
    /// The operation, as a verb.
    pub operation: &'static str,
    /// The name of the file, or `.` for the directory.
    pub name: String,
    /// What went wrong.
    pub kind: DiskErrorKind,
}

/// What went wrong on the medium.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DiskErrorKind {
    /// There is no such file or directory.
    #[error("not found")]
    NotFound,
    /// The name is taken.
    #[error("exists already")]
    Exists,
    /// No space is left, or the quota is used up.
    #[error("no space left; free some and try again")]
    Full,
    /// The directory or file may not be written or read by this process, or the medium is read-only.
    #[error("permission denied or read-only; check who owns the directory")]
    Denied,
    /// The name is not plain.
    #[error("not a plain file name")]
    BadName,
    /// The medium failed.
    #[error("the medium failed: {0}")]
    Io(String),
}

impl DiskError {
    /// Makes an error for `operation` on `name`.
    #[must_use]
    pub fn new(operation: &'static str, name: &str, kind: DiskErrorKind) -> Self {
        Self { operation, name: name.to_owned(), kind }
    }
}

/// Checks that `name` is plain, as [`Disk`] asks.
///
/// # Errors
/// [`DiskErrorKind::BadName`].
pub fn check_name(operation: &'static str, name: &str) -> Result<(), DiskError> {
    let plain = !name.is_empty()
        && name.len() <= 100
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    if plain { Ok(()) } else { Err(DiskError::new(operation, name, DiskErrorKind::BadName)) }
}

/// The suffix of files that are not finished yet; they may be removed whenever nobody is writing them.
pub const UNFINISHED: &str = ".tmp";

/// Exchanges the content of `name` for `bytes`: after a power cut at any moment either the old or the new content is
/// there, whole. Costs two syncs.
///
/// # Errors
/// [`DiskError`]; the old content is then still there, unless only the last sync failed.
pub fn replace(disk: &dyn Disk, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
    let unfinished = format!("{name}{UNFINISHED}");
    let written = write_new(disk, &unfinished, bytes).and_then(|()| disk.rename(&unfinished, name));
    if let Err(error) = written {
        // It only takes space: whoever opens the directory next removes it again.
        let _ = disk.remove(&unfinished);
        return Err(error);
    }
    disk.sync_dir()
}

fn write_new(disk: &dyn Disk, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
    match disk.remove(name) {
        Ok(()) => {}
        Err(error) if error.kind == DiskErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let file = disk.create(name)?;
    file.write_at(0, bytes)?;
    file.sync_data()
}

/// Reads a whole file of at most `limit` bytes; a longer one is cut there.
///
/// # Errors
/// [`DiskError`].
pub fn read_all(disk: &dyn Disk, name: &str, limit: u64) -> Result<Vec<u8>, DiskError> {
    let file = disk.open(name)?;
    let len = usize::try_from(file.len()?.min(limit)).unwrap_or(usize::MAX);
    let mut bytes = vec![0; len];
    let read = file.read_at(0, &mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}
