//! The board page: head, counts and table around what [`super::table`] draws.

use chrono::NaiveDate;
use hadir_core::text::{self, Lang};
use maud::{Markup, html};

use super::{
    cell::outage_text,
    layout::{Frame, Moves, page},
    table::{head_row, sheet, summary},
};
use crate::{
    board::{
        ask_words,
        words::{self, full_time, short_time},
    },
    day::{DayView, Tally},
};

/// What the address of a board says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    /// The unit; the login's own where absent.
    pub(crate) unit: Option<String>,
    /// The date; today where absent.
    pub(crate) date: Option<NaiveDate>,
    /// Only people who count as this.
    pub(crate) show: Option<Tally>,
}

impl Asked {
    /// The address under a path.
    #[must_use]
    pub(crate) fn address(&self, path: &str) -> String {
        let mut address = format!("{path}?");
        if let Some(unit) = &self.unit {
            address.push_str("u=");
            address.push_str(unit); // a unit's id has no character that an address would have to escape
            address.push('&');
        }
        if let Some(date) = self.date {
            address.push_str(&format!("d={date}&"));
        }
        if let Some(show) = self.show {
            address.push_str(&format!("s={}&", show.as_str()));
        }
        address.pop();
        address
    }
}

/// A unit that the viewer may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnitChoice {
    /// Its id; empty for all that the login sees.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
}

/// Everything on a board page besides the day itself.
#[derive(Debug)]
pub(crate) struct BoardPage<'a> {
    /// Language.
    pub(crate) lang: Lang,
    /// What was asked for.
    pub(crate) asked: &'a Asked,
    /// The login's name.
    pub(crate) login: &'a str,
    /// Units to choose from; with one or none, no choice is shown.
    pub(crate) units: &'a [UnitChoice],
    /// The version of the parts, from which the event stream goes on.
    pub(crate) version: &'a str,
}

impl BoardPage<'_> {
    /// Draws the page around rows that are already drawn, in the order of the people.
    #[must_use]
    pub(crate) fn render_with(&self, view: &DayView, rows: &[Markup]) -> Markup {
        let body = html! {
            a.skip href="#sheet" { (words::words(self.lang).skip) }
            (self.head(view))
            (self.bar(view))
            main {
                (notes(self.lang, self.asked, view))
                (self.counts(view))
                (sheet(self.lang, view, self.asked.show, rows))
            }
            dialog id="why" {}
        };
        page(&Frame { lang: self.lang, title: &view.place, moves: Moves::ReloadsWithoutScript }, &body)
    }

    /// The counts with their filters.
    #[must_use]
    pub(crate) fn counts(&self, view: &DayView) -> Markup {
        let address = |show| Asked { show, ..self.asked.clone() }.address("/board");
        summary(self.lang, view, self.asked.show, &address)
    }

    fn head(&self, view: &DayView) -> Markup {
        let words = words::words(self.lang);
        let rule = format!("/board/rule?d={}", view.date);
        let at = full_time(view.zone, view.now_ms);
        let events = self.asked.address("/board/events");
        let events = if events.contains('?') { events } else { events + "?" };
        html! {
            header.top {
                h1 { (view.place) @if let Some(agency) = &view.agency { ", " (agency) } }
                span.q {
                    (text::policy::date(view.date, self.lang)) " · " (view.zone.abbreviation()) " · "
                    @match &view.rule {
                        Some(reference) => { (words.rule) ": " a href=(rule) { (reference.citation) } },
                        None => (words.no_rule),
                    }
                }
                span.live id="live" data-events=(events) data-at=(at) data-version=(self.version) {
                    (words.still.replace("{at}", &at))
                }
            }
        }
    }

    fn bar(&self, view: &DayView) -> Markup {
        let words = words::words(self.lang);
        let on = |date: Option<NaiveDate>| Asked { date, ..self.asked.clone() }.address("/board");
        let other = words::other(self.lang);
        let here = self.asked.address("/board");
        let lang_link = format!("{here}{}lang={}", if here.contains('?') { '&' } else { '?' }, other.tag());
        html! {
            nav.bar aria-label=(words.board) {
                @if let Some(before) = view.date.pred_opt() { a href=(on(Some(before))) rel="prev" { "← " (words.day_before) } }
                @if self.asked.date.is_some() { a href=(on(None)) { (words.today) } }
                @if let Some(after) = view.date.succ_opt() { a href=(on(Some(after))) rel="next" { (words.day_after) " →" } }
                @if self.units.len() > 1 {
                    form method="get" action="/board" {
                        label for="u" { (words.unit) }
                        select id="u" name="u" data-go {
                            @for unit in self.units {
                                option value=(unit.id) selected[self.asked.unit.as_deref().unwrap_or("") == unit.id] { (unit.name) }
                            }
                        }
                        @if let Some(date) = self.asked.date { input type="hidden" name="d" value=(date); }
                        noscript { button type="submit" { (words.show_unit) } }
                    }
                }
                a href=(self.asked.address("/board/asks")) { (ask_words::title(self.lang)) }
                a href="/board/proof" { (super::proof::title(self.lang)) }
                span.end {
                    a href=(lang_link) hreflang=(other.tag()) lang=(other.tag()) { (words.other_lang) }
                    form method="post" action="/logout" {
                        span { (self.login) }
                        button.link type="submit" { (words.sign_out) }
                    }
                }
            }
        }
    }
}

/// Notices above the counts: a clock behind, a night that runs on, outages, no rule, no windows.
pub(crate) fn notes(lang: Lang, asked: &Asked, view: &DayView) -> Markup {
    let words = words::words(lang);
    html! {
        div id="notes" {
            @if let Some(by_ms) = view.clock_behind_ms {
                p.notice.stop role="alert" {
                    strong { (words.clock_behind.replace("{by}", &text::time::duration(by_ms, lang))) " " }
                    (words.clock_behind_note)
                }
            }
            @if let (Some(until_ms), Some(before)) = (view.night_until_ms(), view.date.pred_opt()) {
                p.notice.info {
                    (words.night_runs_on.replace("{until}", &short_time(view.zone, until_ms))) " "
                    a href=(Asked { date: Some(before), ..asked.clone() }.address("/board")) { (text::policy::date(before, lang)) }
                }
            }
            @if !view.outages.is_empty() {
                p.notice {
                    strong {
                        @for (at, outage) in view.outages.iter().enumerate() {
                            @if at > 0 { ", " }
                            @let text = outage_text(lang, view.zone, *outage);
                            @if at == 0 { (capital(&text)) } @else { (text) }
                        }
                        ". "
                    }
                    @if view.windows.is_empty() { (words.outage_note_plain) } @else { (words.outage_note) }
                }
            }
            @if view.rule.is_none() {
                p.notice.info { (words.no_rule_note) }
            } @else if view.windows.is_empty() && view.share.is_none() && !view.has_entries() {
                p.notice.info { (words.no_windows) }
            }
        }
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The parts that an event stream may replace, besides rows: (element id, HTML).
pub(crate) fn parts(page: &BoardPage<'_>, view: &DayView) -> [(&'static str, String); 4] {
    [
        ("notes", notes(page.lang, page.asked, view).into_string()),
        ("sum", page.counts(view).into_string()),
        ("heads", head_row(page.lang, view).into_string()),
        ("foot", super::table::foot_row(page.lang, view, page.asked.show).into_string()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_only_what_differs() {
        assert_eq!(Asked::default().address("/board"), "/board");
        let date = NaiveDate::from_ymd_opt(2026, 11, 24);
        let asked = Asked { unit: Some("camat-a".into()), date, show: Some(Tally::Late) };
        assert_eq!(asked.address("/board"), "/board?u=camat-a&d=2026-11-24&s=late");
    }
}
