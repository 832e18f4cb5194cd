//! Words about live share: *Berbagi lokasi*, *Jeda*.

use super::{
    Lang,
    time::{DayClock, duration},
};
use crate::{
    engine::{ShareNow, ShareToday},
    judge::{Exit, Flag, Here, ShareFlag, ShareState, ShareVerdict},
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
        ShareNow::Paused => lang.pick("Sedang dijeda", "Paused"),
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
    let word = label(lang);
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

/// How live share stands, for the office: a word for the cell.
#[must_use]
pub fn state(state: ShareState, lang: Lang) -> &'static str {
    match state {
        ShareState::Upcoming => lang.pick("Belum waktunya", "Not yet"),
        ShareState::Sharing { here: Here::Inside } => lang.pick("Sedang berbagi", "Sharing now"),
        ShareState::Sharing { here: Here::Outside } => lang.pick("Di luar daerah", "Outside the region"),
        ShareState::Sharing { here: Here::OutsideWithPermit } => {
            lang.pick("Di luar daerah, berizin", "Outside, with a permit")
        }
        ShareState::Sharing { here: Here::Unknown } => {
            lang.pick("Berbagi, lokasi belum pasti", "Sharing, place uncertain")
        }
        ShareState::Paused => lang.pick("Jeda", "Paused"),
        ShareState::Stopped => lang.pick("Dihentikan pegawai", "Stopped by the person"),
        ShareState::Idle => lang.pick("Tidak sedang berbagi", "Not sharing now"),
        ShareState::NotYetReceived => lang.pick("Belum diterima", "Not received yet"),
        ShareState::Shared => lang.pick("Selesai", "Done"),
        ShareState::NotShared => lang.pick("Tidak berbagi", "Not shared"),
        ShareState::Excused { .. } => lang.pick("Dengan alasan yang sah", "Excused"),
    }
}

/// What a person should look at. Never an accusation.
#[must_use]
pub fn flag(flag: &ShareFlag, clock: &DayClock) -> String {
    let lang = clock.lang;
    match (flag, lang) {
        (ShareFlag::LeftRegion(exit), Lang::Id) => format!("{}; tidak ada izin keluar daerah", exit_of(exit, clock)),
        (ShareFlag::LeftRegion(exit), Lang::En) => {
            format!("{}; no permit to leave the region covers it", exit_of(exit, clock))
        }
        (ShareFlag::Mock { ms }, Lang::Id) => {
            format!("HP menandai lokasi sebagai tiruan selama {}", duration(*ms, lang))
        }
        (ShareFlag::Mock { ms }, Lang::En) => format!("The phone called its place a mock for {}", duration(*ms, lang)),
        (ShareFlag::LittleShared { percent }, Lang::Id) => {
            format!("Lokasi hanya dibagikan {percent}% dari jamnya")
        }
        (ShareFlag::LittleShared { percent }, Lang::En) => format!("Only {percent}% of the hours were shared"),
        (ShareFlag::TimeContradicts { claimed_ms, bounds }, _) => {
            super::judge::flag(&Flag::TimeContradicts { claimed_ms: *claimed_ms, bounds: *bounds }, clock)
        }
        (ShareFlag::AroundRevocation { revoked_ms }, _) => {
            super::judge::flag(&Flag::AroundRevocation { revoked_ms: *revoked_ms }, clock)
        }
    }
}

/// The same in a few words, as it stands in a cell.
#[must_use]
pub const fn short_flag(flag: &ShareFlag, lang: Lang) -> &'static str {
    match flag {
        ShareFlag::LeftRegion(_) => lang.pick("keluar daerah tanpa izin", "left the region without a permit"),
        ShareFlag::Mock { .. } => lang.pick("lokasi tiruan", "mock location"),
        ShareFlag::LittleShared { .. } => lang.pick("sedikit dibagikan", "little was shared"),
        ShareFlag::TimeContradicts { .. } => lang.pick("waktu bertentangan", "time contradicts"),
        ShareFlag::AroundRevocation { .. } => lang.pick("sekitar saat HP dicabut", "around the phone's revocation"),
    }
}

/// A time outside: `Di luar daerah 09.00 sampai 09.30 WITA, paling jauh 3,1 km dari batas`.
#[must_use]
pub fn exit_of(exit: &Exit, clock: &DayClock) -> String {
    let (from, until) = (clock.minute(exit.from_ms), clock.minute(exit.until_ms));
    let by = super::place::distance(exit.by_m, clock.lang);
    match clock.lang {
        Lang::Id => format!("Di luar daerah {from} sampai {until}, paling jauh {by} dari batas"),
        Lang::En => format!("Outside the region {from} to {until}, at most {by} beyond its edge"),
    }
}

/// How much of the hours the place is known of: `lokasi diketahui 3 dari 8 jam`.
#[must_use]
pub fn known_of(verdict: &ShareVerdict, lang: Lang) -> String {
    const HOUR_MS: u64 = 3_600_000;
    let known = verdict.shared.inside_ms + verdict.shared.outside_ms;
    let all = u64::try_from(verdict.hours.ends_ms - verdict.hours.starts_ms).unwrap_or(0);
    // What is below a minute is not told, so 3 hours and some seconds are 3.
    let known = match (known / 60_000).is_multiple_of(60) && all.is_multiple_of(HOUR_MS) {
        true => (known / HOUR_MS).to_string(),
        false => duration(known, lang),
    };
    match lang {
        Lang::Id => format!("lokasi diketahui {known} dari {}", duration(all, lang)),
        Lang::En => format!("place known {known} of {}", duration(all, lang)),
    }
}

/// What it is called, as a heading.
#[must_use]
pub const fn label(lang: Lang) -> &'static str {
    lang.pick("Berbagi lokasi", "Live share")
}

/// When it was owed.
#[must_use]
pub fn hours(verdict: &ShareVerdict, clock: &DayClock) -> String {
    let (from, until) = (clock.minute(verdict.hours.starts_ms), clock.minute(verdict.hours.ends_ms));
    match clock.lang {
        Lang::Id => format!("Berbagi lokasi {from} sampai {until}"),
        Lang::En => format!("Live share {from} to {until}"),
    }
}

/// What is known of the hours, a sentence a line: sums, what was not shared, why the unknown is unknown, exits, and up to when it has come.
#[must_use]
pub fn known(verdict: &ShareVerdict, clock: &DayClock) -> Vec<String> {
    let lang = clock.lang;
    let mut lines = vec![totals(verdict.shared, lang)];
    if verdict.not_shared_ms >= 1_000 {
        let ms = duration(verdict.not_shared_ms, lang);
        lines.push(match lang {
            Lang::Id => format!("{ms} tidak dibagikan: catatan HP sudah diterima melewatinya"),
            Lang::En => format!("{ms} not shared: the phone's records have been received past it"),
        });
    }
    if let Some(percent) = verdict.percent {
        lines.push(match lang {
            Lang::Id => format!("{percent}% dari waktu yang sudah diketahui pasti di dalam atau di luar"),
            Lang::En => format!("{percent}% of what is known so far was surely inside or outside"),
        });
    }
    lines.extend(verdict.unknown.iter().filter(|time| time.ms >= 1_000).map(|time| {
        format!("{} {}: {}", duration(time.ms, lang), lang.pick("tidak diketahui", "unknown"), unknown(time.why, lang))
    }));
    lines.extend(verdict.exits.iter().map(|exit| exit_of(exit, clock)));
    if let Some(through) = verdict.through_ms {
        let at = clock.minute(through);
        let arrived = verdict.arrival_ms.map(|arrival| clock.minute(arrival));
        lines.push(match (lang, arrived) {
            (Lang::Id, Some(arrived)) => format!("Diketahui sampai {at}, diterima {arrived}"),
            (Lang::En, Some(arrived)) => format!("Known up to {at}, received {arrived}"),
            (Lang::Id, None) => format!("Diketahui sampai {at}"),
            (Lang::En, None) => format!("Known up to {at}"),
        });
    }
    if verdict.points > 0 {
        let points = verdict.points;
        lines.push(match lang {
            Lang::Id => format!("{points} titik lokasi tersimpan sebagai bukti; papan tidak menampilkannya"),
            Lang::En if points == 1 => "1 exact point is stored as evidence; the board does not show it".to_owned(),
            Lang::En => format!("{points} exact points are stored as evidence; the board does not show them"),
        });
    }
    lines
}

/// The whole answer to *why?*, a sentence a line.
#[must_use]
pub fn why(verdict: &ShareVerdict, clock: &DayClock) -> Vec<String> {
    let lang = clock.lang;
    let mut lines = vec![state(verdict.effective(), lang).to_owned()];
    lines.extend(verdict.corrections.iter().rev().map(|ruled| super::judge::correction(ruled, clock)));
    lines.extend(verdict.flags.iter().map(|found| format!("{}: {}", super::judge::flagged(lang), flag(found, clock))));
    lines.push(hours(verdict, clock));
    lines.extend(known(verdict, clock));
    lines.extend(verdict.reasons.iter().map(|part| super::judge::reason(part, clock)));
    lines
}

/// That a permit to leave the region covers the day.
#[must_use]
pub const fn permitted(lang: Lang) -> &'static str {
    lang.pick("Izin keluar daerah berlaku hari ini", "A permit to leave the region covers today")
}
