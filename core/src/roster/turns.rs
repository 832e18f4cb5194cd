//! The turn list: whoever is in front goes next, and then goes to the back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::PersonId;

/// The turns of every agency and group, carried from one proposal to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TurnList(BTreeMap<String, TurnGroup>);

/// The turns of one group of one agency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnGroup {
    /// Who goes next, from the front.
    queue: Vec<PersonId>,
    /// Whose turn it is.
    current: Vec<PersonId>,
    /// Working days left of the running turn.
    days_left: u32,
}

impl TurnList {
    /// The turns of one group of one agency.
    pub(super) fn group(&mut self, agency: &str, group: &str) -> &mut TurnGroup {
        // A line break is in no id, so two pairs never share a key.
        self.0.entry(format!("{agency}\n{group}")).or_default()
    }
}

impl TurnGroup {
    /// Takes those who joined to the back, in the order of their ids, and lets go of those who left.
    pub(super) fn meet(&mut self, members: &[PersonId]) {
        self.queue.retain(|person| members.binary_search(person).is_ok());
        self.current.retain(|person| members.binary_search(person).is_ok());
        let mut known: Vec<PersonId> = self.queue.clone();
        known.sort();
        self.queue.extend(members.iter().filter(|member| known.binary_search(member).is_err()).cloned());
    }

    /// Begins a working day: whose turn it is, at most `seats` of the `available`.
    ///
    /// A new turn takes the first available from the front and sends them to the back; whoever is away keeps their place.
    /// Within a running turn nobody is added, so that a turn of two days is two days of the same people.
    pub(super) fn day(&mut self, available: &[PersonId], seats: usize, working_days: u32) -> Vec<PersonId> {
        let is_available = |person: &PersonId| available.binary_search(person).is_ok();
        if self.days_left == 0 {
            self.days_left = working_days;
            self.current = self.queue.iter().filter(|person| is_available(person)).take(seats).cloned().collect();
            let mut taken = self.current.clone();
            taken.sort();
            self.queue.retain(|person| taken.binary_search(person).is_err());
            self.queue.extend(self.current.iter().cloned());
        }
        self.days_left -= 1;
        self.current.iter().filter(|person| is_available(person)).take(seats).cloned().collect()
    }
}
