//! From what a phone sees while it shares its place to the spans of a batch (protocol §3.2, `track`). Pure.
//!
//! - [`Seen`]: one word of the platform, as it is kept until the batch is made: no coordinates;
//! - [`spans`]: what is known of a stretch of time by what was seen in it;
//! - [`Totals`]: how long inside, outside, unknown.
//!
//! A fix stands for the time until the next word of the platform, and for at most so long before and after itself as the
//! policy's interval says. Where fixes disagree, the earlier one holds until the later one came. *Near the edge* is not
//! *outside*: it is unknown.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::{
    model::{CheckIn, NoFix, SpanFixes, SpanIs, TrackSpan, Unknown},
    place::{Geofence, Place},
};

/// One word of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When it held, milliseconds of the session's clock.
    pub at_ms: u64,
    /// What it said.
    pub what: What,
}

/// What the platform said, against the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A fix surely inside.
    Inside {
        /// Its accuracy, metres.
        accuracy_m: u32,
        /// Whether the platform calls it a mock.
        mock: bool,
    },
    /// A fix surely outside.
    Outside {
        /// Its accuracy, metres.
        accuracy_m: u32,
        /// Whether the platform calls it a mock.
        mock: bool,
        /// From the point to the region's edge, metres.
        by_m: u32,
    },
    /// A fix that can't tell.
    NearEdge,
    /// A fix under a rule without a region.
    NoRegion,
    /// No fix.
    NoFix(NoFix),
}

impl What {
    /// Holds a fix, or the want of one, against the region.
    #[must_use]
    pub fn of(seen: &CheckIn, region: Option<&Geofence>) -> Self {
        match (seen, region) {
            (CheckIn::NoFix(why), _) => Self::NoFix(*why),
            (CheckIn::Fix(_), None) => Self::NoRegion,
            (CheckIn::Fix(fix), Some(region)) => {
                let placed = region.place(fix);
                let (accuracy_m, mock) = (placed.accuracy_m, fix.mock() == Some(true));
                match placed.place {
                    Place::Inside => Self::Inside { accuracy_m, mock },
                    Place::Outside => Self::Outside { accuracy_m, mock, by_m: placed.edge_m },
                    Place::Uncertain => Self::NearEdge,
                }
            }
        }
    }

    /// The claim of a span that rests on this alone.
    fn claim(self) -> SpanIs {
        let fixes = |accuracy_m, mock| SpanFixes { fixes: NonZeroU32::MIN, accuracy_m, mock };
        match self {
            Self::Inside { accuracy_m, mock } => SpanIs::Inside(fixes(accuracy_m, mock)),
            Self::Outside { accuracy_m, mock, by_m } => SpanIs::Outside { fixes: fixes(accuracy_m, mock), by_m },
            Self::NearEdge => SpanIs::Unknown(Unknown::NearEdge),
            Self::NoRegion => SpanIs::Unknown(Unknown::NoRegion),
            Self::NoFix(no_fix) => SpanIs::Unknown(Unknown::NoFix { no_fix }),
        }
    }

    /// Whether it stands for some time around it only; the word that there is no fix holds until another comes.
    const fn fades(self) -> bool {
        !matches!(self, Self::NoFix(_))
    }
}

/// What is known of `[from_ms, to_ms)`, milliseconds of one session's clock, by what was `seen` in it (rising; the end
/// itself counts too). The spans follow each other and cover the whole; `stands_ms` is how long a fix stands.
#[must_use]
pub fn spans(seen: &[Seen], from_ms: u64, to_ms: u64, stands_ms: u64) -> Vec<TrackSpan> {
    let mut made = Maker { spans: Vec::new(), at_ms: from_ms, until_ms: to_ms };
    let within: Vec<Seen> = seen.iter().filter(|seen| (from_ms..=to_ms).contains(&seen.at_ms)).copied().collect();
    let mut before: Option<Seen> = None;
    for next in &within {
        // What the earlier word does not stand for, the later one does as far back as it may.
        if let Some(before) = before {
            made.until(end_of(before, stands_ms).min(next.at_ms), before.what.claim());
        }
        if next.what.fades() {
            made.until(next.at_ms.saturating_sub(stands_ms), SpanIs::Unknown(Unknown::Gap));
            made.until(next.at_ms, next.what.claim());
        } else {
            made.until(next.at_ms, SpanIs::Unknown(Unknown::Gap));
        }
        before = Some(*next);
    }
    if let Some(before) = before {
        made.until(end_of(before, stands_ms), before.what.claim());
    }
    made.until(to_ms, SpanIs::Unknown(Unknown::Gap));
    rest_on(made.spans, &within, from_ms)
}

/// A stretch of which nothing is known, for one reason.
#[must_use]
pub fn unknown(from_ms: u64, to_ms: u64, why: Unknown) -> Vec<TrackSpan> {
    let mut made = Maker { spans: Vec::new(), at_ms: from_ms, until_ms: to_ms };
    made.until(to_ms, SpanIs::Unknown(why));
    made.spans
}

/// Counts into each span the fixes within it, ends included, that say what it says. There is at least one: each span
/// inside or outside begins or ends at the fix that opened it.
fn rest_on(mut spans: Vec<TrackSpan>, seen: &[Seen], mut from_ms: u64) -> Vec<TrackSpan> {
    for span in &mut spans {
        let to_ms = from_ms + u64::from(span.ms.get());
        let within = seen.iter().filter(|seen| (from_ms..=to_ms).contains(&seen.at_ms));
        let claims = within.map(|seen| seen.what.claim()).filter(|claim| alike(*claim, span.is));
        if let Some(sum) = claims.reduce(together) {
            span.is = sum;
        }
        from_ms = to_ms;
    }
    spans
}

/// Two claims that are alike, as one.
fn together(a: SpanIs, b: SpanIs) -> SpanIs {
    let sum = |a: SpanFixes, b: SpanFixes| SpanFixes {
        fixes: a.fixes.saturating_add(b.fixes.get()),
        accuracy_m: a.accuracy_m.max(b.accuracy_m),
        mock: a.mock,
    };
    match (a, b) {
        (SpanIs::Inside(a), SpanIs::Inside(b)) => SpanIs::Inside(sum(a, b)),
        (SpanIs::Outside { fixes: a, by_m }, SpanIs::Outside { fixes: b, by_m: other_m }) => {
            SpanIs::Outside { fixes: sum(a, b), by_m: by_m.max(other_m) }
        }
        (a, _) => a,
    }
}

fn end_of(seen: Seen, stands_ms: u64) -> u64 {
    if seen.what.fades() { seen.at_ms.saturating_add(stands_ms) } else { u64::MAX }
}

struct Maker {
    spans: Vec<TrackSpan>,
    at_ms: u64,
    until_ms: u64,
}

impl Maker {
    /// Goes on to an instant with a claim; one that is like the last goes into the same span.
    fn until(&mut self, to_ms: u64, is: SpanIs) {
        let to_ms = to_ms.min(self.until_ms);
        while self.at_ms < to_ms {
            let step = u32::try_from(to_ms - self.at_ms).unwrap_or(u32::MAX);
            let Some(ms) = NonZeroU32::new(step) else { return };
            self.at_ms += u64::from(step);
            match self.spans.last_mut() {
                Some(last) if alike(last.is, is) && last.ms.checked_add(step).is_some() => {
                    last.ms = last.ms.saturating_add(step);
                }
                _ => self.spans.push(TrackSpan { is, ms }),
            }
        }
    }
}

fn alike(a: SpanIs, b: SpanIs) -> bool {
    match (a, b) {
        (SpanIs::Inside(a), SpanIs::Inside(b))
        | (SpanIs::Outside { fixes: a, .. }, SpanIs::Outside { fixes: b, .. }) => a.mock == b.mock,
        (SpanIs::Unknown(a), SpanIs::Unknown(b)) => a == b,
        _ => false,
    }
}

/// How long inside, outside and unknown, milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Surely inside.
    pub inside_ms: u64,
    /// Surely outside.
    pub outside_ms: u64,
    /// Neither.
    pub unknown_ms: u64,
}

impl Totals {
    /// Adds up spans.
    #[must_use]
    pub fn of(spans: &[TrackSpan]) -> Self {
        spans.iter().fold(Self::default(), |totals, span| totals.and(span))
    }

    fn and(mut self, span: &TrackSpan) -> Self {
        let sum = match span.is {
            SpanIs::Inside(_) => &mut self.inside_ms,
            SpanIs::Outside { .. } => &mut self.outside_ms,
            SpanIs::Unknown(_) => &mut self.unknown_ms,
        };
        *sum += u64::from(span.ms.get());
        self
    }
}

impl std::ops::Add for Totals {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            inside_ms: self.inside_ms + other.inside_ms,
            outside_ms: self.outside_ms + other.outside_ms,
            unknown_ms: self.unknown_ms + other.unknown_ms,
        }
    }
}

#[cfg(test)]
mod tests;
