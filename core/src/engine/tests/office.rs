//! A server in a few lines, after docs/protocol.md and nothing else: signs what it says, keeps what it is sent, fails on request.

use std::{
    collections::{BTreeMap, VecDeque},
    io::Read,
};

use chrono::NaiveDate;
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use crate::{
    envelope::{PublicKey, SigningKey, Unverified, sign},
    model::{B64, EnvelopeHash, InstallId, Nonce, Record, RecordId},
    policy::Policy,
    ports::{HttpRequest, HttpResponse, SeededEntropy, TransportError},
    seal::wrap::OpeningKey,
    trust::{Grant, certify, found},
    wire::{
        self, Assignment, AssignmentAnswer, AssignmentPerson, Corrected, DateSpan, DayAssignment, Decision,
        EnrolAnswer, EnrolRequest, Head, Invite, KeyUse, Outcome, Pack, PacksAnswer, Problem, ProblemCode, Proofs,
        Recall, Receipt, ReceiptAnswer, ReceiptEntry, ReleaseOrder, RequestAuth, Signed, Stub, TimeToken, TokenAnswer,
        Trust, TrustAnswer, outcomes_digest,
    },
};

pub(super) const SERVER: &str = "http://127.0.0.1:8080";

/// The typed code of its invite.
pub(super) const TYPED: &str = "ABCDE-01234";

/// What goes wrong with one exchange.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fault {
    Transport(TransportError),
    /// It is done, and the answer is lost.
    AnswerLost,
    Html,
    Problem(ProblemCode),
    Busy(u64),
    /// The answer is signed by somebody else's key.
    ForgedReceipt,
    /// The outcomes are not those of the digest.
    TamperedOutcomes,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept {
    pub(super) hash: EnvelopeHash,
    pub(super) compact: String,
    pub(super) stub: bool,
}

/// A file of an old store: the store, its name, its hash.
pub(super) type OldFile = (B64<16>, String, B64<32>);

pub(super) struct Office {
    root: SigningKey,
    policy: SigningKey,
    receipt: SigningKey,
    assignment: SigningKey,
    pub(super) health: [OpeningKey; 2],
    pub(super) trust: Trust,
    pub(super) packs: Vec<String>,
    pub(super) roster: u64,
    pub(super) days: Vec<DayAssignment>,
    pub(super) recalls: Vec<Recall>,
    pub(super) permits: Vec<DateSpan>,
    pub(super) decisions: Vec<Decision>,
    pub(super) corrections: Vec<Corrected>,
    code: B64<16>,
    enrolled: Option<(InstallId, B64<32>)>,
    /// What a phone last said of itself.
    pub(super) help: Option<wire::HelpReport>,
    /// The invite that it gives for a typed code, if not its own.
    pub(super) given: Option<Invite>,
    pub(super) kept: BTreeMap<(u32, u64), Kept>,
    pub(super) conflicts: Vec<Kept>,
    pub(super) by_id: BTreeMap<RecordId, (u32, u64)>,
    pub(super) poison: Vec<RecordId>,
    pub(super) faults: VecDeque<Option<Fault>>,
    pub(super) down: bool,
    /// Where the server is now, if not where it was.
    pub(super) moved_to: Option<String>,
    pub(super) revoked: bool,
    pub(super) orders: Vec<ReleaseOrder>,
    /// What it was shown after it was restored: places, and what was shown.
    pub(super) proven: BTreeMap<(u32, u64), EnvelopeHash>,
    pub(super) shown: Vec<Proofs>,
    /// Whether it refuses what it is shown.
    pub(super) refuses_proofs: bool,
    /// How far its clock is off, and the highest time that it remembers to have signed.
    pub(super) off_ms: i64,
    highest_ms: i64,
    /// The order that each stub named.
    pub(super) tried: BTreeMap<(u32, u64), i64>,
    pub(super) now_ms: i64,
    pub(super) paths: Vec<String>,
    pub(super) largest_body: usize,
    pub(super) backed_up_through_ms: Option<i64>,
    /// What came of old stores: by store, name and hash; and when each was complete.
    pub(super) old: BTreeMap<OldFile, (Vec<u8>, Option<i64>)>,
}

fn agency_key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

impl Office {
    pub(super) fn new(now_ms: i64, policy: &Policy, days: Vec<DayAssignment>) -> Self {
        let entropy = SeededEntropy::new(99);
        let root = agency_key(1);
        let health = [OpeningKey::generate(&entropy).unwrap(), OpeningKey::generate(&entropy).unwrap()];
        let mut trust = found("kota", &root).unwrap();
        let (nbf_ms, exp_ms) = (now_ms - 86_400_000 * 400, now_ms + 86_400_000 * 4_000);
        let keys = [
            (KeyUse::Policy, agency_key(2).public().as_b64()),
            (KeyUse::Receipt, agency_key(3).public().as_b64()),
            (KeyUse::Assignment, agency_key(4).public().as_b64()),
            (KeyUse::Health, health[0].public().x()),
            (KeyUse::Health, health[1].public().x()),
        ];
        for (key_use, x) in keys {
            trust = certify(&trust, &root, &Grant { key_use, x, nbf_ms, exp_ms }).unwrap();
        }
        let mut office = Self {
            root,
            policy: agency_key(2),
            receipt: agency_key(3),
            assignment: agency_key(4),
            health,
            trust,
            packs: Vec::new(),
            roster: 1,
            days,
            recalls: Vec::new(),
            permits: Vec::new(),
            decisions: Vec::new(),
            corrections: Vec::new(),
            code: B64([7; 16]),
            enrolled: None,
            help: None,
            given: None,
            kept: BTreeMap::new(),
            conflicts: Vec::new(),
            by_id: BTreeMap::new(),
            poison: Vec::new(),
            faults: VecDeque::new(),
            down: false,
            moved_to: None,
            revoked: false,
            orders: Vec::new(),
            proven: BTreeMap::new(),
            shown: Vec::new(),
            refuses_proofs: false,
            off_ms: 0,
            highest_ms: 0,
            tried: BTreeMap::new(),
            now_ms,
            paths: Vec::new(),
            largest_body: 0,
            backed_up_through_ms: None,
            old: BTreeMap::new(),
        };
        office.publish(policy);
        office
    }

    pub(super) fn publish(&mut self, policy: &Policy) {
        let number = self.packs.len() as u64 + 1;
        let policy = serde_json::value::RawValue::from_string(policy.to_json()).unwrap();
        let pack = Pack { v: 1, agency: "kota".into(), number, t_ms: self.now_ms, policy };
        self.packs.push(sign(&self.policy, &pack).unwrap().compact().to_owned());
    }

    /// Publishes a pack as it is, whatever is in it.
    pub(super) fn publish_pack(&mut self, pack: &Pack) {
        let json = serde_json::to_string(pack).unwrap();
        self.packs.push(crate::envelope::sign_json(&self.policy, crate::wire::Typ::Pack, json.as_bytes()));
    }

    /// Lets another phone enrol by the invite, and takes away what was kept of the one before.
    pub(super) fn expect_another_phone(&mut self) -> (BTreeMap<(u32, u64), Kept>, Option<B64<32>>) {
        self.by_id.clear();
        (std::mem::take(&mut self.kept), self.enrolled.take().map(|(_, key)| key))
    }

    fn old_part(&mut self, path: &str, body: &[u8], install: InstallId) -> HttpResponse {
        let query: BTreeMap<&str, &str> =
            path.split_once('?').unwrap().1.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
        let store: B64<16> = query["store"].parse().unwrap();
        let hash: B64<32> = query["hash"].parse().unwrap();
        let (name, size, at) =
            (query["name"].to_owned(), query["size"].parse::<usize>().unwrap(), query["at"].parse::<usize>().unwrap());
        let now_ms = self.now_ms;
        let (bytes, complete) = self.old.entry((store, name.clone(), hash)).or_default();
        if bytes.len() == at && complete.is_none() {
            bytes.extend_from_slice(body);
        }
        let have = bytes.len();
        if have == size {
            assert_eq!(B64(Sha256::digest(&*bytes).into()), hash);
            complete.get_or_insert(now_ms);
        }
        let kept = complete.map(|t_ms| {
            let kept = wire::Kept { v: 1, install, store, name, size: size as u64, hash, t_ms };
            sign(&self.receipt, &kept).unwrap().compact().to_owned()
        });
        self.answer(200, &wire::OldAnswer { have: have as u64, kept }, install)
    }

    pub(super) fn invite(&self) -> Invite {
        let root = self.root.public().as_b64();
        let (server, agency) = (SERVER.to_owned(), "kota".to_owned());
        Invite { v: 1, server, agency, root, code: self.code, exp_ms: self.now_ms + 86_400_000, ca: None, pins: None }
    }

    pub(super) fn link(invite: &Invite) -> String {
        invite.link()
    }

    /// Certifies a key for a use, from yesterday for a year.
    pub(super) fn certify(&mut self, key_use: KeyUse, x: B64<32>) {
        let (nbf_ms, exp_ms) = (self.now_ms - 86_400_000, self.now_ms + 86_400_000 * 365);
        self.trust = certify(&self.trust, &self.root, &Grant { key_use, x, nbf_ms, exp_ms }).unwrap();
    }

    /// Certifies a new key of the server or the administrator, and signs with it from now on.
    pub(super) fn rotate(&mut self, key_use: KeyUse, seed: u8) {
        let key = agency_key(seed);
        self.certify(key_use, key.public().as_b64());
        self.sign_with(key_use, seed);
    }

    /// Signs with another key, certified or not.
    pub(super) fn sign_with(&mut self, key_use: KeyUse, seed: u8) {
        let key = agency_key(seed);
        match key_use {
            KeyUse::Policy => self.policy = key,
            KeyUse::Receipt => self.receipt = key,
            KeyUse::Assignment => self.assignment = key,
            KeyUse::Health | KeyUse::Recovery => panic!("it opens, and signs nothing"),
        }
    }

    /// What a server is after it was restored from a backup: the rest is forgotten.
    pub(super) fn restore(&mut self, through: (u32, u64)) {
        self.kept.retain(|place, _| *place <= through);
        let kept: Vec<(u32, u64)> = self.kept.keys().copied().collect();
        self.by_id.retain(|_, place| kept.contains(place));
        self.highest_ms = 0;
    }

    /// The time that it signs: its clock, and nothing earlier than it remembers.
    fn signs_ms(&self) -> i64 {
        (self.now_ms + self.off_ms).max(self.highest_ms)
    }

    fn proofs(&mut self, body: &[u8], install: InstallId) -> HttpResponse {
        let said: Proofs = serde_json::from_slice(body).unwrap();
        if self.refuses_proofs {
            return problem(ProblemCode::BadRequest, Some(self.head(install)));
        }
        assert!(said.receipts.len() <= 50);
        if let Some(head) = &said.head {
            let head = verify::<Head>(head, self.receipt.public()).expect("a head of this server's");
            self.highest_ms = self.highest_ms.max(head.t_ms);
        }
        for answer in &said.receipts {
            let receipt =
                verify::<Receipt>(&answer.receipt, self.receipt.public()).expect("a receipt of this server's");
            assert_eq!(receipt.digest, outcomes_digest(&answer.outcomes));
            for line in answer.outcomes.iter().filter(|line| line.outcome != Outcome::Stub) {
                let is_gone =
                    |gap: crate::wire::Gap| gap.epoch == receipt.epoch && (gap.from..=gap.to).contains(&line.seq);
                if !said.gone.is_some_and(is_gone) {
                    continue;
                }
                let at = (receipt.epoch, line.seq);
                if !self.kept.contains_key(&at) {
                    self.proven.insert(at, line.hash);
                }
            }
        }
        self.shown.push(said);
        let headers = vec![("hadir-head".into(), self.head(install))];
        HttpResponse { status: 204, headers, body: Vec::new() }
    }

    /// Changes what the assignment says of a date.
    pub(super) fn day(&mut self, date: NaiveDate, change: impl FnOnce(&mut DayAssignment)) {
        change(self.days.iter_mut().find(|day| day.date == date).unwrap());
        self.roster += 1;
    }

    pub(super) fn mode(&mut self, date: NaiveDate, mode: &str) {
        self.day(date, |day| day.mode = mode.into());
    }

    fn signed_assignment(&self, install: InstallId) -> String {
        let person = AssignmentPerson {
            id: "nip:198503302003121002".parse().unwrap(),
            name: "Andi Sitti".into(),
            unit: "bkpsdm".into(),
            unit_name: "BKPSDM".into(),
            group: "pelaksana".into(),
        };
        let assignment = Assignment {
            v: 1,
            agency: "kota".into(),
            install,
            roster: self.roster,
            t_ms: self.now_ms,
            person,
            days: self.days.clone(),
            permits: self.permits.clone(),
            recalls: self.recalls.clone(),
            phone: Some("08123456789".into()),
            decisions: self.decisions.clone(),
            corrections: self.corrections.clone(),
        };
        sign(&self.assignment, &assignment).unwrap().compact().to_owned()
    }

    fn head(&self, install: InstallId) -> String {
        let places = self.kept.keys().chain(self.proven.keys());
        let epoch = places.map(|(epoch, _)| *epoch).max().unwrap_or(0);
        let hash = |seq| {
            let at = (epoch, seq);
            self.kept.get(&at).map(|kept| kept.hash).or_else(|| self.proven.get(&at).copied())
        };
        let seq = (1..).take_while(|seq| hash(*seq).is_some()).last().unwrap_or(0);
        let head = Head {
            v: 1,
            install,
            epoch: if seq == 0 { 0 } else { epoch },
            seq,
            hash: hash(seq),
            pack: Some(self.packs.len() as u64),
            roster: self.roster,
            trust: self.trust.certs.len() as u64,
            release: self.orders.clone(),
            backed_up_through_ms: self.backed_up_through_ms,
            revoked: self.revoked,
            t_ms: self.signs_ms(),
        };
        sign(&self.receipt, &head).unwrap().compact().to_owned()
    }

    pub(super) fn handle(&mut self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let server = self.moved_to.as_deref().unwrap_or(SERVER);
        let Some(path) = request.url.strip_prefix(server).map(str::to_owned) else {
            // Nobody of ours is there.
            return Ok(HttpResponse { status: 200, headers: vec![], body: b"<html>".to_vec() });
        };
        self.paths.push(path.clone());
        self.largest_body = self.largest_body.max(request.body.len());
        if self.down {
            return Err(TransportError::Unreachable);
        }
        let fault = self.faults.pop_front().flatten();
        match &fault {
            Some(Fault::Transport(error)) => return Err(error.clone()),
            Some(Fault::Html) => {
                let headers = vec![("content-type".into(), "text/html".into())];
                return Ok(HttpResponse { status: 200, headers, body: b"<html>masuk dulu</html>".to_vec() });
            }
            Some(Fault::Busy(seconds)) => {
                let headers = vec![("retry-after".into(), seconds.to_string())];
                return Ok(HttpResponse { status: 503, headers, body: Vec::new() });
            }
            _ => {}
        }
        let answer = match (path.as_str(), &fault) {
            ("/v1/enrol", Some(Fault::Problem(code))) => problem(*code, None),
            ("/v1/enrol", _) => self.enrol(request),
            ("/v1/invite" | "/v1/invite/look", Some(Fault::Problem(code))) => problem(*code, None),
            ("/v1/invite", _) => self.by_code(request),
            ("/v1/invite/look", _) => self.look(request),
            _ => self.ask(request, &path, fault.as_ref()),
        };
        if fault == Some(Fault::AnswerLost) { Err(TransportError::Broken) } else { Ok(answer) }
    }

    fn enrol(&mut self, request: &HttpRequest) -> HttpResponse {
        let body = String::from_utf8(request.body.clone()).unwrap();
        let (said, key) = Unverified::<EnrolRequest>::parse(body).unwrap().verify_with_carried_key().unwrap();
        if said.payload().invite != self.code {
            return problem(ProblemCode::InviteUnknown, None);
        }
        if self.enrolled.is_some_and(|(known, _)| known != key.kid()) {
            return problem(ProblemCode::InviteUsed, None);
        }
        self.enrolled = Some((key.kid(), key.as_b64()));
        let answer = EnrolAnswer {
            trust: self.trust.clone(),
            packs: self.packs.clone(),
            assignment: self.signed_assignment(key.kid()),
        };
        self.answer(201, &answer, key.kid())
    }

    /// Gives its invite to whoever types [`TYPED`].
    fn by_code(&self, request: &HttpRequest) -> HttpResponse {
        let said: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(said["v"], 1);
        if said["code"] != TYPED.replace('-', "") {
            return problem(ProblemCode::InviteUnknown, None);
        }
        let answer = self.given.clone().unwrap_or_else(|| self.invite());
        HttpResponse { status: 200, headers: Vec::new(), body: serde_json::to_vec(&answer).unwrap() }
    }

    fn look(&self, request: &HttpRequest) -> HttpResponse {
        let said: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(said, serde_json::json!({ "v": 1, "invite": self.code, "root": self.root.public().as_b64() }));
        let state = if self.enrolled.is_some() { "used" } else { "open" };
        let answer = serde_json::json!({
            "agency_name": "Kota Contoh", "person": { "name": "Andi Sitti", "unit_name": "BKPSDM" },
            "exp_ms": self.now_ms, "state": state, "more": "of a later version",
        });
        HttpResponse { status: 200, headers: Vec::new(), body: answer.to_string().into_bytes() }
    }

    fn answer(&self, status: u16, body: &impl serde::Serialize, install: InstallId) -> HttpResponse {
        let headers =
            vec![("content-type".into(), "application/json".into()), ("hadir-head".into(), self.head(install))];
        HttpResponse { status, headers, body: serde_json::to_vec(body).unwrap() }
    }

    fn ask(&mut self, request: &HttpRequest, path: &str, fault: Option<&Fault>) -> HttpResponse {
        let header = |name: &str| request.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone());
        let auth = Unverified::<RequestAuth>::parse(header("hadir-request").unwrap()).unwrap();
        let (auth, key) = auth.verify_with_carried_key().unwrap();
        let said = auth.payload();
        assert_eq!((said.method.as_str(), said.path.as_str()), (request.method.as_str(), path));
        assert_eq!(said.body, B64(Sha256::digest(&request.body).into()), "the request says what it carries");
        let Some((install, _)) = self.enrolled.filter(|(known, _)| *known == key.kid()) else {
            return problem(ProblemCode::NotEnrolled, None);
        };
        if let Some(Fault::Problem(code)) = fault {
            return problem(*code, Some(self.head(install)));
        }
        match path.split('?').next().unwrap() {
            "/v1/token" => self.answer(200, &TokenAnswer { token: self.token(install, said.nonce) }, install),
            "/v1/head" => {
                let headers = vec![("hadir-head".into(), self.head(install))];
                HttpResponse { status: 204, headers, body: Vec::new() }
            }
            "/v1/help" => {
                self.help = Some(serde_json::from_slice(&request.body).unwrap());
                let (t_ms, until_ms) = (self.now_ms, self.now_ms + 7 * 86_400_000);
                self.answer(200, &wire::HelpAnswer { code: "7K2QM0".parse().unwrap(), t_ms, until_ms }, install)
            }
            "/v1/trust" => self.answer(200, &TrustAnswer { trust: self.trust.clone() }, install),
            "/v1/proofs" => self.proofs(&request.body, install),
            "/v1/packs" => {
                let after: usize = path.split_once('=').unwrap().1.parse().unwrap();
                let answer = PacksAnswer { trust: self.trust.clone(), packs: self.packs[after..].to_vec() };
                self.answer(200, &answer, install)
            }
            "/v1/assignment" => {
                let assignment = self.signed_assignment(install);
                self.answer(200, &AssignmentAnswer { trust: self.trust.clone(), assignment }, install)
            }
            "/v1/old" => self.old_part(path, &request.body, install),
            "/v1/records" => {
                let mut body = request.body.clone();
                if header("content-encoding").as_deref() == Some("gzip") {
                    let mut plain = Vec::new();
                    GzDecoder::new(body.as_slice()).read_to_end(&mut plain).unwrap();
                    body = plain;
                }
                self.records(&String::from_utf8(body).unwrap(), install, &key, fault)
            }
            other => panic!("no such path: {other}"),
        }
    }

    fn token(&self, install: InstallId, nonce: Nonce) -> String {
        let token = TimeToken { v: 1, install, nonce, t_ms: self.signs_ms(), err_ms: 20 };
        sign(&self.receipt, &token).unwrap().compact().to_owned()
    }

    fn records(&mut self, body: &str, install: InstallId, key: &PublicKey, fault: Option<&Fault>) -> HttpResponse {
        let mut objects = Vec::new();
        for (index, line) in body.lines().enumerate() {
            let hash = EnvelopeHash::of(line);
            let kept = |stub| Kept { hash, compact: line.to_owned(), stub };
            if let Ok(record) = verify::<Record>(line, key) {
                if self.poison.contains(&record.id) {
                    let refused = Problem::new(ProblemCode::BadRecord, "poison");
                    return with_head(&refused.at(index as u32, Some(record.seq)), Some(self.head(install)));
                }
                objects.push((record.epoch, record.seq, Some(record.id), kept(false)));
            } else {
                let stub = verify::<Stub>(line, key).expect("a record or a stub");
                if let Some(order_ms) = stub.order_ms {
                    self.tried.insert((stub.epoch, stub.seq), order_ms);
                    self.orders.retain(|order| (order.epoch, order.seq) != (stub.epoch, stub.seq));
                }
                objects.push((stub.epoch, stub.seq, None, kept(true)));
            }
        }
        assert!((1..=200).contains(&objects.len()));
        let epoch = objects[0].0;
        assert!(objects.iter().all(|(e, ..)| *e == epoch) && objects.windows(2).all(|pair| pair[0].1 < pair[1].1));
        let mut outcomes = Vec::new();
        for (epoch, seq, id, object) in objects {
            let hash = object.hash;
            let outcome = match self.kept.get(&(epoch, seq)) {
                Some(known) if known.hash == hash || object.stub || known.stub => Outcome::Stored,
                Some(_) => {
                    self.conflicts.push(object.clone());
                    Outcome::Conflict
                }
                None => Outcome::Stored,
            };
            let stub = object.stub;
            if outcome == Outcome::Stored && (!stub || !self.kept.contains_key(&(epoch, seq))) {
                self.kept.insert((epoch, seq), object);
                if let Some(id) = id {
                    let before = self.by_id.insert(id, (epoch, seq));
                    assert!(before.is_none_or(|place| place == (epoch, seq)), "an id in two places");
                }
            }
            let outcome = if self.kept[&(epoch, seq)].stub { Outcome::Stub } else { outcome };
            outcomes.push(ReceiptEntry { seq, hash, outcome });
        }
        let last = outcomes.last().unwrap();
        let receipt = Receipt {
            v: 1,
            install,
            epoch,
            from: outcomes[0].seq,
            to: last.seq,
            head: last.hash,
            digest: outcomes_digest(&outcomes),
            t_ms: self.signs_ms(),
        };
        let signer = if fault == Some(&Fault::ForgedReceipt) { agency_key(66) } else { self.receipt.clone() };
        if fault == Some(&Fault::TamperedOutcomes) {
            outcomes[0].outcome = Outcome::Conflict;
        }
        let receipt = sign(&signer, &receipt).unwrap().compact().to_owned();
        self.answer(200, &ReceiptAnswer { receipt, outcomes }, install)
    }

    /// The records, without stubs.
    pub(super) fn records_kept(&self) -> Vec<Record> {
        let records = self.kept.values().filter(|kept| !kept.stub);
        records.map(|kept| super::super::state::trusted(&kept.compact).unwrap()).collect()
    }
}

fn verify<T: Signed>(compact: &str, key: &PublicKey) -> Result<T, ()> {
    let object = Unverified::<T>::parse(compact).map_err(|_| ())?;
    object.verify(key).map(|object| object.into_payload()).map_err(|_| ())
}

fn problem(code: ProblemCode, head: Option<String>) -> HttpResponse {
    with_head(&Problem::new(code, "as asked"), head)
}

fn with_head(problem: &Problem, head: Option<String>) -> HttpResponse {
    let mut headers = vec![("content-type".to_owned(), "application/problem+json".to_owned())];
    headers.extend(head.map(|head| ("hadir-head".to_owned(), head)));
    HttpResponse { status: problem.status, headers, body: serde_json::to_vec(problem).unwrap() }
}
