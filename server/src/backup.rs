//! Backups: a whole copy of the database while the server runs, and the mark that tells phones what is safe in it.
//!
//! Phones free bytes only when they are receipted **and** backed up, so the mark must never promise more than the copy holds.

use std::{
    fs::{File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use hadir_core::ports::Clock;

use crate::{
    datadir::private_file,
    store::{Act, SqliteStore, StoreError, StoreExt as _},
};

/// Why there is no backup. The mark was not moved.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something stands where the copy should go.
    #[error("{} exists already; a backup never overwrites one", .0.display())]
    Exists(PathBuf),
    /// The copy could not be brought to disk.
    #[error("{}: {error}", .path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies the database into a new file, brings it to disk, and notes until when everything received is in it; returns that
/// instant, milliseconds. The copy is only as safe as the place where it is then taken.
///
/// # Errors
/// [`BackupError`].
pub fn backup(store: &SqliteStore, target: &Path, clock: &dyn Clock, by: &str) -> Result<i64, BackupError> {
    if target.exists() {
        return Err(BackupError::Exists(target.to_owned()));
    }
    // The writer reads its clock while it holds the database, and so does this: whatever was received in an earlier
    // millisecond is committed when this unit of work ends, and therefore in the copy that is begun after it. It counts as
    // signed, so that nothing is received in an earlier one later, whatever becomes of the clock.
    let through_ms = store.update(|tx| {
        let now_ms = clock.read().wall_ms;
        let at_ms = tx.highest_signed_ms()?.map_or(now_ms, |highest| highest.max(now_ms));
        tx.raise_highest_signed_ms(at_ms)?;
        Ok(at_ms)
    })? - 1;
    // Empty and its owner's alone before SQLite fills it: the copy is as personal as the database.
    private_file(target).map_err(|error| BackupError::Io { path: target.to_owned(), error })?;
    if let Err(error) = store.backup_to(target) {
        // Half a copy helps nobody, and would stand in the way of the next try.
        let _ = std::fs::remove_file(target);
        return Err(error.into());
    }
    sync(target)?;
    store.update(|tx| {
        if tx.backed_up_through_ms()?.is_none_or(|marked| marked < through_ms) {
            tx.set_backed_up_through_ms(through_ms)?;
        }
        let detail = format!("everything received until {through_ms} ms");
        tx.add_act(&Act { no: 0, at_ms: through_ms + 1, by: by.to_owned(), what: "backup.make".into(), detail })
    })?;
    Ok(through_ms)
}

fn sync(target: &Path) -> Result<(), BackupError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| BackupError::Io { path, error }
    };
    OpenOptions::new().write(true).open(target).and_then(|file| file.sync_all()).map_err(at(target))?;
    match target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent).and_then(|dir| dir.sync_all()).map_err(at(parent)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use hadir_core::{ports::Reading, wire::Receipt};

    use super::*;
    use crate::testing::{Bench, MONDAY_MS, head, opened, receipt};

    struct At(i64);
    impl Clock for At {
        fn read(&self) -> Reading {
            Reading { wall_ms: self.0, boot_ms: 0 }
        }
    }

    #[test]
    fn a_backup_holds_what_its_mark_promises_and_the_head_tells_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = std::sync::Arc::new(SqliteStore::open(dir.path().join("hadir.db")).unwrap());
        let mut bench = Bench::new(std::sync::Arc::clone(&store) as _);
        let mut phone = bench.enrolled(1);
        let records = phone.taps(3);
        bench.send(phone.upload(&records));
        let target = dir.path().join("copy.db");
        let through_ms = backup(&store, &target, &At(MONDAY_MS + 5), "operator").unwrap();
        assert_eq!(through_ms, MONDAY_MS + 4);
        bench.now_ms += 10;
        let told = head(&bench.send(phone.ask("GET", "/v1/head", Vec::new())));
        assert_eq!(told.backed_up_through_ms, Some(MONDAY_MS + 4));
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&target).unwrap().permissions()) & 0o777,
            0o600
        );
        let copy = SqliteStore::open(&target).unwrap();
        assert_eq!(copy.query(|read| read.totals()).unwrap().records, 3);
        // An earlier clock does not move the mark back: what was signed says that it is later. And no backup is overwritten.
        backup(&store, &dir.path().join("second.db"), &At(MONDAY_MS), "operator").unwrap();
        assert_eq!(store.query(|read| read.backed_up_through_ms()).unwrap(), Some(MONDAY_MS + 9));
        assert!(matches!(backup(&store, &target, &At(MONDAY_MS), "operator"), Err(BackupError::Exists(_))));
        assert_eq!(store.query(|read| read.acts(0, 9)).unwrap().len(), 2);
    }

    #[test]
    fn a_backup_made_by_a_clock_that_was_ahead_promises_nothing_that_came_after_it() {
        const HOUR: i64 = 3_600_000;
        let dir = tempfile::tempdir().unwrap();
        let store = std::sync::Arc::new(SqliteStore::open(dir.path().join("hadir.db")).unwrap());
        let mut bench = Bench::new(std::sync::Arc::clone(&store) as _);
        let mut phone = bench.enrolled(1);
        let through_ms = backup(&store, &dir.path().join("copy.db"), &At(MONDAY_MS + HOUR), "operator").unwrap();
        bench.now_ms += 60_000;
        let tap = phone.tap();
        let answer = bench.send(phone.upload(&[tap]));
        let received = opened::<Receipt>(&receipt(&answer).receipt).t_ms;
        assert!(received > through_ms, "the clock is right again, and the copy does not hold it");
        assert_eq!(head(&answer).backed_up_through_ms, Some(through_ms));
    }

    #[test]
    fn a_server_restored_from_a_backup_says_so_by_its_head_and_takes_the_rest_again() {
        let dir = tempfile::tempdir().unwrap();
        let store = std::sync::Arc::new(SqliteStore::open(dir.path().join("hadir.db")).unwrap());
        let mut bench = Bench::new(std::sync::Arc::clone(&store) as _);
        let mut phone = bench.enrolled(1);
        let records = phone.taps(4);
        bench.send(phone.upload(&records[..2]));
        backup(&store, &dir.path().join("copy.db"), &At(MONDAY_MS), "operator").unwrap();
        bench.send(phone.upload(&records[2..]));
        let mut restored = Bench::again(std::sync::Arc::new(SqliteStore::open(dir.path().join("copy.db")).unwrap()));
        assert_eq!(head(&restored.send(phone.ask("GET", "/v1/head", Vec::new()))).seq, 2);
        assert_eq!(head(&restored.send(phone.upload(&records[2..]))).seq, 4);
    }
}
