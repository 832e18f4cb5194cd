//! When certificates end, and whom to warn before they do. Pure.

use serde::Serialize;

use super::TrustStore;
use crate::{
    limits::trust::WARN_BEFORE_MS,
    model::B64,
    wire::{Certificate, KeyUse},
};

/// How long a use is still served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// The use.
    pub key_use: KeyUse,
    /// When the last certificate that serves it now ends, milliseconds; `None`: none serves it now.
    pub ends_ms: Option<i64>,
}

impl Ending {
    /// Whether somebody has to act: nothing serves it, or not for long.
    #[must_use]
    pub fn is_near(&self, now_ms: i64) -> bool {
        self.ends_ms.is_none_or(|ends_ms| ends_ms.saturating_sub(now_ms) < WARN_BEFORE_MS)
    }
}

/// Tells for each use until when it is served. Of a use in `in_use` only the key that is really used counts. The health office
/// needs two keys, so it is served as long as the second of its longest-lived ones. A use that was never certified is left out.
#[must_use]
pub fn endings(trust: &TrustStore, in_use: &[(KeyUse, B64<32>)], now_ms: i64) -> Vec<Ending> {
    let uses = [KeyUse::Policy, KeyUse::Receipt, KeyUse::Assignment, KeyUse::Health, KeyUse::Recovery];
    let mut endings = Vec::new();
    for key_use in uses {
        let of_use = |cert: &&Certificate| cert.key_use == key_use;
        if !trust.certificates().any(|cert| of_use(&cert)) {
            continue;
        }
        let used = in_use.iter().find(|(of, _)| *of == key_use).map(|(_, x)| *x);
        let mut keys: Vec<B64<32>> = trust.certificates().filter(of_use).map(|cert| cert.x).collect();
        keys.retain(|x| used.is_none_or(|used| used == *x));
        keys.sort_unstable();
        keys.dedup();
        let mut ends: Vec<i64> = keys.iter().filter_map(|x| ends_of(trust, key_use, x, now_ms)).collect();
        ends.sort_unstable_by(|a, b| b.cmp(a));
        let needed = if key_use == KeyUse::Health { 2 } else { 1 };
        endings.push(Ending { key_use, ends_ms: ends.get(needed - 1).copied() });
    }
    endings
}

/// Until when a key is certified without a gap from now on.
fn ends_of(trust: &TrustStore, key_use: KeyUse, x: &B64<32>, now_ms: i64) -> Option<i64> {
    let mut until = None;
    loop {
        let from = until.unwrap_or(now_ms);
        let reaches =
            |cert: &&Certificate| cert.key_use == key_use && cert.x == *x && (cert.nbf_ms..cert.exp_ms).contains(&from);
        match trust.certificates().filter(reaches).map(|cert| cert.exp_ms).max() {
            Some(exp_ms) => until = Some(exp_ms),
            None => return until,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        envelope::SigningKey,
        trust::{Grant, certify, found},
    };

    const DAY: i64 = 86_400_000;
    const NOW: i64 = 1_000 * DAY;

    fn x(seed: u8) -> B64<32> {
        SigningKey::from_seed(&[seed; 32]).public().as_b64()
    }

    fn store(grants: &[(KeyUse, B64<32>, i64, i64)]) -> TrustStore {
        let root = SigningKey::from_seed(&[1; 32]);
        let mut trust = found("kota", &root).unwrap();
        for (key_use, x, from, until) in grants {
            let grant = Grant { key_use: *key_use, x: *x, nbf_ms: NOW + from * DAY, exp_ms: NOW + until * DAY };
            trust = certify(&trust, &root, &grant).unwrap();
        }
        TrustStore::verify(&trust, &trust.root).unwrap()
    }

    fn end_of(trust: &TrustStore, in_use: &[(KeyUse, B64<32>)], key_use: KeyUse) -> Option<i64> {
        let ending = endings(trust, in_use, NOW).into_iter().find(|ending| ending.key_use == key_use).unwrap();
        ending.ends_ms.map(|ends_ms| (ends_ms - NOW) / DAY)
    }

    #[test]
    fn of_the_servers_keys_only_the_one_in_use_counts() {
        let trust = store(&[(KeyUse::Receipt, x(2), -700, 20), (KeyUse::Receipt, x(3), -1, 700)]);
        assert_eq!(end_of(&trust, &[], KeyUse::Receipt), Some(700));
        assert_eq!(end_of(&trust, &[(KeyUse::Receipt, x(2))], KeyUse::Receipt), Some(20));
        assert_eq!(end_of(&trust, &[(KeyUse::Receipt, x(9))], KeyUse::Receipt), None, "never certified");
    }

    #[test]
    fn a_later_certificate_of_the_same_key_prolongs_it_if_it_leaves_no_gap() {
        let trust = store(&[(KeyUse::Policy, x(2), -10, 20), (KeyUse::Policy, x(2), 20, 50)]);
        assert_eq!(end_of(&trust, &[], KeyUse::Policy), Some(50));
        let trust = store(&[(KeyUse::Policy, x(2), -10, 20), (KeyUse::Policy, x(2), 21, 50)]);
        assert_eq!(end_of(&trust, &[], KeyUse::Policy), Some(20));
        let trust = store(&[(KeyUse::Policy, x(2), -10, -1)]);
        assert_eq!(end_of(&trust, &[], KeyUse::Policy), None);
    }

    #[test]
    fn the_health_office_is_served_as_long_as_two_of_its_keys() {
        let trust = store(&[
            (KeyUse::Health, x(2), -10, 90),
            (KeyUse::Health, x(3), -10, 30),
            (KeyUse::Health, x(3), -10, 40),
            (KeyUse::Health, x(4), 5, 900),
        ]);
        assert_eq!(end_of(&trust, &[], KeyUse::Health), Some(40));
        let one = store(&[(KeyUse::Health, x(2), -10, 90)]);
        assert_eq!(end_of(&one, &[], KeyUse::Health), None);
    }

    #[test]
    fn a_warning_comes_two_months_ahead_and_not_for_what_was_never_certified() {
        let near = |days| Ending { key_use: KeyUse::Policy, ends_ms: Some(NOW + days * DAY) }.is_near(NOW);
        assert_eq!([near(59), near(60), near(-1)], [true, false, true]);
        assert!(Ending { key_use: KeyUse::Policy, ends_ms: None }.is_near(NOW));
        assert_eq!(endings(&store(&[]), &[], NOW), []);
    }
}
