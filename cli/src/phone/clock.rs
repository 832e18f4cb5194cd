//! The clock of a phone on the command line: the system's or a file's, with a wall clock that can be set wrong.

use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicI64, Ordering},
};

use hadir_core::{
    adapters::SystemClock,
    ports::{Clock, Reading},
};
use sha2::{Digest, Sha256};

use crate::clock::FileClock;

/// Linux's id of the present boot.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// The clock.
#[derive(Debug)]
pub(super) struct PhoneClock {
    source: Source,
    wall_offset_ms: AtomicI64,
}

#[derive(Debug)]
enum Source {
    System(SystemClock),
    File(FileClock, PathBuf),
}

impl PhoneClock {
    /// Takes the clock of a file, or the system's.
    ///
    /// # Errors
    /// When the clock file can't be read or holds no instant.
    pub(super) fn open(file: Option<&Path>) -> io::Result<Self> {
        let source = match file {
            Some(path) => Source::File(FileClock::open(path)?, path.to_owned()),
            None => Source::System(SystemClock::new()),
        };
        Ok(Self { source, wall_offset_ms: AtomicI64::new(0) })
    }

    /// The time, whatever the wall clock was set to, milliseconds since 1970.
    pub(super) fn true_ms(&self) -> i64 {
        match &self.source {
            Source::System(clock) => clock.read().wall_ms,
            Source::File(clock, _) => clock.now_ms(),
        }
    }

    /// Sets the wall clock apart from the time, as a person does in a phone's settings.
    pub(super) fn set_wall_offset(&self, offset_ms: i64) {
        self.wall_offset_ms.store(offset_ms, Ordering::Relaxed);
    }

    /// The clock file, if there is one.
    pub(super) fn file(&self) -> Option<&Path> {
        match &self.source {
            Source::System(_) => None,
            Source::File(_, path) => Some(path),
        }
    }
}

impl Clock for PhoneClock {
    fn read(&self) -> Reading {
        let reading = match &self.source {
            Source::System(clock) => clock.read(),
            Source::File(clock, _) => clock.read(),
        };
        let offset = self.wall_offset_ms.load(Ordering::Relaxed);
        Reading { wall_ms: reading.wall_ms.saturating_add(offset), ..reading }
    }
}

/// The mark of this boot: a hash, so that no id of the machine gets into the store. With a clock file, the file stands for the machine: it
/// goes on over processes, and a day in it is one boot.
pub(crate) fn boot_mark(clock: Option<&Path>) -> Option<String> {
    let what = match clock {
        Some(path) => {
            let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            format!("clock file {}", path.display())
        }
        None => format!("boot {}", std::fs::read_to_string(BOOT_ID).ok()?.trim()),
    };
    let hash = Sha256::digest(format!("hadir/boot-mark/v1 {what}"));
    Some(hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_clock_set_wrong_leaves_the_time_and_the_other_clock_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("clock");
        FileClock::set(&path, 1_795_478_400_000).unwrap();
        let clock = PhoneClock::open(Some(&path)).unwrap();
        let before = clock.read();
        clock.set_wall_offset(-3_000_000);
        assert_eq!(clock.read(), Reading { wall_ms: before.wall_ms - 3_000_000, ..before });
        assert_eq!(clock.true_ms(), 1_795_478_400_000);
    }

    #[test]
    fn the_boot_mark_is_the_same_by_whatever_name_the_clock_file_is_called() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("clock");
        FileClock::set(&path, 0).unwrap();
        let mark = boot_mark(Some(&path)).unwrap();
        assert_eq!(boot_mark(Some(&dir.path().join(".").join("clock"))), Some(mark.clone()));
        assert_ne!(boot_mark(Some(&dir.path().join("other"))), Some(mark.clone()));
        assert!(!mark.contains("clock"));
    }
}
