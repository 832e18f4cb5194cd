//! Reads whole segments from the disk, as much of each as the medium gives.

use std::ops::Range;

use crate::{
    limits::journal::MAX_SEGMENT_BYTES,
    ports::{Disk, DiskError, DiskErrorKind, DiskFile},
};

use super::{
    JournalError,
    frame::SNAPSHOT_CODE,
    scan::{Found, Scan, headers, read_one, scan},
    secrets::Secrets,
    segment::{
        FORMAT, Link, SEGMENT_HEADER_LEN, SegmentHeader, is_blank, name_of, number_of, parse_header, read_header,
        split_snapshot,
    },
    walk::Part,
};

/// How much is read at a time around places that the medium does not give back.
const PATCH: usize = 4096;

/// The numbers of all segment files, rising.
pub(super) fn segments(disk: &dyn Disk) -> Result<Vec<u32>, DiskError> {
    let mut numbers: Vec<u32> = disk.list()?.iter().filter_map(|file| number_of(&file.name)).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// A segment's bytes.
pub(super) struct Loaded {
    segment: u32,
    bytes: Vec<u8>,
    unreadable: Vec<Range<usize>>,
}

/// Reads `segment`. What the medium does not give back is noted, not an error.
pub(super) fn load(disk: &dyn Disk, segment: u32) -> Result<Loaded, DiskError> {
    let opened = disk.open(&name_of(segment)).and_then(|file| Ok((file.len()?, file)));
    let (len, file) = match opened {
        Ok(opened) => opened,
        Err(error) if matches!(error.kind, DiskErrorKind::Io(_)) => {
            let unreadable = std::iter::once(0..SEGMENT_HEADER_LEN + 1).collect();
            return Ok(Loaded { segment, bytes: vec![0; SEGMENT_HEADER_LEN + 1], unreadable });
        }
        Err(error) => return Err(error),
    };
    let len = usize::try_from(len).unwrap_or(usize::MAX).min(MAX_SEGMENT_BYTES);
    let mut bytes = vec![0; len];
    let mut unreadable = Vec::new();
    match file.read_at(0, &mut bytes) {
        Ok(read) => bytes.truncate(read),
        Err(_) => patch_together(&*file, &mut bytes, &mut unreadable),
    }
    Ok(Loaded { segment, bytes, unreadable })
}

fn patch_together(file: &dyn DiskFile, bytes: &mut [u8], unreadable: &mut Vec<Range<usize>>) {
    for (index, patch) in bytes.chunks_mut(PATCH).enumerate() {
        let at = index * PATCH;
        if file.read_at(at as u64, patch).is_err() {
            patch.fill(0);
            unreadable.push(at..at + patch.len());
        }
    }
}

impl Loaded {
    /// Whether nothing was ever written to it.
    pub(super) fn is_blank(&self) -> bool {
        self.unreadable.is_empty() && is_blank(&self.bytes)
    }

    /// The format of a segment that a newer version wrote.
    pub(super) fn newer_format(&self) -> Option<u16> {
        read_header(&self.bytes).map(|(format, ..)| format).filter(|format| *format > FORMAT)
    }

    /// Whether nothing was ever recorded in it: it has no frame but a snapshot. Needs no key.
    pub(super) fn is_unused(&self) -> bool {
        self.unreadable.is_empty()
            && self.newer_format().is_none()
            && headers(&self.bytes).all(|header| header.code == SNAPSHOT_CODE)
    }

    /// The length of the file.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.bytes.len()).expect("MAX_SEGMENT_BYTES fits")
    }

    /// What its header says.
    ///
    /// # Errors
    /// [`JournalError::NewerFormat`].
    pub(super) fn header(&self, secrets: &Secrets) -> Result<SegmentHeader, JournalError> {
        match parse_header(&self.bytes, &secrets.store, self.segment) {
            SegmentHeader::Newer(found) => {
                Err(JournalError::NewerFormat { file: name_of(self.segment), found, supported: FORMAT })
            }
            header => Ok(header),
        }
    }

    /// Scans as much of it as counts.
    pub(super) fn scan(&self, secrets: &Secrets, limit: u32) -> Scan {
        scan(&self.bytes, &self.unreadable, limit as usize, &secrets.binding(self.segment))
    }

    /// Scans it and looks for its link, in its snapshot first, since only that is authentic.
    pub(super) fn part(&self, secrets: &Secrets, limit: u32) -> Result<Part, JournalError> {
        let header = self.header(secrets)?;
        let scan = self.scan(secrets, limit);
        let link = snapshot_of(&scan).map(|(link, _)| link).or(match header {
            SegmentHeader::Read(link) => Some(link),
            _ => None,
        });
        Ok(Part { segment: self.segment, len: self.len().min(limit), link, scan })
    }

    /// The link alone, without a scan.
    pub(super) fn link(&self, secrets: &Secrets) -> Option<Link> {
        let snapshot = read_one(&self.bytes, SEGMENT_HEADER_LEN as u32, &secrets.binding(self.segment));
        let authentic = snapshot.filter(Found::is_snapshot).and_then(|found| Some(split_snapshot(&found.body)?.0));
        authentic.or(match parse_header(&self.bytes, &secrets.store, self.segment) {
            SegmentHeader::Read(link) => Some(link),
            _ => None,
        })
    }
}

/// The link and the caller's bytes of the snapshot that a segment starts with.
pub(super) fn snapshot_of(scan: &Scan) -> Option<(Link, &[u8])> {
    let first =
        scan.frames.first().filter(|found| found.is_snapshot() && found.offset as usize == SEGMENT_HEADER_LEN)?;
    split_snapshot(&first.body)
}
