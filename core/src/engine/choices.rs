//! What a person can choose from when they ask or appeal, so that a screen needs no list and no date arithmetic of its own.
//! What is offered here is help: the core takes whatever [`Ask::new`](crate::model::Ask::new) and
//! [`Appeal::new`](crate::model::Appeal::new) take.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::{CheckInEngine, EngineError, store::Store};
use crate::{
    judge::{WindowState, WindowVerdict},
    limits::ask as limits,
    model::{AskWhat, Grounds, RecordId},
    order,
    schedule::{DateRange, Mode, WindowId, plan_day},
};

/// What a request can be about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestChoices {
    /// The first date that these choices are for.
    pub from: NaiveDate,
    /// What can be chosen as the first date.
    pub from_dates: DateRange,
    /// What can be chosen as the last date, with that first one.
    pub until_dates: DateRange,
    /// What can be asked for, in the order in which it is offered.
    pub kinds: Vec<RequestKind>,
    /// The windows of the first date that can be named instead of whole days.
    pub windows: Vec<WindowChoice>,
    /// How many windows can be named at most.
    pub most_windows: usize,
    /// How many characters a note has at most.
    pub note_chars: usize,
}

/// Something that can be asked for, and what it takes. Dates are needed always, and a note never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RequestKind {
    /// What.
    pub what: AskWhat,
    /// Whether windows have to be named; left out, whole days are asked for.
    pub windows: Needed,
}

/// Whether an input has to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Needed {
    /// It has to.
    Required,
    /// It may.
    Optional,
}

/// A window to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WindowChoice {
    /// Which.
    pub id: WindowId,
    /// How screens name it.
    pub label: String,
}

/// What an appeal can be about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppealChoices {
    /// The date that these choices are for.
    pub date: NaiveDate,
    /// What can be chosen as the date.
    pub dates: DateRange,
    /// The windows of the date that have a verdict; without one, the appeal is against the whole date.
    pub windows: Vec<AppealWindow>,
    /// The grounds, in the order in which they are offered.
    pub grounds: Vec<GroundsChoice>,
    /// The taps of the date, which can be named as what it is about or as evidence, by their time.
    pub records: Vec<AppealRecord>,
    /// How many records can be named as evidence at most.
    pub most_evidence: usize,
    /// How many characters its text has at most.
    pub text_chars: usize,
}

/// A window that can be appealed against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppealWindow {
    /// Which.
    pub id: WindowId,
    /// How screens name it.
    pub label: String,
    /// How it stands.
    #[serde(flatten)]
    pub state: WindowState,
    /// Whether it waits for a person's look.
    pub flagged: bool,
    /// Whether an appeal against it waits for a ruling already; another is taken all the same.
    pub appealed: bool,
}

/// A ground, and whether it needs words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GroundsChoice {
    /// Which.
    pub grounds: Grounds,
    /// Whether a text has to say which.
    pub text: Needed,
}

/// A tap that an appeal can name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppealRecord {
    /// The record.
    pub id: RecordId,
    /// When it was made, milliseconds.
    pub at_ms: i64,
    /// The window that it counts for; `None` if it counts for none.
    pub window: Option<WindowId>,
}

impl CheckInEngine {
    /// What a request can be about whose first date is `from`; today without one. A date that is not offered gives the
    /// choices of the nearest that is.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`].
    pub fn request_choices(&self, from: Option<NaiveDate>) -> Result<RequestChoices, EngineError> {
        let reading = self.ports.clock.read();
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        store.session(reading, &*self.ports.entropy)?;
        let today = store.rules.duty_date(&store.state, store.now(reading).ms);
        let from_dates = DateRange {
            first: today.checked_sub_days(Days::new(limits::OFFER_DAYS_BACK)).unwrap_or(today),
            last: today.checked_add_days(Days::new(limits::OFFER_DAYS_AHEAD)).unwrap_or(today),
        };
        let from = from_dates.nearest(from.unwrap_or(today));
        let span = Days::new(limits::SPAN_DAYS.unsigned_abs());
        Ok(RequestChoices {
            from,
            from_dates,
            until_dates: DateRange { first: from, last: from.checked_add_days(span).unwrap_or(from) },
            kinds: AskWhat::ALL.into_iter().map(RequestKind::of).collect(),
            windows: store.windows_on(from),
            most_windows: limits::WINDOWS,
            note_chars: limits::WORDS_CHARS,
        })
    }

    /// What an appeal about a date can be about; today without one. A date that is not offered gives the choices of the
    /// nearest that is. The dates offered are those of which this phone knows what the person owed.
    ///
    /// # Errors
    /// As [`CheckInEngine::log`].
    pub fn appeal_choices(&self, date: Option<NaiveDate>) -> Result<AppealChoices, EngineError> {
        let reading = self.ports.clock.read();
        let (today, first) = {
            let mut inner = self.inner();
            let store = inner.enrolled()?;
            store.session(reading, &*self.ports.entropy)?;
            let today = store.rules.duty_date(&store.state, store.now(reading).ms);
            (today, store.rules.reach(&store.state).map_or(today, |reach| reach.first.min(today)))
        };
        let dates = DateRange { first, last: today };
        let date = dates.nearest(date.unwrap_or(today));
        let day = self.day(date)?;
        let judged = day.as_ref().map(|day| day.windows.as_slice()).unwrap_or_default();
        let others = day.iter().flat_map(|day| &day.others).map(|other| (other.tap.record, other.tap.at_ms, None));
        let counted = judged.iter().filter_map(|window| {
            let tap = window.tap?;
            Some((tap.record, tap.at_ms, Some(window.id.clone())))
        });
        let records = counted.chain(others).map(|(id, at_ms, window)| AppealRecord { id, at_ms, window });
        let mut records: Vec<AppealRecord> = records.collect();
        order::sort_by_key(&mut records, |record| (record.at_ms, record.id));
        Ok(AppealChoices {
            date,
            dates,
            windows: judged.iter().filter_map(AppealWindow::of).collect(),
            grounds: Grounds::ALL.into_iter().map(GroundsChoice::of).collect(),
            records,
            most_evidence: limits::EVIDENCE,
            text_chars: limits::WORDS_CHARS,
        })
    }
}

impl RequestKind {
    const fn of(what: AskWhat) -> Self {
        let windows = match what {
            AskWhat::Technical => Needed::Required,
            _ => Needed::Optional,
        };
        Self { what, windows }
    }
}

impl GroundsChoice {
    const fn of(grounds: Grounds) -> Self {
        let text = match grounds {
            Grounds::Other => Needed::Required,
            _ => Needed::Optional,
        };
        Self { grounds, text }
    }
}

impl AppealWindow {
    /// A window that has a verdict: what is still to come has none.
    fn of(window: &WindowVerdict) -> Option<Self> {
        let state = window.effective();
        if matches!(state, WindowState::Upcoming | WindowState::Open | WindowState::NotOwed) {
            return None;
        }
        Some(Self {
            id: window.id.clone(),
            label: window.window.label.clone(),
            state,
            flagged: window.needs_a_look(),
            appealed: window.is_appealed(),
        })
    }
}

impl Store {
    /// The windows that the rule has on a date, for whoever owes check-ins then: a half day is asked for before it is known
    /// where the person works.
    fn windows_on(&self, date: NaiveDate) -> Vec<WindowChoice> {
        let Some(rule) = self.rules.on(&self.state, date) else { return Vec::new() };
        let mode = self.rules.mode(&self.state, date).map(|(mode, _)| mode);
        let owing = &rule.policy.check_in.modes;
        let mode = mode.filter(|mode| owing.contains(mode)).or(owing.first().copied()).unwrap_or(Mode::Wfh);
        let plan = plan_day(&rule.policy, date, mode, &self.rules.who(&self.state, date));
        plan.windows.into_iter().map(|window| WindowChoice { id: window.id, label: window.label }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Appeal, Ask};

    #[test]
    fn what_is_said_to_be_needed_is_what_the_model_asks_for() {
        let date: NaiveDate = "2026-11-24".parse().unwrap();
        for kind in AskWhat::ALL.map(RequestKind::of) {
            let without = Ask::new(kind.what, date, date, Vec::new(), None);
            assert_eq!(without.is_err(), kind.windows == Needed::Required, "{:?}", kind.what);
            assert!(Ask::new(kind.what, date, date, vec!["w0800".into()], None).is_ok());
        }
        for choice in Grounds::ALL.map(GroundsChoice::of) {
            let without = Appeal::new(date, None, choice.grounds, None);
            assert_eq!(without.is_err(), choice.text == Needed::Required, "{:?}", choice.grounds);
        }
    }
}
