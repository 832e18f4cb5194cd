//! The binary `hadir`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

mod health;
mod out;
mod policy;
mod secret_file;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::out::{Out, OutArgs};

/// Attendance that no lost signal can lose.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(flatten)]
    out: OutArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Works with policy files.
    Policy(policy::PolicyArgs),
    /// Checks an exported history with nothing but the agency's public root.
    Verify(verify::VerifyArgs),
    /// Makes the health office's key, and opens forms with it, on a machine that is not the server.
    #[command(subcommand)]
    Health(health::HealthCommand),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let out = Out::new(&cli.out);
    match cli.command {
        Command::Policy(args) => policy::run(&args, out).into(),
        Command::Verify(args) => verify::run(&args, out).into(),
        Command::Health(command) => health::run(&command, out).into(),
    }
}
