//! Words about the phone itself: what became of a record, what needs the person, how a sync ended, what went wrong.

pub use super::trouble::error;

use super::time::{duration, short_date};
use super::{Lang, ask, many, parked, place, policy, share};
use crate::ask::Standing;
use crate::engine::{
    AskedWhat, ClockSource, FormState, InviteState, LogWhat, Need, SyncEnd, SyncReport, TapNow, Today,
};
use crate::form::Risk;
use crate::model::{Acknowledged, EntryVerdict, EpochCause};
use crate::outbox::Delivery;
use crate::sync::WaitReason;
use crate::track::Totals;
use crate::wire::Decision;

/// What became of a record.
#[must_use]
pub fn delivery(delivery: &Delivery, lang: Lang) -> &'static str {
    match delivery {
        Delivery::Waiting => lang.pick("Menunggu dikirim", "Waiting to send"),
        Delivery::Received => lang.pick("Sudah diterima", "Received"),
        Delivery::Parked { .. } => lang.pick("Tertahan, perlu tindakan", "Parked, needs action"),
        Delivery::Conflict => lang.pick("Diterima sebagai bukti ganda", "Received as a second version"),
        Delivery::Lost => lang.pick("Hilang dari penyimpanan HP", "Lost by the phone's storage"),
    }
}

/// By which clock a time is said.
#[must_use]
pub fn clock_source(source: ClockSource, lang: Lang) -> &'static str {
    match source {
        ClockSource::Token => lang.pick("menurut waktu server", "by the server's time"),
        ClockSource::PresumedToken => lang.pick(
            "menurut waktu server, bila HP tidak dimulai ulang",
            "by the server's time, unless the phone restarted",
        ),
        ClockSource::Wall => lang.pick("menurut jam HP ini", "by this phone's clock"),
    }
}

/// How a window is named within a day's windows, `08.00`.
fn label<'t>(today: &'t Today, id: &'t crate::schedule::WindowId) -> &'t str {
    let known = today.windows.iter().find(|known| known.window.id == *id);
    known.map_or(id.as_str(), |known| &known.window.label)
}

/// What a tap now would count as.
#[must_use]
pub fn tap_now(today: &Today, lang: Lang) -> String {
    let label = match &today.tap {
        TapNow::OnTime { window } | TapNow::Late { window, .. } | TapNow::Supports { window } => {
            Some(label(today, window))
        }
        TapNow::OutsideSchedule | TapNow::NothingOwed | TapNow::NoRule => None,
    };
    counts_as(&today.tap, label, lang)
}

/// What a tap counts as; `label` is how screens name its window, which is named by its id without one.
#[must_use]
pub fn counts_as(counts: &TapNow, label: Option<&str>, lang: Lang) -> String {
    let name = |window: &crate::schedule::WindowId| label.map_or_else(|| window.to_string(), str::to_owned);
    match (counts, lang) {
        (TapNow::OnTime { window }, Lang::Id) => format!("Jadwal {}, tepat waktu", name(window)),
        (TapNow::OnTime { window }, Lang::En) => format!("Scheduled window {}, on time", name(window)),
        (TapNow::Late { window, minutes }, Lang::Id) => {
            format!("Jadwal {}, terlambat {minutes} menit", name(window))
        }
        (TapNow::Late { window, minutes }, Lang::En) => {
            format!("Scheduled window {}, late by {minutes} min", name(window))
        }
        (TapNow::Supports { window }, Lang::Id) => format!("Jadwal {} sudah tercatat", name(window)),
        (TapNow::Supports { window }, Lang::En) => format!("Window {} is recorded already", name(window)),
        (TapNow::OutsideSchedule, _) => {
            lang.pick("Di luar jadwal, tetap tercatat", "Outside the schedule, recorded all the same").into()
        }
        (TapNow::NothingOwed, _) => lang.pick("Hari ini tidak wajib absen", "No check-in is owed today").into(),
        (TapNow::NoRule, _) => {
            lang.pick("Belum ada aturan yang berlaku, tetap tercatat", "No rule in force; recorded all the same").into()
        }
    }
}

/// The verdict of a self-assessment.
#[must_use]
pub fn entry_verdict(verdict: EntryVerdict, lang: Lang) -> &'static str {
    match verdict {
        EntryVerdict::MayEnter => lang.pick("Boleh masuk kantor", "May enter"),
        EntryVerdict::MayNotEnter => {
            lang.pick("Tidak boleh masuk, menunggu pemeriksaan", "May not enter, to be examined")
        }
    }
}

/// How great the risk is.
#[must_use]
pub fn risk(risk: Risk, lang: Lang) -> &'static str {
    match risk {
        Risk::Small => lang.pick("Risiko kecil", "Small risk"),
        Risk::Medium => lang.pick("Risiko sedang", "Medium risk"),
        Risk::Large => lang.pick("Risiko besar", "Large risk"),
    }
}

/// What a verdict means for the office day, and what happens next.
#[must_use]
pub fn entry_meaning(verdict: EntryVerdict, for_date: chrono::NaiveDate, lang: Lang) -> String {
    let date = policy::date(for_date, lang);
    match (verdict, lang) {
        (EntryVerdict::MayEnter, Lang::Id) => {
            format!(
                "Pada {date} Anda boleh ke kantor. Suhu diukur di pintu; bila 37,3 °C atau lebih, Anda diperiksa dahulu."
            )
        }
        (EntryVerdict::MayEnter, Lang::En) => {
            format!(
                "You may go to the office on {date}. Temperature is taken at the door; from 37.3 °C you are examined first."
            )
        }
        (EntryVerdict::MayNotEnter, Lang::Id) => format!(
            "Pada {date} Anda tetap di rumah. Hari itu dihitung bekerja dari rumah (arahan kesehatan), bukan terlambat dan bukan tanpa keterangan. Dinas Kesehatan akan menghubungi Anda untuk pemeriksaan."
        ),
        (EntryVerdict::MayNotEnter, Lang::En) => format!(
            "Stay at home on {date}: it counts as working from home by health direction, neither late nor absent. The health office will call about an examination."
        ),
    }
}

/// How a self-assessment stands.
#[must_use]
pub fn form_state(state: FormState, lang: Lang) -> &'static str {
    match state {
        FormState::Due => lang.pick("Belum mengisi", "Not submitted"),
        FormState::DueLate => {
            lang.pick("Belum mengisi, sudah lewat waktu masuk", "Not submitted, past the time of entry")
        }
        FormState::Submitted { verdict, .. } => entry_verdict(verdict, lang),
    }
}

/// Why nothing is sent for now.
#[must_use]
pub fn wait(why: WaitReason, lang: Lang) -> &'static str {
    match why {
        WaitReason::NoNetwork => lang.pick("tidak ada jaringan", "no network"),
        WaitReason::NotOurServer => lang.pick(
            "jaringan ini tidak sampai ke server (mungkin perlu masuk Wi-Fi dahulu)",
            "this network does not reach the server (it may want a Wi-Fi login)",
        ),
        WaitReason::ClockWrong => lang.pick(
            "jam HP ini tampaknya salah; betulkan tanggal dan jam (absen tetap tercatat)",
            "this phone's clock looks wrong; set date and time (taps are recorded meanwhile)",
        ),
        WaitReason::CertificateEnded => lang.pick(
            "menurut jam HP ini sertifikat server sudah berakhir; periksa tanggal HP, dan bila benar beri tahu admin",
            "by this phone's clock the server's certificate has ended; look at the phone's date, and if it is right tell the administrator",
        ),
        WaitReason::PinMismatch => lang.pick(
            "kunci server tidak sama dengan yang ada di undangan; minta tautan alamat baru dari kantor",
            "the server's key is not one that the invite names; ask the office for its new address link",
        ),
        WaitReason::Proxy => lang.pick(
            "proxy jaringan ini tidak meneruskan; periksa setelan proxy",
            "this network's proxy does not let through; look at the proxy setting",
        ),
        WaitReason::UnknownKey => lang.pick(
            "yang menjawab memakai kunci yang tidak dijamin instansi",
            "what answers has a key that the agency does not vouch for",
        ),
        WaitReason::ServerBusy => lang.pick("server sedang sibuk", "the server is busy"),
        WaitReason::Refused(_) => lang.pick("server menolak untuk sementara", "the server refuses for now"),
        WaitReason::NotEnrolled => lang.pick("HP ini perlu didaftarkan lagi", "this phone must be enrolled again"),
        WaitReason::UpdateNeeded => lang.pick("aplikasi perlu diperbarui", "the app must be updated"),
    }
}

/// How a sync ended.
#[must_use]
pub fn sync_end(end: SyncEnd, lang: Lang) -> String {
    match (end, lang) {
        (SyncEnd::Done, _) => lang.pick("Selesai", "Done").into(),
        (SyncEnd::Waiting { for_ms, why }, Lang::Id) => {
            format!("Dicoba lagi dalam {}: {}", duration(for_ms, lang), wait(why, lang))
        }
        (SyncEnd::Waiting { for_ms, why }, Lang::En) => {
            format!("To be tried again in {}: {}", duration(for_ms, lang), wait(why, lang))
        }
        (SyncEnd::OutOfTime, _) => lang.pick("Waktu habis, dilanjutkan nanti", "Out of time, to be continued").into(),
        (SyncEnd::Cancelled, _) => lang.pick("Dibatalkan", "Cancelled").into(),
    }
}

/// Whether everything is sent, and if not, why, and that it is safe here.
#[must_use]
pub fn sync_report(report: &SyncReport, lang: Lang) -> String {
    let pending = report.pending;
    let stopped = match report.end {
        SyncEnd::Done => None,
        SyncEnd::Waiting { why, .. } => Some(wait(why, lang)),
        SyncEnd::OutOfTime => Some(lang.pick("waktunya habis", "time ran out")),
        SyncEnd::Cancelled => Some(lang.pick("dibatalkan", "cancelled")),
    };
    match (stopped, pending, lang) {
        (None, 0, Lang::Id) => "Semua sudah diterima server.".to_owned(),
        (None, 0, Lang::En) => "The server has everything.".to_owned(),
        (None, _, Lang::Id) => format!("{pending} catatan menunggu dikirim, aman di HP ini."),
        (None, _, Lang::En) => format!("{} waiting to be sent, safe on this phone.", many(pending, "record")),
        (Some(why), 0, Lang::Id) => format!("Belum terhubung: {why}. Tidak ada catatan yang menunggu."),
        (Some(why), 0, Lang::En) => format!("No contact: {why}. No record waits."),
        (Some(why), _, Lang::Id) => {
            format!("Belum terkirim: {why}. {pending} catatan menunggu dikirim, aman di HP ini.")
        }
        (Some(why), _, Lang::En) => {
            format!("Not delivered: {why}. {} waiting to be sent, safe on this phone.", many(pending, "record"))
        }
    }
}

/// Something that needs the person, and what to do.
#[must_use]
pub fn need(need: &Need, lang: Lang) -> String {
    match (need, lang) {
        (Need::EnrolAgain, Lang::Id) => {
            "Server tidak mengenal HP ini. Daftarkan lagi; semua catatan tetap tersimpan.".into()
        }
        (Need::EnrolAgain, Lang::En) => "The server does not know this phone. Enrol again; everything is kept.".into(),
        (Need::UnknownServer { .. }, Lang::Id) => {
            "Yang menjawab memakai kunci yang tidak dijamin instansi, jadi tidak ada yang dikirim. Catatan aman di HP ini; \
             coba jaringan lain, dan beri tahu admin bila tetap begini."
                .into()
        }
        (Need::UnknownServer { .. }, Lang::En) => {
            "What answers has a key that the agency does not vouch for, so nothing is sent. Records are safe on this phone; \
             try another network, and tell the administrator if it stays so."
                .into()
        }
        (Need::Revoked, Lang::Id) => {
            "Pendaftaran HP ini dicabut. Absen tetap tercatat tetapi tidak dihitung; hubungi Kasubag Kepegawaian."
                .into()
        }
        (Need::Revoked, Lang::En) => {
            "This phone was revoked. Taps are kept and do not count; ask the personnel officer.".into()
        }
        (Need::Update { packs }, Lang::Id) if packs.is_empty() => "Perbarui aplikasi; absen tetap tercatat.".into(),
        (Need::Update { packs }, Lang::En) if packs.is_empty() => "Update the app; taps are recorded meanwhile.".into(),
        (Need::Update { .. }, Lang::Id) => {
            "Ada surat edaran yang tidak dapat dibaca versi ini. Perbarui aplikasi; absen tetap tercatat.".into()
        }
        (Need::Update { .. }, Lang::En) => {
            "There is a circular that this version can't read. Update the app; taps are recorded meanwhile.".into()
        }
        (Need::Recall { date, note, .. }, Lang::Id) => {
            format!("Panggilan ke kantor untuk {}: {note}", short_date(*date, lang))
        }
        (Need::Recall { date, note, .. }, Lang::En) => {
            format!("Recalled to the office on {}: {note}", short_date(*date, lang))
        }
        (Need::NewRule { title, .. }, Lang::Id) => format!("Surat edaran baru berlaku: {title}"),
        (Need::NewRule { title, .. }, Lang::En) => format!("A new circular is in force: {title}"),
        (Need::Decision { what, standing, decision, .. }, _) => decided(what, *standing, decision, lang),
        (Need::Parked { reason, .. }, _) => parked::need(reason, lang),
        (Need::StoreDamaged { gaps: 0, .. }, Lang::Id) => {
            "Penyimpanan terputus saat mencatat: periksa apakah absen terakhir tercatat.".into()
        }
        (Need::StoreDamaged { gaps: 0, .. }, Lang::En) => {
            "Recording was interrupted: check whether the last tap is there.".into()
        }
        (Need::StoreDamaged { gaps, .. }, Lang::Id) => {
            format!("Penyimpanan HP rusak di {gaps} tempat; kehilangan dilaporkan ke kantor.")
        }
        (Need::StoreDamaged { gaps, .. }, Lang::En) => {
            format!("The phone's storage is damaged in {}; the loss is reported to the office.", many(*gaps, "place"))
        }
        (Need::NewerStore, Lang::Id) => {
            "Catatan terbaru ditulis oleh aplikasi yang lebih baru dan tidak disentuh. Perbarui aplikasi; absen tetap tercatat."
                .into()
        }
        (Need::NewerStore, Lang::En) => {
            "A newer app wrote the newest records; they are not touched. Update the app; taps are recorded meanwhile.".into()
        }
        (Need::ClockOff { by_ms }, _) => clock_off(*by_ms, lang),
        (Need::NoHealthKeys, Lang::Id) => {
            "Formulir belum dapat dikirim: kunci Dinas Kesehatan belum lengkap. Beri tahu admin.".into()
        }
        (Need::NoHealthKeys, Lang::En) => {
            "The form can't be sealed: the health office has too few keys. Tell the administrator.".into()
        }
    }
}

fn decided(what: &AskedWhat, standing: Standing, decision: &Decision, lang: Lang) -> String {
    let (asked, standing) = match what {
        AskedWhat::Request { request } => (ask::ask(request, lang), ask::request_standing(standing, lang)),
        AskedWhat::Appeal { appeal } => (ask::appeal(appeal, lang), ask::appeal_standing(standing, lang)),
    };
    let by = &decision.by;
    let reason = decision.reason.as_ref().map(|words| format!(": {}", words.as_str())).unwrap_or_default();
    match lang {
        Lang::Id => format!("{asked}. {standing} oleh {by}{reason}"),
        Lang::En => format!("{asked}. {standing} by {by}{reason}"),
    }
}

fn clock_off(by_ms: i64, lang: Lang) -> String {
    let by = duration(by_ms.unsigned_abs(), lang);
    match (lang, by_ms > 0) {
        (Lang::Id, true) => format!("Jam HP ini lebih cepat {by}. Absen tetap tercatat; betulkan jamnya."),
        (Lang::Id, false) => format!("Jam HP ini lebih lambat {by}. Absen tetap tercatat; betulkan jamnya."),
        (Lang::En, true) => format!("This phone's clock is {by} ahead. Taps are recorded; set the clock right."),
        (Lang::En, false) => format!("This phone's clock is {by} behind. Taps are recorded; set the clock right."),
    }
}

/// What a record of the history says.
#[must_use]
pub fn log_what(what: &LogWhat, lang: Lang) -> String {
    match (what, lang) {
        (LogWhat::Tap { fix }, _) => {
            let accuracy = fix.accuracy_m().round();
            format!("{} ±{accuracy} m", lang.pick("Absen, ketelitian", "Check-in, accuracy"))
        }
        (LogWhat::TapWithoutFix { why }, Lang::Id) => format!("Absen tanpa lokasi: {}", place::no_fix(*why, lang)),
        (LogWhat::TapWithoutFix { why }, Lang::En) => {
            format!("Check-in without a location: {}", place::no_fix(*why, lang))
        }
        (LogWhat::Form { for_date, verdict }, Lang::Id) => {
            format!("Penilaian mandiri untuk {}: {}", policy::date(*for_date, lang), entry_verdict(*verdict, lang))
        }
        (LogWhat::Form { for_date, verdict }, Lang::En) => {
            format!("Self-assessment for {}: {}", policy::date(*for_date, lang), entry_verdict(*verdict, lang))
        }
        (LogWhat::Track { inside_ms, outside_ms, unknown_ms, points, then }, _) => {
            let totals = Totals { inside_ms: *inside_ms, outside_ms: *outside_ms, unknown_ms: *unknown_ms };
            share::batch(totals, *points, *then, lang)
        }
        (LogWhat::Acknowledged { what }, _) => acknowledged(*what, lang).into(),
        (LogWhat::Epoch { cause }, _) => epoch(*cause, lang).into(),
        (LogWhat::Request { request }, _) => {
            format!("{}: {}", lang.pick("Permohonan", "Request"), ask::ask(request, lang))
        }
        (LogWhat::Withdrawn, _) => lang.pick("Permohonan ditarik", "A request withdrawn").into(),
        (LogWhat::Appeal { appeal }, _) => ask::appeal(appeal, lang),
        (LogWhat::TimeToken, _) => lang.pick("Waktu server diterima", "Server time received").into(),
        (LogWhat::ClockChanged { from_ms, to_ms }, Lang::Id) => {
            let by = duration(to_ms.abs_diff(*from_ms), lang);
            let way = if to_ms > from_ms { "dimajukan" } else { "dimundurkan" };
            format!("Jam HP {way} {by}")
        }
        (LogWhat::ClockChanged { from_ms, to_ms }, Lang::En) => {
            let by = duration(to_ms.abs_diff(*from_ms), lang);
            let way = if to_ms > from_ms { "forward" } else { "back" };
            format!("Phone clock set {way} by {by}")
        }
        (LogWhat::UploadFailed { count, .. }, Lang::Id) => format!("Pengiriman sempat gagal {count} kali"),
        (LogWhat::UploadFailed { count, .. }, Lang::En) => format!("Sending had failed {}", many(*count, "time")),
        (LogWhat::Other, _) => lang.pick("Catatan lain", "Another record").into(),
    }
}

/// The same in one short line, for a list: what is left out here, the record's own page tells.
#[must_use]
pub fn log_in_brief(what: &LogWhat, lang: Lang) -> String {
    match what {
        LogWhat::TapWithoutFix { .. } => lang.pick("Absen tanpa lokasi", "Check-in without a location").into(),
        LogWhat::Form { for_date, .. } => {
            format!("{} {}", lang.pick("Penilaian mandiri untuk", "Self-assessment for"), short_date(*for_date, lang))
        }
        LogWhat::Appeal { appeal } => ask::appealed(appeal, lang),
        _ => log_what(what, lang),
    }
}

fn acknowledged(what: Acknowledged, lang: Lang) -> &'static str {
    match what {
        Acknowledged::Recall => lang.pick("Panggilan ke kantor dibaca", "Recall seen"),
        Acknowledged::Pack => lang.pick("Surat edaran dibaca", "Circular seen"),
        Acknowledged::Assignment => lang.pick("Penugasan dibaca", "Assignment seen"),
        Acknowledged::Decision => lang.pick("Keputusan dibaca", "Decision seen"),
    }
}

fn epoch(cause: EpochCause, lang: Lang) -> &'static str {
    match cause {
        EpochCause::LostTail => lang.pick(
            "Catatan terakhir hilang dari penyimpanan; dilaporkan",
            "The newest records were lost by the storage; reported",
        ),
        EpochCause::RestoredCopy => {
            lang.pick("Penyimpanan dipulihkan dari salinan lama; dilaporkan", "The store is an older copy; reported")
        }
        EpochCause::UnreadableFormat => lang
            .pick("Penyimpanan ditulis oleh versi lebih baru; dilaporkan", "A newer version wrote the store; reported"),
        EpochCause::Damage => {
            lang.pick("Penyimpanan rusak; kehilangan dilaporkan", "The storage was damaged; the loss is reported")
        }
    }
}

/// How an invite stands.
#[must_use]
pub fn invite_state(state: InviteState, lang: Lang) -> &'static str {
    match state {
        InviteState::Open => lang.pick("Undangan ini dapat dipakai.", "This invite can be used."),
        InviteState::Used => lang.pick(
            "Sudah dipakai. Bila bukan oleh HP ini, minta undangan baru dan beri tahu kantor.",
            "Used already. Unless it was by this phone, ask for a new one and tell the office.",
        ),
        InviteState::Expired => {
            lang.pick("Sudah kedaluwarsa. Minta undangan baru.", "Its time is over. Ask for a new one.")
        }
    }
}
