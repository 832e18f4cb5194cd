//! Words about live share: *Berbagi lokasi*, *Jeda*.

use super::{
    Lang,
    time::{DayClock, duration},
};
use crate::{
    engine::{ShareNow, ShareToday},
    model::{ShareThen, Unknown},
    track::Totals,
};

/// How live sharing stands, for the person.
#[must_use]
pub fn now(state: ShareNow, lang: Lang) -> &'static str {
    match state {
        ShareNow::Early => lang.pick("Belum waktunya", "Not yet"),
        ShareNow::Ready => lang.pick("Belum dimulai", "Not started"),
        ShareNow::Sharing => lang.pick("Sedang berbagi lokasi", "Sharing now"),
        ShareNow::Paused => lang.pick("Jeda", "Paused"),
        ShareNow::Stopped => lang.pick("Dihentikan", "Stopped"),
        ShareNow::Over => lang.pick("Selesai untuk hari ini", "Over for today"),
    }
}

/// What held after a batch.
#[must_use]
pub fn then(then: ShareThen, lang: Lang) -> &'static str {
    match then {
        ShareThen::Sharing => lang.pick("berlanjut", "goes on"),
        ShareThen::Paused => lang.pick("jeda", "paused"),
        ShareThen::Stopped => lang.pick("dihentikan", "stopped"),
        ShareThen::Over => lang.pick("jamnya berakhir", "the hours ended"),
    }
}

/// Why nothing sure is known of a time.
#[must_use]
pub fn unknown(why: Unknown, lang: Lang) -> String {
    match why {
        Unknown::NearEdge => {
            lang.pick("dekat batas daerah, tidak dapat dipastikan", "near the region's edge, it can't be told").into()
        }
        Unknown::NoFix { no_fix } => super::place::no_fix(no_fix, lang).into(),
        Unknown::Paused => lang.pick("jeda oleh pegawai", "paused by the person").into(),
        Unknown::Gap => lang.pick("tidak ada kabar lokasi dari HP", "no word of the place from the phone").into(),
        Unknown::NoRegion => lang.pick("aturan tidak menyebut daerah", "the rule names no region").into(),
        Unknown::Other => lang.pick("sebab yang tidak dikenal versi ini", "a reason this version does not know").into(),
    }
}

/// Sums: `7 jam 40 menit di dalam, 20 menit tidak diketahui`; what is zero is left out.
#[must_use]
pub fn totals(totals: Totals, lang: Lang) -> String {
    let parts = [
        (totals.inside_ms, lang.pick("di dalam daerah", "inside the region")),
        (totals.outside_ms, lang.pick("di luar daerah", "outside the region")),
        (totals.unknown_ms, lang.pick("tidak diketahui", "unknown")),
    ];
    let told: Vec<String> = parts
        .into_iter()
        .filter(|(ms, _)| *ms >= 1_000)
        .map(|(ms, word)| format!("{} {word}", duration(ms, lang)))
        .collect();
    if told.is_empty() {
        lang.pick("belum ada yang dibagikan", "nothing shared yet").to_owned()
    } else {
        told.join(", ")
    }
}

/// A batch, as the log lists it.
#[must_use]
pub fn batch(sums: Totals, points: usize, after: ShareThen, lang: Lang) -> String {
    let word = lang.pick("Berbagi lokasi", "Live share");
    let mut text = match sums == Totals::default() {
        true => format!("{word}: {}", then_only(after, lang)),
        false => format!("{word}: {}, {}", totals(sums, lang), then(after, lang)),
    };
    if points > 0 {
        text.push_str(&match lang {
            Lang::Id => format!(" ({points} titik lokasi)"),
            Lang::En => format!(" ({points} exact point{})", if points == 1 { "" } else { "s" }),
        });
    }
    text
}

fn then_only(after: ShareThen, lang: Lang) -> &'static str {
    match after {
        ShareThen::Sharing => lang.pick("dimulai", "started"),
        other => then(other, lang),
    }
}

/// The line of the home screen.
#[must_use]
pub fn line(today: &ShareToday, clock: &DayClock) -> String {
    let lang = clock.lang;
    let until = clock.minute(today.hours.ends_ms);
    match (today.state, lang) {
        (ShareNow::Sharing, Lang::Id) => {
            format!("Sedang berbagi lokasi sampai {until}; {}", totals(today.shared, lang))
        }
        (ShareNow::Sharing, Lang::En) => format!("Sharing now, until {until}; {}", totals(today.shared, lang)),
        (ShareNow::Early, _) => format!(
            "{} ({} {})",
            now(today.state, lang),
            lang.pick("mulai", "begins"),
            clock.minute(today.hours.starts_ms)
        ),
        (state, _) if today.shared == Totals::default() => now(state, lang).to_owned(),
        (state, _) => format!("{}; {}", now(state, lang), totals(today.shared, lang)),
    }
}
