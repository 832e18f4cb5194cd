//! A network that is a function: for simulations and tests.

use std::{sync::Mutex, time::Duration};

use super::{Cancel, HttpRequest, HttpResponse, Transport, TransportError};
use crate::ports::ModelClock;

type Network = dyn FnMut(&HttpRequest) -> Result<HttpResponse, TransportError> + Send;

/// A transport whose network is a function from request to answer. No real time passes in it.
pub struct ModelTransport {
    network: Mutex<Box<Network>>,
    clock: Option<ModelClock>,
}

impl ModelTransport {
    /// Makes a transport over `network`.
    #[must_use]
    pub fn new(network: impl FnMut(&HttpRequest) -> Result<HttpResponse, TransportError> + Send + 'static) -> Self {
        Self { network: Mutex::new(Box::new(network)), clock: None }
    }

    /// Lets simulated time pass on `clock`: the whole deadline where the network answers [`TransportError::Timeout`].
    #[must_use]
    pub fn with_clock(self, clock: ModelClock) -> Self {
        Self { clock: Some(clock), ..self }
    }
}

impl Transport for ModelTransport {
    fn send(&self, request: &HttpRequest, deadline: Duration, cancel: &Cancel) -> Result<HttpResponse, TransportError> {
        if cancel.is_cancelled() {
            return Err(TransportError::Cancelled);
        }
        let answer = (self.network.lock().expect("no holder of this lock panics"))(request);
        if let (Err(TransportError::Timeout), Some(clock)) = (&answer, &self.clock) {
            clock.advance(u64::try_from(deadline.as_millis()).expect("a deadline is no age"));
        }
        if cancel.is_cancelled() {
            return Err(TransportError::Cancelled);
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        limits::net,
        ports::transport::conformance::{self, Peer},
    };

    #[test]
    fn the_network_that_is_a_function_keeps_the_contract() {
        conformance::run(&mut |peer: Peer| {
            let transport = ModelTransport::new(move |request| match &peer {
                Peer::Echoes => Ok(conformance::echo(request)),
                Peer::SendsHtml => Ok(conformance::html()),
                Peer::Redirects => Ok(conformance::redirect()),
                Peer::Busy => Ok(conformance::busy()),
                Peer::HalfReplies | Peer::ClosesAtOnce => Err(TransportError::Broken),
                Peer::NeverAnswers | Peer::Drips => Err(TransportError::Timeout),
                Peer::CancelsAndHangs(cancel) => {
                    cancel.cancel();
                    Err(TransportError::Timeout)
                }
                Peer::Floods => Err(TransportError::TooLarge { limit: net::ANSWER_BYTES }),
                Peer::Absent => Err(TransportError::Unreachable),
            });
            (Box::new(transport), "http://127.0.0.1:1".to_owned())
        });
    }

    #[test]
    fn a_timeout_takes_its_simulated_time() {
        let clock = ModelClock::new(0, 0);
        let transport = ModelTransport::new(|_| Err(TransportError::Timeout)).with_clock(clock.clone());
        let request =
            HttpRequest { method: super::super::Method::Get, url: String::new(), headers: vec![], body: vec![] };
        assert!(transport.send(&request, Duration::from_secs(7), &Cancel::default()).is_err());
        assert_eq!(crate::ports::Clock::read(&clock).boot_ms, 7_000);
    }
}
