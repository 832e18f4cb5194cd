//! The clocks of the machine.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::ports::{Clock, Reading};

/// The system's wall clock, and the clock that counts on in sleep.
///
/// On Linux and Android the latter is CLOCK_BOOTTIME, on Apple's systems mach_continuous_time; every process of one boot shares
/// them, and neither stands still in sleep. Elsewhere it is the standard library's monotonic clock counted from the first
/// reading of this process: it may stand still in sleep and begins anew with each process, so that each is a session of its own.
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

/// Neither the standard library nor rustix has the clock that counts on in sleep on Apple's systems (`mach/mach_time.h`).
#[cfg(target_vendor = "apple")]
#[allow(unsafe_code, reason = "two functions of the system that take nothing and write one plain struct")]
fn boot_ms() -> u64 {
    use std::sync::OnceLock;

    /// `struct mach_timebase_info`: a tick is `numer / denom` nanoseconds.
    #[repr(C)]
    struct Timebase {
        numer: u32,
        denom: u32,
    }
    unsafe extern "C" {
        fn mach_continuous_time() -> u64;
        fn mach_timebase_info(info: *mut Timebase) -> i32;
    }
    static TICK: OnceLock<(u32, u32)> = OnceLock::new();
    let (numer, denom) = *TICK.get_or_init(|| {
        let mut tick = Timebase { numer: 0, denom: 0 };
        // SAFETY: it writes the struct and nothing else; its layout is the system's.
        let failed = unsafe { mach_timebase_info(&raw mut tick) } != 0;
        // It is not known to fail; a tick of a nanosecond is what it is on Intel's processors.
        if failed || tick.numer == 0 || tick.denom == 0 { (1, 1) } else { (tick.numer, tick.denom) }
    });
    // SAFETY: it takes nothing and touches no memory of ours.
    let ticks = unsafe { mach_continuous_time() };
    let ns = u128::from(ticks) * u128::from(numer) / u128::from(denom);
    u64::try_from(ns / 1_000_000).unwrap_or(u64::MAX)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
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
