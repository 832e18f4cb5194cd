//! What a request or an appeal can be put together from, so that a shell offers nothing that can't be.

use hadir_core::{
    engine::{self, Needed},
    text::{Lang, ask as said, home, judge, policy, time::DayClock},
};

use crate::{
    ask::{AskKind, GroundsForAppeal},
    engine::CheckInEngine,
    error::HadirError,
    home::WindowMark,
    words::{count, date},
};

/// A date that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DateChoice {
    /// To be passed back.
    pub date: String,
    /// *Rabu, 25 November 2026.*
    pub text: String,
}

/// A window that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct WindowChoice {
    /// To be passed back.
    pub id: String,
    /// *08.00*; in an appeal with how it stands.
    pub text: String,
    /// How it stands, in an appeal.
    pub mark: Option<WindowMark>,
    /// Whether an appeal against it waits for a decision already.
    pub appealed: bool,
}

/// Something that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct KindChoice {
    /// To be passed back.
    pub kind: AskKind,
    /// *Dinas luar.*
    pub text: String,
    /// Whether windows must be chosen; else they may, for half days.
    pub needs_windows: bool,
}

/// What a request is put together from.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RequestChoices {
    /// What can be asked for, in the order in which it is offered.
    pub kinds: Vec<KindChoice>,
    /// The first date that is chosen now.
    pub from: String,
    /// First dates.
    pub from_dates: Vec<DateChoice>,
    /// Last dates, for that first one.
    pub until_dates: Vec<DateChoice>,
    /// The windows of the first date.
    pub windows: Vec<WindowChoice>,
    /// Characters of a note at most.
    pub note_chars: u32,
}

/// A ground of an appeal.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct GroundsChoice {
    /// To be passed back.
    pub grounds: GroundsForAppeal,
    /// *HP rusak, hilang, atau baterainya habis.*
    pub text: String,
    /// Whether a text must be typed.
    pub needs_text: bool,
}

/// What an appeal is put together from.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct AppealChoices {
    /// The date that is chosen now.
    pub date: String,
    /// The same, for people.
    pub date_text: String,
    /// Dates, newest first.
    pub dates: Vec<DateChoice>,
    /// The windows of the date.
    pub windows: Vec<WindowChoice>,
    /// The grounds.
    pub grounds: Vec<GroundsChoice>,
    /// Characters of a text at most.
    pub text_chars: u32,
}

#[uniffi::export]
impl CheckInEngine {
    /// What a request can be put together from, for a first date that was chosen; for today without one.
    ///
    /// # Errors
    /// [`HadirError::NotEnrolled`]; [`HadirError::BadInput`] for a date that is none.
    pub fn request_choices(&self, from: Option<String>) -> Result<RequestChoices, HadirError> {
        let from = from.map(|from| date(&from, self.lang())).transpose()?;
        self.run(|engine, lang| Ok(for_request(&engine.request_choices(from)?, lang)))
    }

    /// What an appeal can be put together from, for a date that was chosen; for today without one.
    ///
    /// # Errors
    /// As [`Self::request_choices`]; [`HadirError::Store`] when the store can't be read.
    pub fn appeal_choices(&self, date_of: Option<String>) -> Result<AppealChoices, HadirError> {
        let of = date_of.map(|of| date(&of, self.lang())).transpose()?;
        self.run(|engine, lang| {
            let clock = home::clock_of(&engine.today()?, lang);
            Ok(for_appeal(&engine.appeal_choices(of)?, &clock))
        })
    }
}

fn dates(range: hadir_core::schedule::DateRange, lang: Lang) -> Vec<DateChoice> {
    let days = range.first.iter_days().take_while(|date| *date <= range.last);
    days.map(|date| DateChoice { date: date.to_string(), text: policy::date(date, lang) }).collect()
}

fn for_request(choices: &engine::RequestChoices, lang: Lang) -> RequestChoices {
    let kind = |kind: &engine::RequestKind| KindChoice {
        kind: kind.what.into(),
        text: said::what(kind.what, lang).to_owned(),
        needs_windows: kind.windows == Needed::Required,
    };
    let window = |window: &engine::WindowChoice| WindowChoice {
        id: window.id.to_string(),
        text: window.label.clone(),
        mark: None,
        appealed: false,
    };
    RequestChoices {
        kinds: choices.kinds.iter().map(kind).collect(),
        from: choices.from.to_string(),
        from_dates: dates(choices.from_dates, lang),
        until_dates: dates(choices.until_dates, lang),
        windows: choices.windows.iter().map(window).collect(),
        note_chars: count(choices.note_chars),
    }
}

fn for_appeal(choices: &engine::AppealChoices, clock: &DayClock) -> AppealChoices {
    let lang = clock.lang;
    let window = |window: &engine::AppealWindow| WindowChoice {
        id: window.id.to_string(),
        text: format!("{}: {}", window.label, judge::window_state(window.state, lang)),
        mark: Some(WindowMark::of(window.state, window.flagged)),
        appealed: window.appealed,
    };
    let grounds = |choice: &engine::GroundsChoice| GroundsChoice {
        grounds: choice.grounds.into(),
        text: said::grounds(choice.grounds, lang).to_owned(),
        needs_text: choice.text == Needed::Required,
    };
    let mut dates = dates(choices.dates, lang);
    dates.reverse();
    AppealChoices {
        date: choices.date.to_string(),
        date_text: policy::date(choices.date, lang),
        dates,
        windows: choices.windows.iter().map(window).collect(),
        grounds: choices.grounds.iter().map(grounds).collect(),
        text_chars: count(choices.text_chars),
    }
}
