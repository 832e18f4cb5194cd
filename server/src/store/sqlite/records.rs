//! The records' part of the SQLite store.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use hadir_core::{
    model::{EntryVerdict, EnvelopeHash, InstallId, Kind, PersonId, ProofCode, RecordId},
    wire::Outcome,
};
use rusqlite::{Row, ffi::SQLITE_CONSTRAINT_UNIQUE, params};

use super::{
    Conn,
    row::{all, date, get, hash, install, int, named, one, parse, uint},
};
use crate::store::{
    EpochPlaces, Evidence, EvidenceCause, HealthVerdict, Inserted, NewRecord, OrderOutcome, Place, PlaceState,
    ProvenPlace, RecordRow, RecordsRead, RecordsWrite, Result, Span, StoreError, StoredOrder, StoredReceipt,
    StoredStub, Totals,
};

const RECORD: &str = "SELECT p.epoch, p.seq, p.id, p.hash, p.kind, p.claimed_ms, p.received_ms, b.compact \
    FROM places p JOIN bytes b ON b.no = p.bytes WHERE p.install = ?1 AND p.state = 'record'";

/// Stores a record at its place.
pub(super) const TAKE_PLACE: &str = "INSERT INTO places (install, epoch, seq, state, hash, id, kind, claimed_ms, received_ms, bytes) \
    VALUES (?1, ?2, ?3, 'record', ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (install, epoch, seq) DO UPDATE SET state = 'record', \
    id = excluded.id, kind = excluded.kind, claimed_ms = excluded.claimed_ms, received_ms = excluded.received_ms, \
    bytes = excluded.bytes WHERE places.state IN ('stub', 'proven') AND places.hash = excluded.hash";

fn epoch(row: &Row<'_>, column: usize) -> Result<u32> {
    u32::try_from(get::<i64>(row, column)?).map_err(|_| StoreError::Corrupt("an epoch"))
}

fn record(row: &Row<'_>, install: &InstallId) -> Result<RecordRow> {
    let kind: String = get(row, 4)?;
    Ok(RecordRow {
        install: *install,
        received_ms: get(row, 6)?,
        record: NewRecord {
            epoch: epoch(row, 0)?,
            seq: uint(get(row, 1)?),
            id: RecordId::from_bytes(get(row, 2)?).map_err(|_| StoreError::Corrupt("places.id"))?,
            hash: hash(row, 3)?,
            kind: Kind::from(kind.as_str()),
            claimed_ms: get(row, 5)?,
            compact: get(row, 7)?,
        },
    })
}

const OUTCOMES: [Outcome; 3] = [Outcome::Stored, Outcome::Conflict, Outcome::Stub];

/// One byte an outcome: its place in [`OUTCOMES`].
fn pack_outcomes(outcomes: &[Outcome]) -> Vec<u8> {
    outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Stored => 0,
            Outcome::Conflict => 1,
            Outcome::Stub => 2,
        })
        .collect()
}

fn unpack_outcomes(bytes: &[u8]) -> Result<Vec<Outcome>> {
    bytes
        .iter()
        .map(|&byte| OUTCOMES.get(usize::from(byte)).copied().ok_or(StoreError::Corrupt("receipts.outcomes")))
        .collect()
}

fn verdict_of(name: &str) -> Option<EntryVerdict> {
    [EntryVerdict::MayEnter, EntryVerdict::MayNotEnter].into_iter().find(|verdict| verdict.as_str() == name)
}

fn health(row: &Row<'_>) -> Result<HealthVerdict> {
    Ok(HealthVerdict {
        install: install(row, 0)?,
        epoch: epoch(row, 1)?,
        seq: uint(get(row, 2)?),
        person: parse(row, 3, "health.person")?,
        for_date: parse(row, 4, "health.for_date")?,
        verdict: named(row, 5, verdict_of, "health.verdict")?,
        claimed_ms: get(row, 6)?,
        received_ms: get(row, 7)?,
    })
}

impl RecordsRead for Conn<'_> {
    fn places(&self, install: &InstallId, epoch: u32, from: u64, to: u64) -> Result<Vec<Place>> {
        let Some(no) = self.install_no(install)? else { return Ok(Vec::new()) };
        let sql = "SELECT seq, hash, state FROM places WHERE install = ?1 AND epoch = ?2 AND seq BETWEEN ?3 AND ?4 ORDER BY seq";
        all(&mut *self.prepare(sql)?, params![no, epoch, int(from), int(to)], |row| {
            Ok(Place {
                seq: uint(get(row, 0)?),
                hash: hash(row, 1)?,
                state: named(row, 2, PlaceState::from_name, "places.state")?,
            })
        })
    }

    fn epochs(&self, install: &InstallId) -> Result<Vec<EpochPlaces>> {
        let Some(no) = self.install_no(install)? else { return Ok(Vec::new()) };
        let sql = "SELECT epoch, count(*), max(seq), count(*) FILTER (WHERE state = 'stub'), min(seq) FILTER (WHERE state = 'stub') \
                   FROM places WHERE install = ?1 GROUP BY epoch ORDER BY epoch";
        all(&mut *self.prepare(sql)?, [no], |row| {
            Ok(EpochPlaces {
                epoch: epoch(row, 0)?,
                taken: uint(get(row, 1)?),
                last: uint(get(row, 2)?),
                stubs: uint(get(row, 3)?),
                first_stub: get::<Option<i64>>(row, 4)?.map(uint),
            })
        })
    }

    fn contiguous_after(&self, install: &InstallId, epoch: u32, after: u64) -> Result<Option<(u64, EnvelopeHash)>> {
        let Some(no) = self.install_no(install)? else { return Ok(None) };
        let mut statement =
            self.prepare("SELECT seq, hash FROM places WHERE install = ?1 AND epoch = ?2 AND seq > ?3 ORDER BY seq")?;
        let mut rows = statement.query(params![no, epoch, int(after)])?;
        let mut last = None;
        let mut next = after + 1;
        while let Some(row) = rows.next()? {
            if uint(get(row, 0)?) != next {
                break;
            }
            last = Some((next, hash(row, 1)?));
            next += 1;
        }
        Ok(last)
    }

    fn records(&self, install: &InstallId, span: Span) -> Result<Vec<RecordRow>> {
        let Some(no) = self.install_no(install)? else { return Ok(Vec::new()) };
        let read = |row: &Row<'_>| record(row, install);
        match span {
            Span::All => all(&mut *self.prepare(&format!("{RECORD} ORDER BY p.epoch, p.seq"))?, [no], read),
            Span::Touching { from_ms, until_ms } => {
                let sql = format!(
                    "{RECORD} AND ((p.claimed_ms >= ?2 AND p.claimed_ms < ?3) OR (p.received_ms >= ?2 AND p.received_ms < ?3)) \
                     ORDER BY p.epoch, p.seq"
                );
                all(&mut *self.prepare(&sql)?, params![no, from_ms, until_ms], read)
            }
            Span::Places { epoch, from, to } => {
                let sql = format!("{RECORD} AND p.epoch = ?2 AND p.seq BETWEEN ?3 AND ?4 ORDER BY p.epoch, p.seq");
                all(&mut *self.prepare(&sql)?, params![no, epoch, int(from), int(to)], read)
            }
        }
    }

    fn records_of_code(&self, code: ProofCode) -> Result<Vec<RecordRow>> {
        // The index has the first seven bytes of each hash; the code is six of them and two bits.
        let sql = "SELECT p.epoch, p.seq, p.id, p.hash, p.kind, p.claimed_ms, p.received_ms, b.compact, i.id \
                   FROM places p JOIN bytes b ON b.no = p.bytes JOIN installations i ON i.no = p.install \
                   WHERE p.state = 'record' AND substr(p.hash, 1, 7) BETWEEN ?1 AND ?2 ORDER BY i.id, p.epoch, p.seq";
        let (low, high) = code.range();
        all(&mut *self.prepare(sql)?, params![&low.as_bytes()[..7], &high.as_bytes()[..7]], |row| {
            record(row, &install(row, 8)?)
        })
    }

    fn record_of_id(&self, install: &InstallId, id: &RecordId) -> Result<Option<RecordRow>> {
        let Some(no) = self.install_no(install)? else { return Ok(None) };
        one(&mut *self.prepare(&format!("{RECORD} AND p.id = ?2"))?, params![no, id.as_bytes()], |row| {
            record(row, install)
        })
    }

    fn evidence(&self, install: &InstallId) -> Result<Vec<Evidence>> {
        let Some(no) = self.install_no(install)? else { return Ok(Vec::new()) };
        let sql = "SELECT epoch, seq, hash, cause, received_ms, compact FROM evidence WHERE install = ?1 ORDER BY epoch, seq, no";
        all(&mut *self.prepare(sql)?, [no], |row| {
            Ok(Evidence {
                install: *install,
                epoch: epoch(row, 0)?,
                seq: uint(get(row, 1)?),
                hash: hash(row, 2)?,
                cause: named(row, 3, EvidenceCause::from_name, "evidence.cause")?,
                received_ms: get(row, 4)?,
                compact: get(row, 5)?,
            })
        })
    }

    fn stubs(&self, install: &InstallId) -> Result<Vec<StoredStub>> {
        let Some(no) = self.install_no(install)? else { return Ok(Vec::new()) };
        let sql = "SELECT epoch, seq, stands_for, reason, received_ms, compact FROM stubs WHERE install = ?1 \
                   ORDER BY epoch, seq, stands_for";
        all(&mut *self.prepare(sql)?, [no], |row| {
            Ok(StoredStub {
                install: *install,
                epoch: epoch(row, 0)?,
                seq: uint(get(row, 1)?),
                stands_for: hash(row, 2)?,
                reason: get(row, 3)?,
                received_ms: get(row, 4)?,
                compact: get(row, 5)?,
            })
        })
    }

    fn orders(&self, install: &InstallId, open: bool) -> Result<Vec<StoredOrder>> {
        let Some(no) = self.install_no(install)? else { return Ok(Vec::new()) };
        let columns = "SELECT t_ms, epoch, seq, by, done_ms, outcome FROM orders WHERE install = ?1";
        let open = if open { "AND done_ms IS NULL" } else { "" };
        all(&mut *self.prepare(&format!("{columns} {open} ORDER BY t_ms"))?, [no], |row| {
            let done = match get::<Option<i64>>(row, 4)? {
                Some(at_ms) => Some((at_ms, named(row, 5, OrderOutcome::from_name, "orders.outcome")?)),
                None => None,
            };
            Ok(StoredOrder {
                install: *install,
                t_ms: get(row, 0)?,
                epoch: epoch(row, 1)?,
                seq: uint(get(row, 2)?),
                by: get(row, 3)?,
                done,
            })
        })
    }

    fn proven(&self, install: &InstallId) -> Result<Vec<ProvenPlace>> {
        let Some(no) = self.install_no(install)? else { return Ok(Vec::new()) };
        let sql = "SELECT epoch, seq, hash, received_ms FROM places WHERE install = ?1 AND state = 'proven' ORDER BY epoch, seq";
        all(&mut *self.prepare(sql)?, [no], |row| {
            Ok(ProvenPlace {
                epoch: epoch(row, 0)?,
                seq: uint(get(row, 1)?),
                hash: hash(row, 2)?,
                receipt_ms: get(row, 3)?,
            })
        })
    }

    fn receipt(
        &self,
        install: &InstallId,
        (epoch_no, from): (u32, u64),
        batch: &[u8; 32],
    ) -> Result<Option<StoredReceipt>> {
        let Some(no) = self.install_no(install)? else { return Ok(None) };
        let sql = "SELECT r.batch, r.hash, r.t_ms, r.epoch, r.from_seq, r.to_seq, r.outcomes, b.compact \
                   FROM receipts r JOIN bytes b ON b.no = r.bytes \
                   WHERE r.install = ?1 AND r.epoch = ?2 AND r.from_seq = ?3 AND r.batch = ?4";
        one(&mut *self.prepare(sql)?, params![no, epoch_no, int(from), batch], |row| {
            Ok(StoredReceipt {
                install: *install,
                batch: get(row, 0)?,
                hash: hash(row, 1)?,
                t_ms: get(row, 2)?,
                epoch: epoch(row, 3)?,
                from: uint(get(row, 4)?),
                to: uint(get(row, 5)?),
                outcomes: unpack_outcomes(&get::<Vec<u8>>(row, 6)?)?,
                compact: get(row, 7)?,
            })
        })
    }

    fn receipt_times(
        &self,
        install: &InstallId,
        mut named: BTreeSet<EnvelopeHash>,
    ) -> Result<BTreeMap<EnvelopeHash, i64>> {
        let mut times = BTreeMap::new();
        let Some(no) = self.install_no(install)?.filter(|_| !named.is_empty()) else { return Ok(times) };
        let sql = "SELECT hash, t_ms FROM receipts WHERE install = ?1 ORDER BY epoch DESC, from_seq DESC";
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query([no])?;
        while !named.is_empty()
            && let Some(row) = rows.next()?
        {
            let given = hash(row, 0)?;
            if named.remove(&given) {
                times.insert(given, get(row, 1)?);
            }
        }
        Ok(times)
    }

    fn health(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<HealthVerdict>> {
        let columns = "SELECT i.id, h.epoch, h.seq, h.person, h.for_date, h.verdict, h.claimed_ms, h.received_ms \
                       FROM health h JOIN installations i ON i.no = h.install WHERE h.for_date BETWEEN ?1 AND ?2";
        let order = "ORDER BY h.received_ms, i.id, h.epoch, h.seq";
        match person {
            Some(person) => {
                let sql = format!("{columns} AND h.person = ?3 {order}");
                all(&mut *self.prepare(&sql)?, params![date(from), date(until), person.as_str()], health)
            }
            None => all(&mut *self.prepare(&format!("{columns} {order}"))?, params![date(from), date(until)], health),
        }
    }

    fn totals(&self) -> Result<Totals> {
        let sql = "SELECT (SELECT count(*) FROM places WHERE state = 'record'), (SELECT count(*) FROM places WHERE state = 'stub'), \
                   (SELECT count(*) FROM evidence), (SELECT count(*) FROM receipts)";
        let counted = one(&mut *self.prepare(sql)?, [], |row| {
            Ok(Totals {
                records: uint(get(row, 0)?),
                stubs: uint(get(row, 1)?),
                evidence: uint(get(row, 2)?),
                receipts: uint(get(row, 3)?),
            })
        })?;
        Ok(counted.unwrap_or_default())
    }
}

impl RecordsWrite for Conn<'_> {
    fn insert_records(
        &mut self,
        install: &InstallId,
        received_ms: i64,
        records: &[&NewRecord],
    ) -> Result<Vec<Inserted>> {
        let no = self.known_install(install)?;
        let mut bytes = self.prepare("INSERT INTO bytes (compact) VALUES (?1)")?;
        // The caller saw that the place is free or held by a stub or a proof for this very hash, so what can still collide is the id.
        let mut place = self.prepare(TAKE_PLACE)?;
        let mut answers = Vec::with_capacity(records.len());
        for record in records {
            let bytes_no = bytes.insert([&record.compact])?;
            let stored = match place.execute(params![
                no,
                record.epoch,
                int(record.seq),
                record.hash.as_bytes(),
                record.id.as_bytes(),
                record.kind.as_str(),
                record.claimed_ms,
                received_ms,
                bytes_no
            ]) {
                // Rare, so that it is cheaper to take the bytes back than to look for the id first, each time.
                Err(rusqlite::Error::SqliteFailure(error, _)) if error.extended_code == SQLITE_CONSTRAINT_UNIQUE => {
                    self.run("DELETE FROM bytes WHERE no = ?1", [bytes_no])?;
                    answers.push(Inserted::IdTaken);
                    continue;
                }
                stored => stored?,
            };
            if stored != 1 {
                return Err(StoreError::Engine("a record was to be stored at a place that is taken".into()));
            }
            answers.push(Inserted::Stored);
        }
        Ok(answers)
    }

    fn insert_stub(&mut self, stub: &StoredStub) -> Result<()> {
        let no = self.known_install(&stub.install)?;
        self.run(
            "INSERT OR IGNORE INTO stubs (install, epoch, seq, stands_for, reason, received_ms, compact) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                no,
                stub.epoch,
                int(stub.seq),
                stub.stands_for.as_bytes(),
                stub.reason,
                stub.received_ms,
                stub.compact
            ],
        )?;
        self.run(
            "INSERT OR IGNORE INTO places (install, epoch, seq, state, hash, received_ms) VALUES (?1, ?2, ?3, 'stub', ?4, ?5)",
            params![no, stub.epoch, int(stub.seq), stub.stands_for.as_bytes(), stub.received_ms],
        )?;
        Ok(())
    }

    fn add_order(&mut self, order: &StoredOrder) -> Result<()> {
        let no = self.known_install(&order.install)?;
        self.run(
            "INSERT INTO orders (install, t_ms, epoch, seq, by) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![no, order.t_ms, order.epoch, int(order.seq), order.by],
        )?;
        Ok(())
    }

    fn close_orders(
        &mut self,
        install: &InstallId,
        place: (u32, u64),
        until_ms: i64,
        at_ms: i64,
        outcome: OrderOutcome,
    ) -> Result<()> {
        let no = self.known_install(install)?;
        self.run(
            "UPDATE orders SET done_ms = ?5, outcome = ?6 \
             WHERE install = ?1 AND epoch = ?2 AND seq = ?3 AND t_ms <= ?4 AND done_ms IS NULL",
            params![no, place.0, int(place.1), until_ms, at_ms, outcome.as_str()],
        )?;
        Ok(())
    }

    fn insert_proven(&mut self, install: &InstallId, place: &ProvenPlace) -> Result<bool> {
        let no = self.known_install(install)?;
        let inserted = self.run(
            "INSERT OR IGNORE INTO places (install, epoch, seq, state, hash, received_ms) VALUES (?1, ?2, ?3, 'proven', ?4, ?5)",
            params![no, place.epoch, int(place.seq), place.hash.as_bytes(), place.receipt_ms],
        )?;
        Ok(inserted == 1)
    }

    fn insert_evidence(&mut self, new: &Evidence) -> Result<()> {
        let no = self.known_install(&new.install)?;
        self.run(
            "INSERT OR IGNORE INTO evidence (install, epoch, seq, hash, cause, received_ms, compact) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                no,
                new.epoch,
                int(new.seq),
                new.hash.as_bytes(),
                new.cause.as_str(),
                new.received_ms,
                new.compact
            ],
        )?;
        if new.cause == EvidenceCause::Id {
            self.run(
                "INSERT OR IGNORE INTO places (install, epoch, seq, state, hash, received_ms) VALUES (?1, ?2, ?3, 'evidence', ?4, ?5)",
                params![no, new.epoch, int(new.seq), new.hash.as_bytes(), new.received_ms],
            )?;
        }
        Ok(())
    }

    fn add_receipt(&mut self, receipt: &StoredReceipt) -> Result<()> {
        let no = self.known_install(&receipt.install)?;
        let bytes_no = self.prepare("INSERT INTO bytes (compact) VALUES (?1)")?.insert([&receipt.compact])?;
        let kept = self.run(
            "INSERT OR IGNORE INTO receipts (install, epoch, from_seq, batch, hash, t_ms, to_seq, outcomes, bytes) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                no,
                receipt.epoch,
                int(receipt.from),
                receipt.batch,
                receipt.hash.as_bytes(),
                receipt.t_ms,
                int(receipt.to),
                pack_outcomes(&receipt.outcomes),
                bytes_no
            ],
        )?;
        if kept == 0 {
            self.run("DELETE FROM bytes WHERE no = ?1", [bytes_no])?;
        }
        Ok(())
    }

    fn add_health(&mut self, new: &HealthVerdict) -> Result<()> {
        let no = self.known_install(&new.install)?;
        self.run(
            "INSERT OR IGNORE INTO health (install, epoch, seq, person, for_date, verdict, claimed_ms, received_ms) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                no,
                new.epoch,
                int(new.seq),
                new.person.as_str(),
                date(new.for_date),
                new.verdict.as_str(),
                new.claimed_ms,
                new.received_ms
            ],
        )?;
        Ok(())
    }
}
