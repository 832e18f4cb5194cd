//! Words about requests and appeals.

use super::{
    Lang,
    time::{DayClock, short_date},
};
use crate::{
    ask::{AppealSeen, Standing},
    model::{Appeal, Ask, AskError, AskWhat, Grounds},
    wire::Decision,
};

/// What is asked for.
#[must_use]
pub fn what(what: AskWhat, lang: Lang) -> &'static str {
    match what {
        AskWhat::LeaveRegion => lang.pick("Izin keluar daerah", "Leave the region"),
        AskWhat::DutyTrip => lang.pick("Dinas luar", "Duty trip"),
        AskWhat::Sick => lang.pick("Sakit", "Sick"),
        AskWhat::AnnualLeave => lang.pick("Cuti tahunan", "Annual leave"),
        AskWhat::LongLeave => lang.pick("Cuti besar", "Long leave"),
        AskWhat::SickLeave => lang.pick("Cuti sakit", "Sick leave"),
        AskWhat::Maternity => lang.pick("Cuti melahirkan", "Maternity leave"),
        AskWhat::ImportantReason => lang.pick("Cuti karena alasan penting", "Leave for an important reason"),
        AskWhat::Unpaid => lang.pick("Cuti di luar tanggungan negara", "Unpaid leave"),
        AskWhat::Study => lang.pick("Tugas belajar", "Study assignment"),
        AskWhat::Training => lang.pick("Diklat", "Training"),
        AskWhat::Technical => lang.pick("Alasan teknis", "Technical reason"),
    }
}

/// A request in a line: what, for which days and windows. Not what the person wrote.
#[must_use]
pub fn ask(ask: &Ask, lang: Lang) -> String {
    let (from, until) = (short_date(ask.from(), lang), short_date(ask.until(), lang));
    let days = if ask.from() == ask.until() { from } else { format!("{from} – {until}") };
    let windows = ask.windows().iter().map(|id| window(id)).collect::<Vec<_>>().join(", ");
    let windows = match (windows.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Id) => format!(", jadwal {windows}"),
        (false, Lang::En) => format!(", window {windows}"),
    };
    format!("{}, {days}{windows}", what(ask.what(), lang))
}

/// A window by its id, as people write its time: `w0800` is `08.00`.
#[must_use]
pub fn window(id: &str) -> String {
    match id.strip_prefix('w') {
        Some(digits) if digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{}.{}", &digits[..2], &digits[2..])
        }
        _ => id.to_owned(),
    }
}

/// On what an appeal stands.
#[must_use]
pub fn grounds(grounds: Grounds, lang: Lang) -> &'static str {
    match grounds {
        Grounds::Phone => {
            lang.pick("HP rusak, hilang, atau baterainya habis", "The phone was broken, lost, or out of battery")
        }
        Grounds::Network => lang.pick("Tidak ada jaringan, atau server terganggu", "No network, or a server outage"),
        Grounds::Time => lang.pick("Waktu yang dinilai tidak benar", "The time that was judged is not right"),
        Grounds::Place => lang.pick("Lokasi yang dinilai tidak benar", "The place that was judged is not right"),
        Grounds::Rule => lang.pick(
            "Aturan, giliran, atau jadwal yang dipakai tidak tepat",
            "The wrong rule, turn or window was applied",
        ),
        Grounds::Witnessed => lang.pick("Bekerja, dan ada saksinya", "Worked, and others can say so"),
        Grounds::Other => lang.pick("Alasan lain", "Another ground"),
    }
}

/// An appeal in a line: against what, on what ground. Not what the person wrote.
#[must_use]
pub fn appeal(appeal: &Appeal, lang: Lang) -> String {
    format!("{}: {}", appealed(appeal, lang), grounds(appeal.grounds(), lang))
}

/// An appeal by what it is against alone: *Sanggahan atas 24 Nov 2026, jadwal 11.00*.
#[must_use]
pub fn appealed(appeal: &Appeal, lang: Lang) -> String {
    let date = short_date(appeal.date(), lang);
    let about = match (appeal.window(), lang) {
        (Some(id), Lang::Id) => format!("jadwal {}", window(id)),
        (Some(id), Lang::En) => format!("window {}", window(id)),
        (None, _) => lang.pick("seluruh hari", "the whole day").to_owned(),
    };
    format!("{} {date}, {about}", lang.pick("Sanggahan atas", "Appeal against"))
}

/// How a request stands.
#[must_use]
pub fn request_standing(standing: Standing, lang: Lang) -> &'static str {
    match standing {
        Standing::Open => lang.pick("Menunggu keputusan", "Awaits a decision"),
        Standing::Granted => lang.pick("Dikabulkan", "Granted"),
        Standing::Refused => lang.pick("Ditolak", "Refused"),
        Standing::Withdrawn => lang.pick("Ditarik kembali", "Withdrawn"),
        Standing::WithdrawnAfterGrant => lang.pick(
            "Ditarik setelah dikabulkan, menunggu keputusan",
            "Withdrawn after it was granted, awaits a decision",
        ),
    }
}

/// How an appeal stands.
#[must_use]
pub fn appeal_standing(standing: Standing, lang: Lang) -> &'static str {
    match standing {
        Standing::Granted => lang.pick("Sanggahan diterima", "Appeal upheld"),
        Standing::Refused => lang.pick("Sanggahan ditolak", "Appeal rejected"),
        other => request_standing(other, lang),
    }
}

/// Who decided, when and why: *oleh kepala, 10.12 WITA: alasan*.
#[must_use]
pub fn decided(decision: &Decision, clock: &DayClock) -> String {
    let (at, by) = (clock.minute(decision.t_ms), &decision.by);
    let reason = decision.reason.as_ref().map(|words| format!(": {}", words.as_str())).unwrap_or_default();
    match clock.lang {
        Lang::Id => format!("oleh {by}, {at}{reason}"),
        Lang::En => format!("by {by}, {at}{reason}"),
    }
}

/// An appeal beside a verdict: what it says, and how it stands.
#[must_use]
pub fn appeal_seen(seen: &AppealSeen, clock: &DayClock) -> String {
    let lang = clock.lang;
    let (at, ground) = (clock.minute(seen.at_ms), grounds(seen.appeal.grounds(), lang));
    let standing = appeal_standing(seen.standing, lang);
    let decision = seen.decision.as_ref().map(|decision| format!(" {}", decided(decision, clock))).unwrap_or_default();
    match lang {
        Lang::Id => format!("Disanggah {at}: {ground}. {standing}{decision}"),
        Lang::En => format!("Appealed {at}: {ground}. {standing}{decision}"),
    }
}

/// Why something can't be asked.
#[must_use]
pub fn error(error: &AskError, lang: Lang) -> String {
    if lang == Lang::En {
        return error.to_string();
    }
    match error {
        AskError::Words => "Tulisan perlu 1 sampai 300 huruf, tanpa karakter kendali.",
        AskError::Dates => "Tanggal terakhir harus sama dengan atau sesudah tanggal pertama, paling lama setahun.",
        AskError::Windows => "Jadwal tidak dikenal, atau terlalu banyak; tulis jamnya, misalnya 08.00.",
        AskError::WhichWindows => "Alasan teknis perlu menyebut jadwalnya.",
        AskError::Evidence => "Paling banyak 16 catatan dapat disebut sebagai bukti.",
        AskError::Grounds => "Alasan lain perlu dijelaskan dengan kata-kata.",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_one_line_without_what_the_person_wrote() {
        let note = crate::model::Words::new("rahasia").unwrap();
        let from = "2026-11-24".parse().unwrap();
        let asked = Ask::new(AskWhat::Sick, from, from, vec!["w1400".into(), "w1600".into()], Some(note)).unwrap();
        assert_eq!(ask(&asked, Lang::Id), "Sakit, 24 Nov 2026, jadwal 14.00, 16.00");
        assert_eq!(ask(&asked, Lang::En), "Sick, 24 Nov 2026, window 14.00, 16.00");
    }
}
