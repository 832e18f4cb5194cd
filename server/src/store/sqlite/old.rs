//! Old stores in SQLite.

use hadir_core::model::{B64, InstallId};
use rusqlite::{OptionalExtension as _, Row, params};

use super::{
    Conn,
    row::{all, get, install, int, one, uint},
};
use crate::store::{OldKey, OldPiece, OldRead, OldRecovery, OldTotals, OldWrite, Result, StoreError};

const PIECE: &str = "SELECT i.id, p.store, p.name, p.hash, p.size, p.have, p.complete_ms, p.kept \
    FROM old_pieces p JOIN installations i ON i.no = p.install";

fn piece(row: &Row<'_>) -> Result<OldPiece> {
    let (store, hash) = (B64(get(row, 1)?), B64(get(row, 3)?));
    Ok(OldPiece {
        key: OldKey { install: install(row, 0)?, store, name: get(row, 2)?, hash },
        size: uint(get(row, 4)?),
        have: uint(get(row, 5)?),
        complete_ms: get(row, 6)?,
        kept: get(row, 7)?,
    })
}

impl Conn<'_> {
    fn old_no(&self, key: &OldKey) -> Result<Option<i64>> {
        let Some(install) = self.install_no(&key.install)? else { return Ok(None) };
        let sql = "SELECT no FROM old_pieces WHERE install = ?1 AND store = ?2 AND name = ?3 AND hash = ?4";
        let mut statement = self.prepare(sql)?;
        Ok(statement.query_row(params![install, key.store.0, key.name, key.hash.0], |row| row.get(0)).optional()?)
    }
}

impl OldRead for Conn<'_> {
    fn old_piece(&self, key: &OldKey) -> Result<Option<OldPiece>> {
        let sql = format!("{PIECE} WHERE i.id = ?1 AND p.store = ?2 AND p.name = ?3 AND p.hash = ?4");
        one(&mut *self.prepare(&sql)?, params![key.install.as_bytes(), key.store.0, key.name, key.hash.0], piece)
    }

    fn old_pieces(&self) -> Result<Vec<OldPiece>> {
        all(&mut *self.prepare(&format!("{PIECE} ORDER BY i.id, p.store, p.no"))?, [], piece)
    }

    fn old_bytes(&self, key: &OldKey) -> Result<Vec<u8>> {
        let Some(no) = self.old_no(key)? else { return Ok(Vec::new()) };
        let mut statement = self.prepare("SELECT bytes FROM old_bytes WHERE piece = ?1 ORDER BY at")?;
        let parts = all(&mut statement, [no], |row| get::<Vec<u8>>(row, 0))?;
        Ok(parts.concat())
    }

    fn old_totals(&self, install: Option<&InstallId>) -> Result<OldTotals> {
        let read = |row: &Row<'_>| {
            Ok(OldTotals { files: uint(get(row, 0)?), bytes: uint(get(row, 1)?), held: uint(get(row, 2)?) })
        };
        let sql = "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(have), 0) FROM old_pieces";
        let found = match install {
            Some(id) => match self.install_no(id)? {
                Some(no) => one(&mut *self.prepare(&format!("{sql} WHERE install = ?1"))?, [no], read)?,
                None => None,
            },
            None => one(&mut *self.prepare(sql)?, [], read)?,
        };
        Ok(found.unwrap_or_default())
    }

    fn old_recoveries(&self) -> Result<Vec<OldRecovery>> {
        let sql = "SELECT i.id, r.store, r.at_ms, r.by, r.stored, r.repeated, r.conflicts, r.refused, r.gaps \
                   FROM old_recoveries r JOIN installations i ON i.no = r.install ORDER BY r.no";
        all(&mut *self.prepare(sql)?, [], |row| {
            Ok(OldRecovery {
                install: install(row, 0)?,
                store: B64(get(row, 1)?),
                at_ms: get(row, 2)?,
                by: get(row, 3)?,
                stored: uint(get(row, 4)?),
                repeated: uint(get(row, 5)?),
                conflicts: uint(get(row, 6)?),
                refused: uint(get(row, 7)?),
                gaps: uint(get(row, 8)?),
            })
        })
    }
}

impl OldWrite for Conn<'_> {
    fn put_old_piece(&mut self, new: &OldPiece) -> Result<()> {
        let install = self.known_install(&new.key.install)?;
        self.run(
            "INSERT INTO old_pieces (install, store, name, hash, size, have, complete_ms, kept) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (install, store, name, hash) DO UPDATE SET \
             size = excluded.size, have = excluded.have, complete_ms = excluded.complete_ms, kept = excluded.kept",
            params![
                install,
                new.key.store.0,
                new.key.name,
                new.key.hash.0,
                int(new.size),
                int(new.have),
                new.complete_ms,
                new.kept
            ],
        )?;
        Ok(())
    }

    fn append_old(&mut self, key: &OldKey, at: u64, bytes: &[u8]) -> Result<()> {
        let no = self.old_no(key)?.ok_or(StoreError::Corrupt("old_pieces: bytes of a file that is not known"))?;
        self.run("INSERT INTO old_bytes (piece, at, bytes) VALUES (?1, ?2, ?3)", params![no, int(at), bytes])?;
        Ok(())
    }

    fn clear_old(&mut self, key: &OldKey) -> Result<()> {
        if let Some(no) = self.old_no(key)? {
            self.run("DELETE FROM old_bytes WHERE piece = ?1", [no])?;
        }
        Ok(())
    }

    fn add_old_recovery(&mut self, new: &OldRecovery) -> Result<()> {
        let install = self.known_install(&new.install)?;
        self.run(
            "INSERT INTO old_recoveries (install, store, at_ms, by, stored, repeated, conflicts, refused, gaps) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                install,
                new.store.0,
                new.at_ms,
                new.by,
                int(new.stored),
                int(new.repeated),
                int(new.conflicts),
                int(new.refused),
                int(new.gaps)
            ],
        )?;
        Ok(())
    }
}
