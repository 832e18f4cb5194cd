//! How often a password may be tried, by login: argon2 makes each try dear, this makes many of them slow.

use std::{collections::HashMap, sync::Mutex};

/// Tries in a burst: a person who mistypes gets on.
const BURST: u32 = 6;
/// Milliseconds in which one try grows back: 7,200 guesses a day against 12 characters are nothing.
const REFILL_MS: i64 = 12_000;
/// Names remembered at once. Beyond it the longest untouched are forgotten, so that made-up names cost no memory.
const NAMES: usize = 4_096;

/// Counts tries. Time comes in as an argument.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<String, Bucket>>);

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tries: u32,
    at_ms: i64,
}

impl Throttle {
    /// Takes one try.
    ///
    /// # Errors
    /// In how many seconds the next one may be made.
    pub(crate) fn take(&self, name: &str, now_ms: i64) -> Result<(), u32> {
        let mut names = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if names.len() >= NAMES && !names.contains_key(name) {
            let oldest = names.iter().min_by_key(|(_, bucket)| bucket.at_ms).map(|(name, _)| name.clone());
            oldest.map(|oldest| names.remove(&oldest));
        }
        let bucket = names.entry(name.to_owned()).or_insert(Bucket { tries: BURST, at_ms: now_ms });
        // A clock that was set back gives nothing and takes nothing.
        let grown = u32::try_from((now_ms - bucket.at_ms).max(0) / REFILL_MS).unwrap_or(u32::MAX);
        if grown > 0 {
            bucket.tries = bucket.tries.saturating_add(grown).min(BURST);
            bucket.at_ms = now_ms;
        }
        if bucket.tries == 0 {
            let wait = REFILL_MS - (now_ms - bucket.at_ms).clamp(0, REFILL_MS);
            return Err(u32::try_from(wait / 1_000 + 1).unwrap_or(u32::MAX));
        }
        bucket.tries -= 1;
        Ok(())
    }

    /// Forgets the tries of a login that has proven itself.
    pub(crate) fn forgive(&self, name: &str) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_burst_one_try_grows_back_at_a_time() {
        let throttle = Throttle::default();
        for _ in 0..BURST {
            assert_eq!(throttle.take("a", 1_000), Ok(()));
        }
        assert_eq!(throttle.take("a", 1_000), Err(13));
        assert_eq!(throttle.take("b", 1_000), Ok(()), "another login is not held up");
        assert_eq!(throttle.take("a", 1_000 + REFILL_MS), Ok(()));
        assert!(throttle.take("a", 1_000 + REFILL_MS).is_err());
        throttle.forgive("a");
        assert_eq!(throttle.take("a", 1_000 + REFILL_MS), Ok(()));
    }

    #[test]
    fn made_up_names_do_not_fill_the_memory() {
        let throttle = Throttle::default();
        for n in 0..NAMES + 10 {
            let _ = throttle.take(&n.to_string(), i64::try_from(n).unwrap());
        }
        assert!(throttle.0.lock().unwrap().len() <= NAMES);
    }
}
