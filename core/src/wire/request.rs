//! What a phone asks and is told besides records: authentication, enrolment, time tokens, the head (protocol §5).

use serde::{Deserialize, Serialize};

use super::{ReceiptAnswer, Trust};
use crate::model::{B64, EnvelopeHash, InstallId, Link, Nonce, TimeEvidence};

/// The payload of a `hadir-request`, sent in the header `Hadir-Request`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestAuth {
    /// Protocol version.
    pub v: u32,
    /// The public key; its thumbprint is the `kid`.
    pub key: B64<32>,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// SHA-256 of the body as sent.
    pub body: B64<32>,
    /// Random.
    pub nonce: Nonce,
    /// The phone's newest record.
    pub head: Option<Link>,
    /// The phone's clocks.
    pub time: TimeEvidence,
}

/// The payload of a `hadir-enrol`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// Protocol version.
    pub v: u32,
    /// The public key; its thumbprint is the `kid`.
    pub key: B64<32>,
    /// The invite's code.
    pub invite: B64<16>,
    /// The agency root that the invite pinned.
    pub root: B64<32>,
    /// Software and version.
    pub app: String,
    /// Random.
    pub nonce: Nonce,
}

/// The answer to an enrolment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnrolAnswer {
    /// The agency's root and certificates.
    pub trust: Trust,
    /// The packs in force or to come, compact, lowest number first.
    pub packs: Vec<String>,
    /// The assignment, compact.
    pub assignment: String,
}

/// The payload of a `hadir-token`: the server's time, for one nonce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeToken {
    /// Protocol version.
    pub v: u32,
    /// For whom.
    pub install: InstallId,
    /// The nonce of the request.
    pub nonce: Nonce,
    /// The server's clock, milliseconds since 1970.
    pub t_ms: i64,
    /// How far that may be from UTC, milliseconds.
    pub err_ms: u32,
}

/// The answer to `POST /v1/token`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TokenAnswer {
    /// A [`TimeToken`], compact.
    pub token: String,
}

/// The payload of a `hadir-head`, in the header `Hadir-Head` of every authenticated answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Protocol version.
    pub v: u32,
    /// Whose copy.
    pub install: InstallId,
    /// The newest epoch that the server knows; 0: none.
    pub epoch: u32,
    /// The last place up to which the copy of that epoch has no gap; 0: none.
    pub seq: u64,
    /// The hash there.
    pub hash: Option<EnvelopeHash>,
    /// The number of the newest pack.
    pub pack: Option<u64>,
    /// The generation of this person's assignment.
    pub roster: u64,
    /// The highest serial of the agency's certificates.
    pub trust: u64,
    /// Parked records that an administrator wants tried again, oldest order first.
    pub release: Vec<ReleaseOrder>,
    /// Until when everything received is in a backup, milliseconds.
    pub backed_up_through_ms: Option<i64>,
    /// Whether the installation is revoked.
    pub revoked: bool,
    /// When it was signed, milliseconds.
    pub t_ms: i64,
}

/// An administrator's order to try a parked record again (protocol §6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseOrder {
    /// When it was given, milliseconds; rises strictly with each order for an installation, and names it.
    pub t_ms: i64,
    /// The record's epoch.
    pub epoch: u32,
    /// The record's place.
    pub seq: u64,
}

/// The answer to `GET /v1/trust`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrustAnswer {
    /// Root and certificates; believed by the pinned root alone.
    pub trust: Trust,
}

/// Receipted records of one epoch whose bytes a phone no longer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The epoch.
    pub epoch: u32,
    /// First place.
    pub from: u64,
    /// Last place.
    pub to: u64,
}

/// The body of `POST /v1/proofs`: what a restored server itself signed before (protocol §6.6).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proofs {
    /// The newest [`Head`] that the phone holds, compact.
    pub head: Option<String>,
    /// The places whose bytes the phone no longer has.
    pub gone: Option<Gap>,
    /// Receipts of records whose bytes the phone no longer has, with their lines.
    pub receipts: Vec<ReceiptAnswer>,
}
