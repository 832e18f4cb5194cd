//! One owner at a time: a lock on the file `lock`, and a registry within the process for where locks are unsupported.

use std::{
    any::Any,
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::ports::{Disk, disk::Lock};

use super::{JournalError, Warning};

/// The file that is locked. It stays, empty, for as long as the directory does.
pub(super) const LOCK_FILE: &str = "lock";

static OWNED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

fn owned() -> MutexGuard<'static, BTreeSet<String>> {
    // The set is whole whatever a panicking holder did: each of them makes one call on it.
    OWNED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Owns a directory until it is dropped.
pub(super) struct Owner {
    identity: String,
    lock: Option<Box<dyn Any + Send + Sync>>,
}

impl Owner {
    /// Becomes the owner of `disk`, without waiting.
    pub(super) fn acquire(disk: &dyn Disk) -> Result<(Self, Option<Warning>), JournalError> {
        let identity = disk.identity();
        if !owned().insert(identity.clone()) {
            return Err(JournalError::InUse);
        }
        // From here on, dropping the owner gives the name back.
        let mut owner = Self { identity, lock: None };
        let warning = match disk.lock(LOCK_FILE) {
            Ok(Lock::Held(guard)) => {
                owner.lock = Some(guard);
                None
            }
            Ok(Lock::Busy) => return Err(JournalError::InUse),
            Ok(Lock::Unsupported) => Some(Warning::LockUnsupported),
            // A full disk can refuse even an empty file; that must not keep anyone from opening the store.
            Err(error) => Some(Warning::LockFailed(error)),
        };
        Ok((owner, warning))
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        drop(self.lock.take());
        owned().remove(&self.identity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::disk::model::ModelDisk;

    #[test]
    fn a_second_owner_is_refused_until_the_first_is_gone() {
        let disk = ModelDisk::new();
        let second_handle = disk.clone();
        let (first, warning) = Owner::acquire(&disk).unwrap();
        assert_eq!(warning, None);
        assert_eq!(Owner::acquire(&second_handle).err(), Some(JournalError::InUse));
        assert!(Owner::acquire(&ModelDisk::new()).is_ok(), "another directory is another matter");
        drop(first);
        assert!(Owner::acquire(&disk).is_ok());
    }

    #[test]
    fn without_locks_there_is_a_warning_and_still_one_owner_in_the_process() {
        let disk = ModelDisk::new();
        disk.without_locks();
        let (_first, warning) = Owner::acquire(&disk).unwrap();
        assert_eq!(warning, Some(Warning::LockUnsupported));
        assert_eq!(Owner::acquire(&disk).err(), Some(JournalError::InUse));
    }

    #[test]
    fn a_lock_that_another_process_holds_is_in_use() {
        let disk = ModelDisk::new();
        let other_process = disk.lock(LOCK_FILE).unwrap();
        assert_eq!(Owner::acquire(&disk).err(), Some(JournalError::InUse));
        drop(other_process);
        assert!(Owner::acquire(&disk).is_ok(), "a refused opener leaves nothing behind");
    }
}
