//! The self-assessment: its questions, the draft, and what the answers come to.

use hadir_core::{
    engine::{self, DraftFound, EngineError},
    form::{Answers, Risk},
    model::EntryVerdict,
    text::{Lang, engine as said, policy},
};

use crate::{engine::CheckInEngine, error::HadirError, words};

/// A self-assessment, ready to be filled.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Form {
    /// The office day that it is for.
    pub date: String,
    /// *Penilaian mandiri untuk Rabu, 25 November 2026.*
    pub title: String,
    /// What it stands on.
    pub basis: String,
    /// What is said before the questions.
    pub preamble: String,
    /// Who reads the answers, and what the head sees.
    pub privacy: String,
    /// The questions, in order, each to be answered *Ya* or *Tidak*.
    pub questions: Vec<FormQuestion>,
    /// The answers of the draft that is kept on this phone.
    pub answers: Vec<FormAnswer>,
    /// Whether a draft lies here that can't be used any more: say that the form is to be filled anew.
    pub draft_unusable: bool,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FormQuestion {
    /// Its id within the form.
    pub id: String,
    /// What is asked, in the exact wording where it is Indonesian.
    pub text: String,
}

/// An answer. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct FormAnswer {
    /// The question's id.
    pub question: String,
    /// *Ya.*
    pub yes: bool,
}

impl std::fmt::Debug for FormAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FormAnswer({}, …)", self.question)
    }
}

/// How great the risk is, by the form's thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum FormRisk {
    /// *Risiko kecil.*
    Small,
    /// *Risiko sedang.*
    Medium,
    /// *Risiko besar.*
    Large,
}

/// What the answers came to; for the person's eyes alone, and `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct FormResult {
    /// The record.
    pub record: String,
    /// Whether the person may enter the office.
    pub may_enter: bool,
    /// *Boleh masuk kantor.*
    pub title: String,
    /// The risk.
    pub risk: FormRisk,
    /// *Risiko sedang (2 dari 14).*
    pub risk_text: String,
    /// What it means, and what happens next.
    pub meaning: String,
    /// Who learns what.
    pub privacy: String,
    /// How many records wait to be sent.
    pub pending: u64,
}

impl std::fmt::Debug for FormResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FormResult({}, …)", self.record)
    }
}

#[uniffi::export]
impl CheckInEngine {
    /// The self-assessment for an office day, with the draft that is kept of it.
    ///
    /// # Errors
    /// [`HadirError::NotNow`] when none is due for that date; [`HadirError::UpdateNeeded`] for a form of a newer build.
    pub fn form(&self, date: String) -> Result<Form, HadirError> {
        let date = words::date(&date, self.lang())?;
        self.run(|engine, lang| {
            let form = engine.form_definition(date)?.ok_or(EngineError::NoFormDue(date))?;
            // A medium that does not give the draft back must not keep anyone from filling the form.
            let found = engine.load_draft(date).unwrap_or(DraftFound::Unusable);
            let answers = match &found {
                DraftFound::Draft(draft) => shown(&draft.answers),
                DraftFound::Nothing | DraftFound::Unusable => Vec::new(),
            };
            let question = |question: &hadir_core::form::Question| FormQuestion {
                id: question.id.clone(),
                text: question.text.in_lang(lang).to_owned(),
            };
            Ok(Form {
                date: date.to_string(),
                title: format!("{} · {}", form.title.in_lang(lang), policy::date(date, lang)),
                basis: format!("{} {}, {}", form.basis.kind, form.basis.number, form.basis.part),
                preamble: form.preamble.in_lang(lang).to_owned(),
                privacy: privacy(lang).to_owned(),
                questions: form.questions.iter().map(question).collect(),
                answers,
                draft_unusable: found == DraftFound::Unusable,
            })
        })
    }

    /// Keeps the answers so far, in place of those before. They never leave this phone. A few milliseconds; call it at every answer.
    ///
    /// # Errors
    /// [`HadirError::NotNow`]; [`HadirError::StoreFull`] and [`HadirError::Store`]: those before are still kept.
    pub fn save_form_draft(&self, date: String, answers: Vec<FormAnswer>) -> Result<(), HadirError> {
        let date = words::date(&date, self.lang())?;
        self.run(|engine, _| engine.save_draft(date, &read(answers)))
    }

    /// Throws the draft away; that there is none is no error.
    ///
    /// # Errors
    /// [`HadirError::Store`] when it can't be removed.
    pub fn discard_form_draft(&self, date: String) -> Result<(), HadirError> {
        let date = words::date(&date, self.lang())?;
        self.run(|engine, _| engine.discard_draft(date))
    }

    /// Seals the answers to the health office and records them; on disk when it returns, and the draft is gone. The verdict alone stays in the open.
    ///
    /// # Errors
    /// [`HadirError::BadInput`] while a question is open; [`HadirError::NotNow`] when none is due, or the health office can't be sealed
    /// to; [`HadirError::StoreFull`] and [`HadirError::Store`]: then nothing was recorded, and the draft is kept.
    pub fn submit_form(&self, date: String, answers: Vec<FormAnswer>) -> Result<FormResult, HadirError> {
        let date = words::date(&date, self.lang())?;
        self.run(|engine, lang| {
            let form = engine.form_definition(date)?;
            let maximum = form.map_or(0, hadir_core::form::FormDefinition::maximum);
            let submitted = engine.submit_form(date, &read(answers))?;
            Ok(result(&submitted, maximum, lang))
        })
    }
}

fn read(answers: Vec<FormAnswer>) -> Answers {
    answers.into_iter().map(|answer| (answer.question, answer.yes)).collect()
}

fn shown(answers: &Answers) -> Vec<FormAnswer> {
    answers.iter().map(|(question, yes)| FormAnswer { question: question.to_owned(), yes }).collect()
}

fn result(submitted: &engine::FormSubmitted, maximum: u32, lang: Lang) -> FormResult {
    let scored = &submitted.scored;
    let may_enter = scored.verdict == EntryVerdict::MayEnter;
    let (risk, of) = (said::risk(scored.risk, lang), lang.pick("dari", "of"));
    FormResult {
        record: submitted.id.to_string(),
        may_enter,
        title: said::entry_verdict(scored.verdict, lang).to_owned(),
        risk: match scored.risk {
            Risk::Small => FormRisk::Small,
            Risk::Medium => FormRisk::Medium,
            Risk::Large => FormRisk::Large,
        },
        risk_text: format!("{risk} ({} {of} {maximum})", scored.score),
        meaning: said::entry_meaning(scored.verdict, submitted.for_date, lang),
        privacy: privacy(lang).to_owned(),
        pending: submitted.pending,
    }
}

const fn privacy(lang: Lang) -> &'static str {
    lang.pick(
        "Jawaban disegel di HP ini dan hanya dapat dibaca Dinas Kesehatan. Atasan hanya melihat: boleh masuk, tidak boleh masuk, atau belum mengisi.",
        "Answers are sealed on this phone for the health office alone. Your head sees only: may enter, may not enter, or not submitted.",
    )
}
