//! A phone that speaks the protocol by hand, without an engine: it may send anything, in any order, as often as it likes.

use std::{ops::Range, sync::Arc};

use hadir_core::{
    engine::parse_invite,
    envelope::{Envelope, SigningKey, sign},
    model::{B64, Body, CheckIn, Fix, FixSource, Link, Nonce, Record, RecordId, SessionId, TimeEvidence},
    wire::{EnrolRequest, Invite, ReceiptAnswer, RequestAuth, VERSION},
};
use hadir_server::handle::{BodyIn, HttpIn, HttpOut};
use sha2::{Digest as _, Sha256};

use crate::{dice::Dice, office::AnyError};

/// The phone, and the history that it keeps in memory.
#[derive(Debug)]
pub struct HandPhone {
    key: SigningKey,
    invite: Invite,
    began_ms: i64,
    elapsed_ms: u64,
    dice: Dice,
    /// Its records, by place.
    pub records: Vec<Arc<Envelope<Record>>>,
}

impl HandPhone {
    /// A phone with an invite; its key, its nonces and its ids follow from the seed.
    ///
    /// # Errors
    /// What is wrong with the link.
    pub fn new(link: &str, seed: u64, began_ms: i64) -> Result<Self, AnyError> {
        let mut phone = Self {
            key: SigningKey::from_seed(&[0; 32]),
            invite: parse_invite(link)?,
            began_ms,
            elapsed_ms: 0,
            dice: Dice(seed),
            records: Vec::new(),
        };
        phone.key = SigningKey::from_seed(&phone.random());
        Ok(phone)
    }

    /// Its name.
    #[must_use]
    pub const fn install(&self) -> hadir_core::model::InstallId {
        self.key.kid()
    }

    fn random<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| u8::try_from(self.dice.roll(256)).unwrap_or(0))
    }

    /// A number below `sides`, from its own dice.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.dice.roll(sides)
    }

    fn time(&mut self) -> TimeEvidence {
        self.elapsed_ms += 731;
        TimeEvidence {
            wall_ms: self.began_ms + i64::try_from(self.elapsed_ms).unwrap_or(0),
            session: SessionId::new([7; 16]),
            run: 0,
            elapsed_ms: self.elapsed_ms,
            gnss: None,
        }
    }

    /// The enrolment (protocol §5.2).
    ///
    /// # Errors
    /// None that a phone by hand has.
    pub fn enrolment(&mut self) -> Result<HttpIn, AnyError> {
        let said = EnrolRequest {
            v: VERSION,
            key: self.key.public().as_b64(),
            invite: self.invite.code,
            root: self.invite.root,
            app: "hadir-tests/1".into(),
            nonce: Nonce::new(self.random()),
        };
        let body = sign(&self.key, &said)?.into_parts().1.into_bytes();
        Ok(input("/v1/enrol", "application/jose", None, body))
    }

    /// Taps so many times.
    ///
    /// # Errors
    /// None that a phone by hand has.
    pub fn tap(&mut self, times: usize) -> Result<(), AnyError> {
        for _ in 0..times {
            let time = self.time();
            let (kind, raw_body) = Body::CheckIn(CheckIn::Fix(Fix::new(-2.4, 120.2, 8.5, 1_500, FixSource::Fused)?))
                .to_raw()
                .ok_or("a tap has a body")?;
            let record = Record {
                v: VERSION,
                id: RecordId::new(time.wall_ms, self.random()),
                install: self.key.kid(),
                epoch: 1,
                seq: self.records.len() as u64 + 1,
                prev: self.records.last().map(|last| last.hash()),
                receipt: None,
                pack: None,
                assignment: None,
                app: "hadir-tests/1".into(),
                kind,
                time,
                raw_body,
            };
            self.records.push(Arc::new(sign(&self.key, &record)?));
        }
        Ok(())
    }

    fn head(&self) -> Option<Link> {
        self.records.last().map(|last| last.payload().link(last.hash()))
    }

    /// An upload of some of its records, with a fresh nonce.
    ///
    /// # Errors
    /// None that a phone by hand has.
    pub fn upload(&mut self, places: Range<usize>) -> Result<HttpIn, AnyError> {
        let mut body = Vec::new();
        for record in &self.records[places] {
            body.extend_from_slice(record.compact().as_bytes());
            body.push(b'\n');
        }
        let auth = RequestAuth {
            v: VERSION,
            key: self.key.public().as_b64(),
            method: "POST".into(),
            path: "/v1/records".into(),
            body: B64(Sha256::digest(&body).into()),
            nonce: Nonce::new(self.random()),
            head: self.head(),
            time: self.time(),
        };
        let auth = sign(&self.key, &auth)?.into_parts().1;
        Ok(input("/v1/records", "application/vnd.hadir.records", Some(auth), body))
    }
}

fn input(path: &str, content_type: &str, request: Option<String>, body: Vec<u8>) -> HttpIn {
    HttpIn {
        method: "POST".into(),
        path: path.into(),
        peer: None,
        request,
        content_type: Some(content_type.into()),
        content_encoding: None,
        body: BodyIn::Whole(body),
    }
}

/// The receipt in an answer.
///
/// # Errors
/// An answer that has none, with what it says.
pub fn receipt(answer: &HttpOut) -> Result<ReceiptAnswer, AnyError> {
    if answer.status != 200 {
        return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into());
    }
    Ok(serde_json::from_slice(&answer.body)?)
}

/// A request as it goes over the wire.
#[must_use]
pub fn raw(input: &HttpIn) -> Vec<u8> {
    let body: &[u8] = match &input.body {
        BodyIn::Whole(body) => body,
        BodyIn::TooLong => &[],
    };
    let mut text = format!("{} {} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n", input.method, input.path, body.len());
    for (name, value) in [("hadir-request", &input.request), ("content-type", &input.content_type)] {
        if let Some(value) = value {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    text.push_str("\r\n");
    [text.as_bytes(), body].concat()
}
