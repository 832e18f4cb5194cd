//! Wraps a secret to one X25519 key with HPKE in base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
//!
//! - [`Recipient`] is the public half, checked where it is made; [`Recipient::wrap`];
//! - [`OpeningKey`] is the secret half; [`OpeningKey::unwrap`].
//!
//! The health office's keys are such, and the agency's recovery key.

use std::{convert::Infallible, fmt};

use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable,
    aead::ChaCha20Poly1305,
    kdf::HkdfSha256,
    kem::X25519HkdfSha256 as X25519,
    rand_core::{TryCryptoRng, TryRng},
};
use zeroize::Zeroizing;

use crate::{
    model::{B64, KeyId},
    ports::{Entropy, EntropyError},
    wire::Curve,
};

/// The public key has a small order: whatever is wrapped to it, anyone can unwrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the X25519 key has a small order and protects nothing")]
pub struct WeakRecipient;

/// The bytes were not wrapped to this key with these associated data, or were altered since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it does not open: altered, bound to something else, or wrapped to another key")]
pub struct DoesNotOpen;

/// What a wrapped secret consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    /// The encapsulated key.
    pub enc: [u8; 32],
    /// The ciphertext, 16 bytes longer than the secret.
    pub ciphertext: Vec<u8>,
}

/// A public X25519 key that is worth wrapping to.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    x: B64<32>,
    kid: KeyId,
}

impl Recipient {
    /// Checks the bytes of a public key.
    ///
    /// # Errors
    /// [`WeakRecipient`] for a key of small order.
    pub fn new(x: B64<32>) -> Result<Self, WeakRecipient> {
        // A clamped scalar is a multiple of the cofactor, so exactly the keys of small order give the all-zero
        // secret that RFC 9180 §7.1.4 makes an error, whatever the scalar is.
        X25519::encap_with_rng(&public_key(&x), None, &mut Drawn::nothing()).map_err(|_| WeakRecipient)?;
        Ok(Self { x, kid: Curve::X25519.thumbprint(&x) })
    }

    /// Returns the thumbprint.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.kid
    }

    /// Returns the 32 bytes, as they stand on the wire.
    #[must_use]
    pub const fn x(&self) -> B64<32> {
        self.x
    }

    /// Wraps a secret. `info` separates purposes; `aad` binds it to its place.
    ///
    /// # Errors
    /// [`EntropyError`] when there is no randomness to be had.
    pub fn wrap(&self, entropy: &dyn Entropy, info: &[u8], aad: &[u8], secret: &[u8]) -> Result<Wrapped, EntropyError> {
        // hpke takes a generator that can't fail: the bytes are drawn before, where failing is possible.
        let mut drawn = Drawn::from(entropy)?;
        let (enc, ciphertext) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519>(
            &OpModeS::Base,
            &public_key(&self.x),
            info,
            secret,
            aad,
            &mut drawn,
        )
        .expect("only keys of small order fail, which `new` refuses, and messages beyond 256 GiB");
        if drawn.asked_for_more {
            return Err(EntropyError);
        }
        Ok(Wrapped { enc: enc.to_bytes().into(), ciphertext })
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({})", self.kid)
    }
}

/// A secret X25519 key. It is wiped when it is dropped, and no `Debug` shows it.
#[derive(Clone)]
pub struct OpeningKey {
    secret: Zeroizing<[u8; 32]>,
    public: Recipient,
}

impl OpeningKey {
    /// Takes 32 secret bytes as the key (RFC 7748 §5: clamped when used).
    ///
    /// # Panics
    /// Never: the public half of a clamped secret has a large order.
    #[must_use]
    pub fn from_bytes(secret: &[u8; 32]) -> Self {
        let x: [u8; 32] = X25519::sk_to_pk(&private_key(secret)).to_bytes().into();
        let public = Recipient::new(B64(x)).expect("a clamped scalar times the base point has a large order");
        Self { secret: Zeroizing::new(*secret), public }
    }

    /// Makes a new key.
    ///
    /// # Errors
    /// [`EntropyError`] when there is no randomness to be had.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut secret = Zeroizing::new([0; 32]);
        entropy.fill(&mut *secret)?;
        Ok(Self::from_bytes(&secret))
    }

    /// Returns the secret bytes, to be put into a key file and nowhere else.
    #[must_use]
    pub fn secret(&self) -> Zeroizing<[u8; 32]> {
        self.secret.clone()
    }

    /// Returns the public half.
    #[must_use]
    pub const fn public(&self) -> &Recipient {
        &self.public
    }

    /// Returns the thumbprint of the public half.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.public.kid
    }

    /// Unwraps a secret.
    ///
    /// # Errors
    /// [`DoesNotOpen`] if anything differs from what was wrapped.
    pub fn unwrap(&self, info: &[u8], aad: &[u8], wrapped: &Wrapped) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let enc = <X25519 as Kem>::EncappedKey::from_bytes(&wrapped.enc).map_err(|_| DoesNotOpen)?;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519>(
            &OpModeR::Base,
            &private_key(&self.secret),
            &enc,
            info,
            &wrapped.ciphertext,
            aad,
        )
        .map(Zeroizing::new)
        .map_err(|_| DoesNotOpen)
    }
}

impl fmt::Debug for OpeningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpeningKey({})", self.kid())
    }
}

fn public_key(x: &B64<32>) -> <X25519 as Kem>::PublicKey {
    Deserializable::from_bytes(x.as_bytes()).expect("every 32 bytes are an X25519 public key (RFC 7748 §5)")
}

fn private_key(secret: &[u8; 32]) -> <X25519 as Kem>::PrivateKey {
    Deserializable::from_bytes(secret).expect("every 32 bytes are an X25519 private key (RFC 7748 §5)")
}

/// Bytes drawn beforehand, as the generator that hpke asks for.
struct Drawn {
    bytes: Zeroizing<[u8; 32]>,
    used: usize,
    asked_for_more: bool,
}

impl Drawn {
    /// For a trial whose result is thrown away.
    fn nothing() -> Self {
        Self { bytes: Zeroizing::new([0; 32]), used: 0, asked_for_more: false }
    }

    fn from(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut drawn = Self::nothing();
        entropy.fill(&mut *drawn.bytes)?;
        Ok(drawn)
    }

    fn take<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    fn fill(&mut self, buffer: &mut [u8]) {
        if let Some(bytes) = self.bytes.get(self.used..self.used + buffer.len()) {
            buffer.copy_from_slice(bytes);
            self.used += buffer.len();
        } else {
            buffer.fill(0);
            self.asked_for_more = true;
        }
    }
}

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.take()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.take()))
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Infallible> {
        self.fill(buffer);
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        let mut bytes = [0; N];
        assert_eq!(text.len(), 2 * N);
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap();
        }
        bytes
    }

    struct Fixed([u8; 32]);

    impl Entropy for Fixed {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
            buffer.copy_from_slice(&self.0);
            Ok(())
        }
    }

    const INFO: &[u8] = b"Ode on a Grecian Urn";
    const PLAIN: &[u8] = b"Beauty is truth, truth beauty";

    #[test]
    fn wrapping_and_unwrapping_give_the_bytes_of_rfc_9180_appendix_a_2() {
        let key = OpeningKey::from_bytes(&hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"));
        assert_eq!(key.public().x().0, hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"), "pkRm");
        let ikm_e = Fixed(hex("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b"));
        let wrapped = key.public().wrap(&ikm_e, INFO, b"Count-0", PLAIN).unwrap();
        assert_eq!(wrapped.enc, hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"));
        assert_eq!(
            wrapped.ciphertext,
            hex::<45>("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28")
        );
        assert_eq!(key.unwrap(INFO, b"Count-0", &wrapped).unwrap().as_slice(), PLAIN);
        assert_eq!(key.unwrap(INFO, b"Count-1", &wrapped), Err(DoesNotOpen));
        assert_eq!(key.unwrap(b"another purpose", b"Count-0", &wrapped), Err(DoesNotOpen));
    }

    #[test]
    fn every_key_of_small_order_is_refused() {
        // RFC 7748 §6.1 and the points of order 8: https://cr.yp.to/ecdh.html#validate
        for weak in [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ] {
            assert_eq!(Recipient::new(B64(hex(weak))), Err(WeakRecipient), "{weak}");
        }
        assert!(Recipient::new(OpeningKey::from_bytes(&[7; 32]).public().x()).is_ok());
    }

    #[test]
    fn without_randomness_nothing_is_wrapped() {
        struct Dry;
        impl Entropy for Dry {
            fn fill(&self, _buffer: &mut [u8]) -> Result<(), EntropyError> {
                Err(EntropyError)
            }
        }
        let key = OpeningKey::from_bytes(&[7; 32]);
        assert_eq!(key.public().wrap(&Dry, INFO, b"", PLAIN), Err(EntropyError));
        assert!(OpeningKey::generate(&Dry).is_err());
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", OpeningKey::from_bytes(&[0x41; 32]));
        assert!(shown.starts_with("OpeningKey(") && !shown.contains("65, 65") && !shown.contains("QUFB"), "{shown}");
    }
}
