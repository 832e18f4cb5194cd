//! Errors on the wire, RFC 9457 (protocol §5.6).

use serde::{Deserialize, Serialize};

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The request can't be read.
    BadRequest,
    /// Signature, key, method, path or body do not match.
    Unauthenticated,
    /// The key belongs to no installation here.
    NotEnrolled,
    /// No such path.
    NotFound,
    /// Not by this method.
    MethodNotAllowed,
    /// No such invite.
    InviteUnknown,
    /// Another key used it.
    InviteUsed,
    /// Its time is over.
    InviteExpired,
    /// The invite's root is not this agency's.
    WrongAgency,
    /// Too many bytes or objects.
    TooLarge,
    /// A content type or encoding that is not taken.
    UnsupportedMedia,
    /// An object of the batch is not authentic or can't be read.
    BadRecord,
    /// A version of the protocol that the server does not speak.
    UnsupportedVersion,
    /// Too often.
    TooMany,
    /// Not now.
    Unavailable,
    /// The server's clock is behind what it has signed: no tokens.
    ClockBehind,
    /// A code that this build does not know.
    #[serde(other)]
    Unknown,
}

impl ProblemCode {
    /// Every code, that of none included.
    pub const ALL: [Self; 17] = [
        Self::BadRequest,
        Self::Unauthenticated,
        Self::NotEnrolled,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::InviteUnknown,
        Self::InviteUsed,
        Self::InviteExpired,
        Self::WrongAgency,
        Self::TooLarge,
        Self::UnsupportedMedia,
        Self::BadRecord,
        Self::UnsupportedVersion,
        Self::TooMany,
        Self::Unavailable,
        Self::ClockBehind,
        Self::Unknown,
    ];

    /// Reads a name on the wire; [`Self::Unknown`] for one that this build does not know.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|code| code.as_str() == name).unwrap_or(Self::Unknown)
    }

    /// Returns the HTTP status that goes with the code.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest | Self::Unknown => 400,
            Self::Unauthenticated => 401,
            Self::NotEnrolled => 403,
            Self::NotFound | Self::InviteUnknown => 404,
            Self::MethodNotAllowed => 405,
            Self::InviteUsed | Self::WrongAgency => 409,
            Self::InviteExpired => 410,
            Self::TooLarge => 413,
            Self::UnsupportedMedia => 415,
            Self::BadRecord | Self::UnsupportedVersion => 422,
            Self::TooMany => 429,
            Self::Unavailable | Self::ClockBehind => 503,
        }
    }

    /// Returns the name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthenticated => "unauthenticated",
            Self::NotEnrolled => "not_enrolled",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::InviteUnknown => "invite_unknown",
            Self::InviteUsed => "invite_used",
            Self::InviteExpired => "invite_expired",
            Self::WrongAgency => "wrong_agency",
            Self::TooLarge => "too_large",
            Self::UnsupportedMedia => "unsupported_media",
            Self::BadRecord => "bad_record",
            Self::UnsupportedVersion => "unsupported_version",
            Self::TooMany => "too_many",
            Self::Unavailable => "unavailable",
            Self::ClockBehind => "clock_behind",
            Self::Unknown => "unknown",
        }
    }
}

/// A problem document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `urn:hadir:problem:{code}`.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// A short title in English.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The code, for machines.
    pub code: ProblemCode,
    /// What was wrong and what to do; no personal data.
    pub detail: String,
    /// Which object of the batch, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// The object's place, where it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
}

impl Problem {
    /// Makes a problem with the status that goes with its code.
    #[must_use]
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            type_uri: format!("urn:hadir:problem:{}", code.as_str()),
            title: code.as_str().replace('_', " "),
            status: code.status(),
            code,
            detail: detail.into(),
            index: None,
            seq: None,
        }
    }

    /// Adds which object of the batch it is about.
    #[must_use]
    pub fn at(self, index: u32, seq: Option<u64>) -> Self {
        Self { index: Some(index), seq, ..self }
    }
}
