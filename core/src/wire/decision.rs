//! What the office decided about a person, as an assignment carries it to the phone (protocol §7.3).

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::{EnvelopeHash, Words};

/// How a request or an appeal was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// *Dikabulkan*; of an appeal: *diterima*.
    Granted,
    /// *Ditolak.*
    Refused,
}

impl Answer {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Refused => "refused",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Granted, Self::Refused].into_iter().find(|answer| answer.as_str() == name)
    }
}

/// A decision on a request or an appeal. `Debug` shows neither who nor what they wrote.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Its number at the server, rising: of two on one matter the higher one holds.
    pub no: u64,
    /// Hash of the record that asked.
    #[serde(rename = "ref")]
    pub reference: EnvelopeHash,
    /// The answer.
    pub answer: Answer,
    /// Who, as screens show them.
    pub by: String,
    /// When, milliseconds.
    pub t_ms: i64,
    /// Why; always there where it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
}

impl fmt::Debug for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decision({}, {}, {:?})", self.no, self.reference, self.answer)
    }
}

/// A correction of a verdict. `Debug` shows neither who nor what they wrote.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrected {
    /// The duty date.
    pub date: NaiveDate,
    /// The window, by id; absent for a word on the whole date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// `on_time`, `late`, `excused`, `missed`, `checked` or `as_computed`; another is of a later version.
    pub ruling: String,
    /// Whole minutes, with `late`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// Of which kind, with `excused`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excuse: Option<String>,
    /// Who, as screens show them.
    pub by: String,
    /// When, milliseconds.
    pub t_ms: i64,
    /// What they wrote.
    pub note: String,
}

impl fmt::Debug for Corrected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Corrected({}, {:?}, {})", self.date, self.window, self.ruling)
    }
}
