//! How simulated time passes for the person who watches: slow at the windows, fast between.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::clock::SimClock;

/// A stretch of simulated time that the watcher should see slowly.
#[derive(Debug, Clone, Copy)]
pub struct Slow {
    /// From, milliseconds.
    pub from_ms: i64,
    /// Until, milliseconds, excluded.
    pub until_ms: i64,
}

/// In a slow stretch, so many simulated seconds pass a second.
const SLOW_RATE: f64 = 240.0;
/// Between them, so many.
const FAST_RATE: f64 = 4_000.0;
/// The clock moves in steps of this length, so that the board's clock does not jump.
const FRAME: Duration = Duration::from_millis(50);

/// Moves the clock.
#[derive(Debug)]
pub struct Pacer {
    clock: SimClock,
    slow: Vec<Slow>,
    /// Speed; 0 does not wait at all.
    pace: f64,
    /// Real time that events took beyond their share: the next wait is shorter by it.
    debt: Duration,
    last: Instant,
}

impl Pacer {
    /// Moves `clock`; `pace` 1 plays a day in about a minute, 2 in half of one, 0 as fast as the machine can.
    #[must_use]
    pub fn new(clock: SimClock, slow: Vec<Slow>, pace: f64) -> Self {
        Self { clock, slow, pace, debt: Duration::ZERO, last: Instant::now() }
    }

    /// Lets simulated time pass until `at_ms`. The clock stands still outside this call, so while requests are in flight.
    pub fn advance_to(&mut self, at_ms: i64) {
        self.debt += self.last.elapsed();
        while self.pace > 0.0 && self.clock.now_ms() < at_ms {
            let now = self.clock.now_ms();
            let rate = self.rate(now) * self.pace;
            let step = (FRAME.as_secs_f64() * 1000.0 * rate).min(to_f64(at_ms - now)).min(self.to_next_edge(now));
            let wait = Duration::from_secs_f64(step / 1000.0 / rate);
            if self.debt >= wait {
                self.debt -= wait;
            } else {
                thread::sleep(wait - self.debt);
                self.debt = Duration::ZERO;
            }
            #[expect(clippy::cast_possible_truncation, reason = "a step is at most a day")]
            self.clock.advance_to(now + (step.ceil() as i64).max(1));
        }
        self.clock.advance_to(at_ms);
        self.last = Instant::now();
    }

    fn rate(&self, now: i64) -> f64 {
        if self.slow.iter().any(|s| (s.from_ms..s.until_ms).contains(&now)) { SLOW_RATE } else { FAST_RATE }
    }

    fn to_next_edge(&self, now: i64) -> f64 {
        let edges = self.slow.iter().flat_map(|s| [s.from_ms, s.until_ms]);
        edges.filter(|&edge| edge > now).min().map_or(f64::INFINITY, |edge| to_f64(edge - now))
    }
}

#[expect(clippy::cast_precision_loss, reason = "spans of a day in milliseconds fit an f64")]
fn to_f64(ms: i64) -> f64 {
    ms as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_pace_time_jumps_and_never_passes_the_event() {
        let clock = SimClock::new(1_000);
        let mut pacer = Pacer::new(clock.clone(), vec![], 0.0);
        pacer.advance_to(5_000_000);
        assert_eq!(clock.now_ms(), 5_000_000);
        pacer.advance_to(4_000_000);
        assert_eq!(clock.now_ms(), 5_000_000);
    }

    #[test]
    fn with_a_pace_the_clock_stops_exactly_at_the_event() {
        let clock = SimClock::new(0);
        let slow = vec![Slow { from_ms: 10_000, until_ms: 20_000 }];
        let mut pacer = Pacer::new(clock.clone(), slow, 1_000.0);
        pacer.advance_to(3_600_000);
        assert_eq!(clock.now_ms(), 3_600_000);
    }
}
