//! The doors to the outside: time, chance, the network. Each has a conformance suite run on every implementation.

mod clock;
mod entropy;
mod transport;

pub use clock::{Clock, Reading};
pub use entropy::{Entropy, EntropyError};
pub use transport::{Cancel, HttpRequest, HttpResponse, Method, Transport, TransportError};
