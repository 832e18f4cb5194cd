//! The phone's two clocks, read at one moment.

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
