//! Sealing of what lies on the phone's own disk: XChaCha20-Poly1305 with a fresh random nonce each time.
//!
//! A sealed body is nonce (24) ‖ ciphertext ‖ tag (16), so [`OVERHEAD`] bytes longer than what is inside. Random
//! 192-bit nonces never collide in practice and need no counter that a restored copy of the store could repeat.
//! Source: draft-irtf-cfrg-xchacha-03 over RFC 8439.

use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};

use crate::ports::{Entropy, EntropyError};

/// Bytes of the nonce in front.
pub const NONCE_LEN: usize = 24;
/// Bytes of the authentication tag behind.
pub const TAG_LEN: usize = 16;
/// How many bytes a sealed body is longer than its plaintext.
pub const OVERHEAD: usize = NONCE_LEN + TAG_LEN;

/// A key for sealing bodies; it is wiped from memory when dropped and prints nothing.
#[derive(Clone)]
pub struct FrameKey(XChaCha20Poly1305);

impl std::fmt::Debug for FrameKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FrameKey(..)")
    }
}

/// The bytes were not sealed with this key for this place, or were altered since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed bytes do not authenticate: altered, moved, or sealed under another key")]
pub struct NotAuthentic;

impl FrameKey {
    /// Takes 32 secret bytes as the key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Appends the sealed form of `plain` to `out`, bound to `aad`, which is authenticated and not stored.
    ///
    /// # Errors
    /// [`EntropyError`] when no nonce could be drawn; `out` is then as it was before.
    pub fn seal_into(
        &self,
        entropy: &dyn Entropy,
        aad: &[u8],
        plain: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), EntropyError> {
        let mut nonce = [0u8; NONCE_LEN];
        entropy.fill(&mut nonce)?;
        out.extend_from_slice(&nonce);
        let body = out.len();
        out.extend_from_slice(plain);
        let tag = self
            .0
            .encrypt_inout_detached(&XNonce::from(nonce), aad, (&mut out[body..]).into())
            .expect("only messages beyond 256 GiB are refused, and memory holds none");
        out.extend_from_slice(&tag);
        Ok(())
    }

    /// Opens what [`FrameKey::seal_into`] made under the same key and `aad`.
    ///
    /// # Errors
    /// [`NotAuthentic`] when a single bit of it, of `aad` or of the key differs.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, NotAuthentic> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(NotAuthentic)?;
        let (body, tag) = rest.split_last_chunk::<TAG_LEN>().ok_or(NotAuthentic)?;
        let mut plain = body.to_vec();
        self.0
            .decrypt_inout_detached(&XNonce::from(*nonce), aad, plain.as_mut_slice().into(), &Tag::from(*tag))
            .map_err(|_| NotAuthentic)?;
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ports::SeededEntropy;

    fn sealed(key: u8, aad: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        FrameKey::new(&[key; 32]).seal_into(&SeededEntropy::new(1), aad, plain, &mut out).unwrap();
        out
    }

    /// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    #[test]
    fn it_is_the_xchacha20_poly1305_of_the_draft() {
        struct Fixed;
        impl Entropy for Fixed {
            fn fill(&self, buf: &mut [u8]) -> Result<(), EntropyError> {
                buf.iter_mut().zip(0x40u8..).for_each(|(byte, value)| *byte = value);
                Ok(())
            }
        }
        let key: [u8; 32] = std::array::from_fn(|i| 0x80 + i as u8);
        let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let aad = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7];
        let mut out = Vec::new();
        FrameKey::new(&key).seal_into(&Fixed, &aad, plain, &mut out).unwrap();
        assert_eq!(out[24..32], [0xbd, 0x6d, 0x17, 0x9d, 0x3e, 0x83, 0xd4, 0x3b]);
        let tag = [0xc0, 0x87, 0x59, 0x24, 0xc1, 0xc7, 0x98, 0x79, 0x47, 0xde, 0xaf, 0xd8, 0x78, 0x0a, 0xcf, 0x49];
        assert_eq!(out[out.len() - 16..], tag);
    }

    #[test]
    fn the_same_body_never_looks_the_same_twice() {
        let key = FrameKey::new(&[1; 32]);
        let entropy = SeededEntropy::new(1);
        let (mut first, mut second) = (Vec::new(), Vec::new());
        key.seal_into(&entropy, b"", b"body", &mut first).unwrap();
        key.seal_into(&entropy, b"", b"body", &mut second).unwrap();
        assert_ne!(first, second);
    }

    #[test]
    fn a_dead_generator_seals_nothing() {
        struct Dead;
        impl Entropy for Dead {
            fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
                Err(EntropyError)
            }
        }
        let mut out = vec![9];
        assert!(FrameKey::new(&[1; 32]).seal_into(&Dead, b"", b"body", &mut out).is_err());
        assert_eq!(out, [9]);
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_and_one_changed_bit_never_does(
            plain in proptest::collection::vec(any::<u8>(), 0..200),
            aad in proptest::collection::vec(any::<u8>(), 0..40),
            flip in any::<proptest::sample::Index>(),
        ) {
            let key = FrameKey::new(&[3; 32]);
            let whole = sealed(3, &aad, &plain);
            prop_assert_eq!(whole.len(), plain.len() + OVERHEAD);
            prop_assert_eq!(key.open(&aad, &whole), Ok(plain));
            let bit = flip.index(whole.len() * 8);
            let mut altered = whole.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(key.open(&aad, &altered), Err(NotAuthentic));
            let mut other = aad.clone();
            other.push(0);
            prop_assert_eq!(key.open(&other, &whole), Err(NotAuthentic));
            prop_assert_eq!(FrameKey::new(&[4; 32]).open(&aad, &whole), Err(NotAuthentic));
        }

        #[test]
        fn arbitrary_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(FrameKey::new(&[3; 32]).open(b"", &bytes), Err(NotAuthentic));
        }
    }
}
