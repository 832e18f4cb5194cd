//! A policy as rows of words: label, value, source.

use hadir_core::{
    policy::{ApprovalFor, Employment, GroupPlace, Marks, Policy, Selector, Side, Source, Until, WindowRule},
    schedule::{DayTime, LateFrom, Mode, Rounding, ShareDetail, Weekdays},
    text::{self, Lang},
};

/// One value in words.
pub(super) struct Row {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) source: Source,
}

fn row(label: impl Into<String>, value: impl Into<String>, source: Source) -> Row {
    Row { label: label.into(), value: value.into(), source }
}

/// The sections of a policy that say something.
pub(super) fn sections(lang: Lang, policy: &Policy) -> Vec<(&'static str, Vec<Row>)> {
    let all = [
        (lang.pick("Dasar dan masa berlaku", "Basis and dates"), basis(lang, policy)),
        (lang.pick("Absen", "Check-in"), check_in(lang, policy)),
        (lang.pick("Siapa bekerja di mana", "Who works where"), places(lang, policy)),
        (lang.pick("Penilaian mandiri dan lokasi", "Self-assessment and place"), form_and_place(lang, policy)),
        (lang.pick("Wewenang", "Who decides"), approvals(lang, policy)),
        (lang.pick("Pemberitahuan", "Notices"), notices(lang, policy)),
        (lang.pick("Penyimpanan dan masa tunggu", "Keeping and waiting"), keeping(lang, policy)),
    ];
    all.into_iter().filter(|(_, rows)| !rows.is_empty()).collect()
}

fn basis(lang: Lang, policy: &Policy) -> Vec<Row> {
    let legal = &policy.legal;
    let mut rows = vec![row(lang.pick("Jenis", "Kind"), &*legal.kind, legal.marks.of("kind"))];
    if let Some(number) = &legal.number {
        rows.push(row(lang.pick("Nomor", "Number"), &**number, legal.marks.of("number")));
    }
    if let Some(date) = legal.date {
        rows.push(row(lang.pick("Tanggal", "Date"), text::time::short_date(date, lang), legal.marks.of("date")));
    }
    rows.push(row(lang.pick("Penerbit", "Issuer"), &*legal.issuer, legal.marks.of("issuer")));
    let from = text::time::short_date(policy.valid.from, lang);
    rows.push(row(lang.pick("Berlaku mulai", "In force from"), from, policy.marks.of("valid_from")));
    let until = match &policy.valid.until {
        Until::Date(date) => text::time::short_date(*date, lang),
        Until::Act(act) => act.clone(),
        Until::Open => lang.pick("sampai diganti", "until replaced").to_owned(),
    };
    rows.push(row(lang.pick("Berlaku sampai", "In force until"), until, policy.marks.of("valid_until")));
    rows.push(row(lang.pick("Zona waktu", "Time zone"), policy.zone.abbreviation(), policy.marks.of("zone")));
    rows.push(row(
        lang.pick("Hari kerja", "Working days"),
        weekdays(lang, policy.week.days),
        policy.week.marks.of("days"),
    ));
    rows
}

fn check_in(lang: Lang, policy: &Policy) -> Vec<Row> {
    let rule = &policy.check_in;
    if rule.modes.is_empty() {
        let value = lang.pick("tidak diminta di HP", "not asked on the phone");
        return vec![row(lang.pick("Absen", "Check-in"), value, rule.marks.of("modes"))];
    }
    let mut rows = vec![row(lang.pick("Wajib bagi", "Asked of"), modes(lang, &rule.modes), rule.marks.of("modes"))];
    for window in &rule.windows {
        window_rows(lang, window, &mut rows);
    }
    for shift in &policy.shifts {
        for window in &shift.windows {
            window_rows(lang, window, &mut rows);
        }
    }
    for hours in &policy.hours {
        let days =
            format!("{}–{}", text::time::short_date(hours.from, lang), text::time::short_date(hours.until, lang));
        rows.push(row(&*hours.name, days, hours.marks.source));
        for window in hours.windows.iter().flatten() {
            window_rows(lang, window, &mut rows);
        }
    }
    let late = match lang {
        Lang::Id => format!("sampai {} menit sesudahnya, atau sampai jadwal berikutnya dibuka", rule.late_runs_min),
        Lang::En => format!("until {} after, or until the next window opens", many(rule.late_runs_min, "minute")),
    };
    rows.push(row(lang.pick("Terlambat dihitung", "Late counts"), late, rule.marks.of("late_runs_min")));
    let from = match rule.late.counted_from {
        LateFrom::OnTimeEnd => lang.pick("dari batas tepat waktu", "from the end of on time"),
        LateFrom::Nominal => lang.pick("dari jam jadwal", "from the scheduled time"),
    };
    let rounding = match rule.late.rounding {
        Rounding::Down => lang.pick("menit penuh", "whole minutes"),
        Rounding::Up => lang.pick("menit dibulatkan ke atas", "minutes rounded up"),
    };
    rows.push(row(lang.pick("Menit terlambat", "Late minutes"), format!("{from}, {rounding}"), rule.marks.of("late")));
    rows.extend(rule.bands.iter().map(|band| {
        let until = band.below_min.map_or_else(String::new, |below| below.saturating_sub(1).to_string());
        let cut = format!("{}–{until} min: {},{:02} %", band.from_min, band.cut_e4 / 100, band.cut_e4 % 100);
        row(&*band.name, cut, band.source)
    }));
    rows
}

fn window_rows(lang: Lang, window: &WindowRule, rows: &mut Vec<Row>) {
    let label = format!("{} {}", lang.pick("Jadwal", "Window"), window.label);
    rows.push(row(label, weekdays(lang, window.days), window.time_source));
    let span = match lang {
        Lang::Id => format!("dibuka {}, tepat waktu sebelum {}", clock(window.opens), clock(window.on_time_until)),
        Lang::En => format!("opens {}, on time before {}", clock(window.opens), clock(window.on_time_until)),
    };
    rows.push(row(lang.pick("… toleransi", "… tolerance"), span, window.tolerance_source));
}

fn places(lang: Lang, policy: &Policy) -> Vec<Row> {
    let mut rows = Vec::new();
    for group in &policy.groups {
        let value = match group.place {
            GroupPlace::Turns(quota) => match (lang, quota.caps) {
                (Lang::Id, Side::Home) => format!("bergilir, paling banyak {} % di rumah", quota.percent),
                (Lang::Id, Side::Office) => format!("bergilir, paling banyak {} % di kantor", quota.percent),
                (Lang::En, Side::Home) => format!("in turns, at most {} % at home", quota.percent),
                (Lang::En, Side::Office) => format!("in turns, at most {} % at the office", quota.percent),
            },
            GroupPlace::Home => lang.pick("di rumah", "at home").to_owned(),
            GroupPlace::Office => lang.pick("di kantor", "at the office").to_owned(),
        };
        rows.push(row(&*group.title, value, group.marks.source));
    }
    if !policy.groups.is_empty() {
        let turns = match lang {
            Lang::Id => format!("{} hari kerja", policy.rotation.working_days),
            Lang::En => many(policy.rotation.working_days, "working day"),
        };
        rows.push(row(
            lang.pick("Lama satu giliran", "One turn lasts"),
            turns,
            policy.rotation.marks.of("working_days"),
        ));
        let others = text::roster::side(policy.rotation.others, lang);
        rows.push(row(lang.pick("Yang lain", "Everyone else"), others, policy.rotation.marks.of("others")));
    }
    for exemption in &policy.exemptions {
        let who = selector(lang, policy, &exemption.who);
        let value = lang.pick("tetap bertugas di tempat kerja", "stays on duty at the workplace");
        let value = if who.is_empty() { value.to_owned() } else { format!("{value} ({who})") };
        rows.push(row(&*exemption.title, value, exemption.source));
    }
    rows
}

fn form_and_place(lang: Lang, policy: &Policy) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(form) = &policy.form {
        let before = match lang {
            Lang::Id => format!(
                "{} versi {}, dibuka {} hari sebelum hari masuk kantor",
                form.form, form.version, form.opens_days_before
            ),
            Lang::En => {
                format!(
                    "{} version {}, opens {} before the office day",
                    form.form,
                    form.version,
                    many(form.opens_days_before, "day")
                )
            }
        };
        rows.push(row(lang.pick("Penilaian mandiri", "Self-assessment"), before, form.marks.of("form")));
        rows.push(row(lang.pick("… bagi", "… of"), modes(lang, &form.modes), form.marks.of("modes")));
        rows.push(row(lang.pick("… sebelum masuk", "… before entry at"), clock(form.entry), form.marks.of("entry")));
    }
    if let Some(share) = &policy.live_share {
        let hours = text::time::duration(u64::from(share.hours.minutes) * 60_000, lang);
        let value = match lang {
            Lang::Id => format!("mulai {}, selama {hours}", clock(share.hours.starts)),
            Lang::En => format!("from {}, for {hours}", clock(share.hours.starts)),
        };
        rows.push(row(text::share::label(lang), value, share.marks.of("starts")));
        let detail = match share.detail {
            ShareDetail::Interval => {
                lang.pick("hanya di dalam, di luar atau tidak diketahui", "inside, outside or unknown only")
            }
            ShareDetail::Point => lang.pick("titik lokasi", "the points themselves"),
        };
        rows.push(row(lang.pick("… rincian", "… detail"), detail, share.marks.of("detail")));
    }
    if let Some(region) = &policy.region {
        rows.push(row(lang.pick("Daerah", "Region"), &*region.name, region.marks.source));
    }
    if let Some(home) = &policy.home_point {
        let value = format!("{} m", home.radius_m);
        rows.push(row(lang.pick("Titik rumah, radius", "Home point, radius"), value, home.marks.of("radius_m")));
    }
    rows
}

fn approvals(lang: Lang, policy: &Policy) -> Vec<Row> {
    let act = |act| match act {
        ApprovalFor::LeaveRegion => lang.pick("Izin keluar daerah", "Leaving the region"),
        ApprovalFor::Recall => lang.pick("Panggilan ke kantor", "Recall to the office"),
        ApprovalFor::MinimumOffice => lang.pick("Jumlah minimum di kantor", "A minimum at the office"),
        ApprovalFor::NameStaying => lang.pick("Menentukan yang tetap bertugas", "Naming who stays"),
        ApprovalFor::Piket => lang.pick("Jadwal piket", "The duty roster"),
        ApprovalFor::Monitor => lang.pick("Memantau kehadiran", "Watching attendance"),
    };
    let rows = policy.approvals.iter().map(|approval| {
        let value =
            approval.when.as_ref().map_or_else(|| approval.by.clone(), |when| format!("{}, {when}", approval.by));
        row(act(approval.act), value, approval.source)
    });
    rows.collect()
}

fn notices(lang: Lang, policy: &Policy) -> Vec<Row> {
    let rows = policy.notices.iter().map(|notice| {
        let text = match lang {
            Lang::Id => &notice.id,
            Lang::En => &notice.en,
        };
        row(modes(lang, &notice.modes), &**text, notice.source)
    });
    rows.collect()
}

fn keeping(lang: Lang, policy: &Policy) -> Vec<Row> {
    let days = |n: u32, working: bool| match (lang, working) {
        (Lang::Id, true) => format!("{n} hari kerja"),
        (Lang::Id, false) => format!("{n} hari"),
        (Lang::En, true) => many(n, "working day"),
        (Lang::En, false) => many(n, "day"),
    };
    let evidence = &policy.evidence;
    let mut rows = vec![
        row(
            lang.pick("Belum diterima menjadi terlewat setelah", "Not received becomes missed after"),
            days(evidence.grace_working_days, true),
            evidence.marks.of("grace_working_days"),
        ),
        row(
            lang.pick("Sidik jari bagi", "Fingerprint for"),
            modes(lang, &evidence.fingerprint_modes),
            evidence.marks.of("fingerprint_modes"),
        ),
    ];
    let marks: &Marks = &policy.retention.marks;
    let kept = |kind: &String| format!("{} {}", lang.pick("Simpan", "Keep"), kind_of_record(lang, kind));
    rows.extend(policy.retention.days.iter().map(|(kind, n)| row(kept(kind), days(*n, false), marks.of(kind))));
    rows
}

/// `1 day`, `2 days`.
fn many(n: impl Into<u32>, unit: &str) -> String {
    let n: u32 = n.into();
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

fn clock(time: DayTime) -> String {
    time.to_string().replace(':', ".")
}

fn weekdays(lang: Lang, days: Weekdays) -> String {
    if days == Weekdays::ALL {
        return lang.pick("setiap hari", "every day").to_owned();
    }
    let names: Vec<&str> = days.iter().map(|day| text::policy::weekday(day, lang)).collect();
    match names.as_slice() {
        [first, .., last] if days == Weekdays::FIVE || days == Weekdays::SIX => format!("{first}–{last}"),
        _ => names.join(", "),
    }
}

fn modes(lang: Lang, modes: &[Mode]) -> String {
    let names: Vec<&str> = modes.iter().map(|mode| text::policy::mode(*mode, lang)).collect();
    names.join(", ").to_lowercase()
}

/// Whom a rule names, without the codes of the file: a rank by the title of its group, the others as words.
fn selector(lang: Lang, policy: &Policy, who: &Selector) -> String {
    let title = |code: &String| {
        let group = policy.groups.iter().find(|group| group.who.ranks.contains(code));
        group.map_or_else(|| code.replace(['-', '_'], " "), |group| group.title.to_lowercase())
    };
    let mut parts: Vec<String> = Vec::new();
    let employment = who.employment.iter().map(|employment| match employment {
        Employment::Asn => "ASN".to_owned(),
        Employment::NonAsn => "non-ASN".to_owned(),
    });
    parts.extend(employment);
    for named in [&who.ranks, &who.units, &who.services, &who.positions] {
        parts.extend(named.iter().map(title));
    }
    if who.structural == Some(true) {
        parts.push(lang.pick("struktural", "structural").to_owned());
    }
    parts.join(", ")
}

fn kind_of_record(lang: Lang, kind: &str) -> &str {
    match kind {
        "check_in" => lang.pick("absen", "check-ins"),
        "health_form" => lang.pick("penilaian mandiri", "self-assessments"),
        "track" => lang.pick("berbagi lokasi", "live shares"),
        "request" => lang.pick("permohonan", "requests"),
        "appeal" => lang.pick("sanggahan", "appeals"),
        "acknowledge" => lang.pick("tanda sudah dibaca", "acknowledgements"),
        "epoch" => lang.pick("awal riwayat baru", "starts of a new epoch"),
        "note" => lang.pick("catatan HP", "the phone's notes"),
        other => other,
    }
}
