//! A person of the staff list, as far as rosters need to know.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::PersonId;
use crate::policy::{Employment, Exemption, Group, Policy, Selector};

/// A person of the staff list. `Debug` shows the unit only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Identity.
    pub id: PersonId,
    /// The agency (OPD) whose quota counts them.
    pub agency: String,
    /// The unit within it.
    pub unit: String,
    /// Terms of employment.
    pub employment: Employment,
    /// Rank group, such as `pelaksana`.
    pub rank: String,
    /// Whether they hold a structural office.
    #[serde(default)]
    pub structural: bool,
    /// Kinds of service of their unit, such as `puskesmas`.
    #[serde(default)]
    pub services: Vec<String>,
    /// Positions, such as `camat`.
    #[serde(default)]
    pub positions: Vec<String>,
    /// Whether their work can be done from home (IT at hand, kind of work).
    pub can_wfh: bool,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({}, …)", self.unit)
    }
}

impl Person {
    /// Whether a selector picks them: every criterion given holds.
    #[must_use]
    pub fn is_picked_by(&self, who: &Selector) -> bool {
        let any = |wanted: &[String], own: &[String]| wanted.is_empty() || own.iter().any(|o| wanted.contains(o));
        (who.employment.is_empty() || who.employment.contains(&self.employment))
            && (who.ranks.is_empty() || who.ranks.contains(&self.rank))
            && (who.units.is_empty() || who.units.contains(&self.unit) || who.units.contains(&self.agency))
            && any(&who.services, &self.services)
            && any(&who.positions, &self.positions)
            && who.structural.is_none_or(|structural| structural == self.structural)
    }

    /// The first exemption that keeps them at the workplace.
    #[must_use]
    pub fn exemption<'p>(&self, policy: &'p Policy) -> Option<&'p Exemption> {
        policy.exemptions.iter().find(|exemption| self.is_picked_by(&exemption.who))
    }

    /// The group that they belong to: the first that picks them.
    #[must_use]
    pub fn group<'p>(&self, policy: &'p Policy) -> Option<&'p Group> {
        policy.groups.iter().find(|group| self.is_picked_by(&group.who))
    }
}
