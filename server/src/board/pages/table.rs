//! The board's table and its counts: the parts that change while a person watches.

use maud::{Markup, html};
use sha2::{Digest, Sha256};

use super::{
    cell::{RowContext, chip, outage_text},
    shape::Shape,
    share,
};
use crate::{
    board::words::{self, phone_note, short_mode, short_time},
    day::{DayView, PersonDay, Tally},
};
use base64ct::{Base64UrlUnpadded, Encoding};
use hadir_core::{
    judge::DayState,
    model::PersonId,
    schedule::{Mode, Window},
    text::{self, Lang},
};

/// The address part that stands for a person: no number of the staff list shows in addresses or logs.
#[must_use]
pub(crate) fn person_key(id: &PersonId) -> String {
    Base64UrlUnpadded::encode_string(&Sha256::digest(id.as_str().as_bytes())[..12])
}

/// The head row: who, each window, entry.
pub(crate) fn head_row(lang: Lang, view: &DayView) -> Markup {
    let words = words::words(lang);
    let current = view.current();
    html! {
        thead id="heads" {
            tr {
                th.who scope="col" { (words.person) }
                @for window in &view.windows {
                    @let outage = view.outage_in(window);
                    @let now = current == Some(window) && window.contains(view.now_ms);
                    th scope="col" class=[class_of(outage.is_some(), now)] {
                        b { (window.label) }
                        small { (window_state(lang, view, window)) }
                        @if let Some(outage) = outage { small { (outage_text(lang, view.zone, outage)) } }
                    }
                }
                @if let Some(hours) = view.share {
                    @let now = (hours.starts_ms..hours.ends_ms).contains(&view.now_ms);
                    th scope="col" class=[now.then_some("now")] {
                        b { (text::share::label(lang)) }
                        small { (share::span(view.zone, hours)) }
                    }
                }
                @if view.shows_entry { th scope="col" { (entry_label(lang, view)) } }
            }
        }
    }
}

const fn class_of(band: bool, now: bool) -> Option<&'static str> {
    match (band, now) {
        (true, true) => Some("band now"),
        (true, false) => Some("band"),
        (false, true) => Some("now"),
        (false, false) => None,
    }
}

fn window_state(lang: Lang, view: &DayView, window: &Window) -> String {
    let words = words::words(lang);
    let at = |ms| short_time(view.zone, ms);
    if window.is_on_time(view.now_ms) {
        format!("{} {}", words.open_until, at(window.on_time_until_ms))
    } else if window.contains(view.now_ms) {
        format!("{} {}", words.late_until, at(window.late_until_ms))
    } else {
        format!("{}–{}", at(window.opens_ms), at(window.on_time_until_ms))
    }
}

/// *Masuk kantor besok*, or with its date where the board is not about today.
pub(crate) fn entry_label(lang: Lang, view: &DayView) -> String {
    let words = words::words(lang);
    if view.date == view.today && Some(view.entry_for) == view.today.succ_opt() {
        words.entry_tomorrow.to_owned()
    } else {
        format!("{} {}", words.entry_on, words::short_date(lang, view.entry_for))
    }
}

/// One person's row.
pub(crate) fn row(lang: Lang, view: &DayView, person: &PersonDay) -> Markup {
    let key = person_key(&person.id);
    let why = format!("/board/why?d={}&p={key}&w=", view.date);
    let context = RowContext { lang, zone: view.zone, person, why: &why };
    let tally = person.tally(view.current());
    html! {
        tr id={ "p-" (key) } data-s=(tally.as_str()) data-check[person.verdict.needs_a_look()] {
            th scope="row" {
                span.n { (person.name) }
                span.m {
                    @if !person.group.is_empty() { (person.group) " · " }
                    (short_mode(lang, person.verdict.mode))
                }
                @for at in person.outside_schedule() {
                    span.m { (words::words(lang).outside_schedule) " " (short_time(view.zone, at)) }
                }
                @for note in &person.phones { span.m { (phone_note(lang, *note, view.zone)) } }
            }
            @if person.has_windows() {
                @for window in &view.windows {
                    (context.window_cell(window, view.outage_in(window), person.window(window)))
                }
            } @else if !view.windows.is_empty() {
                td colspan=(view.windows.len()) { (no_windows(&context)) }
            }
            @if view.share.is_some() {
                @let otherwise = if view.windows.is_empty() { no_windows(&context) } else { html! { span.m { "–" } } };
                (share::cell(&context, &otherwise))
            }
            @if view.shows_entry { (context.entry_cell(&entry_label(lang, view))) }
        }
    }
}

/// What stands in place of windows for someone who owes none.
fn no_windows(context: &RowContext<'_>) -> Markup {
    let (lang, person) = (context.lang, context.person);
    let words = words::words(lang);
    let what = match person.verdict.state {
        DayState::HealthDirection => chip("info", Shape::House, words.health_direction),
        DayState::Excused => chip("info", Shape::Square, words.excused),
        DayState::AtOffice => chip("plain", Shape::Office, words.at_office_fingerprint),
        DayState::AtHome | DayState::OwesCheckIn => chip("plain", Shape::Later, words.none_asked),
        DayState::Leave | DayState::Sick | DayState::DutyTrip | DayState::Isolation | DayState::Off => {
            chip("plain", Shape::Away, text::policy::mode(person.verdict.mode, lang))
        }
    };
    html! {
        (what)
        span.m {
            @let told = person.mode_why.as_ref().filter(|_| person.verdict.mode != Mode::Off);
            @if let Some(why) = told { (text::roster::reason(why, lang)) }
            (context.why_link("day", told.is_some()))
        }
    }
}

/// The last row: how each window stands.
pub(crate) fn foot_row(lang: Lang, view: &DayView) -> Markup {
    let words = words::words(lang);
    html! {
        tfoot id="foot" {
            tr {
                th scope="row" { (words.summary) ": " (words::people(lang, view.people.len())) }
                @for window in &view.windows {
                    td {
                        @if window.opens_ms <= view.now_ms {
                            @let counts = view.counts(Some(window));
                            @for (n, word) in [
                                (counts.on_time, words.on_time), (counts.late, words.late), (counts.check, words.check),
                                (counts.not_received, words.not_received), (counts.missed, words.missed),
                            ] {
                                @if n > 0 { (n) " " (word.to_lowercase()) br; }
                            }
                        }
                    }
                }
                @if view.share.is_some() { (share::foot(lang, view)) }
                @if view.shows_entry { td {} }
            }
        }
    }
}

/// The whole table.
pub(crate) fn sheet(lang: Lang, view: &DayView, show: Option<Tally>, rows: &[Markup]) -> Markup {
    let words = words::words(lang);
    let units = view.people.iter().map(|person| &person.unit).collect::<std::collections::BTreeSet<_>>().len();
    let columns = view.windows.len() + 1 + usize::from(view.share.is_some()) + usize::from(view.shows_entry);
    let pairs: Vec<(&PersonDay, &Markup)> = view.people.iter().map(|person| &**person).zip(rows).collect();
    html! {
        div.wrap id="sheet" data-show=[show.map(Tally::as_str)] {
            @if view.people.is_empty() {
                p.none.q { (words.nobody) }
            }
            table.board aria-label=(words.board) {
                (head_row(lang, view))
                tbody {
                    @for unit in pairs.chunk_by(|(a, _), (b, _)| a.unit == b.unit) {
                        @if units > 1 {
                            tr.unit { th scope="rowgroup" colspan=(columns) { (unit[0].0.unit_name) } }
                        }
                        @for (_, row) in unit { (row) }
                    }
                }
                (foot_row(lang, view))
            }
        }
    }
}

/// The counts of the current window, each a filter, and who has not been received.
pub(crate) fn summary(
    lang: Lang,
    view: &DayView,
    show: Option<Tally>,
    address: &dyn Fn(Option<Tally>) -> String,
) -> Markup {
    let words = words::words(lang);
    let window = view.current();
    let counts = view.counts(window);
    let of_windows = [
        (Tally::OnTime, "good", Shape::Tick, counts.on_time, words.on_time, true),
        (Tally::Late, "late", Shape::Clock, counts.late, words.late, true),
        (Tally::NotReceived, "wait", Shape::Frame, counts.not_received, words.not_received, true),
        (Tally::Check, "ask", Shape::Diamond, counts.check, words.check, true),
        (Tally::Missed, "stop", Shape::Struck, counts.missed, words.missed, false),
        (Tally::AtOffice, "plain", Shape::Office, counts.at_office, words.at_office, true),
        (Tally::Away, "plain", Shape::Away, counts.away, words.away, false),
    ];
    let shares = view.share.filter(|_| window.is_none());
    let tiles = if shares.is_some() { share::tiles(lang, &counts) } else { of_windows };
    html! {
        section.sum id="sum" aria-label=(words.summary) {
            h2 {
                @match window {
                    Some(window) => { (words.counts_for) " " (window.label) },
                    None => {
                        @match shares {
                            Some(hours) => { (text::share::label(lang)) " " (share::span(view.zone, hours)) },
                            None => (words.counts_day),
                        }
                    },
                }
            }
            @for (tally, tone, shape, n, word, always) in tiles {
                @if always || n > 0 {
                    a class={ "c " (tone) } href=(address((show != Some(tally)).then_some(tally)))
                        aria-current=[(show == Some(tally)).then_some("true")] {
                        b { (n) }
                        span { (shape.svg()) (word.to_lowercase()) }
                    }
                }
            }
            @if view.open_asks > 0 {
                a.c.ask href=(address(None).replacen("/board", "/board/asks", 1)) {
                    b { (view.open_asks) }
                    span { (Shape::Diamond.svg()) (lang.pick("menunggu keputusan", "await a decision")) }
                }
            }
            @if let Some(window) = window { (missing(lang, view, window)) }
        }
    }
}

/// Names of those whose tap in the current window has not been received, as text to copy.
fn missing(lang: Lang, view: &DayView, window: &Window) -> Markup {
    let words = words::words(lang);
    let names: Vec<&str> = view
        .people
        .iter()
        .filter(|person| person.tally(Some(window)) == Tally::NotReceived)
        .map(|person| person.name.as_str())
        .collect();
    let mut text = format!(
        "{} · {} · {} {} {} · {} {}\n",
        view.place,
        text::policy::date(view.date, lang),
        words.counts_for,
        window.label,
        view.zone.abbreviation(),
        words.not_received.to_lowercase(),
        short_time(view.zone, view.now_ms),
    );
    for name in &names {
        text.push_str("- ");
        text.push_str(name);
        text.push('\n');
    }
    html! {
        @if names.is_empty() || window.opens_ms > view.now_ms {
            div id="missing" {}
        } @else {
            details.missing id="missing" {
                summary {
                    span { (words.not_received) " " (window.label) }
                    b { (words::people(lang, names.len())) " · " (words.copy) }
                }
                textarea id="names" readonly aria-label=(words.copy_names) { (text) }
                p.q { (words.copy_hint) }
                button type="button" data-copy="names" { (words.copy_names) }
            }
        }
    }
}
