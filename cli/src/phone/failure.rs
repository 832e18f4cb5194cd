//! Why a command of the phone did not happen, in words, and the exit code that goes with it.

use std::{io, path::PathBuf};

use hadir_core::{
    engine::{EngineError, InviteError},
    form::FormError,
    journal::JournalError,
    model::FixError,
    ports::{DiskErrorKind, TransportError, VaultError},
    text::{Lang, time::short_date},
    wire::ProblemCode,
};

use super::{form::BadAnswers, play::ScriptFaults};
use crate::{out::Exit, secret_file::SecretFileError};

/// Why a command did not happen. What was recorded before is untouched by any of them.
#[derive(Debug)]
pub(super) enum Failure {
    /// The engine says no.
    Engine(EngineError),
    /// Nobody enrolled a phone in this directory.
    NoPhone(PathBuf),
    /// The position is none.
    Fix(FixError),
    /// The age of the position is no number.
    Age(f64),
    /// The key file may be read by others.
    KeyOpen {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The phone's directory can't be made or written.
    Directory(PathBuf, io::Error),
    /// The clock file can't be read.
    Clock(PathBuf, io::Error),
    /// A file can't be read or written.
    File(PathBuf, io::Error),
    /// The exported history can't be written.
    Export(SecretFileError),
    /// The answers can't be read.
    Answers(BadAnswers),
    /// No self-assessment is due at all.
    NoForm,
    /// The questions were not answered to the end.
    NotAnswered,
    /// A program has to say yes in the command itself.
    SayYes,
    /// The script can't be played.
    Script(ScriptFaults),
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<FixError> for Failure {
    fn from(error: FixError) -> Self {
        Self::Fix(error)
    }
}

impl Failure {
    /// The exit code.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Engine(error) => engine_exit(error),
            Self::NoPhone(_) => Exit::NeedsPerson,
            Self::Fix(_) | Self::Age(_) | Self::Answers(_) | Self::NotAnswered | Self::SayYes | Self::Script(_) => {
                Exit::Usage
            }
            Self::Export(SecretFileError::Exists(_)) => Exit::Usage,
            Self::NoForm => Exit::No,
            Self::KeyOpen { .. } | Self::Directory(..) | Self::Clock(..) | Self::File(..) | Self::Export(_) => {
                Exit::Store
            }
        }
    }

    /// What to tell the person.
    pub(super) fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Engine(error), _) => engine(error, lang),
            (Self::NoPhone(dir), Lang::Id) => format!(
                "belum ada HP yang terdaftar di {}; daftarkan dulu dengan tautan undangan: hadir phone --dir {0} enrol TAUTAN",
                dir.display()
            ),
            (Self::NoPhone(dir), Lang::En) => format!(
                "no phone is enrolled in {}; enrol it with an invite link first: hadir phone --dir {0} enrol LINK",
                dir.display()
            ),
            (Self::Fix(error), _) => fix(*error, lang),
            (Self::Age(age), Lang::Id) => format!("--age harus berupa bilangan detik, bukan {age}"),
            (Self::Age(age), Lang::En) => format!("--age must be a number of seconds, not {age}"),
            (Self::KeyOpen { path, mode }, Lang::Id) => format!(
                "kunci HP ini dapat dibaca orang lain (mode {mode:03o}); jadikan milik Anda sendiri: chmod 600 {}",
                path.display()
            ),
            (Self::KeyOpen { path, mode }, Lang::En) => format!(
                "this phone's key may be read by others (mode {mode:03o}); make it yours alone: chmod 600 {}",
                path.display()
            ),
            (Self::Directory(dir, error), Lang::Id) => {
                format!("{} tidak dapat dipakai: {error}; pilih direktori lain dengan --dir", dir.display())
            }
            (Self::Directory(dir, error), Lang::En) => {
                format!("{} can't be used: {error}; choose another directory with --dir", dir.display())
            }
            (Self::Clock(path, error), Lang::Id) => format!(
                "jam di {} tidak dapat dibaca: {error}; isinya harus satu bilangan, milidetik sejak 1970",
                path.display()
            ),
            (Self::Clock(path, error), Lang::En) => format!(
                "the clock in {} can't be read: {error}; it must hold one number, milliseconds since 1970",
                path.display()
            ),
            (Self::File(path, error), _) => format!("{}: {error}", path.display()),
            (Self::Export(SecretFileError::Exists(path)), Lang::Id) => {
                format!("{} sudah ada; pilih nama lain, tidak ada yang ditimpa", path.display())
            }
            (Self::Export(SecretFileError::Exists(path)), Lang::En) => {
                format!("{} exists already; choose another name, nothing is overwritten", path.display())
            }
            (Self::Export(error), _) => error.message(lang),
            (Self::Answers(error), _) => error.words(lang),
            (Self::NoForm, _) => lang
                .pick("tidak ada penilaian mandiri yang perlu diisi sekarang", "no self-assessment is due now")
                .to_owned(),
            (Self::NotAnswered, Lang::Id) => {
                "pertanyaan tidak dijawab sampai selesai; tidak ada yang dicatat. Isi lagi, atau beri --answers"
                    .to_owned()
            }
            (Self::NotAnswered, Lang::En) => {
                "the questions were not answered to the end; nothing was recorded. Fill it again, or give --answers"
                    .to_owned()
            }
            (Self::SayYes, _) => lang
                .pick(
                    "di luar terminal, tambahkan --yes untuk menghapus",
                    "outside a terminal, add --yes to remove everything",
                )
                .to_owned(),
            (Self::Script(faults), _) => faults.words(lang),
        }
    }
}

fn engine_exit(error: &EngineError) -> Exit {
    match error {
        EngineError::NotEnrolled
        | EngineError::EnrolRefused { .. }
        | EngineError::Trust(_)
        | EngineError::OtherInstallation { .. }
        | EngineError::UnknownForm { .. }
        | EngineError::Seal(_)
        | EngineError::Vault(VaultError::KeyGone | VaultError::Rejected)
        | EngineError::Store(
            JournalError::VaultMissing { .. } | JournalError::VaultDamaged { .. } | JournalError::NewerFormat { .. },
        ) if !error.is_transient() => Exit::NeedsPerson,
        EngineError::EnrolRefused { .. } | EngineError::Network(_) | EngineError::NotOurServer(_) => Exit::NotDelivered,
        EngineError::AlreadyEnrolled | EngineError::Invite(_) | EngineError::Form(_) => Exit::Usage,
        EngineError::NoFormDue(_) | EngineError::UnknownRecord | EngineError::NotParked => Exit::No,
        _ => Exit::Store,
    }
}

/// What the engine says, in words.
pub(super) fn engine(error: &EngineError, lang: Lang) -> String {
    if lang == Lang::En {
        return match error {
            EngineError::AlreadyEnrolled => {
                "this phone is enrolled already; `hadir phone wipe` removes it, or choose another --dir".to_owned()
            }
            EngineError::Vault(VaultError::KeyGone) => {
                "this phone's key (vault.key) is gone, and without it the store can't be read; \
                 remove it with `hadir phone wipe` and enrol anew"
                    .to_owned()
            }
            EngineError::Vault(VaultError::Rejected) => {
                "the key in vault.key does not belong to this store; bring the right file back, \
                 or remove the store with `hadir phone wipe` and enrol anew"
                    .to_owned()
            }
            other => other.to_string(),
        };
    }
    match error {
        EngineError::NotEnrolled => "HP ini belum terdaftar; buka tautan undangan dulu".to_owned(),
        EngineError::AlreadyEnrolled => {
            "HP ini sudah terdaftar; hapus dulu dengan `hadir phone wipe`, atau pilih --dir lain".to_owned()
        }
        EngineError::InUse => "penyimpanan HP ini sedang dipakai proses lain; tutup proses itu dulu".to_owned(),
        EngineError::StoreFull => {
            "tempat penyimpanan habis; TIDAK ada yang dicatat: kosongkan sebagian lalu ulangi".to_owned()
        }
        EngineError::Store(error) => store_id(error),
        EngineError::Vault(VaultError::KeyGone) => {
            "kunci HP ini (vault.key) hilang, dan tanpa kunci itu penyimpanannya tidak dapat dibaca; hapus dengan `hadir phone wipe` \
             lalu daftarkan ulang"
                .to_owned()
        }
        EngineError::Vault(VaultError::Rejected) => {
            "kunci di vault.key bukan milik penyimpanan ini; kembalikan berkas yang benar, atau hapus dengan `hadir phone wipe` \
             lalu daftarkan ulang"
                .to_owned()
        }
        EngineError::Vault(_) => "kunci HP ini tidak dapat dibaca sekarang; coba lagi".to_owned(),
        EngineError::Invite(error) => invite_id(error),
        EngineError::EnrolRefused { code, detail } => refused_id(*code, detail),
        EngineError::Network(error) => transport(error, lang),
        EngineError::NotOurServer(what) => {
            format!("yang menjawab bukan server instansi ({what}); apakah jaringan ini meminta masuk dulu?")
        }
        EngineError::Trust(error) => format!("server ini tidak dijamin oleh kunci instansi: {error}"),
        EngineError::OtherInstallation { found } => format!("server menjawab untuk HP lain ({found}), bukan untuk HP ini"),
        EngineError::SyncRunning => "pengiriman lain sedang berjalan".to_owned(),
        EngineError::NoFormDue(date) => {
            format!("penilaian mandiri untuk {} tidak dapat diisi sekarang", short_date(*date, lang))
        }
        EngineError::UnknownForm { form, version } => {
            format!("versi ini belum mengenal formulir {form} versi {version}; perbarui aplikasi")
        }
        EngineError::Form(FormError::Missing(open)) => {
            format!("belum dijawab: {}; jawab setiap pertanyaan dengan Ya atau Tidak", open.join(", "))
        }
        EngineError::Form(FormError::Unknown { form, version, unknown }) => {
            format!("{form} versi {version} tidak menanyakan {}", unknown.join(", "))
        }
        EngineError::Seal(error) => format!("jawaban tidak dapat disegel untuk Dinas Kesehatan: {error}"),
        EngineError::UnknownRecord => "catatan itu tidak ada di HP ini; lihat `hadir phone log`".to_owned(),
        EngineError::NotParked => "tidak ada catatan tertahan di tempat itu; lihat `hadir phone today`".to_owned(),
        other => other.to_string(),
    }
}

fn store_id(error: &JournalError) -> String {
    match error {
        JournalError::Disk(error) => {
            let why = match &error.kind {
                DiskErrorKind::Denied => "tidak diizinkan".to_owned(),
                DiskErrorKind::Io(what) => what.clone(),
                other => format!("{other:?}"),
            };
            format!("penyimpanan tidak dapat dipakai ({}: {why}); TIDAK ada yang dicatat", error.name)
        }
        JournalError::VaultMissing { .. } | JournalError::VaultDamaged { .. } => format!(
            "kunci penyimpanan hilang atau rusak ({error}); hapus dengan `hadir phone wipe` lalu daftarkan ulang; segmen lama dapat dipulihkan instansi"
        ),
        JournalError::NewerFormat { .. } => {
            format!("penyimpanan ini ditulis oleh versi yang lebih baru ({error}); perbarui aplikasi")
        }
        other => other.to_string(),
    }
}

fn invite_id(error: &InviteError) -> String {
    match error {
        InviteError::NoFragment => {
            "ini bukan tautan undangan: tidak ada bagian setelah '#'; salin tautannya sampai akhir".to_owned()
        }
        InviteError::Damaged => {
            "tautan undangan rusak atau terpotong; salin seluruhnya, atau pindai lagi kodenya".to_owned()
        }
        InviteError::TooLong => "ini bukan tautan undangan: terlalu panjang".to_owned(),
        InviteError::Newer(version) => format!("undangan ini versi {version}; perbarui aplikasi"),
        InviteError::BadServer(server) => format!("undangan menyebut server {server}, yang bukan alamat https"),
    }
}

fn refused_id(code: ProblemCode, detail: &str) -> String {
    match code {
        ProblemCode::InviteUsed => {
            "undangan ini sudah dipakai HP lain; minta undangan baru kepada petugas kepegawaian".to_owned()
        }
        ProblemCode::InviteExpired => {
            "undangan ini sudah lewat waktunya; minta undangan baru kepada petugas kepegawaian".to_owned()
        }
        ProblemCode::InviteUnknown => {
            "server tidak mengenal undangan ini; minta undangan baru kepada petugas kepegawaian".to_owned()
        }
        ProblemCode::WrongAgency => "undangan ini milik instansi lain".to_owned(),
        ProblemCode::TooMany | ProblemCode::Unavailable => "server sedang sibuk; coba lagi sebentar lagi".to_owned(),
        _ => format!("server menolak pendaftaran ({}): {detail}", code.as_str()),
    }
}

/// Why nothing came back, in words.
pub(super) fn transport(error: &TransportError, lang: Lang) -> String {
    if lang == Lang::En {
        return error.to_string();
    }
    match error {
        TransportError::Unreachable => "tidak tersambung ke server".to_owned(),
        TransportError::Tls(what) => format!("sambungan ke server tidak aman: {what}"),
        TransportError::Timeout => "server tidak menjawab pada waktunya".to_owned(),
        TransportError::Cancelled => "dibatalkan".to_owned(),
        TransportError::Broken => "jawaban server terputus".to_owned(),
        TransportError::TooLarge { limit } => format!("jawaban server lebih dari {limit} bita"),
        TransportError::Unsendable(what) => format!("permintaan tidak dapat dikirim: {what}"),
    }
}

/// Why a position can't be taken, in words.
pub(super) fn fix(error: FixError, lang: Lang) -> String {
    if lang == Lang::En {
        return error.to_string();
    }
    match error {
        FixError::Latitude(value) => format!("lintang harus berupa bilangan dari -90 sampai 90 derajat, bukan {value}"),
        FixError::Longitude(value) => {
            format!("bujur harus berupa bilangan dari -180 sampai 180 derajat, bukan {value}")
        }
        FixError::Accuracy(value) => format!("ketelitian harus berupa bilangan meter di atas 0, bukan {value}"),
        FixError::Speed(value) => {
            format!("kecepatan harus berupa bilangan meter per detik, paling sedikit 0, bukan {value}")
        }
        FixError::FromTheFuture(ms) => format!("posisi ini {ms} ms dari masa depan; umurnya paling sedikit 0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_server_is_not_delivered_and_a_used_invite_needs_a_person() {
        let refused = |code| Failure::Engine(EngineError::EnrolRefused { code, detail: String::new() });
        assert_eq!(refused(ProblemCode::TooMany).exit(), Exit::NotDelivered);
        assert_eq!(refused(ProblemCode::InviteUsed).exit(), Exit::NeedsPerson);
        assert_eq!(Failure::Engine(EngineError::StoreFull).exit(), Exit::Store);
        assert_eq!(Failure::Engine(TransportError::Unreachable.into()).exit(), Exit::NotDelivered);
    }

    #[test]
    fn values_that_no_position_has_are_named_in_both_languages() {
        for lang in [Lang::Id, Lang::En] {
            assert!(fix(FixError::Latitude(91.0), lang).contains("91"));
            assert!(fix(FixError::Accuracy(f64::NAN), lang).contains("NaN"));
        }
    }
}
