//! Live share (*Berbagi lokasi*): what a phone sees becomes batches of some five minutes, one record and one sync to the
//! medium each. It runs in the policy's hours alone and stops by itself at their end.
//!
//! - [`CheckInEngine::share`], [`CheckInEngine::pause_share`], [`CheckInEngine::stop_share`]: what the person does;
//! - [`CheckInEngine::track`]: what the platform says, every so often; [`ShareToday::fix_every_s`] says how often;
//! - [`ShareToday`]: what the screen shows.
//!
//! Nothing here has a thread: a batch is closed by the first call after its time, and where the hours have ended
//! meanwhile, by the time at which they did. What is known durably is what the last record says; the open batch lies
//! beside it as a small sealed draft (`draft`), so that a killed process loses nothing and a power cut at most that batch.

mod batch;
mod draft;
mod known;

use serde::Serialize;

pub(super) use self::{batch::OpenBatch, known::ShareKnown};
use super::{
    CheckInEngine, EngineError, Ports,
    now::Now,
    store::{Draft, Made, Store, new_record_id},
};
use crate::{
    limits::share as limits,
    model::{Body, CheckIn, RecordId, ShareThen, TimeEvidence, Track},
    ports::Reading,
    schedule::{ShareDetail, Span},
    track::{Totals, What},
};

/// How live sharing stands today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShareToday {
    /// When it is owed, and what is told of each interval.
    pub hours: Span,
    /// How it stands.
    pub state: ShareNow,
    /// What was shared so far today, the open batch included where this process knows it.
    pub shared: Totals,
    /// How often the shell should give a fix, seconds: often enough that a fix that comes late leaves no gap.
    pub fix_every_s: u32,
    /// Whether a permit to leave the region covers today.
    pub may_leave_region: bool,
}

/// How live sharing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareNow {
    /// Its hours have not begun.
    Early,
    /// Its hours have begun, and the person has not started it.
    Ready,
    /// *Berbagi lokasi.*
    Sharing,
    /// *Jeda*, by the person.
    Paused,
    /// Stopped by the person; it can be started again.
    Stopped,
    /// Its hours are over.
    Over,
}

/// How a word of the platform stands to a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// It is the last of one.
    Closes,
    /// It is one of it.
    Opens,
}

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// Records that it made, each on disk; mostly none.
    pub recorded: Vec<RecordId>,
    /// How live sharing stands now; `None` where none is owed today.
    pub today: Option<ShareToday>,
}

impl CheckInEngine {
    /// Starts sharing, or goes on after a pause. The person's act: nothing is ever shared before it.
    ///
    /// # Errors
    /// [`EngineError::NoLiveShare`] and [`EngineError::OutsideShareHours`]; and as [`CheckInEngine::check_in`].
    pub fn share(&self) -> Result<Shared, EngineError> {
        self.with_share(|store, ports, now, made| {
            let at = store.now(now);
            let date = store.rules.duty_date(&store.state, at.ms);
            let hours = store.hours(date).ok_or(EngineError::NoLiveShare)?;
            if !(hours.starts_ms..hours.ends_ms).contains(&at.ms) {
                return Err(EngineError::OutsideShareHours { starts_ms: hours.starts_ms, ends_ms: hours.ends_ms });
            }
            match store.sharing().map(|known| known.then) {
                Some(ShareThen::Sharing) => {}
                Some(ShareThen::Paused) => made.push(store.close(ports, now, None, ShareThen::Sharing)?),
                _ => {
                    let body = Track {
                        for_date: date,
                        until: None,
                        spans: Vec::new(),
                        points: Vec::new(),
                        then: ShareThen::Sharing,
                    };
                    made.push(store.record_track(ports, now, body)?);
                }
            }
            Ok(())
        })
    }

    /// Pauses. The time until the person goes on is shared as *unknown, paused*.
    ///
    /// # Errors
    /// As [`CheckInEngine::check_in`].
    pub fn pause_share(&self) -> Result<Shared, EngineError> {
        self.with_share(|store, ports, now, made| {
            if store.sharing().is_some_and(|known| known.then == ShareThen::Sharing) {
                made.push(store.close(ports, now, None, ShareThen::Paused)?);
            }
            Ok(())
        })
    }

    /// Stops for today; the person may start again within the hours.
    ///
    /// # Errors
    /// As [`CheckInEngine::check_in`].
    pub fn stop_share(&self) -> Result<Shared, EngineError> {
        self.with_share(|store, ports, now, made| {
            if store.sharing().is_some() {
                made.push(store.close(ports, now, None, ShareThen::Stopped)?);
            }
            Ok(())
        })
    }

    /// Takes what the platform says of the place, or that it has none. Outside the hours, before the person started and
    /// during a pause it is dropped, and never kept anywhere.
    ///
    /// # Errors
    /// As [`CheckInEngine::check_in`].
    pub fn track(&self, seen: &CheckIn) -> Result<Shared, EngineError> {
        self.with_share(|store, ports, now, made| {
            if store.sharing().is_none_or(|known| known.then != ShareThen::Sharing) {
                return Ok(());
            }
            if store.batch_is_due(ports, now) {
                // The word that closes a batch is the first of the next; a point goes there.
                store.see(ports, now, seen, Word::Closes);
                made.push(store.close(ports, now, None, ShareThen::Sharing)?);
            }
            store.see(ports, now, seen, Word::Opens);
            store.keep_draft(ports);
            Ok(())
        })
    }

    /// Ends what the passing of time has ended, then acts, and says how things stand.
    fn with_share(
        &self,
        act: impl FnOnce(&mut Store, &Ports, Reading, &mut Vec<Made>) -> Result<(), EngineError>,
    ) -> Result<Shared, EngineError> {
        let now = self.ports.clock.read();
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        store.session(now, &*self.ports.entropy)?;
        let mut made = Vec::new();
        made.extend(store.settle_share(&self.ports, now)?);
        act(store, &self.ports, now, &mut made)?;
        let at = store.now(now);
        let today = store.share_today(&at, now);
        Ok(Shared { recorded: made.into_iter().map(|made| made.id).collect(), today })
    }
}

impl Store {
    /// What was last recorded of live share, while it goes on.
    fn sharing(&self) -> Option<&ShareKnown> {
        self.state.share.as_ref().filter(|known| known.then.goes_on())
    }

    /// The hours of a date by the rule in force.
    fn hours(&self, date: chrono::NaiveDate) -> Option<Span> {
        self.rules.plan(&self.state, date)?.live_share
    }

    /// The batch that is open: of this process, else the draft that another left, else one that has just begun.
    fn open_batch(&mut self, ports: &Ports) -> Option<&mut OpenBatch> {
        let known = self.sharing()?.clone();
        if self.share.as_ref().is_none_or(|open| open.after != known.record) {
            let kept = draft::read(&*ports.disk, &self.share_key()).filter(|open| open.after == known.record);
            self.share = Some(kept.unwrap_or_else(|| OpenBatch::begin(&known)));
        }
        self.share.as_mut()
    }

    fn share_key(&self) -> crate::seal::frame::FrameKey {
        crate::seal::frame::FrameKey::new(&self.journal.derive_own_key("share"))
    }

    /// Closes the open batch where a new session began, where the hours have ended, or where the rule no longer asks.
    fn settle_share(&mut self, ports: &Ports, now: Reading) -> Result<Option<Made>, EngineError> {
        let Some(known) = self.sharing().cloned() else {
            self.share = None;
            return Ok(None);
        };
        let hours = self.hours(known.for_date);
        let (time, at) = (self.evidence(now), self.now(now));
        let Some(open) = self.open_batch(ports) else { return Ok(None) };
        let within = hours.is_some_and(|hours| (hours.starts_ms..hours.ends_ms).contains(&at.ms));
        if !open.is_of(&time) {
            // How long the phone was off is not known by any clock: the batch ends with its last word.
            let (last, nothing) = (open.last.clone(), open.is_empty());
            let then = if within { known.then } else { ShareThen::Over };
            if nothing && within {
                *open = OpenBatch::begin_at(&known, time);
                return Ok(None);
            }
            return self.close(ports, now, Some(last), then).map(Some);
        }
        if within {
            return Ok(None);
        }
        // Time by which the hours are over is counted back by the clock that nobody can set.
        let ended = match hours {
            Some(hours) if at.ms >= hours.ends_ms => {
                let since_end = u64::try_from(at.ms.saturating_sub(hours.ends_ms)).unwrap_or(0);
                let elapsed_ms = time.elapsed_ms.saturating_sub(since_end).max(open.since.elapsed_ms);
                let back = i64::try_from(time.elapsed_ms - elapsed_ms).unwrap_or(i64::MAX);
                Some(TimeEvidence { wall_ms: time.wall_ms.saturating_sub(back), elapsed_ms, ..time })
            }
            // The clock was put right, and the hours have not even begun.
            Some(_) => Some(open.since.clone()),
            None => None,
        };
        self.close(ports, now, ended, ShareThen::Over).map(Some)
    }

    /// Whether the open batch has had its time.
    fn batch_is_due(&mut self, ports: &Ports, now: Reading) -> bool {
        let elapsed_ms = self.evidence(now).elapsed_ms;
        self.open_batch(ports).is_some_and(|open| open.is_due(elapsed_ms))
    }

    /// Takes a word of the platform into the open batch.
    fn see(&mut self, ports: &Ports, now: Reading, seen: &CheckIn, word: Word) {
        let time = self.evidence(now);
        let Some(known) = self.sharing() else { return };
        let date = known.for_date;
        let Some(hours) = self.hours(date) else { return };
        let permitted = self.may_leave(date);
        let rule = self.rules.on(&self.state, date);
        let what = What::of(seen, rule.and_then(|rule| rule.fence.as_ref()));
        if let Some(open) = self.open_batch(ports) {
            open.see(&time, seen, what, &hours, (word == Word::Opens).then_some(permitted));
        }
    }

    fn may_leave(&self, date: chrono::NaiveDate) -> bool {
        let assignment = self.rules.assignment(&self.state);
        let covers = |permit: &crate::wire::DateSpan| (permit.from..=permit.until).contains(&date);
        assignment.is_some_and(|assignment| assignment.permits.iter().any(covers))
    }

    fn keep_draft(&self, ports: &Ports) {
        if let Some(open) = &self.share {
            // A courtesy: without it a crash costs this batch and nothing else.
            let _ = draft::write(&*ports.disk, &*ports.entropy, &self.share_key(), open);
        }
    }

    /// Records the open batch: up to now, or up to an earlier moment of its own session.
    fn close(
        &mut self,
        ports: &Ports,
        now: Reading,
        until: Option<TimeEvidence>,
        then: ShareThen,
    ) -> Result<Made, EngineError> {
        let body = self.batch_body(ports, now, until, then).ok_or(EngineError::NoLiveShare)?;
        self.record_track(ports, now, body)
    }

    /// The body that the open batch makes; `None` where none is open.
    fn batch_body(
        &mut self,
        ports: &Ports,
        now: Reading,
        until: Option<TimeEvidence>,
        then: ShareThen,
    ) -> Option<Track> {
        let (for_date, paused) = self.sharing().map(|known| (known.for_date, known.then == ShareThen::Paused))?;
        let stands_ms = u64::from(self.hours(for_date).map_or(limits::STANDS_S, |hours| hours.interval_s)) * 1_000;
        let end_ms = until.as_ref().map_or_else(|| self.evidence(now).elapsed_ms, |until| until.elapsed_ms);
        let open = self.open_batch(ports)?;
        Some(open.to_body(for_date, until, end_ms, stands_ms, paused, then))
    }

    fn record_track(&mut self, ports: &Ports, now: Reading, body: Track) -> Result<Made, EngineError> {
        let draft = Draft { id: new_record_id(&*ports.entropy, now)?, body: Body::Track(body) };
        self.record(draft, now, None, &*ports.entropy)
    }

    /// At the beginning of a sync: what is due goes up with it.
    pub(super) fn share_before_sync(&mut self, ports: &Ports, now: Reading) -> Result<(), EngineError> {
        self.settle_share(ports, now)?;
        let Some(then) = self.sharing().map(|known| known.then) else { return Ok(()) };
        if self.batch_is_due(ports, now) {
            self.close(ports, now, None, then)?;
        }
        Ok(())
    }

    /// The draft of a record that closes the open batch before another rule takes effect, so that each batch was made
    /// under one; `None` where nothing was seen under the present one.
    pub(super) fn share_before_a_change(&mut self, ports: &Ports, now: Reading) -> Result<Option<Draft>, EngineError> {
        let time = self.evidence(now);
        let Some(then) = self.sharing().map(|known| known.then) else { return Ok(None) };
        if self.open_batch(ports).is_none_or(|open| !open.is_of(&time)) {
            return Ok(None);
        }
        let Some(body) = self.batch_body(ports, now, None, then).filter(|body| !body.spans.is_empty()) else {
            return Ok(None);
        };
        Ok(Some(Draft { id: new_record_id(&*ports.entropy, now)?, body: Body::Track(body) }))
    }

    /// How live sharing stands.
    pub(super) fn share_today(&self, at: &Now, now: Reading) -> Option<ShareToday> {
        let date = self.rules.duty_date(&self.state, at.ms);
        let hours = self.hours(date)?;
        let known = self.state.share.as_ref().filter(|known| known.for_date == date);
        let state = match known.map(|known| known.then) {
            _ if at.ms < hours.starts_ms => ShareNow::Early,
            _ if at.ms >= hours.ends_ms => ShareNow::Over,
            Some(ShareThen::Sharing) => ShareNow::Sharing,
            Some(ShareThen::Paused) => ShareNow::Paused,
            Some(ShareThen::Stopped) => ShareNow::Stopped,
            Some(ShareThen::Over) | None => ShareNow::Ready,
        };
        let open = self.share.as_ref().filter(|open| known.is_some_and(|known| known.record == open.after));
        let time = self.evidence(now);
        let open = open.filter(|open| open.is_of(&time) && state == ShareNow::Sharing);
        let stands_ms = u64::from(hours.interval_s) * 1_000;
        let unrecorded = open.map(|open| open.totals(time.elapsed_ms, stands_ms)).unwrap_or_default();
        Some(ShareToday {
            shared: known.map(|known| known.totals).unwrap_or_default() + unrecorded,
            fix_every_s: fix_every_s(&hours),
            may_leave_region: self.may_leave(date),
            hours,
            state,
        })
    }
}

/// Twice in the time for which a fix stands, or in a batch; for points as often as they are asked.
fn fix_every_s(hours: &Span) -> u32 {
    let batch_s = u32::try_from(limits::BATCH_MS / 1_000).unwrap_or(u32::MAX);
    match hours.detail {
        ShareDetail::Point => hours.interval_s.min(batch_s / 2),
        ShareDetail::Interval => hours.interval_s.min(batch_s) / 2,
    }
    .max(1)
}
