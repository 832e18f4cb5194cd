//! Words about the phone's store: what an open found, and what its medium did.

use super::Lang;
use crate::{
    journal::{Gap, GapCause, Warning},
    ports::{DiskError, DiskErrorKind},
};

/// What went wrong on the medium, and with which file.
#[must_use]
pub fn disk(error: &DiskError, lang: Lang) -> String {
    let what = match (&error.kind, lang) {
        (_, Lang::En) => return error.to_string(),
        (DiskErrorKind::NotFound, Lang::Id) => "tidak ada",
        (DiskErrorKind::Exists, Lang::Id) => "sudah ada",
        (DiskErrorKind::Full, Lang::Id) => "penyimpanan penuh; kosongkan sebagian, lalu coba lagi",
        (DiskErrorKind::Denied, Lang::Id) => "tidak boleh dibaca atau ditulis; periksa pemilik foldernya",
        (DiskErrorKind::BadName, Lang::Id) => "bukan nama berkas biasa",
        (DiskErrorKind::Io(cause), Lang::Id) => return format!("{}: penyimpanan rusak: {cause}", error.name),
    };
    format!("{}: {what}", error.name)
}

/// A stretch without an intact frame, and why.
#[must_use]
pub fn gap(gap: &Gap, lang: Lang) -> String {
    let cause = match gap.cause {
        GapCause::Damaged => lang.pick("rusak", "damaged"),
        GapCause::Unreadable => lang.pick("tidak terbaca dari penyimpanan", "not readable from the medium"),
        GapCause::Refused => lang.pick("bukan milik penyimpanan ini", "not sealed for this place"),
        GapCause::Missing => lang.pick("tidak ada", "not there"),
        GapCause::NewerFormat => lang.pick("ditulis aplikasi yang lebih baru", "written by a newer version"),
    };
    let (from, to) = (gap.from, gap.to);
    match lang {
        Lang::Id => format!("Dari {from} sampai {to}: {cause}"),
        Lang::En => format!("From {from} to {to}: {cause}"),
    }
}

/// Something that did not stop the store from opening.
#[must_use]
pub fn warning(warning: &Warning, lang: Lang) -> String {
    let id = lang == Lang::Id;
    match warning {
        Warning::LockUnsupported => lang
            .pick(
                "Sistem berkas ini tidak mengenal kunci: jangan buka penyimpanan dari dua program sekaligus",
                "This file system has no locks: don't open the store from two programs at once",
            )
            .to_owned(),
        Warning::LockFailed(error) if id => format!("Berkas kunci tidak dapat dibuat: {}", disk(error, lang)),
        Warning::LockFailed(error) => format!("The lock file could not be made: {}", disk(error, lang)),
        Warning::VaultRepaired(name) if id => format!("{name} rusak dan dibuat lagi dari salinannya"),
        Warning::VaultRepaired(name) => format!("{name} was damaged, and made anew from its copy"),
        Warning::VaultNotRepaired(name, error) if id => {
            format!("{name} rusak dan tidak dapat dibuat lagi: {}", disk(error, lang))
        }
        Warning::VaultNotRepaired(name, error) => {
            format!("{name} is damaged and could not be made anew: {}", disk(error, lang))
        }
        Warning::SegmentHeaderDamaged(number) if id => format!("Awal segmen {number} rusak; isinya tetap terbaca"),
        Warning::SegmentHeaderDamaged(number) => {
            format!("The head of segment {number} is damaged; its frames were read all the same")
        }
        Warning::NotSynced(error) if id => {
            format!("Isi terakhir mungkin belum tahan mati listrik: {}", disk(error, lang))
        }
        Warning::NotSynced(error) => format!("What came last may not survive a power cut: {}", disk(error, lang)),
        Warning::NoSpare(error) if id => {
            format!("Ruang cadangan untuk absen tidak dapat disiapkan: {}", disk(error, lang))
        }
        Warning::NoSpare(error) => format!("Room for more taps could not be set aside: {}", disk(error, lang)),
    }
}
