//! What can be wrong with a script, and how it is said.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use hadir_core::text::Lang;

use super::{super::form::BadAnswers, script::ACTS};

/// What is wrong with a script, each with its line.
#[derive(Debug, PartialEq)]
pub(in super::super) struct ScriptFaults {
    file: PathBuf,
    pub(super) faults: Vec<(usize, Fault)>,
}

/// A fault.
#[derive(Debug, PartialEq)]
pub(super) enum Fault {
    Toml(String),
    NoSteps,
    BadDate,
    BadTime(String),
    NeedsDate,
    UnknownAct(String),
    Missing { act: &'static str, key: &'static str },
    NotOf { act: &'static str, key: &'static str },
    BadWhy(String),
    Fix(String, String),
    Asked(String, String),
    Answers(BadAnswers),
    Minutes(f64),
    Earlier(usize),
    Past { at: String, now: String },
}

impl ScriptFaults {
    /// Takes faults with their lines.
    pub(super) fn new(faults: Vec<(usize, Fault)>) -> Self {
        Self { file: PathBuf::new(), faults }
    }

    /// Takes one.
    pub(super) fn one(line: usize, fault: Fault) -> Self {
        Self::new(vec![(line, fault)])
    }

    /// Adds the file's name.
    pub(super) fn of(self, file: &Path) -> Self {
        Self { file: file.to_owned(), ..self }
    }

    /// Says it in a language, a line for each fault.
    pub(in super::super) fn words(&self, lang: Lang) -> String {
        let mut text = format!(
            "{}: {}",
            self.file.display(),
            lang.pick(
                "naskah ini tidak dapat dimainkan; belum ada yang dilakukan",
                "this script can't be played; nothing was done"
            )
        );
        for (line, fault) in &self.faults {
            // Writing to a text never fails.
            let _ = write!(text, "\n  {} {line}: {}", lang.pick("baris", "line"), fault.words(lang));
        }
        text
    }
}

impl Fault {
    fn words(&self, lang: Lang) -> String {
        let acts = || ACTS.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join(", ");
        match (self, lang) {
            (Self::Toml(what), _) => what.clone(),
            (Self::NoSteps, Lang::Id) => "tidak ada langkah; tulis [[step]] dengan at dan do".to_owned(),
            (Self::NoSteps, Lang::En) => "there is no step; write [[step]] with at and do".to_owned(),
            (Self::BadDate, Lang::Id) => "tanggal ditulis seperti \"2026-11-24\"".to_owned(),
            (Self::BadDate, Lang::En) => "dates are written like \"2026-11-24\"".to_owned(),
            (Self::BadTime(at), Lang::Id) => {
                format!("{at} bukan waktu; tulis seperti \"08:00:09\" atau \"2026-11-24T08:00:09+08:00\"")
            }
            (Self::BadTime(at), Lang::En) => {
                format!("{at} is no time; write it like \"08:00:09\" or \"2026-11-24T08:00:09+08:00\"")
            }
            (Self::NeedsDate, Lang::Id) => "jam setempat memerlukan date = \"2026-11-24\" di awal naskah".to_owned(),
            (Self::NeedsDate, Lang::En) => {
                "a local time needs date = \"2026-11-24\" at the top of the script".to_owned()
            }
            (Self::UnknownAct(name), Lang::Id) => format!("do = \"{name}\" tidak dikenal; pilihan: {}", acts()),
            (Self::UnknownAct(name), Lang::En) => format!("do = \"{name}\" is not known; choose from {}", acts()),
            (Self::Missing { act, key }, Lang::Id) => format!("{act} memerlukan {key}"),
            (Self::Missing { act, key }, Lang::En) => format!("{act} needs {key}"),
            (Self::NotOf { act, key }, Lang::Id) => format!("{key} tidak ada artinya untuk {act}"),
            (Self::NotOf { act, key }, Lang::En) => format!("{key} means nothing to {act}"),
            (Self::BadWhy(why), Lang::Id) => {
                format!("why = \"{why}\" tidak dikenal; pilihan: denied, off, timeout, unavailable")
            }
            (Self::BadWhy(why), Lang::En) => {
                format!("why = \"{why}\" is not known; choose from denied, off, timeout, unavailable")
            }
            (Self::Fix(id, en) | Self::Asked(id, en), _) => lang.pick(id, en).to_owned(),
            (Self::Answers(error), _) => error.words(lang),
            (Self::Minutes(minutes), Lang::Id) => format!("minutes harus bilangan menit yang wajar, bukan {minutes}"),
            (Self::Minutes(minutes), Lang::En) => {
                format!("minutes must be a sensible number of minutes, not {minutes}")
            }
            (Self::Earlier(line), Lang::Id) => format!("langkah ini lebih awal daripada langkah di baris {line}"),
            (Self::Earlier(line), Lang::En) => format!("this step is earlier than the one at line {line}"),
            (Self::Past { at, now }, Lang::Id) => format!("langkah ini untuk {at}, padahal sekarang {now}"),
            (Self::Past { at, now }, Lang::En) => format!("this step is for {at}, and it is {now} now"),
        }
    }
}
