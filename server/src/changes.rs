//! Tells whoever shows something that it may be out of date.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use hadir_core::model::PersonId;
use tokio::sync::broadcast;

use crate::{
    limits::CHANGE_BACKLOG,
    store::{Result, Store, StoreRead, StoreTx},
};

/// What is new since the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Something about these people.
    People(Arc<[PersonId]>),
    /// Anything: an act of the operator, a new rule, an outage.
    Anything,
}

/// Where changes are announced, always after they are on disk.
#[derive(Debug)]
pub struct Changes {
    count: AtomicU64,
    acts: AtomicU64,
    sender: broadcast::Sender<Change>,
}

impl Default for Changes {
    fn default() -> Self {
        Self { count: AtomicU64::new(0), acts: AtomicU64::new(0), sender: broadcast::channel(CHANGE_BACKLOG).0 }
    }
}

impl Changes {
    /// Announces a change.
    pub fn announce(&self, change: Change) {
        if change == Change::Anything {
            self.acts.fetch_add(1, Ordering::Release);
        }
        self.count.fetch_add(1, Ordering::Release);
        // Nobody listening is no error.
        let _ = self.sender.send(change);
    }

    /// Hears every change from now on; a listener that lags too far is told so and should read everything anew.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }

    /// Counts changes: an equal number means that nothing was announced between.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }

    /// Counts changes of [`Change::Anything`]: an equal number means that only phones delivered between.
    #[must_use]
    pub fn acts(&self) -> u64 {
        self.acts.load(Ordering::Acquire)
    }
}

/// A store that announces what is written through it; for acts done inside a running server.
pub struct AnnouncingStore {
    inner: Arc<dyn Store>,
    changes: Arc<Changes>,
}

impl std::fmt::Debug for AnnouncingStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AnnouncingStore")
    }
}

impl AnnouncingStore {
    /// Wraps a store.
    #[must_use]
    pub fn new(inner: Arc<dyn Store>, changes: Arc<Changes>) -> Self {
        Self { inner, changes }
    }
}

impl Store for AnnouncingStore {
    fn read(&self, work: &mut dyn FnMut(&dyn StoreRead) -> Result<()>) -> Result<()> {
        self.inner.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn StoreTx) -> Result<()>) -> Result<()> {
        self.inner.write(work)?;
        self.changes.announce(Change::Anything);
        Ok(())
    }
}
