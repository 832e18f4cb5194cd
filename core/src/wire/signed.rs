//! What every signed payload must satisfy beyond its JSON: its version, its role, and the rules between its members.

use super::{
    Assignment, Certificate, EnrolRequest, Head, Kept, KeyUse, Pack, Receipt, RequestAuth, Stub, TimeToken, Typ,
    VERSION,
};
use crate::{
    model::{B64, KeyId, Record, TimeEvidence},
    wire::Curve,
};

/// Integers on the wire fit in 53 bits, so that every JSON library reads them exactly (protocol §1).
const MAX_INTEGER: u64 = (1 << 53) - 1;
/// The longest `app`, in characters (protocol §3).
const MAX_APP: usize = 64;
/// The longest `kind`, in bytes: leaves room for kinds to come and bounds what a server indexes.
const MAX_KIND: usize = 32;
/// Orders in one head at most: a head is a header, and proxies bound those to 8 KiB.
pub const MAX_ORDERS: usize = 16;
/// The longest `reason` of a stub, in bytes.
const MAX_REASON: usize = 64;

/// The longest name of a file of an old store: a number of 32 bits has 10 digits.
const MAX_OLD_NAME: usize = 16;

/// Says which rule of the protocol a well-formed payload breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// The installation that the payload names, or the key that it carries, is not the one that signed.
    #[error("{member} names {named}, but {signer} signed")]
    NotTheSigner {
        /// Which member.
        member: &'static str,
        /// What it names.
        named: KeyId,
        /// Who signed.
        signer: KeyId,
    },
    /// A number is below its least value, or does not fit in 53 bits.
    #[error("{member} is out of range")]
    OutOfRange {
        /// Which member.
        member: &'static str,
    },
    /// A text is longer than allowed, or empty where it must not be.
    #[error("{member} must have 1 to {max} characters")]
    TextLength {
        /// Which member.
        member: &'static str,
        /// The longest allowed.
        max: usize,
    },
    /// `prev` is missing where a record must name the one before, or present in the very first.
    #[error(
        "prev must be null in the first record of epoch 1, and name the record before in every other but the first of an epoch"
    )]
    Prev,
    /// A later epoch begins with another kind of record, or an epoch record stands elsewhere.
    #[error("a record of kind epoch must be the first of an epoch after the first, and only that")]
    EpochStart,
    /// A span of places or instants ends before it begins.
    #[error("{from} must come before {to}")]
    EmptySpan {
        /// The member that begins the span.
        from: &'static str,
        /// The member that ends it.
        to: &'static str,
    },
    /// The certificate's curve does not go with its use.
    #[error("a certificate for this use needs the curve {}", .needed.as_str())]
    CurveOfUse {
        /// The curve needed.
        needed: Curve,
    },
}

/// A payload that has exactly one role.
pub trait Signed: serde::Serialize + serde::de::DeserializeOwned {
    /// The role.
    const TYP: Typ;

    /// Returns the version of the protocol that the payload states.
    fn version(&self) -> u32;

    /// Checks the rules between members that JSON can't express. `signer` is the envelope's `kid`.
    ///
    /// # Errors
    /// The first rule that is broken.
    fn check(&self, signer: &KeyId) -> Result<(), PayloadError> {
        let _ = signer;
        Ok(())
    }
}

/// A payload signed by a key that the agency certified for one use (protocol §7.1).
pub trait Certified: Signed {
    /// The use that the key must be certified for.
    const KEY_USE: KeyUse;

    /// When it was signed by the signer's own word, milliseconds; must lie in the certificate's dates.
    fn signed_at_ms(&self) -> i64;

    /// The agency that the payload names, where it names one.
    fn agency(&self) -> Option<&str> {
        None
    }
}

macro_rules! certified {
    ($($payload:ty => $key_use:ident $(, $agency:ident)?;)*) => { $(
        impl Certified for $payload {
            const KEY_USE: KeyUse = KeyUse::$key_use;
            fn signed_at_ms(&self) -> i64 {
                self.t_ms
            }
            $(fn agency(&self) -> Option<&str> {
                Some(&self.$agency)
            })?
        }
    )* };
}
certified! {
    Receipt => Receipt;
    TimeToken => Receipt;
    Head => Receipt;
    Kept => Receipt;
    Pack => Policy, agency;
    Assignment => Assignment, agency;
}

fn in_range(member: &'static str, value: u64, least: u64) -> Result<(), PayloadError> {
    if (least..=MAX_INTEGER).contains(&value) { Ok(()) } else { Err(PayloadError::OutOfRange { member }) }
}

fn instant(member: &'static str, value: i64) -> Result<(), PayloadError> {
    in_range(member, value.unsigned_abs(), 0)
}

fn text(member: &'static str, value: &str, max: usize) -> Result<(), PayloadError> {
    // Bytes bound characters from above: counting is only needed for the rare text that is not ASCII.
    if !value.is_empty() && (value.len() <= max || value.chars().count() <= max) {
        Ok(())
    } else {
        Err(PayloadError::TextLength { member, max })
    }
}

fn time(evidence: &TimeEvidence) -> Result<(), PayloadError> {
    instant("time.wall_ms", evidence.wall_ms)?;
    in_range("time.elapsed_ms", evidence.elapsed_ms, 0)?;
    match &evidence.gnss {
        None => Ok(()),
        Some(gnss) => {
            instant("time.gnss.t_ms", gnss.t_ms)?;
            in_range("time.gnss.elapsed_ms", gnss.elapsed_ms, 0)
        }
    }
}

fn is_signer(member: &'static str, named: KeyId, signer: &KeyId) -> Result<(), PayloadError> {
    if named == *signer { Ok(()) } else { Err(PayloadError::NotTheSigner { member, named, signer: *signer }) }
}

fn own_key(key: &B64<32>, signer: &KeyId) -> Result<(), PayloadError> {
    is_signer("key", Curve::Ed25519.thumbprint(key), signer)
}

impl Signed for Record {
    const TYP: Typ = Typ::Record;

    fn version(&self) -> u32 {
        self.v
    }

    fn check(&self, signer: &KeyId) -> Result<(), PayloadError> {
        use crate::model::Kind;
        is_signer("install", self.install, signer)?;
        in_range("epoch", self.epoch.into(), 1)?;
        in_range("seq", self.seq, 1)?;
        text("app", &self.app, MAX_APP)?;
        if let Kind::Other(kind) = &self.kind
            && (kind.is_empty() || kind.len() > MAX_KIND)
        {
            return Err(PayloadError::TextLength { member: "kind", max: MAX_KIND });
        }
        time(&self.time)?;
        let opens_epoch = self.epoch > 1 && self.seq == 1;
        if opens_epoch != (self.kind == Kind::Epoch) {
            return Err(PayloadError::EpochStart);
        }
        match (self.seq, self.epoch) {
            (1, 1) if self.prev.is_some() => Err(PayloadError::Prev),
            (2.., _) if self.prev.is_none() => Err(PayloadError::Prev),
            _ => Ok(()),
        }
    }
}

impl Signed for Stub {
    const TYP: Typ = Typ::Stub;

    fn version(&self) -> u32 {
        self.v
    }

    fn check(&self, signer: &KeyId) -> Result<(), PayloadError> {
        is_signer("install", self.install, signer)?;
        in_range("epoch", self.epoch.into(), 1)?;
        in_range("seq", self.seq, 1)?;
        if let Some(order_ms) = self.order_ms {
            instant("order_ms", order_ms)?;
        }
        text("reason", &self.reason, MAX_REASON)
    }
}

impl Signed for RequestAuth {
    const TYP: Typ = Typ::Request;

    fn version(&self) -> u32 {
        self.v
    }

    fn check(&self, signer: &KeyId) -> Result<(), PayloadError> {
        own_key(&self.key, signer)?;
        time(&self.time)
    }
}

impl Signed for EnrolRequest {
    const TYP: Typ = Typ::Enrol;

    fn version(&self) -> u32 {
        self.v
    }

    fn check(&self, signer: &KeyId) -> Result<(), PayloadError> {
        own_key(&self.key, signer)?;
        text("app", &self.app, MAX_APP)
    }
}

impl Signed for Receipt {
    const TYP: Typ = Typ::Receipt;

    fn version(&self) -> u32 {
        self.v
    }

    fn check(&self, _signer: &KeyId) -> Result<(), PayloadError> {
        in_range("epoch", self.epoch.into(), 1)?;
        in_range("from", self.from, 1)?;
        in_range("to", self.to, 1)?;
        instant("t_ms", self.t_ms)?;
        if self.from <= self.to { Ok(()) } else { Err(PayloadError::EmptySpan { from: "from", to: "to" }) }
    }
}

impl Signed for TimeToken {
    const TYP: Typ = Typ::Token;

    fn version(&self) -> u32 {
        self.v
    }

    fn check(&self, _signer: &KeyId) -> Result<(), PayloadError> {
        instant("t_ms", self.t_ms)
    }
}

impl Signed for Head {
    const TYP: Typ = Typ::Head;

    fn version(&self) -> u32 {
        self.v
    }

    fn check(&self, _signer: &KeyId) -> Result<(), PayloadError> {
        in_range("seq", self.seq, 0)?;
        in_range("trust", self.trust, 0)?;
        if self.release.len() > MAX_ORDERS {
            return Err(PayloadError::OutOfRange { member: "release" });
        }
        for (at, order) in self.release.iter().enumerate() {
            in_range("release.epoch", order.epoch.into(), 1)?;
            in_range("release.seq", order.seq, 1)?;
            instant("release.t_ms", order.t_ms)?;
            // Rising, so that the last one obeyed tells which are new.
            if at > 0 && self.release[at - 1].t_ms >= order.t_ms {
                return Err(PayloadError::OutOfRange { member: "release.t_ms" });
            }
        }
        instant("t_ms", self.t_ms)
    }
}

impl Signed for Kept {
    const TYP: Typ = Typ::Kept;

    fn version(&self) -> u32 {
        self.v
    }

    fn check(&self, _signer: &KeyId) -> Result<(), PayloadError> {
        text("name", &self.name, MAX_OLD_NAME)?;
        in_range("size", self.size, 1)?;
        instant("t_ms", self.t_ms)
    }
}

impl Signed for Pack {
    const TYP: Typ = Typ::Pack;

    fn version(&self) -> u32 {
        self.v
    }

    fn check(&self, _signer: &KeyId) -> Result<(), PayloadError> {
        in_range("number", self.number, 1)?;
        instant("t_ms", self.t_ms)
    }
}

impl Signed for Assignment {
    const TYP: Typ = Typ::Assignment;

    fn version(&self) -> u32 {
        self.v
    }

    fn check(&self, _signer: &KeyId) -> Result<(), PayloadError> {
        in_range("roster", self.roster, 0)?;
        instant("t_ms", self.t_ms)
    }
}

impl Signed for Certificate {
    const TYP: Typ = Typ::Cert;

    fn version(&self) -> u32 {
        self.v
    }

    fn check(&self, _signer: &KeyId) -> Result<(), PayloadError> {
        in_range("serial", self.serial, 1)?;
        instant("nbf_ms", self.nbf_ms)?;
        instant("exp_ms", self.exp_ms)?;
        if self.nbf_ms >= self.exp_ms {
            return Err(PayloadError::EmptySpan { from: "nbf_ms", to: "exp_ms" });
        }
        let needed = self.key_use.curve();
        if self.crv == needed { Ok(()) } else { Err(PayloadError::CurveOfUse { needed }) }
    }
}

// Keeps the version in one place for whoever makes payloads.
const _: () = assert!(VERSION == 1, "a new version of the protocol needs its own rules here");
