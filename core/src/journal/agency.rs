//! What the agency's recovery key opens: the store secret, wrapped into `recovery.bin`, and with it the records of a store
//! whose phone has lost its keys. Never the signing seed, nor what is sealed under keys that follow from it.
//!
//! - [`RecoveryWrap`] is that file: made by [`Journal::wrap_for_recovery`], read by whoever wants to know whose it is;
//! - [`recover_records`] is the agency's side: the file, the secret key, and segments as they lay on the phone.

use zeroize::Zeroizing;

use crate::{
    model::{InstallId, KeyId},
    order,
    ports::{
        Disk, Entropy,
        disk::{read_all, replace},
    },
    seal::wrap::{OpeningKey, Recipient, Wrapped},
};

use super::{
    FrameKind, Journal, JournalError,
    frame::{crc, u32_at},
    scan::scan,
    secrets::{Secrets, recoverable_binding},
    segment::{SEGMENT_HEADER_LEN, SegmentHeader, is_blank, parse_header},
};

/// The file with the wrapped store secret, and its copy: one bad sector must not cost what was not sent.
pub(super) const RECOVERY_FILES: [&str; 2] = ["recovery.bin", "recovery.copy"];
/// HPKE's `info`.
const PURPOSE: &[u8] = b"hadir/recovery/v1";
const MAGIC: [u8; 8] = *b"HADIRRCV";
/// The format that this version writes, and the newest it reads.
const FORMAT: u16 = 1;
/// What is authenticated with the wrapped secret.
const HEAD_LEN: usize = 92;
/// The whole file.
const LEN: usize = HEAD_LEN + 32 + 48 + 4;

/// The store secret, wrapped for the agency, and in the open whose store it is and for which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryWrap {
    /// The store's id, random.
    pub store: [u8; 16],
    /// The installation whose records the store holds: a claim until a record's signature proves it.
    pub install: InstallId,
    /// The recovery key that it is wrapped to.
    pub kid: KeyId,
    wrapped: Wrapped,
}

/// Why `recovery.bin` is not what it should be, or does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoveryError {
    /// Not such a file, or damaged.
    #[error("the wrapped store secret is damaged or is none")]
    Damaged,
    /// Of a later version.
    #[error("the wrapped store secret has format {found} and this version knows up to {FORMAT}; update first")]
    Newer {
        /// Its format.
        found: u16,
    },
    /// Wrapped to another key.
    #[error("the store was wrapped to the recovery key {wanted}, and this one is {found}")]
    OtherKey {
        /// The key that opens it.
        wanted: KeyId,
        /// The key at hand.
        found: KeyId,
    },
    /// The key is the right one, and it does not open.
    #[error("the wrapped store secret does not open: altered, or put together from two stores")]
    DoesNotOpen,
}

impl RecoveryWrap {
    fn make(
        secrets: &Secrets,
        install: InstallId,
        to: &Recipient,
        entropy: &dyn Entropy,
    ) -> Result<Self, JournalError> {
        let head = head(&secrets.store, install, to.kid());
        let wrapped = to.wrap(entropy, PURPOSE, &head, secrets.store_secret())?;
        Ok(Self { store: secrets.store, install, kid: to.kid(), wrapped })
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = head(&self.store, self.install, self.kid).to_vec();
        bytes.extend_from_slice(&self.wrapped.enc);
        bytes.extend_from_slice(&self.wrapped.ciphertext);
        let check = crc(&bytes);
        bytes.extend_from_slice(&check.to_le_bytes());
        bytes
    }

    /// Reads the content of `recovery.bin`.
    ///
    /// # Errors
    /// [`RecoveryError::Damaged`], [`RecoveryError::Newer`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecoveryError> {
        let (inside, check) = bytes.split_last_chunk::<4>().ok_or(RecoveryError::Damaged)?;
        if u32_at(check, 0) != crc(inside) || inside.len() < 10 || inside[..8] != MAGIC {
            return Err(RecoveryError::Damaged);
        }
        let found = u16::from_le_bytes([inside[8], inside[9]]);
        if found > FORMAT {
            return Err(RecoveryError::Newer { found });
        }
        if found != FORMAT || bytes.len() != LEN {
            return Err(RecoveryError::Damaged);
        }
        let field = |at: usize| -> [u8; 32] { inside[at..at + 32].try_into().expect("the length was checked") };
        let mut store = [0; 16];
        store.copy_from_slice(&inside[12..28]);
        let wrapped = Wrapped { enc: field(HEAD_LEN), ciphertext: inside[HEAD_LEN + 32..].to_vec() };
        Ok(Self { store, install: InstallId::new(field(28)), kid: KeyId::new(field(60)), wrapped })
    }

    fn open(&self, key: &OpeningKey) -> Result<Zeroizing<[u8; 32]>, RecoveryError> {
        if key.kid() != self.kid {
            return Err(RecoveryError::OtherKey { wanted: self.kid, found: key.kid() });
        }
        let head = head(&self.store, self.install, self.kid);
        let plain = key.unwrap(PURPOSE, &head, &self.wrapped).map_err(|_| RecoveryError::DoesNotOpen)?;
        let secret = plain.as_slice().try_into().map_err(|_| RecoveryError::DoesNotOpen)?;
        Ok(Zeroizing::new(secret))
    }

    #[cfg(test)]
    pub(super) fn open_for_tests(&self, key: &OpeningKey) -> Zeroizing<[u8; 32]> {
        self.open(key).unwrap()
    }
}

fn head(store: &[u8; 16], install: InstallId, kid: KeyId) -> [u8; HEAD_LEN] {
    let mut head = [0; HEAD_LEN];
    head[..8].copy_from_slice(&MAGIC);
    head[8..10].copy_from_slice(&FORMAT.to_le_bytes());
    head[12..28].copy_from_slice(store);
    head[28..60].copy_from_slice(install.as_bytes());
    head[60..92].copy_from_slice(kid.as_bytes());
    head
}

impl Journal {
    /// Wraps the store secret to the agency's recovery key, unless it is already; says whether anything was written.
    /// Asks no key store. Outside a tap: it costs up to four syncs.
    ///
    /// # Errors
    /// [`JournalError::Entropy`], [`JournalError::Disk`]; the wrap that was there is there still, in at least one file.
    pub fn wrap_for_recovery(&mut self, to: &Recipient, install: InstallId) -> Result<bool, JournalError> {
        let there = RECOVERY_FILES.map(|name| find_one(&*self.disk, name));
        let good = |wrap: &Option<RecoveryWrap>| {
            wrap.as_ref()
                .is_some_and(|wrap| (wrap.store, wrap.install, wrap.kid) == (self.secrets.store, install, to.kid()))
        };
        if good(&there[0]) && there[0] == there[1] {
            return Ok(false);
        }
        let bytes = RecoveryWrap::make(&self.secrets, install, to, &*self.entropy)?.encode();
        for name in RECOVERY_FILES.into_iter().rev() {
            replace(&*self.disk, name, &bytes)?;
        }
        Ok(true)
    }

    /// The recovery key that the store is wrapped to; `None` as long as the agency could recover nothing.
    #[must_use]
    pub fn recovery_kid(&self) -> Option<KeyId> {
        let there = RECOVERY_FILES.iter().find_map(|name| find_one(&*self.disk, name));
        there.filter(|wrap| wrap.store == self.secrets.store).map(|wrap| wrap.kid)
    }
}

fn find_one(disk: &dyn Disk, name: &str) -> Option<RecoveryWrap> {
    // A file that is missing, damaged or of a later version is made anew from the secret that is at hand.
    RecoveryWrap::parse(&read_all(disk, name, LEN as u64 + 1).ok()?).ok()
}

/// A record as it stood in an old store: its signed form, and the segment that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveredRecord {
    /// The segment's number.
    pub segment: u32,
    /// The signed object, compact. Nothing was checked but the seal.
    pub compact: String,
}

/// What [`recover_records`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecoveredRecords {
    /// The records, in the order in which they were written.
    pub records: Vec<RecoveredRecord>,
    /// Places in the segments where bytes are damaged or missing.
    pub gaps: usize,
    /// Segments that are not of this store or of a later version, by number.
    pub unread: Vec<u32>,
}

/// Opens an old store with the agency's recovery key. `segments` are numbers and bytes, in any order; zeros at their ends
/// may be cut off. Only frames of kind record are given out.
///
/// # Errors
/// [`RecoveryError`] when the wrapped secret does not open. What is wrong with segments is counted instead.
pub fn recover_records(
    wrap: &RecoveryWrap,
    key: &OpeningKey,
    segments: &[(u32, Vec<u8>)],
) -> Result<RecoveredRecords, RecoveryError> {
    let secret = wrap.open(key)?;
    let mut newest_first: Vec<&(u32, Vec<u8>)> = segments.iter().filter(|(_, bytes)| !is_blank(bytes)).collect();
    order::sort_by_key(&mut newest_first, |(number, _)| std::cmp::Reverse(*number));
    let mut found = RecoveredRecords::default();
    let mut parts = Vec::new();
    let (mut link, mut expected) = (None::<super::segment::Link>, None);
    for (number, bytes) in newest_first {
        if link.is_some_and(|link| *number > link.segment) {
            continue;
        }
        let limit = link.filter(|link| link.segment == *number).map_or(u32::MAX, |link| link.end);
        let part = scan(bytes, &[], limit as usize, &recoverable_binding(&wrap.store, &secret, *number));
        let header = parse_header(bytes, &wrap.store, *number);
        if matches!(header, SegmentHeader::Newer(_)) || (header == SegmentHeader::Damaged && part.frames.is_empty()) {
            found.unread.push(*number);
            link = None;
            continue;
        }
        // The snapshot with the authentic link is not for the agency; the header's is as good against damage.
        link = if let SegmentHeader::Read(link) = header { Some(link) } else { None };
        found.gaps += part.holes.len() + usize::from(expected.is_some_and(|expected| *number < expected));
        expected = link.map(|link| link.segment).filter(|before| *before > 0);
        parts.push((*number, part));
    }
    // Below the oldest one kept nothing is missing; otherwise the last link says that something should be there.
    let oldest = link.map_or(1, |link| link.oldest);
    found.gaps += usize::from(expected.is_some_and(|expected| expected >= oldest));
    for (segment, part) in parts.into_iter().rev() {
        for frame in part.frames {
            if frame.header.code == FrameKind::Record.code() {
                match String::from_utf8(frame.body) {
                    Ok(compact) => found.records.push(RecoveredRecord { segment, compact }),
                    Err(_) => found.gaps += 1,
                }
            }
        }
    }
    found.unread.reverse();
    Ok(found)
}

/// The bytes of a segment that matter: without the zeros at its end, and with its header whatever it holds.
#[must_use]
pub(super) fn used_part(bytes: &[u8]) -> &[u8] {
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    if used == 0 { &[] } else { &bytes[..used.max(SEGMENT_HEADER_LEN).min(bytes.len())] }
}
