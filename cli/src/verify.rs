//! `hadir verify`: checks an exported history with nothing but the agency's public root.

use std::{fs, io, path::PathBuf};

use clap::Args;
use hadir_core::{
    history::{self, EpochReport, Export, Report},
    model::B64,
    text::{Lang, history as words, keys, many},
    trust::keyfile::{self, Role},
};
use serde::Serialize;

use crate::out::{Exit, Out, io_words};

/// Check an exported history with nothing but the agency's public root
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The history, as `hadir phone export` writes it
    file: PathBuf,
    /// The agency's public root: its 43 characters, or a file with its public JWK. Without it only the file's harmony with itself is checked
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    root: Option<String>,
}

/// Says why nothing could be checked.
#[derive(Debug)]
enum Unusable {
    File(PathBuf, io::Error),
    NotAnExport(PathBuf, history::NotAnExport),
    /// Neither a key nor a file.
    Root(io::Error),
    RootFile(keyfile::KeyFileError),
}

impl Unusable {
    fn message(&self, lang: Lang) -> String {
        match self {
            Self::File(path, error) => format!("{}: {}", path.display(), io_words(error, lang)),
            Self::NotAnExport(path, error) => format!("{}: {}", path.display(), words::not_an_export(error, lang)),
            Self::Root(error) => match lang {
                Lang::Id => format!(
                    "--root: harus 43 karakter kunci publik akar, atau berkas JWK publiknya: {}",
                    io_words(error, lang)
                ),
                Lang::En => {
                    format!(
                        "--root: expected the 43 characters of the root's public key, or its public JWK file: {}",
                        io_words(error, lang)
                    )
                }
            },
            Self::RootFile(error) => format!("--root: {}", keys::key_file_error(error, lang)),
        }
    }
}

/// Runs `hadir verify`. Ends with [`Exit::Done`] if nothing is wrong, [`Exit::No`] if something was tampered with,
/// [`Exit::Store`] if the file can't be read, and [`Exit::Usage`] if it is no history or the root is none.
#[must_use]
pub(crate) fn run(args: &VerifyArgs, out: Out) -> Exit {
    let report = match check(args) {
        Ok(report) => report,
        Err(error) => {
            out.complain(&error.message(out.lang));
            return if matches!(error, Unusable::File(..)) { Exit::Store } else { Exit::Usage };
        }
    };
    out.object(&Answer { good: report.is_good(), not_receipted: report.not_receipted(), report: &report });
    for line in describe(&report, out.lang) {
        out.say(line);
    }
    if report.is_good() { Exit::Done } else { Exit::No }
}

#[derive(Serialize)]
struct Answer<'a> {
    good: bool,
    not_receipted: u64,
    #[serde(flatten)]
    report: &'a Report,
}

fn check(args: &VerifyArgs) -> Result<Report, Unusable> {
    let root = args.root.as_deref().map(read_root).transpose()?;
    let json = fs::read(&args.file).map_err(|error| Unusable::File(args.file.clone(), error))?;
    let export = Export::parse(&json).map_err(|error| Unusable::NotAnExport(args.file.clone(), error))?;
    Ok(history::verify(&export, root.as_ref()))
}

fn read_root(text: &str) -> Result<B64<32>, Unusable> {
    text.trim().parse().or_else(|_| {
        let jwk = fs::read_to_string(text).map_err(Unusable::Root)?;
        keyfile::read_public(Role::Root, &jwk).map(|key| key.x).map_err(Unusable::RootFile)
    })
}

/// The report in words, the verdict last.
fn describe(report: &Report, lang: Lang) -> Vec<String> {
    let id = lang == Lang::Id;
    let mut lines = Vec::new();
    lines.push(if id {
        format!("Riwayat HP {} di instansi {}", report.install, report.agency)
    } else {
        format!("History of phone {} at agency {}", report.install, report.agency)
    });
    lines.push(match (report.root_pinned, id) {
        (true, true) => format!("Kunci akar: {} (dari --root)", report.root),
        (true, false) => format!("Root key: {} (from --root)", report.root),
        (false, true) => format!(
            "Kunci akar: {} (dari berkas ini sendiri: yang diperiksa hanya keselarasan berkas dengan dirinya; cocokkan dengan kunci resmi instansi lewat --root)",
            report.root
        ),
        (false, false) => format!(
            "Root key: {} (from this file itself: only its harmony with itself is checked; compare with the agency's published key by --root)",
            report.root
        ),
    });
    lines.push(if id {
        format!("Sah: {} catatan, {} tanda terima, {} token waktu", report.records, report.receipts, report.tokens)
    } else {
        format!(
            "Authentic: {}, {}, {}",
            many(report.records, "record"),
            many(report.receipts, "receipt"),
            many(report.tokens, "time token")
        )
    });
    lines.extend(report.epochs.iter().flat_map(|epoch| describe_epoch(epoch, lang)));
    if report.stubs > 0 {
        lines.push(if id {
            format!("Tertahan di HP, di server hanya gantinya: {} catatan", report.stubs)
        } else {
            format!("Parked on the phone, with a stub at the server: {}", many(report.stubs, "record"))
        });
    }
    if report.receipts_not_in_file > 0 {
        lines.push(if id {
            format!("Disebut dalam catatan tetapi tidak ada di berkas: {} tanda terima", report.receipts_not_in_file)
        } else {
            format!("Named by records but not in the file: {}", many(report.receipts_not_in_file, "receipt"))
        });
    }
    lines.extend(verdict(report, lang));
    lines
}

fn describe_epoch(epoch: &EpochReport, lang: Lang) -> Vec<String> {
    let id = lang == Lang::Id;
    let spans = |spans: &[history::Span]| spans.iter().map(|span| words::span(*span)).collect::<Vec<_>>().join(", ");
    let number = epoch.epoch;
    let mut lines = Vec::new();
    lines.push(match (&epoch.start, id) {
        (None, true) => format!("Epoch {number}: {} catatan, sampai nomor {}", epoch.records, epoch.last_seq),
        (None, false) => format!("Epoch {number}: {}, up to {}", many(epoch.records, "record"), epoch.last_seq),
        (Some(start), true) => format!(
            "Epoch {number}: {} catatan, sampai nomor {}; dimulai karena {}",
            epoch.records,
            epoch.last_seq,
            words::epoch_cause(start.cause, lang)
        ),
        (Some(start), false) => format!(
            "Epoch {number}: {}, up to {}; begun because {}",
            many(epoch.records, "record"),
            epoch.last_seq,
            words::epoch_cause(start.cause, lang)
        ),
    });
    if !epoch.freed.is_empty() {
        let freed = spans(&epoch.freed);
        lines.push(if id {
            format!("  tidak lagi di HP karena ada di server: {freed}; tanda terimanya membuktikan, isinya tidak diperiksa di sini")
        } else {
            format!("  no longer on the phone since the server has them: {freed}; receipts prove it, what they say is not checked here")
        });
    }
    if !epoch.declared_lost.is_empty() {
        let lost = spans(&epoch.declared_lost);
        lines.push(if id {
            format!("  hilang dan dinyatakan hilang oleh HP: {lost}")
        } else {
            format!("  lost, and declared lost by the phone: {lost}")
        });
    }
    if !epoch.declared_forks.is_empty() {
        let forks = epoch.declared_forks.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        lines.push(if id {
            format!("  server menyimpan catatan lain, karena HP meneruskan dari salinan lama: {forks}")
        } else {
            format!("  the server holds other records, since the phone went on from an older copy: {forks}")
        });
    }
    if !epoch.not_receipted.is_empty() {
        let open = spans(&epoch.not_receipted);
        lines.push(if id {
            format!("  belum bertanda terima server: {open}; di sini hanya kunci HP yang menjamin")
        } else {
            format!("  not yet receipted by the server: {open}; here the phone's key alone vouches")
        });
    }
    lines
}

fn verdict(report: &Report, lang: Lang) -> Vec<String> {
    if report.is_good() {
        let alone = report.not_receipted();
        let intact = match (report.records, alone) {
            (0, _) => {
                lang.pick("KOSONG: tidak ada catatan di dalamnya.", "EMPTY: there is no record in it.").to_owned()
            }
            (_, 0) => lang
                .pick(
                    "UTUH: tidak ada yang diubah, hilang diam-diam, atau disisipkan.",
                    "INTACT: nothing was changed, quietly lost or slipped in.",
                )
                .to_owned(),
            (records, alone) if lang == Lang::Id => format!(
                "UTUH menurut kunci HP: tidak ada yang diubah di tengah atau disisipkan. {alone} dari {records} catatan belum dijamin server; akhir yang terpotong tidak akan terlihat."
            ),
            (records, alone) => format!(
                "INTACT by the phone's key: nothing was changed in between or slipped in. The server vouches for all but {alone} of {}; an end that was cut off would not show.",
                many(records, "record")
            ),
        };
        return vec![intact];
    }
    let count = report.problems.len();
    let title = match lang {
        Lang::Id => format!("TIDAK UTUH, {count} temuan:"),
        Lang::En => format!("NOT INTACT, {}:", many(count, "finding")),
    };
    let problems = report.problems.iter().map(|problem| format!("  - {}", words::problem(problem, lang)));
    std::iter::once(title).chain(problems).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The history of the byte vectors, and the root that signed its certificates.
    fn vectors() -> (serde_json::Value, String) {
        let all: serde_json::Value = serde_json::from_str(include_str!("../../tests/vectors/vectors.json")).unwrap();
        let history = all["history"].clone();
        let root = history["trust"]["root"].as_str().unwrap().to_owned();
        (history, root)
    }

    fn verify(history: &str, root: Option<&str>) -> Result<Report, Unusable> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("history.json");
        fs::write(&file, history).unwrap();
        check(&VerifyArgs { file, root: root.map(str::to_owned) })
    }

    #[test]
    fn the_history_of_the_vectors_is_intact_under_its_root() {
        let (history, root) = vectors();
        let report = verify(&history.to_string(), Some(&root)).unwrap();
        assert!(report.is_good(), "{:?}", describe(&report, Lang::En));
        let words = describe(&report, Lang::Id).join("\n");
        assert!(words.contains("UTUH") && words.contains("(dari --root)"), "{words}");
        let alone = describe(&verify(&history.to_string(), None).unwrap(), Lang::En).join("\n");
        assert!(alone.contains("from this file itself"), "{alone}");
    }

    #[test]
    fn the_root_may_stand_in_a_file_and_another_root_is_a_finding() {
        let (history, root) = vectors();
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("root.jwk");
        fs::write(&file, keyfile::public(Role::Root, root.parse().unwrap())).unwrap();
        assert!(verify(&history.to_string(), file.to_str()).unwrap().is_good());
        let other = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let report = verify(&history.to_string(), Some(other)).unwrap();
        assert!(!report.is_good());
        let words = describe(&report, Lang::En).join("\n");
        assert!(words.contains(&format!("{other} (from --root)")), "the one that was given: {words}");
    }

    #[test]
    fn what_nobody_but_the_phone_vouches_for_is_not_called_intact_without_a_word() {
        let (mut history, root) = vectors();
        history["receipts"] = serde_json::json!([]);
        let unreceipted = describe(&verify(&history.to_string(), Some(&root)).unwrap(), Lang::En).join("\n");
        assert!(unreceipted.contains("by the phone's key: ") && unreceipted.contains("13 of 13"), "{unreceipted}");
        history["records"] = serde_json::json!([]);
        history["tokens"] = serde_json::json!([]);
        let empty = describe(&verify(&history.to_string(), Some(&root)).unwrap(), Lang::En).join("\n");
        assert!(empty.ends_with("EMPTY: there is no record in it."), "{empty}");
    }

    #[test]
    fn what_cannot_be_read_is_unusable_and_not_tampered_with() {
        let (history, _) = vectors();
        assert!(matches!(verify("{}", None), Err(Unusable::NotAnExport(..))));
        assert!(matches!(verify(&history.to_string(), Some("short")), Err(Unusable::Root(_))));
        let missing = VerifyArgs { file: PathBuf::from("/nonexistent"), root: None };
        assert!(matches!(check(&missing), Err(Unusable::File(..))));
    }

    #[test]
    fn every_dropped_changed_or_moved_record_of_the_vectors_is_named() {
        let (history, root) = vectors();
        let count = history["records"].as_array().unwrap().len();
        for at in 0..count - 1 {
            let mut dropped = history.clone();
            dropped["records"].as_array_mut().unwrap().remove(at);
            let mut moved = history.clone();
            moved["records"].as_array_mut().unwrap().swap(at, at + 1);
            let mut changed = history.clone();
            let text = changed["records"][at].as_str().unwrap().replacen("ey", "ez", 2);
            changed["records"][at] = text.into();
            for history in [dropped, moved, changed] {
                let report = verify(&history.to_string(), Some(&root)).unwrap();
                assert!(!report.is_good(), "record {at}");
                assert!(describe(&report, Lang::Id).iter().any(|line| line.starts_with("TIDAK UTUH")));
            }
        }
    }
}
