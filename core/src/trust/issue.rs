//! Founding an agency and certifying keys: done with the root at hand, offline.

use super::{TrustError, TrustStore};
use crate::{
    envelope::{EnvelopeError, KeyError, PublicKey, SigningKey, sign},
    model::B64,
    seal::wrap::{Recipient, WeakRecipient},
    wire::{Certificate, Curve, KeyUse, Trust, VERSION},
};

/// Says why a key is not certified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertifyError {
    /// The agency's id can't be used.
    #[error("an agency's id has 1 to 64 letters, digits, '.', '-' or '_'")]
    AgencyId,
    /// The trust list to add to is not this root's, or damaged.
    #[error("the trust list can't be added to: {0}")]
    Trust(#[from] TrustError),
    /// The signing key to certify is unusable.
    #[error("the key to certify is unusable: {0}")]
    SigningKey(#[from] KeyError),
    /// The opening key to certify is unusable.
    #[error("the key to certify is unusable: {0}")]
    OpeningKey(#[from] WeakRecipient),
    /// The root must not be certified for daily use: it stays offline.
    #[error("the root itself can't be certified for a use; make a key of its own")]
    RootItself,
    /// The dates make no span, or a number is out of range.
    #[error("{0}")]
    Envelope(#[from] EnvelopeError),
}

/// What to certify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// What for; decides the curve too.
    pub key_use: KeyUse,
    /// The public key.
    pub x: B64<32>,
    /// Good from, milliseconds, included.
    pub nbf_ms: i64,
    /// Good until, milliseconds, excluded.
    pub exp_ms: i64,
}

/// Founds an agency: its id and root, with nothing certified yet.
///
/// # Errors
/// [`CertifyError::AgencyId`] for an id that is empty, too long or has other characters.
pub fn found(agency: &str, root: &SigningKey) -> Result<Trust, CertifyError> {
    let good = (1..=64).contains(&agency.len())
        && agency.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_'));
    if good {
        Ok(Trust { agency: agency.to_owned(), root: root.public().as_b64(), certs: Vec::new() })
    } else {
        Err(CertifyError::AgencyId)
    }
}

/// Certifies a key under the next serial and returns the longer trust list. Rotation is the same again with a new key;
/// nothing is ever taken from the list, since old objects are checked with it.
///
/// # Errors
/// [`CertifyError`] for a trust list of another root, an unusable key, the root itself, or dates that make no span.
pub fn certify(trust: &Trust, root: &SigningKey, grant: &Grant) -> Result<Trust, CertifyError> {
    let held = TrustStore::verify(trust, &root.public().as_b64())?;
    let crv = grant.key_use.curve();
    match crv {
        Curve::Ed25519 => {
            if PublicKey::new(&grant.x)? == *root.public() {
                return Err(CertifyError::RootItself);
            }
        }
        Curve::X25519 => {
            Recipient::new(grant.x)?;
        }
    }
    let cert = Certificate {
        v: VERSION,
        agency: trust.agency.clone(),
        key_use: grant.key_use,
        crv,
        x: grant.x,
        nbf_ms: grant.nbf_ms,
        exp_ms: grant.exp_ms,
        serial: held.serial() + 1,
    };
    let mut longer = trust.clone();
    longer.certs.push(sign(root, &cert)?.compact().to_owned());
    Ok(longer)
}
