//! One segment file: its name, its header, the link to the segment before, and the building of its frames.

use crate::{
    ports::{Disk, DiskError, DiskFile, Entropy, EntropyError},
    seal::frame::OVERHEAD as SEAL_OVERHEAD,
};

use super::{
    JournalError,
    frame::{Binding, FRAME_OVERHEAD, Header, SNAPSHOT_CODE, crc, u32_at, u64_at},
};

/// Bytes of a segment's header.
pub(super) const SEGMENT_HEADER_LEN: usize = 64;
/// The format that this version writes, and the newest it reads.
pub(super) const FORMAT: u16 = 1;
/// The name that a segment in the making has.
pub(super) const UNFINISHED_SEGMENT: &str = "spare.tmp";

const MAGIC: [u8; 8] = *b"HADIRSEG";
const LINK_LEN: usize = 24;

/// Says where the journal stood when a segment was started, so that a reader knows what of the earlier ones counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    /// The segment that held the last frame that counts, 0 if none. Segments between it and this one are void.
    pub(super) segment: u32,
    /// The offset after that frame. What lies behind it is void.
    pub(super) end: u32,
    /// The number of that frame, 0 if none.
    pub(super) last_no: u64,
    /// The oldest segment that is kept; those below were given up on purpose.
    pub(super) oldest: u32,
}

impl Link {
    fn encode(self) -> [u8; LINK_LEN] {
        let mut bytes = [0; LINK_LEN];
        bytes[..4].copy_from_slice(&self.segment.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.end.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.last_no.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.oldest.to_le_bytes());
        bytes
    }

    fn parse(bytes: &[u8; LINK_LEN]) -> Self {
        Self { segment: u32_at(bytes, 0), end: u32_at(bytes, 4), last_no: u64_at(bytes, 8), oldest: u32_at(bytes, 16) }
    }
}

/// What the first 64 bytes of a segment say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SegmentHeader {
    /// A header of this format. Nothing in it is authenticated.
    Read(Link),
    /// A later version wrote this segment.
    Newer(u16),
    /// No intact header of this store and segment.
    Damaged,
}

pub(super) fn encode_header(store: &[u8; 16], segment: u32, link: Link) -> [u8; SEGMENT_HEADER_LEN] {
    let mut bytes = [0; SEGMENT_HEADER_LEN];
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..10].copy_from_slice(&FORMAT.to_le_bytes());
    bytes[10..12].copy_from_slice(&(SEGMENT_HEADER_LEN as u16).to_le_bytes());
    bytes[12..16].copy_from_slice(&segment.to_le_bytes());
    bytes[16..32].copy_from_slice(store);
    bytes[32..56].copy_from_slice(&link.encode());
    let check = crc(&bytes[..60]);
    bytes[60..].copy_from_slice(&check.to_le_bytes());
    bytes
}

/// The format in an intact header, and the header. The first 64 bytes keep this much in every format.
pub(super) fn read_header(bytes: &[u8]) -> Option<(u16, &[u8; SEGMENT_HEADER_LEN])> {
    let bytes = bytes.first_chunk::<SEGMENT_HEADER_LEN>()?;
    let intact = bytes[..8] == MAGIC && u32_at(bytes, 60) == crc(&bytes[..60]);
    intact.then(|| (u16::from_le_bytes([bytes[8], bytes[9]]), bytes))
}

pub(super) fn parse_header(bytes: &[u8], store: &[u8; 16], segment: u32) -> SegmentHeader {
    let Some((format, bytes)) = read_header(bytes) else { return SegmentHeader::Damaged };
    if format > FORMAT {
        return SegmentHeader::Newer(format);
    }
    if format < FORMAT || u32_at(bytes, 12) != segment || bytes[16..32] != *store {
        return SegmentHeader::Damaged;
    }
    let mut link = [0; LINK_LEN];
    link.copy_from_slice(&bytes[32..56]);
    SegmentHeader::Read(Link::parse(&link))
}

/// Splits a snapshot frame's body into the authentic link and the caller's bytes.
pub(super) fn split_snapshot(body: &[u8]) -> Option<(Link, &[u8])> {
    let (link, state) = body.split_first_chunk::<LINK_LEN>()?;
    Some((Link::parse(link), state))
}

/// The file name of a segment.
pub(super) fn name_of(segment: u32) -> String {
    format!("{segment:08}.seg")
}

/// The number of a segment's file name.
pub(super) fn number_of(name: &str) -> Option<u32> {
    let digits = name.strip_suffix(".seg")?;
    let number: u32 = digits.parse().ok()?;
    (number > 0 && name == name_of(number)).then_some(number)
}

/// Builds the bytes of frames for one write.
pub(super) struct Builder<'a> {
    binding: &'a Binding,
    entropy: &'a dyn Entropy,
    /// Where in the segment `bytes` will start.
    base: usize,
    bytes: &'a mut Vec<u8>,
}

impl<'a> Builder<'a> {
    /// Starts with empty bytes that will be written at `base`.
    pub(super) fn new(binding: &'a Binding, entropy: &'a dyn Entropy, base: u32, bytes: &'a mut Vec<u8>) -> Self {
        bytes.clear();
        Self { binding, entropy, base: base as usize, bytes }
    }

    /// Puts the segment's header and its snapshot.
    pub(super) fn start_segment(&mut self, link: Link, no: u64, state: &[u8]) -> Result<(), EntropyError> {
        self.bytes.extend_from_slice(&encode_header(&self.binding.store, self.binding.segment, link));
        let mut body = Vec::with_capacity(LINK_LEN + state.len());
        body.extend_from_slice(&link.encode());
        body.extend_from_slice(state);
        self.frame(SNAPSHOT_CODE, 0, 1, no, &body).map(drop)
    }

    /// Puts one frame and returns its offset in the segment.
    pub(super) fn frame(
        &mut self,
        code: u8,
        index: u16,
        count: u16,
        no: u64,
        body: &[u8],
    ) -> Result<u32, EntropyError> {
        let sealed_len = u32::try_from(body.len() + SEAL_OVERHEAD).expect("callers keep to MAX_BODY_BYTES");
        let header = Header { code, index, count, sealed_len, no }.encode();
        let offset = u32::try_from(self.base + self.bytes.len()).expect("callers keep to MAX_SEGMENT_BYTES");
        self.bytes.reserve(body.len() + FRAME_OVERHEAD);
        self.bytes.extend_from_slice(&header);
        let sealed = self.bytes.len();
        let aad = self.binding.aad(offset, &header);
        let key = self.binding.key_for(code).expect("who writes has every key");
        key.seal_into(self.entropy, &aad, body, self.bytes)?;
        let check = crc(&self.bytes[sealed..]);
        self.bytes.extend_from_slice(&check.to_le_bytes());
        Ok(offset)
    }
}

/// A zero-filled segment that nothing was written to yet.
pub(super) struct Spare {
    pub(super) segment: u32,
    pub(super) file: Box<dyn DiskFile>,
    pub(super) len: u32,
}

/// Makes a segment of `len` zeros, durable under its name. Real zeros, since writing into blocks that were only
/// reserved costs a change of metadata in every later sync.
pub(super) fn make_spare(disk: &dyn Disk, segment: u32, len: u32) -> Result<Spare, JournalError> {
    match fill(disk, segment, len) {
        Ok(file) => Ok(Spare { segment, file, len }),
        Err(error) => {
            // Best effort: an unfinished one only takes space, and the next open removes it.
            let _ = disk.remove(UNFINISHED_SEGMENT);
            Err(error.into())
        }
    }
}

fn fill(disk: &dyn Disk, segment: u32, len: u32) -> Result<Box<dyn DiskFile>, DiskError> {
    // Made here, not kept in the library: the pages that a constant takes are loaded with it.
    let zeros = vec![0; 64 * 1024];
    if disk.list()?.iter().any(|file| file.name == UNFINISHED_SEGMENT) {
        disk.remove(UNFINISHED_SEGMENT)?;
    }
    let file = disk.create(UNFINISHED_SEGMENT)?;
    let mut at = 0;
    while at < len {
        let part = (len - at).min(zeros.len() as u32);
        file.write_at(u64::from(at), &zeros[..part as usize])?;
        at += part;
    }
    file.sync_data()?;
    let name = name_of(segment);
    disk.rename(UNFINISHED_SEGMENT, &name)?;
    disk.sync_dir()?;
    disk.open(&name)
}

/// Whether every byte is zero.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    bytes.chunks(4096).all(|chunk| chunk.iter().fold(0, |all, byte| all | byte) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: Link = Link { segment: 3, end: 4096, last_no: 77, oldest: 1 };

    #[test]
    fn a_header_comes_back_and_one_changed_bit_is_seen() {
        let bytes = encode_header(&[9; 16], 4, LINK);
        assert_eq!(parse_header(&bytes, &[9; 16], 4), SegmentHeader::Read(LINK));
        for bit in 0..SEGMENT_HEADER_LEN * 8 {
            let mut altered = bytes;
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(parse_header(&altered, &[9; 16], 4), SegmentHeader::Damaged, "bit {bit}");
        }
    }

    #[test]
    fn a_header_of_another_store_or_segment_does_not_count() {
        let bytes = encode_header(&[9; 16], 4, LINK);
        assert_eq!(parse_header(&bytes, &[8; 16], 4), SegmentHeader::Damaged);
        assert_eq!(parse_header(&bytes, &[9; 16], 5), SegmentHeader::Damaged);
    }

    #[test]
    fn names_and_numbers_go_both_ways_and_nothing_else_is_a_segment() {
        for number in [1, 42, 99_999_999, u32::MAX] {
            assert_eq!(number_of(&name_of(number)), Some(number));
        }
        for name in ["1.seg", "00000000.seg", "00000001.tmp", "000000001.seg", "+0000001.seg", "4294967296.seg", ".seg"]
        {
            assert_eq!(number_of(name), None, "{name}");
        }
    }
}
