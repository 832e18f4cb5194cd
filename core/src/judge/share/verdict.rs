//! What the judge is told of live share, and what it says.

use serde::Serialize;

use crate::{
    judge::{Correction, ExcuseKind, Reason, Ruling},
    model::{RecordId, SessionId, ShareThen, TrackSpan, Unknown},
    schedule::Span,
    time::{Bounds, Timed},
    track::Totals,
};

/// A batch as the judge is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackSeen {
    /// The record.
    pub record: RecordId,
    /// Which of [`Case::installations`](crate::judge::Case) made it.
    pub installation: usize,
    /// When the batch ended.
    pub timed: Timed,
    /// The session and run of its clock.
    pub session: (SessionId, u32),
    /// The reading of that clock at its end, milliseconds.
    pub until_elapsed_ms: u64,
    /// What it covers, up to its end.
    pub spans: Vec<TrackSpan>,
    /// How many exact points it holds.
    pub points: usize,
    /// What held from there on.
    pub then: ShareThen,
    /// When it came to the server, milliseconds.
    pub arrival_ms: Option<i64>,
}

/// The verdict on a day's live share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShareVerdict {
    /// When it was owed.
    pub hours: Span,
    /// How it stands.
    pub state: ShareState,
    /// What came of the hours.
    pub shared: Totals,
    /// Not shared, although the phone's history has been received past it, milliseconds.
    pub not_shared_ms: u64,
    /// How much of what is known was surely inside or outside, percent; `None` where nothing is known yet.
    pub percent: Option<u8>,
    /// Up to when batches have come, milliseconds.
    pub through_ms: Option<i64>,
    /// Since when it has stood so, milliseconds: when a pause began, when it was stopped, or when the phone fell silent. `None` in
    /// every other state, and where nothing has come.
    pub since_ms: Option<i64>,
    /// When the last of them arrived, milliseconds.
    pub arrival_ms: Option<i64>,
    /// Of the unknown, why and how long, the longest first.
    pub unknown: Vec<UnknownTime>,
    /// Times surely outside the region, rising.
    pub exits: Vec<Exit>,
    /// What a person should look at.
    pub flags: Vec<ShareFlag>,
    /// How many exact points came.
    pub points: usize,
    /// The rule and what has been received, in the order in which it is told.
    pub reasons: Vec<Reason>,
    /// What people ruled, oldest first. Any ruling settles the flags.
    pub corrections: Vec<Correction>,
    /// The next instant at which time alone may change it, milliseconds.
    pub changes_ms: Option<i64>,
}

impl ShareVerdict {
    /// The state that holds: what the last correction says, else what was computed.
    #[must_use]
    pub fn effective(&self) -> ShareState {
        let ruled = self.corrections.iter().rev().find_map(|correction| match correction.ruling {
            Ruling::OnTime | Ruling::Late { .. } => Some(ShareState::Shared),
            Ruling::Excused(kind) => Some(ShareState::Excused { kind }),
            Ruling::Missed => Some(ShareState::NotShared),
            Ruling::AsComputed => Some(self.state),
            Ruling::Checked => None,
        });
        ruled.unwrap_or(self.state)
    }

    /// Whether a flag waits for a person's judgement.
    #[must_use]
    pub fn needs_a_look(&self) -> bool {
        !self.flags.is_empty() && self.corrections.is_empty()
    }
}

/// How live share stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ShareState {
    /// Its hours have not begun.
    Upcoming,
    /// *Sedang berbagi lokasi.*
    Sharing {
        /// Where the phone was last.
        here: Here,
    },
    /// *Jeda*, by the person.
    Paused,
    /// Stopped by the person.
    Stopped,
    /// The phone was heard and does not share: not started, or ended by its system.
    Idle,
    /// *Belum diterima.*
    NotYetReceived,
    /// The hours are over, and all of them has come.
    Shared,
    /// The hours are over, all has come, and nothing was shared.
    NotShared,
    /// *Dengan alasan yang sah.*
    Excused {
        /// Of which kind.
        kind: ExcuseKind,
    },
}

/// Where a phone that shares was last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Here {
    /// Inside the region.
    Inside,
    /// Outside it, on a date that a permit covers.
    OutsideWithPermit,
    /// Outside it without one.
    Outside,
    /// It can't be told.
    Unknown,
}

/// A part of the unknown time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UnknownTime {
    /// Why.
    #[serde(flatten)]
    pub why: Unknown,
    /// How long, milliseconds.
    pub ms: u64,
}

/// A time surely outside the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Exit {
    /// From, milliseconds.
    pub from_ms: i64,
    /// Until when it is known.
    pub until_ms: i64,
    /// How far beyond the edge the farthest fix was, metres.
    pub by_m: u32,
}

/// Something for a person to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "flag", rename_all = "snake_case")]
pub enum ShareFlag {
    /// Outside the region, and no permit covers the date.
    LeftRegion(Exit),
    /// The platform called fixes mocks.
    Mock {
        /// For how long, milliseconds.
        ms: u64,
    },
    /// Everything has come, and less than [`LEAST_SHARED_PERCENT`](crate::judge::LEAST_SHARED_PERCENT) of the hours was shared.
    LittleShared {
        /// How much, percent.
        percent: u8,
    },
    /// The wall clock contradicts the evidence of a batch.
    TimeContradicts {
        /// What it said, milliseconds.
        claimed_ms: i64,
        /// What the evidence allows.
        bounds: Bounds,
    },
    /// The installation was revoked, and it can't be told whether a batch was made before. It does not count.
    AroundRevocation {
        /// When it was revoked, milliseconds.
        revoked_ms: i64,
    },
}
