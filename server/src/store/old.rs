//! Old stores: files that phones can't open any more, kept as they came until the agency has opened them.

use hadir_core::model::{B64, InstallId};

use super::Result;

/// Which file: what its sender calls it, and its hash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OldKey {
    /// The installation that sends it.
    pub install: InstallId,
    /// The old store's id.
    pub store: B64<16>,
    /// `recovery`, or the segment's number in decimal.
    pub name: String,
    /// SHA-256 of the whole file.
    pub hash: B64<32>,
}

/// A file of an old store, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldPiece {
    /// Which.
    pub key: OldKey,
    /// Its length, bytes.
    pub size: u64,
    /// How much of it is here, from its beginning.
    pub have: u64,
    /// When it was complete, milliseconds.
    pub complete_ms: Option<i64>,
    /// The signed `hadir-kept`, compact, once it is complete.
    pub kept: Option<String>,
}

/// An old store that was opened and whose records were brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldRecovery {
    /// The installation that sent it.
    pub install: InstallId,
    /// The old store's id.
    pub store: B64<16>,
    /// When, milliseconds.
    pub at_ms: i64,
    /// Who imported it.
    pub by: String,
    /// Records that were new here.
    pub stored: u64,
    /// Records that were here already.
    pub repeated: u64,
    /// Records kept as evidence.
    pub conflicts: u64,
    /// Records of no installation known here, or not authentic.
    pub refused: u64,
    /// Places in the old store where bytes were damaged or missing.
    pub gaps: u64,
}

/// How much of old stores is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OldTotals {
    /// Files, complete or not.
    pub files: u64,
    /// Bytes, as their senders announced them.
    pub bytes: u64,
    /// Bytes that are here.
    pub held: u64,
}

/// Reads old stores.
pub trait OldRead {
    /// One file.
    fn old_piece(&self, key: &OldKey) -> Result<Option<OldPiece>>;
    /// All files, by installation, store, and when they were begun.
    fn old_pieces(&self) -> Result<Vec<OldPiece>>;
    /// The bytes of a file that are here.
    fn old_bytes(&self, key: &OldKey) -> Result<Vec<u8>>;
    /// How much one installation sent, or all did.
    fn old_totals(&self, install: Option<&InstallId>) -> Result<OldTotals>;
    /// What was brought back, oldest first.
    fn old_recoveries(&self) -> Result<Vec<OldRecovery>>;
}

/// Keeps old stores.
pub trait OldWrite {
    /// Adds a file or replaces what is known of it; its bytes stay.
    fn put_old_piece(&mut self, piece: &OldPiece) -> Result<()>;
    /// Adds bytes to the end of a file.
    fn append_old(&mut self, key: &OldKey, at: u64, bytes: &[u8]) -> Result<()>;
    /// Throws the bytes of a file away.
    fn clear_old(&mut self, key: &OldKey) -> Result<()>;
    /// Notes that an old store was brought back.
    fn add_old_recovery(&mut self, recovery: &OldRecovery) -> Result<()>;
}
