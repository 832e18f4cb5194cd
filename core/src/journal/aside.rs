//! Old stores set aside: the files of a store whose keys are gone, under other names, until the agency has them.
//!
//! A store that can't be opened must not stand in the way of a new one, and must not be lost either. All its files get
//! the prefix `old-NN-`. A marker file says that the renaming has begun; whoever opens next finishes it.

use crate::{
    limits::journal::MAX_SEGMENT_BYTES,
    model::{InstallId, KeyId},
    ports::{
        Disk, DiskError, DiskErrorKind,
        disk::{UNFINISHED, read_all},
    },
};

use super::{
    Journal, JournalError,
    agency::{RECOVERY_FILES, RecoveryWrap, used_part},
    open::check_leftovers,
    owner::{LOCK_FILE, Owner},
    secrets,
    segment::number_of,
    wipe,
};

/// The files of one old store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldStore {
    /// Its number among the old stores of this directory.
    pub number: u8,
    /// Whose it is and which key opens it; `None` if it was never wrapped for the agency: then nobody can recover it.
    pub wrap: Option<RecoveryWrap>,
    /// What the agency needs to recover it, in order.
    pub pieces: Vec<OldPiece>,
}

/// One file of an old store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldPiece {
    /// What it is called towards the agency.
    pub name: PieceName,
    file: String,
}

/// What a piece of an old store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PieceName {
    /// The wrapped store secret.
    Recovery,
    /// A segment.
    Segment(u32),
}

impl OldStore {
    /// The installation whose records it holds, as it says.
    #[must_use]
    pub fn install(&self) -> Option<InstallId> {
        self.wrap.as_ref().map(|wrap| wrap.install)
    }

    /// The recovery key that opens it.
    #[must_use]
    pub fn kid(&self) -> Option<KeyId> {
        self.wrap.as_ref().map(|wrap| wrap.kid)
    }
}

/// Sets the store in `disk` aside, so that a new one can be made. Only a store that can't be opened any more should be.
///
/// # Errors
/// [`JournalError::NoStore`] when there is nothing to set aside; [`JournalError::InUse`]; [`JournalError::NewerFormat`],
/// with nothing touched, when a newer version of the app may well open it; [`JournalError::Disk`]: call again, or the
/// next create or open goes on.
pub fn set_aside(disk: &dyn Disk) -> Result<(), JournalError> {
    let (_owner, _) = Owner::acquire(disk)?;
    wipe::finish(disk)?;
    finish(disk)?;
    match secrets::find(disk) {
        Ok(None) => match check_leftovers(disk) {
            Ok(()) => return Err(JournalError::NoStore),
            Err(JournalError::VaultMissing { .. }) => {}
            Err(error) => return Err(error),
        },
        Ok(Some(_)) | Err(JournalError::VaultDamaged { .. }) => {}
        Err(error) => return Err(error),
    }
    let taken = disk.list()?.iter().filter_map(|file| split(&file.name).map(|(number, _)| number)).max().unwrap_or(0);
    let number = taken
        .checked_add(1)
        .filter(|number| *number <= MOST)
        .ok_or_else(|| DiskError::new("rename", "old stores", DiskErrorKind::Exists))?;
    disk.create(&marker_of(number))?;
    disk.sync_dir()?;
    finish(disk)
}

/// More old stores than this in one directory are no accident any more; and their names have two digits.
const MOST: u8 = 99;
const PREFIX: &str = "old-";
const MARKER: &str = ".marker";

/// Whether a file belongs to an old store, or says that one is being set aside.
pub(super) fn is_old(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// Whether a file holds a key of an old store in wrapped form: a wipe removes these first.
pub(super) fn holds_old_key(name: &str) -> bool {
    split(name).is_some_and(|(_, rest)| !rest.ends_with(".seg"))
}

fn marker_of(number: u8) -> String {
    format!("{PREFIX}{number:02}{MARKER}")
}

fn split(name: &str) -> Option<(u8, &str)> {
    let rest = name.strip_prefix(PREFIX)?;
    let (digits, rest) = rest.split_at_checked(2)?;
    let rest = rest.strip_prefix('-').or((rest == MARKER).then_some(rest))?;
    Some((digits.parse().ok().filter(|number| (1..=MOST).contains(number))?, rest))
}

/// Finishes what [`set_aside`] began.
pub(super) fn finish(disk: &dyn Disk) -> Result<(), JournalError> {
    let files = disk.list()?;
    let markers: Vec<u8> = files
        .iter()
        .filter_map(|file| split(&file.name).filter(|(_, rest)| *rest == MARKER))
        .map(|(number, _)| number)
        .collect();
    let Some(number) = markers.iter().max() else { return Ok(()) };
    for file in files {
        if file.name == LOCK_FILE || is_old(&file.name) {
            continue;
        }
        if file.name.ends_with(UNFINISHED) {
            disk.remove(&file.name)?;
        } else {
            disk.rename(&file.name, &format!("{PREFIX}{number:02}-{}", file.name))?;
        }
    }
    disk.sync_dir()?;
    for number in markers {
        disk.remove(&marker_of(number))?;
    }
    Ok(disk.sync_dir()?)
}

impl Journal {
    /// The old stores that lie in this directory, oldest first.
    ///
    /// # Errors
    /// [`JournalError::Disk`] when the directory can't be read.
    pub fn old_stores(&self) -> Result<Vec<OldStore>, JournalError> {
        old_stores(&*self.disk)
    }

    /// Reads a piece of an old store; empty if nothing was ever written to it.
    ///
    /// # Errors
    /// [`JournalError::Disk`] when the medium does not give it back.
    pub fn read_old(&self, piece: &OldPiece) -> Result<Vec<u8>, JournalError> {
        let bytes = read_all(&*self.disk, &piece.file, MAX_SEGMENT_BYTES as u64)?;
        Ok(match piece.name {
            PieceName::Recovery => bytes,
            PieceName::Segment(_) => used_part(&bytes).to_vec(),
        })
    }

    /// Removes an old store, once the agency has it: its segments first, so that what is left can still be recovered if
    /// this is interrupted.
    ///
    /// # Errors
    /// [`JournalError::Disk`]; call again.
    pub fn remove_old(&mut self, number: u8) -> Result<(), JournalError> {
        let files = self.disk.list()?;
        let of_it = |name: &str| split(name).is_some_and(|(of, _)| of == number);
        let (keys, rest): (Vec<_>, Vec<_>) =
            files.into_iter().filter(|file| of_it(&file.name)).partition(|file| holds_old_key(&file.name));
        for file in rest.into_iter().chain(keys) {
            match self.disk.remove(&file.name) {
                Err(error) if error.kind != DiskErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(self.disk.sync_dir()?)
    }
}

fn old_stores(disk: &dyn Disk) -> Result<Vec<OldStore>, JournalError> {
    let files = disk.list()?;
    let mut numbers: Vec<u8> = files.iter().filter_map(|file| split(&file.name)).map(|(number, _)| number).collect();
    numbers.dedup();
    let mut stores = Vec::new();
    for number in numbers {
        let named = |name: &str| format!("{PREFIX}{number:02}-{name}");
        let wrap = RECOVERY_FILES.iter().find_map(|name| {
            let file = named(name);
            let bytes = read_all(disk, &file, 1 << 10).ok()?;
            Some((RecoveryWrap::parse(&bytes).ok()?, file))
        });
        let mut pieces = Vec::new();
        pieces.extend(wrap.iter().map(|(_, file)| OldPiece { name: PieceName::Recovery, file: file.clone() }));
        pieces.extend(files.iter().filter_map(|file| {
            let (of, rest) = split(&file.name)?;
            let segment = number_of(rest).filter(|_| of == number)?;
            Some(OldPiece { name: PieceName::Segment(segment), file: file.name.clone() })
        }));
        stores.push(OldStore { number, wrap: wrap.map(|(wrap, _)| wrap), pieces });
    }
    Ok(stores)
}
