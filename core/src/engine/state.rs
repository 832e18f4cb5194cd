//! What the engine knows: a state that follows from the journal's frames, one by one, and is its own snapshot.
//!
//! [`State::apply`] is the only way in: after a commit and after an open the same frames lead to the same state.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    ask::HeldAsk,
    data_use::DataCount,
    freeing::{Aged, Freed},
    old::KeptPiece,
    session::Session,
    share::ShareKnown,
};
use crate::{
    envelope::{Envelope, Unverified},
    journal::{FrameKind, Pos},
    limits::engine as limits,
    model::{
        Acknowledged, B64, Body, CheckIn, EntryVerdict, EnvelopeHash, EpochCause, EpochStart, KeyId, Kind, Link, Note,
        Record, RecordId, SeqRange, SessionId, TimeEvidence,
    },
    outbox::Outbox,
    sync::{Lasting, Moment, SignedHead},
    time::Anchor,
    wire::{Assignment, DayAssignment, Pack, Pins, Receipt, ReceiptAnswer, Signed, TimeToken, Trust},
};

/// Who this installation is, from its enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    pub(super) server: String,
    pub(super) agency: String,
    pub(super) root: B64<32>,
    /// DER in base64url.
    pub(super) ca: Option<String>,
    /// The keys that the server may show.
    #[serde(default)]
    pub(super) pins: Option<Pins>,
    /// The server's time then, milliseconds.
    pub(super) enrolled_ms: i64,
}

/// A pack as it was received.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct HeldPack {
    pub(super) number: u64,
    pub(super) hash: EnvelopeHash,
    pub(super) compact: String,
    /// Whether it came with the enrolment: the person saw it then.
    pub(super) with_enrolment: bool,
}

/// The assignment as it was received.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct HeldAssignment {
    pub(super) hash: EnvelopeHash,
    pub(super) compact: String,
}

/// A used token with the readings around it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct AnchorSeen {
    pub(super) session: SessionId,
    pub(super) run: u32,
    pub(super) s_ms: u64,
    pub(super) r_ms: u64,
    pub(super) t_ms: i64,
    pub(super) err_ms: u32,
}

impl AnchorSeen {
    /// The anchor; `None` for readings that are the wrong way round, which prove nothing.
    pub(super) fn anchor(&self) -> Option<Anchor> {
        Anchor::new(self.session, self.run, self.s_ms, self.r_ms, self.t_ms, self.err_ms).ok()
    }
}

/// A tap or a form of late.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Recent {
    pub(super) id: RecordId,
    pub(super) link: Link,
    pub(super) time: TimeEvidence,
    /// Server time of the receipt that it names.
    pub(super) receipt_ms: Option<i64>,
    /// Server time of its own receipt.
    pub(super) arrival_ms: Option<i64>,
    pub(super) what: RecentWhat,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) enum RecentWhat {
    Tap(CheckIn),
    Form { for_date: NaiveDate, verdict: EntryVerdict },
}

/// The newest receipt.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct NewestReceipt {
    pub(super) hash: EnvelopeHash,
    pub(super) t_ms: i64,
}

/// Small things that the engine notes for itself, as a frame of kind `Note`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Remark {
    /// The head is in doubt: the next record opens an epoch above this one.
    Doubt(Doubt),
    /// Records of an older segment are gone.
    Lost { epoch: u32, missing: SeqRange },
    /// The server does not know this installation, or knows it again.
    NotEnrolled(bool),
    /// The server no longer speaks this version, or does again.
    UpdateNeeded(bool),
    /// What answers signs with a key that the agency does not vouch for; none: the agency's server answered again.
    ServerKey(Option<KeyId>),
    /// A pack came that speaks a later version of the protocol, or none did any more.
    NewerPack(bool),
    /// How long things have been failing, and until when the server asked to be left alone; none: it works.
    Waiting(Option<Waiting>),
    /// The server has a file of an old store.
    OldKept(KeptPiece),
    /// Records up to here were freed.
    Freed(Freed),
    /// What has gone over the network so far.
    Data(DataCount),
}

/// A frame of kind `Parked` or `Released`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Setting {
    pub(super) link: Link,
    pub(super) reason: String,
    /// Of `Released`: the administrator's order (protocol §6.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) order_ms: Option<i64>,
}

/// What of the waiting outlives a process, in clocks that outlive it too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waiting {
    /// Its instant on the clock of this process, which means nothing to another, is none.
    pub(super) lasting: Lasting,
    pub(super) asked: Option<Asked>,
}

/// A wait that the server asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) session: SessionId,
    /// Until when, by that session.
    pub(super) until_elapsed_ms: u64,
    /// When it was written down, by the wall clock, and how long it was then: for another session.
    pub(super) from_wall_ms: i64,
    pub(super) for_ms: u64,
}

/// A reason to open a new epoch, kept until its record is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Doubt {
    pub(super) start: EpochStart,
    /// The new epoch is above this one.
    pub(super) above: u32,
}

/// The state.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    pub(super) identity: Option<Identity>,
    pub(super) trust: Option<Trust>,
    /// Lowest number first.
    pub(super) packs: Vec<HeldPack>,
    pub(super) assignment: Option<HeldAssignment>,
    /// Days before that assignment, as earlier ones said them last; rising.
    pub(super) past_days: Vec<DayAssignment>,
    /// The newest record.
    pub(super) head: Option<Link>,
    pub(super) doubt: Option<Doubt>,
    pub(super) session: Option<Session>,
    pub(super) clock_notes: u32,
    pub(super) newest: Option<Moment>,
    pub(super) token: Option<Moment>,
    pub(super) anchors: Vec<AnchorSeen>,
    pub(super) receipt: Option<NewestReceipt>,
    pub(super) outbox: Outbox,
    /// Everything that is still to be sent lies here or after.
    pub(super) pending_from: Option<Pos>,
    pub(super) recent: Vec<Recent>,
    /// What was last recorded of live share.
    pub(super) share: Option<ShareKnown>,
    pub(super) acknowledged_packs: BTreeSet<EnvelopeHash>,
    pub(super) acknowledged_recalls: BTreeSet<NaiveDate>,
    /// Requests and appeals, oldest first.
    pub(super) asks: Vec<HeldAsk>,
    /// Numbers of decisions that the person confirmed.
    pub(super) seen_decisions: BTreeSet<u64>,
    pub(super) server_head: Option<SignedHead>,
    pub(super) not_enrolled: bool,
    pub(super) update_needed: bool,
    pub(super) newer_pack: bool,
    /// The key of something that answered in the server's place and that the agency does not vouch for.
    pub(super) unknown_key: Option<KeyId>,
    /// The newest of an administrator's orders that was obeyed.
    pub(super) order_ms: Option<i64>,
    pub(super) waiting: Option<Waiting>,
    /// What the server has of old stores.
    pub(super) old_kept: Vec<KeptPiece>,
    /// The segments with records that are kept, oldest first.
    pub(super) aged: Vec<Aged>,
    pub(super) freed: Option<Freed>,
    /// What went over the network.
    pub(super) data: DataCount,
    /// How many frames could not be read although they were whole: written by a later version, or damaged before sealing.
    pub(super) unread_frames: u64,
}

/// Reads the payload of an object that was checked before it was written here.
pub(super) fn trusted<T: Signed + Clone>(compact: &str) -> Option<T> {
    Unverified::<T>::parse(compact).ok().map(|object| object.unverified_payload().clone())
}

impl State {
    /// Reads a snapshot; `None` if it is not one of this version, and the state has to be made from all frames.
    pub(super) fn from_snapshot(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// The snapshot.
    pub(super) fn to_snapshot(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("the state has only text keys, numbers and texts, which always serialize")
    }

    /// The number of the newest pack.
    pub(super) fn newest_pack(&self) -> Option<u64> {
        self.packs.last().map(|pack| pack.number)
    }

    /// Takes a frame; `pos` is where it lies.
    pub(super) fn apply(&mut self, kind: FrameKind, body: &[u8], pos: Pos) {
        let known = match kind {
            FrameKind::Record => self.record(body, pos),
            FrameKind::Receipt => self.receipt(body),
            FrameKind::Parked => self.setting(body, true),
            FrameKind::Released => self.setting(body, false),
            FrameKind::Pack => self.pack(body),
            FrameKind::Assignment => self.assignment(body),
            FrameKind::Certificates => read(body).map(|trust| self.trust = Some(trust)),
            FrameKind::Session => read(body).map(|session: Session| {
                if self.session.as_ref().is_none_or(|before| before.id != session.id) {
                    self.clock_notes = 0;
                }
                self.session = Some(session);
            }),
            FrameKind::Identity => read(body).map(|identity| self.identity = Some(identity)),
            FrameKind::Head => self.head(body),
            FrameKind::Note => read(body).map(|remark| self.remark(remark)),
            _ => None,
        };
        if known.is_none() {
            self.unread_frames += 1;
        }
    }

    /// Takes a record that this process has just signed and written: as [`State::apply`] takes its frame.
    pub(super) fn recorded(&mut self, envelope: &Envelope<Record>, body: Body, pos: Pos) {
        let link = envelope.payload().link(envelope.hash());
        self.appended(envelope.payload(), link, pos);
        if self.took(envelope.payload(), link, body).is_none() {
            self.unread_frames += 1;
        }
    }

    /// Takes note of where the oldest record that is kept begins, when all before it was freed: that is no hole, and what
    /// was in doubt there has been said since, in a record.
    pub(super) fn begins_after_freed(&mut self, body: &[u8]) {
        self.doubt = None;
        let first = std::str::from_utf8(body).ok().and_then(trusted::<Record>);
        let Some(Record { epoch, seq, prev, .. }) = first else { return };
        let seq = seq.saturating_sub(1);
        self.outbox.freed(epoch, seq);
        self.head = prev.filter(|_| seq > 0).map(|hash| Link { epoch, seq, hash });
    }

    fn record(&mut self, body: &[u8], pos: Pos) -> Option<()> {
        let compact = std::str::from_utf8(body).ok()?;
        let record: Record = trusted(compact)?;
        let link = record.link(EnvelopeHash::of(compact));
        self.appended(&record, link, pos);
        let body = record.body().ok()?;
        self.took(&record, link, body)
    }

    /// A record has its place, whatever it is about.
    fn appended(&mut self, record: &Record, link: Link, pos: Pos) {
        self.notice_hole(record);
        if record.kind == Kind::Epoch {
            self.doubt = None;
        }
        self.outbox.appended(link);
        self.lies_in(pos.segment, link);
        self.head = Some(link);
        self.pending_from.get_or_insert(pos);
        let TimeEvidence { session, elapsed_ms, .. } = record.time;
        if let Some(current) = self.session.as_mut().filter(|current| current.id == session) {
            current.saw(elapsed_ms);
        }
    }

    /// What a record is about.
    fn took(&mut self, record: &Record, link: Link, body: Body) -> Option<()> {
        let TimeEvidence { session, run, elapsed_ms, .. } = record.time;
        if !matches!(body, Body::Note(Note::TimeToken { .. })) {
            self.newest = Some(Moment { session, run, elapsed_ms });
        }
        match body {
            Body::CheckIn(tap) => self.remember(record, link, RecentWhat::Tap(tap)),
            Body::HealthForm(form) => {
                let what = RecentWhat::Form { for_date: form.for_date, verdict: form.verdict };
                self.remember(record, link, what);
            }
            Body::Note(Note::TimeToken { token, session, run, s_ms, r_ms }) => {
                let TimeToken { t_ms, err_ms, .. } = trusted(&token)?;
                self.token = Some(Moment { session, run, elapsed_ms: r_ms });
                self.anchors.push(AnchorSeen { session, run, s_ms, r_ms, t_ms, err_ms });
                let spare = self.anchors.len().saturating_sub(limits::RECENT_ANCHORS);
                self.anchors.drain(..spare);
            }
            Body::Note(Note::ClockChanged { session, elapsed_ms, to_ms, .. }) => {
                self.clock_notes += 1;
                if let Some(current) = self.session.as_mut().filter(|current| current.id == session) {
                    current.noted(elapsed_ms, to_ms);
                }
            }
            Body::Track(track) => {
                self.share = Some(ShareKnown::after(self.share.as_ref(), record, link.hash, &track));
            }
            Body::Acknowledge(seen) => self.acknowledged(seen.what, seen.reference),
            body @ (Body::Request(_) | Body::Appeal(_)) => self.asked(record, link, body),
            _ => {}
        }
        Some(())
    }

    /// A record whose predecessor is not here: the storage lost what was between.
    fn notice_hole(&mut self, record: &Record) {
        let before = self.head.filter(|head| head.epoch == record.epoch).map_or(0, |head| head.seq);
        if record.seq <= before + 1 {
            return;
        }
        let missing = SeqRange { from_seq: before + 1, to_seq: record.seq - 1 };
        if self.outbox.lost(record.epoch, missing.from_seq, missing.to_seq) {
            let start = EpochStart { cause: EpochCause::Damage, last_good: self.head, missing: Some(missing) };
            self.doubt = Some(Doubt { start, above: record.epoch });
        }
    }

    fn remember(&mut self, record: &Record, link: Link, what: RecentWhat) {
        // A record names the receipt that was newest when it was made, which is the newest that this state has seen.
        let receipt_ms =
            self.receipt.filter(|receipt| record.receipt == Some(receipt.hash)).map(|receipt| receipt.t_ms);
        self.recent.push(Recent { id: record.id, link, time: record.time.clone(), receipt_ms, arrival_ms: None, what });
        let spare = self.recent.len().saturating_sub(limits::RECENT_RECORDS);
        self.recent.drain(..spare);
    }

    fn acknowledged(&mut self, what: Acknowledged, reference: EnvelopeHash) {
        match what {
            Acknowledged::Pack => {
                self.acknowledged_packs.insert(reference);
            }
            Acknowledged::Decision => self.decisions_seen(reference),
            Acknowledged::Recall | Acknowledged::Assignment => {
                let held = self.assignment.as_ref().filter(|held| held.hash == reference);
                let dates = held.and_then(|held| trusted::<Assignment>(&held.compact));
                self.acknowledged_recalls
                    .extend(dates.iter().flat_map(|assignment| assignment.recalls.iter().map(|recall| recall.date)));
            }
        }
    }

    /// The decisions of the assignment with this hash have been seen.
    fn decisions_seen(&mut self, reference: EnvelopeHash) {
        let held = self.assignment.as_ref().filter(|held| held.hash == reference);
        if let Some(assignment) = held.and_then(|held| trusted::<Assignment>(&held.compact)) {
            self.seen_decisions.extend(assignment.decisions.iter().map(|decision| decision.no));
        }
    }

    fn receipt(&mut self, body: &[u8]) -> Option<()> {
        let answer: ReceiptAnswer = read(body)?;
        let receipt: Receipt = trusted(&answer.receipt)?;
        self.outbox.receipted(receipt.epoch, &answer.outcomes);
        self.received_at(receipt.t_ms);
        self.received_in(receipt.epoch, receipt.from, receipt.to, receipt.t_ms);
        for recent in &mut self.recent {
            let place = recent.link.epoch == receipt.epoch && (receipt.from..=receipt.to).contains(&recent.link.seq);
            if place && recent.arrival_ms.is_none() {
                recent.arrival_ms = Some(receipt.t_ms);
            }
        }
        let covers = |link: &Link| link.epoch == receipt.epoch && (receipt.from..=receipt.to).contains(&link.seq);
        for held in self.asks.iter_mut().filter(|held| covers(&held.link)) {
            held.received_ms.get_or_insert(receipt.t_ms);
        }
        self.receipt = Some(NewestReceipt { hash: EnvelopeHash::of(&answer.receipt), t_ms: receipt.t_ms });
        if self.outbox.pending().is_none() {
            self.pending_from = None;
        }
        Some(())
    }

    fn head(&mut self, body: &[u8]) -> Option<()> {
        let compact = String::from_utf8(body.to_vec()).ok()?;
        self.server_head = Some(SignedHead::try_from(compact).ok()?);
        Some(())
    }

    fn setting(&mut self, body: &[u8], parked: bool) -> Option<()> {
        let Setting { link, reason, order_ms } = read(body)?;
        if parked {
            self.outbox.parked(link, &reason);
        } else {
            self.outbox.released(link.epoch, link.seq, order_ms);
            self.order_ms = self.order_ms.max(order_ms);
            // It may lie anywhere.
            self.pending_from = Some(Pos::START);
        }
        Some(())
    }

    fn pack(&mut self, body: &[u8]) -> Option<()> {
        let compact = std::str::from_utf8(body).ok()?;
        let Pack { number, .. } = trusted(compact)?;
        if self.newest_pack().is_some_and(|newest| number <= newest) {
            return Some(());
        }
        let hash = EnvelopeHash::of(compact);
        let with_enrolment = self.assignment.is_none();
        self.packs.push(HeldPack { number, hash, compact: compact.to_owned(), with_enrolment });
        let spare = self.packs.len().saturating_sub(limits::PACKS);
        self.packs.drain(..spare);
        Some(())
    }

    fn assignment(&mut self, body: &[u8]) -> Option<()> {
        let compact = std::str::from_utf8(body).ok()?.to_owned();
        let assignment = trusted::<Assignment>(&compact)?;
        let numbers: BTreeSet<u64> = assignment.decisions.iter().map(|decision| decision.no).collect();
        self.seen_decisions.retain(|no| numbers.contains(no));
        self.keep_past_days(&assignment);
        self.assignment = Some(HeldAssignment { hash: EnvelopeHash::of(&compact), compact });
        Some(())
    }

    /// Keeps the days of the assignment so far that the next one no longer has, since that one is about what is to come.
    fn keep_past_days(&mut self, next: &Assignment) {
        let Some(first) = next.days.first().map(|day| day.date) else { return };
        let held = self.assignment.as_ref().and_then(|held| trusted::<Assignment>(&held.compact));
        for day in held.into_iter().flat_map(|held| held.days) {
            match self.past_days.binary_search_by_key(&day.date, |known| known.date) {
                Ok(at) => self.past_days[at] = day,
                Err(at) => self.past_days.insert(at, day),
            }
        }
        self.past_days.retain(|day| day.date < first);
        let spare = self.past_days.len().saturating_sub(limits::PAST_DAYS);
        self.past_days.drain(..spare);
    }

    fn remark(&mut self, remark: Remark) {
        match remark {
            Remark::Doubt(doubt) => self.doubt = Some(doubt),
            Remark::Lost { epoch, missing } => {
                self.outbox.lost(epoch, missing.from_seq, missing.to_seq);
            }
            Remark::NotEnrolled(so) => self.not_enrolled = so,
            Remark::UpdateNeeded(so) => self.update_needed = so,
            Remark::ServerKey(kid) => self.unknown_key = kid,
            Remark::NewerPack(so) => self.newer_pack = so,
            Remark::Waiting(waiting) => self.waiting = waiting,
            Remark::Data(data) => self.data = data,
            Remark::Freed(freed) => {
                self.freed = self.freed.max(Some(freed));
                self.aged.retain(|aged| (aged.epoch, aged.seq) > (freed.epoch, freed.seq));
            }
            Remark::OldKept(piece) if self.old_kept.contains(&piece) => {}
            Remark::OldKept(piece) => self.old_kept.push(piece),
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice(body).ok()
}
