//! Stores a record that comes back from an old store, as if it had come in a batch (protocol §9.2).

use hadir_core::{envelope::PublicKey, wire::Outcome};

use super::{apply::SigningTime, batch, ingest};
use crate::store::{Installation, PlaceState, Result, StoreTx};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// It is stored, and was not known before.
    Stored,
    /// It was here already.
    Repeated,
    /// It is kept as evidence: another object holds its place, or its id.
    Conflict,
    /// It is no authentic record of that installation; nothing was stored.
    NotAuthentic,
}

/// Stores a record of `phone`, received at `received_ms`, and moves the head of that installation.
///
/// # Errors
/// What the store reports.
pub fn bring_back(
    compact: &str,
    key: &PublicKey,
    phone: &mut Installation,
    received_ms: i64,
    tx: &mut dyn StoreTx,
) -> Result<Returned> {
    let Ok(batch) = batch::single(compact, key) else { return Ok(Returned::NotAuthentic) };
    let Some(object) = batch.objects.first() else { return Ok(Returned::NotAuthentic) };
    let held = tx.places(&phone.id, batch.epoch, object.seq, object.seq)?;
    let known = held.iter().any(|place| place.hash == object.hash && place.state == PlaceState::Record);
    let time = SigningTime { t_ms: received_ms, now_ms: received_ms, behind_ms: 0 };
    let outcome = ingest::store_unasked(&batch, phone, time, tx)?;
    Ok(match outcome {
        Some(Outcome::Stored) if known => Returned::Repeated,
        Some(Outcome::Stored) => Returned::Stored,
        Some(Outcome::Conflict | Outcome::Stub) | None => Returned::Conflict,
    })
}
