//! The platform's key store, as a shell implements it.

use std::sync::Arc;

use hadir_core::ports;

/// Why a key store did not give what it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum VaultError {
    /// The phone has not been unlocked since it was started; the same call later.
    #[error("locked until the phone is unlocked once")]
    Locked,
    /// The key store does not answer; the same call later. Whatever else a shell throws counts as this.
    #[error("the key store does not answer")]
    Unavailable,
    /// The key is gone: the person has to enrol again, and what lies on the phone is kept for the agency to recover.
    #[error("the key is gone")]
    KeyGone,
    /// The bytes are not what this key wrapped: a copy from another phone, or changed. As `KeyGone` for the person.
    #[error("these bytes were not wrapped by this key")]
    Rejected,
}

// Without this, an unexpected exception in a shell's code would be a panic on this side.
impl From<uniffi::UnexpectedUniFFICallbackError> for VaultError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable
    }
}

/// Wraps the store's one secret by a key that never leaves the phone's key store.
///
/// Called from a thread of its own while the engine opens or enrols, never in a tap, and given up after five seconds. Must
/// not call the engine.
#[uniffi::export(with_foreign)]
pub trait KeyVault: Send + Sync {
    /// Wraps a secret of at most 64 bytes, with authentication. Makes the key if there is none yet.
    fn wrap(&self, secret: Vec<u8>) -> Result<Vec<u8>, VaultError>;

    /// Brings back what [`Self::wrap`] wrapped. Never makes a key: a missing one is `KeyGone`.
    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, VaultError>;
}

/// Stands between the core's port and a shell's key store.
pub(crate) struct ForeignVault(pub(crate) Arc<dyn KeyVault>);

impl From<VaultError> for ports::VaultError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Locked => Self::Locked,
            VaultError::Unavailable => Self::Unavailable,
            VaultError::KeyGone => Self::KeyGone,
            VaultError::Rejected => Self::Rejected,
        }
    }
}

impl ports::KeyVault for ForeignVault {
    fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, ports::VaultError> {
        Ok(self.0.wrap(secret.to_vec())?)
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Vec<u8>, ports::VaultError> {
        Ok(self.0.unwrap(wrapped.to_vec())?)
    }
}
