//! What is asked of the engine, and what it is told to write down.

use crate::{
    model::{EnvelopeHash, KeyId, Link, Nonce, SessionId},
    outbox::Pending,
    wire::{AssignmentAnswer, Gap, Head, Outcomes, PacksAnswer, ProblemCode, Receipt, TimeToken, Trust},
};

use super::{Pause, SignedHead};

/// A moment of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Moment {
    /// The session.
    pub session: SessionId,
    /// Its run.
    pub run: u32,
    /// Milliseconds since the session's first reading.
    pub elapsed_ms: u64,
}

/// What the engine's state says that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// The session of now.
    pub session: SessionId,
    /// When the last time token came.
    pub token: Option<Moment>,
    /// The newest record that wants bounds; notes of tokens do not.
    pub newest: Option<Moment>,
    /// The oldest stretch that has to go up.
    pub pending: Option<Pending>,
    /// The number of the newest pack held.
    pub pack: Option<u64>,
    /// The generation of the assignment held.
    pub roster: u64,
    /// The highest serial of the certificates held.
    pub trust: u64,
    /// When the newest head seen was signed, milliseconds.
    pub head_t_ms: Option<i64>,
}

impl View {
    /// Whether a token is due: this session has none, or a record came after it.
    #[must_use]
    pub fn token_due(&self) -> bool {
        let Some(token) = self.token.filter(|token| token.session == self.session) else { return true };
        self.newest.is_some_and(|newest| newest.session == token.session && newest.elapsed_ms > token.elapsed_ms)
    }
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// `POST /v1/token`.
    Token,
    /// `POST /v1/records` with this part of the history.
    Records(Batch),
    /// `GET /v1/head`.
    Head,
    /// `GET /v1/trust`.
    Trust,
    /// `POST /v1/proofs`: what the server itself signed and has forgotten.
    Proofs(
        /// Records whose bytes are no longer here; `None`: that time has gone on, by the newest head.
        Option<Gap>,
    ),
    /// `GET /v1/packs?after=…`.
    Packs {
        /// The newest number held, or 0.
        after: u64,
    },
    /// `GET /v1/assignment`.
    Assignment,
    /// Nothing before then.
    Wait(Pause),
    /// All is done for this time.
    Idle,
}

/// A part of one epoch to send: records in order, a stub in the place of each parked one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// The epoch.
    pub epoch: u32,
    /// First place.
    pub from: u64,
    /// Last place at most.
    pub to: u64,
    /// Bytes at most before compression; the first object goes in any case.
    pub bytes: usize,
}

/// An object that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentObject {
    /// Its place.
    pub seq: u64,
    /// The hash of the object sent.
    pub hash: EnvelopeHash,
    /// Whether it is a stub.
    pub stub: bool,
}

/// What was asked, to be held against the answer.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The step.
    pub step: Step,
    /// The request's nonce.
    pub nonce: Nonce,
    /// For [`Step::Records`], what was sent.
    pub objects: Vec<SentObject>,
}

/// Why something that claims to be signed by the server is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distrust {
    /// It is signed, or claims to be, by a key that no certificate held covers at the object's own time.
    Signer(KeyId),
    /// Anything else is wrong with it.
    Bad,
}

/// Checks what the server signed for this installation.
pub trait Signatures {
    /// Checks a `hadir-head`.
    ///
    /// # Errors
    /// [`Distrust`].
    fn head(&self, compact: &str) -> Result<Head, Distrust>;
    /// Checks a `hadir-receipt`.
    ///
    /// # Errors
    /// [`Distrust`].
    fn receipt(&self, compact: &str) -> Result<Receipt, Distrust>;
    /// Checks a `hadir-token`.
    ///
    /// # Errors
    /// [`Distrust`].
    fn token(&self, compact: &str) -> Result<TimeToken, Distrust>;
}

/// What follows from an answer, in the order to apply.
#[derive(Debug, Clone)]
pub enum Effect {
    /// A verified receipt that fits what was sent.
    Receipt {
        /// As received.
        compact: String,
        /// Its payload.
        receipt: Receipt,
        /// Its lines, which fit its digest.
        outcomes: Outcomes,
    },
    /// A verified token for the nonce that was sent.
    Token {
        /// As received.
        compact: String,
        /// Its payload.
        token: TimeToken,
    },
    /// The server refuses this record, alone.
    Park {
        /// Its place and hash.
        link: Link,
        /// The problem code.
        reason: String,
    },
    /// Packs, to be checked against the root.
    Packs(Box<PacksAnswer>),
    /// An assignment, to be checked against the root.
    Assignment(Box<AssignmentAnswer>),
    /// A verified head, not older than any before.
    Head(Box<SignedHead>),
    /// Certificates, to be checked against the root alone.
    Trust(Box<Trust>),
    /// What answered signs with a key that the agency's own list does not vouch for; nothing of it was believed.
    UnknownKey(KeyId),
    /// The server took the proof of this gap.
    Proven(Gap),
    /// The server did not take the proof of this gap, and nothing else can be sent for it.
    Unproven(Gap),
    /// The server does not know this installation: the person must enrol again. Everything is kept.
    NotEnrolled,
    /// The server no longer speaks this build's version.
    UpdateNeeded,
    /// The server answered with a problem that only somebody else can mend.
    Reported(ProblemCode),
    /// It works again, after several failures in a row: worth a note in the history.
    Recovered {
        /// The last failure: a problem code, or `transport`.
        code: String,
        /// How many.
        count: u32,
        /// Wall clock of the first, milliseconds.
        since_ms: i64,
    },
}
