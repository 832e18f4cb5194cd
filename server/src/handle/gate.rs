//! Who may ask how often: one token bucket for each installation, and one for all enrolments.
//!
//! Limits are for each key and never for an address: 5,000 phones may share the office's one.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use hadir_core::{envelope::PublicKey, model::InstallId};

use crate::limits::{ENROL_BURST, ENROL_REFILL_MS, RATE_BURST, RATE_REFILL_MS};

/// Whether a request is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It is.
    Admitted,
    /// The key belongs to no installation here.
    Unknown,
    /// Not before this many seconds have passed.
    Wait(u32),
}

/// A token bucket. It starts full.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Milliseconds of allowance in hand.
    allowance_ms: i64,
    at_ms: i64,
}

/// How much one request costs and how much may be saved up, as milliseconds of refill.
#[derive(Debug, Clone, Copy)]
struct Rate {
    refill_ms: i64,
    full_ms: i64,
}

impl Rate {
    const fn new(burst: u32, refill_ms: i64) -> Self {
        Self { refill_ms, full_ms: burst as i64 * refill_ms }
    }
}

impl Bucket {
    const fn full(rate: Rate, now_ms: i64) -> Self {
        Self { allowance_ms: rate.full_ms, at_ms: now_ms }
    }

    fn take(&mut self, rate: Rate, now_ms: i64) -> Admission {
        // A clock that was set back earns nothing and costs nothing.
        let passed = now_ms.saturating_sub(self.at_ms).max(0);
        self.at_ms = now_ms;
        self.allowance_ms = self.allowance_ms.saturating_add(passed).min(rate.full_ms);
        if self.allowance_ms >= rate.refill_ms {
            self.allowance_ms -= rate.refill_ms;
            Admission::Admitted
        } else {
            let missing_ms = rate.refill_ms - self.allowance_ms;
            Admission::Wait(u32::try_from(missing_ms.div_euclid(1_000) + 1).unwrap_or(u32::MAX))
        }
    }

    const fn is_full(&self, rate: Rate, now_ms: i64) -> bool {
        self.allowance_ms.saturating_add(now_ms.saturating_sub(self.at_ms)) >= rate.full_ms
    }
}

const REQUESTS: Rate = Rate::new(RATE_BURST, RATE_REFILL_MS);
const ENROLMENTS: Rate = Rate::new(ENROL_BURST, ENROL_REFILL_MS);
/// Full buckets are forgotten when there are more than this many.
const BUCKETS: usize = 10_000;

#[derive(Debug)]
struct State {
    /// With the key, once it has proved itself: a point that is read once needs no reading with each request.
    known: HashMap<InstallId, Option<PublicKey>>,
    buckets: HashMap<InstallId, Bucket>,
    enrolments: Option<Bucket>,
}

/// Admits requests.
#[derive(Debug)]
pub struct Gate(Mutex<State>);

impl Gate {
    /// A gate that knows these installations.
    #[must_use]
    pub fn new(known: impl IntoIterator<Item = InstallId>) -> Self {
        let known = known.into_iter().map(|install| (install, None)).collect();
        Self(Mutex::new(State { known, buckets: HashMap::new(), enrolments: None }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an installation.
    pub fn learn(&self, install: InstallId) {
        self.state().known.entry(install).or_default();
    }

    /// The key of an installation, if a request of it was checked before.
    #[must_use]
    pub fn key_of(&self, install: &InstallId) -> Option<PublicKey> {
        self.state().known.get(install).cloned().flatten()
    }

    /// Keeps the key that a request of an installation was checked with. A stranger's is not kept.
    pub fn keep_key(&self, key: &PublicKey) {
        if let Some(known) = self.state().known.get_mut(&key.kid()) {
            known.get_or_insert_with(|| key.clone());
        }
    }

    /// Admits a request that an installation signed.
    #[must_use]
    pub fn admit(&self, install: &InstallId, now_ms: i64) -> Admission {
        let mut state = self.state();
        if !state.known.contains_key(install) {
            return Admission::Unknown;
        }
        if state.buckets.len() > BUCKETS {
            state.buckets.retain(|_, bucket| !bucket.is_full(REQUESTS, now_ms));
        }
        state.buckets.entry(*install).or_insert(Bucket::full(REQUESTS, now_ms)).take(REQUESTS, now_ms)
    }

    /// Admits an enrolment.
    #[must_use]
    pub fn admit_enrolment(&self, now_ms: i64) -> Admission {
        self.state().enrolments.get_or_insert(Bucket::full(ENROLMENTS, now_ms)).take(ENROLMENTS, now_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: InstallId = InstallId::new([1; 32]);
    const OTHER: InstallId = InstallId::new([2; 32]);

    #[test]
    fn a_burst_is_let_through_then_the_pace_and_another_phone_does_not_notice() {
        let gate = Gate::new([PHONE, OTHER]);
        for _ in 0..RATE_BURST {
            assert_eq!(gate.admit(&PHONE, 1_000), Admission::Admitted);
        }
        assert_eq!(gate.admit(&PHONE, 1_000), Admission::Wait(1));
        assert_eq!(gate.admit(&OTHER, 1_000), Admission::Admitted);
        assert_eq!(gate.admit(&PHONE, 1_000 + RATE_REFILL_MS), Admission::Admitted);
        assert_eq!(gate.admit(&PHONE, 1_000 + RATE_REFILL_MS), Admission::Wait(1));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let gate = Gate::new([PHONE]);
        for _ in 0..RATE_BURST {
            let _ = gate.admit(&PHONE, 1_000_000);
        }
        assert_eq!(gate.admit(&PHONE, 0), Admission::Wait(1));
        assert_eq!(gate.admit(&PHONE, RATE_REFILL_MS), Admission::Admitted);
    }

    #[test]
    fn five_thousand_phones_behind_one_address_are_limited_each_by_itself() {
        let phones: Vec<InstallId> = (0..5_000_u32)
            .map(|number| {
                let mut name = [0; 32];
                name[..4].copy_from_slice(&number.to_le_bytes());
                InstallId::new(name)
            })
            .collect();
        let gate = Gate::new(phones.iter().copied());
        // All in the same millisecond, each as often as a sync after a week without network asks.
        for _ in 0..20 {
            assert!(phones.iter().all(|phone| gate.admit(phone, 1_000) == Admission::Admitted));
        }
        // One that does not stop is held up alone.
        while gate.admit(&phones[7], 1_000) == Admission::Admitted {}
        for (number, phone) in phones.iter().enumerate() {
            assert_eq!(gate.admit(phone, 1_000) == Admission::Admitted, number != 7, "{number}");
        }
    }

    #[test]
    fn a_key_is_kept_for_who_is_known_alone() {
        let key = hadir_core::envelope::SigningKey::from_seed(&[1; 32]).public().clone();
        let gate = Gate::new([]);
        gate.keep_key(&key);
        assert_eq!(gate.key_of(&key.kid()), None);
        gate.learn(key.kid());
        gate.keep_key(&key);
        assert_eq!(gate.key_of(&key.kid()), Some(key));
    }

    #[test]
    fn an_unknown_key_is_named_as_such_until_it_is_learnt() {
        let gate = Gate::new([]);
        assert_eq!(gate.admit(&PHONE, 0), Admission::Unknown);
        gate.learn(PHONE);
        assert_eq!(gate.admit(&PHONE, 0), Admission::Admitted);
    }
}
