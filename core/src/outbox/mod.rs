//! What is delivered: per epoch, received through a place, plus exceptions. Pending is the absence of a receipt.
//!
//! Pure state, fed with what the journal holds: records appended, receipts, parks, releases and the server's heads.
//! Nothing is ever removed from the history on a refusal; an exception only says what became of a place.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    model::{EnvelopeHash, Link},
    wire::{Head, Outcome, ReceiptEntry},
};

/// The delivery state of one installation's records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    epochs: BTreeMap<u32, Progress>,
}

/// One epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Progress {
    /// The newest record; 0: none.
    last: u64,
    /// Hash of the newest record.
    last_hash: Option<EnvelopeHash>,
    /// Receipted through here at some time.
    received: u64,
    /// The server holds everything through here, as far as is known; behind `received` after it was restored from a backup.
    held: u64,
    /// Hash of the object at `held`, where it is known.
    held_hash: Option<EnvelopeHash>,
    exceptions: BTreeMap<u64, Exception>,
    /// Places whose records this store has lost, first to last of each stretch: nothing there can be sent any more.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    missing: BTreeMap<u64, u64>,
}

/// What sets a place apart from those around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Exception {
    hash: EnvelopeHash,
    kind: ExceptionKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum ExceptionKind {
    /// Refused; a stub goes in its place.
    Parked {
        reason: String,
        /// The newest order that it was tried again by, and that came to nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_ms: Option<i64>,
        /// Whether the server has still to hear of that.
        #[serde(default)]
        owed: bool,
    },
    /// A person wants it tried again.
    Released {
        reason: String,
        /// By an administrator's order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_ms: Option<i64>,
    },
    /// The server keeps it as evidence: another record holds the place.
    Conflict,
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "delivery", rename_all = "snake_case")]
pub enum Delivery {
    /// On this phone only, so far.
    Waiting,
    /// The server has it on disk.
    Received,
    /// The server could not take it; it stays here until a person decides.
    Parked {
        /// The problem code that the server gave.
        reason: String,
    },
    /// The server has it as evidence: another record came first to its place.
    Conflict,
    /// This phone's storage lost it before it was received.
    Lost,
}

/// A record that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedPlace {
    /// Where it stands, and its hash.
    pub link: Link,
    /// The problem code that the server gave.
    pub reason: String,
}

/// The oldest stretch that has to go up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// The epoch.
    pub epoch: u32,
    /// First place.
    pub from: u64,
    /// Last place.
    pub to: u64,
}

/// What a server's head says about our history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadVerdict {
    /// It has what we believed, or more of what we sent.
    Agrees,
    /// It has less than it once receipted: it was restored from a backup, and is sent the rest again.
    Behind,
    /// It has what this store never wrote, or another record in a place of ours: this store is an old copy of itself.
    Ahead {
        /// The last place in the epoch that the server holds.
        server_seq: u64,
    },
}

impl Progress {
    /// Whether the server has another object than ours at the end of its copy, as far as we know ours.
    fn contradicts(&self, head: &Head) -> bool {
        let ours = match head.seq {
            seq if seq == self.held => self.held_hash,
            seq if seq == self.last => self.last_hash,
            _ => None,
        };
        // A place with an exception may hold our record or its stub.
        !self.exceptions.contains_key(&head.seq) && ours.is_some() && head.hash.is_some() && ours != head.hash
    }

    /// Takes note that the records of a stretch can't be sent any more.
    fn miss(&mut self, from: u64, to: u64) {
        let (mut first, mut last) = (from, to);
        self.missing.retain(|&known_from, known_to| {
            let touches = known_from <= to && *known_to >= from;
            if touches {
                (first, last) = (first.min(known_from), last.max(*known_to));
            }
            !touches
        });
        self.missing.insert(first, last);
    }

    /// Forgets that records of a stretch were refused; returns their places.
    fn unpark(&mut self, from: u64, to: u64) -> Vec<u64> {
        let stretch = self.exceptions.range(from..=to.max(from)).filter(|(seq, _)| **seq <= to);
        let refused = stretch.filter(|(_, e)| !matches!(e.kind, ExceptionKind::Conflict));
        let refused: Vec<u64> = refused.map(|(seq, _)| *seq).collect();
        refused.iter().for_each(|seq| drop(self.exceptions.remove(seq)));
        refused
    }

    fn is_missing(&self, seq: u64) -> bool {
        self.missing.range(..=seq).next_back().is_some_and(|(_, to)| *to >= seq)
    }

    /// Steps over places that can't be sent any more.
    fn settle(&mut self) {
        while let Some((_, &to)) = self.missing.range(..=self.held + 1).next_back().filter(|(_, to)| **to > self.held) {
            (self.held, self.held_hash) = (to, None);
        }
    }
}

impl Outbox {
    /// Takes note of a record that was appended.
    pub fn appended(&mut self, link: Link) {
        let progress = self.epochs.entry(link.epoch).or_default();
        progress.last = progress.last.max(link.seq);
        progress.last_hash = Some(link.hash);
    }

    /// Takes note of a verified receipt.
    pub fn receipted(&mut self, epoch: u32, outcomes: &[ReceiptEntry]) {
        let progress = self.epochs.entry(epoch).or_default();
        let (Some(first), Some(last)) = (outcomes.first(), outcomes.last()) else { return };
        // Where a stub went, the server may show the hash of the stub or of the record.
        let head_hash = (!progress.exceptions.contains_key(&last.seq)).then_some(last.hash);
        for ReceiptEntry { seq, hash, outcome } in outcomes {
            match outcome {
                // A stub's receipt leaves the record parked: the server has its hash, not its bytes.
                Outcome::Stub => {
                    let exception = progress.exceptions.get_mut(seq);
                    if let Some(Exception { kind: ExceptionKind::Parked { owed, .. }, .. }) = exception {
                        *owed = false;
                    }
                }
                // Also for a stub: the server had the original already.
                Outcome::Stored => {
                    progress.exceptions.remove(seq);
                }
                Outcome::Conflict => {
                    progress.exceptions.insert(*seq, Exception { hash: *hash, kind: ExceptionKind::Conflict });
                }
            }
        }
        if first.seq <= progress.held + 1 && last.seq > progress.held {
            progress.held = last.seq;
            progress.held_hash = head_hash;
            progress.received = progress.received.max(last.seq);
            progress.settle();
        }
    }

    /// Takes note that this store has lost the records from one place to another; says whether the server lacks any of them.
    pub fn lost(&mut self, epoch: u32, from: u64, to: u64) -> bool {
        let progress = self.epochs.entry(epoch).or_default();
        progress.last = progress.last.max(to);
        // Of a refused record the server has a stub at most: with its bytes, whatever anyone decided about it is gone too.
        let refused = progress.unpark(from, to);
        refused.iter().for_each(|seq| progress.miss(*seq, *seq));
        // What else the server holds is with the server, whatever becomes of it here.
        let from = from.max(progress.held + 1);
        if from <= to {
            progress.miss(from, to);
            progress.settle();
        }
        from <= to || !refused.is_empty()
    }

    /// Takes note that the server refused a record, alone.
    pub fn parked(&mut self, link: Link, reason: &str) {
        let exceptions = &mut self.epochs.entry(link.epoch).or_default().exceptions;
        let order_ms = match exceptions.get(&link.seq).map(|exception| &exception.kind) {
            Some(ExceptionKind::Released { order_ms, .. } | ExceptionKind::Parked { order_ms, .. }) => *order_ms,
            _ => None,
        };
        let kind = ExceptionKind::Parked { reason: reason.to_owned(), order_ms, owed: order_ms.is_some() };
        exceptions.insert(link.seq, Exception { hash: link.hash, kind });
    }

    /// Takes note that a person wants a parked record tried again, by an administrator's order or by hand; says whether
    /// there was one.
    pub fn released(&mut self, epoch: u32, seq: u64, order: Option<i64>) -> bool {
        let exception = self.epochs.get_mut(&epoch).and_then(|progress| progress.exceptions.get_mut(&seq));
        let Some(Exception { kind, .. }) = exception else { return false };
        let ExceptionKind::Parked { reason, order_ms, .. } = kind else { return false };
        *kind = ExceptionKind::Released { reason: std::mem::take(reason), order_ms: order.or(*order_ms) };
        true
    }

    /// Takes note that the server was shown its own receipts for places whose bytes are no longer here.
    pub fn proven(&mut self, epoch: u32, from: u64, to: u64) {
        let progress = self.epochs.entry(epoch).or_default();
        progress.unpark(from, to);
        if from <= progress.held + 1 && to > progress.held {
            (progress.held, progress.held_hash) = (to, None);
            progress.settle();
        }
    }

    /// Takes note that everything up to a place was freed here, which only what the server holds is.
    pub fn freed(&mut self, epoch: u32, through: u64) {
        let progress = self.epochs.entry(epoch).or_default();
        progress.last = progress.last.max(through);
        progress.received = progress.received.max(through);
        if progress.held < through {
            (progress.held, progress.held_hash) = (through, None);
        }
        for earlier in self.epochs.range_mut(..epoch).map(|(_, progress)| progress).filter(|p| p.held < p.last) {
            (earlier.held, earlier.held_hash) = (earlier.last, None);
            earlier.received = earlier.last;
        }
    }

    /// Compares with the server's head. Where the server is behind what it once receipted, goes back to where it is.
    ///
    /// Call it after the receipt of the same answer was taken note of.
    pub fn server_head(&mut self, head: &Head) -> HeadVerdict {
        let mut behind = false;
        for progress in self.epochs.range_mut(head.epoch.saturating_add(1)..).map(|(_, progress)| progress) {
            // It does not know the epoch at all.
            behind |= progress.held > 0;
            (progress.held, progress.held_hash) = (0, None);
        }
        // With a newer epoch here, whatever was amiss in an older one has been said.
        let current = self.epochs.last_key_value().is_none_or(|(newest, _)| head.epoch >= *newest);
        if head.epoch > 0 {
            let ahead = HeadVerdict::Ahead { server_seq: head.seq };
            let Some(progress) = self.epochs.get_mut(&head.epoch) else {
                return if current { ahead } else { HeadVerdict::Agrees };
            };
            if head.seq > progress.last || progress.contradicts(head) {
                return if current { ahead } else { HeadVerdict::Agrees };
            }
            // Beyond a place that was lost here the server's copy can't reach.
            if head.seq < progress.held && !progress.is_missing(head.seq + 1) {
                (progress.held, progress.held_hash) = (head.seq, head.hash);
                behind = true;
            }
        }
        self.epochs.values_mut().for_each(Progress::settle);
        if behind { HeadVerdict::Behind } else { HeadVerdict::Agrees }
    }

    /// Returns the oldest stretch that has to go up.
    #[must_use]
    pub fn pending(&self) -> Option<Pending> {
        let behind = self.epochs.iter().find_map(|(&epoch, progress)| {
            let released = progress
                .exceptions
                .iter()
                .find(|(seq, e)| **seq <= progress.held && matches!(e.kind, ExceptionKind::Released { .. }));
            if let Some((&seq, _)) = released {
                return Some(Pending { epoch, from: seq, to: seq });
            }
            (progress.held < progress.last).then(|| Pending { epoch, from: progress.held + 1, to: progress.last })
        });
        behind.or_else(|| self.owed())
    }

    /// A stub that tells what came of an order; nothing waits for it.
    fn owed(&self) -> Option<Pending> {
        self.epochs.iter().find_map(|(&epoch, progress)| {
            let owed = |e: &Exception| matches!(e.kind, ExceptionKind::Parked { owed: true, .. });
            let (&seq, _) = progress.exceptions.iter().find(|(_, e)| owed(e))?;
            Some(Pending { epoch, from: seq, to: seq })
        })
    }

    /// Counts the records that the server does not hold yet.
    #[must_use]
    pub fn pending_count(&self) -> u64 {
        self.epochs.values().map(|progress| progress.last.saturating_sub(progress.held)).sum()
    }

    /// Tells what became of the record in a place.
    #[must_use]
    pub fn delivery(&self, epoch: u32, seq: u64) -> Delivery {
        let Some(progress) = self.epochs.get(&epoch) else { return Delivery::Waiting };
        match progress.exceptions.get(&seq).map(|e| &e.kind) {
            Some(ExceptionKind::Parked { reason, .. }) => Delivery::Parked { reason: reason.clone() },
            Some(ExceptionKind::Conflict) => Delivery::Conflict,
            Some(ExceptionKind::Released { .. }) => Delivery::Waiting,
            None if progress.is_missing(seq) => Delivery::Lost,
            None if seq <= progress.received => Delivery::Received,
            None => Delivery::Waiting,
        }
    }

    /// Why the record in a place is parked, if it is; a stub goes up in its stead.
    #[must_use]
    pub fn parked_reason(&self, epoch: u32, seq: u64) -> Option<&str> {
        match &self.epochs.get(&epoch)?.exceptions.get(&seq)?.kind {
            ExceptionKind::Parked { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// The newest order to try the parked record in a place again that came to nothing.
    #[must_use]
    pub fn order_of(&self, epoch: u32, seq: u64) -> Option<i64> {
        match self.epochs.get(&epoch)?.exceptions.get(&seq)?.kind {
            ExceptionKind::Parked { order_ms, .. } => order_ms,
            _ => None,
        }
    }

    /// Lists the records that wait for a person.
    #[must_use]
    pub fn parked_places(&self) -> Vec<ParkedPlace> {
        let place = |epoch: u32, seq: u64, e: &Exception| match &e.kind {
            ExceptionKind::Parked { reason, .. } => {
                Some(ParkedPlace { link: Link { epoch, seq, hash: e.hash }, reason: reason.clone() })
            }
            _ => None,
        };
        self.epochs
            .iter()
            .flat_map(|(&epoch, progress)| progress.exceptions.iter().filter_map(move |(&seq, e)| place(epoch, seq, e)))
            .collect()
    }

    /// Whether the server holds everything up to a place, earlier epochs included, as far as is known.
    #[must_use]
    pub fn holds_through(&self, epoch: u32, seq: u64) -> bool {
        self.epochs
            .range(..=epoch)
            .all(|(&of, progress)| progress.held >= if of == epoch { seq.min(progress.last) } else { progress.last })
    }

    /// Whether a record up to a place waits for a person, or is to be tried again since one wanted it.
    #[must_use]
    pub fn waits_for_a_person_through(&self, epoch: u32, seq: u64) -> bool {
        self.epochs.range(..=epoch).any(|(&of, progress)| {
            let upto = if of == epoch { seq } else { u64::MAX };
            progress.exceptions.range(..=upto).any(|(_, e)| !matches!(e.kind, ExceptionKind::Conflict))
        })
    }

    /// Returns the last place of an epoch for which a receipt was held at some time, contiguous from the first.
    #[must_use]
    pub fn received_through(&self, epoch: u32) -> u64 {
        self.epochs.get(&epoch).map_or(0, |progress| progress.received)
    }

    /// Returns the newest link that the server has receipted and still holds, in the newest epoch that has one.
    #[must_use]
    pub fn last_held(&self) -> Option<Link> {
        self.epochs
            .iter()
            .rev()
            .find_map(|(&epoch, p)| p.held_hash.filter(|_| p.held > 0).map(|hash| Link { epoch, seq: p.held, hash }))
    }
}
