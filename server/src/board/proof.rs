//! *Periksa bukti*: what the office has under the short code that somebody shared.

use std::sync::Arc;

use chrono::NaiveDate;
use hadir_core::{
    judge::{CountedTap, OtherWhy, WindowVerdict},
    model::{Kind, PersonId, ProofCode},
    schedule::Zone,
};

use super::sight::seen_by;
use crate::{
    day::{DayError, Days, PersonDay, Scope},
    policies::PolicyBook,
    store::{Login, RecordRow, Role, Store, StoreExt as _, UnitId, subtree},
};

/// What a login is told of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Checked {
    /// Nothing here has it.
    NotFound,
    /// It is a record of somebody whom this login does not see.
    OutsideUnits,
    /// Records with it; nearly always one.
    Found(Vec<Proven>),
}

/// A record that the office has.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Proven {
    /// Whose.
    pub(crate) name: String,
    /// Name of the unit.
    pub(crate) unit: String,
    /// Of what kind.
    pub(crate) kind: Kind,
    /// When it came, milliseconds.
    pub(crate) received_ms: i64,
    /// When the phone's own clock says that it was made, milliseconds.
    pub(crate) claimed_ms: i64,
    /// The office's zone.
    pub(crate) zone: Zone,
    /// The day that it counts for, where one is found that has it.
    pub(crate) judged: Option<Judged>,
}

impl std::fmt::Debug for Proven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proven({}, {})", self.kind, self.received_ms)
    }
}

/// What a tap counts as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    /// The duty date.
    pub(crate) date: NaiveDate,
    /// What.
    pub(crate) counts: Counts,
    /// The tap, with how well its time is proven.
    pub(crate) tap: Option<CountedTap>,
}

/// What a tap counts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Counts {
    /// It is the tap that counts for a window.
    For(Box<WindowVerdict>),
    /// It supports the one that counts.
    Supports(Box<WindowVerdict>),
    /// It counts for no window.
    ForNone(OtherWhy),
}

/// Looks a code up for a login.
///
/// # Errors
/// What the store or the judge reports.
pub(crate) fn check(
    code: ProofCode,
    login: &Login,
    days: &Days,
    store: &dyn Store,
    now_ms: i64,
) -> Result<Checked, DayError> {
    let (rows, zone) = store.query(|read| {
        let units = read.units()?;
        let seen = login.unit.as_ref().map(|top| subtree(&units, top));
        let mut rows = Vec::new();
        for row in read.records_of_code(code)? {
            let Some(phone) = read.installation(&row.install)? else { continue };
            let Some(person) = read.person(&phone.person)? else { continue };
            let within = seen.as_ref().is_none_or(|seen| seen.contains(&person.unit));
            let unit = units.iter().find(|unit| unit.id == person.unit).map(|unit| unit.name.clone());
            let unit = unit.unwrap_or_else(|| person.unit.to_string());
            rows.push((row, within.then_some((person.id, person.name, unit, person.unit))));
        }
        Ok((rows, PolicyBook::load(read)?.zone(now_ms)))
    })?;
    let Some(zone) = zone else { return Err(DayError::NoPolicy) };
    let any = !rows.is_empty();
    let mut found = Vec::new();
    for (row, seen) in rows {
        let Some((id, name, unit, of)) = seen else { continue };
        let judged = if row.record.kind == Kind::CheckIn {
            judged(&row, &id, &of, login.role, days, zone, now_ms)?
        } else {
            None
        };
        let kind = kind_shown(row.record.kind, login.role);
        let (received_ms, claimed_ms) = (row.received_ms, row.record.claimed_ms);
        found.push(Proven { name, unit, kind, received_ms, claimed_ms, zone, judged });
    }
    Ok(match (found.is_empty(), any) {
        (false, _) => Checked::Found(found),
        (true, true) => Checked::OutsideUnits,
        (true, false) => Checked::NotFound,
    })
}

/// That somebody filled the self-assessment is for those who see entries (decision 13); to others it is a record.
fn kind_shown(kind: Kind, role: Role) -> Kind {
    if kind == Kind::HealthForm && !role.sees_entry() { Kind::Other("".into()) } else { kind }
}

/// The day that has a tap. A clock that was wrong claims another date than the one that the tap is judged under, so the date of
/// its arrival is looked at too; a night shift's tap belongs to the date before, and an early opening to the one after.
fn judged(
    row: &RecordRow,
    person: &PersonId,
    unit: &UnitId,
    role: Role,
    days: &Days,
    zone: Zone,
    now_ms: i64,
) -> Result<Option<Judged>, DayError> {
    // The likeliest first: each is a day of the unit, judged.
    let mut dates: Vec<NaiveDate> = Vec::new();
    for at_ms in [row.record.claimed_ms, row.received_ms] {
        let date = zone.local(at_ms).date();
        let around = [Some(date), date.pred_opt(), date.succ_opt()].into_iter().flatten();
        dates.extend(around.filter(|date| !dates.contains(date)).collect::<Vec<_>>());
    }
    for date in dates {
        let view = days.view(&Scope { top: Some(unit.clone()), date: Some(date) }, now_ms)?;
        let view = seen_by(role, view);
        let day = view.people.iter().find(|day| day.id == *person);
        if let Some(judged) = day.and_then(|day| in_day(row, day)) {
            return Ok(Some(judged));
        }
    }
    Ok(None)
}

fn in_day(row: &RecordRow, day: &Arc<PersonDay>) -> Option<Judged> {
    let (id, date) = (row.record.id, day.verdict.date);
    let judged = |counts, tap| Some(Judged { date, counts, tap });
    for window in &day.verdict.windows {
        if let Some(tap) = window.tap.filter(|tap| tap.record == id) {
            return judged(Counts::For(Box::new(window.clone())), Some(tap));
        }
        if window.supporting.contains(&id) {
            return judged(Counts::Supports(Box::new(window.clone())), None);
        }
    }
    let other = day.verdict.others.iter().find(|other| other.tap.record == id)?;
    judged(Counts::ForNone(other.why), Some(other.tap))
}
