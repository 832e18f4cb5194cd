//! Reports for the help desk in the model.

use std::collections::BTreeMap;

use hadir_core::{model::InstallId, wire::HelpNumber};

use super::State;
use crate::store::{HelpRead, HelpWrite, Result, StoredHelp};

#[derive(Clone, Default)]
pub(super) struct Part(BTreeMap<InstallId, StoredHelp>);

impl HelpRead for State {
    fn help_of(&self, install: &InstallId) -> Result<Option<StoredHelp>> {
        Ok(self.help.0.get(install).cloned())
    }
    fn help_by_code(&self, code: HelpNumber) -> Result<Option<StoredHelp>> {
        Ok(self.help.0.values().find(|help| help.code == code).cloned())
    }
}

impl HelpWrite for State {
    fn put_help(&mut self, help: &StoredHelp) -> Result<()> {
        self.help.0.retain(|_, known| known.code != help.code);
        self.help.0.insert(help.install, help.clone());
        Ok(())
    }
    fn drop_help(&mut self, now_ms: i64) -> Result<()> {
        self.help.0.retain(|_, help| help.until_ms > now_ms);
        Ok(())
    }
}
