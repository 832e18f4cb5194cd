//! What may go: the oldest segments whose records the server holds, in a backup, for more than two months.

use serde::{Deserialize, Serialize};

use super::{
    state::{Remark, State},
    store::{Control, Store},
};
use crate::{journal::FrameKind, limits::freeing as limits, model::Link, wire::Head};

/// How far the records reach that lie in a segment or before, and when the server had all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Aged {
    pub(super) segment: u32,
    pub(super) epoch: u32,
    pub(super) seq: u64,
    /// Server time of the newest receipt for any of it, once all of it has one, milliseconds.
    pub(super) received_ms: Option<i64>,
}

/// The last place of those that were freed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Freed {
    pub(super) epoch: u32,
    pub(super) seq: u64,
}

impl State {
    /// Takes note of where a record lies.
    pub(super) fn lies_in(&mut self, segment: u32, link: Link) {
        let Link { epoch, seq, .. } = link;
        match self.aged.last_mut() {
            Some(last) if last.segment == segment => {
                (last.epoch, last.seq, last.received_ms) = (epoch, seq, None);
            }
            _ => self.aged.push(Aged { segment, epoch, seq, received_ms: None }),
        }
    }

    /// Takes note that the server has more.
    pub(super) fn received_at(&mut self, t_ms: i64) {
        // Received in order, so the segments are: what is not complete ends the search.
        for aged in self.aged.iter_mut().filter(|aged| aged.received_ms.is_none()) {
            if !self.outbox.holds_through(aged.epoch, aged.seq) {
                break;
            }
            aged.received_ms = Some(t_ms);
        }
    }

    /// Takes note that records of a segment came later than the rest of it, as a released one does, or came again: a backup
    /// from before does not have them.
    pub(super) fn received_in(&mut self, epoch: u32, from: u64, to: u64, t_ms: i64) {
        let mut before = (0, 0);
        for aged in &mut self.aged {
            let last = (aged.epoch, aged.seq);
            if before < (epoch, to) && last >= (epoch, from) {
                aged.received_ms = aged.received_ms.map(|received_ms| received_ms.max(t_ms));
            }
            before = last;
        }
    }

    /// Takes note that the server has less than it had: what it lacks waits for new receipts.
    pub(super) fn received_less(&mut self) {
        for aged in &mut self.aged {
            if !self.outbox.holds_through(aged.epoch, aged.seq) {
                aged.received_ms = None;
            }
        }
    }

    /// The segments that may go, oldest first, by the server's own times.
    fn may_go(&self, head: &Head) -> impl Iterator<Item = &Aged> {
        let through_ms = head.backed_up_through_ms;
        self.aged.iter().take_while(move |aged| {
            let old = |received_ms: i64| {
                received_ms <= head.t_ms.saturating_sub(limits::AGE_MS)
                    && through_ms.is_some_and(|through_ms| received_ms <= through_ms)
            };
            aged.received_ms.is_some_and(old)
                && self.outbox.holds_through(aged.epoch, aged.seq)
                && !self.outbox.waits_for_a_person_through(aged.epoch, aged.seq)
        })
    }
}

impl Store {
    /// Gives up what may go. Outside a tap; what fails is tried again after the next sync.
    pub(super) fn free(&mut self) {
        let Some(head) = self.state.server_head.as_ref().map(|seen| seen.head.clone()) else { return };
        let Some(last) = self.state.may_go(&head).last().copied() else { return };
        let Ok(oldest) = self.journal.free_below(last.segment + 1) else { return };
        let freed = self.state.aged.iter().take_while(|aged| aged.segment < oldest).last();
        if let Some(freed) = freed.map(|aged| Freed { epoch: aged.epoch, seq: aged.seq }) {
            let _ = self.control(vec![Control::json(FrameKind::Note, &Remark::Freed(freed))]);
        }
    }
}
