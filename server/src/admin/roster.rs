//! A head's own list of who works where: read from CSV, checked against the rule, and taken in as dated facts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use csv::{ReaderBuilder, Trim};
use hadir_core::{
    policy::Side,
    roster::{Fact, FactKind, Listed, Staffing, Violation},
};

use super::{
    Admin, AdminError,
    staff::{Lines, StaffErrors, decode_csv},
};
use crate::{
    assignment::Roll,
    policies::PolicyBook,
    store::{NewFact, StoreRead},
};

/// Why a file is no list. The line counts from 1, the header's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// A column is missing.
    #[error("the first line needs the columns person, date and side")]
    Columns,
    /// It is no text, or no table.
    #[error(transparent)]
    File(#[from] StaffErrors),
    /// A line can't be read.
    #[error("line {line}: {what}")]
    Line {
        /// Which line.
        line: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// Nobody is on it.
    #[error("there is nobody on the list")]
    Empty,
}

/// What became of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedRoster {
    /// What does not hold of it.
    pub violations: Vec<Violation>,
    /// How many lines were taken in: all, or none.
    pub imported: usize,
}

/// Reads a list: CSV with the columns `person` (nip:…), `date` (YYYY-MM-DD) and `side` (home, office; rumah, kantor).
///
/// # Errors
/// [`RosterError`] names the first line that can't be read.
pub fn read_roster(bytes: &[u8]) -> Result<Vec<Listed>, RosterError> {
    let (text, separator) = decode_csv(bytes)?;
    let mut lines = Lines::of(&text);
    let mut reader =
        ReaderBuilder::new().delimiter(separator).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| RosterError::Columns)?;
    let width = header.len();
    let column =
        |name: &str| header.iter().position(|found| found.eq_ignore_ascii_case(name)).ok_or(RosterError::Columns);
    let (person, date, side) = (column("person")?, column("date")?, column("side")?);
    let mut list = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| RosterError::Columns)?;
        let line = lines.of_record(&record);
        let bad = |what| RosterError::Line { line, what };
        if record.len() != width {
            return Err(bad("it does not have as many fields as the first line"));
        }
        let field = |at: usize| record.get(at).unwrap_or_default();
        list.push(Listed {
            person: field(person).parse().map_err(|_| bad("the person is not nip:…, nippppk:… or local:…"))?,
            date: field(date).parse().map_err(|_| bad("the date is not YYYY-MM-DD"))?,
            side: match field(side).to_lowercase().as_str() {
                "home" | "rumah" | "wfh" => Side::Home,
                "office" | "kantor" | "wfo" => Side::Office,
                _ => return Err(bad("the side is neither home nor office")),
            },
        });
    }
    if list.is_empty() { Err(RosterError::Empty) } else { Ok(list) }
}

impl Admin<'_> {
    /// Checks a head's own list against the rule of each date and takes it in, as one fact a line. A list that breaks the
    /// rule is taken in only `anyway`: it is the head's to make, and the log says what does not hold.
    ///
    /// # Errors
    /// What the store reports.
    pub fn import_roster(&self, list: &[Listed], anyway: bool) -> Result<CheckedRoster, AdminError> {
        self.act("roster.import", |tx| {
            let violations = check(tx.as_read(), list)?;
            // Nobody can be placed who does not exist, and nobody twice.
            let unusable = violations
                .iter()
                .any(|violation| matches!(violation, Violation::UnknownPerson { .. } | Violation::ListedTwice { .. }));
            if unusable || !(violations.is_empty() || anyway) {
                let detail = format!("refused: {} violations", violations.len());
                return Ok((CheckedRoster { violations, imported: 0 }, detail));
            }
            for line in list {
                let fact = Fact::days(line.person.clone(), line.date, line.date, FactKind::HeadsList(line.side));
                tx.add_fact(&NewFact { fact, by: self.by.to_owned(), at_ms: self.now_ms })?;
            }
            tx.bump_roster(None)?;
            let detail = format!("{} lines, {} violations", list.len(), violations.len());
            Ok((CheckedRoster { violations, imported: list.len() }, detail))
        })
    }
}

fn check(store: &dyn StoreRead, list: &[Listed]) -> Result<Vec<Violation>, AdminError> {
    let book = PolicyBook::load(store)?;
    let mut by_date: BTreeMap<NaiveDate, Vec<Listed>> = BTreeMap::new();
    for line in list {
        by_date.entry(line.date).or_default().push(line.clone());
    }
    let mut violations = Vec::new();
    for (date, lines) in by_date {
        let Some(booked) = book.on(date) else {
            violations.push(Violation::OutsideDates { date });
            continue;
        };
        let roll = Roll::load(store, None, date, date)?;
        // A list is about the agencies whose people are on it.
        let agencies: BTreeSet<&str> = roll
            .people
            .iter()
            .filter(|person| lines.iter().any(|line| line.person == person.id))
            .map(|person| person.agency.as_str())
            .collect();
        let people: Vec<_> =
            roll.people.iter().filter(|person| agencies.contains(person.agency.as_str())).cloned().collect();
        violations.extend(Staffing::new(&booked.policy, &people, &roll.facts_on(date)).check(&lines, date, date));
    }
    Ok(violations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_with_either_languages_sides_and_a_bad_line_is_named() {
        let list =
            read_roster(b"person;date;side\nnip:198503302003121002;2026-11-24;rumah\nlocal:7;2026-11-24;office\n")
                .unwrap();
        assert_eq!((list.len(), list[0].side, list[1].side), (2, Side::Home, Side::Office));
        assert_eq!(read_roster(b"person,side\n"), Err(RosterError::Columns));
        assert_eq!(read_roster(b"person,date,side\n"), Err(RosterError::Empty));
        let bad = read_roster(b"person,date,side\nlocal:7,2026-11-24,home\nlocal:8,24/11/2026,home\n").unwrap_err();
        assert_eq!(bad, RosterError::Line { line: 3, what: "the date is not YYYY-MM-DD" });
    }
}
