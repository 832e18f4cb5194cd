//! Words about policies, schedules and days.

use chrono::{Datelike, NaiveDate, Weekday};

use super::Lang;
use crate::policy::{ApprovalFor, Expected, Fault, Named, Source};
use crate::schedule::{CheckInReason, DayStatus, Mode, ShareDetail};

/// Where a value comes from.
#[must_use]
pub fn source(source: Source, lang: Lang) -> &'static str {
    match source {
        Source::Circular => lang.pick("surat edaran", "circular"),
        Source::Reported => lang.pick("menurut pemberitaan", "as reported"),
        Source::Ours => lang.pick("pilihan kami", "ours"),
    }
}

/// What a person does on a day.
#[must_use]
pub fn mode(mode: Mode, lang: Lang) -> &'static str {
    match mode {
        Mode::Wfh => lang.pick("Bekerja dari rumah", "Working from home"),
        Mode::Wfo => lang.pick("Bekerja di kantor", "Working at the office"),
        Mode::Piket => lang.pick("Piket di tempat kerja", "On the duty roster"),
        Mode::Leave => lang.pick("Cuti", "On leave"),
        Mode::Sick => lang.pick("Sakit", "Sick"),
        Mode::DutyTrip => lang.pick("Dinas luar", "On a duty trip"),
        Mode::Recalled => lang.pick("Dipanggil ke kantor", "Recalled to the office"),
        Mode::Isolation => lang.pick("Isolasi", "In isolation"),
        Mode::HealthDirection => lang.pick("Bekerja dari rumah (arahan kesehatan)", "At home by health direction"),
        Mode::Exempt => lang.pick("Tetap bertugas di tempat kerja", "At the workplace (not sent home)"),
        Mode::Off => lang.pick("Bukan hari kerja", "Not a working day"),
    }
}

/// What kind of day it is.
#[must_use]
pub fn day_status(status: &DayStatus, lang: Lang) -> String {
    match status {
        DayStatus::Working => lang.pick("Hari kerja", "Working day").to_owned(),
        DayStatus::Weekend => lang.pick("Akhir pekan", "Weekend").to_owned(),
        DayStatus::Holiday { name, .. } => format!("{}: {name}", lang.pick("Libur", "Holiday")),
        DayStatus::MadeWorking { name } => {
            format!("{}: {name}", lang.pick("Hari kerja pengganti", "Made a working day"))
        }
    }
}

/// Why a check-in is owed or not.
#[must_use]
pub fn check_in_reason(reason: CheckInReason, lang: Lang) -> &'static str {
    match reason {
        CheckInReason::Owed => lang.pick("Wajib absen menurut aturan ini", "This rule asks for check-ins"),
        CheckInReason::NotThisMode => lang.pick(
            "Aturan ini tidak meminta absen di HP untuk hari seperti ini",
            "This rule asks no check-in of a day like this",
        ),
        CheckInReason::PolicyAsksNone => {
            lang.pick("Aturan ini tidak meminta absen di HP", "This rule asks no check-in on the phone")
        }
        CheckInReason::NoWindowToday => lang.pick("Tidak ada jadwal absen hari ini", "No check-in is scheduled today"),
        CheckInReason::DayOff => lang.pick("Bukan hari kerja", "Not a working day"),
        CheckInReason::NotInForce => {
            lang.pick("Aturan ini tidak berlaku pada tanggal ini", "This rule is not in force on this date")
        }
    }
}

/// What an approval is needed for.
#[must_use]
pub fn approval(act: ApprovalFor, lang: Lang) -> &'static str {
    match act {
        ApprovalFor::LeaveRegion => lang.pick("Izin keluar daerah", "Leaving the region"),
        ApprovalFor::Recall => lang.pick("Panggilan ke kantor", "Recall to the office"),
        ApprovalFor::MinimumOffice => lang.pick("Jumlah minimum di kantor", "A minimum at the office"),
        ApprovalFor::NameStaying => lang.pick("Menunjuk yang tetap masuk", "Naming who stays at the workplace"),
        ApprovalFor::Piket => lang.pick("Menyusun jadwal piket", "Drawing up the duty roster"),
        ApprovalFor::Monitor => lang.pick("Memantau", "Monitoring"),
    }
}

/// What a live share tells of the place.
#[must_use]
pub fn share_detail(detail: ShareDetail, lang: Lang) -> &'static str {
    match detail {
        ShareDetail::Interval => lang.pick(
            "hanya apakah di dalam atau di luar daerah, bukan titik lokasinya",
            "only whether inside or outside the region, not the points",
        ),
        ShareDetail::Point => lang.pick("titik lokasi", "the points themselves"),
    }
}

/// A day of the week.
#[must_use]
pub fn weekday(day: Weekday, lang: Lang) -> &'static str {
    let index = day.num_days_from_monday() as usize;
    match lang {
        Lang::Id => ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"][index],
        Lang::En => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][index],
    }
}

/// A date in words: `Selasa, 24 November 2026`.
#[must_use]
pub fn date(date: NaiveDate, lang: Lang) -> String {
    format!("{}, {} {} {}", weekday(date.weekday(), lang), date.day(), super::time::month_name(date, lang), date.year())
}

/// What is wrong with a policy file.
#[must_use]
pub fn fault(fault: &Fault, lang: Lang) -> String {
    match lang {
        Lang::Id => fault_id(fault),
        Lang::En => fault_en(fault),
    }
}

fn wanted(expected: Expected, lang: Lang) -> &'static str {
    match expected {
        Expected::Text => lang.pick("teks dalam tanda kutip", "a text in quotes"),
        Expected::Texts => lang.pick("daftar teks", "a list of texts"),
        Expected::Bool => lang.pick("true atau false", "true or false"),
        Expected::Whole => lang.pick("bilangan bulat", "a whole number"),
        Expected::Number => lang.pick("bilangan", "a number"),
        Expected::Tables => lang.pick("daftar tabel", "an array of tables"),
        Expected::Table => lang.pick("tabel", "a table"),
        Expected::Places => lang.pick("daftar [bujur, lintang]", "a list of [longitude, latitude]"),
        Expected::Place => lang.pick("[bujur, lintang]", "[longitude, latitude]"),
        Expected::Years => lang.pick("tahun seperti 2027", "years such as 2027"),
    }
}

fn named(what: Named, lang: Lang) -> &'static str {
    match what {
        Named::RecordKind => lang.pick("jenis catatan", "kind of record"),
        Named::Shift => lang.pick("sif", "shift"),
        Named::Window => lang.pick("jadwal", "window"),
        Named::Group => lang.pick("kelompok", "group"),
        Named::Unit => lang.pick("unit", "unit"),
        Named::Mode => lang.pick("mode", "mode"),
        Named::LateFrom => lang.pick("awal hitungan terlambat", "start of lateness"),
        Named::Rounding => lang.pick("pembulatan", "rounding"),
        Named::Detail => lang.pick("rincian lokasi", "detail"),
        Named::Source => lang.pick("asal nilai", "source"),
        Named::Act => lang.pick("wewenang", "act"),
        Named::NoticeKind => lang.pick("jenis pemberitahuan", "kind of notice"),
        Named::DayKind => lang.pick("jenis hari", "kind of day"),
        Named::Side => lang.pick("sisi", "side"),
        Named::Employment => lang.pick("status kepegawaian", "employment"),
    }
}

/// TOML's own names of types, in Indonesian.
fn found_id(found: &str) -> &str {
    match found {
        "string" => "teks",
        "integer" => "bilangan bulat",
        "float" => "bilangan pecahan",
        "boolean" => "true atau false",
        "datetime" => "tanggal",
        "array" => "daftar",
        "table" => "tabel",
        other => other,
    }
}

fn fault_en(fault: &Fault) -> String {
    match fault {
        Fault::Syntax { what } => format!("this is not TOML: {what}"),
        Fault::UnknownKey { key, .. } => format!("unknown key \"{key}\""),
        Fault::MissingKey { key, .. } => format!("\"{key}\" is missing"),
        Fault::WrongType { expected, found } => format!("expected {}, found {found}", wanted(*expected, Lang::En)),
        Fault::UnknownName { what, value, .. } => format!("\"{value}\" is no {}", named(*what, Lang::En)),
        Fault::UnknownZone { name, .. } => format!("unknown time zone \"{name}\""),
        Fault::Unreadable { expected, text } => {
            format!("\"{text}\" cannot be read; expected something like {expected}")
        }
        Fault::NoSource => "the table does not say where its values come from".to_owned(),
        Fault::MarkOfNothing { key, .. } => format!("a source is given for \"{key}\", but this table has no such key"),
        Fault::MarkedTwice { key } => format!("\"{key}\" is given two sources"),
        Fault::WindowsOverlap { first, second, day } => format!(
            "windows {first} and {second} overlap on {}: a tap would be on time for both",
            weekday(*day, Lang::En)
        ),
        Fault::EmptyWindow { label } => format!("window {label} ends before it begins"),
        Fault::Duplicate { what, name } => format!("{} \"{name}\" is there twice", named(*what, Lang::En)),
        Fault::AxesSwapped { first, second } => format!("[{first}, {second}] has latitude and longitude swapped"),
        Fault::NotInIndonesia { first, second } => format!("[{first}, {second}] is not in Indonesia"),
        Fault::RingTooShort { places } => format!("a polygon needs at least 3 places, this has {places}"),
        Fault::DatesReversed { from, until } => format!("{until} is before {from}"),
        Fault::OutsideValidity { date } => format!("{date} is outside the dates of the policy"),
        Fault::OutOfRange { value, min, max } => format!("{value} is outside {min} to {max}"),
        Fault::BadId { id } => format!("\"{id}\" cannot be an id"),
        Fault::Either { first, second } => format!("\"{first}\" and \"{second}\" exclude each other"),
        Fault::NoWindow => "check-ins are asked for, but there is no window".to_owned(),
        Fault::Empty => "this must not be empty".to_owned(),
        Fault::UnknownForm { form, version, .. } => format!("there is no form \"{form}\" version {version}"),
        Fault::Newer { found, known } => {
            format!("this policy is written in schema {found}; this build knows up to {known}")
        }
        Fault::NotCompiled { what } => format!("this is no compiled policy: {what}"),
    }
}

fn fault_id(fault: &Fault) -> String {
    match fault {
        Fault::Syntax { what } => format!("ini bukan TOML: {what}"),
        Fault::UnknownKey { key, .. } => format!("kunci \"{key}\" tidak dikenal"),
        Fault::MissingKey { key, .. } => format!("\"{key}\" belum ada"),
        Fault::WrongType { expected, found } => {
            format!("seharusnya {}, tertulis {}", wanted(*expected, Lang::Id), found_id(found))
        }
        Fault::UnknownName { what, value, .. } => format!("\"{value}\" bukan {}", named(*what, Lang::Id)),
        Fault::UnknownZone { name, .. } => format!("zona waktu \"{name}\" tidak dikenal"),
        Fault::Unreadable { expected, text } => format!("\"{text}\" tidak terbaca; contoh yang benar: {expected}"),
        Fault::NoSource => "tabel ini tidak menyebut asal nilainya".to_owned(),
        Fault::MarkOfNothing { key, .. } => format!("asal \"{key}\" disebut, tetapi kunci itu tidak ada di tabel ini"),
        Fault::MarkedTwice { key } => format!("\"{key}\" diberi dua asal"),
        Fault::WindowsOverlap { first, second, day } => format!(
            "jadwal {first} dan {second} bertumpuk pada hari {}: satu absen akan tepat waktu untuk keduanya",
            weekday(*day, Lang::Id)
        ),
        Fault::EmptyWindow { label } => format!("jadwal {label} berakhir sebelum dimulai"),
        Fault::Duplicate { what, name } => format!("{} \"{name}\" ditulis dua kali", named(*what, Lang::Id)),
        Fault::AxesSwapped { first, second } => format!("[{first}, {second}]: lintang dan bujur tertukar"),
        Fault::NotInIndonesia { first, second } => format!("[{first}, {second}] tidak berada di Indonesia"),
        Fault::RingTooShort { places } => format!("poligon perlu sedikitnya 3 titik, ini {places}"),
        Fault::DatesReversed { from, until } => format!("{until} lebih awal daripada {from}"),
        Fault::OutsideValidity { date } => format!("{date} di luar masa berlaku aturan"),
        Fault::OutOfRange { value, min, max } => format!("{value} di luar {min} sampai {max}"),
        Fault::BadId { id } => format!("\"{id}\" tidak dapat menjadi id"),
        Fault::Either { first, second } => format!("pilih salah satu: \"{first}\" atau \"{second}\""),
        Fault::NoWindow => "absen diminta, tetapi tidak ada jadwal".to_owned(),
        Fault::Empty => "ini tidak boleh kosong".to_owned(),
        Fault::UnknownForm { form, version, .. } => format!("tidak ada formulir \"{form}\" versi {version}"),
        Fault::Newer { found, known } => {
            format!("aturan ini ditulis dengan skema {found}; aplikasi ini mengenal sampai {known}")
        }
        Fault::NotCompiled { what } => format!("ini bukan aturan terkompilasi: {what}"),
    }
}

/// What to do about a fault of a policy file, where that is known.
#[must_use]
pub fn hint(fault: &Fault, lang: Lang) -> Option<String> {
    let meant = |word: &str| match lang {
        Lang::Id => format!("maksudnya \"{word}\"?"),
        Lang::En => format!("did you mean \"{word}\"?"),
    };
    let one_of = |known: &[String]| match lang {
        Lang::Id => format!("yang dikenal: {}", known.join(", ")),
        Lang::En => format!("known here: {}", known.join(", ")),
    };
    let hint = match fault {
        Fault::UnknownKey { meant: Some(word), .. }
        | Fault::UnknownName { meant: Some(word), .. }
        | Fault::MarkOfNothing { meant: Some(word), .. }
        | Fault::UnknownZone { meant: Some(word), .. } => meant(word),
        Fault::UnknownKey { known, .. } | Fault::UnknownName { known, .. } | Fault::UnknownForm { known, .. } => {
            one_of(known)
        }
        Fault::UnknownZone { .. } => one_of(&crate::schedule::Zone::NAMES.map(str::to_owned)),
        Fault::MissingKey { key, example } if example.starts_with('[') && example.contains(" with ") => match lang {
            Lang::Id => format!("tambahkan tabel [{key}]"),
            Lang::En => format!("add {example}"),
        },
        Fault::MissingKey { key, example } => match lang {
            Lang::Id => format!("tulis misalnya {key} = {example}"),
            Lang::En => format!("write for example {key} = {example}"),
        },
        Fault::NoSource => lang
            .pick(
                "tulis source = \"circular\", \"reported\" atau \"ours\"; kunci yang berbeda: ours = [\"kunci\"]",
                "write source = \"circular\", \"reported\" or \"ours\"; for keys that differ: ours = [\"key\"]",
            )
            .to_owned(),
        Fault::AxesSwapped { first, second } => match lang {
            Lang::Id => format!("tulis bujur dahulu: [{second}, {first}]"),
            Lang::En => format!("write longitude first: [{second}, {first}]"),
        },
        Fault::NotInIndonesia { .. } => {
            lang.pick("bujur 94 sampai 142, lintang -12 sampai 7", "longitude 94 to 142, latitude -12 to 7").to_owned()
        }
        Fault::WindowsOverlap { .. } => lang
            .pick(
                "geser jamnya, atau perkecil opens_before_min atau on_time_after_min",
                "move the times apart, or lower opens_before_min or on_time_after_min",
            )
            .to_owned(),
        Fault::BadId { .. } => {
            lang.pick("pakai 1 sampai 64 huruf a-z, angka, - atau _", "use 1 to 64 of a-z, 0-9, - and _").to_owned()
        }
        Fault::NoWindow => lang
            .pick(
                "tambahkan [[check_in.windows]], atau tulis modes = []",
                "add [[check_in.windows]], or write modes = []",
            )
            .to_owned(),
        Fault::Newer { .. } => lang.pick("perbarui aplikasi", "update the application").to_owned(),
        _ => return None,
    };
    Some(hint)
}
