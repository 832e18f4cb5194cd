//! A vault for processes that are killed: its key is a constant, so that the next process has it too.

use hadir_core::{
    adapters::SystemEntropy,
    ports::{KeyVault, VaultError},
    seal::frame::FrameKey,
};

/// Wraps under a key that stands in the source: for tests alone.
pub struct ConstantVault(FrameKey);

impl ConstantVault {
    /// Makes the vault; it is the same one in every process.
    #[must_use]
    pub fn new() -> Self {
        Self(FrameKey::new(b"a key for tests, in every process"[..32].try_into().expect("the text has 33 bytes")))
    }
}

impl Default for ConstantVault {
    fn default() -> Self {
        Self::new()
    }
}

impl KeyVault for ConstantVault {
    fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut wrapped = Vec::new();
        self.0
            .seal_into(&SystemEntropy::new(), b"constant vault", secret, &mut wrapped)
            .map_err(|_| VaultError::Unavailable)?;
        Ok(wrapped)
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.0.open(b"constant vault", wrapped).map_err(|_| VaultError::Rejected)
    }
}
