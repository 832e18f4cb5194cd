//! What a person asks of the office: requests and appeals, and what became of them.

use hadir_core::{
    ask::Standing,
    engine::{AppealDraft, AskToday, Asked, AskedWhat},
    model::{Ask, AskWhat, Grounds},
    text::{Lang, ask as said, engine as told, home, time::DayClock},
    wire::Answer,
};

use crate::{
    engine::CheckInEngine,
    error::HadirError,
    home::DeliveryMark,
    words::{date, record, typed, window},
};

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum AskKind {
    /// *Izin keluar daerah.*
    LeaveRegion,
    /// *Dinas luar.*
    DutyTrip,
    /// *Sakit.*
    Sick,
    /// *Cuti tahunan.*
    AnnualLeave,
    /// *Cuti besar.*
    LongLeave,
    /// *Cuti sakit.*
    SickLeave,
    /// *Cuti melahirkan.*
    Maternity,
    /// *Cuti karena alasan penting.*
    ImportantReason,
    /// *Cuti di luar tanggungan negara.*
    Unpaid,
    /// *Tugas belajar.*
    Study,
    /// *Diklat.*
    Training,
    /// *Alasan teknis.*
    Technical,
}

impl From<AskKind> for AskWhat {
    fn from(kind: AskKind) -> Self {
        match kind {
            AskKind::LeaveRegion => Self::LeaveRegion,
            AskKind::DutyTrip => Self::DutyTrip,
            AskKind::Sick => Self::Sick,
            AskKind::AnnualLeave => Self::AnnualLeave,
            AskKind::LongLeave => Self::LongLeave,
            AskKind::SickLeave => Self::SickLeave,
            AskKind::Maternity => Self::Maternity,
            AskKind::ImportantReason => Self::ImportantReason,
            AskKind::Unpaid => Self::Unpaid,
            AskKind::Study => Self::Study,
            AskKind::Training => Self::Training,
            AskKind::Technical => Self::Technical,
        }
    }
}

impl From<AskWhat> for AskKind {
    fn from(what: AskWhat) -> Self {
        match what {
            AskWhat::LeaveRegion => Self::LeaveRegion,
            AskWhat::DutyTrip => Self::DutyTrip,
            AskWhat::Sick => Self::Sick,
            AskWhat::AnnualLeave => Self::AnnualLeave,
            AskWhat::LongLeave => Self::LongLeave,
            AskWhat::SickLeave => Self::SickLeave,
            AskWhat::Maternity => Self::Maternity,
            AskWhat::ImportantReason => Self::ImportantReason,
            AskWhat::Unpaid => Self::Unpaid,
            AskWhat::Study => Self::Study,
            AskWhat::Training => Self::Training,
            AskWhat::Technical => Self::Technical,
        }
    }
}

/// On what an appeal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum GroundsForAppeal {
    /// The phone was broken, lost or empty.
    Phone,
    /// There was no network, or the server was out.
    Network,
    /// The time that was judged is not right.
    Time,
    /// The place that was judged is not right.
    Place,
    /// The wrong rule, turn or window was applied.
    Rule,
    /// The person worked, and others can say so.
    Witnessed,
    /// Another; it needs a text.
    Other,
}

impl From<GroundsForAppeal> for Grounds {
    fn from(grounds: GroundsForAppeal) -> Self {
        match grounds {
            GroundsForAppeal::Phone => Self::Phone,
            GroundsForAppeal::Network => Self::Network,
            GroundsForAppeal::Time => Self::Time,
            GroundsForAppeal::Place => Self::Place,
            GroundsForAppeal::Rule => Self::Rule,
            GroundsForAppeal::Witnessed => Self::Witnessed,
            GroundsForAppeal::Other => Self::Other,
        }
    }
}

impl From<Grounds> for GroundsForAppeal {
    fn from(grounds: Grounds) -> Self {
        match grounds {
            Grounds::Phone => Self::Phone,
            Grounds::Network => Self::Network,
            Grounds::Time => Self::Time,
            Grounds::Place => Self::Place,
            Grounds::Rule => Self::Rule,
            Grounds::Witnessed => Self::Witnessed,
            Grounds::Other => Self::Other,
        }
    }
}

/// A request to make, as the person chose and typed it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct AskedFor {
    /// What for.
    pub kind: AskKind,
    /// The first date.
    pub from: String,
    /// The last date; the same for one day.
    pub until: String,
    /// Only these windows of each day, by id, for half days; empty for whole days.
    pub windows: Vec<String>,
    /// A few words for whoever decides, at most 300 characters.
    pub note: Option<String>,
}

/// An appeal to make, as the person chose and typed it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Appealed {
    /// The duty date.
    pub date: String,
    /// The window, by id; `None` for the whole day.
    pub window: Option<String>,
    /// The record that it is about, such as one that is parked or flagged.
    pub record: Option<String>,
    /// On what it stands.
    pub grounds: GroundsForAppeal,
    /// What happened, at most 300 characters; needed with [`GroundsForAppeal::Other`].
    pub text: Option<String>,
    /// Records that speak for it.
    pub evidence: Vec<String>,
}

/// A request or an appeal with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct AskRow {
    /// Names it for [`CheckInEngine::withdraw`].
    pub id: String,
    /// What for; `None` for an appeal.
    pub kind: Option<AskKind>,
    /// *Dinas luar, 25 Nov 2026.*
    pub title: String,
    /// *Menunggu keputusan.*
    pub standing: String,
    /// Whether it was granted; `None` while nobody decided.
    pub granted: Option<bool>,
    /// Who decided, when and why; the last one holds.
    pub decisions: Vec<String>,
    /// Where it is: *Sudah diterima 08.01.12 WITA*.
    pub delivery_text: String,
    /// The same, as a colour.
    pub delivery: DeliveryMark,
    /// Whether it can be withdrawn.
    pub can_withdraw: bool,
    /// Whether the person has not confirmed the last decision.
    pub unseen: bool,
}

#[uniffi::export]
impl CheckInEngine {
    /// Records a request to the superior. On disk when it returns, with or without a network; the row says how it stands.
    ///
    /// # Errors
    /// [`HadirError::BadInput`] for dates or a text that can't be; [`HadirError::NotFound`] for a window that those days do not have;
    /// [`HadirError::StoreFull`] and [`HadirError::Store`]: then nothing was recorded.
    pub fn request(&self, asked: AskedFor) -> Result<AskRow, HadirError> {
        self.attempt(|engine, lang| {
            let failed = |error| HadirError::of(&error, lang);
            let note = typed(asked.note.as_deref(), lang)?;
            let (from, until) = (date(&asked.from, lang)?, date(&asked.until, lang)?);
            let ask = Ask::new(asked.kind.into(), from, until, asked.windows, note)
                .map_err(|error| HadirError::BadInput { text: said::error(&error, lang) })?;
            let made = engine.request(ask).map_err(failed)?;
            row_of(engine, &made, lang)
        })
    }

    /// Withdraws a request or an appeal. What was granted already holds until the office takes it back.
    ///
    /// # Errors
    /// [`HadirError::NotFound`]; and as [`Self::request`].
    pub fn withdraw(&self, id: String) -> Result<(), HadirError> {
        self.attempt(|engine, lang| {
            let id = record(&id, lang)?;
            engine.withdraw(id).map(drop).map_err(|error| HadirError::of(&error, lang))
        })
    }

    /// Records an appeal. On disk when it returns.
    ///
    /// # Errors
    /// [`HadirError::BadInput`] for what can't be said; [`HadirError::NotFound`] for a window or a record that is not here; and as [`Self::request`].
    pub fn appeal(&self, appealed: Appealed) -> Result<AskRow, HadirError> {
        self.attempt(|engine, lang| {
            let draft = AppealDraft {
                date: date(&appealed.date, lang)?,
                window: appealed.window.map(|id| window(&id, lang)).transpose()?,
                record: appealed.record.map(|id| record(&id, lang)).transpose()?,
                grounds: appealed.grounds.into(),
                text: typed(appealed.text.as_deref(), lang)?,
                evidence: appealed.evidence.iter().map(|id| record(id, lang)).collect::<Result<_, _>>()?,
            };
            let made = engine.appeal(draft).map_err(|error| HadirError::of(&error, lang))?;
            row_of(engine, &made, lang)
        })
    }

    /// The requests and appeals of this phone with what became of them, newest first.
    ///
    /// # Errors
    /// [`HadirError::NotEnrolled`].
    pub fn requests(&self) -> Result<Vec<AskRow>, HadirError> {
        self.run(|engine, lang| {
            let clock = home::clock_of(&engine.today()?, lang);
            Ok(engine.requests()?.iter().rev().map(|ask| row(ask, &clock)).collect())
        })
    }
}

fn row_of(engine: &hadir_core::engine::CheckInEngine, made: &Asked, lang: Lang) -> Result<AskRow, HadirError> {
    let failed = |error| HadirError::of(&error, lang);
    let clock = home::clock_of(&engine.today().map_err(failed)?, lang);
    let all = engine.requests().map_err(failed)?;
    all.iter().find(|ask| ask.id == made.id).map(|ask| row(ask, &clock)).ok_or_else(|| HadirError::NotFound {
        text: lang.pick("Permohonan itu tidak ada di HP ini.", "That request is not on this phone.").to_owned(),
    })
}

fn row(ask: &AskToday, clock: &DayClock) -> AskRow {
    let lang = clock.lang;
    let (kind, title, standing) = match &ask.what {
        AskedWhat::Request { request } => {
            (Some(request.what().into()), said::ask(request, lang), said::request_standing(ask.standing, lang))
        }
        AskedWhat::Appeal { appeal } => (None, said::appeal(appeal, lang), said::appeal_standing(ask.standing, lang)),
    };
    let decided = ask.decisions.iter().map(|decision| {
        let answer = match decision.answer {
            Answer::Granted => lang.pick("Dikabulkan", "Granted"),
            Answer::Refused => lang.pick("Ditolak", "Refused"),
        };
        format!("{answer} {}", said::decided(decision, clock))
    });
    let received = ask.received_ms.map(|at| format!(" {}", clock.second(at))).unwrap_or_default();
    AskRow {
        id: ask.id.to_string(),
        kind,
        title,
        standing: standing.to_owned(),
        granted: match ask.standing {
            Standing::Granted | Standing::WithdrawnAfterGrant => Some(true),
            Standing::Refused => Some(false),
            Standing::Open | Standing::Withdrawn => None,
        },
        decisions: decided.collect(),
        delivery_text: format!("{}{received}", told::delivery(&ask.delivery, lang)),
        delivery: (&ask.delivery).into(),
        can_withdraw: ask.withdrawn.is_none() && ask.standing != Standing::Refused,
        unseen: ask.unseen,
    }
}
