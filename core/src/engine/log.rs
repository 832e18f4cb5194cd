//! The history as a person reads it: each record with its state, and the judge's reasons for a day.

use chrono::NaiveDate;
use serde::Serialize;

use super::{CheckInEngine, EngineError, look::History};
use crate::{
    index::{FilingDay, Question},
    judge::{DayVerdict, WindowVerdict},
    model::{
        Acknowledged, Appeal, Ask, Body, EntryVerdict, EnvelopeHash, EpochCause, Fix, Kind, Link, NoFix, Note, Record,
        RecordId, Request, ShareThen,
    },
    outbox::{Delivery, Outbox},
    schedule::WindowId,
    time::{Bounds, Grade, bounds_of_reading},
    track::Totals,
};

const DAY_MS: i64 = 86_400_000;

/// Which records to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Of these kinds only; of all if empty.
    pub kinds: Vec<Kind>,
    /// At or after this instant, milliseconds, by the claim or where the evidence excludes that by the nearest instant.
    pub from_ms: Option<i64>,
    /// Before this instant, milliseconds, in the same way.
    pub until_ms: Option<i64>,
    /// The newest so many, in the order in which they were made.
    pub limit: Option<usize>,
    /// Leaves out the server's time, which comes with each delivery: evidence that the phone keeps, and nothing that a person did.
    pub without_server_time: bool,
}

impl LogFilter {
    /// What to ask the index, with the newest `reach` where no day bounds it; `None` where everything has to be looked at.
    fn question(&self, reach: Option<usize>) -> Option<Question> {
        let (from, until) = (self.from_ms.map(FilingDay::of), self.until_ms.map(FilingDay::of));
        match (from, until, reach) {
            (None, None, Some(limit)) if self.kinds.is_empty() => Some(Question::Newest(limit)),
            (None, None, _) => None,
            // What lies near midnight, or was dated anew since, may be filed under the day beside.
            (from, until, _) => Some(Question::Days {
                from: from.map_or(FilingDay::MIN, |day| day.plus(-1)),
                to: until.map_or(FilingDay::MAX, |day| day.plus(1)),
            }),
        }
    }

    fn wants(&self, entry: &LogEntry) -> bool {
        let at = entry.bounds.nearest(entry.claimed_ms);
        (self.kinds.is_empty() || self.kinds.contains(&entry.kind))
            && self.from_ms.is_none_or(|from| at >= from)
            && self.until_ms.is_none_or(|until| at < until)
            && !(self.without_server_time && entry.what == LogWhat::TimeToken)
    }
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
    /// Lists the records of this phone, oldest first.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`]; [`EngineError::Store`] when the store can't be read.
    pub fn log(&self, filter: &LogFilter) -> Result<Vec<LogEntry>, EngineError> {
        let (lookup, outbox) = {
            let mut inner = self.inner();
            let store = inner.enrolled()?;
            (store.lookup(), store.state.outbox.clone())
        };
        let index = self.index();
        // About every second of the newest is the server's time.
        let spare = if filter.without_server_time { 2 } else { 1 };
        let mut reach = filter.limit.map(|limit| limit.saturating_mul(spare));
        loop {
            // Without an index the newest are found by reading everything, so it is read once.
            let question =
                filter.question(reach).filter(|asked| index.is_some() || !matches!(asked, Question::Newest(_)));
            let history = match &question {
                Some(question) => lookup.ask(index, question)?,
                None => lookup.all()?,
            };
            let entries = history.records.iter().map(|(record, hash)| entry(record, *hash, &history, &outbox));
            let mut entries: Vec<LogEntry> = entries.filter(|entry| filter.wants(entry)).collect();
            let Some(limit) = filter.limit else { return Ok(entries) };
            // What is left out of the newest makes room for older ones, if there are any.
            match question {
                Some(Question::Newest(asked)) if entries.len() < limit && history.records.len() >= asked => {
                    reach = Some(asked.saturating_mul(2).max(1));
                }
                _ => {
                    entries.drain(..entries.len().saturating_sub(limit));
                    return Ok(entries);
                }
            }
        }
    }

    /// Judges a day by this phone's records, with reasons; a preview of what the server will decide.
    /// `None` where no rule is in force or the assignment does not reach.
    ///
    /// # Errors
    /// As [`CheckInEngine::log`].
    pub fn day(&self, date: NaiveDate) -> Result<Option<DayVerdict>, EngineError> {
        let reading = self.ports.clock.read();
        let (lookup, plan, now) = {
            let mut inner = self.inner();
            let store = inner.enrolled()?;
            store.session(reading, &*self.ports.entropy)?;
            let now = store.now(reading);
            let Some(plan) = store.rules.plan(&store.state, date) else { return Ok(None) };
            // What is at hand of today has every tap and form, and no batch of live share.
            if plan.live_share.is_none() && store.rules.duty_date(&store.state, now.ms) == date {
                return Ok(store.judge_recent(date, &now).map(|(_, verdict)| verdict));
            }
            (store.lookup(), plan, now)
        };
        let (from, to) = (FilingDay::of(plan.starts_ms).plus(-1), FilingDay::of(plan.ends_ms).plus(1));
        let history = lookup.ask(self.index(), &Question::Days { from, to })?;
        let chronicle = history.chronicle();
        Ok(self.inner().enrolled()?.judge_history(&plan, &chronicle, &now))
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
        // Its id says when its clock said that it was made; where that was wrong it may lie anywhere.
        let around = id.made_ms();
        let near =
            LogFilter { from_ms: Some(around - DAY_MS), until_ms: Some(around + DAY_MS), ..LogFilter::default() };
        let find = |filter| Ok::<_, EngineError>(self.log(filter)?.into_iter().find(|entry| entry.id == id));
        let entry = match find(&near)? {
            Some(entry) => entry,
            None => find(&LogFilter::default())?.ok_or(EngineError::UnknownRecord)?,
        };
        let date = {
            let mut inner = self.inner();
            let store = inner.enrolled()?;
            store.rules.duty_date(&store.state, entry.bounds.nearest(entry.claimed_ms))
        };
        Ok((entry, self.day(date)?))
    }
}

fn entry(record: &Record, hash: EnvelopeHash, history: &History, outbox: &Outbox) -> LogEntry {
    let timed = bounds_of_reading(&record.time, None, &history.anchors);
    let covering = history.covering(record);
    LogEntry {
        id: record.id,
        link: record.link(hash),
        kind: record.kind.clone(),
        what: record.body().map_or(LogWhat::Other, LogWhat::from),
        claimed_ms: record.time.wall_ms,
        bounds: timed.bounds,
        grade: timed.grade,
        delivery: outbox.delivery(record.epoch, record.seq),
        receipt: covering.map(|held| held.hash),
        received_ms: covering.map(|held| held.receipt.t_ms),
    }
}
