//! The phone's two clocks, read at one moment.
//!
//! Implementations: `adapters::clock::SystemClock`, and in tests the `ModelClock`, which a test sets. Both pass the
//! `conformance` suite.

#[cfg(any(test, feature = "testing"))]
mod model;

#[cfg(any(test, feature = "testing"))]
pub use model::ModelClock;

/// What the clocks show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock, milliseconds since 1970. Anyone can set it.
    pub wall_ms: i64,
    /// A clock that counts on in sleep and that nobody can set, milliseconds since an origin of its own
    /// (CLOCK_BOOTTIME, mach_continuous_time). It never leaves the phone as it is.
    pub boot_ms: u64,
}

/// Reads the clocks.
pub trait Clock: Send + Sync {
    /// Reads both clocks. `boot_ms` never goes back while the phone runs.
    fn read(&self) -> Reading;
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn read(&self) -> Reading {
        (**self).read()
    }
}

/// What every implementation of [`Clock`] must do; run it on each.
#[cfg(any(test, feature = "testing"))]
pub mod conformance {
    use super::Clock;

    /// Reads `clock` many times.
    ///
    /// # Panics
    /// When the clock that nobody can set goes back.
    pub fn run(clock: &dyn Clock) {
        let mut last = clock.read().boot_ms;
        for _ in 0..10_000 {
            let now = clock.read().boot_ms;
            assert!(now >= last, "the clock that nobody can set went back from {last} to {now} ms");
            last = now;
        }
    }
}
