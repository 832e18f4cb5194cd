//! The binary `hadir`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

mod policy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Attendance that no lost signal can lose.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Works with policy files.
    Policy(policy::PolicyArgs),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Policy(args) => policy::run(args),
    }
}
