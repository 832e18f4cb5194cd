//! Vaults in memory: one that works and can be troubled, one that lies, one that hangs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

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

/// A vault that takes everything and gives back another secret of the same length, as if all were well.
#[derive(Debug, Default)]
pub struct LyingVault;

impl KeyVault for LyingVault {
    fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok(vec![0x6c; secret.len() + 8])
    }

    fn unwrap(&self, _: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok(vec![0x6c; 32])
    }
}

/// A vault that answers no call until it is let go.
#[derive(Debug, Default)]
pub struct HangingVault {
    let_go: Mutex<bool>,
    changed: Condvar,
}

impl HangingVault {
    /// Lets every call that hangs, and every later one, end with [`VaultError::Unavailable`].
    pub fn let_go(&self) {
        *self.let_go.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    fn hang(&self) -> VaultError {
        let mut let_go = self.let_go.lock().unwrap_or_else(PoisonError::into_inner);
        while !*let_go {
            let_go = self.changed.wait(let_go).unwrap_or_else(PoisonError::into_inner);
        }
        VaultError::Unavailable
    }
}

impl KeyVault for HangingVault {
    fn wrap(&self, _: &[u8]) -> Result<Vec<u8>, VaultError> {
        Err(self.hang())
    }

    fn unwrap(&self, _: &[u8]) -> Result<Vec<u8>, VaultError> {
        Err(self.hang())
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
            conformance::run_in_trouble(&vault, &wrapped, trouble);
            assert_eq!(trouble.is_transient(), trouble != VaultError::KeyGone);
        }
        vault.set_trouble(None);
        assert_eq!(vault.unwrap(&wrapped).as_deref(), Ok(&b"secret"[..]));
    }

    #[test]
    #[should_panic(expected = "what was wrapped comes back")]
    fn a_vault_that_lies_does_not_keep_the_contract() {
        conformance::run(&LyingVault);
    }
}
