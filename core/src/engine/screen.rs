//! What the home screen shows, as plain values.

use chrono::NaiveDate;
use serde::Serialize;

use super::{ask::AskedWhat, now::Now, share::ShareToday};
use crate::{
    ask::Standing,
    judge::{CountedTap, DayState, Entry, Flag, OtherTap, WindowState},
    model::{EntryVerdict, EnvelopeHash, KeyId, PersonId, RecordId},
    outbox::Delivery,
    policy::{LegalBasis, Notice, Source},
    schedule::{FormDuty, Mode, Span, Window, WindowId, Zone},
    wire::Decision,
};

/// Everything that the home screen shows. Instants are milliseconds since 1970.
#[derive(Debug, Clone, Serialize)]
pub struct Today {
    /// Who is enrolled here.
    pub person: Person,
    /// The agency's id.
    pub agency: String,
    /// What time it is, and by which clock.
    pub now: Now,
    /// The duty date; what a night shift does after midnight belongs to the date of its start.
    pub date: NaiveDate,
    /// The office's zone, in which all times are shown.
    pub zone: Zone,
    /// Where the person works on this date; `None` where the assignment does not reach it.
    pub mode: Option<ModeToday>,
    /// The rule in force; `None`: there is none, and taps are recorded all the same.
    pub rule: Option<RuleToday>,
    /// What kind of day it is; `None` without a rule or an assignment.
    pub state: Option<DayState>,
    /// The windows owed, rising.
    pub windows: Vec<WindowToday>,
    /// The window that is open now.
    pub open: Option<WindowId>,
    /// The next window that opens on this date.
    pub next: Option<NextWindow>,
    /// Taps of the date that count for no window.
    pub others: Vec<OtherToday>,
    /// What a tap now would count as. The button is never disabled.
    pub tap: TapNow,
    /// Self-assessments that can be filled now or were filled for today or a coming date, nearest first.
    pub forms: Vec<FormToday>,
    /// Whether the person may enter the office today, by their own self-assessment.
    pub entry: Option<Entry>,
    /// Live sharing owed today.
    pub live_share: Option<Span>,
    /// How that stands.
    pub share: Option<ShareToday>,
    /// What the rule tells people in this mode.
    pub notices: Vec<Notice>,
    /// How many records wait to be sent.
    pub pending: u64,
    /// When the server was last heard of, by its own clock.
    pub last_contact_ms: Option<i64>,
    /// What needs the person, most urgent first.
    pub needs: Vec<Need>,
}

/// The person, as the assignment names them. `Debug` shows no name.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Identity in the staff list.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Name of the unit.
    pub unit_name: String,
    /// Staff group.
    pub group: String,
}

impl Person {
    pub(super) fn of(person: &crate::wire::AssignmentPerson) -> Self {
        Self {
            id: person.id.clone(),
            name: person.name.clone(),
            unit_name: person.unit_name.clone(),
            group: person.group.clone(),
        }
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({:?}, …)", self.id)
    }
}

/// Where the person works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModeToday {
    /// The mode, by the rule: a day off is a day off.
    pub mode: Mode,
    /// Why, as the assignment says it.
    pub why: String,
    /// The title of the shift worked, if there is one.
    pub shift: Option<String>,
}

/// The rule in force, as it is named to the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleToday {
    /// The policy's id.
    pub policy: String,
    /// Its title.
    pub title: String,
    /// The city or regency.
    pub place: String,
    /// What it stands on.
    pub legal: LegalBasis,
    /// The number of its pack.
    pub pack: u64,
    /// Where each window's time and tolerance come from, by the window's id: a circular without times uses ours, and says so.
    pub sources: Vec<WindowSource>,
    /// What a reader should know about the rule's silences.
    pub note: Option<String>,
}

/// Where a window comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WindowSource {
    /// The window.
    pub window: WindowId,
    /// Of its time.
    pub time: Source,
    /// Of the tolerance around it.
    pub tolerance: Source,
}

/// A window with what became of it, as far as this phone knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WindowToday {
    /// The window.
    pub window: Window,
    /// How it stands; a preview of what the server will decide.
    pub state: WindowState,
    /// The tap that counts.
    pub tap: Option<CountedTap>,
    /// Whether that tap was received.
    pub delivery: Option<Delivery>,
    /// What a person at the office may look at.
    pub flags: Vec<Flag>,
}

/// A tap that counts for no window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherToday {
    /// The tap, and why it counts for none.
    #[serde(flatten)]
    pub tap: OtherTap,
    /// Whether it was received.
    pub delivery: Delivery,
}

/// The next window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextWindow {
    /// Which.
    pub id: WindowId,
    /// How screens name it.
    pub label: String,
    /// When it opens.
    pub opens_ms: i64,
}

/// What a tap now would count as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "counts", rename_all = "snake_case")]
pub enum TapNow {
    /// On time in a window.
    OnTime {
        /// Which.
        window: WindowId,
    },
    /// Late in a window.
    Late {
        /// Which.
        window: WindowId,
        /// Whole minutes, as the policy counts them.
        minutes: u32,
    },
    /// A tap in this window is recorded already; another supports it.
    Supports {
        /// Which.
        window: WindowId,
    },
    /// *Di luar jadwal.*
    OutsideSchedule,
    /// No tap is owed today.
    NothingOwed,
    /// No rule is in force, or the assignment does not reach today.
    NoRule,
}

/// A self-assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormToday {
    /// What is owed: form, date, and until when.
    pub duty: FormDuty,
    /// Whether this build has the form.
    pub known: bool,
    /// How it stands.
    pub state: FormState,
}

/// How a self-assessment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FormState {
    /// It can be filled.
    Due,
    /// It can be filled, after the time of entry.
    DueLate,
    /// It was filled.
    Submitted {
        /// The record.
        record: RecordId,
        /// What it declared.
        verdict: EntryVerdict,
    },
}

/// Something that needs the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "need", rename_all = "snake_case")]
pub enum Need {
    /// The server does not know this phone: enrol again. Everything is kept.
    EnrolAgain,
    /// What answers in the server's place signs with a key that the agency does not vouch for; nothing is sent to it.
    UnknownServer {
        /// The key, for a help desk.
        kid: KeyId,
    },
    /// This installation was revoked; taps are kept and do not count.
    Revoked,
    /// The app must be updated to talk to the server, or to read a rule.
    Update {
        /// Packs that this build can't read.
        packs: Vec<u64>,
    },
    /// A recall to the office that was not confirmed.
    Recall {
        /// For which date.
        date: NaiveDate,
        /// What the superior wrote.
        note: String,
        /// What to acknowledge.
        reference: EnvelopeHash,
    },
    /// A rule that came after the enrolment and was not confirmed.
    NewRule {
        /// Its title.
        title: String,
        /// What to acknowledge.
        reference: EnvelopeHash,
    },
    /// A request or an appeal was decided, and the person has not confirmed it.
    Decision {
        /// What was asked.
        what: AskedWhat,
        /// How it stands.
        standing: Standing,
        /// The decision that holds.
        decision: Decision,
        /// What to acknowledge.
        reference: EnvelopeHash,
    },
    /// A record that the server could not take.
    Parked {
        /// The record's epoch.
        epoch: u32,
        /// The record's place.
        seq: u64,
        /// The problem code that the server gave.
        reason: String,
    },
    /// The phone's storage lost or damaged something.
    StoreDamaged {
        /// How many gaps were found.
        gaps: usize,
        /// Whether a tap may have been interrupted at the end.
        interrupted: bool,
    },
    /// A newer version of the app wrote the newest records of this store; they can't be read here and are not touched.
    NewerStore,
    /// The phone's clock is off.
    ClockOff {
        /// How far it is ahead, or negative behind.
        by_ms: i64,
    },
    /// No self-assessment can be sealed: the health office has fewer than two keys.
    NoHealthKeys,
}
