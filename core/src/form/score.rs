//! What the answers come to.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::FormDefinition;
use crate::model::EntryVerdict;

/// Answers by question id, *Ya* as true. Health data: `Debug` shows how many, never which; wiped when dropped.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, bool>);

impl Answers {
    /// No answers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives an answer, in place of an earlier one.
    pub fn answer(&mut self, question: impl Into<String>, yes: bool) {
        self.0.insert(question.into(), yes);
    }

    /// The answer to a question.
    #[must_use]
    pub fn get(&self, question: &str) -> Option<bool> {
        self.0.get(question).copied()
    }

    /// Each answer, by question id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.iter().map(|(question, yes)| (question.as_str(), *yes))
    }

    /// How many questions are answered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<Q: Into<String>> FromIterator<(Q, bool)> for Answers {
    fn from_iter<I: IntoIterator<Item = (Q, bool)>>(answers: I) -> Self {
        Self(answers.into_iter().map(|(question, yes)| (question.into(), yes)).collect())
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answers({} given)", self.0.len())
    }
}

/// How great the risk is by the form's thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// *Risiko kecil.*
    Small,
    /// *Risiko sedang.*
    Medium,
    /// *Risiko besar.*
    Large,
}

/// What the answers of one form come to. For the health office; the head sees the verdict only.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// The sum of the weights answered *Ya*.
    pub score: u32,
    /// The risk.
    pub risk: Risk,
    /// Whether the person may enter the workplace.
    pub verdict: EntryVerdict,
}

impl fmt::Debug for Scored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scored({})", self.verdict.as_str())
    }
}

/// Why answers do not fit a form. Names questions, never answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Questions left open.
    #[error("not answered: {}; answer each question with Ya or Tidak", .0.join(", "))]
    Missing(Vec<String>),
    /// Answers to questions that the form does not ask.
    #[error("{form} version {version} does not ask {}; use the form's version that was filled", .unknown.join(", "))]
    Unknown {
        /// The form's id.
        form: String,
        /// The form's version.
        version: u32,
        /// The question ids.
        unknown: Vec<String>,
    },
}

impl FormDefinition {
    /// Scores whole answers.
    ///
    /// # Errors
    /// [`FormError`] naming every unknown question, else every question left open.
    pub fn score(&self, answers: &Answers) -> Result<Scored, FormError> {
        let unknown: Vec<String> =
            answers.iter().filter(|(id, _)| self.question(id).is_none()).map(|(id, _)| id.to_owned()).collect();
        if !unknown.is_empty() {
            return Err(FormError::Unknown { form: self.id.clone(), version: self.version, unknown });
        }
        let open: Vec<String> =
            self.questions.iter().filter(|q| answers.get(&q.id).is_none()).map(|q| q.id.clone()).collect();
        if !open.is_empty() {
            return Err(FormError::Missing(open));
        }
        let yes = self.questions.iter().filter(|question| answers.get(&question.id) == Some(true));
        let score = yes.fold(0_u32, |sum, question| sum.saturating_add(question.weight));
        let risk = if score >= self.large_from {
            Risk::Large
        } else if score >= self.medium_from {
            Risk::Medium
        } else {
            Risk::Small
        };
        let verdict = if risk == Risk::Large { EntryVerdict::MayNotEnter } else { EntryVerdict::MayEnter };
        Ok(Scored { score, risk, verdict })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::definition;
    use proptest::prelude::*;

    fn answers(yes: [bool; 6]) -> Answers {
        (1..).zip(yes).map(|(n, yes)| (n.to_string(), yes)).collect()
    }

    #[test]
    fn the_thresholds_of_form_1_are_none_one_and_five() {
        let form = definition("form1", 1).unwrap();
        let table = [
            ([false; 6], 0, Risk::Small, EntryVerdict::MayEnter),
            ([true, false, false, false, false, false], 1, Risk::Medium, EntryVerdict::MayEnter),
            ([true, true, true, true, false, false], 4, Risk::Medium, EntryVerdict::MayEnter),
            ([false, false, false, false, true, false], 5, Risk::Large, EntryVerdict::MayNotEnter),
            ([false, false, false, false, false, true], 5, Risk::Large, EntryVerdict::MayNotEnter),
            ([true; 6], 14, Risk::Large, EntryVerdict::MayNotEnter),
        ];
        for (yes, score, risk, verdict) in table {
            assert_eq!(form.score(&answers(yes)), Ok(Scored { score, risk, verdict }));
        }
    }

    #[test]
    fn open_and_unknown_questions_are_named() {
        let form = definition("form1", 1).unwrap();
        let some: Answers = [("1", true), ("4", false)].into_iter().collect();
        let missing = ["2", "3", "5", "6"].map(str::to_owned).to_vec();
        assert_eq!(form.score(&some), Err(FormError::Missing(missing)));
        let mut many = answers([false; 6]);
        many.answer("q7", true);
        let unknown = FormError::Unknown { form: "form1".into(), version: 1, unknown: vec!["q7".into()] };
        assert_eq!(form.score(&many), Err(unknown));
    }

    #[test]
    fn neither_answers_nor_score_show_in_debug() {
        let given = answers([true; 6]);
        assert_eq!(format!("{given:?}"), "Answers(6 given)");
        let scored = definition("form1", 1).unwrap().score(&given).unwrap();
        assert_eq!(format!("{scored:?}"), "Scored(may_not_enter)");
    }

    proptest! {
        #[test]
        fn one_more_ya_never_lowers_the_risk(yes in any::<[bool; 6]>(), flip in 0..6_usize) {
            let form = definition("form1", 1).unwrap();
            let before = form.score(&answers(yes)).unwrap();
            let mut more = yes;
            more[flip] = true;
            let after = form.score(&answers(more)).unwrap();
            prop_assert!(after.score >= before.score && after.risk >= before.risk);
        }
    }
}
