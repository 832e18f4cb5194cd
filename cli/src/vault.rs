//! The key vault of the command line: one random key in a file that only its owner may read.
//!
//! A file is what a computer without a key store has; whoever reads it and the store has the store. The phones' shells
//! use the platform's key store instead.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hadir_core::ports::{KeyVault, VaultError};
use zeroize::Zeroizing;

const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 24;
/// Binds what is wrapped to this use.
const AAD: &[u8] = b"hadir/file-vault/v1";

/// Wraps with XChaCha20-Poly1305 under a key in a file (mode 0600).
pub struct FileVault {
    path: PathBuf,
}

impl FileVault {
    /// Uses the key file at `path`, which [`Self::create`] makes.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Makes the key, if there is none yet. An empty file is none: whoever was interrupted left it, and nothing was wrapped by it.
    ///
    /// # Errors
    /// When the file can't be made or the system has no randomness.
    pub fn create(&self) -> io::Result<()> {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        getrandom::fill(&mut *key).map_err(|error| io::Error::other(error.to_string()))?;
        if fs::symlink_metadata(&self.path).is_ok_and(|about| about.is_file() && about.len() == 0) {
            fs::remove_file(&self.path)?;
        }
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.path) {
            Ok(mut file) => {
                if let Err(error) = file.write_all(&*key).and_then(|()| file.sync_all()) {
                    // Half a key helps nobody, and would stand in the way of the next try.
                    let _ = fs::remove_file(&self.path);
                    return Err(error);
                }
                self.path.parent().map_or(Ok(()), |dir| fs::File::open(dir)?.sync_all())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn key(&self) -> Result<Zeroizing<[u8; KEY_LEN]>, VaultError> {
        let mut file = fs::File::open(&self.path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => VaultError::KeyGone,
            _ => VaultError::Unavailable,
        })?;
        let mode = file.metadata().map_err(|_| VaultError::Unavailable)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(VaultError::Unavailable);
        }
        let mut key = Zeroizing::new(Vec::with_capacity(KEY_LEN));
        file.read_to_end(&mut key).map_err(|_| VaultError::Unavailable)?;
        let key: [u8; KEY_LEN] = key.as_slice().try_into().map_err(|_| VaultError::KeyGone)?;
        Ok(Zeroizing::new(key))
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305, VaultError> {
        XChaCha20Poly1305::new_from_slice(&*self.key()?).map_err(|_| VaultError::KeyGone)
    }
}

impl KeyVault for FileVault {
    fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::Unavailable)?;
        let sealed = self
            .cipher()?
            .encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: AAD })
            .map_err(|_| VaultError::Rejected)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, sealed) = wrapped.split_at_checked(NONCE_LEN).ok_or(VaultError::Rejected)?;
        let nonce: [u8; NONCE_LEN] = nonce.try_into().map_err(|_| VaultError::Rejected)?;
        self.cipher()?
            .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: AAD })
            .map_err(|_| VaultError::Rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_vault_keeps_the_contract() {
        hadir_core::ports::vault::conformance::run(&vault().1);
    }

    fn vault() -> (tempfile::TempDir, FileVault) {
        let dir = tempfile::tempdir().unwrap();
        let vault = FileVault::new(&dir.path().join("vault.key"));
        vault.create().unwrap();
        (dir, vault)
    }

    #[test]
    fn what_is_wrapped_comes_back_and_does_not_show() {
        let (_dir, vault) = vault();
        let wrapped = vault.wrap(b"a store's secret").unwrap();
        assert!(!wrapped.windows(5).any(|part| part == b"store"));
        assert_eq!(vault.unwrap(&wrapped).unwrap(), b"a store's secret");
    }

    #[test]
    fn an_empty_key_file_that_an_interruption_left_stands_in_nobodys_way() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vault.key");
        fs::write(&path, b"").unwrap();
        let vault = FileVault::new(&path);
        vault.create().unwrap();
        let wrapped = vault.wrap(b"a store's secret").unwrap();
        vault.create().unwrap();
        assert_eq!(vault.unwrap(&wrapped).unwrap(), b"a store's secret", "a whole one is left as it is");
    }

    #[test]
    fn a_key_that_others_may_read_is_not_used_and_a_lost_one_is_gone() {
        let (dir, vault) = vault();
        let wrapped = vault.wrap(b"x").unwrap();
        let path = dir.path().join("vault.key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(vault.unwrap(&wrapped).unwrap_err(), VaultError::Unavailable);
        fs::remove_file(&path).unwrap();
        assert_eq!(vault.unwrap(&wrapped).unwrap_err(), VaultError::KeyGone);
        vault.create().unwrap();
        assert_eq!(vault.unwrap(&wrapped).unwrap_err(), VaultError::Rejected);
    }
}
