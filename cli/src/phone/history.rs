//! `hadir phone log`, `why` and `export`: what was recorded, what became of it, and the evidence to take away.

use std::path::Path;

use chrono::NaiveDate;
use hadir_core::{
    engine::{LogEntry, LogFilter},
    judge::DayVerdict,
    model::RecordId,
    text::{
        engine, judge, many, policy,
        proof::text as text_of_proof,
        share,
        time::{DayClock, grade},
    },
};
use serde_json::json;

use super::{deliver::patiently, failure::Failure, handset::Handset, screen, words};
use crate::{
    out::{Exit, Out},
    secret_file,
};

/// Lists the records.
pub(super) fn log(handset: &Handset, from: Option<NaiveDate>, last: Option<usize>, out: Out) -> Result<Exit, Failure> {
    let clock = screen::clock_of(&handset.engine.today()?, out);
    let from_ms = from.map(|date| clock.zone.midnight_ms(date));
    let filter = LogFilter { from_ms, limit: last, ..LogFilter::default() };
    let entries = patiently(out, out.lang.pick("Membaca", "Reading"), || handset.engine.log(&filter))?;
    for entry in &entries {
        out.object(entry);
        out.say(line(entry, &clock));
    }
    if let Some((epoch, seq)) = handset.engine.diagnostics().freed {
        out.tell(
            format!("Catatan sampai {epoch}:{seq} tidak lagi di HP ini: sudah di server dan cadangannya."),
            format!("Records up to {epoch}:{seq} are no longer on this phone: the server and its backup have them."),
        );
    }
    if entries.is_empty() {
        out.tell("Belum ada catatan.", "There is no record yet.");
    }
    Ok(Exit::Done)
}

/// A record in one line.
fn line(entry: &LogEntry, clock: &DayClock) -> String {
    let (at, what) = (clock.second(entry.claimed_ms), engine::log_what(&entry.what, clock.lang));
    let (receipt, proven) = (words::receipt(entry, clock), grade(entry.grade, clock.lang));
    format!("{}:{}  {at} · {what} · {receipt} · {proven} · {}", entry.link.epoch, entry.link.seq, entry.id)
}

/// Explains every window of a day, today's if none is given.
pub(super) fn why_day(handset: &Handset, date: Option<NaiveDate>, out: Out) -> Result<Exit, Failure> {
    let date = match date {
        Some(date) => date,
        None => handset.engine.today()?.date,
    };
    let Some(day) = handset.engine.day(date)? else {
        out.object(&json!({ "date": date, "day": null }));
        out.tell(
            format!("{}: tidak ada aturan yang berlaku, atau penugasan belum diterima", policy::date(date, out.lang)),
            format!("{}: no rule is in force, or no assignment has come", policy::date(date, out.lang)),
        );
        return Ok(Exit::Done);
    };
    out.object(&day);
    for line in describe(&day, None, out) {
        out.say(line);
    }
    Ok(Exit::Done)
}

/// Explains a record.
pub(super) fn why_record(handset: &Handset, id: RecordId, out: Out) -> Result<Exit, Failure> {
    let (entry, day) = handset.engine.why_record(id)?;
    out.object(&json!({ "record": entry, "day": day }));
    let clock = match &day {
        Some(day) => judge::clock_of(day, out.lang),
        None => screen::clock_of(&handset.engine.today()?, out),
    };
    out.say(line(&entry, &clock));
    out.say(format!("{}: {}", out.lang.pick("Bukti waktu", "Evidence of time"), clock.bounds(entry.bounds)));
    if let Some(day) = day {
        for line in describe(&day, Some(id), out) {
            out.say(line);
        }
    }
    Ok(Exit::Done)
}

/// Prints what a person may show of a record.
pub(super) fn proof(handset: &Handset, id: RecordId, with_place: bool, out: Out) -> Result<Exit, Failure> {
    let proof = handset.engine.proof(id, with_place)?;
    out.object(&proof);
    out.say(text_of_proof(&proof, out.lang));
    Ok(Exit::Done)
}

/// The reasons of a day: of all its windows, or of what a record counts for.
fn describe(day: &DayVerdict, of: Option<RecordId>, out: Out) -> Vec<String> {
    let clock = judge::clock_of(day, out.lang);
    let about = |id: Option<RecordId>, supporting: &[RecordId]| match of {
        None => true,
        Some(of) => id == Some(of) || supporting.contains(&of),
    };
    let state = judge::day_state(day.state, out.lang);
    let mut lines = vec![format!("{}: {state}", policy::date(day.date, out.lang))];
    lines.extend(day.reasons.iter().map(|reason| format!("  {}", judge::reason(reason, &clock))));
    for window in day.windows.iter().filter(|window| about(window.tap.map(|tap| tap.record), &window.supporting)) {
        let mut why = judge::why(window, &clock).into_iter();
        let label = &window.window.label;
        lines.extend(why.next().map(|state| format!("{} {label}: {state}", out.lang.pick("Jadwal", "Window"))));
        lines.extend(why.map(|reason| format!("  {reason}")));
    }
    for other in day.others.iter().filter(|other| about(Some(other.tap.record), &[])) {
        lines.push(format!("{}: {}", clock.second(other.tap.at_ms), judge::other(other.why, &clock)));
        let flags =
            other.flags.iter().map(|flag| format!("  {}: {}", judge::flagged(out.lang), judge::flag(flag, &clock)));
        lines.extend(flags);
    }
    if let Some(verdict) = day.share.as_ref().filter(|_| of.is_none()) {
        let mut why = share::why(verdict, &clock).into_iter();
        lines.extend(why.next().map(|state| format!("{}: {state}", share::label(out.lang))));
        lines.extend(why.map(|reason| format!("  {reason}")));
    }
    if of.is_none() || day.entry.form == of {
        lines.push(format!(
            "{}: {}",
            out.lang.pick("Masuk kantor", "Entering the office"),
            judge::entry(day.entry, out.lang)
        ));
    }
    lines
}

/// Writes the signed history.
pub(super) fn export(handset: &Handset, file: &Path, out: Out) -> Result<Exit, Failure> {
    let export = patiently(out, out.lang.pick("Membaca", "Reading"), || handset.engine.export())?;
    let text = serde_json::to_string_pretty(&export)
        .map_err(|error| Failure::File(file.to_owned(), std::io::Error::other(error)))?;
    // Positions are in it: for its owner's eyes, until they give it to someone.
    secret_file::write_new(file, &text).map_err(Failure::Export)?;
    let (records, receipts) = (export.records.len(), export.receipts.len());
    let (root, path) = (export.trust.root, file.display());
    out.object(&json!({
        "did": "export", "file": file, "records": records, "receipts": receipts, "tokens": export.tokens.len(), "root": root,
    }));
    out.tell(
        format!(
            "Ditulis: {path}, {records} catatan, {receipts} tanda terima. Periksa: hadir verify {path} --root {root}"
        ),
        format!(
            "Written: {path}, {}, {}. Check it: hadir verify {path} --root {root}",
            many(records, "record"),
            many(receipts, "receipt")
        ),
    );
    Ok(Exit::Done)
}
