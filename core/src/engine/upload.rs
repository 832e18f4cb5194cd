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
    limits::{engine as limits, net},
    model::{EnvelopeHash, EpochCause, EpochStart, Record, SeqRange},
    sync::{Batch, SentObject},
    wire::{Stub, VERSION},
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
    /// Loads the objects of a batch; `None` if none of its places is here any more, which is then taken note of.
    pub(super) fn load(&mut self, batch: &Batch, ahead: &mut Lookahead) -> Result<Option<Load>, EngineError> {
        let start = self.state.pending_from.unwrap_or(Pos::START);
        ahead.reach(self, batch, start)?;
        if !ahead.starts_at(batch) && start != Pos::START {
            // Before anything is called lost, it is looked for everywhere.
            ahead.clear();
            ahead.reach(self, batch, Pos::START)?;
        }
        let mut load = Load { objects: Vec::new(), body: Vec::new(), last: start };
        let mut next = batch.from;
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
                Err(error) => return Err(error.into()),
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
        if load.objects.is_empty() {
            let until = ahead.0.iter().find(|place| place.epoch == batch.epoch && place.seq > batch.from);
            self.lose(batch.epoch, batch.from, until.map_or(batch.to, |place| place.seq - 1))?;
            ahead.clear();
            return Ok(None);
        }
        Ok(Some(load))
    }

    /// The record, or if it is parked the stub that goes in its place.
    fn object(&self, epoch: u32, seq: u64, compact: String) -> Result<(SentObject, String), EngineError> {
        let hash = EnvelopeHash::of(&compact);
        let Some(reason) = self.state.outbox.parked_reason(epoch, seq) else {
            return Ok((SentObject { seq, hash, stub: false }, compact));
        };
        let reason = reason.to_owned();
        let stub = sign(&self.key, &Stub { v: VERSION, install: self.install(), epoch, seq, hash, reason })?;
        let object = SentObject { seq, hash: stub.hash(), stub: true };
        Ok((object, stub.into_parts().1))
    }

    /// Takes note that records are gone from the storage, and that a new epoch must say so.
    fn lose(&mut self, epoch: u32, from_seq: u64, to_seq: u64) -> Result<(), EngineError> {
        let missing = SeqRange { from_seq, to_seq };
        let start =
            EpochStart { cause: EpochCause::Damage, last_good: self.state.outbox.last_held(), missing: Some(missing) };
        let above = self.state.head.map_or(epoch, |head| head.epoch);
        self.control(&[
            Control::json(FrameKind::Note, &Remark::Lost { epoch, missing }),
            Control::json(FrameKind::Note, &Remark::Doubt(Doubt { start, above })),
        ])
    }
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
