//! The clocks of the machine.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::ports::{Clock, Reading};

/// The system's wall clock, and the clock that counts on in sleep.
///
/// On Linux and Android the latter is CLOCK_BOOTTIME, which every process of one boot shares. Elsewhere, for now, it is
/// the standard library's monotonic clock counted from the first reading of this process: it may stand still in sleep
/// and begins anew with each process, so that each process is a session of its own.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl SystemClock {
    /// Makes the clock.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn boot_ms() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    // Neither is ever negative for this clock.
    u64::try_from(now.tv_sec).unwrap_or(0) * 1_000 + u64::try_from(now.tv_nsec).unwrap_or(0) / 1_000_000
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn boot_ms() -> u64 {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    u64::try_from(FIRST.get_or_init(std::time::Instant::now).elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Clock for SystemClock {
    fn read(&self) -> Reading {
        let wall_ms = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        };
        Reading { wall_ms, boot_ms: boot_ms() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clocks_of_the_machine_keep_the_contract() {
        crate::ports::clock::conformance::run(&SystemClock::new());
    }
}
