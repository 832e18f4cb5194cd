//! One entry of a person's history, as it is signed (protocol §3).

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::{Appeal, EnvelopeHash, Fix, InstallId, KeyId, NoFix, RecordId, Request, SessionId, TimeEvidence, Track};

/// What a record is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A tap, with or without a fix.
    CheckIn,
    /// A sealed self-assessment.
    HealthForm,
    /// A batch of live-share intervals.
    Track,
    /// A request to the superior.
    Request,
    /// A recall or a new policy was seen.
    Acknowledge,
    /// An appeal against a verdict.
    Appeal,
    /// The first record of an epoch after the first.
    Epoch,
    /// Something the phone noticed.
    Note,
    /// A kind that this build does not know.
    Other(Box<str>),
}

impl Kind {
    /// Returns the name on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::CheckIn => "check_in",
            Self::HealthForm => "health_form",
            Self::Track => "track",
            Self::Request => "request",
            Self::Acknowledge => "acknowledge",
            Self::Appeal => "appeal",
            Self::Epoch => "epoch",
            Self::Note => "note",
            Self::Other(name) => name,
        }
    }
}

impl From<&str> for Kind {
    fn from(name: &str) -> Self {
        match name {
            "check_in" => Self::CheckIn,
            "health_form" => Self::HealthForm,
            "track" => Self::Track,
            "request" => Self::Request,
            "acknowledge" => Self::Acknowledge,
            "appeal" => Self::Appeal,
            "epoch" => Self::Epoch,
            "note" => Self::Note,
            other => Self::Other(other.into()),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer).map(|name| Self::from(&*name))
    }
}

/// The payload of a `hadir-record`. The body stays as the bytes that were signed; [`Record::body`] reads it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Protocol version, 1.
    pub v: u32,
    /// Identity.
    pub id: RecordId,
    /// The installation, equal to the envelope's `kid`.
    pub install: InstallId,
    /// From 1; counts up when the head was in doubt.
    pub epoch: u32,
    /// From 1 within the epoch.
    pub seq: u64,
    /// Hash of the record before.
    pub prev: Option<EnvelopeHash>,
    /// Hash of the newest receipt held when this was made: a lower bound of its time.
    pub receipt: Option<EnvelopeHash>,
    /// Hash of the pack that the person saw.
    pub pack: Option<EnvelopeHash>,
    /// Hash of the assignment that the person saw.
    pub assignment: Option<EnvelopeHash>,
    /// Software and version, at most 64 characters.
    pub app: String,
    /// What it is about.
    pub kind: Kind,
    /// The phone's clocks.
    pub time: TimeEvidence,
    /// The body as signed.
    #[serde(rename = "body")]
    pub raw_body: Box<RawValue>,
}

impl Record {
    /// Where the record stands in its installation's history.
    #[must_use]
    pub fn link(&self, hash: EnvelopeHash) -> Link {
        Link { epoch: self.epoch, seq: self.seq, hash }
    }

    /// Reads the body by its kind.
    ///
    /// # Errors
    /// The JSON error, where the body does not have the form of its kind.
    pub fn body(&self) -> Result<Body, serde_json::Error> {
        let json = self.raw_body.get().as_bytes();
        Ok(match self.kind {
            Kind::CheckIn => Body::CheckIn(serde_json::from_slice(json)?),
            Kind::HealthForm => Body::HealthForm(serde_json::from_slice(json)?),
            Kind::Track => Body::Track(serde_json::from_slice(json)?),
            Kind::Acknowledge => Body::Acknowledge(serde_json::from_slice(json)?),
            Kind::Epoch => Body::Epoch(serde_json::from_slice(json)?),
            Kind::Note => Body::Note(serde_json::from_slice(json)?),
            Kind::Request => Body::Request(serde_json::from_slice(json)?),
            Kind::Appeal => Body::Appeal(serde_json::from_slice(json)?),
            Kind::Other(_) => Body::Opaque,
        })
    }
}

/// A place in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Epoch, from 1.
    pub epoch: u32,
    /// Place in the epoch, from 1.
    pub seq: u64,
    /// Hash of the signed object there.
    pub hash: EnvelopeHash,
}

/// A place in a chain without what stands there. An installation's records rise by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainPlace {
    /// Epoch, from 1.
    pub epoch: u32,
    /// Place in the epoch, from 1.
    pub seq: u64,
}

impl Link {
    /// The place alone.
    #[must_use]
    pub const fn place(&self) -> ChainPlace {
        ChainPlace { epoch: self.epoch, seq: self.seq }
    }
}

impl Record {
    /// Where the record stands in its installation's chain.
    #[must_use]
    pub const fn place(&self) -> ChainPlace {
        ChainPlace { epoch: self.epoch, seq: self.seq }
    }
}

/// A record's body.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A tap.
    CheckIn(CheckIn),
    /// A sealed self-assessment.
    HealthForm(HealthForm),
    /// A batch of live share.
    Track(Track),
    /// Something was seen.
    Acknowledge(Acknowledge),
    /// A new epoch begins.
    Epoch(EpochStart),
    /// Something the phone noticed.
    Note(Note),
    /// A request to the superior, or its withdrawal.
    Request(Request),
    /// An appeal against a verdict.
    Appeal(Appeal),
    /// A body that this build does not read.
    Opaque,
}

impl Body {
    /// Returns the kind and the bytes to sign; `None` for an opaque body, which this build can't write.
    #[must_use]
    pub fn to_raw(&self) -> Option<(Kind, Box<RawValue>)> {
        let (kind, raw) = match self {
            Self::CheckIn(body) => (Kind::CheckIn, to_raw_value(body)),
            Self::HealthForm(body) => (Kind::HealthForm, to_raw_value(body)),
            Self::Track(body) => (Kind::Track, to_raw_value(body)),
            Self::Acknowledge(body) => (Kind::Acknowledge, to_raw_value(body)),
            Self::Epoch(body) => (Kind::Epoch, to_raw_value(body)),
            Self::Note(body) => (Kind::Note, to_raw_value(body)),
            Self::Request(body) => (Kind::Request, to_raw_value(body)),
            Self::Appeal(body) => (Kind::Appeal, to_raw_value(body)),
            Self::Opaque => return None,
        };
        Some((kind, raw.ok()?))
    }
}

/// A tap: a fix, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckIn {
    /// With a position.
    Fix(Fix),
    /// Without one; the attempt counts.
    NoFix(NoFix),
}

/// A self-assessment: the verdict in the open, the answers sealed (protocol §4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthForm {
    /// The form's id, such as `form1`.
    pub form: String,
    /// The form's version.
    pub form_version: u32,
    /// The office day it is for.
    pub for_date: NaiveDate,
    /// Whether the answers, by the form's rule, allow entry.
    pub verdict: EntryVerdict,
    /// The answers, for the health office alone.
    pub sealed: Sealed,
}

/// Whether a person may enter the office, by their own answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryVerdict {
    /// *Boleh masuk kantor.*
    MayEnter,
    /// *Tidak boleh masuk, menunggu pemeriksaan.*
    MayNotEnter,
}

impl EntryVerdict {
    /// Returns the name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MayEnter => "may_enter",
            Self::MayNotEnter => "may_not_enter",
        }
    }
}

/// Answers that only the health office can open (protocol §4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The content key, wrapped to each of two or more keys of the office.
    pub recipients: Vec<SealedRecipient>,
    /// Ciphertext and tag, base64url.
    pub content: String,
}

/// The content key wrapped to one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedRecipient {
    /// Thumbprint of the X25519 key.
    pub kid: KeyId,
    /// The encapsulated key, base64url.
    pub enc: String,
    /// The wrapped content key with its tag, base64url.
    pub key: String,
}

/// Tells that the person saw something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledge {
    /// What was seen.
    pub what: Acknowledged,
    /// Hash of the signed object that was seen, or that carried it.
    #[serde(rename = "ref")]
    pub reference: EnvelopeHash,
}

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acknowledged {
    /// A recall to the office.
    Recall,
    /// A policy.
    Pack,
    /// An assignment.
    Assignment,
    /// A decision on a request or an appeal.
    Decision,
}

/// Why an epoch begins, and what is known of the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochStart {
    /// The cause.
    pub cause: EpochCause,
    /// The last place known good.
    pub last_good: Option<Link>,
    /// What is missing, where it is known.
    pub missing: Option<SeqRange>,
}

/// Why the head was in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EpochCause {
    /// Acknowledged records at the end are gone.
    LostTail,
    /// The store is an older copy of itself.
    RestoredCopy,
    /// The store was written by a newer build.
    UnreadableFormat,
    /// Bytes were damaged.
    Damage,
}

/// A range of places in one epoch, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeqRange {
    /// First.
    pub from_seq: u64,
    /// Last.
    pub to_seq: u64,
}

/// Something the phone noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum Note {
    /// A time token, with the phone's own readings around its request.
    TimeToken {
        /// The token as received, compact.
        token: String,
        /// The session of both readings.
        session: SessionId,
        /// The session's run.
        run: u32,
        /// Elapsed before the request left, milliseconds.
        s_ms: u64,
        /// Elapsed after the answer came, milliseconds.
        r_ms: u64,
    },
    /// The wall clock moved against the session's clock.
    ClockChanged {
        /// The session.
        session: SessionId,
        /// When it was noticed, elapsed milliseconds.
        elapsed_ms: u64,
        /// What the wall clock would have shown.
        from_ms: i64,
        /// What it showed.
        to_ms: i64,
    },
    /// Uploads have been failing.
    UploadFailed {
        /// The problem code, or `transport`.
        code: String,
        /// How many attempts.
        count: u32,
        /// Wall clock of the first, milliseconds.
        since_ms: i64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_of_an_unknown_kind_is_kept_unread() {
        let json = r#"{"v":1,"id":"01890a5d-ac96-774b-bcce-b302099a8057","install":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","epoch":1,"seq":1,"prev":null,"receipt":null,"pack":null,"assignment":null,"app":"t/1","kind":"dance","time":{"wall_ms":1,"session":"AAAAAAAAAAAAAAAAAAAAAA","run":0,"elapsed_ms":1},"body":{"a":[1, 2]}}"#;
        let record: Record = serde_json::from_str(json).unwrap();
        assert_eq!(record.kind, Kind::Other("dance".into()));
        assert_eq!(record.body().unwrap(), Body::Opaque);
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
    }

    #[test]
    fn a_tap_is_a_fix_or_a_reason() {
        let raw = Body::CheckIn(CheckIn::NoFix(NoFix::Timeout)).to_raw().unwrap();
        assert_eq!((raw.0, raw.1.get()), (Kind::CheckIn, r#"{"no_fix":"timeout"}"#));
    }
}
