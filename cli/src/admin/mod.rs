//! `hadir admin`: what the operator of an agency does. It may run beside the server, on the same data directory.

mod args;
mod asks;
pub(crate) mod certificates;
mod clock_state;
mod help;
pub(crate) mod keys;
mod office;
mod people;
mod recover;
mod restore;
mod server_tls;
mod show;
mod status;

use std::path::Path;

use hadir_core::{
    adapters::{SystemClock, SystemEntropy},
    ports::Clock,
    text::Lang,
    trust::CertifyError,
};
use hadir_server::{
    admin::{Admin, AdminError},
    backup::BackupError,
    datadir::{DataDir, DataDirError},
    restore::RestoreError,
    store::{SqliteStore, StoreError, StoreExt},
};

pub(crate) use args::AdminArgs;
use args::{AdminCommand, DataArgs};

use crate::{
    clock::FileClock,
    out::{Exit, Out, io_words},
    secret_file::SecretFileError,
};

/// Why a command of the operator failed; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The act was refused.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// The data directory can't be used.
    #[error(transparent)]
    Data(#[from] DataDirError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The server's list does not certify a key yet.
    #[error(
        "the server's list does not certify this key for {0} now; give it the new list first: hadir admin trust --data DIR trust.json"
    )]
    NotInList(&'static str),
    /// Nothing was restored.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// A key file can't be used.
    #[error(transparent)]
    Secret(#[from] SecretFileError),
    /// A key can't be certified.
    #[error(transparent)]
    Certify(#[from] CertifyError),
    /// A key file's content.
    #[error("{0}: {1}")]
    Key(String, hadir_core::trust::keyfile::KeyFileError),
    /// A file can't be read, in words.
    #[error("{0}")]
    Unreadable(String),
    /// A file can't be read or written.
    #[error("{}: {}", .0, io_words(.1, Lang::En))]
    File(String, std::io::Error),
    /// A certificate or key of the server's TLS can't be read.
    #[error(transparent)]
    Tls(#[from] hadir_server::http::tls::TlsError),
    /// The pins are none.
    #[error("--pin: {0}")]
    Pins(hadir_core::wire::PinsError),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] hadir_core::ports::EntropyError),
    /// Something given on the command line is wrong.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    const fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::Pins(_) => Exit::Usage,
            Self::Admin(refused) => refusal(refused),
            Self::Data(DataDirError::NoAgency(_)) => Exit::NeedsPerson,
            Self::Restore(RestoreError::NotEmpty(_)) => Exit::Usage,
            Self::Restore(RestoreError::Damaged { .. } | RestoreError::NoAgency(_) | RestoreError::LiveDatabase(_)) => {
                Exit::No
            }
            Self::Certify(CertifyError::AgencyId) => Exit::Usage,
            Self::Certify(_) | Self::NotInList(_) => Exit::No,
            _ => Exit::Store,
        }
    }
}

/// How a refused act ends: docs/cli.md has the table.
const fn refusal(refused: &AdminError) -> Exit {
    match refused {
        AdminError::NoAgency => Exit::NeedsPerson,
        AdminError::Store(_)
        | AdminError::Entropy(_)
        | AdminError::Session(_)
        | AdminError::Password(_)
        | AdminError::Envelope(_) => Exit::Store,
        AdminError::BadUrl(..)
        | AdminError::Dates { .. }
        | AdminError::UnknownShift { .. }
        | AdminError::UnknownWindow { .. }
        | AdminError::ShiftInPart
        | AdminError::ClockSince
        | AdminError::Policy(_)
        | AdminError::Text { .. }
        | AdminError::InviteLife => Exit::Usage,
        _ => Exit::No,
    }
}

/// Runs `hadir admin`.
#[must_use]
pub(crate) fn run(args: &AdminArgs, out: Out) -> Exit {
    let done = match &args.command {
        AdminCommand::Keys(command) => keys::run(command, out),
        AdminCommand::Init(args) => office::init(args, out),
        AdminCommand::Trust(args) => office::trust(args, out),
        AdminCommand::Unit(args) => office::unit(args, out),
        AdminCommand::Staff(args) => office::staff(args, out),
        AdminCommand::Policy(args) => office::policy(args, out),
        AdminCommand::Invite(args) => people::invite(args, out),
        AdminCommand::Fact(args) => people::fact(args, out),
        AdminCommand::Recall(args) => people::recall(args, out),
        AdminCommand::Roster(args) => people::roster(args, out),
        AdminCommand::Revoke(args) => people::revoke(args, out),
        AdminCommand::Rule(args) => people::rule(args, out),
        AdminCommand::Request(args) => asks::request(args, out),
        AdminCommand::Appeal(args) => asks::appeal(args, out),
        AdminCommand::Login(args) => people::login(args, out),
        AdminCommand::HealthExport(args) => people::health_export(args, out),
        AdminCommand::Recover(command) => recover::run(command, out),
        AdminCommand::Backup(args) => office::backup(args, out),
        AdminCommand::Restore(args) => restore::run(args, out),
        AdminCommand::Status(args) => status::status(args, out),
        AdminCommand::Parked(args) => status::parked(args, out),
        AdminCommand::Release(args) => status::release(args, out),
        AdminCommand::Help(args) => help::help(args, out),
        AdminCommand::Clock(args) => clock_state::clock(args, out),
        AdminCommand::Log(args) => show::log(args, out),
    };
    done.unwrap_or_else(|failure| {
        out.complain(&failure.to_string());
        failure.exit()
    })
}

/// An opened office: its database, and the operator at this moment.
struct Office {
    store: std::sync::Arc<SqliteStore>,
    by: String,
    now_ms: i64,
}

impl Office {
    fn open(args: &DataArgs) -> Result<Self, Failure> {
        if !args.data.join("hadir.db").exists() {
            return Err(DataDirError::NoAgency(args.data.clone()).into());
        }
        let office = Self::make(args)?;
        let founded = office.store.query(|read| Ok(read.agency()?.is_some())).map_err(DataDirError::from)?;
        if founded { Ok(office) } else { Err(DataDirError::NoAgency(args.data.clone()).into()) }
    }

    /// As [`Self::open`], and makes the directory and the database if they are not there.
    fn make(args: &DataArgs) -> Result<Self, Failure> {
        let store = std::sync::Arc::new(DataDir::open(&args.data)?.store()?);
        Ok(Self { store, by: operator(), now_ms: clock(args.clock.as_deref())?.read().wall_ms })
    }

    fn admin(&self) -> Admin<'_> {
        Admin::new(&*self.store, &SystemEntropy, &self.by, self.now_ms)
    }
}

fn clock(path: Option<&Path>) -> Result<Box<dyn Clock>, Failure> {
    Ok(match path {
        None => Box::new(SystemClock::new()),
        Some(path) => Box::new(FileClock::open(path).map_err(file(path))?),
    })
}

/// The account on this machine, for the log of acts.
fn operator() -> String {
    ["SUDO_USER", "USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| "operator".into())
}

fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    let path = path.display().to_string();
    move |error| Failure::File(path, error)
}
