//! People: invites, facts, recalls, the roster, phones, rulings, logins; and the health office's file.

use std::{fmt::Write as _, fs};

use chrono::{DateTime, Days, NaiveDate};
use hadir_core::{
    judge::{ExcuseKind, Ruling},
    model::PersonId,
    policy::Side,
    roster::{Fact, FactKind, LeaveKind},
    schedule::{DayTime, WindowId},
    text::{self, many},
};
use hadir_server::{
    admin::CreatedInvite,
    assignment::placements,
    board::session::{LINK_LIFE_MS, LinkUse},
    datadir::DataDir,
    policies::PolicyBook,
    store::{Role, StoreExt},
};
use qrcode::{QrCode, render::unicode::Dense1x2};

use super::{
    Failure, Office,
    args::{FactArg, FactArgs, HealthExportArgs, InviteArgs, LoginArgs, RecallArgs, RevokeArgs, RosterArgs, RuleArgs},
    file, server_tls,
};
use crate::{
    out::{Exit, Out},
    secret_file,
};

const DAY_MS: i64 = 86_400_000;

pub(super) fn invite(args: &InviteArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    if let Some(name) = &args.revoke {
        let invite = office.admin().revoke_invite(name)?;
        out.object(&serde_json::json!({ "revoked": invite.code.short() }));
        out.tell(format!("Dicabut: {}", invite.code.short()), format!("Revoked: {}", invite.code.short()));
        return Ok(Exit::Done);
    }
    let tls = server_tls::read(args)?;
    if args.address {
        return server_tls::show_address(&office.admin().server_address(&tls)?, out);
    }
    if args.people.is_empty() && !args.all {
        return list_invites(&office, out);
    }
    let people = if args.all { without_phone(&office)? } else { args.people.clone() };
    let life_ms = Some(i64::from(args.days) * DAY_MS);
    let invites = if args.code {
        let codes = DataDir::open(&args.data.data)?.keys()?.typed_codes();
        office.admin().create_typed_invites(&people, life_ms, &tls, &codes)?
    } else {
        office.admin().create_invites(&people, life_ms, &tls)?
    };
    if let Some(path) = &args.csv {
        let mut text = String::from(if args.code { "person,link,code\n" } else { "person,link\n" });
        for invite in &invites {
            let code = invite.typed.map(|code| format!(",{code}")).unwrap_or_default();
            // Writing to a String can't fail.
            let _ = writeln!(text, "{},{}{code}", invite.person, invite.link);
        }
        secret_file::write_new(path, &text)?;
        out.object(&serde_json::json!({ "invites": invites.len(), "file": path }));
        out.tell(
            format!(
                "{} undangan di {}; setiap tautan adalah kunci, bagikan ke orangnya saja.",
                invites.len(),
                path.display()
            ),
            format!(
                "{} in {}; each link is a key, hand it to its person alone.",
                many(invites.len(), "invite"),
                path.display()
            ),
        );
    } else {
        for invite in &invites {
            show_invite(invite, args.days, out);
        }
    }
    Ok(Exit::Done)
}

fn without_phone(office: &Office) -> Result<Vec<PersonId>, Failure> {
    Ok(office.store.query(|store| {
        let phones = store.installations(None)?;
        let has = |id: &PersonId| phones.iter().any(|phone| phone.person == *id && phone.revoked.is_none());
        Ok(store
            .staff()?
            .into_iter()
            .filter(|person| person.active && !has(&person.id))
            .map(|person| person.id)
            .collect())
    })?)
}

fn show_invite(invite: &CreatedInvite, days: u32, out: Out) {
    let mut object = serde_json::json!({ "name": invite.short, "person": invite.person, "link": invite.link });
    if let Some(code) = &invite.typed {
        object["code"] = code.to_string().into();
    }
    out.object(&object);
    if let Ok(code) = QrCode::new(invite.link.as_bytes()) {
        out.say(code.render::<Dense1x2>().quiet_zone(true).build());
    }
    out.tell(
        format!("{} untuk {}, sekali pakai, {days} hari:\n{}\n", invite.short, invite.person, invite.link),
        format!("{} for {}, single use, {}:\n{}\n", invite.short, invite.person, many(days, "day"), invite.link),
    );
    if let Some(code) = &invite.typed {
        let server = &invite.invite.server;
        out.tell(
            format!("Kode aktivasi: {code}\nAlamat server: {server}\n"),
            format!("Code to type: {code}\nServer's address: {server}\n"),
        );
    }
}

fn list_invites(office: &Office, out: Out) -> Result<Exit, Failure> {
    for invite in office.store.query(|store| store.invites())? {
        let state = match (&invite.used, invite.revoked_ms) {
            (Some(_), _) => out.lang.pick("terpakai", "used"),
            (None, Some(_)) => out.lang.pick("dicabut", "revoked"),
            (None, None) if invite.exp_ms <= office.now_ms => out.lang.pick("kedaluwarsa", "expired"),
            (None, None) => out.lang.pick("terbuka", "open"),
        };
        out.object(&serde_json::json!({ "name": invite.code.short(), "person": invite.person, "state": state }));
        out.say(format!("{} {:<12} {}", invite.code.short(), state, invite.person));
    }
    Ok(Exit::Done)
}

pub(super) fn fact(args: &FactArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    if let Some(no) = args.cancel {
        office.admin().cancel_fact(no)?;
        out.object(&serde_json::json!({ "cancelled": no }));
        out.tell(format!("Dibatalkan: {no}"), format!("Cancelled: {no}"));
        return Ok(Exit::Done);
    }
    let from = match args.from {
        Some(date) => date,
        None => today(&office)?,
    };
    let until = args.until.unwrap_or(from);
    let Some((kind, person)) = args.kind.zip(args.person.clone()) else {
        return list_facts(&office, from, until, out);
    };
    let note = args.note.trim();
    let windows = args.windows.iter().map(String::as_str).map(window).collect::<Result<_, _>>()?;
    let fact = Fact {
        windows,
        reference: (!note.is_empty()).then(|| note.to_owned()),
        ..Fact::days(person, from, until, fact_kind(kind, args.shift.as_deref())?)
    };
    let no = office.admin().add_fact(&fact)?;
    out.object(&serde_json::json!({ "no": no }));
    out.tell(format!("Dicatat, nomor {no}."), format!("Noted, number {no}."));
    Ok(Exit::Done)
}

fn list_facts(office: &Office, from: NaiveDate, until: NaiveDate, out: Out) -> Result<Exit, Failure> {
    for fact in office.admin().facts(from, until)? {
        let cancelled = if fact.cancelled.is_some() { out.lang.pick(" (dibatalkan)", " (cancelled)") } else { "" };
        let what = &fact.new.fact;
        out.object(&serde_json::json!({
            "no": fact.no, "fact": what, "by": fact.new.by, "cancelled": fact.cancelled.is_some(),
        }));
        let words = text::roster::fact(&what.kind, out.lang);
        let part: String = what.windows.iter().map(|window| format!(", {window}")).collect();
        let note = what.reference.as_ref().map(|note| format!(" – {note}")).unwrap_or_default();
        out.say(format!("{:>5} {} {}..{}{part} {words}{note}{cancelled}", fact.no, what.person, what.from, what.until));
    }
    Ok(Exit::Done)
}

fn fact_kind(arg: FactArg, shift: Option<&str>) -> Result<FactKind, Failure> {
    if shift.is_some() && arg != FactArg::Shift {
        return Err(Failure::Usage("--shift goes with `fact shift` only".into()));
    }
    Ok(match arg {
        FactArg::Shift => FactKind::Shift(shift.unwrap_or_default().to_owned()),
        FactArg::Off => FactKind::Off,
        FactArg::Leave => FactKind::Leave(LeaveKind::Annual),
        FactArg::LongLeave => FactKind::Leave(LeaveKind::Long),
        FactArg::Maternity => FactKind::Leave(LeaveKind::Maternity),
        FactArg::ImportantReason => FactKind::Leave(LeaveKind::ImportantReason),
        FactArg::Unpaid => FactKind::Leave(LeaveKind::Unpaid),
        FactArg::Study => FactKind::Leave(LeaveKind::Study),
        FactArg::Training => FactKind::Leave(LeaveKind::Training),
        FactArg::Sick => FactKind::Sick,
        FactArg::DutyTrip => FactKind::DutyTrip,
        FactArg::Piket => FactKind::Piket,
        FactArg::Isolation => FactKind::Isolation,
        FactArg::Permit => FactKind::MayLeaveRegion,
        FactArg::Home => FactKind::HeadsList(Side::Home),
        FactArg::Office => FactKind::HeadsList(Side::Office),
    })
}

/// Reads a window as people write it, `08:00`, `08.00` or `07:00+1`, or by its id, `w0800`.
fn window(text: &str) -> Result<WindowId, Failure> {
    if let Ok(time) = DayTime::parse(text) {
        return Ok(WindowId::of_time(time));
    }
    WindowId::new(text)
        .map_err(|_| Failure::Usage(format!("{text:?} is no window; write its time, such as 08:00 or 07:00+1")))
}

/// Today in the office's zone, by the newest policy.
fn today(office: &Office) -> Result<NaiveDate, Failure> {
    let book = office.store.query(|store| PolicyBook::load(store))?;
    book.duty_date(office.now_ms).ok_or_else(|| {
        Failure::Usage("no policy is published yet, so the office's zone is not known; give the date".into())
    })
}

pub(super) fn recall(args: &RecallArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    let date = match args.date {
        Some(date) => date,
        None => today(&office)?,
    };
    let no = office.admin().recall(&args.person, date, &args.note)?;
    out.object(&serde_json::json!({ "no": no, "date": date }));
    out.tell(
        format!("{} dipanggil ke kantor pada {date}; HP-nya memberi tahu pada pengiriman berikutnya.", args.person),
        format!("{} is called back on {date}; the phone tells at its next sync.", args.person),
    );
    Ok(Exit::Done)
}

pub(super) fn revoke(args: &RevokeArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    let Some((install, reason)) = args.install.zip(args.reason.as_deref()) else {
        for phone in office.store.query(|store| store.installations(None))? {
            let state = if phone.revoked.is_some() { out.lang.pick("dicabut", "revoked") } else { "" };
            out.object(&serde_json::json!({
                "install": phone.id, "person": phone.person, "app": phone.app, "seen_ms": phone.seen_ms, "revoked": phone.revoked.is_some(),
            }));
            out.say(format!("{} {:<30} {:<20} {state}", phone.id, phone.person, phone.app));
        }
        return Ok(Exit::Done);
    };
    let phone = office.admin().revoke(&install, reason)?;
    out.object(&serde_json::json!({ "revoked": phone.id, "person": phone.person }));
    out.tell(
        format!("HP {} milik {} dicabut; catatan sesudah ini disimpan, tidak dihitung.", phone.id, phone.person),
        format!("The phone {} of {} is revoked; later records are kept and don't count.", phone.id, phone.person),
    );
    Ok(Exit::Done)
}

pub(super) fn rule(args: &RuleArgs, out: Out) -> Result<Exit, Failure> {
    let ruling = read_ruling(&args.ruling)?;
    let office = Office::open(&args.data)?;
    let window = args.window.as_deref().map(window).transpose()?;
    let window = window.as_ref().map(WindowId::as_str);
    let no = office.admin().rule(&args.person, args.date, window, ruling, &args.reason)?;
    out.object(&serde_json::json!({ "no": no }));
    out.tell(format!("Koreksi {no} dicatat oleh {}.", office.by), format!("Correction {no}, noted by {}.", office.by));
    Ok(Exit::Done)
}

/// Reads a ruling as people write it.
pub(super) fn read_ruling(text: &str) -> Result<Ruling, Failure> {
    ruling_of(text).ok_or_else(|| {
        Failure::Usage(format!(
            "{text:?} is no ruling; choose on-time, late:MINUTES, missed, checked, as-computed, or excused:leave|sick|duty-trip|permission|technical",
        ))
    })
}

fn ruling_of(text: &str) -> Option<Ruling> {
    let (word, rest) = text.split_once(':').map_or((text, None), |(word, rest)| (word, Some(rest)));
    Some(match (word, rest) {
        ("on-time", None) => Ruling::OnTime,
        ("missed", None) => Ruling::Missed,
        ("checked", None) => Ruling::Checked,
        ("as-computed", None) => Ruling::AsComputed,
        ("late", Some(minutes)) => Ruling::Late { minutes: minutes.parse().ok()? },
        ("excused", Some(kind)) => Ruling::Excused(match kind {
            "leave" => ExcuseKind::Leave,
            "sick" => ExcuseKind::Sick,
            "duty-trip" => ExcuseKind::DutyTrip,
            "permission" => ExcuseKind::Permission,
            "technical" => ExcuseKind::Technical,
            _ => return None,
        }),
        _ => return None,
    })
}

pub(super) fn login(args: &LoginArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    let Some(name) = &args.name else {
        for login in office.store.query(|store| store.logins())? {
            let unit = login.unit.as_ref().map_or("*", |unit| unit.as_str());
            let state = if login.disabled_ms.is_some() { out.lang.pick("ditutup", "closed") } else { "" };
            out.object(&serde_json::json!({ "name": login.name.as_str(), "role": login.role.as_str(), "unit": unit, "closed": login.disabled_ms.is_some() }));
            out.say(format!("{:<20} {:<12} {unit:<20} {state}", login.name, login.role));
        }
        return Ok(Exit::Done);
    };
    let admin = office.admin();
    if args.close {
        admin.close_login(name)?;
        out.object(&serde_json::json!({ "closed": name.as_str() }));
        out.tell(format!("{name} ditutup."), format!("{name} is closed."));
        return Ok(Exit::Done);
    }
    if args.link {
        let path = admin.login_link(name, LinkUse::Once, LINK_LIFE_MS)?;
        let server = office.store.query(|store| store.agency())?.map(|agency| agency.server).unwrap_or_default();
        out.object(&serde_json::json!({ "link": format!("{server}{path}") }));
        out.say(format!("{server}{path}"));
        return Ok(Exit::Done);
    }
    let made = if args.reset {
        admin.reset_password(name)?
    } else {
        let role = args.role.as_deref().unwrap_or_default();
        let known = || Role::ALL.map(Role::as_str).join(", ");
        let role = Role::from_name(role)
            .ok_or_else(|| Failure::Usage(format!("--role must be one of {}, not {role:?}", known())))?;
        admin.add_login(name, role, args.unit.as_ref())?
    };
    out.object(&serde_json::json!({ "name": name.as_str(), "password": made.password }));
    out.tell(
        format!("Masuk sebagai {name}, kata sandi (tidak akan ditampilkan lagi): {}", made.password),
        format!("Sign in as {name}, password (not shown again): {}", made.password),
    );
    Ok(Exit::Done)
}

pub(super) fn health_export(args: &HealthExportArgs, out: Out) -> Result<Exit, Failure> {
    let lines = Office::open(&args.data)?.admin().export_health(args.from, args.until.unwrap_or(args.from))?;
    let mut text = String::new();
    for line in &lines {
        text.push_str(&serde_json::to_string(line).map_err(|error| {
            Failure::File(args.file.display().to_string(), std::io::Error::other(error.to_string()))
        })?);
        text.push('\n');
    }
    secret_file::write_new(&args.file, &text)?;
    out.object(&serde_json::json!({ "forms": lines.len(), "file": args.file }));
    out.tell(
        format!(
            "{} formulir tersegel di {}; hanya Dinas Kesehatan yang dapat membukanya.",
            lines.len(),
            args.file.display()
        ),
        format!("{} sealed forms in {}; only the health office can open them.", lines.len(), args.file.display()),
    );
    Ok(Exit::Done)
}

pub(super) fn roster(args: &RosterArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    let from = match args.from {
        Some(date) => date,
        None => today(&office)?,
    };
    if let Some(path) = &args.import {
        return import_roster(&office, path, args.anyway, out);
    }
    let until = from.checked_add_days(Days::new(u64::from(args.days) - 1)).unwrap_or(from);
    let placed = office.store.query(|store| placements(store, &PolicyBook::load(store)?, None, from, until))?;
    for placement in &placed {
        out.object(placement);
        let why = text::roster::reason(&placement.why, out.lang);
        out.say(format!(
            "{} {:<30} {:<16} {why}",
            placement.date,
            placement.person,
            text::policy::mode(placement.mode, out.lang)
        ));
    }
    if placed.is_empty() {
        out.tell("Tidak ada aturan yang berlaku pada tanggal itu.", "No policy is in force on these dates.");
    }
    Ok(Exit::Done)
}

fn import_roster(office: &Office, path: &std::path::Path, anyway: bool, out: Out) -> Result<Exit, Failure> {
    let text = fs::read(path).map_err(file(path))?;
    let list = hadir_server::admin::read_roster(&text)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let checked = office.admin().import_roster(&list, anyway)?;
    for violation in &checked.violations {
        out.object(violation);
        out.say(format!("- {}", text::roster::violation(violation, out.lang)));
    }
    if checked.imported == 0 {
        out.tell(
            "Tidak ada yang diimpor; perbaiki daftarnya, atau tetap impor dengan --anyway.",
            "Nothing was imported; mend the list, or import it all the same with --anyway.",
        );
        return Ok(Exit::No);
    }
    out.tell(format!("{} baris diimpor.", checked.imported), format!("{} lines imported.", checked.imported));
    Ok(Exit::Done)
}

/// An instant for people, in UTC, to the second.
pub(super) fn instant(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms).map_or_else(|| ms.to_string(), |at| at.format("%Y-%m-%d %H:%M:%SZ").to_string())
}
