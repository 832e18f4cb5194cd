//! How places and positions lie in the table.
//!
//! | key | value |
//! |---|---|
//! | `d` day (4), chunk (2) | places of 20 bytes, by epoch and seq: epoch (4), seq (8), segment (4), offset (4) |
//! | `c` epoch (4), seq / 64 (8) | places of 20 bytes, by seq |
//! | `t` session (16), reading after the answer (8) | segment (4), offset (4) of the token's note |
//! | `r` epoch (4), first place (8), last place (8) | segment (4), offset (4) of the first receipt over these |
//! | `m` | see [`Meta`] |
//!
//! All integers are big-endian, the day with its sign bit turned, so that keys order as what they stand for.

use crate::{journal::Pos, limits::index as limits, model::SessionId};

use super::FilingDay;

/// The place of a record in its history, and where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The record's epoch.
    pub epoch: u32,
    /// Its place in the epoch.
    pub seq: u64,
    /// Where it lies.
    pub pos: Pos,
}

impl Place {
    /// What places are ordered by.
    pub(super) const fn key(&self) -> (u32, u64) {
        (self.epoch, self.seq)
    }
}

const PLACE_LEN: usize = 20;
/// A table of another format is made anew.
const FORMAT: u8 = 2;

pub(super) const META: &[u8] = b"m";

/// How far an index has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meta {
    /// The store whose journal it follows.
    pub(super) store: [u8; 16],
    /// Everything before is in the table.
    pub(super) through: Pos,
    /// The number of the last frame before `through`.
    pub(super) last_no: u64,
    /// Where filing has to begin again.
    pub(super) resume: Pos,
    /// The sum over all other rows.
    pub(super) sum: u64,
}

fn pos_bytes(pos: Pos) -> [u8; 8] {
    (u64::from(pos.segment) << 32 | u64::from(pos.offset)).to_be_bytes()
}

#[expect(clippy::cast_possible_truncation, reason = "the halves of a u64")]
fn pos_of(bytes: &[u8]) -> Option<Pos> {
    let both = u64::from_be_bytes(bytes.try_into().ok()?);
    Some(Pos { segment: (both >> 32) as u32, offset: both as u32 })
}

impl Meta {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&self.store);
        bytes.extend_from_slice(&pos_bytes(self.through));
        bytes.extend_from_slice(&self.last_no.to_be_bytes());
        bytes.extend_from_slice(&pos_bytes(self.resume));
        bytes.extend_from_slice(&self.sum.to_be_bytes());
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (&FORMAT, rest) = bytes.split_first()? else { return None };
        let (store, rest) = rest.split_first_chunk::<16>()?;
        let (through, rest) = rest.split_at_checked(8)?;
        let (last_no, rest) = rest.split_first_chunk::<8>()?;
        let (resume, rest) = rest.split_at_checked(8)?;
        Some(Self {
            store: *store,
            through: pos_of(through)?,
            last_no: u64::from_be_bytes(*last_no),
            resume: pos_of(resume)?,
            sum: u64::from_be_bytes(rest.try_into().ok()?),
        })
    }
}

/// The key of a chunk of a day.
pub(super) fn day_key(day: FilingDay, chunk: u16) -> Vec<u8> {
    let mut key = vec![b'd'];
    key.extend_from_slice(&(day.0.cast_unsigned() ^ 1 << 31).to_be_bytes());
    key.extend_from_slice(&chunk.to_be_bytes());
    key
}

/// The keys of all chunks of the days from one to another lie from the first of these to before the second.
pub(super) fn day_range(from: FilingDay, to: FilingDay) -> (Vec<u8>, Vec<u8>) {
    let mut end = day_key(to, u16::MAX);
    end.push(0);
    (day_key(from, 0), end)
}

/// Day and chunk of a key.
pub(super) fn day_of(key: &[u8]) -> Option<(FilingDay, u16)> {
    let (&b'd', rest) = key.split_first()? else { return None };
    let (day, chunk) = rest.split_first_chunk::<4>()?;
    let day = (u32::from_be_bytes(*day) ^ 1 << 31).cast_signed();
    Some((FilingDay(day), u16::from_be_bytes(chunk.try_into().ok()?)))
}

/// The key of the row of the chain that a place belongs to.
pub(super) fn chain_key(epoch: u32, seq: u64) -> Vec<u8> {
    let mut key = vec![b'c'];
    key.extend_from_slice(&epoch.to_be_bytes());
    key.extend_from_slice(&(seq / limits::CHAIN_A_ROW).to_be_bytes());
    key
}

/// All rows of the chain lie from the first of these keys to before the second.
pub(super) fn chain_range() -> (Vec<u8>, Vec<u8>) {
    (vec![b'c'], vec![b'c' + 1])
}

pub(super) fn encode_places(places: &[Place]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(places.len() * PLACE_LEN);
    for place in places {
        bytes.extend_from_slice(&place.epoch.to_be_bytes());
        bytes.extend_from_slice(&place.seq.to_be_bytes());
        bytes.extend_from_slice(&pos_bytes(place.pos));
    }
    bytes
}

pub(super) fn decode_places(bytes: &[u8]) -> Option<Vec<Place>> {
    let place = |bytes: &[u8]| {
        let (epoch, rest) = bytes.split_first_chunk::<4>()?;
        let (seq, pos) = rest.split_first_chunk::<8>()?;
        Some(Place { epoch: u32::from_be_bytes(*epoch), seq: u64::from_be_bytes(*seq), pos: pos_of(pos)? })
    };
    bytes.chunks(PLACE_LEN).map(place).collect()
}

pub(super) fn token_key(session: SessionId, reading_ms: u64) -> Vec<u8> {
    let mut key = vec![b't'];
    key.extend_from_slice(session.as_bytes());
    key.extend_from_slice(&reading_ms.to_be_bytes());
    key
}

pub(super) fn encode_pos(pos: Pos) -> Vec<u8> {
    pos_bytes(pos).to_vec()
}

pub(super) fn decode_pos(bytes: &[u8]) -> Option<Pos> {
    pos_of(bytes)
}

pub(super) fn receipt_key(epoch: u32, from: u64, to: u64) -> Vec<u8> {
    let mut key = vec![b'r'];
    key.extend_from_slice(&epoch.to_be_bytes());
    key.extend_from_slice(&from.to_be_bytes());
    key.extend_from_slice(&to.to_be_bytes());
    key
}

/// First and last place of a receipt's key.
pub(super) fn receipt_span(key: &[u8]) -> Option<(u64, u64)> {
    let (rest, to) = key.split_last_chunk::<8>()?;
    let (_, from) = rest.split_last_chunk::<8>()?;
    Some((u64::from_be_bytes(*from), u64::from_be_bytes(*to)))
}
