//! One HTTP exchange, blocking, with a deadline that holds.
//!
//! Implementations: `adapters::http::HttpTransport`, and in tests the `model::ModelTransport`, whose network is a
//! function. Both pass the `conformance` suite.

#[cfg(any(test, feature = "testing"))]
pub mod conformance;
#[cfg(any(test, feature = "testing"))]
pub mod model;
mod tls;

pub use self::tls::{ServerTls, TlsClock, TlsFault};

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// The methods that the protocol uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Asks.
    Get,
    /// Sends.
    Post,
}

impl Method {
    /// Returns the method in capitals.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request. `Debug` shows no content.
#[derive(Clone)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// Base URL and path, absolute.
    pub url: String,
    /// Header names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body as it goes out.
    pub body: Vec<u8>,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpRequest({} {} bytes)", self.method.as_str(), self.body.len())
    }
}

/// A whole response: status, headers, and a body that arrived to its end. `Debug` shows no content.
#[derive(Clone)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// Returns the first value of a header; the name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpResponse({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why no whole response came. Whether the server saw the request is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection: no network, name not found, refused.
    #[error("no connection to the server")]
    Unreachable,
    /// Whatever answered did not prove to be the server: nothing was sent to it.
    #[error(transparent)]
    Tls(#[from] TlsFault),
    /// The proxy that this phone is set to does not let the connection through, or asks for a name and password.
    #[error("the proxy does not connect to the server: {0}")]
    Proxy(String),
    /// The deadline passed.
    #[error("the server did not answer in time")]
    Timeout,
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The connection broke before the response was whole.
    #[error("the answer broke off")]
    Broken,
    /// The response is larger than the caller allows.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The request can't be sent as it is, for instance to a malformed URL or without TLS beyond loopback.
    #[error("the request can't be sent: {0}")]
    Unsendable(String),
}

/// Cancels what runs; a lock-free flag that clones share.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Cancels. May be called from any thread, at any time.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }
    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Sends requests.
pub trait Transport: Send + Sync {
    /// Sends one request and returns the whole response; never follows a redirect.
    ///
    /// # Errors
    /// A [`TransportError`] within `deadline` plus 250 ms, and within 250 ms of a cancel.
    fn send(&self, request: &HttpRequest, deadline: Duration, cancel: &Cancel) -> Result<HttpResponse, TransportError>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: &HttpRequest, deadline: Duration, cancel: &Cancel) -> Result<HttpResponse, TransportError> {
        (**self).send(request, deadline, cancel)
    }
}
