//! The words of `hadir phone …` on the command line.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{ArgGroup, Args, Subcommand};

/// A phone on the command line: the same core as on a telephone, for trials, integrations and tests
#[derive(Debug, Args)]
pub struct PhoneArgs {
    /// Where this phone keeps its store and its key
    #[arg(long, global = true, value_name = "DIR", default_value = "hadir-phone", env = "HADIR_PHONE")]
    pub dir: PathBuf,
    /// Take the time from a clock file instead of the system (trials and tests; see `hadir serve --clock`)
    #[arg(long, global = true, value_name = "FILE")]
    pub clock: Option<PathBuf>,
    #[command(subcommand)]
    pub command: PhoneCommand,
}

/// What the phone does
#[derive(Debug, Subcommand)]
pub enum PhoneCommand {
    /// Enrol this phone with the invite link that the office gave
    Enrol {
        /// The invite link; spaces and line breaks in it do no harm
        #[arg(required = true, num_args = 1..)]
        link: Vec<String>,
    },
    /// Show the day: what is open, what is next, what is due, what waits to be sent
    Today,
    /// Tap: record where you are now
    #[command(group(ArgGroup::new("where").required(true).args(["lat", "no_fix"])))]
    CheckIn(TapArgs),
    /// Fill the health self-assessment for the next office day
    Form {
        /// The answers instead of questions: `ttttty`, `1=n,2=n,…` (y/ya, n/t/tidak), or `-` to read a line from standard input
        #[arg(long)]
        answers: Option<String>,
        /// For this office day instead of the next one
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<NaiveDate>,
        /// Do not sync afterwards
        #[arg(long)]
        offline: bool,
    },
    /// Send what waits and fetch what is new
    Sync {
        /// Give up after so many seconds
        #[arg(long, default_value_t = 60)]
        deadline: u64,
    },
    /// List the records: state and receipt of each
    Log {
        /// From this date
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: Option<NaiveDate>,
    },
    /// Explain a record, or today's windows: rule, evidence, delivery
    Why {
        /// Id of the record, as `log` shows it; without it, every window of today
        record: Option<String>,
    },
    /// Write the signed history to a file that anyone can check with `hadir verify`
    Export {
        /// The file; it must not exist yet
        file: PathBuf,
    },
    /// Remove the store from this computer, whatever waits included
    Wipe {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Play a scripted day in one process
    Play {
        /// The script, TOML; see docs/cli.md
        file: PathBuf,
        /// Move the clock file from step to step instead of waiting for it
        #[arg(long, requires = "clock")]
        drive: bool,
    },
}

/// Where the tap is made
#[derive(Debug, Args)]
pub struct TapArgs {
    /// Latitude, degrees north on WGS 84
    #[arg(long, allow_negative_numbers = true, requires_all = ["lon", "accuracy"])]
    pub lat: Option<f64>,
    /// Longitude, degrees east
    #[arg(long, allow_negative_numbers = true)]
    pub lon: Option<f64>,
    /// Accuracy: radius of 68 % confidence, metres
    #[arg(long, allow_negative_numbers = true)]
    pub accuracy: Option<f64>,
    /// Age of the position, seconds
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    pub age: f64,
    /// Say that the platform calls the position a mock
    #[arg(long)]
    pub mock: bool,
    /// There is no position; the attempt is recorded all the same
    #[arg(long, value_name = "WHY", num_args = 0..=1, default_missing_value = "timeout", value_parser = ["denied", "off", "timeout", "unavailable"])]
    pub no_fix: Option<String>,
    /// Do not sync afterwards
    #[arg(long)]
    pub offline: bool,
}
