//! How a phone knows its server's TLS: what the invite says of it, by which time certificates are judged, what can be wrong.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use crate::wire::Pins;

/// What a transport needs to know of the server's TLS.
#[derive(Debug, Clone, Default)]
pub struct ServerTls {
    /// A certificate authority to trust besides the web's, DER; from the invite.
    pub ca: Option<Vec<u8>>,
    /// The keys that the server may show; from the invite.
    pub pins: Option<Pins>,
    /// By which time certificates are judged.
    pub clock: TlsClock,
}

/// The time by which certificates are judged. Whoever knows better than the phone's wall clock says so before each request;
/// clones share it.
#[derive(Clone)]
pub struct TlsClock(Arc<AtomicI64>);

/// Nobody has said what time it is.
const UNSAID: i64 = i64::MIN;

impl Default for TlsClock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(UNSAID)))
    }
}

impl TlsClock {
    /// Says what time it is, milliseconds since 1970.
    pub fn set(&self, now_ms: i64) {
        self.0.store(now_ms, Ordering::Release);
    }

    /// The time as it was last said; `None` leaves it to the system's clock.
    #[must_use]
    pub fn now_ms(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Acquire)).filter(|ms| *ms != UNSAID)
    }
}

impl fmt::Debug for TlsClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TlsClock({:?})", self.now_ms())
    }
}

/// Why a TLS connection was not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsFault {
    /// The certificate begins later than this phone's time: certificates are not made for the future, so the clock is behind.
    #[error(
        "the server's certificate begins later than this phone's clock says: the phone's clock looks wrong; set date and time"
    )]
    NotYetValid {
        /// The time by which it was judged, milliseconds.
        phone_ms: i64,
        /// When the certificate begins, milliseconds.
        from_ms: i64,
    },
    /// The certificate ended before this phone's time: the clock is ahead, or nobody renewed the certificate.
    #[error(
        "the server's certificate has ended by this phone's clock: look at the phone's date; if it is right, the office must renew the certificate"
    )]
    Ended {
        /// The time by which it was judged, milliseconds.
        phone_ms: i64,
        /// When the certificate ended, milliseconds.
        until_ms: i64,
    },
    /// The certificate is for other names.
    #[error("what answered is another server: its certificate is for another name; does this network ask for a login?")]
    WrongName,
    /// No authority that this phone knows vouches for the certificate.
    #[error(
        "what answered is not vouched for by any authority that this phone knows; does this network ask for a login?"
    )]
    UnknownAuthority,
    /// The certificate is good, and its key is none of those that the invite pins.
    #[error(
        "the server shows a key that the invite does not name: somebody may stand in between, or the office changed its keys; \
         everything is kept, ask the office for its new address link"
    )]
    PinMismatch,
    /// Anything else.
    #[error("the connection is not secure: {0}")]
    Other(String),
}
