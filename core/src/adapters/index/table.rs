//! sled as an ordered table.

use std::path::Path;

use crate::{
    limits::index as limits,
    ports::index::{Changes, Row, Table, TableError},
};

/// A sled database as a table.
pub struct SledTable(sled::Db);

impl std::fmt::Debug for SledTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SledTable(..)")
    }
}

fn failed(error: &sled::Error) -> TableError {
    TableError(error.to_string())
}

fn row((key, value): (sled::IVec, sled::IVec)) -> Row {
    (key.to_vec(), value.to_vec())
}

impl SledTable {
    /// Opens the database in a directory, making it if it is missing.
    ///
    /// # Errors
    /// [`TableError`]. sled may also panic, or never return.
    pub fn open(directory: &Path) -> Result<Self, TableError> {
        let config = sled::Config::new()
            .path(directory)
            .cache_capacity(limits::CACHE_BYTES)
            .mode(sled::Mode::LowSpace)
            // What it has not written is made from the journal again.
            .flush_every_ms(None);
        config.open().map(Self).map_err(|error| failed(&error))
    }
}

impl Table for SledTable {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, TableError> {
        Ok(self.0.get(key).map_err(|error| failed(&error))?.map(|value| value.to_vec()))
    }

    fn range(&self, from: &[u8], to: &[u8]) -> Result<Vec<Row>, TableError> {
        if from >= to {
            return Ok(Vec::new());
        }
        self.0.range(from..to).map(|found| found.map(row).map_err(|error| failed(&error))).collect()
    }

    fn range_first(&self, from: &[u8], to: &[u8]) -> Result<Option<Row>, TableError> {
        if from >= to {
            return Ok(None);
        }
        self.0.range(from..to).next().transpose().map(|found| found.map(row)).map_err(|error| failed(&error))
    }

    fn last_below(&self, from: &[u8], to: &[u8]) -> Result<Option<Row>, TableError> {
        if from >= to {
            return Ok(None);
        }
        last_by_first(from, to, |from, to| self.range_first(from, to))
    }

    fn apply(&mut self, changes: Changes) -> Result<(), TableError> {
        let mut batch = sled::Batch::default();
        for (key, value) in changes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        self.0.apply_batch(batch).map_err(|error| failed(&error))?;
        self.0.flush().map(drop).map_err(|error| failed(&error))
    }
}

/// The last row of `[from, to)` by asking for first rows alone: each question halves what lies between. sled can go backwards too,
/// but for that its library holds a key of a megabyte, which would ship to every phone.
fn last_by_first(
    from: &[u8],
    to: &[u8],
    first: impl Fn(&[u8], &[u8]) -> Result<Option<Row>, TableError>,
) -> Result<Option<Row>, TableError> {
    let mut last = None;
    let (mut low, mut high) = (from.to_vec(), to.to_vec());
    while let Some(row) = first(&low, &high)? {
        // Nothing lies between a key and the key followed by a zero.
        low = [&row.0[..], &[0]].concat();
        last = Some(row);
        // Of the far half first, then of ever nearer ones, until something is found.
        loop {
            let middle = between(&low, &high);
            if middle <= low || middle >= high {
                break;
            }
            if let Some(row) = first(&middle, &high)? {
                low = [&row.0[..], &[0]].concat();
                last = Some(row);
            } else {
                high = middle;
            }
        }
    }
    Ok(last)
}

/// A key in the middle of two, as numbers of as many bytes as the longer has; the lower one where there is none.
fn between(low: &[u8], high: &[u8]) -> Vec<u8> {
    let length = low.len().max(high.len());
    let digit = |key: &[u8], at: usize| u16::from(key.get(at).copied().unwrap_or(0));
    let mut sum = vec![0_u16; length];
    let mut carry = 0;
    for at in (0..length).rev() {
        let both = digit(low, at) + digit(high, at) + carry;
        sum[at] = both & 0xff;
        carry = both >> 8;
    }
    let mut half = Vec::with_capacity(length);
    for digit in sum {
        let whole = (carry << 8) | digit;
        // At most 0x1ff / 2.
        half.push(u8::try_from(whole >> 1).unwrap_or(u8::MAX));
        carry = whole & 1;
    }
    half
}

#[cfg(test)]
mod tests {
    use std::{
        cell::Cell,
        collections::{BTreeMap, BTreeSet},
    };

    use proptest::prelude::*;

    use super::*;

    fn found(keys: &BTreeSet<Vec<u8>>, from: &[u8], to: &[u8]) -> (Option<Vec<u8>>, u32) {
        let rows: BTreeMap<_, _> = keys.iter().map(|key| (key.clone(), Vec::new())).collect();
        let asked = Cell::new(0);
        let first = |from: &[u8], to: &[u8]| {
            asked.set(asked.get() + 1);
            let mut range = rows.range(from.to_vec()..to.to_vec().max(from.to_vec()));
            Ok(range.next().map(|(key, value)| (key.clone(), value.clone())))
        };
        let last = last_by_first(from, to, first).unwrap().map(|row| row.0);
        (last, asked.get())
    }

    proptest! {
        #[test]
        fn the_last_is_found_by_asking_for_first_ones(
            keys in prop::collection::btree_set(prop::collection::vec(any::<u8>(), 0..6), 0..40),
            from in prop::collection::vec(any::<u8>(), 0..6),
            to in prop::collection::vec(any::<u8>(), 0..6),
        ) {
            let truth = if from < to { keys.range(from.clone()..to.clone()).next_back().cloned() } else { None };
            prop_assert_eq!(found(&keys, &from, &to).0, truth);
        }
    }

    #[test]
    fn a_hundred_thousand_rows_take_some_hundred_questions_at_most() {
        let keys: BTreeSet<Vec<u8>> = (0..100_000_u64).map(|key| [&[7], &key.to_be_bytes()[..]].concat()).collect();
        let (last, asked) = found(&keys, &[7], &[8]);
        assert_eq!(last, keys.last().cloned());
        assert!(asked < 200, "{asked}");
    }
}
