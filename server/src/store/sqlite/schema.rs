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
