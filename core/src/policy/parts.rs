//! The parts of a compiled policy. Each carries the [`Marks`] that say where its values come from.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Marks, Source};
use crate::schedule::{DayTime, LateRule, Mode, ShareDetail, Weekdays, WindowId};

/// What a policy stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalBasis {
    /// What it is: *surat edaran*, *instruksi*, *surat*.
    pub kind: String,
    /// Its number, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Its date, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
    /// Who issued it.
    pub issuer: String,
    /// Where these values come from.
    pub marks: Marks,
}

/// When a policy is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    /// The first duty date.
    pub from: NaiveDate,
    /// How it ends.
    pub until: Until,
}

/// How a policy ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// With this duty date, included.
    Date(NaiveDate),
    /// By an act that has no date yet; a superseding policy tells it.
    Act(String),
    /// Open-ended.
    Open,
}

impl Validity {
    /// The last duty date, if it is known.
    #[must_use]
    pub fn last_date(&self) -> Option<NaiveDate> {
        match self.until {
            Until::Date(date) => Some(date),
            Until::Act(_) | Until::Open => None,
        }
    }

    /// Whether a duty date lies within.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        date >= self.from && self.last_date().is_none_or(|last| date <= last)
    }
}

/// The working days of a week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkWeek {
    /// Of everyone not named below.
    pub days: Weekdays,
    /// Units with another week, by unit id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub units: BTreeMap<String, Weekdays>,
    /// The time of day at which a duty date begins; 00:00 unless night work asks for more.
    pub day_starts: DayTime,
    /// Where these values come from.
    pub marks: Marks,
}

impl WorkWeek {
    /// The working days of a unit.
    #[must_use]
    pub fn of_unit(&self, unit: Option<&str>) -> Weekdays {
        unit.and_then(|unit| self.units.get(unit)).copied().unwrap_or(self.days)
    }
}

/// One scheduled time and the weekdays on which it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowRule {
    /// Names the window within its day.
    pub id: WindowId,
    /// How screens name it.
    pub label: String,
    /// The days on which it holds.
    pub days: Weekdays,
    /// The time that the rule names.
    pub nominal: DayTime,
    /// The first moment that is on time.
    pub opens: DayTime,
    /// The first moment that is late.
    pub on_time_until: DayTime,
    /// Where the time comes from.
    pub time_source: Source,
    /// Where the tolerance around it comes from.
    pub tolerance_source: Source,
}

/// The check-ins of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckInRule {
    /// The modes that owe a check-in.
    pub modes: Vec<Mode>,
    /// The windows of ordinary days.
    pub windows: Vec<WindowRule>,
    /// For how long a late tap counts, in minutes after the end of on-time; the next opening ends it earlier.
    pub late_runs_min: u32,
    /// How late minutes are counted.
    pub late: LateRule,
    /// Lateness bands that a city adds, rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<LateBand>,
    /// Where these values come from.
    pub marks: Marks,
}

/// A band of lateness that cuts the performance allowance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateBand {
    /// Its name, such as `TL1`.
    pub name: String,
    /// From this many late minutes.
    pub from_min: u32,
    /// Below this many late minutes; none for the last band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below_min: Option<u32>,
    /// What it cuts, in hundredths of a percent.
    pub cut_e4: u32,
    /// Where it comes from.
    pub source: Source,
}

/// A shift with windows of its own; it works on weekends and holidays too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// Its id, as the roster names it.
    pub id: String,
    /// Its name on screens.
    pub title: String,
    /// Its windows; they may run past midnight.
    pub windows: Vec<WindowRule>,
    /// Where these values come from.
    pub marks: Marks,
}

/// Dated hours that replace the ordinary ones, such as Ramadan's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatedHours {
    /// What it is called.
    pub name: String,
    /// The first duty date.
    pub from: NaiveDate,
    /// The last duty date.
    pub until: NaiveDate,
    /// The windows in place of the ordinary ones; none keeps them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<Vec<WindowRule>>,
    /// Live sharing in place of the ordinary one; none keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<ShareHours>,
    /// Where these values come from.
    pub marks: Marks,
}

impl DatedHours {
    /// Whether a duty date lies within.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        (self.from..=self.until).contains(&date)
    }
}

/// When the place is shared live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareHours {
    /// The first moment.
    pub starts: DayTime,
    /// For how long, in minutes.
    pub minutes: u32,
}

/// Live sharing of the place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveShareRule {
    /// The modes that owe it.
    pub modes: Vec<Mode>,
    /// When.
    pub hours: ShareHours,
    /// What is reported of each interval.
    pub detail: ShareDetail,
    /// Length of an interval, in seconds.
    pub interval_s: u32,
    /// Where these values come from.
    pub marks: Marks,
}

/// The self-assessment before an office day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormRule {
    /// The form's id, such as `form1`.
    pub form: String,
    /// The form's version.
    pub version: u32,
    /// The modes that need it: those in which a person enters the workplace.
    pub modes: Vec<Mode>,
    /// How many calendar days before the office day it opens.
    pub opens_days_before: u32,
    /// The time of entry on the office day; later answers are marked late.
    pub entry: DayTime,
    /// Where these values come from.
    pub marks: Marks,
}

/// What an approval is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalFor {
    /// Leaving the region while working from home.
    LeaveRegion,
    /// Calling a person back to the office.
    Recall,
    /// A minimum of people at the office beyond the quota.
    MinimumOffice,
    /// Naming who stays at the workplace.
    NameStaying,
    /// Drawing up the duty roster of the service counters.
    Piket,
    /// Monitoring a unit's attendance on the day.
    Monitor,
}

/// Who approves or decides what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// What for.
    pub act: ApprovalFor,
    /// Who, in Indonesian.
    pub by: String,
    /// Under which condition, in Indonesian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Where it comes from.
    pub source: Source,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Masks.
    Mask,
    /// Keeping distance.
    Distance,
    /// Temperature at the door.
    Temperature,
    /// Signs of illness.
    Symptoms,
    /// Staying within the region.
    Region,
    /// Something else.
    Other,
}

/// A sentence shown to people on their day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// In Indonesian.
    pub id: String,
    /// In English.
    pub en: String,
    /// The modes in which it is shown.
    pub modes: Vec<Mode>,
    /// A limit in tenths of a degree Celsius, for temperatures: 373 is 37.3 °C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_c_e1: Option<u32>,
    /// Where it comes from.
    pub source: Source,
}

/// A home as the place of home-working taps; without this the region is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomePointRule {
    /// How far from the confirmed point still counts, in metres.
    pub radius_m: u32,
    /// Where these values come from.
    pub marks: Marks,
}

/// For how long what is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Days by kind of record.
    pub days: BTreeMap<String, u32>,
    /// Where these values come from.
    pub marks: Marks,
}

/// How long the office waits, and who keeps another machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Working days for which a window without a record is *not received yet* rather than *missed*.
    pub grace_working_days: u32,
    /// The modes whose presence comes from the fingerprint machine.
    pub fingerprint_modes: Vec<Mode>,
    /// Where these values come from.
    pub marks: Marks,
}
