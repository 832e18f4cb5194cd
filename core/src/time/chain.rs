//! The bounds and grade of every record of an installation.

use serde::{Deserialize, Serialize};

use super::{Anchors, Bounds, CLOCK_TOLERANCE_MS};
use crate::model::TimeEvidence;

/// What is known of the time of one record besides the anchors.
#[derive(Debug, Clone, Copy)]
pub struct ChainEntry<'a> {
    /// The clocks that the record carries.
    pub time: &'a TimeEvidence,
    /// The place in the slice of the record that surely came before: the one before it in its epoch, or for the first of
    /// an epoch the last good one that it names. `None` where nothing is known; a place not before this one is ignored.
    pub after: Option<usize>,
    /// Server time of the receipt that the record names, milliseconds: it is younger than that.
    pub receipt_ms: Option<i64>,
    /// When the record's bytes came to the server, milliseconds: it is older than that.
    pub arrival_ms: Option<i64>,
}

/// How well the time of a record is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// By a token in the same run of the same session.
    Anchored,
    /// By a token in the same session, presuming that the phone did not restart in between.
    Presumed,
    /// From both sides, by other records, a receipt or the arrival.
    Bounded,
    /// One side or both are open.
    Unanchored,
    /// The claimed wall time lies outside the bounds, or the evidence contradicts itself.
    Contradictory,
}

impl Grade {
    /// Every grade, best first.
    pub const ALL: [Self; 5] = [Self::Anchored, Self::Presumed, Self::Bounded, Self::Unanchored, Self::Contradictory];

    /// Returns the name in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anchored => "anchored",
            Self::Presumed => "presumed",
            Self::Bounded => "bounded",
            Self::Unanchored => "unanchored",
            Self::Contradictory => "contradictory",
        }
    }
}

/// The time of a record: what it claims and what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Timed {
    /// The phone's wall clock, milliseconds since 1970.
    pub claimed_ms: i64,
    /// What the evidence allows, by the grade's measure.
    pub bounds: Bounds,
    /// What the evidence allows without presuming anything.
    pub proven: Bounds,
    /// What it allows if the phone did not restart between runs of the session; `None` where no anchor says so.
    pub presumed: Option<Bounds>,
    /// How well it is proven.
    pub grade: Grade,
}

impl Timed {
    /// The instant to judge by, milliseconds: the claim, or where the bounds exclude it the nearest instant within them.
    #[must_use]
    pub fn judged_ms(&self) -> i64 {
        self.bounds.nearest(self.claimed_ms)
    }

    fn weigh(time: &TimeEvidence, proven: Bounds, anchors: &Anchors) -> Self {
        let claimed_ms = time.wall_ms;
        let contradicts = |bounds: Bounds| bounds.is_empty() || !bounds.contains_within(claimed_ms, CLOCK_TOLERANCE_MS);
        let anchored = anchors.proven(time.session, time.run, time.elapsed_ms).is_some();
        let presumed = anchors
            .presumed(time.session, time.elapsed_ms)
            .filter(|_| !anchored)
            .map(|presumed| presumed.intersect(proven))
            // Where the evidence refutes the presumption, the phone did restart, which is nobody's fault.
            .filter(|presumed| !presumed.is_empty());
        let unpresumed = if proven.is_closed() { Grade::Bounded } else { Grade::Unanchored };
        let (bounds, grade) = match presumed {
            _ if contradicts(proven) => (proven, Grade::Contradictory),
            _ if anchored => (proven, Grade::Anchored),
            // Either the claim is false or the presumption is: a person judges, and nobody is late by a presumption.
            Some(presumed) if contradicts(presumed) => (proven, Grade::Contradictory),
            Some(presumed) => (presumed, Grade::Presumed),
            None => (proven, unpresumed),
        };
        Self { claimed_ms, bounds, proven, presumed, grade }
    }
}

/// Computes the bounds of every record of one installation, in O((records + anchors) · log anchors).
///
/// The bounds are the intersection of the anchors of the record's run, the receipt it names, its arrival, and the order
/// of the chain: a record is not older than what it follows, and not younger than what follows it. `server_err_ms` is how
/// far the server's clock may be from UTC; it widens receipts and arrivals. Presumed bounds are a record's own: they are
/// not handed along the chain, since a wrong presumption must not spread.
#[must_use]
pub fn bounds_of_chain(entries: &[ChainEntry<'_>], anchors: &Anchors, server_err_ms: u32) -> Vec<Timed> {
    let err = i64::from(server_err_ms);
    let mut proven: Vec<Bounds> = entries
        .iter()
        .map(|entry| {
            let TimeEvidence { session, run, elapsed_ms, .. } = *entry.time;
            let told = Bounds {
                earliest_ms: entry.receipt_ms.map(|receipt| receipt.saturating_sub(err)),
                latest_ms: entry.arrival_ms.map(|arrival| arrival.saturating_add(err)),
            };
            anchors.proven(session, run, elapsed_ms).map_or(told, |anchored| anchored.intersect(told))
        })
        .collect();
    let before = |at: usize| entries[at].after.filter(|before| *before < at);
    for at in 0..proven.len() {
        if let Some(before) = before(at) {
            proven[at].earliest_ms = proven[at].earliest_ms.max(proven[before].earliest_ms);
        }
    }
    for at in (0..proven.len()).rev() {
        if let Some(before) = before(at) {
            proven[before] = proven[before].intersect(Bounds { earliest_ms: None, latest_ms: proven[at].latest_ms });
        }
    }
    entries.iter().zip(proven).map(|(entry, proven)| Timed::weigh(entry.time, proven, anchors)).collect()
}

/// Computes the bounds of one reading of the clocks: a record that the phone is about to make or has just made, or a
/// signed request. `after` is the record that it surely follows, such as the head that the request names.
#[must_use]
pub fn bounds_of_reading(time: &TimeEvidence, after: Option<&Timed>, anchors: &Anchors) -> Timed {
    let follows = Bounds { earliest_ms: after.and_then(|after| after.proven.earliest_ms), latest_ms: None };
    let proven =
        anchors.proven(time.session, time.run, time.elapsed_ms).map_or(follows, |anchored| anchored.intersect(follows));
    Timed::weigh(time, proven, anchors)
}

/// Up to when a history has surely been received, milliseconds: every record made before that instant has come.
///
/// `received` are the records from the first on without a gap (a stub is a gap: what it stands for has not come), and the
/// requests whose head is among them. Presumptions don't count here, since *missed* may rest on it.
#[must_use]
pub fn received_past<'a>(received: impl IntoIterator<Item = &'a Timed>) -> Option<i64> {
    received.into_iter().filter(|timed| !timed.proven.is_empty()).filter_map(|timed| timed.proven.earliest_ms).max()
}
