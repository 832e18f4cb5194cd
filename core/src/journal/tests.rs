//! The journal as a whole, on the model disk.

mod agency;
mod crash;
mod damage;
mod drafts;
mod everyday;
mod freed;
mod layout;
mod newer;
mod refusals;

use std::sync::Arc;

use super::{Entry, FrameKind, Journal, JournalError, Opened, Options, Pos, Step, Written};
use crate::ports::{Disk, SeededEntropy, disk::model::ModelDisk, vault::MemoryVault};

const SMALL: Options = Options { segment_bytes: 4096, witness: None };

/// A disk with its vault, and the journal on it that is opened at will.
struct Bench {
    disk: ModelDisk,
    vault: MemoryVault,
    entropy: Arc<SeededEntropy>,
    options: Options,
}

impl Bench {
    fn new() -> Self {
        Self::on(ModelDisk::new())
    }

    fn on(disk: ModelDisk) -> Self {
        Self { disk, vault: MemoryVault::new(1), entropy: Arc::new(SeededEntropy::new(1)), options: SMALL }
    }

    fn create(&self) -> Result<Journal, JournalError> {
        self.create_with(b"begin")
    }

    fn create_with(&self, snapshot: &[u8]) -> Result<Journal, JournalError> {
        Journal::create(Arc::new(self.disk.clone()), &self.vault, self.entropy.clone(), self.options, snapshot)
    }

    fn open(&self) -> Result<(Journal, Opened), JournalError> {
        Journal::open(Arc::new(self.disk.clone()), &self.vault, self.entropy.clone(), self.options)
    }

    fn opened(&self) -> Opened {
        self.open().unwrap().1
    }

    /// A store with one record for each of `bodies`, closed.
    fn with(bodies: &[&[u8]]) -> Self {
        let bench = Self::new();
        let mut journal = bench.create().unwrap();
        for body in bodies {
            tap(&mut journal, body).unwrap();
        }
        bench
    }
}

fn tap(journal: &mut Journal, body: &[u8]) -> Result<Written, JournalError> {
    let entry = Entry { kind: FrameKind::Record, body };
    journal.commit(&[entry], || b"state".to_vec()).map(|written| written[0])
}

fn bodies(opened: &Opened) -> Vec<&[u8]> {
    opened.frames.iter().map(|frame| frame.body.as_slice()).collect()
}

fn history(journal: &Journal, from: Pos) -> Vec<Step> {
    journal.iter_from(from).unwrap().map(Result::unwrap).collect()
}

fn history_bodies(journal: &Journal) -> Vec<Vec<u8>> {
    let frame = |step| if let Step::Frame(frame) = step { Some(frame.body) } else { None };
    history(journal, Pos::START).into_iter().filter_map(frame).collect()
}

fn syncs(disk: &ModelDisk) -> u64 {
    disk.syncs()
}
