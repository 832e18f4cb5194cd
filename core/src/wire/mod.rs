//! The payloads of everything that is signed besides records, and the plain JSON around them (protocol §5 to §8).

mod agency;
mod decision;
mod delivery;
mod help;
mod invite;
mod link;
mod old;
mod problem;
mod request;
mod signed;

pub use agency::{
    Assignment, AssignmentAnswer, AssignmentPerson, Certificate, Curve, DateSpan, DayAssignment, ExcusedWindow, KeyUse,
    Pack, PacksAnswer, Recall, Trust,
};
pub use decision::{Answer, Corrected, Decision};
pub use delivery::{Outcome, Outcomes, Receipt, ReceiptAnswer, ReceiptEntry, Stub, outcomes_digest};
pub use help::{BatteryState, HELP_CHARS, HelpAnswer, HelpNumber, HelpNumberError, HelpReport, Permission, PhoneState};
pub use invite::{InviteByCode, InviteLook, InvitePerson, InviteSeen, InviteState, TypedCode, TypedCodeError};
pub use link::{Invite, Pins, PinsError, ServerAddress};
pub use old::{Kept, OldAnswer, OldFile, OldStoreLine, RecoveredLine, RecoveredObject, old_path};
pub use problem::{Problem, ProblemCode};
pub use request::{
    EnrolAnswer, EnrolRequest, Gap, Head, Proofs, ReleaseOrder, RequestAuth, TimeToken, TokenAnswer, TrustAnswer,
};
pub use signed::{Certified, MAX_ORDERS, PayloadError, Signed};

/// The version of the protocol that this build speaks.
pub const VERSION: u32 = 1;

/// A signed object's role, the `typ` of its header (protocol §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Typ {
    /// One entry of a history.
    Record,
    /// Stands for a record that the server could not take.
    Stub,
    /// Authenticates one HTTP request.
    Request,
    /// Proof of possession while enrolling.
    Enrol,
    /// What was stored.
    Receipt,
    /// The server's time for one nonce.
    Token,
    /// Where the server's copy ends.
    Head,
    /// A compiled policy.
    Pack,
    /// One person's days.
    Assignment,
    /// A certified key.
    Cert,
    /// A file of an old store is on the server's disk.
    Kept,
}

impl Typ {
    /// Returns the `typ` of the header.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "hadir-record",
            Self::Stub => "hadir-stub",
            Self::Request => "hadir-request",
            Self::Enrol => "hadir-enrol",
            Self::Receipt => "hadir-receipt",
            Self::Token => "hadir-token",
            Self::Head => "hadir-head",
            Self::Pack => "hadir-pack",
            Self::Assignment => "hadir-assignment",
            Self::Cert => "hadir-cert",
            Self::Kept => "hadir-kept",
        }
    }
}
