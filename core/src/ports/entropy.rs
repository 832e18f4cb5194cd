//! Randomness.

/// The system has no randomness to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system's random source failed")]
pub struct EntropyError;

/// Gives random bytes fit for keys.
pub trait Entropy: Send + Sync {
    /// Fills the buffer.
    ///
    /// # Errors
    /// [`EntropyError`] when the source fails; the buffer is then not to be used.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError>;
}

impl<E: Entropy + ?Sized> Entropy for std::sync::Arc<E> {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        (**self).fill(buffer)
    }
}

/// What every implementation of [`Entropy`] must do; run it on each.
#[cfg(any(test, feature = "testing"))]
pub mod conformance {
    use super::Entropy;

    /// Takes bytes of several lengths from `entropy`.
    ///
    /// # Panics
    /// When bytes stay as they were, or repeat.
    pub fn run(entropy: &dyn Entropy) {
        entropy.fill(&mut []).expect("nothing can always be given");
        let mut seen = std::collections::BTreeSet::new();
        for length in [16, 33, 200] {
            for _ in 0..50 {
                let mut bytes = vec![0; length];
                entropy.fill(&mut bytes).expect("a working source gives bytes");
                assert!(bytes[length - 16..].iter().any(|&b| b != 0), "the whole buffer is filled");
                assert!(seen.insert(bytes[..16].to_vec()), "bytes do not repeat");
            }
        }
    }
}

#[cfg(any(test, feature = "testing"))]
pub use seeded::SeededEntropy;

#[cfg(any(test, feature = "testing"))]
mod seeded {
    use std::sync::atomic::{AtomicU64, Ordering};

    use sha2::{Digest, Sha256};

    use super::{Entropy, EntropyError};

    /// Repeatable bytes from a seed, for simulations and tests: SHA-256 over (seed, counter). Never for real keys.
    #[derive(Debug)]
    pub struct SeededEntropy {
        seed: u64,
        counter: AtomicU64,
    }

    impl SeededEntropy {
        /// Makes a source whose every byte follows from `seed`.
        #[must_use]
        pub fn new(seed: u64) -> Self {
            Self { seed, counter: AtomicU64::new(0) }
        }
    }

    impl Entropy for SeededEntropy {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
            for chunk in buffer.chunks_mut(32) {
                let block = Sha256::new()
                    .chain_update(b"hadir/seeded-entropy")
                    .chain_update(self.seed.to_le_bytes())
                    .chain_update(self.counter.fetch_add(1, Ordering::Relaxed).to_le_bytes())
                    .finalize();
                chunk.copy_from_slice(&block[..chunk.len()]);
            }
            Ok(())
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn bytes_from_a_seed_keep_the_contract() {
            super::super::conformance::run(&SeededEntropy::new(1));
        }

        #[test]
        fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
            let take = |seed| {
                let mut bytes = [0u8; 80];
                SeededEntropy::new(seed).fill(&mut bytes).unwrap();
                bytes
            };
            assert_eq!(take(7), take(7));
            assert_ne!(take(7), take(8));
            assert_ne!(take(7)[..32], take(7)[32..64], "the bytes must not repeat within one stream");
        }
    }
}
