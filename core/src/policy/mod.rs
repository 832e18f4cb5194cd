//! Policies: one circular each, written in TOML by an administrator, compiled, validated and carried to phones as JSON.
//!
//! - [`Policy::parse`] compiles a file and reports every error with its line and column;
//! - [`Policy::from_json`] reads a compiled policy from a signed pack, validates it again, and says when it needs a newer build;
//! - [`shipped`] are the six circulars and `default`; [`draft`] writes a file to start from;
//! - every value has a [`Source`]: the circular, the press, or us.
//!
//! Pure: no clock, no files. `docs/policies.md` explains the file to administrators.

mod draft;
mod fault;
mod geojson;
mod parts;
mod people;
mod read;
mod region;
mod shipped;
mod source;
mod validate;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use draft::{Draft, draft};
pub use fault::{Expected, Fault, Named, PolicyError, PolicyErrors};
pub use geojson::{GeoJsonError, shapes_from_geojson};
pub use parts::{
    Approval, ApprovalFor, CheckInRule, DatedHours, Evidence, FormRule, HomePointRule, LateBand, LegalBasis,
    LiveShareRule, Notice, NoticeKind, Retention, ShareHours, Shift, Until, Validity, WindowRule, WorkWeek,
};
pub use people::{Employment, Exemption, Group, GroupPlace, Quota, Rotation, Selector, Side};
pub use region::{LonLat, NoPlace, Region, Ring, Shape};
pub use shipped::{DEFAULT_ID, sample_day, shipped, shipped_policy};
pub use source::{Marks, Source};

use crate::schedule::{Calendar, Mode, WindowId, Zone};

/// The schema of compiled policies that this build writes, and the newest it reads.
pub const SCHEMA: u16 = 1;

/// A compiled, validated policy. Its JSON is what packs carry; reading it validates again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Policy {
    /// The schema it is written in, [`SCHEMA`].
    pub schema: u16,
    /// Its id, such as `luwu-utara-2021`.
    pub id: String,
    /// Its title, in Indonesian.
    pub title: String,
    /// The city or regency.
    pub place: String,
    /// The office's zone.
    pub zone: Zone,
    /// When it is in force.
    pub valid: Validity,
    /// Ids of the policies that it replaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supersedes: Vec<String>,
    /// What a reader should know about the file's silences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the values above come from.
    pub marks: Marks,
    /// What it stands on.
    pub legal: LegalBasis,
    /// The working days.
    pub week: WorkWeek,
    /// The check-ins.
    pub check_in: CheckInRule,
    /// Shifts with hours of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shifts: Vec<Shift>,
    /// Dated hours in place of the ordinary ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<DatedHours>,
    /// Live sharing of the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_share: Option<LiveShareRule>,
    /// The self-assessment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormRule>,
    /// Groups that work at home, at the office or in turns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// Who is not sent home.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exemptions: Vec<Exemption>,
    /// How turns go round.
    pub rotation: Rotation,
    /// The region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// A home point in place of the region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_point: Option<HomePointRule>,
    /// Who approves what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// What is shown to people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// For how long what is kept.
    pub retention: Retention,
    /// How long the office waits for records.
    pub evidence: Evidence,
    /// The dated days that it knows.
    pub calendar: Calendar,
}

impl Policy {
    /// Compiles a policy file.
    ///
    /// # Errors
    /// [`PolicyErrors`] with every error of the file, each with line, column and what was probably meant.
    pub fn parse(toml: &str) -> Result<Self, PolicyErrors> {
        read::compile(toml)
    }

    /// Reads a compiled policy, as a pack carries it, and validates it.
    ///
    /// # Errors
    /// [`PolicyErrors`]; [`PolicyErrors::needs_update`] tells that it was written for a newer build.
    pub fn from_json(json: &str) -> Result<Self, PolicyErrors> {
        #[derive(Deserialize)]
        struct Probe {
            schema: u64,
        }
        let not_compiled = |e: serde_json::Error| PolicyErrors::whole(Fault::NotCompiled { what: e.to_string() });
        let Probe { schema } = serde_json::from_slice(json.as_bytes()).map_err(not_compiled)?;
        if schema > u64::from(SCHEMA) {
            return Err(PolicyErrors::whole(Fault::Newer { found: schema, known: SCHEMA }));
        }
        let mut reader = serde_json::Deserializer::from_slice(json.as_bytes());
        let policy = Self::deserialize(&mut reader).map_err(not_compiled)?;
        reader.end().map_err(not_compiled)?;
        policy.checked()
    }

    /// The compiled policy as stable JSON: keys in the order of the struct, maps sorted, no floating point but in coordinates.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a policy has only text keys and finite numbers, which always serialize")
    }

    /// Dated hours in force on a date; of two, the later in the file.
    #[must_use]
    pub fn hours_on(&self, date: NaiveDate) -> Option<&DatedHours> {
        self.hours.iter().rev().find(|hours| hours.contains(date))
    }

    /// The id of every window that the policy names: on ordinary days, under dated hours, and of shifts.
    #[must_use]
    pub fn window_ids(&self) -> BTreeSet<&WindowId> {
        let dated = self.hours.iter().filter_map(|hours| hours.windows.as_ref()).flatten();
        let shifts = self.shifts.iter().flat_map(|shift| &shift.windows);
        self.check_in.windows.iter().chain(dated).chain(shifts).map(|rule| &rule.id).collect()
    }

    /// A shift by its id.
    #[must_use]
    pub fn shift(&self, id: &str) -> Option<&Shift> {
        self.shifts.iter().find(|shift| shift.id == id)
    }

    /// Whether people in this mode owe check-ins on a working day.
    #[must_use]
    pub fn asks_check_in_of(&self, mode: Mode) -> bool {
        self.check_in.modes.contains(&mode)
    }

    /// Whether presence in this mode comes from the fingerprint machine.
    #[must_use]
    pub fn has_fingerprint(&self, mode: Mode) -> bool {
        self.evidence.fingerprint_modes.contains(&mode)
    }

    /// Whether a date is a working day of a unit.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate, unit: Option<&str>) -> bool {
        self.calendar.is_working(date, self.week.of_unit(unit))
    }

    /// The last date of the grace after a duty date: as many working days later as the policy grants.
    #[must_use]
    pub fn grace_ends(&self, duty_date: NaiveDate) -> NaiveDate {
        let mut left = self.evidence.grace_working_days;
        let mut date = duty_date;
        // A calendar that never works again would loop for ever: a year is more than any grace that validates.
        for _ in 0..366 {
            if left == 0 {
                break;
            }
            let Some(next) = date.succ_opt() else { break };
            date = next;
            if self.is_working_day(date, None) {
                left -= 1;
            }
        }
        date
    }

    fn checked(self) -> Result<Self, PolicyErrors> {
        let faults = validate::faults(&self).into_iter();
        let errors = faults.map(|(path, fault)| PolicyError { line: 0, column: 0, path, fault }).collect();
        PolicyErrors::of(errors).map_or(Ok(self), Err)
    }
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)?.checked().map_err(serde::de::Error::custom)
    }
}

/// A TOML date without a time, as a calendar date; `None` if it has a time or no date.
pub(crate) fn calendar_date(read: &toml::value::Datetime) -> Option<NaiveDate> {
    match (read.date, read.time, read.offset) {
        (Some(date), None, None) => NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()),
        _ => None,
    }
}
