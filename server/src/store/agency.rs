//! The agency itself, the clock's high-water mark, outages, the log of acts, and who may look at the board.

use std::{fmt, str::FromStr};

use hadir_core::{
    envelope::Unverified,
    wire::{Certificate, Trust},
};

use super::{Result, UnitId};

/// The agency that this server serves; one server, one agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// Its id, as certificates name it.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// The base URL that invites name, without a slash at its end.
    pub server: String,
    /// Root and certificates.
    pub trust: Trust,
}

impl Agency {
    /// The highest serial of the certificates; the list was checked before it was stored.
    #[must_use]
    pub fn trust_serial(&self) -> u64 {
        let last = self.trust.certs.last().and_then(|cert| Unverified::<Certificate>::parse(cert.as_str()).ok());
        last.map_or(0, |cert| cert.unverified_payload().serial)
    }
}

/// What a login may do. A login sees its unit and all below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// *Kepala Perangkat Daerah.*
    Head,
    /// *Atasan langsung.*
    Superior,
    /// *Petugas pemantau.*
    Monitor,
    /// *Kasubag Kepegawaian.*
    PersonnelOfficer,
    /// The operator.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] = [Self::Head, Self::Superior, Self::Monitor, Self::PersonnelOfficer, Self::Admin];

    /// The name in files and commands.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Superior => "superior",
            Self::Monitor => "monitor",
            Self::PersonnelOfficer => "personnel",
            Self::Admin => "admin",
        }
    }

    /// Whether it is shown who may enter the office, and whose day is changed by health direction: those who keep a person
    /// from the door have to know, and nobody else ([decision 13](../../../docs/decisions/0013-who-sees-the-entry.md)).
    #[must_use]
    pub const fn sees_entry(self) -> bool {
        match self {
            Self::Head | Self::Superior => true,
            Self::Monitor | Self::PersonnelOfficer | Self::Admin => false,
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of a login: 1 to 40 lower-case letters, digits, `.`, `-` or `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginName(String);

/// A text is not the name of a login.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a login's name has 1 to 40 lower-case letters, digits, '.', '-' or '_'")]
pub struct LoginNameError;

impl FromStr for LoginName {
    type Err = LoginNameError;
    fn from_str(text: &str) -> std::result::Result<Self, LoginNameError> {
        let good = (1..=40).contains(&text.len())
            && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'.' | b'-' | b'_'));
        if good { Ok(Self(text.to_owned())) } else { Err(LoginNameError) }
    }
}

impl LoginName {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A login that the operator made. `Debug` shows no password hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// Its name.
    pub name: LoginName,
    /// What it may do.
    pub role: Role,
    /// The unit whose subtree it sees; none: the whole agency.
    pub unit: Option<UnitId>,
    /// The password's argon2id hash, in PHC form.
    pub password_phc: String,
    /// When it was made, milliseconds.
    pub created_ms: i64,
    /// When it was closed, milliseconds.
    pub disabled_ms: Option<i64>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({}, {}, …)", self.name, self.role)
    }
}

/// An open board session; the cookie's token is stored as its SHA-256 only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token in the cookie.
    pub token_hash: [u8; 32],
    /// Whose.
    pub login: LoginName,
    /// Since when, milliseconds.
    pub created_ms: i64,
    /// Until when, milliseconds, excluded.
    pub expires_ms: i64,
}

/// Why phones could not deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutageCause {
    /// The server did not run.
    Down,
    /// The server ran and turned requests away.
    Shed,
}

impl OutageCause {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Shed => "shed",
        }
    }
    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Down, Self::Shed].into_iter().find(|cause| cause.as_str() == name)
    }
}

/// A time in which phones could not deliver. It excuses late arrival, never a missing tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// From, milliseconds.
    pub from_ms: i64,
    /// Until, milliseconds.
    pub until_ms: i64,
    /// Why.
    pub cause: OutageCause,
}

impl Outage {
    /// Whether it overlaps `[from_ms, until_ms)`.
    #[must_use]
    pub const fn touches(&self, from_ms: i64, until_ms: i64) -> bool {
        self.from_ms < until_ms && self.until_ms > from_ms
    }
}

/// The number of an act, rising.
pub type ActNo = u64;

/// One line of the log of acts: who did what, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its number; 0 before it is stored.
    pub no: ActNo,
    /// When, milliseconds.
    pub at_ms: i64,
    /// Who: a login, or the operator's account on the machine.
    pub by: String,
    /// What, such as `invite.create`.
    pub what: String,
    /// About what, in words; numbers of staff, never names or health.
    pub detail: String,
}

/// Reads about the agency.
pub trait AgencyRead {
    /// The agency, once it was initialised.
    fn agency(&self) -> Result<Option<Agency>>;
    /// The highest serial of the agency's certificates, 0 without any; every head names it.
    fn trust_serial(&self) -> Result<u64>;
    /// The highest time that the server has signed, milliseconds; it never signs an earlier one.
    fn highest_signed_ms(&self) -> Result<Option<i64>>;
    /// Until when everything received is in a backup, milliseconds.
    fn backed_up_through_ms(&self) -> Result<Option<i64>>;
    /// When the server last noted that it was alive, milliseconds.
    fn heartbeat_ms(&self) -> Result<Option<i64>>;
    /// Outages that overlap `[from_ms, until_ms)`, by their start.
    fn outages(&self, from_ms: i64, until_ms: i64) -> Result<Vec<Outage>>;
    /// At most `limit` acts with a number above `after`, rising.
    fn acts(&self, after: ActNo, limit: usize) -> Result<Vec<Act>>;
    /// All logins, by name.
    fn logins(&self) -> Result<Vec<Login>>;
    /// One login.
    fn login(&self, name: &LoginName) -> Result<Option<Login>>;
    /// A session by the hash of its token, whether expired or not.
    fn session(&self, token_hash: &[u8; 32]) -> Result<Option<Session>>;
}

/// Changes the agency.
pub trait AgencyWrite {
    /// Sets or replaces the agency.
    fn set_agency(&mut self, agency: &Agency) -> Result<()>;
    /// Raises the highest signed time; a lower value changes nothing.
    fn raise_highest_signed_ms(&mut self, t_ms: i64) -> Result<()>;
    /// Takes back what a clock that was ahead left behind: the highest signed time and the heartbeat to `now_ms` at most, what is
    /// backed up to `backed_up_ms` at most, outages to `now_ms`; whatever was noted to have come later, and installations revoked
    /// later, did so at `now_ms`; sessions opened after `now_ms` are closed. The one way in which the highest signed time falls.
    fn set_clock_back(&mut self, now_ms: i64, backed_up_ms: i64) -> Result<()>;
    /// Sets until when everything received is in a backup.
    fn set_backed_up_through_ms(&mut self, t_ms: i64) -> Result<()>;
    /// Notes that the server is alive.
    fn set_heartbeat_ms(&mut self, t_ms: i64) -> Result<()>;
    /// Adds an outage. One that overlaps or touches another of the same cause is joined with it.
    fn add_outage(&mut self, outage: Outage) -> Result<()>;
    /// Adds a line to the log and returns its number; [`Act::no`] is ignored.
    fn add_act(&mut self, act: &Act) -> Result<ActNo>;
    /// Adds a login or replaces the one of that name.
    fn put_login(&mut self, login: &Login) -> Result<()>;
    /// Opens a session.
    fn add_session(&mut self, session: &Session) -> Result<()>;
    /// Closes a session; closing none is no error.
    fn close_session(&mut self, token_hash: &[u8; 32]) -> Result<()>;
    /// Closes every session of a login.
    fn close_sessions_of(&mut self, name: &LoginName) -> Result<()>;
}
