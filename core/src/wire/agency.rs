//! What the agency signs: certificates, packs, assignments; and the invite that pins its root (protocol §5.2, §7).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Corrected, Decision};
use crate::model::{B64, InstallId, KeyId, PersonId};

/// What a certified key may sign, or may open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyUse {
    /// Packs; the administrator's key.
    Policy,
    /// Receipts, tokens and heads; the server's.
    Receipt,
    /// Assignments; the server's.
    Assignment,
    /// Opens health answers; the health office's.
    Health,
    /// Opens the stores of lost phones; the agency's, offline.
    Recovery,
}

impl KeyUse {
    /// Returns the curve that a key of this use is on.
    #[must_use]
    pub const fn curve(self) -> Curve {
        match self {
            Self::Policy | Self::Receipt | Self::Assignment => Curve::Ed25519,
            Self::Health | Self::Recovery => Curve::X25519,
        }
    }

    /// Returns the name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Receipt => "receipt",
            Self::Assignment => "assignment",
            Self::Health => "health",
            Self::Recovery => "recovery",
        }
    }
}

/// The curve of a certified key (RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Curve {
    /// Signs.
    Ed25519,
    /// Opens.
    X25519,
}

impl Curve {
    /// Returns the name in a JWK.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::X25519 => "X25519",
        }
    }

    /// Names a public key on this curve: the RFC 7638 thumbprint of its JWK (RFC 8037 §2), SHA-256.
    #[must_use]
    pub fn thumbprint(self, x: &B64<32>) -> KeyId {
        // RFC 7638 §3: the required members alone, in the order of their names, without white space.
        let mut hasher = Sha256::new();
        hasher.update(br#"{"crv":""#);
        hasher.update(self.as_str());
        hasher.update(br#"","kty":"OKP","x":""#);
        hasher.update(x.to_string());
        hasher.update(br#""}"#);
        KeyId::new(hasher.finalize().into())
    }
}

/// The payload of a `hadir-cert`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Protocol version.
    pub v: u32,
    /// The agency's id.
    pub agency: String,
    /// What for.
    #[serde(rename = "use")]
    pub key_use: KeyUse,
    /// The curve: X25519 for `health` and `recovery`, else Ed25519.
    pub crv: Curve,
    /// The public key.
    pub x: B64<32>,
    /// Good from, milliseconds, included.
    pub nbf_ms: i64,
    /// Good until, milliseconds, excluded.
    pub exp_ms: i64,
    /// Counts up with each certificate of the agency.
    pub serial: u64,
}

/// The agency's root and its certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// The agency's id.
    pub agency: String,
    /// The root's public key; must equal the pinned one.
    pub root: B64<32>,
    /// Certificates, compact.
    pub certs: Vec<String>,
}

/// The payload of a `hadir-pack`. The policy stays JSON here: `policy::Policy` reads it, and an older build can say "update needed".
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Protocol version.
    pub v: u32,
    /// The agency's id.
    pub agency: String,
    /// Rises by one with each pack.
    pub number: u64,
    /// When it was signed, milliseconds.
    pub t_ms: i64,
    /// The compiled policy, as signed.
    pub policy: Box<serde_json::value::RawValue>,
}

/// The payload of a `hadir-assignment`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// Protocol version.
    pub v: u32,
    /// The agency's id.
    pub agency: String,
    /// For which installation.
    pub install: InstallId,
    /// Generation; rises with each change that concerns the person.
    pub roster: u64,
    /// When it was signed, milliseconds.
    pub t_ms: i64,
    /// Who.
    pub person: AssignmentPerson,
    /// Days, rising without gaps.
    pub days: Vec<DayAssignment>,
    /// Permits to leave the region.
    pub permits: Vec<DateSpan>,
    /// Recalls to the office.
    pub recalls: Vec<Recall>,
    /// The number under which the health office may call.
    pub phone: Option<String>,
    /// Decisions on what the person asked, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decision>,
    /// Corrections of verdicts on these days, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Corrected>,
}

/// Who an assignment is for. `Debug` shows no name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignmentPerson {
    /// Identity in the staff list.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Id of the unit.
    pub unit: String,
    /// Name of the unit.
    pub unit_name: String,
    /// Staff group, as the policy names it.
    pub group: String,
}

impl std::fmt::Debug for AssignmentPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AssignmentPerson({}, …)", self.unit)
    }
}

/// One day of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayAssignment {
    /// The duty date, in the office's zone.
    pub date: NaiveDate,
    /// Where the person works, `schedule::Mode` by its name.
    pub mode: String,
    /// A short text for the person.
    pub why: String,
    /// The shift worked, by its id in the policy; none: the ordinary windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<String>,
    /// Windows in which no tap is due, for half days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excused: Vec<ExcusedWindow>,
}

/// A window of a day in which no tap is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExcusedWindow {
    /// The window, by its id in the policy.
    pub window: String,
    /// Why, `judge::ExcuseKind` by its name.
    pub kind: String,
}

/// Dates, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateSpan {
    /// First.
    pub from: NaiveDate,
    /// Last.
    pub until: NaiveDate,
}

/// A recall to the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recall {
    /// For which date.
    pub date: NaiveDate,
    /// What the superior wrote.
    pub note: String,
}

/// The answer to `GET /v1/packs`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PacksAnswer {
    /// Root and certificates.
    pub trust: Trust,
    /// Packs, compact, lowest number first.
    pub packs: Vec<String>,
}

/// The answer to `GET /v1/assignment`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AssignmentAnswer {
    /// Root and certificates.
    pub trust: Trust,
    /// A [`Assignment`], compact.
    pub assignment: String,
}
