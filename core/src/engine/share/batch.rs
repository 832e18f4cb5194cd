//! The batch that is open: what was seen since the last record, and the few points that may be sent. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::known::ShareKnown;
use crate::{
    limits::share as limits,
    model::{CheckIn, EnvelopeHash, Fix, NoFix, ShareThen, TimeEvidence, Track, TrackPoint, Unknown},
    schedule::{ShareDetail, Span},
    track::{Seen, Totals, What, spans, unknown},
};

/// An open batch. `Debug` shows no coordinates: a fix shows none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::engine) struct OpenBatch {
    /// The record that it follows: a batch of another one is over.
    pub(super) after: EnvelopeHash,
    /// When it began.
    pub(super) since: TimeEvidence,
    /// The last reading that is known of it.
    pub(super) last: TimeEvidence,
    seen: Vec<Seen>,
    points: Vec<Point>,
    /// Whether the exit that the phone may be in has been shown by a point.
    exit_shown: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Point {
    at_ms: u64,
    fix: Fix,
}

impl OpenBatch {
    /// The batch that follows what was recorded last.
    pub(super) fn begin(known: &ShareKnown) -> Self {
        Self::begin_at(known, known.time.clone())
    }

    /// The same, from a later reading on: nothing is known of the time between.
    pub(super) fn begin_at(known: &ShareKnown, time: TimeEvidence) -> Self {
        Self {
            after: known.record,
            since: time.clone(),
            last: time,
            seen: Vec::new(),
            points: Vec::new(),
            exit_shown: known.exit_shown,
        }
    }

    /// Whether a reading is of the session in which it began, without presuming anything.
    pub(super) fn is_of(&self, time: &TimeEvidence) -> bool {
        (self.since.session, self.since.run) == (time.session, time.run)
    }

    /// Whether nothing is known of it but that it began.
    pub(super) fn is_empty(&self) -> bool {
        self.last.elapsed_ms <= self.since.elapsed_ms
    }

    /// Whether it has had its time, or holds as much as a record should.
    pub(super) fn is_due(&self, elapsed_ms: u64) -> bool {
        elapsed_ms.saturating_sub(self.since.elapsed_ms) >= limits::BATCH_MS
            || self.seen.len() >= limits::WORDS
            || self.points.len() >= limits::POINTS
    }

    /// Takes what the platform said at a reading of this session. `permitted` says whether the region may be left; without
    /// it no point is kept.
    pub(super) fn see(
        &mut self,
        time: &TimeEvidence,
        seen: &CheckIn,
        what: What,
        hours: &Span,
        permitted: Option<bool>,
    ) {
        self.last = TimeEvidence { gnss: None, ..time.clone() };
        let age_ms = match seen {
            CheckIn::Fix(fix) => fix.age_ms(),
            CheckIn::NoFix(_) => 0,
        };
        let stands_ms = u64::from(hours.interval_s) * 1_000;
        // A fix counts when it was made; one from before the last word, or too old to stand for now, tells nothing new.
        let earliest_ms = self.seen.last().map_or(self.since.elapsed_ms, |last| last.at_ms);
        let at_ms = time.elapsed_ms.saturating_sub(age_ms).max(earliest_ms);
        let what = if age_ms > stands_ms { What::NoFix(NoFix::Timeout) } else { what };
        self.seen.push(Seen { at_ms, what });
        if let (CheckIn::Fix(fix), true, Some(permitted)) = (seen, age_ms <= stands_ms, permitted) {
            self.point(at_ms, fix, what, hours, permitted);
        }
    }

    fn point(&mut self, at_ms: u64, fix: &Fix, what: What, hours: &Span, permitted: bool) {
        let exits = matches!(what, What::Outside { .. }) && !permitted && !self.exit_shown;
        if matches!(what, What::Inside { .. }) {
            self.exit_shown = false;
        }
        let every_ms = u64::from(hours.interval_s) * 1_000;
        let asked = hours.detail == ShareDetail::Point
            && self.points.last().is_none_or(|last| at_ms >= last.at_ms.saturating_add(every_ms));
        if exits || asked {
            self.exit_shown |= exits;
            self.points.push(Point { at_ms, fix: fix.clone() });
        }
    }

    /// What is known so far, up to a reading.
    pub(super) fn totals(&self, until_ms: u64, stands_ms: u64) -> Totals {
        Totals::of(&spans(&self.seen, self.since.elapsed_ms, until_ms, stands_ms))
    }

    /// The record's body, up to `end_ms` of the session's clock.
    pub(super) fn to_body(
        &self,
        for_date: NaiveDate,
        until: Option<TimeEvidence>,
        end_ms: u64,
        stands_ms: u64,
        paused: bool,
        then: ShareThen,
    ) -> Track {
        let from_ms = self.since.elapsed_ms;
        let end_ms = end_ms.max(from_ms);
        let spans = match paused {
            true => unknown(from_ms, end_ms, Unknown::Paused),
            false => spans(&self.seen, from_ms, end_ms, stands_ms),
        };
        let points = self.points.iter().filter(|point| point.at_ms <= end_ms);
        let points = points.map(|point| TrackPoint { ms: point.at_ms - from_ms, fix: point.fix.clone() }).collect();
        Track { for_date, until: until.map(|until| TimeEvidence { gnss: None, ..until }), spans, points, then }
    }
}
