//! Stores a batch: every authentic object, whatever anyone thinks of it, and answers with a receipt (protocol §6).

use std::collections::{HashMap, HashSet};

use hadir_core::{
    model::{EntryVerdict, EnvelopeHash},
    wire::{Outcome, Receipt, ReceiptAnswer, ReceiptEntry, VERSION, outcomes_digest},
};

use super::{Batch, Object, ServerKeys, What, apply::SigningTime, keys::signed};
use crate::store::{
    Evidence, EvidenceCause, HealthVerdict, Inserted, Installation, NewRecord, OrderOutcome, Place, PlaceState, Result,
    StoreTx, StoredReceipt, StoredStub,
};

/// What became of a batch.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) answer: ReceiptAnswer,
    /// Whether anything was not known before.
    pub(super) anything_new: bool,
}

/// Stores a batch and moves the head of the installation.
pub(super) fn store(
    batch: &Batch,
    phone: &mut Installation,
    time: SigningTime,
    keys: &ServerKeys,
    tx: &mut dyn StoreTx,
) -> Result<Stored> {
    let (from, to) = ends(batch);
    if let Some(given) = tx.receipt(&phone.id, (batch.epoch, from), &batch.id)? {
        let mut anything_new = false;
        // The receipt may have been shown to a restored server before the bytes came, and an order be younger than it.
        if has_order(batch) || lacks_bytes(batch, phone, tx)? {
            place(batch, phone, time, tx)?;
            move_head(batch.epoch, phone, tx)?;
            anything_new = true;
        }
        let answer = ReceiptAnswer { receipt: given.compact, outcomes: entries(batch, &given.outcomes) };
        return Ok(Stored { answer, anything_new });
    }
    let outcomes = place(batch, phone, time, tx)?;
    move_head(batch.epoch, phone, tx)?;
    if let Some(app) = &batch.app {
        phone.app.clone_from(app);
    }
    let entries = entries(batch, &outcomes);
    let head = batch.objects.last().map_or_else(|| EnvelopeHash::of(""), |object| object.hash);
    let receipt = Receipt {
        v: VERSION,
        install: phone.id,
        epoch: batch.epoch,
        from,
        to,
        head,
        digest: outcomes_digest(&entries),
        t_ms: time.t_ms,
    };
    let receipt = signed(&keys.receipt, &receipt)?;
    tx.add_receipt(&StoredReceipt {
        install: phone.id,
        batch: batch.id,
        hash: receipt.hash(),
        t_ms: time.t_ms,
        epoch: batch.epoch,
        from,
        to,
        outcomes,
        compact: receipt.compact().to_owned(),
    })?;
    let answer = ReceiptAnswer { receipt: receipt.compact().to_owned(), outcomes: entries };
    Ok(Stored { answer, anything_new: true })
}

/// Stores a batch that nobody waits for a receipt of, and moves the head; returns the outcome of its first object.
pub(super) fn store_unasked(
    batch: &Batch,
    phone: &mut Installation,
    time: SigningTime,
    tx: &mut dyn StoreTx,
) -> Result<Option<Outcome>> {
    let outcomes = place(batch, phone, time, tx)?;
    move_head(batch.epoch, phone, tx)?;
    Ok(outcomes.first().copied())
}

/// The first and the last place of a batch; a batch has at least one object.
fn ends(batch: &Batch) -> (u64, u64) {
    let seq = |object: Option<&Object>| object.map_or(0, |object| object.seq);
    (seq(batch.objects.first()), seq(batch.objects.last()))
}

fn entries(batch: &Batch, outcomes: &[Outcome]) -> Vec<ReceiptEntry> {
    let line =
        |(object, outcome): (&Object, &Outcome)| ReceiptEntry { seq: object.seq, hash: object.hash, outcome: *outcome };
    batch.objects.iter().zip(outcomes).map(line).collect()
}

/// Whether a stub tells what came of an order.
fn has_order(batch: &Batch) -> bool {
    batch.objects.iter().any(|object| matches!(&object.what, What::Stub(stub, _) if stub.order_ms.is_some()))
}

/// Whether anything of a batch that was receipted before is not here: a restored server is shown receipts of what it lost.
fn lacks_bytes(batch: &Batch, phone: &Installation, tx: &dyn StoreTx) -> Result<bool> {
    let (from, to) = ends(batch);
    let taken: HashMap<u64, Place> =
        tx.places(&phone.id, batch.epoch, from, to)?.into_iter().map(|place| (place.seq, place)).collect();
    let lacking: Vec<EnvelopeHash> = batch
        .objects
        .iter()
        .filter(|object| match (&object.what, taken.get(&object.seq)) {
            (What::Record(..), Some(place)) => (place.state, place.hash) != (PlaceState::Record, object.hash),
            (What::Stub(..), Some(_)) => false,
            (_, None) => true,
        })
        .map(|object| object.hash)
        .collect();
    if lacking.is_empty() {
        return Ok(false);
    }
    // What contradicted another record is here as evidence.
    let evidence: HashSet<EnvelopeHash> = tx.evidence(&phone.id)?.into_iter().map(|object| object.hash).collect();
    Ok(lacking.iter().any(|hash| !evidence.contains(hash)))
}

/// Puts every object where it belongs and returns the outcomes, in the order of the batch.
fn place(batch: &Batch, phone: &Installation, time: SigningTime, tx: &mut dyn StoreTx) -> Result<Vec<Outcome>> {
    let (from, to) = ends(batch);
    let taken: HashMap<u64, Place> =
        tx.places(&phone.id, batch.epoch, from, to)?.into_iter().map(|place| (place.seq, place)).collect();
    let fresh: Vec<&NewRecord> = batch
        .objects
        .iter()
        .filter_map(|object| match &object.what {
            What::Record(record, _) if awaits(taken.get(&object.seq), object.hash) => Some(record),
            _ => None,
        })
        .collect();
    let mut inserted = tx.insert_records(&phone.id, time.now_ms, &fresh)?.into_iter();
    let mut outcomes = Vec::with_capacity(batch.objects.len());
    for object in &batch.objects {
        let held = taken.get(&object.seq);
        outcomes.push(match &object.what {
            What::Record(record, form) => {
                let clash = if awaits(held, object.hash) {
                    match inserted.next() {
                        Some(Inserted::Stored) => {
                            note_form(record, *form, phone, time, tx)?;
                            if held.is_some() {
                                let at = (batch.epoch, object.seq);
                                tx.close_orders(&phone.id, at, i64::MAX, time.now_ms, OrderOutcome::Received)?;
                            }
                            None
                        }
                        Some(Inserted::IdTaken) | None => Some(EvidenceCause::Id),
                    }
                } else {
                    match held {
                        Some(place) if place.hash == object.hash && place.state == PlaceState::Record => None,
                        Some(place) if place.hash == object.hash => Some(EvidenceCause::Id),
                        _ => Some(EvidenceCause::Place),
                    }
                };
                match clash {
                    None => Outcome::Stored,
                    Some(cause) => {
                        tx.insert_evidence(&evidence(record, cause, phone, time))?;
                        Outcome::Conflict
                    }
                }
            }
            What::Stub(stub, compact) => {
                tx.insert_stub(&StoredStub {
                    install: phone.id,
                    epoch: stub.epoch,
                    seq: stub.seq,
                    stands_for: stub.hash,
                    reason: stub.reason.clone(),
                    received_ms: time.now_ms,
                    compact: compact.clone(),
                })?;
                if let Some(order_ms) = stub.order_ms {
                    let at = (stub.epoch, stub.seq);
                    tx.close_orders(&phone.id, at, order_ms, time.now_ms, OrderOutcome::RefusedAgain)?;
                }
                if held.is_some_and(|place| place.hash != stub.hash) { Outcome::Conflict } else { Outcome::Stub }
            }
        });
    }
    Ok(outcomes)
}

/// Whether a place is free for a record: nothing is there, or a stub or a proof that stands for it.
fn awaits(held: Option<&Place>, hash: EnvelopeHash) -> bool {
    held.is_none_or(|place| place.state.awaits_record() && place.hash == hash)
}

fn evidence(record: &NewRecord, cause: EvidenceCause, phone: &Installation, time: SigningTime) -> Evidence {
    Evidence {
        install: phone.id,
        epoch: record.epoch,
        seq: record.seq,
        hash: record.hash,
        cause,
        received_ms: time.now_ms,
        compact: record.compact.clone(),
    }
}

/// Notes what a self-assessment says. *May not enter* changes the person's day, so the assignment's generation rises.
fn note_form(
    record: &NewRecord,
    form: Option<(chrono::NaiveDate, EntryVerdict)>,
    phone: &Installation,
    time: SigningTime,
    tx: &mut dyn StoreTx,
) -> Result<()> {
    let Some((for_date, verdict)) = form else { return Ok(()) };
    tx.add_health(&HealthVerdict {
        person: phone.person.clone(),
        for_date,
        verdict,
        install: phone.id,
        epoch: record.epoch,
        seq: record.seq,
        claimed_ms: record.claimed_ms,
        received_ms: time.now_ms,
    })?;
    match verdict {
        EntryVerdict::MayEnter => Ok(()),
        EntryVerdict::MayNotEnter => tx.bump_roster(Some(&phone.person)),
    }
}

/// Moves the installation's head to the last place without a gap in the newest epoch.
pub(super) fn move_head(epoch: u32, phone: &mut Installation, tx: &mut dyn StoreTx) -> Result<()> {
    if epoch < phone.epoch {
        return Ok(());
    }
    if epoch > phone.epoch {
        phone.epoch = epoch;
        phone.contiguous = 0;
        phone.head = None;
    }
    if let Some((seq, hash)) = tx.contiguous_after(&phone.id, phone.epoch, phone.contiguous)? {
        phone.contiguous = seq;
        phone.head = Some(hash);
    }
    Ok(())
}
