//! Words about verdicts: what a cell of the board says, and the answer to *Lihat alasan*.

use super::time::{DayClock, grade, short_date};
use super::{Lang, ask, place, policy, roster};
use crate::judge::{
    Correction, DayState, DayVerdict, Entry, EntryState, ExcuseKind, Flag, OtherWhy, Reason, RuleRef, Ruling,
    WindowState, WindowVerdict,
};
use crate::place::Place;
use crate::roster::FactKind;
use crate::schedule::Mode;

/// How a window stands: `Tepat waktu`, `Terlambat 12 menit`, `Belum diterima`.
#[must_use]
pub fn window_state(state: WindowState, lang: Lang) -> String {
    match (state, lang) {
        (WindowState::OnTime, _) => lang.pick("Tepat waktu", "On time").to_owned(),
        (WindowState::Late { minutes: 0 }, _) => {
            lang.pick("Terlambat kurang dari 1 menit", "Late by less than 1 minute").to_owned()
        }
        (WindowState::Late { minutes }, Lang::Id) => format!("Terlambat {minutes} menit"),
        (WindowState::Late { minutes: 1 }, Lang::En) => "Late by 1 minute".to_owned(),
        (WindowState::Late { minutes }, Lang::En) => format!("Late by {minutes} minutes"),
        (WindowState::NotYetReceived, _) => lang.pick("Belum diterima", "Not received yet").to_owned(),
        (WindowState::Missed, _) => lang.pick("Terlewat", "Missed").to_owned(),
        (WindowState::Upcoming, _) => lang.pick("Belum dibuka", "Not open yet").to_owned(),
        (WindowState::Open, _) => lang.pick("Sedang dibuka", "Open now").to_owned(),
        (WindowState::NotOwed, _) => lang.pick("Tidak wajib absen", "No check-in owed").to_owned(),
        (WindowState::Excused { kind }, _) => {
            format!("{}: {}", lang.pick("Dengan alasan yang sah", "Excused"), excuse(kind, lang))
        }
    }
}

/// What kind of day it is.
#[must_use]
pub fn day_state(state: DayState, lang: Lang) -> &'static str {
    match state {
        DayState::OwesCheckIn => lang.pick("Wajib absen", "Check-ins owed"),
        DayState::AtOffice => lang.pick("Di kantor", "At the office"),
        DayState::AtHome => lang.pick("Di rumah, tanpa absen", "At home, no check-in owed"),
        DayState::Leave => lang.pick("Cuti", "On leave"),
        DayState::Sick => lang.pick("Sakit", "Sick"),
        DayState::DutyTrip => lang.pick("Dinas luar", "On a duty trip"),
        DayState::Isolation => lang.pick("Isolasi", "In isolation"),
        DayState::HealthDirection => excuse(ExcuseKind::HealthDirection, lang),
        DayState::Off => lang.pick("Bukan hari kerja", "Not a working day"),
        DayState::Excused => lang.pick("Dengan alasan yang sah", "Excused"),
    }
}

/// Why no tap is due.
#[must_use]
pub fn excuse(kind: ExcuseKind, lang: Lang) -> &'static str {
    match kind {
        ExcuseKind::Leave => lang.pick("Cuti", "Leave"),
        ExcuseKind::Sick => lang.pick("Sakit", "Sick"),
        ExcuseKind::DutyTrip => lang.pick("Dinas luar", "Duty trip"),
        ExcuseKind::Permission => lang.pick("Izin", "Permission"),
        ExcuseKind::Technical => lang.pick("Alasan teknis", "Technical reason"),
        ExcuseKind::HealthDirection => {
            lang.pick("Bekerja dari rumah (arahan kesehatan)", "At home by health direction")
        }
    }
}

/// Whether a person may enter.
#[must_use]
pub fn entry(entry: Entry, lang: Lang) -> String {
    let state = match entry.state {
        EntryState::MayEnter => lang.pick("Boleh masuk kantor", "May enter"),
        EntryState::MayNotEnter => {
            lang.pick("Tidak boleh masuk, menunggu pemeriksaan", "May not enter, to be examined")
        }
        EntryState::NotSubmitted => lang.pick("Belum mengisi", "Not submitted"),
        EntryState::NotOwed => lang.pick("Tidak diminta", "Not asked for"),
    };
    if entry.late { format!("{state} ({})", lang.pick("diisi terlambat", "submitted late")) } else { state.to_owned() }
}

/// The word for whatever a person should look at.
#[must_use]
pub fn flagged(lang: Lang) -> &'static str {
    lang.pick("Perlu diperiksa", "Flagged")
}

/// What a person should look at.
#[must_use]
pub fn flag(flag: &Flag, clock: &DayClock) -> String {
    let lang = clock.lang;
    match (flag, lang) {
        (Flag::Signal(signal), _) => place::signal(signal, lang),
        (Flag::PlaceUncertain { edge_m, accuracy_m }, _) => {
            let (edge, accuracy) = (place::distance(*edge_m, lang), place::distance(*accuracy_m, lang));
            match lang {
                Lang::Id => format!("Batas wilayah berjarak {edge}, ketelitian ±{accuracy}: tidak dapat dipastikan"),
                Lang::En => format!("The region's edge is {edge} away, the accuracy ±{accuracy}: it cannot be told"),
            }
        }
        (Flag::TimeUncertain { bounds, grade: proven }, Lang::Id) => format!(
            "{}: {}; tidak dapat dipastikan di sisi mana batas jadwal",
            grade(*proven, lang),
            clock.bounds(*bounds)
        ),
        (Flag::TimeUncertain { bounds, grade: proven }, Lang::En) => {
            format!(
                "{}: {}; on which side of the window's edge cannot be told",
                grade(*proven, lang),
                clock.bounds(*bounds)
            )
        }
        (Flag::TimeContradicts { claimed_ms, bounds }, Lang::Id) => {
            format!(
                "Jam HP menunjukkan {}, padahal menurut bukti: {}",
                clock.second(*claimed_ms),
                clock.bounds(*bounds)
            )
        }
        (Flag::TimeContradicts { claimed_ms, bounds }, Lang::En) => {
            format!(
                "The phone's clock said {}, but by the evidence: {}",
                clock.second(*claimed_ms),
                clock.bounds(*bounds)
            )
        }
        (Flag::AroundRevocation { revoked_ms }, Lang::Id) => {
            format!("HP dicabut {}; tidak dapat dipastikan absen ini dibuat sebelumnya", clock.second(*revoked_ms))
        }
        (Flag::AroundRevocation { revoked_ms }, Lang::En) => {
            format!("The phone was revoked {}; whether this came before cannot be told", clock.second(*revoked_ms))
        }
    }
}

/// The same in two or three words, for a row; the whole of it is told by *Lihat alasan*.
#[must_use]
pub fn flag_in_brief(flag: &Flag, lang: Lang) -> &'static str {
    match flag {
        Flag::Signal(signal) => place::signal_in_brief(signal, lang),
        Flag::PlaceUncertain { .. } => place::place(Place::Uncertain, lang),
        Flag::TimeUncertain { .. } => lang.pick("Jam belum pasti", "Time not certain"),
        Flag::TimeContradicts { .. } => lang.pick("Jam HP tidak cocok", "Clock disagrees"),
        Flag::AroundRevocation { .. } => lang.pick("Saat HP ini dicabut", "Phone was being revoked"),
    }
}

/// Why a tap counts for no window.
#[must_use]
pub fn other(why: OtherWhy, clock: &DayClock) -> String {
    match (why, clock.lang) {
        (OtherWhy::OutsideSchedule, lang) => lang.pick("Di luar jadwal", "Outside the schedule").to_owned(),
        (OtherWhy::NothingOwed, lang) => {
            lang.pick("Tercatat; pada tanggal itu tidak wajib absen", "Recorded; no check-in was owed").to_owned()
        }
        (OtherWhy::Revoked { revoked_ms }, Lang::Id) => {
            format!("Tersimpan, tidak dihitung: HP dicabut {}", clock.second(revoked_ms))
        }
        (OtherWhy::Revoked { revoked_ms }, Lang::En) => {
            format!("Stored, not counted: the phone was revoked {}", clock.second(revoked_ms))
        }
    }
}

/// A ruling, as the state that holds by it.
#[must_use]
pub fn ruling(ruling: Ruling, lang: Lang) -> String {
    match ruling {
        Ruling::OnTime => window_state(WindowState::OnTime, lang),
        Ruling::Late { minutes } => window_state(WindowState::Late { minutes }, lang),
        Ruling::Excused(kind) => window_state(WindowState::Excused { kind }, lang),
        Ruling::Missed => window_state(WindowState::Missed, lang),
        Ruling::Checked => lang.pick("Sudah diperiksa", "Checked").to_owned(),
        Ruling::AsComputed => lang.pick("Berlaku seperti dihitung", "As computed").to_owned(),
    }
}

/// What a person ruled: `Koreksi, dicatat oleh …`.
#[must_use]
pub fn correction(correction: &Correction, clock: &DayClock) -> String {
    let lang = clock.lang;
    let ruling = ruling(correction.ruling, lang);
    let note = if correction.note.is_empty() { String::new() } else { format!(" — {}", correction.note) };
    let (at, by) = (clock.minute(correction.at_ms), &correction.by);
    match lang {
        Lang::Id => format!("Koreksi, dicatat oleh {by}, {at}: {ruling}{note}"),
        Lang::En => format!("Correction, recorded by {by}, {at}: {ruling}{note}"),
    }
}

/// One part of the answer to *why?*.
#[must_use]
pub fn reason(reason: &Reason, clock: &DayClock) -> String {
    match clock.lang {
        Lang::Id => reason_id(reason, clock),
        Lang::En => reason_en(reason, clock),
    }
}

/// Where somebody works and why, without saying the same twice: `Di rumah: giliran …`, but `Cuti tahunan`.
#[must_use]
pub fn placed(mode: Mode, why: &str, lang: Lang) -> String {
    let recall = mode == Mode::Recalled && why.starts_with(&roster::fact(&FactKind::Recalled, lang));
    let mode = policy::mode(mode, lang);
    match why {
        "" => mode.to_owned(),
        why if recall || why.starts_with(mode) => why.to_owned(),
        why => format!("{mode}: {why}"),
    }
}

fn rule(rule: &RuleRef, lang: Lang) -> String {
    match (rule.pack, lang) {
        (Some(pack), Lang::Id) => format!("{} (paket {pack})", rule.title),
        (Some(pack), Lang::En) => format!("{} (pack {pack})", rule.title),
        (None, _) => rule.title.clone(),
    }
}

fn reason_id(reason: &Reason, clock: &DayClock) -> String {
    let lang = Lang::Id;
    match reason {
        Reason::Mode { mode, why } => placed(*mode, why, lang),
        Reason::Rule(used) => format!("Surat edaran yang berlaku: {}", rule(used, lang)),
        Reason::EarlierRule { rule: used, reached_ms: Some(at) } => format!(
            "Dinilai menurut aturan sebelumnya, {}: perubahan baru terbukti sampai di HP {}",
            rule(used, lang),
            clock.second(*at)
        ),
        Reason::EarlierRule { rule: used, reached_ms: None } => {
            format!("Dinilai menurut aturan sebelumnya, {}: perubahan belum terbukti sampai di HP", rule(used, lang))
        }
        Reason::Window { opens_ms, on_time_until_ms, late_until_ms } => format!(
            "Jadwal: dibuka {}, tepat waktu sampai {}, terlambat tetapi masih dihitung sampai {}",
            clock.minute(*opens_ms),
            clock.minute(*on_time_until_ms),
            clock.minute(*late_until_ms)
        ),
        Reason::Claimed { claimed_ms } => format!("Jam HP saat absen: {}", clock.second(*claimed_ms)),
        Reason::Evidence { bounds, grade: proven } => {
            format!("{}: {}", grade(*proven, lang), clock.bounds(*bounds))
        }
        Reason::JudgedAt { at_ms } => {
            format!("Jam HP di luar bukti; dinilai pada waktu terdekat menurut bukti, {}", clock.second(*at_ms))
        }
        Reason::CountsAsClaimed => "Bukti waktu belum cukup; dihitung menurut jam HP".to_owned(),
        Reason::OnTime { until_ms } => format!("Sebelum {}: tepat waktu", clock.minute(*until_ms)),
        Reason::Late { since_ms, minutes } => {
            format!("{}, dihitung dari batas tepat waktu {}", late(*minutes, lang), clock.minute(*since_ms))
        }
        Reason::Arrived { at_ms } => format!("Sudah diterima {}", clock.second(*at_ms)),
        Reason::Waiting => "Menunggu dikirim; bukti waktu menyusul saat terkirim".to_owned(),
        Reason::Placed(placement) => place::placement(placement, lang),
        Reason::Permit => "Izin keluar daerah berlaku untuk tanggal ini".to_owned(),
        Reason::Supported { taps } => format!("Didukung {taps} absen berikutnya dalam jadwal ini"),
        Reason::Outage { from_ms, until_ms: Some(until) } => format!(
            "Gangguan server {} sampai {}: tidak membuat siapa pun terlambat",
            clock.minute(*from_ms),
            clock.minute(*until)
        ),
        Reason::Outage { from_ms, until_ms: None } => {
            format!("Gangguan server sejak {}: tidak membuat siapa pun terlambat", clock.minute(*from_ms))
        }
        Reason::NotReceivedPast { past_ms: Some(past), grace_until_ms } => format!(
            "Catatan HP diterima hanya sampai {}; ditunggu sampai {}",
            clock.second(*past),
            clock.minute(*grace_until_ms)
        ),
        Reason::NotReceivedPast { past_ms: None, grace_until_ms } => {
            format!("Belum ada catatan HP yang diterima; ditunggu sampai {}", clock.minute(*grace_until_ms))
        }
        Reason::RecordsLost { made, grace_until_ms } => format!(
            "HP melaporkan catatan hilang ({}); mungkin ada absen di dalamnya, ditunggu sampai {}",
            clock.bounds(*made),
            clock.minute(*grace_until_ms)
        ),
        Reason::LostByOffice { made } => format!(
            "Server kehilangan catatan yang sudah diterimanya ({}), terbukti dari tanda terimanya sendiri; \
             tidak dihitung terlewat, menunggu keputusan petugas",
            clock.bounds(*made)
        ),
        Reason::NoInstallation { grace_until_ms } => {
            format!("Belum ada HP terdaftar untuk jadwal ini; ditunggu sampai {}", clock.minute(*grace_until_ms))
        }
        Reason::PhoneRevoked { revoked_ms, grace_until_ms } => format!(
            "HP dicabut {}, dan belum ada HP lain yang terdaftar untuk jadwal ini; ditunggu sampai {}",
            clock.second(*revoked_ms),
            clock.minute(*grace_until_ms)
        ),
        Reason::ReceivedPast { past_ms } => format!(
            "Catatan HP sudah diterima sampai {}, melewati jadwal ini, dan tidak ada absen di dalamnya",
            clock.second(*past_ms)
        ),
        Reason::GraceRanOut { until_ms } => {
            format!("Masa tunggu berakhir {} tanpa kabar dari HP", clock.minute(*until_ms))
        }
        Reason::Excused { kind, from_ms, until_ms } => {
            format!("{}: {} sampai {}", excuse(*kind, lang), clock.minute(*from_ms), clock.minute(*until_ms))
        }
        Reason::HealthDirection { date, .. } => format!(
            "{} untuk {}: tidak dihitung terlambat maupun tidak hadir",
            excuse(ExcuseKind::HealthDirection, lang),
            short_date(*date, lang)
        ),
        Reason::NotOwed => "Aturan ini tidak meminta absen di sini".to_owned(),
    }
}

fn reason_en(reason: &Reason, clock: &DayClock) -> String {
    let lang = Lang::En;
    match reason {
        Reason::Mode { mode, why } => placed(*mode, why, lang),
        Reason::Rule(used) => format!("Rule in force: {}", rule(used, lang)),
        Reason::EarlierRule { rule: used, reached_ms: Some(at) } => format!(
            "Judged by the earlier rule, {}: the change is only proven to have reached the phone {}",
            rule(used, lang),
            clock.second(*at)
        ),
        Reason::EarlierRule { rule: used, reached_ms: None } => {
            format!(
                "Judged by the earlier rule, {}: the change is not proven to have reached the phone",
                rule(used, lang)
            )
        }
        Reason::Window { opens_ms, on_time_until_ms, late_until_ms } => format!(
            "Window: opens {}, on time before {}, late before {}",
            clock.minute(*opens_ms),
            clock.minute(*on_time_until_ms),
            clock.minute(*late_until_ms)
        ),
        Reason::Claimed { claimed_ms } => format!("The phone's clock at the check-in: {}", clock.second(*claimed_ms)),
        Reason::Evidence { bounds, grade: proven } => {
            format!("{}: {}", grade(*proven, lang), clock.bounds(*bounds))
        }
        Reason::JudgedAt { at_ms } => {
            format!(
                "The phone's clock is outside the evidence; judged at the nearest time within it, {}",
                clock.second(*at_ms)
            )
        }
        Reason::CountsAsClaimed => "The evidence of time does not decide; counted by the phone's clock".to_owned(),
        Reason::OnTime { until_ms } => format!("Before {}: on time", clock.minute(*until_ms)),
        Reason::Late { since_ms, minutes } => {
            format!("{}, counted from the end of on time, {}", late(*minutes, lang), clock.minute(*since_ms))
        }
        Reason::Arrived { at_ms } => format!("Received {}", clock.second(*at_ms)),
        Reason::Waiting => "Waiting to send; the evidence of time comes with it".to_owned(),
        Reason::Placed(placement) => place::placement(placement, lang),
        Reason::Permit => "A permit to leave the region covers this date".to_owned(),
        Reason::Supported { taps: 1 } => "Supported by 1 later check-in in this window".to_owned(),
        Reason::Supported { taps } => format!("Supported by {taps} later check-ins in this window"),
        Reason::Outage { from_ms, until_ms: Some(until) } => {
            format!("Server outage {} to {}: it makes nobody late", clock.minute(*from_ms), clock.minute(*until))
        }
        Reason::Outage { from_ms, until_ms: None } => {
            format!("Server outage since {}: it makes nobody late", clock.minute(*from_ms))
        }
        Reason::NotReceivedPast { past_ms: Some(past), grace_until_ms } => format!(
            "The phone's records have been received up to {}; awaited until {}",
            clock.second(*past),
            clock.minute(*grace_until_ms)
        ),
        Reason::NotReceivedPast { past_ms: None, grace_until_ms } => {
            format!("No record of the phone has been received; awaited until {}", clock.minute(*grace_until_ms))
        }
        Reason::RecordsLost { made, grace_until_ms } => format!(
            "The phone reports lost records ({}); a check-in may be among them, awaited until {}",
            clock.bounds(*made),
            clock.minute(*grace_until_ms)
        ),
        Reason::LostByOffice { made } => format!(
            "The office lost records that it had received ({}), as its own receipts prove; not counted as missed, \
             an officer decides",
            clock.bounds(*made)
        ),
        Reason::NoInstallation { grace_until_ms } => {
            format!("No phone was enrolled for this window; awaited until {}", clock.minute(*grace_until_ms))
        }
        Reason::PhoneRevoked { revoked_ms, grace_until_ms } => format!(
            "The phone was revoked {}, and no other was enrolled for this window; awaited until {}",
            clock.second(*revoked_ms),
            clock.minute(*grace_until_ms)
        ),
        Reason::ReceivedPast { past_ms } => format!(
            "The phone's records have been received up to {}, past this window, and none is a check-in in it",
            clock.second(*past_ms)
        ),
        Reason::GraceRanOut { until_ms } => {
            format!("The grace ran out {} without a word from the phone", clock.minute(*until_ms))
        }
        Reason::Excused { kind, from_ms, until_ms } => {
            format!("{}: {} to {}", excuse(*kind, lang), clock.minute(*from_ms), clock.minute(*until_ms))
        }
        Reason::HealthDirection { date, .. } => {
            format!(
                "{} for {}: neither late nor absent",
                excuse(ExcuseKind::HealthDirection, lang),
                short_date(*date, lang)
            )
        }
        Reason::NotOwed => "This rule asks no check-in here".to_owned(),
    }
}

fn late(minutes: u32, lang: Lang) -> String {
    window_state(WindowState::Late { minutes }, lang)
}

/// The whole answer to *why?* for one window, a sentence a line: the state that holds, corrections, flags, reasons.
#[must_use]
pub fn why(verdict: &WindowVerdict, clock: &DayClock) -> Vec<String> {
    let mut lines = vec![window_state(verdict.effective(), clock.lang)];
    lines.extend(verdict.corrections.iter().rev().map(|ruled| correction(ruled, clock)));
    lines.extend(verdict.appeals.iter().rev().map(|seen| ask::appeal_seen(seen, clock)));
    lines.extend(verdict.flags.iter().map(|found| format!("{}: {}", flagged(clock.lang), flag(found, clock))));
    lines.extend(verdict.reasons.iter().map(|part| reason(part, clock)));
    lines
}

/// The clock that tells the times of a day's verdict.
#[must_use]
pub fn clock_of(day: &DayVerdict, lang: Lang) -> DayClock {
    DayClock { zone: day.zone, date: day.date, lang }
}

/// Said beside a verdict of the phone: the office knows more.
#[must_use]
pub const fn preview(lang: Lang) -> &'static str {
    lang.pick(
        "Ini perkiraan dari catatan di HP ini; yang berlaku adalah keputusan kantor.",
        "This is a preview from this phone's records; what the office decides holds.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_somebody_works_and_why_is_not_said_twice() {
        let tell = |mode, why| placed(mode, why, Lang::Id);
        assert_eq!(tell(Mode::Leave, "Cuti tahunan"), "Cuti tahunan");
        assert_eq!(
            tell(Mode::Exempt, "Tetap bertugas di tempat kerja: puskesmas"),
            "Tetap bertugas di tempat kerja: puskesmas"
        );
        assert_eq!(tell(Mode::Recalled, "Panggilan ke kantor (rapat)"), "Panggilan ke kantor (rapat)");
        assert_eq!(tell(Mode::Leave, ""), "Cuti");
        assert!(tell(Mode::Wfh, "Giliran di rumah").ends_with(": Giliran di rumah"));
    }
}
