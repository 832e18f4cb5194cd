//! Removes a store, its secrets first, so that an interrupted wipe leaves nothing that could still be read.
//!
//! A marker file says that a wipe has begun; whoever opens or creates next finishes it. Overwriting would prove nothing
//! on flash: what is left on the medium is sealed under a key whose wrapped form is gone.

use crate::ports::{Disk, DiskError, DiskErrorKind};

use super::{JournalError, agency::RECOVERY_FILES, aside, owner::LOCK_FILE, owner::Owner, secrets::VAULT_FILES};

/// The file that says that a wipe has begun.
const MARKER: &str = "wipe.marker";

/// Removes every file of the store in `disk`, whether it can be opened or not. The empty lock file stays.
///
/// # Errors
/// [`JournalError::InUse`]; [`JournalError::Disk`] when something could not be removed: call again, or the next
/// create or open goes on.
pub fn wipe(disk: &dyn Disk) -> Result<(), JournalError> {
    let (_owner, _) = Owner::acquire(disk)?;
    wipe_owned(disk)
}

/// As [`wipe`], for who owns the directory already.
pub(super) fn wipe_owned(disk: &dyn Disk) -> Result<(), JournalError> {
    // On a full disk even a marker may be refused; the secrets must go all the same.
    let _ = disk.create(MARKER).and_then(|_| disk.sync_dir());
    // First every key in wrapped form, those for the agency and those of old stores too.
    for file in disk.list()? {
        let plain = file.name.strip_suffix(crate::ports::disk::UNFINISHED).unwrap_or(&file.name);
        if VAULT_FILES.contains(&plain) || RECOVERY_FILES.contains(&plain) || aside::holds_old_key(&file.name) {
            remove(disk, &file.name)?;
        }
    }
    disk.sync_dir()?;
    let mut first_error = Ok(());
    for file in disk.list()? {
        if file.name != LOCK_FILE && file.name != MARKER {
            first_error = first_error.and(remove(disk, &file.name));
        }
    }
    first_error?;
    disk.sync_dir()?;
    remove(disk, MARKER)?;
    Ok(disk.sync_dir()?)
}

/// Finishes a wipe that was interrupted.
pub(super) fn finish(disk: &dyn Disk) -> Result<(), JournalError> {
    if disk.list()?.iter().any(|file| file.name == MARKER) { wipe_owned(disk) } else { Ok(()) }
}

fn remove(disk: &dyn Disk, name: &str) -> Result<(), DiskError> {
    match disk.remove(name) {
        Err(error) if error.kind != DiskErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
