//! The phones' part of the SQLite store.

use chrono::NaiveDate;
use hadir_core::model::{EnvelopeHash, InstallId, Link, PersonId, SessionId};
use rusqlite::{Row, params};

use super::{
    Conn,
    row::{all, date, get, hash, install, int, one, parse, parse_opt, read_json, uint, write_json},
};
use crate::limits::WITNESSES;
use crate::store::{
    CodeHash, Installation, IssuedAssignment, PhonesRead, PhonesWrite, Result, Revocation, SignedAhead, StoreError,
    StoredInvite, StoredPack, TypedTls, Witness,
};

const INVITE: &str = "SELECT code, person, created_ms, exp_ms, by, used_install, used_ms, revoked_ms, typed, typed_ca, typed_pins FROM invites";
const INSTALLATION: &str = "SELECT id, key, person, invite, enrolled_ms, app, epoch, contiguous, head, seen_ms, revoked_ms, \
    revoked_reason, revoked_by, assigned_until, ahead_after_ms, ahead_until_ms, ahead_mended_ms, no FROM installations";
const ASSIGNMENT: &str = "SELECT hash, roster, from_date, until_date, t_ms, compact FROM assignments";

fn invite(row: &Row<'_>) -> Result<StoredInvite> {
    let used = match (get::<Option<[u8; 32]>>(row, 5)?, get::<Option<i64>>(row, 6)?) {
        (Some(install), Some(at_ms)) => Some((InstallId::new(install), at_ms)),
        _ => None,
    };
    let typed = if get(row, 8)? {
        let pins = match get::<Option<String>>(row, 10)? {
            Some(_) => Some(read_json(row, 10, "invites.typed_pins")?),
            None => None,
        };
        Some(TypedTls { ca: get(row, 9)?, pins })
    } else {
        None
    };
    Ok(StoredInvite {
        code: CodeHash(get(row, 0)?),
        person: parse(row, 1, "invites.person")?,
        created_ms: get(row, 2)?,
        exp_ms: get(row, 3)?,
        by: get(row, 4)?,
        used,
        revoked_ms: get(row, 7)?,
        typed,
    })
}

fn installation(row: &Row<'_>) -> Result<Installation> {
    let revoked = match (get::<Option<i64>>(row, 10)?, get::<Option<String>>(row, 11)?, get::<Option<String>>(row, 12)?)
    {
        (Some(at_ms), Some(reason), Some(by)) => Some(Revocation { at_ms, reason, by }),
        _ => None,
    };
    let ahead = match (get(row, 14)?, get(row, 15)?, get(row, 16)?) {
        (Some(after_ms), Some(until_ms), Some(mended_ms)) => Some(SignedAhead { after_ms, until_ms, mended_ms }),
        _ => None,
    };
    Ok(Installation {
        id: install(row, 0)?,
        key: get(row, 1)?,
        person: parse(row, 2, "installations.person")?,
        invite: CodeHash(get(row, 3)?),
        enrolled_ms: get(row, 4)?,
        app: get(row, 5)?,
        epoch: u32::try_from(get::<i64>(row, 6)?).map_err(|_| StoreError::Corrupt("installations.epoch"))?,
        contiguous: uint(get(row, 7)?),
        head: get::<Option<[u8; 32]>>(row, 8)?.map(hadir_core::model::EnvelopeHash::new),
        seen_ms: get(row, 9)?,
        revoked,
        assigned_until: parse_opt(row, 13, "installations.assigned_until")?,
        ahead,
    })
}

fn pack(row: &Row<'_>) -> Result<StoredPack> {
    Ok(StoredPack {
        number: uint(get(row, 0)?),
        hash: hash(row, 1)?,
        t_ms: get(row, 2)?,
        published_ms: get(row, 3)?,
        compact: get(row, 4)?,
    })
}

fn assignment(row: &Row<'_>, install: &InstallId) -> Result<IssuedAssignment> {
    Ok(IssuedAssignment {
        install: *install,
        hash: hash(row, 0)?,
        roster: uint(get(row, 1)?),
        from: parse(row, 2, "assignments.from_date")?,
        until: parse(row, 3, "assignments.until_date")?,
        t_ms: get(row, 4)?,
        compact: get(row, 5)?,
    })
}

impl PhonesRead for Conn<'_> {
    fn invite(&self, code: &CodeHash) -> Result<Option<StoredInvite>> {
        one(&mut *self.prepare(&format!("{INVITE} WHERE code = ?1"))?, [code.0], invite)
    }

    fn invites(&self) -> Result<Vec<StoredInvite>> {
        all(&mut *self.prepare(&format!("{INVITE} ORDER BY created_ms, code"))?, [], invite)
    }

    fn installation(&self, id: &InstallId) -> Result<Option<Installation>> {
        one(&mut *self.prepare(&format!("{INSTALLATION} WHERE id = ?1"))?, [id.as_bytes()], |row| {
            self.last_install.set(Some((*id, get(row, 17)?)));
            installation(row)
        })
    }

    fn installations(&self, person: Option<&PersonId>) -> Result<Vec<Installation>> {
        match person {
            Some(person) => {
                let sql = format!("{INSTALLATION} WHERE person = ?1 ORDER BY enrolled_ms, id");
                all(&mut *self.prepare(&sql)?, [person.as_str()], installation)
            }
            None => all(&mut *self.prepare(&format!("{INSTALLATION} ORDER BY enrolled_ms, id"))?, [], installation),
        }
    }

    fn witnesses(&self, id: &InstallId) -> Result<Vec<Witness>> {
        let sql = "SELECT session, run, elapsed_ms, head_epoch, head_seq, head_hash, received_ms, request FROM witnesses \
                   WHERE install = ?1 ORDER BY received_ms, session, run";
        let Some(no) = self.install_no(id)? else { return Ok(Vec::new()) };
        all(&mut *self.prepare(sql)?, [no], |row| {
            let head = match (get::<Option<i64>>(row, 3)?, get::<Option<i64>>(row, 4)?) {
                (Some(epoch), Some(seq)) => Some(Link {
                    epoch: u32::try_from(epoch).map_err(|_| StoreError::Corrupt("witnesses.head_epoch"))?,
                    seq: uint(seq),
                    hash: hash(row, 5)?,
                }),
                _ => None,
            };
            Ok(Witness {
                install: *id,
                session: SessionId::new(get(row, 0)?),
                run: get(row, 1)?,
                elapsed_ms: uint(get(row, 2)?),
                head,
                received_ms: get(row, 6)?,
                request: get(row, 7)?,
            })
        })
    }

    fn packs(&self, after: u64) -> Result<Vec<StoredPack>> {
        let sql = "SELECT number, hash, t_ms, published_ms, compact FROM packs WHERE number > ?1 ORDER BY number";
        all(&mut *self.prepare(sql)?, [int(after)], pack)
    }

    fn newest_pack(&self) -> Result<Option<u64>> {
        if let Some(newest) = self.newest_pack.get() {
            return Ok(newest);
        }
        let newest = one(&mut *self.prepare("SELECT max(number) FROM packs")?, [], |row| get::<Option<i64>>(row, 0))?;
        let newest = newest.flatten().map(uint);
        self.newest_pack.set(Some(newest));
        Ok(newest)
    }

    fn least_pack(&self) -> Result<u64> {
        Ok(self.mark("least_pack")?.map_or(0, uint))
    }

    fn newest_assignment(&self, id: &InstallId) -> Result<Option<IssuedAssignment>> {
        let Some(no) = self.install_no(id)? else { return Ok(None) };
        let sql = format!("{ASSIGNMENT} WHERE install = ?1 ORDER BY no DESC LIMIT 1");
        one(&mut *self.prepare(&sql)?, [no], |row| assignment(row, id))
    }

    fn assignments(&self, id: &InstallId, from: NaiveDate, until: NaiveDate) -> Result<Vec<IssuedAssignment>> {
        let Some(no) = self.install_no(id)? else { return Ok(Vec::new()) };
        let sql = format!("{ASSIGNMENT} WHERE install = ?1 AND until_date >= ?2 AND from_date <= ?3 ORDER BY no");
        all(&mut *self.prepare(&sql)?, params![no, date(from), date(until)], |row| assignment(row, id))
    }

    fn assignment(&self, id: &InstallId, hash: &EnvelopeHash) -> Result<Option<IssuedAssignment>> {
        let Some(no) = self.install_no(id)? else { return Ok(None) };
        let sql = format!("{ASSIGNMENT} WHERE install = ?1 AND hash = ?2");
        one(&mut *self.prepare(&sql)?, params![no, hash.as_bytes()], |row| assignment(row, id))
    }
}

impl PhonesWrite for Conn<'_> {
    fn put_invite(&mut self, invite: &StoredInvite) -> Result<()> {
        let pins = invite.typed.as_ref().and_then(|typed| typed.pins.as_ref()).map(write_json).transpose()?;
        self.run(
            "INSERT OR REPLACE INTO invites (code, person, created_ms, exp_ms, by, used_install, used_ms, revoked_ms, \
             typed, typed_ca, typed_pins) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                invite.code.0,
                invite.person.as_str(),
                invite.created_ms,
                invite.exp_ms,
                invite.by,
                invite.used.as_ref().map(|(install, _)| install.as_bytes()),
                invite.used.as_ref().map(|(_, at_ms)| at_ms),
                invite.revoked_ms,
                invite.typed.is_some(),
                invite.typed.as_ref().and_then(|typed| typed.ca.as_deref()),
                pins
            ],
        )?;
        Ok(())
    }

    fn put_installation(&mut self, new: &Installation) -> Result<()> {
        // What every request moves, without touching an index; the rest changes hardly ever.
        let no = self.install_no(&new.id)?;
        let moved = self.run(
            "UPDATE installations SET app = ?2, epoch = ?3, contiguous = ?4, head = ?5, seen_ms = ?6, assigned_until = ?7, \
             ahead_after_ms = ?15, ahead_until_ms = ?16, ahead_mended_ms = ?17 WHERE no = ?1 AND key = ?8 AND person = ?9 AND invite = ?10 AND enrolled_ms = ?11 AND revoked_ms IS ?12 \
             AND revoked_reason IS ?13 AND revoked_by IS ?14",
            params![
                no,
                new.app,
                new.epoch,
                int(new.contiguous),
                new.head.as_ref().map(|head| head.as_bytes()),
                new.seen_ms,
                new.assigned_until.map(date),
                new.key,
                new.person.as_str(),
                new.invite.0,
                new.enrolled_ms,
                new.revoked.as_ref().map(|revoked| revoked.at_ms),
                new.revoked.as_ref().map(|revoked| &revoked.reason),
                new.revoked.as_ref().map(|revoked| &revoked.by),
                new.ahead.map(|ahead| ahead.after_ms),
                new.ahead.map(|ahead| ahead.until_ms),
                new.ahead.map(|ahead| ahead.mended_ms)
            ],
        )?;
        if moved == 1 {
            return Ok(());
        }
        self.run(
            "INSERT INTO installations (id, key, person, invite, enrolled_ms, app, epoch, contiguous, head, seen_ms, revoked_ms, \
             revoked_reason, revoked_by, assigned_until, ahead_after_ms, ahead_until_ms, ahead_mended_ms) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) \
             ON CONFLICT (id) DO UPDATE SET key = excluded.key, person = excluded.person, invite = excluded.invite, \
             enrolled_ms = excluded.enrolled_ms, app = excluded.app, epoch = excluded.epoch, contiguous = excluded.contiguous, \
             head = excluded.head, seen_ms = excluded.seen_ms, revoked_ms = excluded.revoked_ms, \
             revoked_reason = excluded.revoked_reason, revoked_by = excluded.revoked_by, assigned_until = excluded.assigned_until, \
             ahead_after_ms = excluded.ahead_after_ms, ahead_until_ms = excluded.ahead_until_ms, \
             ahead_mended_ms = excluded.ahead_mended_ms",
            params![
                new.id.as_bytes(),
                new.key,
                new.person.as_str(),
                new.invite.0,
                new.enrolled_ms,
                new.app,
                new.epoch,
                int(new.contiguous),
                new.head.as_ref().map(|head| head.as_bytes()),
                new.seen_ms,
                new.revoked.as_ref().map(|revoked| revoked.at_ms),
                new.revoked.as_ref().map(|revoked| &revoked.reason),
                new.revoked.as_ref().map(|revoked| &revoked.by),
                new.assigned_until.map(date),
                new.ahead.map(|ahead| ahead.after_ms),
                new.ahead.map(|ahead| ahead.until_ms),
                new.ahead.map(|ahead| ahead.mended_ms)
            ],
        )?;
        Ok(())
    }

    fn keep_witness(&mut self, new: &Witness) -> Result<()> {
        let no = self.known_install(&new.install)?;
        let row = params![
            no,
            new.session.as_bytes(),
            new.run,
            int(new.elapsed_ms),
            new.head.map(|head| head.epoch),
            new.head.map(|head| int(head.seq)),
            new.head.as_ref().map(|head| head.hash.as_bytes()),
            new.received_ms,
            new.request
        ];
        // Nearly every request is a later one of the session that the last one was of.
        let moved = self.run(
            "UPDATE witnesses SET elapsed_ms = ?4, head_epoch = ?5, head_seq = ?6, head_hash = ?7, received_ms = ?8, request = ?9 \
             WHERE install = ?1 AND session = ?2 AND run = ?3 AND elapsed_ms < ?4",
            row,
        )?;
        let is_new = moved == 0
            && self.run(
                "INSERT OR IGNORE INTO witnesses \
                 (install, session, run, elapsed_ms, head_epoch, head_seq, head_hash, received_ms, request) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                row,
            )? == 1;
        if is_new {
            self.run(
                "DELETE FROM witnesses WHERE install = ?1 AND (session, run) IN (SELECT session, run FROM witnesses \
                 WHERE install = ?1 ORDER BY received_ms DESC, session DESC, run DESC LIMIT -1 OFFSET ?2)",
                params![no, int(WITNESSES as u64)],
            )?;
        }
        Ok(())
    }

    fn add_pack(&mut self, pack: &StoredPack) -> Result<()> {
        self.newest_pack.set(None);
        self.run(
            "INSERT OR IGNORE INTO packs (number, hash, t_ms, published_ms, compact) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![int(pack.number), pack.hash.as_bytes(), pack.t_ms, pack.published_ms, pack.compact],
        )?;
        Ok(())
    }

    fn set_least_pack(&mut self, number: u64) -> Result<()> {
        self.set_mark("least_pack", int(number))
    }

    fn add_assignment(&mut self, new: &IssuedAssignment) -> Result<()> {
        let no = self.known_install(&new.install)?;
        self.run(
            "INSERT OR IGNORE INTO assignments (install, hash, roster, from_date, until_date, t_ms, compact) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![no, new.hash.as_bytes(), int(new.roster), date(new.from), date(new.until), new.t_ms, new.compact],
        )?;
        Ok(())
    }
}
