//! Why an operator's act was refused; nothing was changed then.

use chrono::NaiveDate;
use hadir_core::{
    model::{B64, InstallId, PersonId},
    policy::PolicyErrors,
    ports::EntropyError,
    trust::TrustError,
};

use crate::store::{StoreError, UnitId};

/// Characters of a note or a reason.
pub(super) const NOTE_CHARS: usize = 500;

/// Why an act was refused. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// A sign-in link could not be made.
    #[error(transparent)]
    Session(#[from] crate::board::session::SessionError),
    /// There is no agency yet.
    #[error("no agency is set up here yet; run `hadir admin init` first")]
    NoAgency,
    /// There is one already.
    #[error("the agency {0} is set up here already; one server serves one agency")]
    AgencyExists(String),
    /// A base URL can't be used.
    #[error("{0:?} can't be the server's address: {1}")]
    BadUrl(String, &'static str),
    /// Certificates are not this agency's, or go back.
    #[error("the certificates are refused: {0}")]
    Trust(#[from] TrustError),
    /// A use has no certified key.
    #[error("no key is certified for {0} at this time; certify one with the agency's root")]
    NotCertified(&'static str),
    /// Nobody of that number.
    #[error("nobody on the staff list has the number {}:{}", .0.scheme(), .0.number())]
    UnknownPerson(PersonId),
    /// The person is no longer on the staff list.
    #[error("{}:{} is no longer on the staff list", .0.scheme(), .0.number())]
    Inactive(PersonId),
    /// No such unit.
    #[error("there is no unit {0}; units are listed by `hadir admin unit`")]
    UnknownUnit(UnitId),
    /// A unit would be its own ancestor.
    #[error("the unit {0} would stand below itself")]
    UnitCircle(UnitId),
    /// No such invite.
    #[error("there is no invite {0}; see `hadir admin invite`")]
    UnknownInvite(String),
    /// More than one invite begins like that.
    #[error("more than one invite begins with {0}; give more of its name")]
    AmbiguousInvite(String),
    /// The invite was used.
    #[error("the invite {0} has been used; revoke the installation instead")]
    InviteUsed(String),
    /// The invite was revoked before.
    #[error("the invite {0} was revoked before")]
    InviteRevoked(String),
    /// No such installation.
    #[error("there is no installation {0}")]
    UnknownInstallation(InstallId),
    /// It was revoked before.
    #[error("the installation {0} is revoked already")]
    AlreadyRevoked(InstallId),
    /// Nothing is parked in that place.
    #[error("no parked record stands at {epoch}:{seq}; `hadir admin parked` lists those that do")]
    NotParked {
        /// Epoch.
        epoch: u32,
        /// Place.
        seq: u64,
    },
    /// Dates the wrong way round.
    #[error("the last date {until} is before the first date {from}")]
    Dates {
        /// First.
        from: NaiveDate,
        /// Last.
        until: NaiveDate,
    },
    /// A fact names a shift that the policy of its dates does not have.
    #[error("the policy in force on {date} has no shift {shift:?}; it has: {}", list(.known))]
    UnknownShift {
        /// The date.
        date: NaiveDate,
        /// What was named.
        shift: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A fact or a ruling names a window that the policy of its dates does not have.
    #[error("the policy in force on {date} has no window {window}; it has: {}", list(.known))]
    UnknownWindow {
        /// The date.
        date: NaiveDate,
        /// What was named.
        window: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A shift is worked for a whole day.
    #[error("a shift is for a whole day; leave out the windows")]
    ShiftInPart,
    /// The clock is not behind anything that was signed.
    #[error("the clock is not behind what the server has signed; there is nothing to mend")]
    ClockNotBehind,
    /// The operator's watch and the machine's clock disagree.
    #[error("this machine's clock ({}) is not at the time that you state ({}); set it right first", utc(*.now_ms), utc(*.stated_ms))]
    ClockDisagrees {
        /// By the operator's watch, milliseconds.
        stated_ms: i64,
        /// By the machine's clock, milliseconds.
        now_ms: i64,
    },
    /// The time from which signatures are false lies in the future.
    #[error("the time since when signed times are false lies in the future")]
    ClockSince,
    /// No such fact, or cancelled before.
    #[error("there is no fact {0} that still holds")]
    UnknownFact(u64),
    /// No such request or appeal.
    #[error("there is no such request or appeal: {0}; see `hadir admin request` and `hadir admin appeal`")]
    UnknownAsk(String),
    /// More than one begins like that.
    #[error("more than one request or appeal begins with {0}; give more of its name")]
    AmbiguousAsk(String),
    /// The person took it back.
    #[error("{0} was withdrawn by the person")]
    Withdrawn(String),
    /// It was decided like that before.
    #[error("{0} is decided like that already")]
    AlreadyDecided(String),
    /// Somebody else decided since the page was drawn.
    #[error("{0} was decided meanwhile; look at it again")]
    DecidedMeanwhile(String),
    /// A login's name is taken.
    #[error("a login {0} exists already")]
    LoginExists(String),
    /// No such login.
    #[error("there is no open login {0}")]
    UnknownLogin(String),
    /// The password could not be hashed.
    #[error("the password could not be hashed: {0}")]
    Password(String),
    /// The policy has errors.
    #[error("the policy has errors:\n{0}")]
    Policy(#[from] PolicyErrors),
    /// A pack is not what should come next.
    #[error("the pack has number {found}, but the next one is {expected}")]
    PackNumber {
        /// The number that comes next.
        expected: u64,
        /// The number found.
        found: u64,
    },
    /// No such old store was sent here.
    #[error("no old store {store} was sent here by {install}; was the file made from an export of this server?")]
    UnknownOldStore {
        /// Who should have sent it.
        install: InstallId,
        /// Its id.
        store: B64<16>,
    },
    /// A text is missing or too long.
    #[error("{what} needs 1 to {max} characters")]
    Text {
        /// Which text.
        what: &'static str,
        /// How long it may be.
        max: usize,
    },
    /// A span of life is not positive or absurdly long.
    #[error("an invite can live from 1 hour to 90 days")]
    InviteLife,
    /// Something could not be signed.
    #[error("it could not be signed: {0}")]
    Envelope(#[from] hadir_core::envelope::EnvelopeError),
}

/// An instant, for people.
fn utc(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms)
        .map_or_else(|| ms.to_string(), |at| at.format("%Y-%m-%d %H:%M:%SZ").to_string())
}

/// What there is, for people; a policy may have none.
fn list(known: &[String]) -> String {
    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
}

/// Checks a text that people read.
pub(super) fn text(what: &'static str, text: &str, max: usize) -> Result<(), AdminError> {
    if (1..=max).contains(&text.trim().chars().count()) { Ok(()) } else { Err(AdminError::Text { what, max }) }
}
