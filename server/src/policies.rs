//! The policies of published packs, read once: which one is in force on a date.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use hadir_core::{
    envelope::Unverified,
    model::EnvelopeHash,
    policy::Policy,
    schedule::{Zone, duty_date},
    wire::Pack,
};

use crate::store::{Result, StoreError, StoreRead};

/// A published policy.
#[derive(Debug, Clone)]
pub struct BookedPolicy {
    /// The number of its pack.
    pub number: u64,
    /// The hash of its pack, as records name it.
    pub hash: EnvelopeHash,
    /// When the pack was signed, milliseconds.
    pub t_ms: i64,
    /// When it was published here, milliseconds: no phone had it before.
    pub published_ms: i64,
    /// The policy.
    pub policy: Arc<Policy>,
}

/// All published policies, by the number of their packs.
#[derive(Debug, Clone, Default)]
pub struct PolicyBook {
    booked: BTreeMap<u64, BookedPolicy>,
}

impl PolicyBook {
    /// Reads every pack of a store.
    ///
    /// # Errors
    /// What the store reports, and [`StoreError::Corrupt`] for a pack that this build can't read.
    pub fn load(store: &dyn StoreRead) -> Result<Self> {
        let mut book = Self::default();
        book.refresh(store)?;
        Ok(book)
    }

    /// Reads packs that were published since; returns whether there were any.
    ///
    /// # Errors
    /// As [`PolicyBook::load`].
    pub fn refresh(&mut self, store: &dyn StoreRead) -> Result<bool> {
        let known = self.newest().map_or(0, |booked| booked.number);
        if store.newest_pack()?.unwrap_or(0) <= known {
            return Ok(false);
        }
        for pack in store.packs(known)? {
            // The signature was checked when it was published, and what is read here is our own disk.
            let payload =
                Unverified::<Pack>::parse(pack.compact.as_str()).map_err(|_| StoreError::Corrupt("packs.compact"))?;
            let policy = Policy::from_json(payload.unverified_payload().policy.get())
                .map_err(|_| StoreError::Corrupt("packs.compact: the policy"))?;
            let booked = BookedPolicy {
                number: pack.number,
                hash: pack.hash,
                t_ms: pack.t_ms,
                published_ms: pack.published_ms,
                policy: Arc::new(policy),
            };
            self.booked.insert(pack.number, booked);
        }
        Ok(true)
    }

    /// The policy in force on a duty date: of those that cover it, the one with the highest number.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> Option<&BookedPolicy> {
        self.booked.values().rev().find(|booked| booked.policy.valid.contains(date))
    }

    /// A policy by the hash of its pack, as records name it.
    #[must_use]
    pub fn by_hash(&self, hash: &EnvelopeHash) -> Option<&BookedPolicy> {
        self.booked.values().find(|booked| booked.hash == *hash)
    }

    /// A policy by the number of its pack.
    #[must_use]
    pub fn by_number(&self, number: u64) -> Option<&BookedPolicy> {
        self.booked.get(&number)
    }

    /// The policy with the highest number, in force or not.
    #[must_use]
    pub fn newest(&self) -> Option<&BookedPolicy> {
        self.booked.values().next_back()
    }

    /// All, by number.
    pub fn iter(&self) -> impl Iterator<Item = &BookedPolicy> {
        self.booked.values()
    }

    /// The office's zone: that of the policy in force, else of the newest; none before the first pack.
    #[must_use]
    pub fn zone(&self, now_ms: i64) -> Option<Zone> {
        let newest = self.newest()?.policy.zone;
        let today = newest.local(now_ms).date();
        Some(self.on(today).map_or(newest, |booked| booked.policy.zone))
    }

    /// The duty date at an instant, by the policy in force.
    #[must_use]
    pub fn duty_date(&self, now_ms: i64) -> Option<NaiveDate> {
        let calendar_date = self.zone(now_ms)?.local(now_ms).date();
        let policy = self.on(calendar_date).or_else(|| self.newest())?;
        Some(duty_date(&policy.policy, now_ms))
    }
}
