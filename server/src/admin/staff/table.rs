//! Rows of a staff list, read and checked.

use std::collections::BTreeMap;

use csv::{Reader, ReaderBuilder, StringRecord, Trim};
use hadir_core::{model::PersonId, policy::Employment};

use super::{Encoding, RowFault, StaffError, StaffErrors, decode::decode, number};
use crate::{
    limits::STAFF_ROWS,
    store::{Person, UnitId},
};

/// The columns that are read; the first [`NEEDED`] must be there.
const COLUMNS: [&str; 13] = [
    "scheme",
    "number",
    "name",
    "unit",
    "unit_name",
    "employment",
    "rank",
    "position",
    "structural",
    "can_wfh",
    "household",
    "phone",
    "shift",
];
const NEEDED: usize = 4;

/// Characters of a name, of a unit's name.
const NAME_CHARS: usize = 120;
/// Characters of a rank, a position, a household, a shift.
const WORD_CHARS: usize = 60;

/// A person of the list, with the name of the unit for a unit that is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRow {
    /// The person.
    pub person: Person,
    /// The unit's name.
    pub unit_name: Option<String>,
}

/// A staff list in which every row is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffList {
    /// The rows.
    pub rows: Vec<StaffRow>,
    /// How the file was encoded.
    pub encoding: Encoding,
    /// What separated its columns.
    pub separator: char,
}

/// Reads a staff list and checks every row.
///
/// # Errors
/// [`StaffErrors`]: all bad rows with their lines, or why this is no staff list.
pub fn parse(bytes: &[u8]) -> Result<StaffList, StaffErrors> {
    let (text, encoding) = decode(bytes)?;
    let mut lines = Lines::of(&text);
    let separator = separator(&text);
    let mut reader =
        ReaderBuilder::new().delimiter(separator).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let columns = Columns::read(&mut reader)?;
    let mut seen: BTreeMap<PersonId, u64> = BTreeMap::new();
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(|error| StaffErrors::NotATable(error.to_string()))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() + faults.len() >= STAFF_ROWS {
            return Err(StaffErrors::TooManyRows { max: STAFF_ROWS });
        }
        let line = lines.of_record(&record);
        match columns.row(&record) {
            Ok(row) => match seen.insert(row.person.id.clone(), line) {
                Some(first) => faults.push(StaffError { line, fault: RowFault::Repeated { line: first } }),
                None => rows.push(row),
            },
            Err(fault) => faults.push(StaffError { line, fault }),
        }
        if record.iter().any(|field| field.contains('\n')) && text.matches('"').count() % 2 == 1 {
            return Err(StaffErrors::OpenQuote { line });
        }
    }
    match (rows.is_empty(), faults.is_empty()) {
        (_, false) => Err(StaffErrors::Rows(faults)),
        (true, true) => Err(StaffErrors::Empty),
        (false, true) => Ok(StaffList { rows, encoding, separator: char::from(separator) }),
    }
}

/// Finds the lines of records. The reader's own count is one too low after a line that ends with CR LF, as spreadsheets end it.
pub(in crate::admin) struct Lines<'t> {
    text: &'t [u8],
    counted: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    pub(in crate::admin) const fn of(text: &'t str) -> Self {
        Self { text: text.as_bytes(), counted: 0, line: 1 }
    }

    /// The line that a record begins in, from 1; records rise.
    pub(in crate::admin) fn of_record(&mut self, record: &StringRecord) -> u64 {
        let begins = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        let begins = begins.min(self.text.len());
        let begins = begins + self.text[begins..].iter().take_while(|c| matches!(c, b'\r' | b'\n')).count();
        self.line += self.text[self.counted..begins].iter().filter(|c| **c == b'\n').count() as u64;
        self.counted = begins;
        self.line
    }
}

/// The separator that occurs most in the header; a comma where none does.
pub(super) fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|c| *c == separator).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// Where each column stands.
struct Columns {
    places: BTreeMap<String, usize>,
    width: usize,
}

impl Columns {
    fn read(reader: &mut Reader<&[u8]>) -> Result<Self, StaffErrors> {
        let header = reader.headers().map_err(|error| StaffErrors::NotATable(error.to_string()))?;
        let found: Vec<String> = header.iter().map(|name| name.to_lowercase().replace([' ', '-'], "_")).collect();
        let places: BTreeMap<String, usize> = found.iter().cloned().enumerate().map(|(at, name)| (name, at)).collect();
        for column in &COLUMNS[..NEEDED] {
            if !places.contains_key(*column) {
                return Err(StaffErrors::NoColumn { column, found });
            }
        }
        for (at, name) in found.iter().enumerate() {
            if !name.is_empty() && !COLUMNS.contains(&&**name) {
                return Err(StaffErrors::UnknownColumn { found: name.clone(), known: &COLUMNS });
            }
            if !name.is_empty() && found[..at].contains(name) {
                return Err(StaffErrors::ColumnTwice(name.clone()));
            }
        }
        Ok(Self { width: found.len(), places })
    }

    fn get<'r>(&self, record: &'r StringRecord, column: &str) -> Option<&'r str> {
        self.places.get(column).and_then(|at| record.get(*at)).filter(|value| !value.is_empty())
    }

    fn needed<'r>(&self, record: &'r StringRecord, column: &'static str) -> Result<&'r str, RowFault> {
        self.get(record, column).ok_or(RowFault::Missing(column))
    }

    fn short(&self, record: &StringRecord, column: &'static str, max: usize) -> Result<Option<String>, RowFault> {
        match self.get(record, column) {
            Some(text) if text.chars().count() > max => Err(RowFault::TooLong { column, max }),
            Some(text) if text.chars().any(char::is_control) => Err(RowFault::Control(column)),
            text => Ok(text.map(str::to_owned)),
        }
    }

    fn yes_no(&self, record: &StringRecord, column: &'static str, default: bool) -> Result<bool, RowFault> {
        match self.get(record, column).map(str::to_lowercase).as_deref() {
            None => Ok(default),
            Some("ya" | "y" | "yes" | "true" | "1") => Ok(true),
            Some("tidak" | "t" | "n" | "no" | "false" | "0") => Ok(false),
            Some(found) => Err(RowFault::YesNo { column, found: found.chars().take(20).collect() }),
        }
    }

    fn row(&self, record: &StringRecord) -> Result<StaffRow, RowFault> {
        // Fewer fields than columns is how spreadsheets end a row whose last cells are empty; more is a stray separator.
        if record.len() > self.width && record.iter().skip(self.width).any(|field| !field.is_empty()) {
            return Err(RowFault::Fields { expected: self.width, found: record.len() });
        }
        let scheme = self.needed(record, "scheme")?;
        let id = number::read(scheme, self.needed(record, "number")?)?;
        let unit = self.needed(record, "unit")?;
        let employment = match self.get(record, "employment").map(str::to_lowercase).as_deref() {
            None if id.scheme() == "local" => Employment::NonAsn,
            None | Some("asn") => Employment::Asn,
            Some("non_asn" | "non-asn" | "honorer") => Employment::NonAsn,
            Some(other) => return Err(RowFault::Employment(other.chars().take(20).collect())),
        };
        let phone = self.get(record, "phone").map(phone).transpose()?;
        let name = self.needed(record, "name").map(|_| self.short(record, "name", NAME_CHARS))??;
        let person = Person {
            name: name.unwrap_or_default(),
            unit: unit.parse::<UnitId>().map_err(|_| RowFault::Unit(unit.chars().take(40).collect()))?,
            employment,
            rank: self.short(record, "rank", WORD_CHARS)?,
            position: self.short(record, "position", WORD_CHARS)?,
            structural: self.yes_no(record, "structural", false)?,
            can_wfh: self.yes_no(record, "can_wfh", true)?,
            household: self.short(record, "household", WORD_CHARS)?,
            phone,
            shift: self.short(record, "shift", WORD_CHARS)?,
            active: true,
            id,
        };
        Ok(StaffRow { person, unit_name: self.short(record, "unit_name", NAME_CHARS)? })
    }
}

fn phone(text: &str) -> Result<String, RowFault> {
    let number: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '\'')).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let good = (6..=19).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
    if good { Ok(number) } else { Err(RowFault::Phone) }
}
