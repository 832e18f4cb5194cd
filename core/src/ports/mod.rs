//! The doors to the outside: time, chance, keys, the disk, the network. Each has a conformance suite run on every
//! implementation.

pub mod clock;
pub mod disk;
pub mod entropy;
pub mod index;
pub mod transport;
pub mod vault;

#[cfg(any(test, feature = "testing"))]
pub use clock::ModelClock;
pub use clock::{Clock, Reading};
pub use disk::{Disk, DiskError, DiskErrorKind, DiskFile};
#[cfg(any(test, feature = "testing"))]
pub use entropy::SeededEntropy;
pub use entropy::{Entropy, EntropyError};
pub use transport::{
    Cancel, HttpRequest, HttpResponse, Method, ServerTls, TlsClock, TlsFault, Transport, TransportError,
};
pub use vault::{KeyVault, VaultError};
