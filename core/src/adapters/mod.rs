//! The ports on a real phone or computer.

pub mod clock;
#[cfg(unix)]
pub mod disk;
pub mod entropy;
pub mod http;
#[cfg(unix)]
pub mod index;
pub mod vault;

pub use clock::SystemClock;
#[cfg(unix)]
pub use disk::SystemDisk;
pub use entropy::SystemEntropy;
pub use http::{BadProxy, HttpOptions, HttpTransport, HttpTransportError, ProxySetting};
#[cfg(unix)]
pub use index::{SledIndex, SledTable};
pub use vault::PatientVault;
