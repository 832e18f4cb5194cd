//! One person in one window: a word, a shape and a colour, a time, and the way to the reason.

use maud::{Markup, html};

use super::shape::Shape;
use crate::{
    board::words::{self, full_time, short_flag, short_time},
    day::PersonDay,
};
use hadir_core::{
    judge::{EntryState, Outage, WindowState, WindowVerdict},
    schedule::{Window, Zone},
    text::Lang,
};

/// A tap that arrived later than this after its claimed time shows when it arrived, milliseconds.
const SHOW_ARRIVAL_AFTER_MS: i64 = 5 * 60_000;

/// A word with its shape, in the colour of `tone` (a class of the style sheet).
pub(crate) fn chip(tone: &str, shape: Shape, word: &str) -> Markup {
    html! { span class={ "k " (tone) } { (shape.svg()) (word) } }
}

/// The chip of a verdict, as cells and reason sheets show it.
pub(crate) fn verdict_chip(lang: Lang, verdict: &WindowVerdict) -> Markup {
    let words = words::words(lang);
    match verdict.effective() {
        WindowState::OnTime | WindowState::Late { .. } if verdict.needs_a_look() => {
            chip("ask", Shape::Diamond, words.check)
        }
        WindowState::OnTime => chip("good", Shape::Tick, words.on_time),
        WindowState::Late { minutes } => chip("late", Shape::Clock, &words::late(lang, minutes)),
        WindowState::Open => chip("open", Shape::Dot, words.open),
        WindowState::NotYetReceived => chip("wait", Shape::Frame, words.not_received),
        WindowState::Missed => chip("stop", Shape::Struck, words.missed),
        WindowState::Excused { .. } => chip("info", Shape::Square, words.excused),
        WindowState::Upcoming => chip("plain", Shape::Later, words.later),
        WindowState::NotOwed => html! { span.m { "–" } },
    }
}

/// Everything that a row's cells share.
pub(crate) struct RowContext<'a> {
    /// Language.
    pub(crate) lang: Lang,
    /// The office's zone.
    pub(crate) zone: Zone,
    /// The person.
    pub(crate) person: &'a PersonDay,
    /// The address of a reason: the window's id is added at its end.
    pub(crate) why: &'a str,
}

impl RowContext<'_> {
    /// A link to the reason of one verdict; `after` says whether something stands before it on its line.
    pub(crate) fn why_link(&self, of: &str, after: bool) -> Markup {
        html! {
            span.w { @if after { " · " } a.why href={ (self.why) (of) } { (words::words(self.lang).why) span.sr { ": " (self.person.name) } } }
        }
    }

    /// The cell of one window; `None` where it is not this person's.
    pub(crate) fn window_cell(
        &self,
        window: &Window,
        outage: Option<Outage>,
        verdict: Option<&WindowVerdict>,
    ) -> Markup {
        let words = words::words(self.lang);
        let state = verdict.map_or(WindowState::NotOwed, WindowVerdict::effective);
        let outage = outage.filter(|_| state != WindowState::NotOwed);
        html! {
            td data-l=(window.label) class=[class_of(state, outage.is_some())] {
                @match verdict {
                    None => span.m { "–" },
                    Some(verdict) => {
                        (verdict_chip(self.lang, verdict))
                        @match state {
                            WindowState::NotOwed | WindowState::Upcoming => {},
                            WindowState::Open => span.m {
                                (words.until) " " (short_time(self.zone, verdict.window.on_time_until_ms))
                                (self.why_link(window.id.as_str(), true))
                            },
                            WindowState::NotYetReceived => span.m {
                                (self.last_heard()) (self.why_link(window.id.as_str(), true))
                            },
                            WindowState::OnTime | WindowState::Late { .. } | WindowState::Missed | WindowState::Excused { .. } => {
                                @let line = self.tap_line(verdict);
                                span.m { (line) (self.why_link(window.id.as_str(), !line.is_empty())) }
                            },
                        }
                    },
                }
                @if let Some(outage) = outage {
                    span.m.gap { (outage_text(self.lang, self.zone, outage)) }
                }
            }
        }
    }

    /// `07.58.41, terkirim 12.41 · tepat waktu · lokasi tiruan`
    fn tap_line(&self, verdict: &WindowVerdict) -> String {
        let words = words::words(self.lang);
        let mut line = Vec::new();
        if let Some(tap) = verdict.tap {
            let at = full_time(self.zone, tap.at_ms);
            match tap.arrival_ms {
                Some(arrival) if arrival - tap.at_ms > SHOW_ARRIVAL_AFTER_MS => {
                    line.push(format!("{at}, {} {}", words.sent, short_time(self.zone, arrival)));
                }
                _ => line.push(at),
            }
        }
        if verdict.needs_a_look() {
            match verdict.effective() {
                WindowState::Late { minutes } => line.push(words::late(self.lang, minutes).to_lowercase()),
                WindowState::OnTime => line.push(words.on_time.to_lowercase()),
                _ => {}
            }
            line.extend(verdict.flags.iter().map(|flag| short_flag(self.lang, flag).to_owned()));
        }
        if !verdict.corrections.is_empty() {
            line.push(words.corrected.to_owned());
        }
        if verdict.is_appealed() {
            line.push(self.lang.pick("disanggah", "appealed").to_owned());
        }
        line.join(" · ")
    }

    fn last_heard(&self) -> Markup {
        let words = words::words(self.lang);
        html! {
            @match self.person.last_heard_ms {
                Some(at) => { (words.last_heard) " " (short_time(self.zone, at)) },
                None => (words.never_heard),
            }
        }
    }

    /// The cell of entry to the office. Never an answer.
    pub(crate) fn entry_cell(&self, label: &str) -> Markup {
        let words = words::words(self.lang);
        html! {
            td data-l=(label) {
                @match self.person.entry.state {
                    EntryState::NotOwed => span.m { "–" },
                    EntryState::NotSubmitted => (chip("wait", Shape::Frame, words.not_submitted)),
                    EntryState::MayEnter => {
                        (chip("good", Shape::Tick, words.may_enter))
                        span.m { (self.why_link("entry", false)) }
                    },
                    EntryState::MayNotEnter => {
                        (chip("stop", Shape::Stop, words.may_not_enter))
                        span.m { (words.waits_examination) (self.why_link("entry", true)) }
                    },
                }
            }
        }
    }
}

const fn class_of(state: WindowState, band: bool) -> Option<&'static str> {
    match (state, band) {
        (WindowState::Upcoming | WindowState::NotOwed, _) => Some("later"),
        (_, true) => Some("band"),
        (_, false) => None,
    }
}

/// *gangguan server 07.55–08.20*, or *gangguan server sejak 07.55* while it lasts.
pub(crate) fn outage_text(lang: Lang, zone: Zone, outage: Outage) -> String {
    let words = words::words(lang);
    let from = short_time(zone, outage.from_ms);
    match outage.until_ms {
        Some(until) => format!("{} {from}–{}", words.outage, short_time(zone, until)),
        None => format!("{} {from}", words.outage_now),
    }
}
