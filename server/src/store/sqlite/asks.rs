//! What people ask, in the SQLite store.

use hadir_core::{
    model::{EnvelopeHash, Kind, PersonId, RecordId},
    wire::Answer,
};
use rusqlite::{Row, params};

use super::{
    Conn,
    row::{all, get, hash, install, int, named, one, parse, read_json, uint, write_json},
};
use crate::store::{
    AskKind, AskMarks, AskRow, AsksRead, AsksWrite, NewDecision, NewRecord, RecordRow, Result, StoreError,
    StoredDecision,
};

/// The first term is that of the index `places_asked`, word for word: only so does SQLite use it.
const ASKED: &str = "SELECT i.person, i.id, p.received_ms, p.epoch, p.seq, p.id, p.hash, p.kind, p.claimed_ms, b.compact \
    FROM places p JOIN installations i ON i.no = p.install JOIN bytes b ON b.no = p.bytes \
    WHERE (p.kind = 'request' OR p.kind = 'appeal' OR p.kind = 'acknowledge') AND p.state = 'record'";

fn ask(row: &Row<'_>) -> Result<AskRow> {
    let kind: String = get(row, 7)?;
    Ok(AskRow {
        person: parse(row, 0, "installations.person")?,
        row: RecordRow {
            install: install(row, 1)?,
            received_ms: get(row, 2)?,
            record: NewRecord {
                epoch: u32::try_from(get::<i64>(row, 3)?).map_err(|_| StoreError::Corrupt("an epoch"))?,
                seq: uint(get(row, 4)?),
                id: RecordId::from_bytes(get(row, 5)?).map_err(|_| StoreError::Corrupt("places.id"))?,
                hash: hash(row, 6)?,
                kind: Kind::from(kind.as_str()),
                claimed_ms: get(row, 8)?,
                compact: get(row, 9)?,
            },
        },
    })
}

fn decision(row: &Row<'_>) -> Result<StoredDecision> {
    Ok(StoredDecision {
        no: uint(get(row, 0)?),
        new: NewDecision {
            person: parse(row, 1, "decisions.person")?,
            reference: hash(row, 2)?,
            answer: named(row, 3, Answer::from_name, "decisions.answer")?,
            reason: get(row, 4)?,
            by: get(row, 5)?,
            at_ms: get(row, 6)?,
            fact: get::<Option<i64>>(row, 7)?.map(uint),
            rulings: read_json(row, 8, "decisions.rulings")?,
        },
    })
}

impl AsksRead for Conn<'_> {
    fn asks(&self, kind: AskKind, person: Option<&PersonId>, from_ms: i64) -> Result<Vec<AskRow>> {
        let kind = kind.kind();
        let columns = format!("{ASKED} AND p.kind = ?1 AND p.received_ms >= ?2");
        let order = "ORDER BY p.received_ms, i.id, p.epoch, p.seq";
        match person {
            Some(person) => {
                let sql = format!("{columns} AND i.person = ?3 {order}");
                all(&mut *self.prepare(&sql)?, params![kind.as_str(), from_ms, person.as_str()], ask)
            }
            None => all(&mut *self.prepare(&format!("{columns} {order}"))?, params![kind.as_str(), from_ms], ask),
        }
    }

    fn ask(&self, hash: &EnvelopeHash) -> Result<Option<AskRow>> {
        one(&mut *self.prepare(&format!("{ASKED} AND p.hash = ?1"))?, [hash.as_bytes()], ask)
    }

    fn ask_marks(&self) -> Result<AskMarks> {
        // Both are read from an index, or from a table's own count, without a record being read.
        let sql = "SELECT (SELECT count(*) FROM places WHERE kind = 'request' OR kind = 'appeal' OR kind = 'acknowledge'), \
            (SELECT count(*) FROM decisions)";
        let marks = one(&mut *self.prepare(sql)?, [], |row| {
            Ok(AskMarks { records: uint(get(row, 0)?), decisions: uint(get(row, 1)?) })
        })?;
        Ok(marks.unwrap_or_default())
    }

    fn decisions(&self, person: Option<&PersonId>) -> Result<Vec<StoredDecision>> {
        let columns = "SELECT no, person, ref, answer, reason, by, at_ms, fact, rulings FROM decisions";
        match person {
            Some(person) => {
                let sql = format!("{columns} WHERE person = ?1 ORDER BY no");
                all(&mut *self.prepare(&sql)?, [person.as_str()], decision)
            }
            None => all(&mut *self.prepare(&format!("{columns} ORDER BY no"))?, [], decision),
        }
    }
}

impl AsksWrite for Conn<'_> {
    fn add_decision(&mut self, new: &NewDecision) -> Result<u64> {
        self.run(
            "INSERT INTO decisions (person, ref, answer, reason, by, at_ms, fact, rulings) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                new.person.as_str(),
                new.reference.as_bytes(),
                new.answer.as_str(),
                new.reason,
                new.by,
                new.at_ms,
                new.fact.map(int),
                write_json(&new.rulings)?
            ],
        )?;
        Ok(uint(self.connection.last_insert_rowid()))
    }
}

#[cfg(test)]
mod tests {
    use crate::store::SqliteStore;

    #[test]
    fn what_people_ask_is_found_by_its_own_index_and_not_by_reading_every_record() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hadir.db");
        drop(SqliteStore::open(&path).unwrap());
        let connection = rusqlite::Connection::open(&path).unwrap();
        let sql = format!("EXPLAIN QUERY PLAN {} AND p.kind = 'request' AND p.received_ms >= 5", super::ASKED);
        let mut statement = connection.prepare(&sql).unwrap();
        let steps = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
        let plan = steps.map(Result::unwrap).collect::<Vec<_>>().join("; ");
        assert!(plan.contains("places_asked"), "{plan}");
    }
}
