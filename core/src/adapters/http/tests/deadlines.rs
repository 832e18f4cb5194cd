//! Deadlines and cancels hold whatever hangs: the lookup, the connection, TLS, the proxy.

use std::{net::SocketAddr, sync::mpsc::channel};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::*;

const DEADLINE: Duration = Duration::from_millis(300);
const GRACE: Duration = Duration::from_millis(250);

/// A name lookup that the system leaves hanging: it holds a thread, as `getaddrinfo` does, until the test lets it go.
struct HangsInTheSystem(std::sync::Mutex<Vec<std::sync::mpsc::Sender<()>>>);

impl Resolve for HangsInTheSystem {
    fn resolve(&self, _: Name) -> Resolving {
        let (held, holds) = channel::<()>();
        self.0.lock().unwrap().push(held);
        Box::pin(async move {
            // Returns once the sender is dropped.
            let waits = tokio::task::spawn_blocking(move || holds.recv());
            let _ = waits.await;
            Ok(Box::new(std::iter::empty::<SocketAddr>()) as Addrs)
        })
    }
}

/// What hangs, and the address that leads there.
fn hanging() -> Vec<(&'static str, HttpTransport, String)> {
    let plain = |adjust: fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder| {
        HttpTransport::build(&HttpOptions::default(), adjust).unwrap()
    };
    let lookup = |builder: reqwest::ClientBuilder| builder.dns_resolver(HangsInTheSystem(std::sync::Mutex::default()));
    // Never accepted: the system takes the connection, nobody reads it. The listener lives as long as the test process.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    std::mem::forget(silent);
    let proxied =
        HttpOptions { proxy: ProxySetting::new(Some(&format!("http://{address}"))).unwrap(), ..HttpOptions::default() };
    vec![
        ("the name lookup", plain(lookup), "https://hadir.example/v1/head".into()),
        ("the TLS handshake", plain(|builder| builder), format!("https://{address}/v1/head")),
        ("the answer", plain(|builder| builder), format!("http://{address}/v1/head")),
        ("the proxy", HttpTransport::new(&proxied).unwrap(), "https://hadir.example/v1/head".into()),
    ]
}

#[test]
fn whatever_hangs_the_caller_is_back_within_250_ms_of_the_deadline() {
    for (what, transport, url) in hanging() {
        let began = Instant::now();
        let outcome = transport.send(&get(&url), DEADLINE, &Cancel::default());
        let took = began.elapsed();
        assert_eq!(outcome.err(), Some(TransportError::Timeout), "{what}");
        assert!((DEADLINE..DEADLINE + GRACE).contains(&took), "{what}: {took:?}");
        let began = Instant::now();
        drop(transport);
        assert!(began.elapsed() < GRACE, "{what}: what hangs is left behind, not waited for");
    }
}

#[test]
fn whatever_hangs_a_cancel_from_another_thread_takes_effect_within_250_ms() {
    for (what, transport, url) in hanging() {
        let cancel = Cancel::default();
        let (tell, told) = channel();
        let caller = thread::spawn({
            let cancel = cancel.clone();
            move || {
                let outcome = transport.send(&get(&url), LONG, &cancel);
                tell.send((outcome.err(), Instant::now())).unwrap();
            }
        });
        // Long enough to be under way; nothing depends on it being so.
        assert!(told.recv_timeout(Duration::from_millis(60)).is_err(), "{what} hangs");
        let began = Instant::now();
        cancel.cancel();
        assert!(began.elapsed() < Duration::from_millis(20), "{what}: cancel() waits for nothing");
        let (outcome, at) = told.recv().unwrap();
        assert_eq!(outcome, Some(TransportError::Cancelled), "{what}");
        assert!(at.duration_since(began) < GRACE, "{what}: {:?}", at.duration_since(began));
        caller.join().unwrap();
    }
}

#[test]
fn lookups_that_hang_leave_others_their_way() {
    let base = serve(Peer::Echoes);
    let stuck: Vec<HttpTransport> = (0..net::LOOKUP_THREADS + 2)
        .map(|_| {
            let hangs = HangsInTheSystem(std::sync::Mutex::default());
            HttpTransport::build(&HttpOptions::default(), |builder| builder.dns_resolver(hangs)).unwrap()
        })
        .collect();
    for transport in &stuck {
        let outcome = transport.send(&get("https://hadir.example/"), Duration::from_millis(20), &Cancel::default());
        assert_eq!(outcome.err(), Some(TransportError::Timeout));
    }
    // All of the lookup threads are held; an address that needs no lookup is reached all the same.
    assert!(transport().send(&get(&base), LONG, &Cancel::default()).is_ok());
}

#[test]
fn many_callers_at_once_are_each_back_in_time() {
    let transport = transport();
    let base = serve(Peer::NeverAnswers);
    thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                let began = Instant::now();
                let outcome = transport.send(&get(&base), DEADLINE, &Cancel::default());
                assert_eq!(outcome.err(), Some(TransportError::Timeout));
                assert!(began.elapsed() < DEADLINE + GRACE, "{:?}", began.elapsed());
            });
        }
    });
}
