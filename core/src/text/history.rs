//! Words about the check of an exported history.

use super::Lang;
use crate::history::{NotAnExport, Place, Problem, Span};
use crate::model::EpochCause;

/// Why a file is no exported history.
#[must_use]
pub fn not_an_export(error: &NotAnExport, lang: Lang) -> String {
    match (error, lang) {
        (_, Lang::En) => error.to_string(),
        (NotAnExport::Form { line, column }, Lang::Id) => {
            format!("ini bukan berkas riwayat (baris {line}, kolom {column})")
        }
        (NotAnExport::Version { found }, Lang::Id) => {
            format!("riwayat ini berversi {found}; perbarui dahulu program ini")
        }
    }
}

/// Why an epoch began.
#[must_use]
pub fn epoch_cause(cause: EpochCause, lang: Lang) -> &'static str {
    match cause {
        EpochCause::LostTail => lang.pick("akhir penyimpanan hilang", "the end of the store was lost"),
        EpochCause::RestoredCopy => {
            lang.pick("penyimpanan dipulihkan dari salinan lama", "the store is a restored copy")
        }
        EpochCause::UnreadableFormat => {
            lang.pick("penyimpanan ditulis oleh versi yang lebih baru", "the store was written by a newer version")
        }
        EpochCause::Damage => lang.pick("penyimpanan rusak", "the store was damaged"),
    }
}

/// Places of an epoch: `5` or `5–8`.
#[must_use]
pub fn span(span: Span) -> String {
    if span.from_seq == span.to_seq {
        span.from_seq.to_string()
    } else {
        format!("{}–{}", span.from_seq, span.to_seq)
    }
}

fn place(place: Place, lang: Lang) -> String {
    match lang {
        Lang::Id => format!("catatan {} (epoch {})", place.seq, place.epoch),
        Lang::En => format!("record {} (epoch {})", place.seq, place.epoch),
    }
}

/// What is wrong, in a sentence.
#[must_use]
pub fn problem(problem: &Problem, lang: Lang) -> String {
    let id = lang == Lang::Id;
    match problem {
        Problem::Trust { why } if id => format!("Sertifikat instansi tidak sah: {why}"),
        Problem::Trust { why } => format!("The agency's certificates are not valid: {why}"),
        Problem::Key { why } if id => format!("Kunci HP tidak cocok dengan riwayat ini: {why}"),
        Problem::Key { why } => format!("The phone's key does not belong to this history: {why}"),
        Problem::Record { index, claims, why } => {
            let claims = claims.map_or(String::new(), |at| format!(", {}", place(at, lang)));
            let number = index + 1;
            if id {
                format!("Baris catatan ke-{number}{claims} tidak seperti saat ditandatangani: {why}")
            } else {
                format!("Record line {number}{claims} is not as it was signed: {why}")
            }
        }
        Problem::OutOfOrder { place: at } if id => format!("Urutan diubah: {} tidak pada tempatnya", place(*at, lang)),
        Problem::OutOfOrder { place: at } => format!("The order was changed: {} is out of place", place(*at, lang)),
        Problem::Repeated { place: at } if id => format!("Muncul dua kali: {}", place(*at, lang)),
        Problem::Repeated { place: at } => format!("It stands there twice: {}", place(*at, lang)),
        Problem::Fork { place: at } if id => {
            format!("Bercabang: dua catatan berbeda ditandatangani sebagai {}", place(*at, lang))
        }
        Problem::Fork { place: at } => format!("A fork: two different records are signed as {}", place(*at, lang)),
        Problem::RepeatedId { place: at, first } if id => {
            format!("{} memakai nomor identitas yang sama dengan {}", place(*at, lang), place(*first, lang))
        }
        Problem::RepeatedId { place: at, first } => {
            format!("{} has the same id as {}", place(*at, lang), place(*first, lang))
        }
        Problem::Chain { place: at } if id => {
            format!("Rantai putus: {} tidak menyambung dengan catatan sebelumnya", place(*at, lang))
        }
        Problem::Chain { place: at } => {
            format!("The chain is broken: {} does not follow from the record before it", place(*at, lang))
        }
        Problem::EpochStart { place: at, why } if id => format!("Awal epoch tidak cocok, {}: {why}", place(*at, lang)),
        Problem::EpochStart { place: at, why } => {
            format!("The start of an epoch does not fit, {}: {why}", place(*at, lang))
        }
        Problem::Missing { epoch, span: gap, receipted } => {
            let gap = span(*gap);
            match (id, receipted) {
                (true, true) => {
                    format!("Tidak ada di berkas, padahal sudah diterima server: catatan {gap} (epoch {epoch})")
                }
                (true, false) => format!("Tidak ada di berkas: catatan {gap} (epoch {epoch})"),
                (false, true) => format!("Not in the file, though the server has it: record {gap} (epoch {epoch})"),
                (false, false) => format!("Not in the file: record {gap} (epoch {epoch})"),
            }
        }
        Problem::MissingEpochs { from, to } if id => format!("Tidak ada di berkas: epoch {from} sampai {to}"),
        Problem::MissingEpochs { from, to } => format!("Not in the file: epochs {from} to {to}"),
        Problem::Receipt { index, why } if id => format!("Tanda terima ke-{} tidak sah: {why}", index + 1),
        Problem::Receipt { index, why } => format!("Receipt {} is not valid: {why}", index + 1),
        Problem::NotAsReceived { place: at, receipt } if id => {
            format!("Isi diubah setelah diterima server: {} (tanda terima ke-{})", place(*at, lang), receipt + 1)
        }
        Problem::NotAsReceived { place: at, receipt } => {
            format!("Changed after the server received it: {} (receipt {})", place(*at, lang), receipt + 1)
        }
        Problem::Conflict { place: at, receipt } if id => {
            format!("Server menyimpan catatan lain sebagai {} (tanda terima ke-{})", place(*at, lang), receipt + 1)
        }
        Problem::Conflict { place: at, receipt } => {
            format!("The server holds another record as {} (receipt {})", place(*at, lang), receipt + 1)
        }
        Problem::Token { index, why } if id => format!("Token waktu ke-{} tidak sah: {why}", index + 1),
        Problem::Token { index, why } => format!("Time token {} is not valid: {why}", index + 1),
    }
}
