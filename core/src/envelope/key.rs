//! Ed25519 keys, checked where they are made.

use std::fmt;

use ed25519_dalek::{Signer, VerifyingKey};
use zeroize::Zeroizing;

use super::KeyError;
use crate::{
    model::{B64, KeyId},
    ports::{Entropy, EntropyError},
    wire::Curve,
};

/// A key that signs. The secret is wiped when it is dropped, and no `Debug` shows it.
#[derive(Clone)]
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    public: PublicKey,
}

impl SigningKey {
    /// Makes the key of a seed (RFC 8032 §5.1.5).
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = PublicKey::of_point(secret.verifying_key());
        Self { secret, public }
    }

    /// Makes a new key.
    ///
    /// # Errors
    /// [`EntropyError`] when there is no randomness to be had.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut seed = Zeroizing::new([0; 32]);
        entropy.fill(&mut *seed)?;
        Ok(Self::from_seed(&seed))
    }

    /// Returns the seed, to be put into a vault and nowhere else.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.secret.to_bytes())
    }

    /// Returns the public half.
    #[must_use]
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Returns the thumbprint of the public half.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.public.kid
    }

    pub(super) fn sign_bytes(&self, message: &[u8]) -> [u8; 64] {
        self.secret.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.kid())
    }
}

/// A public key that is worth checking with: a canonical point of large order.
#[derive(Clone)]
pub struct PublicKey {
    point: VerifyingKey,
    kid: KeyId,
}

impl PublicKey {
    /// Checks the bytes of a public key.
    ///
    /// # Errors
    /// [`KeyError`] for bytes that are no point, not canonical, or of small order.
    pub fn new(bytes: &B64<32>) -> Result<Self, KeyError> {
        if !is_canonical(bytes.as_bytes()) {
            return Err(KeyError::NotCanonical);
        }
        let point = VerifyingKey::from_bytes(bytes.as_bytes()).map_err(|_| KeyError::NotAPoint)?;
        if point.is_weak() { Err(KeyError::Weak) } else { Ok(Self::of_point(point)) }
    }

    fn of_point(point: VerifyingKey) -> Self {
        Self { point, kid: Curve::Ed25519.thumbprint(&B64(point.to_bytes())) }
    }

    /// Returns the thumbprint.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.kid
    }

    /// Returns the 32 bytes, as they stand on the wire.
    #[must_use]
    pub fn as_b64(&self) -> B64<32> {
        B64(self.point.to_bytes())
    }

    /// Checks a signature strictly: canonical S, no small order (protocol §2).
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.point.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.kid)
    }
}

/// Tells whether y is below 2²⁵⁵ − 19. (The other non-canonical form, x = 0 with its sign set, has small order.)
fn is_canonical(bytes: &[u8; 32]) -> bool {
    bytes[31] & 0x7f != 0x7f || bytes[1..31].iter().any(|byte| *byte != 0xff) || bytes[0] < 0xed
}
