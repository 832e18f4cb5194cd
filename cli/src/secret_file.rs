//! Files that hold a secret: for their owner's eyes, synced, and never overwritten.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use hadir_core::text::Lang;
use zeroize::Zeroizing;

/// More than any key file has.
const MAX_BYTES: u64 = 64 * 1024;

/// Says why a secret was not written or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretFileError {
    /// A file stands there already.
    #[error("{0} exists already and is never overwritten; choose another name")]
    Exists(PathBuf),
    /// Others may read it.
    #[error("{path} may be read by others (mode {mode:03o}); make it yours alone: chmod 600 {path}")]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Not a text of a key's size.
    #[error("{0} is not a key file")]
    NotText(PathBuf),
    /// The system refused.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl SecretFileError {
    /// Says it in a language.
    pub(crate) fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (_, Lang::En) | (Self::Io { .. }, Lang::Id) => self.to_string(),
            (Self::Exists(path), Lang::Id) => {
                format!("{} sudah ada; kunci tidak pernah ditimpa: pilih nama lain", path.display())
            }
            (Self::Open { path, mode }, Lang::Id) => {
                let path = path.display();
                format!(
                    "{path} dapat dibaca orang lain (mode {mode:03o}); jadikan milik Anda sendiri: chmod 600 {path}"
                )
            }
            (Self::NotText(path), Lang::Id) => format!("{} bukan berkas kunci", path.display()),
        }
    }
}

/// Writes a new file of mode 0600, synced with its directory.
///
/// # Errors
/// [`SecretFileError`]; a file that stands there already is left as it is.
pub(crate) fn write_new(path: &Path, text: &str) -> Result<(), SecretFileError> {
    create(path, text, 0o600)
}

/// Writes a new file that anyone may read, synced with its directory.
///
/// # Errors
/// [`SecretFileError`]; a file that stands there already is left as it is.
pub(crate) fn write_new_public(path: &Path, text: &str) -> Result<(), SecretFileError> {
    create(path, text, 0o644)
}

fn create(path: &Path, text: &str, mode: u32) -> Result<(), SecretFileError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => SecretFileError::Exists(path.to_owned()),
        _ => SecretFileError::Io { path: path.to_owned(), error },
    };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(failed)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Half a key helps nobody, and would stand in the way of the next try.
        let _ = fs::remove_file(path);
        return Err(failed(error));
    }
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed)
}

/// Reads a secret that only its owner may read.
///
/// # Errors
/// [`SecretFileError`], also for a file that others may read.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, SecretFileError> {
    let failed = |error| SecretFileError::Io { path: path.to_owned(), error };
    let file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(SecretFileError::Open { path: path.to_owned(), mode });
    }
    let mut text = Zeroizing::new(String::new());
    match file.take(MAX_BYTES).read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(SecretFileError::NotText(path.to_owned())),
        Err(error) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_its_owners_alone_and_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.jwk");
        write_new(&path, "first").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(matches!(write_new(&path, "second"), Err(SecretFileError::Exists(_))));
        assert_eq!(read(&path).unwrap().as_str(), "first");
    }

    #[test]
    fn a_secret_that_others_may_read_is_not_used() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.jwk");
        write_new_public(&path, "first").unwrap();
        assert!(matches!(read(&path), Err(SecretFileError::Open { .. })));
        assert!(matches!(read(&dir.path().join("none")), Err(SecretFileError::Io { .. })));
    }
}
