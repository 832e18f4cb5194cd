//! What the server keeps, as traits: one for reading and one for writing in each of seven parts.
//!
//! - [`AgencyRead`], [`AgencyWrite`]: the agency, the clock's high-water mark, outages, the log of acts, logins;
//! - [`StaffRead`], [`StaffWrite`]: units, people, dated facts, rulings;
//! - [`PhonesRead`], [`PhonesWrite`]: invites, installations, packs, assignments;
//! - [`RecordsRead`], [`RecordsWrite`]: records, stubs, evidence, receipts;
//! - [`AsksRead`], [`AsksWrite`]: what people ask, and what was decided;
//! - [`OldRead`], [`OldWrite`]: old stores that phones can't open any more;
//! - [`HelpRead`], [`HelpWrite`]: how phones stand, for the help desk;
//! - [`Store`]: opens consistent reads and units of work; [`MemoryStore`] is the model, [`SqliteStore`] the real one,
//!   and `conformance` is the suite that both pass.
//!
//! A unit of work is kept whole or not at all, and [`Store::write`] returns only after it is on disk.

mod agency;
mod asks;
#[cfg(test)]
mod conformance;
mod help;
mod memory;
mod old;
mod phones;
mod records;
mod sqlite;
mod staff;

pub use agency::{Act, ActNo, Agency, AgencyRead, AgencyWrite, Login, LoginName, Outage, OutageCause, Role, Session};
pub use asks::{AskKind, AskMarks, AskRow, AsksRead, AsksWrite, NewDecision, StoredDecision};
pub use help::{HelpRead, HelpWrite, StoredHelp};
pub use memory::MemoryStore;
pub use old::{OldKey, OldPiece, OldRead, OldRecovery, OldTotals, OldWrite};
pub use phones::{
    CodeHash, Installation, IssuedAssignment, PhonesRead, PhonesWrite, Revocation, SignedAhead, StoredInvite,
    StoredPack, TypedTls, Witness,
};
pub use records::{
    EpochPlaces, Evidence, EvidenceCause, HealthVerdict, Inserted, NewRecord, OrderOutcome, Place, PlaceState,
    ProvenPlace, RecordRow, RecordsRead, RecordsWrite, Span, StoredOrder, StoredReceipt, StoredStub, Totals,
};
pub use sqlite::SqliteStore;
pub use staff::{
    FactNo, NewFact, NewRuling, Person, Ruling, StaffRead, StaffWrite, StoredFact, Turn, TurnState, Unit, UnitId,
    UnitIdError, subtree,
};

/// Why the store could not do what it was asked. Nothing of the unit of work was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the database.
    #[error("the database is in use by another process; try again in a moment")]
    Busy,
    /// No space is left.
    #[error("the disk that holds the database is full; make room, nothing that was acknowledged is lost")]
    Full,
    /// A newer build wrote it.
    #[error("the database has schema {found} and this build knows {known}; run the newer build")]
    Newer {
        /// The schema in the file.
        found: u32,
        /// The newest schema that this build reads.
        known: u32,
    },
    /// A stored value can't be read.
    #[error("the database holds a value that can't be read, in {0}; restore a backup beside it and compare")]
    Corrupt(&'static str),
    /// Anything else that the engine reports.
    #[error("the database failed: {0}")]
    Engine(String),
}

/// The result of every call to a store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Everything that can be read.
pub trait StoreRead: AgencyRead + StaffRead + PhonesRead + RecordsRead + AsksRead + OldRead + HelpRead {}
impl<T: AgencyRead + StaffRead + PhonesRead + RecordsRead + AsksRead + OldRead + HelpRead> StoreRead for T {}

/// Everything that a unit of work can do.
pub trait StoreTx:
    StoreRead + AgencyWrite + StaffWrite + PhonesWrite + RecordsWrite + AsksWrite + OldWrite + HelpWrite
{
    /// This unit of work, as something that only reads.
    fn as_read(&self) -> &dyn StoreRead;
}
impl<T: StoreRead + AgencyWrite + StaffWrite + PhonesWrite + RecordsWrite + AsksWrite + OldWrite + HelpWrite> StoreTx
    for T
{
    fn as_read(&self) -> &dyn StoreRead {
        self
    }
}

/// A store. One writer at a time; readers see the last whole unit of work and never wait for the writer.
pub trait Store: Send + Sync {
    /// Reads from one consistent state. The closure is called once.
    ///
    /// # Errors
    /// What the closure or the store reports.
    fn read(&self, work: &mut dyn FnMut(&dyn StoreRead) -> Result<()>) -> Result<()>;

    /// Does one unit of work, kept whole when the closure returns `Ok` and not at all otherwise. Returns after the work is on disk.
    /// The closure is called once.
    ///
    /// # Errors
    /// What the closure or the store reports; nothing was kept then.
    fn write(&self, work: &mut dyn FnMut(&mut dyn StoreTx) -> Result<()>) -> Result<()>;
}

impl<S: Store + ?Sized> Store for std::sync::Arc<S> {
    fn read(&self, work: &mut dyn FnMut(&dyn StoreRead) -> Result<()>) -> Result<()> {
        (**self).read(work)
    }
    fn write(&self, work: &mut dyn FnMut(&mut dyn StoreTx) -> Result<()>) -> Result<()> {
        (**self).write(work)
    }
}

/// Reads and writes that return a value.
pub trait StoreExt: Store {
    /// As [`Store::read`], and returns what the closure returns.
    ///
    /// # Errors
    /// What the closure or the store reports.
    fn query<T>(&self, work: impl FnOnce(&dyn StoreRead) -> Result<T>) -> Result<T> {
        let mut work = Some(work);
        let mut answer = None;
        self.read(&mut |store| {
            if let Some(work) = work.take() {
                answer = Some(work(store)?);
            }
            Ok(())
        })?;
        answer.ok_or_else(|| StoreError::Engine("the store did not run the read".into()))
    }

    /// As [`Store::write`], and returns what the closure returns.
    ///
    /// # Errors
    /// What the closure or the store reports; nothing was kept then.
    fn update<T>(&self, work: impl FnOnce(&mut dyn StoreTx) -> Result<T>) -> Result<T> {
        let mut work = Some(work);
        let mut answer = None;
        self.write(&mut |store| {
            if let Some(work) = work.take() {
                answer = Some(work(store)?);
            }
            Ok(())
        })?;
        answer.ok_or_else(|| StoreError::Engine("the store did not run the work".into()))
    }
}
impl<S: Store + ?Sized> StoreExt for S {}
