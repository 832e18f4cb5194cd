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
        self.0.range(from..to).next_back().transpose().map(|found| found.map(row)).map_err(|error| failed(&error))
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
