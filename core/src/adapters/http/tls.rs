//! TLS as the phone speaks it: ring, the web's roots from webpki-roots, and the invite's authority if it has one.
//!
//! The configuration is explicit because reqwest's default verifier panics on Android unless Java initialised it.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer};

use super::HttpTransportError;

/// Makes the configuration; `extra_ca` is DER.
pub(super) fn config(extra_ca: Option<&[u8]>) -> Result<ClientConfig, HttpTransportError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(der) = extra_ca {
        roots
            .add(CertificateDer::from(der.to_vec()))
            .map_err(|error| HttpTransportError::BadAuthority(error.to_string()))?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| HttpTransportError::Setup(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
