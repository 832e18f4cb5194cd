//! The words of `hadir admin …` on the command line.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use hadir_core::{
    model::{InstallId, PersonId},
    wire::HelpNumber,
};
use hadir_server::store::{LoginName, UnitId};

use super::asks::{AppealArgs, RequestArgs};

mod keys;

pub(crate) use self::keys::{KeysCommand, MadeArg, RecoverCommand, UseArg};

/// Set up an agency and run it; every act is logged
#[derive(Debug, Args)]
pub(crate) struct AdminArgs {
    #[command(subcommand)]
    pub(super) command: AdminCommand,
}

/// Where the server's data is
#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    /// The server's data directory
    #[arg(long, value_name = "DIR", env = "HADIR_DATA")]
    pub(super) data: PathBuf,
    /// Take the time from a clock file (trials and tests; see `hadir serve --clock`)
    #[arg(long, value_name = "FILE")]
    pub(super) clock: Option<PathBuf>,
}

/// What the operator does
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
pub(crate) enum AdminCommand {
    /// Make the agency's keys and certify others; best on a machine that is offline
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Set up the agency in a data directory
    Init(InitArgs),
    /// Take in a longer list of certificates, after a key was certified
    Trust(TrustArgs),
    /// Add or change a unit, or list them
    Unit(UnitArgs),
    /// Import the staff list, or list the staff
    Staff(StaffArgs),
    /// Publish a policy
    Policy(PublishArgs),
    /// Invite people to enrol their phones
    Invite(InviteArgs),
    /// Add or cancel dated facts: leave, sick, duty trip, piket, isolation, permit
    Fact(FactArgs),
    /// Call a person back to the office
    Recall(RecallArgs),
    /// Show who works where and why, or import a head's own list
    Roster(RosterArgs),
    /// Revoke a phone
    Revoke(RevokeArgs),
    /// Rule over a verdict; it is shown beside what it corrects
    Rule(RuleArgs),
    /// List, grant and refuse what people ask: leave, trips, permits
    Request(RequestArgs),
    /// List, uphold and reject appeals
    Appeal(AppealArgs),
    /// Make and close logins for the board
    Login(LoginArgs),
    /// Write the sealed forms for the health office; this server can't open them
    HealthExport(HealthExportArgs),
    /// Bring back the records of phones that lost their keys, with the agency's recovery key
    #[command(subcommand)]
    Recover(RecoverCommand),
    /// Copy the database to a new file, also while the server runs
    Backup(BackupArgs),
    /// Bring a data directory back from a backup; nothing is overwritten
    Restore(RestoreArgs),
    /// Show how things stand: phones, certificates, backup, clock
    Status(StatusArgs),
    /// List records that the server lacks: refused ones, and those that it lost with a restore
    Parked(ParkedArgs),
    /// Have a parked record tried again; the phone hears it with its next sync
    Release(ReleaseArgs),
    /// Show how a phone stands, by the code that its person reads out
    Help(HelpArgs),
    /// Show how the clock stands to what was signed, or mend what a clock that was ahead left behind
    Clock(ClockArgs),
    /// Show who did what, when
    Log(LogArgs),
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// The directory that `keys init` made; only trust.json, receipt.jwk and assignment.jwk are read
    #[arg(long, value_name = "DIR")]
    pub(super) keys: PathBuf,
    /// The agency's name, for people
    #[arg(long)]
    pub(super) name: String,
    /// The address that phones use, such as `https://hadir.example.go.id`
    #[arg(long, value_name = "URL")]
    pub(super) server: String,
}

#[derive(Debug, Args)]
pub(crate) struct TrustArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// The list, trust.json
    pub(super) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct UnitArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// The unit's id; without it, all units are listed
    pub(super) id: Option<UnitId>,
    /// Its name
    #[arg(long, requires = "id")]
    pub(super) name: Option<String>,
    /// The unit above it
    #[arg(long, requires = "id")]
    pub(super) parent: Option<UnitId>,
    /// The kind of service, as policies name it: puskesmas, camat
    #[arg(long, requires = "id")]
    pub(super) service: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct StaffArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// A CSV file (docs/operations.md has its columns); without it, the staff are listed
    pub(super) file: Option<PathBuf>,
    /// The file is the whole list: who is not in it has left
    #[arg(long, requires = "file")]
    pub(super) whole: bool,
    /// Check the file and change nothing
    #[arg(long, requires = "file")]
    pub(super) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PublishArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// A policy file, or the id of a shipped one (`hadir policy new --help` lists them)
    pub(super) policy: String,
    /// The administrator's key, policy.jwk
    #[arg(long, value_name = "FILE")]
    pub(super) key: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct InviteArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// For whom, as nip:…, nippppk:… or local:…; without anyone, the invites are listed
    pub(super) people: Vec<PersonId>,
    /// For everyone on the staff list who has no phone enrolled
    #[arg(long, conflicts_with = "people")]
    pub(super) all: bool,
    /// How many days it may be used
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=90))]
    pub(super) days: u32,
    /// Give each a typed code of ten letters and digits too, for whoever can neither open the link nor scan it; the app asks for
    /// the server's address beside it
    #[arg(long)]
    pub(super) code: bool,
    /// Write the links to a CSV file instead of the terminal (mode 0600; each link is a key)
    #[arg(long, value_name = "FILE")]
    pub(super) csv: Option<PathBuf>,
    /// A certificate authority (PEM or DER) that phones should trust for this server besides the web's
    #[arg(long, value_name = "FILE")]
    pub(super) ca: Option<PathBuf>,
    /// Pin the server's TLS key: a certificate, or a public key (PEM), or its SHA-256; at least twice, one key in reserve
    #[arg(long = "pin", value_name = "FILE|HASH", allow_hyphen_values = true)]
    pub(super) pins: Vec<String>,
    /// Instead of inviting, print the link that tells enrolled phones the server's address, authority and pins
    #[arg(long, conflicts_with_all = ["people", "all", "csv", "revoke", "code"])]
    pub(super) address: bool,
    /// Revoke the unused invite of this name instead
    #[arg(long, value_name = "NAME", conflicts_with_all = ["people", "all", "code"])]
    pub(super) revoke: Option<String>,
}

/// What a fact says
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FactArg {
    /// Cuti tahunan
    Leave,
    /// Cuti besar
    LongLeave,
    /// Cuti melahirkan
    Maternity,
    /// Cuti alasan penting
    ImportantReason,
    /// Cuti di luar tanggungan negara
    Unpaid,
    /// Tugas belajar
    Study,
    /// Diklat
    Training,
    /// Sakit
    Sick,
    /// Dinas luar
    DutyTrip,
    /// Piket
    Piket,
    /// Isolasi
    Isolation,
    /// Izin keluar daerah
    Permit,
    /// Sif, dengan --shift
    Shift,
    /// Libur menurut jadwal sif
    Off,
    /// Di rumah, menurut daftar kepala
    Home,
    /// Di kantor, menurut daftar kepala
    Office,
}

#[derive(Debug, Args)]
pub(crate) struct FactArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// What; without it, the facts that touch the dates are listed
    #[arg(value_enum, requires = "person")]
    pub(super) kind: Option<FactArg>,
    /// About whom
    #[arg(long)]
    pub(super) person: Option<PersonId>,
    /// First date; today without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) from: Option<NaiveDate>,
    /// Last date; the first one without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) until: Option<NaiveDate>,
    /// Only these windows, for half days: 08:00, or 07:00+1 for the morning after a night
    #[arg(long = "window", value_name = "TIME")]
    pub(super) windows: Vec<String>,
    /// Which shift, by its id in the policy
    #[arg(long, value_name = "ID", required_if_eq("kind", "shift"))]
    pub(super) shift: Option<String>,
    /// The letter behind it; the person sees it
    #[arg(long, default_value = "")]
    pub(super) note: String,
    /// Cancel the fact of this number instead; it stays on record
    #[arg(long, value_name = "NUMBER", conflicts_with = "kind")]
    pub(super) cancel: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct RecallArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// Whom
    pub(super) person: PersonId,
    /// For which date; today without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) date: Option<NaiveDate>,
    /// What the person is told
    #[arg(long)]
    pub(super) note: String,
}

#[derive(Debug, Args)]
pub(crate) struct RosterArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// First date; today without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) from: Option<NaiveDate>,
    /// How many days
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=31))]
    pub(super) days: u32,
    /// A head's own list to import: CSV with person, date, side (home or office)
    #[arg(long, value_name = "FILE")]
    pub(super) import: Option<PathBuf>,
    /// Import the list although it breaks the rule; the violations are logged
    #[arg(long, requires = "import")]
    pub(super) anyway: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// The phone, by its id; without it, the phones are listed
    #[arg(requires = "reason", allow_hyphen_values = true)]
    pub(super) install: Option<InstallId>,
    /// Why
    #[arg(long)]
    pub(super) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RuleArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// About whom
    pub(super) person: PersonId,
    /// The duty date
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) date: NaiveDate,
    /// The window, such as 08:00; without it, a word on the whole day
    #[arg(long)]
    pub(super) window: Option<String>,
    /// on-time, late:MINUTES, missed, checked, or excused:leave|sick|duty-trip|permission|technical
    pub(super) ruling: String,
    /// Why; everyone who may see the verdict sees it
    #[arg(long)]
    pub(super) reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// The login's name; without it, the logins are listed
    pub(super) name: Option<LoginName>,
    /// head, superior, monitor, personnel or admin
    #[arg(long, requires = "name")]
    pub(super) role: Option<String>,
    /// The unit that it sees with all below it; without it, the whole agency
    #[arg(long, requires = "role")]
    pub(super) unit: Option<UnitId>,
    /// Give it a new password and end its sessions
    #[arg(long, requires = "name", conflicts_with_all = ["role", "close", "link"])]
    pub(super) reset: bool,
    /// Close it and end its sessions
    #[arg(long, requires = "name", conflicts_with_all = ["role", "link"])]
    pub(super) close: bool,
    /// Make a link that signs in as it, once, within a quarter of an hour
    #[arg(long, requires = "name", conflicts_with = "role")]
    pub(super) link: bool,
}

#[derive(Debug, Args)]
pub(crate) struct HealthExportArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// First office day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) from: NaiveDate,
    /// Last office day; the first one without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) until: Option<NaiveDate>,
    /// The file; it must not exist yet
    pub(super) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// The file; it must not exist yet
    pub(super) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// The backup
    pub(super) file: PathBuf,
    /// A database stands there already: move it aside, and take the backup in its place
    #[arg(long)]
    pub(super) replace: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ParkedArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// Only this phone, by its id
    #[arg(allow_hyphen_values = true)]
    pub(super) install: Option<InstallId>,
}

#[derive(Debug, Args)]
pub(crate) struct ReleaseArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// The phone, by its id
    #[arg(allow_hyphen_values = true)]
    pub(super) install: InstallId,
    /// The record's epoch, as `admin parked` shows it
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) epoch: u32,
    /// The record's number
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) seq: u64,
}

#[derive(Debug, Args)]
pub(crate) struct HelpArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// The help code: six letters and digits, as they are read out
    pub(super) code: HelpNumber,
}

#[derive(Debug, Args)]
pub(crate) struct LogArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// Only the last so many acts
    #[arg(long, default_value_t = 50)]
    pub(super) last: usize,
}

#[derive(Debug, Args)]
pub(crate) struct ClockArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// Mend: the true time by your own watch, such as 2026-11-24T08:00+08:00; the machine's clock must agree with it
    #[arg(long, value_name = "TIME", requires = "reason", value_parser = instant)]
    pub(super) true_time: Option<i64>,
    /// From when on signed times are false; from now on without it
    #[arg(long, value_name = "TIME", requires = "true_time", value_parser = instant)]
    pub(super) since: Option<i64>,
    /// What happened, for the log
    #[arg(long, requires = "true_time")]
    pub(super) reason: Option<String>,
}

/// Reads an instant with its offset, to the minute or the second; milliseconds since 1970.
fn instant(text: &str) -> Result<i64, String> {
    // As `hadir admin clock` prints it, too: a space for the T, a Z for UTC.
    let text = text.trim().replacen(' ', "T", 1).replace('Z', "+00:00");
    let read = |format| chrono::DateTime::parse_from_str(&text, format).ok();
    read("%Y-%m-%dT%H:%M:%S%:z")
        .or_else(|| read("%Y-%m-%dT%H:%M%:z"))
        .map(|at| at.timestamp_millis())
        .ok_or_else(|| "write it as 2026-11-24T08:00+08:00".to_owned())
}
