//! Receipts, outcomes and stubs (protocol §6).

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::{B64, EnvelopeHash, InstallId};

/// What became of an object of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Stored, now or before.
    Stored,
    /// Kept as evidence: another record holds this place.
    Conflict,
    /// A stub holds the place until the original comes.
    Stub,
}

impl Outcome {
    /// Returns the name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Conflict => "conflict",
            Self::Stub => "stub",
        }
    }
}

/// One line of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptEntry {
    /// Place in the epoch.
    pub seq: u64,
    /// Hash of the object sent.
    pub hash: EnvelopeHash,
    /// What became of it.
    pub outcome: Outcome,
}

/// The lines of a receipt, in the order of the batch.
pub type Outcomes = Vec<ReceiptEntry>;

/// Computes a receipt's `digest`: SHA-256 over `{seq} {hash} {outcome}` LF a line.
#[must_use]
pub fn outcomes_digest(outcomes: &[ReceiptEntry]) -> B64<32> {
    let mut hasher = Sha256::new();
    let mut line = String::new();
    for ReceiptEntry { seq, hash, outcome } in outcomes {
        line.clear();
        // Writing to a String can't fail.
        let _ = writeln!(line, "{seq} {hash} {}", outcome.as_str());
        hasher.update(line.as_bytes());
    }
    B64(hasher.finalize().into())
}

/// The payload of a `hadir-receipt`: what the server has on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Protocol version.
    pub v: u32,
    /// Whose.
    pub install: InstallId,
    /// The epoch of the whole batch.
    pub epoch: u32,
    /// First place of the batch.
    pub from: u64,
    /// Last place of the batch.
    pub to: u64,
    /// Hash of the object at `to`.
    pub head: EnvelopeHash,
    /// [`outcomes_digest`] of the batch.
    pub digest: B64<32>,
    /// When it was signed, milliseconds; orders receipts, and is no clock for the phone.
    pub t_ms: i64,
}

/// The answer to a batch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReceiptAnswer {
    /// A [`Receipt`], compact.
    pub receipt: String,
    /// Its lines.
    pub outcomes: Outcomes,
}

/// The payload of a `hadir-stub`: stands for a record that the server refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stub {
    /// Protocol version.
    pub v: u32,
    /// Whose.
    pub install: InstallId,
    /// The record's epoch.
    pub epoch: u32,
    /// The record's place.
    pub seq: u64,
    /// The record's hash: the original must match it.
    pub hash: EnvelopeHash,
    /// The problem code that the server gave.
    pub reason: String,
    /// The newest order to try it again that was obeyed and came to nothing (protocol §6.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_ms: Option<i64>,
}
