//! The agency's part of the SQLite store.

use rusqlite::{Row, params};

use super::{
    Conn,
    row::{all, get, int, named, one, parse, parse_opt, read_json, uint, write_json},
};
use crate::store::{
    Act, ActNo, Agency, AgencyRead, AgencyWrite, Login, LoginName, Outage, OutageCause, Result, Role, Session,
};

impl Conn<'_> {
    pub(super) fn mark(&self, name: &str) -> Result<Option<i64>> {
        let mut marks = self.marks.borrow_mut();
        let known = match marks.as_ref() {
            Some(known) => known,
            None => {
                let read = all(&mut *self.prepare("SELECT name, t_ms FROM marks")?, [], |row| {
                    Ok((get::<String>(row, 0)?, get(row, 1)?))
                })?;
                marks.insert(read)
            }
        };
        Ok(known.iter().find(|(of, _)| of == name).map(|(_, t_ms)| *t_ms))
    }

    /// Changes marks; what was read of them is read anew.
    fn change_marks(&self, sql: &str, params: impl rusqlite::Params) -> Result<()> {
        self.marks.replace(None);
        self.run(sql, params)?;
        Ok(())
    }

    pub(super) fn set_mark(&self, name: &str, t_ms: i64) -> Result<()> {
        self.change_marks(
            "INSERT INTO marks (name, t_ms) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET t_ms = excluded.t_ms",
            params![name, t_ms],
        )
    }
}

fn login(row: &Row<'_>) -> Result<Login> {
    Ok(Login {
        name: parse(row, 0, "logins.name")?,
        role: named(row, 1, Role::from_name, "logins.role")?,
        unit: parse_opt(row, 2, "logins.unit")?,
        password_phc: get(row, 3)?,
        created_ms: get(row, 4)?,
        disabled_ms: get(row, 5)?,
    })
}

fn outage(row: &Row<'_>) -> Result<Outage> {
    Ok(Outage {
        cause: named(row, 0, OutageCause::from_name, "outages.cause")?,
        from_ms: get(row, 1)?,
        until_ms: get(row, 2)?,
    })
}

impl AgencyRead for Conn<'_> {
    fn agency(&self) -> Result<Option<Agency>> {
        one(&mut *self.prepare("SELECT id, name, server, trust FROM agency")?, [], |row| {
            Ok(Agency {
                id: get(row, 0)?,
                name: get(row, 1)?,
                server: get(row, 2)?,
                trust: read_json(row, 3, "agency.trust")?,
            })
        })
    }

    fn trust_serial(&self) -> Result<u64> {
        match self.mark("trust_serial")? {
            Some(serial) => Ok(uint(serial)),
            // Written by a build that kept no mark.
            None => Ok(self.agency()?.map_or(0, |agency| agency.trust_serial())),
        }
    }

    fn highest_signed_ms(&self) -> Result<Option<i64>> {
        self.mark("highest_signed")
    }

    fn backed_up_through_ms(&self) -> Result<Option<i64>> {
        self.mark("backed_up_through")
    }

    fn heartbeat_ms(&self) -> Result<Option<i64>> {
        self.mark("heartbeat")
    }

    fn outages(&self, from_ms: i64, until_ms: i64) -> Result<Vec<Outage>> {
        let sql =
            "SELECT cause, from_ms, until_ms FROM outages WHERE from_ms < ?2 AND until_ms > ?1 ORDER BY from_ms, cause";
        all(&mut *self.prepare(sql)?, [from_ms, until_ms], outage)
    }

    fn acts(&self, after: ActNo, limit: usize) -> Result<Vec<Act>> {
        let sql = "SELECT no, at_ms, by, what, detail FROM acts WHERE no > ?1 ORDER BY no LIMIT ?2";
        all(&mut *self.prepare(sql)?, params![int(after), int(limit as u64)], |row| {
            Ok(Act {
                no: uint(get(row, 0)?),
                at_ms: get(row, 1)?,
                by: get(row, 2)?,
                what: get(row, 3)?,
                detail: get(row, 4)?,
            })
        })
    }

    fn logins(&self) -> Result<Vec<Login>> {
        let sql = "SELECT name, role, unit, password_phc, created_ms, disabled_ms FROM logins ORDER BY name";
        all(&mut *self.prepare(sql)?, [], login)
    }

    fn login(&self, name: &LoginName) -> Result<Option<Login>> {
        let sql = "SELECT name, role, unit, password_phc, created_ms, disabled_ms FROM logins WHERE name = ?1";
        one(&mut *self.prepare(sql)?, [name.as_str()], login)
    }

    fn session(&self, token_hash: &[u8; 32]) -> Result<Option<Session>> {
        let sql = "SELECT token_hash, login, created_ms, expires_ms FROM sessions WHERE token_hash = ?1";
        one(&mut *self.prepare(sql)?, [token_hash], |row| {
            Ok(Session {
                token_hash: get(row, 0)?,
                login: parse(row, 1, "sessions.login")?,
                created_ms: get(row, 2)?,
                expires_ms: get(row, 3)?,
            })
        })
    }
}

impl AgencyWrite for Conn<'_> {
    fn set_agency(&mut self, agency: &Agency) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO agency (one, id, name, server, trust) VALUES (1, ?1, ?2, ?3, ?4)",
            params![agency.id, agency.name, agency.server, write_json(&agency.trust)?],
        )?;
        // Every head names it: a mark is read sooner than the list.
        self.set_mark("trust_serial", int(agency.trust_serial()))
    }

    fn raise_highest_signed_ms(&mut self, t_ms: i64) -> Result<()> {
        self.change_marks(
            "INSERT INTO marks (name, t_ms) VALUES ('highest_signed', ?1) \
             ON CONFLICT (name) DO UPDATE SET t_ms = max(t_ms, excluded.t_ms)",
            [t_ms],
        )
    }

    fn set_clock_back(&mut self, now_ms: i64, backed_up_ms: i64) -> Result<()> {
        for (name, most) in [("highest_signed", now_ms), ("heartbeat", now_ms), ("backed_up_through", backed_up_ms)] {
            self.change_marks("UPDATE marks SET t_ms = min(t_ms, ?2) WHERE name = ?1", params![name, most])?;
        }
        self.run("DELETE FROM outages WHERE from_ms >= ?1", [now_ms])?;
        self.run("UPDATE outages SET until_ms = min(until_ms, ?1)", [now_ms])?;
        self.run("DELETE FROM sessions WHERE created_ms > ?1", [now_ms])?;
        for table in ["places", "stubs", "evidence", "health", "witnesses"] {
            self.run(&format!("UPDATE {table} SET received_ms = ?1 WHERE received_ms > ?1"), [now_ms])?;
        }
        self.run("UPDATE installations SET revoked_ms = ?1 WHERE revoked_ms > ?1", [now_ms])?;
        Ok(())
    }

    fn set_backed_up_through_ms(&mut self, t_ms: i64) -> Result<()> {
        self.set_mark("backed_up_through", t_ms)
    }

    fn set_heartbeat_ms(&mut self, t_ms: i64) -> Result<()> {
        self.set_mark("heartbeat", t_ms)
    }

    fn add_outage(&mut self, added: Outage) -> Result<()> {
        let sql = "SELECT cause, from_ms, until_ms FROM outages WHERE cause = ?1 AND from_ms <= ?3 AND until_ms >= ?2";
        let joined =
            all(&mut *self.prepare(sql)?, params![added.cause.as_str(), added.from_ms, added.until_ms], outage)?
                .into_iter()
                .fold(added, |sum, one| Outage {
                    from_ms: sum.from_ms.min(one.from_ms),
                    until_ms: sum.until_ms.max(one.until_ms),
                    ..sum
                });
        self.run(
            "DELETE FROM outages WHERE cause = ?1 AND from_ms <= ?3 AND until_ms >= ?2",
            params![added.cause.as_str(), added.from_ms, added.until_ms],
        )?;
        self.run(
            "INSERT INTO outages (cause, from_ms, until_ms) VALUES (?1, ?2, ?3)",
            params![joined.cause.as_str(), joined.from_ms, joined.until_ms],
        )?;
        Ok(())
    }

    fn add_act(&mut self, act: &Act) -> Result<ActNo> {
        self.run(
            "INSERT INTO acts (at_ms, by, what, detail) VALUES (?1, ?2, ?3, ?4)",
            params![act.at_ms, act.by, act.what, act.detail],
        )?;
        Ok(uint(self.connection.last_insert_rowid()))
    }

    fn put_login(&mut self, login: &Login) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO logins (name, role, unit, password_phc, created_ms, disabled_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                login.name.as_str(),
                login.role.as_str(),
                login.unit.as_ref().map(|unit| unit.as_str()),
                login.password_phc,
                login.created_ms,
                login.disabled_ms
            ],
        )?;
        Ok(())
    }

    fn add_session(&mut self, session: &Session) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO sessions (token_hash, login, created_ms, expires_ms) VALUES (?1, ?2, ?3, ?4)",
            params![session.token_hash, session.login.as_str(), session.created_ms, session.expires_ms],
        )?;
        Ok(())
    }

    fn close_session(&mut self, token_hash: &[u8; 32]) -> Result<()> {
        self.run("DELETE FROM sessions WHERE token_hash = ?1", [token_hash])?;
        Ok(())
    }

    fn close_sessions_of(&mut self, name: &LoginName) -> Result<()> {
        self.run("DELETE FROM sessions WHERE login = ?1", [name.as_str()])?;
        Ok(())
    }
}
