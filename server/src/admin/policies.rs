//! Publishing policies as signed packs.

use hadir_core::{
    envelope::{SigningKey, sign},
    policy::Policy,
    trust::TrustStore,
    wire::{Pack, VERSION},
};

use super::{Admin, AdminError, agency_of};
use crate::store::StoredPack;

/// A published pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its number.
    pub number: u64,
    /// The policy's id.
    pub policy: String,
}

impl Admin<'_> {
    /// Compiles a policy file, signs it with the administrator's key as the next pack, and publishes it.
    ///
    /// # Errors
    /// [`AdminError::Policy`] names every error of the file; [`AdminError::Trust`] for a key that is not certified for policies.
    pub fn publish_policy(&self, toml: &str, key: &SigningKey) -> Result<Published, AdminError> {
        let policy = Policy::parse(toml)?;
        let json = serde_json::value::RawValue::from_string(policy.to_json())
            .map_err(|error| crate::store::StoreError::Engine(error.to_string()))?;
        self.act("policy.publish", |tx| {
            let agency = agency_of(tx.as_read())?;
            let trust = TrustStore::verify(&agency.trust, &agency.trust.root)?;
            let number = (tx.newest_pack()?.unwrap_or(0) + 1).max(tx.least_pack()?);
            let pack = Pack { v: VERSION, agency: agency.id, number, t_ms: self.now_ms, policy: json };
            let signed = sign(key, &pack)?;
            // The phones will ask the same question.
            trust.open::<Pack>(signed.compact())?;
            tx.add_pack(&StoredPack {
                number,
                hash: signed.hash(),
                t_ms: self.now_ms,
                published_ms: self.now_ms,
                compact: signed.compact().to_owned(),
            })?;
            tx.bump_roster(None)?;
            let policy = policy.id;
            let detail = format!("{number}: {policy}");
            Ok((Published { number, policy }, detail))
        })
    }
}
