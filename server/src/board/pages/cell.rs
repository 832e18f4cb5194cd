//! One person in one window: a word, a shape and a colour, a time, and the way to the reason.

use maud::{Markup, html};

use super::shape::Shape;
use crate::{
    board::words::{self, full_time, phone_note, short_flag, short_time},
    day::{DayView, PersonDay, PhoneNote},
};
use hadir_core::{
    judge::{ExcuseKind, Outage, Reason, WindowState, WindowVerdict},
    schedule::{Window, Zone},
    text::{self, Lang, time::DayClock},
};

/// A tap that arrived later than this after its claimed time shows when it arrived, milliseconds.
const SHOW_ARRIVAL_AFTER_MS: i64 = 5 * 60_000;

/// What was heard so much later than what has been received did not come from the phone that is waited for, milliseconds.
const HEARD_BY_ANOTHER_MS: i64 = 15 * 60_000;

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
    /// The day.
    pub(crate) view: &'a DayView,
    /// The person.
    pub(crate) person: &'a PersonDay,
    /// The address of a reason: the window's id is added at its end.
    pub(crate) why: &'a str,
}

impl RowContext<'_> {
    /// A link to the reason of one verdict, on a line of its own.
    pub(crate) fn why_link(&self, of: &str) -> Markup {
        html! {
            span.m.w { a.why href={ (self.why) (of) } { (words::words(self.lang).why) span.sr { ": " (self.person.name) } } }
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
                            WindowState::Open => {
                                span.m { (words.until) " " (short_time(self.view.zone, verdict.window.on_time_until_ms)) }
                                (self.why_link(window.id.as_str()))
                            },
                            WindowState::NotYetReceived => {
                                span.m { (self.waiting_line(verdict)) }
                                (self.why_link(window.id.as_str()))
                            },
                            WindowState::OnTime | WindowState::Late { .. } | WindowState::Missed | WindowState::Excused { .. } => {
                                @let line = self.tap_line(verdict);
                                @if !line.is_empty() { span.m { (line) } }
                                (self.why_link(window.id.as_str()))
                            },
                        }
                    },
                }
                @if let Some(outage) = outage {
                    span.m.gap { (outage_text(self.lang, self.view.zone, outage)) }
                }
            }
        }
    }

    /// `07.58.41, terkirim 12.41 · tepat waktu · lokasi tiruan`
    fn tap_line(&self, verdict: &WindowVerdict) -> String {
        let words = words::words(self.lang);
        let mut line = Vec::new();
        if let Some(tap) = verdict.tap {
            let at = full_time(self.view.zone, tap.at_ms);
            match tap.arrival_ms {
                Some(arrival) if arrival - tap.at_ms > SHOW_ARRIVAL_AFTER_MS => {
                    line.push(format!("{at}, {} {}", words.sent, self.clock().brief(arrival)));
                }
                _ => line.push(at),
            }
        }
        if let WindowState::Excused { kind } = verdict.effective()
            // Whoever may not see entries is told of no kind that may stand for one.
            && (self.view.shows_entry || kind != ExcuseKind::Permission)
        {
            line.push(text::judge::excuse(kind, self.lang).to_lowercase());
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

    fn clock(&self) -> DayClock {
        self.view.clock(self.lang)
    }

    /// Why nothing has come, in the words of the reason that the sheet tells.
    fn waiting_line(&self, verdict: &WindowVerdict) -> String {
        let (words, clock) = (words::words(self.lang), self.clock());
        let told = verdict.reasons.iter().rev().find_map(|reason| match reason {
            Reason::PhoneRevoked { revoked_ms, .. } => Some(phone_note(PhoneNote::Revoked(*revoked_ms), &clock)),
            Reason::NoInstallation { .. } => Some(phone_note(PhoneNote::NoPhone, &clock)),
            Reason::RecordsLost { .. } => Some(phone_note(PhoneNote::ReportedLoss, &clock)),
            Reason::LostByOffice { .. } => Some(words.lost_by_server.to_owned()),
            // Another phone than the one that is waited for was heard.
            Reason::NotReceivedPast { past_ms: Some(past), .. }
                if self.person.last_heard_ms.is_some_and(|heard| heard - past > HEARD_BY_ANOTHER_MS) =>
            {
                let new = self.person.phones.iter().any(|note| matches!(note, PhoneNote::Enrolled(_)));
                let received = format!("{} {}", words.received_until, clock.brief(*past));
                Some(if new { format!("{} · {received}", words.new_phone) } else { received })
            }
            _ => None,
        });
        told.unwrap_or_else(|| self.last_heard())
    }

    /// When a phone of the person was last heard.
    pub(crate) fn last_heard(&self) -> String {
        let words = words::words(self.lang);
        match self.person.last_heard_ms {
            Some(at) => format!("{} {}", words.last_heard, self.clock().brief(at)),
            None => words.never_heard.to_owned(),
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
