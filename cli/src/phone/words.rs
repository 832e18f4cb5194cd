//! Words for what the engine gives: states of delivery, clocks, needs, records.

use hadir_core::{
    engine::{ClockSource, LogEntry, LogWhat, Need, Now, SyncEnd, SyncReport, TapNow},
    form::Risk,
    model::{Acknowledged, EntryVerdict},
    outbox::Delivery,
    schedule::WindowId,
    sync::WaitReason,
    text::{
        Lang, history, place,
        time::{DayClock, duration, short_date},
    },
    wire::ProblemCode,
};

/// What became of a record.
pub(super) fn delivery(delivery: &Delivery, lang: Lang) -> String {
    match delivery {
        Delivery::Waiting => lang.pick("menunggu dikirim", "waiting to be sent").to_owned(),
        Delivery::Received => lang.pick("sudah diterima", "received").to_owned(),
        Delivery::Parked { reason } => {
            format!("{} ({reason})", lang.pick("tertahan, perlu tindakan", "parked, needs a person"))
        }
        Delivery::Lost => {
            lang.pick("hilang dari HP ini sebelum diterima", "lost from this phone before it was received").to_owned()
        }
        Delivery::Conflict => lang
            .pick(
                "disimpan server sebagai bukti; tempatnya sudah terisi",
                "kept by the server as evidence; its place was taken",
            )
            .to_owned(),
    }
}

/// By which clock the time is said.
pub(super) fn clock_source(source: ClockSource, lang: Lang) -> &'static str {
    match source {
        ClockSource::Token => lang.pick("menurut waktu server", "by the server's time"),
        ClockSource::PresumedToken => lang.pick(
            "menurut waktu server, bila HP tidak dimulai ulang",
            "by the server's time, unless the phone restarted",
        ),
        ClockSource::Wall => lang.pick("menurut jam HP ini", "by this phone's clock"),
    }
}

/// How far the wall clock is off.
pub(super) fn clock_off(by_ms: i64, lang: Lang) -> String {
    let off = duration(by_ms.unsigned_abs(), lang);
    match (lang, by_ms > 0) {
        (Lang::Id, true) => format!("jam HP lebih cepat {off}"),
        (Lang::Id, false) => format!("jam HP terlambat {off}"),
        (Lang::En, true) => format!("the phone's clock is {off} ahead"),
        (Lang::En, false) => format!("the phone's clock is {off} behind"),
    }
}

/// What a tap counts as.
pub(super) fn tap(tap: &TapNow, lang: Lang) -> String {
    let named = |window: &WindowId| window.as_str().replace(':', ".");
    match (tap, lang) {
        (TapNow::OnTime { window }, Lang::Id) => format!("tepat waktu untuk jadwal {}", named(window)),
        (TapNow::OnTime { window }, Lang::En) => format!("on time for the window {}", named(window)),
        (TapNow::Late { window, minutes: 0 }, Lang::Id) => {
            format!("terlambat kurang dari 1 menit untuk jadwal {}", named(window))
        }
        (TapNow::Late { window, minutes: 0 }, Lang::En) => {
            format!("late by less than a minute for the window {}", named(window))
        }
        (TapNow::Late { window, minutes }, Lang::Id) => {
            format!("terlambat {minutes} menit untuk jadwal {}", named(window))
        }
        (TapNow::Late { window, minutes }, Lang::En) => {
            format!("late by {minutes} min for the window {}", named(window))
        }
        (TapNow::Supports { window }, Lang::Id) => {
            format!("pendukung: absen untuk jadwal {} sudah tercatat", named(window))
        }
        (TapNow::Supports { window }, Lang::En) => {
            format!("support: a tap for the window {} is recorded already", named(window))
        }
        (TapNow::OutsideSchedule, _) => {
            lang.pick("di luar jadwal, tetap tercatat", "outside the schedule, recorded all the same").to_owned()
        }
        (TapNow::NothingOwed, _) => lang
            .pick("hari ini tidak wajib absen, tetap tercatat", "no check-in is owed today, recorded all the same")
            .to_owned(),
        (TapNow::NoRule, _) => lang
            .pick("tidak ada aturan yang berlaku, tetap tercatat", "no rule is in force, recorded all the same")
            .to_owned(),
    }
}

/// Why nothing is sent for now.
pub(super) fn wait(why: WaitReason, lang: Lang) -> String {
    match why {
        WaitReason::NoNetwork => lang
            .pick("tidak ada jaringan, atau server tidak menjawab", "no network, or the server does not answer")
            .to_owned(),
        WaitReason::NotOurServer => lang
            .pick(
                "yang menjawab bukan server kita; apakah jaringan ini meminta masuk dulu?",
                "what answers is not our server; is this network asking for a login?",
            )
            .to_owned(),
        WaitReason::ServerBusy => lang.pick("server meminta waktu", "the server asks for time").to_owned(),
        WaitReason::Refused(code) => {
            format!("{} ({})", lang.pick("server menolak untuk sementara", "the server refuses for now"), code.as_str())
        }
        WaitReason::NotEnrolled => lang
            .pick(
                "server tidak mengenal HP ini; daftarkan ulang dengan undangan baru, semua catatan tetap disimpan",
                "the server does not know this phone; enrol again with a new invite, everything is kept",
            )
            .to_owned(),
        WaitReason::UpdateNeeded => lang.pick("aplikasi harus diperbarui", "the app must be updated").to_owned(),
    }
}

/// What a sync did, in one line or more.
pub(super) fn sync(report: &SyncReport, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    let (received, pending, parked) = (report.received, report.pending, report.parked);
    if received > 0 {
        lines.push(match lang {
            Lang::Id => format!("Sudah diterima server: {received} catatan"),
            Lang::En => format!("Received by the server: {received} record{}", plural(received)),
        });
    }
    if report.packs > 0 {
        lines.push(lang.pick("Surat edaran baru diterima", "A new rule came").to_owned());
    }
    if report.assignments > 0 {
        lines.push(lang.pick("Penugasan diperbarui", "The assignment was renewed").to_owned());
    }
    if parked > 0 {
        lines.push(match lang {
            Lang::Id => format!("Tertahan, perlu tindakan: {parked} catatan"),
            Lang::En => format!("Parked, needs a person: {parked} record{}", plural(parked)),
        });
    }
    lines.extend(report.not_taken.iter().map(|why| format!("{}: {why}", lang.pick("Tidak dipakai", "Not taken"))));
    lines.extend(report.problems.iter().map(|code| problem(*code, lang)));
    let stopped = match report.end {
        SyncEnd::Done => None,
        SyncEnd::Waiting { why, .. } => Some(wait(why, lang)),
        SyncEnd::OutOfTime => Some(lang.pick("waktunya habis", "time ran out").to_owned()),
        SyncEnd::Cancelled => Some(lang.pick("dibatalkan", "cancelled").to_owned()),
    };
    lines.push(match (stopped, pending, lang) {
        (None, 0, Lang::Id) => "Semua sudah diterima server.".to_owned(),
        (None, 0, Lang::En) => "The server has everything.".to_owned(),
        (None, _, Lang::Id) => format!("{pending} catatan menunggu dikirim, aman di HP ini."),
        (None, _, Lang::En) => format!("{pending} record{} waiting to be sent, safe on this phone.", plural(pending)),
        (Some(why), 0, Lang::Id) => format!("Belum terhubung: {why}. Tidak ada catatan yang menunggu."),
        (Some(why), 0, Lang::En) => format!("No contact: {why}. No record waits."),
        (Some(why), _, Lang::Id) => {
            format!("Belum terkirim: {why}. {pending} catatan menunggu dikirim, aman di HP ini.")
        }
        (Some(why), _, Lang::En) => {
            format!("Not delivered: {why}. {pending} record{} waiting to be sent, safe on this phone.", plural(pending))
        }
    });
    lines
}

fn problem(code: ProblemCode, lang: Lang) -> String {
    match code {
        ProblemCode::ClockBehind => lang
            .pick(
                "Jam server mundur: server belum memberi bukti waktu; petugas harus memperbaikinya",
                "The server's clock is behind: it gives no proof of time until the operator mends it",
            )
            .to_owned(),
        other => format!("{}: {}", lang.pick("Masalah di server", "A problem at the server"), other.as_str()),
    }
}

/// The plural's ending.
pub(super) const fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// What needs the person.
pub(super) fn need(need: &Need, lang: Lang) -> String {
    match (need, lang) {
        (Need::EnrolAgain, _) => wait(WaitReason::NotEnrolled, lang),
        (Need::Revoked, Lang::Id) => {
            "HP ini dicabut oleh instansi; absen tetap disimpan tetapi tidak dihitung. Hubungi petugas kepegawaian"
                .to_owned()
        }
        (Need::Revoked, Lang::En) => {
            "this phone was revoked by the agency; taps are kept and do not count. Ask the personnel officer".to_owned()
        }
        (Need::Update { packs }, Lang::Id) if !packs.is_empty() => {
            format!("aplikasi harus diperbarui: {} surat edaran belum dapat dibaca", packs.len())
        }
        (Need::Update { packs }, Lang::En) if !packs.is_empty() => {
            format!("the app must be updated: {} rule(s) can't be read", packs.len())
        }
        (Need::Update { .. }, _) => wait(WaitReason::UpdateNeeded, lang),
        (Need::Recall { date, note, .. }, Lang::Id) => {
            format!(
                "Panggilan ke kantor untuk {}: {note} (konfirmasi: hadir phone acknowledge recall)",
                short_date(*date, lang)
            )
        }
        (Need::Recall { date, note, .. }, Lang::En) => {
            format!(
                "recalled to the office on {}: {note} (confirm: hadir phone acknowledge recall)",
                short_date(*date, lang)
            )
        }
        (Need::NewRule { title, .. }, Lang::Id) => {
            format!("Surat edaran baru: {title} (konfirmasi: hadir phone acknowledge rule)")
        }
        (Need::NewRule { title, .. }, Lang::En) => {
            format!("a new rule: {title} (confirm: hadir phone acknowledge rule)")
        }
        (Need::Parked { epoch, seq, reason }, Lang::Id) => {
            format!("catatan {epoch}:{seq} tertahan ({reason}); coba lagi: hadir phone release {epoch}:{seq}")
        }
        (Need::Parked { epoch, seq, reason }, Lang::En) => {
            format!("record {epoch}:{seq} is parked ({reason}); try again: hadir phone release {epoch}:{seq}")
        }
        (Need::StoreDamaged { gaps, interrupted }, Lang::Id) => {
            let cut = if *interrupted { "; mungkin ada satu absen yang terputus sebelum tercatat" } else { "" };
            format!("penyimpanan HP ini rusak di {gaps} tempat{cut}; kantor diberi tahu")
        }
        (Need::StoreDamaged { gaps, interrupted }, Lang::En) => {
            let cut = if *interrupted { "; a tap may have been cut off before it was recorded" } else { "" };
            format!("this phone's storage is damaged in {gaps} place{}{cut}; the office is told", plural(*gaps as u64))
        }
        (Need::ClockOff { by_ms }, Lang::Id) => {
            format!("{}; betulkan jam HP, absen tetap dinilai menurut bukti waktu", clock_off(*by_ms, lang))
        }
        (Need::ClockOff { by_ms }, Lang::En) => {
            format!("{}; set it right, taps are judged by the evidence of time all the same", clock_off(*by_ms, lang))
        }
        (Need::NoHealthKeys, Lang::Id) => {
            "penilaian mandiri belum dapat disegel: Dinas Kesehatan belum punya dua kunci. Tanya petugas kepegawaian"
                .to_owned()
        }
        (Need::NoHealthKeys, Lang::En) => {
            "the self-assessment can't be sealed: the health office has fewer than two keys. Ask the personnel officer"
                .to_owned()
        }
    }
}

/// What a record says.
pub(super) fn what(what: &LogWhat, lang: Lang) -> String {
    match what {
        LogWhat::Tap { fix } => {
            let mock = if fix.mock() == Some(true) {
                lang.pick(", lokasi tiruan menurut HP", ", a mock by the phone's word")
            } else {
                ""
            };
            let accuracy = decimal(fix.accuracy_m(), lang);
            format!("{} ±{accuracy} m{mock}", lang.pick("Absen, ketelitian", "Tap, accuracy"))
        }
        LogWhat::TapWithoutFix { why } => {
            format!("{}: {}", lang.pick("Absen tanpa lokasi", "Tap without a position"), place::no_fix(*why, lang))
        }
        LogWhat::Form { for_date, verdict } => {
            format!(
                "{} {}: {}",
                lang.pick("Penilaian mandiri untuk", "Self-assessment for"),
                short_date(*for_date, lang),
                entry(*verdict, lang)
            )
        }
        LogWhat::Acknowledged { what } => {
            format!("{} {}", lang.pick("Konfirmasi:", "Confirmed:"), acknowledged(*what, lang))
        }
        LogWhat::Epoch { cause } => {
            format!(
                "{}: {}",
                lang.pick("Riwayat dimulai lagi", "The history begins anew"),
                history::epoch_cause(*cause, lang)
            )
        }
        LogWhat::TimeToken => lang.pick("Bukti waktu dari server", "Proof of time from the server").to_owned(),
        LogWhat::ClockChanged { from_ms, to_ms } => {
            let by = to_ms.saturating_sub(*from_ms);
            let by = format!("{}{}", if by < 0 { "−" } else { "+" }, duration(by.unsigned_abs(), lang));
            format!("{} ({by})", lang.pick("Jam HP diubah", "The phone's clock was changed"))
        }
        LogWhat::UploadFailed { code, count } => {
            format!("{} {count}× ({code})", lang.pick("Pengiriman sempat gagal", "Sending had failed"))
        }
        LogWhat::Other => lang.pick("Catatan jenis lain", "A record of another kind").to_owned(),
    }
}

/// A number as people write it: without a useless `,0`.
fn decimal(value: f64, lang: Lang) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if lang == Lang::Id { text.replace('.', ",") } else { text.to_owned() }
}

/// What was confirmed.
pub(super) fn acknowledged(what: Acknowledged, lang: Lang) -> &'static str {
    match what {
        Acknowledged::Recall => lang.pick("panggilan ke kantor", "recall to the office"),
        Acknowledged::Pack => lang.pick("surat edaran", "rule"),
        Acknowledged::Assignment => lang.pick("penugasan", "assignment"),
    }
}

/// What a self-assessment declared.
pub(super) fn entry(verdict: EntryVerdict, lang: Lang) -> &'static str {
    match verdict {
        EntryVerdict::MayEnter => lang.pick("Boleh masuk kantor", "May enter"),
        EntryVerdict::MayNotEnter => {
            lang.pick("Tidak boleh masuk, menunggu pemeriksaan", "May not enter, to be examined")
        }
    }
}

/// How great the risk is.
pub(super) fn risk(risk: Risk, lang: Lang) -> &'static str {
    match risk {
        Risk::Small => lang.pick("risiko kecil", "small risk"),
        Risk::Medium => lang.pick("risiko sedang", "medium risk"),
        Risk::Large => lang.pick("risiko besar", "large risk"),
    }
}

/// When, and by which clock.
pub(super) fn now(now: &Now, clock: &DayClock) -> String {
    format!("{} ({})", clock.second(now.ms), clock_source(now.source, clock.lang))
}

/// Where a record is, and its receipt.
pub(super) fn receipt(entry: &LogEntry, clock: &DayClock) -> String {
    let state = delivery(&entry.delivery, clock.lang);
    match (entry.receipt, entry.received_ms) {
        (Some(receipt), Some(at_ms)) => {
            let short: String = receipt.to_string().chars().take(8).collect();
            format!("{state} {}, {} {short}…", clock.second(at_ms), clock.lang.pick("tanda terima", "receipt"))
        }
        _ => state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sync_that_delivered_nothing_says_that_it_is_safe_here() {
        let end = SyncEnd::Waiting { for_ms: 1, why: WaitReason::NoNetwork };
        let report = SyncReport { end, pending: 2, ..SyncReport::default() };
        assert_eq!(
            sync(&report, Lang::Id),
            [
                "Belum terkirim: tidak ada jaringan, atau server tidak menjawab. 2 catatan menunggu dikirim, aman di HP ini."
            ]
        );
        let report = SyncReport { end: SyncEnd::Done, received: 1, ..SyncReport::default() };
        assert_eq!(sync(&report, Lang::En), ["Received by the server: 1 record", "The server has everything."]);
    }

    #[test]
    fn numbers_are_written_as_people_do() {
        assert_eq!(decimal(25.0, Lang::Id), "25");
        assert_eq!(decimal(0.1, Lang::Id), "0,1");
        assert_eq!(decimal(12.5, Lang::En), "12.5");
    }
}
