//! What people ask of the office, found among their records, and what was decided on it.

use hadir_core::{
    model::{EnvelopeHash, Kind, PersonId},
    wire::Answer,
};

use super::{FactNo, RecordRow, Result};

/// Kinds of records that the office looks through for all people at once. The others are read by installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AskKind {
    /// Requests and withdrawals.
    Request,
    /// Appeals.
    Appeal,
    /// What people confirmed to have seen.
    Acknowledge,
}

impl AskKind {
    /// All.
    pub const ALL: [Self; 3] = [Self::Request, Self::Appeal, Self::Acknowledge];

    /// The kind of record.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Request => Kind::Request,
            Self::Appeal => Kind::Appeal,
            Self::Acknowledge => Kind::Acknowledge,
        }
    }
}

/// A record with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskRow {
    /// Whose.
    pub person: PersonId,
    /// The record.
    pub row: RecordRow,
}

/// A decision before it is stored. `Debug` shows neither who nor what they wrote.
#[derive(Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// Who asked.
    pub person: PersonId,
    /// Hash of the record that asked.
    pub reference: EnvelopeHash,
    /// The answer.
    pub answer: Answer,
    /// Why.
    pub reason: Option<String>,
    /// Who decided.
    pub by: String,
    /// When, milliseconds.
    pub at_ms: i64,
    /// The dated fact that a granted request became.
    pub fact: Option<FactNo>,
    /// The rulings that an appeal led to, by number.
    pub rulings: Vec<u64>,
}

impl std::fmt::Debug for NewDecision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewDecision({}, {:?})", self.reference, self.answer)
    }
}

/// A decision. It is never changed or removed; a later one on the same record holds instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDecision {
    /// Its number, rising.
    pub no: u64,
    /// What it says.
    pub new: NewDecision,
}

/// How much there is of what people asked: equal marks mean that nothing came and nothing was decided between.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AskMarks {
    /// Records of these kinds.
    pub records: u64,
    /// Decisions.
    pub decisions: u64,
}

/// Reads what people asked and what was decided.
pub trait AsksRead {
    /// Records of a kind that were received at or after `from_ms`, by when they were received, then installation and
    /// place; of one person or of all.
    fn asks(&self, kind: AskKind, person: Option<&PersonId>, from_ms: i64) -> Result<Vec<AskRow>>;
    /// The record of these kinds with a hash.
    fn ask(&self, hash: &EnvelopeHash) -> Result<Option<AskRow>>;
    /// How much there is, without reading it.
    fn ask_marks(&self) -> Result<AskMarks>;
    /// Decisions by number; on what one person asked, or on everything.
    fn decisions(&self, person: Option<&PersonId>) -> Result<Vec<StoredDecision>>;
}

/// Adds decisions.
pub trait AsksWrite {
    /// Adds a decision.
    fn add_decision(&mut self, decision: &NewDecision) -> Result<u64>;
}
