//! Sync against a model server that fails in every way there is, and then works.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::{
    model::{B64, EnvelopeHash, KeyId, Nonce, SessionId},
    outbox::{Delivery, HeadVerdict, Outbox},
    wire::{Outcome, Problem, ReceiptEntry, TimeToken},
};

const INSTALL: KeyId = KeyId::new([9; 32]);
const STRANGER: KeyId = KeyId::new([66; 32]);
const SESSION: SessionId = SessionId::new([1; 16]);

/// Stands for signatures: good is what begins with `signed:`.
struct Prefix;

fn open<T: serde::de::DeserializeOwned>(compact: &str) -> Option<T> {
    serde_json::from_str(compact.strip_prefix("signed:")?).ok()
}

fn signed<T: serde::Serialize>(payload: &T) -> String {
    format!("signed:{}", serde_json::to_string(payload).unwrap())
}

/// A key that nobody vouches for signs with `other:`.
fn checked<T: serde::de::DeserializeOwned>(compact: &str) -> Result<T, Distrust> {
    match open(compact) {
        Some(payload) => Ok(payload),
        None if compact.starts_with("other:") => Err(Distrust::Signer(STRANGER)),
        None => Err(Distrust::Bad),
    }
}

impl Signatures for Prefix {
    fn head(&self, compact: &str) -> Result<Head, Distrust> {
        checked(compact)
    }
    fn receipt(&self, compact: &str) -> Result<Receipt, Distrust> {
        checked(compact)
    }
    fn token(&self, compact: &str) -> Result<TimeToken, Distrust> {
        checked(compact)
    }
}

/// What goes wrong with one exchange.
#[derive(Debug, Clone)]
enum Fault {
    None,
    /// Never arrives.
    Transport(TransportError),
    /// The server does it, and the answer is lost.
    AnswerLost,
    Portal,
    Redirect,
    Busy(u64),
    Problem(ProblemCode, bool),
    /// The server fails without a word.
    Failure(bool),
    /// The receipt is about other outcomes than its digest.
    Tampered,
    /// The receipt is somebody else's work.
    Unsigned,
    /// Everything is signed by a key that nobody vouches for.
    Stranger,
    /// The server loses everything after this place.
    Restored(u64),
}

fn fault() -> impl Strategy<Value = Fault> {
    let code = prop::sample::select(vec![
        ProblemCode::BadRequest,
        ProblemCode::Unauthenticated,
        ProblemCode::NotEnrolled,
        ProblemCode::TooLarge,
        ProblemCode::UnsupportedVersion,
        ProblemCode::UnsupportedMedia,
        ProblemCode::NotFound,
    ]);
    let transport = prop::sample::select(vec![
        TransportError::Unreachable,
        TransportError::Timeout,
        TransportError::Broken,
        TransportError::Cancelled,
        TransportError::TooLarge { limit: 1 },
    ]);
    prop_oneof![
        3 => Just(Fault::None),
        2 => transport.prop_map(Fault::Transport),
        1 => Just(Fault::AnswerLost),
        1 => Just(Fault::Portal),
        1 => Just(Fault::Redirect),
        1 => (0..100_u64).prop_map(Fault::Busy),
        2 => (code, any::<bool>()).prop_map(|(code, authentic)| Fault::Problem(code, authentic)),
        1 => any::<bool>().prop_map(Fault::Failure),
        1 => Just(Fault::Tampered),
        1 => Just(Fault::Unsigned),
        1 => Just(Fault::Stranger),
        1 => (0..60_u64).prop_map(Fault::Restored),
    ]
}

struct World {
    sync: Sync,
    outbox: Outbox,
    now: Reading,
    token: Option<Moment>,
    poison: BTreeSet<u64>,
    /// What the server holds: the hash of the object, and whether it is a stub.
    server: BTreeMap<u64, (EnvelopeHash, bool)>,
    exchanges: u64,
    objects_sent: u64,
    recovered: Vec<(String, u32)>,
    random: u64,
}

impl World {
    fn new(written: u64, poison: BTreeSet<u64>) -> Self {
        let mut outbox = Outbox::default();
        for seq in 1..=written {
            outbox.appended(Link { epoch: 1, seq, hash: record_hash(seq) });
        }
        Self {
            sync: Sync::default(),
            outbox,
            now: Reading { wall_ms: 1_000_000, boot_ms: 1_000 },
            token: None,
            poison,
            server: BTreeMap::new(),
            exchanges: 0,
            objects_sent: 0,
            recovered: Vec::new(),
            random: 1,
        }
    }

    fn view(&self) -> View {
        View {
            session: SESSION,
            token: self.token,
            newest: None,
            pending: self.outbox.pending(),
            pack: None,
            roster: 1,
            trust: 1,
            head_t_ms: None,
        }
    }

    fn server_head(&self) -> Head {
        let through = (1..).take_while(|seq| self.server.contains_key(seq)).last().unwrap_or(0);
        Head {
            v: 1,
            install: INSTALL,
            epoch: u32::from(through > 0),
            seq: through,
            hash: self.server.get(&through).map(|(hash, _)| *hash),
            pack: None,
            roster: 1,
            trust: 1,
            release: Vec::new(),
            backed_up_through_ms: None,
            revoked: false,
            t_ms: 5,
        }
    }

    fn respond(&self, status: u16, body: Vec<u8>) -> HttpResponse {
        HttpResponse { status, headers: vec![("hadir-head".into(), signed(&self.server_head()))], body }
    }

    fn problem(&self, problem: &Problem, authentic: bool) -> HttpResponse {
        let mut response = self.respond(problem.status, serde_json::to_vec(problem).unwrap());
        response.headers.retain(|_| authentic);
        response.headers.push(("content-type".into(), "application/problem+json; charset=utf-8".into()));
        response
    }

    /// What a good server does.
    fn serve(&mut self, sent: &Sent) -> HttpResponse {
        match sent.step {
            Step::Token => {
                let token = TimeToken { v: 1, install: INSTALL, nonce: sent.nonce, t_ms: 5, err_ms: 1 };
                let body = serde_json::json!({ "token": signed(&token) });
                self.respond(200, body.to_string().into_bytes())
            }
            Step::Records(_) => {
                let bad = sent.objects.iter().position(|o| !o.stub && self.poison.contains(&o.seq));
                if let Some(bad) = bad {
                    let problem = Problem::new(ProblemCode::BadRecord, "poison");
                    // Every other poison is not even located.
                    let located = sent.objects[bad].seq.is_multiple_of(2);
                    let problem = if located { problem.at(bad as u32, None) } else { problem };
                    return self.problem(&problem, true);
                }
                for object in &sent.objects {
                    self.server.entry(object.seq).or_insert((object.hash, object.stub));
                }
                let outcomes: Outcomes = sent
                    .objects
                    .iter()
                    .map(|o| ReceiptEntry {
                        seq: o.seq,
                        hash: o.hash,
                        outcome: if self.server[&o.seq].1 { Outcome::Stub } else { Outcome::Stored },
                    })
                    .collect();
                let receipt = Receipt {
                    v: 1,
                    install: INSTALL,
                    epoch: 1,
                    from: sent.objects[0].seq,
                    to: sent.objects.last().unwrap().seq,
                    head: sent.objects.last().unwrap().hash,
                    digest: outcomes_digest(&outcomes),
                    t_ms: 5,
                };
                let answer = ReceiptAnswer { receipt: signed(&receipt), outcomes };
                self.respond(200, serde_json::to_vec(&answer).unwrap())
            }
            _ => self.respond(204, Vec::new()),
        }
    }

    fn exchange(&mut self, sent: &Sent, fault: &Fault) -> Result<HttpResponse, TransportError> {
        let html = |status| HttpResponse { status, headers: vec![], body: b"<html>".to_vec() };
        match fault {
            Fault::None => Ok(self.serve(sent)),
            Fault::Transport(error) => Err(error.clone()),
            Fault::AnswerLost => {
                self.serve(sent);
                Err(TransportError::Broken)
            }
            Fault::Portal => Ok(html(200)),
            Fault::Redirect => Ok(html(302)),
            Fault::Busy(seconds) => {
                let headers = vec![("retry-after".into(), seconds.to_string())];
                Ok(HttpResponse { status: 503, headers, body: vec![] })
            }
            Fault::Problem(code, authentic) => Ok(self.problem(&Problem::new(*code, ""), *authentic)),
            Fault::Failure(authentic) => {
                let mut response = self.respond(500, vec![]);
                response.headers.retain(|_| *authentic);
                Ok(response)
            }
            Fault::Tampered | Fault::Unsigned => {
                let mut response = self.serve(sent);
                let text = String::from_utf8(response.body).unwrap();
                response.body = match fault {
                    Fault::Tampered => text.replacen("\"outcome\":\"stored\"", "\"outcome\":\"conflict\"", 1),
                    _ => text.replace("signed:", "forged:"),
                }
                .into_bytes();
                Ok(response)
            }
            Fault::Stranger => {
                let mut response = self.serve(sent);
                let other = |text: String| text.replace("signed:", "other:");
                response.headers = response.headers.into_iter().map(|(name, value)| (name, other(value))).collect();
                response.body = other(String::from_utf8(response.body).unwrap()).into_bytes();
                Ok(response)
            }
            Fault::Restored(through) => {
                self.server.retain(|seq, _| seq <= through);
                Ok(self.serve(sent))
            }
        }
    }

    /// One run; the faults are used up one an exchange. Ends at idle or at a wait.
    fn run(&mut self, faults: &mut impl Iterator<Item = Fault>) -> Step {
        self.sync.begin();
        loop {
            let step = self.sync.next(&self.view(), self.now);
            let objects = match step {
                Step::Wait(_) | Step::Idle => return step,
                Step::Records(batch) => (batch.from..=batch.to).map(|seq| self.object(seq)).collect(),
                _ => Vec::new(),
            };
            self.exchanges += 1;
            self.objects_sent += objects.len() as u64;
            assert!(self.exchanges < 20_000, "it does not come to an end");
            let sent = Sent { step, nonce: Nonce::new([7; 16]), objects };
            let response = self.exchange(&sent, &faults.next().unwrap_or(Fault::None));
            self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let (view, now) = (self.view(), self.now);
            let cancelled = matches!(response, Err(TransportError::Cancelled));
            for effect in self.sync.on_response(&sent, response, &view, &Prefix, now, self.random >> 16) {
                self.apply(effect);
            }
            if cancelled {
                return step;
            }
            self.now.boot_ms += 10;
        }
    }

    fn object(&self, seq: u64) -> SentObject {
        let stub = self.outbox.parked_reason(1, seq).is_some();
        SentObject { seq, hash: if stub { stub_hash(seq) } else { record_hash(seq) }, stub }
    }

    fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Receipt { outcomes, .. } => self.outbox.receipted(1, &outcomes),
            Effect::Token { .. } => self.token = Some(Moment { session: SESSION, run: 0, elapsed_ms: 1 }),
            Effect::Park { link, reason } => self.outbox.parked(link, &reason),
            Effect::Head(head) => {
                let mut tried = self.outbox.clone();
                let verdict = tried.server_head(&head.head);
                assert!(!matches!(verdict, HeadVerdict::Ahead { .. }), "the server never has what was not written");
                if verdict != HeadVerdict::Behind || self.sync.may_rewind() {
                    self.outbox = tried;
                }
            }
            Effect::Recovered { code, count, .. } => self.recovered.push((code, count)),
            _ => {}
        }
    }

    /// Runs with a good server until all is done, jumping over waits.
    fn finish(&mut self) {
        for _ in 0..200 {
            match self.run(&mut std::iter::empty()) {
                Step::Wait(pause) => self.now.boot_ms = pause.until_boot_ms,
                _ if self.outbox.pending().is_none() => return,
                _ => {}
            }
        }
        panic!("it never finishes: {:?}", self.outbox);
    }
}

fn record_hash(seq: u64) -> EnvelopeHash {
    EnvelopeHash::of(&format!("record {seq}"))
}

fn stub_hash(seq: u64) -> EnvelopeHash {
    EnvelopeHash::of(&format!("stub {seq}"))
}

proptest! {
    #[test]
    fn after_any_trouble_everything_is_delivered_once_and_nothing_is_lost(
        written in 0..60_u64,
        poison in prop::collection::btree_set(1..60_u64, 0..4),
        faults in prop::collection::vec(fault(), 0..80),
    ) {
        let mut world = World::new(written, poison);
        let mut faults = faults.into_iter().peekable();
        while faults.peek().is_some() {
            if let Step::Wait(pause) = world.run(&mut faults) {
                world.now.boot_ms = pause.until_boot_ms;
            }
        }
        world.finish();
        for seq in 1..=written {
            let (hash, stub) = world.server[&seq];
            if world.poison.contains(&seq) {
                prop_assert!(stub && hash == stub_hash(seq));
                prop_assert!(matches!(world.outbox.delivery(1, seq), Delivery::Parked { .. }), "{seq} is parked, and said so");
            } else if stub {
                // Blamed for a failure of the server's own: parked with that reason, never gone.
                prop_assert!(matches!(world.outbox.delivery(1, seq), Delivery::Parked { .. }), "{seq} is parked");
            } else {
                prop_assert_eq!(hash, record_hash(seq));
                prop_assert_eq!(world.outbox.delivery(1, seq), Delivery::Received);
            }
        }
        prop_assert_eq!(world.server.keys().next_back().copied().unwrap_or(0), written);
        prop_assert_eq!(world.outbox.pending_count(), 0);
    }
}

#[test]
fn an_ordinary_day_is_one_token_and_one_batch() {
    let mut world = World::new(6, BTreeSet::new());
    assert_eq!(world.run(&mut std::iter::empty()), Step::Idle);
    assert_eq!((world.exchanges, world.objects_sent), (2, 6));
}

#[test]
fn nothing_to_send_is_one_question_for_the_head() {
    let mut world = World::new(0, BTreeSet::new());
    world.token = Some(Moment { session: SESSION, run: 0, elapsed_ms: 9 });
    assert_eq!(world.sync.next(&world.view(), world.now), Step::Head);
    assert_eq!(world.run(&mut std::iter::empty()), Step::Idle);
    assert_eq!(world.exchanges, 1);
}

#[test]
fn a_record_after_the_token_asks_for_another_and_a_token_of_another_session_does_not_count() {
    let world = World::new(0, BTreeSet::new());
    let moment = |session, elapsed_ms| Some(Moment { session, run: 0, elapsed_ms });
    let due = |token, newest| View { token, newest, ..world.view() }.token_due();
    assert!(due(None, None));
    assert!(!due(moment(SESSION, 5), None));
    assert!(!due(moment(SESSION, 5), moment(SESSION, 5)));
    assert!(due(moment(SESSION, 5), moment(SESSION, 6)));
    assert!(due(moment(SessionId::new([2; 16]), 5), None));
}

#[test]
fn a_captive_portals_page_is_no_network_and_ends_with_it() {
    let mut world = World::new(3, BTreeSet::new());
    let Step::Wait(pause) = world.run(&mut [Fault::Portal].into_iter()) else { panic!("it waits") };
    assert_eq!(pause.why, WaitReason::NotOurServer);
    assert_eq!(world.outbox.pending_count(), 3);
    world.sync.network_changed();
    assert_eq!(world.run(&mut std::iter::empty()), Step::Idle);
    assert_eq!(world.outbox.pending_count(), 0);
}

#[test]
fn what_a_server_asked_for_outlives_a_change_of_network() {
    let mut world = World::new(3, BTreeSet::new());
    let Step::Wait(pause) = world.run(&mut [Fault::Busy(90)].into_iter()) else { panic!("it waits") };
    assert!(pause.until_boot_ms >= world.now.boot_ms + 90_000 - 10);
    world.sync.network_changed();
    assert!(matches!(world.run(&mut std::iter::empty()), Step::Wait(_)));
}

#[test]
fn a_clock_that_is_behind_gives_no_token_and_holds_up_nothing() {
    let mut world = World::new(3, BTreeSet::new());
    world.run(&mut [Fault::Problem(ProblemCode::ClockBehind, true)].into_iter());
    assert_eq!((world.outbox.pending_count(), world.token), (0, None));
}

#[test]
fn a_forged_or_tampered_receipt_is_not_believed() {
    for fault in [Fault::Tampered, Fault::Unsigned] {
        let mut world = World::new(3, BTreeSet::new());
        world.run(&mut [Fault::None, fault].into_iter());
        assert_eq!(world.outbox.pending_count(), 3);
    }
}

#[test]
fn one_poison_record_goes_up_as_a_stub_and_the_rest_as_they_are() {
    let mut world = World::new(200, BTreeSet::from([101]));
    world.finish();
    assert_eq!(world.server.values().filter(|(_, stub)| *stub).count(), 1);
    assert_eq!(world.outbox.delivery(1, 101), Delivery::Parked { reason: "bad_record".into() });
    assert_eq!(world.outbox.delivery(1, 102), Delivery::Received);
    assert!(world.exchanges < 40, "found by halving, not one by one: {}", world.exchanges);
}

#[test]
fn a_released_record_goes_up_as_itself() {
    let mut world = World::new(5, BTreeSet::from([3]));
    world.finish();
    world.poison.clear();
    world.server.remove(&3);
    assert!(world.outbox.released(1, 3, None));
    assert!(!world.outbox.released(1, 4, None));
    world.finish();
    assert_eq!(world.server[&3], (record_hash(3), false));
    assert_eq!(world.outbox.delivery(1, 3), Delivery::Received);
}

#[test]
fn a_server_restored_from_a_backup_is_sent_the_rest_again() {
    let mut world = World::new(50, BTreeSet::new());
    world.finish();
    let sent = world.objects_sent;
    world.run(&mut [Fault::Restored(30)].into_iter());
    assert_eq!(world.server.len(), 50);
    assert_eq!(world.objects_sent - sent, 20);
}

#[test]
fn an_outage_of_several_failures_is_worth_a_note() {
    let mut world = World::new(2, BTreeSet::new());
    for _ in 0..4 {
        world.run(&mut [Fault::Transport(TransportError::Unreachable)].into_iter());
        world.sync.network_changed();
    }
    world.finish();
    assert_eq!(world.recovered, [("transport".to_owned(), 4)]);
}

#[test]
fn a_receipt_that_is_about_other_objects_does_not_fit() {
    let mut world = World::new(2, BTreeSet::new());
    let objects = vec![world.object(1), world.object(2)];
    let batch = Batch { epoch: 1, from: 1, to: 2, bytes: 1 };
    let sent = Sent { step: Step::Records(batch), nonce: Nonce::new([7; 16]), objects: objects.clone() };
    let answer: ReceiptAnswer = serde_json::from_slice(&world.serve(&sent).body).unwrap();
    let receipt: Receipt = open(&answer.receipt).unwrap();
    assert!(fits(&receipt, &answer.outcomes, &objects, 1));
    assert!(!fits(&receipt, &answer.outcomes, &objects[..1], 1));
    assert!(!fits(&receipt, &answer.outcomes, &objects, 2));
    let spoilt: [fn(&mut Receipt); 3] =
        [|receipt| receipt.from = 0, |receipt| receipt.head = record_hash(7), |receipt| receipt.digest = B64([0; 32])];
    for spoil in spoilt {
        let mut other = receipt.clone();
        spoil(&mut other);
        assert!(!fits(&other, &answer.outcomes, &objects, 1));
    }
}
