//! How phones stand, for the help desk: the newest report of each, for a week.

use hadir_core::{
    model::InstallId,
    wire::{HelpNumber, HelpReport},
};

use super::Result;

/// A report, and the code by which it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredHelp {
    /// Whose.
    pub install: InstallId,
    /// The code that its person reads out.
    pub code: HelpNumber,
    /// What it said.
    pub report: HelpReport,
    /// When it came, milliseconds.
    pub received_ms: i64,
    /// Until when it is known, milliseconds, excluded.
    pub until_ms: i64,
}

/// Reads reports.
pub trait HelpRead {
    /// The newest report of an installation, whether its time is over or not.
    fn help_of(&self, install: &InstallId) -> Result<Option<StoredHelp>>;
    /// The report of a code, whether its time is over or not.
    fn help_by_code(&self, code: HelpNumber) -> Result<Option<StoredHelp>>;
}

/// Keeps reports.
pub trait HelpWrite {
    /// Keeps a report in place of the one before of that installation, and of any other that had its code.
    fn put_help(&mut self, help: &StoredHelp) -> Result<()>;
    /// Drops the reports whose time was over at `now_ms`, milliseconds.
    fn drop_help(&mut self, now_ms: i64) -> Result<()>;
}
