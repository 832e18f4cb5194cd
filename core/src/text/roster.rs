//! Words about who works where, and about a head's list.

use super::Lang;
use crate::policy::Side;
use crate::roster::{FactKind, LeaveKind, Reason, Violation};

/// A side of the door.
#[must_use]
pub fn side(side: Side, lang: Lang) -> &'static str {
    match side {
        Side::Home => lang.pick("di rumah", "at home"),
        Side::Office => lang.pick("di kantor", "at the office"),
    }
}

/// A kind of leave.
#[must_use]
pub fn leave(kind: LeaveKind, lang: Lang) -> &'static str {
    match kind {
        LeaveKind::Annual => lang.pick("Cuti tahunan", "Annual leave"),
        LeaveKind::Long => lang.pick("Cuti besar", "Long leave"),
        LeaveKind::Sick => lang.pick("Cuti sakit", "Sick leave"),
        LeaveKind::Maternity => lang.pick("Cuti melahirkan", "Maternity leave"),
        LeaveKind::ImportantReason => lang.pick("Cuti karena alasan penting", "Leave for an important reason"),
        LeaveKind::Unpaid => lang.pick("Cuti di luar tanggungan negara", "Unpaid leave"),
        LeaveKind::Study => lang.pick("Tugas belajar", "Study assignment"),
        LeaveKind::Training => lang.pick("Diklat", "Training"),
    }
}

/// What a dated fact says.
#[must_use]
pub fn fact(kind: &FactKind, lang: Lang) -> String {
    let words = match kind {
        FactKind::HealthDirection => lang.pick("Arahan kesehatan: bekerja dari rumah", "Health direction: at home"),
        FactKind::Isolation => lang.pick("Isolasi", "Isolation"),
        FactKind::Sick => lang.pick("Sakit", "Sick"),
        FactKind::Leave(kind) => leave(*kind, lang),
        FactKind::DutyTrip => lang.pick("Dinas luar", "Duty trip"),
        FactKind::Recalled => lang.pick("Panggilan ke kantor", "Recalled to the office"),
        FactKind::Piket => lang.pick("Jadwal piket", "Duty roster"),
        FactKind::HeadsList(Side::Home) => {
            lang.pick("Daftar kepala perangkat daerah: di rumah", "The head's list: at home")
        }
        FactKind::HeadsList(Side::Office) => {
            lang.pick("Daftar kepala perangkat daerah: di kantor", "The head's list: at the office")
        }
        FactKind::Off => lang.pick("Libur menurut jadwal sif", "Free by the shift roster"),
        FactKind::Shift(id) => return format!("{} {id}", lang.pick("Sif", "Shift")),
        FactKind::MayLeaveRegion => lang.pick("Izin keluar daerah", "Permit to leave the region"),
        FactKind::Technical => lang.pick("Alasan teknis", "Technical reason"),
    };
    words.to_owned()
}

/// Why a person is placed where they are, for the person.
#[must_use]
pub fn reason(reason: &Reason, lang: Lang) -> String {
    match (reason, lang) {
        (Reason::Fact { kind, reference: None }, _) => fact(kind, lang),
        (Reason::Fact { kind, reference: Some(reference) }, _) => format!("{} ({reference})", fact(kind, lang)),
        (Reason::Exempt { title }, Lang::Id) => format!("Tetap bertugas di tempat kerja: {title}"),
        (Reason::Exempt { title }, Lang::En) => format!("At the workplace (not sent home): {title}"),
        (Reason::CannotWorkFromHome, _) => {
            lang.pick("Pekerjaan tidak dapat dilakukan dari rumah", "The work cannot be done from home").to_owned()
        }
        (Reason::Turn { group, side: at, allowed, headcount }, Lang::Id) => {
            format!("Giliran {}: {group}, {allowed} dari {headcount} orang", side(*at, lang))
        }
        (Reason::Turn { group, side: at, allowed, headcount }, Lang::En) => {
            format!("Their turn {}: {group}, {allowed} of {headcount} people", side(*at, lang))
        }
        (Reason::NotTheirTurn { group, side: at, allowed, headcount }, Lang::Id) => {
            format!("Belum giliran {}: {group}, {allowed} dari {headcount} orang", side(*at, lang))
        }
        (Reason::NotTheirTurn { group, side: at, allowed, headcount }, Lang::En) => {
            format!("Not their turn {}: {group}, {allowed} of {headcount} people", side(*at, lang))
        }
        (Reason::WholeGroup { group }, Lang::Id) => format!("Berlaku untuk seluruh kelompok: {group}"),
        (Reason::WholeGroup { group }, Lang::En) => format!("Holds for the whole group: {group}"),
        (Reason::NoGroup, _) => {
            lang.pick("Tidak termasuk kelompok yang bergilir", "In none of the groups that take turns").to_owned()
        }
        (Reason::DayOff { day }, _) => super::policy::day_status(day, lang),
        (Reason::NotInForce, _) => {
            lang.pick("Aturan tidak berlaku pada tanggal ini", "The rule is not in force on this date").to_owned()
        }
    }
}

/// What does not hold of a head's list. Names people by their number: for the head and the personnel officer.
#[must_use]
pub fn violation(violation: &Violation, lang: Lang) -> String {
    use Violation as V;
    match (violation, lang) {
        (V::UnknownPerson { person }, Lang::Id) => format!("{person} tidak ada dalam daftar pegawai"),
        (V::UnknownPerson { person }, Lang::En) => format!("{person} is not on the staff list"),
        (V::ListedTwice { person, date }, Lang::Id) => format!("{person} ditulis dua kali untuk {date}"),
        (V::ListedTwice { person, date }, Lang::En) => format!("{person} is listed twice for {date}"),
        (V::OutsideDates { date }, Lang::Id) => format!("{date} di luar tanggal daftar atau masa berlaku aturan"),
        (V::OutsideDates { date }, Lang::En) => format!("{date} is outside the list's dates or the rule's"),
        (V::NotWorkingDay { person, date }, Lang::Id) => format!("{person}: {date} bukan hari kerja"),
        (V::NotWorkingDay { person, date }, Lang::En) => format!("{person}: {date} is not a working day"),
        (V::DecidedByFact { person, date, kind }, _) => format!("{person}, {date}: {}", fact(kind, lang)),
        (V::ExemptSentHome { person, date, title }, Lang::Id) => {
            format!("{person}, {date}: tidak boleh dirumahkan ({title})")
        }
        (V::ExemptSentHome { person, date, title }, Lang::En) => {
            format!("{person}, {date}: is not sent home ({title})")
        }
        (V::CannotWorkFromHome { person, date }, Lang::Id) => {
            format!("{person}, {date}: pekerjaannya tidak dapat dilakukan dari rumah")
        }
        (V::CannotWorkFromHome { person, date }, Lang::En) => {
            format!("{person}, {date}: their work cannot be done from home")
        }
        (V::StaysAtOffice { person, date }, Lang::Id) => format!("{person}, {date}: menurut aturan tetap di kantor"),
        (V::StaysAtOffice { person, date }, Lang::En) => format!("{person}, {date}: stays at the office by the rule"),
        (V::NotListed { person, date }, Lang::Id) => format!("{person} belum ditempatkan pada {date}"),
        (V::NotListed { person, date }, Lang::En) => format!("{person} has no place on {date}"),
        (V::QuotaExceeded { agency, group, date, side: at, allowed, placed }, Lang::Id) => {
            format!("{agency}, {group}, {date}: {placed} orang {}, paling banyak {allowed}", side(*at, lang))
        }
        (V::QuotaExceeded { agency, group, date, side: at, allowed, placed }, Lang::En) => {
            format!("{agency}, {group}, {date}: {placed} people {}, at most {allowed}", side(*at, lang))
        }
    }
}
