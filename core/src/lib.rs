//! An offline-first attendance core for phones.
//!
//! A tap becomes a signed, dated, placed record that cannot be lost, quietly altered or quietly back-dated,
//! and that reaches the office when the network does. The floors, from the ground up; imports point down only:
//!
//! - [`model`]: ids, fixes, time evidence, records;
//! - [`wire`]: the payloads of everything signed, as `docs/protocol.md` states them;
//! - [`seal`]: sealing of bytes at rest and of answers for the health office;
//! - [`envelope`]: signs payloads and checks signatures;
//! - [`place`]: geofences that know how uncertain a fix is, and signals worth a look;
//! - [`time`]: bounds and grades from evidence;
//! - [`trust`]: what the agency's root vouches for;
//! - [`ports`]: clock, entropy, key vault, disk, transport.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

#[cfg(feature = "phone")]
pub mod adapters;
pub mod envelope;
pub mod limits;
pub mod model;
pub mod place;
pub mod ports;
pub mod seal;
pub mod time;
pub mod trust;
pub mod wire;
