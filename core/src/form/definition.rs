//! What a form asks and how it weighs the answers. Later copies of a form are new versions, never edits.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::text::Lang;

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// In Indonesian; of a form, the exact wording of its source.
    pub id: String,
    /// In English.
    pub en: String,
}

impl Bilingual {
    /// The sentence in a language.
    #[must_use]
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Id => &self.id,
            Lang::En => &self.en,
        }
    }
}

/// What a form stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormBasis {
    /// What it is: *Keputusan Menteri Kesehatan*.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Which form of it.
    pub part: String,
}

/// One question, answered *Ya* or *Tidak*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its id within the form, its number: `1`.
    pub id: String,
    /// What is asked.
    pub text: Bilingual,
    /// What *Ya* scores; *Tidak* scores 0.
    pub weight: u32,
}

/// A form: its questions, weights and thresholds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormDefinition {
    /// Its id, such as `form1`.
    pub id: String,
    /// Its version, from 1.
    pub version: u32,
    /// Its title.
    pub title: Bilingual,
    /// What it stands on.
    pub basis: FormBasis,
    /// What is said before the questions.
    pub preamble: Bilingual,
    /// From this score the risk is medium; below it is small.
    pub medium_from: u32,
    /// From this score the risk is large, and the person may not enter.
    pub large_from: u32,
    /// The questions, in order.
    pub questions: Vec<Question>,
}

/// Why a form's data make no form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadForm {
    /// Not the JSON of a form.
    #[error("the form cannot be read: {0}")]
    Unreadable(String),
    /// Two questions of one id.
    #[error("two questions are called {0}; each needs an id of its own")]
    DuplicateQuestion(String),
    /// Thresholds that do not rise within the reachable scores.
    #[error(
        "thresholds must satisfy 0 < medium_from <= large_from <= {maximum}, the highest score that can be reached"
    )]
    Thresholds {
        /// The highest score.
        maximum: u32,
    },
}

impl FormDefinition {
    /// Reads a definition from JSON: a phone has no reader of TOML.
    ///
    /// # Errors
    /// [`BadForm`] if it is no form, repeats a question, or has thresholds that cannot be reached.
    pub fn parse(json: &[u8]) -> Result<Self, BadForm> {
        let form: Self = serde_json::from_slice(json).map_err(|e| BadForm::Unreadable(e.to_string()))?;
        let mut ids = BTreeSet::new();
        for question in &form.questions {
            if !ids.insert(&question.id) {
                return Err(BadForm::DuplicateQuestion(question.id.clone()));
            }
        }
        let maximum = form.maximum();
        let rising = 0 < form.medium_from && form.medium_from <= form.large_from && form.large_from <= maximum;
        if rising { Ok(form) } else { Err(BadForm::Thresholds { maximum }) }
    }

    /// The highest score that can be reached.
    #[must_use]
    pub fn maximum(&self) -> u32 {
        self.questions.iter().fold(0, |sum, question| sum.saturating_add(question.weight))
    }

    /// A question by its id.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }
}

/// The forms of this build.
#[must_use]
pub fn shipped() -> &'static [FormDefinition] {
    static FORMS: OnceLock<Vec<FormDefinition>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let read = FILES.iter().map(|file| {
            FormDefinition::parse(file).expect("`every_shipped_form_is_a_form` reads each file, which is compiled in")
        });
        read.collect()
    })
}

/// The Indonesian wording is that of the decree in each form's basis; the English is ours.
const FILES: [&[u8]; 1] = [include_bytes!("../../../policies/forms/form1.json")];

/// A form of this build by id and version.
#[must_use]
pub fn definition(id: &str, version: u32) -> Option<&'static FormDefinition> {
    shipped().iter().find(|form| form.id == id && form.version == version)
}

/// Whether this build has a form.
#[must_use]
pub fn is_shipped(id: &str, version: u32) -> bool {
    definition(id, version).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_form_is_a_form() {
        for file in FILES {
            FormDefinition::parse(file).unwrap();
        }
    }

    #[test]
    fn form_1_asks_what_the_decree_asks_and_weighs_as_it_weighs() {
        let form = definition("form1", 1).unwrap();
        assert_eq!(form.basis.number, "HK.01.07/MENKES/328/2020");
        assert_eq!(form.questions.iter().map(|q| q.weight).collect::<Vec<_>>(), [1, 1, 1, 1, 5, 5]);
        assert_eq!((form.medium_from, form.large_from, form.maximum()), (1, 5, 14));
        assert_eq!(
            form.questions[4].text.id,
            "Apakah memiliki riwayat kontak erat dengan orang yang dinyatakan ODP, PDP atau konfirm COVID-19 \
             (berjabat tangan, berbicara, berada dalam satu ruangan/satu rumah)?"
        );
    }

    #[test]
    fn a_form_with_a_repeated_question_or_unreachable_threshold_is_refused() {
        let changed = |from: &str, to: &str| {
            let file = std::str::from_utf8(FILES[0]).unwrap();
            assert!(file.contains(from), "{from}");
            FormDefinition::parse(file.replace(from, to).as_bytes())
        };
        assert_eq!(changed(r#""id": "2""#, r#""id": "1""#), Err(BadForm::DuplicateQuestion("1".into())));
        assert_eq!(changed(r#""large_from": 5"#, r#""large_from": 15"#), Err(BadForm::Thresholds { maximum: 14 }));
        assert!(matches!(changed("preamble", "preface"), Err(BadForm::Unreadable(_))));
    }
}
