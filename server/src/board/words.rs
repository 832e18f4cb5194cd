//! The words of the board, Indonesian first. One table for each language; a word missing in one does not compile.

use chrono::{NaiveDate, Timelike};
use hadir_core::{
    judge::Flag,
    place::Signal,
    schedule::{Mode, Zone},
    text::{self, Lang, time::DayClock},
};

use crate::day::PhoneNote;

/// The words of a language.
#[must_use]
pub(crate) const fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Id => &ID,
        Lang::En => &EN,
    }
}

/// The other language.
#[must_use]
pub(crate) const fn other(lang: Lang) -> Lang {
    match lang {
        Lang::Id => Lang::En,
        Lang::En => Lang::Id,
    }
}

/// A date without its weekday, such as *24 November 2026*.
#[must_use]
pub(crate) fn short_date(lang: Lang, date: NaiveDate) -> String {
    let full = text::policy::date(date, lang);
    full.split_once(", ").map_or(full.clone(), |(_, date)| date.to_owned())
}

/// What the counts of a whole day are about: *Hari ini*, or another date.
#[must_use]
pub(crate) fn day_word(lang: Lang, date: NaiveDate, today: NaiveDate) -> String {
    if date == today { words(lang).today.to_owned() } else { short_date(lang, date) }
}

/// Whole minutes of lateness: *Terlambat 12 menit*, and *Terlambat* alone within the first minute.
#[must_use]
pub(crate) fn late(lang: Lang, minutes: u32) -> String {
    match (lang, minutes) {
        (_, 0) => words(lang).late.to_owned(),
        (Lang::Id, n) => format!("Terlambat {n} menit"),
        (Lang::En, 1) => "Late by 1 minute".to_owned(),
        (Lang::En, n) => format!("Late by {n} minutes"),
    }
}

/// *4 orang*.
#[must_use]
pub(crate) fn people(lang: Lang, n: usize) -> String {
    match (lang, n) {
        (Lang::Id, n) => format!("{n} orang"),
        (Lang::En, 1) => "1 person".to_owned(),
        (Lang::En, n) => format!("{n} people"),
    }
}

/// A mode in a word or two, as it stands beside a name.
#[must_use]
pub(crate) const fn short_mode(lang: Lang, mode: Mode) -> &'static str {
    match mode {
        Mode::Wfh => lang.pick("di rumah", "at home"),
        Mode::Wfo => lang.pick("di kantor", "at the office"),
        Mode::Piket => lang.pick("piket", "on the duty roster"),
        Mode::Leave => lang.pick("cuti", "on leave"),
        Mode::Sick => lang.pick("sakit", "sick"),
        Mode::DutyTrip => lang.pick("dinas luar", "on a duty trip"),
        Mode::Recalled => lang.pick("dipanggil ke kantor", "recalled to the office"),
        Mode::Isolation => lang.pick("isolasi mandiri", "in self-isolation"),
        Mode::HealthDirection => lang.pick("arahan kesehatan", "health direction"),
        Mode::Exempt => lang.pick("tetap bertugas di tempat kerja", "stays on duty at the workplace"),
        Mode::Off => lang.pick("bukan hari kerja", "not a working day"),
    }
}

/// What is to be looked at, in a few words, as it stands in a cell. Never an accusation.
#[must_use]
pub(crate) const fn short_flag(lang: Lang, flag: &Flag) -> &'static str {
    match flag {
        Flag::Signal(Signal::Mock { .. }) => lang.pick("lokasi tiruan", "mock location"),
        Flag::Signal(Signal::OldFix { .. }) => lang.pick("lokasi lama", "old fix"),
        Flag::Signal(Signal::PoorAccuracy { .. }) => lang.pick("ketelitian rendah", "poor accuracy"),
        Flag::Signal(Signal::ImpossibleSpeed { .. }) => lang.pick("perpindahan terlalu cepat", "moved too fast"),
        Flag::Signal(Signal::IdenticalCoordinates { .. }) => {
            lang.pick("titik sama dengan orang lain", "same point as others")
        }
        Flag::Signal(Signal::GnssAgainstClock { .. }) => {
            lang.pick("jam HP beda dari satelit", "clock differs from satellites")
        }
        Flag::Signal(Signal::NoFix { .. }) => lang.pick("lokasi tidak didapat", "no fix"),
        Flag::Signal(Signal::OutsideRegion { .. }) => lang.pick("di luar daerah", "outside the region"),
        Flag::PlaceUncertain { .. } => lang.pick("di batas daerah", "at the region's edge"),
        Flag::TimeUncertain { .. } => lang.pick("waktu belum pasti", "time uncertain"),
        Flag::TimeContradicts { .. } => lang.pick("waktu bertentangan", "time contradicts"),
        Flag::AroundRevocation { .. } => lang.pick("sekitar saat HP dicabut", "around the phone's revocation"),
    }
}

/// A note on a phone.
#[must_use]
pub(crate) fn phone_note(note: PhoneNote, clock: &DayClock) -> String {
    let lang = clock.lang;
    let at = |ms| clock.brief(ms);
    match (lang, note) {
        (_, PhoneNote::NoPhone) => lang.pick("belum ada HP terdaftar", "no phone enrolled").to_owned(),
        (Lang::Id, PhoneNote::Revoked(ms)) => format!("HP dicabut {}", at(ms)),
        (Lang::En, PhoneNote::Revoked(ms)) => format!("phone revoked {}", at(ms)),
        (Lang::Id, PhoneNote::Enrolled(ms)) => format!("HP baru terdaftar {}", at(ms)),
        (Lang::En, PhoneNote::Enrolled(ms)) => format!("new phone enrolled {}", at(ms)),
        (Lang::Id, PhoneNote::Parked(n)) => format!("{n} catatan tertahan, perlu tindakan"),
        (Lang::En, PhoneNote::Parked(1)) => "1 record parked, action needed".to_owned(),
        (Lang::En, PhoneNote::Parked(n)) => format!("{n} records parked, action needed"),
        (_, PhoneNote::ReportedLoss) => {
            lang.pick("HP melaporkan catatan hilang", "the phone reports lost records").to_owned()
        }
        (_, PhoneNote::Gap) => {
            lang.pick("ada catatan yang belum diterima", "some records have not been received").to_owned()
        }
        (_, PhoneNote::ToldFalseTime) => lang
            .pick(
                "HP menerima waktu yang salah dari server, perlu didaftarkan ulang",
                "the phone was told a false time by the server, to be enrolled anew",
            )
            .to_owned(),
        (_, PhoneNote::Fork) => {
            lang.pick("riwayat bercabang, perlu diperiksa", "the history forks, to be looked at").to_owned()
        }
    }
}

/// `08.00`, local to the zone.
#[must_use]
pub(crate) fn short_time(zone: Zone, ms: i64) -> String {
    let at = zone.local(ms);
    format!("{:02}.{:02}", at.hour(), at.minute())
}

/// `07.58.41`, local to the zone.
#[must_use]
pub(crate) fn full_time(zone: Zone, ms: i64) -> String {
    let at = zone.local(ms);
    format!("{:02}.{:02}.{:02}", at.hour(), at.minute(), at.second())
}

/// The fixed words of one language.
#[allow(missing_docs, reason = "each field is named after the word that it holds")]
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) board: &'static str,
    pub(crate) skip: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) no_rule: &'static str,
    pub(crate) no_rule_cell: &'static str,
    pub(crate) no_rule_note: &'static str,
    pub(crate) no_windows: &'static str,
    pub(crate) live: &'static str,
    pub(crate) gone: &'static str,
    pub(crate) still: &'static str,
    pub(crate) back: &'static str,
    pub(crate) lost: &'static str,
    pub(crate) seconds: &'static str,
    pub(crate) minutes: &'static str,
    pub(crate) hours: &'static str,
    pub(crate) close: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) day_before: &'static str,
    pub(crate) day_after: &'static str,
    pub(crate) today: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) all_units: &'static str,
    pub(crate) show_unit: &'static str,
    pub(crate) other_lang: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) counts_for: &'static str,
    pub(crate) on_time: &'static str,
    pub(crate) late: &'static str,
    pub(crate) not_received: &'static str,
    pub(crate) as_of: &'static str,
    pub(crate) not_checked_in: &'static str,
    pub(crate) check: &'static str,
    pub(crate) missed: &'static str,
    pub(crate) at_office: &'static str,
    pub(crate) away: &'static str,
    pub(crate) not_asked: &'static str,
    pub(crate) day_off: &'static str,
    pub(crate) excused: &'static str,
    pub(crate) open: &'static str,
    pub(crate) later: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) copy_names: &'static str,
    pub(crate) copy_hint: &'static str,
    pub(crate) open_hint: &'static str,
    pub(crate) person: &'static str,
    pub(crate) entry_tomorrow: &'static str,
    pub(crate) entry_on: &'static str,
    pub(crate) may_enter: &'static str,
    pub(crate) may_not_enter: &'static str,
    pub(crate) waits_examination: &'static str,
    pub(crate) not_submitted: &'static str,
    pub(crate) not_open_yet: &'static str,
    pub(crate) why: &'static str,
    pub(crate) no_reason: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) outage: &'static str,
    pub(crate) outage_now: &'static str,
    pub(crate) outage_note: &'static str,
    pub(crate) outage_note_plain: &'static str,
    pub(crate) night_runs_on: &'static str,
    pub(crate) clock_behind: &'static str,
    pub(crate) clock_behind_note: &'static str,
    pub(crate) last_heard: &'static str,
    pub(crate) never_heard: &'static str,
    pub(crate) lost_by_server: &'static str,
    pub(crate) new_phone: &'static str,
    pub(crate) received_until: &'static str,
    pub(crate) at_office_fingerprint: &'static str,
    pub(crate) health_direction: &'static str,
    pub(crate) none_asked: &'static str,
    pub(crate) open_until: &'static str,
    pub(crate) until: &'static str,
    pub(crate) late_until: &'static str,
    pub(crate) nobody: &'static str,
    pub(crate) corrected: &'static str,
    pub(crate) outside_schedule: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) shown: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) user: &'static str,
    pub(crate) password: &'static str,
    pub(crate) wrong_login: &'static str,
    pub(crate) too_many_logins: &'static str,
    pub(crate) link_spent: &'static str,
    pub(crate) signed_in: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) not_found: &'static str,
    pub(crate) unavailable: &'static str,
    pub(crate) back_to_board: &'static str,
    pub(crate) why_corrections: &'static str,
    pub(crate) why_computed: &'static str,
    pub(crate) why_flags: &'static str,
    pub(crate) why_others: &'static str,
    pub(crate) why_phones: &'static str,
    pub(crate) why_for: &'static str,
    pub(crate) why_received: &'static str,
    pub(crate) why_answers: &'static str,
    pub(crate) why_answers_note: &'static str,
    pub(crate) rule_pack: &'static str,
    pub(crate) rule_title: &'static str,
}

/// Indonesian.
static ID: Words = Words {
    board: "Papan presensi",
    skip: "Langsung ke tabel",
    rule: "aturan",
    no_rule: "tidak ada surat edaran yang berlaku",
    no_rule_cell: "Tidak ada aturan",
    no_rule_note: "Pada tanggal ini tidak ada surat edaran yang berlaku. Absen tetap tercatat, tetapi tidak dinilai.",
    no_windows: "Pada tanggal ini tidak ada jadwal absen.",
    live: "langsung, {at}",
    gone: "data {at}, terputus {age}",
    still: "data {at}",
    back: "Tersambung kembali, data diperbarui",
    lost: "Sambungan ke server terputus, data lama tetap ditampilkan",
    seconds: "{n} detik",
    minutes: "{n} menit",
    hours: "{n} jam {m} menit",
    close: "Tutup",
    copied: "Tersalin",
    day_before: "Hari sebelumnya",
    day_after: "Hari berikutnya",
    today: "Hari ini",
    unit: "Unit",
    all_units: "Semua unit",
    show_unit: "Tampilkan",
    other_lang: "English",
    sign_out: "Keluar",
    counts_for: "Jadwal",
    on_time: "Tepat waktu",
    late: "Terlambat",
    not_received: "Belum diterima",
    as_of: "per",
    not_checked_in: "Belum absen",
    check: "Perlu diperiksa",
    missed: "Terlewat",
    at_office: "Di kantor",
    away: "Cuti, dinas luar, dan lain-lain",
    not_asked: "Tidak diminta",
    day_off: "Bukan hari kerja",
    excused: "Dengan alasan yang sah",
    open: "Ditunggu",
    later: "nanti",
    copy: "salin teks",
    copy_names: "Salin nama",
    copy_hint: "Belum diterima belum tentu belum absen: absen bisa masih tersimpan di HP.",
    open_hint: "Belum ada absen yang sampai di server; absen bisa masih tersimpan di HP.",
    person: "Pegawai",
    entry_tomorrow: "Masuk kantor besok",
    entry_on: "Masuk kantor",
    may_enter: "Boleh",
    may_not_enter: "Tidak boleh masuk",
    waits_examination: "menunggu pemeriksaan",
    not_submitted: "Belum mengisi",
    not_open_yet: "belum dibuka",
    why: "Lihat alasan",
    no_reason: "Alasan tidak dapat diambil sekarang. Server tidak terjangkau; coba lagi sebentar lagi.",
    sent: "terkirim",
    outage: "gangguan server",
    outage_now: "gangguan server sejak",
    night_runs_on: "Sif malam masih berjalan sampai {until}; jadwalnya ada di tanggal mulainya:",
    clock_behind: "Jam server tertinggal {by} dari waktu yang sudah ditandatanganinya.",
    clock_behind_note: "Absen tetap tercatat dan diterima, tetapi bukti waktu tidak diterbitkan. Hubungi operator (hadir admin clock).",
    outage_note: "Absen tetap tercatat di HP selama gangguan; tidak ada yang menjadi terlambat karenanya.",
    outage_note_plain: "Catatan tetap tersimpan di HP selama gangguan dan terkirim sesudahnya.",
    last_heard: "terakhir terdengar",
    never_heard: "belum pernah terdengar",
    lost_by_server: "catatan hilang di server",
    new_phone: "HP baru",
    received_until: "diterima sampai",
    at_office_fingerprint: "di kantor, sidik jari",
    health_direction: "Bekerja dari rumah (arahan kesehatan)",
    none_asked: "aturan tidak meminta absen",
    open_until: "tepat waktu sampai",
    until: "sampai",
    late_until: "dihitung sampai",
    nobody: "Belum ada pegawai di unit ini.",
    corrected: "dikoreksi",
    outside_schedule: "di luar jadwal",
    summary: "Jumlah",
    shown: "ditampilkan {n} dari {m}",
    sign_in: "Masuk",
    user: "Nama pengguna",
    password: "Kata sandi",
    wrong_login: "Nama pengguna atau kata sandi tidak cocok.",
    too_many_logins: "Terlalu banyak percobaan. Coba lagi dalam {n} detik.",
    link_spent: "Tautan masuk ini sudah dipakai atau sudah kedaluwarsa. Minta tautan baru, atau masuk dengan kata sandi.",
    signed_in: "Anda sudah masuk.",
    go_on: "Buka papan presensi",
    not_found: "Halaman ini tidak ada.",
    unavailable: "Server sedang sibuk. Muat ulang sebentar lagi.",
    back_to_board: "Kembali ke papan",
    why_corrections: "Koreksi",
    why_computed: "Hasil perhitungan semula",
    why_flags: "Tanda ini bukan tuduhan: absen tetap dihitung, seseorang memeriksanya.",
    why_others: "Absen lain pada tanggal ini",
    why_phones: "HP",
    why_for: "Untuk",
    why_received: "Diterima",
    why_answers: "Jawaban",
    why_answers_note: "Jawaban hanya dapat dibuka oleh Dinas Kesehatan.",
    rule_pack: "paket",
    rule_title: "Aturan yang berlaku",
};

/// English.
static EN: Words = Words {
    board: "Attendance board",
    skip: "Skip to the table",
    rule: "rule",
    no_rule: "no circular in force",
    no_rule_cell: "No rule in force",
    no_rule_note: "No circular is in force on this date. Check-ins are recorded all the same, and not judged.",
    no_windows: "No check-in is scheduled on this date.",
    live: "live, {at}",
    gone: "data of {at}, disconnected for {age}",
    still: "data of {at}",
    back: "Connected again, data up to date",
    lost: "The connection to the server is lost; the old data stays on screen",
    seconds: "{n} s",
    minutes: "{n} min",
    hours: "{n} h {m} min",
    close: "Close",
    copied: "Copied",
    day_before: "Previous day",
    day_after: "Next day",
    today: "Today",
    unit: "Unit",
    all_units: "All units",
    show_unit: "Show",
    other_lang: "Bahasa Indonesia",
    sign_out: "Sign out",
    counts_for: "Window",
    on_time: "On time",
    late: "Late",
    not_received: "Not received yet",
    as_of: "as of",
    not_checked_in: "Not checked in",
    check: "To be looked at",
    missed: "Missed",
    at_office: "At the office",
    away: "Leave, duty trip and others",
    not_asked: "Not asked",
    day_off: "Not a working day",
    excused: "Excused",
    open: "Awaited",
    later: "later",
    copy: "copy as text",
    copy_names: "Copy names",
    copy_hint: "Not received is not the same as not checked in: a check-in may still be kept on the phone.",
    open_hint: "No check-in has reached the server; one may still be kept on the phone.",
    person: "Person",
    entry_tomorrow: "Entry tomorrow",
    entry_on: "Entry on",
    may_enter: "May enter",
    may_not_enter: "May not enter",
    waits_examination: "waits for examination",
    not_submitted: "Not submitted",
    not_open_yet: "not open yet",
    why: "Why",
    no_reason: "The reason can't be fetched now. The server is out of reach; try again in a moment.",
    sent: "sent",
    outage: "server outage",
    outage_now: "server outage since",
    night_runs_on: "A night shift runs on until {until}; its windows are under the date of its start:",
    clock_behind: "The server's clock is {by} behind the time that it has signed.",
    clock_behind_note: "Check-ins are recorded and received, but no proofs of time are issued. Call the operator (hadir admin clock).",
    outage_note: "Check-ins are recorded on the phone during an outage; it makes nobody late.",
    outage_note_plain: "Records stay on the phone during an outage and are sent after it.",
    last_heard: "last heard",
    never_heard: "never heard",
    lost_by_server: "records lost by the server",
    new_phone: "new phone",
    received_until: "received until",
    at_office_fingerprint: "at the office, fingerprint",
    health_direction: "At home by health direction",
    none_asked: "the rule asks for no check-in",
    open_until: "on time until",
    until: "until",
    late_until: "counts until",
    nobody: "There are no people in this unit yet.",
    corrected: "corrected",
    outside_schedule: "outside the schedule",
    summary: "Total",
    shown: "{n} of {m} shown",
    sign_in: "Sign in",
    user: "User name",
    password: "Password",
    wrong_login: "User name or password do not match.",
    too_many_logins: "Too many attempts. Try again in {n} seconds.",
    link_spent: "This sign-in link has been used or has expired. Ask for a new one, or sign in with a password.",
    signed_in: "You are signed in.",
    go_on: "Open the attendance board",
    not_found: "There is no such page.",
    unavailable: "The server is busy. Reload in a moment.",
    back_to_board: "Back to the board",
    why_corrections: "Corrections",
    why_computed: "As computed before",
    why_flags: "A signal is no accusation: the check-in counts, a person looks at it.",
    why_others: "Other check-ins of the day",
    why_phones: "Phones",
    why_for: "For",
    why_received: "Received",
    why_answers: "Answers",
    why_answers_note: "Only the health office can open the answers.",
    rule_pack: "pack",
    rule_title: "Rule in force",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_dates_read_as_the_office_writes_them() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        assert_eq!(short_date(Lang::Id, date), "24 November 2026");
        let ms = Zone::WITA.instant_ms(date.and_hms_opt(7, 58, 41).unwrap());
        assert_eq!((short_time(Zone::WITA, ms), full_time(Zone::WITA, ms)), ("07.58".into(), "07.58.41".into()));
        assert_eq!(short_time(Zone::WIB, ms), "06.58");
    }

    #[test]
    fn lateness_within_the_first_minute_has_no_number() {
        assert_eq!(late(Lang::Id, 0), "Terlambat");
        assert_eq!(late(Lang::Id, 12), "Terlambat 12 menit");
        assert_eq!(late(Lang::En, 1), "Late by 1 minute");
    }
}
