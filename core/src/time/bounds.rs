//! The earliest and the latest instant at which something can have happened.

use serde::{Deserialize, Serialize};

/// A span of instants, both ends included, in milliseconds since 1970; an end that nothing bounds is `None`.
///
/// It is empty where the evidence contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Bounds {
    /// Not before this.
    pub earliest_ms: Option<i64>,
    /// Not after this.
    pub latest_ms: Option<i64>,
}

/// On which side of an edge bounds lie. An edge is the first instant of what comes after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Surely before the edge.
    Before,
    /// Surely at the edge or after it.
    After,
    /// The bounds reach over the edge, or contradict themselves.
    CannotTell,
}

impl Bounds {
    /// Nothing is known.
    pub const OPEN: Self = Self { earliest_ms: None, latest_ms: None };

    /// From one instant to another.
    #[must_use]
    pub const fn between(earliest_ms: i64, latest_ms: i64) -> Self {
        Self { earliest_ms: Some(earliest_ms), latest_ms: Some(latest_ms) }
    }

    /// Not before an instant.
    #[must_use]
    pub const fn from(earliest_ms: i64) -> Self {
        Self { earliest_ms: Some(earliest_ms), latest_ms: None }
    }

    /// Not after an instant.
    #[must_use]
    pub const fn until(latest_ms: i64) -> Self {
        Self { earliest_ms: None, latest_ms: Some(latest_ms) }
    }

    /// What both allow.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        Self {
            // `None` is below every instant, so the larger of the options is the tighter.
            earliest_ms: self.earliest_ms.max(other.earliest_ms),
            latest_ms: match (self.latest_ms, other.latest_ms) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
        }
    }

    /// Whether no instant fits.
    #[must_use]
    pub fn is_empty(self) -> bool {
        matches!((self.earliest_ms, self.latest_ms), (Some(earliest), Some(latest)) if earliest > latest)
    }

    /// Whether both ends are known.
    #[must_use]
    pub fn is_closed(self) -> bool {
        self.earliest_ms.is_some() && self.latest_ms.is_some()
    }

    /// Whether an instant fits.
    #[must_use]
    pub fn contains(self, at_ms: i64) -> bool {
        self.contains_within(at_ms, 0)
    }

    /// Whether an instant fits, or misses by at most a tolerance in milliseconds.
    #[must_use]
    pub fn contains_within(self, at_ms: i64, tolerance_ms: u32) -> bool {
        let tolerance = i64::from(tolerance_ms);
        self.earliest_ms.is_none_or(|earliest| at_ms >= earliest.saturating_sub(tolerance))
            && self.latest_ms.is_none_or(|latest| at_ms <= latest.saturating_add(tolerance))
    }

    /// The instant within the bounds that is nearest to a claimed one; the claim itself where the bounds are empty.
    #[must_use]
    pub fn nearest(self, claimed_ms: i64) -> i64 {
        if self.is_empty() {
            return claimed_ms;
        }
        let at = self.earliest_ms.map_or(claimed_ms, |earliest| claimed_ms.max(earliest));
        self.latest_ms.map_or(at, |latest| at.min(latest))
    }

    /// On which side of an edge the bounds lie.
    #[must_use]
    pub fn side(self, edge_ms: i64) -> Side {
        if self.is_empty() {
            Side::CannotTell
        } else if self.latest_ms.is_some_and(|latest| latest < edge_ms) {
            Side::Before
        } else if self.earliest_ms.is_some_and(|earliest| earliest >= edge_ms) {
            Side::After
        } else {
            Side::CannotTell
        }
    }

    /// Whether the bounds lie within others.
    #[must_use]
    pub fn is_within(self, outer: Self) -> bool {
        self.intersect(outer) == self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_bounds() -> impl Strategy<Value = Bounds> {
        (any::<Option<i64>>(), any::<Option<i64>>())
            .prop_map(|(earliest_ms, latest_ms)| Bounds { earliest_ms, latest_ms })
    }

    #[test]
    fn an_edge_belongs_to_what_comes_after_it() {
        assert_eq!(Bounds::between(90, 99).side(100), Side::Before);
        assert_eq!(Bounds::between(90, 100).side(100), Side::CannotTell);
        assert_eq!(Bounds::between(100, 101).side(100), Side::After);
        assert_eq!(Bounds::until(99).side(100), Side::Before);
        assert_eq!(Bounds::from(100).side(100), Side::After);
        assert_eq!(Bounds::OPEN.side(100), Side::CannotTell);
        assert_eq!(Bounds::between(101, 99).side(50), Side::CannotTell, "a contradiction decides nothing");
    }

    proptest! {
        #[test]
        fn an_intersection_holds_exactly_what_both_hold(a in any_bounds(), b in any_bounds(), at in any::<i64>()) {
            prop_assert_eq!(a.intersect(b).contains(at), a.contains(at) && b.contains(at));
            prop_assert_eq!(a.intersect(b), b.intersect(a));
            prop_assert!(a.intersect(b).is_within(a));
        }

        #[test]
        fn the_nearest_instant_lies_within_and_a_fitting_claim_is_kept(a in any_bounds(), at in any::<i64>()) {
            prop_assume!(!a.is_empty());
            prop_assert!(a.contains(a.nearest(at)));
            prop_assert!(!a.contains(at) || a.nearest(at) == at);
        }
    }
}
