//! `hadir phone today`: the home screen in words.

use hadir_core::{
    engine::{FormState, FormToday, RuleToday, Today, WindowToday},
    judge::WindowState,
    text::{
        engine, judge, policy, share,
        time::{DayClock, grade, short_date},
    },
};

use super::{failure::Failure, handset::Handset, words};
use crate::out::{Exit, Out};

/// Shows the home screen.
pub(super) fn show(handset: &Handset, out: Out) -> Result<Exit, Failure> {
    let today = handset.engine.today()?;
    out.object(&today);
    for line in draw(&today, out) {
        out.say(line);
    }
    Ok(Exit::Done)
}

/// The clock in which a day's times are said.
pub(super) const fn clock_of(today: &Today, out: Out) -> DayClock {
    DayClock { zone: today.zone, date: today.date, lang: out.lang }
}

/// The home screen, line by line.
pub(super) fn draw(today: &Today, out: Out) -> Vec<String> {
    let lang = out.lang;
    let clock = clock_of(today, out);
    let mut lines = vec![
        format!("{}, {}", policy::date(today.date, lang), words::now(&today.now, &clock)),
        format!("{}, {}", today.person.name, today.person.unit_name),
    ];
    lines.push(mode(today, out));
    match &today.rule {
        Some(rule) => lines.extend(rule_lines(rule, out)),
        None => lines.push(
            lang.pick(
                "Tidak ada surat edaran yang berlaku; absen tetap tercatat",
                "No rule is in force; taps are recorded all the same",
            )
            .to_owned(),
        ),
    }
    if !today.windows.is_empty() {
        lines.push(String::new());
        lines.push(format!("{}:", lang.pick("Jadwal", "Windows")));
        lines.extend(today.windows.iter().flat_map(|window| window_lines(window, &clock)));
    }
    for other in &today.others {
        let (at, why) = (clock.second(other.tap.tap.at_ms), judge::other(other.tap.why, &clock));
        lines.push(format!("  {at} · {why} · {}", engine::delivery(&other.delivery, lang)));
        lines.extend(other.tap.flags.iter().map(|flag| flag_line(flag, &clock)));
    }
    lines.push(String::new());
    lines.push(format!("{}: {}", lang.pick("Absen sekarang", "A tap now"), engine::tap_now(today, lang)));
    if let Some(next) = &today.next {
        let (opens, label) = (clock.minute(next.opens_ms), &next.label);
        lines.push(format!(
            "{} {label}, {} {opens}",
            lang.pick("Berikutnya: jadwal", "Next: window"),
            lang.pick("dibuka", "opens")
        ));
    }
    lines.extend(today.forms.iter().map(|form| form_line(form, &clock)));
    if let Some(entry) = today.entry.filter(|entry| entry.form.is_some()) {
        lines.push(format!(
            "{}: {}",
            lang.pick("Masuk kantor hari ini", "Entering the office today"),
            judge::entry(entry, lang)
        ));
    }
    if let Some(share) = &today.share {
        let (from, until) = (clock.minute(share.hours.starts_ms), clock.minute(share.hours.ends_ms));
        let detail = policy::share_detail(share.hours.detail, lang);
        lines.push(format!("{}: {from} – {until}, {detail}", share::label(lang)));
        lines.push(format!("  {}", share::line(share, &clock)));
        if share.may_leave_region {
            lines.push(format!("  {}", share::permitted(lang)));
        }
    }
    lines.extend(today.notices.iter().map(|notice| format!("• {}", lang.pick(&notice.id, &notice.en))));
    lines.push(String::new());
    lines.extend(standing(today, &clock));
    if !today.needs.is_empty() {
        lines.push(format!("{}:", lang.pick("Perlu tindakan Anda", "Needs you")));
        lines.extend(today.needs.iter().map(|need| format!("  ! {}", words::need(need, lang))));
    }
    lines
}

fn mode(today: &Today, out: Out) -> String {
    let lang = out.lang;
    let state = today.state.map(|state| judge::day_state(state, lang));
    match (&today.mode, state) {
        (Some(mode), state) => {
            let name = policy::mode(mode.mode, lang);
            let why = if mode.why.is_empty() { String::new() } else { format!(" ({})", mode.why) };
            let state = state.filter(|state| *state != name).map(|state| format!("; {state}")).unwrap_or_default();
            let shift = mode.shift.as_ref().map(|title| format!(", {title}")).unwrap_or_default();
            format!("{name}{shift}{why}{state}")
        }
        (None, _) => lang
            .pick(
                "Penugasan untuk tanggal ini belum diterima; hubungkan ke jaringan",
                "No assignment for this date has come; connect to a network",
            )
            .to_owned(),
    }
}

fn rule_lines(rule: &RuleToday, out: Out) -> Vec<String> {
    let lang = out.lang;
    let mut basis = rule.legal.kind.clone();
    if let Some(number) = &rule.legal.number {
        basis = format!("{basis} {number}");
    }
    if let Some(date) = rule.legal.date {
        basis = format!("{basis}, {}", short_date(date, lang));
    }
    let mut lines = vec![format!(
        "{}: {} — {basis}, {} ({} {})",
        lang.pick("Surat edaran yang berlaku", "Rule in force"),
        rule.title,
        rule.legal.issuer,
        lang.pick("paket", "pack"),
        rule.pack
    )];
    // The windows of one rule mostly come from one place: each distinct mark is said once.
    let mut marks: Vec<_> = rule.sources.iter().map(|source| (source.time, source.tolerance)).collect();
    marks.sort_unstable();
    marks.dedup();
    lines.extend(marks.into_iter().map(|(time, tolerance)| {
        let (time, tolerance) = (policy::source(time, lang), policy::source(tolerance, lang));
        format!(
            "  {}: {time}; {}: {tolerance}",
            lang.pick("jam absen menurut", "times of day come from"),
            lang.pick("kelonggaran menurut", "tolerance comes from")
        )
    }));
    lines.extend(rule.note.as_ref().map(|note| format!("  {note}")));
    lines
}

fn window_lines(window: &WindowToday, clock: &DayClock) -> Vec<String> {
    let lang = clock.lang;
    let state = judge::window_state(window.state, lang);
    let mut line = format!("  {:<13} {state}", window.window.label);
    match (&window.tap, &window.delivery) {
        (Some(tap), Some(delivery)) => {
            let (at, delivery) = (clock.second(tap.at_ms), engine::delivery(delivery, lang));
            line = format!("{line} · {at} · {delivery} · {}", grade(tap.grade, lang));
        }
        _ if matches!(window.state, WindowState::Upcoming) => {
            line = format!("{line} ({} {})", lang.pick("dibuka", "opens"), clock.minute(window.window.opens_ms));
        }
        _ if matches!(window.state, WindowState::Open) => {
            let until = clock.minute(window.window.on_time_until_ms);
            line = format!("{line} ({} {until})", lang.pick("tepat waktu sebelum", "on time before"));
        }
        _ => {}
    }
    let flags = window.flags.iter().map(|flag| flag_line(flag, clock));
    std::iter::once(line).chain(flags).collect()
}

fn flag_line(flag: &hadir_core::judge::Flag, clock: &DayClock) -> String {
    format!("    {}: {}", judge::flagged(clock.lang), judge::flag(flag, clock))
}

fn form_line(form: &FormToday, clock: &DayClock) -> String {
    let lang = clock.lang;
    let date = short_date(form.duty.target_date, lang);
    let state = match form.state {
        FormState::Due => format!(
            "{} ({} {})",
            engine::form_state(form.state, lang),
            lang.pick("isi sebelum", "fill it before"),
            clock.minute(form.duty.late_from_ms)
        ),
        state => engine::form_state(state, lang).to_owned(),
    };
    format!("{} {date}: {state}", lang.pick("Penilaian mandiri untuk", "Self-assessment for"))
}

/// How the phone stands to its server.
fn standing(today: &Today, clock: &DayClock) -> Vec<String> {
    let lang = clock.lang;
    let waiting = format!("{}: {}", lang.pick("Menunggu dikirim", "Waiting to be sent"), today.pending);
    let contact = today
        .last_contact_ms
        .map_or_else(|| lang.pick("belum pernah", "never").to_owned(), |at_ms| clock.second(at_ms));
    vec![waiting, format!("{}: {contact}", lang.pick("Terakhir terhubung", "Last contact"))]
}
