//! The binary `hadir`: serve, admin, phone, demo, policy, health, verify.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]
#![allow(unreachable_pub, reason = "in a binary, pub says what a module offers to the others")]

mod admin;
mod clock;
mod demo;
mod health;
mod out;
mod phone;
mod policy;
mod secret_file;
mod serve;
mod vault;
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
    /// Plays a working day of an agency: a server, forty phones and their mishaps, in about a minute.
    Demo(demo::DemoArgs),
    /// Sets up an agency and runs it: keys, staff, invites, policies, facts, logins.
    Admin(admin::AdminArgs),
    /// Runs the agency's server.
    Serve(serve::ServeArgs),
    /// A phone on the command line.
    Phone(phone::PhoneArgs),
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
        Command::Demo(args) => demo::run(&args, out).into(),
        Command::Admin(args) => admin::run(&args, out).into(),
        Command::Serve(args) => serve::run(&args, out).into(),
        Command::Phone(args) => phone::run(&args, out).into(),
        Command::Policy(args) => policy::run(&args, out).into(),
        Command::Verify(args) => verify::run(&args, out).into(),
        Command::Health(command) => health::run(&command, out).into(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Keys and ids are base64url: one in 64 begins with a hyphen, and must not be taken for an option.
    #[test]
    fn a_key_that_begins_with_a_hyphen_is_a_value() {
        let key = format!("-h{}", "A".repeat(41));
        for (before, after) in [
            ("verify berkas.json --root", "--json"),
            ("admin revoke --data kantor", "--reason hilang --json"),
            ("admin parked --data kantor", "--json"),
            ("admin release --data kantor", "1 7 --json"),
            ("admin request --data kantor grant", "--reason boleh --json"),
            ("admin request --data kantor refuse", "--reason tidak --json"),
            ("admin invite --data kantor --pin", "--address --json"),
        ] {
            let line = format!("hadir {before} {key} {after}");
            let parsed = Cli::command().try_get_matches_from(line.split_whitespace());
            let matches = parsed.unwrap_or_else(|error| panic!("{line}\n{error}"));
            assert!(matches.get_flag("json"), "{line}: the option after it is one still");
        }
    }

    /// A link may come in pieces, and what follows it is still an option.
    #[test]
    fn options_may_follow_a_link() {
        for line in ["hadir phone enrol https://a.example/i#ey J2 --dir hp --json", "hadir phone reconnect x --json"] {
            let matches = Cli::command().try_get_matches_from(line.split_whitespace()).unwrap();
            assert!(matches.get_flag("json"), "{line}");
        }
    }

    #[test]
    fn the_commands_agree_with_themselves() {
        Cli::command().debug_assert();
    }
}
