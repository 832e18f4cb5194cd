//! `hadir phone form`: the self-assessment, asked in the terminal or answered by argument. What is answered is sealed by
//! the engine. What is answered half-way is kept as a draft, sealed and on this phone alone, and never shown again.

use std::io::{self, BufRead, Write};

use chrono::NaiveDate;
use hadir_core::{
    engine::{DraftFound, EngineError, FormState, FormSubmitted, Today},
    form::{Answers, FormDefinition},
    model::EntryVerdict,
    text::{Lang, engine, time::short_date},
};
use serde_json::json;
use zeroize::Zeroizing;

use super::{act::RecordDone, args::FormArgs, deliver, failure::Failure, handset::Handset};
use crate::out::{Exit, Out};

/// Why given answers can't be read. Names places and questions, never answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BadAnswers {
    /// Not in one of the two forms.
    Unreadable,
    /// Another number of answers than questions.
    Count {
        /// Answers.
        given: usize,
        /// Questions.
        asked: usize,
    },
}

impl BadAnswers {
    /// Says it in a language.
    pub(super) fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Unreadable, Lang::Id) => {
                "jawaban tidak terbaca; tulis satu huruf per pertanyaan seperti ttttty, atau 1=t,2=y,… (y = ya, t = tidak)".to_owned()
            }
            (Self::Unreadable, Lang::En) => {
                "the answers can't be read; write one letter a question such as ttttty, or 1=t,2=y,… (y = yes, t = no)".to_owned()
            }
            (Self::Count { given, asked }, Lang::Id) => format!("{given} jawaban untuk {asked} pertanyaan"),
            (Self::Count { given, asked }, Lang::En) => format!("{given} answers to {asked} questions"),
        }
    }
}

/// Answers as they were written, before the form is known. `Debug` shows none.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// One for each question, in order.
    InOrder(Vec<bool>),
    /// By question.
    Named(Answers),
}

impl std::fmt::Debug for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Written(…)")
    }
}

impl Written {
    /// Reads `ttttty` or `1=t,2=y`.
    pub(super) fn parse(text: &str) -> Result<Self, BadAnswers> {
        let text = text.trim().to_lowercase();
        if text.contains('=') {
            let pairs = text.split([',', ' ', ';']).filter(|pair| !pair.is_empty());
            let answers = pairs.map(|pair| {
                let (question, answer) = pair.split_once('=')?;
                Some((question.trim().to_owned(), yes_or_no(answer)?))
            });
            return answers.collect::<Option<Answers>>().map(Self::Named).ok_or(BadAnswers::Unreadable);
        }
        let letters = text.chars().filter(|c| !c.is_whitespace() && *c != ',');
        let answers: Option<Vec<bool>> = letters.map(|letter| yes_or_no(letter.encode_utf8(&mut [0; 4]))).collect();
        answers.filter(|answers| !answers.is_empty()).map(Self::InOrder).ok_or(BadAnswers::Unreadable)
    }

    /// Fits them to a form.
    pub(super) fn fit(self, form: &FormDefinition) -> Result<Answers, BadAnswers> {
        match self {
            Self::Named(answers) => Ok(answers),
            Self::InOrder(answers) if answers.len() == form.questions.len() => {
                Ok(form.questions.iter().map(|question| question.id.clone()).zip(answers).collect())
            }
            Self::InOrder(answers) => Err(BadAnswers::Count { given: answers.len(), asked: form.questions.len() }),
        }
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "y" | "ya" | "yes" => Some(true),
        "t" | "tidak" | "n" | "no" => Some(false),
        _ => None,
    }
}

/// The office day to fill for: the first that waits; if none does, the first that was filled.
pub(super) fn due(today: &Today) -> Option<NaiveDate> {
    let waits = today.forms.iter().find(|form| !matches!(form.state, FormState::Submitted { .. }));
    waits.or(today.forms.first()).map(|form| form.duty.target_date)
}

/// Fills the self-assessment and syncs.
pub(super) fn fill(handset: &Handset, args: &FormArgs, out: Out) -> Result<Exit, Failure> {
    let written = match args.answers.as_deref() {
        None if out.json => return Err(Failure::NotAnswered),
        None => None,
        Some("-") => {
            let mut line = Zeroizing::new(String::new());
            io::stdin().read_line(&mut line).map_err(|_| Failure::NotAnswered)?;
            Some(Written::parse(&line).map_err(Failure::Answers)?)
        }
        Some(text) => Some(Written::parse(text).map_err(Failure::Answers)?),
    };
    let today = handset.engine.today()?;
    let date = args.date.or_else(|| due(&today)).ok_or(Failure::NoForm)?;
    let form = definition(handset, date)?;
    let answers = match written {
        Some(written) => written.fit(form).map_err(Failure::Answers)?,
        None => ask_on(handset, form, date, args.anew, out)?,
    };
    let submitted = handset.engine.submit_form(date, &answers)?;
    tell(&submitted, out);
    deliver::after(handset, args.after, out)
}

/// The form for a date.
pub(super) fn definition(handset: &Handset, date: NaiveDate) -> Result<&'static FormDefinition, EngineError> {
    handset.engine.form_definition(date)?.ok_or(EngineError::NoFormDue(date))
}

/// Prints what the answers came to, for programs and for people. Score and answers stay off the output for programs: the
/// declared verdict is what leaves the phone in the open.
fn tell(submitted: &FormSubmitted, out: Out) {
    out.object(&done(submitted));
    for line in describe(submitted, out.lang) {
        out.say(line);
    }
}

/// A filled form as it is printed for programs.
pub(super) fn done(submitted: &FormSubmitted) -> serde_json::Value {
    let record = RecordDone::of("form", submitted.id, submitted.link, submitted.pending);
    let mut object = json!(record);
    object["for_date"] = json!(submitted.for_date);
    object["verdict"] = json!(submitted.scored.verdict);
    object
}

/// A filled form in words: the result and what it means.
pub(super) fn describe(submitted: &FormSubmitted, lang: Lang) -> Vec<String> {
    let scored = &submitted.scored;
    let (risk, date) = (engine::risk(scored.risk, lang), short_date(submitted.for_date, lang));
    let mut lines = vec![match lang {
        Lang::Id => format!("Tercatat di HP ini untuk {date}, menunggu dikirim. Nilai {}: {risk}.", scored.score),
        Lang::En => format!("Recorded on this phone for {date}, waiting to be sent. Score {}: {risk}.", scored.score),
    }];
    let entry = engine::entry_verdict(scored.verdict, lang);
    lines.push(match (scored.verdict, lang) {
        (EntryVerdict::MayEnter, Lang::Id) => format!("{entry}; suhu badan diperiksa di pintu masuk."),
        (EntryVerdict::MayEnter, Lang::En) => format!("{entry}; your temperature is taken at the door."),
        (EntryVerdict::MayNotEnter, Lang::Id) => {
            format!("{entry}. Hari itu menjadi bekerja dari rumah (arahan kesehatan): tidak terlambat, tidak mangkir.")
        }
        (EntryVerdict::MayNotEnter, Lang::En) => {
            format!("{entry}. That day becomes one at home by health direction: not late, not absent.")
        }
    });
    lines.push(
        lang.pick(
            "Jawaban Anda disegel: hanya Dinas Kesehatan yang dapat membukanya; atasan hanya melihat boleh atau tidak boleh masuk.",
            "Your answers are sealed: the health office alone can open them; the head sees only may or may not enter.",
        )
        .to_owned(),
    );
    lines
}

/// Asks what is not answered yet, and keeps each answer as it is given: an interruption costs none of them.
fn ask_on(handset: &Handset, form: &FormDefinition, date: NaiveDate, anew: bool, out: Out) -> Result<Answers, Failure> {
    let engine = &handset.engine;
    if anew {
        engine.discard_draft(date)?;
    }
    let before = match engine.load_draft(date)? {
        DraftFound::Draft(draft) => {
            let (given, asked) = (draft.answers.len(), form.questions.len());
            out.warn(&match out.lang {
                Lang::Id => format!("Melanjutkan: {given} dari {asked} pertanyaan sudah dijawab (--anew: mulai lagi)"),
                Lang::En => format!("Going on: {given} of {asked} questions are answered (--anew: begin anew)"),
            });
            draft.answers
        }
        DraftFound::Unusable => {
            out.warn(out.lang.pick(
                "Konsep yang tersimpan tidak dapat dibaca; dimulai lagi.",
                "The draft that was kept can't be read; beginning anew.",
            ));
            Answers::new()
        }
        DraftFound::Nothing => Answers::new(),
    };
    // A draft that can't be kept, on a full disk say, must not stop the form.
    let keep = |answers: &Answers| drop(engine.save_draft(date, answers));
    ask(form, date, before, keep, out).map_err(|_| Failure::NotAnswered)
}

/// Asks the questions in the terminal: the words go to standard error, so that output can be piped.
fn ask(
    form: &FormDefinition,
    date: NaiveDate,
    mut answers: Answers,
    keep: impl Fn(&Answers),
    out: Out,
) -> io::Result<Answers> {
    let lang = out.lang;
    let (mut screen, mut keys) = (io::stderr().lock(), io::stdin().lock());
    writeln!(screen, "{} — {} {}, {}", form.title.in_lang(lang), form.basis.kind, form.basis.number, form.basis.part)?;
    writeln!(screen, "{}: {}\n", lang.pick("Untuk", "For"), short_date(date, lang))?;
    writeln!(screen, "{}\n", form.preamble.in_lang(lang))?;
    for question in &form.questions {
        if answers.get(&question.id).is_some() {
            continue;
        }
        loop {
            write!(screen, "{}. {} [{}] ", question.id, question.text.in_lang(lang), lang.pick("ya/tidak", "yes/no"))?;
            screen.flush()?;
            let mut line = Zeroizing::new(String::new());
            if keys.read_line(&mut line)? == 0 {
                writeln!(screen)?;
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(yes) = yes_or_no(&line) {
                answers.answer(question.id.clone(), yes);
                keep(&answers);
                break;
            }
            writeln!(screen, "   {}", lang.pick("Jawab ya atau tidak.", "Answer yes or no."))?;
        }
    }
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form1() -> &'static FormDefinition {
        hadir_core::form::definition("form1", 1).unwrap()
    }

    #[test]
    fn answers_in_a_row_and_by_question_are_the_same() {
        let row = Written::parse("ttttty").unwrap().fit(form1()).unwrap();
        let named = Written::parse("1=n, 2=no,3=tidak,4=t,5=T,6=Ya").unwrap().fit(form1()).unwrap();
        assert!(row == named);
        assert_eq!(row.get("6"), Some(true));
    }

    #[test]
    fn answers_that_are_none_are_refused_without_being_repeated() {
        for bad in ["", "xyz", "ttttt?", "1=maybe", "=", "1=y,2"] {
            assert_eq!(Written::parse(bad), Err(BadAnswers::Unreadable), "{bad}");
        }
        assert!(matches!(Written::parse("ttt").unwrap().fit(form1()), Err(BadAnswers::Count { given: 3, asked: 6 })));
        assert_eq!(format!("{:?}", Written::parse("ttttty").unwrap()), "Written(…)");
    }
}
