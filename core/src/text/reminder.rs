//! Words of reminders: a title, and a line below it.

use super::{
    Lang, many,
    time::{DayClock, short_date},
};
use crate::remind::{Reminder, ReminderKind};

/// The title.
#[must_use]
pub fn title(reminder: &Reminder, lang: Lang) -> String {
    match (&reminder.kind, lang) {
        (ReminderKind::WindowOpens { label, .. }, Lang::Id) => format!("Waktunya absen: jadwal {label}"),
        (ReminderKind::WindowOpens { label, .. }, Lang::En) => format!("Time to check in: {label}"),
        (ReminderKind::WindowCloses { label, .. }, Lang::Id) => format!("Belum absen: jadwal {label}"),
        (ReminderKind::WindowCloses { label, .. }, Lang::En) => format!("No check-in yet: {label}"),
        (ReminderKind::FormDue { .. }, _) => {
            lang.pick("Penilaian mandiri belum diisi", "Self-assessment not submitted").into()
        }
        (ReminderKind::ShareBegins { .. }, _) => {
            lang.pick("Waktunya berbagi lokasi", "Time to share your place").into()
        }
        (ReminderKind::ShareEnds, _) => lang.pick("Berbagi lokasi selesai", "Sharing is over").into(),
        (ReminderKind::Unsent { records, .. }, Lang::Id) => format!("{records} catatan belum terkirim"),
        (ReminderKind::Unsent { records, .. }, Lang::En) => format!("{} not sent yet", many(*records, "record")),
        (ReminderKind::Recall { .. }, _) => lang.pick("Panggilan ke kantor", "Recalled to the office").into(),
    }
}

/// The line below it.
#[must_use]
pub fn body(reminder: &Reminder, lang: Lang) -> String {
    let (zone, date) = (reminder.zone, zone_date(reminder));
    let clock = DayClock { zone, date, lang };
    match (&reminder.kind, lang) {
        (
            ReminderKind::WindowOpens { on_time_until_ms, .. } | ReminderKind::WindowCloses { on_time_until_ms, .. },
            Lang::Id,
        ) => format!("Tepat waktu sebelum {}.", clock.minute(*on_time_until_ms)),
        (
            ReminderKind::WindowOpens { on_time_until_ms, .. } | ReminderKind::WindowCloses { on_time_until_ms, .. },
            Lang::En,
        ) => format!("On time before {}.", clock.minute(*on_time_until_ms)),
        (ReminderKind::FormDue { late_from_ms }, Lang::Id) => format!(
            "Untuk masuk kantor {}, isi sebelum {}.",
            short_date(reminder.date, lang),
            clock.minute(*late_from_ms)
        ),
        (ReminderKind::FormDue { late_from_ms }, Lang::En) => format!(
            "For the office on {}; fill it before {}.",
            short_date(reminder.date, lang),
            clock.minute(*late_from_ms)
        ),
        (ReminderKind::ShareBegins { until_ms }, Lang::Id) => {
            format!("Buka aplikasi dan mulai; berhenti sendiri pukul {}.", clock.minute(*until_ms))
        }
        (ReminderKind::ShareBegins { until_ms }, Lang::En) => {
            format!("Open the app and start; it stops by itself at {}.", clock.minute(*until_ms))
        }
        (ReminderKind::ShareEnds, _) => lang
            .pick(
                "Jamnya sudah habis; lokasi tidak dibagikan lagi.",
                "Its hours are over; your place is no longer shared.",
            )
            .into(),
        (ReminderKind::Unsent { since_ms, .. }, Lang::Id) => {
            format!("Sejak {}. Aman di HP ini; buka aplikasi saat ada jaringan.", clock.minute(*since_ms))
        }
        (ReminderKind::Unsent { since_ms, .. }, Lang::En) => {
            format!("Since {}. Safe on this phone; open the app where there is a network.", clock.minute(*since_ms))
        }
        (ReminderKind::Recall { note }, Lang::Id) => {
            format!("{}: {note}. Buka aplikasi untuk mengonfirmasi.", short_date(reminder.date, lang))
        }
        (ReminderKind::Recall { note }, Lang::En) => {
            format!("{}: {note}. Open the app to confirm.", short_date(reminder.date, lang))
        }
    }
}

/// The date on which it is read.
fn zone_date(reminder: &Reminder) -> chrono::NaiveDate {
    reminder.zone.local(reminder.at_ms).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{remind::unsent, schedule::Zone};

    #[test]
    fn what_waits_is_named_with_the_day_since_when() {
        // 08.00 WITA on 24 November 2026.
        let since_ms = 1_795_478_400_000;
        let one = unsent(Zone::WITA, 1, since_ms, since_ms + 1);
        assert_eq!(title(&one, Lang::Id), "1 catatan belum terkirim");
        assert_eq!(title(&one, Lang::En), "1 record not sent yet");
        assert_eq!(body(&one, Lang::Id), "Sejak 24 Nov 08.00 WITA. Aman di HP ini; buka aplikasi saat ada jaringan.");
    }
}
