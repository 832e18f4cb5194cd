//! The whole history in its signed form, for anyone to check with the agency's public root (protocol §8).

use std::collections::BTreeSet;

use super::{CheckInEngine, EngineError, upload::record_of};
use crate::{
    history::Export,
    journal::{FrameKind, Pos, Step},
    model::{Body, EnvelopeHash, Note},
    wire::{ReceiptAnswer, VERSION},
};

impl CheckInEngine {
    /// Exports everything that this phone holds of its history: records, receipts, tokens, all as signed. Goes through the whole store.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`]; [`EngineError::Store`] when the store can't be read.
    pub fn export(&self) -> Result<Export, EngineError> {
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let trust = store.state.trust.clone().ok_or(EngineError::NotEnrolled)?;
        let (mut records, mut receipts, mut tokens) = (Vec::new(), Vec::<ReceiptAnswer>::new(), Vec::new());
        let mut seen = BTreeSet::new();
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
        records.sort_by_key(|(place, _)| *place);
        Ok(Export {
            v: VERSION,
            trust,
            install: store.install(),
            key: store.key.public().as_b64(),
            records: records.into_iter().map(|(_, compact)| compact).collect(),
            receipts,
            tokens,
        })
    }
}
