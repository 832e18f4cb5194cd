//! What an open found besides the frames: gaps, the state of the tail, warnings. Never silent, never a refusal.

use std::ops::RangeInclusive;

use crate::ports::DiskError;

use super::{Frame, Pos};

/// What [`super::Journal::open`] gives back.
#[derive(Debug)]
#[non_exhaustive]
pub struct Opened {
    /// The newest intact snapshot, as its caller gave it; `None` if there is none left.
    pub snapshot: Option<Vec<u8>>,
    /// Every frame committed after that snapshot, in order.
    pub frames: Vec<Frame>,
    /// What is left of a last commit that is not whole. It was never acknowledged, unless the medium lost the rest
    /// of it afterwards; it is not in the journal any more, and may be committed again.
    pub unfinished: Vec<Frame>,
    /// What was found besides.
    pub report: RecoveryReport,
}

/// What recovery found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecoveryReport {
    /// Where bytes are missing or damaged between frames that are there, in order.
    pub gaps: Vec<Gap>,
    /// How the journal ends.
    pub tail: Tail,
    /// Whatever else a person who cares for this phone may want to know.
    pub warnings: Vec<Warning>,
}

impl RecoveryReport {
    /// Whether everything that was ever acknowledged is surely there, as far as one can tell from the files that were read.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.gaps.is_empty() && self.tail == Tail::Clean
    }
}

/// A stretch without an intact frame although frames follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// Where it starts.
    pub from: Pos,
    /// Where it ends; in a later segment if whole segments are missing.
    pub to: Pos,
    /// The numbers of the frames that are missing there, some of which may never have been acknowledged; `None` when
    /// none is missing, or when it cannot be told.
    pub missing: Option<RangeInclusive<u64>>,
    /// Why.
    pub cause: GapCause,
}

/// Why there is a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum GapCause {
    /// The bytes are not those that were written.
    Damaged,
    /// The medium does not give the bytes back.
    Unreadable,
    /// The bytes are whole and were not sealed for this place: moved, copied from another store, or forged.
    Refused,
    /// The bytes, or whole segment files, are not there.
    Missing,
    /// A newer version of the app wrote them; they are left as they are, for that version to read.
    NewerFormat,
}

/// How the journal ends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tail {
    /// After the last frame there is nothing.
    Clean,
    /// After the last frame there is something that is no frame. A tap may have been interrupted; nothing says that it
    /// had been acknowledged.
    Interrupted {
        /// Where the last whole frame ends.
        at: Pos,
    },
    /// Frames that a witness knows are not there.
    Lost {
        /// Where the last whole frame ends.
        at: Pos,
        /// The numbers of the frames that are gone.
        missing: RangeInclusive<u64>,
    },
}

/// Something that did not stop the journal from opening.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// This file system has no locks: only openers within this process are kept apart.
    LockUnsupported,
    /// The lock file could not be made or opened: only openers within this process are kept apart.
    LockFailed(DiskError),
    /// One of the two files with the wrapped keys was missing or damaged, and was made anew from the other.
    VaultRepaired(&'static str),
    /// One of the two files with the wrapped keys is missing or damaged, and could not be made anew.
    VaultNotRepaired(&'static str, DiskError),
    /// The header of a segment is damaged; its frames were read all the same.
    SegmentHeaderDamaged(u32),
    /// What was found could not be made sure of: the last commit may be there only until the next power cut.
    NotSynced(DiskError),
    /// A spare segment could not be made; taps go on as long as the present one has room.
    NoSpare(DiskError),
}
