//! `hadir health`: the health office's own machine, which makes its key and opens the forms that the server can't read.

use std::{fs, path::PathBuf};

use clap::{Args, Subcommand};
use hadir_core::{
    adapters::SystemEntropy,
    form::{self, Risk},
    model::EntryVerdict,
    seal::{
        health::{OpenedForm, SealedForm},
        wrap::OpeningKey,
    },
    text::{Lang, keys},
    trust::keyfile::{self, Role},
    wire::KeyUse,
};
use serde::Serialize;

use crate::{
    out::{Exit, Out},
    secret_file,
};

const ROLE: Role = Role::Use(KeyUse::Health);

/// What the health office does
#[derive(Debug, Subcommand)]
pub(crate) enum HealthCommand {
    /// Make a key: the secret stays on this machine, the public half goes to the agency to be certified
    Keygen(KeygenArgs),
    /// Open forms that the server exported, those who may not enter first
    Open(OpenArgs),
}

/// Make a key for the health office
#[derive(Debug, Args)]
pub(crate) struct KeygenArgs {
    /// Where the secret key goes; it must not exist. The public half goes beside it, with `.pub` at its end
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Open forms with the office's key
#[derive(Debug, Args)]
pub(crate) struct OpenArgs {
    /// The office's secret key, as `hadir health keygen` wrote it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Sealed forms, as the server exported them: JSON Lines
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    forms: Vec<PathBuf>,
}

/// Runs `hadir health`.
#[must_use]
pub(crate) fn run(command: &HealthCommand, out: Out) -> Exit {
    match command {
        HealthCommand::Keygen(args) => keygen(args, out),
        HealthCommand::Open(args) => open(args, out),
    }
}

fn keygen(args: &KeygenArgs, out: Out) -> Exit {
    let mut public_path = args.out.clone().into_os_string();
    public_path.push(".pub");
    let public_path = PathBuf::from(public_path);
    let made = OpeningKey::generate(&SystemEntropy).map_err(|error| error.to_string()).and_then(|key| {
        secret_file::write_new(&args.out, &keyfile::opening(ROLE, &key)).map_err(|error| error.message(out.lang))?;
        secret_file::write_new_public(&public_path, &keyfile::public(ROLE, key.public().x()))
            .map_err(|error| error.message(out.lang))?;
        Ok(key)
    });
    let key = match made {
        Ok(key) => key,
        Err(error) => {
            out.complain(&error);
            return Exit::Store;
        }
    };
    let (secret, public, kid) = (args.out.display().to_string(), public_path.display().to_string(), key.kid());
    out.object(&serde_json::json!({ "secret": secret, "public": public, "kid": kid.to_string() }));
    out.tell(
        format!("Kunci rahasia: {secret} (jangan disalin ke server; simpan cadangannya)"),
        format!("Secret key: {secret} (never copy it to the server; keep a backup)"),
    );
    out.tell(
        format!("Kunci publik: {public}, serahkan kepada pemegang kunci akar instansi untuk disertifikasi"),
        format!("Public key: {public}, hand it to the holder of the agency's root to be certified"),
    );
    out.tell(format!("Sidik jari kunci: {kid}"), format!("Thumbprint: {kid}"));
    out.tell(
        "Formulir disegel untuk paling sedikit dua kunci: buat satu lagi di tempat lain.",
        "Forms are sealed to at least two keys: make another one in another place.",
    );
    Exit::Done
}

/// A line that gave no answers.
#[derive(Debug, Serialize)]
struct Failed {
    file: String,
    line: usize,
    error: String,
}

fn open(args: &OpenArgs, out: Out) -> Exit {
    let read = secret_file::read(&args.key).map_err(|error| (error.message(out.lang), Exit::Store)).and_then(|text| {
        keyfile::read_opening(ROLE, &text).map_err(|error| {
            let what = keys::key_file_error(&error, out.lang);
            (format!("{}: {what}", args.key.display()), Exit::Usage)
        })
    });
    let key = match read {
        Ok(key) => key,
        Err((error, exit)) => {
            out.complain(&error);
            return exit;
        }
    };
    let (mut opened, mut failed) = (Vec::new(), Vec::new());
    for path in &args.forms {
        match fs::read_to_string(path) {
            Ok(text) => open_lines(&key, &path.display().to_string(), &text, &mut opened, &mut failed),
            Err(error) => {
                out.complain(&format!("{}: {error}", path.display()));
                return Exit::Store;
            }
        }
    }
    sort(&mut opened);
    for form in &opened {
        out.object(&FormLine::of(form));
    }
    for failure in &failed {
        out.object(failure);
    }
    for line in describe(&opened, &failed, out.lang) {
        out.say(line);
    }
    if failed.is_empty() && opened.iter().all(OpenedForm::declared_rightly) { Exit::Done } else { Exit::No }
}

fn open_lines(key: &OpeningKey, file: &str, text: &str, opened: &mut Vec<OpenedForm>, failed: &mut Vec<Failed>) {
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match SealedForm::parse(line).and_then(|form| form.open(key)) {
            Ok(form) => opened.push(form),
            Err(error) => failed.push(Failed { file: file.to_owned(), line: at + 1, error: error.to_string() }),
        }
    }
}

/// Those who may not enter first, then by date, unit and name.
fn sort(opened: &mut [OpenedForm]) {
    opened.sort_by(|a, b| {
        let key = |form: &OpenedForm| (!form.may_not_enter(), form.for_date);
        key(a)
            .cmp(&key(b))
            .then_with(|| (a.answers.unit(), a.answers.name()).cmp(&(b.answers.unit(), b.answers.name())))
    });
}

/// A form as JSON.
#[derive(Serialize)]
struct FormLine<'a> {
    record: String,
    person: &'a str,
    name: &'a str,
    unit: &'a str,
    phone: Option<&'a str>,
    for_date: chrono::NaiveDate,
    form: &'a str,
    form_version: u32,
    answers: &'a std::collections::BTreeMap<String, bool>,
    declared: EntryVerdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    scored: Option<form::Scored>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_scored: Option<String>,
    declared_rightly: bool,
}

impl<'a> FormLine<'a> {
    fn of(opened: &'a OpenedForm) -> Self {
        Self {
            record: opened.record.to_string(),
            person: opened.person.as_str(),
            name: opened.answers.name(),
            unit: opened.answers.unit(),
            phone: opened.answers.phone(),
            for_date: opened.for_date,
            form: &opened.form,
            form_version: opened.form_version,
            answers: opened.answers.answers(),
            declared: opened.declared,
            scored: opened.scored.as_ref().ok().copied(),
            not_scored: opened.scored.as_ref().err().map(ToString::to_string),
            declared_rightly: opened.declared_rightly(),
        }
    }
}

fn describe(opened: &[OpenedForm], failed: &[Failed], lang: Lang) -> Vec<String> {
    let barred = opened.iter().filter(|form| form.may_not_enter()).count();
    let mismatched = opened.iter().filter(|form| !form.declared_rightly()).count();
    let mut lines = vec![match lang {
        Lang::Id => format!(
            "Formulir dibuka: {}; tidak boleh masuk: {barred}; pernyataan tidak cocok: {mismatched}; tidak dapat dibuka: {}",
            opened.len(),
            failed.len()
        ),
        Lang::En => format!(
            "Forms opened: {}; may not enter: {barred}; declared wrongly: {mismatched}; could not be opened: {}",
            opened.len(),
            failed.len()
        ),
    }];
    let mut title: Option<bool> = None;
    for form in opened {
        if title != Some(form.may_not_enter()) {
            title = Some(form.may_not_enter());
            lines.push(String::new());
            lines.push(verdict(form.may_not_enter(), lang).to_uppercase());
        }
        lines.extend(describe_form(form, lang));
    }
    for Failed { file, line, error } in failed {
        lines.push(match lang {
            Lang::Id => format!("Tidak dapat dibuka: {file} baris {line}: {error}"),
            Lang::En => format!("Could not be opened: {file} line {line}: {error}"),
        });
    }
    lines
}

fn verdict(barred: bool, lang: Lang) -> &'static str {
    if barred {
        lang.pick("Tidak boleh masuk, menunggu pemeriksaan", "May not enter, to be examined")
    } else {
        lang.pick("Boleh masuk kantor", "May enter")
    }
}

fn risk(risk: Risk, lang: Lang) -> &'static str {
    match risk {
        Risk::Small => lang.pick("risiko kecil", "small risk"),
        Risk::Medium => lang.pick("risiko sedang", "medium risk"),
        Risk::Large => lang.pick("risiko besar", "large risk"),
    }
}

fn describe_form(form: &OpenedForm, lang: Lang) -> Vec<String> {
    let (answers, date) = (&form.answers, form.for_date);
    let phone = answers.phone().unwrap_or(lang.pick("tanpa nomor telepon", "no phone number"));
    let mut lines = vec![format!("  {} · {} · {phone} · {}", answers.name(), answers.unit(), form.person)];
    lines.push(match (&form.scored, lang) {
        (Ok(scored), Lang::Id) => format!("    untuk {date}: skor {}, {}", scored.score, risk(scored.risk, lang)),
        (Ok(scored), Lang::En) => format!("    for {date}: score {}, {}", scored.score, risk(scored.risk, lang)),
        (Err(why), Lang::Id) => format!("    untuk {date}: tidak dapat dinilai: {why}"),
        (Err(why), Lang::En) => format!("    for {date}: can't be scored: {why}"),
    });
    if form.scored.is_ok() && !form.declared_rightly() {
        let declared = verdict(form.declared == EntryVerdict::MayNotEnter, lang);
        lines.push(match lang {
            Lang::Id => format!("    TIDAK COCOK: HP menyatakan \"{declared}\"; laporkan kepada administrator"),
            Lang::En => format!("    MISMATCH: the phone declared \"{declared}\"; report it to the administrator"),
        });
    }
    let definition = form::definition(&form.form, form.form_version);
    for (id, _) in answers.answers().iter().filter(|(_, yes)| **yes) {
        let question = definition.and_then(|form| form.question(id)).map_or("", |question| question.text.in_lang(lang));
        lines.push(format!("    {id}. {question} {}", lang.pick("Ya", "Yes")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors() -> serde_json::Value {
        serde_json::from_str(include_str!("../../tests/vectors/vectors.json")).unwrap()
    }

    /// The sealed form of the byte vectors as a line of an export, and a key that opens it.
    fn vector_line() -> (String, OpeningKey) {
        let all = vectors();
        let secret: hadir_core::model::B64<32> = all["keys"]["health_1"]["private"].as_str().unwrap().parse().unwrap();
        let binding = all["sealed"]["binding"].as_str().unwrap();
        let line = serde_json::json!({
            "v": 1,
            "record": all["signed"]["record_health_form"]["compact"],
            "key": all["keys"]["installation"]["public"],
            "person": binding.lines().nth(3).unwrap(),
        });
        (line.to_string(), OpeningKey::from_bytes(&secret.0))
    }

    #[test]
    fn the_form_of_the_vectors_opens_and_says_who_may_not_enter_and_why() {
        let (line, key) = vector_line();
        let (mut opened, mut failed) = (Vec::new(), Vec::new());
        open_lines(&key, "forms", &format!("{line}\n\nnonsense\n"), &mut opened, &mut failed);
        assert_eq!((opened.len(), failed.len(), failed[0].line), (1, 1, 3));
        let words = describe(&opened, &failed, Lang::Id).join("\n");
        for expected in
            ["TIDAK BOLEH MASUK", "Andi Tenri", "081234567890", "skor 6, risiko besar", "demam/batuk", "baris 3"]
        {
            assert!(words.contains(expected), "{expected}: {words}");
        }
        let json = serde_json::to_value(FormLine::of(&opened[0])).unwrap();
        assert_eq!((&json["declared_rightly"], &json["scored"]["score"]), (&true.into(), &6.into()));
    }

    #[test]
    fn a_made_key_comes_back_and_its_public_half_can_be_certified() {
        let dir = tempfile::tempdir().unwrap();
        let out = Out { lang: Lang::En, json: false };
        let args = KeygenArgs { out: dir.path().join("office.jwk") };
        assert_eq!(keygen(&args, out), Exit::Done);
        let key = keyfile::read_opening(ROLE, &secret_file::read(&args.out).unwrap()).unwrap();
        let public = fs::read_to_string(dir.path().join("office.jwk.pub")).unwrap();
        assert_eq!(keyfile::read_public(ROLE, &public).unwrap().x, key.public().x());
        assert_eq!(keygen(&args, out), Exit::Store, "a key is never overwritten");
    }
}
