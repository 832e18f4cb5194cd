//! A batch of live share (protocol §3.2).

use std::num::NonZeroU32;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Fix, NoFix, TimeEvidence};

/// A batch of live share. Its spans follow each other without a gap, so that they can't overlap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// The duty date, by the phone.
    pub for_date: NaiveDate,
    /// When the batch ended, where that is not when its record was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<TimeEvidence>,
    /// What is known of the time that it covers, in order; the last one ends at the end of the batch.
    pub spans: Vec<TrackSpan>,
    /// Exact points, rising: only what the policy's detail allows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<TrackPoint>,
    /// What holds from there on.
    pub then: ShareThen,
}

impl Track {
    /// How much time the batch covers, milliseconds.
    #[must_use]
    pub fn covers_ms(&self) -> u64 {
        self.spans.iter().map(|span| u64::from(span.ms.get())).sum()
    }
}

/// What is known of a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackSpan {
    /// What.
    #[serde(flatten)]
    pub is: SpanIs,
    /// How long, milliseconds of the session's clock.
    pub ms: NonZeroU32,
}

/// Where the phone was in a span, as far as its fixes can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum SpanIs {
    /// Surely inside the region.
    Inside(SpanFixes),
    /// Surely outside it.
    Outside {
        /// What that rests on.
        #[serde(flatten)]
        fixes: SpanFixes,
        /// How far beyond the edge the farthest fix was, metres.
        by_m: u32,
    },
    /// Nothing sure.
    Unknown(Unknown),
}

/// What a span rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanFixes {
    /// How many fixes.
    pub fixes: NonZeroU32,
    /// The poorest accuracy among them, metres.
    pub accuracy_m: u32,
    /// Whether the platform called them mocks; spans do not mix those with others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mock: bool,
}

/// Why nothing sure is known of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Unknown {
    /// The edge of the region was nearer than the fix was sure of.
    NearEdge,
    /// The platform had no fix.
    NoFix {
        /// Why.
        no_fix: NoFix,
    },
    /// *Jeda*: the person paused.
    Paused,
    /// Nothing was heard from the platform: the app slept, was ended, or fixes came too rarely.
    Gap,
    /// The rule names no region.
    NoRegion,
    /// A reason that this build does not know.
    #[serde(other)]
    Other,
}

/// An exact point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrackPoint {
    /// From the beginning of the batch, milliseconds.
    pub ms: u64,
    /// The fix.
    pub fix: Fix,
}

/// What holds after a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareThen {
    /// Sharing goes on.
    Sharing,
    /// The person paused.
    Paused,
    /// The person stopped.
    Stopped,
    /// The hours ended, or the rule no longer asks.
    Over,
}

impl ShareThen {
    /// Whether the next batch begins at once.
    #[must_use]
    pub const fn goes_on(self) -> bool {
        matches!(self, Self::Sharing | Self::Paused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_says_what_it_is_and_nothing_else() {
        let fixes = SpanFixes { fixes: NonZeroU32::MIN, accuracy_m: 12, mock: false };
        let span = |is| TrackSpan { is, ms: NonZeroU32::new(300_000).unwrap() };
        for (span, json) in [
            (span(SpanIs::Inside(fixes)), r#"{"is":"inside","fixes":1,"accuracy_m":12,"ms":300000}"#),
            (
                span(SpanIs::Outside { fixes: SpanFixes { mock: true, ..fixes }, by_m: 40 }),
                r#"{"is":"outside","fixes":1,"accuracy_m":12,"mock":true,"by_m":40,"ms":300000}"#,
            ),
            (span(SpanIs::Unknown(Unknown::Paused)), r#"{"is":"unknown","why":"paused","ms":300000}"#),
            (
                span(SpanIs::Unknown(Unknown::NoFix { no_fix: NoFix::Off })),
                r#"{"is":"unknown","why":"no_fix","no_fix":"off","ms":300000}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&span).unwrap(), json);
            assert_eq!(serde_json::from_str::<TrackSpan>(json).unwrap(), span);
        }
    }

    #[test]
    fn a_span_of_no_time_or_without_a_fix_is_no_span() {
        for json in [
            r#"{"is":"inside","fixes":0,"accuracy_m":12,"ms":5}"#,
            r#"{"is":"inside","accuracy_m":12,"ms":5}"#,
            r#"{"is":"unknown","why":"gap","ms":0}"#,
            r#"{"is":"unknown","why":"gap","ms":-5}"#,
            r#"{"is":"elsewhere","ms":5}"#,
        ] {
            assert!(serde_json::from_str::<TrackSpan>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_reason_of_a_later_version_is_read_as_another() {
        let span: TrackSpan = serde_json::from_str(r#"{"is":"unknown","why":"eclipse","ms":5}"#).unwrap();
        assert_eq!(span.is, SpanIs::Unknown(Unknown::Other));
    }
}
