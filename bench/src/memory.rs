//! The most memory that a phone's process ever held (`VmHWM`): the real `hadir phone play` of an ordinary day, over TLS.
//!
//! The day is that of [`wire`](crate::wire): four taps, one form, six polls, each followed by its sync, in one process on a clock
//! file that it moves itself. What counts is everything in the binary that a shell would not have too, such as the command line.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use chrono::Days;
use hadir_core::{
    policy::{Side, sample_day},
    ports::{Clock, Reading},
};

use crate::{
    figures::{Report, median},
    site::{Agency, Outcome, scratch},
    wire::{DAY, Does, at, certificates},
};

const PART: &str = "memory";
/// The promise, MB (10⁶ bytes).
const LIMIT_MB: f64 = 15.0;
/// Phones, each of which plays the day once.
const PHONES: u32 = 3;
/// How often the process is looked at.
const LOOK: Duration = Duration::from_millis(1);

pub(crate) fn run(report: &mut Report) -> Outcome<()> {
    let hadir = binary()?;
    let dir = scratch()?;
    let date = sample_day("default").ok_or("the policy `default` has no sample day")?;
    let tomorrow = date.checked_add_days(Days::new(1)).ok_or("the calendar ends")?;
    let (ca, files) = certificates(dir.path())?;
    let script = dir.path().join("day.toml");
    fs::write(&script, day(&date.to_string())?)?;
    let (mut enrols, mut plays) = (Vec::new(), Vec::new());
    for number in 1..=PHONES {
        // An office of its own for each: none goes back to a morning after it signed an evening's time.
        let clock = Arc::new(FileClock::new(dir.path().join(format!("clock-{number}")), at(date, 6, 0))?);
        let agency = Agency::found(&dir.path().join(format!("office-{number}")), 1, at(date, 0, 0))?;
        let server = agency.serve(clock.clone(), Some(files.clone()))?;
        let store = server.store();
        agency.place(&*store, 1, (date, date), Side::Home)?;
        agency.place(&*store, 1, (tomorrow, tomorrow), Side::Office)?;
        let link = agency.invite(&*store, 1, &server.url(), Some(&ca))?;
        let phone = |args: &[&str]| -> Outcome<f64> {
            let mut command = Command::new(&hadir);
            command.arg("phone").arg("--dir").arg(dir.path().join(format!("phone-{number}")));
            command.arg("--clock").arg(&clock.path).args(args).env_remove("HADIR_PROXY");
            Ok(watch(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?)? / 1e6)
        };
        enrols.push(phone(&["enrol", &link])?);
        plays.push(phone(&["play", "--drive", &script.to_string_lossy()])?);
        server.stop();
    }
    report.at_most(PART, "a day played by the binary over TLS, VmHWM", median(&plays), "MB", LIMIT_MB);
    report.beside(PART, "its enrolment over TLS, VmHWM", median(&enrols), "MB");
    let bytes = i32::try_from(fs::metadata(&hadir)?.len() / 1_000).unwrap_or(i32::MAX);
    report.beside(PART, "the binary on disk, server and board included", f64::from(bytes) / 1e3, "MB");
    Ok(())
}

/// The command line to measure: `HADIR_BIN`, or the one beside this program.
fn binary() -> Outcome<PathBuf> {
    let beside = || Ok::<_, std::io::Error>(env::current_exe()?.with_file_name("hadir"));
    let path = env::var_os("HADIR_BIN").map_or_else(beside, |path| Ok(path.into()))?;
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!("{} is not there: cargo build --release -p hadir, or name one in HADIR_BIN", path.display()).into())
    }
}

/// Waits for a process to end well and returns its largest resident size, bytes.
///
/// The figure only grows and is gone once the process has ended, so it is read again and again until then. (What `wait4` tells
/// includes the parent's size before `exec`.)
fn watch(mut child: Child) -> Outcome<f64> {
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut most = 0.0_f64;
    loop {
        if let Some(bytes) = fs::read_to_string(&status).ok().as_deref().and_then(high_water) {
            most = most.max(bytes);
        }
        match child.try_wait()? {
            Some(status) if status.success() && most > 0.0 => return Ok(most),
            Some(status) if status.success() => return Err("this system does not tell VmHWM".into()),
            Some(status) => return Err(format!("the phone ended with {status}").into()),
            None => thread::sleep(LOOK),
        }
    }
}

/// `VmHWM` of a status file, bytes.
fn high_water(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u32>().ok().map(|kib| f64::from(kib) * 1_024.0)
}

/// The day as a script, each act a minute before its sync.
fn day(date: &str) -> Outcome<String> {
    let mut script = format!("date = \"{date}\"\n");
    for (hour, minute, does) in DAY {
        let step = |minute: i64, act: &str| format!("\n[[step]]\nat = \"{hour:02}:{minute:02}\"\ndo = {act}\n");
        match does {
            Does::Polls => {}
            Does::Taps => script += &step(minute, "\"check_in\"\nlat = -2.55\nlon = 120.37\naccuracy = 12"),
            Does::FillsForm => script += &step(minute, "\"form\"\nanswers = \"tttttt\""),
        }
        script += &step(minute + 1, "\"sync\"");
    }
    Ok(script)
}

/// The clock that phone and server share, in a file (docs/cli.md).
struct FileClock {
    path: PathBuf,
    last: AtomicI64,
}

impl FileClock {
    fn new(path: PathBuf, now_ms: i64) -> Outcome<Self> {
        let clock = Self { path, last: AtomicI64::new(now_ms) };
        clock.set(now_ms)?;
        Ok(clock)
    }

    fn set(&self, now_ms: i64) -> Outcome<()> {
        write_whole(&self.path, now_ms)?;
        self.last.store(now_ms, Ordering::Release);
        Ok(())
    }
}

/// Whole or not at all: others read it at any moment.
fn write_whole(path: &Path, now_ms: i64) -> Outcome<()> {
    let next = path.with_extension("set");
    fs::write(&next, now_ms.to_string())?;
    Ok(fs::rename(next, path)?)
}

impl Clock for FileClock {
    fn read(&self) -> Reading {
        let read = fs::read_to_string(&self.path).ok().and_then(|text| text.trim().parse().ok());
        let wall_ms = read.unwrap_or_else(|| self.last.load(Ordering::Acquire));
        Reading { wall_ms, boot_ms: u64::try_from(wall_ms).unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read_in_bytes() {
        assert_eq!(high_water("VmPeak:\t  9 kB\nVmHWM:\t   12 kB\nVmRSS:\t 5 kB\n"), Some(12_288.0));
        assert_eq!(high_water("VmPeak:\t  9 kB\n"), None);
    }

    #[test]
    fn a_process_that_ends_badly_is_no_measurement() {
        assert!(watch(Command::new("false").spawn().unwrap()).is_err());
    }

    #[test]
    fn the_script_has_every_act_and_a_sync_after_each() {
        let script = day("2026-11-24").unwrap();
        let count = |act: &str| script.matches(&format!("do = \"{act}\"")).count();
        assert_eq!(["check_in", "form", "sync"].map(count), [4, 1, DAY.len()]);
    }
}
