//! What a person asks of the office: requests and appeals, recorded like a tap, and the answers that came back.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    CheckInEngine, EngineError,
    screen::Need,
    state::State,
    store::{Draft, Store, new_record_id},
};
use crate::{
    ask::{AppealSeen, Standing, holding, standing},
    judge::Correction,
    limits::ask as limits,
    model::{Appeal, Ask, Body, EnvelopeHash, Grounds, Link, Record, RecordId, Request, TimeEvidence, Words},
    order,
    outbox::Delivery,
    schedule::WindowId,
    wire::Decision,
};

/// An appeal to make; records are named by their ids, as the log shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppealDraft {
    /// The duty date.
    pub date: NaiveDate,
    /// The window; `None` for the whole date.
    pub window: Option<WindowId>,
    /// The record that it is about, such as one that was parked or flagged.
    pub record: Option<RecordId>,
    /// On what it stands.
    pub grounds: Grounds,
    /// What the person writes.
    pub text: Option<Words>,
    /// Records that speak for it.
    pub evidence: Vec<RecordId>,
}

/// A request, an appeal or a withdrawal that is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The record.
    pub id: RecordId,
    /// Its place in the history.
    pub link: Link,
    /// How many records wait to be sent.
    pub pending: u64,
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "asked", rename_all = "snake_case")]
pub enum AskedWhat {
    /// A request to the superior.
    Request {
        /// What for.
        request: Ask,
    },
    /// An appeal.
    Appeal {
        /// Against what.
        appeal: Appeal,
    },
}

/// A request or an appeal with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskToday {
    /// The record.
    pub id: RecordId,
    /// Its hash, as decisions name it.
    pub hash: EnvelopeHash,
    /// When it was made, by the best clock known now, milliseconds.
    pub at_ms: i64,
    /// What it asks.
    #[serde(flatten)]
    pub what: AskedWhat,
    /// Where it is.
    pub delivery: Delivery,
    /// When the server had it, by its clock, milliseconds.
    pub received_ms: Option<i64>,
    /// Where its withdrawal is, if there is one.
    pub withdrawn: Option<Delivery>,
    /// How it stands, as far as this phone was told.
    pub standing: Standing,
    /// Every decision on it, by number. The last one holds.
    pub decisions: Vec<Decision>,
    /// Whether the person has not confirmed the last decision.
    pub unseen: bool,
}

/// A request or an appeal as the state keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct HeldAsk {
    pub(super) id: RecordId,
    pub(super) link: Link,
    pub(super) time: TimeEvidence,
    pub(super) what: AskedWhat,
    /// Server time of its receipt.
    pub(super) received_ms: Option<i64>,
    /// Where its withdrawal stands in the history.
    pub(super) withdrawn: Option<Link>,
}

impl State {
    /// Takes in a request, an appeal or a withdrawal.
    pub(super) fn asked(&mut self, record: &Record, link: Link, body: Body) {
        let what = match body {
            Body::Request(Request::Ask(request)) => AskedWhat::Request { request },
            Body::Appeal(appeal) => AskedWhat::Appeal { appeal },
            Body::Request(Request::Withdraw(hash)) => {
                if let Some(held) = self.asks.iter_mut().find(|held| held.link.hash == hash) {
                    held.withdrawn.get_or_insert(link);
                }
                return;
            }
            _ => return,
        };
        let time = record.time.clone();
        self.asks.push(HeldAsk { id: record.id, link, time, what, received_ms: None, withdrawn: None });
        let spare = self.asks.len().saturating_sub(limits::HELD);
        self.asks.drain(..spare);
    }
}

impl CheckInEngine {
    /// Records a request to the superior. It is on disk when this returns, with or without a network.
    ///
    /// # Errors
    /// [`EngineError::UnknownWindow`] for a window that the rule of those days does not have; and as
    /// [`CheckInEngine::check_in`].
    pub fn request(&self, ask: Ask) -> Result<Asked, EngineError> {
        self.ask(|store| {
            for id in ask.windows() {
                store.knows_window(ask.from(), id)?;
            }
            Ok(Body::Request(Request::Ask(ask)))
        })
    }

    /// Withdraws a request or an appeal of this phone. What was granted already holds until the office takes it back.
    ///
    /// # Errors
    /// [`EngineError::NothingToWithdraw`]; and as [`CheckInEngine::check_in`].
    pub fn withdraw(&self, id: RecordId) -> Result<Asked, EngineError> {
        self.ask(|store| {
            let open = |held: &&HeldAsk| held.id == id && held.withdrawn.is_none();
            let held = store.state.asks.iter().find(open).ok_or(EngineError::NothingToWithdraw)?;
            Ok(Body::Request(Request::Withdraw(held.link.hash)))
        })
    }

    /// Records an appeal against the verdict of a window or a date, or against what became of a record.
    ///
    /// # Errors
    /// [`EngineError::UnknownRecord`] for a record that this phone does not have; [`EngineError::UnknownWindow`];
    /// [`EngineError::Ask`] for what can't be said; and as [`CheckInEngine::check_in`].
    pub fn appeal(&self, draft: AppealDraft) -> Result<Asked, EngineError> {
        self.ask(|store| {
            if let Some(window) = &draft.window {
                store.knows_window(draft.date, window.as_str())?;
            }
            let (record, evidence) = if draft.record.is_none() && draft.evidence.is_empty() {
                (None, Vec::new())
            } else {
                let records = store.look_at_all()?.records;
                let hash_of = |id: &RecordId| {
                    let found = records.iter().find(|(record, _)| record.id == *id);
                    found.map(|(_, hash)| *hash).ok_or(EngineError::UnknownRecord)
                };
                let evidence = draft.evidence.iter().map(hash_of).collect::<Result<_, _>>()?;
                (draft.record.as_ref().map(hash_of).transpose()?, evidence)
            };
            let window = draft.window.map(String::from);
            let appeal = Appeal::new(draft.date, window, draft.grounds, draft.text)?.pointing_to(record, evidence)?;
            Ok(Body::Appeal(appeal))
        })
    }

    /// The requests and appeals of this phone with what became of them, oldest first.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`].
    pub fn requests(&self) -> Result<Vec<AskToday>, EngineError> {
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        Ok(store.state.asks.iter().map(|held| store.ask_today(held)).collect())
    }

    fn ask(&self, body: impl FnOnce(&Store) -> Result<Body, EngineError>) -> Result<Asked, EngineError> {
        let reading = self.ports.clock.read();
        let entropy = &*self.ports.entropy;
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let draft = Draft { id: new_record_id(entropy, reading)?, body: body(store)? };
        let made = store.record(draft, reading, None, entropy)?;
        Ok(Asked { id: made.id, link: made.link, pending: store.state.outbox.pending_count() })
    }
}

impl Store {
    /// Says no to a window that no rule of a date has. Where no rule is known, the person knows best.
    fn knows_window(&self, date: NaiveDate, id: &str) -> Result<(), EngineError> {
        let Some(rule) = self.rules.on(&self.state, date) else { return Ok(()) };
        let policy = &rule.policy;
        let dated = policy.hours_on(date).and_then(|hours| hours.windows.as_ref());
        let shifts = policy.shifts.iter().flat_map(|shift| &shift.windows);
        let mut known = policy.check_in.windows.iter().chain(dated.into_iter().flatten()).chain(shifts);
        if known.any(|window| window.id.as_str() == id) { Ok(()) } else { Err(EngineError::UnknownWindow(id.into())) }
    }

    fn decisions_on(&self, hash: EnvelopeHash) -> Vec<Decision> {
        let all = self.rules.assignment(&self.state).map_or(&[][..], |assignment| &assignment.decisions);
        let mut found: Vec<Decision> = all.iter().filter(|one| one.reference == hash).cloned().collect();
        order::sort_by_key(&mut found, |decision| decision.no);
        found
    }

    fn ask_today(&self, held: &HeldAsk) -> AskToday {
        let decisions = self.decisions_on(held.link.hash);
        let at = |link: Link| self.state.outbox.delivery(link.epoch, link.seq);
        AskToday {
            id: held.id,
            hash: held.link.hash,
            at_ms: self.best_ms(&held.time),
            what: held.what.clone(),
            delivery: at(held.link),
            received_ms: held.received_ms,
            withdrawn: held.withdrawn.map(at),
            standing: standing(&decisions, held.withdrawn.is_some()),
            unseen: holding(&decisions).is_some_and(|last| !self.state.seen_decisions.contains(&last.no)),
            decisions,
        }
    }

    /// When evidence was taken, by the best clock known now, milliseconds.
    pub(super) fn best_ms(&self, time: &TimeEvidence) -> i64 {
        self.anchors.estimate(time.session, time.run, time.elapsed_ms).unwrap_or(time.wall_ms)
    }

    /// Decisions that the person has not confirmed.
    pub(super) fn unseen_decisions(&self) -> Vec<Need> {
        let Some(reference) = self.state.assignment.as_ref().map(|held| held.hash) else { return Vec::new() };
        let asked = self.state.asks.iter().map(|held| self.ask_today(held)).filter(|ask| ask.unseen);
        asked
            .filter_map(|ask| {
                let decision = holding(&ask.decisions)?.clone();
                Some(Need::Decision { what: ask.what, standing: ask.standing, decision, reference })
            })
            .collect()
    }

    /// The appeals of this phone, as the judge shows them.
    pub(super) fn appeals(&self) -> Vec<AppealSeen> {
        let seen = |held: &HeldAsk| match &held.what {
            AskedWhat::Request { .. } => None,
            AskedWhat::Appeal { appeal } => {
                let decisions = self.decisions_on(held.link.hash);
                Some(AppealSeen {
                    record: held.id,
                    hash: held.link.hash,
                    appeal: appeal.clone(),
                    at_ms: self.best_ms(&held.time),
                    arrival_ms: held.received_ms,
                    standing: standing(&decisions, held.withdrawn.is_some()),
                    decision: holding(&decisions).cloned(),
                })
            }
        };
        self.state.asks.iter().filter_map(seen).collect()
    }

    /// The corrections of a date that the assignment brought.
    pub(super) fn corrections(&self, date: NaiveDate) -> Vec<Correction> {
        let all = self.rules.assignment(&self.state).map_or(&[][..], |assignment| &assignment.corrections);
        all.iter().filter(|one| one.date == date).filter_map(Correction::from_the_wire).collect()
    }
}
