//! Certificates, checked, and what they let through.

use crate::{
    envelope::{Envelope, EnvelopeError, KeyError, PublicKey, Unverified},
    model::{B64, KeyId},
    seal::wrap::Recipient,
    wire::{Certificate, Certified, Curve, KeyUse, Trust},
};

/// Says why trust, or an object that leans on it, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The root is not the one that was pinned.
    #[error("the agency's root is {found}, but {pinned} was pinned: this is another agency, or an impostor")]
    OtherRoot {
        /// The pinned key.
        pinned: B64<32>,
        /// The key in the trust list.
        found: B64<32>,
    },
    /// The root is no usable key.
    #[error("the agency's root is unusable: {0}")]
    Root(KeyError),
    /// A certificate is not by the root, or malformed.
    #[error("certificate {index} is refused: {error}")]
    Certificate {
        /// Its place in the list, from 0.
        index: usize,
        /// What is wrong with it.
        error: EnvelopeError,
    },
    /// A certificate's key protects nothing.
    #[error("certificate {index} is for a key that is unusable")]
    WeakKey {
        /// Its place in the list, from 0.
        index: usize,
    },
    /// Serials do not rise along the list.
    #[error("certificate {index} has serial {serial}, which does not rise above the one before")]
    Serial {
        /// Its place in the list, from 0.
        index: usize,
        /// Its serial.
        serial: u64,
    },
    /// The trust list ends before the one already held.
    #[error("the trust list ends with serial {found}, but one up to {held} is held already")]
    Older {
        /// The highest serial held.
        held: u64,
        /// The highest serial found.
        found: u64,
    },
    /// The object names another agency.
    #[error("it is of agency {found:?}, not of {expected:?}")]
    OtherAgency {
        /// This agency.
        expected: String,
        /// The agency named.
        found: String,
    },
    /// The object's form or signature is wrong.
    #[error("{0}")]
    Envelope(#[from] EnvelopeError),
    /// The signer has no certificate for this use.
    #[error("the key {kid} is not certified for {}", .key_use.as_str())]
    NotCertified {
        /// The signer.
        kid: KeyId,
        /// The use that is needed.
        key_use: KeyUse,
    },
    /// The signer was certified for this use, but not at that time.
    #[error("the key {kid} is certified for {}, but not at {at_ms} ms", .key_use.as_str())]
    OutsideDates {
        /// The signer.
        kid: KeyId,
        /// The use that is needed.
        key_use: KeyUse,
        /// The object's own time, milliseconds.
        at_ms: i64,
    },
}

/// The agency's certificates, each checked against the pinned root.
#[derive(Debug, Clone)]
pub struct TrustStore {
    agency: String,
    root: PublicKey,
    /// By rising serial.
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    cert: Certificate,
    key: CertifiedKey,
}

#[derive(Debug, Clone)]
enum CertifiedKey {
    Signs(PublicKey),
    Opens(Recipient),
}

impl TrustStore {
    /// Checks a trust list against the root that the invite pinned.
    ///
    /// # Errors
    /// [`TrustError`] for another root, a certificate that is not the root's or not this agency's, a weak key, or serials that do not rise.
    pub fn verify(trust: &Trust, pinned_root: &B64<32>) -> Result<Self, TrustError> {
        if trust.root != *pinned_root {
            return Err(TrustError::OtherRoot { pinned: *pinned_root, found: trust.root });
        }
        let root = PublicKey::new(&trust.root).map_err(TrustError::Root)?;
        let mut entries: Vec<Entry> = Vec::with_capacity(trust.certs.len());
        for (index, compact) in trust.certs.iter().enumerate() {
            let cert = Unverified::<Certificate>::parse(compact.as_str())
                .and_then(|cert| cert.verify(&root))
                .map_err(|error| TrustError::Certificate { index, error })?
                .into_payload();
            if cert.agency != trust.agency {
                return Err(TrustError::OtherAgency { expected: trust.agency.clone(), found: cert.agency });
            }
            if entries.last().is_some_and(|last| last.cert.serial >= cert.serial) {
                return Err(TrustError::Serial { index, serial: cert.serial });
            }
            let key = match cert.crv {
                Curve::Ed25519 => PublicKey::new(&cert.x).ok().map(CertifiedKey::Signs),
                Curve::X25519 => Recipient::new(cert.x).ok().map(CertifiedKey::Opens),
            };
            entries.push(Entry { key: key.ok_or(TrustError::WeakKey { index })?, cert });
        }
        Ok(Self { agency: trust.agency.clone(), root, entries })
    }

    /// Checks a later trust list of the same agency, to take the place of this one.
    ///
    /// # Errors
    /// As [`TrustStore::verify`], and [`TrustError::Older`] for a list that ends before this one.
    pub fn renew(&self, trust: &Trust) -> Result<Self, TrustError> {
        let renewed = Self::verify(trust, &self.root.as_b64())?;
        if renewed.agency != self.agency {
            return Err(TrustError::OtherAgency { expected: self.agency.clone(), found: renewed.agency });
        }
        let (held, found) = (self.serial(), renewed.serial());
        if found < held { Err(TrustError::Older { held, found }) } else { Ok(renewed) }
    }

    /// Returns the agency's id.
    #[must_use]
    pub fn agency(&self) -> &str {
        &self.agency
    }

    /// Returns the agency's root.
    #[must_use]
    pub const fn root(&self) -> &PublicKey {
        &self.root
    }

    /// Returns the highest serial, 0 where there is no certificate.
    #[must_use]
    pub fn serial(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.cert.serial)
    }

    /// Returns the certificates, by rising serial.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.entries.iter().map(|entry| &entry.cert)
    }

    /// Opens what a certified key signed: the signer must be certified for the object's use, on dates that hold the
    /// object's own time. Whose it is (`install`) and what it answers (`nonce`) is for the caller to compare.
    ///
    /// # Errors
    /// [`TrustError`], the first thing that is wrong.
    pub fn open<T: Certified>(&self, compact: &str) -> Result<Envelope<T>, TrustError> {
        let unverified = Unverified::<T>::parse(compact)?;
        let kid = unverified.kid();
        let certified = || {
            self.entries.iter().filter_map(|entry| match &entry.key {
                CertifiedKey::Signs(key) if entry.cert.key_use == T::KEY_USE && key.kid() == kid => {
                    Some((key, &entry.cert))
                }
                _ => None,
            })
        };
        let (key, _) = certified().next().ok_or(TrustError::NotCertified { kid, key_use: T::KEY_USE })?;
        let envelope = unverified.verify(key)?;
        let at_ms = envelope.payload().signed_at_ms();
        if !certified().any(|(_, cert)| (cert.nbf_ms..cert.exp_ms).contains(&at_ms)) {
            return Err(TrustError::OutsideDates { kid, key_use: T::KEY_USE, at_ms });
        }
        match envelope.payload().agency() {
            Some(found) if found != self.agency => {
                Err(TrustError::OtherAgency { expected: self.agency.clone(), found: found.to_owned() })
            }
            _ => Ok(envelope),
        }
    }

    /// Returns the health office's keys at an instant, to seal answers to.
    #[must_use]
    pub fn health_keys(&self, at_ms: i64) -> Vec<Recipient> {
        self.recipients(KeyUse::Health, at_ms)
    }

    /// Returns the agency's recovery keys at an instant.
    #[must_use]
    pub fn recovery_keys(&self, at_ms: i64) -> Vec<Recipient> {
        self.recipients(KeyUse::Recovery, at_ms)
    }

    /// Returns the recovery key to wrap to at an instant: that of the newest certificate.
    #[must_use]
    pub fn recovery_key(&self, at_ms: i64) -> Option<Recipient> {
        self.entries.iter().rev().find_map(|Entry { cert, key }| match key {
            CertifiedKey::Opens(recipient)
                if cert.key_use == KeyUse::Recovery && (cert.nbf_ms..cert.exp_ms).contains(&at_ms) =>
            {
                Some(recipient.clone())
            }
            _ => None,
        })
    }

    fn recipients(&self, key_use: KeyUse, at_ms: i64) -> Vec<Recipient> {
        let mut found: Vec<Recipient> = Vec::new();
        for Entry { cert, key } in &self.entries {
            if let CertifiedKey::Opens(recipient) = key
                && cert.key_use == key_use
                && (cert.nbf_ms..cert.exp_ms).contains(&at_ms)
                && !found.contains(recipient)
            {
                found.push(recipient.clone());
            }
        }
        found
    }
}
