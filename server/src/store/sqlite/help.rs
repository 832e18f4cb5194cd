//! Reports for the help desk in SQLite.

use hadir_core::{model::InstallId, wire::HelpNumber};
use rusqlite::{Row, params};

use super::{
    Conn,
    row::{get, install, one, read_json, write_json},
};
use crate::store::{HelpRead, HelpWrite, Result, StoreError, StoredHelp};

const HELP: &str =
    "SELECT i.id, h.code, h.report, h.received_ms, h.until_ms FROM help h JOIN installations i ON i.no = h.install";

fn help(row: &Row<'_>) -> Result<StoredHelp> {
    let code = u32::try_from(get::<i64>(row, 1)?).map_err(|_| StoreError::Corrupt("help.code"))?;
    Ok(StoredHelp {
        install: install(row, 0)?,
        code: HelpNumber::of_bits(code),
        report: read_json(row, 2, "help.report")?,
        received_ms: get(row, 3)?,
        until_ms: get(row, 4)?,
    })
}

impl HelpRead for Conn<'_> {
    fn help_of(&self, install: &InstallId) -> Result<Option<StoredHelp>> {
        one(&mut *self.prepare(&format!("{HELP} WHERE i.id = ?1"))?, [install.as_bytes()], help)
    }

    fn help_by_code(&self, code: HelpNumber) -> Result<Option<StoredHelp>> {
        one(&mut *self.prepare(&format!("{HELP} WHERE h.code = ?1"))?, [code.bits()], help)
    }
}

impl HelpWrite for Conn<'_> {
    fn put_help(&mut self, new: &StoredHelp) -> Result<()> {
        let install = self.known_install(&new.install)?;
        self.run(
            "INSERT OR REPLACE INTO help (install, code, report, received_ms, until_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![install, new.code.bits(), write_json(&new.report)?, new.received_ms, new.until_ms],
        )?;
        Ok(())
    }

    fn drop_help(&mut self, now_ms: i64) -> Result<()> {
        self.run("DELETE FROM help WHERE until_ms <= ?1", [now_ms])?;
        Ok(())
    }
}
