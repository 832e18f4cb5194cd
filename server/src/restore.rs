//! Bringing a data directory back from a backup: checked before anything is touched, and nothing is ever overwritten.
//!
//! ```text
//! DIR/hadir.db.restoring       the copy while it is checked; a crash leaves it, and the next try replaces it
//! DIR/hadir.db.before-<ms>     what stood there before, moved aside whole
//! ```

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use hadir_core::trust::TrustStore;

use crate::{
    datadir::{DataDir, DataDirError, private_file},
    limits::PACKS_FORGOTTEN,
    store::{Act, Agency, SqliteStore, StoreError, StoreExt as _, StoreRead, Totals},
};

/// Why nothing was restored. The data directory is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The directory: in use by a running server, or unusable.
    #[error(transparent)]
    Data(#[from] DataDirError),
    /// A database stands there.
    #[error(
        "{} holds a database already; restore into a new directory, or say --replace: it is then moved aside, not removed",
        .0.display()
    )]
    NotEmpty(PathBuf),
    /// The backup has a log beside it: it is a live database's file, and the newest records are in the log.
    #[error(
        "{} has a log beside it ({}-wal), so it is no backup but the file of a database in use; \
         make a backup with `hadir admin backup`",
        .0.display(),
        .0.display()
    )]
    LiveDatabase(PathBuf),
    /// The backup is damaged.
    #[error("{} is damaged: {what}; take an older backup", .path.display())]
    Damaged {
        /// The backup.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// It is a database, and not of an agency.
    #[error("{} is no backup of a Hadir server: there is no agency in it", .0.display())]
    NoAgency(PathBuf),
    /// A file can't be read, written or moved.
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

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The agency's id.
    pub agency: String,
    /// When the server was last alive before the backup was made, milliseconds.
    pub alive_ms: Option<i64>,
    /// The highest time that is known to have been signed, milliseconds: the clock must not be behind it.
    pub highest_signed_ms: Option<i64>,
    /// What the backup holds.
    pub totals: Totals,
    /// Where the database that stood there before was moved.
    pub before: Option<PathBuf>,
    /// Whether the certificates of the database that stood there were taken over, since they are more than the backup's.
    pub trust_kept: bool,
    /// Whether the server's keys stand in the directory, and the restored list certifies them now.
    pub keys: KeysFound,
}

/// How the keys of the directory stand to the restored database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeysFound {
    /// There, and certified.
    Good,
    /// Not there.
    Missing,
    /// There, and the restored list does not certify them: keys were renewed after the backup.
    NotCertified,
}

/// Restores a backup into a data directory on which no server runs. A database that stands there is moved aside if `replace`,
/// and else a reason to refuse.
///
/// # Errors
/// [`RestoreError`]; nothing was changed then but a half copy that the next try replaces.
pub fn restore(backup: &Path, data: &DataDir, replace: bool, by: &str, now_ms: i64) -> Result<Restored, RestoreError> {
    let _lock = data.lock()?;
    let database = data.path().join("hadir.db");
    let there = database.exists();
    if there && !replace {
        return Err(RestoreError::NotEmpty(data.path().to_owned()));
    }
    if fs::metadata(beside(backup, "-wal")).is_ok_and(|log| log.len() > 0) {
        return Err(RestoreError::LiveDatabase(backup.to_owned()));
    }
    let copy = data.path().join("hadir.db.restoring");
    for suffix in ["", "-wal", "-shm"] {
        let stale = beside(&copy, suffix);
        if stale.exists() {
            fs::remove_file(&stale).map_err(io_at(&stale))?;
        }
    }
    copy_file(backup, &copy)?;
    let checked = check(backup, &copy, there.then_some(database.as_path()), by, now_ms);
    let (mut restored, store) = match checked {
        Ok(checked) => checked,
        Err(error) => {
            let _ = fs::remove_file(&copy);
            return Err(error);
        }
    };
    store.close()?;
    if there {
        restored.before = Some(move_aside(&database, now_ms)?);
    }
    fs::rename(&copy, &database).map_err(io_at(&copy))?;
    File::open(data.path()).and_then(|dir| dir.sync_all()).map_err(io_at(data.path()))?;
    restored.keys = keys_found(data, now_ms)?;
    Ok(restored)
}

/// What stands in the directory and must not be forgotten with it.
struct Known {
    highest_signed_ms: Option<i64>,
    agency: Option<Agency>,
}

/// Checks the copy and notes in it what is done. What phones were given after the backup was made is forgotten by it, and they
/// take nothing that is older: the time that was signed and the certificates are taken over from what stands in the directory,
/// and what counts up goes on beyond whatever was given.
fn check(
    backup: &Path,
    copy: &Path,
    before: Option<&Path>,
    by: &str,
    now_ms: i64,
) -> Result<(Restored, SqliteStore), RestoreError> {
    let damaged = |what: String| RestoreError::Damaged { path: backup.to_owned(), what };
    let store = match SqliteStore::open(copy) {
        Ok(store) => store,
        Err(error @ StoreError::Newer { .. }) => return Err(error.into()),
        Err(error) => return Err(damaged(error.to_string())),
    };
    if let Some(what) = store.faults()? {
        return Err(damaged(what));
    }
    let agency = match store.query(|read| read.agency()) {
        Ok(agency) => agency.ok_or_else(|| RestoreError::NoAgency(backup.to_owned()))?,
        Err(error) => return Err(damaged(error.to_string())),
    };
    TrustStore::verify(&agency.trust, &agency.trust.root).map_err(|error| damaged(error.to_string()))?;
    // As it stands: it may be damaged, or of another build.
    let known = before.and_then(|before| {
        let read = |read: &dyn StoreRead| {
            Ok(Known { highest_signed_ms: read.highest_signed_ms()?, agency: read.agency().unwrap_or_default() })
        };
        SqliteStore::look(before, read).ok()
    });
    let newer = known.as_ref().and_then(|known| known.agency.as_ref()).filter(|held| {
        (held.id.as_str(), held.trust.root) == (agency.id.as_str(), agency.trust.root)
            && held.trust_serial() > agency.trust_serial()
            && TrustStore::verify(&held.trust, &agency.trust.root).is_ok()
    });
    let (alive_ms, highest_signed_ms, totals) = store.update(|tx| {
        if let Some(t_ms) = known.as_ref().and_then(|known| known.highest_signed_ms) {
            tx.raise_highest_signed_ms(t_ms)?;
        }
        if let Some(newer) = newer {
            tx.set_agency(&Agency { trust: newer.trust.clone(), ..agency.clone() })?;
        }
        // A generation rises by acts, and there are fewer of those than seconds.
        let latest_ms = tx.highest_signed_ms()?.map_or(now_ms, |highest| highest.max(now_ms));
        tx.raise_rosters(u64::try_from(latest_ms / 1_000).unwrap_or(0))?;
        let packs = tx.newest_pack()?.unwrap_or(0) + 1;
        tx.set_least_pack(tx.least_pack()?.max(packs + PACKS_FORGOTTEN))?;
        let alive_ms = tx.heartbeat_ms()?;
        let detail = format!("a backup of {} ms", alive_ms.unwrap_or_default());
        tx.add_act(&Act { no: 0, at_ms: now_ms, by: by.to_owned(), what: "backup.restore".into(), detail })?;
        Ok((alive_ms, tx.highest_signed_ms()?, tx.totals()?))
    })?;
    let (keys, trust_kept) = (KeysFound::Missing, newer.is_some());
    Ok((Restored { agency: agency.id, alive_ms, highest_signed_ms, totals, before: None, keys, trust_kept }, store))
}

fn keys_found(data: &DataDir, now_ms: i64) -> Result<KeysFound, RestoreError> {
    let Ok(keys) = data.keys() else { return Ok(KeysFound::Missing) };
    let agency = data.store()?.query(|read| read.agency())?;
    let good = agency.is_some_and(|agency| keys.check(&agency.trust, now_ms).is_ok());
    Ok(if good { KeysFound::Good } else { KeysFound::NotCertified })
}

/// A file of the same name with an ending, as SQLite names what goes with a database.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> RestoreError {
    let path = path.to_owned();
    |error| RestoreError::Io { path, error }
}

fn copy_file(from: &Path, to: &Path) -> Result<(), RestoreError> {
    let mut source = File::open(from).map_err(io_at(from))?;
    let mut target = private_file(to).map_err(io_at(to))?;
    io::copy(&mut source, &mut target).and_then(|_| target.sync_all()).map_err(io_at(to))
}

/// Moves a database aside with the files that belong to it; its newest records may stand in its log.
fn move_aside(database: &Path, now_ms: i64) -> Result<PathBuf, RestoreError> {
    let before = beside(database, &format!(".before-{now_ms}"));
    if before.exists() {
        return Err(RestoreError::Io { path: before, error: io::ErrorKind::AlreadyExists.into() });
    }
    // The database last, so that never a log stands there without it: SQLite would take that for the log of what is put in its
    // place. If this ends half-way, the newest records are in the log that was moved, which belongs beside the database.
    for suffix in ["-shm", "-wal", ""] {
        let from = beside(database, suffix);
        if from.exists() {
            fs::rename(&from, beside(&before, suffix)).map_err(io_at(&from))?;
        }
    }
    Ok(before)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hadir_core::{
        envelope::SigningKey,
        ports::{Clock, Reading, SeededEntropy},
        trust::{Grant, certify},
        wire::{Assignment, AssignmentAnswer, KeyUse},
    };

    use super::*;
    use crate::{
        admin::Admin,
        backup::backup,
        testing::{Bench, MONDAY_MS, Phone, opened, person, person_id, policy_key, root, server_keys, trust},
    };

    struct At(i64);
    impl Clock for At {
        fn read(&self) -> Reading {
            Reading { wall_ms: self.0, boot_ms: 0 }
        }
    }

    /// A directory with three records, a backup of it, and two records more.
    fn site() -> (tempfile::TempDir, DataDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::open(dir.path().join("data")).unwrap();
        data.put_keys(&server_keys()).unwrap();
        let store = Arc::new(data.store().unwrap());
        let mut bench = Bench::new(Arc::clone(&store) as _);
        let mut phone = bench.enrolled(1);
        let records = phone.taps(5);
        bench.send(phone.upload(&records[..3]));
        let file = dir.path().join("copy.db");
        backup(&store, &file, &At(MONDAY_MS + 5), "petugas").unwrap();
        bench.now_ms += 3_600_000;
        bench.send(phone.upload(&records[3..]));
        (dir, data, file)
    }

    fn records(path: &Path) -> u64 {
        SqliteStore::open(path).unwrap().query(|read| read.totals()).unwrap().records
    }

    #[test]
    fn a_backup_comes_back_into_a_new_directory_and_says_so_in_the_log() {
        let (dir, _, file) = site();
        let data = DataDir::open(dir.path().join("new")).unwrap();
        let restored = restore(&file, &data, false, "petugas", MONDAY_MS + 9).unwrap();
        assert_eq!((restored.agency.as_str(), restored.totals.records, restored.before), ("uji", 3, None));
        assert_eq!(restored.keys, KeysFound::Missing);
        assert_eq!(records(&data.path().join("hadir.db")), 3);
        let acts = data.store().unwrap().query(|read| read.acts(0, 9)).unwrap();
        assert_eq!(acts.last().map(|act| (act.what.as_str(), act.by.as_str())), Some(("backup.restore", "petugas")));
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(data.path().join("hadir.db")).unwrap().permissions())
                & 0o777,
            0o600
        );
    }

    #[test]
    fn a_database_that_is_there_is_moved_aside_with_consent_alone_and_the_signed_time_does_not_fall_behind_it() {
        let (_dir, data, file) = site();
        assert!(matches!(restore(&file, &data, false, "petugas", MONDAY_MS), Err(RestoreError::NotEmpty(_))));
        assert_eq!(records(&data.path().join("hadir.db")), 5);
        let restored = restore(&file, &data, true, "petugas", MONDAY_MS + 7_200_000).unwrap();
        assert_eq!((restored.totals.records, restored.keys), (3, KeysFound::Good));
        assert_eq!(restored.highest_signed_ms, Some(MONDAY_MS + 3_600_000), "what was signed after the backup");
        assert_eq!(records(&restored.before.unwrap()), 5, "nothing is removed");
        assert_eq!(records(&data.path().join("hadir.db")), 3);
    }

    #[test]
    fn what_phones_were_given_after_the_backup_does_not_keep_them_from_what_a_restored_server_gives() {
        let (dir, data, file) = site();
        let live = data.store().unwrap();
        let x = SigningKey::from_seed(&[31; 32]).public().as_b64();
        let grant = Grant { key_use: KeyUse::Receipt, x, nbf_ms: 0, exp_ms: i64::MAX >> 12 };
        let longer = certify(&trust(), &root(), &grant).unwrap();
        let publish = |store: &SqliteStore| {
            let entropy = SeededEntropy::new(1);
            let admin = Admin::new(store, &entropy, "petugas", MONDAY_MS + 7_200_000);
            admin.publish_policy(hadir_core::policy::shipped()[0].1, &policy_key()).unwrap().number
        };
        let forgotten = publish(&live);
        let roster = live.update(|tx| {
            for _ in 0..500 {
                tx.bump_roster(None)?;
            }
            let agency = tx.agency()?.unwrap();
            tx.set_agency(&Agency { trust: longer.clone(), ..agency })?;
            tx.roster_generation(&person_id(1))
        });
        let roster = roster.unwrap();
        drop(live);

        let restored = restore(&file, &data, true, "petugas", MONDAY_MS + 7_200_000).unwrap();
        assert!(restored.trust_kept);
        let store = Arc::new(data.store().unwrap());
        assert_eq!(store.query(|read| read.trust_serial()).unwrap(), 4);
        assert!(store.query(|read| read.roster_generation(&person_id(1))).unwrap() > roster);
        store.update(|tx| tx.put_person(&person(9))).unwrap();
        assert!(store.query(|read| read.roster_generation(&person_id(9))).unwrap() > roster, "entered again");
        assert!(publish(&store) > forgotten);
        // The phone holds an assignment of a generation that this server forgot, and is given one above it.
        let mut bench = Bench::again(store);
        bench.now_ms += 7_200_000;
        let answer = bench.send(Phone::numbered(1).ask("GET", "/v1/assignment", Vec::new()));
        let answer: AssignmentAnswer = serde_json::from_slice(&answer.body).unwrap();
        assert!(opened::<Assignment>(&answer.assignment).roster > roster);
        // Without the database that stood there, nothing is known of the longer list.
        let new = DataDir::open(dir.path().join("new")).unwrap();
        assert!(!restore(&file, &new, false, "petugas", MONDAY_MS + 7_200_000).unwrap().trust_kept);
    }

    #[test]
    fn nothing_is_restored_over_a_running_server() {
        let (_dir, data, file) = site();
        let _running = data.lock().unwrap();
        let refused = restore(&file, &data, true, "petugas", MONDAY_MS);
        assert!(matches!(refused, Err(RestoreError::Data(DataDirError::InUse(_)))), "{refused:?}");
        assert_eq!(records(&data.path().join("hadir.db")), 5);
    }

    #[test]
    fn what_is_no_backup_is_refused_and_leaves_everything_as_it_was() {
        let (dir, data, file) = site();
        let bad = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        let good = fs::read(&file).unwrap();
        let mut torn = good.clone();
        torn.truncate(good.len() / 2);
        let mut spoilt = good;
        for page in spoilt.chunks_mut(4_096).skip(3).step_by(2) {
            page[8..200].fill(0xaa);
        }
        let other = dir.path().join("other.db");
        drop(SqliteStore::open(&other).unwrap());
        let cases = [
            (bad("text.db", b"not a database at all, only words"), "damaged"),
            (bad("torn.db", &torn), "damaged"),
            (bad("spoilt.db", &spoilt), "damaged"),
            (bad("empty.db", b""), "no agency"),
            (other, "no agency"),
            (dir.path().join("none.db"), "none.db"),
        ];
        for (path, words) in cases {
            let error = restore(&path, &data, true, "petugas", MONDAY_MS).unwrap_err().to_string();
            assert!(error.contains(words), "{}: {error}", path.display());
            assert_eq!(records(&data.path().join("hadir.db")), 5);
            assert!(!data.path().join("hadir.db.restoring").exists());
        }
        fs::write(dir.path().join("copy.db-wal"), b"newer records").unwrap();
        let refused = restore(&file, &data, true, "petugas", MONDAY_MS);
        assert!(matches!(refused, Err(RestoreError::LiveDatabase(_))), "{refused:?}");
    }
}
