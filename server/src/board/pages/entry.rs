//! Entry to the office on the board: a column, its counts and its foot, where a self-assessment is asked for. Never an answer.

use hadir_core::{judge::EntryState, text::Lang};
use maud::{Markup, html};

use super::{
    cell::{RowContext, chip},
    shape::Shape,
};
use crate::{
    board::words,
    day::{DayView, PersonDay},
};

/// How a person stands at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    May,
    MayNot,
    Missing,
    /// Asked for, and the form can't be filled yet.
    NotOpen,
    NotAsked,
}

/// How a person stands at the door on the date that the column is about.
pub(crate) fn door(view: &DayView, person: &PersonDay) -> Door {
    match person.entry.state {
        EntryState::MayEnter => Door::May,
        EntryState::MayNotEnter => Door::MayNot,
        EntryState::NotSubmitted if person.entry_opens_ms.is_some_and(|opens| view.now_ms < opens) => Door::NotOpen,
        EntryState::NotSubmitted => Door::Missing,
        EntryState::NotOwed => Door::NotAsked,
    }
}

/// *Masuk kantor besok*, or with its date where the board is not about today.
pub(crate) fn label(lang: Lang, view: &DayView) -> String {
    let words = words::words(lang);
    if view.date == view.today && Some(view.entry_for) == view.today.succ_opt() {
        words.entry_tomorrow.to_owned()
    } else {
        format!("{} {}", words.entry_on, words::short_date(lang, view.entry_for))
    }
}

/// The cell of one person.
pub(crate) fn cell(context: &RowContext<'_>) -> Markup {
    let words = words::words(context.lang);
    html! {
        td data-l=(label(context.lang, context.view)) {
            @match door(context.view, context.person) {
                Door::NotAsked => span.m { "–" },
                Door::NotOpen => span.m { (words.not_open_yet) },
                Door::Missing => (chip("wait", Shape::Frame, words.not_submitted)),
                Door::May => {
                    (chip("good", Shape::Tick, words.may_enter))
                    (context.why_link("entry"))
                },
                Door::MayNot => {
                    (chip("stop", Shape::Stop, words.may_not_enter))
                    span.m { (words.waits_examination) }
                    (context.why_link("entry"))
                },
            }
        }
    }
}

fn count(view: &DayView, door_of: Door) -> usize {
    view.people.iter().filter(|person| door(view, person) == door_of).count()
}

/// The counts on top: tiles where a board is of entries alone, else a line. Nothing where no form is asked, or none can be
/// filled yet.
pub(crate) fn tiles(lang: Lang, view: &DayView) -> Markup {
    let words = words::words(lang);
    let tiles = [
        (Door::May, "good", Shape::Tick, words.may_enter, true),
        (Door::MayNot, "stop", Shape::Stop, words.may_not_enter, true),
        (Door::Missing, "wait", Shape::Frame, words.not_submitted, true),
        (Door::NotOpen, "plain", Shape::Later, words.not_open_yet, false),
    ]
    .map(|(door_of, tone, shape, word, always)| (count(view, door_of), tone, shape, word, always));
    let open = tiles[..3].iter().any(|(n, ..)| *n > 0);
    let alone = view.windows.is_empty() && view.share.is_none();
    html! {
        @if view.has_entries() && open && !alone {
            p.doors {
                span { (label(lang, view)) ":" }
                @for (n, tone, shape, word, always) in tiles {
                    @if always || n > 0 { span class={ "door " (tone) } { (shape.svg()) " " b { (n) } " " (word.to_lowercase()) } }
                }
            }
        } @else if view.has_entries() && open {
            h2 { (label(lang, view)) }
            @for (n, tone, shape, word, always) in tiles {
                @if always || n > 0 {
                    div class={ "c " (tone) } { b { (n) } span { (shape.svg()) (word.to_lowercase()) } }
                }
            }
        }
    }
}

/// The foot of the column: how everyone stands.
pub(crate) fn foot(lang: Lang, view: &DayView) -> Markup {
    let words = words::words(lang);
    html! {
        td {
            @for (door_of, word) in [
                (Door::May, words.may_enter), (Door::MayNot, words.may_not_enter), (Door::Missing, words.not_submitted),
                (Door::NotOpen, words.not_open_yet), (Door::NotAsked, words.not_asked),
            ] {
                @let n = count(view, door_of);
                @if n > 0 { (n) " " (word.to_lowercase()) br; }
            }
        }
    }
}
