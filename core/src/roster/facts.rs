//! Dated facts about people: what a person of the office knows and a turn list cannot.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::PersonId;
use crate::policy::Side;
use crate::schedule::{Mode, WindowId};

/// The kinds of leave (*cuti*) and of absence that count like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveKind {
    /// *Cuti tahunan.*
    Annual,
    /// *Cuti besar.*
    Long,
    /// *Cuti sakit.*
    Sick,
    /// *Cuti melahirkan.*
    Maternity,
    /// *Cuti karena alasan penting.*
    ImportantReason,
    /// *Cuti di luar tanggungan negara.*
    Unpaid,
    /// *Tugas belajar.*
    Study,
    /// *Diklat.*
    Training,
}

/// What a fact says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// The form or the health office said *may not enter*.
    HealthDirection,
    /// In self-isolation or under treatment.
    Isolation,
    /// Sick, with notice.
    Sick,
    /// On leave.
    Leave(LeaveKind),
    /// On a duty trip.
    DutyTrip,
    /// Called back to the office.
    Recalled,
    /// On the duty roster of the workplace.
    Piket,
    /// A head's own list puts them on one side.
    HeadsList(Side),
    /// Free by the shift roster (*libur jaga*), on whatever day of the week.
    Off,
    /// Works this shift of the policy.
    Shift(String),
    /// May leave the region; the mode stays as it is.
    MayLeaveRegion,
    /// A technical reason covers its windows; the mode stays as it is.
    Technical,
}

impl FactKind {
    /// The mode that the fact gives to a whole day; `None` if it only adds to one.
    #[must_use]
    pub fn mode(&self) -> Option<Mode> {
        match self {
            Self::HealthDirection => Some(Mode::HealthDirection),
            Self::Isolation => Some(Mode::Isolation),
            Self::Sick | Self::Leave(LeaveKind::Sick) => Some(Mode::Sick),
            Self::Leave(_) => Some(Mode::Leave),
            Self::DutyTrip => Some(Mode::DutyTrip),
            Self::Recalled => Some(Mode::Recalled),
            Self::Piket => Some(Mode::Piket),
            Self::Off => Some(Mode::Off),
            Self::HeadsList(Side::Home) => Some(Mode::Wfh),
            Self::HeadsList(Side::Office) => Some(Mode::Wfo),
            Self::Shift(_) | Self::MayLeaveRegion | Self::Technical => None,
        }
    }

    /// Which of two facts of one day decides the mode; the lower does. Health first, a list last.
    pub(super) fn precedence(&self) -> u8 {
        match self {
            Self::HealthDirection => 0,
            Self::Isolation => 1,
            Self::Sick => 2,
            Self::Leave(_) => 3,
            Self::DutyTrip => 4,
            Self::Recalled => 5,
            Self::Piket => 6,
            Self::Off => 7,
            Self::HeadsList(_) => 8,
            Self::Shift(_) => 9,
            Self::MayLeaveRegion => 10,
            Self::Technical => 11,
        }
    }

    /// Whether it excuses the windows that it names.
    pub(super) fn excuses_windows(&self) -> bool {
        self.mode().is_some() || *self == Self::Technical
    }
}

/// A dated fact about one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Whom it is about.
    pub person: PersonId,
    /// The first duty date.
    pub from: NaiveDate,
    /// The last duty date.
    pub until: NaiveDate,
    /// The windows it covers; none for whole days. So half days work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<WindowId>,
    /// What it says.
    pub kind: FactKind,
    /// The letter or request behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

impl Fact {
    /// A fact about whole days, both ends included.
    #[must_use]
    pub fn days(person: PersonId, from: NaiveDate, until: NaiveDate, kind: FactKind) -> Self {
        Self { person, from, until, windows: Vec::new(), kind, reference: None }
    }

    /// Whether it covers a date, wholly or in part.
    #[must_use]
    pub fn covers(&self, date: NaiveDate) -> bool {
        (self.from..=self.until).contains(&date)
    }

    /// Whether it covers whole days.
    #[must_use]
    pub fn is_whole_day(&self) -> bool {
        self.windows.is_empty()
    }
}

/// A minimum of people at the office for a pressing need, beyond the quota and with an approval (Palopo 2021: the mayor's).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinimumOffice {
    /// The agency.
    pub agency: String,
    /// The group's id.
    pub group: String,
    /// The first duty date.
    pub from: NaiveDate,
    /// The last duty date.
    pub until: NaiveDate,
    /// How many at least.
    pub people: u32,
    /// Who approved it.
    pub approved_by: String,
}
