//! One frame: its kinds, its place, and its bytes. The layout is stated in `docs/journal.md`.

use std::fmt;

use flate2::Crc;
use serde::{Deserialize, Serialize};

use crate::limits::journal::MAX_BODY_BYTES;
use crate::seal::frame::{FrameKey, OVERHEAD as SEAL_OVERHEAD};

/// Bytes of a frame's header.
pub(super) const HEADER_LEN: usize = 28;
/// How many bytes a frame is longer than its body.
pub(super) const FRAME_OVERHEAD: usize = HEADER_LEN + SEAL_OVERHEAD + 4;
/// The bytes that every frame starts with.
pub(super) const MAGIC: [u8; 4] = [0xb5, b'H', b'J', b'F'];
/// The code of the journal's own snapshot frames, which callers never see.
pub(super) const SNAPSHOT_CODE: u8 = 0;

const VERSION: u8 = 1;
const AAD_LABEL: &[u8] = b"hadir/journal/1/frame";
/// The label, the store, the segment and offset, and the header without its check.
const AAD_LEN: usize = AAD_LABEL.len() + 16 + 8 + HEADER_LEN - 4;

/// What a frame holds. A reader keeps and skips the kinds that it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FrameKind {
    /// A signed record: a tap, a form, a request.
    Record,
    /// The server's receipt.
    Receipt,
    /// A time token with the readings around it.
    Token,
    /// A record that is set aside, with the reason.
    Parked,
    /// A parked record that may go again.
    Released,
    /// A policy pack.
    Pack,
    /// The person's assignment.
    Assignment,
    /// Certificates of the agency.
    Certificates,
    /// The start of a clock session.
    Session,
    /// Who this installation is: the answer to its enrolment.
    Identity,
    /// The server's signed head.
    Head,
    /// Anything small that the engine notes for itself.
    Note,
    /// A kind from a later version.
    Unknown(u8),
}

impl FrameKind {
    /// Every kind that this version writes.
    pub const ALL: [Self; 12] = [
        Self::Record,
        Self::Receipt,
        Self::Token,
        Self::Parked,
        Self::Released,
        Self::Pack,
        Self::Assignment,
        Self::Certificates,
        Self::Session,
        Self::Identity,
        Self::Head,
        Self::Note,
    ];

    /// The byte in the frame's header.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Record => 1,
            Self::Receipt => 2,
            Self::Token => 3,
            Self::Parked => 4,
            Self::Released => 5,
            Self::Pack => 6,
            Self::Assignment => 7,
            Self::Certificates => 8,
            Self::Session => 9,
            Self::Identity => 10,
            Self::Head => 11,
            Self::Note => 12,
            Self::Unknown(code) => code,
        }
    }

    /// The kind of a byte in a frame's header.
    #[must_use]
    pub fn from_code(code: u8) -> Self {
        Self::ALL.into_iter().find(|kind| kind.code() == code).unwrap_or(Self::Unknown(code))
    }
}

/// Where a frame starts. Positions order as the frames were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pos {
    /// The segment's number; the first is 1.
    pub segment: u32,
    /// The offset in bytes from the start of the segment.
    pub offset: u32,
}

impl Pos {
    /// The position before every frame.
    pub const START: Self = Self { segment: 0, offset: 0 };
}

impl fmt::Display for Pos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}.seg+{}", self.segment, self.offset)
    }
}

/// A frame as read back. `Debug` shows no content.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// The frame's number; numbers rise by one from frame to frame, over all segments, and are never used twice.
    pub no: u64,
    /// What it holds.
    pub kind: FrameKind,
    /// The bytes that were committed.
    pub body: Vec<u8>,
    /// Where it lies.
    pub pos: Pos,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} {:?} at {}, {} bytes)", self.no, self.kind, self.pos, self.body.len())
    }
}

/// One thing to commit. `Debug` shows no content.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    /// What it is.
    pub kind: FrameKind,
    /// Its bytes.
    pub body: &'a [u8],
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({:?}, {} bytes)", self.kind, self.body.len())
    }
}

/// A frame's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) code: u8,
    /// The place of the frame in its commit, from 0.
    pub(super) index: u16,
    /// How many frames the commit has.
    pub(super) count: u16,
    /// The length of the sealed body.
    pub(super) sealed_len: u32,
    pub(super) no: u64,
}

impl Header {
    pub(super) fn encode(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4] = VERSION;
        bytes[5] = self.code;
        bytes[6..8].copy_from_slice(&self.index.to_le_bytes());
        bytes[8..10].copy_from_slice(&self.count.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.sealed_len.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.no.to_le_bytes());
        let check = crc(&bytes[..24]);
        bytes[24..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    /// Reads a header; `None` when these bytes are none, or one that this version cannot read.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.first_chunk::<HEADER_LEN>()?;
        if bytes[..4] != MAGIC || u32_at(bytes, 24) != crc(&bytes[..24]) || bytes[4] != VERSION {
            return None;
        }
        let header = Self {
            code: bytes[5],
            index: u16::from_le_bytes([bytes[6], bytes[7]]),
            count: u16::from_le_bytes([bytes[8], bytes[9]]),
            sealed_len: u32_at(bytes, 12),
            no: u64_at(bytes, 16),
        };
        let fits = (SEAL_OVERHEAD..=MAX_BODY_BYTES + SEAL_OVERHEAD).contains(&(header.sealed_len as usize));
        (fits && header.index < header.count).then_some(header)
    }

    /// The length of the whole frame.
    pub(super) const fn frame_len(&self) -> usize {
        HEADER_LEN + self.sealed_len as usize + 4
    }
}

/// The kinds that nobody but this phone is to read, whoever holds the store secret: the snapshot, and the readings of
/// the clock, which never leave the phone.
const OWN_CODES: [u8; 2] = [SNAPSHOT_CODE, FrameKind::Session.code()];

/// The keys of one segment and what its frames are bound to.
#[derive(Clone)]
pub(super) struct Binding {
    /// For what the agency may recover.
    pub(super) key: FrameKey,
    /// For [`OWN_CODES`]; absent where the agency reads.
    pub(super) own: Option<FrameKey>,
    pub(super) store: [u8; 16],
    pub(super) segment: u32,
}

impl Binding {
    /// What a frame at `offset` with the header `header` authenticates besides its body.
    pub(super) fn aad(&self, offset: u32, header: &[u8; HEADER_LEN]) -> [u8; AAD_LEN] {
        let mut aad = [0; AAD_LEN];
        let parts: [&[u8]; 5] =
            [AAD_LABEL, &self.store, &self.segment.to_le_bytes(), &offset.to_le_bytes(), &header[..HEADER_LEN - 4]];
        let mut at = 0;
        for part in parts {
            aad[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        aad
    }

    /// The key for a kind; `None` where this reader has none.
    pub(super) fn key_for(&self, code: u8) -> Option<&FrameKey> {
        if OWN_CODES.contains(&code) { self.own.as_ref() } else { Some(&self.key) }
    }

    /// Opens the sealed body of the frame with `header` at `offset`. Of a kind that is not for this reader it gives
    /// nothing, and the frame counts.
    pub(super) fn open(&self, header: &Header, offset: u32, sealed: &[u8]) -> Option<Vec<u8>> {
        match self.key_for(header.code) {
            Some(key) => key.open(&self.aad(offset, &header.encode()), sealed).ok(),
            None => Some(Vec::new()),
        }
    }
}

/// CRC-32 as in zlib and ISO 3309: finds damage, never tampering.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_has_a_code_of_its_own_and_comes_back() {
        for code in 0..=255 {
            assert_eq!(FrameKind::from_code(code).code(), code);
        }
        let codes: std::collections::BTreeSet<u8> = FrameKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), FrameKind::ALL.len());
        assert!(!codes.contains(&SNAPSHOT_CODE));
    }

    #[test]
    fn debug_of_a_frame_shows_no_content() {
        let frame = Frame { no: 1, kind: FrameKind::Record, body: b"Budi".to_vec(), pos: Pos::START };
        assert!(!format!("{frame:?}").contains("66"), "66 is the B of Budi: {frame:?}");
        assert!(!format!("{:?}", Entry { kind: FrameKind::Note, body: b"Budi" }).contains("66"));
    }

    proptest! {
        #[test]
        fn a_header_comes_back_and_one_changed_bit_is_seen(
            code: u8, count in 1u16.., pick: u16, body in 0..=MAX_BODY_BYTES, no: u64, bit in 0..HEADER_LEN * 8,
        ) {
            let sealed_len = u32::try_from(body + SEAL_OVERHEAD).unwrap();
            let header = Header { code, index: pick % count, count, sealed_len, no };
            let mut bytes = header.encode();
            prop_assert_eq!(Header::parse(&bytes), Some(header));
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(Header::parse(&bytes), None);
        }
    }
}
