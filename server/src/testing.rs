//! An agency, a server without sockets, and phones that speak the protocol by hand: for this crate's tests.

use std::{cell::Cell, sync::Arc};

use flate2::{Compression, write::GzEncoder};
use hadir_core::{
    envelope::{Envelope, SigningKey, sign},
    model::{
        B64, Body, CheckIn, EnvelopeHash, Fix, FixSource, Link, Nonce, PersonId, Record, RecordId, SessionId,
        TimeEvidence,
    },
    policy::{Employment, Policy, shipped_policy},
    ports::SeededEntropy,
    trust::{Grant, certify, found},
    wire::{
        Certified, EnrolRequest, Head, KeyUse, Pack, Problem, ProblemCode, ReceiptAnswer, RequestAuth, Stub, Trust,
        VERSION,
    },
};
use sha2::{Digest as _, Sha256};

use crate::{
    handle::{Applied, BodyIn, Desk, Gate, HttpIn, HttpOut, Prepared, ServerKeys, prepare},
    store::{Agency, CodeHash, Person, Store, StoreExt as _, StoredInvite, StoredPack, Unit},
};

/// 09:00 on Monday 2 March 2026 in Makassar.
pub(crate) const MONDAY_MS: i64 = 1_772_413_200_000;

pub(crate) fn root() -> SigningKey {
    SigningKey::from_seed(&[100; 32])
}
pub(crate) fn policy_key() -> SigningKey {
    SigningKey::from_seed(&[101; 32])
}
pub(crate) fn server_keys() -> ServerKeys {
    ServerKeys { receipt: SigningKey::from_seed(&[102; 32]), assignment: SigningKey::from_seed(&[103; 32]) }
}
pub(crate) fn trust() -> Trust {
    let keys = server_keys();
    let grants =
        [(KeyUse::Policy, policy_key()), (KeyUse::Receipt, keys.receipt), (KeyUse::Assignment, keys.assignment)];
    grants.iter().fold(found("uji", &root()).unwrap(), |trust, (key_use, key)| {
        let grant = Grant { key_use: *key_use, x: key.public().as_b64(), nbf_ms: 0, exp_ms: i64::MAX >> 12 };
        certify(&trust, &root(), &grant).unwrap()
    })
}
pub(crate) fn person_id(number: u32) -> PersonId {
    format!("local:{number}").parse().unwrap()
}
pub(crate) fn person(number: u32) -> Person {
    Person {
        id: person_id(number),
        name: format!("Nama {number}"),
        unit: "dinas-a".parse().unwrap(),
        employment: Employment::Asn,
        rank: Some("pelaksana".into()),
        position: None,
        structural: false,
        can_wfh: true,
        household: None,
        phone: Some("0811".into()),
        shift: None,
        active: true,
    }
}
pub(crate) fn pack(number: u64, policy: &Policy, t_ms: i64) -> StoredPack {
    let policy = serde_json::value::RawValue::from_string(policy.to_json()).unwrap();
    let pack = sign(&policy_key(), &Pack { v: VERSION, agency: "uji".into(), number, t_ms, policy }).unwrap();
    StoredPack { number, hash: pack.hash(), t_ms, published_ms: t_ms, compact: pack.compact().to_owned() }
}
pub(crate) fn default_policy() -> Policy {
    shipped_policy("default").unwrap().unwrap()
}

/// The code of the invite of a person.
pub(crate) fn code(number: u32) -> [u8; 16] {
    u128::from(number).to_be_bytes()
}

/// Fills a store: an agency, a unit, people 1 to `people` with an invite each, and the policy `default`.
pub(crate) fn fill(store: &dyn Store, people: u32) {
    fill_under(store, people, &default_policy());
}

/// As [`fill`], under another policy.
pub(crate) fn fill_under(store: &dyn Store, people: u32, policy: &Policy) {
    store
        .update(|tx| {
            tx.set_agency(&Agency {
                id: "uji".into(),
                name: "Uji".into(),
                server: "http://127.0.0.1".into(),
                trust: trust(),
            })?;
            tx.put_unit(&Unit { id: "dinas-a".parse().unwrap(), name: "Dinas A".into(), parent: None, service: None })?;
            for number in 1..=people {
                tx.put_person(&person(number))?;
                tx.put_invite(&StoredInvite {
                    code: CodeHash::of(&code(number)),
                    person: person_id(number),
                    created_ms: 0,
                    exp_ms: MONDAY_MS + 86_400_000,
                    by: "operator".into(),
                    used: None,
                    revoked_ms: None,
                    typed: None,
                })?;
            }
            tx.add_pack(&pack(1, policy, MONDAY_MS - 1_000))
        })
        .unwrap();
}

/// The pure half of a server over a store.
pub(crate) struct Bench {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) desk: Desk,
    pub(crate) gate: Gate,
    pub(crate) now_ms: i64,
}

impl Bench {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        fill(&*store, 3);
        Self::again(store)
    }

    /// The same store after a restart.
    pub(crate) fn again(store: Arc<dyn Store>) -> Self {
        let known = store.query(|read| read.installations(None)).unwrap().into_iter().map(|one| one.id);
        Self {
            desk: Desk::new(server_keys(), Arc::new(SeededEntropy::new(1))),
            gate: Gate::new(known),
            now_ms: MONDAY_MS,
            store,
        }
    }

    pub(crate) fn apply(&mut self, prepared: &Prepared) -> Applied {
        let (desk, now_ms) = (&mut self.desk, self.now_ms);
        let applied = self.store.update(|tx| desk.apply(prepared, now_ms, tx)).unwrap();
        if let (true, Some(install)) = (applied.enrolled, applied.install) {
            self.gate.learn(install);
        }
        applied
    }

    pub(crate) fn send(&mut self, input: HttpIn) -> HttpOut {
        let prepared = prepare(input, &self.gate, self.now_ms);
        self.apply(&prepared).signed(&server_keys())
    }

    /// Enrols the phone of a person.
    pub(crate) fn enrolled(&mut self, number: u32) -> Phone {
        let phone = Phone::numbered(number);
        let answer = self.send(phone.enrol(number));
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
        phone
    }
}

/// A phone that keeps its chain in memory.
pub(crate) struct Phone {
    pub(crate) key: SigningKey,
    pub(crate) records: Vec<Envelope<Record>>,
    epoch: u32,
    nonce: Cell<u128>,
    elapsed_ms: Cell<u64>,
}

impl Phone {
    pub(crate) fn new(seed: u8) -> Self {
        Self::with_key(SigningKey::from_seed(&[seed; 32]))
    }

    /// As [`Phone::new`] for numbers below 256, and another phone for each above.
    pub(crate) fn numbered(number: u32) -> Self {
        let mut seed = [number.to_le_bytes()[0]; 32];
        seed[29..].copy_from_slice(&number.to_le_bytes()[1..]);
        if number < 256 {
            Self::with_key(SigningKey::from_seed(&[seed[0]; 32]))
        } else {
            Self::with_key(SigningKey::from_seed(&seed))
        }
    }

    fn with_key(key: SigningKey) -> Self {
        Self { key, records: Vec::new(), epoch: 1, nonce: Cell::new(0), elapsed_ms: Cell::new(0) }
    }

    pub(crate) fn time(&self) -> TimeEvidence {
        self.elapsed_ms.set(self.elapsed_ms.get() + 10);
        TimeEvidence {
            wall_ms: MONDAY_MS,
            session: SessionId::new([7; 16]),
            run: 0,
            elapsed_ms: self.elapsed_ms.get(),
            gnss: None,
        }
    }

    pub(crate) fn payload(&self, seq: u64, id: u8, body: &Body) -> Record {
        let (kind, raw_body) = body.to_raw().unwrap();
        let prev = self.records.last().map(Envelope::hash);
        let prev = if seq == 1 { None } else { prev.or_else(|| Some(EnvelopeHash::of("lost"))) };
        Record {
            v: VERSION,
            id: RecordId::new(MONDAY_MS, [id; 10]),
            install: self.key.kid(),
            epoch: self.epoch,
            seq,
            prev,
            receipt: None,
            pack: None,
            assignment: None,
            app: "uji/1".into(),
            kind,
            time: self.time(),
            raw_body,
        }
    }

    /// Adds a tap to the chain.
    pub(crate) fn tap(&mut self) -> Envelope<Record> {
        let seq = self.records.len() as u64 + 1;
        let fix = Fix::new(-2.4, 120.2, 12.0, 0, FixSource::Gnss).unwrap();
        let id = u8::try_from(seq % 251).unwrap();
        self.add(&self.payload(seq, id, &Body::CheckIn(CheckIn::Fix(fix))))
    }

    pub(crate) fn taps(&mut self, count: usize) -> Vec<Envelope<Record>> {
        (0..count).map(|_| self.tap()).collect()
    }

    pub(crate) fn add(&mut self, record: &Record) -> Envelope<Record> {
        let envelope = sign(&self.key, record).unwrap();
        self.records.push(envelope.clone());
        envelope
    }

    /// Another record for a place.
    pub(crate) fn fork(&self, seq: u64, id: u8) -> Envelope<Record> {
        let fix = Fix::new(-2.5, 120.3, 5.0, 0, FixSource::Gnss).unwrap();
        sign(&self.key, &self.payload(seq, id, &Body::CheckIn(CheckIn::Fix(fix)))).unwrap()
    }

    pub(crate) fn stub(&self, of: &Envelope<Record>) -> Envelope<Stub> {
        let stub = Stub {
            v: VERSION,
            install: self.key.kid(),
            epoch: of.payload().epoch,
            seq: of.payload().seq,
            hash: of.hash(),
            reason: "bad_record".into(),
            order_ms: None,
        };
        sign(&self.key, &stub).unwrap()
    }

    fn nonce(&self) -> Nonce {
        self.nonce.set(self.nonce.get() + 1);
        Nonce::new(self.nonce.get().to_be_bytes())
    }

    pub(crate) fn enrol(&self, number: u32) -> HttpIn {
        let request = EnrolRequest {
            v: VERSION,
            key: self.key.public().as_b64(),
            invite: B64(code(number)),
            root: root().public().as_b64(),
            app: "uji/1".into(),
            nonce: self.nonce(),
        };
        let body = sign(&self.key, &request).unwrap().compact().as_bytes().to_vec();
        HttpIn {
            method: "POST".into(),
            path: "/v1/enrol".into(),
            peer: None,
            request: None,
            content_type: None,
            content_encoding: None,
            body: BodyIn::Whole(body),
        }
    }

    pub(crate) fn auth(&self, method: &str, path: &str, body: &[u8]) -> RequestAuth {
        let last = self.records.last();
        RequestAuth {
            v: VERSION,
            key: self.key.public().as_b64(),
            method: method.into(),
            path: path.into(),
            body: B64(Sha256::digest(body).into()),
            nonce: self.nonce(),
            head: last.map(|record| Link {
                epoch: record.payload().epoch,
                seq: record.payload().seq,
                hash: record.hash(),
            }),
            time: self.time(),
        }
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: Vec<u8>) -> HttpIn {
        let auth = sign(&self.key, &self.auth(method, path, &body)).unwrap();
        HttpIn {
            method: method.into(),
            path: path.into(),
            peer: None,
            request: Some(auth.compact().to_owned()),
            content_type: None,
            content_encoding: None,
            body: BodyIn::Whole(body),
        }
    }

    /// An upload of these bytes.
    pub(crate) fn upload_bytes(&self, body: Vec<u8>) -> HttpIn {
        let content_type = Some("application/vnd.hadir.records".into());
        HttpIn { content_type, ..self.ask("POST", "/v1/records", body) }
    }

    pub(crate) fn upload(&self, records: &[Envelope<Record>]) -> HttpIn {
        self.upload_bytes(lines(records.iter().map(Envelope::compact)))
    }

    pub(crate) fn upload_gzip(&self, bytes: &[u8]) -> HttpIn {
        HttpIn { content_encoding: Some("gzip".into()), ..self.upload_bytes(gzip(bytes)) }
    }
}

pub(crate) fn lines<'a>(objects: impl Iterator<Item = &'a str>) -> Vec<u8> {
    objects.flat_map(|object| [object.as_bytes(), b"\n"].concat()).collect()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Opens something that the server signed, as a phone would.
pub(crate) fn opened<T: Certified>(compact: &str) -> T {
    let store = hadir_core::trust::TrustStore::verify(&trust(), &root().public().as_b64()).unwrap();
    store.open::<T>(compact).unwrap().into_payload()
}

pub(crate) fn head(answer: &HttpOut) -> Head {
    opened(answer.head.as_deref().unwrap_or_else(|| panic!("no Hadir-Head on status {}", answer.status)))
}

pub(crate) fn problem(answer: &HttpOut) -> Problem {
    assert_eq!(answer.content_type, Some("application/problem+json"), "{}", String::from_utf8_lossy(&answer.body));
    let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((problem.status, problem.status), (answer.status, problem.code.status()));
    problem
}

pub(crate) fn code_of(answer: &HttpOut) -> ProblemCode {
    problem(answer).code
}

pub(crate) fn receipt(answer: &HttpOut) -> ReceiptAnswer {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    serde_json::from_slice(&answer.body).unwrap()
}
