//! Words for people, Indonesian first and English. The floors below give reasons as data; here they become sentences.
//!
//! Each floor has its own file; every function takes a [`Lang`] and matches on both, so a language cannot be forgotten.

pub mod ask;
pub mod data;
pub mod engine;
pub mod help;
pub mod history;
pub mod home;
pub mod judge;
pub mod keys;
pub mod month;
pub mod parked;
pub mod place;
pub mod policy;
pub mod practice;
pub mod proof;
pub mod reminder;
pub mod roster;
pub mod share;
pub mod store;
pub mod time;
mod trouble;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language of the screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// Indonesian.
    #[default]
    Id,
    /// English.
    En,
}

/// A language that is not offered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no language \"{0}\"; choose id or en")]
pub struct UnknownLang(pub String);

/// A number with its English noun: `1 record`, `2 records`.
#[must_use]
pub fn many<N: Copy + fmt::Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

impl Lang {
    /// The language tag, as in HTML's `lang`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }

    /// Chooses between two texts.
    #[must_use]
    pub const fn pick<'t>(self, id: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::Id => id,
            Self::En => en,
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Lang {
    type Err = UnknownLang;
    fn from_str(tag: &str) -> Result<Self, UnknownLang> {
        match tag {
            "id" | "in" => Ok(Self::Id),
            "en" => Ok(Self::En),
            other => Err(UnknownLang(other.to_owned())),
        }
    }
}
