//! Why a verdict is what it is: the rule, the window, the evidence, the place, the signals, the corrections. No coordinates.

use hadir_core::{
    ask::AppealSeen,
    judge::{Correction, DayState, EntryState, ExcuseKind, Reason, SHARE, ShareVerdict, WindowState, WindowVerdict},
    text::{self, Lang, judge::clock_of, time::DayClock},
};
use maud::{Markup, html};

use super::{
    board::{Asked, capital},
    cell::{chip, verdict_chip},
    entry::label as entry_label,
    layout::{Frame, Moves, page as frame},
    shape::Shape,
    share,
    table::mode_word,
};
use crate::{
    board::{
        ask_words,
        words::{self, day_word, phone_note},
    },
    day::{DayView, PersonDay},
};

/// The page that answers *why?* for a window's id, `day` or `entry`; `None` if there is nothing of that name.
pub(crate) fn page(lang: Lang, view: &DayView, person: &PersonDay, what: &str, asked: &Asked) -> Option<Markup> {
    let words = words::words(lang);
    let sheet = match what {
        "day" => day(lang, view, person),
        "entry" if !view.shows_entry => return None,
        "entry" => entry(lang, view, person),
        SHARE => share(lang, view, person, person.verdict.share.as_ref()?),
        id => match person.verdict.windows.iter().find(|verdict| verdict.id.as_str() == id) {
            Some(verdict) => window(lang, view, person, verdict),
            // Appealed against, and none of the day's: the day says why.
            None if person.verdict.appeals.iter().any(|seen| seen.appeal.window() == Some(id)) => {
                day(lang, view, person)
            }
            None => return None,
        },
    };
    let back = Asked { date: (view.date != view.today).then_some(view.date), ..asked.clone() }.address("/board");
    let body = html! {
        main.read {
            article.sheet { (sheet) }
            p { a href=(back) { "← " (words.back_to_board) } }
        }
    };
    Some(frame(&Frame { lang, title: words.why, moves: Moves::Stays }, &body))
}

fn heading(lang: Lang, view: &DayView, person: &PersonDay, what: &str) -> Markup {
    html! {
        h1 { (person.name) ", " (what) }
        p.q {
            @if !person.group.is_empty() { (person.group) " · " }
            (mode_word(lang, view, person)) " · " (person.unit_name) " · " (text::policy::date(view.date, lang))
        }
    }
}

fn window(lang: Lang, view: &DayView, person: &PersonDay, verdict: &WindowVerdict) -> Markup {
    let words = words::words(lang);
    let clock = clock_of(&person.verdict, lang);
    let kind = match verdict.effective() {
        WindowState::Excused { kind } if view.shows_entry || kind != ExcuseKind::Permission => Some(kind),
        _ => None,
    };
    html! {
        (heading(lang, view, person, &format!("{} {}", words.counts_for.to_lowercase(), verdict.window.label)))
        p { (verdict_chip(lang, verdict)) @if verdict.needs_a_look() { " " span.q { (text::judge::window_state(verdict.state, lang)) } } @else if let Some(kind) = kind { " " span.q { (text::judge::excuse(kind, lang)) } } }
        dl.facts {
            @if !verdict.corrections.is_empty() {
                dt { (words.why_corrections) }
                dd {
                    @for correction in &verdict.corrections { p { (ruled(correction, &clock)) } }
                    small { (words.why_computed) ": " (text::judge::window_state(verdict.state, lang)) }
                }
            }
            (appeals(lang, &verdict.appeals, &clock))
            @if !verdict.flags.is_empty() {
                dt { (words.check) }
                dd {
                    ul.plain { @for flag in &verdict.flags { li { (text::judge::flag(flag, &clock)) } } }
                    small { (words.why_flags) }
                }
            }
            (facts(person, &verdict.reasons, &clock))
            (facts(person, &person.verdict.reasons, &clock))
        }
    }
}

fn share(lang: Lang, view: &DayView, person: &PersonDay, verdict: &ShareVerdict) -> Markup {
    html! {
        (heading(lang, view, person, &text::share::label(lang).to_lowercase()))
        (share::sheet(lang, person, verdict))
    }
}

fn day(lang: Lang, view: &DayView, person: &PersonDay) -> Markup {
    let words = words::words(lang);
    let clock = clock_of(&person.verdict, lang);
    let shape = match person.verdict.state {
        _ if view.rule.is_none() => Shape::Later,
        DayState::AtOffice => Shape::Office,
        DayState::HealthDirection => Shape::House,
        DayState::Excused => Shape::Square,
        DayState::OwesCheckIn | DayState::AtHome => Shape::Later,
        DayState::Leave | DayState::Sick | DayState::DutyTrip | DayState::Isolation | DayState::Off => Shape::Away,
    };
    let state = match view.rule {
        None => words.no_rule_cell,
        Some(_) => text::judge::day_state(person.verdict.state, lang),
    };
    html! {
        (heading(lang, view, person, &day_word(lang, view.date, view.today).to_lowercase()))
        p { (chip("info", shape, state)) }
        dl.facts {
            @if view.rule.is_none() {
                dt { (lang.pick("Aturan", "Rule")) }
                dd { p { (words.no_rule_note) } }
            } @else {
                (facts(person, &person.verdict.reasons, &clock))
            }
            @for correction in &person.verdict.corrections {
                dt { (words.why_corrections) }
                dd { (ruled(correction, &clock)) }
            }
            (appeals(lang, &person.verdict.appeals, &clock))
            @if !person.recalls.is_empty() {
                dt { (lang.pick("Panggilan ke kantor", "Recall to the office")) }
                dd { @for recall in &person.recalls { p { (ask_words::seen(recall.seen_ms, &clock)) } } }
            }
            @if !person.notes.is_empty() {
                dt { (lang.pick("Catatan HP", "Notes of the phone")) }
                dd { @for note in &person.notes { p { (ask_words::note(note, &clock)) } } }
            }
            @if !person.verdict.others.is_empty() {
                dt { (words.why_others) }
                dd {
                    @for other in &person.verdict.others {
                        p {
                            (clock.second(other.tap.at_ms)) ": " (text::judge::other(other.why, &clock))
                            @for flag in &other.flags { br; (text::judge::flag(flag, &clock)) }
                        }
                    }
                }
            }
            @if !person.phones.is_empty() {
                dt { (words.why_phones) }
                dd { @for note in &person.phones { p { (phone_note(*note, &clock)) } } }
            }
        }
    }
}

fn entry(lang: Lang, view: &DayView, person: &PersonDay) -> Markup {
    let words = words::words(lang);
    let clock = DayClock { zone: view.zone, date: view.date, lang };
    let (tone, shape) = match person.entry.state {
        EntryState::MayEnter => ("good", Shape::Tick),
        EntryState::MayNotEnter => ("stop", Shape::Stop),
        EntryState::NotSubmitted => ("wait", Shape::Frame),
        EntryState::NotOwed => ("plain", Shape::Later),
    };
    html! {
        (heading(lang, view, person, &entry_label(lang, view).to_lowercase()))
        p { (chip(tone, shape, &text::judge::entry(person.entry, lang))) }
        dl.facts {
            dt { (words.why_for) }
            dd { (text::policy::date(view.entry_for, lang)) ": " (text::policy::mode(person.entry_mode, lang)) }
            @if let Some(at) = person.entry_received_ms {
                dt { (words.why_received) }
                dd { (clock.second(at)) }
            }
            dt { (words.why_answers) }
            dd { (words.why_answers_note) }
        }
    }
}

/// Appeals, each with what was decided on it.
fn appeals(lang: Lang, seen: &[AppealSeen], clock: &DayClock) -> Markup {
    html! {
        @if !seen.is_empty() {
            dt { (lang.pick("Sanggahan", "Appeals")) }
            dd { @for one in seen { p { (text::ask::appeal_seen(one, clock)) } } }
        }
    }
}

/// Reasons as facts; neighbours of one kind share a heading.
pub(super) fn facts(person: &PersonDay, reasons: &[Reason], clock: &DayClock) -> Markup {
    let sentence = |reason: &Reason| match (reason, &person.mode_why) {
        // The assignment says why in Indonesian, as the phone shows it; a reader of another language gets the reason itself.
        (Reason::Mode { mode, .. }, Some(why)) => {
            text::judge::placed(*mode, &text::roster::reason(why, clock.lang), clock.lang)
        }
        _ => text::judge::reason(reason, clock),
    };
    let labelled: Vec<(&str, String)> = reasons
        .iter()
        .map(|reason| {
            let label = label(clock.lang, reason);
            (label, after(label, &sentence(reason)))
        })
        .collect();
    html! {
        @for group in labelled.chunk_by(|a, b| a.0 == b.0) {
            dt { (group[0].0) }
            dd { @for (_, sentence) in group { p { (sentence) } } }
        }
    }
}

/// A sentence that stands after its label and does not say it again: *Jadwal* and *Dibuka 07.45 …*.
pub(super) fn after(label: &str, sentence: &str) -> String {
    let rest = sentence.strip_prefix(label).and_then(|rest| {
        rest.strip_prefix(": ").or_else(|| {
            // A time follows: *Gangguan server 07.55 …*.
            rest.strip_prefix(' ').filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        })
    });
    rest.map_or_else(|| sentence.to_owned(), capital)
}

/// A correction below its heading: *Dicatat oleh …*.
pub(super) fn ruled(correction: &Correction, clock: &DayClock) -> String {
    let sentence = text::judge::correction(correction, clock);
    let rest = sentence.strip_prefix(clock.lang.pick("Koreksi, ", "Correction, "));
    rest.map_or_else(|| sentence.clone(), capital)
}

const fn label(lang: Lang, reason: &Reason) -> &'static str {
    match reason {
        Reason::Mode { .. } | Reason::Permit => lang.pick("Tempat kerja", "Where to work"),
        Reason::Rule(_) | Reason::EarlierRule { .. } | Reason::NotOwed => lang.pick("Aturan", "Rule"),
        Reason::Window { .. } => lang.pick("Jadwal", "Window"),
        Reason::Claimed { .. } | Reason::JudgedAt { .. } => lang.pick("Jam HP", "Phone's clock"),
        Reason::Evidence { .. } | Reason::CountsAsClaimed => lang.pick("Bukti waktu", "Evidence of time"),
        Reason::OnTime { .. } | Reason::Late { .. } => lang.pick("Penilaian", "Judged"),
        Reason::Arrived { .. } | Reason::Waiting => lang.pick("Pengiriman", "Delivery"),
        Reason::Placed(_) => lang.pick("Lokasi", "Place"),
        Reason::Supported { .. } => lang.pick("Absen lain", "Other check-ins"),
        Reason::Outage { .. } | Reason::LostByOffice { .. } => lang.pick("Gangguan server", "Server outage"),
        Reason::NotReceivedPast { .. }
        | Reason::NoInstallation { .. }
        | Reason::PhoneRevoked { .. }
        | Reason::ReceivedPast { .. }
        | Reason::GraceRanOut { .. }
        | Reason::RecordsLost { .. } => lang.pick("Kabar dari HP", "Word from the phone"),
        Reason::Excused { .. } | Reason::HealthDirection { .. } => lang.pick("Alasan yang sah", "Excuse"),
    }
}
