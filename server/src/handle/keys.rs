//! The server's own keys: one for receipts, tokens and heads, one for assignments.

use std::ops::Range;

use hadir_core::{
    envelope::{Envelope, SigningKey, sign},
    model::B64,
    wire::{KeyUse, Signed, Trust},
};

use crate::store::{Result, StoreError};

/// Why the server's keys can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// The agency's list does not certify the key now.
    #[error(
        "the server's key for {use_} is not certified by the agency's root for now ({}); {}",
        date(*.now_ms),
        advice(*.certified)
    )]
    NotCertified {
        /// For what.
        use_: &'static str,
        /// When it is by this machine's clock, milliseconds.
        now_ms: i64,
        /// From when until before when it is certified, milliseconds; `None` if it never was.
        certified: Option<(i64, i64)>,
    },
    /// The trust list itself is not good.
    #[error("the agency's trust list is not good: {0}")]
    Trust(#[from] hadir_core::trust::TrustError),
}

fn date(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms).map_or_else(|| "?".to_owned(), |at| at.format("%Y-%m-%d").to_string())
}

/// A clock that is wrong by years is more common than a certificate that nobody renewed.
fn advice(certified: Option<(i64, i64)>) -> String {
    let certify = "certify it with `hadir admin keys` and set the new trust list";
    match certified {
        Some((from_ms, until_ms)) => format!(
            "it is from {} to {}: check this machine's clock first; if that is right, {certify}",
            date(from_ms),
            date(until_ms)
        ),
        None => certify.to_owned(),
    }
}

/// The server's keys. `Debug` shows their thumbprints.
#[derive(Debug, Clone)]
pub struct ServerKeys {
    /// Signs receipts, tokens and heads.
    pub receipt: SigningKey,
    /// Signs assignments.
    pub assignment: SigningKey,
}

impl ServerKeys {
    /// Their public halves, with what each is for.
    #[must_use]
    pub fn public(&self) -> [(KeyUse, B64<32>); 2] {
        [(KeyUse::Receipt, self.receipt.public().as_b64()), (KeyUse::Assignment, self.assignment.public().as_b64())]
    }

    /// From when until before when, around an instant, the agency's root certifies both keys, milliseconds; `None` if it does
    /// not at that instant.
    #[must_use]
    pub fn certified_around(&self, trust: &Trust, at_ms: i64) -> Option<Range<i64>> {
        let checked = hadir_core::trust::TrustStore::verify(trust, &trust.root).ok()?;
        let mut around = i64::MIN..i64::MAX;
        for (key_use, x) in self.public() {
            let own = checked.certificates().filter(|cert| cert.key_use == key_use && cert.x == x);
            let own = own.map(|cert| cert.nbf_ms..cert.exp_ms).filter(|span| span.contains(&at_ms));
            let longest = own.max_by_key(|span| span.end)?;
            around = around.start.max(longest.start)..around.end.min(longest.end);
        }
        Some(around)
    }

    /// Checks that the agency's root certifies both keys at an instant.
    ///
    /// # Errors
    /// [`KeysError`], which names the key.
    pub fn check(&self, trust: &Trust, now_ms: i64) -> std::result::Result<(), KeysError> {
        let checked = hadir_core::trust::TrustStore::verify(trust, &trust.root)?;
        let certified = |key_use: KeyUse, x: B64<32>| {
            checked
                .certificates()
                .any(|cert| cert.key_use == key_use && cert.x == x && (cert.nbf_ms..cert.exp_ms).contains(&now_ms))
        };
        for (key_use, key) in [(KeyUse::Receipt, &self.receipt), (KeyUse::Assignment, &self.assignment)] {
            if !certified(key_use, key.public().as_b64()) {
                let own =
                    checked.certificates().filter(|cert| cert.key_use == key_use && cert.x == key.public().as_b64());
                let certified = own.map(|cert| (cert.nbf_ms, cert.exp_ms)).max_by_key(|(_, until_ms)| *until_ms);
                return Err(KeysError::NotCertified { use_: key_use.as_str(), now_ms, certified });
            }
        }
        Ok(())
    }
}

/// Signs what the server itself wrote.
pub(crate) fn signed<T: Signed + Clone>(key: &SigningKey, payload: &T) -> Result<Envelope<T>> {
    sign(key, payload).map_err(|error| StoreError::Engine(format!("the server could not sign its own answer: {error}")))
}
