//! The staff list from CSV: decoded, checked row by row, and imported whole or not at all.
//!
//! Columns, by the header's names in any order: `scheme` (nip, nippppk, local), `number`, `name`, `unit`, and optionally
//! `unit_name`, `employment` (asn, non_asn), `rank`, `position`, `structural`, `can_wfh`, `household`, `phone`, `shift`.
//! Files as offices have them are read too: semicolons or tabs, UTF-8 with or without a byte-order mark, UTF-16, Windows-1252.

mod decode;
mod fault;
mod number;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use hadir_core::model::PersonId;

pub use decode::Encoding;
pub use fault::{RowFault, StaffError, StaffErrors};
pub(super) use table::Lines;
pub use table::{StaffList, StaffRow, parse};

use super::{Admin, AdminError};
use crate::store::{Person, Unit};

/// Decodes a CSV file and finds its separator.
///
/// # Errors
/// As [`parse`], for bytes that are no text.
pub(super) fn decode_csv(bytes: &[u8]) -> Result<(String, u8), StaffErrors> {
    let text = decode::decode(bytes)?.0;
    let separator = table::separator(&text);
    Ok((text, separator))
}

/// What an import changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// People who are new.
    pub added: usize,
    /// People whose data changed, or who came back.
    pub changed: usize,
    /// People as they were.
    pub unchanged: usize,
    /// People who are no longer on the list.
    pub left: usize,
    /// Units that are new.
    pub units: usize,
}

impl Admin<'_> {
    /// Imports a staff list: adds and changes people, and makes units that are new. With `whole`, whoever is not in it has left;
    /// their records stay.
    ///
    /// # Errors
    /// What the store reports; a bad row never comes this far, see [`parse`].
    pub fn import_staff(&self, list: &StaffList, whole: bool) -> Result<Imported, AdminError> {
        self.act("staff.import", |tx| {
            let mut done = Imported::default();
            let known: BTreeMap<PersonId, Person> = tx.staff()?.into_iter().map(|p| (p.id.clone(), p)).collect();
            let mut units: BTreeSet<_> = tx.units()?.into_iter().map(|unit| unit.id).collect();
            for row in &list.rows {
                let unit = &row.person.unit;
                if units.insert(unit.clone()) {
                    let name = row.unit_name.clone().unwrap_or_else(|| unit.to_string());
                    tx.put_unit(&Unit { id: unit.clone(), name, parent: None, service: None })?;
                    done.units += 1;
                }
                match known.get(&row.person.id) {
                    Some(before) if *before == row.person => {
                        done.unchanged += 1;
                        continue;
                    }
                    Some(_) => done.changed += 1,
                    None => done.added += 1,
                }
                tx.put_person(&row.person)?;
            }
            if whole {
                let listed: BTreeSet<&PersonId> = list.rows.iter().map(|row| &row.person.id).collect();
                for (_, person) in known.iter().filter(|(id, person)| person.active && !listed.contains(id)) {
                    tx.put_person(&Person { active: false, ..person.clone() })?;
                    done.left += 1;
                }
            }
            if done.added + done.changed + done.left > 0 {
                // Quotas are shared: one who comes or goes may move anyone's turn.
                tx.bump_roster(None)?;
            }
            let Imported { added, changed, left, units, .. } = done;
            Ok((done, format!("{added} added, {changed} changed, {left} left, {units} units")))
        })
    }
}

#[cfg(test)]
mod tests;
