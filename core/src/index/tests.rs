//! A keeper beside the engine without a thread, and what may become of one. Used by the engine's stories.

use std::sync::{Mutex, PoisonError};

use super::{Answer, Index, Keeper, Question};
use crate::{
    journal::{Pos, Reader},
    ports::index::{Changes, MemoryTable, Row, Table, TableError},
};

/// What is wrong with an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nothing.
    None,
    /// It never answers.
    Hangs,
    /// Its positions point elsewhere.
    Lies,
    /// Its positions of tokens and receipts point elsewhere.
    LiesOfEvidence,
    /// Its table fails.
    Fails,
}

/// An index that works in the caller's thread.
pub(crate) struct InlineIndex {
    trouble: Trouble,
    keeper: Mutex<Option<Keeper<Shaky>>>,
    pub(crate) answered: Mutex<u32>,
    elsewhere: Mutex<Option<Pos>>,
    /// What it witnessed.
    pub(crate) told: Mutex<Option<u64>>,
}

/// A table that may lose rows, or fail.
pub(crate) struct Shaky {
    table: MemoryTable,
    trouble: Trouble,
}

impl Table for Shaky {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, TableError> {
        self.table.get(key)
    }
    fn range(&self, from: &[u8], to: &[u8]) -> Result<Vec<Row>, TableError> {
        self.table.range(from, to)
    }
    fn range_first(&self, from: &[u8], to: &[u8]) -> Result<Option<Row>, TableError> {
        self.table.range_first(from, to)
    }
    fn last_below(&self, from: &[u8], to: &[u8]) -> Result<Option<Row>, TableError> {
        self.table.last_below(from, to)
    }
    fn apply(&mut self, changes: Changes) -> Result<(), TableError> {
        if self.trouble == Trouble::Fails {
            return Err(TableError("no space left".into()));
        }
        self.table.apply(changes)
    }
}

impl InlineIndex {
    pub(crate) fn new(trouble: Trouble) -> Self {
        Self {
            trouble,
            keeper: Mutex::default(),
            answered: Mutex::new(0),
            elsewhere: Mutex::default(),
            told: Mutex::default(),
        }
    }
}

impl Index for InlineIndex {
    fn follow(&self, reader: Reader) {
        let mut held = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        let keeper = held.get_or_insert_with(|| {
            let table = Shaky { table: MemoryTable::default(), trouble: self.trouble };
            Keeper::open(table, reader.store_id()).unwrap()
        });
        let _ = keeper.follow(&reader);
    }

    fn ask(&self, reader: Reader, question: Question) -> Option<Answer> {
        if self.trouble == Trouble::Hangs {
            return None;
        }
        self.follow(reader.clone());
        let held = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answer = held.as_ref()?.answer(&question, &reader).ok()?;
        *self.answered.lock().unwrap() += 1;
        match (self.trouble, &mut answer) {
            (Trouble::Lies, Answer::Places(places)) => {
                // Each points at the frame of the one before it.
                let before: Vec<Pos> = places.iter().map(|place| place.pos).collect();
                places.iter_mut().skip(1).zip(before).for_each(|(place, pos)| place.pos = pos);
            }
            (Trouble::LiesOfEvidence, Answer::Places(places)) => {
                *self.elsewhere.lock().unwrap() = places.first().map(|place| place.pos);
            }
            (Trouble::LiesOfEvidence, Answer::Positions(positions)) => {
                // They point at a record that is neither a token nor a receipt.
                let elsewhere = *self.elsewhere.lock().unwrap();
                positions.iter_mut().zip(elsewhere).for_each(|(pos, elsewhere)| *pos = elsewhere);
            }
            _ => {}
        }
        Some(answer)
    }

    fn witness(&self, _: [u8; 16]) -> Option<u64> {
        *self.told.lock().unwrap()
    }

    fn remove(&self) {
        *self.keeper.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

mod filing {
    use super::super::FilingDay;

    #[test]
    fn a_day_of_filing_begins_at_midnight_in_the_middle_zone() {
        let midnight = 20_000 * 86_400_000 + 16 * 3_600_000;
        assert_eq!(FilingDay::of(midnight).0, FilingDay::of(midnight - 1).0 + 1);
        assert_eq!(FilingDay::of(0), FilingDay(0));
        assert_eq!(FilingDay::of(-8 * 3_600_000 - 1), FilingDay(-1));
    }

    #[test]
    fn clocks_of_all_ages_overflow_nothing() {
        assert!(FilingDay::of(i64::MIN) < FilingDay::of(i64::MAX));
        assert_eq!(FilingDay::MIN.plus(-1), FilingDay::MIN);
        assert_eq!(FilingDay::MAX.plus(1), FilingDay::MAX);
    }
}

mod keeping {
    use std::sync::Arc;

    use super::super::{Keeper, KeeperError, rows};
    use crate::{
        journal::{Entry, FrameKind, Journal, Options},
        ports::{
            SeededEntropy,
            disk::model::ModelDisk,
            index::{MemoryTable, Table},
            vault::MemoryVault,
        },
    };

    const STORE: [u8; 16] = [7; 16];

    fn written() -> MemoryTable {
        let mut table = MemoryTable::default();
        let entropy = Arc::new(SeededEntropy::new(1));
        let disk = Arc::new(ModelDisk::new());
        let mut journal = Journal::create(disk, &MemoryVault::new(1), entropy, Options::default(), b"").unwrap();
        journal.commit(&[Entry { kind: FrameKind::Note, body: b"{}" }], Vec::new).unwrap();
        let mut keeper = Keeper::open(&mut table, STORE).unwrap();
        for day in 0..3 {
            keeper.change(rows::day_key(super::super::FilingDay(day), 0), rows::encode_places(&[]));
        }
        keeper.follow(&journal.reader()).unwrap();
        table
    }

    #[test]
    fn any_lost_or_altered_row_is_found_out_at_the_next_opening() {
        let whole = written();
        assert!(Keeper::open(&mut whole.clone(), STORE).is_ok());
        assert_eq!(Keeper::open(&mut whole.clone(), [8; 16]).unwrap_err(), KeeperError::OtherJournal);
        let rows = whole.range(b"", &[255]).unwrap();
        let others: Vec<_> = rows.iter().filter(|(key, _)| key != rows::META).collect();
        assert_eq!(others.len(), 3);
        for (key, _) in others {
            let mut lost = whole.clone();
            lost.apply([(key.clone(), None)].into()).unwrap();
            assert_eq!(Keeper::open(&mut lost, STORE).unwrap_err(), KeeperError::NotWhole);
            let mut altered = whole.clone();
            altered.apply([(key.clone(), Some(vec![1]))].into()).unwrap();
            assert_eq!(Keeper::open(&mut altered, STORE).unwrap_err(), KeeperError::NotWhole);
        }
        let mut without = whole;
        without.apply([(rows::META.to_vec(), None)].into()).unwrap();
        assert_eq!(Keeper::open(&mut without, STORE).unwrap_err(), KeeperError::NotWhole);
    }
}
