//! `hadir phone enrol` and `wipe`: the beginning and the end of an installation.

use std::{
    fs,
    io::{self, Write},
    sync::Arc,
};

use hadir_core::{
    adapters::SystemDisk,
    engine::{EngineError, InviteError, InviteState, parse_invite},
    journal::{self, JournalError},
    ports::Cancel,
    text::{self, Lang},
    wire::TypedCode,
};
use serde_json::json;

use super::{
    args::{InviteArgs, PlaceArgs},
    deliver::{self, patiently},
    failure::Failure,
    handset::{self, Handset, key_file, store_dir},
    words::plural,
};
use crate::out::{Exit, Out};

/// The longest first sync; what it does not bring, the next one does.
const FIRST_SYNC_S: u64 = 30;

/// Enrols the phone and says whose it is now.
pub(super) fn enrol(place: &PlaceArgs, args: &InviteArgs, out: Out) -> Result<Exit, Failure> {
    check(args)?;
    let handset = Handset::make(place)?;
    let link = link(&handset, args, out)?;
    let lost = handset.engine.has_lost_its_keys();
    patiently(out, out.lang.pick("Mendaftarkan", "Enrolling"), || handset.engine.enrol(&link, &Cancel::default()))?;
    // The first proof of time, so that even a tap without a network has one before it. Nobody has to care if it fails.
    let _ = deliver::run(&handset, FIRST_SYNC_S, out);
    let today = handset.engine.today()?;
    let install = handset.engine.diagnostics().install.map(|install| install.to_string()).unwrap_or_default();
    out.object(&json!({
        "did": "enrol", "person": today.person, "agency": today.agency, "install": install,
        "rule": today.rule.as_ref().map(|rule| &rule.title),
    }));
    let (name, unit) = (&today.person.name, &today.person.unit_name);
    out.tell(
        format!("HP ini terdaftar atas nama {name}, {unit}."),
        format!("This phone is enrolled for {name}, {unit}."),
    );
    if let Some(rule) = &today.rule {
        let title = &rule.title;
        out.tell(format!("Surat edaran yang berlaku: {title}"), format!("Rule in force: {title}"));
    }
    out.tell(format!("Nomor HP ini: {install}"), format!("This phone's id: {install}"));
    if lost {
        let recoverable = handset.engine.diagnostics().old.iter().all(|old| old.recoverable);
        if recoverable {
            out.tell(
                "Catatan lama tidak dapat dibaca HP ini; disimpan, dikirim tersegel, dan dipulihkan oleh instansi.",
                "This phone can't read its old records; they are kept, sent up sealed, and recovered by the agency.",
            );
        } else {
            out.tell(
                "Catatan lama tidak dapat dibaca siapa pun tanpa kunci lamanya; disimpan di sini sampai dihapus.",
                "Nobody can read the old records without their old key; they are kept here until they are wiped.",
            );
        }
    }
    Ok(Exit::Done)
}

/// Shows whose invite it is.
pub(super) fn look(place: &PlaceArgs, args: &InviteArgs, out: Out) -> Result<Exit, Failure> {
    check(args)?;
    let handset = Handset::make(place)?;
    let link = link(&handset, args, out)?;
    let what = out.lang.pick("Menanyakan undangan", "Asking about the invite");
    let seen = patiently(out, what, || handset.engine.look_at_invite(&link, &Cancel::default()))?;
    out.object(&json!({ "did": "look", "invite": seen }));
    let (agency, state) = (&seen.agency_name, text::engine::invite_state(seen.state, out.lang));
    match &seen.whose {
        Some(whose) => out.say(format!("{}, {} – {agency}", whose.person_name, whose.unit_name)),
        None => out.say(agency),
    }
    out.say(state);
    Ok(if seen.state == InviteState::Open { Exit::Done } else { Exit::No })
}

/// What can't be an invite makes no phone's directory.
fn check(args: &InviteArgs) -> Result<(), Failure> {
    match args.server {
        None => parse_invite(&args.link.concat()).map(|_| ()).map_err(EngineError::from)?,
        Some(_) => {
            let code = args.link.concat().parse::<TypedCode>();
            code.map_err(|_| EngineError::from(InviteError::BadCode))?;
        }
    }
    Ok(())
}

/// The link of an invite, fetched by its code if there is one.
fn link(handset: &Handset, args: &InviteArgs, out: Out) -> Result<String, Failure> {
    let text = args.link.concat();
    let Some(server) = &args.server else { return Ok(text) };
    let what = out.lang.pick("Mengambil undangan", "Fetching the invite");
    Ok(patiently(out, what, || handset.engine.invite_by_code(server, &text, &Cancel::default()))?)
}

/// Takes a new address of the server, and says where it is now.
pub(super) fn reconnect(place: &PlaceArgs, link: &[String], out: Out) -> Result<Exit, Failure> {
    let link = link.concat();
    hadir_core::engine::parse_address(&link).map_err(EngineError::from)?;
    let handset = Handset::enrolled(place)?;
    let what = out.lang.pick("Menghubungi server", "Asking the server");
    patiently(out, what, || handset.engine.reconnect(&link, &Cancel::default()))?;
    let server = handset.engine.diagnostics().server.unwrap_or_default();
    out.object(&json!({ "did": "reconnect", "server": server }));
    out.tell(format!("Alamat server sekarang: {server}"), format!("The server's address is now: {server}"));
    deliver::sync(&handset, FIRST_SYNC_S, out)
}

/// Removes the store and its key.
pub(super) fn wipe(place: &PlaceArgs, yes: bool, out: Out) -> Result<Exit, Failure> {
    let store = store_dir(&place.dir);
    let there = handset::holds_something(&store);
    if !there && !key_file(&place.dir).exists() {
        return Err(Failure::NoPhone(place.dir.clone()));
    }
    // A store whose key is lost can't be opened and can be removed all the same.
    let opened = match Handset::open(place) {
        Err(Failure::Engine(EngineError::InUse)) => return Err(EngineError::InUse.into()),
        opened => opened.ok(),
    };
    let waiting = opened.as_ref().map(|handset| handset.engine.diagnostics().pending);
    if !yes {
        if out.json {
            return Err(Failure::SayYes);
        }
        if !ask(waiting, out).map_err(|error| Failure::File(place.dir.clone(), error))? {
            out.tell("Tidak ada yang dihapus.", "Nothing was removed.");
            return Ok(Exit::No);
        }
    }
    match opened {
        Some(handset) => handset.engine.wipe()?,
        // A key alone: whatever else lies there is not this phone's.
        None if !there => {}
        None => {
            let disk = SystemDisk::open(&store).map_err(|error| EngineError::from(JournalError::from(error)))?;
            journal::wipe(&*Arc::new(disk)).map_err(EngineError::from)?;
            // No engine is there to have its index removed.
            let index = store.join("index");
            match fs::remove_dir_all(&index) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Failure::File(index, error)),
                _ => {}
            }
        }
    }
    let key = key_file(&place.dir);
    match fs::remove_file(&key) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Failure::File(key, error)),
        _ => {}
    }
    out.object(&json!({ "did": "wipe", "destroyed_pending": waiting }));
    out.tell("Semua sudah dihapus dari HP ini.", "Everything was removed from this phone.");
    Ok(Exit::Done)
}

fn ask(waiting: Option<u64>, out: Out) -> io::Result<bool> {
    let question = match (waiting, out.lang) {
        (Some(0), Lang::Id) => "Semua catatan sudah diterima server.".to_owned(),
        (Some(0), Lang::En) => "The server has every record.".to_owned(),
        (Some(count), Lang::Id) => format!("{count} catatan BELUM diterima server dan akan hilang untuk selamanya."),
        (Some(count), Lang::En) => {
            format!("{count} record{} NOT yet received by the server will be lost for ever.", plural(count))
        }
        (None, Lang::Id) => {
            "Penyimpanan tidak dapat dibuka; catatan yang belum terkirim akan hilang untuk selamanya.".to_owned()
        }
        (None, Lang::En) => "The store can't be opened; what was not sent will be lost for ever.".to_owned(),
    };
    let word = out.lang.pick("hapus", "remove");
    let mut terminal = io::stderr().lock();
    writeln!(terminal, "{question}")?;
    write!(
        terminal,
        "{} ",
        match out.lang {
            Lang::Id => format!("Ketik {word} untuk menghapus:"),
            Lang::En => format!("Type {word} to remove everything:"),
        }
    )?;
    terminal.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case(word))
}
