//! Words of *Bulan saya*.

use super::{Lang, many, time::month_name};
use crate::{
    engine::{MonthTotals, NotJudged},
    schedule::YearMonth,
};

/// A month: `November 2026`.
#[must_use]
pub fn title(month: YearMonth, lang: Lang) -> String {
    format!("{} {}", month_name(month.first(), lang), month.year())
}

/// Why a date can't be judged on this phone.
#[must_use]
pub fn not_judged(why: NotJudged, lang: Lang) -> &'static str {
    match why {
        NotJudged::BeforeEnrolment => lang.pick("Sebelum HP ini didaftarkan", "Before this phone was enrolled"),
        NotJudged::NoAssignment => lang.pick("Penugasan tidak ada di HP ini", "No assignment on this phone"),
        NotJudged::NoRule => lang.pick("Tidak ada surat edaran yang berlaku", "No rule in force"),
        NotJudged::Freed => lang.pick(
            "Catatannya tidak lagi di HP ini, ada di server",
            "Its records are no longer here; the server has them",
        ),
    }
}

/// What the sums are worth.
#[must_use]
pub const fn preview_note(lang: Lang) -> &'static str {
    lang.pick(
        "Dihitung di HP ini dari catatan yang ada di sini; yang menentukan adalah rekap kantor.",
        "Counted on this phone from what is recorded here; the office's recap decides.",
    )
}

/// The sums, a line each; what is none is left out.
#[must_use]
pub fn totals(totals: &MonthTotals, lang: Lang) -> Vec<String> {
    let late = match lang {
        Lang::Id => format!("Terlambat: {} kali, seluruhnya {} menit", totals.late, totals.late_minutes),
        Lang::En => format!("Late: {}, {} together", totals.late, many(totals.late_minutes, "minute")),
    };
    let line = |id: &str, en: &str, count: u32| (count, format!("{}: {count}", lang.pick(id, en)));
    let lines = [
        line("Tepat waktu", "On time", totals.on_time),
        (totals.late, late),
        line("Terlewat", "Missed", totals.missed),
        line("Dengan alasan yang sah", "Excused", totals.excused),
        line("Belum diterima", "Not received yet", totals.not_yet_received),
        line("Menunggu dikirim", "Waiting to send", totals.waiting),
        line("Perlu diperiksa", "Flagged", totals.flagged),
        line("Penilaian mandiri diisi", "Self-assessments submitted", totals.forms),
        line("Hari yang tidak dapat dihitung di HP ini", "Days that can't be counted here", totals.not_judged),
    ];
    lines.into_iter().filter(|(count, _)| *count > 0).map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_told_without_what_is_none() {
        let sums = MonthTotals { on_time: 31, late: 2, late_minutes: 19, ..MonthTotals::default() };
        assert_eq!(totals(&sums, Lang::Id), ["Tepat waktu: 31", "Terlambat: 2 kali, seluruhnya 19 menit"]);
        assert_eq!(totals(&sums, Lang::En), ["On time: 31", "Late: 2, 19 minutes together"]);
        assert_eq!(title("2026-08".parse().unwrap(), Lang::Id), "Agustus 2026");
    }
}
