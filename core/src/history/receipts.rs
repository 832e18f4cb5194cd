//! The receipts of an export: each by itself, and against the records.

use std::collections::BTreeSet;

use super::{
    Export, Place, Problem, Report,
    chain::{Chain, Meets},
};
use crate::{
    envelope::Envelope,
    model::{EnvelopeHash, InstallId},
    trust::TrustStore,
    wire::{Outcome, Receipt, ReceiptAnswer, outcomes_digest},
};

pub(super) fn check(export: &Export, trust: &TrustStore, chain: &mut Chain, report: &mut Report) {
    let mut brought: BTreeSet<EnvelopeHash> = BTreeSet::new();
    let mut stubs: BTreeSet<Place> = BTreeSet::new();
    for (index, answer) in export.receipts.iter().enumerate() {
        let receipt = match open(answer, trust, export.install) {
            Ok(receipt) => receipt,
            Err(why) => {
                report.problems.push(Problem::Receipt { index, why });
                continue;
            }
        };
        report.receipts += 1;
        brought.insert(receipt.hash());
        for entry in &answer.outcomes {
            let place = Place { epoch: receipt.payload().epoch, seq: entry.seq };
            match (entry.outcome, chain.meets(place, entry.hash)) {
                (Outcome::Stored, Meets::Same) => {
                    chain.cover(place);
                    stubs.remove(&place);
                }
                (Outcome::Stored, Meets::Other) => {
                    report.problems.push(Problem::NotAsReceived { place, receipt: index });
                }
                (Outcome::Stored, Meets::Nothing) => chain.absent(place, entry.hash, is_freed(export, place)),
                (Outcome::Conflict, _) => chain.conflict(place, index),
                // The line is for the stub itself, which is not part of a history.
                (Outcome::Stub, _) => {
                    stubs.insert(place);
                }
            }
        }
    }
    report.stubs = stubs.len();
    report.receipts_not_in_file = chain.named_receipts().difference(&brought).count();
}

fn is_freed(export: &Export, place: Place) -> bool {
    export.freed.iter().any(|span| span.epoch == place.epoch && (span.from_seq..=span.to_seq).contains(&place.seq))
}

/// Opens a receipt and compares it with its own lines.
fn open(answer: &ReceiptAnswer, trust: &TrustStore, install: InstallId) -> Result<Envelope<Receipt>, String> {
    let envelope = trust.open::<Receipt>(&answer.receipt).map_err(|e| e.to_string())?;
    let receipt = envelope.payload();
    let lines = &answer.outcomes;
    let rising = lines.windows(2).all(|pair| pair[0].seq < pair[1].seq);
    let (Some(first), Some(last), true) = (lines.first(), lines.last(), rising) else {
        return Err("its lines do not rise".to_owned());
    };
    let wrong = if receipt.install != install {
        "it is for another installation"
    } else if receipt.digest != outcomes_digest(lines) {
        "its digest is not that of its lines"
    } else if (receipt.from, receipt.to, receipt.head) != (first.seq, last.seq, last.hash) {
        "its span or head is not that of its lines"
    } else {
        return Ok(envelope);
    };
    Err(wrong.to_owned())
}
