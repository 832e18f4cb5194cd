//! The server's clock against what it has signed.

use hadir_core::text::{many, time::duration};

use super::{Failure, Office, args::ClockArgs, people::instant};
use crate::out::{Exit, Out};

pub(super) fn clock(args: &ClockArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    match args.true_time.zip(args.reason.as_deref()) {
        Some((stated_ms, reason)) => mend(&office, stated_ms, args.since, reason, out),
        None => show(&office, out),
    }
}

fn show(office: &Office, out: Out) -> Result<Exit, Failure> {
    let state = office.admin().clock()?;
    let behind_ms = state.highest_signed_ms.map_or(0, |highest| highest.saturating_sub(office.now_ms).max(0));
    let phones: Vec<_> = state.told_false_times.iter().collect();
    out.object(&serde_json::json!({
        "now_ms": office.now_ms, "highest_signed_ms": state.highest_signed_ms, "behind_ms": behind_ms,
        "told_false_times": phones.iter().map(|(id, person, until_ms)| {
            serde_json::json!({ "install": id, "person": person, "until_ms": until_ms })
        }).collect::<Vec<_>>(),
    }));
    let now = instant(office.now_ms);
    let highest = state.highest_signed_ms.map_or_else(|| "-".to_owned(), instant);
    out.tell(
        format!("Jam mesin ini {now}; waktu tertinggi yang sudah ditandatangani {highest}."),
        format!("This machine's clock says {now}; the highest time that was signed is {highest}."),
    );
    for (id, person, until_ms) in phones {
        let until = instant(*until_ms);
        out.tell(
            format!("{id} {person}: menerima waktu yang salah sampai {until}; daftarkan ulang."),
            format!("{id} {person}: was told false times up to {until}; enrol it anew."),
        );
    }
    if behind_ms == 0 {
        return Ok(Exit::Done);
    }
    let by = duration(behind_ms.unsigned_abs(), out.lang);
    out.tell(
        format!(
            "Jam tertinggal {by}: bukti waktu tidak diterbitkan. Bila jam mesin ini SALAH, setel dulu. Bila BENAR, jam pernah \
             terlalu maju; perbaiki dengan --true-time JAM-ANDA --reason SEBAB (docs/operations.md)."
        ),
        format!(
            "The clock is {by} behind: no proofs of time are signed. If this machine's clock is WRONG, set it. If it is RIGHT, it was \
             once ahead; mend that with --true-time YOUR-WATCH --reason WHY (docs/operations.md)."
        ),
    );
    Ok(Exit::No)
}

fn mend(office: &Office, stated_ms: i64, since_ms: Option<i64>, reason: &str, out: Out) -> Result<Exit, Failure> {
    let mended = office.admin().mend_clock(stated_ms, since_ms, reason)?;
    let phones: Vec<_> = mended.phones.iter().collect();
    out.object(&serde_json::json!({
        "after_ms": mended.after_ms, "until_ms": mended.until_ms,
        "phones": phones.iter().map(|(id, person)| serde_json::json!({ "install": id, "person": person })).collect::<Vec<_>>(),
    }));
    let (after, until) = (instant(mended.after_ms), instant(mended.until_ms));
    out.tell(
        format!("Waktu yang ditandatangani sesudah {after} sampai {until} dinyatakan salah."),
        format!("Times signed after {after} up to {until} count as false."),
    );
    if !phones.is_empty() {
        out.tell(
            format!("{} HP menyimpannya dan perlu didaftarkan ulang:", phones.len()),
            format!("{} to be enrolled anew, since false times are on it:", many(phones.len(), "phone")),
        );
    }
    for (id, person) in phones {
        out.say(format!("{id} {person}"));
    }
    Ok(Exit::Done)
}
