//! What a test may put in place of the machine's own: a clock, and an answer of the server. In no build that ships.

use hadir_core::engine::Ports;

#[cfg(feature = "testing")]
pub use self::testing::{Interposed, interpose, set_clock};

/// The doors of an engine that is being opened, with what a test has put in their place.
pub(crate) fn through(ports: Ports) -> Ports {
    #[cfg(feature = "testing")]
    let ports = testing::through(ports);
    ports
}

#[cfg(feature = "testing")]
mod testing {
    use std::{
        sync::{Arc, PoisonError, RwLock},
        time::Duration,
    };

    use hadir_core::{
        engine::Ports,
        ports::{Cancel, Clock, HttpRequest, HttpResponse, ServerTls, Transport, TransportError},
    };

    static CLOCK: RwLock<Option<Arc<dyn Clock>>> = RwLock::new(None);
    static INTERPOSED: RwLock<Option<Arc<dyn Interposed>>> = RwLock::new(None);

    /// Stands between engines and the server.
    pub trait Interposed: Send + Sync {
        /// Sees an answer of the true server.
        fn seen(&self, response: &HttpResponse);
        /// Where a request goes in place of its own address.
        fn redirect(&self, url: &str) -> Option<String>;
        /// Answers in its place, if it wants to.
        fn instead(&self, request: &HttpRequest) -> Option<HttpResponse>;
    }

    /// Engines that are opened from now on go by `clock`; by the machine's again with `None`.
    pub fn set_clock(clock: Option<Arc<dyn Clock>>) {
        *CLOCK.write().unwrap_or_else(PoisonError::into_inner) = clock;
    }

    /// What engines that are opened from now on send passes through this.
    pub fn interpose(interposed: Option<Arc<dyn Interposed>>) {
        *INTERPOSED.write().unwrap_or_else(PoisonError::into_inner) = interposed;
    }

    pub(super) fn through(ports: Ports) -> Ports {
        let mut ports = ports;
        if let Some(clock) = &*CLOCK.read().unwrap_or_else(PoisonError::into_inner) {
            ports.clock = clock.clone();
        }
        if let Some(interposed) = INTERPOSED.read().unwrap_or_else(PoisonError::into_inner).clone() {
            let connect = ports.connect;
            ports.connect = Arc::new(move |tls: &ServerTls| {
                let inner = connect(tls)?;
                Ok(Arc::new(Between { inner, interposed: interposed.clone() }) as Arc<dyn Transport>)
            });
        }
        ports
    }

    struct Between {
        inner: Arc<dyn Transport>,
        interposed: Arc<dyn Interposed>,
    }

    impl Transport for Between {
        fn send(
            &self,
            request: &HttpRequest,
            deadline: Duration,
            cancel: &Cancel,
        ) -> Result<HttpResponse, TransportError> {
            if let Some(answer) = self.interposed.instead(request) {
                return Ok(answer);
            }
            let redirected = self.interposed.redirect(&request.url).map(|url| HttpRequest { url, ..request.clone() });
            let answer = self.inner.send(redirected.as_ref().unwrap_or(request), deadline, cancel)?;
            self.interposed.seen(&answer);
            Ok(answer)
        }
    }
}
