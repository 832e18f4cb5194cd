//! The store in one SQLite file: WAL, `synchronous=FULL`, one writing connection, readers on connections of their own.
//!
//! A commit is on disk when [`Store::write`] returns. `hadir admin` may write beside a running server: SQLite's own lock
//! orders them, and each waits up to [`BUSY_WAIT`].

mod agency;
mod asks;
mod checkpoint;
mod help;
mod old;
mod phones;
mod records;
#[cfg(test)]
mod records_tests;
mod row;
mod schema;
mod staff;

use std::{
    cell::{Cell, RefCell},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hadir_core::model::InstallId;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, config::DbConfig};

use self::checkpoint::Checkpointer;
use super::{Result, Store, StoreError, StoreRead, StoreTx};

/// How long one connection waits for another's lock before it reports [`StoreError::Busy`].
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Prepared statements kept by each connection: more than the store has.
const STATEMENTS: usize = 128;

/// Read connections kept for later; more are opened when needed and closed after.
const SPARE_READERS: usize = 8;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            _ => Self::Engine(error.to_string()),
        }
    }
}

/// A connection within a transaction, as the store's traits.
struct Conn<'c> {
    connection: &'c Connection,
    /// The installation that was looked up last and its row: one request asks for the same several times, and a row's number
    /// never changes.
    last_install: Cell<Option<(InstallId, i64)>>,
    /// The marks, once one was asked for: a commit of thirty requests asks for the same few with each. Forgotten when one is set.
    marks: RefCell<Option<Vec<(String, i64)>>>,
    /// The newest pack's number, likewise.
    newest_pack: Cell<Option<Option<u64>>>,
}

impl<'c> Conn<'c> {
    const fn new(connection: &'c Connection) -> Self {
        Self { connection, last_install: Cell::new(None), marks: RefCell::new(None), newest_pack: Cell::new(None) }
    }
}

/// The connection that writes, and whoever looks after its log. Dropped in this order: the last connection closed removes the log.
struct Writer {
    connection: Connection,
    checkpointer: Checkpointer,
}

/// The store in a file.
pub struct SqliteStore {
    path: PathBuf,
    // Dropped before the writer: a connection that only reads leaves the log behind.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Writer>,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SqliteStore({})", self.path.display())
    }
}

impl SqliteStore {
    /// Opens the database, making it or bringing its schema up to date as needed.
    ///
    /// # Errors
    /// [`StoreError::Newer`] for a database of a newer build; else what SQLite reports.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let mut writer = Connection::open(&path)?;
        configure(&writer)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        writer.pragma_update(None, "foreign_keys", "ON")?;
        writer.pragma_update(None, "wal_autocheckpoint", 0)?;
        schema::migrate(&mut writer)?;
        let checkpointer = Checkpointer::start(&path)?;
        Ok(Self { path, writer: Mutex::new(Writer { connection: writer, checkpointer }), readers: Mutex::default() })
    }

    /// Reads a database as it stands: nothing in it is changed, nor brought up to date.
    ///
    /// # Errors
    /// What the closure or SQLite reports.
    pub fn look<T>(path: &Path, work: impl FnOnce(&dyn StoreRead) -> Result<T>) -> Result<T> {
        let mut reader = open_to_read(path)?;
        let transaction = reader.transaction_with_behavior(TransactionBehavior::Deferred)?;
        work(&Conn::new(&transaction))
    }

    /// Where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A number that changes when another process changed the database; for noticing acts of `hadir admin`.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn foreign_changes(&self) -> Result<i64> {
        Ok(lock(&self.writer).connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Copies the whole database, as of one moment, into a new file while the server runs.
    ///
    /// # Errors
    /// What SQLite reports, such as an existing target.
    pub fn backup_to(&self, target: &Path) -> Result<()> {
        let reader = self.reader()?;
        reader.execute("VACUUM INTO ?1", [target.to_string_lossy()])?;
        self.give_back(reader);
        Ok(())
    }

    /// Looks through the whole database for damage; `None` where there is none.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn faults(&self) -> Result<Option<String>> {
        let found: std::result::Result<String, _> =
            lock(&self.writer).connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
        match found {
            Ok(found) => Ok((found != "ok").then_some(found)),
            // A page that can't be read at all is told as an error.
            Err(rusqlite::Error::SqliteFailure(_, what)) => Ok(Some(what.unwrap_or_else(|| "it can't be read".into()))),
            Err(error) => Err(error.into()),
        }
    }

    /// Closes it with everything in the one file: nothing is left in a log beside it.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn close(self) -> Result<()> {
        drop(self.readers);
        let Writer { connection: writer, checkpointer } =
            self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        drop(checkpointer);
        // The last connection that closes empties the log and removes it; this one says if it can't.
        writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        writer.close().map_err(|(_, error)| error.into())
    }

    fn reader(&self) -> Result<Connection> {
        if let Some(reader) = lock(&self.readers).pop() {
            return Ok(reader);
        }
        open_to_read(&self.path)
    }

    fn give_back(&self, reader: Connection) {
        let mut spare = lock(&self.readers);
        if spare.len() < SPARE_READERS {
            spare.push(reader);
        }
    }
}

/// A panic while a lock was held left no transaction behind: dropping it rolled back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open_to_read(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Connection::open_with_flags(path, flags)?;
    configure(&reader)?;
    Ok(reader)
}

fn configure(connection: &Connection) -> Result<()> {
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -16_384)?;
    // One plan a statement, whatever is bound: else a statement is planned anew with nearly every value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

impl Store for SqliteStore {
    fn read(&self, work: &mut dyn FnMut(&dyn StoreRead) -> Result<()>) -> Result<()> {
        let mut reader = self.reader()?;
        let done = {
            // A transaction that only reads sees one state; dropping it ends it.
            let transaction = reader.transaction_with_behavior(TransactionBehavior::Deferred)?;
            work(&Conn::new(&transaction))
        };
        self.give_back(reader);
        done
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn StoreTx) -> Result<()>) -> Result<()> {
        let mut writer = lock(&self.writer);
        let Writer { connection, checkpointer } = &mut *writer;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        work(&mut Conn::new(&transaction))?;
        transaction.commit()?;
        checkpointer.committed(connection);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreExt as _;

    #[test]
    fn a_database_of_a_newer_build_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hadir.db");
        drop(SqliteStore::open(&path).unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 9_999).unwrap();
        assert!(matches!(SqliteStore::open(&path), Err(StoreError::Newer { found: 9_999, .. })));
    }

    #[test]
    fn what_was_written_is_there_after_opening_again_and_in_a_backup() {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(dir.path().join("hadir.db")).unwrap();
        store.update(|tx| tx.raise_highest_signed_ms(7)).unwrap();
        store.backup_to(&dir.path().join("copy.db")).unwrap();
        drop(store);
        for name in ["hadir.db", "copy.db"] {
            let store = SqliteStore::open(dir.path().join(name)).unwrap();
            assert_eq!(store.query(|read| read.highest_signed_ms()).unwrap(), Some(7), "{name}");
        }
    }

    #[test]
    fn another_process_writing_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let here = SqliteStore::open(dir.path().join("hadir.db")).unwrap();
        let there = SqliteStore::open(dir.path().join("hadir.db")).unwrap();
        let before = here.foreign_changes().unwrap();
        here.update(|tx| tx.raise_highest_signed_ms(1)).unwrap();
        assert_eq!(here.foreign_changes().unwrap(), before);
        there.update(|tx| tx.raise_highest_signed_ms(2)).unwrap();
        assert_ne!(here.foreign_changes().unwrap(), before);
    }
}
