//! The platform's key store: wraps the core's secrets under a key that never leaves it.
//!
//! Android Keystore, the Apple keychain, or a file of mode 0600 behind the command line. It is called when a store
//! is created and when it is opened, never in a tap, because hardware keys take tens of milliseconds and fail at times.
//!
//! A key store may hang: `adapters::PatientVault` stands before a real one and gives up in time. It may lie: whoever
//! unwraps checks what came ([`crate::journal::Journal::open`]).

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
    #[error("the key store does not answer; nothing is lost; try again, and restart the phone if it stays so")]
    Unavailable,
    /// The wrapping key is gone: a restored backup, a wiped keystore, a changed lock screen.
    #[error(
        "the key store has lost its key; enrol again with a new invite, old records are kept for the agency to recover"
    )]
    KeyGone,
    /// The key store holds a key, and it does not fit these bytes.
    #[error(
        "the key store does not know these bytes: a copy from another phone, or altered; enrol again, old records are kept"
    )]
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
pub mod conformance;
#[cfg(any(test, feature = "testing"))]
mod model;
#[cfg(any(test, feature = "testing"))]
pub use model::{HangingVault, LyingVault, MemoryVault};
