//! What an answer of the server changes: checked, written in one commit, and compared with what this store knows.

use super::{
    EngineError, Ports,
    state::{Doubt, Remark, Setting},
    store::{Control, Draft, Store, new_record_id},
};
use crate::{
    envelope::EnvelopeError,
    journal::{FrameKind, Pos},
    model::{Body, EpochCause, EpochStart, Note, SeqRange, SessionId},
    outbox::HeadVerdict,
    ports::Reading,
    sync::{SignedHead, View},
    trust::{TrustError, TrustStore},
    wire::{
        Assignment, AssignmentAnswer, Head, Outcome, Outcomes, Pack, PacksAnswer, Receipt, ReceiptAnswer, ReleaseOrder,
        Trust,
    },
};

/// What one answer changes, to be written in one commit.
#[derive(Default)]
pub(super) struct Change {
    pub(super) controls: Vec<Control>,
    pub(super) notes: Vec<Note>,
    pub(super) head: Option<SignedHead>,
    /// Where the last record of the batch lies.
    pub(super) sent_through: Option<Pos>,
}

impl Change {
    pub(super) fn receipt(&mut self, store: &Store, receipt: &Receipt, answer: &ReceiptAnswer) {
        if let Some(doubt) = fork(store, receipt, &answer.outcomes) {
            self.controls.push(Control::json(FrameKind::Note, &Remark::Doubt(doubt)));
        }
        self.controls.push(Control::json(FrameKind::Receipt, answer));
    }

    /// Checks a list of certificates by the pinned root, and puts it among the changes if it is another than the one held.
    pub(super) fn trust(&mut self, store: &Store, trust: &Trust) -> Result<TrustStore, TrustError> {
        let renewed = match (&store.trust, &store.state.identity) {
            (Some(held), _) => held.renew(trust)?,
            // Lost with a damaged part of the store: the root that the invite pinned is enough to begin anew.
            (None, Some(identity)) if identity.agency == trust.agency => TrustStore::verify(trust, &identity.root)?,
            (None, identity) => {
                let expected = identity.as_ref().map_or_else(String::new, |identity| identity.agency.clone());
                return Err(TrustError::OtherAgency { expected, found: trust.agency.clone() });
            }
        };
        if store.state.trust.as_ref() != Some(trust) {
            self.controls.push(Control::json(FrameKind::Certificates, trust));
        }
        Ok(renewed)
    }
}

/// A conflict in the present epoch means that another copy of this store wrote those places: this one must open an epoch of its own.
fn fork(store: &Store, receipt: &Receipt, outcomes: &Outcomes) -> Option<Doubt> {
    let conflict = outcomes.iter().any(|line| line.outcome == Outcome::Conflict);
    let current = store.state.head.is_some_and(|head| head.epoch == receipt.epoch);
    (conflict && current && store.state.doubt.is_none()).then(|| Doubt {
        start: EpochStart { cause: EpochCause::RestoredCopy, last_good: store.state.outbox.last_held(), missing: None },
        above: receipt.epoch,
    })
}

impl Store {
    pub(super) fn view(&self, session: SessionId) -> View {
        let state = &self.state;
        View {
            session,
            token: state.token,
            newest: state.newest,
            pending: state.outbox.pending(),
            pack: state.newest_pack(),
            roster: self.rules.assignment(state).map_or(0, |assignment| assignment.roster),
            trust: self.trust.as_ref().map_or(0, TrustStore::serial),
            head_t_ms: state.server_head.as_ref().map(|held| held.head.t_ms),
        }
    }

    /// Checks packs and puts the new ones among the changes; returns how many.
    pub(super) fn take_packs(&self, answer: &PacksAnswer, change: &mut Change) -> Result<u32, TrustError> {
        let trust = change.trust(self, &answer.trust)?;
        let mut newest = self.state.newest_pack().unwrap_or(0);
        let (mut count, mut newer) = (0, false);
        for compact in &answer.packs {
            let pack = match trust.open::<Pack>(compact) {
                // It is for a later build; those after it may be for this one.
                Err(TrustError::Envelope(EnvelopeError::UnsupportedVersion { .. })) => {
                    newer = true;
                    continue;
                }
                opened => opened?,
            };
            if pack.payload().number > newest {
                newest = pack.payload().number;
                count += 1;
                change.controls.push(Control::text(FrameKind::Pack, compact));
            }
        }
        if newer != self.state.newer_pack {
            change.controls.push(Control::json(FrameKind::Note, &Remark::NewerPack(newer)));
        }
        Ok(count)
    }

    /// Puts the releases among the changes that the server's orders ask for and that were not obeyed before.
    pub(super) fn take_orders(&self, head: &Head, change: &mut Change) {
        let parked = self.state.outbox.parked_places();
        let new = |order: &&ReleaseOrder| self.state.order_ms.is_none_or(|newest| order.t_ms > newest);
        for ReleaseOrder { t_ms, epoch, seq } in head.release.iter().filter(new) {
            if let Some(place) = parked.iter().find(|place| (place.link.epoch, place.link.seq) == (*epoch, *seq)) {
                let setting = Setting { link: place.link, reason: place.reason.clone(), order_ms: Some(*t_ms) };
                change.controls.push(Control::json(FrameKind::Released, &setting));
            }
        }
    }

    /// Checks an assignment and puts it among the changes if it is newer; returns how many were.
    pub(super) fn take_assignment(&self, answer: &AssignmentAnswer, change: &mut Change) -> Result<u32, EngineError> {
        let trust = change.trust(self, &answer.trust)?;
        let assignment = trust.open::<Assignment>(&answer.assignment)?;
        let found = assignment.payload().install;
        if found != self.install() {
            return Err(EngineError::OtherInstallation { found });
        }
        let held = self.rules.assignment(&self.state).map(|held| (held.roster, held.t_ms));
        if held.is_some_and(|held| (assignment.payload().roster, assignment.payload().t_ms) <= held) {
            return Ok(0);
        }
        change.controls.push(Control::text(FrameKind::Assignment, &answer.assignment));
        Ok(1)
    }

    /// Writes down a change in one commit; says whether positions known so far are of no use any more.
    pub(super) fn make(
        &mut self,
        change: Change,
        now: Reading,
        ports: &Ports,
        may_rewind: impl FnOnce() -> bool,
    ) -> Result<bool, EngineError> {
        let entropy = &*ports.entropy;
        let Change { mut controls, notes, head, sent_through } = change;
        let before = self.state.server_head.clone();
        let news = |head: &SignedHead| before.as_ref().is_none_or(|before| before.head.revoked != head.head.revoked);
        if let Some(head) = head.as_ref().filter(|head| !controls.is_empty() || !notes.is_empty() || news(head)) {
            controls.push(Control::text(FrameKind::Head, &head.compact));
        }
        let another_rule = |control: &Control| matches!(control.kind, FrameKind::Pack | FrameKind::Assignment);
        let mut drafts = Vec::new();
        if controls.iter().any(another_rule) {
            drafts.extend(self.share_before_a_change(ports, now)?);
        }
        for note in notes {
            drafts.push(Draft { id: new_record_id(entropy, now)?, body: Body::Note(note) });
        }
        if drafts.is_empty() {
            if !controls.is_empty() {
                self.control(controls)?;
            }
        } else {
            self.record_all(drafts, controls, now, None, entropy)?;
        }
        if let Some(pos) = sent_through.filter(|_| self.state.outbox.pending().is_some()) {
            self.state.pending_from = Some(pos);
        }
        let Some(head) = head else { return Ok(false) };
        self.compare(&head, may_rewind)
    }

    /// Compares with the server's head: goes back to where a restored server is, or opens an epoch where this store is an old copy.
    fn compare(&mut self, signed: &SignedHead, may_rewind: impl FnOnce() -> bool) -> Result<bool, EngineError> {
        let head = &signed.head;
        self.state.server_head = Some(signed.clone());
        let mut compared = self.state.outbox.clone();
        match compared.server_head(head) {
            HeadVerdict::Agrees => Ok(false),
            HeadVerdict::Behind => {
                let rewound = may_rewind();
                if rewound {
                    self.state.outbox = compared;
                    self.state.received_less();
                    self.old.confirmed.clear();
                    self.state.pending_from = Some(Pos::START);
                }
                Ok(rewound)
            }
            HeadVerdict::Ahead { server_seq } => {
                if self.state.doubt.is_none() {
                    let doubt = self.restored_copy(head, server_seq);
                    self.control(vec![Control::json(FrameKind::Note, &Remark::Doubt(doubt))])?;
                }
                Ok(false)
            }
        }
    }

    /// Says that this store is an older copy than what the server has.
    pub(super) fn restored_copy(&self, head: &Head, server_seq: u64) -> Doubt {
        let last_good = self.state.outbox.last_held();
        let held = last_good.filter(|good| good.epoch == head.epoch).map_or(0, |good| good.seq);
        let missing = (server_seq > held).then_some(SeqRange { from_seq: held + 1, to_seq: server_seq });
        Doubt { start: EpochStart { cause: EpochCause::RestoredCopy, last_good, missing }, above: head.epoch }
    }
}
