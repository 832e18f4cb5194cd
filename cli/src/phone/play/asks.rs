//! The steps of a script that ask something of the office: `request`, `appeal`, `requests`.

use chrono::NaiveDate;
use hadir_core::{
    engine::{AppealDraft, Asked, CheckInEngine, EngineError},
    model::{Ask, AskError, AskWhat, Grounds, Words},
    schedule::WindowId,
    text::{self, Lang},
};

use super::{
    super::{ask, failure::Failure},
    fault::Fault,
    script::{RawStep, date_of},
};

/// A request or an appeal of a script. Dates that are not written are the day's.
#[derive(Debug)]
pub(super) enum AskStep {
    /// A request.
    Request {
        what: AskWhat,
        from: Option<NaiveDate>,
        until: Option<NaiveDate>,
        windows: Vec<WindowId>,
        note: Option<Words>,
    },
    /// An appeal.
    Appeal { grounds: Grounds, date: Option<NaiveDate>, window: Option<WindowId>, text: Option<Words> },
}

/// Reads a request.
pub(super) fn request(step: &RawStep) -> Result<AskStep, Fault> {
    let what = ask::parse_what(step.what.as_deref().unwrap_or_default()).map_err(same)?;
    let windows = step.windows.iter().flatten().map(|window| ask::parse_window(window).map_err(same));
    let windows = windows.collect::<Result<Vec<_>, _>>()?;
    let (from, until, note) = (date(step.from.as_ref())?, date(step.until.as_ref())?, words(step)?);
    // What can't be asked is told before anything is played, on a date that stands for any.
    let day = from.or(until).unwrap_or_default();
    let names = windows.iter().map(ToString::to_string).collect();
    Ask::new(what, from.unwrap_or(day), until.unwrap_or(day), names, note.clone()).map_err(|error| asked(&error))?;
    Ok(AskStep::Request { what, from, until, windows, note })
}

/// Reads an appeal.
pub(super) fn appeal(step: &RawStep) -> Result<AskStep, Fault> {
    let grounds = ask::parse_grounds(step.grounds.as_deref().unwrap_or_default()).map_err(same)?;
    let window = step.window.as_deref().map(ask::parse_window).transpose().map_err(same)?;
    let text = words(step)?;
    if grounds == Grounds::Other && text.is_none() {
        return Err(asked(&AskError::Grounds));
    }
    Ok(AskStep::Appeal { grounds, date: date(step.for_date.as_ref())?, window, text })
}

impl AskStep {
    /// Its name in scripts.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Request { .. } => "request",
            Self::Appeal { .. } => "appeal",
        }
    }

    /// Asks it.
    pub(super) fn play(&self, engine: &CheckInEngine) -> Result<Asked, Failure> {
        let today = || engine.today().map(|today| today.date);
        match self {
            Self::Request { what, from, until, windows, note } => {
                let from = from.map_or_else(today, Ok)?;
                let windows = windows.iter().map(ToString::to_string).collect();
                let ask = Ask::new(*what, from, until.unwrap_or(from), windows, note.clone());
                Ok(engine.request(ask.map_err(EngineError::from)?)?)
            }
            Self::Appeal { grounds, date, window, text } => Ok(engine.appeal(AppealDraft {
                date: date.map_or_else(today, Ok)?,
                window: window.clone(),
                record: None,
                grounds: *grounds,
                text: text.clone(),
                evidence: Vec::new(),
            })?),
        }
    }
}

fn date(value: Option<&toml::Value>) -> Result<Option<NaiveDate>, Fault> {
    value.map(|value| date_of(value).ok_or(Fault::BadDate)).transpose()
}

fn words(step: &RawStep) -> Result<Option<Words>, Fault> {
    Words::optional(step.note.as_deref().unwrap_or_default()).map_err(|error| asked(&error))
}

fn asked(error: &AskError) -> Fault {
    Fault::Asked(text::ask::error(error, Lang::Id), text::ask::error(error, Lang::En))
}

/// What names the choices is the same in both languages.
fn same(words: String) -> Fault {
    Fault::Asked(words.clone(), words)
}
