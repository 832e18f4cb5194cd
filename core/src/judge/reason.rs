//! Why a verdict is what it is. `text` puts each into a sentence.

use chrono::NaiveDate;
use serde::Serialize;

use super::{ExcuseKind, RuleRef};
use crate::model::RecordId;
use crate::place::Placement;
use crate::schedule::Mode;
use crate::time::{Bounds, Grade};

/// One part of the answer to *why?*, with its data. Instants are milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Where the person was to work, and why.
    Mode {
        /// The mode.
        mode: Mode,
        /// As the assignment says it; may be empty.
        why: String,
    },
    /// The rule that decided: the one in force.
    Rule(RuleRef),
    /// The earlier rule decided: the change had not verifiably reached the phone when the window opened, and the person is
    /// better off by it.
    EarlierRule {
        /// The earlier rule.
        rule: RuleRef,
        /// When the change had surely reached it, if it has.
        reached_ms: Option<i64>,
    },
    /// The window.
    Window {
        /// First instant on time.
        opens_ms: i64,
        /// First instant late.
        on_time_until_ms: i64,
        /// First instant that counts no more.
        late_until_ms: i64,
    },
    /// What the phone's clock said.
    Claimed {
        /// When.
        claimed_ms: i64,
    },
    /// What the evidence allows.
    Evidence {
        /// The bounds.
        bounds: Bounds,
        /// How well proven.
        grade: Grade,
    },
    /// The claim lies outside the bounds: this instant, the nearest within them, was judged.
    JudgedAt {
        /// When.
        at_ms: i64,
    },
    /// The bounds reach over an edge of the window: the tap counts as claimed.
    CountsAsClaimed,
    /// The tap lies before the end of on-time.
    OnTime {
        /// That end.
        until_ms: i64,
    },
    /// The tap lies after the end of on-time.
    Late {
        /// That end.
        since_ms: i64,
        /// Minutes, as the policy counts them.
        minutes: u32,
    },
    /// When the tap came to the server.
    Arrived {
        /// When.
        at_ms: i64,
    },
    /// The tap waits on the phone.
    Waiting,
    /// Where it was made.
    Placed(Placement),
    /// A permit to leave the region covers the date.
    Permit,
    /// Later taps of the window support the first.
    Supported {
        /// How many.
        taps: usize,
    },
    /// The server could not be reached: arrival and orders may be late, and nobody is late by it.
    Outage {
        /// From.
        from_ms: i64,
        /// Until; `None` while it lasts.
        until_ms: Option<i64>,
    },
    /// What the phone holds of this window may still come.
    NotReceivedPast {
        /// Up to when the history has been received.
        past_ms: Option<i64>,
        /// From when on the window is missed all the same.
        grace_until_ms: i64,
    },
    /// The phone reports that records of this time are lost; a tap may be among them.
    RecordsLost {
        /// When they were made.
        made: Bounds,
        /// From when on the window is missed all the same.
        grace_until_ms: i64,
    },
    /// The office received records of this time, as its own receipts prove, and lost them; a tap may be among them.
    /// A person rules: nobody is absent for it.
    LostByOffice {
        /// When they were made.
        made: Bounds,
    },
    /// The person has no installation that could hold a tap of this window.
    NoInstallation {
        /// From when on the window is missed all the same.
        grace_until_ms: i64,
    },
    /// The person's phone was revoked before the window opened, and no other was enrolled for it.
    PhoneRevoked {
        /// When it was revoked.
        revoked_ms: i64,
        /// From when on the window is missed all the same.
        grace_until_ms: i64,
    },
    /// The history has been received past the window, and holds no tap in it.
    ReceivedPast {
        /// Up to when.
        past_ms: i64,
    },
    /// The grace ran out without a word from the phone.
    GraceRanOut {
        /// When.
        until_ms: i64,
    },
    /// A part of the day is excused.
    Excused {
        /// Of which kind.
        kind: ExcuseKind,
        /// From.
        from_ms: i64,
        /// Until, excluded.
        until_ms: i64,
    },
    /// *May not enter*: at home by health direction, neither late nor absent.
    HealthDirection {
        /// For which date.
        date: NaiveDate,
        /// The self-assessment, unless the roster said it.
        form: Option<RecordId>,
    },
    /// The rule named asks no check-in here.
    NotOwed,
}
