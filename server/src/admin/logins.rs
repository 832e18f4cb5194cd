//! Logins for the board: a role and a unit, made by the operator, with a password that is made for them.

use super::{Admin, AdminError, agency::known_unit};
use crate::{
    board::{
        password,
        session::{self, LinkUse},
    },
    store::{Login, LoginName, Role, UnitId},
};

/// Letters of a made password: without those that are mistaken for each other on paper.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";
/// Groups of four letters: 5 bits each, 80 bits in all.
const GROUPS: usize = 4;

/// A login that was made, with its password, which is stored only as a hash. `Debug` shows no password.
#[derive(Clone)]
pub struct CreatedLogin {
    /// The login.
    pub login: Login,
    /// The password to hand over.
    pub password: String,
}

impl std::fmt::Debug for CreatedLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CreatedLogin({})", self.login.name)
    }
}

impl Admin<'_> {
    /// Makes a login that sees `unit` and all below it, or the whole agency.
    ///
    /// # Errors
    /// [`AdminError::LoginExists`], [`AdminError::UnknownUnit`].
    pub fn add_login(&self, name: &LoginName, role: Role, unit: Option<&UnitId>) -> Result<CreatedLogin, AdminError> {
        let password = self.make_password()?;
        let password_phc = self.hash(&password)?;
        let login = self.act("login.add", |tx| {
            if tx.login(name)?.is_some_and(|login| login.disabled_ms.is_none()) {
                return Err(AdminError::LoginExists(name.to_string()));
            }
            if let Some(unit) = unit {
                known_unit(&tx.units()?, unit)?;
            }
            let login = Login {
                name: name.clone(),
                role,
                unit: unit.cloned(),
                password_phc,
                created_ms: self.now_ms,
                disabled_ms: None,
            };
            tx.put_login(&login)?;
            Ok((login, format!("{name}, {role}, {}", unit.map_or("all units", UnitId::as_str))))
        })?;
        Ok(CreatedLogin { login, password })
    }

    /// Gives a login a new password and ends its sessions.
    ///
    /// # Errors
    /// [`AdminError::UnknownLogin`].
    pub fn reset_password(&self, name: &LoginName) -> Result<CreatedLogin, AdminError> {
        let password = self.make_password()?;
        let password_phc = self.hash(&password)?;
        let login = self.act("login.password", |tx| {
            let mut login = open_login(tx.login(name)?, name)?;
            login.password_phc = password_phc;
            tx.put_login(&login)?;
            tx.close_sessions_of(name)?;
            Ok((login, name.to_string()))
        })?;
        Ok(CreatedLogin { login, password })
    }

    /// Closes a login and ends its sessions.
    ///
    /// # Errors
    /// [`AdminError::UnknownLogin`].
    pub fn close_login(&self, name: &LoginName) -> Result<(), AdminError> {
        self.act("login.close", |tx| {
            let mut login = open_login(tx.login(name)?, name)?;
            login.disabled_ms = Some(self.now_ms);
            tx.put_login(&login)?;
            tx.close_sessions_of(name)?;
            Ok(((), name.to_string()))
        })
    }

    /// Makes a link that signs in as a login, once or until it expires, and returns its path under the server's address.
    ///
    /// # Errors
    /// [`AdminError::UnknownLogin`].
    pub fn login_link(&self, name: &LoginName, uses: LinkUse, life_ms: i64) -> Result<String, AdminError> {
        self.act("login.link", |tx| {
            open_login(tx.login(name)?, name)?;
            Ok(((), name.to_string()))
        })?;
        let token = session::issue_link(self.store, self.entropy, name, uses, self.now_ms, life_ms)?;
        Ok(session::link_path(&token))
    }

    fn make_password(&self) -> Result<String, AdminError> {
        let random: [u8; GROUPS * 4] = self.random()?;
        let letters: Vec<char> = random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 31)])).collect();
        Ok(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
    }

    fn hash(&self, password: &str) -> Result<String, AdminError> {
        password::hash(password, self.entropy).map_err(|error| AdminError::Password(error.to_string()))
    }
}

fn open_login(login: Option<Login>, name: &LoginName) -> Result<Login, AdminError> {
    login.filter(|login| login.disabled_ms.is_none()).ok_or_else(|| AdminError::UnknownLogin(name.to_string()))
}
