//! `hadir policy new | check FILE... | show FILE --date D`: policy files for administrators.
//!
//! Each subcommand writes to what it is given, so that tests read what people read. Exit codes: 1 a policy has errors,
//! 2 an option makes no sense for the policy, 3 a file cannot be read or written.

mod check;
mod new;
mod show;

use std::io::{self, Read as _, Write};
use std::path::Path;

use clap::{Args, Subcommand};
use hadir_core::policy::{Policy, shipped};
use hadir_core::text::Lang;

use crate::out::{Exit, Out, io_words};

/// Works with policy files.
#[derive(Args, Debug)]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Writes a policy file to start from, with comments.
    New(new::NewArgs),
    /// Names every mistake of policy files, with line and column.
    Check(check::CheckArgs),
    /// Shows what a policy asks on a date, and where each value comes from.
    Show(show::ShowArgs),
}

/// Runs `hadir policy`.
pub(crate) fn run(args: &PolicyArgs, how: Out) -> Exit {
    match run_into(args, how, &mut io::stdout().lock(), &mut io::stderr().lock()) {
        Ok(exit) => exit,
        // A reader that closed the pipe early has what it wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(_) => Exit::Store,
    }
}

fn run_into(args: &PolicyArgs, how: Out, out: &mut impl Write, err: &mut impl Write) -> io::Result<Exit> {
    match &args.command {
        Command::New(new) => new::run(new, how, out, err),
        Command::Check(check) => check::run(check, how, out, err),
        Command::Show(show) => show::run(show, how, out, err),
    }
}

/// Bytes of a policy file at most: a region may be long, and what is signed in the end has a limit of its own.
const MOST_BYTES: u64 = 4 << 20;

fn read_bytes(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why there is no policy to work with, in words.
#[derive(Debug)]
pub(crate) enum NoPolicy {
    /// The file can't be read.
    Unreadable(String),
    /// It has faults, each told with its line.
    Faults(String),
}

/// Reads a policy and checks it.
///
/// # Errors
/// [`NoPolicy`], in the language asked for.
pub(crate) fn read_whole(file: &Path, lang: Lang) -> Result<(String, Policy), NoPolicy> {
    let text = read(file, lang).map_err(NoPolicy::Unreadable)?;
    match Policy::parse(&text) {
        Ok(policy) => Ok((text, policy)),
        Err(errors) => {
            let mut words = Vec::new();
            // Writing to memory does not fail.
            let _ = check::explain(&file.display().to_string(), &text, &errors, lang, &mut words);
            Err(NoPolicy::Faults(String::from_utf8_lossy(&words).trim_end().to_owned()))
        }
    }
}

/// Reads a policy file, or a shipped policy by its id where no such file exists.
///
/// # Errors
/// One sentence in the language asked for.
pub(crate) fn read(file: &Path, lang: Lang) -> Result<String, String> {
    let shown = file.display();
    match read_bytes(file) {
        Ok(bytes) if bytes.len() as u64 > MOST_BYTES => Err(match lang {
            Lang::Id => format!("{shown}: lebih dari {} MiB; ini bukan berkas aturan", MOST_BYTES >> 20),
            Lang::En => format!("{shown}: more than {} MiB; this is no policy file", MOST_BYTES >> 20),
        }),
        Ok(bytes) => {
            let text = String::from_utf8(bytes).map_err(|error| {
                let at = error.utf8_error().valid_up_to();
                match lang {
                    Lang::Id => format!("{shown}: bukan teks UTF-8 (byte {at}); simpan ulang berkas sebagai UTF-8"),
                    Lang::En => format!("{shown}: not UTF-8 text (byte {at}); save the file again as UTF-8"),
                }
            })?;
            Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let named = file.to_str().and_then(|id| shipped().iter().find(|(shipped, _)| *shipped == id));
            named.map(|(_, text)| (*text).to_owned()).ok_or_else(|| {
                let known: Vec<&str> = shipped().iter().map(|(id, _)| *id).collect();
                let known = known.join(", ");
                match lang {
                    Lang::Id => format!("{shown}: berkas tidak ada; aturan bawaan: {known}"),
                    Lang::En => format!("{shown}: no such file; shipped policies: {known}"),
                }
            })
        }
        Err(error) => Err(format!("{shown}: {}", io_words(&error, lang))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        out: crate::out::OutArgs,
        #[command(flatten)]
        policy: PolicyArgs,
    }

    /// Runs `hadir policy …` and gives how it ended, output and errors.
    fn hadir(args: &[&str]) -> (Exit, String, String) {
        let cli = Cli::try_parse_from(std::iter::once("policy").chain(args.iter().copied())).unwrap();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run_into(&cli.policy, Out::new(&cli.out), &mut out, &mut err).unwrap();
        (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn a_shipped_policy_is_shown_with_its_windows_and_sources() {
        let (code, out, err) = hadir(&["show", "palopo-2021", "--date", "2021-07-30", "--lang", "en"]);
        assert_eq!((code, err.as_str()), (Exit::Done, ""));
        assert!(out.contains("Friday, 30 July 2021"), "{out}");
        assert!(out.contains("11.30–12.30"), "{out}");
        assert!(out.contains("[circular]") && out.contains("[ours]"), "{out}");
        let (_, id, _) = hadir(&["show", "palopo-2021", "--date", "2021-07-30"]);
        assert!(id.contains("Jumat, 30 Juli 2021") && id.contains("[surat edaran]"), "{id}");
    }

    #[test]
    fn a_day_off_is_said_once() {
        let (_, out, _) = hadir(&["show", "palopo-2021", "--date", "2021-08-01", "--lang", "en"]);
        let said = out.lines().filter(|line| line.trim() == "Not a working day").count();
        assert_eq!((said, out.contains("Not a working day ·")), (2, false), "as the mode, and as what it asks: {out}");
    }

    #[test]
    fn json_gives_the_compiled_policy_and_a_plan_per_mode() {
        let (code, out, _) = hadir(&["show", "parepare-2021", "--date", "2021-07-27", "--json"]);
        assert_eq!(code, Exit::Done);
        let json: serde_json::Value = serde_json::from_str(&out).unwrap();
        let plans = json["plans"].as_array().unwrap();
        let home = plans.iter().find(|plan| plan["mode"] == "wfh").unwrap();
        let share = &home["live_share"];
        assert_eq!(share["ends_ms"].as_i64().unwrap() - share["starts_ms"].as_i64().unwrap(), 8 * 3_600_000);
        assert_eq!(json["policy"]["id"], "parepare-2021");
    }

    #[test]
    fn check_names_every_mistake_with_its_line_and_what_was_meant() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("bad.toml");
        let text = shipped()[0].1.replacen("zone =", "zona =", 1).replacen("\"11:00\"", "\"08:20\"", 1);
        std::fs::write(&file, text).unwrap();
        let (code, out, err) = hadir(&["check", "default", file.to_str().unwrap(), "--lang", "en"]);
        assert_eq!(code, Exit::No);
        assert!(out.contains("default: in order"), "{out}");
        assert!(err.contains("bad.toml:8:1: unknown key \"zona\""), "{err}");
        assert!(err.contains("did you mean \"zone\"?"), "{err}");
        assert!(err.contains("overlap on Monday"), "{err}");
        assert!(err.contains("zona = \"Asia/Makassar\"\n"), "the line itself is shown: {err}");
        let (_, json, _) = hadir(&["check", file.to_str().unwrap(), "--json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["errors"][0]["line"], 8);
    }

    #[test]
    fn what_is_too_long_to_be_signed_or_read_is_not_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("long.toml");
        let title = shipped()[0].1.lines().find(|line| line.starts_with("title =")).unwrap();
        let long = format!("title = \"{}\"", "x".repeat(60_000));
        std::fs::write(&file, shipped()[0].1.replacen(title, &long, 1)).unwrap();
        let (code, out, err) = hadir(&["check", file.to_str().unwrap(), "--lang", "en"]);
        assert_eq!((code, out.as_str()), (Exit::No, ""));
        assert!(err.contains("long.toml: too long to be signed"), "{err}");
        std::fs::write(&file, vec![b'#'; 5 << 20]).unwrap();
        let (code, _, err) = hadir(&["check", file.to_str().unwrap(), "--lang", "en"]);
        assert_eq!(code, Exit::Store);
        assert!(err.contains("more than 4 MiB"), "{err}");
    }

    #[test]
    fn a_file_that_is_missing_or_no_text_is_an_error_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("latin1.toml");
        std::fs::write(&file, b"id = \"caf\xe9\"").unwrap();
        let (code, _, err) = hadir(&["check", file.to_str().unwrap(), "no-such-policy", "--lang", "en"]);
        assert_eq!(code, Exit::Store);
        assert!(err.contains("not UTF-8 text (byte 9)") && err.contains("shipped policies: default"), "{err}");
    }

    #[test]
    fn a_new_file_passes_its_own_check_and_takes_a_region() {
        let dir = tempfile::tempdir().unwrap();
        let region = dir.path().join("kota.geojson");
        let ring = "[[[120.0,-3.0],[120.4,-3.0],[120.4,-2.6],[120.0,-3.0]]]";
        std::fs::write(&region, format!(r#"{{"type":"Polygon","coordinates":{ring}}}"#)).unwrap();
        let file = dir.path().join("kota.toml");
        let (region, file) = (region.to_str().unwrap(), file.to_str().unwrap());
        let args = [
            "new",
            "--id",
            "kota-2026",
            "--place",
            "Kota",
            "--zone",
            "WITA",
            "--from",
            "2026-12-01",
            "--region",
            region,
        ];
        let (code, out, err) = hadir(&[&args[..], &["--out", file]].concat());
        assert_eq!((code, out.contains("kota.toml"), err.as_str()), (Exit::Done, true, ""));
        assert_eq!(hadir(&["check", file]).0, Exit::Done);
        let (code, _, err) = hadir(&[&args[..], &["--out", file]].concat());
        assert_eq!(code, Exit::Store, "an existing file is never overwritten: {err}");
        let swapped = dir.path().join("swapped.geojson");
        let ring = "[[[-3.0,120.0],[-3.0,120.4],[-2.6,120.4],[-3.0,120.0]]]";
        std::fs::write(&swapped, format!(r#"{{"type":"Polygon","coordinates":{ring}}}"#)).unwrap();
        let (code, _, err) = hadir(&["new", "--from", "2026-12-01", "--region", swapped.to_str().unwrap()]);
        assert!(code == Exit::Usage && err.contains("swapped"), "{err}");
    }
}
