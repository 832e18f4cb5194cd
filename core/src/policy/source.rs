//! Where a value of a policy comes from. Nothing is invented in a circular's name.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The circular says so.
    Circular,
    /// The press or the agency reported it; the text was not seen.
    Reported,
    /// The circular is silent; the product or the administrator chose it.
    Ours,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 3] = [Self::Circular, Self::Reported, Self::Ours];

    /// The name used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Circular => "circular",
            Self::Reported => "reported",
            Self::Ours => "ours",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The sources of one table's values: one for the table, and the keys that differ.
///
/// Every key has a source by construction: [`Marks::of`] never fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marks {
    /// Of every key not named in `except`.
    pub source: Source,
    /// Keys that come from elsewhere.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub except: BTreeMap<String, Source>,
}

impl Marks {
    /// Marks a whole table.
    #[must_use]
    pub fn all(source: Source) -> Self {
        Self { source, except: BTreeMap::new() }
    }

    /// The source of a key of the table.
    #[must_use]
    pub fn of(&self, key: &str) -> Source {
        self.except.get(key).copied().unwrap_or(self.source)
    }
}
