//! Records, and what stands where a record can't: stubs, evidence of conflicts; and the receipts given for them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use chrono::NaiveDate;
use hadir_core::{
    model::{EntryVerdict, EnvelopeHash, InstallId, Kind, PersonId, ProofCode, RecordId},
    wire::Outcome,
};

use super::Result;

/// A record to store. `Debug` shows no content.
#[derive(Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// Epoch.
    pub epoch: u32,
    /// Place in the epoch.
    pub seq: u64,
    /// Identity.
    pub id: RecordId,
    /// Hash of the signed object.
    pub hash: EnvelopeHash,
    /// Kind.
    pub kind: Kind,
    /// The phone's wall clock, milliseconds: a claim.
    pub claimed_ms: i64,
    /// The signed object, compact, as it came.
    pub compact: String,
}

impl fmt::Debug for NewRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewRecord({}/{}, {})", self.epoch, self.seq, self.kind)
    }
}

/// A stored record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// Whose.
    pub install: InstallId,
    /// When it was received, milliseconds.
    pub received_ms: i64,
    /// The record.
    pub record: NewRecord,
}

/// What holds a place of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlaceState {
    /// The record.
    Record,
    /// A stub, until the original comes.
    Stub,
    /// Evidence: the record there bears an id that another record had first.
    Evidence,
    /// Nothing but the office's own receipt: the record was here and was lost with a restore, until it comes from elsewhere.
    Proven,
}

impl PlaceState {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Stub => "stub",
            Self::Evidence => "evidence",
            Self::Proven => "proven",
        }
    }
    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Record, Self::Stub, Self::Evidence, Self::Proven].into_iter().find(|state| state.as_str() == name)
    }
    /// Whether the record itself may still come to the place.
    #[must_use]
    pub const fn awaits_record(self) -> bool {
        matches!(self, Self::Stub | Self::Proven)
    }
}

/// A place that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The place in its epoch.
    pub seq: u64,
    /// The hash of the record there; of a stub, that of the record it stands for.
    pub hash: EnvelopeHash,
    /// What holds it.
    pub state: PlaceState,
}

/// What is taken of an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochPlaces {
    /// The epoch.
    pub epoch: u32,
    /// How many places are taken.
    pub taken: u64,
    /// The last of them.
    pub last: u64,
    /// How many of them are held by a stub.
    pub stubs: u64,
    /// The first of those.
    pub first_stub: Option<u64>,
}

/// What became of an insert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted {
    /// It is stored at its place.
    Stored,
    /// Another record of the installation has its id; nothing was stored.
    IdTaken,
}

/// Why an object is evidence and not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EvidenceCause {
    /// Another record holds its place.
    Place,
    /// Another record has its id.
    Id,
}

impl EvidenceCause {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Id => "id",
        }
    }
    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Place, Self::Id].into_iter().find(|cause| cause.as_str() == name)
    }
}

/// An authentic object that contradicts another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Whose.
    pub install: InstallId,
    /// Epoch.
    pub epoch: u32,
    /// Place in the epoch.
    pub seq: u64,
    /// Hash of the object.
    pub hash: EnvelopeHash,
    /// Why it is not the record there.
    pub cause: EvidenceCause,
    /// When it was received, milliseconds.
    pub received_ms: i64,
    /// The signed object, compact.
    pub compact: String,
}

/// A stub as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStub {
    /// Whose.
    pub install: InstallId,
    /// Epoch.
    pub epoch: u32,
    /// Place in the epoch.
    pub seq: u64,
    /// Hash of the record that it stands for.
    pub stands_for: EnvelopeHash,
    /// The problem code that the phone was given.
    pub reason: String,
    /// When it was received, milliseconds.
    pub received_ms: i64,
    /// The signed stub, compact.
    pub compact: String,
}

/// What came of an order to try a parked record again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderOutcome {
    /// The original came.
    Received,
    /// The server refused it again.
    RefusedAgain,
}

impl OrderOutcome {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::RefusedAgain => "refused_again",
        }
    }
    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Received, Self::RefusedAgain].into_iter().find(|outcome| outcome.as_str() == name)
    }
}

/// An administrator's order to try a parked record again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredOrder {
    /// Whose record.
    pub install: InstallId,
    /// When it was given, milliseconds; rises strictly with each order for an installation.
    pub t_ms: i64,
    /// Epoch.
    pub epoch: u32,
    /// Place in the epoch.
    pub seq: u64,
    /// Who gave it.
    pub by: String,
    /// When it was heard what came of it, milliseconds, and what.
    pub done: Option<(i64, OrderOutcome)>,
}

/// A place of which only the office's own receipt is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvenPlace {
    /// Epoch.
    pub epoch: u32,
    /// Place in the epoch.
    pub seq: u64,
    /// Hash of the record that was received.
    pub hash: EnvelopeHash,
    /// When the receipt for it was signed, milliseconds.
    pub receipt_ms: i64,
}

/// A receipt as it was given, for the same batch to get it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReceipt {
    /// Whose.
    pub install: InstallId,
    /// SHA-256 over the hashes of the batch's objects, in order.
    pub batch: [u8; 32],
    /// Hash of the receipt, as later records name it.
    pub hash: EnvelopeHash,
    /// When it was signed, milliseconds.
    pub t_ms: i64,
    /// Epoch of the batch.
    pub epoch: u32,
    /// First place of the batch.
    pub from: u64,
    /// Last place of the batch.
    pub to: u64,
    /// The outcomes, in the order of the batch.
    pub outcomes: Vec<Outcome>,
    /// The signed receipt, compact.
    pub compact: String,
}

/// What a person's form says for a date; the answers stay sealed in its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthVerdict {
    /// Whose.
    pub person: PersonId,
    /// The office day it is for.
    pub for_date: NaiveDate,
    /// The declared verdict.
    pub verdict: EntryVerdict,
    /// The installation that sent it.
    pub install: InstallId,
    /// Epoch of its record.
    pub epoch: u32,
    /// Place of its record.
    pub seq: u64,
    /// The phone's wall clock, milliseconds: a claim.
    pub claimed_ms: i64,
    /// When it was received, milliseconds.
    pub received_ms: i64,
}

/// Which records of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// All.
    All,
    /// Those that claim a time in `[from_ms, until_ms)` or were received in it.
    Touching {
        /// From, milliseconds.
        from_ms: i64,
        /// Until, milliseconds, excluded.
        until_ms: i64,
    },
    /// Those of one epoch with a place in `from..=to`.
    Places {
        /// Epoch.
        epoch: u32,
        /// First place.
        from: u64,
        /// Last place.
        to: u64,
    },
}

/// Counts over everything, for a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Records.
    pub records: u64,
    /// Stubs whose original has not come.
    pub stubs: u64,
    /// Objects kept as evidence.
    pub evidence: u64,
    /// Receipts.
    pub receipts: u64,
}

/// Reads records.
pub trait RecordsRead {
    /// The places taken in `from..=to` of an epoch, rising.
    fn places(&self, install: &InstallId, epoch: u32, from: u64, to: u64) -> Result<Vec<Place>>;
    /// The epochs of an installation of which anything is here, rising.
    fn epochs(&self, install: &InstallId) -> Result<Vec<EpochPlaces>>;
    /// The last place of the run of taken places that begins right after `after`, with its hash; none where the next place is free.
    fn contiguous_after(&self, install: &InstallId, epoch: u32, after: u64) -> Result<Option<(u64, EnvelopeHash)>>;
    /// Records of an installation, by epoch and place.
    fn records(&self, install: &InstallId, span: Span) -> Result<Vec<RecordRow>>;
    /// Where a record with this id stands.
    fn record_of_id(&self, install: &InstallId, id: &RecordId) -> Result<Option<RecordRow>>;
    /// Records whose hash has this short code, by installation, epoch and place: nearly always none or one.
    fn records_of_code(&self, code: ProofCode) -> Result<Vec<RecordRow>>;
    /// Evidence of an installation, by epoch, place, and when it came.
    fn evidence(&self, install: &InstallId) -> Result<Vec<Evidence>>;
    /// Stubs of an installation, replaced ones too, by epoch and place.
    fn stubs(&self, install: &InstallId) -> Result<Vec<StoredStub>>;
    /// Orders of an installation, oldest first; only those that are still open, or all.
    fn orders(&self, install: &InstallId, open: bool) -> Result<Vec<StoredOrder>>;
    /// Places of an installation of which only the office's own receipt is left, by epoch and place.
    fn proven(&self, install: &InstallId) -> Result<Vec<ProvenPlace>>;
    /// The receipt of a batch that begins at a place of an epoch.
    fn receipt(&self, install: &InstallId, begins: (u32, u64), batch: &[u8; 32]) -> Result<Option<StoredReceipt>>;
    /// When receipts were signed, by their hashes, milliseconds: those of them that the installation was given. The newest are
    /// found soonest.
    fn receipt_times(&self, install: &InstallId, named: BTreeSet<EnvelopeHash>) -> Result<BTreeMap<EnvelopeHash, i64>>;
    /// What forms say for dates in `[from, until]`, by when they were received; of one person or of all.
    fn health(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<HealthVerdict>>;
    /// Counts over everything.
    fn totals(&self) -> Result<Totals>;
}

/// Stores records.
pub trait RecordsWrite {
    /// Stores records at places that are free, or held by a stub or a proof for the same hash. Answers one by one, in order.
    fn insert_records(
        &mut self,
        install: &InstallId,
        received_ms: i64,
        records: &[&NewRecord],
    ) -> Result<Vec<Inserted>>;
    /// Keeps a stub, and lets it hold its place if that is free. The same stub again changes nothing.
    fn insert_stub(&mut self, stub: &StoredStub) -> Result<()>;
    /// Adds an order.
    fn add_order(&mut self, order: &StoredOrder) -> Result<()>;
    /// Closes the open orders for a place that were given up to an instant.
    fn close_orders(
        &mut self,
        install: &InstallId,
        place: (u32, u64),
        until_ms: i64,
        at_ms: i64,
        outcome: OrderOutcome,
    ) -> Result<()>;
    /// Lets the office's own receipt hold a place that is free; returns whether it was.
    fn insert_proven(&mut self, install: &InstallId, place: &ProvenPlace) -> Result<bool>;
    /// Keeps evidence; of cause [`EvidenceCause::Id`], it holds its place if that is free. The same object again changes nothing.
    fn insert_evidence(&mut self, evidence: &Evidence) -> Result<()>;
    /// Keeps a receipt.
    fn add_receipt(&mut self, receipt: &StoredReceipt) -> Result<()>;
    /// Keeps what a form says.
    fn add_health(&mut self, verdict: &HealthVerdict) -> Result<()>;
}
