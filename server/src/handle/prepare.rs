//! The half of the work that needs no store: reading, unpacking, and every signature. It runs on many threads at once.

use hadir_core::{
    envelope::{Envelope, EnvelopeError, PublicKey, Unverified},
    model::{B64, InstallId},
    wire::{EnrolRequest, HELP_CHARS, HelpReport, InviteByCode, InviteLook, ProblemCode, Proofs, RequestAuth, VERSION},
};
use sha2::{Digest, Sha256};

use super::{
    batch::{self, Batch},
    gate::{Admission, Gate},
    message::{BodyIn, HttpIn, HttpOut, Refusal},
    old::OldPart,
};
use crate::limits::{BATCH_BYTES, OLD_PART_BYTES, PROOF_RECEIPTS, SMALL_BODY_BYTES};

/// A request after the first half.
#[derive(Debug)]
pub enum Prepared {
    /// Answered already: nobody known asks, or too often. The installation is named where the signature proved it.
    Answered(HttpOut, Option<InstallId>),
    /// An enrolment, with proof of possession.
    Enrol(Box<Envelope<EnrolRequest>>),
    /// Somebody typed the code of an invite.
    ByCode(InviteByCode),
    /// Somebody asks whose an invite is.
    Look(InviteLook),
    /// A request signed by an installation.
    Asked(Box<Asked>),
}

/// A request whose signature is good.
#[derive(Debug)]
pub struct Asked {
    /// Who, and with what evidence.
    pub auth: Envelope<RequestAuth>,
    /// What for.
    pub what: Ask,
}

/// What an installation asks for.
#[derive(Debug)]
pub enum Ask {
    /// A time token.
    Token,
    /// The head alone.
    Head,
    /// To store a batch.
    Records(Batch),
    /// Packs with a number above.
    Packs {
        /// The number that it has.
        after: u64,
    },
    /// Its assignment.
    Assignment,
    /// The agency's certificates.
    Trust,
    /// To be reminded of what the server itself has signed.
    Proofs(Box<Proofs>),
    /// To keep a part of an old store.
    Old(OldPart),
    /// To be found by the help desk.
    Help(Box<HelpReport>),
    /// Something that was refused already; the answer still carries the head.
    Refused(Refusal),
}

/// The paths of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// `POST /v1/enrol`
    Enrol,
    /// `POST /v1/invite`
    ByCode,
    /// `POST /v1/invite/look`
    Look,
    /// `POST /v1/token`
    Token,
    /// `GET /v1/head`
    Head,
    /// `POST /v1/records`
    Records,
    /// `GET /v1/packs`
    Packs,
    /// `GET /v1/assignment`
    Assignment,
    /// `GET /v1/trust`
    Trust,
    /// `POST /v1/proofs`
    Proofs,
    /// `POST /v1/old`
    Old,
    /// `POST /v1/help`
    Help,
}

impl Route {
    /// Finds the route of a path, its query aside, and the method that it takes.
    #[must_use]
    pub fn of(path: &str) -> Option<(Self, &'static str)> {
        Some(match path.split('?').next().unwrap_or_default() {
            "/v1/enrol" => (Self::Enrol, "POST"),
            "/v1/invite" => (Self::ByCode, "POST"),
            "/v1/invite/look" => (Self::Look, "POST"),
            "/v1/token" => (Self::Token, "POST"),
            "/v1/head" => (Self::Head, "GET"),
            "/v1/records" => (Self::Records, "POST"),
            "/v1/packs" => (Self::Packs, "GET"),
            "/v1/assignment" => (Self::Assignment, "GET"),
            "/v1/trust" => (Self::Trust, "GET"),
            "/v1/proofs" => (Self::Proofs, "POST"),
            "/v1/old" => (Self::Old, "POST"),
            "/v1/help" => (Self::Help, "POST"),
            _ => return None,
        })
    }

    /// How many bytes of body are read for a path.
    #[must_use]
    pub fn body_limit(path: &str) -> usize {
        match Self::of(path) {
            Some((Self::Records | Self::Proofs, _)) => BATCH_BYTES,
            Some((Self::Old, _)) => OLD_PART_BYTES,
            _ => SMALL_BODY_BYTES,
        }
    }
}

fn route(input: &HttpIn) -> Result<Route, Refusal> {
    match Route::of(&input.path) {
        None => Err(Refusal::new(ProblemCode::NotFound, "no such path in version 1 of the protocol")),
        Some((route, method)) if method == input.method => Ok(route),
        Some((_, method)) => Err(Refusal::new(ProblemCode::MethodNotAllowed, format!("this path takes {method}"))),
    }
}

/// Does the first half.
#[must_use]
pub fn prepare(input: HttpIn, gate: &Gate, now_ms: i64) -> Prepared {
    let route = route(&input);
    match route {
        Ok(Route::Enrol) => return enrol(input, gate, now_ms),
        Ok(Route::ByCode) => return by_code(input, gate, now_ms),
        Ok(Route::Look) => return look(input, gate, now_ms),
        _ => {}
    }
    let auth = match authenticate(&input, gate) {
        Ok(auth) => auth,
        // A path that does not exist is told to strangers too.
        Err(unauthenticated) => return Prepared::Answered(route.err().unwrap_or(unauthenticated).answer(), None),
    };
    let (auth, key) = auth;
    match gate.admit(&auth.kid(), now_ms) {
        Admission::Admitted => {}
        Admission::Unknown => return Prepared::Answered(not_enrolled().answer(), None),
        Admission::Wait(seconds) => {
            let refusal = Refusal::for_now(ProblemCode::TooMany, "this installation asks too often", seconds);
            return Prepared::Answered(refusal.answer(), Some(auth.kid()));
        }
    }
    let what = route.and_then(|route| ask(route, input, &key)).unwrap_or_else(Ask::Refused);
    Prepared::Asked(Box::new(Asked { auth, what }))
}

pub(super) fn not_enrolled() -> Refusal {
    Refusal::new(
        ProblemCode::NotEnrolled,
        "this key belongs to no installation here; the phone keeps everything and enrols again",
    )
}

fn unauthenticated(detail: impl Into<String>) -> Refusal {
    Refusal::new(ProblemCode::Unauthenticated, detail)
}

/// A version that is not spoken is told as such, anything else as `code`.
fn refuse(error: &EnvelopeError, code: ProblemCode) -> Refusal {
    match error {
        EnvelopeError::UnsupportedVersion { .. } => Refusal::new(ProblemCode::UnsupportedVersion, error.to_string()),
        error => Refusal::new(code, error.to_string()),
    }
}

fn authenticate(input: &HttpIn, gate: &Gate) -> Result<(Envelope<RequestAuth>, PublicKey), Refusal> {
    let header = input.request.as_deref().ok_or_else(|| unauthenticated("the header Hadir-Request is missing"))?;
    let refused = |error: EnvelopeError| refuse(&error, ProblemCode::Unauthenticated);
    let auth = Unverified::<RequestAuth>::parse(header).map_err(refused)?;
    let (auth, key) = match gate.key_of(&auth.kid()) {
        Some(key) => (auth.verify(&key).map_err(refused)?, key),
        None => {
            let (auth, key) = auth.verify_with_carried_key().map_err(refused)?;
            gate.keep_key(&key);
            (auth, key)
        }
    };
    let said = auth.payload();
    if said.method != input.method {
        return Err(unauthenticated("another method was signed"));
    }
    if said.path != input.path {
        return Err(unauthenticated("another path was signed"));
    }
    // A body that was not read to its end is refused for its length, whatever its hash.
    if let BodyIn::Whole(body) = &input.body
        && said.body != B64(Sha256::digest(body).into())
    {
        return Err(unauthenticated("another body was signed"));
    }
    Ok((auth, key))
}

fn whole(body: BodyIn, limit: usize) -> Result<Vec<u8>, Refusal> {
    match body {
        BodyIn::Whole(body) if body.len() <= limit => Ok(body),
        BodyIn::Whole(_) | BodyIn::TooLong => {
            Err(Refusal::new(ProblemCode::TooLarge, format!("the body has more than {limit} bytes")))
        }
    }
}

fn enrol(input: HttpIn, gate: &Gate, now_ms: i64) -> Prepared {
    if let Admission::Wait(seconds) = gate.admit_enrolment(now_ms) {
        let refusal = Refusal::for_now(ProblemCode::TooMany, "too many phones enrol at once", seconds);
        return Prepared::Answered(refusal.answer(), None);
    }
    let read = || {
        let body = whole(input.body, SMALL_BODY_BYTES)?;
        let bad = |error: EnvelopeError| {
            let code = match error {
                EnvelopeError::Signature | EnvelopeError::CarriedKey(_) | EnvelopeError::OtherKey { .. } => {
                    ProblemCode::Unauthenticated
                }
                _ => ProblemCode::BadRequest,
            };
            refuse(&error, code)
        };
        let text = std::str::from_utf8(&body)
            .map_err(|_| Refusal::new(ProblemCode::BadRequest, "the body is not a signed object"))?;
        let (request, _) =
            Unverified::<EnrolRequest>::parse(text).and_then(Unverified::verify_with_carried_key).map_err(bad)?;
        Ok(request)
    };
    match read() {
        Ok(request) => Prepared::Enrol(Box::new(request)),
        Err(refusal) => {
            let refusal: Refusal = refusal;
            Prepared::Answered(refusal.answer(), None)
        }
    }
}

fn by_code(input: HttpIn, gate: &Gate, now_ms: i64) -> Prepared {
    let admitted = gate.admit_typed(input.peer, now_ms);
    let read = |body| {
        let asked: InviteByCode = small_json(body)?;
        known_version(asked.v).map(|()| asked)
    };
    strangers(admitted, "too many codes are tried at once", || read(input.body).map(Prepared::ByCode))
}

fn look(input: HttpIn, gate: &Gate, now_ms: i64) -> Prepared {
    let admitted = gate.admit_look(now_ms);
    let read = |body| {
        let asked: InviteLook = small_json(body)?;
        known_version(asked.v).map(|()| asked)
    };
    strangers(admitted, "too many invites are looked at at once", || read(input.body).map(Prepared::Look))
}

/// What somebody asks who has signed nothing: admitted, then read.
fn strangers(admitted: Admission, too_many: &str, read: impl FnOnce() -> Result<Prepared, Refusal>) -> Prepared {
    let refusal = match admitted {
        Admission::Wait(seconds) => Refusal::for_now(ProblemCode::TooMany, too_many, seconds),
        Admission::Admitted | Admission::Unknown => match read() {
            Ok(prepared) => return prepared,
            Err(refusal) => refusal,
        },
    };
    Prepared::Answered(refusal.answer(), None)
}

/// Reads a small body of JSON. What was wrong is told by its place, never by its content.
fn small_json<T: serde::de::DeserializeOwned>(body: BodyIn) -> Result<T, Refusal> {
    serde_json::from_slice(&whole(body, SMALL_BODY_BYTES)?).map_err(|error| {
        let detail = format!("the body can't be read (line {}, column {})", error.line(), error.column());
        Refusal::new(ProblemCode::BadRequest, detail)
    })
}

fn known_version(v: u32) -> Result<(), Refusal> {
    if v == VERSION {
        return Ok(());
    }
    let detail = format!("this server speaks version {VERSION} of the protocol, not {v}");
    Err(Refusal::new(if v > VERSION { ProblemCode::UnsupportedVersion } else { ProblemCode::BadRequest }, detail))
}

fn ask(route: Route, input: HttpIn, key: &PublicKey) -> Result<Ask, Refusal> {
    if route == Route::Records {
        return records(input, key).map(Ask::Records);
    }
    if route == Route::Proofs {
        let body = whole(input.body, BATCH_BYTES)?;
        let proofs: Proofs = serde_json::from_slice(&body).map_err(|error| {
            let detail = format!("the body is no proof (line {}, column {})", error.line(), error.column());
            Refusal::new(ProblemCode::BadRequest, detail)
        })?;
        if proofs.receipts.len() > PROOF_RECEIPTS {
            let detail = format!("at most {PROOF_RECEIPTS} receipts are shown at once");
            return Err(Refusal::new(ProblemCode::BadRequest, detail));
        }
        return Ok(Ask::Proofs(Box::new(proofs)));
    }
    if route == Route::Old {
        let body = whole(input.body, OLD_PART_BYTES)?;
        return OldPart::read(&input.path, body).map(Ask::Old);
    }
    if route == Route::Help {
        return help(input.body);
    }
    whole(input.body, SMALL_BODY_BYTES)?;
    match route {
        Route::Token => Ok(Ask::Token),
        Route::Head => Ok(Ask::Head),
        Route::Assignment => Ok(Ask::Assignment),
        Route::Trust => Ok(Ask::Trust),
        Route::Packs => packs_after(&input.path).map(|after| Ask::Packs { after }),
        // These were dealt with before.
        Route::Enrol | Route::ByCode | Route::Look | Route::Records | Route::Proofs | Route::Old | Route::Help => {
            Err(Refusal::new(ProblemCode::NotFound, "no such path"))
        }
    }
}

fn help(body: BodyIn) -> Result<Ask, Refusal> {
    let report: HelpReport = small_json(body)?;
    known_version(report.v)?;
    if report.is_sound() {
        return Ok(Ask::Help(Box::new(report)));
    }
    let detail = format!("texts of a report have at most {HELP_CHARS} characters, none of them a control character");
    Err(Refusal::new(ProblemCode::BadRequest, detail))
}

fn packs_after(path: &str) -> Result<u64, Refusal> {
    let bad = || Refusal::new(ProblemCode::BadRequest, "the query is `after={number}`, or nothing");
    match path.split_once('?') {
        None => Ok(0),
        Some((_, query)) => query.strip_prefix("after=").and_then(|number| number.parse().ok()).ok_or_else(bad),
    }
}

fn records(input: HttpIn, key: &PublicKey) -> Result<Batch, Refusal> {
    let named = |header: &Option<String>| {
        header.as_deref().map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    };
    if named(&input.content_type).as_deref() != Some("application/vnd.hadir.records") {
        let detail = "a batch has Content-Type: application/vnd.hadir.records";
        return Err(Refusal::new(ProblemCode::UnsupportedMedia, detail));
    }
    let packed = match named(&input.content_encoding).as_deref() {
        None | Some("identity") => false,
        Some("gzip") => true,
        Some(_) => return Err(Refusal::new(ProblemCode::UnsupportedMedia, "a batch is sent as it is or with gzip")),
    };
    let body = whole(input.body, BATCH_BYTES)?;
    if packed { batch::read(&batch::unpack(&body)?, key) } else { batch::read(&body, key) }
}
