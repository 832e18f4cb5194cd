//! Values in and out of rows.

use std::str::FromStr;

use chrono::NaiveDate;
use hadir_core::model::{EnvelopeHash, InstallId, KeyId};
use rusqlite::{OptionalExtension as _, Row, Statement, types::FromSql};

use super::Conn;
use crate::store::{Result, StoreError};

/// SQLite's integers are signed; places and elapsed times are checked to fit in 53 bits where they come in.
pub(super) fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The reverse of [`int`].
pub(super) fn uint(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// Reads one column.
pub(super) fn get<T: FromSql>(row: &Row<'_>, column: usize) -> Result<T> {
    Ok(row.get(column)?)
}

/// Reads a text that has a checked form.
pub(super) fn parse<T: FromStr>(row: &Row<'_>, column: usize, table: &'static str) -> Result<T> {
    row.get_ref(column)?.as_str().ok().and_then(|text| text.parse().ok()).ok_or(StoreError::Corrupt(table))
}

/// As [`parse`], for a column that may be null.
pub(super) fn parse_opt<T: FromStr>(row: &Row<'_>, column: usize, table: &'static str) -> Result<Option<T>> {
    match row.get_ref(column)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => parse(row, column, table).map(Some),
    }
}

/// Reads a text that is one of a set of names.
pub(super) fn named<T>(
    row: &Row<'_>,
    column: usize,
    from_name: impl Fn(&str) -> Option<T>,
    table: &'static str,
) -> Result<T> {
    row.get_ref(column)?.as_str().ok().and_then(from_name).ok_or(StoreError::Corrupt(table))
}

/// Reads a value that is stored as JSON.
pub(super) fn read_json<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
    table: &'static str,
) -> Result<T> {
    row.get_ref(column)?
        .as_str()
        .ok()
        .and_then(|text| serde_json::from_str(text).ok())
        .ok_or(StoreError::Corrupt(table))
}

/// The reverse of [`read_json`].
pub(super) fn write_json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Engine(error.to_string()))
}

/// Reads a hash.
pub(super) fn hash(row: &Row<'_>, column: usize) -> Result<EnvelopeHash> {
    Ok(EnvelopeHash::new(row.get(column)?))
}

/// Reads an installation's name.
pub(super) fn install(row: &Row<'_>, column: usize) -> Result<InstallId> {
    Ok(KeyId::new(row.get(column)?))
}

/// A date as it stands in the database; texts in this form sort as the dates do.
pub(super) fn date(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

/// Runs a query and reads every row.
pub(super) fn all<T>(
    statement: &mut Statement<'_>,
    params: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Runs a query that finds at most one row.
pub(super) fn one<T>(
    statement: &mut Statement<'_>,
    params: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

impl Conn<'_> {
    /// A statement, prepared once for each connection.
    pub(super) fn prepare(&self, sql: &str) -> Result<rusqlite::CachedStatement<'_>> {
        Ok(self.connection.prepare_cached(sql)?)
    }

    /// Runs a statement and returns how many rows it changed.
    pub(super) fn run(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize> {
        Ok(self.prepare(sql)?.execute(params)?)
    }

    /// The row number of an installation.
    pub(super) fn install_no(&self, id: &InstallId) -> Result<Option<i64>> {
        if let Some((_, no)) = self.last_install.get().filter(|(last, _)| last == id) {
            return Ok(Some(no));
        }
        let mut statement = self.prepare("SELECT no FROM installations WHERE id = ?1")?;
        let no: Option<i64> = statement.query_row([id.as_bytes()], |row| row.get(0)).optional()?;
        self.last_install.set(no.map(|no| (*id, no)));
        Ok(no)
    }

    /// As [`Conn::install_no`], for a write that only makes sense for one that is stored.
    pub(super) fn known_install(&self, id: &InstallId) -> Result<i64> {
        self.install_no(id)?.ok_or(StoreError::Corrupt("installations: a row that refers to none"))
    }
}
