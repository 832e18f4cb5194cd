//! The data directory: the database, the server's own keys, and the lock that lets one server in.
//!
//! ```text
//! DIR/hadir.db            everything that the server knows (and SQLite's -wal and -shm)
//! DIR/keys/receipt.jwk    signs receipts, tokens and heads; mode 0600
//! DIR/keys/assignment.jwk signs assignments; mode 0600
//! DIR/serve.lock          held by the running server
//! ```
//! The root and the policy key never stand here.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use hadir_core::{
    envelope::SigningKey,
    trust::keyfile::{self, KeyFileError, Role},
    wire::KeyUse,
};

use crate::{
    handle::ServerKeys,
    store::{SqliteStore, StoreError},
};

/// Why the data directory can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Reading or writing failed.
    #[error("{}: {error}", .path.display())]
    Io {
        /// What was read or written.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// Another server runs on it.
    #[error("another server runs on {}; stop it first, or choose another directory", .0.display())]
    InUse(PathBuf),
    /// There is no agency in it.
    #[error("{} holds no agency yet; make one with `hadir admin init`", .0.display())]
    NoAgency(PathBuf),
    /// Others than its owner may read or write a key file.
    #[error(
        "{}: others may read this key (mode {mode:o}); set it right with chmod 600, and if somebody may have read it, \
         certify a new key (docs/operations.md, section 11)", .path.display()
    )]
    KeyOpen {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A key file is not good.
    #[error("{}: {error}", .path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: KeyFileError,
    },
    /// The database can't be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A data directory.
#[derive(Debug, Clone)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// Takes a directory, making it if it does not exist, for its owner alone.
    ///
    /// # Errors
    /// [`DataDirError::Io`].
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, DataDirError> {
        let path = path.into();
        private_dir(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Opens the database, also beside a running server.
    ///
    /// # Errors
    /// [`DataDirError::Store`].
    pub fn store(&self) -> Result<SqliteStore, DataDirError> {
        Ok(SqliteStore::open(self.0.join("hadir.db"))?)
    }

    /// Takes the place of the running server until the lock is dropped.
    ///
    /// # Errors
    /// [`DataDirError::InUse`] while another process holds it.
    pub fn lock(&self) -> Result<ServeLock, DataDirError> {
        let path = self.0.join("serve.lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(at(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(ServeLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(DataDirError::InUse(self.0.clone())),
            Err(TryLockError::Error(error)) => Err(DataDirError::Io { path, error }),
        }
    }

    /// Writes the server's keys. Files that exist are never overwritten.
    ///
    /// # Errors
    /// [`DataDirError::Io`], also when a key is there already.
    pub fn put_keys(&self, keys: &ServerKeys) -> Result<(), DataDirError> {
        private_dir(&self.0.join("keys"))?;
        for (key_use, key) in [(KeyUse::Receipt, &keys.receipt), (KeyUse::Assignment, &keys.assignment)] {
            let path = self.key_path(key_use);
            let text = keyfile::signing(Role::Use(key_use), key);
            let mut file = private_file(&path).map_err(at(&path))?;
            file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at(&path))?;
        }
        Ok(())
    }

    /// Puts a new key in the place of one of the server's; the old one, if there is one, is kept beside it. Returns where.
    ///
    /// # Errors
    /// [`DataDirError::Io`]; the old key is in its place then.
    pub fn replace_key(&self, key_use: KeyUse, key: &SigningKey) -> Result<Option<PathBuf>, DataDirError> {
        private_dir(&self.0.join("keys"))?;
        let path = self.key_path(key_use);
        let kept = if path.exists() { Some(self.keep_old(key_use, &path)?) } else { None };
        let next = path.with_extension("next");
        let _ = fs::remove_file(&next);
        let mut file = private_file(&next).map_err(at(&next))?;
        let text = keyfile::signing(Role::Use(key_use), key);
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at(&next))?;
        fs::rename(&next, &path).map_err(at(&path))?;
        let dir = self.0.join("keys");
        File::open(&dir).and_then(|dir| dir.sync_all()).map_err(at(&dir))?;
        Ok(kept)
    }

    fn keep_old(&self, key_use: KeyUse, path: &Path) -> Result<PathBuf, DataDirError> {
        let old = self.key(key_use)?.kid().to_string();
        let short: String = old.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        let kept = path.with_file_name(format!("{}-{short}.old.jwk", key_use.as_str()));
        let text = zeroize::Zeroizing::new(fs::read_to_string(path).map_err(at(path))?);
        if !kept.exists() {
            let mut file = private_file(&kept).map_err(at(&kept))?;
            file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at(&kept))?;
        }
        Ok(kept)
    }

    /// Reads the server's keys.
    ///
    /// # Errors
    /// [`DataDirError::Io`] for a file that is missing, [`DataDirError::Key`] for one that is no such key.
    pub fn keys(&self) -> Result<ServerKeys, DataDirError> {
        Ok(ServerKeys { receipt: self.key(KeyUse::Receipt)?, assignment: self.key(KeyUse::Assignment)? })
    }

    fn key(&self, key_use: KeyUse) -> Result<SigningKey, DataDirError> {
        let path = self.key_path(key_use);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).map_err(at(&path))?.permissions().mode() & 0o777;
            if mode & 0o077 != 0 {
                return Err(DataDirError::KeyOpen { path, mode });
            }
        }
        let text = zeroize::Zeroizing::new(fs::read_to_string(&path).map_err(at(&path))?);
        keyfile::read_signing(Role::Use(key_use), &text).map_err(|error| DataDirError::Key { path, error })
    }

    fn key_path(&self, key_use: KeyUse) -> PathBuf {
        self.0.join("keys").join(format!("{}.jwk", key_use.as_str()))
    }
}

/// Held while a server runs.
#[derive(Debug)]
pub struct ServeLock {
    _file: File,
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> DataDirError {
    let path = path.to_owned();
    |error| DataDirError::Io { path, error }
}

fn private_dir(path: &Path) -> Result<(), DataDirError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(at(path))
}

/// Makes a new file for its owner alone.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> ServerKeys {
        ServerKeys { receipt: SigningKey::from_seed(&[1; 32]), assignment: SigningKey::from_seed(&[2; 32]) }
    }

    #[test]
    fn keys_come_back_and_are_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::open(dir.path().join("new")).unwrap();
        assert!(matches!(data.keys(), Err(DataDirError::Io { .. })));
        data.put_keys(&keys()).unwrap();
        let read = data.keys().unwrap();
        assert_eq!((read.receipt.kid(), read.assignment.kid()), (keys().receipt.kid(), keys().assignment.kid()));
        assert!(matches!(data.put_keys(&keys()), Err(DataDirError::Io { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn keys_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::open(dir.path().join("new")).unwrap();
        data.put_keys(&keys()).unwrap();
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(data.key_path(KeyUse::Receipt)), 0o600);
        assert_eq!(mode(data.path().to_owned()), 0o700);
        fs::set_permissions(data.key_path(KeyUse::Receipt), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(data.keys(), Err(DataDirError::KeyOpen { mode: 0o640, .. })));
    }

    #[test]
    fn a_new_key_takes_the_place_of_the_old_one_which_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::open(dir.path().join("new")).unwrap();
        let fresh = SigningKey::from_seed(&[3; 32]);
        assert_eq!(data.replace_key(KeyUse::Receipt, &keys().receipt).unwrap(), None);
        assert_eq!(data.replace_key(KeyUse::Assignment, &keys().assignment).unwrap(), None);
        let kept = data.replace_key(KeyUse::Receipt, &fresh).unwrap().unwrap();
        let read = data.keys().unwrap();
        assert_eq!((read.receipt.kid(), read.assignment.kid()), (fresh.kid(), keys().assignment.kid()));
        let old = keyfile::read_signing(Role::Use(KeyUse::Receipt), &fs::read_to_string(kept).unwrap()).unwrap();
        assert_eq!(old.kid(), keys().receipt.kid());
    }

    #[test]
    fn one_server_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::open(dir.path()).unwrap();
        let held = data.lock().unwrap();
        assert!(matches!(data.lock(), Err(DataDirError::InUse(_))));
        drop(held);
        assert!(data.lock().is_ok());
    }
}
