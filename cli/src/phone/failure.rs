//! Why a command of the phone did not happen, in words, and the exit code that goes with it.

use std::{io, path::PathBuf};

use hadir_core::{
    adapters::BadProxy,
    engine::{EngineError, WayOn},
    journal::JournalError,
    model::FixError,
    ports::{TlsFault, TransportError, VaultError},
    text::{self, Lang},
};

use super::{form::BadAnswers, play::ScriptFaults, track::gpx::GpxFaults};
use crate::{
    out::{Exit, io_words},
    secret_file::SecretFileError,
};

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
    /// Only a clock file can be moved.
    DriveWhat,
    /// The script can't be played.
    Script(ScriptFaults),
    /// The track can't be played.
    Gpx(GpxFaults),
    /// The proxy is none.
    Proxy(BadProxy),
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
            Self::Fix(_)
            | Self::Age(_)
            | Self::Answers(_)
            | Self::NotAnswered
            | Self::SayYes
            | Self::DriveWhat
            | Self::Script(_)
            | Self::Gpx(_)
            | Self::Proxy(_) => Exit::Usage,
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
            (Self::File(path, error), lang) => format!("{}: {}", path.display(), io_words(error, lang)),
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
                "pertanyaan tidak dijawab sampai selesai; tidak ada yang dicatat. Yang sudah dijawab di terminal disimpan di HP ini: isi lagi untuk melanjutkan, atau beri --answers"
                    .to_owned()
            }
            (Self::NotAnswered, Lang::En) => {
                "the questions were not answered to the end; nothing was recorded. What was answered in the terminal is kept on this phone: fill it again to go on, or give --answers"
                    .to_owned()
            }
            (Self::SayYes, _) => lang
                .pick(
                    "di luar terminal, tambahkan --yes untuk menghapus",
                    "outside a terminal, add --yes to remove everything",
                )
                .to_owned(),
            (Self::DriveWhat, _) => lang
                .pick(
                    "--drive memajukan jam di berkas: tambahkan --clock BERKAS",
                    "--drive moves a clock file: add --clock FILE",
                )
                .to_owned(),
            (Self::Script(faults), _) => faults.words(lang),
            (Self::Gpx(faults), _) => faults.words(lang),
            (Self::Proxy(BadProxy::NotAnAddress), Lang::Id) => {
                "--proxy ditulis http://host:port, atau http://nama:sandi@host:port".to_owned()
            }
            (Self::Proxy(BadProxy::Scheme), Lang::Id) => {
                "--proxy hanya mengenal http://; yang lewat di dalamnya tetap TLS".to_owned()
            }
            (Self::Proxy(error), Lang::En) => format!("--proxy: {error}"),
        }
    }
}

/// Waiting alone mends neither a clock nor a pin, though the same call may succeed once somebody has.
fn needs_person(error: &EngineError) -> bool {
    matches!(error, EngineError::Network(_)) || !error.is_transient()
}

fn engine_exit(error: &EngineError) -> Exit {
    match error {
        EngineError::NotEnrolled
        | EngineError::EnrolRefused { .. }
        | EngineError::InviteRefused { .. }
        | EngineError::HelpRefused { .. }
        | EngineError::Trust(_)
        | EngineError::Network(TransportError::Tls(TlsFault::NotYetValid { .. } | TlsFault::PinMismatch))
        | EngineError::OtherInstallation { .. }
        | EngineError::UnknownForm { .. }
        | EngineError::Seal(_)
        | EngineError::Vault(VaultError::KeyGone | VaultError::Rejected)
        | EngineError::Store(
            JournalError::VaultMissing { .. } | JournalError::VaultDamaged { .. } | JournalError::NewerFormat { .. },
        ) if needs_person(error) => Exit::NeedsPerson,
        EngineError::EnrolRefused { .. }
        | EngineError::InviteRefused { .. }
        | EngineError::HelpRefused { .. }
        | EngineError::Network(_)
        | EngineError::NotOurServer(_) => Exit::NotDelivered,
        EngineError::OtherAgency { .. } | EngineError::Invite(_) | EngineError::Form(_) => Exit::Usage,
        EngineError::Ask(_) | EngineError::UnknownWindow(_) => Exit::Usage,
        EngineError::AlreadyEnrolled
        | EngineError::NoFormDue(_)
        | EngineError::NoLiveShare
        | EngineError::OutsideShareHours { .. }
        | EngineError::UnknownRecord
        | EngineError::NotParked
        | EngineError::NothingToWithdraw => Exit::No,
        _ => Exit::Store,
    }
}

/// What the engine says, with this program's commands where a person has to act.
fn engine(error: &EngineError, lang: Lang) -> String {
    let command = match error {
        error if error.way_on() == WayOn::EnrolAgain => lang.pick("hadir phone enrol TAUTAN", "hadir phone enrol LINK"),
        EngineError::AlreadyEnrolled => "hadir phone wipe",
        EngineError::UnknownRecord => "hadir phone log",
        EngineError::NotParked => "hadir phone today",
        _ => return text::engine::error(error, lang),
    };
    let words = match (error, lang) {
        (EngineError::Vault(VaultError::KeyGone), Lang::Id) => {
            "kunci HP ini (vault.key) hilang, dan tanpa kunci itu penyimpanannya tidak dapat dibaca. Kembalikan kuncinya, atau daftarkan lagi dengan undangan baru: catatan lama tetap disimpan untuk dipulihkan instansi".to_owned()
        }
        (EngineError::Vault(VaultError::KeyGone), Lang::En) => {
            "this phone's key (vault.key) is gone, and without it the store can't be read. Bring it back, or enrol again with a new invite: old records are kept for the agency to recover".to_owned()
        }
        (EngineError::Vault(VaultError::Rejected), Lang::Id) => {
            "kunci di vault.key bukan milik penyimpanan ini. Kembalikan berkas yang benar, atau daftarkan lagi dengan undangan baru: catatan lama tetap disimpan".to_owned()
        }
        (EngineError::Vault(VaultError::Rejected), Lang::En) => {
            "the key in vault.key does not belong to this store. Bring the right file back, or enrol again with a new invite: old records are kept"
                .to_owned()
        }
        _ => text::engine::error(error, lang),
    };
    format!("{words} → {command}")
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
    use hadir_core::wire::ProblemCode;

    use super::*;

    #[test]
    fn a_busy_server_is_not_delivered_and_a_used_invite_needs_a_person() {
        let refused = |code| Failure::Engine(EngineError::EnrolRefused { code, detail: String::new() });
        assert_eq!(refused(ProblemCode::TooMany).exit(), Exit::NotDelivered);
        assert_eq!(refused(ProblemCode::ClockBehind).exit(), Exit::NotDelivered, "the invite stays good");
        assert_eq!(refused(ProblemCode::InviteUsed).exit(), Exit::NeedsPerson);
        assert_eq!(Failure::Engine(EngineError::StoreFull).exit(), Exit::Store);
        let network = |error: TransportError| Failure::Engine(error.into()).exit();
        assert_eq!(network(TransportError::Unreachable), Exit::NotDelivered);
        assert_eq!(network(TlsFault::WrongName.into()), Exit::NotDelivered);
        assert_eq!(network(TlsFault::NotYetValid { phone_ms: 0, from_ms: 1 }.into()), Exit::NeedsPerson);
        assert_eq!(network(TlsFault::PinMismatch.into()), Exit::NeedsPerson);
    }

    #[test]
    fn values_that_no_position_has_are_named_in_both_languages() {
        for lang in [Lang::Id, Lang::En] {
            assert!(fix(FixError::Latitude(91.0), lang).contains("91"));
            assert!(fix(FixError::Accuracy(f64::NAN), lang).contains("NaN"));
        }
    }
}
