//! What the agency's offline root vouches for (protocol §7.1).
//!
//! - [`TrustStore`]: certificates checked against the pinned root; opens what certified keys signed;
//! - [`found`] and [`certify`]: the work of whoever holds the root, offline;
//! - [`endings`]: until when each use is served, to warn in time;
//! - [`keyfile`]: keys as files that any JOSE tool reads.

mod dates;
mod issue;
pub mod keyfile;
mod store;

#[cfg(test)]
mod tests;

pub use dates::{Ending, endings};
pub use issue::{CertifyError, Grant, certify, found};
pub use store::{TrustError, TrustStore};
