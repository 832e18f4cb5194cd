//! What can go wrong with the journal, and what to do about each.

use crate::ports::{DiskError, DiskErrorKind, EntropyError, VaultError};

use super::Pos;

/// Why a journal operation did not happen. After any of these from a commit, nothing of that commit counts as recorded
/// and the journal can be used on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// There is no store in this directory: nothing was created here, or it was wiped.
    #[error("there is no store here; create one by enrolling")]
    NoStore,
    /// A store exists where a new one was to be made.
    #[error("there is a store here already; open it, or wipe it first")]
    Exists,
    /// Another process, or another part of this one, has the store open.
    #[error("the store is in use by another process; close that one first")]
    InUse,
    /// The wrapped keys are gone while segments are there: a half-deleted or half-restored directory.
    #[error(
        "the store's keys are missing beside {segments} segment(s); enrol again, the agency can recover old segments"
    )]
    VaultMissing {
        /// How many segment files lie there.
        segments: usize,
    },
    /// Both copies of the wrapped keys are damaged.
    #[error("the store's keys are damaged ({what}); enrol again, the agency can recover old segments")]
    VaultDamaged {
        /// What does not fit.
        what: &'static str,
    },
    /// A newer version of the app wrote this store; nothing was touched.
    #[error("{file} has format {found} and this version knows up to {supported}; update the app")]
    NewerFormat {
        /// The file that says so.
        file: String,
        /// Its format.
        found: u16,
        /// The newest format that this version knows.
        supported: u16,
    },
    /// The key store did not wrap or unwrap the keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// No random bytes could be had.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The medium refused or failed.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// One body, or all of one commit, is larger than the journal takes.
    #[error("{len} bytes are more than the {max} that the journal takes at once")]
    TooLarge {
        /// The length.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// A frame of a kind that this version does not know was to be written.
    #[error("frames of the unknown kind {code} are kept, never written")]
    UnknownKind {
        /// The kind's code.
        code: u8,
    },
    /// There is no intact frame at a position.
    #[error("there is no intact frame at {0}")]
    NoFrame(Pos),
}

impl JournalError {
    /// Whether space has run out; it heals by itself once some is free.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Disk(error) if error.kind == DiskErrorKind::Full)
    }
}
