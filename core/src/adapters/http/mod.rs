//! HTTP over the machine's network: reqwest and rustls, with deadlines that hold.
//!
//! The calls block, and may be made from any thread, inside an async runtime or not: the exchange runs on the one
//! network thread of the process (`runtime`), and the caller waits for it no longer than its deadline, whatever the
//! name lookup, the connection or the server do. Redirects are answers, not followed; nothing but loopback is spoken to
//! without TLS.
//!
//! - `tls`: whom to believe: roots, the invite's authority and pins, and by which time;
//! - [`ProxySetting`]: the proxy that a shell sets; the environment's is not used.

mod proxy;
mod runtime;
#[cfg(test)]
mod tests;
mod tls;

use std::{
    error::Error,
    io,
    net::{Ipv4Addr, Ipv6Addr},
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, Proxy, Url};

pub use self::proxy::{BadProxy, ProxySetting};
use self::runtime::NetworkThread;
use crate::{
    LOG,
    limits::net,
    ports::{Cancel, HttpRequest, HttpResponse, Method, ServerTls, Transport, TransportError},
};

/// What a transport needs to know before its first request.
#[derive(Debug, Clone, Default)]
pub struct HttpOptions {
    /// How the server's TLS is known.
    pub tls: ServerTls,
    /// Which proxy holds.
    pub proxy: ProxySetting,
    /// The `User-Agent`; by default the core's name and version.
    pub user_agent: Option<String>,
}

/// Why no transport could be made.
#[derive(Debug, thiserror::Error)]
pub enum HttpTransportError {
    /// The invite's certificate authority can't be read.
    #[error("the certificate authority in the invite is not a certificate: {0}; ask for a new invite")]
    BadAuthority(String),
    /// TLS or the client could not be set up.
    #[error("the HTTP client can't be set up: {0}")]
    Setup(String),
    /// The network thread could not be started.
    #[error("the network thread can't be started: {0}")]
    Thread(#[from] io::Error),
}

/// The transport of a real phone. Clones share connections.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: Client,
    thread: Arc<NetworkThread>,
}

impl HttpTransport {
    /// Makes a transport; the first one of a process starts the network thread, the last one dropped ends it.
    ///
    /// # Errors
    /// [`HttpTransportError`].
    pub fn new(options: &HttpOptions) -> Result<Self, HttpTransportError> {
        Self::build(options, |builder| builder)
    }

    fn build(
        options: &HttpOptions,
        adjust: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<Self, HttpTransportError> {
        let agent = options.user_agent.as_deref().unwrap_or(concat!("hadir-core/", env!("CARGO_PKG_VERSION")));
        let proxy = options.proxy.clone();
        let builder = Client::builder()
            .tls_backend_preconfigured(tls::config(&options.tls)?)
            .user_agent(agent)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // An explicit proxy keeps reqwest from those of the environment.
            .proxy(Proxy::custom(move |url| proxy.of(url)))
            .http1_only()
            .connect_timeout(net::CONNECT)
            .pool_idle_timeout(net::IDLE_CONNECTION)
            .pool_max_idle_per_host(1);
        let thread = NetworkThread::shared()?;
        // The client asks for the runtime that it belongs to.
        let _inside = thread.handle().enter();
        let client = adjust(builder).build().map_err(|error| HttpTransportError::Setup(chain(&error)))?;
        Ok(Self { client, thread: thread.clone() })
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: &HttpRequest, deadline: Duration, cancel: &Cancel) -> Result<HttpResponse, TransportError> {
        if cancel.is_cancelled() {
            return Err(TransportError::Cancelled);
        }
        let began = Instant::now();
        let until = began + deadline;
        let exchange = exchange(self.prepare(request)?);
        let (give, take) = mpsc::sync_channel(1);
        let task = self.thread.handle().spawn(async move {
            // Nobody listens any more after the deadline.
            let _ = give.send(exchange.await);
        });
        let outcome = loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break Err(TransportError::Timeout);
            }
            match take.recv_timeout(left.min(net::CANCEL_POLL)) {
                Ok(outcome) => break outcome,
                Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => break Err(TransportError::Cancelled),
                Err(RecvTimeoutError::Timeout) => {}
                // The task ended without an answer: the runtime is going down.
                Err(RecvTimeoutError::Disconnected) => break Err(TransportError::Broken),
            }
        };
        task.abort();
        told(request, began, &outcome);
        outcome
    }
}

/// One line in the log: the path without what it asks for, what came, how long it took.
fn told(request: &HttpRequest, began: Instant, outcome: &Result<HttpResponse, TransportError>) {
    let path = request.url.split_once("://").map_or("", |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let path = path.split('?').next().unwrap_or_default();
    let (method, sent, ms) = (request.method.as_str(), request.body.len(), began.elapsed().as_millis());
    match outcome {
        Ok(response) => {
            let (status, received) = (response.status, response.body.len());
            log::info!(target: LOG, "{method} /{path}: {status}, {sent} bytes sent, {received} received, {ms} ms");
        }
        Err(error) => log::info!(target: LOG, "{method} /{path}: {error}, {ms} ms"),
    }
}

impl HttpTransport {
    fn prepare(&self, request: &HttpRequest) -> Result<reqwest::RequestBuilder, TransportError> {
        let url = Url::parse(&request.url).map_err(|error| TransportError::Unsendable(error.to_string()))?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(TransportError::Unsendable("https is required beyond this machine".into())),
            other => return Err(TransportError::Unsendable(format!("{other} is not https"))),
        }
        let mut builder = match request.method {
            Method::Get => self.client.get(url),
            Method::Post => self.client.post(url).body(request.body.clone()),
        };
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        Ok(builder)
    }
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    host == "localhost"
        || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        || host.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
}

async fn exchange(request: reqwest::RequestBuilder) -> Result<HttpResponse, TransportError> {
    let mut response = request.send().await.map_err(|error| translate(&error))?;
    let limit = net::ANSWER_BYTES;
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(TransportError::TooLarge { limit });
    }
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| translate(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(TransportError::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpResponse { status, headers, body })
}

fn translate(error: &reqwest::Error) -> TransportError {
    if error.is_builder() {
        return TransportError::Unsendable(chain(error));
    }
    if let Some(tls) = tls_cause(error) {
        return tls::fault(tls).into();
    }
    if let Some(said) = proxy_cause(error) {
        return TransportError::Proxy(said);
    }
    if error.is_connect() {
        return if error.is_timeout() { TransportError::Timeout } else { TransportError::Unreachable };
    }
    if error.is_timeout() { TransportError::Timeout } else { TransportError::Broken }
}

/// Finds what TLS said, through the layers that wrap it.
fn tls_cause(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(current) = cause {
        if let Some(tls) = current.downcast_ref::<rustls::Error>() {
            return Some(tls);
        }
        let wrapped = current.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = match wrapped {
            Some(inner) => Some(inner),
            None => current.source(),
        };
    }
    None
}

/// Finds what setting up a tunnel through a proxy said. hyper-util keeps the type to itself, so it is known by its words; were
/// they to change, the test with a proxy would tell.
fn proxy_cause(error: &reqwest::Error) -> Option<String> {
    let mut cause = error.source();
    while let Some(current) = cause {
        if let Some(said) = current.to_string().strip_prefix("tunnel error: ") {
            return Some(said.to_owned());
        }
        cause = current.source();
    }
    None
}

/// Joins an error and its causes. The address is left out: it may carry a nonce.
fn chain(error: &reqwest::Error) -> String {
    let mut text = if error.is_builder() { "not a valid request".to_owned() } else { "failed".to_owned() };
    let mut cause = error.source();
    while let Some(current) = cause {
        text = format!("{text}: {current}");
        cause = current.source();
    }
    text
}
