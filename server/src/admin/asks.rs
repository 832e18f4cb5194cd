//! Decisions on what people ask. Each is added beside those before; none is ever changed.

use std::collections::BTreeSet;

use hadir_core::{
    ask::{Standing, fact_of},
    judge::Ruling,
    model::{EnvelopeHash, Words},
    wire::Answer,
};

use super::{Admin, AdminError};
use crate::{
    asks::{Asked, OfficeAsk, find, short},
    store::{FactNo, NewDecision, NewFact, NewRuling, StoreError, StoreTx},
};

impl Admin<'_> {
    /// Grants a request: it becomes the dated fact that roster, judge and assignment know. `after` is the number of the
    /// decision that whoever decides has before their eyes (0: none); `None` asks nobody.
    ///
    /// # Errors
    /// [`AdminError::UnknownAsk`], [`AdminError::Withdrawn`], [`AdminError::AlreadyDecided`], [`AdminError::DecidedMeanwhile`],
    /// [`AdminError::Text`] for a reason that is too long.
    pub fn grant_request(
        &self,
        hash: &EnvelopeHash,
        reason: Option<&str>,
        after: Option<u64>,
    ) -> Result<u64, AdminError> {
        let reason = reason.map(words).transpose()?;
        self.act("request.grant", |tx| {
            let ask = asked(tx, hash, after)?;
            let Asked::Request(request) = &ask.asked else { return Err(unknown(hash)) };
            match ask.standing {
                Standing::Open | Standing::Refused => {}
                Standing::Granted => return Err(AdminError::AlreadyDecided(short(hash))),
                Standing::Withdrawn | Standing::WithdrawnAfterGrant => {
                    return Err(AdminError::Withdrawn(short(hash)));
                }
            }
            let reference = format!("permohonan {}, {}", ask.short(), self.by);
            let fact = fact_of(request, ask.person.clone(), reference)
                .map_err(|error| StoreError::Engine(error.to_string()))?;
            let fact = tx.add_fact(&NewFact { fact, by: self.by.to_owned(), at_ms: self.now_ms })?;
            let no = self.decide(tx, &ask, Answer::Granted, reason, Some(fact), Vec::new())?;
            // One person's leave may move another's turn.
            tx.bump_roster(None)?;
            Ok((no, format!("{no}: {} of {}, fact {fact}", ask.short(), ask.person)))
        })
    }

    /// Refuses a request, or takes back what was granted: its fact is cancelled.
    ///
    /// # Errors
    /// As [`Self::grant_request`]; [`AdminError::Text`] for a reason that is missing.
    pub fn refuse_request(&self, hash: &EnvelopeHash, reason: &str, after: Option<u64>) -> Result<u64, AdminError> {
        let reason = words(reason)?;
        self.act("request.refuse", |tx| {
            let ask = asked(tx, hash, after)?;
            if !matches!(ask.asked, Asked::Request(_)) {
                return Err(unknown(hash));
            }
            match ask.standing {
                Standing::Open | Standing::Granted | Standing::WithdrawnAfterGrant => {}
                Standing::Refused => return Err(AdminError::AlreadyDecided(short(hash))),
                Standing::Withdrawn => return Err(AdminError::Withdrawn(short(hash))),
            }
            for fact in ask.decisions.iter().filter_map(|decision| decision.new.fact) {
                tx.cancel_fact(fact, self.by, self.now_ms)?;
            }
            let no = self.decide(tx, &ask, Answer::Refused, Some(reason), None, Vec::new())?;
            tx.bump_roster(None)?;
            Ok((no, format!("{no}: {} of {}", ask.short(), ask.person)))
        })
    }

    /// Upholds an appeal: a correction is added to each of `windows` and to each that an earlier decision on it corrected, or to
    /// the whole day where there are none. What was computed stays beside it.
    ///
    /// # Errors
    /// As [`Self::refuse_request`].
    pub fn uphold_appeal(
        &self,
        hash: &EnvelopeHash,
        windows: &[String],
        ruling: Ruling,
        reason: &str,
        after: Option<u64>,
    ) -> Result<u64, AdminError> {
        self.rule_on("appeal.uphold", hash, Answer::Granted, reason, after, |ask| {
            let Asked::Appeal(appeal) = &ask.asked else { return Vec::new() };
            let windows: BTreeSet<Option<String>> = match appeal.window() {
                Some(window) => BTreeSet::from([Some(window.to_owned())]),
                None => {
                    let corrected = ask.corrected_windows.iter().map(|(window, _)| window.clone());
                    windows.iter().cloned().map(Some).chain(corrected).collect()
                }
            };
            let windows = if windows.is_empty() { BTreeSet::from([None]) } else { windows };
            windows.into_iter().map(|window| (window, ruling)).collect()
        })
    }

    /// Rejects an appeal. Where an earlier decision upheld it, what was computed holds again.
    ///
    /// # Errors
    /// As [`Self::refuse_request`].
    pub fn reject_appeal(&self, hash: &EnvelopeHash, reason: &str, after: Option<u64>) -> Result<u64, AdminError> {
        self.rule_on("appeal.reject", hash, Answer::Refused, reason, after, |ask| ask.corrected_windows.clone())
    }

    fn rule_on(
        &self,
        what: &str,
        hash: &EnvelopeHash,
        answer: Answer,
        reason: &str,
        after: Option<u64>,
        corrections: impl FnOnce(&RuledOn) -> Vec<(Option<String>, Ruling)>,
    ) -> Result<u64, AdminError> {
        let reason = words(reason)?;
        self.act(what, |tx| {
            let ask = asked(tx, hash, after)?;
            let Asked::Appeal(appeal) = &ask.asked else { return Err(unknown(hash)) };
            if matches!(ask.standing, Standing::Withdrawn) {
                return Err(AdminError::Withdrawn(short(hash)));
            }
            let same = |decision: &NewDecision| decision.answer == answer && decision.reason.as_ref() == Some(&reason);
            if ask.decisions.last().is_some_and(|decision| same(&decision.new)) {
                return Err(AdminError::AlreadyDecided(short(hash)));
            }
            let ruled_on = RuledOn { asked: ask.asked.clone(), corrected_windows: corrected(tx, &ask, appeal.date())? };
            let mut rulings = Vec::new();
            for (window, ruling) in corrections(&ruled_on) {
                let verdict = serde_json::to_string(&ruling).map_err(|error| StoreError::Engine(error.to_string()))?;
                rulings.push(tx.add_ruling(&NewRuling {
                    person: ask.person.clone(),
                    date: appeal.date(),
                    window,
                    verdict,
                    reason: reason.clone(),
                    by: self.by.to_owned(),
                    at_ms: self.now_ms,
                })?);
            }
            let detail = format!("{} of {}, rulings {rulings:?}", ask.short(), ask.person);
            let no = self.decide(tx, &ask, answer, Some(reason), None, rulings)?;
            tx.bump_roster(Some(&ask.person))?;
            Ok((no, format!("{no}: {detail}")))
        })
    }

    fn decide(
        &self,
        tx: &mut dyn StoreTx,
        ask: &OfficeAsk,
        answer: Answer,
        reason: Option<String>,
        fact: Option<FactNo>,
        rulings: Vec<u64>,
    ) -> Result<u64, AdminError> {
        Ok(tx.add_decision(&NewDecision {
            person: ask.person.clone(),
            reference: ask.hash,
            answer,
            reason,
            by: self.by.to_owned(),
            at_ms: self.now_ms,
            fact,
            rulings,
        })?)
    }
}

/// An appeal that is ruled on, with what taking back its rulings would rule.
struct RuledOn {
    asked: Asked,
    corrected_windows: Vec<(Option<String>, Ruling)>,
}

/// The windows that earlier decisions on an appeal corrected, each with the ruling that takes it back.
fn corrected(
    tx: &mut dyn StoreTx,
    ask: &OfficeAsk,
    date: chrono::NaiveDate,
) -> Result<Vec<(Option<String>, Ruling)>, AdminError> {
    let numbers: Vec<u64> = ask.decisions.iter().flat_map(|decision| decision.new.rulings.iter().copied()).collect();
    let mut windows: Vec<Option<String>> = Vec::new();
    for stored in tx.rulings(Some(&ask.person), date, date)? {
        if numbers.contains(&stored.no) && !windows.contains(&stored.ruling.window) {
            windows.push(stored.ruling.window);
        }
    }
    Ok(windows.into_iter().map(|window| (window, Ruling::AsComputed)).collect())
}

fn words(reason: &str) -> Result<String, AdminError> {
    let max = hadir_core::limits::ask::WORDS_CHARS;
    Words::new(reason).map(String::from).map_err(|_| AdminError::Text { what: "the reason", max })
}

fn unknown(hash: &EnvelopeHash) -> AdminError {
    AdminError::UnknownAsk(short(hash))
}

fn asked(tx: &mut dyn StoreTx, hash: &EnvelopeHash, after: Option<u64>) -> Result<OfficeAsk, AdminError> {
    let ask = find(tx.as_read(), hash)?.ok_or_else(|| unknown(hash))?;
    match after {
        Some(after) if after != ask.decided() => Err(AdminError::DecidedMeanwhile(short(hash))),
        _ => Ok(ask),
    }
}
