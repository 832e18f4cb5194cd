//! People of different households at one identical point.
//!
//! A fake-location app gives everyone who copied a setting the same coordinates, to the last digit; honest phones side by
//! side differ in the fifth decimal. Spouses under one roof and a shared receiver do give one point: a household counts once.

use std::collections::{BTreeMap, BTreeSet};

use super::Signal;
use crate::model::Fix;

/// From how many households on one point is worth a look.
const HOUSEHOLDS: usize = 3;

/// One tap of one person, for a comparison with others.
#[derive(Debug, Clone, Copy)]
pub struct Stand<'a> {
    /// The person, by any number that tells them apart.
    pub person: usize,
    /// The person's household, an opaque group of the staff list. Unknown counts as different from every other.
    pub household: Option<&'a str>,
    /// The fix of the tap.
    pub fix: &'a Fix,
}

/// Finds the taps at coordinates that three or more households share, to 6 decimals (11 cm); the caller chooses whose
/// taps are compared, such as those of one window. Returns the signals by place in the slice.
#[must_use]
pub fn identical_places(stands: &[Stand<'_>]) -> BTreeMap<usize, Signal> {
    let micro = |e7: i32| (e7.saturating_add(5)).div_euclid(10);
    let mut points: BTreeMap<(i32, i32), Vec<usize>> = BTreeMap::new();
    for (at, stand) in stands.iter().enumerate() {
        points.entry((micro(stand.fix.lat_e7()), micro(stand.fix.lon_e7()))).or_default().push(at);
    }
    let mut found = BTreeMap::new();
    for there in points.into_values().filter(|there| there.len() >= HOUSEHOLDS) {
        let people: BTreeSet<usize> = there.iter().map(|&at| stands[at].person).collect();
        let known: BTreeSet<&str> = there.iter().filter_map(|&at| stands[at].household).collect();
        let alone: BTreeSet<usize> =
            there.iter().filter(|&&at| stands[at].household.is_none()).map(|&at| stands[at].person).collect();
        let households = known.len() + alone.len();
        if households >= HOUSEHOLDS {
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let signal = Signal::IdenticalCoordinates { households: count(households), people: count(people.len()) };
            found.extend(there.into_iter().map(|at| (at, signal.clone())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::FixSource;

    fn fix(lon: f64) -> Fix {
        Fix::new(-3.0, lon, 10.0, 0, FixSource::Gnss).unwrap()
    }

    fn found(people: &[(usize, Option<&str>, f64)]) -> Vec<(usize, u32, u32)> {
        let fixes: Vec<Fix> = people.iter().map(|(_, _, lon)| fix(*lon)).collect();
        let stands: Vec<Stand<'_>> =
            people.iter().zip(&fixes).map(|(&(person, household, _), fix)| Stand { person, household, fix }).collect();
        identical_places(&stands)
            .into_iter()
            .map(|(at, signal)| match signal {
                Signal::IdenticalCoordinates { households, people } => (at, households, people),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn three_households_on_one_point_are_named_and_everyone_else_is_not() {
        let people = [
            (1, Some("a"), 120.2),
            (2, Some("b"), 120.2),
            (3, None, 120.200_000_04),
            (4, Some("c"), 120.200_001_1),
            (3, None, 120.2),
        ];
        assert_eq!(found(&people), [(0, 3, 3), (1, 3, 3), (2, 3, 3), (4, 3, 3)]);
    }

    #[test]
    fn spouses_and_one_person_twice_are_one_household() {
        assert_eq!(found(&[(1, Some("a"), 120.2), (2, Some("a"), 120.2), (3, Some("b"), 120.2)]), []);
        assert_eq!(found(&[(1, None, 120.2), (1, None, 120.2), (2, None, 120.2)]), []);
        assert_eq!(found(&[(1, None, 120.2), (2, None, 120.2), (3, None, 120.2)]).len(), 3);
    }

    proptest! {
        #[test]
        fn the_order_of_people_does_not_matter(
            people in prop::collection::vec((0..6_usize, prop::option::of(0..4_usize), 0..3_u8), 0..20),
        ) {
            let names = ["a", "b", "c", "d"];
            let people: Vec<_> = people
                .into_iter()
                .map(|(person, household, point)| (person, household.map(|h| names[h]), 120.2 + f64::from(point)))
                .collect();
            let mut reversed = people.clone();
            reversed.reverse();
            let mut again: Vec<_> = found(&reversed).into_iter().map(|(at, h, p)| (people.len() - 1 - at, h, p)).collect();
            again.reverse();
            prop_assert_eq!(found(&people), again);
        }
    }
}
