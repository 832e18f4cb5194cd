//! What every implementation of [`Transport`] must do; run it on each.

use std::time::{Duration, Instant};

use super::{Cancel, HttpRequest, HttpResponse, Method, Transport, TransportError};

/// What the other end does with a request.
#[derive(Debug, Clone)]
pub enum Peer {
    /// Answers [`echo`].
    Echoes,
    /// Answers [`html`], as a captive portal does.
    SendsHtml,
    /// Answers [`redirect`].
    Redirects,
    /// Answers [`busy`].
    Busy,
    /// Promises more bytes than it sends, and closes.
    HalfReplies,
    /// Closes without a byte.
    ClosesAtOnce,
    /// Takes the request and says nothing.
    NeverAnswers,
    /// Sends a byte now and then, for ever.
    Drips,
    /// Cancels the caller's request when it has arrived, and says nothing.
    CancelsAndHangs(Cancel),
    /// Sends more than `limits::net::ANSWER_BYTES`.
    Floods,
    /// Is not there.
    Absent,
}

/// The answer of [`Peer::Echoes`]: the body back, the method and the header `hadir-request` in headers.
#[must_use]
pub fn echo(request: &HttpRequest) -> HttpResponse {
    let auth = request.headers.iter().find(|(name, _)| *name == "hadir-request").map(|(_, value)| value.clone());
    HttpResponse {
        status: 200,
        headers: vec![
            ("x-method".into(), request.method.as_str().into()),
            ("x-request".into(), auth.unwrap_or_default()),
        ],
        body: request.body.clone(),
    }
}

/// The answer of a captive portal.
#[must_use]
pub fn html() -> HttpResponse {
    let headers = vec![("content-type".into(), "text/html".into())];
    HttpResponse { status: 200, headers, body: b"<html>Selamat datang</html>".to_vec() }
}

/// A redirect, which must come back as it is.
#[must_use]
pub fn redirect() -> HttpResponse {
    let headers = vec![("location".into(), "http://127.0.0.1:9/elsewhere".into())];
    HttpResponse { status: 302, headers, body: Vec::new() }
}

/// An answer of a server under load.
#[must_use]
pub fn busy() -> HttpResponse {
    let headers = vec![("retry-after".into(), "7".into())];
    HttpResponse { status: 503, headers, body: b"{}".to_vec() }
}

const SOON: Duration = Duration::from_millis(300);
const LATE: Duration = Duration::from_secs(20);
const GRACE: Duration = Duration::from_millis(250);

/// Runs every case; `make` gives a transport and the base URL of a fresh peer of the kind.
///
/// # Panics
/// When the transport breaks the port's contract; the message names the case.
pub fn run(make: &mut dyn FnMut(Peer) -> (Box<dyn Transport>, String)) {
    let mut exchange = |peer: Peer, deadline: Duration, cancel: &Cancel| {
        let (transport, base) = make(peer);
        let request = HttpRequest {
            method: Method::Post,
            url: format!("{base}/v1/x?y=1"),
            headers: vec![("hadir-request", "a.b.c".into())],
            body: b"body".to_vec(),
        };
        let began = Instant::now();
        let outcome = transport.send(&request, deadline, cancel);
        let took = began.elapsed();
        assert!(took < deadline + GRACE, "an answer within 250 ms of the deadline {deadline:?}, not after {took:?}");
        outcome
    };
    let never = Cancel::default();

    let echoed = exchange(Peer::Echoes, LATE, &never).expect("an echo answers");
    assert_eq!((echoed.status, echoed.body.as_slice()), (200, &b"body"[..]), "the body arrives and comes back");
    assert_eq!(echoed.header("x-method"), Some("POST"), "the method arrives");
    assert_eq!(echoed.header("x-request"), Some("a.b.c"), "headers arrive");

    for (peer, expected) in [(Peer::SendsHtml, html()), (Peer::Redirects, redirect()), (Peer::Busy, busy())] {
        let case = format!("{peer:?}");
        let answer = exchange(peer, LATE, &never).expect("a whole answer, whatever it says, is an answer");
        assert_eq!((answer.status, &answer.body), (expected.status, &expected.body), "{case}: comes back as it is");
        for (name, value) in &expected.headers {
            assert_eq!(answer.header(name), Some(value.as_str()), "{case}: its headers too");
        }
    }

    for peer in [Peer::HalfReplies, Peer::ClosesAtOnce] {
        let case = format!("{peer:?}");
        assert_eq!(exchange(peer, LATE, &never).err(), Some(TransportError::Broken), "{case}: no half answer");
    }
    for peer in [Peer::NeverAnswers, Peer::Drips] {
        let case = format!("{peer:?}");
        assert_eq!(exchange(peer, SOON, &never).err(), Some(TransportError::Timeout), "{case}: the deadline holds");
    }
    let flood = exchange(Peer::Floods, LATE, &never).err();
    assert!(matches!(flood, Some(TransportError::TooLarge { .. })), "a flood is cut off: {flood:?}");
    assert_eq!(exchange(Peer::Absent, LATE, &never).err(), Some(TransportError::Unreachable), "nobody there");

    let cancelled = Cancel::default();
    cancelled.cancel();
    let early = exchange(Peer::Echoes, LATE, &cancelled).err();
    assert_eq!(early, Some(TransportError::Cancelled), "cancelled before it began");
    let cancel = Cancel::default();
    let began = Instant::now();
    let amid = exchange(Peer::CancelsAndHangs(cancel.clone()), LATE, &cancel).err();
    assert_eq!(amid, Some(TransportError::Cancelled), "cancelled while it ran");
    assert!(began.elapsed() < GRACE * 2, "a cancel takes effect within 250 ms");
}
