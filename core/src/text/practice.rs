//! Words of the practice tap.

use super::{Lang, engine, place, time::DayClock};
use crate::engine::{Practice, TapNow};

/// What a tap now would have come to, line by line; the first says that it was practice.
#[must_use]
pub fn lines(practice: &Practice, lang: Lang) -> Vec<String> {
    let clock = DayClock { zone: practice.zone, date: practice.date, lang };
    let mut lines = vec![
        lang.pick("Latihan: tidak dicatat dan tidak dihitung.", "Practice: not recorded, and it does not count.")
            .into(),
        match lang {
            Lang::Id => format!("Bila ini absen sungguhan, jam yang tercatat: {}", clock.second(practice.at.ms)),
            Lang::En => format!("Had this been a real check-in, the time recorded: {}", clock.second(practice.at.ms)),
        },
        engine::counts_as(&practice.counts, practice.label.as_deref(), lang),
    ];
    // Where the place is told, its accuracy is.
    let with_fix = practice.with_fix.filter(|_| practice.placement.is_none());
    lines.extend(with_fix.map(|with_fix| match (with_fix, practice.accuracy_m, lang) {
        (true, Some(accuracy), Lang::Id) => format!("Ketelitian ±{} m", accuracy.round()),
        (true, Some(accuracy), Lang::En) => format!("Accuracy ±{} m", accuracy.round()),
        _ => lang.pick("Lokasi tidak didapat, tetap tercatat", "No fix; recorded all the same").into(),
    }));
    lines.extend(practice.placement.as_ref().map(|placement| place::placement(placement, lang)));
    let is_outside = matches!(practice.counts, TapNow::OutsideSchedule | TapNow::Supports { .. });
    lines.extend(practice.next.as_ref().filter(|_| is_outside).map(|next| match lang {
        Lang::Id => format!("Jadwal berikutnya {}, dibuka {}", next.label, clock.minute(next.opens_ms)),
        Lang::En => format!("The next window is {}, it opens {}", next.label, clock.minute(next.opens_ms)),
    }));
    lines
}
