//! The store as plain maps: the model that the real one is held against, and what fast tests run on.

mod agency;
mod asks;
mod help;
mod old;
mod phones;
mod records;
mod staff;

use std::sync::{Arc, PoisonError, RwLock};

use super::{Result, Store, StoreRead, StoreTx};

/// The whole state. A unit of work runs on a copy, which replaces the state when it succeeds.
#[derive(Clone, Default)]
struct State {
    agency: agency::Part,
    staff: staff::Part,
    phones: phones::Part,
    records: records::Part,
    asks: asks::Part,
    old: old::Part,
    help: help::Part,
}

/// The store in memory.
#[derive(Default)]
pub struct MemoryStore(RwLock<Arc<State>>);

impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemoryStore")
    }
}

impl Store for MemoryStore {
    fn read(&self, work: &mut dyn FnMut(&dyn StoreRead) -> Result<()>) -> Result<()> {
        let state = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        work(&*state)
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn StoreTx) -> Result<()>) -> Result<()> {
        // Held to the end: one writer at a time. Readers have their own copy.
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut next = State::clone(&state);
        work(&mut next)?;
        *state = Arc::new(next);
        Ok(())
    }
}
