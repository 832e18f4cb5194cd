//! An offline-first attendance core for phones.
//!
//! A tap becomes a signed, dated, placed record that cannot be lost, quietly altered or quietly back-dated,
//! and that reaches the office when the network does. The floors, from the ground up; imports point down only:
//!
//! - [`model`]: ids, fixes, time evidence, records;
//! - [`wire`]: the payloads of everything signed, as `docs/protocol.md` states them;
//! - [`seal`]: sealing of bytes at rest and of answers for the health office;
//! - [`envelope`]: signs payloads and checks signatures;
//! - [`trust`]: what the agency's root vouches for;
//! - [`place`]: geofences that know how uncertain a fix is, and signals worth a look;
//! - [`track`]: from the fixes of a live share to spans inside, outside and unknown;
//! - [`time`]: bounds and grades from evidence;
//! - [`schedule`]: zone, calendar, windows, the plan of a day;
//! - [`form`]: self-assessments, their score and when they are due;
//! - [`policy`]: one circular each, compiled from TOML;
//! - [`roster`]: who works where on which date, by a plain turn list;
//! - [`judge`]: a person's day, with reasons;
//! - [`remind`]: when a phone speaks up by itself;
//! - [`text`]: words for people, in Indonesian and English;
//! - [`history`]: checks an exported history with nothing but that root;
//! - [`outbox`]: what is delivered; [`sync`]: what goes up next, and what an answer means; both sans-I/O;
//! - [`index`]: where the records of a day lie, for history; nothing waits for it;
//! - [`engine`]: the one thing a shell holds;
//! - [`ports`]: clock, entropy, key vault, disk, transport;
//! - [`journal`]: the durable, append-only log: the truth.
#![cfg_attr(not(target_vendor = "apple"), forbid(unsafe_code))]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

/// What log lines of this crate are marked with (the crate `log`). They tell what happened, for whoever looks into a phone that
/// behaves oddly: places in the chain, counts, codes, paths of the protocol, durations. Never a name, a number, a place, an answer, a key or an invite's code.
pub const LOG: &str = "hadir";

#[cfg(feature = "phone")]
pub mod adapters;
pub mod ask;
pub mod engine;
pub mod envelope;
pub mod form;
pub mod history;
pub mod index;
pub mod journal;
pub mod judge;
pub mod limits;
pub mod model;
mod order;
pub mod outbox;
pub mod place;
pub mod policy;
pub mod ports;
pub mod remind;
pub mod roster;
pub mod schedule;
pub mod seal;
pub mod sync;
pub mod text;
pub mod time;
pub mod track;
pub mod trust;
pub mod wire;
