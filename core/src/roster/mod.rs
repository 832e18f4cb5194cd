//! Who works where on which date, explained per person, by a plain turn list. Pure and deterministic.
//!
//! - [`Staffing`] holds a policy, the people and the dated facts; [`Staffing::propose`] places everyone, day by day;
//! - [`Staffing::check`] reads a head's own list against quotas and exemptions: ours is a proposal, theirs is checked;
//! - [`TurnList`] carries the turns from one proposal to the next;
//! - [`propose`] and [`check`] are the short ways for one range with nothing carried over.
//!
//! How a day is filled: a dated fact decides first, then exemptions and `can_wfh = no`, then a head's list, then the turn list
//! within each group's quota. A quota counts the people of one agency and group who may be sent home at all, present or not,
//! and caps one side, rounded down; the rest is on the other. Recalls and piket are named by a person and count for no quota.

mod check;
mod facts;
mod person;
mod propose;
mod turns;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use check::{Listed, Violation};
pub use facts::{Fact, FactKind, LeaveKind, MinimumOffice};
pub use person::Person;
pub use propose::{Excused, Placement, Proposal, Reason, Staffing, shift_of};
pub use turns::{TurnGroup, TurnList};

use crate::policy::Policy;

/// Places everyone on each date of a range, both ends included, with a fresh turn list.
#[must_use]
pub fn propose(
    policy: &Policy,
    people: &[Person],
    facts: &[Fact],
    from: NaiveDate,
    until: NaiveDate,
) -> Vec<Placement> {
    Staffing::new(policy, people, facts).propose(from, until, TurnList::default()).placements
}

/// Checks a head's own list of a range, both ends included; empty if all holds.
#[must_use]
pub fn check(
    policy: &Policy,
    people: &[Person],
    facts: &[Fact],
    list: &[Listed],
    from: NaiveDate,
    until: NaiveDate,
) -> Vec<Violation> {
    Staffing::new(policy, people, facts).check(list, from, until)
}
