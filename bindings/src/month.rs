//! *Bulan saya*: a person's own month, as this phone can judge it.

use hadir_core::{
    engine::{self, DayKnown},
    model::EntryVerdict,
    schedule::YearMonth,
    text::{Lang, engine as told, judge, month as said, policy, time::DayClock},
};

use crate::{
    engine::CheckInEngine,
    error::HadirError,
    home::{FormMark, WindowMark},
};

/// A month.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MyMonth {
    /// *November 2026.*
    pub title: String,
    /// The month before, for [`CheckInEngine::month`]; `None` where there is nothing to show.
    pub previous: Option<String>,
    /// The month after, likewise.
    pub next: Option<String>,
    /// The totals, one line each.
    pub totals: Vec<String>,
    /// Its days, rising.
    pub days: Vec<MonthDay>,
    /// Said beside it: the office decides.
    pub preview_note: String,
}

/// A day of a month.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MonthDay {
    /// Names it for `why_day`.
    pub date: String,
    /// *Selasa, 24 November 2026.*
    pub title: String,
    /// *Bekerja dari rumah*, or why it can't be judged.
    pub detail: String,
    /// Whether it is the present day.
    pub is_today: bool,
    /// Whether a person may look at something of it.
    pub flagged: bool,
    /// Its windows.
    pub windows: Vec<MonthWindow>,
    /// The self-assessment filled for it.
    pub form: Option<FormMark>,
}

/// A window of a day of a month.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MonthWindow {
    /// Names it for `why`.
    pub id: String,
    /// *08.00.*
    pub label: String,
    /// Shape and colour.
    pub mark: WindowMark,
    /// *Tepat waktu 07.58*, with where it is while it waits.
    pub text: String,
}

#[uniffi::export]
impl CheckInEngine {
    /// A person's own month: the present one without `month`, else one that another month named in `previous` or `next`.
    ///
    /// # Errors
    /// [`HadirError::NotEnrolled`]; [`HadirError::BadInput`] for a text that names no month; [`HadirError::Store`] when the store can't be read.
    pub fn month(&self, month: Option<String>) -> Result<MyMonth, HadirError> {
        self.attempt(|engine, lang| {
            let which = month.map(|text| text.parse::<YearMonth>()).transpose();
            let which = which
                .map_err(|_| HadirError::bad_input("Bulan tidak dapat dibaca.", "The month can't be read.", lang))?;
            let month = engine.month(which).map_err(|error| HadirError::of(&error, lang))?;
            Ok(shown(&month, lang))
        })
    }
}

fn shown(month: &engine::MyMonth, lang: Lang) -> MyMonth {
    MyMonth {
        title: said::title(month.month, lang),
        previous: month.previous.map(|month| month.to_string()),
        next: month.next.map(|month| month.to_string()),
        totals: said::totals(&month.totals, lang),
        days: month.days.iter().map(|day| day_of(month, day, lang)).collect(),
        preview_note: said::preview_note(lang).to_owned(),
    }
}

fn day_of(month: &engine::MyMonth, day: &engine::MonthDay, lang: Lang) -> MonthDay {
    let clock = DayClock { zone: month.zone, date: day.date, lang };
    let blank = MonthDay {
        date: day.date.to_string(),
        title: policy::date(day.date, lang),
        detail: String::new(),
        is_today: day.date == month.today,
        flagged: false,
        windows: Vec::new(),
        form: None,
    };
    match &day.known {
        DayKnown::NotJudged { why } => MonthDay { detail: said::not_judged(*why, lang).to_owned(), ..blank },
        DayKnown::Judged { state, mode, windows, flagged, form } => {
            let (mode, state) = (policy::mode(*mode, lang), judge::day_state(*state, lang));
            MonthDay {
                detail: if windows.is_empty() && state != mode { state.to_owned() } else { mode.to_owned() },
                flagged: *flagged,
                windows: windows.iter().map(|window| window_of(window, &clock)).collect(),
                form: form.map(|verdict| match verdict {
                    EntryVerdict::MayEnter => FormMark::MayEnter,
                    EntryVerdict::MayNotEnter => FormMark::MayNotEnter,
                }),
                ..blank
            }
        }
    }
}

fn window_of(window: &engine::MonthWindow, clock: &DayClock) -> MonthWindow {
    let state = judge::window_state(window.state, clock.lang);
    let at = window.at_ms.map(|at| format!(" · {}", clock.brief(at))).unwrap_or_default();
    let delivery = window.delivery.as_ref().filter(|delivery| **delivery != hadir_core::outbox::Delivery::Received);
    let delivery = delivery.map(|delivery| format!(" · {}", told::delivery(delivery, clock.lang))).unwrap_or_default();
    MonthWindow {
        id: window.id.to_string(),
        label: window.label.clone(),
        mark: WindowMark::of(window.state, window.flagged),
        text: format!("{state}{at}{delivery}"),
    }
}
