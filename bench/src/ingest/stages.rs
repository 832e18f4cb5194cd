//! Each stage of taking in a batch by itself, in processor time of one thread, so that a busy machine disturbs little.

use std::{
    io::Read as _,
    thread,
    time::{Duration, Instant},
};

use ed25519_dalek::{Signature, VerifyingKey};
use flate2::bufread::GzDecoder;
use hadir_core::{
    adapters::{SystemClock, SystemEntropy},
    envelope::{PublicKey, SigningKey, Unverified, sign},
    model::{B64, EnvelopeHash, Record},
    ports::{Clock as _, Entropy as _},
    wire::{Head, Outcome as Fate, Receipt, ReceiptEntry, RequestAuth, VERSION, outcomes_digest},
};
use hadir_server::{
    datadir::DataDir,
    handle::{BodyIn, Desk, Gate, HttpIn, HttpOut, prepare},
    store::{SqliteStore, StoreExt as _},
};
use sha2::{Digest as _, Sha256};

use super::{
    BATCH,
    made::{Batch, Phone, Request},
};
use crate::{
    cpu::thread_time,
    figures::median,
    site::{Agency, Outcome, scratch},
};

const PHONES: u32 = 32;
const BATCHES_EACH: usize = 16;
/// Requests that share a commit here, about as many as come together over HTTP.
const GROUP: usize = 8;

/// Microseconds of processor time a record.
#[derive(Debug, Default)]
pub(super) struct Stages {
    gunzip: f64,
    request: f64,
    parse: f64,
    pub(super) verify: f64,
    hash: f64,
    store: f64,
    commit: f64,
    receipt: f64,
    /// Signed by whoever answers, not by the one who writes.
    pub(super) head: f64,
    /// Bare `verify_strict` on every core at the same time, signatures a second in all: cores that share what they stand on
    /// do less together than one of them times their number.
    pub(super) verify_together: f64,
    /// All of the half without a store, which the first five are stages of.
    pub(super) prepare: f64,
    /// What of it is checking signatures, the request's among them, percent: each batch both ways, one after the other.
    pub(super) share: f64,
    /// All of the half with one: store, commit, receipt.
    pub(super) apply: f64,
    /// What a commit takes beyond its processor time.
    pub(super) commit_wait: f64,
}

impl Stages {
    /// The stages, in their order.
    pub(super) fn each(&self) -> [(&'static str, f64); 9] {
        [
            ("gunzip", self.gunzip),
            ("request: hash of the body, its JWS verified", self.request),
            ("record: base64 and JSON parsed", self.parse),
            ("record: verify_strict", self.verify),
            ("record: SHA-256", self.hash),
            ("store: SQLite's inserts and look-ups", self.store),
            ("commit: WAL written and synced", self.commit),
            ("receipt signed", self.receipt),
            ("head signed", self.head),
        ]
    }
}

/// A server without sockets or threads.
struct Office {
    store: SqliteStore,
    desk: Desk,
    gate: Gate,
    now_ms: i64,
}

impl Office {
    fn answer(&mut self, input: HttpIn) -> Outcome<HttpOut> {
        let prepared = prepare(input, &self.gate, self.now_ms);
        let (desk, now_ms) = (&mut self.desk, self.now_ms);
        let applied = self.store.update(|tx| desk.apply(&prepared, now_ms, tx))?;
        if let (true, Some(install)) = (applied.enrolled, applied.install) {
            self.gate.learn(install);
        }
        Ok(applied.answer)
    }
}

fn input(path: &str, request: &Request) -> HttpIn {
    HttpIn {
        method: "POST".into(),
        path: path.into(),
        peer: None,
        request: request.auth.clone(),
        content_type: Some(request.content_type.into()),
        content_encoding: request.packed.then(|| "gzip".into()),
        body: BodyIn::Whole(request.body.clone()),
    }
}

/// Measures every stage on batches of its own.
pub(super) fn measure() -> Outcome<Stages> {
    let dir = scratch()?;
    let now_ms = SystemClock::new().read().wall_ms;
    let agency = Agency::found(dir.path(), PHONES, now_ms)?;
    let data = DataDir::open(dir.path())?;
    let mut office = Office {
        store: data.store()?,
        desk: Desk::new(data.keys()?, std::sync::Arc::new(SystemEntropy::new())),
        gate: Gate::new([]),
        now_ms,
    };
    let mut phones = Vec::new();
    for number in 1..=PHONES {
        let invite = agency.invite(&office.store, number, "http://127.0.0.1", None)?;
        let mut phone = Phone::new(&invite, number)?;
        let answer = office.answer(input("/v1/enrol", &phone.enrolment()?))?;
        phone.enrolled(&answer.body, now_ms)?;
        phones.push(phone);
    }
    let mut batches = Vec::new();
    for _ in 0..BATCHES_EACH {
        for phone in &mut phones {
            batches.push((phone.key.public().clone(), phone.batch(BATCH)?));
        }
    }
    let mut stages = Stages {
        gunzip: cost(&batches, |(_, batch)| gunzip(&batch.request.body))?,
        request: cost(&batches, |(_, batch)| request(&batch.request))?,
        parse: cost(&batches, |(_, batch)| parse(batch))?,
        verify: cost_of_verify(&batches)?,
        verify_together: verify_together(&batches)?,
        hash: cost(&batches, |(_, batch)| hash(batch))?,
        receipt: cost_of_receipt(&batches)?,
        head: cost_of_head(&batches)?,
        ..Stages::default()
    };
    stages.share = share_of_verify(&office, &batches)?;
    writes(&mut office, &batches, &mut stages)?;
    Ok(stages)
}

type Signed = (PublicKey, Batch);

/// The median over the batches of what the work takes, µs a record.
fn cost<T>(batches: &[Signed], work: impl Fn(&Signed) -> Outcome<T>) -> Outcome<f64> {
    let mut each = Vec::with_capacity(batches.len());
    for batch in batches {
        let began = thread_time();
        std::hint::black_box(work(batch)?);
        each.push(a_record(thread_time().saturating_sub(began), 1));
    }
    Ok(median(&each))
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred")]
fn a_record(time: Duration, batches: usize) -> f64 {
    time.as_secs_f64() * 1e6 / (batches * BATCH) as f64
}

fn gunzip(packed: &[u8]) -> Outcome<Vec<u8>> {
    let mut unpacked = Vec::with_capacity(packed.len() * 4);
    GzDecoder::new(packed).read_to_end(&mut unpacked)?;
    Ok(unpacked)
}

fn request(request: &Request) -> Outcome<()> {
    let auth = request.auth.as_deref().ok_or("a batch is signed")?;
    let (auth, _) = Unverified::<RequestAuth>::parse(auth)?.verify_with_carried_key()?;
    if auth.payload().body == B64(Sha256::digest(&request.body).into()) { Ok(()) } else { Err("another body".into()) }
}

fn parse(batch: &Batch) -> Outcome<Vec<Unverified<Record>>> {
    Ok(batch.records.iter().map(|record| Unverified::parse(record.compact())).collect::<Result<_, _>>()?)
}

fn hash(batch: &Batch) -> Outcome<Vec<EnvelopeHash>> {
    Ok(batch.records.iter().map(|record| EnvelopeHash::of(record.compact())).collect())
}

/// How fast signatures are checked on their way in, beside bare `verify_strict`, percent: a batch has one for each record and the
/// request's own.
fn share_of_verify(office: &Office, batches: &[Signed]) -> Outcome<f64> {
    // As a server that has run for a while: the keys of its phones are known, after each one's first request.
    let mut each = Vec::new();
    for signed in batches {
        #[expect(clippy::cast_precision_loss, reason = "twenty")]
        let signatures = (BATCH + 1) as f64 / BATCH as f64;
        let bare = bare_verify(signed)? * signatures;
        let input = input("/v1/records", &signed.1.request);
        let began = thread_time();
        std::hint::black_box(prepare(input, &office.gate, office.now_ms));
        each.push(100.0 * bare / a_record(thread_time().saturating_sub(began), 1));
    }
    Ok(median(&each))
}

/// `verify_strict` with nothing around it: the bound of any server that checks each record by itself.
fn cost_of_verify(batches: &[Signed]) -> Outcome<f64> {
    Ok(median(&batches.iter().map(bare_verify).collect::<Outcome<Vec<_>>>()?))
}

/// Every core at the same batches at the same time; the slowest ends it.
#[expect(clippy::cast_precision_loss, reason = "some ten thousand")]
fn verify_together(batches: &[Signed]) -> Outcome<f64> {
    let cores = thread::available_parallelism()?.get();
    let began = Instant::now();
    thread::scope(|scope| {
        let each: Vec<_> = (0..cores)
            .map(|_| scope.spawn(|| cost_of_verify(batches).map(|_| ()).map_err(|error| error.to_string())))
            .collect();
        each.into_iter().try_for_each(|one| one.join().map_err(|_| "a thread failed".to_owned())?)
    })?;
    Ok((cores * batches.len() * BATCH) as f64 / began.elapsed().as_secs_f64())
}

/// What the records of a batch take, µs a record.
fn bare_verify((key, batch): &Signed) -> Outcome<f64> {
    let key = VerifyingKey::from_bytes(key.as_b64().as_bytes())?;
    let mut signed = Vec::new();
    for record in &batch.records {
        let (message, signature) = record.compact().rsplit_once('.').ok_or("a compact form has dots")?;
        let signature: B64<64> = serde_json::from_value(signature.into())?;
        signed.push((message, Signature::from_bytes(signature.as_bytes())));
    }
    let began = thread_time();
    for (message, signature) in &signed {
        key.verify_strict(message.as_bytes(), signature)?;
    }
    Ok(a_record(thread_time().saturating_sub(began), 1))
}

/// A key as the server has one.
fn server_key() -> Outcome<SigningKey> {
    let mut seed = [0; 32];
    SystemEntropy::new().fill(&mut seed)?;
    Ok(SigningKey::from_seed(&seed))
}

/// The receipt, with its digest.
fn cost_of_receipt(batches: &[Signed]) -> Outcome<f64> {
    let key = server_key()?;
    cost(batches, |(phone, batch)| {
        let links: Vec<_> = batch.records.iter().map(|record| record.payload().link(record.hash())).collect();
        let (Some(first), Some(last)) = (links.first(), links.last()) else { return Err("an empty batch".into()) };
        let lines: Vec<_> =
            links.iter().map(|link| ReceiptEntry { seq: link.seq, hash: link.hash, outcome: Fate::Stored }).collect();
        let receipt = Receipt {
            v: VERSION,
            install: phone.kid(),
            epoch: 1,
            from: first.seq,
            to: last.seq,
            head: last.hash,
            digest: outcomes_digest(&lines),
            t_ms: 1,
        };
        Ok(sign(&key, &receipt)?)
    })
}

/// The head.
fn cost_of_head(batches: &[Signed]) -> Outcome<f64> {
    let key = server_key()?;
    cost(batches, |(phone, batch)| {
        let last = batch.records.last().map(|record| record.payload().link(record.hash())).ok_or("an empty batch")?;
        let head = Head {
            v: VERSION,
            install: phone.kid(),
            epoch: 1,
            seq: last.seq,
            hash: Some(last.hash),
            pack: Some(1),
            roster: 1,
            trust: 1,
            release: Vec::new(),
            backed_up_through_ms: None,
            revoked: false,
            t_ms: 1,
        };
        Ok(sign(&key, &head)?)
    })
}

/// Both halves of the server on every batch: what preparing, storing and committing cost.
fn writes(office: &mut Office, batches: &[Signed], stages: &mut Stages) -> Outcome<()> {
    let (mut prepares, mut stores, mut commits, mut waits) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for group in batches.chunks(GROUP) {
        let inputs: Vec<_> = group.iter().map(|(_, batch)| input("/v1/records", &batch.request)).collect();
        let began = thread_time();
        let prepared: Vec<_> = inputs.into_iter().map(|input| prepare(input, &office.gate, office.now_ms)).collect();
        prepares.push(a_record(thread_time().saturating_sub(began), group.len()));

        let (desk, now_ms) = (&mut office.desk, office.now_ms);
        let mut done = None;
        let began = thread_time();
        let statuses = office.store.update(|tx| {
            let mut status = |one| desk.apply(one, now_ms, tx).map(|applied| applied.answer.status);
            let statuses = prepared.iter().map(&mut status).collect::<Result<Vec<u16>, _>>()?;
            done = Some((thread_time(), std::time::Instant::now()));
            Ok(statuses)
        })?;
        let (ended, (applied, since)) = (thread_time(), done.ok_or("the store did not run the work")?);
        if statuses.iter().any(|status| *status != 200) {
            return Err(format!("a batch was answered with {statuses:?}").into());
        }
        let commit = ended.saturating_sub(applied);
        stores.push(a_record(applied.saturating_sub(began), group.len()));
        commits.push(a_record(commit, group.len()));
        waits.push(a_record(since.elapsed().saturating_sub(commit), group.len()));
    }
    stages.prepare = median(&prepares);
    // Signing happens among the inserts, and is a stage by itself.
    stages.store = median(&stores) - stages.receipt;
    stages.commit = median(&commits);
    stages.apply = stages.store + stages.receipt + stages.commit;
    stages.commit_wait = median(&waits);
    Ok(())
}
