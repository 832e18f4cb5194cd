//! An ordered table of bytes that may be lost at any moment: what an index over the journal is kept in.
//!
//! Nothing is ever only in it. Implementations: `adapters::index::SledTable`, and [`MemoryTable`], which is also what
//! a history is looked up in where there is no other. Both pass the `conformance` suite.

use std::collections::BTreeMap;

/// The table can't be read or written; it is worth no second thought, since it can be made anew.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the index can't be used: {0}")]
pub struct TableError(pub String);

/// A key with its value.
pub type Row = (Vec<u8>, Vec<u8>);

/// Changes that are made together or not at all: a value for a key, or none to remove it.
pub type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// An ordered table of bytes. Keys and values are a few kilobytes at most.
pub trait Table: Send {
    /// The value of a key.
    ///
    /// # Errors
    /// [`TableError`].
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, TableError>;

    /// The rows from one key (included) to another (not included), rising.
    ///
    /// # Errors
    /// [`TableError`].
    fn range(&self, from: &[u8], to: &[u8]) -> Result<Vec<Row>, TableError>;

    /// The row with the lowest key that is at least `from`, if that key is below `to`.
    ///
    /// # Errors
    /// [`TableError`].
    fn range_first(&self, from: &[u8], to: &[u8]) -> Result<Option<Row>, TableError>;

    /// The row with the highest key below `to`, if that key is at least `from`.
    ///
    /// # Errors
    /// [`TableError`].
    fn last_below(&self, from: &[u8], to: &[u8]) -> Result<Option<Row>, TableError>;

    /// Makes changes: all of them, or after a crash perhaps none.
    ///
    /// # Errors
    /// [`TableError`]; what was made of them is then unknown.
    fn apply(&mut self, changes: Changes) -> Result<(), TableError>;
}

impl<T: Table> Table for &mut T {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, TableError> {
        (**self).get(key)
    }
    fn range(&self, from: &[u8], to: &[u8]) -> Result<Vec<Row>, TableError> {
        (**self).range(from, to)
    }
    fn range_first(&self, from: &[u8], to: &[u8]) -> Result<Option<Row>, TableError> {
        (**self).range_first(from, to)
    }
    fn last_below(&self, from: &[u8], to: &[u8]) -> Result<Option<Row>, TableError> {
        (**self).last_below(from, to)
    }
    fn apply(&mut self, changes: Changes) -> Result<(), TableError> {
        (**self).apply(changes)
    }
}

/// A table in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryTable(BTreeMap<Vec<u8>, Vec<u8>>);

impl Table for MemoryTable {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, TableError> {
        Ok(self.0.get(key).cloned())
    }

    fn range(&self, from: &[u8], to: &[u8]) -> Result<Vec<Row>, TableError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let rows = self.0.range(from.to_vec()..to.to_vec());
        Ok(rows.map(|(key, value)| (key.clone(), value.clone())).collect())
    }

    fn range_first(&self, from: &[u8], to: &[u8]) -> Result<Option<Row>, TableError> {
        if from >= to {
            return Ok(None);
        }
        let first = self.0.range(from.to_vec()..to.to_vec()).next();
        Ok(first.map(|(key, value)| (key.clone(), value.clone())))
    }

    fn last_below(&self, from: &[u8], to: &[u8]) -> Result<Option<Row>, TableError> {
        if from >= to {
            return Ok(None);
        }
        let last = self.0.range(from.to_vec()..to.to_vec()).next_back();
        Ok(last.map(|(key, value)| (key.clone(), value.clone())))
    }

    fn apply(&mut self, changes: Changes) -> Result<(), TableError> {
        for (key, value) in changes {
            match value {
                Some(value) => self.0.insert(key, value),
                None => self.0.remove(&key),
            };
        }
        Ok(())
    }
}

/// What every implementation of [`Table`] must do; run it on each.
#[cfg(any(test, feature = "testing"))]
pub mod conformance {
    use super::{Changes, Table};

    fn changes(rows: &[(&[u8], Option<&[u8]>)]) -> Changes {
        rows.iter().map(|(key, value)| (key.to_vec(), value.map(<[u8]>::to_vec))).collect()
    }

    /// Puts, changes and removes rows of an empty table.
    ///
    /// # Panics
    /// When a rule of the trait is broken.
    pub fn run(table: &mut dyn Table) {
        let keys = |table: &dyn Table, from: &[u8], to: &[u8]| -> Vec<Vec<u8>> {
            table.range(from, to).expect("a working table").into_iter().map(|(key, _)| key).collect()
        };
        assert_eq!(table.get(b"a"), Ok(None), "a new table is empty");
        assert_eq!(table.last_below(b"", b"\xff"), Ok(None));
        table.apply(changes(&[(b"a1", Some(b"1")), (b"a2", Some(b"2")), (b"b", Some(b""))])).expect("a working table");
        assert_eq!(table.get(b"a2"), Ok(Some(b"2".to_vec())));
        assert_eq!(table.get(b"b"), Ok(Some(Vec::new())), "an empty value is a value");
        assert_eq!(keys(table, b"a", b"b"), [b"a1".to_vec(), b"a2".to_vec()], "the end is not included");
        assert_eq!(keys(table, b"a2", b"c"), [b"a2".to_vec(), b"b".to_vec()], "the beginning is");
        assert_eq!(keys(table, b"c", b"a"), Vec::<Vec<u8>>::new(), "a range the wrong way round is empty");
        assert_eq!(table.last_below(b"a", b"b").map(|row| row.map(|row| row.0)), Ok(Some(b"a2".to_vec())));
        assert_eq!(table.last_below(b"a3", b"b"), Ok(None));
        assert_eq!(table.range_first(b"a", b"b").map(|row| row.map(|row| row.0)), Ok(Some(b"a1".to_vec())));
        assert_eq!(table.range_first(b"a3", b"b"), Ok(None));
        table.apply(changes(&[(b"a1", None), (b"a2", Some(b"3")), (b"nobody", None)])).expect("a working table");
        assert_eq!(table.range(b"", b"\xff"), Ok(vec![(b"a2".to_vec(), b"3".to_vec()), (b"b".to_vec(), Vec::new())]));
        let large: Vec<u8> = (0..10_000_u32).flat_map(u32::to_be_bytes).collect();
        table.apply([(b"large".to_vec(), Some(large.clone()))].into()).expect("a working table");
        assert_eq!(table.get(b"large"), Ok(Some(large)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_in_memory_keeps_the_contract() {
        conformance::run(&mut MemoryTable::default());
    }
}
