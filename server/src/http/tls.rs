//! TLS from files: a certificate chain and its key in PEM.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use hadir_core::{model::B64, wire::Pins};
use rustls::server::ParsedCertificate;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, SubjectPublicKeyInfoDer, pem::PemObject as _};
use tokio_rustls::TlsAcceptor;

/// Where the certificate and its key are.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The chain in PEM, the server's own certificate first.
    pub cert: PathBuf,
    /// The key in PEM.
    pub key: PathBuf,
}

/// Why TLS can't be offered.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read, or holds something else.
    #[error("{}: {what}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Certificate and key do not go together.
    #[error("the TLS certificate and its key can't be used: {0}")]
    Rustls(#[from] rustls::Error),
}

/// Reads one certificate, PEM or DER, and returns it as DER.
///
/// # Errors
/// [`TlsError::File`].
pub fn certificate(path: &Path) -> Result<Vec<u8>, TlsError> {
    let bad = |what: String| TlsError::File { path: path.to_owned(), what };
    let bytes = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
    let der = CertificateDer::from_pem_slice(&bytes).map_or(bytes, |pem| pem.to_vec());
    let read = ParsedCertificate::try_from(&CertificateDer::from(der.as_slice())).map(|_| ());
    read.map_err(|_| bad("this is no certificate, neither PEM nor DER".into()))?;
    Ok(der)
}

/// The pin of the key in a file: a certificate, PEM or DER, or a public key in PEM (RFC 7469 §2.4).
///
/// # Errors
/// [`TlsError::File`]; for a secret key too, which has no business in an invite's making.
pub fn pin(path: &Path) -> Result<B64<32>, TlsError> {
    if let Ok(key) = SubjectPublicKeyInfoDer::from_pem_file(path) {
        return Ok(Pins::of_key(&key));
    }
    let der = certificate(path).map_err(|error| match error {
        TlsError::File { path, what } => TlsError::File { path, what: format!("{what}, nor a public key in PEM") },
        other => other,
    })?;
    Ok(Pins::of_key(&ParsedCertificate::try_from(&CertificateDer::from(der))?.subject_public_key_info()))
}

/// Reads certificate and key. Only HTTP/1.1 is offered (protocol §5).
///
/// # Errors
/// [`TlsError`].
pub fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, TlsError> {
    let bad = |path: &Path, what: String| TlsError::File { path: path.to_owned(), what };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect)
        .map_err(|error| bad(&files.cert, error.to_string()))?;
    if chain.is_empty() {
        return Err(bad(&files.cert, "no certificate in PEM form stands here".into()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| bad(&files.key, error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, PublicKeyData as _};

    use super::*;

    #[test]
    fn a_pin_is_the_same_from_a_certificate_in_either_form_and_from_its_public_key() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let key = KeyPair::generate().unwrap();
        let made = CertificateParams::new(vec!["hadir.example".to_owned()]).unwrap().self_signed(&key).unwrap();
        let expected = Pins::of_key(&key.subject_public_key_info());
        for (name, bytes) in [
            ("tls.pem", made.pem().into_bytes()),
            ("tls.der", made.der().to_vec()),
            ("tls.pub", key.public_key_pem().into_bytes()),
        ] {
            assert_eq!(pin(&file(name, &bytes)).unwrap(), expected, "{name}");
        }
        assert_eq!(certificate(&file("again.pem", made.pem().as_bytes())).unwrap(), made.der().to_vec());
        for (name, bytes) in [("tls.key", key.serialize_pem().into_bytes()), ("empty", Vec::new())] {
            let path = file(name, &bytes);
            assert!(matches!(pin(&path), Err(TlsError::File { .. })), "{name}");
            assert!(matches!(certificate(&path), Err(TlsError::File { .. })), "{name}");
        }
        assert!(pin(&dir.path().join("nowhere")).is_err());
    }
}
