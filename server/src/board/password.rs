//! Passwords of logins: argon2id, stored in PHC form.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use hadir_core::ports::{Entropy, EntropyError};

/// Why a password can't be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("a password has {MIN} to {MAX} characters")]
    Length,
    /// No randomness for the salt.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The hash function refused; it does so only when memory is short.
    #[error("the password could not be hashed: too little memory")]
    Memory,
}

/// Characters that a password has at least (NIST SP 800-63B, 3.1.1.2, asks 8 beside another factor and 15 alone;
/// the operator chooses it, logins are throttled, and twelve is what people still type on a phone).
pub const MIN: usize = 12;
/// Characters that a password has at most: hashing must not become a way to keep the server busy.
pub const MAX: usize = 200;

/// Hashes a new password.
///
/// # Errors
/// [`PasswordError`] says what to do.
pub fn hash(password: &str, entropy: &dyn Entropy) -> Result<String, PasswordError> {
    if !(MIN..=MAX).contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    let mut salt = [0; 16];
    entropy.fill(&mut salt)?;
    let hash: PasswordHash =
        Argon2::default().hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| PasswordError::Memory)?;
    Ok(hash.to_string())
}

/// Whether a password is the one that was hashed; false too for a hash that can't be read. Takes about 20 ms of one core.
#[must_use]
pub fn verify(password: &str, phc: &str) -> bool {
    Argon2::default().verify_password(password.as_bytes(), phc).is_ok()
}

/// A hash of nobody's password, for logins that do not exist: whoever guesses names can't tell them by the time it takes.
pub(crate) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;
    impl Entropy for Counting {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
            (0..).zip(buffer).for_each(|(n, byte)| *byte = n);
            Ok(())
        }
    }

    #[test]
    fn only_the_password_that_was_set_opens() {
        let phc = hash("dua belas huruf", &Counting).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify("dua belas huruf", &phc));
        assert!(!verify("dua belas Huruf", &phc));
        assert!(!verify("dua belas huruf", "not a hash"));
        assert!(!verify("", NOBODY));
    }

    #[test]
    fn a_short_password_is_refused() {
        assert_eq!(hash("pendek", &Counting), Err(PasswordError::Length));
        assert_eq!(hash(&"x".repeat(201), &Counting), Err(PasswordError::Length));
    }

    #[test]
    fn a_login_that_does_not_exist_takes_the_same_work() {
        assert!(PasswordHash::new(NOBODY).is_ok(), "it must parse, else nothing is computed");
    }
}
