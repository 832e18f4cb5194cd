//! The staff's part of the SQLite store.

use chrono::NaiveDate;
use hadir_core::{
    model::PersonId,
    policy::{Employment, Side},
    roster::Fact,
};
use rusqlite::{Row, params};

use super::{
    Conn,
    row::{all, date, get, int, named, one, parse, parse_opt, read_json, uint, write_json},
};
use crate::store::{
    FactNo, NewFact, NewRuling, Person, Result, Ruling, StaffRead, StaffWrite, StoredFact, Turn, TurnState, Unit,
};

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

fn side_name(side: Side) -> &'static str {
    match side {
        Side::Home => "home",
        Side::Office => "office",
    }
}

fn side_of(name: &str) -> Option<Side> {
    [Side::Home, Side::Office].into_iter().find(|side| side_name(*side) == name)
}

fn fact(row: &Row<'_>) -> Result<StoredFact> {
    let cancelled = get::<Option<String>>(row, 9)?.zip(get::<Option<i64>>(row, 10)?);
    let fact = Fact {
        person: parse(row, 1, "facts.person")?,
        kind: read_json(row, 2, "facts.kind")?,
        from: parse(row, 3, "facts.from_date")?,
        until: parse(row, 4, "facts.until_date")?,
        windows: read_json(row, 5, "facts.windows")?,
        reference: get(row, 6)?,
    };
    Ok(StoredFact { no: uint(get(row, 0)?), new: NewFact { fact, by: get(row, 7)?, at_ms: get(row, 8)? }, cancelled })
}

fn turn(row: &Row<'_>) -> Result<Turn> {
    Ok(Turn {
        date: parse(row, 0, "turns.date")?,
        person: parse(row, 1, "turns.person")?,
        side: named(row, 2, side_of, "turns.side")?,
        why: read_json(row, 3, "turns.why")?,
        pack: uint(get(row, 4)?),
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

    fn facts(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<StoredFact>> {
        let columns = "SELECT no, person, kind, from_date, until_date, windows, reference, by, at_ms, cancelled_by, cancelled_ms FROM facts";
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

    fn turns(&self, person: Option<&PersonId>, from: NaiveDate, until: NaiveDate) -> Result<Vec<Turn>> {
        let columns = "SELECT date, person, side, why, pack FROM turns WHERE date BETWEEN ?1 AND ?2";
        match person {
            Some(id) => {
                let sql = format!("{columns} AND person = ?3 ORDER BY date");
                all(&mut *self.prepare(&sql)?, params![date(from), date(until), id.as_str()], turn)
            }
            None => {
                let sql = format!("{columns} ORDER BY date, person");
                all(&mut *self.prepare(&sql)?, params![date(from), date(until)], turn)
            }
        }
    }

    fn turn_state(&self) -> Result<Option<TurnState>> {
        one(&mut *self.prepare("SELECT until_date, turns FROM turn_state")?, [], |row| {
            Ok(TurnState {
                until: parse(row, 0, "turn_state.until_date")?,
                turns: read_json(row, 1, "turn_state.turns")?,
            })
        })
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
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, \
             coalesce((SELECT t_ms FROM marks WHERE name = 'least_roster'), 1)) \
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

    fn raise_rosters(&mut self, least: u64) -> Result<()> {
        self.run("UPDATE staff SET roster = max(roster, ?1)", [int(least)])?;
        self.set_mark("least_roster", int(least))
    }

    fn add_fact(&mut self, new: &NewFact) -> Result<FactNo> {
        let fact = &new.fact;
        self.run(
            "INSERT INTO facts (person, kind, from_date, until_date, windows, reference, by, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                fact.person.as_str(),
                write_json(&fact.kind)?,
                date(fact.from),
                date(fact.until),
                write_json(&fact.windows)?,
                fact.reference,
                new.by,
                new.at_ms
            ],
        )?;
        Ok(uint(self.connection.last_insert_rowid()))
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
        Ok(uint(self.connection.last_insert_rowid()))
    }

    fn deal_turns(&mut self, after: NaiveDate, turns: &[Turn], state: &TurnState) -> Result<()> {
        self.run("DELETE FROM turns WHERE date > ?1", [date(after)])?;
        for turn in turns {
            self.run(
                "INSERT OR REPLACE INTO turns (date, person, side, why, pack) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    date(turn.date),
                    turn.person.as_str(),
                    side_name(turn.side),
                    write_json(&turn.why)?,
                    int(turn.pack)
                ],
            )?;
        }
        self.run(
            "INSERT OR REPLACE INTO turn_state (one, until_date, turns) VALUES (1, ?1, ?2)",
            params![date(state.until), write_json(&state.turns)?],
        )?;
        Ok(())
    }
}
