//! Words about fixes and signals. No word tells a place.

use super::Lang;
use super::time::duration;
use crate::model::{FixSource, NoFix};
use crate::place::{Place, Placement, Signal};

/// A distance: `640 m`, `9,9 km`, `120 km`.
#[must_use]
pub fn distance(metres: u32, lang: Lang) -> String {
    let point = lang.pick(",", ".");
    match metres {
        0..1_000 => format!("{metres} m"),
        1_000..99_950 => {
            let tenths = (metres + 50) / 100;
            format!("{}{point}{} km", tenths / 10, tenths % 10)
        }
        _ => format!("{} km", metres.saturating_add(500) / 1_000),
    }
}

/// Where a fix lies.
#[must_use]
pub fn place(place: Place, lang: Lang) -> &'static str {
    match place {
        Place::Inside => lang.pick("Di dalam wilayah", "Inside the region"),
        Place::Outside => lang.pick("Di luar wilayah", "Outside the region"),
        Place::Uncertain => lang.pick("Di sekitar batas wilayah", "Near the region's edge"),
    }
}

/// How a fix stands to the region, with its accuracy: `Di dalam wilayah, 2,3 km dari batas; ketelitian ±25 m`.
#[must_use]
pub fn placement(placement: &Placement, lang: Lang) -> String {
    let (where_to, edge) = (place(placement.place, lang), distance(placement.edge_m, lang));
    let accuracy = distance(placement.accuracy_m, lang);
    match lang {
        Lang::Id => format!("{where_to}, {edge} dari batas; ketelitian ±{accuracy}"),
        Lang::En => format!("{where_to}, {edge} from the edge; accuracy ±{accuracy}"),
    }
}

/// Why there is no fix.
#[must_use]
pub fn no_fix(reason: NoFix, lang: Lang) -> &'static str {
    match reason {
        NoFix::Denied => lang.pick("izin lokasi belum diberikan", "location is not permitted"),
        NoFix::Off => lang.pick("lokasi dimatikan", "location is switched off"),
        NoFix::Timeout => lang.pick("GPS belum menemukan lokasi", "GPS had not found the location in time"),
        NoFix::Unavailable => lang.pick("HP tidak dapat menentukan lokasi", "the phone cannot tell its location"),
    }
}

/// Something worth a look.
#[must_use]
pub fn signal(signal: &Signal, lang: Lang) -> String {
    match lang {
        Lang::Id => signal_id(signal),
        Lang::En => signal_en(signal),
    }
}

/// The same in two or three words, for a row whose whole reason is told elsewhere.
#[must_use]
pub fn signal_in_brief(signal: &Signal, lang: Lang) -> &'static str {
    match signal {
        Signal::Mock { .. } => lang.pick("Lokasi dari aplikasi lain", "Location set by an app"),
        Signal::OldFix { .. } => lang.pick("Lokasi lama", "Old location"),
        Signal::PoorAccuracy { .. } => lang.pick("Ketelitian rendah", "Poor accuracy"),
        Signal::ImpossibleSpeed { .. } => lang.pick("Perpindahan cepat", "Fast move"),
        Signal::IdenticalCoordinates { .. } => lang.pick("Titik sama dengan orang lain", "Same point as others"),
        Signal::GnssAgainstClock { .. } => lang.pick("Jam HP beda dari satelit", "Clock differs from satellites"),
        Signal::NoFix { .. } => lang.pick("Tanpa lokasi", "No location"),
        Signal::OutsideRegion { .. } => place(Place::Outside, lang),
    }
}

fn signal_id(signal: &Signal) -> String {
    let (far, long) = (|metres| distance(metres, Lang::Id), |ms| duration(ms, Lang::Id));
    match signal {
        Signal::Mock { source: FixSource::External } => {
            "HP menyebut lokasi ini tiruan; penerima GPS luar memang dilaporkan begitu".to_owned()
        }
        Signal::Mock { .. } => "HP menyebut lokasi ini tiruan (mock)".to_owned(),
        Signal::OldFix { age_ms } => format!("Lokasi sudah berumur {} saat absen", long(*age_ms)),
        Signal::PoorAccuracy { accuracy_m } => format!("Ketelitian rendah, ±{}", far(*accuracy_m)),
        Signal::ImpossibleSpeed { at_least_m, within_ms, .. } => format!(
            "Berpindah sedikitnya {} dalam paling lama {} sejak absen sebelumnya",
            far(*at_least_m),
            long(*within_ms)
        ),
        Signal::IdenticalCoordinates { households, people } => {
            format!("{people} orang dari {households} rumah tangga melapor dari satu titik yang sama persis")
        }
        Signal::GnssAgainstClock { difference_ms } => {
            format!("Jam HP berbeda {} dari waktu satelit", long(difference_ms.unsigned_abs()))
        }
        Signal::NoFix { reason } => format!("Lokasi tidak didapat, tetap tercatat ({})", no_fix(*reason, Lang::Id)),
        Signal::OutsideRegion { by_m } => {
            format!("Di luar wilayah, {} dari batas, tanpa izin keluar daerah", far(*by_m))
        }
    }
}

fn signal_en(signal: &Signal) -> String {
    let (far, long) = (|metres| distance(metres, Lang::En), |ms| duration(ms, Lang::En));
    match signal {
        Signal::Mock { source: FixSource::External } => {
            "The phone calls this location a mock; an external GPS receiver is always reported so".to_owned()
        }
        Signal::Mock { .. } => "The phone calls this location a mock".to_owned(),
        Signal::OldFix { age_ms } => format!("The fix was {} old at the check-in", long(*age_ms)),
        Signal::PoorAccuracy { accuracy_m } => format!("Poor accuracy, ±{}", far(*accuracy_m)),
        Signal::ImpossibleSpeed { at_least_m, within_ms, .. } => {
            format!("Moved at least {} in at most {} since the check-in before", far(*at_least_m), long(*within_ms))
        }
        Signal::IdenticalCoordinates { households, people } => {
            format!("{people} people of {households} households reported from exactly one point")
        }
        Signal::GnssAgainstClock { difference_ms } => {
            format!("The phone's clock differs by {} from satellite time", long(difference_ms.unsigned_abs()))
        }
        Signal::NoFix { reason } => format!("No location, recorded all the same ({})", no_fix(*reason, Lang::En)),
        Signal::OutsideRegion { by_m } => {
            format!("Outside the region, {} from its edge, without a permit to leave it", far(*by_m))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RecordId;

    #[test]
    fn distances_are_told_as_people_tell_them() {
        let told: Vec<String> =
            [0, 999, 1_049, 9_951, 99_949, 99_950, u32::MAX].into_iter().map(|m| distance(m, Lang::Id)).collect();
        assert_eq!(told, ["0 m", "999 m", "1,0 km", "10,0 km", "99,9 km", "100 km", "4294967 km"]);
        assert_eq!(distance(1_250, Lang::En), "1.3 km");
    }

    #[test]
    fn no_signal_accuses_anyone() {
        let since = RecordId::new(0, [0; 10]);
        let signals = [
            Signal::Mock { source: FixSource::Fused },
            Signal::Mock { source: FixSource::External },
            Signal::OldFix { age_ms: 180_000 },
            Signal::PoorAccuracy { accuracy_m: 640 },
            Signal::ImpossibleSpeed { since, at_least_m: 9_900, within_ms: 10_000 },
            Signal::IdenticalCoordinates { households: 3, people: 4 },
            Signal::GnssAgainstClock { difference_ms: -3_000_000 },
            Signal::NoFix { reason: NoFix::Timeout },
            Signal::OutsideRegion { by_m: 12_000 },
        ];
        for found in &signals {
            for lang in [Lang::Id, Lang::En] {
                for told in [signal(found, lang).to_lowercase(), signal_in_brief(found, lang).to_lowercase()] {
                    for word in ["curang", "palsu", "bohong", "fake", "cheat", "lie"] {
                        assert!(!told.contains(word), "{told}");
                    }
                }
                assert!(signal_in_brief(found, lang).chars().count() < 30);
            }
        }
        assert_eq!(
            signal(&signals[4], Lang::Id),
            "Berpindah sedikitnya 9,9 km dalam paling lama 10 detik sejak absen sebelumnya"
        );
        assert_eq!(signal(&signals[7], Lang::Id), "Lokasi tidak didapat, tetap tercatat (GPS belum menemukan lokasi)");
    }
}
