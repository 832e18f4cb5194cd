//! The board's table and its counts: the parts that change while a person watches.

use maud::{Markup, html};
use sha2::{Digest, Sha256};

use super::{
    cell::{RowContext, chip, outage_text},
    entry,
    shape::Shape,
    share,
};
use crate::{
    board::words::{self, day_word, phone_note, short_mode, short_time},
    day::{Counts, DayView, PersonDay, Tally},
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
                @if view.has_entries() { th scope="col" { (entry::label(lang, view)) } }
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

/// One person's row.
pub(crate) fn row(lang: Lang, view: &DayView, person: &PersonDay) -> Markup {
    let key = person_key(&person.id);
    let why = format!("/board/why?d={}&p={key}&w=", view.date);
    let context = RowContext { lang, view, person, why: &why };
    let tally = person.tally(view.current());
    html! {
        tr id={ "p-" (key) } data-s=(tally.as_str()) data-check[person.verdict.needs_a_look()] {
            th scope="row" {
                span.n { (person.name) }
                span.m {
                    @if !person.group.is_empty() { (person.group) " · " }
                    (mode_word(lang, view, person))
                }
                @for at in person.outside_schedule() {
                    span.m { (words::words(lang).outside_schedule) " " (short_time(view.zone, at)) }
                }
                @for note in &person.phones { span.m { (phone_note(*note, &view.clock(lang))) } }
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
            @if view.has_entries() { (entry::cell(&context)) }
        }
    }
}

/// What stands in place of windows for someone who owes none.
fn no_windows(context: &RowContext<'_>) -> Markup {
    let (lang, person) = (context.lang, context.person);
    let words = words::words(lang);
    let what = match person.verdict.state {
        _ if context.view.rule.is_none() => chip("plain", Shape::Later, words.no_rule_cell),
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
        @let told = person.mode_why.as_ref().filter(|_| person.verdict.mode != Mode::Off);
        @if let Some(why) = told { span.m { (text::roster::reason(why, lang)) } }
        (context.why_link("day"))
    }
}

/// A mode in a word or two; a day without a rule is no day off.
pub(crate) fn mode_word(lang: Lang, view: &DayView, person: &PersonDay) -> String {
    match person.verdict.mode {
        Mode::Off if view.rule.is_none() => words::words(lang).no_rule_cell.to_lowercase(),
        mode => short_mode(lang, mode).to_owned(),
    }
}

/// The last row: how each window stands. Each cell adds up to the people.
pub(crate) fn foot_row(lang: Lang, view: &DayView, show: Option<Tally>) -> Markup {
    let words = words::words(lang);
    html! {
        tfoot id="foot" {
            tr {
                th scope="row" {
                    (words.summary) ": " (words::people(lang, view.people.len()))
                    @if let Some(show) = show {
                        @let n = view.people.iter().filter(|person| is_shown(view, person, show)).count();
                        br; (words.shown.replace("{n}", &n.to_string()).replace("{m}", &view.people.len().to_string()))
                    }
                }
                @for window in &view.windows {
                    td {
                        @if window.opens_ms <= view.now_ms {
                            @let counts = view.counts(Some(window));
                            @for (n, word) in [
                                (counts.on_time, words.on_time), (counts.late, words.late), (counts.check, words.check),
                                (counts.open, words.open), (counts.not_received, words.not_received), (counts.missed, words.missed),
                                (counts.excused, words.excused), (counts.at_office, words.at_office), (counts.away, words.away),
                                (counts.off, off_word(lang, view)), (counts.later, words.not_asked),
                            ] {
                                @if n > 0 { (n) " " (word.to_lowercase()) br; }
                            }
                        }
                    }
                }
                @if view.share.is_some() { (share::foot(lang, view)) }
                @if view.has_entries() { (entry::foot(lang, view)) }
            }
        }
    }
}

/// The whole table.
pub(crate) fn sheet(lang: Lang, view: &DayView, show: Option<Tally>, rows: &[Markup]) -> Markup {
    let words = words::words(lang);
    let units = view.people.iter().map(|person| &person.unit).collect::<std::collections::BTreeSet<_>>().len();
    let columns = view.windows.len() + 1 + usize::from(view.share.is_some()) + usize::from(view.has_entries());
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
                (foot_row(lang, view, show))
            }
        }
    }
}

/// A count on top: how it counts, its tone, its shape, how many, its word, and whether it is shown with nobody in it.
pub(super) type Tile = (Tally, &'static str, Shape, usize, &'static str, bool);

const fn off_word(lang: Lang, view: &DayView) -> &'static str {
    let words = words::words(lang);
    if view.rule.is_none() { words.no_rule_cell } else { words.day_off }
}

/// Whether a filter shows a person: as the style sheet does it.
fn is_shown(view: &DayView, person: &PersonDay, show: Tally) -> bool {
    match show {
        Tally::Check => person.verdict.needs_a_look(),
        show => person.tally(view.current()) == show,
    }
}

/// The tiles of a day: of the window, of live share, and what else people are.
fn tiles(lang: Lang, view: &DayView, counts: &Counts) -> Vec<Tile> {
    let words = words::words(lang);
    let mut tiles = match (view.current(), view.share) {
        (Some(window), _) => {
            let open = window.contains(view.now_ms);
            vec![
                (Tally::OnTime, "good", Shape::Tick, counts.on_time, words.on_time, true),
                (Tally::Late, "late", Shape::Clock, counts.late, words.late, true),
                (Tally::Open, "open", Shape::Dot, counts.open, words.open, open),
                (Tally::NotReceived, "wait", Shape::Frame, counts.not_received, words.not_received, !open),
                (Tally::Check, "ask", Shape::Diamond, counts.check, words.check, true),
                (Tally::Missed, "stop", Shape::Struck, counts.missed, words.missed, false),
            ]
        }
        (None, Some(hours)) => share::tiles(lang, counts, view.now_ms >= hours.ends_ms),
        (None, None) => Vec::new(),
    };
    let upcoming = match (view.current(), view.share) {
        (Some(window), _) => view.now_ms < window.opens_ms,
        (None, share) => share.is_some_and(|hours| view.now_ms < hours.starts_ms),
    };
    let later = if upcoming { words.later } else { words.not_asked };
    tiles.extend([
        (Tally::AtOffice, "plain", Shape::Office, counts.at_office, words.at_office, false),
        (Tally::Away, "plain", Shape::Away, counts.away, words.away, false),
        (Tally::Excused, "plain", Shape::Square, counts.excused, words.excused, false),
        (Tally::Off, "plain", Shape::Later, counts.off, off_word(lang, view), false),
        (Tally::Later, "plain", Shape::Later, counts.later, later, false),
    ]);
    tiles
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
    html! {
        section.sum id="sum" aria-label=(words.summary) {
            h2 {
                @match (window, view.share) {
                    (Some(window), _) => { (words.counts_for) " " (window.label) },
                    (None, Some(hours)) => { (text::share::label(lang)) " " (share::span(view.zone, hours)) },
                    (None, None) => (day_word(lang, view.date, view.today)),
                }
            }
            @for (tally, tone, shape, n, word, always) in tiles(lang, view, &view.counts(window)) {
                @if always || n > 0 || show == Some(tally) {
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
            (entry::tiles(lang, view))
        }
    }
}

/// Names of those of whom nothing has come for the current window, as text to copy: *belum absen* while it is open, and
/// *belum diterima* after.
fn missing(lang: Lang, view: &DayView, window: &Window) -> Markup {
    let words = words::words(lang);
    let names: Vec<&str> = view
        .people
        .iter()
        .filter(|person| matches!(person.tally(Some(window)), Tally::Open | Tally::NotReceived))
        .map(|person| person.name.as_str())
        .collect();
    let (title, hint) = match window.contains(view.now_ms) {
        true => (words.not_checked_in, words.open_hint),
        false => (words.not_received, words.copy_hint),
    };
    let mut text = format!(
        "{} · {} · {} {} · {} {} {} {}\n",
        view.place,
        text::policy::date(view.date, lang),
        words.counts_for,
        window.label,
        title.to_lowercase(),
        words.as_of,
        short_time(view.zone, view.now_ms),
        view.zone.abbreviation(),
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
                    span { (title) " " (window.label) }
                    b { (words::people(lang, names.len())) span.act { " · " (words.copy) } }
                }
                textarea id="names" readonly aria-label=(words.copy_names) { (text) }
                p.q { (hint) }
                button type="button" data-copy="names" { (words.copy_names) }
            }
        }
    }
}
