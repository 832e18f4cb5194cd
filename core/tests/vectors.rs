//! The byte vectors of `tests/vectors`, made by an independent script from docs/protocol.md: this implementation takes
//! every object, makes the same bytes, and refuses what must be refused.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    fmt::{Debug, Display},
    io::Read as _,
    str::FromStr,
};

use base64ct::{Base64UrlUnpadded, Encoding};
use hadir_core::{
    envelope::{PublicKey, SigningKey, Unverified, sign},
    history::{self, Export},
    model::{B64, Body, EnvelopeHash, HealthForm, KeyId, PersonId, ProofCode, Record},
    policy::Policy,
    seal::{health, wrap::OpeningKey},
    trust::TrustStore,
    wire::{
        Assignment, AssignmentAnswer, Certificate, Curve, EnrolAnswer, EnrolRequest, Head, HelpAnswer, HelpNumber,
        HelpReport, Invite, InviteByCode, InviteLook, InviteSeen, Kept, OldAnswer, Outcomes, Pack, PacksAnswer, Pins,
        Problem, Proofs, Receipt, ReceiptAnswer, RequestAuth, Signed, Stub, TimeToken, TokenAnswer, Trust, TrustAnswer,
        TypedCode, old_path, outcomes_digest,
    },
};
use serde::de::DeserializeOwned;
use serde_json::Value;

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/vectors.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text<'a>(value: &'a Value, at: &str) -> &'a str {
    value.pointer(at).unwrap_or_else(|| panic!("no {at}")).as_str().unwrap()
}

fn bytes(value: &Value, at: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(text(value, at)).unwrap()
}

fn fixed<const N: usize>(value: &Value, at: &str) -> [u8; N] {
    bytes(value, at).try_into().unwrap()
}

fn public_key(vectors: &Value, name: &str) -> PublicKey {
    PublicKey::new(&B64(fixed(vectors, &format!("/keys/{name}/public")))).unwrap()
}

/// Reads, checks and signs again one object.
fn check<T: Signed + Clone>(vectors: &Value, name: &str) {
    let object = &vectors["signed"][name];
    let (key_name, compact) = (text(object, "/key"), text(object, "/compact"));
    let key = SigningKey::from_seed(&fixed(vectors, &format!("/keys/{key_name}/private")));
    let read = Unverified::<T>::parse(compact).unwrap_or_else(|e| panic!("{name}: {e}"));
    let read = read.verify(&public_key(vectors, key_name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(read.hash().to_string(), text(object, "/hash"), "{name}");
    assert_eq!(serde_json::to_string(read.payload()).unwrap(), text(object, "/payload"), "{name}");
    let again = sign(&key, read.payload()).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(again.compact(), compact, "{name}");
}

#[test]
fn every_signed_object_is_taken_and_signed_again_to_the_same_bytes() {
    let vectors = vectors();
    for (name, object) in vectors["signed"].as_object().unwrap() {
        match text(object, "/typ") {
            "hadir-record" => check::<Record>(&vectors, name),
            "hadir-stub" => check::<Stub>(&vectors, name),
            "hadir-request" => check::<RequestAuth>(&vectors, name),
            "hadir-enrol" => check::<EnrolRequest>(&vectors, name),
            "hadir-receipt" => check::<Receipt>(&vectors, name),
            "hadir-token" => check::<TimeToken>(&vectors, name),
            "hadir-head" => check::<Head>(&vectors, name),
            "hadir-pack" => check::<Pack>(&vectors, name),
            "hadir-assignment" => check::<Assignment>(&vectors, name),
            "hadir-cert" => check::<Certificate>(&vectors, name),
            "hadir-kept" => check::<Kept>(&vectors, name),
            other => panic!("a vector of an unknown kind {other}"),
        }
    }
}

#[test]
fn a_part_of_an_old_store_goes_where_the_vector_says_and_its_answer_is_read() {
    let vectors = vectors();
    let answer: OldAnswer = serde_json::from_value(vectors["old"]["answer"].clone()).unwrap();
    let compact = answer.kept.unwrap();
    assert_eq!(compact, text(&vectors, "/signed/kept/compact"));
    let kept = Unverified::<Kept>::parse(compact).unwrap().verify(&public_key(&vectors, "receipt")).unwrap();
    let Kept { store, name, size, hash, .. } = kept.payload();
    assert_eq!(answer.have, *size);
    assert_eq!(old_path(store, name, *size, hash, 0), text(&vectors, "/old/path"));
}

#[test]
fn keys_have_the_thumbprints_of_the_vectors() {
    let vectors = vectors();
    for (name, key) in vectors["keys"].as_object().unwrap() {
        let public = B64(fixed(key, "/public"));
        let curve = if text(key, "/crv") == "X25519" { Curve::X25519 } else { Curve::Ed25519 };
        assert_eq!(curve.thumbprint(&public).to_string(), text(key, "/kid"), "{name}");
        if curve == Curve::Ed25519 {
            let signing = SigningKey::from_seed(&fixed(key, "/private"));
            assert_eq!((signing.kid().to_string(), signing.public().as_b64()), (text(key, "/kid").to_owned(), public));
        }
    }
}

#[test]
fn every_body_with_a_defined_form_is_read_and_written_to_the_same_bytes() {
    let vectors = vectors();
    let mut kinds = std::collections::BTreeSet::new();
    for (name, object) in vectors["signed"].as_object().unwrap() {
        if text(object, "/typ") != "hadir-record" {
            continue;
        }
        let record: Record = serde_json::from_str(text(object, "/payload")).unwrap();
        let body = record.body().unwrap_or_else(|e| panic!("{name}: {e}"));
        if let Some((kind, raw)) = body.to_raw() {
            assert_eq!((&kind, raw.get()), (&record.kind, record.raw_body.get()), "{name}");
            kinds.insert(kind.to_string());
        } else {
            assert_eq!((body, record.kind.as_str()), (Body::Opaque, "petition"));
        }
    }
    let known = ["acknowledge", "appeal", "check_in", "epoch", "health_form", "note", "request", "track"];
    assert_eq!(Vec::from_iter(kinds), known);
}

#[test]
fn what_the_agency_signed_opens_by_its_pinned_root_alone() {
    let vectors = vectors();
    let trust: Trust = serde_json::from_value(vectors["trust"].clone()).unwrap();
    let pinned = B64(fixed(&vectors, "/keys/root/public"));
    let store = TrustStore::verify(&trust, &pinned).unwrap();
    let compact = |name: &str| text(&vectors["signed"][name], "/compact");
    let pack = store.open::<Pack>(compact("pack")).unwrap();
    assert!(store.open::<Assignment>(compact("assignment")).is_ok());
    assert!(store.open::<Receipt>(compact("receipt")).is_ok());
    assert!(store.open::<TimeToken>(compact("token")).is_ok());
    assert!(store.open::<Head>(compact("head")).is_ok());
    let kids: Vec<String> = store.health_keys(pack.payload().t_ms).iter().map(|key| key.kid().to_string()).collect();
    assert_eq!(kids, [text(&vectors, "/keys/health_1/kid"), text(&vectors, "/keys/health_2/kid")]);
    assert!(TrustStore::verify(&trust, &B64(fixed(&vectors, "/keys/policy/public"))).is_err());
}

#[test]
fn the_packs_policy_is_read_and_written_to_the_same_bytes() {
    let vectors = vectors();
    let pack: Pack = serde_json::from_str(text(&vectors["signed"]["pack"], "/payload")).unwrap();
    let policy = Policy::from_json(pack.policy.get()).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(serde_json::to_string(&policy).unwrap(), pack.policy.get());
}

#[test]
fn the_exported_history_holds_and_a_changed_one_does_not() {
    let vectors = vectors();
    let root = B64(fixed(&vectors, "/keys/root/public"));
    let export = |history: &Value| Export::parse(history.to_string().as_bytes()).unwrap();
    let report = history::verify(&export(&vectors["history"]), Some(&root));
    assert_eq!(report.problems, []);
    let epochs: Vec<(u32, u64)> = report.epochs.iter().map(|epoch| (epoch.epoch, epoch.records)).collect();
    assert_eq!((epochs, report.tokens), (vec![(1, 12), (2, 1)], 1));
    for index in 0..12 {
        let mut shorter = vectors["history"].clone();
        shorter["records"].as_array_mut().unwrap().remove(index);
        assert_ne!(history::verify(&export(&shorter), Some(&root)).problems, [], "record {index} removed");
    }
    let other = B64(fixed(&vectors, "/keys/policy/public"));
    assert_ne!(history::verify(&export(&vectors["history"]), Some(&other)).problems, []);
}

#[test]
fn what_must_be_refused_is_refused() {
    let vectors = vectors();
    for case in vectors["refused"].as_array().unwrap() {
        let verdict = Unverified::<Record>::parse(text(case, "/compact")).map_err(|e| e.to_string()).and_then(|read| {
            let key = PublicKey::new(&B64(fixed(case, "/key"))).map_err(|e| e.to_string())?;
            read.verify(&key).map_err(|e| e.to_string())
        });
        assert!(verdict.is_err(), "taken: {}", text(case, "/why"));
    }
}

fn sealed_form(vectors: &Value) -> (Record, HealthForm, PersonId) {
    let record: Record = serde_json::from_str(text(&vectors["signed"]["record_health_form"], "/payload")).unwrap();
    let Ok(Body::HealthForm(form)) = record.body() else { panic!("not a form") };
    (record, form, "nip:198503302003121002".parse().unwrap())
}

#[test]
fn the_sealed_form_opens_with_either_key_of_the_office() {
    let vectors = vectors();
    let (record, form, person) = sealed_form(&vectors);
    let plain: Value = serde_json::from_str(text(&vectors, "/sealed/plaintext")).unwrap();
    for name in ["health_1", "health_2"] {
        let key = OpeningKey::from_bytes(&fixed(&vectors, &format!("/keys/{name}/private")));
        assert_eq!(key.kid().to_string(), text(&vectors, &format!("/keys/{name}/kid")));
        let binding = health::Binding::of_record(&record, &form, &person);
        let found = health::open(&key, &binding, &form.sealed).unwrap();
        assert_eq!(serde_json::to_value(found.answers()).unwrap(), plain["answers"]);
        let inside = (found.name(), found.unit(), found.phone());
        assert_eq!(inside, (text(&plain, "/name"), text(&plain, "/unit"), plain["phone"].as_str()));
    }
}

#[test]
fn the_sealed_form_opens_for_nobody_else_and_for_no_other_verdict() {
    let vectors = vectors();
    let (record, form, person) = sealed_form(&vectors);
    let open = |name: &str, form: &HealthForm, person: &PersonId| {
        let key = OpeningKey::from_bytes(&fixed(&vectors, &format!("/keys/{name}/private")));
        health::open(&key, &health::Binding::of_record(&record, form, person), &form.sealed)
    };
    assert!(open("recovery", &form, &person).is_err());
    assert!(open("health_1", &form, &"nip:198503302003121003".parse().unwrap()).is_err());
    let cleared = HealthForm { verdict: hadir_core::model::EntryVerdict::MayEnter, ..form.clone() };
    assert!(open("health_1", &cleared, &person).is_err());
    assert!(open("health_1", &form, &person).is_ok());
}

#[test]
fn a_receipts_digest_is_over_its_lines() {
    let vectors = vectors();
    for (name, receipt) in vectors["receipts"].as_object().unwrap() {
        let lines: Outcomes = serde_json::from_value(receipt["outcomes"].clone()).unwrap();
        let signed: Receipt = serde_json::from_str(text(&vectors["signed"][name], "/payload")).unwrap();
        assert_eq!(outcomes_digest(&lines), signed.digest, "{name}");
    }
}

#[test]
fn a_batch_unpacks_to_its_objects_line_by_line() {
    let vectors = vectors();
    let mut plain = Vec::new();
    let packed = bytes(&vectors, "/batch/gzip");
    flate2::read::GzDecoder::new(&*packed).read_to_end(&mut plain).unwrap();
    assert_eq!(plain, bytes(&vectors, "/batch/plain"));
    let lines: Vec<&str> = std::str::from_utf8(&plain).unwrap().strip_suffix('\n').unwrap().split('\n').collect();
    let objects: Vec<&str> = vectors["batch"]["objects"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(lines, objects);
    let request: RequestAuth = serde_json::from_str(text(&vectors["signed"]["request_batch"], "/payload")).unwrap();
    assert_eq!(request.body.to_string(), text(&vectors, "/batch/gzip_hash"));
}

/// Reads and writes plain JSON: nothing is lost, added or renamed.
fn same<T: DeserializeOwned + serde::Serialize>(value: &Value) {
    let read: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(&serde_json::to_value(&read).unwrap(), value);
}

#[test]
fn plain_answers_problems_and_trust_are_read_and_written() {
    let vectors = vectors();
    same::<Trust>(&vectors["trust"]);
    same::<EnrolAnswer>(&vectors["answers"]["enrol"]);
    same::<TokenAnswer>(&vectors["answers"]["token"]);
    same::<ReceiptAnswer>(&vectors["answers"]["records"]);
    same::<TrustAnswer>(&vectors["answers"]["trust"]);
    same::<Proofs>(&vectors["proofs"]);
    same::<PacksAnswer>(&vectors["answers"]["packs"]);
    same::<AssignmentAnswer>(&vectors["answers"]["assignment"]);
    same::<InviteSeen>(&vectors["answers"]["look"]);
    same::<InviteSeen>(&vectors["answers"]["look_at_one_that_is_over"]);
    same::<HelpAnswer>(&vectors["answers"]["help"]);
    same::<InviteByCode>(&vectors["questions"]["invite"]);
    same::<InviteLook>(&vectors["questions"]["look"]);
    same::<HelpReport>(&vectors["questions"]["help"]);
    same::<HelpReport>(&vectors["questions"]["help_of_one_that_says_little"]);
    same::<Problem>(&vectors["problem"]);
    same::<health::SealedForm>(&vectors["office_line"]);
}

/// Reads what people typed, and refuses what is no code.
fn read_as_typed<T: FromStr + PartialEq + Debug + Display>(code: &Value, expected: &T) {
    assert_eq!(expected.to_string(), text(code, "/shown"));
    for typed in code["typed_as"].as_array().unwrap() {
        assert_eq!(typed.as_str().unwrap().parse::<T>().as_ref().ok(), Some(expected), "{typed}");
    }
    for typed in code["refused"].as_array().unwrap() {
        assert!(typed.as_str().unwrap().parse::<T>().is_err(), "{typed}");
    }
}

#[test]
fn codes_have_the_letters_of_the_vectors_and_are_read_as_people_type_them() {
    let vectors = vectors();
    let codes = &vectors["codes"];
    let typed = TypedCode::of_random((codes["typed"]["bits"].as_u64().unwrap() << 14).to_be_bytes());
    assert_eq!(typed.letters(), text(codes, "/typed/letters"));
    read_as_typed(&codes["typed"], &typed);
    let help = HelpNumber::of_bits(codes["help"]["bits"].as_u64().unwrap().try_into().unwrap());
    read_as_typed(&codes["help"], &help);
    let hash: EnvelopeHash = text(codes, "/proof/hash").parse().unwrap();
    assert_eq!(hash.to_string(), text(&vectors, "/signed/record_check_in_fix/hash"));
    read_as_typed(&codes["proof"], &ProofCode::of(hash));
}

#[test]
fn an_invite_reads_from_its_link_and_writes_to_the_same_bytes() {
    let vectors = vectors();
    let invite: Invite = serde_json::from_str(text(&vectors, "/invite/json")).unwrap();
    assert_eq!(serde_json::to_string(&invite).unwrap(), text(&vectors, "/invite/json"));
    let (server, fragment) = text(&vectors, "/invite/link").split_once("/i#").unwrap();
    assert_eq!(server, invite.server);
    assert_eq!(Base64UrlUnpadded::decode_vec(fragment).unwrap(), text(&vectors, "/invite/json").as_bytes());
    let pinned = hadir_core::engine::parse_invite(text(&vectors, "/invite_pinned/link")).unwrap();
    assert_eq!(serde_json::to_string(&pinned).unwrap(), text(&vectors, "/invite_pinned/json"));
    assert_eq!(pinned.link(), text(&vectors, "/invite_pinned/link"));
}

#[test]
fn an_address_reads_from_its_link_and_pins_hold_the_keys_that_they_are_hashes_of() {
    let vectors = vectors();
    let address = hadir_core::engine::parse_address(text(&vectors, "/address/link")).unwrap();
    assert_eq!(serde_json::to_string(&address).unwrap(), text(&vectors, "/address/json"));
    assert_eq!(address.link(), text(&vectors, "/address/link"));
    let pins = address.pins.unwrap();
    let all = vectors["pins"].as_array().unwrap();
    assert_eq!(all.len(), 2);
    for pin in all {
        let spki = Base64UrlUnpadded::decode_vec(pin["spki"].as_str().unwrap()).unwrap();
        assert_eq!(Pins::of_key(&spki).to_string(), pin["pin"].as_str().unwrap());
        assert!(pins.hold(&spki) && !pins.hold(&spki[1..]));
    }
}

#[test]
fn the_installation_is_the_thumbprint_of_its_key_and_a_hash_is_over_the_whole_compact_form() {
    let vectors = vectors();
    let object = &vectors["signed"]["record_check_in_fix"];
    let record: Record = serde_json::from_str(text(object, "/payload")).unwrap();
    assert_eq!(record.install, text(&vectors, "/keys/installation/kid").parse::<KeyId>().unwrap());
    assert_eq!(EnvelopeHash::of(text(object, "/compact")).to_string(), text(object, "/hash"));
}
