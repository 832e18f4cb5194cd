//! Whom the phone believes: names, dates, authorities and pins, against real TLS on loopback.

use std::net::SocketAddr;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, PublicKeyData as _, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::*;
use crate::{
    ports::{TlsClock, TlsFault},
    wire::Pins,
};

/// 2020-03-16, within the dates of every certificate here but where a test says otherwise.
const NOW_MS: i64 = 1_584_316_800_000;
const YEAR_MS: i64 = 365 * 86_400_000;

/// An authority.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Hadir test root");
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(super) fn der(&self) -> Vec<u8> {
        self.0.der().to_vec()
    }

    /// A TLS server on loopback for `name`, its certificate good from 2020-01-01 until 2021-01-01. It answers every request 204.
    pub(super) fn serve(&self, name: &str, key: &KeyPair) -> SocketAddr {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
        let leaf: CertificateDer<'static> = params.signed_by(key, &self.0).unwrap().into();
        let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config =
            rustls::ServerConfig::builder_with_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![leaf], secret)
                .unwrap();
        let config = std::sync::Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let config = config.clone();
                // A phone that does not believe hangs up; that ends this connection and nothing else.
                thread::spawn(move || -> io::Result<()> {
                    let connection = rustls::ServerConnection::new(config).map_err(io::Error::other)?;
                    let mut stream = rustls::StreamOwned::new(connection, stream);
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let mut byte = [0];
                        stream.read_exact(&mut byte)?;
                        head.push(byte[0]);
                    }
                    stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")?;
                    stream.conn.send_close_notify();
                    stream.flush()
                });
            }
        });
        address
    }
}

pub(super) fn clock(now_ms: i64) -> TlsClock {
    let clock = TlsClock::default();
    clock.set(now_ms);
    clock
}

/// Asks a server of which the phone knows an authority, at a time, perhaps with pins.
fn ask(url: &str, ca: &Authority, now_ms: i64, pins: Option<Pins>) -> Result<u16, TransportError> {
    let tls = ServerTls { ca: Some(ca.der()), pins, clock: clock(now_ms) };
    let transport = HttpTransport::new(&HttpOptions { tls, ..HttpOptions::default() }).unwrap();
    transport.send(&get(url), LONG, &Cancel::default()).map(|answer| answer.status)
}

fn pin(key: &KeyPair) -> crate::model::B64<32> {
    Pins::of_key(&key.subject_public_key_info())
}

#[test]
fn a_server_that_the_invites_authority_vouches_for_is_believed_and_without_it_not() {
    let (authority, key) = (Authority::new(), KeyPair::generate().unwrap());
    let url = format!("https://{}/v1/head", authority.serve("127.0.0.1", &key));
    assert_eq!(ask(&url, &authority, NOW_MS, None), Ok(204));
    assert_eq!(ask(&url, &Authority::new(), NOW_MS, None), Err(TlsFault::UnknownAuthority.into()));
}

#[test]
fn a_certificate_for_another_name_is_named_as_such() {
    let (authority, key) = (Authority::new(), KeyPair::generate().unwrap());
    let url = format!("https://{}/v1/head", authority.serve("hadir.example", &key));
    assert_eq!(ask(&url, &authority, NOW_MS, None), Err(TlsFault::WrongName.into()));
}

#[test]
fn a_phone_in_2019_is_told_of_its_clock_and_an_expired_certificate_of_its_end() {
    let (authority, key) = (Authority::new(), KeyPair::generate().unwrap());
    let url = format!("https://{}/v1/head", authority.serve("127.0.0.1", &key));
    let (from_ms, until_ms) = (1_577_836_800_000, 1_609_459_200_000);
    let phone_ms = NOW_MS - YEAR_MS;
    assert_eq!(ask(&url, &authority, phone_ms, None), Err(TlsFault::NotYetValid { phone_ms, from_ms }.into()));
    let phone_ms = NOW_MS + YEAR_MS;
    assert_eq!(ask(&url, &authority, phone_ms, None), Err(TlsFault::Ended { phone_ms, until_ms }.into()));
    // The clock set right, the same transport goes on: the time is asked for with each handshake.
    let time = clock(NOW_MS - YEAR_MS);
    let tls = ServerTls { ca: Some(authority.der()), pins: None, clock: time.clone() };
    let transport = HttpTransport::new(&HttpOptions { tls, ..HttpOptions::default() }).unwrap();
    assert!(transport.send(&get(&url), LONG, &Cancel::default()).is_err());
    time.set(NOW_MS);
    assert!(transport.send(&get(&url), LONG, &Cancel::default()).is_ok());
}

#[test]
fn times_before_1970_and_far_ahead_are_told_and_nothing_panics() {
    let (authority, key) = (Authority::new(), KeyPair::generate().unwrap());
    let url = format!("https://{}/v1/head", authority.serve("127.0.0.1", &key));
    for (now_ms, behind) in [(-1, true), (0, true), (i64::MIN + 1, true), (i64::MAX, false), (4_102_444_800_000, false)]
    {
        match ask(&url, &authority, now_ms, None) {
            Err(TransportError::Tls(TlsFault::NotYetValid { .. })) if behind => {}
            Err(TransportError::Tls(TlsFault::Ended { .. })) if !behind => {}
            other => panic!("{now_ms}: {other:?}"),
        }
    }
}

#[test]
fn a_pinned_key_and_its_reserve_are_believed_and_another_key_of_the_same_authority_is_not() {
    let authority = Authority::new();
    let [used, reserve, other] = std::array::from_fn(|_| KeyPair::generate().unwrap());
    let pins = Some(Pins::new(vec![pin(&used), pin(&reserve)]).unwrap());
    for key in [&used, &reserve] {
        let url = format!("https://{}/v1/head", authority.serve("127.0.0.1", key));
        assert_eq!(ask(&url, &authority, NOW_MS, pins.clone()), Ok(204));
    }
    let url = format!("https://{}/v1/head", authority.serve("127.0.0.1", &other));
    assert_eq!(ask(&url, &authority, NOW_MS, pins), Err(TlsFault::PinMismatch.into()));
    assert_eq!(ask(&url, &authority, NOW_MS, None), Ok(204), "it is the pins alone that refuse it");
}

#[test]
fn pins_take_nothing_off_what_is_checked_besides() {
    let (authority, key) = (Authority::new(), KeyPair::generate().unwrap());
    let pins = Some(Pins::new(vec![pin(&key), Pins::of_key(b"reserve")]).unwrap());
    let url = format!("https://{}/v1/head", authority.serve("hadir.example", &key));
    assert_eq!(ask(&url, &authority, NOW_MS, pins.clone()), Err(TlsFault::WrongName.into()));
    assert_eq!(ask(&url, &Authority::new(), NOW_MS, pins.clone()), Err(TlsFault::UnknownAuthority.into()));
    let late = ask(&url.replace("127.0.0.1", "localhost"), &authority, NOW_MS + YEAR_MS, pins);
    assert!(matches!(late, Err(TransportError::Tls(TlsFault::Ended { .. }))), "{late:?}");
}

#[test]
fn a_pinned_authority_above_another_key_does_not_help() {
    let authority = Authority::new();
    let pins = Some(Pins::new(vec![pin(authority.0.key()), Pins::of_key(b"reserve")]).unwrap());
    let url = format!("https://{}/v1/head", authority.serve("127.0.0.1", &KeyPair::generate().unwrap()));
    assert_eq!(ask(&url, &authority, NOW_MS, pins), Err(TlsFault::PinMismatch.into()), "the leaf's key counts");
}
