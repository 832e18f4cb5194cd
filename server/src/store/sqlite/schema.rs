//! The schema, as steps that are only ever added to.

use rusqlite::{Connection, TransactionBehavior};

use crate::store::{Result, StoreError};

/// Each step brings the schema from its index to the next number; a step that was released is never edited.
const STEPS: &[&str] = &[
    include_str!("schema_1.sql"),
    include_str!("schema_asks.sql"),
    include_str!("schema_orders.sql"),
    include_str!("schema_clock.sql"),
    include_str!("schema_old.sql"),
    include_str!("schema_typed.sql"),
    include_str!("schema_help.sql"),
    include_str!("schema_proof.sql"),
    include_str!("schema_pages.sql"),
];

/// Brings the schema up to date.
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    let known = u32::try_from(STEPS.len()).unwrap_or(u32::MAX);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for step in STEPS.iter().skip(found as usize) {
        transaction.execute_batch(step)?;
    }
    if found < known {
        transaction.pragma_update(None, "user_version", known)?;
    }
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use hadir_core::{
        model::{EnvelopeHash, InstallId},
        wire::Outcome,
    };
    use rusqlite::params;

    use super::*;
    use crate::store::{SqliteStore, StoreExt as _, StoredReceipt};

    /// A database as an earlier build left it.
    fn of_schema(path: &std::path::Path, steps: usize) -> Connection {
        let connection = Connection::open(path).unwrap();
        STEPS[..steps].iter().for_each(|step| connection.execute_batch(step).unwrap());
        connection.pragma_update(None, "user_version", u32::try_from(steps).unwrap()).unwrap();
        connection
    }

    #[test]
    fn receipts_that_an_earlier_build_gave_are_given_again_as_they_were() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hadir.db");
        let install = InstallId::new([7; 32]);
        let receipt = |batch: u8, epoch: u32, from: u64, t_ms: i64| StoredReceipt {
            install,
            batch: [batch; 32],
            hash: EnvelopeHash::of(&format!("receipt {batch}")),
            t_ms,
            epoch,
            from,
            to: from + 1,
            outcomes: vec![Outcome::Stored, Outcome::Conflict],
            compact: format!("receipt {batch}"),
        };
        // Two of one place: a batch that was sent again with one record more.
        let given = [receipt(9, 1, 1, 10), receipt(3, 1, 1, 20), receipt(5, 2, 1, 30), receipt(1, 1, 3, 25)];
        let pages = STEPS.iter().position(|step| step.contains("receipts_before")).unwrap();
        let before = of_schema(&path, pages);
        let phone = "INSERT INTO installations (no, id, key, person, invite, enrolled_ms, app, epoch, contiguous, seen_ms) \
                     VALUES (4, ?1, ?1, 'local:1', ?1, 0, 'uji', 1, 0, 0)";
        before.execute(phone, [install.as_bytes()]).unwrap();
        before.execute("INSERT INTO bytes (no, compact) VALUES (7, 'a record')", []).unwrap();
        for one in &given {
            let sql = "INSERT INTO receipts (install, batch, hash, t_ms, epoch, from_seq, to_seq, outcomes, compact) \
                       VALUES (4, ?1, ?2, ?3, ?4, ?5, ?6, x'0001', ?7)";
            let (from, to) = (i64::try_from(one.from).unwrap(), i64::try_from(one.to).unwrap());
            let row = params![one.batch, one.hash.as_bytes(), one.t_ms, one.epoch, from, to, one.compact];
            before.execute(sql, row).unwrap();
        }
        drop(before);
        let store = SqliteStore::open(&path).unwrap();
        store
            .query(|read| {
                for one in &given {
                    assert_eq!(read.receipt(&install, (one.epoch, one.from), &one.batch)?.as_ref(), Some(one));
                }
                let times = read.receipt_times(&install, given.iter().map(|one| one.hash).collect())?;
                assert_eq!(times, given.iter().map(|one| (one.hash, one.t_ms)).collect());
                assert_eq!(read.totals()?.receipts, 4);
                Ok(())
            })
            .unwrap();
        assert_eq!(store.faults().unwrap(), None);
        drop(store);
        let after = Connection::open(&path).unwrap();
        let text =
            |no: i64| after.query_row("SELECT compact FROM bytes WHERE no = ?1", [no], |row| row.get::<_, String>(0));
        assert_eq!((text(7).unwrap().as_str(), text(8).unwrap().as_str()), ("a record", "receipt 9"));
    }
}
