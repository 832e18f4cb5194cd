//! The words of the domain: ids, hashes, fixes, time evidence and records, checked where they are made.

mod ask;
pub(crate) mod base64url;
pub(crate) mod crockford;
mod fix;
mod ids;
mod proof_code;
mod record;
mod time;
mod track;

pub use ask::{Appeal, Ask, AskError, AskWhat, Grounds, Request, Words};
pub use fix::{Fix, FixError, FixSource, NoFix};
pub use ids::{B64, EnvelopeHash, IdError, InstallId, KeyId, Nonce, PersonId, RecordId, SessionId};
pub use proof_code::{ProofCode, ProofCodeError};
pub use record::{
    Acknowledge, Acknowledged, Body, ChainPlace, CheckIn, EntryVerdict, EpochCause, EpochStart, HealthForm, Kind, Link,
    Note, Record, Sealed, SealedRecipient, SeqRange,
};
pub use time::{GnssTime, TimeEvidence};
pub use track::{ShareThen, SpanFixes, SpanIs, Track, TrackPoint, TrackSpan, Unknown};
