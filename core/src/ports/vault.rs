//! The platform's key store: wraps the core's secrets under a key that never leaves it.
//!
//! Android Keystore, the Apple keychain, or a file of mode 0600 behind the command line. It is called when a store
//! is created and when it is opened, never in a tap, because hardware keys take tens of milliseconds and fail at times.

/// Wraps and unwraps small secrets under a key the platform holds.
pub trait KeyVault: Send + Sync {
    /// Encrypts `secret` (at most a few hundred bytes) so that only this vault can bring it back.
    ///
    /// # Errors
    /// [`VaultError`]; [`VaultError::Rejected`] means that the platform refuses to wrap this at all.
    fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, VaultError>;

    /// Brings back what [`KeyVault::wrap`] gave.
    ///
    /// # Errors
    /// [`VaultError`]; [`VaultError::Rejected`] means that these bytes are not this vault's.
    fn unwrap(&self, wrapped: &[u8]) -> Result<Vec<u8>, VaultError>;
}

/// Why a vault did not answer, in the only four ways that call for different acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The phone has not been unlocked since it started.
    #[error("the key store is locked until the phone is unlocked once; try again after that")]
    Locked,
    /// The key store does not answer now.
    #[error("the key store does not answer; try again")]
    Unavailable,
    /// The wrapping key is gone: a restored backup, a wiped keystore, a changed lock screen.
    #[error("the key store has lost its key; this installation must be enrolled again")]
    KeyGone,
    /// The key store holds a key, and it does not fit these bytes.
    #[error("the key store does not accept these bytes; the file was altered or belongs to another installation")]
    Rejected,
}

impl VaultError {
    /// Whether the same call may succeed later without a person doing anything but unlocking the phone.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::Locked | Self::Unavailable)
    }
}

#[cfg(any(test, feature = "testing"))]
pub use memory::MemoryVault;

/// What every implementation of [`KeyVault`] must do; run it on each.
#[cfg(any(test, feature = "testing"))]
pub mod conformance {
    use super::{KeyVault, VaultError};

    /// Runs every case on a fresh `vault`.
    ///
    /// # Panics
    /// When the vault breaks the port's contract; the message names the case.
    pub fn run(vault: &dyn KeyVault) {
        for secret in [&b""[..], &[7u8; 32], &[0u8; 64]] {
            let wrapped = vault.wrap(secret).expect("a working vault wraps");
            assert_eq!(vault.unwrap(&wrapped).as_deref(), Ok(secret), "what was wrapped comes back");
        }
        let secret = [0x5au8; 32];
        let wrapped = vault.wrap(&secret).expect("a working vault wraps");
        assert!(!wrapped.windows(8).any(|w| w == [0x5a; 8]), "a wrapped secret does not show the secret");
        assert_ne!(wrapped, vault.wrap(&secret).expect("wraps again"), "wrapping twice does not repeat itself");
        for at in 0..wrapped.len() {
            let mut altered = wrapped.clone();
            altered[at] ^= 1;
            assert_eq!(vault.unwrap(&altered), Err(VaultError::Rejected), "an altered byte at {at} is refused");
        }
        assert_eq!(vault.unwrap(&wrapped[..wrapped.len() - 1]), Err(VaultError::Rejected), "a cut one is refused");
        assert_eq!(vault.unwrap(&[]), Err(VaultError::Rejected), "nothing is refused");
    }
}

#[cfg(any(test, feature = "testing"))]
mod memory {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::{KeyVault, VaultError};
    use crate::ports::SeededEntropy;
    use crate::seal::frame::FrameKey;

    /// A vault in memory whose state a test can change: locked, unavailable, or its key gone.
    pub struct MemoryVault {
        key: FrameKey,
        entropy: SeededEntropy,
        trouble: Mutex<Option<VaultError>>,
        calls: AtomicU64,
    }

    impl MemoryVault {
        /// Makes a working vault whose key follows from `seed`; another seed is another phone's vault.
        #[must_use]
        pub fn new(seed: u64) -> Self {
            let mut key = [0x4b; 32];
            key[..8].copy_from_slice(&seed.to_le_bytes());
            Self {
                key: FrameKey::new(&key),
                entropy: SeededEntropy::new(seed),
                trouble: Mutex::new(None),
                calls: AtomicU64::new(0),
            }
        }

        /// Makes every later call fail with `trouble`, or work again with `None`.
        pub fn set_trouble(&self, trouble: Option<VaultError>) {
            *self.trouble.lock().expect("no holder of this lock panics") = trouble;
        }

        /// How often the vault was called so far, whatever it answered.
        #[must_use]
        pub fn calls(&self) -> u64 {
            self.calls.load(Ordering::Relaxed)
        }

        fn enter(&self) -> Result<(), VaultError> {
            self.calls.fetch_add(1, Ordering::Relaxed);
            self.trouble.lock().expect("no holder of this lock panics").map_or(Ok(()), Err)
        }
    }

    impl KeyVault for MemoryVault {
        fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
            self.enter()?;
            let mut wrapped = Vec::new();
            self.key
                .seal_into(&self.entropy, b"memory vault", secret, &mut wrapped)
                .map_err(|_| VaultError::Unavailable)?;
            Ok(wrapped)
        }

        fn unwrap(&self, wrapped: &[u8]) -> Result<Vec<u8>, VaultError> {
            self.enter()?;
            self.key.open(b"memory vault", wrapped).map_err(|_| VaultError::Rejected)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::ports::vault::conformance;

        #[test]
        fn the_vault_in_memory_keeps_the_contract() {
            conformance::run(&MemoryVault::new(1));
        }

        #[test]
        fn another_phones_vault_does_not_open_it() {
            let wrapped = MemoryVault::new(1).wrap(b"secret").unwrap();
            assert_eq!(MemoryVault::new(2).unwrap(&wrapped), Err(VaultError::Rejected));
        }

        #[test]
        fn trouble_is_told_as_it_is_and_passes() {
            let vault = MemoryVault::new(1);
            let wrapped = vault.wrap(b"secret").unwrap();
            for trouble in [VaultError::Locked, VaultError::Unavailable, VaultError::KeyGone] {
                vault.set_trouble(Some(trouble));
                assert_eq!(vault.unwrap(&wrapped), Err(trouble));
                assert_eq!(trouble.is_transient(), trouble != VaultError::KeyGone);
            }
            vault.set_trouble(None);
            assert_eq!(vault.unwrap(&wrapped).as_deref(), Ok(&b"secret"[..]));
        }
    }
}
