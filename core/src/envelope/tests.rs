use base64ct::{Base64UrlUnpadded, Encoding};
use proptest::prelude::*;

use super::*;
use crate::{
    model::{B64, Body, CheckIn, EnvelopeHash, InstallId, Kind, NoFix, Record, RecordId, SessionId, TimeEvidence},
    wire::{Curve, EnrolRequest, PayloadError, Receipt, Signed},
};

/// The key of RFC 8037 appendix A.1 (and RFC 8032 §7.1, test 1).
fn rfc_key() -> SigningKey {
    let seed: B64<32> = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A".parse().unwrap();
    SigningKey::from_seed(seed.as_bytes())
}

fn record(install: InstallId) -> Record {
    let (kind, raw_body) = Body::CheckIn(CheckIn::NoFix(NoFix::Timeout)).to_raw().unwrap();
    Record {
        v: 1,
        id: RecordId::new(1_627_430_400_000, [7; 10]),
        install,
        epoch: 1,
        seq: 1,
        prev: None,
        receipt: None,
        pack: None,
        assignment: None,
        app: "hadir-test/1".to_owned(),
        kind,
        time: TimeEvidence {
            wall_ms: 1_627_430_400_000,
            session: SessionId::new([3; 16]),
            run: 0,
            elapsed_ms: 12,
            gnss: None,
        },
        raw_body,
    }
}

/// Signs any header and payload, as an attacker with a key could.
fn forge(key: &SigningKey, header: &str, payload: &str) -> String {
    let input = format!(
        "{}.{}",
        Base64UrlUnpadded::encode_string(header.as_bytes()),
        Base64UrlUnpadded::encode_string(payload.as_bytes())
    );
    let signature = key.sign_bytes(input.as_bytes());
    format!("{input}.{}", Base64UrlUnpadded::encode_string(&signature))
}

fn header(key: &SigningKey) -> String {
    format!(r#"{{"alg":"Ed25519","typ":"hadir-record","kid":"{}"}}"#, key.kid())
}

fn open(key: &SigningKey, compact: &str) -> Result<Envelope<Record>, EnvelopeError> {
    Unverified::<Record>::parse(compact)?.verify(key.public())
}

#[test]
fn the_keys_thumbprint_and_signature_are_those_of_rfc_8037() {
    let key = rfc_key();
    assert_eq!(key.public().as_b64().to_string(), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assert_eq!(key.kid().to_string(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let signature = key.sign_bytes(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc");
    assert_eq!(
        Base64UrlUnpadded::encode_string(&signature),
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    );
}

#[test]
fn what_is_signed_opens_with_the_same_bytes_and_hash() {
    let key = rfc_key();
    let signed = sign(&key, &record(key.kid())).unwrap();
    let opened = open(&key, signed.compact()).unwrap();
    assert_eq!(opened.compact(), signed.compact());
    assert_eq!(opened.hash(), EnvelopeHash::of(signed.compact()));
    assert_eq!(opened.hash(), signed.hash());
    assert_eq!(opened.kid(), key.kid());
    assert_eq!(opened.payload().id, signed.payload().id);
}

#[test]
fn the_headers_members_may_stand_in_any_order() {
    let key = rfc_key();
    let payload = serde_json::to_string(&record(key.kid())).unwrap();
    let header = format!(r#" {{ "kid":"{}", "typ":"hadir-record", "alg":"Ed\u00325519"}}"#, key.kid());
    assert!(open(&key, &forge(&key, &header, &payload)).is_ok());
}

#[test]
fn any_other_header_is_refused() {
    let key = rfc_key();
    let kid = key.kid();
    let payload = serde_json::to_string(&record(kid)).unwrap();
    let cases = [
        (format!(r#"{{"alg":"none","typ":"hadir-record","kid":"{kid}"}}"#), HeaderError::Alg),
        (format!(r#"{{"alg":"EdDSA","typ":"hadir-record","kid":"{kid}"}}"#), HeaderError::Alg),
        (format!(r#"{{"alg":"HS256","typ":"hadir-record","kid":"{kid}"}}"#), HeaderError::Alg),
        (format!(r#"{{"alg":"ed25519","typ":"hadir-record","kid":"{kid}"}}"#), HeaderError::Alg),
        (
            format!(r#"{{"alg":"Ed25519","typ":"hadir-receipt","kid":"{kid}"}}"#),
            HeaderError::Typ { expected: "hadir-record" },
        ),
        (r#"{"alg":"Ed25519","typ":"hadir-record","kid":"x"}"#.to_owned(), HeaderError::Kid),
        (format!(r#"{{"alg":"Ed25519","typ":"hadir-record","kid":"{kid}","crit":[]}}"#), HeaderError::Members),
        (format!(r#"{{"alg":"Ed25519","typ":"hadir-record","kid":"{kid}","b64":true}}"#), HeaderError::Members),
        (format!(r#"{{"alg":"Ed25519","typ":"hadir-record","kid":"{kid}","jwk":{{}}}}"#), HeaderError::Members),
        (format!(r#"{{"alg":"Ed25519","alg":"Ed25519","typ":"hadir-record","kid":"{kid}"}}"#), HeaderError::Members),
        (format!(r#"{{"alg":"Ed25519","typ":"hadir-record","kid":"{kid}","kid":"{kid}"}}"#), HeaderError::Members),
        (format!(r#"["Ed25519","hadir-record","{kid}"]"#), HeaderError::Members),
        (r#"{"alg":"Ed25519","typ":"hadir-record"}"#.to_owned(), HeaderError::Members),
        (format!(r#"{{"alg":"Ed25519","typ":"hadir-record","kid":"{kid}"}}{{}}"#), HeaderError::Members),
        (String::new(), HeaderError::Members),
        (" ".repeat(600), HeaderError::Members),
    ];
    for (header, expected) in cases {
        let error = open(&key, &forge(&key, &header, &payload)).unwrap_err();
        assert_eq!(error, EnvelopeError::Header(expected), "{header}");
    }
}

#[test]
fn a_change_of_any_byte_is_refused() {
    let key = rfc_key();
    let good = sign(&key, &record(key.kid())).unwrap();
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    for at in 0..good.compact().len() {
        let mut bytes = good.compact().as_bytes().to_vec();
        let old = alphabet.iter().position(|c| *c == bytes[at]).unwrap();
        // Neighbours of the alphabet differ in the lowest bit too: the one that a lax decoder drops at the end.
        for step in [1, 16, 31] {
            bytes[at] = alphabet[(old + step) % alphabet.len()];
            assert!(open(&key, std::str::from_utf8(&bytes).unwrap()).is_err(), "byte {at}, step {step}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn tampering_is_refused_wherever_it_happens(at in any::<prop::sample::Index>(), to in any::<char>(), cut in any::<bool>()) {
        let key = rfc_key();
        let good = sign(&key, &record(key.kid())).unwrap();
        let mut chars: Vec<char> = good.compact().chars().collect();
        let at = at.index(chars.len());
        if cut {
            chars.truncate(at);
        } else if chars[at] == to {
            chars.insert(at, to);
        } else {
            chars[at] = to;
        }
        prop_assert!(open(&key, &chars.into_iter().collect::<String>()).is_err());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}") {
        prop_assert!(Unverified::<Record>::parse(text).is_err());
    }

    #[test]
    fn no_payload_makes_the_reader_panic(payload in r#"[{}\[\]":,a-z0-9\\ ]{0,120}"#) {
        let key = rfc_key();
        prop_assert!(open(&key, &forge(&key, &header(&key), &payload)).is_err());
    }
}

#[test]
fn another_key_or_a_borrowed_kid_is_refused() {
    let key = rfc_key();
    let other = SigningKey::from_seed(&[9; 32]);
    let good = sign(&key, &record(key.kid())).unwrap();
    let error = Unverified::<Record>::parse(good.compact()).unwrap().verify(other.public()).unwrap_err();
    assert_eq!(error, EnvelopeError::OtherKey { found: key.kid(), expected: other.kid() });
    // Someone else's kid over one's own signature.
    let payload = serde_json::to_string(&record(key.kid())).unwrap();
    let error = open(&key, &forge(&other, &header(&key), &payload)).unwrap_err();
    assert_eq!(error, EnvelopeError::Signature);
    // One's own kid over someone else's installation.
    let error = open(&other, &forge(&other, &header(&other), &payload)).unwrap_err();
    assert!(matches!(error, EnvelopeError::Rule(PayloadError::NotTheSigner { member: "install", .. })), "{error}");
}

#[test]
fn a_signature_with_s_beyond_the_order_is_refused() {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let key = rfc_key();
    let good = sign(&key, &record(key.kid())).unwrap();
    let (input, signature) = good.compact().rsplit_once('.').unwrap();
    let mut bytes = Base64UrlUnpadded::decode_vec(signature).unwrap();
    let mut carry = 0;
    for (byte, order) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = (sum & 0xff) as u8;
        carry = sum >> 8;
    }
    let malleable = format!("{input}.{}", Base64UrlUnpadded::encode_string(&bytes));
    assert_eq!(open(&key, &malleable).unwrap_err(), EnvelopeError::Signature);
}

#[test]
fn weak_and_malformed_keys_are_refused() {
    let mut small_order = vec![[0u8; 32]; 4];
    small_order[1][31] = 0x80;
    small_order[2][0] = 1;
    small_order[3] = [0xff; 32];
    (small_order[3][0], small_order[3][31]) = (0xec, 0x7f);
    let eighth = "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU".parse::<B64<32>>().unwrap();
    small_order.push(eighth.0);
    for bytes in small_order {
        assert_eq!(PublicKey::new(&B64(bytes)).unwrap_err(), KeyError::Weak, "{bytes:?}");
    }
    // y = p + 3 is y = 3 written in a second way; 2 is on no point.
    let mut second_way = [0xff; 32];
    (second_way[0], second_way[31]) = (0xf0, 0x7f);
    assert_eq!(PublicKey::new(&B64(second_way)).unwrap_err(), KeyError::NotCanonical);
    let mut no_point = [0; 32];
    no_point[0] = 2;
    assert_eq!(PublicKey::new(&B64(no_point)).unwrap_err(), KeyError::NotAPoint);
    assert!(PublicKey::new(&rfc_key().public().as_b64()).is_ok());
}

#[test]
fn parts_that_are_not_canonical_base64url_are_refused() {
    let key = rfc_key();
    let good = sign(&key, &record(key.kid())).unwrap();
    let good = good.compact();
    for bad in [
        format!("{good}="),
        format!("{good}."),
        format!("{good}.AA"),
        format!(" {good}"),
        format!("{good}\n"),
        good.replace('.', "+"),
        good.rsplit_once('.').unwrap().0.to_owned(),
        format!("{}.", good.rsplit_once('.').unwrap().0),
        format!("{good}AAAA"),
        String::new(),
        "..".to_owned(),
    ] {
        assert!(open(&key, &bad).is_err(), "{bad}");
    }
}

#[test]
fn payloads_that_break_the_form_or_a_rule_are_refused() {
    let key = rfc_key();
    let good = serde_json::to_string(&record(key.kid())).unwrap();
    let opened = |payload: &str| open(&key, &forge(&key, &header(&key), payload));
    assert!(opened(&good).is_ok());
    let form = [
        good.replace(r#""seq":1"#, r#""seq":1,"seq":1"#),
        good.replace(r#""seq":1"#, r#""seq":1,"extra":1"#),
        good.replace(r#""seq":1"#, r#""seq":"1""#),
        good.replace(r#""seq":1"#, r#""seq":1.0"#),
        good.replace(r#""seq":1"#, r#""seq":-1"#),
        good.replace(r#""run":0"#, r#""run":0,"run":0"#),
        good.replace(r#""run":0"#, r#""run":0,"boot":0"#),
        good.replace(r#","app":"hadir-test/1""#, ""),
        format!("[{good}]"),
        format!("{good} 1"),
        "null".to_owned(),
    ];
    for payload in form {
        assert!(matches!(opened(&payload).unwrap_err(), EnvelopeError::Payload { .. }), "{payload}");
    }
    let rules = [
        (r#""seq":1"#, r#""seq":0"#.to_owned()),
        (r#""seq":1"#, r#""seq":9007199254740992"#.to_owned()),
        (r#""seq":1"#, r#""seq":2"#.to_owned()),
        (r#""epoch":1"#, r#""epoch":0"#.to_owned()),
        (r#""epoch":1"#, r#""epoch":2"#.to_owned()),
        (r#""kind":"check_in""#, r#""kind":"epoch""#.to_owned()),
        (r#""kind":"check_in""#, r#""kind":"""#.to_owned()),
        (r#""kind":"check_in""#, format!(r#""kind":"{}""#, "k".repeat(33))),
        (r#""app":"hadir-test/1""#, format!(r#""app":"{}""#, "a".repeat(65))),
        (r#""app":"hadir-test/1""#, r#""app":"""#.to_owned()),
        (r#""prev":null"#, format!(r#""prev":"{}""#, key.kid())),
        (r#""elapsed_ms":12"#, r#""elapsed_ms":9007199254740992"#.to_owned()),
        (r#""wall_ms":1627430400000"#, r#""wall_ms":-9007199254740992"#.to_owned()),
    ];
    for (from, to) in rules {
        let payload = good.replace(from, &to);
        assert_ne!(payload, good, "{from}");
        assert!(matches!(opened(&payload).unwrap_err(), EnvelopeError::Rule(_)), "{to}");
    }
}

#[test]
fn a_newer_version_says_so_even_with_members_that_are_not_known_yet() {
    let key = rfc_key();
    let payload = r#"{"v":2,"id":"new","flavour":"salt"}"#;
    let error = open(&key, &forge(&key, &header(&key), payload)).unwrap_err();
    assert_eq!(error, EnvelopeError::UnsupportedVersion { found: 2 });
    let same_form = serde_json::to_string(&Record { v: 3, ..record(key.kid()) }).unwrap();
    let error = open(&key, &forge(&key, &header(&key), &same_form)).unwrap_err();
    assert_eq!(error, EnvelopeError::UnsupportedVersion { found: 3 });
}

#[test]
fn an_object_at_the_limit_is_taken_and_one_byte_more_is_not() {
    let key = rfc_key();
    let body =
        |length: usize| serde_json::value::RawValue::from_string(format!(r#""{}""#, "x".repeat(length))).unwrap();
    let with = |length| Record { kind: Kind::Appeal, raw_body: body(length), ..record(key.kid()) };
    let overhead = sign(&key, &with(0)).unwrap().compact().len();
    let longest = (40_000..50_000).rev().find(|length| sign(&key, &with(*length)).is_ok()).unwrap();
    let signed = sign(&key, &with(longest)).unwrap();
    assert!((MAX_BYTES - 1..=MAX_BYTES).contains(&signed.compact().len()), "{overhead} {longest}");
    assert!(open(&key, signed.compact()).is_ok());
    let payload = serde_json::to_string(&with(longest + 2)).unwrap();
    let error = open(&key, &forge(&key, &header(&key), &payload)).unwrap_err();
    assert!(matches!(error, EnvelopeError::TooLong { bytes } if bytes > MAX_BYTES));
}

#[test]
fn a_carried_key_proves_possession_only_of_itself() {
    let key = rfc_key();
    let enrol = EnrolRequest {
        v: 1,
        key: key.public().as_b64(),
        invite: B64([1; 16]),
        root: B64([2; 32]),
        app: "hadir-test/1".to_owned(),
        nonce: crate::model::Nonce::new([4; 16]),
    };
    let signed = sign(&key, &enrol).unwrap();
    let (opened, carried) =
        Unverified::<EnrolRequest>::parse(signed.compact()).unwrap().verify_with_carried_key().unwrap();
    assert_eq!((opened.payload(), &carried), (&enrol, key.public()));
    let other = SigningKey::from_seed(&[5; 32]);
    assert!(matches!(
        sign(&other, &enrol).unwrap_err(),
        EnvelopeError::Rule(PayloadError::NotTheSigner { member: "key", .. })
    ));
    // A weak key verifies nearly anything for anyone: it must not even be tried.
    let weak = EnrolRequest { key: B64([0; 32]), ..enrol };
    let header =
        format!(r#"{{"alg":"Ed25519","typ":"hadir-enrol","kid":"{}"}}"#, Curve::Ed25519.thumbprint(&B64([0; 32])));
    let forged = forge(&key, &header, &serde_json::to_string(&weak).unwrap());
    let error = Unverified::<EnrolRequest>::parse(forged).unwrap().verify_with_carried_key().unwrap_err();
    assert_eq!(error, EnvelopeError::CarriedKey(KeyError::Weak));
}

#[test]
fn a_receipt_does_not_open_as_a_record_nor_a_record_as_a_receipt() {
    let key = rfc_key();
    let signed = sign(&key, &record(key.kid())).unwrap();
    let error = Unverified::<Receipt>::parse(signed.compact()).unwrap_err();
    assert_eq!(error, EnvelopeError::Header(HeaderError::Typ { expected: Receipt::TYP.as_str() }));
}

#[test]
fn debug_shows_no_secret_and_no_content() {
    let key = SigningKey::from_seed(&[0x41; 32]);
    let signed = sign(&key, &record(key.kid())).unwrap();
    let shown = format!("{key:?} {signed:?} {:?}", Unverified::<Record>::parse(signed.compact()).unwrap());
    assert!(!shown.contains("65, 65") && !shown.contains("QUFB") && !shown.contains("timeout"), "{shown}");
}
