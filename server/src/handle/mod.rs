//! What the server does with a request, without sockets, threads, clocks or SQL.
//!
//! - [`prepare`]: the half that needs no store and runs on many threads: parsing, unpacking within bounds, every signature;
//! - [`Desk::apply`]: the half that needs one, in one unit of work: [`Prepared`] in, [`Applied`] out;
//! - [`Gate`]: who may ask how often.
//!
//! An answer may leave only after the unit of work that made it is on disk.

mod apply;
mod batch;
mod enrol;
mod gate;
mod help;
mod ingest;
mod invites;
mod keys;
mod message;
mod old;
mod prepare;
mod proofs;
mod returned;

#[cfg(test)]
mod old_tests;
#[cfg(test)]
mod tests;

pub use apply::{Applied, Desk};
pub use batch::{Batch, Object, What};
pub use gate::{Admission, Gate};
pub use invites::TypedCodes;
pub(crate) use keys::signed;
pub use keys::{KeysError, ServerKeys};
pub use message::{BodyIn, HttpIn, HttpOut, Refusal};
pub use old::OldPart;
pub use prepare::{Ask, Asked, Prepared, Route, prepare};
pub use returned::{Returned, bring_back};
