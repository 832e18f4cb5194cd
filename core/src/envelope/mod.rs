//! Signs payloads and checks signatures: JWS compact with Ed25519, the exact bytes kept (protocol §2).
//!
//! - [`SigningKey`], [`PublicKey`]: keys, checked where they are made;
//! - [`sign`]: payload in, [`Envelope`] out;
//! - [`Unverified`]: a compact form whose shape is good and whose signature is not checked yet; [`Unverified::verify`]
//!   makes it an [`Envelope`]. Only an [`Envelope`] is to be believed.

mod compact;
mod error;
mod key;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use compact::sign_json;
pub use compact::{CarriesKey, Envelope, Unverified, sign};
pub use error::{EnvelopeError, HeaderError, KeyError};
pub use key::{PublicKey, SigningKey};

/// The longest signed object, in bytes of its compact form (protocol §2).
pub const MAX_BYTES: usize = 65_536;
