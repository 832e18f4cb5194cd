//! What a judge says.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Correction, Entry, ExcuseKind, Flag, Reason, Ruling, ShareVerdict};
use crate::ask::AppealSeen;
use crate::model::RecordId;
use crate::place::Placement;
use crate::schedule::{Mode, Window, WindowId, Zone};
use crate::time::{Bounds, Grade};

/// The verdict on a person's day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayVerdict {
    /// The duty date.
    pub date: NaiveDate,
    /// The office's zone.
    pub zone: Zone,
    /// Where the person was to work.
    pub mode: Mode,
    /// What kind of day it is.
    pub state: DayState,
    /// One verdict for each window, rising.
    pub windows: Vec<WindowVerdict>,
    /// Taps of the day that count for no window: nothing is thrown away.
    pub others: Vec<OtherTap>,
    /// Live share, where the rule asks for it and its batches are known here.
    pub share: Option<ShareVerdict>,
    /// Whether the person may enter the office.
    pub entry: Entry,
    /// What people ruled on the whole day, as they ruled it; and what on something that is none of the day's.
    pub corrections: Vec<Correction>,
    /// What the person holds against the whole day, oldest first.
    pub appeals: Vec<AppealSeen>,
    /// Why the day is what it is.
    pub reasons: Vec<Reason>,
}

impl DayVerdict {
    /// Whether something waits for a person's judgement.
    #[must_use]
    pub fn needs_a_look(&self) -> bool {
        self.share.as_ref().is_some_and(ShareVerdict::needs_a_look)
            || self.windows.iter().any(WindowVerdict::needs_a_look)
            || self.others.iter().any(|other| !other.flags.is_empty())
    }
}

/// What kind of day it is for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// Check-ins are owed.
    OwesCheckIn,
    /// At the workplace, where the fingerprint machine tells presence: *di kantor*, never missed.
    AtOffice,
    /// At home, under a rule that asks no check-in.
    AtHome,
    /// On leave.
    Leave,
    /// Sick.
    Sick,
    /// On a duty trip.
    DutyTrip,
    /// In isolation or under treatment.
    Isolation,
    /// At home by health direction: neither late nor absent.
    HealthDirection,
    /// Not a working day.
    Off,
    /// With a valid reason that the reader is not told. No judge says this; whoever shows a day to someone may.
    Excused,
}

/// The verdict on one window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WindowVerdict {
    /// The scheduled check-in, by the id that the rule in force gives it.
    pub id: WindowId,
    /// Its window, by the rule that decided.
    pub window: Window,
    /// What was computed.
    pub state: WindowState,
    /// What a person should look at.
    pub flags: Vec<Flag>,
    /// The tap that counts.
    pub tap: Option<CountedTap>,
    /// Taps that support it.
    pub supporting: Vec<RecordId>,
    /// Why, in the order in which it is told.
    pub reasons: Vec<Reason>,
    /// What people ruled, oldest first. The last one holds.
    pub corrections: Vec<Correction>,
    /// What the person holds against it, oldest first.
    pub appeals: Vec<AppealSeen>,
}

impl WindowVerdict {
    /// The state that holds: what the last correction says, else what was computed.
    #[must_use]
    pub fn effective(&self) -> WindowState {
        let ruled = self.corrections.iter().rev().find_map(|correction| match correction.ruling {
            Ruling::OnTime => Some(WindowState::OnTime),
            Ruling::Late { minutes } => Some(WindowState::Late { minutes }),
            Ruling::Excused(kind) => Some(WindowState::Excused { kind }),
            Ruling::Missed => Some(WindowState::Missed),
            Ruling::AsComputed => Some(self.state),
            Ruling::Checked => None,
        });
        ruled.unwrap_or(self.state)
    }

    /// Whether an appeal against it waits for a ruling.
    #[must_use]
    pub fn is_appealed(&self) -> bool {
        self.appeals.iter().any(AppealSeen::is_open)
    }

    /// Whether a flag waits for a person's judgement: any ruling settles it.
    #[must_use]
    pub fn needs_a_look(&self) -> bool {
        !self.flags.is_empty() && self.corrections.is_empty()
    }
}

/// How a window stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum WindowState {
    /// *Tepat waktu.*
    OnTime,
    /// *Terlambat.*
    Late {
        /// Whole minutes, as the policy counts them.
        minutes: u32,
    },
    /// *Belum diterima*: the window is over, and what the phone holds of it has not come.
    NotYetReceived,
    /// *Terlewat*: the history has been received past the window, or the grace has run out.
    Missed,
    /// It has not opened.
    Upcoming,
    /// It is open, and no tap is here so far.
    Open,
    /// No tap is due.
    NotOwed,
    /// *Dengan alasan yang sah.*
    Excused {
        /// Of which kind.
        kind: ExcuseKind,
    },
}

/// The tap that counts for a window, with its evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CountedTap {
    /// The record.
    pub record: RecordId,
    /// The instant that it was judged by, milliseconds.
    pub at_ms: i64,
    /// What the phone's wall clock said, milliseconds.
    pub claimed_ms: i64,
    /// What the evidence allows.
    pub bounds: Bounds,
    /// How well its time is proven.
    pub grade: Grade,
    /// Where it was made, as far as the fix can tell.
    pub placement: Option<Placement>,
    /// When it came to the server, milliseconds.
    pub arrival_ms: Option<i64>,
}

/// A tap that counts for no window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherTap {
    /// The tap.
    #[serde(flatten)]
    pub tap: CountedTap,
    /// Why it counts for none.
    pub why: OtherWhy,
    /// What a person should look at.
    pub flags: Vec<Flag>,
}

/// Why a tap counts for no window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum OtherWhy {
    /// *Di luar jadwal*: no window holds it.
    OutsideSchedule,
    /// No tap was owed that day.
    NothingOwed,
    /// The installation was revoked, and the tap is not surely from before.
    Revoked {
        /// When, milliseconds.
        revoked_ms: i64,
    },
}
