//! Live share on the board: a column, a cell with a word, a shape and a colour, counts, and the answer to *why?*.
//! *Not received yet* has the dashed frame, as everywhere, and never looks like *not shared*. No place is ever shown.

use hadir_core::{
    judge::{Here, SHARE, ShareState, ShareVerdict},
    schedule::Zone,
    text::{self, Lang, judge::clock_of},
};
use maud::{Markup, html};

use super::{
    cell::{RowContext, chip},
    shape::Shape,
    table::Tile,
    why::{after, facts, ruled},
};
use crate::{
    board::words::{self, short_time},
    day::{Counts, DayView, Hours, PersonDay, Tally},
};

/// `07.30–15.30`
pub(crate) fn span(zone: Zone, hours: Hours) -> String {
    format!("{}–{}", short_time(zone, hours.starts_ms), short_time(zone, hours.ends_ms))
}

/// The chip of a verdict, as cells and reason sheets show it.
pub(crate) fn share_chip(lang: Lang, share: &ShareVerdict) -> Markup {
    let state = share.effective();
    let outside_now = state == ShareState::Sharing { here: Here::Outside };
    if share.needs_a_look() && !outside_now {
        return chip("ask", Shape::Diamond, words::words(lang).check);
    }
    let (tone, shape) = match state {
        ShareState::Upcoming => ("plain", Shape::Later),
        ShareState::Sharing { here: Here::Inside } => ("good", Shape::Pin),
        ShareState::Sharing { here: Here::Unknown } => ("open", Shape::Pin),
        ShareState::Sharing { here: Here::OutsideWithPermit } => ("info", Shape::Away),
        ShareState::Sharing { here: Here::Outside } => ("ask", Shape::Diamond),
        ShareState::Paused | ShareState::Stopped => ("late", Shape::Pause),
        ShareState::Idle => ("late", Shape::Dot),
        ShareState::NotYetReceived => ("wait", Shape::Frame),
        ShareState::Shared => ("good", Shape::Tick),
        ShareState::NotShared => ("stop", Shape::Struck),
        ShareState::Excused { .. } => ("info", Shape::Square),
    };
    chip(tone, shape, text::share::state(state, lang))
}

/// The cell of one person; `otherwise` is shown for someone who owes none.
pub(crate) fn cell(context: &RowContext<'_>, otherwise: &Markup) -> Markup {
    let lang = context.lang;
    html! {
        td data-l=(text::share::label(lang)) {
            @match &context.person.verdict.share {
                None => (otherwise),
                Some(share) => {
                    (share_chip(lang, share))
                    @let line = line(context, share);
                    @if !line.is_empty() { span.m { (line) } }
                    (context.why_link(SHARE))
                },
            }
        }
    }
}

/// `sampai 10.05 · lokasi diketahui 2 dari 8 jam · keluar daerah tanpa izin`
fn line(context: &RowContext<'_>, share: &ShareVerdict) -> String {
    let (lang, words) = (context.lang, words::words(context.lang));
    let at = |ms| short_time(context.view.zone, ms);
    let mut line = Vec::new();
    match (share.effective(), share.through_ms) {
        (ShareState::Upcoming, _) => line.push(at(share.hours.starts_ms)),
        (ShareState::Paused | ShareState::Stopped | ShareState::Idle, _) => {
            line.extend(share.since_ms.map(|since| format!("{} {}", lang.pick("sejak", "since"), at(since))));
        }
        (ShareState::NotYetReceived, Some(through)) => {
            line.push(format!("{} {}", lang.pick("terakhir", "last"), at(through)));
        }
        (ShareState::NotYetReceived, None) => line.push(context.last_heard()),
        (_, Some(through)) => line.push(format!("{} {}", words.until, at(through))),
        (_, None) => {}
    }
    let told = !matches!(share.effective(), ShareState::Upcoming | ShareState::NotShared | ShareState::Excused { .. });
    line.extend(
        share
            .percent
            .filter(|_| told && share.shared.inside_ms + share.shared.outside_ms >= 60_000)
            .map(|_| text::share::known_of(share, lang)),
    );
    if share.needs_a_look() {
        let mut flags: Vec<&str> = share.flags.iter().map(|flag| text::share::short_flag(flag, lang)).collect();
        flags.dedup();
        line.extend(flags.into_iter().map(str::to_owned));
    }
    if !share.corrections.is_empty() {
        line.push(words.corrected.to_owned());
    }
    line.join(" · ")
}

/// The tiles of a day that has live share and no windows: how each counts, its tone, its shape, how many, a word, and
/// whether it is shown with nobody in it.
pub(crate) fn tiles(lang: Lang, counts: &Counts, over: bool) -> Vec<Tile> {
    let words = words::words(lang);
    let here = Here::Inside;
    let (shape, shares) = match over {
        true => (Shape::Tick, ShareState::Shared),
        false => (Shape::Pin, ShareState::Sharing { here }),
    };
    vec![
        (Tally::Sharing, "good", shape, counts.sharing, text::share::state(shares, lang), true),
        (
            Tally::Paused,
            "late",
            Shape::Pause,
            counts.paused,
            lang.pick("Jeda atau berhenti", "Paused or stopped"),
            !over,
        ),
        (Tally::NotReceived, "wait", Shape::Frame, counts.not_received, words.not_received, true),
        (Tally::Check, "ask", Shape::Diamond, counts.check, words.check, true),
        (Tally::Missed, "stop", Shape::Struck, counts.missed, lang.pick("Tidak berbagi", "Not shared"), false),
    ]
}

/// The foot of the column: how everyone stands.
pub(crate) fn foot(lang: Lang, view: &DayView) -> Markup {
    let mut counted: Vec<(&'static str, usize)> = Vec::new();
    for share in view.people.iter().filter_map(|person| person.verdict.share.as_ref()) {
        let word = match share.needs_a_look() {
            true => words::words(lang).check,
            false => text::share::state(share.effective(), lang),
        };
        match counted.iter_mut().find(|(known, _)| *known == word) {
            Some((_, n)) => *n += 1,
            None => counted.push((word, 1)),
        }
    }
    let asked: usize = counted.iter().map(|(_, n)| n).sum();
    if view.people.len() > asked {
        counted.push((words::words(lang).not_asked, view.people.len() - asked));
    }
    html! { td { @for (word, n) in counted { (n) " " (word.to_lowercase()) br; } } }
}

/// Why live share stands as it does.
pub(crate) fn sheet(lang: Lang, person: &PersonDay, share: &ShareVerdict) -> Markup {
    let words = words::words(lang);
    let clock = clock_of(&person.verdict, lang);
    html! {
        p { (share_chip(lang, share)) @if share.needs_a_look() { " " span.q { (text::share::state(share.state, lang)) } } }
        dl.facts {
            @if !share.corrections.is_empty() {
                dt { (words.why_corrections) }
                dd {
                    @for correction in &share.corrections { p { (ruled(correction, &clock)) } }
                    small { (words.why_computed) ": " (text::share::state(share.state, lang)) }
                }
            }
            @if !share.flags.is_empty() {
                dt { (words.check) }
                dd {
                    ul.plain { @for flag in &share.flags { li { (text::share::flag(flag, &clock)) } } }
                    small { (lang.pick(
                        "Tanda ini bukan tuduhan: tidak ada yang diblokir, seseorang memeriksanya.",
                        "A flag is no accusation: nothing is blocked, a person looks at it.",
                    )) }
                }
            }
            dt { (text::share::label(lang)) }
            dd {
                p { (after(text::share::label(lang), &text::share::hours(share, &clock))) }
                @for known in text::share::known(share, &clock) { p { (known) } }
            }
            (facts(person, &share.reasons, &clock))
            (facts(person, &person.verdict.reasons, &clock))
        }
    }
}
