//! The text of *Bagikan bukti*: a few lines that a person pastes into a message.

use super::{
    Lang, policy,
    time::{DayClock, grade, short_date},
};
use crate::{
    engine::{Proof, ProofWhat},
    model::ProofCodeError,
    outbox::Delivery,
};

/// The text to share. It has the coordinates only if the proof has them.
#[must_use]
pub fn text(proof: &Proof, lang: Lang) -> String {
    let clock = DayClock { zone: proof.zone, date: proof.date, lang };
    let mut lines = vec![
        match proof.what {
            ProofWhat::Tap { .. } => lang.pick("Bukti presensi", "Proof of attendance"),
            _ => lang.pick("Bukti catatan", "Proof of a record"),
        }
        .to_owned(),
        format!("{}, {}", proof.person.name, proof.person.unit_name),
        format!("{}: {}", policy::date(proof.date, lang), what(&proof.what, lang)),
        match lang {
            Lang::Id => format!("Tercatat {} ({})", clock.second(proof.at_ms), grade(proof.grade, lang)),
            Lang::En => format!("Recorded {} ({})", clock.second(proof.at_ms), grade(proof.grade, lang)),
        },
        sent(proof, &clock),
    ];
    lines.extend(proof.place.map(|place| {
        let (lat, lon, accuracy) = (place.lat, place.lon, place.accuracy_m.round());
        format!("{}: {lat:.6}, {lon:.6} (±{accuracy} m)", lang.pick("Lokasi", "Place"))
    }));
    lines.push(match lang {
        Lang::Id => format!("Kode bukti: {} (dapat diperiksa kantor setelah terkirim)", proof.code),
        Lang::En => format!("Proof code: {} (checked on the office's board once sent)", proof.code),
    });
    lines.join("\n")
}

fn what(what: &ProofWhat, lang: Lang) -> String {
    match (what, lang) {
        (ProofWhat::Tap { window: Some(label), .. }, Lang::Id) => format!("jadwal {label}"),
        (ProofWhat::Tap { window: Some(label), .. }, Lang::En) => format!("window {label}"),
        (ProofWhat::Tap { window: None, .. }, _) => lang.pick("di luar jadwal", "outside the schedule").into(),
        (ProofWhat::Form { for_date }, Lang::Id) => format!("penilaian mandiri untuk {}", short_date(*for_date, lang)),
        (ProofWhat::Form { for_date }, Lang::En) => format!("self-assessment for {}", short_date(*for_date, lang)),
        (ProofWhat::Request, _) => lang.pick("permohonan", "request").into(),
        (ProofWhat::Appeal, _) => lang.pick("sanggahan", "appeal").into(),
        (ProofWhat::Other, _) => lang.pick("catatan lain", "another record").into(),
    }
}

fn sent(proof: &Proof, clock: &DayClock) -> String {
    let state = super::engine::delivery(&proof.delivery, clock.lang);
    match (&proof.delivery, proof.received_ms) {
        (Delivery::Received | Delivery::Conflict, Some(at)) => format!("{state} {}", clock.second(at)),
        _ => state.to_owned(),
    }
}

/// Why a text is no code.
#[must_use]
pub fn code_error(error: &ProofCodeError, lang: Lang) -> String {
    match (error, lang) {
        (error, Lang::En) => error.to_string(),
        (ProofCodeError::Length { found }, Lang::Id) => {
            format!("Kode bukti terdiri atas 10 huruf dan angka, ini {found}. Salin seluruhnya.")
        }
        (ProofCodeError::Letter(letter), Lang::Id) => format!("Tidak ada kode bukti dengan \"{letter}\"."),
    }
}
