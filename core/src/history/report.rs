//! What a check found.

use serde::Serialize;

use super::Export;
use crate::model::{B64, EpochStart, InstallId};

/// A place in a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The epoch, from 1.
    pub epoch: u32,
    /// The place in it, from 1.
    pub seq: u64,
}

/// Places of one epoch, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First.
    pub from_seq: u64,
    /// Last.
    pub to_seq: u64,
}

/// Something that an untouched history does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// The certificates are not by the root.
    Trust {
        /// What is wrong.
        why: String,
    },
    /// The installation's key is not the installation's.
    Key {
        /// What is wrong.
        why: String,
    },
    /// A record is not as it was signed.
    Record {
        /// Its place in the file, from 0.
        index: usize,
        /// The place that it claims, where that can be read.
        #[serde(skip_serializing_if = "Option::is_none")]
        claims: Option<Place>,
        /// What is wrong.
        why: String,
    },
    /// A record stands after one that comes later.
    OutOfOrder {
        /// Which.
        place: Place,
    },
    /// The same record twice.
    Repeated {
        /// Which.
        place: Place,
    },
    /// Two records signed for one place.
    Fork {
        /// Which place.
        place: Place,
    },
    /// Two records with one id.
    RepeatedId {
        /// The later.
        place: Place,
        /// The earlier.
        first: Place,
    },
    /// A record does not name the one before it.
    Chain {
        /// Which.
        place: Place,
    },
    /// The first record of an epoch does not fit what came before.
    EpochStart {
        /// Which.
        place: Place,
        /// What does not fit.
        why: &'static str,
    },
    /// Records that must be there are not, and no later epoch declares them lost.
    Missing {
        /// In which epoch.
        epoch: u32,
        /// Which.
        span: Span,
        /// Whether a receipt in the file proves that the server has one of them.
        receipted: bool,
    },
    /// Whole epochs are not there, and no later epoch declares them lost.
    MissingEpochs {
        /// First.
        from: u32,
        /// Last.
        to: u32,
    },
    /// A receipt is not what a server of the agency signed for this history.
    Receipt {
        /// Its place in the file, from 0.
        index: usize,
        /// What is wrong.
        why: String,
    },
    /// A receipt was given for other bytes than the file has at that place.
    NotAsReceived {
        /// Which record.
        place: Place,
        /// The receipt's place in the file, from 0.
        receipt: usize,
    },
    /// The server holds another record at that place and keeps both as evidence, and no later epoch explains it.
    Conflict {
        /// Which record.
        place: Place,
        /// The receipt's place in the file, from 0.
        receipt: usize,
    },
    /// A time token is not what a server of the agency signed for this installation.
    Token {
        /// Its place in the file, from 0.
        index: usize,
        /// What is wrong.
        why: String,
    },
}

/// One epoch of a history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EpochReport {
    /// Its number.
    pub epoch: u32,
    /// How many authentic records the file has of it.
    pub records: u64,
    /// The last place that the file has.
    pub last_seq: u64,
    /// What no receipt covers, directly or through the chain: here the installation's key is trusted alone.
    pub not_receipted: Vec<Span>,
    /// Places whose records the phone freed: a receipt in the file proves that the server has them; what they say is not here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub freed: Vec<Span>,
    /// Why the epoch began and what it declares lost; none for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<EpochStart>,
    /// Places of this epoch that are absent, and declared lost by a later epoch: a loss, not tampering.
    pub declared_lost: Vec<Span>,
    /// Places of this epoch at which the server holds another record, and a later epoch declares that the phone went on
    /// from an older copy of its store.
    pub declared_forks: Vec<u64>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whose history.
    pub install: InstallId,
    /// The agency's id.
    pub agency: String,
    /// The root that was checked with.
    pub root: B64<32>,
    /// Whether the root was given, and not taken from the file itself.
    pub root_pinned: bool,
    /// Authentic records.
    pub records: u64,
    /// Authentic receipts.
    pub receipts: usize,
    /// Authentic time tokens.
    pub tokens: usize,
    /// Receipts that records name and the file does not bring.
    pub receipts_not_in_file: usize,
    /// Records for which the server holds a stub, the record itself being parked on the phone.
    pub stubs: usize,
    /// Each epoch, in order.
    pub epochs: Vec<EpochReport>,
    /// What is wrong; empty in an untouched history.
    pub problems: Vec<Problem>,
}

impl Report {
    pub(super) fn new(export: &Export, pinned_root: Option<&B64<32>>) -> Self {
        Self {
            install: export.install,
            agency: export.trust.agency.clone(),
            root: *pinned_root.unwrap_or(&export.trust.root),
            root_pinned: pinned_root.is_some(),
            records: 0,
            receipts: 0,
            tokens: 0,
            receipts_not_in_file: 0,
            stubs: 0,
            epochs: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Returns how many records no receipt covers.
    #[must_use]
    pub fn not_receipted(&self) -> u64 {
        self.epochs.iter().flat_map(|epoch| &epoch.not_receipted).map(|span| span.to_seq - span.from_seq + 1).sum()
    }

    /// Tells whether nothing is wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.problems.is_empty()
    }
}
