//! What the records say of live share, as the engine's state keeps it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    model::{EnvelopeHash, Record, ShareThen, SpanIs, TimeEvidence, Track},
    track::Totals,
};

/// What the last record of live share says, and the sums of its date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::engine) struct ShareKnown {
    pub(super) for_date: NaiveDate,
    pub(super) then: ShareThen,
    /// That record.
    pub(super) record: EnvelopeHash,
    /// When it was made: the next batch begins there.
    pub(super) time: TimeEvidence,
    /// Whether the exit that the phone may be in has been shown by a point.
    pub(super) exit_shown: bool,
    pub(super) totals: Totals,
}

impl ShareKnown {
    /// Takes a record.
    pub(in crate::engine) fn after(before: Option<&Self>, record: &Record, hash: EnvelopeHash, track: &Track) -> Self {
        let same_day = before.filter(|before| before.for_date == track.for_date);
        let sure = track.spans.iter().rev().find_map(|span| match span.is {
            SpanIs::Inside(_) => Some(true),
            SpanIs::Outside { .. } => Some(false),
            SpanIs::Unknown(_) => None,
        });
        let was_inside = track.spans.iter().any(|span| matches!(span.is, SpanIs::Inside(_)));
        let shown_before = same_day.is_some_and(|before| before.exit_shown) && !was_inside;
        Self {
            for_date: track.for_date,
            then: track.then,
            record: hash,
            time: TimeEvidence { gnss: None, ..record.time.clone() },
            exit_shown: sure != Some(true) && (shown_before || (sure == Some(false) && !track.points.is_empty())),
            totals: same_day.map(|before| before.totals).unwrap_or_default() + Totals::of(&track.spans),
        }
    }
}
