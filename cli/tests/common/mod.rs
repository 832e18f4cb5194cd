//! An agency, its server and its phones, all through the binary as people use it.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by several test programs"
)]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// 07.30 WITA on Tuesday, 24 November 2026.
pub const MORNING_MS: i64 = 1_795_476_600_000;
/// One minute.
pub const MINUTE: i64 = 60_000;

/// What a run of the binary came to.
#[derive(Debug)]
pub struct Answer {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Answer {
    /// The lines of JSON on standard output.
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
    }

    /// The line of JSON about an act.
    pub fn did(&self, act: &str) -> Value {
        let found = self.lines().into_iter().find(|line| line["did"] == act);
        found.unwrap_or_else(|| panic!("nothing did {act}: {self:?}"))
    }

    /// Asserts the exit code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

/// A command of the binary.
pub fn hadir(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hadir"));
    command.current_dir(dir).stdin(Stdio::null());
    for name in ["HADIR_LANG", "HADIR_PHONE", "HADIR_CLOCK", "HADIR_DATA", "HADIR_LISTEN"] {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its end, with a text on its standard input.
pub fn run_with(command: &mut Command, input: &str) -> Answer {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Whoever does not read its input may have ended already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let done = child.wait_with_output().unwrap();
    Answer {
        code: done.status.code().unwrap_or(-1),
        out: String::from_utf8(done.stdout).unwrap(),
        err: String::from_utf8(done.stderr).unwrap(),
    }
}

/// A process of the binary that runs on; killed when dropped.
pub struct Running {
    pub child: Child,
    pub out: BufReader<ChildStdout>,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    /// Waits for its next line, of JSON.
    pub fn line(&mut self) -> Value {
        let mut line = String::new();
        assert!(self.out.read_line(&mut line).unwrap() > 0, "it ended without a word");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"))
    }

    /// Kills it by signal 9.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, as a service manager does, and returns its exit code.
    pub fn terminate(mut self) -> i32 {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An agency of two people: `local:A-1` works from home all week, `local:A-2` at the office.
pub struct Office {
    pub dir: TempDir,
    pub port: u16,
    pub root: String,
}

impl Office {
    /// Founds it as docs/cli.md does.
    pub fn found() -> Self {
        let dir = tempfile::tempdir().unwrap();
        // Free a moment ago; the server that is started next takes it.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let office = Self { dir, port, root: String::new() };
        office.set_clock(MORNING_MS);
        office.done(&["admin", "keys", "init", "--agency", "kota", "--out", "keys", "--clock", "clock"]);
        for key in ["h1.jwk", "h2.jwk"] {
            office.done(&["health", "keygen", "--out", key]);
            let public = format!("{key}.pub");
            let certify = ["admin", "keys", "certify", "--keys", "keys", "--use", "health", "--public", &public];
            office.done(&[&certify[..], &["--clock", "clock"]].concat());
        }
        let server = format!("http://127.0.0.1:{port}");
        office.admin(&["init", "--keys", "keys", "--name", "Dinas Contoh", "--server", &server]);
        let staff = "scheme,number,name,unit,unit_name,rank,structural\n\
                     local,A-1,Siti Aminah,dinas,Dinas Contoh,pelaksana,tidak\n\
                     local,A-2,Budi Santoso,dinas,Dinas Contoh,pelaksana,tidak\n";
        fs::write(office.path("staff.csv"), staff).unwrap();
        office.admin(&["staff", "staff.csv"]);
        office.admin(&["policy", "default", "--key", "keys/policy.jwk"]);
        for (side, person) in [("home", "local:A-1"), ("office", "local:A-2")] {
            office.admin(&["fact", side, "--person", person, "--from", "2026-11-23", "--until", "2026-11-28"]);
        }
        let trust: Value = serde_json::from_str(&fs::read_to_string(office.path("keys/trust.json")).unwrap()).unwrap();
        Self { root: trust["root"].as_str().unwrap().to_owned(), ..office }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Moves the clock of everyone, whole or not at all.
    pub fn set_clock(&self, now_ms: i64) {
        fs::write(self.path("clock.new"), now_ms.to_string()).unwrap();
        fs::rename(self.path("clock.new"), self.path("clock")).unwrap();
    }

    /// Runs a command.
    pub fn run(&self, args: &[&str]) -> Answer {
        run_with(hadir(self.dir.path()).args(args), "")
    }

    /// Runs a command that has to succeed.
    #[track_caller]
    pub fn done(&self, args: &[&str]) -> Answer {
        self.run(args).ends(0)
    }

    /// Runs a command of the operator that has to succeed.
    #[track_caller]
    pub fn admin(&self, args: &[&str]) -> Answer {
        run_with(hadir(self.dir.path()).arg("admin").args(args).args(["--data", "srv", "--clock", "clock"]), "").ends(0)
    }

    /// Invites a person and returns the link.
    pub fn invite(&self, person: &str) -> String {
        let file = format!("invite-{}.csv", fs::read_dir(self.dir.path()).unwrap().count());
        self.admin(&["invite", person, "--csv", &file]);
        let text = fs::read_to_string(self.path(&file)).unwrap();
        let link = text.lines().nth(1).unwrap().split(',').find(|cell| cell.starts_with("http")).unwrap();
        link.to_owned()
    }

    /// The command that serves.
    pub fn server(&self) -> Command {
        let mut command = hadir(self.dir.path());
        let listen = format!("127.0.0.1:{}", self.port);
        command.args(["--json", "--lang", "en", "serve", "--data", "srv", "--clock", "clock", "--listen", &listen]);
        command
    }

    /// Serves, and returns when it listens.
    pub fn serve(&self) -> Running {
        let mut server = Running::start(&mut self.server());
        assert_eq!(server.line()["listening"], format!("http://127.0.0.1:{}", self.port));
        server
    }

    /// The command of a phone.
    pub fn phone_command(&self, phone: &str, args: &[&str]) -> Command {
        let mut command = hadir(self.dir.path());
        command.args(["--json", "--lang", "en", "phone", "--dir", phone, "--clock", "clock"]).args(args);
        command
    }

    /// Runs a command of a phone.
    pub fn phone(&self, phone: &str, args: &[&str]) -> Answer {
        run_with(&mut self.phone_command(phone, args), "")
    }

    /// Enrols a phone.
    pub fn enrol(&self, phone: &str, person: &str) {
        let link = self.invite(person);
        self.phone(phone, &["enrol", &link]).ends(0);
    }

    /// The taps of a phone's log.
    pub fn taps(&self, phone: &str) -> Vec<Value> {
        let log = self.phone(phone, &["log"]).ends(0).lines();
        log.into_iter().filter(|entry| entry["kind"] == "check_in").collect()
    }
}

/// Where a tap is made: within the default policy's region.
pub const HERE: [&str; 6] = ["--lat", "-2.55", "--lon", "120.37", "--accuracy", "12"];

/// A tap's command.
pub fn tap<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["check-in"], &HERE[..], more].concat()
}
