//! The ledger: what the engines acknowledged, noted outside them, against what the database holds, read past the server.
//!
//! *acknowledged = stored + waiting + destroyed by reinstall*, where stored counts distinct rows whose bytes are those
//! that were acknowledged.

use std::{collections::BTreeMap, path::Path};

use hadir_core::model::{EnvelopeHash, RecordId};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use super::{DemoError, phone::Phone};

/// The count at the end of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// Records of all kinds that the engines acknowledged.
    pub acknowledged: usize,
    /// Of these, distinct rows with equal bytes in the database.
    pub stored: usize,
    /// Of these, on a phone and not yet sent.
    pub waiting: usize,
    /// Of these, gone with an app that was removed before it had sent them.
    pub destroyed_by_reinstall: usize,
    /// The ids of those.
    pub destroyed: Vec<String>,
    /// Acknowledged, and nowhere.
    pub lost: Vec<String>,
    /// Stored with other bytes than acknowledged.
    pub altered: Vec<String>,
    /// Rows beyond one for an acknowledged record.
    pub duplicated: usize,
    /// Rows that no engine acknowledged.
    pub foreign: usize,
}

impl Ledger {
    /// Counts.
    ///
    /// # Errors
    /// What the database says.
    pub fn count(phones: &[Phone], database: &Path) -> Result<Self, DemoError> {
        let mut rows = read(database)?;
        let mut ledger = Self {
            acknowledged: 0,
            stored: 0,
            waiting: 0,
            destroyed_by_reinstall: 0,
            destroyed: Vec::new(),
            lost: Vec::new(),
            altered: Vec::new(),
            duplicated: 0,
            foreign: 0,
        };
        for phone in phones {
            let waiting = phone.waiting();
            for (id, known) in &phone.acknowledged {
                ledger.acknowledged += 1;
                let held = rows.remove(&id.to_string()).unwrap_or_default();
                ledger.duplicated += held.len().saturating_sub(1);
                if held.contains(&known.hash) {
                    ledger.stored += 1;
                } else if !held.is_empty() {
                    ledger.altered.push(id.to_string());
                } else if phone.destroyed.contains(id) {
                    ledger.destroyed.push(id.to_string());
                } else if waiting.contains(id) {
                    ledger.waiting += 1;
                } else {
                    ledger.lost.push(id.to_string());
                }
            }
        }
        ledger.destroyed_by_reinstall = ledger.destroyed.len();
        ledger.foreign = rows.len();
        Ok(ledger)
    }

    /// Whether nothing was lost, doubled, altered or added.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.lost.is_empty()
            && self.altered.is_empty()
            && self.duplicated == 0
            && self.foreign == 0
            && self.acknowledged == self.stored + self.waiting + self.destroyed_by_reinstall
    }
}

fn open(database: &Path) -> Result<Connection, DemoError> {
    Ok(Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}

/// Counts the rows of records.
pub(super) fn rows(database: &Path) -> Result<i64, DemoError> {
    Ok(open(database)?.query_row("SELECT count(*) FROM places WHERE state = 'record'", [], |row| row.get(0))?)
}

/// Every row of a record: the hash of its bytes, by the id that stands inside them.
fn read(database: &Path) -> Result<BTreeMap<String, Vec<EnvelopeHash>>, DemoError> {
    let db = open(database)?;
    let mut statement =
        db.prepare("SELECT compact FROM places JOIN bytes ON bytes.no = places.bytes WHERE state = 'record'")?;
    let mut held: BTreeMap<String, Vec<EnvelopeHash>> = BTreeMap::new();
    for compact in statement.query_map([], |row| row.get::<_, String>(0))? {
        let compact = compact?;
        let id = id_in(&compact).map_or_else(|| "unreadable".to_owned(), |id| id.to_string());
        held.entry(id).or_default().push(EnvelopeHash::of(&compact));
    }
    Ok(held)
}

fn id_in(compact: &str) -> Option<RecordId> {
    use hadir_core::{envelope::Unverified, model::Record};
    Some(Unverified::<Record>::parse(compact).ok()?.unverified_payload().id)
}
