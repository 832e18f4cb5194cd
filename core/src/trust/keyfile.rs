//! Keys as text for files: JWK of RFC 8037, which any JOSE tool reads, with one member of our own, `hadir`, the key's role.
//!
//! - [`signing`], [`opening`]: a secret key to text; [`read_signing`], [`read_opening`]: back;
//! - [`public`], [`read_public`]: what is handed to the holder of the root to be certified.
//!
//! Where the text is kept is the caller's business: a file of mode 0600 that is never overwritten.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    envelope::SigningKey,
    model::{B64, KeyId},
    seal::wrap::OpeningKey,
    wire::{Curve, KeyUse},
};

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The agency's root.
    Root,
    /// A use that the root certifies.
    Use(KeyUse),
}

impl Role {
    /// Returns the name in a file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Use(key_use) => key_use.as_str(),
        }
    }

    /// Returns the curve that goes with the role.
    #[must_use]
    pub const fn curve(self) -> Curve {
        match self {
            Self::Root => Curve::Ed25519,
            Self::Use(key_use) => key_use.curve(),
        }
    }
}

/// Says why a text is not the key that is needed. Never quotes the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// Not a JWK of an OKP key.
    #[error("this is not a key: expected a JWK with kty \"OKP\", crv, and x in base64url (RFC 8037)")]
    NotAKey,
    /// On the other curve.
    #[error("this key is on {found}, but a key for {role} is on {}", .expected.as_str())]
    OtherCurve {
        /// The curve found.
        found: String,
        /// The curve needed.
        expected: Curve,
        /// The role needed.
        role: &'static str,
    },
    /// For something else.
    #[error("this key is for {found}, not for {expected}")]
    OtherRole {
        /// The role in the file.
        found: String,
        /// The role needed.
        expected: &'static str,
    },
    /// A public key where a secret one is needed.
    #[error("this is the public half; the secret key is needed here")]
    NoSecret,
    /// A secret key where a public one is needed: it must not travel.
    #[error("this is the secret key: keep it where it is, and hand over the public one")]
    Secret,
    /// The halves do not belong together.
    #[error("the secret and the public half in this file do not belong together")]
    Halves,
}

#[derive(Serialize, Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: B64<32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kid: Option<KeyId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hadir: Option<String>,
}

/// A secret that is wiped when it is dropped.
struct Secret(Zeroizing<[u8; 32]>);

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        B64(*self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        B64::<32>::deserialize(deserializer).map(|bytes| Self(Zeroizing::new(bytes.0)))
    }
}

/// A public key from a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicJwk {
    /// The curve.
    pub crv: Curve,
    /// The 32 bytes.
    pub x: B64<32>,
}

impl PublicJwk {
    /// Returns the thumbprint.
    #[must_use]
    pub fn kid(&self) -> KeyId {
        self.crv.thumbprint(&self.x)
    }
}

fn text(role: Role, x: B64<32>, d: Option<Zeroizing<[u8; 32]>>) -> String {
    let crv = role.curve();
    let jwk = Jwk {
        kty: "OKP".to_owned(),
        crv: crv.as_str().to_owned(),
        x,
        d: d.map(Secret),
        kid: Some(crv.thumbprint(&x)),
        hadir: Some(role.as_str().to_owned()),
    };
    let mut text = serde_json::to_string_pretty(&jwk).expect("a struct of strings always has a JSON form");
    text.push('\n');
    text
}

/// Writes a key that signs.
#[must_use]
pub fn signing(role: Role, key: &SigningKey) -> Zeroizing<String> {
    Zeroizing::new(text(role, key.public().as_b64(), Some(key.seed())))
}

/// Writes a key that opens.
#[must_use]
pub fn opening(role: Role, key: &OpeningKey) -> Zeroizing<String> {
    Zeroizing::new(text(role, key.public().x(), Some(key.secret())))
}

/// Writes the public half of a key.
#[must_use]
pub fn public(role: Role, x: B64<32>) -> String {
    text(role, x, None)
}

fn read(role: Role, text: &str) -> Result<Jwk, KeyFileError> {
    let jwk: Jwk = serde_json::from_str(text).map_err(|_| KeyFileError::NotAKey)?;
    if jwk.kty != "OKP" {
        return Err(KeyFileError::NotAKey);
    }
    let expected = role.curve();
    if jwk.crv != expected.as_str() {
        return Err(KeyFileError::OtherCurve { found: jwk.crv, expected, role: role.as_str() });
    }
    // A key from another JOSE tool has no role, and may take any.
    match jwk.hadir {
        Some(found) if found != role.as_str() => Err(KeyFileError::OtherRole { found, expected: role.as_str() }),
        _ if jwk.kid.is_some_and(|kid| kid != expected.thumbprint(&jwk.x)) => Err(KeyFileError::Halves),
        _ => Ok(jwk),
    }
}

/// Reads a key that signs.
///
/// # Errors
/// [`KeyFileError`] if the text is not a secret Ed25519 key of this role.
pub fn read_signing(role: Role, text: &str) -> Result<SigningKey, KeyFileError> {
    let jwk = read(role, text)?;
    let key = SigningKey::from_seed(&jwk.d.ok_or(KeyFileError::NoSecret)?.0);
    if key.public().as_b64() == jwk.x { Ok(key) } else { Err(KeyFileError::Halves) }
}

/// Reads a key that opens.
///
/// # Errors
/// [`KeyFileError`] if the text is not a secret X25519 key of this role.
pub fn read_opening(role: Role, text: &str) -> Result<OpeningKey, KeyFileError> {
    let jwk = read(role, text)?;
    let key = OpeningKey::from_bytes(&jwk.d.ok_or(KeyFileError::NoSecret)?.0);
    if key.public().x() == jwk.x { Ok(key) } else { Err(KeyFileError::Halves) }
}

/// Reads a public key to be certified.
///
/// # Errors
/// [`KeyFileError`] if the text is not a public key of this role, [`KeyFileError::Secret`] if it holds the secret too.
pub fn read_public(role: Role, text: &str) -> Result<PublicJwk, KeyFileError> {
    let jwk = read(role, text)?;
    if jwk.d.is_some() { Err(KeyFileError::Secret) } else { Ok(PublicJwk { crv: role.curve(), x: jwk.x }) }
}
