//! Clocks that a test sets.

use std::sync::{Arc, Mutex, MutexGuard};

use super::{Clock, Reading};

/// Clocks of a simulated phone: they stand still until moved. Clones are the same clocks.
#[derive(Debug, Clone)]
pub struct ModelClock(Arc<Mutex<Reading>>);

impl ModelClock {
    /// Makes clocks that show `wall_ms`, on a phone that has been running for `boot_ms`.
    #[must_use]
    pub fn new(wall_ms: i64, boot_ms: u64) -> Self {
        Self(Arc::new(Mutex::new(Reading { wall_ms, boot_ms })))
    }

    fn now(&self) -> MutexGuard<'_, Reading> {
        self.0.lock().expect("no holder of this lock panics")
    }

    /// Lets `ms` milliseconds pass on both clocks.
    pub fn advance(&self, ms: u64) {
        let mut now = self.now();
        now.boot_ms += ms;
        now.wall_ms += i64::try_from(ms).expect("a test lets no ages pass");
    }

    /// Sets the wall clock, as a person or the network may.
    pub fn set_wall(&self, wall_ms: i64) {
        self.now().wall_ms = wall_ms;
    }

    /// Restarts the phone: `off_ms` pass on the wall clock, the other begins again.
    pub fn reboot(&self, off_ms: u64) {
        let mut now = self.now();
        now.wall_ms += i64::try_from(off_ms).expect("a test lets no ages pass");
        now.boot_ms = 5_000;
    }
}

impl Clock for ModelClock {
    fn read(&self) -> Reading {
        *self.now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clocks_of_a_simulated_phone_keep_the_contract() {
        super::super::conformance::run(&ModelClock::new(0, 0));
    }
}
