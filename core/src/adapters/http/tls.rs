//! TLS as the phone speaks it: ring, the web's roots from webpki-roots, the invite's authority and pins if it has them.
//!
//! The configuration is explicit because reqwest's default verifier panics on Android unless Java initialised it.
//! Certificates are judged by the time that the engine knows, which a signed time may bound better than the phone's clock.

use std::{sync::Arc, time::Duration};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        Resumption, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
    time_provider::{DefaultTimeProvider, TimeProvider},
};

use super::HttpTransportError;
use crate::{
    limits::net,
    ports::{ServerTls, TlsClock, TlsFault},
    wire::Pins,
};

/// Makes the configuration.
pub(super) fn config(tls: &ServerTls) -> Result<ClientConfig, HttpTransportError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(der) = &tls.ca {
        roots
            .add(CertificateDer::from(der.clone()))
            .map_err(|error| HttpTransportError::BadAuthority(error.to_string()))?;
    }
    let provider = Arc::new(ring::default_provider());
    let setup = |error: &dyn std::fmt::Display| HttpTransportError::Setup(error.to_string());
    let chain = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .map_err(|error| setup(&error))?;
    let builder = ClientConfig::builder_with_details(provider, Arc::new(KnownTime(tls.clock.clone())))
        .with_safe_default_protocol_versions()
        .map_err(|error| setup(&error))?;
    let verifier = Arc::new(Verifier { chain, pins: tls.pins.clone() });
    // The standard verifier, and after it the pins: stricter, never laxer.
    let mut config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    config.resumption = Resumption::in_memory_sessions(net::TLS_SESSIONS);
    Ok(config)
}

/// The time that the engine knows; the system's where nobody said any.
#[derive(Debug)]
struct KnownTime(TlsClock);

impl TimeProvider for KnownTime {
    fn current_time(&self) -> Option<UnixTime> {
        match self.0.now_ms() {
            None => DefaultTimeProvider.current_time(),
            // No certificate begins before 1970, so an earlier time fails as one in 1970 does.
            Some(ms) => Some(UnixTime::since_unix_epoch(Duration::from_millis(u64::try_from(ms).unwrap_or(0)))),
        }
    }
}

/// Checks chain, dates and name as webpki does; then that the server's own key is pinned, where there are pins. The key of the
/// leaf alone counts: which certificates stand above it is the sender's choice.
#[derive(Debug)]
struct Verifier {
    chain: Arc<WebPkiServerVerifier>,
    pins: Option<Pins>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self.chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)?;
        if let Some(pins) = &self.pins {
            let key = ParsedCertificate::try_from(end_entity)?.subject_public_key_info();
            if !pins.hold(&key) {
                return Err(CertificateError::ApplicationVerificationFailure.into());
            }
        }
        Ok(verified)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chain.supported_verify_schemes()
    }
}

/// Says what a TLS error means to a phone.
pub(super) fn fault(error: &rustls::Error) -> TlsFault {
    let rustls::Error::InvalidCertificate(why) = error else { return TlsFault::Other(error.to_string()) };
    let ms = |time: &UnixTime| i64::try_from(time.as_secs()).unwrap_or(i64::MAX).saturating_mul(1_000);
    match why {
        CertificateError::NotValidYetContext { time, not_before } => {
            TlsFault::NotYetValid { phone_ms: ms(time), from_ms: ms(not_before) }
        }
        CertificateError::ExpiredContext { time, not_after } => {
            TlsFault::Ended { phone_ms: ms(time), until_ms: ms(not_after) }
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => TlsFault::WrongName,
        // A signature that does not fit: somebody bears the authority's name and has not its key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => TlsFault::UnknownAuthority,
        // Said by the verifier above alone.
        CertificateError::ApplicationVerificationFailure => TlsFault::PinMismatch,
        _ => TlsFault::Other(error.to_string()),
    }
}
