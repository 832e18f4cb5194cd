//! Words of the home screen: what kind of day it is, what one large button would do now, and what became of each window.

use super::{
    Lang, engine, judge, policy,
    time::{DayClock, duration, grade, short_date},
};
use crate::{
    engine::{FormState, FormToday, OtherToday, Recorded, RuleToday, TapNow, Today, WindowToday},
    judge::{CountedTap, Flag, WindowState},
    model::CheckIn,
    outbox::Delivery,
    schedule::{Window, WindowId},
};

/// A line, and a smaller one below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What is the matter.
    pub title: String,
    /// What goes with it; empty where there is nothing.
    pub detail: String,
}

impl Card {
    fn new(title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { title: title.into(), detail: detail.into() }
    }
}

/// The clock in which the times of the home screen are said.
#[must_use]
pub const fn clock_of(today: &Today, lang: Lang) -> DayClock {
    DayClock { zone: today.zone, date: today.date, lang }
}

/// What kind of day it is: *Bekerja dari rumah*, *Absen 4 kali hari ini*.
#[must_use]
pub fn day(today: &Today, lang: Lang) -> Card {
    let Some(mode) = &today.mode else {
        return Card::new(
            lang.pick("Penugasan hari ini belum diterima", "Today's assignment has not come"),
            lang.pick("Absen tetap tercatat. Hubungkan HP ke jaringan.", "Taps are recorded. Connect to a network."),
        );
    };
    let title = policy::mode(mode.mode, lang);
    let owed = today.windows.iter().filter(|window| !matches!(window.state, WindowState::NotOwed)).count();
    let detail = match (owed, lang, today.state) {
        (1, Lang::Id, _) => "Absen sekali hari ini".to_owned(),
        (1, Lang::En, _) => "One check-in today".to_owned(),
        (2.., Lang::Id, _) => format!("Absen {owed} kali hari ini"),
        (2.., Lang::En, _) => format!("{owed} check-ins today"),
        (0, _, Some(state)) if judge::day_state(state, lang) != title => judge::day_state(state, lang).to_owned(),
        (0, _, _) if today.rule.is_none() => {
            lang.pick("Belum ada surat edaran yang berlaku", "No circular is in force").to_owned()
        }
        (0, _, _) => lang.pick("Hari ini tidak wajib absen", "No check-in is owed today").to_owned(),
    };
    let shift = mode.shift.as_ref().map(|shift| format!("{shift} · ")).unwrap_or_default();
    Card::new(title, format!("{shift}{detail}"))
}

/// What stands above the button: which window is open, or which comes next.
#[must_use]
pub fn tap(today: &Today, lang: Lang) -> Card {
    let clock = clock_of(today, lang);
    let window = |id: &WindowId| today.windows.iter().find(|known| known.window.id == *id).map(|known| &known.window);
    match &today.tap {
        TapNow::OnTime { window: id } => {
            Card::new(open(id.as_str(), window(id), lang), on_time_until(window(id), &clock))
        }
        TapNow::Late { window: id, minutes } => {
            Card::new(open(id.as_str(), window(id), lang), late_until(window(id), *minutes, &clock))
        }
        TapNow::Supports { window: id } => {
            let label = window(id).map_or_else(|| id.as_str(), |window| window.label.as_str());
            let title = match lang {
                Lang::Id => format!("Jadwal {label} sudah tercatat"),
                Lang::En => format!("Window {label} is recorded"),
            };
            Card::new(title, next(today, &clock).map_or_else(String::new, |next| next.in_one_line()))
        }
        TapNow::OutsideSchedule => next(today, &clock).unwrap_or_else(|| {
            let detail = lang.pick("Tidak ada lagi jadwal hari ini", "No window is left today");
            Card::new(lang.pick("Jadwal hari ini selesai", "Today's schedule is over"), detail)
        }),
        TapNow::NothingOwed => Card::new(
            lang.pick("Hari ini tidak wajib absen", "No check-in is owed today"),
            lang.pick("Absen tetap dapat dicatat", "A tap can be recorded all the same"),
        ),
        TapNow::NoRule => Card::new(
            lang.pick("Belum ada aturan yang berlaku", "No rule is in force"),
            lang.pick("Absen tetap tercatat", "Taps are recorded all the same"),
        ),
    }
}

fn open(id: &str, window: Option<&Window>, lang: Lang) -> String {
    let label = window.map_or(id, |window| &window.label);
    match lang {
        Lang::Id => format!("Jadwal {label} sedang dibuka"),
        Lang::En => format!("Window {label} is open"),
    }
}

fn on_time_until(window: Option<&Window>, clock: &DayClock) -> String {
    let Some(window) = window else { return String::new() };
    let until = clock.brief(window.on_time_until_ms);
    match clock.lang {
        Lang::Id => format!("Tepat waktu sampai {until}"),
        Lang::En => format!("On time until {until}"),
    }
}

fn late_until(window: Option<&Window>, minutes: u32, clock: &DayClock) -> String {
    let state = judge::window_state(WindowState::Late { minutes }, clock.lang);
    let Some(window) = window else { return state };
    let until = clock.brief(window.late_until_ms);
    match clock.lang {
        Lang::Id => format!("{state}; masih dihitung sampai {until}"),
        Lang::En => format!("{state}; it still counts until {until}"),
    }
}

/// The next window: *Jadwal berikutnya 16.00*, *Dibuka 15.45, dalam 1 jam 12 menit*.
fn next(today: &Today, clock: &DayClock) -> Option<Card> {
    let next = today.next.as_ref()?;
    let (label, opens) = (&next.label, clock.brief(next.opens_ms));
    // Rounded up: "in 0 seconds" is over before it is read.
    let left = u64::try_from(next.opens_ms.saturating_sub(today.now.ms)).unwrap_or(0).div_ceil(60_000) * 60_000;
    let left = duration(left, clock.lang);
    Some(match clock.lang {
        Lang::Id => Card::new(format!("Jadwal berikutnya {label}"), format!("Dibuka {opens}, dalam {left}")),
        Lang::En => Card::new(format!("Next window {label}"), format!("Opens at {opens}, in {left}")),
    })
}

impl Card {
    fn in_one_line(&self) -> String {
        format!("{}. {}", self.title, self.detail)
    }
}

/// What the button says. It is never disabled.
#[must_use]
pub fn button(tap: &TapNow, lang: Lang) -> &'static str {
    match tap {
        TapNow::OnTime { .. } | TapNow::Late { .. } | TapNow::NoRule => lang.pick("Absen sekarang", "Check in now"),
        TapNow::Supports { .. } => lang.pick("Absen lagi", "Check in again"),
        TapNow::OutsideSchedule => lang.pick("Absen di luar jadwal", "Check in outside the schedule"),
        TapNow::NothingOwed => lang.pick("Tetap absen", "Check in anyway"),
    }
}

/// What became of a window: its state, and when the tap was made or when the window opens.
#[must_use]
pub fn window(window: &WindowToday, clock: &DayClock) -> Card {
    let lang = clock.lang;
    let title = match window.state {
        WindowState::Upcoming => lang.pick("Nanti", "Later").to_owned(),
        WindowState::Open => lang.pick("Dibuka", "Open").to_owned(),
        state => judge::window_state(state, lang),
    };
    let detail = match (&window.tap, &window.delivery) {
        (Some(tap), Some(delivery)) => counted(tap, delivery, clock),
        _ => String::new(),
    };
    Card::new(title, detail)
}

/// A self-assessment: for which day, and until when it is to be filled.
#[must_use]
pub fn form(form: &FormToday, clock: &DayClock) -> Card {
    let lang = clock.lang;
    let date = short_date(form.duty.target_date, lang);
    let near = match (form.duty.target_date - clock.date).num_days() {
        0 => lang.pick("hari ini, ", "today, "),
        1 => lang.pick("besok, ", "tomorrow, "),
        _ => "",
    };
    let state = engine::form_state(form.state, lang);
    let detail = match form.state {
        _ if !form.known => lang
            .pick(
                "Formulir ini belum ada di versi ini; perbarui aplikasi",
                "This version lacks the form; update the app",
            )
            .to_owned(),
        FormState::Due => {
            format!("{state}, {} {}", lang.pick("isi sebelum", "fill it before"), clock.minute(form.duty.late_from_ms))
        }
        _ => state.to_owned(),
    };
    Card::new(format!("{} {near}{date}", lang.pick("Penilaian mandiri untuk", "Self-assessment for")), detail)
}

/// Where a rule's times and tolerances come from; each distinct mark is said once.
#[must_use]
pub fn sources(rule: &RuleToday, lang: Lang) -> Vec<String> {
    let mut marks: Vec<_> = rule.sources.iter().map(|source| (source.time, source.tolerance)).collect();
    marks.sort_unstable();
    marks.dedup();
    let said = |(time, tolerance)| {
        let (time, tolerance) = (policy::source(time, lang), policy::source(tolerance, lang));
        match lang {
            Lang::Id => format!("Jam absen: {time}; kelonggaran: {tolerance}"),
            Lang::En => format!("Times of day: {time}; tolerance: {tolerance}"),
        }
    };
    marks.into_iter().map(said).collect()
}

/// A tap that counts for no window.
#[must_use]
pub fn other(other: &OtherToday, clock: &DayClock) -> Card {
    Card::new(judge::other(other.tap.why, clock), counted(&other.tap.tap, &other.delivery, clock))
}

fn counted(tap: &CountedTap, delivery: &Delivery, clock: &DayClock) -> String {
    format!("{} · {}", bare(clock, tap.at_ms), lower(engine::delivery(delivery, clock.lang)))
}

/// An instant to the second where the zone is said beside it: `08.00.09`.
#[must_use]
pub fn bare(clock: &DayClock, at_ms: i64) -> String {
    let at = clock.second(at_ms);
    at.strip_suffix(clock.zone.abbreviation()).unwrap_or(&at).trim_end().to_owned()
}

/// What a person at the office may look at, one sentence a flag.
#[must_use]
pub fn flags(flags: &[Flag], clock: &DayClock) -> Vec<String> {
    flags.iter().map(|flag| judge::flag(flag, clock)).collect()
}

/// The same for a row of today, a few words a flag.
#[must_use]
pub fn flags_in_brief(flags: &[Flag], lang: Lang) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for flag in flags.iter().map(|flag| judge::flag_in_brief(flag, lang)) {
        // Two ways to call a place a mock are one to whoever only looks.
        if !told.iter().any(|before| before == flag) {
            told.push(flag.to_owned());
        }
    }
    told
}

/// What waits, and when the server was last heard of: *2 menunggu dikirim · terakhir terhubung 08.01*.
#[must_use]
pub fn delivery(today: &Today, lang: Lang) -> String {
    let clock = clock_of(today, lang);
    let contact = today.last_contact_ms.map(|at_ms| clock.brief(at_ms));
    match (today.pending, contact, lang) {
        (0, Some(at), Lang::Id) => format!("Semua sudah terkirim · {at}"),
        (0, Some(at), Lang::En) => format!("Everything is sent · {at}"),
        (0, None, _) => lang.pick("Belum ada yang perlu dikirim", "Nothing to send yet").to_owned(),
        (waiting, Some(at), Lang::Id) => format!("{waiting} menunggu dikirim · terakhir terhubung {at}"),
        (waiting, Some(at), Lang::En) => format!("{waiting} waiting to send · last contact {at}"),
        (waiting, None, Lang::Id) => format!("{waiting} menunggu dikirim"),
        (waiting, None, Lang::En) => format!("{waiting} waiting to send"),
    }
}

/// What a tap came to, below its time: *Tepat waktu*, *Jadwal 11.00*.
#[must_use]
pub fn recorded(recorded: &Recorded, today: &Today, lang: Lang) -> Card {
    let label = |id: &WindowId| {
        let known = today.windows.iter().find(|known| known.window.id == *id);
        known.map_or_else(|| id.as_str().to_owned(), |known| known.window.label.clone())
    };
    let of = |id| match lang {
        Lang::Id => format!("Jadwal {}", label(id)),
        Lang::En => format!("Window {}", label(id)),
    };
    match &recorded.counts {
        TapNow::OnTime { window } => Card::new(judge::window_state(WindowState::OnTime, lang), of(window)),
        TapNow::Late { window, minutes } => {
            Card::new(judge::window_state(WindowState::Late { minutes: *minutes }, lang), of(window))
        }
        TapNow::Supports { window } => {
            let what = lang.pick("Mendukung absen sebelumnya", "Supports the earlier tap");
            Card::new(what, of(window))
        }
        TapNow::OutsideSchedule => Card::new(lang.pick("Di luar jadwal", "Outside the schedule"), ""),
        TapNow::NothingOwed => Card::new(lang.pick("Tidak wajib absen", "No check-in owed"), ""),
        TapNow::NoRule => Card::new(lang.pick("Belum ada aturan", "No rule in force"), ""),
    }
}

/// Where a tap was made, as far as the phone can tell, and how finely: *Di dalam daerah*, *±25 m*.
#[must_use]
pub fn place(check_in: &CheckIn, placed: Option<&crate::place::Placement>, lang: Lang) -> Card {
    match check_in {
        CheckIn::NoFix(why) => Card::new(lang.pick("Tidak didapat", "None"), super::place::no_fix(*why, lang)),
        CheckIn::Fix(fix) => {
            let title = placed.map_or_else(
                || lang.pick("Tercatat", "Recorded").to_owned(),
                |placed| super::place::place(placed.place, lang).to_owned(),
            );
            Card::new(title, format!("±{} m", fix.accuracy_m().round()))
        }
    }
}

/// One sentence that answers the worry of somebody without a network: that it is safe, and what happens next.
#[must_use]
pub fn waiting(recorded: &Recorded, clock: &DayClock) -> String {
    let at = clock.second(recorded.at.ms);
    let proven = grade(recorded.at.grade, clock.lang);
    match clock.lang {
        Lang::Id => format!(
            "Aman: catatan ini tersimpan di HP dan terkirim sendiri begitu ada jaringan. Jamnya tetap {at} ({}).",
            lower(proven)
        ),
        Lang::En => format!(
            "Safe: this is kept on the phone and sends itself once there is a network. Its time stays {at} ({}).",
            lower(proven)
        ),
    }
}

/// A sentence's beginning inside a line.
fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
