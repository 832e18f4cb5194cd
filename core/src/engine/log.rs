//! The history as a person reads it: each record with its state, and the judge's reasons for a day.

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    CheckInEngine, EngineError,
    state::{Recent, RecentWhat},
    store::Store,
    upload::record_of,
};
use crate::{
    journal::{FrameKind, Pos, Step},
    judge::{DayVerdict, WindowVerdict},
    model::{
        Acknowledged, Appeal, Ask, Body, EntryVerdict, EnvelopeHash, EpochCause, Fix, Kind, Link, NoFix, Note, Record,
        RecordId, Request, ShareThen,
    },
    outbox::Delivery,
    schedule::WindowId,
    time::{Bounds, Grade, bounds_of_reading},
    track::Totals,
    wire::{Receipt, ReceiptAnswer},
};

/// Which records to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Of these kinds only; of all if empty.
    pub kinds: Vec<Kind>,
    /// Claimed at or after this instant, milliseconds.
    pub from_ms: Option<i64>,
    /// Claimed before this instant, milliseconds.
    pub until_ms: Option<i64>,
    /// The newest so many.
    pub limit: Option<usize>,
}

/// A record as it is listed.
#[derive(Debug, Clone, Serialize)]
pub struct LogEntry {
    /// The record.
    pub id: RecordId,
    /// Its place and hash.
    pub link: Link,
    /// Its kind.
    pub kind: Kind,
    /// What it says, as far as it may be shown.
    pub what: LogWhat,
    /// What the wall clock said, milliseconds.
    pub claimed_ms: i64,
    /// What the evidence at hand allows; the server knows more.
    pub bounds: Bounds,
    /// How well that is proven.
    pub grade: Grade,
    /// What became of it.
    pub delivery: Delivery,
    /// Hash of the receipt that covers it.
    pub receipt: Option<EnvelopeHash>,
    /// Server time of that receipt, milliseconds.
    pub received_ms: Option<i64>,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum LogWhat {
    /// A tap with a fix.
    Tap {
        /// The fix.
        fix: Fix,
    },
    /// A tap without one.
    TapWithoutFix {
        /// Why.
        why: NoFix,
    },
    /// A self-assessment; the answers can't be read here any more.
    Form {
        /// For which date.
        for_date: NaiveDate,
        /// What it declared.
        verdict: EntryVerdict,
    },
    /// A batch of live share.
    Track {
        /// Surely inside, milliseconds.
        inside_ms: u64,
        /// Surely outside.
        outside_ms: u64,
        /// Neither.
        unknown_ms: u64,
        /// How many exact points it holds.
        points: usize,
        /// What held from there on.
        then: ShareThen,
    },
    /// Something was confirmed.
    Acknowledged {
        /// What.
        what: Acknowledged,
    },
    /// Something was asked for.
    Request {
        /// What.
        request: Ask,
    },
    /// A request or an appeal was withdrawn.
    Withdrawn,
    /// An appeal was made.
    Appeal {
        /// Against what.
        appeal: Appeal,
    },
    /// A new epoch began.
    Epoch {
        /// Why.
        cause: EpochCause,
    },
    /// The server's time came.
    TimeToken,
    /// The wall clock was moved.
    ClockChanged {
        /// What it would have shown, milliseconds.
        from_ms: i64,
        /// What it showed, milliseconds.
        to_ms: i64,
    },
    /// Uploads had been failing.
    UploadFailed {
        /// The last failure.
        code: String,
        /// How many in a row.
        count: u32,
    },
    /// A kind that this build does not read.
    Other,
}

impl From<Body> for LogWhat {
    fn from(body: Body) -> Self {
        use crate::model::CheckIn;
        match body {
            Body::CheckIn(CheckIn::Fix(fix)) => Self::Tap { fix },
            Body::CheckIn(CheckIn::NoFix(why)) => Self::TapWithoutFix { why },
            Body::HealthForm(form) => Self::Form { for_date: form.for_date, verdict: form.verdict },
            Body::Track(track) => {
                let Totals { inside_ms, outside_ms, unknown_ms } = Totals::of(&track.spans);
                Self::Track { inside_ms, outside_ms, unknown_ms, points: track.points.len(), then: track.then }
            }
            Body::Acknowledge(seen) => Self::Acknowledged { what: seen.what },
            Body::Request(Request::Ask(request)) => Self::Request { request },
            Body::Request(Request::Withdraw(_)) => Self::Withdrawn,
            Body::Appeal(appeal) => Self::Appeal { appeal },
            Body::Epoch(start) => Self::Epoch { cause: start.cause },
            Body::Note(Note::TimeToken { .. }) => Self::TimeToken,
            Body::Note(Note::ClockChanged { from_ms, to_ms, .. }) => Self::ClockChanged { from_ms, to_ms },
            Body::Note(Note::UploadFailed { code, count, .. }) => Self::UploadFailed { code, count },
            Body::Opaque => Self::Other,
        }
    }
}

impl CheckInEngine {
    /// Lists the records of this phone, oldest first. Goes through the whole store.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`]; [`EngineError::Store`] when the store can't be read.
    pub fn log(&self, filter: &LogFilter) -> Result<Vec<LogEntry>, EngineError> {
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let (records, receipts) = store.history()?;
        let wanted = |record: &Record| {
            let at = record.time.wall_ms;
            (filter.kinds.is_empty() || filter.kinds.contains(&record.kind))
                && filter.from_ms.is_none_or(|from| at >= from)
                && filter.until_ms.is_none_or(|until| at < until)
        };
        let entries = records.into_iter().filter(|(record, _)| wanted(record));
        let mut entries: Vec<LogEntry> = entries.map(|(record, hash)| store.entry(&record, hash, &receipts)).collect();
        if let Some(limit) = filter.limit {
            entries.drain(..entries.len().saturating_sub(limit));
        }
        Ok(entries)
    }

    /// Judges a day by this phone's records, with reasons; a preview of what the server will decide.
    /// `None` where no rule is in force or the assignment does not reach.
    ///
    /// # Errors
    /// As [`CheckInEngine::log`].
    pub fn day(&self, date: NaiveDate) -> Result<Option<DayVerdict>, EngineError> {
        let reading = self.ports.clock.read();
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        store.session(reading, &*self.ports.entropy)?;
        let now = store.now(reading);
        if store.rules.duty_date(&store.state, now.ms) == date {
            return Ok(store.judge_recent(date, &now).map(|(_, verdict)| verdict));
        }
        let (records, receipts) = store.history()?;
        let recents: Vec<Recent> =
            records.iter().filter_map(|(record, hash)| recent(record, *hash, &receipts)).collect();
        Ok(store.judge_records(date, &recents, &now))
    }

    /// Why a window of a date stands as it does; `None` where there is no such window.
    ///
    /// # Errors
    /// As [`CheckInEngine::log`].
    pub fn why(&self, date: NaiveDate, window: &WindowId) -> Result<Option<WindowVerdict>, EngineError> {
        Ok(self.day(date)?.and_then(|day| day.windows.into_iter().find(|verdict| verdict.id == *window)))
    }

    /// The day that a record counts for, judged.
    ///
    /// # Errors
    /// [`EngineError::UnknownRecord`]; and as [`CheckInEngine::log`].
    pub fn why_record(&self, id: RecordId) -> Result<(LogEntry, Option<DayVerdict>), EngineError> {
        let entry = self.log(&LogFilter::default())?.into_iter().find(|entry| entry.id == id);
        let entry = entry.ok_or(EngineError::UnknownRecord)?;
        let date = {
            let mut inner = self.inner();
            let store = inner.enrolled()?;
            store.rules.duty_date(&store.state, entry.bounds.nearest(entry.claimed_ms))
        };
        Ok((entry, self.day(date)?))
    }
}

/// A receipt that the store holds.
pub(super) struct HeldReceipt {
    receipt: Receipt,
    hash: EnvelopeHash,
}

pub(super) type History = (Vec<(Record, EnvelopeHash)>, Vec<HeldReceipt>);

impl Store {
    /// Reads every record and receipt of the store, in order.
    pub(super) fn history(&self) -> Result<History, EngineError> {
        let (mut records, mut receipts) = (Vec::new(), Vec::new());
        for step in self.journal.iter_from(Pos::START)? {
            let Step::Frame(frame) = step? else { continue };
            match frame.kind {
                FrameKind::Record => records.extend(record_of(&frame.body)),
                FrameKind::Receipt => receipts.extend(receipt_of(&frame.body)),
                _ => {}
            }
        }
        Ok((records, receipts))
    }

    fn entry(&self, record: &Record, hash: EnvelopeHash, receipts: &[HeldReceipt]) -> LogEntry {
        let timed = bounds_of_reading(&record.time, None, &self.anchors);
        let covering = covering(record, receipts);
        LogEntry {
            id: record.id,
            link: record.link(hash),
            kind: record.kind.clone(),
            what: record.body().map_or(LogWhat::Other, LogWhat::from),
            claimed_ms: record.time.wall_ms,
            bounds: timed.bounds,
            grade: timed.grade,
            delivery: self.state.outbox.delivery(record.epoch, record.seq),
            receipt: covering.map(|held| held.hash),
            received_ms: covering.map(|held| held.receipt.t_ms),
        }
    }
}

fn receipt_of(body: &[u8]) -> Option<HeldReceipt> {
    let answer: ReceiptAnswer = serde_json::from_slice(body).ok()?;
    let receipt = super::state::trusted::<Receipt>(&answer.receipt)?;
    let hash = EnvelopeHash::of(&answer.receipt);
    Some(HeldReceipt { receipt, hash })
}

fn covering<'a>(record: &Record, receipts: &'a [HeldReceipt]) -> Option<&'a HeldReceipt> {
    receipts
        .iter()
        .find(|held| held.receipt.epoch == record.epoch && (held.receipt.from..=held.receipt.to).contains(&record.seq))
}

fn recent(record: &Record, hash: EnvelopeHash, receipts: &[HeldReceipt]) -> Option<Recent> {
    let what = match record.body().ok()? {
        Body::CheckIn(tap) => RecentWhat::Tap(tap),
        Body::HealthForm(form) => RecentWhat::Form { for_date: form.for_date, verdict: form.verdict },
        _ => return None,
    };
    let named = receipts.iter().find(|held| record.receipt == Some(held.hash));
    Some(Recent {
        id: record.id,
        link: record.link(hash),
        time: record.time.clone(),
        receipt_ms: named.map(|held| held.receipt.t_ms),
        arrival_ms: covering(record, receipts).map(|held| held.receipt.t_ms),
        what,
    })
}
