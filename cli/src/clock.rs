//! Clocks of the command line: the system's, or one kept in a file that several processes share.
//!
//! The file clock is for trials and tests: `hadir serve --clock FILE` and `hadir phone --clock FILE` then agree on a
//! day that is not today. The file holds one integer, milliseconds since 1970.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use hadir_core::ports::{Clock, Reading};

/// The boot clock of a file clock counts from here (2000-01-01), so that it goes on over processes.
const BOOT_ORIGIN_MS: i64 = 946_684_800_000;

/// A clock in a file. It stands still until someone moves it.
#[derive(Debug)]
pub struct FileClock {
    path: PathBuf,
    last: AtomicI64,
}

impl FileClock {
    /// Opens a clock file.
    ///
    /// # Errors
    /// When the file can't be read or does not hold one integer.
    pub fn open(path: &Path) -> io::Result<Self> {
        let now = read(path)?;
        Ok(Self { path: path.to_owned(), last: AtomicI64::new(now) })
    }

    /// Makes or moves a clock file.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn set(path: &Path, now_ms: i64) -> io::Result<()> {
        // Whole or not at all: readers open it at any moment.
        let next = path.with_extension("next");
        fs::write(&next, format!("{now_ms}\n"))?;
        fs::rename(next, path)
    }

    /// The true time of the file, milliseconds since 1970; the last one read, where the file can't be read now.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        let now = read(&self.path).unwrap_or_else(|_| self.last.load(Ordering::Relaxed));
        self.last.fetch_max(now, Ordering::Relaxed).max(now)
    }
}

impl Clock for FileClock {
    fn read(&self) -> Reading {
        reading(self.now_ms(), 0)
    }
}

/// A clock in memory that its owner moves; clones share the time and have each their own wall offset.
#[derive(Debug, Clone)]
pub struct SimClock {
    now_ms: Arc<AtomicI64>,
    wall_offset_ms: i64,
}

impl SimClock {
    /// Starts a clock.
    #[must_use]
    pub fn new(now_ms: i64) -> Self {
        Self { now_ms: Arc::new(AtomicI64::new(now_ms)), wall_offset_ms: 0 }
    }

    /// The same time, shown by a wall clock that is off by so much.
    #[must_use]
    pub fn with_wall_offset(&self, wall_offset_ms: i64) -> Self {
        Self { now_ms: Arc::clone(&self.now_ms), wall_offset_ms }
    }

    /// The true time.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::Acquire)
    }

    /// Moves forward to an instant; never back.
    pub fn advance_to(&self, now_ms: i64) {
        self.now_ms.fetch_max(now_ms, Ordering::AcqRel);
    }
}

impl Clock for SimClock {
    fn read(&self) -> Reading {
        reading(self.now_ms(), self.wall_offset_ms)
    }
}

fn read(path: &Path) -> io::Result<i64> {
    fs::read_to_string(path)?.trim().parse().map_err(|_| {
        io::Error::new(io::ErrorKind::InvalidData, format!("{} does not hold one integer", path.display()))
    })
}

fn reading(now_ms: i64, wall_offset_ms: i64) -> Reading {
    Reading {
        wall_ms: now_ms.saturating_add(wall_offset_ms),
        boot_ms: u64::try_from(now_ms.saturating_sub(BOOT_ORIGIN_MS)).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_openers_of_a_clock_file_see_the_same_time_and_it_never_goes_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("clock");
        FileClock::set(&path, 1_795_478_400_000).unwrap();
        let (a, b) = (FileClock::open(&path).unwrap(), FileClock::open(&path).unwrap());
        FileClock::set(&path, 1_795_478_500_000).unwrap();
        assert_eq!(a.read(), b.read());
        FileClock::set(&path, 1_795_478_400_000).unwrap();
        assert_eq!(a.now_ms(), 1_795_478_500_000);
    }

    #[test]
    fn a_person_who_sets_the_wall_clock_does_not_move_the_boot_clock() {
        let clock = SimClock::new(1_795_478_400_000);
        let cheat = clock.with_wall_offset(-3_000_000);
        assert_eq!(cheat.read().boot_ms, clock.read().boot_ms);
        assert_eq!(cheat.read().wall_ms, clock.read().wall_ms - 3_000_000);
    }

    #[test]
    fn a_clock_file_with_words_in_it_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("clock");
        fs::write(&path, "noon").unwrap();
        assert!(FileClock::open(&path).is_err());
    }
}
