//! Words about how a phone stands, as a help desk reads them.

use super::{Lang, time::duration};
use crate::wire::{BatteryState, HelpReport, Permission};

/// How a permission stands.
#[must_use]
pub const fn permission(permission: Permission, lang: Lang) -> &'static str {
    match permission {
        Permission::Granted => lang.pick("diizinkan", "given"),
        Permission::Limited => lang.pick("diizinkan sebagian", "given in part"),
        Permission::Denied => lang.pick("ditolak", "refused"),
        Permission::DeniedForEver => lang.pick(
            "ditolak seterusnya; hanya dapat diubah di Setelan HP",
            "refused for ever; only the phone's settings change it",
        ),
        Permission::NotAsked => lang.pick("belum ditanyakan", "not asked yet"),
        Permission::Unknown => lang.pick("tidak diketahui", "not known"),
    }
}

/// What the battery saver does to the app.
#[must_use]
pub const fn battery(battery: BatteryState, lang: Lang) -> &'static str {
    match battery {
        BatteryState::Unrestricted => lang.pick("aplikasi dikecualikan", "the app is exempt"),
        BatteryState::Optimised => {
            lang.pick("dioptimalkan; pengingat dapat terlambat", "optimised; reminders may be late")
        }
        BatteryState::SaverOn => lang.pick("sedang menghemat daya", "the saver is on"),
        BatteryState::Restricted => lang.pick(
            "aplikasi dibatasi di latar belakang; pengingat dan pengiriman dapat gagal",
            "the app may not run in the background; reminders and sending may fail",
        ),
        BatteryState::Unknown => lang.pick("tidak diketahui", "not known"),
    }
}

/// What a report says, each with its label; times are for who knows the zone.
#[must_use]
pub fn facts(report: &HelpReport, lang: Lang) -> Vec<(&'static str, String)> {
    let phone = &report.phone;
    let location = match phone.location_on {
        Some(true) => lang.pick("hidup", "on"),
        Some(false) => lang.pick("MATI", "OFF"),
        None => lang.pick("tidak diketahui", "not known"),
    };
    let clock = match report.clock_off_ms {
        None => lang.pick("tepat, sejauh diketahui HP", "right, as far as the phone knows").to_owned(),
        Some(off_ms) => {
            let by = duration(off_ms.unsigned_abs(), lang);
            match (lang, off_ms > 0) {
                (Lang::Id, true) => format!("lebih cepat {by}"),
                (Lang::Id, false) => format!("lebih lambat {by}"),
                (Lang::En, true) => format!("{by} ahead"),
                (Lang::En, false) => format!("{by} behind"),
            }
        }
    };
    let may = |given| permission(given, lang).to_owned();
    vec![
        (lang.pick("HP", "Phone"), phone.model.clone()),
        (lang.pick("Sistem", "System"), phone.os.clone()),
        (lang.pick("Aplikasi", "App"), report.app.clone()),
        (lang.pick("Lokasi di HP", "Location on the phone"), location.to_owned()),
        (lang.pick("Izin lokasi", "Location permission"), may(phone.location)),
        (lang.pick("Lokasi di latar belakang", "Location in the background"), may(phone.background)),
        (lang.pick("Notifikasi", "Notifications"), may(phone.notifications)),
        (lang.pick("Alarm tepat waktu", "Exact alarms"), may(phone.exact_alarms)),
        (lang.pick("Penghemat baterai", "Battery saver"), battery(phone.battery, lang).to_owned()),
        (lang.pick("Menunggu dikirim", "Waiting to be sent"), report.pending.to_string()),
        (lang.pick("Tertahan", "Parked"), report.parked.to_string()),
        (lang.pick("Jam HP", "Phone's clock"), clock),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::PhoneState;

    #[test]
    fn a_help_desk_reads_what_stands_in_the_way() {
        let phone = PhoneState {
            model: "Contoh A1".into(),
            os: "Android 9".into(),
            location: Permission::DeniedForEver,
            location_on: Some(false),
            background: Permission::Unknown,
            notifications: Permission::Granted,
            exact_alarms: Permission::Limited,
            battery: BatteryState::Restricted,
        };
        let (last_sync_ms, clock_off_ms) = (None, Some(-180_000));
        let report =
            HelpReport { v: 1, phone, app: "hadir/1".into(), last_sync_ms, pending: 3, parked: 1, clock_off_ms };
        let text =
            |lang| facts(&report, lang).into_iter().map(|(label, value)| format!("{label}: {value}\n")).collect();
        let (id, en): (String, String) = (text(Lang::Id), text(Lang::En));
        assert!(id.contains("Lokasi di HP: MATI") && id.contains("Izin lokasi: ditolak seterusnya"), "{id}");
        assert!(id.contains("Jam HP: lebih lambat 3 menit") && id.contains("Tertahan: 1"), "{id}");
        assert!(en.contains("Phone's clock: 3 min") && en.contains("may not run in the background"), "{en}");
    }
}
