//! What the commands print: words in the person's language, or JSON lines, and the exit codes.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use clap::Args;
use hadir_core::text::Lang;
use serde::Serialize;

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
pub struct OutArgs {
    /// Language of the output: id or en
    #[arg(long, global = true, default_value = "id", env = "HADIR_LANG")]
    pub lang: Lang,
    /// Print JSON, one object a line, for programs
    #[arg(long, global = true)]
    pub json: bool,
}

/// How a command ended; the exit codes are part of the command line's contract (docs/cli.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: the answer is no: a check failed, a promise broke, a file was tampered with.
    No,
    /// 2: the command can't be understood or a value is wrong. (clap uses 2 as well.)
    Usage,
    /// 3: the store, a file or a key can't be used; nothing was changed.
    Store,
    /// 4: recorded and safe, but not delivered: no network, or the server can't take it now.
    NotDelivered,
    /// 5: a person has to act: enrol again, update, ask for a new invite.
    NeedsPerson,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Where a command prints.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    /// Language.
    pub lang: Lang,
    /// JSON instead of words.
    pub json: bool,
}

impl Out {
    /// Prints for the options given.
    #[must_use]
    pub const fn new(args: &OutArgs) -> Self {
        Self { lang: args.lang, json: args.json }
    }

    /// Prints a line of words; nothing under `--json`.
    pub fn say(self, line: impl AsRef<str>) {
        if !self.json {
            line_out(line.as_ref());
        }
    }

    /// Prints one of two lines by language; nothing under `--json`.
    pub fn tell(self, id: impl AsRef<str>, en: impl AsRef<str>) {
        self.say(self.lang.pick(id.as_ref(), en.as_ref()));
    }

    /// Prints an object as a line of JSON; nothing without `--json`.
    pub fn object(self, object: &impl Serialize) {
        if self.json {
            match serde_json::to_string(object) {
                Ok(json) => line_out(&json),
                Err(error) => self.complain(&error.to_string()),
            }
        }
    }

    /// Prints an error to standard error: words, or `{"error": …}` under `--json`.
    pub fn complain(self, what: &str) {
        let line = if self.json {
            serde_json::json!({ "error": what }).to_string()
        } else {
            format!("{}: {what}", self.lang.pick("hadir: gagal", "hadir: error"))
        };
        // A closed standard error leaves nowhere to say so.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// Prints a warning to standard error: words, or `{"warning": …}` under `--json`.
    pub fn warn(self, what: &str) {
        let line = if self.json { serde_json::json!({ "warning": what }).to_string() } else { what.to_owned() };
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// Shows progress on a terminal's standard error, overwriting itself; an empty text wipes it.
    pub fn progress(self, what: &str) {
        if !self.json && io::stderr().is_terminal() {
            let _ = write!(io::stderr().lock(), "\r\x1b[2K{what}");
        }
    }
}

/// Prints a line; a closed pipe (`hadir … | head`) ends the program quietly, as other tools do.
fn line_out(line: &str) {
    if writeln!(io::stdout().lock(), "{line}").is_err() {
        std::process::exit(0);
    }
}

/// What the system says of a file, in words, with the way on where there is one.
#[must_use]
pub fn io_words(error: &io::Error, lang: Lang) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => lang.pick("tidak ada", "there is no such file or directory"),
        io::ErrorKind::AlreadyExists => lang.pick(
            "sudah ada, dan tidak ada yang ditimpa; pilih nama lain",
            "it exists already, and nothing is overwritten; choose another name",
        ),
        io::ErrorKind::PermissionDenied => {
            lang.pick("tidak boleh dibaca atau ditulis oleh akun ini", "this account may not read or write it")
        }
        io::ErrorKind::IsADirectory => lang.pick("ini folder, bukan berkas", "this is a directory, not a file"),
        io::ErrorKind::StorageFull => lang.pick("penyimpanan penuh; kosongkan sebagian", "no space is left; make some"),
        io::ErrorKind::ReadOnlyFilesystem => lang.pick("penyimpanannya hanya dapat dibaca", "the medium is read-only"),
        io::ErrorKind::InvalidData => lang.pick("bukan teks UTF-8", "this is no UTF-8 text"),
        _ => return error.to_string(),
    }
    .to_owned()
}
