//! A hostile client: what it tries against the server over real HTTP, and what the server must answer.

use std::{io::Write, time::Duration};

use hadir_core::{
    envelope::{self, SigningKey},
    model::{B64, Body, CheckIn, NoFix, Nonce, Record, RecordId, SessionId, TimeEvidence},
    ports::{Cancel, Entropy, HttpRequest, HttpResponse, Method, Transport},
    wire::{EnrolRequest, Problem, ProblemCode, RequestAuth, VERSION},
};
use sha2::{Digest, Sha256};

const DEADLINE: Duration = Duration::from_secs(20);
/// Zeroes that shrink to about a thousandth: far more than the server unpacks.
const BOMB_BYTES: usize = 64 << 20;

/// One attempt and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Attempt {
    /// What was tried, Indonesian.
    #[serde(skip)]
    pub id: &'static str,
    /// What was tried, English.
    pub what: &'static str,
    /// The answer that must come.
    pub must: &'static str,
    /// The answer that came: a problem code, or a status.
    pub got: String,
}

impl Attempt {
    /// Whether the server answered as it must.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.got == self.must
    }
}

/// What the attacker has: an address, a key of their own, what they overheard, and what they know of a victim.
pub struct Attacker<'a> {
    /// The network.
    pub transport: &'a dyn Transport,
    /// Base URL of the server.
    pub server: &'a str,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// The time, milliseconds.
    pub now_ms: i64,
    /// The agency's root, as in any invite.
    pub root: B64<32>,
    /// The code of an invite that somebody used, fished out of a waste bin.
    pub used_invite: B64<16>,
    /// An upload overheard on the way.
    pub overheard: Option<HttpRequest>,
}

impl Attacker<'_> {
    /// Tries everything.
    ///
    /// # Errors
    /// When the attacker's own preparations fail, such as randomness or compression; a refusal is an outcome, not an error.
    pub fn run(&self) -> Result<Vec<Attempt>, Box<dyn std::error::Error>> {
        let key = SigningKey::generate(self.entropy)?;
        let record = self.record(&key)?;
        let mut attempts = Vec::new();
        let mut attempt = |id, what, must: ProblemCode, response: Option<HttpResponse>| {
            attempts.push(Attempt { id, what, must: must.as_str(), got: answer(response.as_ref()) });
        };

        attempt(
            "unggah dengan kunci yang tidak terdaftar",
            "an upload by a key that is not enrolled",
            ProblemCode::NotEnrolled,
            self.post("/v1/records", &key, &lines(&record), false)?,
        );
        attempt(
            "unggah tanpa tanda tangan",
            "an upload without a signature",
            ProblemCode::Unauthenticated,
            self.send(&self.request("/v1/records", lines(&record), None)),
        );
        attempt(
            "kode aktivasi bekas orang lain",
            "somebody's used invite, with another key",
            ProblemCode::InviteUsed,
            self.enrol(&key, self.used_invite)?,
        );
        attempt(
            "kode aktivasi tebakan",
            "a guessed invite",
            ProblemCode::InviteUnknown,
            self.enrol(&key, B64(self.random()?))?,
        );
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&vec![b'\n'; BOMB_BYTES])?;
        attempt(
            "bom gzip 64 MB dari orang asing",
            "a stranger's gzip bomb of 64 MB",
            ProblemCode::NotEnrolled,
            self.post("/v1/records", &key, &gzip.finish()?, true)?,
        );
        if let Some(overheard) = &self.overheard {
            let mut tampered = overheard.clone();
            if let Some(byte) = tampered.body.last_mut() {
                *byte ^= 1;
            }
            attempt(
                "unggahan orang lain, satu byte diubah",
                "somebody's upload with one byte changed",
                ProblemCode::Unauthenticated,
                self.send(&tampered),
            );
        }
        Ok(attempts)
    }

    /// Sends an overheard upload again, as it is; it must change nothing. Returns the status, or `None` without one to send.
    #[must_use]
    pub fn replay(&self) -> Option<u16> {
        self.send(self.overheard.as_ref()?).map(|response| response.status)
    }

    fn random<const N: usize>(&self) -> Result<[u8; N], hadir_core::ports::EntropyError> {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn time(&self) -> Result<TimeEvidence, hadir_core::ports::EntropyError> {
        let session = SessionId::new(self.random()?);
        Ok(TimeEvidence { wall_ms: self.now_ms, session, run: 0, elapsed_ms: 0, gnss: None })
    }

    fn record(&self, key: &SigningKey) -> Result<String, Box<dyn std::error::Error>> {
        let (kind, raw_body) = Body::CheckIn(CheckIn::NoFix(NoFix::Unavailable)).to_raw().ok_or("no such body")?;
        let record = Record {
            v: VERSION,
            id: RecordId::new(self.now_ms, self.random()?),
            install: key.kid(),
            epoch: 1,
            seq: 1,
            prev: None,
            receipt: None,
            pack: None,
            assignment: None,
            app: "hostile/1".into(),
            kind,
            time: self.time()?,
            raw_body,
        };
        Ok(envelope::sign(key, &record)?.compact().to_owned())
    }

    fn enrol(&self, key: &SigningKey, invite: B64<16>) -> Result<Option<HttpResponse>, Box<dyn std::error::Error>> {
        let ask = EnrolRequest {
            v: VERSION,
            key: key.public().as_b64(),
            invite,
            root: self.root,
            app: "hostile/1".into(),
            nonce: Nonce::new(self.random()?),
        };
        let body = envelope::sign(key, &ask)?.compact().as_bytes().to_vec();
        Ok(self.send(&self.request("/v1/enrol", body, None)))
    }

    fn post(
        &self,
        path: &str,
        key: &SigningKey,
        body: &[u8],
        gzip: bool,
    ) -> Result<Option<HttpResponse>, Box<dyn std::error::Error>> {
        let auth = RequestAuth {
            v: VERSION,
            key: key.public().as_b64(),
            method: Method::Post.as_str().into(),
            path: path.into(),
            body: B64(Sha256::digest(body).into()),
            nonce: Nonce::new(self.random()?),
            head: None,
            time: self.time()?,
        };
        let auth = envelope::sign(key, &auth)?.compact().to_owned();
        let mut request = self.request(path, body.to_vec(), Some(auth));
        if gzip {
            request.headers.push(("content-encoding", "gzip".into()));
        }
        Ok(self.send(&request))
    }

    fn request(&self, path: &str, body: Vec<u8>, auth: Option<String>) -> HttpRequest {
        let media = if path == "/v1/records" { "application/vnd.hadir.records" } else { "application/jose" };
        let mut headers = vec![("content-type", media.to_owned())];
        headers.extend(auth.map(|auth| ("hadir-request", auth)));
        HttpRequest { method: Method::Post, url: format!("{}{path}", self.server), headers, body }
    }

    fn send(&self, request: &HttpRequest) -> Option<HttpResponse> {
        self.transport.send(request, DEADLINE, &Cancel::default()).ok()
    }
}

fn lines(compact: &str) -> Vec<u8> {
    format!("{compact}\n").into_bytes()
}

fn answer(response: Option<&HttpResponse>) -> String {
    let Some(response) = response else { return "no answer".into() };
    serde_json::from_slice::<Problem>(&response.body)
        .map_or_else(|_| response.status.to_string(), |problem| problem.code.as_str().into())
}
