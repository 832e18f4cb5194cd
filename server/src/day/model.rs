//! What a day of a unit looks like: people against windows, with everything a screen needs and no coordinates.

use std::{fmt, sync::Arc};

use chrono::NaiveDate;
use hadir_core::{
    judge::{
        DayState, DayVerdict, Entry, EntryState, Here, OtherWhy, Outage, ShareState, ShareVerdict, WindowState,
        WindowVerdict,
    },
    model::PersonId,
    roster,
    schedule::{Mode, Window, Zone},
    text::{Lang, time::DayClock},
};
use serde::Serialize;

use crate::asks::RecallSeen;

/// A unit's day as the server knows it at one instant.
#[derive(Debug, Clone)]
pub struct DayView {
    /// Name of the unit, or of the agency where the view covers all of it.
    pub place: String,
    /// Name of the agency, where it is not the place itself.
    pub agency: Option<String>,
    /// The duty date, in the office's zone.
    pub date: NaiveDate,
    /// The duty date of the instant at which this was made.
    pub today: NaiveDate,
    /// The office's zone.
    pub zone: Zone,
    /// The server's clock when this was made, milliseconds since 1970.
    pub now_ms: i64,
    /// The rule in force on the date; `None` if there is none.
    pub rule: Option<RuleInForce>,
    /// The windows of the day, by their opening: every window that anyone here owes.
    pub windows: Vec<Window>,
    /// The hours of live share, where anyone here owes it: the earliest beginning and the latest end.
    pub share: Option<Hours>,
    /// Requests and appeals of these people that await a decision.
    pub open_asks: usize,
    /// The people, by unit, then name.
    pub people: Vec<Arc<PersonDay>>,
    /// When the server could not be reached on that day.
    pub outages: Vec<Outage>,
    /// How far the server's clock is behind what it has signed, milliseconds; `None` where it is not.
    pub clock_behind_ms: Option<u64>,
    /// Whether entries are shown; not to every reader.
    pub shows_entry: bool,
    /// The date that the column of entries is about.
    pub entry_for: NaiveDate,
    /// The next instant at which this view changes by time alone, milliseconds; `None` if never.
    pub next_change_ms: Option<i64>,
}

/// Hours of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Hours {
    /// From, milliseconds.
    pub starts_ms: i64,
    /// Until, excluded.
    pub ends_ms: i64,
}

/// The rule in force, as a head line names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleInForce {
    /// Id of the policy, such as `luwu-utara-2021`.
    pub policy: String,
    /// How people cite it: the number of the circular, else the title of the policy.
    pub citation: String,
    /// The number of the pack that carries it.
    pub pack: u64,
}

/// One person's day. `Debug` shows no name.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonDay {
    /// Identity in the staff list.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Staff group, as people read it; may be empty.
    pub group: String,
    /// Id of the unit.
    pub unit: String,
    /// Name of the unit.
    pub unit_name: String,
    /// What the judge says of the date, with its reasons.
    pub verdict: DayVerdict,
    /// When the person's duty date begins, milliseconds: later than midnight where a night shift of the day before runs on.
    pub begins_ms: i64,
    /// Why the person's mode is what it is; `None` where no rule places anyone.
    pub mode_why: Option<roster::Reason>,
    /// Where the person is to be on [`DayView::entry_for`].
    pub entry_mode: Mode,
    /// Entry to the office on that date.
    pub entry: Entry,
    /// When the self-assessment for it came, milliseconds.
    pub entry_received_ms: Option<i64>,
    /// From when on that can be filled, milliseconds; `None` where none is asked.
    pub entry_opens_ms: Option<i64>,
    /// When a phone of this person last reached the server, milliseconds; `None` if never.
    pub last_heard_ms: Option<i64>,
    /// What is to be known of the person's phones.
    pub phones: Vec<PhoneNote>,
    /// What the phones noted on the date, in the order of their histories.
    pub notes: Vec<NoteSeen>,
    /// Recalls for the date, and whether the person has confirmed them.
    pub recalls: Vec<RecallSeen>,
}

impl fmt::Debug for PersonDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonDay({:?}, {:?})", self.id, self.verdict.state)
    }
}

/// Something that a phone noticed and wrote into its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteSeen {
    /// When, by the evidence, milliseconds.
    pub at_ms: i64,
    /// What.
    #[serde(flatten)]
    pub what: NoteWhat,
}

/// What a phone noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum NoteWhat {
    /// The server's time came, and bounds what was recorded around it.
    TimeToken,
    /// The wall clock was moved.
    ClockChanged {
        /// What it would have shown, milliseconds.
        from_ms: i64,
        /// What it showed, milliseconds.
        to_ms: i64,
    },
    /// Uploads had been failing.
    UploadFailed {
        /// The last failure: a problem code, or `transport`.
        code: String,
        /// How many in a row.
        count: u32,
        /// The phone's clock at the first, milliseconds.
        since_ms: i64,
    },
}

/// What is to be known of a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "note", content = "value", rename_all = "snake_case")]
pub enum PhoneNote {
    /// The person has no enrolled phone.
    NoPhone,
    /// The installation was revoked then, milliseconds.
    Revoked(i64),
    /// A new installation was enrolled on the date, milliseconds.
    Enrolled(i64),
    /// So many records were refused and wait for a person.
    Parked(u32),
    /// The phone reports a loss in its history (an epoch record).
    ReportedLoss,
    /// The history has a place that was never received.
    Gap,
    /// An object contradicts another at the same place of the history.
    Fork,
    /// The phone was told false times by a server whose clock was ahead.
    ToldFalseTime,
}

/// How a person counts in one window; each person counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tally {
    /// On time, nothing to look at.
    OnTime,
    /// Late, nothing to look at.
    Late,
    /// Shares the place, or has shared it, and nothing to look at.
    Sharing,
    /// Live share paused or stopped by the person, or not going on.
    Paused,
    /// Open, and nothing has come yet.
    Open,
    /// Over, and not received.
    NotReceived,
    /// A tap that a person is to look at.
    Check,
    /// Missed.
    Missed,
    /// At the office, owes no tap.
    AtOffice,
    /// Leave, sick, a duty trip, isolation.
    Away,
    /// Excused, by health direction too.
    Excused,
    /// Not a working day, or a day without a rule.
    Off,
    /// The window has not opened, or is not this person's.
    Later,
}

impl Tally {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::OnTime,
        Self::Late,
        Self::Sharing,
        Self::Paused,
        Self::Open,
        Self::NotReceived,
        Self::Check,
        Self::Missed,
        Self::AtOffice,
        Self::Away,
        Self::Excused,
        Self::Off,
        Self::Later,
    ];

    /// The name in addresses and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnTime => "on_time",
            Self::Late => "late",
            Self::Sharing => "sharing",
            Self::Paused => "paused",
            Self::Open => "open",
            Self::NotReceived => "not_received",
            Self::Check => "check",
            Self::Missed => "missed",
            Self::AtOffice => "at_office",
            Self::Away => "away",
            Self::Excused => "excused",
            Self::Off => "off",
            Self::Later => "later",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tally| tally.as_str() == name)
    }
}

/// How many people stand where in one window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// *Tepat waktu.*
    pub on_time: usize,
    /// *Terlambat.*
    pub late: usize,
    /// *Berbagi lokasi.*
    pub sharing: usize,
    /// *Jeda*, stopped, or not going on.
    pub paused: usize,
    /// *Ditunggu.*
    pub open: usize,
    /// *Belum diterima.*
    pub not_received: usize,
    /// *Perlu diperiksa.*
    pub check: usize,
    /// *Terlewat.*
    pub missed: usize,
    /// *Di kantor.*
    pub at_office: usize,
    /// Leave, sick, duty trips, isolation.
    pub away: usize,
    /// *Dengan alasan yang sah*, health direction too.
    pub excused: usize,
    /// *Bukan hari kerja.*
    pub off: usize,
    /// Not opened yet, or not this person's.
    pub later: usize,
}

impl PersonDay {
    /// The verdict on a window, if it is this person's.
    #[must_use]
    pub fn window(&self, window: &Window) -> Option<&WindowVerdict> {
        self.verdict.windows.iter().find(|verdict| verdict.id == window.id)
    }

    /// Whether windows are this person's matter on the date.
    #[must_use]
    pub fn has_windows(&self) -> bool {
        self.verdict.state == DayState::OwesCheckIn
    }

    /// Taps of the day that no window holds, in the order in which they were made.
    pub fn outside_schedule(&self) -> impl Iterator<Item = i64> {
        self.verdict.others.iter().filter(|other| other.why == OtherWhy::OutsideSchedule).map(|other| other.tap.at_ms)
    }

    /// Where the person counts in a window; `None` asks about a day without windows.
    #[must_use]
    pub fn tally(&self, window: Option<&Window>) -> Tally {
        match self.verdict.state {
            DayState::AtOffice => return Tally::AtOffice,
            DayState::Leave | DayState::Sick | DayState::DutyTrip | DayState::Isolation => return Tally::Away,
            DayState::HealthDirection | DayState::Excused => return Tally::Excused,
            DayState::Off => return Tally::Off,
            DayState::AtHome => return self.verdict.share.as_ref().map_or(Tally::Later, of_share),
            DayState::OwesCheckIn => {}
        }
        let Some(verdict) = window.and_then(|window| self.window(window)) else { return Tally::Later };
        match verdict.effective() {
            WindowState::NotOwed | WindowState::Upcoming => Tally::Later,
            WindowState::Open => Tally::Open,
            WindowState::NotYetReceived => Tally::NotReceived,
            WindowState::Missed => Tally::Missed,
            WindowState::Excused { .. } => Tally::Excused,
            WindowState::OnTime | WindowState::Late { .. } if verdict.needs_a_look() => Tally::Check,
            WindowState::OnTime => Tally::OnTime,
            WindowState::Late { .. } => Tally::Late,
        }
    }
}

impl DayView {
    /// The window that the counts speak of: the last one that has opened, else the first.
    #[must_use]
    pub fn current(&self) -> Option<&Window> {
        let opened = self.windows.iter().rfind(|window| window.opens_ms <= self.now_ms);
        opened.or(self.windows.first())
    }

    /// Counts the people in a window.
    #[must_use]
    pub fn counts(&self, window: Option<&Window>) -> Counts {
        let mut counts = Counts::default();
        for person in &self.people {
            *match person.tally(window) {
                Tally::OnTime => &mut counts.on_time,
                Tally::Late => &mut counts.late,
                Tally::Sharing => &mut counts.sharing,
                Tally::Paused => &mut counts.paused,
                Tally::Open => &mut counts.open,
                Tally::NotReceived => &mut counts.not_received,
                Tally::Check => &mut counts.check,
                Tally::Missed => &mut counts.missed,
                Tally::AtOffice => &mut counts.at_office,
                Tally::Away => &mut counts.away,
                Tally::Excused => &mut counts.excused,
                Tally::Off => &mut counts.off,
                Tally::Later => &mut counts.later,
            } += 1;
        }
        counts
    }

    /// Whether anyone here is asked for a self-assessment, and this reader may see what became of it.
    #[must_use]
    pub fn has_entries(&self) -> bool {
        self.shows_entry && self.people.iter().any(|person| person.entry.state != EntryState::NotOwed)
    }

    /// The clock in which the times of the date are told.
    #[must_use]
    pub const fn clock(&self, lang: Lang) -> DayClock {
        DayClock { zone: self.zone, date: self.date, lang }
    }

    /// Until when a night shift of the day before runs on, for anyone here, milliseconds; `None` where none does any more.
    #[must_use]
    pub fn night_until_ms(&self) -> Option<i64> {
        let midnight = self.zone.midnight_ms(self.date);
        let begins = self.people.iter().map(|person| person.begins_ms).max()?;
        (self.date == self.today && begins > midnight && self.now_ms < begins).then_some(begins)
    }

    /// The first outage that touches a window, from its opening until it no longer counts.
    #[must_use]
    pub fn outage_in(&self, window: &Window) -> Option<Outage> {
        self.outages.iter().copied().find(|outage| outage.touches(window.opens_ms, window.late_until_ms))
    }
}

/// Where a person without windows counts by their live share.
fn of_share(share: &ShareVerdict) -> Tally {
    match share.effective() {
        _ if share.needs_a_look() => Tally::Check,
        ShareState::Sharing { here: Here::Outside } => Tally::Check,
        ShareState::Sharing { .. } | ShareState::Shared => Tally::Sharing,
        ShareState::Paused | ShareState::Stopped | ShareState::Idle => Tally::Paused,
        ShareState::NotYetReceived => Tally::NotReceived,
        ShareState::NotShared => Tally::Missed,
        ShareState::Excused { .. } => Tally::Excused,
        ShareState::Upcoming => Tally::Later,
    }
}

/// What judging gives for one person.
#[derive(Debug)]
pub(super) struct DayOfPerson {
    /// The verdict.
    pub(super) verdict: DayVerdict,
    /// When the duty date begins, milliseconds.
    pub(super) begins_ms: i64,
    /// Why the mode is what it is.
    pub(super) mode_why: Option<roster::Reason>,
    /// The mode on the date that the entry is about.
    pub(super) entry_mode: Mode,
    /// The entry.
    pub(super) entry: Entry,
    /// When its form came, milliseconds.
    pub(super) entry_received_ms: Option<i64>,
    /// From when on the form can be filled, milliseconds.
    pub(super) entry_opens_ms: Option<i64>,
}
