//! `hadir policy check`: every mistake with its line, what was meant, and the line itself.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use hadir_core::envelope::MAX_BYTES;
use hadir_core::policy::{Policy, PolicyErrors};
use hadir_core::text::Lang;
use serde_json::json;

use crate::out::{Exit, Out};

/// Arguments of `check`.
#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// Policy files, or ids of shipped policies.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(super) fn run(args: &CheckArgs, how: Out, out: &mut impl Write, err: &mut impl Write) -> io::Result<Exit> {
    let lang = how.lang;
    let (mut wrong, mut unreadable) = (false, false);
    for file in &args.files {
        let shown = file.display().to_string();
        let text = match super::read(file, lang) {
            Ok(text) => text,
            Err(sentence) => {
                unreadable = true;
                match how.json {
                    true => writeln!(out, "{}", json!({ "file": shown, "unreadable": sentence }))?,
                    false => writeln!(err, "{sentence}")?,
                }
                continue;
            }
        };
        match Policy::parse(&text) {
            Ok(policy) if signed_bytes(&policy) > MAX_BYTES => {
                wrong = true;
                let sentence = too_long(&shown, signed_bytes(&policy), lang);
                match how.json {
                    true => writeln!(out, "{}", json!({ "file": shown, "errors": [{ "message": sentence }] }))?,
                    false => writeln!(err, "{sentence}")?,
                }
            }
            Ok(policy) if !how.json => {
                let in_order = lang.pick("beres", "in order");
                writeln!(out, "{shown}: {in_order} ({}, {})", policy.id, policy.zone.abbreviation())?;
            }
            Ok(policy) => writeln!(out, "{}", json!({ "file": shown, "id": policy.id, "errors": [] }))?,
            Err(errors) => {
                wrong = true;
                if how.json {
                    writeln!(out, "{}", json!({ "file": shown, "errors": as_json(&errors, lang) }))?;
                } else {
                    explain(&shown, &text, &errors, lang, err)?;
                }
            }
        }
    }
    Ok(match (unreadable, wrong) {
        (true, _) => Exit::Store,
        (false, true) => Exit::No,
        (false, false) => Exit::Done,
    })
}

/// Bytes of the pack that it will be, about: base64url of the compiled policy, with a header, a signature and what goes round it.
fn signed_bytes(policy: &Policy) -> usize {
    serde_json::to_string(policy)
        .map_or(usize::MAX, |json| json.len().div_ceil(3).saturating_mul(4).saturating_add(600))
}

fn too_long(file: &str, bytes: usize, lang: Lang) -> String {
    match lang {
        Lang::Id => format!(
            "{file}: terlalu panjang untuk ditandatangani: {bytes} byte, paling banyak {MAX_BYTES}; singkatkan batas daerah atau teksnya"
        ),
        Lang::En => format!(
            "{file}: too long to be signed: {bytes} bytes, at most {MAX_BYTES}; shorten the region's edge or the texts"
        ),
    }
}

/// Writes errors as `file:line:column: message`, each with its line, a caret and the hint.
pub(super) fn explain(
    file: &str,
    text: &str,
    errors: &PolicyErrors,
    lang: Lang,
    err: &mut impl Write,
) -> io::Result<()> {
    for error in errors {
        writeln!(err, "{file}:{}:{}: {}", error.line, error.column, error.message(lang))?;
        if let Some(line) = text.lines().nth(error.line.saturating_sub(1)) {
            // A polygon's line can be very long: show what surrounds the place.
            let skip = error.column.saturating_sub(60);
            let shown: String = line.chars().skip(skip).take(100).collect();
            let shown = shown.replace('\t', " ");
            writeln!(err, "{:>5} | {shown}", error.line)?;
            writeln!(err, "      | {}^", " ".repeat(error.column.saturating_sub(1).saturating_sub(skip)))?;
        }
        if let Some(hint) = error.hint(lang) {
            writeln!(err, "      = {hint}")?;
        }
    }
    let count = errors.iter().count();
    match lang {
        Lang::Id => writeln!(err, "{file}: {count} kesalahan"),
        Lang::En => writeln!(err, "{file}: {count} {}", if count == 1 { "error" } else { "errors" }),
    }
}

fn as_json(errors: &PolicyErrors, lang: Lang) -> Vec<serde_json::Value> {
    let one = |error: &hadir_core::policy::PolicyError| {
        json!({
            "line": error.line,
            "column": error.column,
            "path": error.path,
            "message": error.message(lang),
            "hint": error.hint(lang),
        })
    };
    errors.iter().map(one).collect()
}
