//! The engine's store: the journal, the state that follows from it, and the one way in which records are made.

use super::{
    EngineError, GnssReading,
    old::OldStores,
    preview::DayCache,
    rules::Rules,
    session::Session,
    share::OpenBatch,
    state::{AnchorSeen, Doubt, Remark, State},
};
use crate::{
    LOG,
    envelope::{Envelope, SigningKey, sign},
    journal::{Entry, FrameKind, GapCause, Journal, Opened, Pos, RecoveryReport, Step, Tail},
    limits::engine as limits,
    model::{
        Body, EnvelopeHash, EpochCause, EpochStart, InstallId, Link, Note, Record, RecordId, SessionId, TimeEvidence,
    },
    ports::{Clock, Entropy, Reading},
    time::{Anchor, Anchors},
    trust::TrustStore,
    wire::VERSION,
};

/// An open store. Whoever holds the engine's lock holds this.
pub(super) struct Store {
    pub(super) journal: Journal,
    pub(super) state: State,
    pub(super) key: SigningKey,
    pub(super) trust: Option<TrustStore>,
    pub(super) rules: Rules,
    pub(super) report: RecoveryReport,
    pub(super) anchors: Anchors,
    pub(super) day: DayCache,
    /// The open batch of live share, as far as this process knows it.
    pub(super) share: Option<OpenBatch>,
    /// The journal's last frame when it was opened, until a witness has been heard.
    opened_no: Option<u64>,
    pub(super) old: OldStores,
    /// By how many bytes the count of what went over the network is ahead of the journal.
    pub(super) data_unwritten: u64,
    session: Session,
    /// Whether the journal has this session and run.
    session_written: bool,
    app: String,
}

/// A record to make.
pub(super) struct Draft {
    /// Chosen before, where the body is bound to it.
    pub(super) id: RecordId,
    pub(super) body: Body,
}

/// A record that was made.
pub(super) struct Made {
    pub(super) id: RecordId,
    pub(super) link: Link,
}

/// A control frame.
pub(super) struct Control {
    pub(super) kind: FrameKind,
    pub(super) body: Vec<u8>,
}

/// What one frame of a commit holds.
enum Piece {
    Control(Control),
    /// A record with its body, as it was before it was signed: nothing is parsed back that is at hand.
    Record(Box<Envelope<Record>>, Body),
}

impl Piece {
    fn entry(&self) -> Entry<'_> {
        match self {
            Self::Control(control) => Entry { kind: control.kind, body: &control.body },
            Self::Record(envelope, _) => Entry { kind: FrameKind::Record, body: envelope.compact().as_bytes() },
        }
    }
}

impl Control {
    pub(super) fn json(kind: FrameKind, value: &impl serde::Serialize) -> Self {
        let body = serde_json::to_vec(value).expect("control frames are structs of texts and numbers, which serialize");
        Self { kind, body }
    }

    pub(super) fn text(kind: FrameKind, text: &str) -> Self {
        Self { kind, body: text.as_bytes().to_vec() }
    }
}

pub(super) fn new_record_id(entropy: &dyn Entropy, now: Reading) -> Result<RecordId, EngineError> {
    let mut random = [0; 10];
    entropy.fill(&mut random)?;
    Ok(RecordId::new(now.wall_ms, random))
}

fn new_session(entropy: &dyn Entropy, mark: Option<&str>, now: Reading) -> Result<Session, EngineError> {
    let mut id = [0; 16];
    entropy.fill(&mut id)?;
    Ok(Session::begin(SessionId::new(id), mark.map(str::to_owned), now))
}

impl Store {
    /// Brings back the state of a journal that was just opened or made.
    pub(super) fn new(
        journal: Journal,
        opened: Option<Opened>,
        app: &str,
        boot_mark: Option<&str>,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<Self, EngineError> {
        let (state, report) = match opened {
            Some(opened) => recover(&journal, opened)?,
            None => (State::default(), RecoveryReport { gaps: Vec::new(), tail: Tail::Clean, warnings: Vec::new() }),
        };
        let key = SigningKey::from_seed(journal.signing_seed());
        let trust = open_trust(&state);
        let now = clock.read();
        let resumed = state.session.as_ref().and_then(|before| before.resume(boot_mark, now));
        let session_written = resumed.is_some() && resumed == state.session;
        let session = match resumed {
            Some(session) => session,
            None => new_session(entropy, boot_mark, now)?,
        };
        let rules = Rules::default();
        let opened_no = Some(journal.last_no());
        let app = app.chars().take(64).collect();
        let anchors = anchors_of(&state);
        Ok(Self {
            journal,
            state,
            key,
            trust,
            rules,
            report,
            anchors,
            day: DayCache::default(),
            share: None,
            opened_no,
            old: OldStores::default(),
            data_unwritten: 0,
            session,
            session_written,
            app,
        })
    }

    pub(super) fn install(&self) -> InstallId {
        self.key.kid()
    }

    /// The session of now; a new one if the clock that nobody can set went back within this process.
    pub(super) fn session(&mut self, now: Reading, entropy: &dyn Entropy) -> Result<&Session, EngineError> {
        if self.session_written {
            // It has seen what was recorded since.
            if let Some(known) = self.state.session.as_ref().filter(|known| known.id == self.session.id) {
                self.session = known.clone();
            }
        }
        if self.session.elapsed(now).is_none() {
            self.session = new_session(entropy, None, now)?;
            self.session_written = false;
        }
        Ok(&self.session)
    }

    /// The evidence of a reading, without recording it.
    pub(super) fn evidence(&self, now: Reading) -> TimeEvidence {
        self.session.evidence(now, None)
    }

    /// Records one draft in one commit.
    pub(super) fn record(
        &mut self,
        draft: Draft,
        now: Reading,
        gnss: Option<GnssReading>,
        entropy: &dyn Entropy,
    ) -> Result<Made, EngineError> {
        let mut made = self.record_all(vec![draft], Vec::new(), now, gnss, entropy)?;
        Ok(made.pop().expect("one draft makes one record"))
    }

    /// Records `drafts` and `controls` in one commit, after whatever has to come before them: the session's beginning,
    /// the epoch that a doubt calls for, a note that the wall clock was moved.
    pub(super) fn record_all(
        &mut self,
        drafts: Vec<Draft>,
        controls: Vec<Control>,
        now: Reading,
        gnss: Option<GnssReading>,
        entropy: &dyn Entropy,
    ) -> Result<Vec<Made>, EngineError> {
        self.session(now, entropy)?;
        let time = self.session.evidence(now, gnss);
        let mut frames = Vec::with_capacity(drafts.len() + controls.len() + 3);
        if !self.session_written {
            frames.push(Piece::Control(Control::json(FrameKind::Session, &self.session)));
        }
        let mut chain = Chain { link: self.state.head, epoch: self.state.head.map_or(1, |head| head.epoch) };
        let mut before = Vec::new();
        if let Some(Doubt { start, above }) = &self.state.doubt {
            chain = Chain { link: None, epoch: chain.epoch.max(*above) + 1 };
            before.push(Draft { id: new_record_id(entropy, now)?, body: Body::Epoch(start.clone()) });
        }
        // A moved clock matters to the records that follow it.
        let worth_a_note = !drafts.is_empty() && self.state.clock_notes < limits::CLOCK_NOTES;
        if let Some(moved) = self.session.clock_move(now).filter(|_| worth_a_note) {
            let (session, elapsed_ms) = (time.session, time.elapsed_ms);
            let note = Note::ClockChanged { session, elapsed_ms, from_ms: moved.from_ms, to_ms: moved.to_ms };
            before.push(Draft { id: new_record_id(entropy, now)?, body: Body::Note(note) });
        }
        let skip = before.len();
        let seen = self.rules.seen(&self.state, self.now(now).ms);
        let mut made = Vec::with_capacity(drafts.len());
        for (index, draft) in before.into_iter().chain(drafts).enumerate() {
            let envelope = self.sign(&draft, &mut chain, &time, seen)?;
            if index >= skip {
                let link = envelope.payload().link(envelope.hash());
                made.push(Made { id: draft.id, link });
            }
            frames.push(Piece::Record(Box::new(envelope), draft.body));
        }
        frames.extend(controls.into_iter().map(Piece::Control));
        let count = frames.len();
        self.commit(frames)?;
        self.session_written = true;
        if let Some(made) = made.last() {
            ::log::info!(target: LOG, "recorded up to {}/{}, {count} frames", made.link.epoch, made.link.seq);
        }
        Ok(made)
    }

    /// Writes the record that opens a new epoch, if one is called for, by itself.
    pub(super) fn record_epoch(&mut self, now: Reading, entropy: &dyn Entropy) -> Result<(), EngineError> {
        match self.state.doubt {
            Some(_) => self.record_all(Vec::new(), Vec::new(), now, None, entropy).map(drop),
            None => Ok(()),
        }
    }

    /// Writes control frames alone.
    pub(super) fn control(&mut self, controls: Vec<Control>) -> Result<(), EngineError> {
        self.commit(controls.into_iter().map(Piece::Control).collect())
    }

    fn commit(&mut self, frames: Vec<Piece>) -> Result<(), EngineError> {
        let entries: Vec<Entry<'_>> = frames.iter().map(Piece::entry).collect();
        let (state, token) = (&self.state, self.state.token);
        let written = self.journal.commit(&entries, || state.to_snapshot())?;
        for (frame, written) in frames.into_iter().zip(written) {
            let control = match frame {
                Piece::Record(envelope, body) => {
                    self.state.recorded(&envelope, body, written.pos);
                    continue;
                }
                Piece::Control(control) => control,
            };
            self.state.apply(control.kind, &control.body, written.pos);
            match control.kind {
                FrameKind::Certificates => self.trust = open_trust(&self.state),
                FrameKind::Pack | FrameKind::Assignment => self.rules.forget(),
                _ => {}
            }
        }
        self.day.forget();
        if self.state.token != token {
            self.anchors = anchors_of(&self.state);
        }
        Ok(())
    }

    fn sign(
        &self,
        draft: &Draft,
        chain: &mut Chain,
        time: &TimeEvidence,
        seen: Seen,
    ) -> Result<Envelope<Record>, EngineError> {
        let (kind, raw_body) = draft.body.to_raw().expect("the engine makes no opaque bodies");
        let prev = match &draft.body {
            Body::Epoch(start) => start.last_good.map(|good| good.hash),
            _ => chain.link.map(|link| link.hash),
        };
        let record = Record {
            v: VERSION,
            id: draft.id,
            install: self.install(),
            epoch: chain.epoch,
            seq: chain.link.map_or(1, |link| link.seq + 1),
            prev,
            receipt: self.state.receipt.map(|receipt| receipt.hash),
            pack: seen.pack,
            assignment: seen.assignment,
            app: self.app.clone(),
            kind,
            time: time.clone(),
            raw_body,
        };
        let envelope = sign(&self.key, &record)?;
        chain.link = Some(record.link(envelope.hash()));
        Ok(envelope)
    }

    /// Hears a witness of what an earlier process had written: frames that it knows and this store did not have when it
    /// was opened are lost, and the next record says so.
    pub(super) fn witnessed(&mut self, last_no: u64) {
        let Some(opened_no) = self.opened_no.take().filter(|opened_no| last_no > *opened_no) else { return };
        self.report.tail = Tail::Lost { at: self.journal.end(), missing: opened_no + 1..=last_no };
        self.journal.witnessed(last_no);
        if self.state.doubt.is_none() {
            let start = EpochStart { cause: EpochCause::LostTail, last_good: self.state.head, missing: None };
            let doubt = Doubt { start, above: self.state.head.map_or(1, |head| head.epoch) };
            // On disk before the index follows this journal: after that no later process hears of it again.
            if self.control(vec![Control::json(FrameKind::Note, &Remark::Doubt(doubt.clone()))]).is_err() {
                self.state.doubt = Some(doubt);
            }
        }
    }

    /// Does outside a tap what a tap must not wait for: begins a new segment when the present one is nearly full, and
    /// makes the one after it. Failures are told by the next commit, if they last.
    pub(super) fn tidy(&mut self) {
        if self.journal.needs_roll() {
            let snapshot = self.state.to_snapshot();
            let _ = self.journal.roll(&snapshot);
        }
        let _ = self.journal.maintain();
    }
}

/// What the person saw when a record was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) pack: Option<EnvelopeHash>,
    pub(super) assignment: Option<EnvelopeHash>,
}

struct Chain {
    link: Option<Link>,
    epoch: u32,
}

fn open_trust(state: &State) -> Option<TrustStore> {
    let (trust, identity) = (state.trust.as_ref()?, state.identity.as_ref()?);
    TrustStore::verify(trust, &identity.root).ok()
}

fn anchors_of(state: &State) -> Anchors {
    let anchors: Vec<Anchor> = state.anchors.iter().filter_map(AnchorSeen::anchor).collect();
    anchors.iter().collect()
}

/// Makes the state from all frames that there are.
pub(super) fn from_frames(journal: &Journal, mut taken: impl FnMut(FrameKind, Pos)) -> Result<State, EngineError> {
    let mut state = State::default();
    // What was kept of segments that are freed comes first.
    for frame in journal.kept()?.frames {
        state.apply(frame.kind, &frame.body, Pos::START);
    }
    let mut after_freed = journal.oldest() > 1;
    for step in journal.iter_from(Pos::START)? {
        let Step::Frame(frame) = step? else {
            // What is damaged may be a record: then there is a hole.
            after_freed = false;
            continue;
        };
        if frame.kind == FrameKind::Record && std::mem::take(&mut after_freed) {
            state.begins_after_freed(&frame.body);
        }
        state.apply(frame.kind, &frame.body, frame.pos);
        taken(frame.kind, frame.pos);
    }
    Ok(state)
}

/// Makes the state from what an open brought back; from all frames there are if the snapshot is gone.
fn recover(journal: &Journal, opened: Opened) -> Result<(State, RecoveryReport), EngineError> {
    let Opened { snapshot, frames, report, .. } = opened;
    let from_snapshot = snapshot.as_deref().and_then(State::from_snapshot);
    let whole = from_snapshot.is_some();
    let mut state = from_snapshot.unwrap_or_default();
    let mut last_record = Pos::START;
    if whole {
        for frame in &frames {
            if frame.kind == FrameKind::Record {
                last_record = frame.pos;
            }
            state.apply(frame.kind, &frame.body, frame.pos);
        }
    } else {
        state = from_frames(journal, |kind, pos| {
            if kind == FrameKind::Record {
                last_record = pos;
            }
        })?;
    }
    let gap_at_the_end = report.gaps.iter().filter(|gap| gap.from >= last_record).map(|gap| gap.cause).max();
    let cause = match (&report.tail, gap_at_the_end) {
        (Tail::Lost { .. }, _) => Some(EpochCause::LostTail),
        (_, Some(GapCause::NewerFormat)) => Some(EpochCause::UnreadableFormat),
        (_, Some(_)) => Some(EpochCause::Damage),
        (_, None) => None,
    };
    if let (Some(cause), None) = (cause, &state.doubt) {
        let start = EpochStart { cause, last_good: state.head, missing: None };
        // In memory until the next record: an open writes nothing, and the next one finds the same.
        state.doubt = Some(Doubt { start, above: state.head.map_or(1, |head| head.epoch) });
    }
    Ok((state, report))
}
