//! Finding the phone of somebody who asks the help desk.

use hadir_core::wire::HelpNumber;

use super::{Admin, AdminError};
use crate::store::{Person, Result, StoreExt as _, StoreRead, StoredHelp};

/// A phone as its person's code shows it. `Debug` shows no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpFound {
    /// What the phone said.
    pub help: StoredHelp,
    /// Whose it is.
    pub person: Person,
    /// Whether the phone was revoked.
    pub revoked: bool,
}

/// Finds the report of a code that is known at `now_ms`, milliseconds.
///
/// # Errors
/// What the store reports.
pub fn find_help(code: HelpNumber, now_ms: i64, store: &dyn StoreRead) -> Result<Option<HelpFound>> {
    let Some(help) = store.help_by_code(code)?.filter(|help| help.until_ms > now_ms) else { return Ok(None) };
    let Some(phone) = store.installation(&help.install)? else { return Ok(None) };
    let revoked = phone.revoked.is_some();
    Ok(store.person(&phone.person)?.map(|person| HelpFound { help, person, revoked }))
}

impl Admin<'_> {
    /// Finds the phone of a help code; looking changes nothing.
    ///
    /// # Errors
    /// What the store reports.
    pub fn help(&self, code: HelpNumber) -> std::result::Result<Option<HelpFound>, AdminError> {
        Ok(self.store.query(|store| find_help(code, self.now_ms, store))?)
    }
}
