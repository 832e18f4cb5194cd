//! From the bytes of an upload to authentic objects, within bounds (protocol §6.1).

use std::io::Read as _;

use chrono::NaiveDate;
use flate2::bufread::GzDecoder;
use hadir_core::{
    envelope::{EnvelopeError, HeaderError, PublicKey, Unverified},
    model::{Body, EntryVerdict, EnvelopeHash, Record},
    wire::{ProblemCode, Stub},
};
use sha2::{Digest, Sha256};

use super::message::Refusal;
use crate::{
    limits::{BATCH_OBJECTS, BATCH_UNPACKED_BYTES},
    store::NewRecord,
};

/// Authentic objects of one installation and one epoch, with rising places.
#[derive(Debug)]
pub struct Batch {
    /// The epoch of all.
    pub epoch: u32,
    /// At least one.
    pub objects: Vec<Object>,
    /// Names the batch: SHA-256 over the hashes of its objects, in order.
    pub id: [u8; 32],
    /// The software that wrote the newest record.
    pub app: Option<String>,
}

/// One object of a batch.
#[derive(Debug)]
pub struct Object {
    /// Its place in the epoch.
    pub seq: u64,
    /// Hash of the object.
    pub hash: EnvelopeHash,
    /// What it is.
    pub what: What,
}

/// What an object is.
#[derive(Debug)]
pub enum What {
    /// A record; for a self-assessment, the date that it is for and its declared verdict.
    Record(NewRecord, Option<(NaiveDate, EntryVerdict)>),
    /// A stub, and its exact bytes.
    Stub(Stub, String),
}

/// Unpacks what was sent with `Content-Encoding: gzip`.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut decoder = GzDecoder::new(packed);
    let mut unpacked = Vec::with_capacity((packed.len() * 4).min(BATCH_UNPACKED_BYTES));
    let read = (&mut decoder).take(BATCH_UNPACKED_BYTES as u64 + 1).read_to_end(&mut unpacked);
    if unpacked.len() > BATCH_UNPACKED_BYTES {
        return Err(Refusal::new(
            ProblemCode::TooLarge,
            format!("the batch unpacks to more than {BATCH_UNPACKED_BYTES} bytes; send fewer records"),
        ));
    }
    let bad =
        |what: &str| Refusal::new(ProblemCode::BadRequest, format!("the gzip stream {what}; send the batch again"));
    read.map_err(|_| bad("is damaged or ends half-way"))?;
    if decoder.into_inner().is_empty() { Ok(unpacked) } else { Err(bad("is followed by other bytes")) }
}

/// Reads and verifies a batch, each object by itself.
pub(super) fn read(bytes: &[u8], key: &PublicKey) -> Result<Batch, Refusal> {
    let bad = |detail: &str| Refusal::new(ProblemCode::BadRequest, detail);
    let lines = bytes.strip_suffix(b"\n").ok_or_else(|| {
        bad("a batch is one or more signed objects, each followed by LF; this one is empty or ends half-way")
    })?;
    let (lines, odd) = match std::str::from_utf8(lines) {
        Ok(lines) => (lines, None),
        // Up to the line that is no text, it is one; that line is refused when its turn comes.
        Err(error) => {
            let good = std::str::from_utf8(&lines[..error.valid_up_to()]).unwrap_or_default();
            (good, Some(good.matches('\n').count()))
        }
    };
    let count = lines.matches('\n').count() + 1;
    if count > BATCH_OBJECTS {
        let detail = format!("a batch has at most {BATCH_OBJECTS} objects, this one {count}; send fewer");
        return Err(Refusal::new(ProblemCode::TooLarge, detail));
    }
    let mut batch = Batch { epoch: 0, objects: Vec::with_capacity(count), id: [0; 32], app: None };
    let mut hasher = Sha256::new();
    for (index, line) in lines.split('\n').enumerate() {
        if odd == Some(index) {
            return Err(Refusal::new(ProblemCode::BadRecord, "the object is not ASCII").at(index, None));
        }
        let (epoch, object) = object(line, key, &mut batch.app).map_err(|refusal| {
            let seq = refusal.problem.seq;
            refusal.at(index, seq)
        })?;
        let refused = |detail: String| Refusal::new(ProblemCode::BadRecord, detail).at(index, Some(object.seq));
        match batch.objects.last() {
            None => batch.epoch = epoch,
            Some(_) if epoch != batch.epoch => {
                return Err(refused(format!(
                    "all of a batch are of one epoch; this is of {epoch}, the first of {}",
                    batch.epoch
                )));
            }
            Some(before) if object.seq <= before.seq => {
                return Err(refused(format!("places rise along a batch; {} follows {}", object.seq, before.seq)));
            }
            Some(_) => {}
        }
        hasher.update(object.hash.as_bytes());
        batch.objects.push(object);
    }
    batch.id = hasher.finalize().into();
    Ok(batch)
}

fn refuse(error: &EnvelopeError, seq: Option<u64>) -> Refusal {
    let code = match error {
        EnvelopeError::UnsupportedVersion { .. } => ProblemCode::UnsupportedVersion,
        _ => ProblemCode::BadRecord,
    };
    Refusal::new(code, error.to_string()).at(0, seq)
}

fn object(line: &str, key: &PublicKey, app: &mut Option<String>) -> Result<(u32, Object), Refusal> {
    match Unverified::<Record>::parse(line) {
        Ok(record) => {
            let seq = record.unverified_payload().seq;
            let (record, compact, hash) = open(record, key, seq)?;
            let form = match record.kind {
                hadir_core::model::Kind::HealthForm => match record.body() {
                    Ok(Body::HealthForm(form)) => Some((form.for_date, form.verdict)),
                    // An authentic form that this build can't read is stored all the same.
                    _ => None,
                },
                _ => None,
            };
            let new = NewRecord {
                epoch: record.epoch,
                seq,
                id: record.id,
                hash,
                kind: record.kind,
                claimed_ms: record.time.wall_ms,
                compact,
            };
            *app = Some(record.app);
            Ok((record.epoch, Object { seq, hash, what: What::Record(new, form) }))
        }
        Err(EnvelopeError::Header(HeaderError::Typ { .. })) => {
            let stub = Unverified::<Stub>::parse(line).map_err(|error| match error {
                EnvelopeError::Header(HeaderError::Typ { .. }) => {
                    Refusal::new(ProblemCode::BadRecord, "typ must be hadir-record or hadir-stub here")
                }
                error => refuse(&error, None),
            })?;
            let seq = stub.unverified_payload().seq;
            let (stub, compact, hash) = open(stub, key, seq)?;
            Ok((stub.epoch, Object { seq, hash, what: What::Stub(stub, compact) }))
        }
        Err(error) => Err(refuse(&error, None)),
    }
}

fn open<T: hadir_core::wire::Signed>(
    object: Unverified<T>,
    key: &PublicKey,
    seq: u64,
) -> Result<(T, String, EnvelopeHash), Refusal> {
    let envelope = object.verify(key).map_err(|error| refuse(&error, Some(seq)))?;
    let hash = envelope.hash();
    let (payload, compact) = envelope.into_parts();
    Ok((payload, compact, hash))
}

/// Reads and verifies one record by itself, as a batch of one.
pub(super) fn single(compact: &str, key: &PublicKey) -> Result<Batch, Refusal> {
    let (epoch, object) = object(compact, key, &mut None)?;
    if !matches!(object.what, What::Record(..)) {
        return Err(Refusal::new(ProblemCode::BadRecord, "typ must be hadir-record here"));
    }
    Ok(Batch { epoch, objects: vec![object], id: [0; 32], app: None })
}
