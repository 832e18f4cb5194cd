//! What a record carries so that its time can be bounded later.

use serde::{Deserialize, Serialize};

use super::SessionId;

/// The clocks of the phone at the moment of a record (protocol §3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeEvidence {
    /// The phone's wall clock, milliseconds since 1970: a claim.
    pub wall_ms: i64,
    /// The session: random, made by the core when it can't show that the phone is in the same boot as before.
    pub session: SessionId,
    /// Counts up when a later process presumes to be in the same boot without a mark that proves it.
    pub run: u32,
    /// Milliseconds since the session's first reading, by a clock that counts on in sleep and can't be set.
    pub elapsed_ms: u64,
    /// Satellite time, where the platform gives it apart from the system clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gnss: Option<GnssTime>,
}

/// A satellite time and the moment of the session at which it held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GnssTime {
    /// Satellite time, milliseconds since 1970 in UTC.
    pub t_ms: i64,
    /// The session's elapsed time at which it held, milliseconds.
    pub elapsed_ms: u64,
}
