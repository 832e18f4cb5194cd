//! What the model disk remembers: of every file what is seen and what is durable, and which changes lie between.

use std::collections::BTreeMap;

use super::{Cut, Fault, SECTOR};
use crate::ports::disk::{DiskError, DiskErrorKind};

#[derive(Debug, Clone)]
pub(super) enum Change {
    Write { offset: u64, bytes: Vec<u8> },
    SetLen(u64),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) durable: Vec<u8>,
    pub(super) seen: Vec<u8>,
    pub(super) pending: Vec<Change>,
    /// Changes that a failed sync gave up: a power cut may still keep them, no later sync will.
    pub(super) doubtful: Vec<Change>,
}

#[derive(Debug, Clone)]
pub(super) enum NameChange {
    Link(String, u64),
    Rename(String, String),
    Unlink(String),
}

#[derive(Default)]
pub(super) struct Medium {
    pub(super) nodes: BTreeMap<u64, Node>,
    pub(super) names: BTreeMap<String, u64>,
    pub(super) durable_names: BTreeMap<String, u64>,
    pub(super) pending_names: Vec<NameChange>,
    pub(super) next_node: u64,
    pub(super) locks: BTreeMap<String, u64>,
    pub(super) next_lock: u64,
    pub(super) capacity: Option<u64>,
    pub(super) operations: u64,
    pub(super) faults: BTreeMap<u64, Fault>,
    pub(super) dies_at: Option<u64>,
    pub(super) unsupported_locks: bool,
    pub(super) bad_sectors: Vec<(String, u64)>,
    pub(super) epoch: u64,
}

impl Medium {
    pub(super) fn used(&self) -> u64 {
        self.names.values().map(|id| self.nodes[id].seen.len() as u64).sum()
    }

    pub(super) fn step(&mut self, operation: &'static str, name: &str) -> Result<(), DiskError> {
        match self.fault() {
            None => Ok(()),
            Some(fault) => Err(failed(operation, name, fault)),
        }
    }

    pub(super) fn fault(&mut self) -> Option<Fault> {
        let at = self.operations;
        self.operations += 1;
        if self.dies_at.is_some_and(|dies_at| at >= dies_at) {
            return Some(Fault::Io);
        }
        self.faults.remove(&at)
    }

    pub(super) fn has_room(&self, more: u64) -> bool {
        self.capacity.is_none_or(|capacity| self.used() + more <= capacity)
    }
}

pub(super) fn failed(operation: &'static str, name: &str, fault: Fault) -> DiskError {
    let kind = match fault {
        Fault::Full => DiskErrorKind::Full,
        Fault::ReadOnly => DiskErrorKind::Denied,
        Fault::Io | Fault::Short => DiskErrorKind::Io("injected".into()),
    };
    DiskError::new(operation, name, kind)
}

pub(super) fn index(offset: u64) -> usize {
    usize::try_from(offset).expect("a file in memory is no longer than memory")
}

pub(super) fn put(content: &mut Vec<u8>, offset: u64, bytes: &[u8]) {
    let from = index(offset);
    let end = from + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[from..end].copy_from_slice(bytes);
}

pub(super) fn sectors(offset: u64, bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut at = offset;
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let room = index(SECTOR - at % SECTOR).min(rest.len());
        let (part, more) = rest.split_at(room);
        let here = at;
        at += room as u64;
        rest = more;
        Some((here, part))
    })
}

pub(super) fn apply_name(names: &mut BTreeMap<String, u64>, change: &NameChange) -> bool {
    match change {
        NameChange::Link(name, node) => {
            names.insert(name.clone(), *node);
            true
        }
        NameChange::Rename(from, to) => names.remove(from).is_some_and(|node| {
            names.insert(to.clone(), node);
            true
        }),
        NameChange::Unlink(name) => names.remove(name).is_some(),
    }
}

/// Decides what a cut keeps; the numbers are those of splitmix64.
pub(super) struct Dice {
    pub(super) cut: Cut,
    pub(super) state: u64,
}

impl Dice {
    pub(super) fn new(cut: Cut) -> Self {
        Self { cut, state: if let Cut::Tears(seed) = cut { seed } else { 0 } }
    }

    pub(super) fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn keeps(&mut self) -> bool {
        match self.cut {
            Cut::LosesAll => false,
            Cut::KeepsAll => true,
            Cut::Tears(_) => self.roll() & 1 == 0,
        }
    }

    pub(super) fn prefix(&mut self, of: usize) -> usize {
        match self.cut {
            Cut::LosesAll => 0,
            Cut::KeepsAll => of,
            Cut::Tears(_) => index(self.roll() % (of as u64 + 1)),
        }
    }
}
