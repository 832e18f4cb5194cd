//! Under which day a record is filed. Pure.
//!
//! By the newest time token of its session before it; before the session's first token by that first one, once it has come;
//! without a token in its session by what its wall clock claimed. That is no verdict on its time (the judge weighs
//! that, with more evidence): only the place where it will be looked for.

use crate::{
    envelope::Unverified,
    journal::Pos,
    limits::index as limits,
    model::{Body, Kind, Note, Record, SessionId},
    wire::TimeToken,
};

use super::Place;

/// A day in the middle of Indonesia's three zones (UTC+8), counted from 1970-01-01: a filing day, and not quite the
/// office's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilingDay(pub i32);

impl FilingDay {
    const ZONE_MS: i64 = 8 * 3_600_000;
    const DAY_MS: i64 = 86_400_000;

    /// The first of all days.
    pub const MIN: Self = Self(i32::MIN);
    /// The last of all days.
    pub const MAX: Self = Self(i32::MAX);

    /// The day of an instant, milliseconds since 1970.
    #[must_use]
    pub fn of(at_ms: i64) -> Self {
        let day = at_ms.saturating_add(Self::ZONE_MS).div_euclid(Self::DAY_MS);
        Self(i32::try_from(day).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX }))
    }

    /// So many days later, or earlier; at the ends of all days it stays there.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

/// What becomes of a record's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filed {
    /// It is filed under a day.
    Under(FilingDay, Place),
    /// It was filed under the first day and belongs under the second.
    Moved(FilingDay, FilingDay, Place),
    /// A time token of a session, at its reading after the answer.
    Token(SessionId, u64, Pos),
}

/// A record whose session has no token yet.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    place: Place,
    elapsed_ms: u64,
    day: FilingDay,
}

/// Files records in the order of the journal.
#[derive(Debug, Clone, Default)]
pub struct Filer {
    session: Option<SessionId>,
    /// Instant and reading of the session's newest token.
    token: Option<(i64, u64)>,
    waiting: Vec<Waiting>,
    resume: Option<Pos>,
}

impl Filer {
    /// From where a new filer has to go through the journal again to come to where this one is; `None` before any record.
    #[must_use]
    pub fn resume(&self) -> Option<Pos> {
        self.resume
    }

    /// Files one record.
    pub(super) fn record(&mut self, record: &Record, pos: Pos, filed: &mut Vec<Filed>) {
        let place = Place { epoch: record.epoch, seq: record.seq, pos };
        let time = &record.time;
        if self.session != Some(time.session) {
            self.session = Some(time.session);
            self.token = None;
            self.waiting.clear();
            self.resume = Some(pos);
        }
        if let Some((session, reading, t_ms)) = token_of(record) {
            filed.push(Filed::Token(session, reading, pos));
            if session == time.session {
                self.token = Some((t_ms, reading));
                self.resume = Some(pos);
                let waiting = std::mem::take(&mut self.waiting);
                filed.extend(waiting.into_iter().filter_map(|waiting| {
                    let day = FilingDay::of(at(t_ms, reading, waiting.elapsed_ms));
                    (day != waiting.day).then_some(Filed::Moved(waiting.day, day, waiting.place))
                }));
            }
        }
        if let Some((t_ms, reading)) = self.token {
            filed.push(Filed::Under(FilingDay::of(at(t_ms, reading, time.elapsed_ms)), place));
            return;
        }
        let day = FilingDay::of(time.wall_ms);
        filed.push(Filed::Under(day, place));
        if self.waiting.len() >= limits::WAITING {
            // They stay where their clock put them.
            self.waiting.clear();
        }
        if self.waiting.is_empty() {
            self.resume = Some(pos);
        }
        self.waiting.push(Waiting { place, elapsed_ms: time.elapsed_ms, day });
    }
}

/// Instant of a reading, by a token's instant and reading.
fn at(t_ms: i64, token_ms: u64, elapsed_ms: u64) -> i64 {
    let distance = i64::try_from(elapsed_ms.abs_diff(token_ms)).unwrap_or(i64::MAX);
    if elapsed_ms < token_ms { t_ms.saturating_sub(distance) } else { t_ms.saturating_add(distance) }
}

/// Session, reading after the answer, and instant of the token that a record notes.
pub(super) fn token_of(record: &Record) -> Option<(SessionId, u64, i64)> {
    if record.kind != Kind::Note {
        return None;
    }
    match record.body().ok()? {
        Body::Note(Note::TimeToken { token, session, r_ms, .. }) => {
            let token = Unverified::<TimeToken>::parse(token).ok()?;
            Some((session, r_ms, token.unverified_payload().t_ms))
        }
        _ => None,
    }
}
