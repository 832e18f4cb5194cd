//! Who a policy speaks of: selectors, groups with their quotas, exemptions, rotation.

use serde::{Deserialize, Serialize};

use super::{Marks, Source};

/// Terms of employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Employment {
    /// A civil servant, permanent (PNS) or on contract (PPPK).
    Asn,
    /// Other contract staff (*honorer*).
    NonAsn,
}

/// Picks people of the staff list. Every criterion given must hold; within one, any value does. An empty one picks everyone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selector {
    /// Terms of employment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub employment: Vec<Employment>,
    /// Rank groups of the staff list, such as `pelaksana`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ranks: Vec<String>,
    /// Unit ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
    /// Kinds of service of the unit, such as `puskesmas`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Positions, such as `camat`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub positions: Vec<String>,
    /// Structural officers only, or none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub structural: Option<bool>,
}

impl Selector {
    /// Whether it names no criterion and so picks everyone.
    #[must_use]
    pub fn is_everyone(&self) -> bool {
        *self == Self::default()
    }
}

/// The side of the door that a quota caps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Working from home.
    Home,
    /// At the office.
    Office,
}

/// At most this share of a group, per agency and rounded down, on one side; the rest is on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// The capped side.
    pub caps: Side,
    /// The share in percent, 0–100.
    pub percent: u8,
}

impl Quota {
    /// How many of a group of this size the quota allows on its side.
    #[must_use]
    pub fn allowed_of(self, headcount: usize) -> usize {
        headcount * usize::from(self.percent.min(100)) / 100
    }
}

/// A group of people that takes turns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its name, in Indonesian.
    pub title: String,
    /// Who belongs; a person belongs to the first group that picks them.
    pub who: Selector,
    /// Where its people work.
    pub place: GroupPlace,
    /// Where these values come from.
    pub marks: Marks,
}

/// Where a group works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupPlace {
    /// In turns, within a quota.
    Turns(Quota),
    /// All at home.
    Home,
    /// All at the office.
    Office,
}

/// People who are not sent home. Never an excuse from attendance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// Why, in Indonesian, as the person reads it.
    pub title: String,
    /// Who.
    pub who: Selector,
    /// Where it comes from.
    pub source: Source,
}

/// How turns go round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// How many working days one turn lasts.
    pub working_days: u32,
    /// Where people of no group work.
    pub others: Side,
    /// Where these values come from.
    pub marks: Marks,
}
