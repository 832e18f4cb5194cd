use std::{collections::BTreeMap, sync::Mutex};

use proptest::prelude::*;

use super::*;
use crate::{
    envelope::{EnvelopeError, SigningKey, sign},
    model::{
        Body, CheckIn, EntryVerdict, HealthForm, InstallId, NoFix, PersonId, Record, RecordId, SessionId, TimeEvidence,
    },
};

/// Counts bytes out: different each time, and the same in every run.
struct Counting(Mutex<u8>);

impl Counting {
    fn new() -> Self {
        Self(Mutex::new(0))
    }
}

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        let mut next = self.0.lock().unwrap();
        for byte in buffer {
            *byte = *next;
            *next = next.wrapping_mul(5).wrapping_add(3);
        }
        *next = next.wrapping_add(1);
        Ok(())
    }
}

fn office() -> [OpeningKey; 2] {
    [OpeningKey::from_bytes(&[21; 32]), OpeningKey::from_bytes(&[22; 32])]
}

fn recipients() -> Vec<Recipient> {
    office().iter().map(|key| key.public().clone()).collect()
}

fn person() -> PersonId {
    "nip:198503302003121002".parse().unwrap()
}

fn binding(person: &PersonId) -> Binding<'_> {
    Binding {
        install: InstallId::new([5; 32]),
        record: RecordId::new(1_627_430_400_000, [7; 10]),
        person,
        form: "form1",
        form_version: 1,
        for_date: "2026-03-11".parse().unwrap(),
        verdict: EntryVerdict::MayNotEnter,
    }
}

fn cough() -> HealthAnswers {
    let answers = (1..=6).map(|question| (question.to_string(), question == 6)).collect();
    HealthAnswers::new(answers, "Andi Tenri", "BKPSDM Luwu Utara", Some("081234567890"))
}

#[test]
fn each_key_of_the_office_opens_what_was_answered() {
    let person = person();
    let sealed = seal(&Counting::new(), &recipients(), &binding(&person), &cough()).unwrap();
    for key in office() {
        assert!(open(&key, &binding(&person), &sealed).unwrap() == cough());
    }
}

#[test]
fn a_key_that_is_not_the_offices_opens_nothing() {
    let person = person();
    let mut sealed = seal(&Counting::new(), &recipients(), &binding(&person), &cough()).unwrap();
    let stranger = OpeningKey::from_bytes(&[23; 32]);
    let error = open(&stranger, &binding(&person), &sealed).unwrap_err();
    assert_eq!(error, OpenError::NotARecipient { kid: stranger.kid() });
    sealed.recipients[0].kid = stranger.kid();
    assert_eq!(open(&stranger, &binding(&person), &sealed).unwrap_err(), OpenError::DoesNotOpen);
}

#[test]
fn fewer_than_two_different_keys_are_refused() {
    let person = person();
    let one = recipients()[0].clone();
    for (keys, found) in [(vec![], 0), (vec![one.clone()], 1), (vec![one.clone(), one], 1)] {
        let error = seal(&Counting::new(), &keys, &binding(&person), &cough()).unwrap_err();
        assert_eq!(error, SealError::Recipients { found });
    }
}

#[test]
fn every_answer_has_the_same_length_outside() {
    let person = person();
    let short = HealthAnswers::new(BTreeMap::new(), "", "", None);
    let long = HealthAnswers::new(cough().answers().clone(), &"N".repeat(500), &"é".repeat(500), Some(&"0".repeat(50)));
    assert_eq!((long.name().len(), long.unit().len(), long.phone().map(str::len)), (120, 120, Some(20)));
    let lengths = [short, cough(), long].map(|answers| {
        let sealed = seal(&Counting::new(), &recipients(), &binding(&person), &answers).unwrap();
        assert!(open(&office()[1], &binding(&person), &sealed).unwrap() == answers);
        sealed.content.len()
    });
    // 1,040 bytes in base64url.
    assert_eq!(lengths, [1387; 3]);
}

#[test]
fn answers_that_do_not_fit_are_refused_with_their_size() {
    let person = person();
    let many = (0..100).map(|question| (format!("question-{question}"), true)).collect();
    let answers = HealthAnswers::new(many, "", "", None);
    let error = seal(&Counting::new(), &recipients(), &binding(&person), &answers).unwrap_err();
    assert!(matches!(error, SealError::TooMany { bytes } if bytes > 1024), "{error}");
}

#[test]
fn a_question_answered_twice_or_a_stranger_member_is_no_answer() {
    let good = r#"{"answers":{"1":true},"name":"","unit":"","phone":null}"#;
    let padded = |json: &str| json.bytes().chain(std::iter::repeat(b' ')).take(PADDED).collect::<Vec<_>>();
    assert!(HealthAnswers::from_padded(&padded(good)).is_some());
    for bad in [
        good.replace(r#""1":true"#, r#""1":true,"1":false"#),
        good.replace(r#""1":true"#, r#""1":1"#),
        good.replace(r#""unit":"""#, r#""unit":"","unit":"""#),
        good.replace(r#""unit":"""#, r#""unit":"","extra":1"#),
        good.replace('}', ""),
        format!(" {good}"),
        String::new(),
    ] {
        assert!(HealthAnswers::from_padded(&padded(&bad)).is_none(), "{bad}");
    }
    assert!(HealthAnswers::from_padded(good.as_bytes()).is_none(), "not padded");
}

#[test]
fn an_id_that_could_forge_a_line_is_refused() {
    let person = person();
    for form in ["", "form1 1\n2026-03-11", "form 1", "Form1"] {
        let bad = Binding { form, ..binding(&person) };
        assert_eq!(seal(&Counting::new(), &recipients(), &bad, &cough()).unwrap_err(), SealError::FormId);
        let sealed = seal(&Counting::new(), &recipients(), &binding(&person), &cough()).unwrap();
        assert_eq!(open(&office()[0], &bad, &sealed).unwrap_err(), OpenError::Malformed { member: "form" });
    }
}

/// A line of an export: `yes` are the questions answered *ya*.
fn line(yes: &[u32], declared: EntryVerdict) -> SealedForm {
    let key = SigningKey::from_seed(&[3; 32]);
    let person = person();
    let binding = Binding { install: key.kid(), verdict: declared, ..binding(&person) };
    let answers = (1..=6).map(|question: u32| (question.to_string(), yes.contains(&question))).collect();
    let answers = HealthAnswers::new(answers, "Andi Tenri", "BKPSDM Luwu Utara", Some("081234567890"));
    let sealed = seal(&Counting::new(), &recipients(), &binding, &answers).unwrap();
    let body = Body::HealthForm(HealthForm {
        form: "form1".to_owned(),
        form_version: 1,
        for_date: binding.for_date,
        verdict: declared,
        sealed,
    });
    let record = record(&key, binding.record, &body);
    SealedForm { v: 1, record, key: key.public().as_b64(), person }
}

fn record(key: &SigningKey, id: RecordId, body: &Body) -> String {
    let (kind, raw_body) = body.to_raw().unwrap();
    let record = Record {
        v: 1,
        id,
        install: key.kid(),
        epoch: 1,
        seq: 1,
        prev: None,
        receipt: None,
        pack: None,
        assignment: None,
        app: "test/1".to_owned(),
        kind,
        time: TimeEvidence { wall_ms: 5, session: SessionId::new([0; 16]), run: 0, elapsed_ms: 5, gnss: None },
        raw_body,
    };
    sign(key, &record).unwrap().compact().to_owned()
}

#[test]
fn the_office_reads_who_may_not_enter_and_why() {
    let line = line(&[1, 6], EntryVerdict::MayNotEnter);
    let line = SealedForm::parse(&serde_json::to_string(&line).unwrap()).unwrap();
    let opened = line.open(&office()[1]).unwrap();
    assert!(opened.declared_rightly() && opened.may_not_enter());
    assert_eq!(opened.scored.as_ref().unwrap().score, 6);
    assert_eq!((opened.answers.name(), opened.answers.phone()), ("Andi Tenri", Some("081234567890")));
    assert!(!format!("{opened:?} {line:?}").contains("Andi"));
}

#[test]
fn a_verdict_that_the_answers_do_not_bear_out_is_noticed() {
    let hidden = line(&[6], EntryVerdict::MayEnter).open(&office()[0]).unwrap();
    assert!(!hidden.declared_rightly() && hidden.may_not_enter());
    let claimed = line(&[1], EntryVerdict::MayNotEnter).open(&office()[0]).unwrap();
    assert!(!claimed.declared_rightly() && !claimed.may_not_enter());
}

#[test]
fn a_line_of_another_person_phone_or_kind_opens_nothing() {
    let good = line(&[], EntryVerdict::MayEnter);
    let other = SealedForm { person: "nip:198503302003121003".parse().unwrap(), ..good.clone() };
    assert_eq!(other.open(&office()[0]).unwrap_err(), OfficeError::Open(OpenError::DoesNotOpen));
    let stranger = SigningKey::from_seed(&[4; 32]);
    let other = SealedForm { key: stranger.public().as_b64(), ..good.clone() };
    assert!(matches!(other.open(&office()[0]).unwrap_err(), OfficeError::Record(EnvelopeError::OtherKey { .. })));
    let tap = record(&stranger, RecordId::new(5, [1; 10]), &Body::CheckIn(CheckIn::NoFix(NoFix::Off)));
    let other = SealedForm { key: stranger.public().as_b64(), record: tap, ..good };
    assert_eq!(other.open(&office()[0]).unwrap_err(), OfficeError::NotAForm { kind: "check_in".to_owned() });
    assert_eq!(SealedForm::parse("{\"v\":2}").unwrap_err(), OfficeError::Version { found: 2 });
    assert_eq!(SealedForm::parse("{\"v\":1}").unwrap_err(), OfficeError::Form);
}

#[test]
fn debug_shows_nothing_of_the_answers() {
    assert_eq!(format!("{:?}", cough()), "HealthAnswers(…)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_answers_come_back_as_they_were(
        answers in prop::collection::btree_map("[a-z0-9]{1,4}", any::<bool>(), 0..12),
        name in "\\PC{0,40}", unit in "\\PC{0,40}", phone in prop::option::of("[0-9+]{0,20}"),
    ) {
        let person = person();
        let answers = HealthAnswers::new(answers, &name, &unit, phone.as_deref());
        let sealed = seal(&Counting::new(), &recipients(), &binding(&person), &answers).unwrap();
        prop_assert!(open(&office()[0], &binding(&person), &sealed).unwrap() == answers);
    }

    #[test]
    fn any_change_of_the_binding_is_refused(which in 0..7usize, install in any::<[u8; 32]>(), record in any::<[u8; 10]>(), days in 1..5000u64) {
        let whose = person();
        let other: PersonId = "nip:198503302003121003".parse().unwrap();
        let good = binding(&whose);
        let sealed = seal(&Counting::new(), &recipients(), &good, &cough()).unwrap();
        let changed = match which {
            0 => Binding { install: InstallId::new(install), ..good.clone() },
            1 => Binding { record: RecordId::new(1_627_430_400_000, record), ..good.clone() },
            2 => Binding { person: &other, ..good.clone() },
            3 => Binding { form: "form2", ..good.clone() },
            4 => Binding { form_version: 2, ..good.clone() },
            5 => Binding { for_date: good.for_date + chrono::Days::new(days), ..good.clone() },
            _ => Binding { verdict: EntryVerdict::MayEnter, ..good.clone() },
        };
        prop_assume!(changed != good);
        prop_assert_eq!(open(&office()[0], &changed, &sealed).unwrap_err(), OpenError::DoesNotOpen);
    }

    #[test]
    fn any_change_of_the_sealed_bytes_is_refused(which in 0..3usize, at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_-]") {
        let person = person();
        let mut sealed = seal(&Counting::new(), &recipients(), &binding(&person), &cough()).unwrap();
        let text = match which {
            0 => &mut sealed.content,
            1 => &mut sealed.recipients[0].enc,
            _ => &mut sealed.recipients[0].key,
        };
        let at = at.index(text.len());
        prop_assume!(text[at..=at] != to);
        text.replace_range(at..=at, &to);
        let error = open(&office()[0], &binding(&person), &sealed).unwrap_err();
        prop_assert!(matches!(error, OpenError::DoesNotOpen | OpenError::Malformed { .. }), "{}", error);
    }
}
