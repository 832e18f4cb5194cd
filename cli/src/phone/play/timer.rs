//! Waits for the time of a step.

use std::{io, sync::Arc, thread, time::Duration};

use super::super::clock::PhoneClock;
use crate::{clock::FileClock, out::Out};

/// How often a clock file is looked at: a few times in a tenth of a second.
const LOOK_EVERY: Duration = Duration::from_millis(25);
/// The longest sleep by the system's clock, which somebody may set meanwhile.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Waits, or moves the clock file itself.
pub(in super::super) struct Timer {
    clock: Arc<PhoneClock>,
    drive: bool,
}

impl Timer {
    /// Waits by a phone's clock; with `drive` it moves the clock's file instead.
    pub(in super::super) fn new(clock: &Arc<PhoneClock>, drive: bool) -> Self {
        Self { clock: clock.clone(), drive }
    }

    /// The time, whatever the wall clock was set to, milliseconds since 1970.
    pub(in super::super) fn now_ms(&self) -> i64 {
        self.clock.true_ms()
    }

    /// Returns at an instant, or at once after it.
    ///
    /// # Errors
    /// When the clock file can't be moved.
    pub(in super::super) fn wait_until(&self, at_ms: i64, step: usize, out: Out) -> io::Result<()> {
        let file = self.clock.file();
        if let (true, Some(file)) = (self.drive, file) {
            if self.now_ms() < at_ms {
                FileClock::set(file, at_ms)?;
            }
            return Ok(());
        }
        let longest = if file.is_some() { LOOK_EVERY } else { LONGEST_SLEEP };
        let mut waited = Duration::ZERO;
        loop {
            let left = u64::try_from(at_ms.saturating_sub(self.now_ms())).unwrap_or(0);
            if left == 0 {
                break;
            }
            // The distance on a clock file says nothing about how soon somebody moves it.
            let nap = if file.is_some() { longest } else { longest.min(Duration::from_millis(left)) };
            thread::sleep(nap);
            waited += nap;
            if waited >= LONGEST_SLEEP {
                let seconds = left / 1_000;
                out.progress(&format!(
                    "{} {step}: {seconds} {}",
                    out.lang.pick("Menunggu langkah", "Waiting for step"),
                    out.lang.pick("detik lagi", "s to go")
                ));
            }
        }
        if waited >= LONGEST_SLEEP {
            out.progress("");
        }
        Ok(())
    }
}
