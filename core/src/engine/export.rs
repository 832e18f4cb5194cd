//! The whole history in its signed form, for anyone to check with the agency's public root (protocol §8).

use std::collections::BTreeSet;

use super::{CheckInEngine, EngineError, state::trusted, store::Store, upload::record_of};
use crate::{
    history::{Export, FreedPlaces},
    journal::{FrameKind, Pos, Step},
    model::{Body, EnvelopeHash, Note},
    order,
    wire::{Outcome, Receipt, ReceiptAnswer, VERSION},
};

impl CheckInEngine {
    /// Exports everything that this phone holds of its history: records, receipts, tokens, all as signed. Goes through the whole store.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`]; [`EngineError::Store`] when the store can't be read.
    pub fn export(&self) -> Result<Export, EngineError> {
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let trust = store.state.trust.clone().ok_or(EngineError::NoCertificates)?;
        let (mut records, mut receipts, mut tokens) = (Vec::new(), Vec::<ReceiptAnswer>::new(), Vec::new());
        let mut seen = BTreeSet::new();
        // Receipts outlive the records that they are for.
        for frame in store.journal.kept()?.frames.into_iter().filter(|frame| frame.kind == FrameKind::Receipt) {
            if let Ok(answer) = serde_json::from_slice::<ReceiptAnswer>(&frame.body)
                && seen.insert(EnvelopeHash::of(&answer.receipt))
            {
                receipts.push(answer);
            }
        }
        for step in store.journal.iter_from(Pos::START)? {
            let Step::Frame(frame) = step? else { continue };
            match frame.kind {
                FrameKind::Record => {
                    let Some((record, _)) = record_of(&frame.body) else { continue };
                    if let Ok(Body::Note(Note::TimeToken { token, .. })) = record.body() {
                        tokens.push(token);
                    }
                    records.extend(String::from_utf8(frame.body).map(|compact| ((record.epoch, record.seq), compact)));
                }
                FrameKind::Receipt => {
                    if let Ok(answer) = serde_json::from_slice::<ReceiptAnswer>(&frame.body) {
                        // A batch sent again got the same receipt again.
                        if seen.insert(EnvelopeHash::of(&answer.receipt)) {
                            receipts.push(answer);
                        }
                    }
                }
                _ => {}
            }
        }
        order::sort_by_key(&mut records, |(place, _)| *place);
        let freed = freed(store, &records, &receipts);
        Ok(Export {
            v: VERSION,
            trust,
            install: store.install(),
            key: store.key.public().as_b64(),
            records: records.into_iter().map(|(_, compact)| compact).collect(),
            receipts,
            tokens,
            freed,
        })
    }
}

/// The places that receipts name, up to where this phone freed, and that are not among the records.
fn freed(store: &Store, records: &[((u32, u64), String)], receipts: &[ReceiptAnswer]) -> Vec<FreedPlaces> {
    let Some(through) = store.state.freed else { return Vec::new() };
    let mut places = BTreeSet::new();
    for answer in receipts {
        let Some(receipt) = trusted::<Receipt>(&answer.receipt) else { continue };
        let stored = answer.outcomes.iter().filter(|line| line.outcome == Outcome::Stored);
        places.extend(stored.map(|line| (receipt.epoch, line.seq)));
    }
    let gone = places.into_iter().filter(|place| {
        *place <= (through.epoch, through.seq) && records.binary_search_by_key(place, |(held, _)| *held).is_err()
    });
    let mut spans: Vec<FreedPlaces> = Vec::new();
    for (epoch, seq) in gone {
        match spans.last_mut() {
            Some(span) if span.epoch == epoch && span.to_seq + 1 == seq => span.to_seq = seq,
            _ => spans.push(FreedPlaces { epoch, from_seq: seq, to_seq: seq }),
        }
    }
    spans
}
