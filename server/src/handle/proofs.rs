//! What a restored server is shown of its own: a later head, and receipts of records that nobody has any more (protocol §6.6).
//!
//! Only the server's own signatures count, so a phone can prove nothing that the office did not say itself.

use hadir_core::{
    model::EnvelopeHash,
    trust::{TrustError, TrustStore},
    wire::{Head, Outcome, Outcomes, ProblemCode, Proofs, Receipt, outcomes_digest},
};
use sha2::{Digest as _, Sha256};

use super::{Refusal, apply::agency, ingest::move_head};
use crate::store::{Installation, ProvenPlace, Result, StoreError, StoreTx, StoredReceipt};

/// A receipt that is this server's own and fits its lines.
struct Shown {
    receipt: Receipt,
    outcomes: Outcomes,
    hash: EnvelopeHash,
    compact: String,
}

/// Takes what is shown, whole or not at all; returns how many places are proven now that were free.
pub(super) fn take(
    shown: &Proofs,
    phone: &mut Installation,
    tx: &mut dyn StoreTx,
) -> Result<std::result::Result<u64, Refusal>> {
    let trust = agency(tx)?.trust;
    let trust = TrustStore::verify(&trust, &trust.root).map_err(|_| StoreError::Corrupt("agency.trust"))?;
    let (head_ms, receipts) = match check(shown, phone, &trust) {
        Ok(checked) => checked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // What was signed for it while the clock was ahead is false: it reminds the server of nothing.
    let is_true = |t_ms: &i64| !phone.ahead.is_some_and(|ahead| ahead.holds(*t_ms));
    if let Some(t_ms) = receipts.iter().map(|shown| shown.receipt.t_ms).chain(head_ms).filter(is_true).max() {
        tx.raise_highest_signed_ms(t_ms)?;
    }
    let (mut filled, gone) = (0, shown.gone);
    for shown in receipts {
        let Receipt { epoch, t_ms, .. } = shown.receipt;
        // What the phone still holds it sends: only what is gone is proven.
        let is_gone = |seq| gone.is_some_and(|gap| gap.epoch == epoch && (gap.from..=gap.to).contains(&seq));
        for line in shown.outcomes.iter().filter(|line| line.outcome != Outcome::Stub && is_gone(line.seq)) {
            let place = ProvenPlace { epoch, seq: line.seq, hash: line.hash, receipt_ms: t_ms };
            filled += u64::from(tx.insert_proven(&phone.id, &place)?);
        }
        keep(shown, phone, tx)?;
        move_head(epoch, phone, tx)?;
    }
    Ok(Ok(filled))
}

fn check(
    shown: &Proofs,
    phone: &Installation,
    trust: &TrustStore,
) -> std::result::Result<(Option<i64>, Vec<Shown>), Refusal> {
    let bad = |what: &str| Refusal::new(ProblemCode::BadRequest, format!("{what}; nothing of it was kept"));
    let signed = |error: TrustError| bad(&error.to_string());
    let head_ms = match &shown.head {
        None => None,
        Some(compact) => {
            let head = trust.open::<Head>(compact).map_err(signed)?.into_payload();
            if head.install != phone.id {
                return Err(bad("the head is another installation's"));
            }
            Some(head.t_ms)
        }
    };
    let mut receipts = Vec::with_capacity(shown.receipts.len());
    for answer in &shown.receipts {
        let envelope = trust.open::<Receipt>(&answer.receipt).map_err(signed)?;
        let (hash, (receipt, compact)) = (envelope.hash(), envelope.into_parts());
        if receipt.install != phone.id {
            return Err(bad("a receipt is another installation's"));
        }
        let outcomes = answer.outcomes.clone();
        let (Some(first), Some(last)) = (outcomes.first(), outcomes.last()) else {
            return Err(bad("a receipt has no lines"));
        };
        let fits = (receipt.from, receipt.to, receipt.head) == (first.seq, last.seq, last.hash)
            && receipt.digest == outcomes_digest(&outcomes);
        if !fits {
            return Err(bad("a receipt does not fit its lines"));
        }
        receipts.push(Shown { receipt, outcomes, hash, compact });
    }
    Ok((head_ms, receipts))
}

/// Keeps a receipt as if it had been given again, so that records that name it are bounded by it.
fn keep(shown: Shown, phone: &Installation, tx: &mut dyn StoreTx) -> Result<()> {
    let Shown { receipt, outcomes, hash, compact } = shown;
    let mut batch = Sha256::new();
    for line in &outcomes {
        batch.update(line.hash.as_bytes());
    }
    tx.add_receipt(&StoredReceipt {
        install: phone.id,
        batch: batch.finalize().into(),
        hash,
        t_ms: receipt.t_ms,
        epoch: receipt.epoch,
        from: receipt.from,
        to: receipt.to,
        outcomes: outcomes.iter().map(|line| line.outcome).collect(),
        compact,
    })
}
