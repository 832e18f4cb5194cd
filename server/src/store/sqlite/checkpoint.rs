//! Copies the log into the database beside the writer, so that no commit waits for it.
//!
//! SQLite does it by default within the commit that fills the log: every phone under way then waits for some thousand pages and
//! two syncs, and with 32 phones at once that alone decides how long one answer in a hundred takes. Here a connection and a thread
//! of their own copy what is committed (`PASSIVE`: neither readers nor the writer are held up). The log begins anew when all of it
//! is copied; under a load that never pauses the writer copies the short rest itself, once the log is long.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc::{self, SyncSender, TrySendError},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;

use super::Result;
use crate::store::StoreError;

/// Changed rows from which what is in the log is copied: some 2,000 pages of 4 KiB in the log by then.
const ROWS: u64 = 4_000;

/// Pages in the log from which the writer copies the rest itself, so that the log begins anew: 64 MiB, read back after a crash in
/// well under a second.
const LONG_LOG_PAGES: u32 = 16_000;

/// The thread that copies, and what the writer knows of it.
#[derive(Debug)]
pub(super) struct Checkpointer {
    /// Dropped to end the thread.
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    /// Pages in the log, as the thread last saw it.
    pages: Arc<AtomicU32>,
    /// Rows changed by the writer when the thread was last woken.
    woken_at: u64,
}

impl Checkpointer {
    /// Starts the thread on a connection of its own.
    pub(super) fn start(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        super::configure(&connection)?;
        let (wake, woken) = mpsc::sync_channel(1);
        let pages = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&pages);
        let work = move || {
            while woken.recv().is_ok() {
                // What fails now is tried with the next commits; the log keeps everything until then.
                if let Ok(in_log) = copy(&connection) {
                    seen.store(in_log, Ordering::Relaxed);
                }
            }
        };
        let thread = thread::Builder::new()
            .name("hadir-checkpoint".into())
            .spawn(work)
            .map_err(|error| StoreError::Engine(format!("no thread for checkpoints: {error}")))?;
        Ok(Self { wake: Some(wake), thread: Some(thread), pages, woken_at: 0 })
    }

    /// Looks after the log when the writer has committed.
    pub(super) fn committed(&mut self, writer: &Connection) {
        if self.pages.load(Ordering::Relaxed) >= LONG_LOG_PAGES {
            // Most is copied already; nobody else writes now, so all of it is after this.
            if copy(writer).is_ok() {
                self.pages.store(0, Ordering::Relaxed);
            }
        }
        let changed = writer.total_changes();
        if changed.saturating_sub(self.woken_at) < ROWS {
            return;
        }
        self.woken_at = changed;
        let Some(wake) = &self.wake else { return };
        match wake.try_send(()) {
            Ok(()) => {}
            // It is at one copy and the next waits already: on a machine with no time for that thread the log would grow
            // without end, so the writer waits until it takes the next one up.
            Err(TrySendError::Full(())) => {
                let _ = wake.send(());
            }
            // The thread is gone, so the writer does its work.
            Err(TrySendError::Disconnected(())) => {
                let _ = copy(writer);
            }
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            // A copy under way is finished: it holds the file.
            let _ = thread.join();
        }
    }
}

/// Copies what can be copied without waiting for anyone; returns how many pages the log has.
fn copy(connection: &Connection) -> Result<u32> {
    Ok(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Act, ActNo, SqliteStore, StoreExt as _};

    fn act(at_ms: i64) -> Act {
        Act { no: ActNo::default(), at_ms, by: "uji".into(), what: "uji".into(), detail: "x".repeat(3_000) }
    }

    #[test]
    fn the_log_stays_short_under_a_load_without_a_pause_and_nobody_takes_it_for_a_change() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hadir.db");
        let store = SqliteStore::open(&path).unwrap();
        let before = store.foreign_changes().unwrap();
        let rows = 60_000;
        for from in (0..rows).step_by(500) {
            let write = |tx: &mut dyn crate::store::StoreTx| {
                (from..from + 500).try_for_each(|at_ms| tx.add_act(&act(at_ms)).map(|_| ()))
            };
            store.update(write).unwrap();
        }
        // 60,000 rows of 3 kB are 240 MB in the log, were it never begun anew.
        let log = std::fs::metadata(dir.path().join("hadir.db-wal")).unwrap().len();
        assert!(log < 2 * u64::from(LONG_LOG_PAGES) * 4_120, "{log} bytes");
        assert_eq!(store.foreign_changes().unwrap(), before, "a copy is no change");
        drop(store);
        assert!(!dir.path().join("hadir.db-wal").exists(), "the last one out leaves no log");
        let store = SqliteStore::open(&path).unwrap();
        assert_eq!(store.query(|read| read.acts(ActNo::default(), 100_000)).unwrap().len(), 60_000);
    }
}
