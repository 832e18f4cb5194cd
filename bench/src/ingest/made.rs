//! Installations that sign by themselves, without an engine: batches of any number, made before anything is measured.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use hadir_core::{
    adapters::SystemEntropy,
    engine::parse_invite,
    envelope::{Envelope, SigningKey, sign},
    model::{B64, Body, CheckIn, EnvelopeHash, Fix, FixSource, Link, Nonce, Record, RecordId, SessionId, TimeEvidence},
    ports::Entropy as _,
    wire::{EnrolAnswer, EnrolRequest, Invite, RequestAuth, VERSION},
};
use sha2::{Digest as _, Sha256};

use crate::site::Outcome;

/// A request, apart from where it goes.
pub(super) struct Request {
    /// The header `Hadir-Request`; an enrolment has none.
    pub(super) auth: Option<String>,
    pub(super) content_type: &'static str,
    pub(super) packed: bool,
    pub(super) body: Vec<u8>,
}

/// A batch, ready to send.
pub(super) struct Batch {
    pub(super) request: Request,
    /// What is in it.
    pub(super) records: Vec<Envelope<Record>>,
}

/// An installation.
pub(super) struct Phone {
    pub(super) key: SigningKey,
    invite: Invite,
    session: SessionId,
    place: (f64, f64),
    elapsed_ms: u64,
    began_ms: i64,
    last: Option<Link>,
    pack: Option<EnvelopeHash>,
    assignment: Option<EnvelopeHash>,
}

fn random<const N: usize>() -> Outcome<[u8; N]> {
    let mut bytes = [0; N];
    SystemEntropy::new().fill(&mut bytes)?;
    Ok(bytes)
}

impl Phone {
    /// A phone with a fresh key and an invite.
    pub(super) fn new(link: &str, number: u32) -> Outcome<Self> {
        Ok(Self {
            key: SigningKey::generate(&SystemEntropy::new())?,
            invite: parse_invite(link)?,
            session: SessionId::new(random()?),
            place: (-2.4 + f64::from(number) / 7_000.0, 120.2 + f64::from(number) / 9_000.0),
            elapsed_ms: 0,
            began_ms: 0,
            last: None,
            pack: None,
            assignment: None,
        })
    }

    /// The enrolment (protocol §5.2).
    pub(super) fn enrolment(&self) -> Outcome<Request> {
        let said = EnrolRequest {
            v: VERSION,
            key: self.key.public().as_b64(),
            invite: self.invite.code,
            root: self.invite.root,
            app: "hadir-bench/1".into(),
            nonce: Nonce::new(random()?),
        };
        let body = sign(&self.key, &said)?.into_parts().1.into_bytes();
        Ok(Request { auth: None, content_type: "application/jose", packed: false, body })
    }

    /// Takes the answer to it: records name the pack and the assignment that the person saw.
    pub(super) fn enrolled(&mut self, answer: &[u8], now_ms: i64) -> Outcome<()> {
        let answer: EnrolAnswer = serde_json::from_slice(answer)?;
        self.pack = answer.packs.last().map(|pack| EnvelopeHash::of(pack));
        self.assignment = Some(EnvelopeHash::of(&answer.assignment));
        self.began_ms = now_ms;
        Ok(())
    }

    fn time(&mut self) -> TimeEvidence {
        self.elapsed_ms += 731;
        TimeEvidence {
            wall_ms: self.began_ms + i64::try_from(self.elapsed_ms).unwrap_or(0),
            session: self.session,
            run: 0,
            elapsed_ms: self.elapsed_ms,
            gnss: None,
        }
    }

    /// The next tap of the chain.
    fn tap(&mut self) -> Outcome<Envelope<Record>> {
        let time = self.time();
        let fix = Fix::new(self.place.0, self.place.1, 8.5, 1_500, FixSource::Fused)?;
        let (kind, raw_body) = Body::CheckIn(CheckIn::Fix(fix)).to_raw().ok_or("a tap has a body")?;
        let record = Record {
            v: VERSION,
            id: RecordId::new(time.wall_ms, random()?),
            install: self.key.kid(),
            epoch: 1,
            seq: self.last.map_or(1, |last| last.seq + 1),
            prev: self.last.map(|last| last.hash),
            // A phone names its newest receipt; which one that is does not change the work.
            receipt: self.pack,
            pack: self.pack,
            assignment: self.assignment,
            app: "hadir-bench/1".into(),
            kind,
            time,
            raw_body,
        };
        let envelope = sign(&self.key, &record)?;
        self.last = Some(record.link(envelope.hash()));
        Ok(envelope)
    }

    /// The next `count` taps as a signed upload, compressed as the engine does it.
    pub(super) fn batch(&mut self, count: usize) -> Outcome<Batch> {
        let mut records = Vec::with_capacity(count);
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        for _ in 0..count {
            let record = self.tap()?;
            packer.write_all(record.compact().as_bytes())?;
            packer.write_all(b"\n")?;
            records.push(record);
        }
        let body = packer.finish()?;
        let time = self.time();
        let auth = RequestAuth {
            v: VERSION,
            key: self.key.public().as_b64(),
            method: "POST".into(),
            path: "/v1/records".into(),
            body: B64(Sha256::digest(&body).into()),
            nonce: Nonce::new(random()?),
            head: self.last,
            time,
        };
        let auth = Some(sign(&self.key, &auth)?.into_parts().1);
        let request = Request { auth, content_type: "application/vnd.hadir.records", packed: true, body };
        Ok(Batch { request, records })
    }
}

/// A request as it goes over the wire.
pub(super) fn http(path: &str, request: &Request) -> Vec<u8> {
    let Request { auth, content_type, packed, body } = request;
    let mut head = format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n",
        body.len()
    );
    if *packed {
        head.push_str("content-encoding: gzip\r\n");
    }
    if let Some(auth) = auth {
        head.push_str("hadir-request: ");
        head.push_str(auth);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}
