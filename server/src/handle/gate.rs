//! Who may ask how often: one token bucket for each installation, one for all enrolments, and for typed codes one for each address
//! beside one for all.
//!
//! Limits are for each key and never for an address, since 5,000 phones may share the office's one; but whoever types a code
//! has no key yet, and a code is short enough to be guessed at.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

use hadir_core::{envelope::PublicKey, model::InstallId};

use crate::limits::{
    ENROL_BURST, ENROL_REFILL_MS, RATE_BURST, RATE_REFILL_MS, TYPED_ALL_BURST, TYPED_ALL_REFILL_MS, TYPED_EACH_BURST,
    TYPED_EACH_REFILL_MS,
};

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
const TYPED_ALL: Rate = Rate::new(TYPED_ALL_BURST, TYPED_ALL_REFILL_MS);
const TYPED_EACH: Rate = Rate::new(TYPED_EACH_BURST, TYPED_EACH_REFILL_MS);
/// Full buckets are forgotten when there are more than this many.
const BUCKETS: usize = 10_000;

#[derive(Debug)]
struct State {
    /// With the key, once it has proved itself: a point that is read once needs no reading with each request.
    known: HashMap<InstallId, Option<PublicKey>>,
    buckets: HashMap<InstallId, Bucket>,
    enrolments: Option<Bucket>,
    looks: Option<Bucket>,
    typed: Option<Bucket>,
    /// By network; none: the address is not known.
    typed_by: HashMap<Option<IpAddr>, Bucket>,
}

/// The network that one person may be taken to have: an address, or with version 6 the 64 bits that a provider gives.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

/// Admits requests.
#[derive(Debug)]
pub struct Gate(Mutex<State>);

impl Gate {
    /// A gate that knows these installations.
    #[must_use]
    pub fn new(known: impl IntoIterator<Item = InstallId>) -> Self {
        let known = known.into_iter().map(|install| (install, None)).collect();
        Self(Mutex::new(State {
            known,
            buckets: HashMap::new(),
            enrolments: None,
            looks: None,
            typed: None,
            typed_by: HashMap::new(),
        }))
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

    /// Admits a look at an invite: as many as enrolments, and beside them.
    #[must_use]
    pub fn admit_look(&self, now_ms: i64) -> Admission {
        self.state().looks.get_or_insert(Bucket::full(ENROLMENTS, now_ms)).take(ENROLMENTS, now_ms)
    }

    /// Admits a try of a typed code. Whoever tries too often from one address does not use up what others have.
    #[must_use]
    pub fn admit_typed(&self, from: Option<IpAddr>, now_ms: i64) -> Admission {
        let mut state = self.state();
        if state.typed_by.len() > BUCKETS {
            state.typed_by.retain(|_, bucket| !bucket.is_full(TYPED_EACH, now_ms));
        }
        // More addresses than that, all busy: who comes anew shares one bucket, and memory has a bound.
        let mut from = from.map(network);
        if state.typed_by.len() > BUCKETS && !state.typed_by.contains_key(&from) {
            from = None;
        }
        let each = state.typed_by.entry(from).or_insert(Bucket::full(TYPED_EACH, now_ms)).take(TYPED_EACH, now_ms);
        if each != Admission::Admitted {
            return each;
        }
        state.typed.get_or_insert(Bucket::full(TYPED_ALL, now_ms)).take(TYPED_ALL, now_ms)
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
    fn tries_of_typed_codes_are_counted_by_address_and_in_all() {
        let gate = Gate::new([]);
        let from = |number: u32| Some(IpAddr::from(number.to_be_bytes()));
        for _ in 0..TYPED_EACH_BURST {
            assert_eq!(gate.admit_typed(from(1), 0), Admission::Admitted);
        }
        assert_eq!(gate.admit_typed(from(1), 0), Admission::Wait(3));
        assert_eq!(gate.admit_typed(from(2), 0), Admission::Admitted, "another address does not notice");
        assert_eq!(gate.admit_typed(from(1), TYPED_EACH_REFILL_MS), Admission::Admitted);
        // A thousand addresses at once get no further than all together may.
        let gate = Gate::new([]);
        let tries = (0..10 * TYPED_ALL_BURST).filter(|one| gate.admit_typed(from(*one), 0) == Admission::Admitted);
        assert_eq!(tries.count() as u64, u64::from(TYPED_ALL_BURST));
    }

    #[test]
    fn one_person_s_addresses_of_version_6_are_one() {
        let gate = Gate::new([]);
        let from = |last: u128| Some(IpAddr::from((0x2001_0db8_u128 << 96 | last).to_be_bytes()));
        for last in 0..u128::from(TYPED_EACH_BURST) {
            assert_eq!(gate.admit_typed(from(last), 0), Admission::Admitted);
        }
        assert_ne!(gate.admit_typed(from(99_999), 0), Admission::Admitted);
        assert_eq!(gate.admit_typed(from(1 << 64), 0), Admission::Admitted, "the neighbour's network");
    }

    #[test]
    fn addresses_without_number_take_no_memory_without_bound() {
        let gate = Gate::new([]);
        for number in 0..30_000_u32 {
            // As fast as it goes: no bucket has filled again.
            let _ = gate.admit_typed(Some(IpAddr::from(number.to_be_bytes())), 0);
        }
        assert!(gate.state().typed_by.len() <= BUCKETS + 2);
    }

    #[test]
    fn a_week_of_guessing_at_full_speed_finds_none_of_five_thousand_codes() {
        let week_ms = 7 * 86_400_000_i64;
        let tries = i64::from(TYPED_ALL_BURST) + week_ms / TYPED_ALL_REFILL_MS;
        // The chance that any is hit, stated in docs/threat-model.md as less than one in 90,000.
        assert!(tries * 5_000 < (1_i64 << 50) / 90_000, "{tries} tries");
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
