//! The words of `hadir admin keys …` and `hadir admin recover …`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::DataArgs;

/// Records of phones that lost their keys: listed and exported on the server, opened where the recovery key is, imported on the server
#[derive(Debug, Subcommand)]
pub(crate) enum RecoverCommand {
    /// List the old stores that phones sent, and what became of them
    List {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Write the old stores that wait to a file, for the machine with the recovery key; this server can't open them
    Export {
        #[command(flatten)]
        data: DataArgs,
        /// Those that were brought back before as well
        #[arg(long)]
        all: bool,
        /// The file; it must not exist yet
        file: PathBuf,
    },
    /// Open exported old stores with the recovery key; needs no data directory and no network
    Open {
        /// The agency's secret recovery key, recovery.jwk
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The old stores, as `recover export` wrote them
        exported: PathBuf,
        /// Where the records go; it must not exist yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Bring the records back that `recover open` found
    Import {
        #[command(flatten)]
        data: DataArgs,
        /// The file that `recover open` wrote
        file: PathBuf,
    },
}

/// The agency's keys
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make the root and the keys that it certifies, in a new directory
    Init {
        /// The agency's id: letters, digits, `.`, `-`, `_`
        #[arg(long)]
        agency: String,
        /// The directory; it must not exist yet
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// How many years the certificates are good for
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=10))]
        years: u32,
        /// Take the time from a clock file (trials and tests; see `hadir serve --clock`)
        #[arg(long, value_name = "FILE")]
        clock: Option<PathBuf>,
    },
    /// Make one new key and certify it, beside the one that is there
    New {
        /// The directory that `keys init` made
        #[arg(long, value_name = "DIR")]
        keys: PathBuf,
        /// What the key is for; the health office makes its own (`hadir health keygen`)
        #[arg(long = "use", value_enum)]
        key_use: MadeArg,
        /// How many years the certificate is good for
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=10))]
        years: u32,
        /// Take the time from a clock file (trials and tests; see `hadir serve --clock`)
        #[arg(long, value_name = "FILE")]
        clock: Option<PathBuf>,
    },
    /// List the certificates with their dates; ends with 5 if one ends soon
    List {
        /// The directory that `keys init` made
        #[arg(long, value_name = "DIR", required_unless_present = "data")]
        keys: Option<PathBuf>,
        /// Or a server's data directory
        #[arg(long, value_name = "DIR", conflicts_with = "keys")]
        data: Option<PathBuf>,
        /// Take the time from a clock file (trials and tests; see `hadir serve --clock`)
        #[arg(long, value_name = "FILE")]
        clock: Option<PathBuf>,
    },
    /// Put a new receipt or assignment key in its place on the server; the old one is kept beside it
    Install {
        #[command(flatten)]
        data: DataArgs,
        /// The secret key, as `keys new` wrote it
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Certify a key: the health office's, or a new one of another use
    Certify {
        /// The directory that `keys init` made
        #[arg(long, value_name = "DIR")]
        keys: PathBuf,
        /// What the key is for
        #[arg(long = "use", value_enum)]
        key_use: UseArg,
        /// The public half
        #[arg(long, value_name = "FILE")]
        public: PathBuf,
        /// How many years the certificate is good for
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=10))]
        years: u32,
        /// Take the time from a clock file (trials and tests; see `hadir serve --clock`)
        #[arg(long, value_name = "FILE")]
        clock: Option<PathBuf>,
    },
}

/// What a key is for that the agency makes itself
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MadeArg {
    /// Signs policies
    Policy,
    /// Signs receipts, time tokens and heads
    Receipt,
    /// Signs assignments
    Assignment,
    /// Opens the stores of lost phones
    Recovery,
}

/// What a key is for
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UseArg {
    /// Signs policies
    Policy,
    /// Signs receipts, time tokens and heads
    Receipt,
    /// Signs assignments
    Assignment,
    /// Opens health answers
    Health,
    /// Opens the stores of lost phones
    Recovery,
}
