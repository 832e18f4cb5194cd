//! A phone in a process of its own that is killed by signal 9 after its tap and before its sync.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use super::DemoError;
use crate::clock::FileClock;

/// How long after the tap the script would sync; the clock file never comes that far.
const SYNC_AFTER_MS: i64 = 5 * 60_000;

/// Ends a process without asking, and without leaving a zombie.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // `Child::kill` is SIGKILL on Unix. One that ended by itself is no error here.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts `hadir phone play` on the phone's directory, waits until it says that the tap is recorded, and kills it.
///
/// # Errors
/// When the process can't be started, or ends without a tap.
pub fn tap_then_kill(phone: &Path, clock: &Path, now_ms: i64, (lat, lon): (f64, f64)) -> Result<(), DemoError> {
    FileClock::set(clock, now_ms).map_err(DemoError::file(clock))?;
    let script = phone.join("killed.toml");
    let (tap, sync) = (instant(now_ms), instant(now_ms + SYNC_AFTER_MS));
    let text = format!(
        "[[step]]\nat = \"{tap}\"\ndo = \"check_in\"\nlat = {lat}\nlon = {lon}\naccuracy = 18.0\n\n\
         [[step]]\nat = \"{sync}\"\ndo = \"sync\"\n"
    );
    fs::write(&script, text).map_err(DemoError::file(&script))?;
    let program = std::env::current_exe().map_err(DemoError::file(Path::new("hadir")))?;
    let child = Command::new(program)
        .args(["--json", "phone", "--dir"])
        .arg(phone)
        .arg("--clock")
        .arg(clock)
        .arg("play")
        .arg(&script)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(DemoError::file(phone))?;
    let mut child = Killed(child);
    let said = child.0.stdout.take().ok_or(DemoError::Unexpected("no output of the phone's process"))?;
    for line in BufReader::new(said).lines() {
        let line = line.map_err(DemoError::file(phone))?;
        let step: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        if step["did"] == "check_in" {
            return Ok(());
        }
    }
    Err(DemoError::Unexpected("the phone's process ended before its tap"))
}

fn instant(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms).map(|at| at.to_rfc3339()).unwrap_or_default()
}
