//! Tells answers of the server from whatever else a network says.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::{Distrust, Signatures, WaitReason};
use crate::{
    envelope::{EnvelopeError, Unverified},
    model::KeyId,
    ports::{HttpResponse, Reading, TlsFault, TransportError},
    wire::{Head, Problem, ProblemCode},
};

/// An answer, sorted.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The server did what was asked, and proves who it is.
    Good {
        /// Its head.
        head: SignedHead,
        /// The body.
        body: Vec<u8>,
    },
    /// Not now: 429 or 503, from the server or something before it.
    Busy {
        /// How long to wait, milliseconds, where it was said.
        retry_after_ms: Option<u64>,
        /// The problem code, where there was one.
        code: Option<ProblemCode>,
    },
    /// The server says what is wrong.
    Refused(Refusal),
    /// Signed, as a server signs, by a key that no certificate held covers.
    UnknownKey(KeyId),
    /// Nothing that can be believed.
    NoNetwork(WaitReason),
    /// The caller cancelled.
    Cancelled,
}

/// A refusal.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The code.
    pub code: ProblemCode,
    /// Which object of the batch, where it is said.
    pub index: Option<usize>,
    /// Whether it came with the server's signed head.
    pub authentic: bool,
    head: Option<SignedHead>,
}

/// A checked head, and the form in which it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct SignedHead {
    /// As received.
    pub compact: String,
    /// Its payload.
    pub head: Head,
}

impl From<SignedHead> for String {
    fn from(head: SignedHead) -> Self {
        head.compact
    }
}

/// Reads one that was checked before it was kept.
impl TryFrom<String> for SignedHead {
    type Error = EnvelopeError;
    fn try_from(compact: String) -> Result<Self, EnvelopeError> {
        let head = Unverified::<Head>::parse(compact.as_str())?.unverified_payload().clone();
        Ok(Self { compact, head })
    }
}

impl Answer {
    /// Sorts what came.
    #[must_use]
    pub fn read(response: Result<HttpResponse, TransportError>, now: Reading, signatures: &dyn Signatures) -> Self {
        let response = match response {
            Ok(response) => response,
            Err(TransportError::Cancelled) => return Self::Cancelled,
            Err(error) => return Self::NoNetwork(reason(&error)),
        };
        let (head, unknown) = match response.header("hadir-head").map(|compact| (compact, signatures.head(compact))) {
            Some((compact, Ok(head))) => (Some(SignedHead { compact: compact.to_owned(), head }), None),
            Some((_, Err(Distrust::Signer(kid)))) => (None, Some(kid)),
            Some((_, Err(Distrust::Bad))) | None => (None, None),
        };
        let problem = read_problem(&response);
        if let (Some(kid), false) = (unknown, matches!(response.status, 429 | 503)) {
            return Self::UnknownKey(kid);
        }
        match (response.status, head, problem) {
            (200..=299, Some(head), _) => Self::Good { head, body: response.body },
            (429 | 503, _, problem) => {
                let retry_after_ms = response
                    .header("retry-after")
                    .and_then(|value| retry_after_ms(value, response.header("date"), now.wall_ms));
                Self::Busy { retry_after_ms, code: problem.map(|p| p.code) }
            }
            (_, head, Some(problem)) => Self::Refused(Refusal {
                code: problem.code,
                index: problem.index.and_then(|index| usize::try_from(index).ok()),
                authentic: head.is_some(),
                head,
            }),
            // Something on the way does not let so much through; smaller batches may pass.
            (413, head, None) => {
                Self::Refused(Refusal { code: ProblemCode::TooLarge, index: None, authentic: head.is_some(), head })
            }
            // The server itself failed, and says no more.
            (500..=599, Some(head), None) => {
                Self::Refused(Refusal { code: ProblemCode::Unknown, index: None, authentic: true, head: Some(head) })
            }
            _ => Self::NoNetwork(WaitReason::NotOurServer),
        }
    }

    /// The server's head, if the answer proved to be the server's.
    #[must_use]
    pub fn head(&self) -> Option<&SignedHead> {
        match self {
            Self::Good { head, .. } => Some(head),
            Self::Refused(Refusal { head, .. }) => head.as_ref(),
            _ => None,
        }
    }
}

/// What a person has to know of why nothing came.
fn reason(error: &TransportError) -> WaitReason {
    match error {
        TransportError::Tls(TlsFault::NotYetValid { .. }) => WaitReason::ClockWrong,
        TransportError::Tls(TlsFault::Ended { .. }) => WaitReason::CertificateEnded,
        TransportError::Tls(TlsFault::PinMismatch) => WaitReason::PinMismatch,
        // As whoever stands between a guest and the network does.
        TransportError::Tls(TlsFault::WrongName | TlsFault::UnknownAuthority) => WaitReason::NotOurServer,
        TransportError::Proxy(_) => WaitReason::Proxy,
        _ => WaitReason::NoNetwork,
    }
}

fn read_problem(response: &HttpResponse) -> Option<Problem> {
    let media = response.header("content-type")?.split(';').next()?.trim();
    if !media.eq_ignore_ascii_case("application/problem+json") {
        return None;
    }
    let problem: Problem = serde_json::from_slice(&response.body).ok()?;
    (problem.status == response.status).then_some(problem)
}

/// Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date, which is held against the answer's own `Date` where it has one,
/// because the phone's clock may be wrong.
fn retry_after_ms(value: &str, date: Option<&str>, wall_ms: i64) -> Option<u64> {
    if let Ok(seconds) = value.trim().parse::<u64>() {
        return Some(seconds.saturating_mul(1_000));
    }
    let until = http_date_ms(value)?;
    let from = date.and_then(http_date_ms).unwrap_or(wall_ms);
    Some(u64::try_from(until.saturating_sub(from)).unwrap_or(0))
}

/// Reads an IMF-fixdate (RFC 9110 §5.6.7).
fn http_date_ms(value: &str) -> Option<i64> {
    let date = NaiveDateTime::parse_from_str(value.trim(), "%a, %d %b %Y %H:%M:%S GMT").ok()?;
    Some(date.and_utc().timestamp_millis())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn retry_after_is_read_in_both_its_forms() {
        let date = Some("Fri, 20 Mar 2020 01:00:00 GMT");
        assert_eq!(retry_after_ms("120", None, 0), Some(120_000));
        assert_eq!(retry_after_ms("Fri, 20 Mar 2020 01:02:00 GMT", date, 7), Some(120_000));
        assert_eq!(retry_after_ms("Fri, 20 Mar 2020 00:02:00 GMT", date, 7), Some(0), "a date gone by is no wait");
        assert_eq!(retry_after_ms("soon", date, 7), None);
        assert_eq!(retry_after_ms("99999999999999999999", None, 0), None);
    }

    proptest! {
        #[test]
        fn no_header_makes_the_reader_panic(value in ".{0,40}", date in ".{0,40}", wall in any::<i64>()) {
            let _ = retry_after_ms(&value, Some(&date), wall);
        }
    }
}
