//! The compact form: parsing without believing, checking, and signing.

use std::fmt;

use serde::Deserialize;

use super::{EnvelopeError, HeaderError, KeyError, MAX_BYTES, PublicKey, SigningKey};
use crate::{
    model::{
        B64, EnvelopeHash, KeyId,
        base64url::{self, text_length},
    },
    wire::{EnrolRequest, RequestAuth, Signed, VERSION},
};

/// The longest header that any writer of the protocol's three members makes, with white space to spare.
const MAX_HEADER: usize = 512;
const SIGNATURE_TEXT: usize = 86;

/// A signed object whose signature was checked, or that was signed here.
///
/// `Debug` shows its role, signer and hash, never its content.
#[derive(Clone)]
pub struct Envelope<T> {
    payload: T,
    compact: Box<str>,
    kid: KeyId,
    hash: EnvelopeHash,
}

impl<T> Envelope<T> {
    /// Returns the payload.
    #[must_use]
    pub const fn payload(&self) -> &T {
        &self.payload
    }

    /// Returns the exact bytes: what is kept, hashed and sent.
    #[must_use]
    pub fn compact(&self) -> &str {
        &self.compact
    }

    /// Returns who signed.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.kid
    }

    /// Returns the hash of the signed object.
    #[must_use]
    pub const fn hash(&self) -> EnvelopeHash {
        self.hash
    }

    /// Gives the payload away.
    #[must_use]
    pub fn into_payload(self) -> T {
        self.payload
    }

    /// Gives payload and compact form away.
    #[must_use]
    pub fn into_parts(self) -> (T, String) {
        (self.payload, self.compact.into_string())
    }
}

impl<T: Signed> fmt::Debug for Envelope<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Envelope({} by {}, {})", T::TYP.as_str(), self.kid, self.hash)
    }
}

/// Signs a payload.
///
/// # Errors
/// [`EnvelopeError`] if the payload breaks a rule of its role, does not name this key as its signer where it names one,
/// or is too long: what nobody would accept is not signed.
pub fn sign<T: Signed + Clone>(key: &SigningKey, payload: &T) -> Result<Envelope<T>, EnvelopeError> {
    if payload.version() != VERSION {
        return Err(EnvelopeError::UnsupportedVersion { found: payload.version() });
    }
    payload.check(&key.kid())?;
    let json = serde_json::to_vec(payload).map_err(|e| payload_error::<T>(&e))?;
    let header = header_json(T::TYP.as_str(), &key.kid());
    let length = text_length(header.len()) + 1 + text_length(json.len()) + 1 + SIGNATURE_TEXT;
    if length > MAX_BYTES {
        return Err(EnvelopeError::TooLong { bytes: length });
    }
    let mut compact = String::with_capacity(length);
    base64url::encode_to(header.as_bytes(), &mut compact);
    compact.push('.');
    base64url::encode_to(&json, &mut compact);
    let signature = key.sign_bytes(compact.as_bytes());
    compact.push('.');
    base64url::encode_to(&signature, &mut compact);
    let hash = EnvelopeHash::of(&compact);
    Ok(Envelope { payload: payload.clone(), compact: compact.into_boxed_str(), kid: key.kid(), hash })
}

/// Signs any JSON as a role, as a later build or a liar would.
#[cfg(test)]
pub(crate) fn sign_json(key: &SigningKey, typ: crate::wire::Typ, json: &[u8]) -> String {
    let mut compact = String::new();
    base64url::encode_to(header_json(typ.as_str(), &key.kid()).as_bytes(), &mut compact);
    compact.push('.');
    base64url::encode_to(json, &mut compact);
    let signature = key.sign_bytes(compact.as_bytes());
    compact.push('.');
    base64url::encode_to(&signature, &mut compact);
    compact
}

/// A signed object whose form is good and whose signature has **not** been checked: nothing in it is to be believed.
#[derive(Clone)]
pub struct Unverified<T> {
    payload: T,
    compact: Box<str>,
    /// Length of header, dot and payload: what the signature covers.
    signed_bytes: usize,
    signature: [u8; 64],
    kid: KeyId,
}

impl<T: Signed> Unverified<T> {
    /// Reads a compact form: its size, its three parts, its header, its payload and the rules of its role.
    ///
    /// # Errors
    /// [`EnvelopeError`], the first thing that is wrong.
    pub fn parse(compact: impl Into<Box<str>> + AsRef<str>) -> Result<Self, EnvelopeError> {
        let text = compact.as_ref();
        if text.len() > MAX_BYTES {
            return Err(EnvelopeError::TooLong { bytes: text.len() });
        }
        let mut parts = text.split('.');
        let (Some(header), Some(body), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(EnvelopeError::NotCompact("it must have three parts between two dots"));
        };
        let kid = read_header(header, T::TYP.as_str())?;
        let signature = read_signature(signature)?;
        let json = base64url::decode(body.as_bytes())
            .ok_or(EnvelopeError::NotCompact("the payload is not canonical base64url"))?;
        let payload: T = read_payload(&json)?;
        payload.check(&kid)?;
        let signed_bytes = header.len() + 1 + body.len();
        Ok(Self { payload, signed_bytes, signature, kid, compact: compact.into() })
    }

    /// Returns who claims to have signed.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.kid
    }

    /// Returns what the object claims; to find the key to check with, and for nothing else.
    #[must_use]
    pub const fn unverified_payload(&self) -> &T {
        &self.payload
    }

    /// Checks the signature strictly.
    ///
    /// # Errors
    /// [`EnvelopeError::OtherKey`] if the header names another key, [`EnvelopeError::Signature`] if the signature does not fit.
    pub fn verify(self, key: &PublicKey) -> Result<Envelope<T>, EnvelopeError> {
        if self.kid != key.kid() {
            return Err(EnvelopeError::OtherKey { found: self.kid, expected: key.kid() });
        }
        if !key.verifies(&self.compact.as_bytes()[..self.signed_bytes], &self.signature) {
            return Err(EnvelopeError::Signature);
        }
        let hash = EnvelopeHash::of(&self.compact);
        Ok(Envelope { payload: self.payload, compact: self.compact, kid: self.kid, hash })
    }
}

impl<T: Signed> fmt::Debug for Unverified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unverified({} claiming {})", T::TYP.as_str(), self.kid)
    }
}

/// A payload that carries the key that signed it; its thumbprint is the `kid`.
pub trait CarriesKey: Signed {
    /// Returns the key as it stands in the payload.
    fn carried_key(&self) -> &B64<32>;
}

impl CarriesKey for RequestAuth {
    fn carried_key(&self) -> &B64<32> {
        &self.key
    }
}

impl CarriesKey for EnrolRequest {
    fn carried_key(&self) -> &B64<32> {
        &self.key
    }
}

impl<T: CarriesKey> Unverified<T> {
    /// Checks with the key that the payload carries: proves possession of it, and not whose it is.
    ///
    /// # Errors
    /// [`EnvelopeError`] if that key is weak or the signature does not fit.
    pub fn verify_with_carried_key(self) -> Result<(Envelope<T>, PublicKey), EnvelopeError> {
        let key = PublicKey::new(self.payload.carried_key()).map_err(|e: KeyError| EnvelopeError::CarriedKey(e))?;
        Ok((self.verify(&key)?, key))
    }
}

/// The header as this implementation writes it.
fn header_json(typ: &str, kid: &KeyId) -> String {
    format!(r#"{{"alg":"Ed25519","typ":"{typ}","kid":"{kid}"}}"#)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    #[serde(borrow)]
    alg: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    typ: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    kid: std::borrow::Cow<'a, str>,
}

fn read_header(text: &str, typ: &'static str) -> Result<KeyId, EnvelopeError> {
    let mut buffer = [0; MAX_HEADER];
    if text.len() > text_length(MAX_HEADER) {
        return Err(HeaderError::Members.into());
    }
    let header = base64url::decode_into(text.as_bytes(), &mut buffer)
        .map(|length| &buffer[..length])
        .ok_or(EnvelopeError::NotCompact("the header is not canonical base64url"))?;
    // Nearly every header is the one that we write ourselves: compared, not parsed.
    let kid_text = header
        .strip_prefix(br#"{"alg":"Ed25519","typ":""#)
        .and_then(|rest| rest.strip_prefix(typ.as_bytes()))
        .and_then(|rest| rest.strip_prefix(br#"","kid":""#))
        .and_then(|rest| rest.strip_suffix(br#""}"#));
    if let Some(kid) = kid_text.and_then(|kid| std::str::from_utf8(kid).ok()).and_then(|kid| kid.parse().ok()) {
        return Ok(kid);
    }
    if !is_object(header) {
        return Err(HeaderError::Members.into());
    }
    let header: Header<'_> = serde_json::from_slice(header).map_err(|_| HeaderError::Members)?;
    if header.alg != "Ed25519" {
        return Err(HeaderError::Alg.into());
    }
    if header.typ != typ {
        return Err(HeaderError::Typ { expected: typ }.into());
    }
    header.kid.parse().map_err(|_| HeaderError::Kid.into())
}

fn read_signature(text: &str) -> Result<[u8; 64], EnvelopeError> {
    let mut signature = [0; 64];
    match base64url::decode_into(text.as_bytes(), &mut signature) {
        Some(64) => Ok(signature),
        _ => Err(EnvelopeError::NotCompact("the signature is not 64 bytes in canonical base64url")),
    }
}

fn read_payload<T: Signed>(json: &[u8]) -> Result<T, EnvelopeError> {
    // A derived reader would take an array of the members too.
    if !is_object(json) {
        return Err(EnvelopeError::Payload { typ: T::TYP.as_str(), why: "it is not a JSON object".to_owned() });
    }
    match serde_json::from_slice::<T>(json) {
        Ok(payload) if payload.version() == VERSION => Ok(payload),
        Ok(payload) => Err(EnvelopeError::UnsupportedVersion { found: payload.version() }),
        Err(error) => Err(newer_version(json).unwrap_or_else(|| payload_error::<T>(&error))),
    }
}

/// Tells "update needed" from "damaged": a later version may have other members.
fn newer_version(json: &[u8]) -> Option<EnvelopeError> {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    let Version { v } = serde_json::from_slice(json).ok()?;
    (v > VERSION).then_some(EnvelopeError::UnsupportedVersion { found: v })
}

fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().first() == Some(&b'{')
}

fn payload_error<T: Signed>(error: &serde_json::Error) -> EnvelopeError {
    // serde_json's own text can quote a value of the payload, which may be personal.
    let what = match error.classify() {
        serde_json::error::Category::Data => "a member is missing, unknown, repeated or of another type",
        _ => "it is not JSON",
    };
    let why = format!("{what} (line {}, column {})", error.line(), error.column());
    EnvelopeError::Payload { typ: T::TYP.as_str(), why }
}
