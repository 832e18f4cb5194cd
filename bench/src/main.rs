//! Measures what the design promises, each figure beside its alternative in one run, and prints a table and JSON.
//!
//! `cargo run --release -p hadir-bench [-- tap today store ingest single wire track memory] [--json FILE]`. Machines are noisy: read
//! the ratios.
//! What each figure means stands in `docs/bench.md`.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

mod cpu;
mod figures;
mod ingest;
mod memory;
mod site;
mod store;
mod tap;
mod today;
mod wire;

use std::{path::PathBuf, process::ExitCode};

use figures::Report;
use site::Outcome;

/// One part of the bench.
type Part = fn(&mut Report) -> Outcome<()>;

const PARTS: [(&str, Part); 8] = [
    ("tap", tap::run),
    ("today", today::run),
    ("store", store::run),
    ("ingest", ingest::run),
    ("single", ingest::single::run),
    ("wire", wire::run),
    ("track", wire::share::run),
    ("memory", memory::run),
];

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    /// Parts by name; none means all.
    parts: Vec<String>,
    json: Option<PathBuf>,
}

impl Wanted {
    fn read(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut wanted = Self::default();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--json" => wanted.json = Some(args.next().ok_or("--json wants a file")?.into()),
                part if PARTS.iter().any(|(name, _)| *name == part) => wanted.parts.push(arg),
                other => {
                    let names = PARTS.map(|(name, _)| name).join(", ");
                    return Err(format!("{other:?} is none of {names}; --json FILE keeps the figures"));
                }
            }
        }
        Ok(wanted)
    }

    fn has(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }
}

fn main() -> ExitCode {
    let wanted = match Wanted::read(std::env::args().skip(1)) {
        Ok(wanted) => wanted,
        Err(problem) => {
            eprintln!("hadir-bench: {problem}");
            return ExitCode::from(2);
        }
    };
    match measure(&wanted) {
        Ok(report) if report.all_reached() => ExitCode::SUCCESS,
        Ok(_) => {
            eprintln!("hadir-bench: a figure does not reach what it must");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("hadir-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(wanted: &Wanted) -> Outcome<Report> {
    let mut report = Report::default();
    let scratch = site::scratch()?;
    report.about("file system", site::file_system(scratch.path())?);
    report.about("cores", std::thread::available_parallelism()?.to_string());
    if cfg!(debug_assertions) {
        report.about("build", "without optimisation: say --release");
    }
    drop(scratch);
    for (part, run) in PARTS {
        if wanted.has(part) {
            eprintln!("hadir-bench: {part} …");
            run(&mut report).map_err(|error| format!("{part}: {error}"))?;
        }
    }
    print!("{}", report.table());
    if let Some(path) = &wanted.json {
        std::fs::write(path, report.to_json()?).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Result<Wanted, String> {
        Wanted::read(args.iter().map(|arg| (*arg).to_owned()))
    }

    #[test]
    fn without_arguments_every_part_is_wanted() {
        let wanted = read(&[]).unwrap();
        assert!(PARTS.iter().all(|(part, _)| wanted.has(part)));
    }

    #[test]
    fn named_parts_alone_are_wanted_and_the_file_is_taken() {
        let wanted = read(&["tap", "--json", "out.json", "wire"]).unwrap();
        assert_eq!(["tap", "today", "ingest", "wire"].map(|part| wanted.has(part)), [true, false, false, true]);
        assert_eq!(wanted.json, Some("out.json".into()));
    }

    #[test]
    fn what_is_not_known_is_named() {
        assert!(read(&["taps"]).unwrap_err().contains("\"taps\""));
        assert!(read(&["--json"]).unwrap_err().contains("--json"));
    }
}
