use proptest::prelude::*;

use super::{
    keyfile::{KeyFileError, Role},
    *,
};
use crate::{
    envelope::{EnvelopeError, SigningKey, sign},
    model::{B64, InstallId},
    seal::wrap::OpeningKey,
    wire::{Certificate, Curve, Head, KeyUse, Pack, Trust},
};

const FROM: i64 = 1_000;
const UNTIL: i64 = 2_000;

fn root() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn server() -> SigningKey {
    SigningKey::from_seed(&[2; 32])
}

fn grant(key_use: KeyUse, x: B64<32>) -> Grant {
    Grant { key_use, x, nbf_ms: FROM, exp_ms: UNTIL }
}

fn agency() -> Trust {
    let mut trust = found("luwu-utara", &root()).unwrap();
    trust = certify(&trust, &root(), &grant(KeyUse::Receipt, server().public().as_b64())).unwrap();
    for seed in [21, 22] {
        let x = OpeningKey::from_bytes(&[seed; 32]).public().x();
        trust = certify(&trust, &root(), &grant(KeyUse::Health, x)).unwrap();
    }
    trust
}

fn store() -> TrustStore {
    TrustStore::verify(&agency(), &root().public().as_b64()).unwrap()
}

fn head(t_ms: i64) -> Head {
    Head {
        v: 1,
        install: InstallId::new([9; 32]),
        epoch: 0,
        seq: 0,
        hash: None,
        pack: None,
        roster: 0,
        trust: 1,
        release: Vec::new(),
        backed_up_through_ms: None,
        revoked: false,
        t_ms,
    }
}

#[test]
fn an_object_opens_only_within_the_dates_of_its_signers_certificate() {
    let store = store();
    for (t_ms, good) in [(FROM - 1, false), (FROM, true), (UNTIL - 1, true), (UNTIL, false)] {
        let compact = sign(&server(), &head(t_ms)).unwrap();
        match store.open::<Head>(compact.compact()) {
            Ok(opened) => assert!(good && opened.payload().t_ms == t_ms),
            Err(error) => {
                let expected = TrustError::OutsideDates { kid: server().kid(), key_use: KeyUse::Receipt, at_ms: t_ms };
                assert!(!good && error == expected, "{error}");
            }
        }
    }
}

#[test]
fn a_key_of_another_use_signs_nothing() {
    let key = server();
    let policy = serde_json::value::RawValue::from_string("{}".to_owned()).unwrap();
    let pack = Pack { v: 1, agency: "luwu-utara".to_owned(), number: 1, t_ms: FROM, policy };
    let error = store().open::<Pack>(sign(&key, &pack).unwrap().compact()).unwrap_err();
    assert_eq!(error, TrustError::NotCertified { kid: key.kid(), key_use: KeyUse::Policy });
    let error = store().open::<Head>(sign(&root(), &head(FROM)).unwrap().compact()).unwrap_err();
    assert_eq!(error, TrustError::NotCertified { kid: root().kid(), key_use: KeyUse::Receipt });
}

#[test]
fn a_pack_of_another_agency_is_refused() {
    let trust = certify(&agency(), &root(), &grant(KeyUse::Policy, server().public().as_b64())).unwrap();
    let store = TrustStore::verify(&trust, &root().public().as_b64()).unwrap();
    let policy = serde_json::value::RawValue::from_string("{}".to_owned()).unwrap();
    let pack = |agency: &str| Pack { v: 1, agency: agency.to_owned(), number: 1, t_ms: FROM, policy: policy.clone() };
    assert!(store.open::<Pack>(sign(&server(), &pack("luwu-utara")).unwrap().compact()).is_ok());
    let error = store.open::<Pack>(sign(&server(), &pack("palopo")).unwrap().compact()).unwrap_err();
    assert!(matches!(error, TrustError::OtherAgency { .. }), "{error}");
}

#[test]
fn another_root_than_the_pinned_one_is_refused() {
    let impostor = SigningKey::from_seed(&[66; 32]);
    let error = TrustStore::verify(&agency(), &impostor.public().as_b64()).unwrap_err();
    assert!(matches!(error, TrustError::OtherRoot { .. }));
    // The impostor's certificate under the true root's name.
    let mut trust = agency();
    let theirs = certify(
        &found("luwu-utara", &impostor).unwrap(),
        &impostor,
        &grant(KeyUse::Receipt, impostor.public().as_b64()),
    );
    assert_eq!(theirs.unwrap_err(), CertifyError::RootItself);
    let cert = Certificate {
        v: 1,
        agency: "luwu-utara".to_owned(),
        key_use: KeyUse::Receipt,
        crv: Curve::Ed25519,
        x: impostor.public().as_b64(),
        nbf_ms: 0,
        exp_ms: UNTIL,
        serial: 9,
    };
    trust.certs.push(sign(&impostor, &cert).unwrap().compact().to_owned());
    let error = TrustStore::verify(&trust, &root().public().as_b64()).unwrap_err();
    assert!(matches!(error, TrustError::Certificate { index: 3, error: EnvelopeError::OtherKey { .. } }), "{error}");
}

#[test]
fn a_list_whose_serials_do_not_rise_is_refused_and_so_is_a_shorter_one_later() {
    let mut swapped = agency();
    swapped.certs.swap(0, 1);
    let error = TrustStore::verify(&swapped, &swapped.root).unwrap_err();
    assert_eq!(error, TrustError::Serial { index: 1, serial: 1 });
    let mut twice = agency();
    twice.certs.push(twice.certs[2].clone());
    assert_eq!(TrustStore::verify(&twice, &twice.root).unwrap_err(), TrustError::Serial { index: 3, serial: 3 });
    let mut shorter = agency();
    shorter.certs.pop();
    assert_eq!(store().renew(&shorter).unwrap_err(), TrustError::Older { held: 3, found: 2 });
    let longer = certify(&agency(), &root(), &grant(KeyUse::Policy, server().public().as_b64())).unwrap();
    assert_eq!(store().renew(&longer).unwrap().serial(), 4);
}

#[test]
fn a_certificate_of_another_agency_curve_or_span_is_refused() {
    let mut moved = agency();
    moved.agency = "palopo".to_owned();
    assert!(matches!(TrustStore::verify(&moved, &moved.root).unwrap_err(), TrustError::OtherAgency { .. }));
    let backwards = Grant { nbf_ms: 5, exp_ms: 5, ..grant(KeyUse::Policy, server().public().as_b64()) };
    assert!(matches!(certify(&agency(), &root(), &backwards).unwrap_err(), CertifyError::Envelope(_)));
    let weak = grant(KeyUse::Health, B64([0; 32]));
    assert!(matches!(certify(&agency(), &root(), &weak).unwrap_err(), CertifyError::OpeningKey(_)));
    let weak = grant(KeyUse::Policy, B64([0; 32]));
    assert!(matches!(certify(&agency(), &root(), &weak).unwrap_err(), CertifyError::SigningKey(_)));
    assert_eq!(found("", &root()).unwrap_err(), CertifyError::AgencyId);
    assert_eq!(found("luwu utara", &root()).unwrap_err(), CertifyError::AgencyId);
}

#[test]
fn health_keys_are_those_certified_at_the_instant_each_once() {
    let store = store();
    assert_eq!(store.health_keys(FROM).len(), 2);
    assert!(store.health_keys(UNTIL).is_empty());
    let x = OpeningKey::from_bytes(&[21; 32]).public().x();
    let again = Grant { key_use: KeyUse::Health, x, nbf_ms: FROM, exp_ms: 3_000 };
    let longer = certify(&agency(), &root(), &again).unwrap();
    let store = TrustStore::verify(&longer, &root().public().as_b64()).unwrap();
    assert_eq!((store.health_keys(FROM).len(), store.health_keys(UNTIL).len()), (2, 1));
}

#[test]
fn a_renewed_certificate_of_the_same_key_prolongs_its_dates() {
    let again = Grant { nbf_ms: UNTIL, exp_ms: 3_000, ..grant(KeyUse::Receipt, server().public().as_b64()) };
    let store = store().renew(&certify(&agency(), &root(), &again).unwrap()).unwrap();
    assert!(store.open::<Head>(sign(&server(), &head(FROM)).unwrap().compact()).is_ok());
    assert!(store.open::<Head>(sign(&server(), &head(UNTIL)).unwrap().compact()).is_ok());
}

#[test]
fn key_files_come_back_and_tell_what_they_are_not() {
    let (signs, opens) = (server(), OpeningKey::from_bytes(&[21; 32]));
    let receipt = keyfile::signing(Role::Use(KeyUse::Receipt), &signs);
    let health = keyfile::opening(Role::Use(KeyUse::Health), &opens);
    assert_eq!(keyfile::read_signing(Role::Use(KeyUse::Receipt), &receipt).unwrap().kid(), signs.kid());
    assert_eq!(keyfile::read_opening(Role::Use(KeyUse::Health), &health).unwrap().kid(), opens.kid());
    let public = keyfile::public(Role::Use(KeyUse::Health), opens.public().x());
    assert_eq!(keyfile::read_public(Role::Use(KeyUse::Health), &public).unwrap().kid(), opens.kid());
    assert!(!public.contains("\"d\""));

    let refused = |result: Result<SigningKey, KeyFileError>| result.unwrap_err();
    assert!(matches!(refused(keyfile::read_signing(Role::Root, &receipt)), KeyFileError::OtherRole { .. }));
    assert!(matches!(refused(keyfile::read_signing(Role::Root, &health)), KeyFileError::OtherCurve { .. }));
    assert_eq!(refused(keyfile::read_signing(Role::Root, "{}")), KeyFileError::NotAKey);
    assert_eq!(keyfile::read_opening(Role::Use(KeyUse::Health), &public).unwrap_err(), KeyFileError::NoSecret);
    assert_eq!(keyfile::read_public(Role::Use(KeyUse::Health), &health).unwrap_err(), KeyFileError::Secret);
    let mixed = health.replace(&opens.public().x().to_string(), &signs.public().as_b64().to_string());
    assert_eq!(keyfile::read_opening(Role::Use(KeyUse::Health), &mixed).unwrap_err(), KeyFileError::Halves);
}

#[test]
fn a_key_of_another_jose_tool_is_read_without_our_member() {
    let jwk = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    assert!(keyfile::read_signing(Role::Use(KeyUse::Policy), jwk).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_certificate_changed_anywhere_is_refused(cert in 0..3usize, at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_.-]") {
        let mut trust = agency();
        let at = at.index(trust.certs[cert].len());
        prop_assume!(trust.certs[cert][at..=at] != to);
        trust.certs[cert].replace_range(at..=at, &to);
        prop_assert!(TrustStore::verify(&trust, &trust.root).is_err());
    }
}
