//! `hadir phone acknowledge`, `release`, `data` and `diagnostics`: what a person does about what `today` asks, and what a help desk asks.

use std::time::Duration;

use hadir_core::{
    engine::{BatteryState, Diagnostics, Need, OldStoreSeen, Permission, PhoneState},
    model::{Acknowledged, EnvelopeHash},
    ports::Cancel,
    text::{self, Lang, many},
};
use serde_json::{Value, json};

use super::{
    args::{AfterArgs, Seen},
    deliver::{self, patiently},
    failure::Failure,
    handset::Handset,
    words,
};
use crate::out::{Exit, Out};

/// Confirms what `today` asks to confirm, and syncs.
pub(super) fn acknowledge(handset: &Handset, only: Option<Seen>, after: AfterArgs, out: Out) -> Result<Exit, Failure> {
    let needs = handset.engine.today()?.needs;
    let open: Vec<_> = needs.iter().filter_map(|need| confirmable(need, only).map(|what| (need, what))).collect();
    if open.is_empty() {
        out.object(&json!({ "did": "acknowledge", "what": null }));
        out.tell("Tidak ada yang perlu dikonfirmasi.", "There is nothing to confirm.");
        return Ok(Exit::Done);
    }
    let mut confirmed = None;
    for (need, (what, reference)) in open {
        // One confirmation covers every decision of an assignment.
        if confirmed.replace((what, reference)) == Some((what, reference)) && what == Acknowledged::Decision {
            out.say(format!("{}: {}", out.lang.pick("Dikonfirmasi", "Confirmed"), subject(need, out.lang)));
            continue;
        }
        let id = handset.engine.acknowledge(what, reference)?;
        out.object(&json!({ "did": "acknowledge", "what": what, "reference": reference, "id": id }));
        out.say(format!("{}: {}", out.lang.pick("Dikonfirmasi", "Confirmed"), subject(need, out.lang)));
    }
    deliver::after(handset, after, out)
}

fn confirmable(need: &Need, only: Option<Seen>) -> Option<(Acknowledged, EnvelopeHash)> {
    let is = |seen| only.is_none_or(|only| only == seen);
    match need {
        Need::Recall { reference, .. } if is(Seen::Recall) => Some((Acknowledged::Recall, *reference)),
        Need::NewRule { reference, .. } if is(Seen::Rule) => Some((Acknowledged::Pack, *reference)),
        Need::Decision { reference, .. } if is(Seen::Decision) => Some((Acknowledged::Decision, *reference)),
        _ => None,
    }
}

fn subject(need: &Need, lang: Lang) -> String {
    match need {
        Need::Recall { note: subject, .. } | Need::NewRule { title: subject, .. } => subject.clone(),
        other => text::engine::need(other, lang),
    }
}

/// Has parked records tried again: the ones named, or all.
pub(super) fn release(handset: &Handset, places: &[(u32, u64)], after: AfterArgs, out: Out) -> Result<Exit, Failure> {
    let parked = handset.engine.diagnostics().parked;
    let all: Vec<(u32, u64)> = parked.iter().map(|place| (place.link.epoch, place.link.seq)).collect();
    let places = if places.is_empty() { &all } else { places };
    if places.is_empty() {
        out.object(&json!({ "did": "release", "epoch": null }));
        out.tell("Tidak ada catatan yang tertahan.", "No record is parked.");
        return Ok(Exit::Done);
    }
    for (epoch, seq) in places {
        handset.engine.release(*epoch, *seq)?;
        out.object(&json!({ "did": "release", "epoch": epoch, "seq": seq }));
        out.tell(format!("Dicoba lagi: catatan {epoch}:{seq}"), format!("Tried again: record {epoch}:{seq}"));
    }
    deliver::after(handset, after, out)
}

/// Shows what went over the network.
pub(super) fn data(handset: &Handset, out: Out) -> Result<Exit, Failure> {
    let data = handset.engine.data_use()?;
    out.object(&data);
    for line in text::data::lines(&data, out.lang) {
        out.say(line);
    }
    Ok(Exit::Done)
}

/// Shows how things stand.
pub(super) fn diagnostics(handset: &Handset, out: Out) -> Result<Exit, Failure> {
    let seen = handset.engine.diagnostics();
    out.object(&object(&seen, out.lang));
    for line in describe(&seen, out.lang) {
        out.say(line);
    }
    Ok(Exit::Done)
}

/// Asks for a help code. A command line has no permissions and no battery saver to tell of.
pub(super) fn help(handset: &Handset, deadline_s: u64, out: Out) -> Result<Exit, Failure> {
    let unknown = Permission::Unknown;
    let phone = PhoneState {
        model: std::env::consts::ARCH.to_owned(),
        os: std::env::consts::OS.to_owned(),
        location: unknown,
        location_on: None,
        background: unknown,
        notifications: unknown,
        exact_alarms: unknown,
        battery: BatteryState::Unknown,
    };
    let what = out.lang.pick("Meminta kode bantuan", "Asking for a help code");
    let deadline = Duration::from_secs(deadline_s);
    let code = patiently(out, what, || handset.engine.help_code(&phone, deadline, &Cancel::default()))?;
    out.object(&json!({ "did": "help", "help": code }));
    let letters = &code.code;
    out.tell(
        format!("Kode bantuan: {letters}. Sebutkan kepada petugas; berlaku tujuh hari."),
        format!("Help code: {letters}. Read it out to the help desk; it is known for seven days."),
    );
    if code.sent_now {
        return Ok(Exit::Done);
    }
    out.tell(
        "Server tidak terjangkau sekarang: ini kode yang terakhir, dan petugas melihat keadaan HP waktu itu.",
        "The server can't be reached now: this is the last code, and the help desk sees how the phone stood then.",
    );
    Ok(Exit::NotDelivered)
}

fn object(seen: &Diagnostics, lang: Lang) -> Value {
    let parked = seen.parked.iter().map(|place| json!({ "link": place.link, "reason": place.reason }));
    json!({
        "install": seen.install, "enrolled": seen.enrolled, "server": seen.server,
        "head": seen.head.map(|(epoch, seq)| json!({ "epoch": epoch, "seq": seq })),
        "pending": seen.pending, "parked": parked.collect::<Vec<_>>(), "pack": seen.pack,
        "trust": seen.trust, "unknown_key": seen.unknown_key, "last_contact_ms": seen.last_contact_ms, "unread_frames": seen.unread_frames,
        "recovery_key": seen.recovery, "old_stores": seen.old,
        "freed_through": seen.freed.map(|(epoch, seq)| json!({ "epoch": epoch, "seq": seq })),
        "clean": seen.report.as_ref().map(|report| report.is_clean()),
        "gaps": seen.report.as_ref().map(|report| report.gaps.len()),
        "warnings": seen.report.as_ref().map(|report| {
            report.warnings.iter().map(|warning| text::store::warning(warning, lang)).collect::<Vec<_>>()
        }),
    })
}

fn old_store(old: &OldStoreSeen, lang: Lang) -> String {
    let (number, to_send) = (old.number, old.to_send);
    match (old.recoverable, old.sent, lang) {
        (false, _, Lang::Id) => format!("Penyimpanan lama {number}: tidak dapat dipulihkan siapa pun; tetap disimpan"),
        (false, _, Lang::En) => format!("Old store {number}: nobody can recover it; it is kept"),
        (true, false, Lang::Id) => format!("Penyimpanan lama {number}: {to_send} berkas menunggu dikirim"),
        (true, false, Lang::En) => format!("Old store {number}: {} waiting to be sent", many(to_send, "file")),
        (true, true, Lang::Id) => format!("Penyimpanan lama {number}: sudah di server, menunggu cadangan server"),
        (true, true, Lang::En) => format!("Old store {number}: the server has it; its backup is waited for"),
    }
}

fn describe(seen: &Diagnostics, lang: Lang) -> Vec<String> {
    let unknown = || "–".to_owned();
    let row = |id: &'static str, en: &'static str, value: String| format!("{}: {value}", lang.pick(id, en));
    let yes = |yes: bool| if yes { lang.pick("ya", "yes") } else { lang.pick("tidak", "no") }.to_owned();
    let mut lines = vec![
        row("Terdaftar", "Enrolled", yes(seen.enrolled)),
        row("Nomor HP ini", "This phone's id", seen.install.map_or_else(unknown, |install| install.to_string())),
        row("Server", "Server", seen.server.clone().unwrap_or_else(unknown)),
        row("Catatan terakhir", "Last record", seen.head.map_or_else(unknown, |(epoch, seq)| format!("{epoch}:{seq}"))),
        row("Menunggu dikirim", "Waiting to be sent", seen.pending.to_string()),
        row("Paket aturan", "Rule pack", seen.pack.map_or_else(unknown, |pack| pack.to_string())),
        row(
            "Sertifikat sampai nomor",
            "Certificates up to serial",
            seen.trust.map_or_else(unknown, |no| no.to_string()),
        ),
    ];
    if let Some(kid) = seen.unknown_key {
        lines.push(row(
            "Kunci server yang tidak dijamin instansi",
            "Server key that the agency does not vouch for",
            kid.to_string(),
        ));
    }
    lines.extend(seen.parked.iter().map(|place| {
        let need = Need::Parked { epoch: place.link.epoch, seq: place.link.seq, reason: place.reason.clone() };
        format!("  ! {}", words::need(&need, lang))
    }));
    if let Some(report) = &seen.report {
        lines.push(row("Penyimpanan utuh", "Store whole", yes(report.is_clean())));
        lines.extend(report.gaps.iter().map(|gap| format!("  {}", text::store::gap(gap, lang))));
        lines.extend(report.warnings.iter().map(|warning| format!("  {}", text::store::warning(warning, lang))));
    }
    lines.push(row(
        "Dapat dipulihkan instansi",
        "Recoverable by the agency",
        seen.recovery.map_or_else(|| lang.pick("belum", "not yet").to_owned(), |kid| kid.to_string()),
    ));
    if let Some((epoch, seq)) = seen.freed {
        lines.push(row(
            "Dibebaskan sampai (ada di server)",
            "Freed through (the server has them)",
            format!("{epoch}:{seq}"),
        ));
    }
    lines.extend(seen.old.iter().map(|old| old_store(old, lang)));
    if seen.unread_frames > 0 {
        lines.push(row("Bagian yang tidak terbaca", "Frames not read", seen.unread_frames.to_string()));
    }
    lines
}
