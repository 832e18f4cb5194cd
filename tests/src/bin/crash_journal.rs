//! A process on a real journal on a real disk, there to be killed.
//!
//! `crash_journal DIR NAME COUNT`: opens the store, making it if there is none; says `open`; commits records `NAME 0`, `NAME 1` … up to COUNT
//! and says each one once it is recorded. A store in use is tried again.

use std::{
    io::Write as _,
    path::Path,
    process::{ExitCode, exit},
    sync::Arc,
};

use hadir_core::{
    adapters::{SystemDisk, SystemEntropy},
    journal::{Journal, JournalError, Options},
};
use hadir_tests::{tally::Tally, vault::ConstantVault};

/// Small, so that a few dozen records begin a new segment.
const OPTIONS: Options = Options { segment_bytes: 8192, witness: None };

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // The parent may be gone: then nobody wants to know.
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        exit(0);
    }
}

fn open(directory: &Path) -> Result<(Journal, Tally), JournalError> {
    let disk = Arc::new(SystemDisk::open(directory)?);
    let (vault, entropy) = (ConstantVault::new(), Arc::new(SystemEntropy::new()));
    loop {
        match Journal::open(disk.clone(), &vault, entropy.clone(), OPTIONS) {
            Ok((journal, opened)) => return Ok((journal, Tally::of(&opened))),
            Err(JournalError::NoStore) => {
                let none = Tally::default();
                match Journal::create(disk.clone(), &vault, entropy.clone(), OPTIONS, &none.snapshot()) {
                    Ok(journal) => return Ok((journal, none)),
                    Err(JournalError::Exists | JournalError::InUse) => {}
                    Err(error) => return Err(error),
                }
            }
            Err(JournalError::InUse) => std::thread::yield_now(),
            Err(error) => return Err(error),
        }
    }
}

fn run(directory: &Path, name: &str, count: u64) -> Result<(), JournalError> {
    let (mut journal, mut tally) = open(directory)?;
    say("open");
    for number in 0..count {
        let body = format!("{name} {number}");
        tally.commit(&mut journal, body.as_bytes())?;
        say(&body);
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, name, count] = &arguments[..] else {
        say("usage: crash_journal DIR NAME COUNT");
        return ExitCode::from(2);
    };
    match run(Path::new(directory), name, count.parse().unwrap_or(u64::MAX)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error {error}"));
            ExitCode::FAILURE
        }
    }
}
