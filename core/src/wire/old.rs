//! Old stores on the wire: files that a phone can't open any more, for the agency to recover (protocol §9).

use serde::{Deserialize, Serialize};

use crate::model::{B64, InstallId};

/// The payload of a `hadir-kept`: the server has a file of an old store on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Protocol version.
    pub v: u32,
    /// The installation that sent it.
    pub install: InstallId,
    /// The old store's id.
    pub store: B64<16>,
    /// `recovery`, or the segment's number in decimal.
    pub name: String,
    /// Its length, bytes.
    pub size: u64,
    /// SHA-256 of it.
    pub hash: B64<32>,
    /// When the server had all of it, milliseconds.
    pub t_ms: i64,
}

/// The answer to `POST /v1/old`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OldAnswer {
    /// How many bytes from its beginning on the server has.
    pub have: u64,
    /// A [`Kept`], compact, once that is all of it.
    pub kept: Option<String>,
}

/// The path that a part of a file of an old store goes to.
#[must_use]
pub fn old_path(store: &B64<16>, name: &str, size: u64, hash: &B64<32>, at: u64) -> String {
    format!("/v1/old?store={store}&name={name}&size={size}&hash={hash}&at={at}")
}

/// One file of an old store on the agency's way: from the server to the machine with the recovery key (protocol §9.2).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OldFile {
    /// `recovery`, or the segment's number in decimal.
    pub name: String,
    /// The bytes, base64url.
    pub bytes: String,
}

/// A line of what the server exports: one old store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OldStoreLine {
    /// Protocol version.
    pub v: u32,
    /// The installation that sent it.
    pub install: InstallId,
    /// The old store's id.
    pub store: B64<16>,
    /// Its files.
    pub files: Vec<OldFile>,
}

/// A line of what the machine with the recovery key gives back: one old store, opened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecoveredLine {
    /// Protocol version.
    pub v: u32,
    /// The installation that sent the old store.
    pub install: InstallId,
    /// The old store's id.
    pub store: B64<16>,
    /// Its records, as signed.
    pub records: Vec<RecoveredObject>,
    /// Places where bytes were damaged or missing.
    pub gaps: u64,
    /// Segments that could not be read at all.
    pub unread: Vec<u32>,
}

/// A record of an old store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecoveredObject {
    /// The segment that it lay in.
    pub segment: u32,
    /// A `hadir-record`, compact.
    pub record: String,
}
