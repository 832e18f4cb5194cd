//! The disk of the machine: one directory, through the standard library, with `flock` from rustix.
//!
//! `sync_data` is the standard library's, because on Apple it must be `F_FULLFSYNC`, which it is there, and rustix has
//! no fdatasync on that platform. The lock is flock, because the standard library's is unsupported on Android
//! before Rust 1.98.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};

use crate::ports::disk::{Disk, DiskError, DiskErrorKind, DiskFile, FileInfo, Lock, check_name};

/// One directory of the machine's file system. Files are readable by their owner alone.
#[derive(Debug)]
pub struct SystemDisk {
    root: PathBuf,
    directory: File,
    syncs: Arc<AtomicU64>,
}

impl SystemDisk {
    /// Opens the directory `root`, making it and its parents (mode 0700) if they are missing.
    ///
    /// # Errors
    /// [`DiskError`] when it cannot be made or opened, or is not a directory.
    pub fn open(root: &Path) -> Result<Self, DiskError> {
        let shown = root.display().to_string();
        let failed = |error: &io::Error| DiskError::new("open directory", &shown, kind(error));
        if !root.is_dir() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(root).map_err(|e| failed(&e))?;
            // The new name must survive a power cut as much as what will be put under it.
            if let Some(parent) = root.parent().filter(|p| !p.as_os_str().is_empty()) {
                File::open(parent).and_then(|dir| dir.sync_all()).map_err(|e| failed(&e))?;
            }
        }
        let root = root.canonicalize().map_err(|e| failed(&e))?;
        let directory = File::open(&root).map_err(|e| failed(&e))?;
        Ok(Self { root, directory, syncs: Arc::default() })
    }

    fn path(&self, operation: &'static str, name: &str) -> Result<PathBuf, DiskError> {
        check_name(operation, name)?;
        Ok(self.root.join(name))
    }

    fn handle(&self, name: &str, file: File) -> Box<dyn DiskFile> {
        Box::new(SystemFile { file, name: name.to_owned(), syncs: self.syncs.clone() })
    }
}

fn kind(error: &io::Error) -> DiskErrorKind {
    match error.kind() {
        io::ErrorKind::NotFound => DiskErrorKind::NotFound,
        io::ErrorKind::AlreadyExists => DiskErrorKind::Exists,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => DiskErrorKind::Full,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => DiskErrorKind::Denied,
        _ => DiskErrorKind::Io(error.to_string()),
    }
}

fn because<'a>(operation: &'static str, name: &'a str) -> impl Fn(io::Error) -> DiskError + 'a {
    move |error| DiskError::new(operation, name, kind(&error))
}

impl Disk for SystemDisk {
    fn identity(&self) -> String {
        self.root.display().to_string()
    }

    fn list(&self) -> Result<Vec<FileInfo>, DiskError> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.root).map_err(because("list", "."))? {
            let entry = entry.map_err(because("list", "."))?;
            // A file that vanishes between the two calls was not there.
            let Ok(about) = entry.metadata() else { continue };
            if let (true, Ok(name)) = (about.is_file(), entry.file_name().into_string()) {
                files.push(FileInfo { name, len: about.len() });
            }
        }
        files.sort();
        Ok(files)
    }

    fn create(&self, name: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        let path = self.path("create", name)?;
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path);
        Ok(self.handle(name, file.map_err(because("create", name))?))
    }

    fn open(&self, name: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        let path = self.path("open", name)?;
        let file = OpenOptions::new().read(true).write(true).open(path).map_err(because("open", name))?;
        Ok(self.handle(name, file))
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        fs::rename(self.path("rename", from)?, self.path("rename", to)?).map_err(because("rename", from))
    }

    fn remove(&self, name: &str) -> Result<(), DiskError> {
        fs::remove_file(self.path("remove", name)?).map_err(because("remove", name))
    }

    fn sync_dir(&self) -> Result<(), DiskError> {
        self.syncs.fetch_add(1, Ordering::Relaxed);
        self.directory.sync_all().map_err(because("sync", "."))
    }

    fn lock(&self, name: &str) -> Result<Lock, DiskError> {
        let path = self.path("lock", name)?;
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(because("lock", name))?;
        loop {
            return match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => Ok(Lock::Held(Box::new(file))),
                Err(Errno::WOULDBLOCK) => Ok(Lock::Busy),
                Err(Errno::INTR) => continue,
                // Whatever else flock answers, this file system does not do it; the caller reports that and goes on.
                Err(_) => Ok(Lock::Unsupported),
            };
        }
    }

    fn syncs(&self) -> u64 {
        self.syncs.load(Ordering::Relaxed)
    }
}

#[derive(Debug)]
struct SystemFile {
    file: File,
    name: String,
    syncs: Arc<AtomicU64>,
}

impl DiskFile for SystemFile {
    fn len(&self) -> Result<u64, DiskError> {
        self.file.metadata().map(|about| about.len()).map_err(because("measure", &self.name))
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, DiskError> {
        let mut done = 0;
        while done < buf.len() {
            match self.file.read_at(&mut buf[done..], offset + done as u64) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(because("read", &self.name)(error)),
            }
        }
        Ok(done)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        self.file.write_all_at(bytes, offset).map_err(because("write", &self.name))
    }

    fn set_len(&self, len: u64) -> Result<(), DiskError> {
        self.file.set_len(len).map_err(because("resize", &self.name))
    }

    fn sync_data(&self) -> Result<(), DiskError> {
        self.syncs.fetch_add(1, Ordering::Relaxed);
        self.file.sync_data().map_err(because("sync", &self.name))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::ports::disk::conformance;

    #[test]
    fn the_disk_of_the_machine_keeps_the_contract() {
        let mut kept = Vec::new();
        conformance::run(&mut || {
            let directory = tempfile::tempdir().unwrap();
            let disk = SystemDisk::open(directory.path()).unwrap();
            kept.push(directory);
            Box::new(disk)
        });
    }

    #[test]
    fn a_missing_directory_is_made_for_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("a/b");
        let disk = SystemDisk::open(&root).unwrap();
        disk.create("f").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&root), 0o700);
        assert_eq!(mode(&root.join("f")), 0o600);
    }

    #[test]
    fn a_path_that_is_a_file_is_refused_by_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("f");
        fs::write(&path, "x").unwrap();
        let error = SystemDisk::open(&path).unwrap_err();
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }

    #[test]
    fn two_ways_to_one_directory_are_one_identity() {
        let directory = tempfile::tempdir().unwrap();
        let link = directory.path().join("link");
        let real = directory.path().join("real");
        let one = SystemDisk::open(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert_eq!(one.identity(), SystemDisk::open(&link).unwrap().identity());
    }

    #[test]
    fn a_directory_inside_is_not_listed() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("index")).unwrap();
        assert_eq!(SystemDisk::open(directory.path()).unwrap().list().unwrap(), []);
    }

    #[test]
    fn a_journal_on_it_takes_one_sync_a_tap_and_comes_back() {
        use crate::{
            journal::{Entry, FrameKind, Journal, JournalError, Options},
            ports::{SeededEntropy, vault::MemoryVault},
        };
        let directory = tempfile::tempdir().unwrap();
        let open_disk = || Arc::new(SystemDisk::open(directory.path()).unwrap());
        let (disk, vault) = (open_disk(), MemoryVault::new(1));
        let entropy = Arc::new(SeededEntropy::new(1));
        let mut journal = Journal::create(disk.clone(), &vault, entropy.clone(), Options::default(), b"").unwrap();
        let before = disk.syncs();
        for _ in 0..5 {
            journal.commit(&[Entry { kind: FrameKind::Record, body: b"record" }], Vec::new).unwrap();
        }
        assert_eq!(disk.syncs(), before + 5);
        let open = || Journal::open(open_disk(), &vault, entropy.clone(), Options::default());
        assert_eq!(open().unwrap_err(), JournalError::InUse);
        drop(journal);
        let (_journal, opened) = open().unwrap();
        assert_eq!(opened.frames.len(), 5);
        assert!(opened.report.is_clean() && opened.report.warnings.is_empty(), "{:?}", opened.report);
    }
}
