//! What can go wrong with the engine, and what to do about each.

use crate::{
    envelope::EnvelopeError,
    form::FormError,
    journal::JournalError,
    model::{AskError, InstallId},
    ports::{DiskErrorKind, EntropyError, TransportError, VaultError},
    seal::health::SealError,
    trust::TrustError,
    wire::ProblemCode,
};

use super::{BadPin, InviteError};

/// Why an action of the engine did not happen. Nothing that was acknowledged before is touched by any of them.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Nobody is enrolled on this phone.
    #[error("this phone is not enrolled; open an invite link first")]
    NotEnrolled,
    /// Somebody is enrolled already: one store is one person.
    #[error("this phone is enrolled already; wipe it before enrolling anew")]
    AlreadyEnrolled,
    /// Another process, or another engine in this one, has the store open.
    #[error("the store is in use by another process; close that one first")]
    InUse,
    /// There is no space to record on.
    #[error("no space is left on this phone; nothing was recorded: free some and try again")]
    StoreFull,
    /// The store can't be used.
    #[error("{0}")]
    Store(JournalError),
    /// The phone's key store did not give the keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The invite can't be read.
    #[error(transparent)]
    Invite(#[from] InviteError),
    /// The server refused the enrolment.
    #[error("the server refused the enrolment ({}): {detail}", .code.as_str())]
    EnrolRefused {
        /// Why, for machines.
        code: ProblemCode,
        /// Why, as the server says it.
        detail: String,
    },
    /// The server did not give an invite, or did not say whose it is.
    #[error("the server refused the invite ({}): {detail}", .code.as_str())]
    InviteRefused {
        /// Why, for machines.
        code: ProblemCode,
        /// Why, as the server says it.
        detail: String,
    },
    /// The server gave no help code.
    #[error("the server gave no help code ({}): {detail}", .code.as_str())]
    HelpRefused {
        /// Why, for machines.
        code: ProblemCode,
        /// Why, as the server says it.
        detail: String,
    },
    /// The server could not be reached.
    #[error(transparent)]
    Network(#[from] TransportError),
    /// Something answered that is not the server of the invite.
    #[error("what answered is not the agency's server ({0}); is this network asking for a login?")]
    NotOurServer(String),
    /// The link is of another agency: one store is one person of one agency.
    #[error("the link is of another agency, {found}; ask your own office for its link")]
    OtherAgency {
        /// Which.
        found: String,
    },
    /// The server's keys are not vouched for by the agency's root.
    #[error("the server is not vouched for: {0}")]
    Trust(#[from] TrustError),
    /// The server's answer is about another installation.
    #[error("the server answered for the installation {found}, not for this one")]
    OtherInstallation {
        /// For which.
        found: InstallId,
    },
    /// Another sync is running.
    #[error("a sync is running already")]
    SyncRunning,
    /// Nobody asks for live sharing today.
    #[error("no live share is asked for today")]
    NoLiveShare,
    /// The agency's certificates were lost with a damaged part of the store; a sync fetches them.
    #[error(
        "the agency's certificates were lost with a damaged part of the store; sync once, and they are fetched again"
    )]
    NoCertificates,
    /// The hours of live sharing have not begun, or are over; nothing is shared outside them.
    #[error("live share is asked for at other hours; nothing is shared now")]
    OutsideShareHours {
        /// When they begin, milliseconds.
        starts_ms: i64,
        /// When they end.
        ends_ms: i64,
    },
    /// No form is asked for that date.
    #[error("no self-assessment is due for {0} now")]
    NoFormDue(chrono::NaiveDate),
    /// This build does not have the form.
    #[error("this version does not have the form {form} version {version}; update the app")]
    UnknownForm {
        /// The form's id.
        form: String,
        /// Its version.
        version: u32,
    },
    /// The answers do not fit the form.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The answers can't be sealed to the health office.
    #[error("the answers can't be sealed to the health office: {0}")]
    Seal(#[from] SealError),
    /// There is no such record here.
    #[error("there is no such record on this phone")]
    UnknownRecord,
    /// The rule of that day has no such window.
    #[error("the rule of that day has no window {0}; `today` shows those that it has")]
    UnknownWindow(String),
    /// There is no such request here, or it is withdrawn already.
    #[error("there is no such request on this phone, or it was withdrawn already")]
    NothingToWithdraw,
    /// It can't be asked like that.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The PIN is none.
    #[error(transparent)]
    Pin(#[from] BadPin),
    /// There is nothing parked in that place.
    #[error("there is no parked record there")]
    NotParked,
    /// What was made would not be accepted by anyone; a fault of the program.
    #[error("the record can't be signed: {0}")]
    Sign(#[from] EnvelopeError),
    /// The phone has no randomness to give.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl From<JournalError> for EngineError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::InUse => Self::InUse,
            JournalError::NoStore => Self::NotEnrolled,
            JournalError::Vault(error) => Self::Vault(error),
            JournalError::Entropy(error) => Self::Entropy(error),
            JournalError::Disk(error) if error.kind == DiskErrorKind::Full => Self::StoreFull,
            error => Self::Store(error),
        }
    }
}

/// What leads on after a store did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayOn {
    /// The person unlocks the phone once; then the same call.
    Unlock,
    /// The same call, later.
    TryAgain,
    /// The person enrols anew with a new invite ([`super::CheckInEngine::open_to_enrol`]); what lies here is kept for the agency.
    EnrolAgain,
    /// The app is updated.
    Update,
    /// A person has to look: space, permissions, a medium that fails.
    Look,
}

impl EngineError {
    /// What leads on after this kept a store from opening.
    #[must_use]
    pub fn way_on(&self) -> WayOn {
        match self {
            Self::Vault(VaultError::Locked) => WayOn::Unlock,
            Self::Vault(VaultError::Unavailable) | Self::InUse => WayOn::TryAgain,
            Self::Vault(VaultError::KeyGone | VaultError::Rejected)
            | Self::Store(JournalError::VaultMissing { .. } | JournalError::VaultDamaged { .. }) => WayOn::EnrolAgain,
            Self::Store(JournalError::NewerFormat { .. }) => WayOn::Update,
            error if error.is_transient() => WayOn::TryAgain,
            _ => WayOn::Look,
        }
    }

    /// Whether the same call may succeed later without anyone doing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Network(_) | Self::NotOurServer(_) | Self::SyncRunning | Self::InUse => true,
            Self::Vault(error) => error.is_transient(),
            Self::EnrolRefused { code, .. } | Self::InviteRefused { code, .. } | Self::HelpRefused { code, .. } => {
                matches!(code, ProblemCode::TooMany | ProblemCode::Unavailable | ProblemCode::ClockBehind)
            }
            _ => false,
        }
    }
}
