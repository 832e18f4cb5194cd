//! The words of the page of requests and appeals.

use hadir_core::{
    judge::{ExcuseKind, Ruling},
    text::{self, Lang, time::DayClock},
};

use crate::day::{NoteSeen, NoteWhat};

/// *Permohonan dan sanggahan.*
pub(crate) const fn title(lang: Lang) -> &'static str {
    lang.pick("Permohonan dan sanggahan", "Requests and appeals")
}

/// The rulings that an appeal can be upheld with, by the name that the form sends.
pub(crate) const RULINGS: [(&str, Ruling); 6] = [
    ("on_time", Ruling::OnTime),
    ("technical", Ruling::Excused(ExcuseKind::Technical)),
    ("permission", Ruling::Excused(ExcuseKind::Permission)),
    ("duty_trip", Ruling::Excused(ExcuseKind::DutyTrip)),
    ("sick", Ruling::Excused(ExcuseKind::Sick)),
    ("leave", Ruling::Excused(ExcuseKind::Leave)),
];

/// A ruling, as the list to choose from names it.
pub(crate) fn ruling(ruling: Ruling, lang: Lang) -> String {
    use hadir_core::judge::WindowState;
    match ruling {
        Ruling::Excused(kind) => text::judge::window_state(WindowState::Excused { kind }, lang),
        _ => text::judge::window_state(WindowState::OnTime, lang),
    }
}

/// What a phone noticed, with when.
pub(crate) fn note(note: &NoteSeen, clock: &DayClock) -> String {
    let at = clock.second(note.at_ms);
    match (&note.what, clock.lang) {
        (NoteWhat::TimeToken, lang) => {
            format!("{at}: {}", lang.pick("bukti waktu dari server diterima", "the server's proof of time came"))
        }
        (NoteWhat::ClockChanged { from_ms, to_ms }, lang) => {
            let by = text::time::duration(to_ms.abs_diff(*from_ms), lang);
            let way = match (lang, to_ms > from_ms) {
                (Lang::Id, true) => "jam HP dimajukan",
                (Lang::Id, false) => "jam HP dimundurkan",
                (Lang::En, true) => "the phone's clock was set forward by",
                (Lang::En, false) => "the phone's clock was set back by",
            };
            format!("{at}: {way} {by}")
        }
        (NoteWhat::UploadFailed { code, count, since_ms }, Lang::Id) => {
            format!(
                "{at}: pengiriman berhasil lagi setelah gagal {count} kali sejak {} ({code})",
                clock.second(*since_ms)
            )
        }
        (NoteWhat::UploadFailed { code, count, since_ms }, Lang::En) => {
            format!("{at}: sending works again after {count} failures since {} ({code})", clock.second(*since_ms))
        }
    }
}

/// Whether and when something was seen: *dilihat 10.24.00, terkirim 10.25.00*, or *belum dilihat*.
pub(crate) fn seen(seen_ms: Option<(i64, i64)>, clock: &DayClock) -> String {
    match (seen_ms, clock.lang) {
        (None, lang) => lang.pick("belum dilihat", "not seen yet").to_owned(),
        (Some((at, came)), Lang::Id) => format!("dilihat {}, terkirim {}", clock.second(at), clock.second(came)),
        (Some((at, came)), Lang::En) => format!("seen {}, sent {}", clock.second(at), clock.second(came)),
    }
}
