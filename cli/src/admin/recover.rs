//! `hadir admin recover`: records of phones that lost their keys. Three steps on two machines, so that the recovery key
//! never touches the server and the server's data never touches the machine with the key.

use std::{fs, path::Path};

use base64ct::{Base64UrlUnpadded, Encoding};
use hadir_core::{
    journal::{RecoveryError, RecoveryWrap, recover_records},
    seal::wrap::OpeningKey,
    text::{Lang, many},
    trust::keyfile::{self, Role},
    wire::{KeyUse, OldStoreLine, RecoveredLine, RecoveredObject, VERSION},
};
use hadir_server::admin::{AdminError, OldStoreSeen};
use serde::{Serialize, de::DeserializeOwned};

use super::{Failure, Office, args::RecoverCommand, file, people::instant};
use crate::{
    out::{Exit, Out},
    secret_file,
};

pub(super) fn run(command: &RecoverCommand, out: Out) -> Result<Exit, Failure> {
    match command {
        RecoverCommand::List { data } => list(&Office::open(data)?, out),
        RecoverCommand::Export { data, all, file } => export(&Office::open(data)?, *all, file, out),
        RecoverCommand::Open { key, exported, out: to } => open(key, exported, to, out),
        RecoverCommand::Import { data, file } => import(&Office::open(data)?, file, out),
    }
}

fn list(office: &Office, out: Out) -> Result<Exit, Failure> {
    let stores = office.admin().old_stores()?;
    for seen in &stores {
        out.object(&serde_json::json!({
            "install": seen.install, "person": seen.person, "store": seen.store, "of": seen.of, "key": seen.kid,
            "complete": seen.complete, "coming": seen.coming, "bytes": seen.bytes, "complete_ms": seen.complete_ms,
            "recovered_ms": seen.recovered_ms, "waits": seen.waits(),
        }));
        out.say(describe(seen, out.lang));
    }
    if stores.is_empty() {
        out.tell("Tidak ada penyimpanan lama.", "There is no old store.");
    }
    Ok(Exit::Done)
}

fn describe(seen: &OldStoreSeen, lang: Lang) -> String {
    let kib = seen.bytes.div_ceil(1_024);
    let state = match (seen.recovered_ms, seen.waits(), lang) {
        (_, true, Lang::Id) => "menunggu pemegang kunci pemulihan".to_owned(),
        (_, true, Lang::En) => "waits for the holder of the recovery key".to_owned(),
        (Some(at_ms), false, Lang::Id) => format!("dipulihkan {}", instant(at_ms)),
        (Some(at_ms), false, Lang::En) => format!("recovered {}", instant(at_ms)),
        (None, false, _) => lang.pick("sedang dikirim", "on its way").to_owned(),
    };
    let key = seen.kid.map_or_else(|| "–".to_owned(), |kid| kid.to_string());
    match lang {
        Lang::Id => format!(
            "{} {}: {} berkas lengkap, {} sedang dikirim, {kib} KiB; kunci {key}; {state}",
            seen.person, seen.store, seen.complete, seen.coming
        ),
        Lang::En => format!(
            "{} {}: {} complete, {} on the way, {kib} KiB; key {key}; {state}",
            seen.person,
            seen.store,
            many(seen.complete, "file"),
            seen.coming
        ),
    }
}

fn export(office: &Office, all: bool, path: &Path, out: Out) -> Result<Exit, Failure> {
    let lines = office.admin().export_old(all)?;
    write_lines(path, &lines)?;
    out.object(&serde_json::json!({ "stores": lines.len(), "file": path }));
    out.tell(
        format!("{} penyimpanan lama di {}; hanya kunci pemulihan yang dapat membukanya.", lines.len(), path.display()),
        format!("{} old stores in {}; only the recovery key can open them.", lines.len(), path.display()),
    );
    Ok(Exit::Done)
}

/// Why an old store did not open.
#[derive(Debug)]
enum NotOpened {
    NoWrap,
    Bytes(String),
    Recovery(RecoveryError),
}

impl NotOpened {
    fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NoWrap, Lang::Id) => "kunci terbungkusnya tidak ikut terkirim".to_owned(),
            (Self::NoWrap, Lang::En) => "its wrapped key was not sent".to_owned(),
            (Self::Bytes(name), Lang::Id) => format!("berkas {name} bukan base64url"),
            (Self::Bytes(name), Lang::En) => format!("the file {name} is not base64url"),
            (Self::Recovery(RecoveryError::OtherKey { wanted, .. }), Lang::Id) => {
                format!("dibungkus untuk kunci pemulihan lain: {wanted}")
            }
            (Self::Recovery(error), _) => error.to_string(),
        }
    }
}

fn open_store(line: &OldStoreLine, key: &OpeningKey) -> Result<RecoveredLine, NotOpened> {
    let (mut wraps, mut segments) = (Vec::new(), Vec::new());
    for file in &line.files {
        let bytes = Base64UrlUnpadded::decode_vec(&file.bytes).map_err(|_| NotOpened::Bytes(file.name.clone()))?;
        match file.name.parse() {
            Ok(number) => segments.push((number, bytes)),
            Err(_) => wraps.push(RecoveryWrap::parse(&bytes).map_err(NotOpened::Recovery)?),
        }
    }
    // Of a store that was wrapped more than once, the one for the key at hand.
    let wrap = wraps.iter().find(|wrap| wrap.kid == key.kid()).or(wraps.first()).ok_or(NotOpened::NoWrap)?;
    let found = recover_records(wrap, key, &segments).map_err(NotOpened::Recovery)?;
    let records = found.records.into_iter();
    Ok(RecoveredLine {
        v: VERSION,
        install: line.install,
        store: line.store,
        records: records.map(|one| RecoveredObject { segment: one.segment, record: one.compact }).collect(),
        gaps: found.gaps as u64,
        unread: found.unread,
    })
}

fn open(key: &Path, exported: &Path, to: &Path, out: Out) -> Result<Exit, Failure> {
    let text = secret_file::read(key)?;
    let key = keyfile::read_opening(Role::Use(KeyUse::Recovery), &text)
        .map_err(|error| Failure::Key(key.display().to_string(), error))?;
    let lines: Vec<OldStoreLine> = read_lines(exported)?;
    let (mut opened, mut failed) = (Vec::new(), 0);
    for line in &lines {
        match open_store(line, &key) {
            Ok(found) => {
                let (records, gaps, unread) = (found.records.len(), found.gaps, found.unread.len());
                out.object(
                    &serde_json::json!({ "store": line.store, "records": records, "gaps": gaps, "unread": unread }),
                );
                out.tell(
                    format!("{}: {records} catatan, {gaps} bagian rusak, {unread} segmen tidak terbaca", line.store),
                    format!(
                        "{}: {}, {}, {} not read",
                        line.store,
                        many(records, "record"),
                        many(gaps, "damaged place"),
                        many(unread, "segment")
                    ),
                );
                opened.push(found);
            }
            Err(why) => {
                failed += 1;
                let why = why.words(out.lang);
                out.object(&serde_json::json!({ "store": line.store, "error": why }));
                out.tell(
                    format!("{}: tidak dapat dibuka: {why}", line.store),
                    format!("{}: could not be opened: {why}", line.store),
                );
            }
        }
    }
    write_lines(to, &opened)?;
    out.tell(
        format!("Catatan di {}; bawa ke server: hadir admin recover import --data DIR {0}", to.display()),
        format!(
            "The records are in {}; take it to the server: hadir admin recover import --data DIR {0}",
            to.display()
        ),
    );
    Ok(if failed == 0 { Exit::Done } else { Exit::No })
}

fn import(office: &Office, path: &Path, out: Out) -> Result<Exit, Failure> {
    let lines: Vec<RecoveredLine> = read_lines(path)?;
    let mut refused = 0;
    for line in &lines {
        let done = match office.admin().import_old(line) {
            Ok(done) => done,
            Err(error @ AdminError::UnknownOldStore { .. }) => {
                refused += 1;
                out.complain(&error.to_string());
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let one = &done.recovery;
        refused += one.refused;
        let people: Vec<&str> = done.people.iter().map(|person| person.as_str()).collect();
        out.object(&serde_json::json!({
            "store": one.store, "people": people, "stored": one.stored, "repeated": one.repeated,
            "conflicts": one.conflicts, "refused": one.refused, "gaps": one.gaps,
        }));
        let people = people.join(", ");
        out.tell(
            format!(
                "{} ({people}): {} catatan kembali, {} sudah ada, {} bertentangan, {} ditolak, {} bagian rusak",
                one.store, one.stored, one.repeated, one.conflicts, one.refused, one.gaps
            ),
            format!(
                "{} ({people}): {} brought back, {} here before, {} contradicting, {} refused, {}",
                one.store,
                many(one.stored, "record"),
                one.repeated,
                one.conflicts,
                one.refused,
                many(one.gaps, "damaged place")
            ),
        );
    }
    Ok(if refused == 0 { Exit::Done } else { Exit::No })
}

fn write_lines(path: &Path, lines: &[impl Serialize]) -> Result<(), Failure> {
    let mut text = String::new();
    for line in lines {
        let line = serde_json::to_string(line)
            .map_err(|error| Failure::File(path.display().to_string(), std::io::Error::other(error.to_string())))?;
        text.push_str(&line);
        text.push('\n');
    }
    // Positions are in what was opened, and whose phones these are in what is exported.
    Ok(secret_file::write_new(path, &text)?)
}

fn read_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Failure> {
    let text = fs::read_to_string(path).map_err(file(path))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|error| {
                Failure::Usage(format!("{}, line {}: not what `recover` writes: {error}", path.display(), at + 1))
            })
        })
        .collect()
}
