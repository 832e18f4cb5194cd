//! The staff's part of the SQLite store.

use chrono::NaiveDate;
use hadir_core::{model::PersonId, policy::Employment};
use rusqlite::{Row, params};

use super::{
    Conn,
    row::{all, date, get, int, named, one, parse, parse_opt, uint},
};
use crate::store::{Fact, FactKind, FactNo, NewFact, NewRuling, Person, Result, Ruling, StaffRead, StaffWrite, Unit};

const PERSON: &str = "SELECT id, name, unit, employment, rank, position, structural, can_wfh, household, phone, shift, active FROM staff";

fn employment_name(employment: Employment) -> &'static str {
    match employment {
        Employment::Asn => "asn",
        Employment::NonAsn => "non_asn",
    }
}

fn employment_of(name: &str) -> Option<Employment> {
    [Employment::Asn, Employment::NonAsn].into_iter().find(|employment| employment_name(*employment) == name)
}

fn person(row: &Row<'_>) -> Result<Person> {
    Ok(Person {
        id: parse(row, 0, "staff.id")?,
        name: get(row, 1)?,
        unit: parse(row, 2, "staff.unit")?,
        employment: named(row, 3, employment_of, "staff.employment")?,
        rank: get(row, 4)?,
        position: get(row, 5)?,
        structural: get(row, 6)?,
        can_wfh: get(row, 7)?,
        household: get(row, 8)?,
        phone: get(row, 9)?,
        shift: get(row, 10)?,
        active: get(row, 11)?,
    })
}

fn fact(row: &Row<'_>) -> Result<Fact> {
    let cancelled = get::<Option<String>>(row, 8)?.zip(get::<Option<i64>>(row, 9)?);
    Ok(Fact {
        no: uint(get(row, 0)?),
        fact: NewFact {
            person: parse(row, 1, "facts.person")?,
            kind: named(row, 2, FactKind::from_name, "facts.kind")?,
            from: parse(row, 3, "facts.from_date")?,
            until: parse(row, 4, "facts.until_date")?,
            note: get(row, 5)?,
            by: get(row, 6)?,
            at_ms: get(row, 7)?,
        },
        cancelled,
    })
}

fn ruling(row: &Row<'_>) -> Result<Ruling> {
    Ok(Ruling {
        no: uint(get(row, 0)?),
        ruling: NewRuling {
            person: parse(row, 1, "rulings.person")?,
            date: parse(row, 2, "rulings.date")?,
            window: get(row, 3)?,
            verdict: get(row, 4)?,
            reason: get(row, 5)?,
            by: get(row, 6)?,
            at_ms: get(row, 7)?,
        },
    })
}

impl StaffRead for Conn<'_> {
    fn units(&self) -> Result<Vec<Unit>> {
        all(&mut *self.prepare("SELECT id, name, parent, service FROM units ORDER BY id")?, [], |row| {
            Ok(Unit {
                id: parse(row, 0, "units.id")?,
                name: get(row, 1)?,
                parent: parse_opt(row, 2, "units.parent")?,
                service: get(row, 3)?,
            })
        })
    }

    fn staff(&self) -> Result<Vec<Person>> {
        all(&mut *self.prepare(&format!("{PERSON} ORDER BY id"))?, [], person)
    }

    fn person(&self, id: &PersonId) -> Result<Option<Person>> {
        one(&mut *self.prepare(&format!("{PERSON} WHERE id = ?1"))?, [id.as_str()], person)
    }

    fn roster_generation(&self, id: &PersonId) -> Result<u64> {
        let found = one(&mut *self.prepare("SELECT roster FROM staff WHERE id = ?1")?, [id.as_str()], |row| {
            get::<i64>(row, 0)
        })?;
        Ok(found.map_or(0, uint))
    }

    fn facts(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<Fact>> {
        let columns =
            "SELECT no, person, kind, from_date, until_date, note, by, at_ms, cancelled_by, cancelled_ms FROM facts";
        match person {
            Some(id) => {
                let sql = format!("{columns} WHERE person = ?3 AND until_date >= ?1 AND from_date <= ?2 ORDER BY no");
                all(&mut *self.prepare(&sql)?, params![date(from), date(until), id.as_str()], fact)
            }
            None => {
                let sql = format!("{columns} WHERE until_date >= ?1 AND from_date <= ?2 ORDER BY no");
                all(&mut *self.prepare(&sql)?, params![date(from), date(until)], fact)
            }
        }
    }

    fn rulings(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<Ruling>> {
        let columns =
            "SELECT no, person, date, window_id, verdict, reason, by, at_ms FROM rulings WHERE date BETWEEN ?1 AND ?2";
        match person {
            Some(id) => {
                let sql = format!("{columns} AND person = ?3 ORDER BY no");
                all(&mut *self.prepare(&sql)?, params![date(from), date(until), id.as_str()], ruling)
            }
            None => {
                all(&mut *self.prepare(&format!("{columns} ORDER BY no"))?, params![date(from), date(until)], ruling)
            }
        }
    }
}

impl StaffWrite for Conn<'_> {
    fn put_unit(&mut self, unit: &Unit) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO units (id, name, parent, service) VALUES (?1, ?2, ?3, ?4)",
            params![unit.id.as_str(), unit.name, unit.parent.as_ref().map(|parent| parent.as_str()), unit.service],
        )?;
        Ok(())
    }

    fn put_person(&mut self, person: &Person) -> Result<()> {
        self.run(
            "INSERT INTO staff (id, name, unit, employment, rank, position, structural, can_wfh, household, phone, shift, active, roster) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 1) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, unit = excluded.unit, employment = excluded.employment, \
             rank = excluded.rank, position = excluded.position, structural = excluded.structural, can_wfh = excluded.can_wfh, \
             household = excluded.household, phone = excluded.phone, shift = excluded.shift, active = excluded.active",
            params![
                person.id.as_str(),
                person.name,
                person.unit.as_str(),
                employment_name(person.employment),
                person.rank,
                person.position,
                person.structural,
                person.can_wfh,
                person.household,
                person.phone,
                person.shift,
                person.active
            ],
        )?;
        Ok(())
    }

    fn bump_roster(&mut self, person: Option<&PersonId>) -> Result<()> {
        match person {
            Some(id) => self.run("UPDATE staff SET roster = roster + 1 WHERE id = ?1", [id.as_str()])?,
            None => self.run("UPDATE staff SET roster = roster + 1", [])?,
        };
        Ok(())
    }

    fn add_fact(&mut self, fact: &NewFact) -> Result<FactNo> {
        self.run(
            "INSERT INTO facts (person, kind, from_date, until_date, note, by, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                fact.person.as_str(),
                fact.kind.as_str(),
                date(fact.from),
                date(fact.until),
                fact.note,
                fact.by,
                fact.at_ms
            ],
        )?;
        Ok(uint(self.0.last_insert_rowid()))
    }

    fn cancel_fact(&mut self, no: FactNo, by: &str, at_ms: i64) -> Result<bool> {
        let changed = self.run(
            "UPDATE facts SET cancelled_by = ?2, cancelled_ms = ?3 WHERE no = ?1 AND cancelled_ms IS NULL",
            params![int(no), by, at_ms],
        )?;
        Ok(changed == 1)
    }

    fn add_ruling(&mut self, ruling: &NewRuling) -> Result<u64> {
        self.run(
            "INSERT INTO rulings (person, date, window_id, verdict, reason, by, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                ruling.person.as_str(),
                date(ruling.date),
                ruling.window,
                ruling.verdict,
                ruling.reason,
                ruling.by,
                ruling.at_ms
            ],
        )?;
        Ok(uint(self.0.last_insert_rowid()))
    }
}
