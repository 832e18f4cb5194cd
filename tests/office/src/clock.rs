//! The time of phones in a test: the office's, and that of a phone in a process of its own.

use std::sync::{Arc, Mutex, PoisonError};

use hadir_core::ports::{Clock, ModelClock, Reading};

/// The time of the phones beside the office: its own, and how far their wall clock was set off.
#[derive(Debug, Clone)]
pub(crate) struct PhoneClock {
    pub(crate) truth: ModelClock,
    pub(crate) off_ms: Arc<Mutex<i64>>,
}

impl Clock for PhoneClock {
    fn read(&self) -> Reading {
        let truth = self.truth.read();
        let off = *self.off_ms.lock().unwrap_or_else(PoisonError::into_inner);
        Reading { wall_ms: truth.wall_ms.saturating_add(off), ..truth }
    }
}

/// What the clocks of a phone show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct TestReading {
    /// Milliseconds since 1970.
    pub wall_ms: i64,
    /// Milliseconds since the phone was started.
    pub boot_ms: u64,
}

/// The clock of a phone in a process of its own, which no office is in: engines that are opened from now on go by it.
#[derive(uniffi::Object)]
pub struct TestClock(ModelClock);

#[uniffi::export]
impl TestClock {
    /// A clock that shows what another process's office showed.
    #[uniffi::constructor]
    pub fn new(shows: TestReading) -> Arc<Self> {
        let clock = ModelClock::new(shows.wall_ms, shows.boot_ms);
        hadir_bindings::set_clock(Some(Arc::new(clock.clone())));
        Arc::new(Self(clock))
    }

    /// Lets time pass.
    pub fn advance(&self, ms: u64) {
        self.0.advance(ms);
    }
}
