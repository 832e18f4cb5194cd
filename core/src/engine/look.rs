//! Looks up records of the past with the evidence that belongs to them: through the index where it answers, else in an
//! index made on the spot. Either way the answer is the same.

use std::collections::BTreeMap;

use super::{
    EngineError,
    state::{AnchorSeen, trusted},
    store::Store,
    upload::record_of,
};
use crate::{
    index::{Answer, Index, Keeper, KeeperError, Question, SessionSpan},
    journal::{Frame, FrameKind, JournalError, Pos, Reader, Step},
    model::{Body, EnvelopeHash, Kind, Note, Record, SessionId},
    order,
    time::{Anchor, Anchors},
    wire::{Receipt, ReceiptAnswer, TimeToken},
};

/// A receipt that the store holds.
pub(super) struct HeldReceipt {
    pub(super) receipt: Receipt,
    pub(super) hash: EnvelopeHash,
}

/// Records of the past with what is known of them.
#[derive(Default)]
pub(super) struct History {
    /// By epoch and place.
    pub(super) records: Vec<(Record, EnvelopeHash)>,
    /// In the order in which they came.
    pub(super) receipts: Vec<HeldReceipt>,
    pub(super) anchors: Anchors,
}

impl History {
    /// The first receipt that covers a record.
    pub(super) fn covering(&self, record: &Record) -> Option<&HeldReceipt> {
        let covers = |held: &&HeldReceipt| {
            held.receipt.epoch == record.epoch && (held.receipt.from..=held.receipt.to).contains(&record.seq)
        };
        self.receipts.iter().find(covers)
    }
}

/// What looking up takes of a store: it may last, so nobody is kept from recording meanwhile.
pub(super) struct Lookup {
    reader: Reader,
    anchors: Anchors,
}

impl Store {
    /// Prepares a look at what has been recorded so far.
    pub(super) fn lookup(&self) -> Lookup {
        Lookup { reader: self.journal.reader(), anchors: self.anchors.clone() }
    }

    /// Everything that there is, in one pass.
    pub(super) fn look_at_all(&self) -> Result<History, EngineError> {
        self.lookup().all()
    }
}

impl Lookup {
    /// Looks up records.
    pub(super) fn ask(&self, index: Option<&dyn Index>, question: &Question) -> Result<History, EngineError> {
        let reader = &self.reader;
        let asked = index.and_then(|index| self.collect(reader, question, |asked| index.ask(reader.clone(), asked)));
        if let Some(history) = asked {
            return Ok(history);
        }
        let keeper = Keeper::of_all(reader).map_err(|error| match error {
            KeeperError::Journal(error) => error,
            KeeperError::Table(_) | KeeperError::OtherJournal | KeeperError::NotWhole | KeeperError::Behind => {
                unreachable!("a new table in memory neither fails nor has another past")
            }
        })?;
        let history = self.collect(reader, question, |asked| keeper.answer(&asked, reader).ok());
        // A frame that can't be read back a moment after it was read: the medium is failing.
        history.ok_or(EngineError::Store(JournalError::NoFrame(reader.end())))
    }

    /// The oldest record that is kept.
    pub(super) fn first_record(&self) -> Result<Option<Record>, EngineError> {
        for step in self.reader.iter_from(Pos::START)? {
            if let Step::Frame(frame) = step?
                && frame.kind == FrameKind::Record
                && let Some((record, _)) = record_of(&frame.body)
            {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// Everything that there is, in one pass.
    pub(super) fn all(&self) -> Result<History, EngineError> {
        let mut history = History { anchors: self.anchors.clone(), ..History::default() };
        let mut anchors = Vec::new();
        for step in self.reader.iter_from(Pos::START)? {
            let Step::Frame(frame) = step? else { continue };
            match frame.kind {
                FrameKind::Record => {
                    let Some((record, hash)) = record_of(&frame.body) else { continue };
                    anchors.extend(anchor_of(&record));
                    history.records.push((record, hash));
                }
                FrameKind::Receipt => history.receipts.extend(receipt_of(&frame)),
                _ => {}
            }
        }
        order::sort_by_key(&mut history.records, |(record, _)| (record.epoch, record.seq));
        history.anchors.extend(&anchors);
        Ok(history)
    }

    /// Reads what the answers to a question, and to those that follow from it, point at. `None` where an answer is missing
    /// or points at something else.
    fn collect(
        &self,
        reader: &Reader,
        question: &Question,
        mut ask: impl FnMut(Question) -> Option<Answer>,
    ) -> Option<History> {
        let Answer::Places(places) = ask(question.clone())? else { return None };
        let frames = reader.read_all(places.iter().map(|place| place.pos)).ok()?;
        let mut history = History { anchors: self.anchors.clone(), ..History::default() };
        let mut spans = BTreeMap::<SessionId, SessionSpan>::new();
        for (frame, place) in frames.iter().zip(&places) {
            let (record, hash) =
                record_of(&frame.body).filter(|(record, _)| record.epoch == place.epoch && record.seq == place.seq)?;
            let (session, elapsed_ms) = (record.time.session, record.time.elapsed_ms);
            let span = spans.entry(session).or_insert(SessionSpan { session, from_ms: elapsed_ms, to_ms: elapsed_ms });
            (span.from_ms, span.to_ms) = (span.from_ms.min(elapsed_ms), span.to_ms.max(elapsed_ms));
            history.records.push((record, hash));
        }
        if history.records.is_empty() {
            return Some(history);
        }
        let Answer::Positions(tokens) = ask(Question::Tokens(spans.into_values().collect()))? else { return None };
        let tokens = reader.read_all(tokens).ok()?;
        let anchor_at = |frame: &Frame| noted_at(&record_of(&frame.body)?.0);
        let anchors = tokens.iter().map(anchor_at).collect::<Option<Vec<_>>>()?;
        let anchors: Vec<Anchor> = anchors.iter().filter_map(AnchorSeen::anchor).collect();
        history.anchors.extend(&anchors);
        let covered = places.iter().map(|place| (place.epoch, place.seq)).collect();
        let Answer::Positions(receipts) = ask(Question::Receipts(covered))? else { return None };
        history.receipts = reader.read_all(receipts).ok()?.iter().map(receipt_of).collect::<Option<Vec<_>>>()?;
        Some(history)
    }
}

/// The anchor of a token that a record notes.
fn anchor_of(record: &Record) -> Option<Anchor> {
    noted_at(record)?.anchor()
}

/// The token that a record notes, with the readings around it.
fn noted_at(record: &Record) -> Option<AnchorSeen> {
    if record.kind != Kind::Note {
        return None;
    }
    match record.body().ok()? {
        Body::Note(Note::TimeToken { token, session, run, s_ms, r_ms }) => {
            let TimeToken { t_ms, err_ms, .. } = trusted(&token)?;
            Some(AnchorSeen { session, run, s_ms, r_ms, t_ms, err_ms })
        }
        _ => None,
    }
}

fn receipt_of(frame: &Frame) -> Option<HeldReceipt> {
    let answer: ReceiptAnswer = serde_json::from_slice(&frame.body).ok()?;
    let receipt = trusted::<Receipt>(&answer.receipt)?;
    let hash = EnvelopeHash::of(&answer.receipt);
    Some(HeldReceipt { receipt, hash })
}
