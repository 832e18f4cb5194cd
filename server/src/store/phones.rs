//! Invites, installations, and what phones are given: packs and assignments.

use std::fmt;

use chrono::NaiveDate;
use hadir_core::{
    model::{EnvelopeHash, InstallId, Link, PersonId, SessionId},
    wire::Pins,
};
use sha2::{Digest, Sha256};

use super::Result;

/// SHA-256 of an invite's code: a stolen database invites nobody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeHash(pub [u8; 32]);

impl CodeHash {
    /// Hashes a code.
    #[must_use]
    pub fn of(code: &[u8; 16]) -> Self {
        Self(Sha256::digest(code).into())
    }

    /// The short name by which lists and commands call the invite: the first 8 hexadecimal digits.
    #[must_use]
    pub fn short(&self) -> String {
        self.0[..4].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for CodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeHash({})", self.short())
    }
}

/// An invite: one person may enrol one installation until it expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredInvite {
    /// Its code, hashed.
    pub code: CodeHash,
    /// For whom.
    pub person: PersonId,
    /// When it was made, milliseconds.
    pub created_ms: i64,
    /// Until when it may be used, milliseconds, excluded.
    pub exp_ms: i64,
    /// Who made it.
    pub by: String,
    /// Which installation used it, and when, milliseconds.
    pub used: Option<(InstallId, i64)>,
    /// When it was revoked, milliseconds.
    pub revoked_ms: Option<i64>,
    /// Whether a typed code leads to it as well, and what whoever types it is told beside.
    pub typed: Option<TypedTls>,
}

/// How a phone that gets its invite by a typed code is to know the server's TLS: what a link carries itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedTls {
    /// A certificate authority (DER) that the phone trusts for this server besides the web's.
    pub ca: Option<Vec<u8>>,
    /// The keys that the server may show.
    pub pins: Option<Pins>,
}

/// The end of an installation, by an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// From when on its records do not count, milliseconds.
    pub at_ms: i64,
    /// Why, for people.
    pub reason: String,
    /// Who revoked it.
    pub by: String,
}

/// One installation: one key, one person, one store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The thumbprint of its key.
    pub id: InstallId,
    /// Its public key.
    pub key: [u8; 32],
    /// Whose.
    pub person: PersonId,
    /// The invite that it used.
    pub invite: CodeHash,
    /// When it enrolled, milliseconds.
    pub enrolled_ms: i64,
    /// Its software, as it last said.
    pub app: String,
    /// The newest epoch that the server knows; 0: no record yet.
    pub epoch: u32,
    /// The place in that epoch up to which nothing is missing; 0: none.
    pub contiguous: u64,
    /// The hash at that place.
    pub head: Option<EnvelopeHash>,
    /// When it was last heard of, milliseconds.
    pub seen_ms: i64,
    /// Its revocation.
    pub revoked: Option<Revocation>,
    /// The last date of the newest assignment that it fetched.
    pub assigned_until: Option<NaiveDate>,
    /// What was signed for it while the server's clock was ahead, as the operator found.
    pub ahead: Option<SignedAhead>,
}

/// The times that were signed for an installation while the server's clock was ahead. They are false, and the installation
/// holds them: it is never signed an earlier one ([decision 12](../../../docs/decisions/0012-a-clock-that-jumped-ahead.md)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedAhead {
    /// Times after this one are false, milliseconds.
    pub after_ms: i64,
    /// The highest that was signed for it, milliseconds.
    pub until_ms: i64,
    /// When the operator mended it, by the clock that is right, milliseconds.
    pub mended_ms: i64,
}

impl SignedAhead {
    /// Whether a time that was signed for the installation is false.
    #[must_use]
    pub const fn holds(&self, t_ms: i64) -> bool {
        self.after_ms < t_ms && t_ms <= self.until_ms
    }
}

/// A signed request whose head the server had received: whatever the phone had recorded until then is here.
/// One is kept for each session and run, the one with the highest elapsed time, so a replay replaces nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Who signed.
    pub install: InstallId,
    /// The session of its clock.
    pub session: SessionId,
    /// The run of that session.
    pub run: u32,
    /// The session's elapsed time, milliseconds.
    pub elapsed_ms: u64,
    /// The journal's head that it named; none: it had no record.
    pub head: Option<Link>,
    /// When the server had it with its head, milliseconds.
    pub received_ms: i64,
    /// The signed request, compact.
    pub request: String,
}

/// A pack as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPack {
    /// Its number.
    pub number: u64,
    /// Its hash, as records name it.
    pub hash: EnvelopeHash,
    /// When it was signed, milliseconds.
    pub t_ms: i64,
    /// When it was published here, milliseconds.
    pub published_ms: i64,
    /// The signed object, compact.
    pub compact: String,
}

/// An assignment as it was given to an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedAssignment {
    /// To which installation.
    pub install: InstallId,
    /// Its hash, as records name it.
    pub hash: EnvelopeHash,
    /// Its generation.
    pub roster: u64,
    /// Its first date.
    pub from: NaiveDate,
    /// Its last date.
    pub until: NaiveDate,
    /// When it was signed, milliseconds.
    pub t_ms: i64,
    /// The signed object, compact.
    pub compact: String,
}

/// Reads about phones.
pub trait PhonesRead {
    /// An invite by its code's hash.
    fn invite(&self, code: &CodeHash) -> Result<Option<StoredInvite>>;
    /// All invites, by when they were made.
    fn invites(&self) -> Result<Vec<StoredInvite>>;
    /// An installation.
    fn installation(&self, id: &InstallId) -> Result<Option<Installation>>;
    /// All installations, of one person or of all, by when they enrolled.
    fn installations(&self, person: Option<&PersonId>) -> Result<Vec<Installation>>;
    /// The witnesses of an installation, by when they were received.
    fn witnesses(&self, install: &InstallId) -> Result<Vec<Witness>>;
    /// Packs with a number above `after`, rising.
    fn packs(&self, after: u64) -> Result<Vec<StoredPack>>;
    /// The highest number of a pack.
    fn newest_pack(&self) -> Result<Option<u64>>;
    /// The least number of the next pack, beside those that are here: numbers below it may have been given to phones and forgotten.
    fn least_pack(&self) -> Result<u64>;
    /// The newest assignment of an installation.
    fn newest_assignment(&self, install: &InstallId) -> Result<Option<IssuedAssignment>>;
    /// Assignments of an installation that touch `[from, until]`, oldest first.
    fn assignments(&self, install: &InstallId, from: NaiveDate, until: NaiveDate) -> Result<Vec<IssuedAssignment>>;
    /// An assignment of an installation by its hash.
    fn assignment(&self, install: &InstallId, hash: &EnvelopeHash) -> Result<Option<IssuedAssignment>>;
}

/// Changes what is known of phones.
pub trait PhonesWrite {
    /// Adds an invite or replaces the one with that code.
    fn put_invite(&mut self, invite: &StoredInvite) -> Result<()>;
    /// Adds an installation or replaces the one with that id.
    fn put_installation(&mut self, installation: &Installation) -> Result<()>;
    /// Keeps a witness unless one with at least its elapsed time is kept for that session and run. Of an installation's, the
    /// [`WITNESSES`](crate::limits::WITNESSES) that were received last are kept.
    fn keep_witness(&mut self, witness: &Witness) -> Result<()>;
    /// Adds a pack; the same number again is refused by the caller, and here changes nothing.
    fn add_pack(&mut self, pack: &StoredPack) -> Result<()>;
    /// Sets the least number of the next pack.
    fn set_least_pack(&mut self, number: u64) -> Result<()>;
    /// Adds an assignment; the same again changes nothing.
    fn add_assignment(&mut self, assignment: &IssuedAssignment) -> Result<()>;
}
