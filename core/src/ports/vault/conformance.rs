//! What every implementation of [`KeyVault`] must do; run it on each.

use super::{KeyVault, VaultError};

/// Runs every case on a fresh `vault` that works.
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
    assert_eq!(vault.unwrap(&wrapped).as_deref(), Ok(&secret[..]), "refusals leave the good one as it was");
}

/// Runs every case on a `vault` in trouble: each call answers, and says `trouble` and nothing else.
/// `wrapped` is what the vault gave while it worked.
///
/// # Panics
/// When the vault breaks the port's contract; the message names the case.
pub fn run_in_trouble(vault: &dyn KeyVault, wrapped: &[u8], trouble: VaultError) {
    for _ in 0..3 {
        assert_eq!(vault.unwrap(wrapped), Err(trouble), "a secret is not given back");
        assert_eq!(vault.wrap(&[7; 32]), Err(trouble), "a secret is not taken");
    }
}
