//! Words about what went wrong on the phone, and what to do. In English most errors say it themselves.

use super::{Lang, time::short_date};
use crate::engine::{EngineError, InviteError};
use crate::journal::JournalError;
use crate::limits::pin as limits;
use crate::ports::{TlsFault, TransportError, VaultError};
use crate::wire::ProblemCode;

/// What went wrong, and what to do.
#[must_use]
pub fn error(error: &EngineError, lang: Lang) -> String {
    match error {
        EngineError::EnrolRefused { code, .. } => enrol_refused(*code, lang).into(),
        EngineError::InviteRefused { code, .. } => invite_refused(*code, lang).into(),
        EngineError::NoFormDue(date) => {
            let date = short_date(*date, lang);
            match lang {
                Lang::Id => format!("Tidak ada penilaian mandiri untuk {date} saat ini."),
                Lang::En => format!("No self-assessment is due for {date} now."),
            }
        }
        error if lang == Lang::En => error.to_string(),
        EngineError::NotEnrolled => "HP ini belum didaftarkan. Buka tautan undangan dahulu.".into(),
        EngineError::AlreadyEnrolled => {
            "HP ini sudah didaftarkan. Hapus datanya dahulu bila ingin mendaftar baru.".into()
        }
        EngineError::InUse => "Data sedang dipakai proses lain. Tutup dahulu yang lain.".into(),
        EngineError::StoreFull => {
            "Penyimpanan HP penuh; tidak ada yang tercatat. Kosongkan sedikit, lalu coba lagi.".into()
        }
        EngineError::Store(cause) => store(cause),
        EngineError::Vault(cause) => vault(*cause).into(),
        EngineError::Invite(cause) => link(cause),
        EngineError::HelpRefused { code, .. } => match code {
            ProblemCode::NotFound | ProblemCode::MethodNotAllowed => {
                "Server ini belum memberi kode bantuan. Sebutkan nomor HP ini kepada petugas.".into()
            }
            ProblemCode::NotEnrolled => "Server tidak mengenal HP ini. Daftarkan lagi; semua catatan tetap tersimpan.".into(),
            _ => "Server belum dapat memberi kode bantuan. Coba lagi sebentar lagi.".into(),
        },
        EngineError::Network(cause) => unreached(cause).into(),
        EngineError::OtherAgency { found } => {
            format!("Tautan ini dari instansi lain ({found}). Minta tautan dari kantor sendiri.")
        }
        EngineError::NotOurServer(_) => "Yang menjawab bukan server instansi. Apakah Wi-Fi ini meminta login?".into(),
        EngineError::Trust(_) => "Server ini tidak dijamin oleh instansi pada undangan. Pendaftaran dihentikan.".into(),
        EngineError::OtherInstallation { .. } => "Jawaban server untuk HP lain.".into(),
        EngineError::SyncRunning => "Pengiriman sedang berjalan.".into(),
        EngineError::NoCertificates => {
            "Sertifikat instansi hilang bersama bagian penyimpanan yang rusak. Kirim sekali saat ada jaringan, lalu coba lagi.".into()
        }
        EngineError::NoLiveShare => "Hari ini tidak diminta berbagi lokasi.".into(),
        EngineError::OutsideShareHours { .. } => "Sekarang bukan jam berbagi lokasi; tidak ada yang dibagikan.".into(),
        EngineError::UnknownForm { form, version } => {
            format!("Formulir {form} versi {version} belum dikenal. Perbarui aplikasi.")
        }
        EngineError::Form(_) => "Jawab setiap pertanyaan dengan Ya atau Tidak.".into(),
        EngineError::Seal(_) => "Jawaban belum dapat disegel: kunci Dinas Kesehatan belum lengkap.".into(),
        EngineError::UnknownRecord => "Catatan itu tidak ada di HP ini.".into(),
        EngineError::UnknownWindow(id) => {
            format!("Aturan hari itu tidak punya jadwal {}.", super::ask::window(id))
        }
        EngineError::NothingToWithdraw => "Permohonan itu tidak ada di HP ini, atau sudah ditarik.".into(),
        EngineError::Ask(cause) => super::ask::error(cause, lang),
        EngineError::Pin(_) => {
            let (least, most) = (limits::DIGITS.start(), limits::DIGITS.end());
            format!("PIN terdiri atas {least} sampai {most} angka.")
        }
        EngineError::NotParked => "Tidak ada catatan tertahan di sana.".into(),
        EngineError::Sign(_) => "Catatan tidak dapat ditandatangani; laporkan ke admin.".into(),
        EngineError::Entropy(_) => "HP tidak memberi bilangan acak; mulai ulang HP.".into(),
    }
}

/// Why the server was not reached, in Indonesian; in English the error says it itself.
fn unreached(cause: &TransportError) -> &'static str {
    match cause {
        TransportError::Tls(TlsFault::NotYetValid { .. }) => {
            "Jam HP ini tampaknya salah: sertifikat server baru berlaku setelahnya. Betulkan tanggal dan jam, lalu coba lagi."
        }
        TransportError::Tls(TlsFault::Ended { .. }) => {
            "Menurut jam HP ini sertifikat server sudah berakhir. Periksa tanggal HP; bila benar, beri tahu admin."
        }
        TransportError::Tls(TlsFault::PinMismatch) => {
            "Kunci server tidak sama dengan yang ada di undangan. Semua catatan tetap tersimpan; minta tautan alamat baru dari kantor."
        }
        TransportError::Tls(TlsFault::WrongName | TlsFault::UnknownAuthority) => {
            "Yang menjawab tidak terbukti server instansi. Apakah Wi-Fi ini meminta login?"
        }
        TransportError::Tls(TlsFault::Other(_)) => "Sambungan ke server tidak aman. Coba dari jaringan lain.",
        TransportError::Proxy(_) => "Proxy jaringan ini tidak meneruskan ke server. Periksa setelan proxy.",
        _ => "Server tidak dapat dihubungi. Periksa jaringan, lalu coba lagi.",
    }
}

fn vault(cause: VaultError) -> &'static str {
    match cause {
        VaultError::Locked => "Pengaman HP masih terkunci. Buka kunci layar HP sekali, lalu coba lagi.",
        VaultError::Unavailable => {
            "Pengaman HP belum siap. Tidak ada yang hilang. Coba lagi; bila tetap begini, nyalakan ulang HP."
        }
        VaultError::KeyGone => {
            "HP ini kehilangan kunci pengamannya. Daftarkan lagi dengan undangan baru; catatan lama tetap disimpan untuk dipulihkan instansi."
        }
        VaultError::Rejected => {
            "Pengaman HP ini tidak mengenal data ini: salinan dari HP lain, atau data berubah. Daftarkan HP ini lagi; catatan lama tetap disimpan."
        }
    }
}

fn store(cause: &JournalError) -> String {
    match cause {
        JournalError::VaultMissing { .. } | JournalError::VaultDamaged { .. } => {
            "Kunci data di HP ini hilang atau rusak. Daftarkan HP ini lagi dengan undangan baru; catatan lama tetap disimpan untuk dipulihkan instansi.".into()
        }
        JournalError::NewerFormat { .. } => {
            "Data di HP ditulis oleh aplikasi yang lebih baru dan tidak disentuh. Perbarui aplikasi.".into()
        }
        cause => format!("Data di HP tidak dapat dipakai: {cause}"),
    }
}

fn link(cause: &InviteError) -> String {
    match cause {
        InviteError::NoFragment => {
            "Ini bukan tautan undangan dari kantor, atau tautannya terpotong. Salin seluruh tautan.".into()
        }
        InviteError::Damaged => {
            "Tautannya rusak atau terpotong. Salin seluruh tautan atau pindai ulang kodenya.".into()
        }
        InviteError::TooLong => "Ini bukan tautan dari kantor: terlalu panjang.".into(),
        InviteError::Newer(version) => format!("Tautan ini dari versi {version} yang lebih baru. Perbarui aplikasi."),
        InviteError::BadServer(server) => {
            format!("Alamat server {server} bukan alamat https. Tanyakan alamatnya ke kantor.")
        }
        InviteError::BadCode => {
            "Kode aktivasi terdiri dari sepuluh huruf dan angka, dua kelompok berisi lima. Periksa lagi kodenya.".into()
        }
    }
}

fn invite_refused(code: ProblemCode, lang: Lang) -> &'static str {
    match code {
        ProblemCode::InviteUnknown => lang.pick(
            "Kode atau undangan ini tidak dikenal server. Periksa lagi huruf demi huruf, atau minta yang baru.",
            "The server does not know this code or invite. Check it letter by letter, or ask for a new one.",
        ),
        ProblemCode::NotFound | ProblemCode::MethodNotAllowed => lang.pick(
            "Server ini belum menerima kode aktivasi. Minta tautan undangan dari kantor.",
            "This server takes no activation codes yet. Ask the office for an invite link.",
        ),
        ProblemCode::TooMany => lang.pick(
            "Terlalu banyak percobaan saat ini. Tunggu sebentar, lalu coba lagi.",
            "Too many tries just now. Wait a little, then try again.",
        ),
        code => enrol_refused(code, lang),
    }
}

fn enrol_refused(code: ProblemCode, lang: Lang) -> &'static str {
    match code {
        ProblemCode::InviteUsed => lang.pick(
            "Undangan ini sudah dipakai HP lain. Minta undangan baru.",
            "Another phone has used this invite. Ask for a new one.",
        ),
        ProblemCode::InviteExpired => lang.pick(
            "Undangan ini sudah kedaluwarsa. Minta undangan baru.",
            "This invite's time is over. Ask for a new one.",
        ),
        ProblemCode::InviteUnknown => lang.pick(
            "Undangan ini tidak dikenal server. Minta undangan baru.",
            "The server does not know this invite. Ask for a new one.",
        ),
        ProblemCode::WrongAgency => {
            lang.pick("Undangan ini dari instansi lain.", "This invite is from another agency.")
        }
        ProblemCode::TooMany | ProblemCode::Unavailable => lang.pick(
            "Server sedang sibuk. Coba lagi sebentar lagi.",
            "The server is busy. Try again in a moment.",
        ),
        ProblemCode::ClockBehind => lang.pick(
            "Jam server mundur, jadi server belum dapat mendaftarkan HP. Undangan tetap berlaku; beri tahu petugas, lalu coba lagi.",
            "The server's clock runs behind, so it can't enrol phones yet. The invite stays good; tell the office, then try again.",
        ),
        ProblemCode::UnsupportedVersion => lang.pick("Aplikasi perlu diperbarui.", "The app needs an update."),
        _ => lang.pick(
            "Server menolak pendaftaran. Minta undangan baru.",
            "The server refused the enrolment. Ask for a new invite.",
        ),
    }
}
