//! Finds the records of a batch in the journal, and puts them into the body of a request.

use std::{collections::VecDeque, io::Write as _};

use flate2::{Compression, write::GzEncoder};

use super::{
    EngineError,
    state::{Doubt, Remark, trusted},
    store::{Control, Store},
};
use crate::{
    envelope::{Unverified, sign},
    journal::{FrameKind, JournalError, Pos, Step},
    limits::{engine as limits, net, proofs},
    model::{EnvelopeHash, EpochCause, EpochStart, Record, SeqRange},
    sync::{Batch, SentObject},
    wire::{Gap, Outcome, Proofs, Receipt, ReceiptAnswer, Stub, VERSION},
};

/// Where a record lies.
#[derive(Debug, Clone, Copy)]
struct Place {
    epoch: u32,
    seq: u64,
    pos: Pos,
}

/// Positions of the records to come, looked up ahead so that a long history is not gone through again for each batch.
#[derive(Debug, Default)]
pub(super) struct Lookahead(VecDeque<Place>);

/// The objects of a batch.
pub(super) struct Load {
    pub(super) objects: Vec<SentObject>,
    pub(super) body: Vec<u8>,
    /// Where the last of them lies.
    pub(super) last: Pos,
}

/// What became of the request for a batch.
pub(super) enum Loaded {
    /// Its objects are here.
    Here(Load),
    /// The first of them are no longer here, and these receipts of the server's own prove them.
    Gone(Gap, Vec<ReceiptAnswer>),
    /// None of them is here any more, which is taken note of now.
    Lost,
}

impl Lookahead {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Makes sure that the front is at `(epoch, from)` or after, looking up more if there is nothing there.
    fn reach(&mut self, store: &Store, batch: &Batch, start: Pos) -> Result<(), JournalError> {
        let wanted = (batch.epoch, batch.from);
        while self.0.front().is_some_and(|place| (place.epoch, place.seq) < wanted) {
            self.0.pop_front();
        }
        if self.0.front().is_some_and(|place| (place.epoch, place.seq) == wanted) {
            return Ok(());
        }
        self.0.clear();
        for step in store.journal.iter_from(start)? {
            let Step::Frame(frame) = step? else { continue };
            if frame.kind != FrameKind::Record {
                continue;
            }
            let Some((epoch, seq)) = place_of(&frame.body).filter(|place| *place >= wanted) else { continue };
            self.0.push_back(Place { epoch, seq, pos: frame.pos });
            if self.0.len() >= limits::POSITIONS {
                break;
            }
        }
        Ok(())
    }
}

/// Reads where a record stands, and nothing else of it.
fn place_of(body: &[u8]) -> Option<(u32, u64)> {
    let compact = std::str::from_utf8(body).ok()?;
    let record = Unverified::<Record>::parse(compact).ok()?;
    let record = record.unverified_payload();
    Some((record.epoch, record.seq))
}

impl Store {
    /// Loads the objects of a batch, or says what became of them.
    pub(super) fn load(&mut self, batch: &Batch, ahead: &mut Lookahead) -> Result<Loaded, EngineError> {
        let start = self.state.pending_from.unwrap_or(Pos::START);
        ahead.reach(self, batch, start)?;
        if !ahead.starts_at(batch) && start != Pos::START {
            // Before anything is called lost, it is looked for everywhere.
            ahead.clear();
            ahead.reach(self, batch, Pos::START)?;
        }
        let mut load = Load { objects: Vec::new(), body: Vec::new(), last: start };
        let mut next = batch.from;
        let mut failed = None;
        for place in &ahead.0 {
            if place.epoch != batch.epoch || place.seq > batch.to {
                break;
            }
            if place.seq < next {
                // An epoch goes on after another began only in a store that two copies wrote; the first counts.
                continue;
            }
            if place.seq > next {
                break;
            }
            let compact = match self.journal.read(place.pos) {
                Ok(frame) => String::from_utf8(frame.body).ok(),
                Err(JournalError::NoFrame(_)) => None,
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            };
            let Some(compact) = compact else { break };
            let object = self.object(batch.epoch, place.seq, compact)?;
            if !load.objects.is_empty() && load.body.len() + object.1.len() + 1 > batch.bytes {
                break;
            }
            load.body.extend_from_slice(object.1.as_bytes());
            load.body.push(b'\n');
            load.objects.push(object.0);
            load.last = place.pos;
            next = place.seq + 1;
        }
        if let Some(error) = failed {
            // It lay there when it was looked up. The next look goes over the medium again, and takes what it does not give
            // back for a gap like any other.
            ahead.clear();
            if load.objects.is_empty() {
                return Err(error.into());
            }
        }
        if load.objects.is_empty() {
            let until = ahead.0.iter().find(|place| place.epoch == batch.epoch && place.seq > batch.from);
            let to = until.map_or(batch.to, |place| place.seq - 1);
            ahead.clear();
            return self.gone(Gap { epoch: batch.epoch, from: batch.from, to });
        }
        Ok(Loaded::Here(load))
    }

    /// Records whose bytes are no longer here: their receipts prove what the office had, and the rest is lost.
    fn gone(&mut self, gap: Gap) -> Result<Loaded, EngineError> {
        let receipts = self.receipts_of(gap)?;
        let proven = |seq: u64| receipts.iter().any(|(_, answer)| proves(answer, seq));
        let mut places = gap.from..=gap.to;
        let Some(unproven) = places.find(|seq| !proven(*seq)) else {
            return Ok(Loaded::Gone(gap, receipts.into_iter().map(|(_, answer)| answer).collect()));
        };
        if unproven == gap.from {
            let next = places.find(|seq| proven(*seq));
            self.lose(gap.epoch, gap.from, next.map_or(gap.to, |next| next - 1))?;
            return Ok(Loaded::Lost);
        }
        let gap = Gap { to: unproven - 1, ..gap };
        let of_gap = |receipt: &Receipt| receipt.from <= gap.to;
        let receipts = receipts.into_iter().filter(|(receipt, _)| of_gap(receipt)).map(|(_, answer)| answer);
        Ok(Loaded::Gone(gap, receipts.collect()))
    }

    /// The receipts here that say that the server had places of a gap, oldest first; no more than one request takes.
    fn receipts_of(&self, gap: Gap) -> Result<Vec<(Receipt, ReceiptAnswer)>, EngineError> {
        let (mut found, mut bytes) = (Vec::<(Receipt, ReceiptAnswer)>::new(), 0);
        // The receipts of freed records outlive their segments.
        let kept = self.journal.kept()?.frames.into_iter().map(|frame| Ok((frame.kind, frame.body)));
        let here = self.journal.iter_from(Pos::START)?.filter_map(|step| match step {
            Ok(Step::Frame(frame)) => Some(Ok((frame.kind, frame.body))),
            Ok(Step::Gap(_)) => None,
            Err(error) => Some(Err(error)),
        });
        for frame in kept.chain(here) {
            let (kind, body) = frame?;
            if kind != FrameKind::Receipt {
                continue;
            }
            let Ok(answer) = serde_json::from_slice::<ReceiptAnswer>(&body) else { continue };
            let Some(receipt) = trusted::<Receipt>(&answer.receipt) else { continue };
            let wanted = receipt.epoch == gap.epoch && receipt.from <= gap.to && receipt.to >= gap.from;
            if !wanted || found.iter().any(|(known, _)| *known == receipt) {
                continue;
            }
            bytes += body.len();
            if found.len() == proofs::RECEIPTS || bytes > proofs::BYTES {
                break;
            }
            found.push((receipt, answer));
        }
        Ok(found)
    }

    /// The body that shows the server what it has signed.
    pub(super) fn proofs(&self, gone: Option<Gap>, receipts: Vec<ReceiptAnswer>) -> Vec<u8> {
        let head = self.state.server_head.as_ref().map(|held| held.compact.clone());
        serde_json::to_vec(&Proofs { head, gone, receipts })
            .expect("a struct of texts and numbers always has a JSON form")
    }

    /// The record, or if it is parked the stub that goes in its place.
    fn object(&self, epoch: u32, seq: u64, compact: String) -> Result<(SentObject, String), EngineError> {
        let hash = EnvelopeHash::of(&compact);
        let Some(reason) = self.state.outbox.parked_reason(epoch, seq) else {
            return Ok((SentObject { seq, hash, stub: false }, compact));
        };
        let (reason, order_ms) = (reason.to_owned(), self.state.outbox.order_of(epoch, seq));
        let stub = Stub { v: VERSION, install: self.install(), epoch, seq, hash, reason, order_ms };
        let stub = sign(&self.key, &stub)?;
        let object = SentObject { seq, hash: stub.hash(), stub: true };
        Ok((object, stub.into_parts().1))
    }

    /// Takes note that records are gone from the storage, and that a new epoch must say so.
    pub(super) fn lose(&mut self, epoch: u32, from_seq: u64, to_seq: u64) -> Result<(), EngineError> {
        if !self.state.outbox.clone().lost(epoch, from_seq, to_seq) {
            // Nothing that the office lacks: an epoch for it would say what is not so.
            return Ok(());
        }
        let missing = SeqRange { from_seq, to_seq };
        let start =
            EpochStart { cause: EpochCause::Damage, last_good: self.state.outbox.last_held(), missing: Some(missing) };
        let above = self.state.head.map_or(epoch, |head| head.epoch);
        self.control(vec![
            Control::json(FrameKind::Note, &Remark::Lost { epoch, missing }),
            Control::json(FrameKind::Note, &Remark::Doubt(Doubt { start, above })),
        ])
    }
}

/// Whether the lines of a receipt say that the server had the record of a place, and not a stub for it.
fn proves(answer: &ReceiptAnswer, seq: u64) -> bool {
    answer.outcomes.iter().any(|line| line.seq == seq && line.outcome != Outcome::Stub)
}

impl Lookahead {
    fn starts_at(&self, batch: &Batch) -> bool {
        self.0.front().is_some_and(|place| (place.epoch, place.seq) == (batch.epoch, batch.from))
    }
}

/// Compresses a body where that makes it smaller; returns it with its `Content-Encoding`.
pub(super) fn compress(body: Vec<u8>) -> (Vec<u8>, Option<&'static str>) {
    if body.len() < net::LEAST_COMPRESSED {
        return (body, None);
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 2), Compression::default());
    match encoder.write_all(&body).and_then(|()| encoder.finish()) {
        Ok(packed) if packed.len() < body.len() => (packed, Some("gzip")),
        _ => (body, None),
    }
}

/// The records of a frame's body, for those who read the history.
pub(super) fn record_of(body: &[u8]) -> Option<(Record, EnvelopeHash)> {
    let compact = std::str::from_utf8(body).ok()?;
    Some((trusted::<Record>(compact)?, EnvelopeHash::of(compact)))
}
