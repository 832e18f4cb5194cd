//! A phone on a real disk and a real network, there to be killed.
//!
//! `crash_phone DIR LINK`: opens the engine, enrols with the invite link if nobody is, and says `open`; then taps, and says the id of each
//! record once its tap returned; after every third it syncs and says `synced`. Goes on until it is killed. A store in use is tried again.

use std::{
    io::Write as _,
    path::Path,
    process::{ExitCode, exit},
    sync::Arc,
    time::Duration,
};

use hadir_core::{
    engine::{Attempt, CheckInEngine, EngineError},
    model::NoFix,
    ports::Cancel,
};
use hadir_tests::phone;

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // The parent may be gone: then nobody wants to know.
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        exit(0);
    }
}

fn open(directory: &Path) -> Result<CheckInEngine, EngineError> {
    loop {
        match phone::open(directory) {
            Err(EngineError::InUse) => std::thread::yield_now(),
            other => return other,
        }
    }
}

fn run(directory: &Path, link: &str) -> Result<(), EngineError> {
    let engine = Arc::new(open(directory)?);
    if !engine.is_enrolled() {
        engine.enrol(link, &Cancel::default())?;
    }
    say("open");
    loop {
        for _ in 0..3 {
            say(&engine.check_in(Attempt::without_fix(NoFix::Timeout))?.id.to_string());
        }
        engine.sync(Duration::from_secs(20), &Cancel::default())?;
        say("synced");
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, link] = &arguments[..] else {
        say("usage: crash_phone DIR LINK");
        return ExitCode::from(2);
    };
    match run(Path::new(directory), link) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error {error}"));
            ExitCode::FAILURE
        }
    }
}
