//! Why a signed object or a key is refused.

use crate::{
    model::KeyId,
    wire::{PayloadError, VERSION},
};

/// Says why a public key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are no point of the curve.
    #[error("the key is not a point of edwards25519")]
    NotAPoint,
    /// The bytes are not the canonical form of their point (RFC 8032 §5.1.3).
    #[error("the key is not in canonical form")]
    NotCanonical,
    /// The point has a small order: anyone could sign for it.
    #[error("the key has a small order and protects nothing")]
    Weak,
}

/// Says what is wrong with a header; the only good one has exactly `alg`, `typ` and `kid` (protocol §2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Not a JSON object of exactly the three members, each once.
    #[error("the header must be a JSON object with exactly alg, typ and kid, each once")]
    Members,
    /// Another algorithm.
    #[error("alg must be Ed25519 (RFC 9864)")]
    Alg,
    /// Another role than the place where it stands asks for.
    #[error("typ must be {expected} here")]
    Typ {
        /// The role asked for.
        expected: &'static str,
    },
    /// Not the thumbprint of a key.
    #[error("kid must be a thumbprint: 32 bytes in base64url without padding")]
    Kid,
}

/// Says why a signed object is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// More bytes than a signed object may have.
    #[error("a signed object has at most {} bytes, this one {bytes}", super::MAX_BYTES)]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// Not three parts of base64url without padding, in canonical form.
    #[error("not a JWS in compact form: {0}")]
    NotCompact(&'static str),
    /// The header is not the one that the protocol asks for.
    #[error("{0}")]
    Header(#[from] HeaderError),
    /// The payload is not a JSON object of the role's form.
    #[error("the payload does not have the form of a {typ}: {why}")]
    Payload {
        /// The role.
        typ: &'static str,
        /// What the JSON reader says: a position and a member's name, no content.
        why: String,
    },
    /// The payload states a version that this build does not speak.
    #[error("version {found} of the protocol is not spoken here, only {VERSION}; an update is needed")]
    UnsupportedVersion {
        /// The version stated.
        found: u32,
    },
    /// The payload breaks a rule of its role.
    #[error("{0}")]
    Rule(#[from] PayloadError),
    /// The key to check with is not the one that the header names.
    #[error("signed by {found}, expected {expected}")]
    OtherKey {
        /// The thumbprint in the header.
        found: KeyId,
        /// The thumbprint of the key given.
        expected: KeyId,
    },
    /// The key that the payload carries is unusable.
    #[error("the key in the payload is refused: {0}")]
    CarriedKey(#[from] KeyError),
    /// The signature does not fit: the object was changed, or another key signed.
    #[error("the signature does not fit")]
    Signature,
}
