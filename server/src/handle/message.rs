//! A request and its answer, as bytes and texts.

use std::{fmt, net::IpAddr};

use hadir_core::wire::{Problem, ProblemCode};
use serde::Serialize;

/// The body of a request, as far as it was read.
#[derive(Clone)]
pub enum BodyIn {
    /// To its end.
    Whole(Vec<u8>),
    /// Longer than any request of that kind may be; the rest was not read.
    TooLong,
}

/// A request. `Debug` shows no content.
#[derive(Clone)]
pub struct HttpIn {
    /// The method, in capitals.
    pub method: String,
    /// The path with its query, as sent.
    pub path: String,
    /// The address that it came from, as far as it is known.
    pub peer: Option<IpAddr>,
    /// The header `Hadir-Request`.
    pub request: Option<String>,
    /// The header `Content-Type`.
    pub content_type: Option<String>,
    /// The header `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// The body.
    pub body: BodyIn,
}

impl fmt::Debug for HttpIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpIn({} {})", self.method, self.path.split('?').next().unwrap_or_default())
    }
}

/// An answer. `Debug` shows its status alone.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpOut {
    /// The status.
    pub status: u16,
    /// The content type, where there is a body.
    pub content_type: Option<&'static str>,
    /// The header `Hadir-Head`.
    pub head: Option<String>,
    /// The header `Retry-After`, seconds.
    pub retry_after_s: Option<u32>,
    /// The body.
    pub body: Vec<u8>,
}

impl fmt::Debug for HttpOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpOut({}, {} bytes)", self.status, self.body.len())
    }
}

impl HttpOut {
    /// An answer without a body.
    #[must_use]
    pub const fn empty(status: u16) -> Self {
        Self { status, content_type: None, head: None, retry_after_s: None, body: Vec::new() }
    }

    /// An answer in JSON.
    #[must_use]
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self { content_type: Some("application/json"), body, ..Self::empty(status) },
            // Every answer is a struct of texts and numbers; should one ever not be, the phone asks again.
            Err(_) => {
                Self::problem(&Problem::new(ProblemCode::Unavailable, "the answer could not be written"), Some(60))
            }
        }
    }

    /// A problem document (RFC 9457).
    #[must_use]
    pub fn problem(problem: &Problem, retry_after_s: Option<u32>) -> Self {
        Self {
            content_type: Some("application/problem+json"),
            retry_after_s,
            body: serde_json::to_vec(problem).unwrap_or_default(),
            ..Self::empty(problem.status)
        }
    }

    /// Adds the signed head.
    #[must_use]
    pub fn with_head(self, head: Option<String>) -> Self {
        Self { head, ..self }
    }
}

/// A refusal, before it becomes an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What was wrong.
    pub problem: Problem,
    /// When to come back, seconds.
    pub retry_after_s: Option<u32>,
}

impl Refusal {
    /// A refusal that waiting does not change.
    #[must_use]
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self { problem: Problem::new(code, detail), retry_after_s: None }
    }

    /// A refusal for now.
    #[must_use]
    pub fn for_now(code: ProblemCode, detail: impl Into<String>, retry_after_s: u32) -> Self {
        Self { problem: Problem::new(code, detail), retry_after_s: Some(retry_after_s) }
    }

    /// Adds which object of a batch it is about.
    #[must_use]
    pub fn at(self, index: usize, seq: Option<u64>) -> Self {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        Self { problem: self.problem.at(index, seq), ..self }
    }

    /// The answer.
    #[must_use]
    pub fn answer(&self) -> HttpOut {
        HttpOut::problem(&self.problem, self.retry_after_s)
    }
}
