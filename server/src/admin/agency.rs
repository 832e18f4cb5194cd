//! Setting up the agency and its certificates.

use hadir_core::{
    model::B64,
    trust::TrustStore,
    wire::{Certificate, KeyUse, Trust},
};

use super::{Admin, AdminError, agency_of};
use crate::store::{Agency, Unit, UnitId, subtree};

/// What is needed to set up an agency.
#[derive(Debug, Clone)]
pub struct NewAgency {
    /// Its name, for people.
    pub name: String,
    /// The base URL that invites name: `https://…`, or `http://` on loopback.
    pub server: String,
    /// The root's public key, as the operator was given it.
    pub root: B64<32>,
    /// Root and certificates.
    pub trust: Trust,
}

impl Admin<'_> {
    /// Sets up the agency: once for a data directory.
    ///
    /// # Errors
    /// [`AdminError::AgencyExists`], [`AdminError::BadUrl`], [`AdminError::Trust`], or [`AdminError::NotCertified`] where a
    /// key for receipts, assignments or policies is missing, or fewer than two for the health office.
    pub fn init(&self, new: &NewAgency) -> Result<(), AdminError> {
        super::error::text("the agency's name", &new.name, 120)?;
        let server = base_url(&new.server)?;
        let trust = TrustStore::verify(&new.trust, &new.root)?;
        self.needs(&trust)?;
        self.act("agency.init", |tx| {
            if let Some(agency) = tx.agency()? {
                return Err(AdminError::AgencyExists(agency.id));
            }
            let id = new.trust.agency.clone();
            let detail = format!("{id} at {server}");
            tx.set_agency(&Agency { id, name: new.name.trim().to_owned(), server, trust: new.trust.clone() })?;
            Ok(((), detail))
        })
    }

    /// Replaces the certificates by a longer list of the same root, after a key was certified.
    ///
    /// # Errors
    /// [`AdminError::Trust`] for another root or an older list, [`AdminError::NotCertified`] as in [`Self::init`].
    pub fn set_trust(&self, trust: &Trust) -> Result<(), AdminError> {
        self.act("agency.trust", |tx| {
            let mut agency = agency_of(tx.as_read())?;
            let held = TrustStore::verify(&agency.trust, &agency.trust.root)?;
            let newer = held.renew(trust)?;
            self.needs(&newer)?;
            agency.trust = trust.clone();
            tx.set_agency(&agency)?;
            // Every head names the newest serial, and phones that have an older list fetch it.
            Ok(((), format!("{} certificates", trust.certs.len())))
        })
    }

    /// Changes the base URL that new invites name.
    ///
    /// # Errors
    /// [`AdminError::BadUrl`], [`AdminError::NoAgency`].
    pub fn set_server(&self, url: &str) -> Result<(), AdminError> {
        let server = base_url(url)?;
        self.act("agency.server", |tx| {
            let mut agency = agency_of(tx.as_read())?;
            agency.server.clone_from(&server);
            tx.set_agency(&agency)?;
            Ok(((), server))
        })
    }

    /// Adds or changes a unit.
    ///
    /// # Errors
    /// [`AdminError::UnknownUnit`] for a parent that does not exist, [`AdminError::UnitCircle`].
    pub fn put_unit(&self, unit: &Unit) -> Result<(), AdminError> {
        super::error::text("the unit's name", &unit.name, 120)?;
        self.act("unit.put", |tx| {
            let units = tx.units()?;
            if let Some(parent) = &unit.parent {
                if !units.iter().any(|u| u.id == *parent) {
                    return Err(AdminError::UnknownUnit(parent.clone()));
                }
                if subtree(&units, &unit.id).contains(parent) {
                    return Err(AdminError::UnitCircle(unit.id.clone()));
                }
            }
            tx.put_unit(unit)?;
            // The name stands in assignments, the service decides exemptions.
            tx.bump_roster(None)?;
            Ok(((), unit.id.to_string()))
        })
    }

    fn needs(&self, trust: &TrustStore) -> Result<(), AdminError> {
        let good = |key_use| {
            let in_time = |cert: &&Certificate| (cert.nbf_ms..cert.exp_ms).contains(&self.now_ms);
            trust.certificates().filter(|cert| cert.key_use == key_use).filter(in_time).count()
        };
        for key_use in [KeyUse::Receipt, KeyUse::Assignment, KeyUse::Policy] {
            if good(key_use) == 0 {
                return Err(AdminError::NotCertified(key_use.as_str()));
            }
        }
        // One lost key of the office must not lose the answers (protocol §4).
        if good(KeyUse::Health) < 2 {
            return Err(AdminError::NotCertified("health (two keys)"));
        }
        Ok(())
    }
}

pub(super) fn known_unit(units: &[Unit], id: &UnitId) -> Result<(), AdminError> {
    if units.iter().any(|unit| unit.id == *id) { Ok(()) } else { Err(AdminError::UnknownUnit(id.clone())) }
}

fn base_url(url: &str) -> Result<String, AdminError> {
    let url = url.trim().trim_end_matches('/');
    let bad = |why| Err(AdminError::BadUrl(url.to_owned(), why));
    let (scheme, rest) = url.split_once("://").unwrap_or(("", ""));
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[').and_then(|v6| v6.split_once(']')) {
        Some((v6, _)) => v6,
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    };
    let loopback = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match scheme {
        _ if host.is_empty() || authority.contains('@') || url.contains(['?', '#', ' ']) => {
            bad("it needs a scheme and a host, as in https://hadir.example.go.id")
        }
        "https" => Ok(url.to_owned()),
        "http" if loopback => Ok(url.to_owned()),
        "http" => bad("beyond this machine it must be https"),
        _ => bad("it must begin with https://"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_beyond_this_machine_needs_tls() {
        assert_eq!(base_url("https://hadir.example.go.id/").unwrap(), "https://hadir.example.go.id");
        assert_eq!(base_url("http://127.0.0.1:8420").unwrap(), "http://127.0.0.1:8420");
        assert_eq!(base_url("http://[::1]:8420/x/").unwrap(), "http://[::1]:8420/x");
        for bad in
            ["http://example.com", "ftp://example.com", "example.com", "https://", "https://a@b", "https://a/?q", ""]
        {
            assert!(base_url(bad).is_err(), "{bad}");
        }
    }
}
