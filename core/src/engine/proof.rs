//! *Bagikan bukti*: what a person may show of one record, with the code by which a board finds it.

use chrono::NaiveDate;
use serde::Serialize;

use super::{CheckInEngine, EngineError, log::LogWhat, screen::Person};
use crate::{
    judge::DayVerdict,
    model::{Fix, ProofCode, RecordId},
    outbox::Delivery,
    schedule::Zone,
    time::Grade,
};

/// What may be shown of a record. What a self-assessment declares, and where a tap was made unless the person adds it, is
/// not in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proof {
    /// The code: it comes from the record's hash, which the server has once the record is received.
    pub code: ProofCode,
    /// The record.
    pub record: RecordId,
    /// Whose.
    pub person: Person,
    /// The agency's id.
    pub agency: String,
    /// What was recorded.
    #[serde(flatten)]
    pub what: ProofWhat,
    /// The duty date that it counts for.
    pub date: NaiveDate,
    /// The office's zone.
    pub zone: Zone,
    /// When it was made, milliseconds: the instant that it is judged by.
    pub at_ms: i64,
    /// How well that is proven, as far as this phone knows.
    pub grade: Grade,
    /// Whether it was received.
    pub delivery: Delivery,
    /// When, by the server's clock, milliseconds.
    pub received_ms: Option<i64>,
    /// Where, if the person wants it told and there was a fix.
    pub place: Option<ProofPlace>,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ProofWhat {
    /// A tap.
    Tap {
        /// How screens name the window that it belongs to; `None` outside the schedule.
        window: Option<String>,
        /// Whether it has a fix.
        with_fix: bool,
    },
    /// A self-assessment; not what it declares.
    Form {
        /// For which office day.
        for_date: NaiveDate,
    },
    /// A request; not for what.
    Request,
    /// An appeal; not against what.
    Appeal,
    /// Another record.
    Other,
}

/// Where a tap was made. `Debug` shows nothing of it.
#[derive(Clone, Copy, PartialEq, Serialize)]
pub struct ProofPlace {
    /// Degrees north, WGS 84.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// The radius of 68 % confidence, metres.
    pub accuracy_m: f64,
}

impl std::fmt::Debug for ProofPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProofPlace(…)")
    }
}

impl From<&Fix> for ProofPlace {
    fn from(fix: &Fix) -> Self {
        Self { lat: fix.lat(), lon: fix.lon(), accuracy_m: fix.accuracy_m() }
    }
}

impl CheckInEngine {
    /// What the person may show of a record; with the coordinates only if they want that. `text::proof` makes the text of it.
    ///
    /// # Errors
    /// [`EngineError::UnknownRecord`]; and as [`CheckInEngine::log`].
    pub fn proof(&self, id: RecordId, with_place: bool) -> Result<Proof, EngineError> {
        let (entry, day) = self.why_record(id)?;
        let at_ms = entry.bounds.nearest(entry.claimed_ms);
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let (rules, state) = (&store.rules, &store.state);
        let person = Person::of(&rules.assignment(state).ok_or(EngineError::NotEnrolled)?.person);
        let agency = state.identity.as_ref().map(|identity| identity.agency.clone()).unwrap_or_default();
        let place = match &entry.what {
            LogWhat::Tap { fix } if with_place => Some(ProofPlace::from(fix)),
            _ => None,
        };
        let window = || day.as_ref().and_then(|day| window_of(day, id));
        let what = match &entry.what {
            LogWhat::Tap { .. } => ProofWhat::Tap { window: window(), with_fix: true },
            LogWhat::TapWithoutFix { .. } => ProofWhat::Tap { window: window(), with_fix: false },
            LogWhat::Form { for_date, .. } => ProofWhat::Form { for_date: *for_date },
            LogWhat::Request { .. } | LogWhat::Withdrawn => ProofWhat::Request,
            LogWhat::Appeal { .. } => ProofWhat::Appeal,
            _ => ProofWhat::Other,
        };
        Ok(Proof {
            code: ProofCode::of(entry.link.hash),
            record: id,
            person,
            agency,
            what,
            date: rules.duty_date(state, at_ms),
            zone: rules.zone(state, at_ms),
            at_ms,
            grade: entry.grade,
            delivery: entry.delivery,
            received_ms: entry.received_ms,
            place,
        })
    }
}

/// The window of a day that a tap counts for, or supports.
fn window_of(day: &DayVerdict, tap: RecordId) -> Option<String> {
    let of = |window: &&crate::judge::WindowVerdict| {
        window.tap.is_some_and(|counted| counted.record == tap) || window.supporting.contains(&tap)
    };
    day.windows.iter().find(of).map(|window| window.window.label.clone())
}
