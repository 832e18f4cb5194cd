//! What a judge is told of one person's day.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Installation, TrackSeen};
use crate::ask::AppealSeen;
use crate::model::{ChainPlace, EntryVerdict, RecordId};
use crate::place::{Placement, Signal};
use crate::roster::FactKind;
use crate::schedule::{DayPlan, WindowId};
use crate::time::Timed;

/// Everything that is known of one person's day. Slices may hold what belongs to other days: it is left out.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// What the person owes by the rule in force.
    pub plan: &'a DayPlan,
    /// That rule.
    pub rule: &'a RuleRef,
    /// Why the person's mode is what it is, as the assignment says it; empty for nothing to say.
    pub why: &'a str,
    /// The rule before, where rule or assignment changed and the change may not have reached the phone.
    pub earlier: Option<EarlierRule<'a>>,
    /// The person's taps, of all installations.
    pub taps: &'a [Tap],
    /// The person's batches of live share, of all installations; `None`: live share is not to be judged.
    pub tracks: Option<&'a [TrackSeen]>,
    /// The person's installations, and up to when each history has been received.
    pub installations: &'a [Installation],
    /// From when on a window without a tap is missed even if the history has not been received, milliseconds.
    pub grace_until_ms: i64,
    /// Whether a permit to leave the region covers the date.
    pub may_leave_region: bool,
    /// Parts of the day with leave, sickness and the like.
    pub excuses: &'a [Excuse],
    /// When the server could not be reached.
    pub outages: &'a [Outage],
    /// The person's self-assessments.
    pub forms: &'a [FormSeen],
    /// What people ruled.
    pub corrections: &'a [Correction],
    /// The person's appeals.
    pub appeals: &'a [AppealSeen],
    /// Now, milliseconds.
    pub now_ms: i64,
}

/// Names a rule, for the reasons.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RuleRef {
    /// The policy's id.
    pub policy: String,
    /// Its title.
    pub title: String,
    /// The number of the pack that carried it.
    pub pack: Option<u64>,
}

/// The rule that held before a change of policy or assignment.
#[derive(Debug, Clone, Copy)]
pub struct EarlierRule<'a> {
    /// What the person owed by it.
    pub plan: &'a DayPlan,
    /// That rule.
    pub rule: &'a RuleRef,
    /// Parts of the day that were excused by it.
    pub excuses: &'a [Excuse],
    /// From when on the change had surely reached a phone of the person, milliseconds: the latest instant of the first
    /// record or request that names the new pack and assignment. `None`: it has not, as far as is known.
    pub reached_ms: Option<i64>,
}

/// A tap with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tap {
    /// The record.
    pub record: RecordId,
    /// Which of [`Case::installations`] made it.
    pub installation: usize,
    /// Where it stands in the chain of that installation.
    pub place: ChainPlace,
    /// When it was made.
    pub timed: Timed,
    /// How its fix stands to the region; `None` without a fix, or where the policy names no region.
    pub placement: Option<Placement>,
    /// What about it is worth a look, but for leaving the region, which depends on the day.
    pub signals: Vec<Signal>,
    /// When it came to the server, milliseconds; `None` while it waits on the phone.
    pub arrival_ms: Option<i64>,
}

impl Tap {
    /// What orders taps: when they were made; in one millisecond, the chain. Ids of one millisecond are random.
    pub(super) fn order(&self) -> impl Ord + use<> {
        (self.timed.judged_ms(), self.installation, self.place, self.record)
    }
}

/// A time in which the server could not be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outage {
    /// From, milliseconds.
    pub from_ms: i64,
    /// Until, excluded; `None` while it lasts.
    pub until_ms: Option<i64>,
}

impl Outage {
    /// Whether it touches `[from_ms, until_ms)`.
    #[must_use]
    pub fn touches(&self, from_ms: i64, until_ms: i64) -> bool {
        self.from_ms < until_ms && self.until_ms.is_none_or(|end| end > from_ms)
    }
}

/// A part of a day in which no tap is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Excuse {
    /// Of which kind.
    pub kind: ExcuseKind,
    /// From, milliseconds.
    pub from_ms: i64,
    /// Until, excluded.
    pub until_ms: i64,
}

/// Why no tap is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExcuseKind {
    /// *Cuti.*
    Leave,
    /// *Sakit.*
    Sick,
    /// *Dinas luar.*
    DutyTrip,
    /// *Izin.*
    Permission,
    /// *Alasan teknis.*
    Technical,
    /// *Bekerja dari rumah (arahan kesehatan).*
    HealthDirection,
}

impl ExcuseKind {
    /// Reads the name of an excuse on the wire. A kind to come excuses too: it is a permission.
    #[must_use]
    pub fn read(name: &str) -> Self {
        Self::from_name(name).unwrap_or(Self::Permission)
    }

    /// What a dated fact excuses its windows as; `None` if it takes no tap away.
    #[must_use]
    pub const fn of(fact: &FactKind) -> Option<Self> {
        match fact {
            FactKind::Sick | FactKind::Isolation => Some(Self::Sick),
            FactKind::Leave(_) => Some(Self::Leave),
            FactKind::DutyTrip => Some(Self::DutyTrip),
            FactKind::HealthDirection => Some(Self::HealthDirection),
            FactKind::Recalled | FactKind::Piket | FactKind::HeadsList(_) | FactKind::Off => Some(Self::Permission),
            FactKind::Technical => Some(Self::Technical),
            FactKind::Shift(_) | FactKind::MayLeaveRegion => None,
        }
    }
}

/// The parts of a planned day in which no tap is due, from the windows that were excused. A window that the plan does not
/// have excuses nothing.
pub fn excuses<'w>(plan: &DayPlan, windows: impl IntoIterator<Item = (&'w str, ExcuseKind)>) -> Vec<Excuse> {
    let excuse = |(id, kind): (&str, ExcuseKind)| {
        let window = plan.windows.iter().find(|window| window.id.as_str() == id)?;
        Some(Excuse { kind, from_ms: window.opens_ms, until_ms: window.late_until_ms })
    };
    windows.into_iter().filter_map(excuse).collect()
}

/// A self-assessment as the judge sees it: never an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormSeen {
    /// The record.
    pub record: RecordId,
    /// The office day that it is for.
    pub for_date: chrono::NaiveDate,
    /// Where it stands in the chain of its installation.
    pub place: ChainPlace,
    /// What it declares.
    pub verdict: EntryVerdict,
    /// When it was made.
    pub timed: Timed,
}

/// What a person ruled. It stands beside what was computed. `Debug` shows neither who nor what they wrote.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Correction {
    /// The window; `None` for a word on the whole day.
    pub window: Option<WindowId>,
    /// The ruling.
    pub ruling: Ruling,
    /// When, milliseconds.
    pub at_ms: i64,
    /// Who, as screens show them.
    pub by: String,
    /// What they wrote.
    pub note: String,
}

impl fmt::Debug for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Correction({:?}, {:?}, {})", self.window, self.ruling, self.at_ms)
    }
}

/// How a person rules on a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// It counts as on time.
    OnTime,
    /// It counts as late.
    Late {
        /// By how many minutes.
        minutes: u32,
    },
    /// It is excused.
    Excused(ExcuseKind),
    /// It counts as missed.
    Missed,
    /// What was flagged was looked at; an earlier ruling still holds.
    Checked,
    /// What was computed holds again, whatever was ruled before.
    AsComputed,
}
