//! *Bulan saya*: a month of one's own days, judged by the same judge as a day is, from one reading of the history.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{CheckInEngine, EngineError, look::History, now::Now, preview::Chronicle, store::Store};
use crate::{
    index::{FilingDay, Question},
    judge::{DayState, DayVerdict, EntryState, WindowState, WindowVerdict},
    model::{EntryVerdict, RecordId},
    outbox::{Delivery, Outbox},
    schedule::{DateRange, Mode, WindowId, YearMonth, Zone},
};

/// A month of one's own. Everything in it is a preview of what the office decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MyMonth {
    /// Which.
    pub month: YearMonth,
    /// The office's zone.
    pub zone: Zone,
    /// The present duty date.
    pub today: NaiveDate,
    /// The month before, where this phone knows something of it.
    pub previous: Option<YearMonth>,
    /// The month after, likewise.
    pub next: Option<YearMonth>,
    /// Every date of the month.
    pub days: Vec<MonthDay>,
    /// The sums.
    pub totals: MonthTotals,
}

/// A date of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MonthDay {
    /// The duty date.
    pub date: NaiveDate,
    /// What is known of it.
    #[serde(flatten)]
    pub known: DayKnown,
}

/// What is known of a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "known", rename_all = "snake_case")]
pub enum DayKnown {
    /// It can be judged here.
    Judged {
        /// What kind of day it is.
        state: DayState,
        /// Where the person was to work.
        mode: Mode,
        /// The windows, rising.
        windows: Vec<MonthWindow>,
        /// Whether anything waits for a person's look.
        flagged: bool,
        /// What the self-assessment for the date declared.
        form: Option<EntryVerdict>,
    },
    /// It can't.
    NotJudged {
        /// Why.
        why: NotJudged,
    },
}

/// Why this phone can't judge a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotJudged {
    /// The phone was enrolled after, and holds nothing of it.
    BeforeEnrolment,
    /// No assignment that came here reaches it.
    NoAssignment,
    /// No rule that this phone holds was in force.
    NoRule,
    /// Its records were freed here: the server and its backup have them.
    Freed,
}

/// A window of a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MonthWindow {
    /// Which.
    pub id: WindowId,
    /// How screens name it.
    pub label: String,
    /// How it stands, corrections included.
    #[serde(flatten)]
    pub state: WindowState,
    /// When the tap that counts was made, milliseconds.
    pub at_ms: Option<i64>,
    /// Whether it waits for a person's look.
    pub flagged: bool,
    /// Whether an appeal against it waits for a ruling.
    pub appealed: bool,
    /// Whether that tap was received.
    pub delivery: Option<Delivery>,
}

/// The sums of a month, of the days that can be judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MonthTotals {
    /// Windows on time.
    pub on_time: u32,
    /// Windows late.
    pub late: u32,
    /// By how many minutes together.
    pub late_minutes: u32,
    /// Windows missed.
    pub missed: u32,
    /// Windows excused.
    pub excused: u32,
    /// Windows that the judge leaves open: something of them may still come.
    pub not_yet_received: u32,
    /// Taps that count and that the office has not got yet.
    pub waiting: u32,
    /// Windows, other taps and live shares that a person at the office may look at.
    pub flagged: u32,
    /// Dates for which a self-assessment was filled.
    pub forms: u32,
    /// Dates up to today that can't be judged here.
    pub not_judged: u32,
}

impl CheckInEngine {
    /// A month with every date and the sums; the present month without one. The history is read once, and nobody is kept
    /// from recording meanwhile.
    ///
    /// # Errors
    /// As [`CheckInEngine::log`].
    pub fn month(&self, which: Option<YearMonth>) -> Result<MyMonth, EngineError> {
        let reading = self.ports.clock.read();
        let (lookup, outbox, now, zone, today, reach) = {
            let mut inner = self.inner();
            let store = inner.enrolled()?;
            store.session(reading, &*self.ports.entropy)?;
            let now = store.now(reading);
            let zone = store.rules.zone(&store.state, now.ms);
            let today = store.rules.duty_date(&store.state, now.ms);
            (store.lookup(), store.state.outbox.clone(), now, zone, today, store.rules.reach(&store.state))
        };
        let month = which.unwrap_or(YearMonth::of(today));
        let dates = DateRange { first: month.first(), last: month.last() };
        // A night shift ends on the date after the month.
        let (from_ms, to_ms) = (zone.midnight_ms(dates.first), zone.midnight_ms(dates.last) + 2 * 86_400_000);
        let (from, to) = (FilingDay::of(from_ms).plus(-1), FilingDay::of(to_ms).plus(1));
        let history = lookup.ask(self.index(), &Question::Days { from, to })?;
        let kept_from_ms = lookup.first_record()?.map(|record| record.time.wall_ms);
        let read = MonthRead { places: places(&history), chronicle: history.chronicle(), outbox, now, kept_from_ms };
        let mut totals = MonthTotals::default();
        let mut days = Vec::new();
        for date in dates.first.iter_days().take_while(|date| *date <= dates.last) {
            // Day by day, so that a tap waits for one of them at most.
            let known = self.inner().enrolled()?.known_of(date, &read, &mut totals);
            if date <= today && matches!(known, DayKnown::NotJudged { .. }) {
                totals.not_judged += 1;
            }
            days.push(MonthDay { date, known });
        }
        let previous = month.previous().filter(|before| reach.is_some_and(|reach| before.last() >= reach.first));
        let next = month.next().filter(|after| reach.is_some_and(|reach| after.first() <= reach.last));
        Ok(MyMonth { month, zone, today, previous, next, days, totals })
    }
}

/// What was read for a month.
struct MonthRead {
    places: BTreeMap<RecordId, (u32, u64)>,
    chronicle: Chronicle,
    outbox: Outbox,
    now: Now,
    /// When the oldest record that is kept says that it was made.
    kept_from_ms: Option<i64>,
}

fn places(history: &History) -> BTreeMap<RecordId, (u32, u64)> {
    history.records.iter().map(|(record, _)| (record.id, (record.epoch, record.seq))).collect()
}

impl Store {
    fn known_of(&self, date: NaiveDate, read: &MonthRead, totals: &mut MonthTotals) -> DayKnown {
        let state = &self.state;
        if self.rules.mode(state, date).is_none() {
            return DayKnown::NotJudged { why: NotJudged::NoAssignment };
        }
        let Some(plan) = self.rules.plan(state, date) else {
            return DayKnown::NotJudged { why: NotJudged::NoRule };
        };
        let Some(verdict) = self.judge_history(&plan, &read.chronicle, &read.now) else {
            return DayKnown::NotJudged { why: NotJudged::NoRule };
        };
        let asks = plan.owes_check_in || plan.live_share.is_some() || plan.form.is_some();
        let freed =
            state.freed.is_some() && read.kept_from_ms.is_some_and(|kept_from_ms| plan.starts_ms < kept_from_ms);
        if asks && freed {
            return DayKnown::NotJudged { why: NotJudged::Freed };
        }
        let enrolled_ms = state.identity.as_ref().map_or(i64::MIN, |identity| identity.enrolled_ms);
        // Who enrolled again on the same phone has records from before.
        if asks && plan.ends_ms <= enrolled_ms && is_bare(&verdict) {
            return DayKnown::NotJudged { why: NotJudged::BeforeEnrolment };
        }
        let delivery = |record: RecordId| match read.places.get(&record) {
            Some((epoch, seq)) => read.outbox.delivery(*epoch, *seq),
            None => Delivery::Waiting,
        };
        let windows: Vec<MonthWindow> = verdict
            .windows
            .iter()
            .map(|window| MonthWindow {
                id: window.id.clone(),
                label: window.window.label.clone(),
                state: window.effective(),
                at_ms: window.tap.map(|tap| tap.at_ms),
                flagged: window.needs_a_look(),
                appealed: window.is_appealed(),
                delivery: window.tap.map(|tap| delivery(tap.record)),
            })
            .collect();
        let form = verdict.entry.form.map(|_| match verdict.entry.state {
            EntryState::MayNotEnter => EntryVerdict::MayNotEnter,
            EntryState::MayEnter | EntryState::NotSubmitted | EntryState::NotOwed => EntryVerdict::MayEnter,
        });
        totals.add(&verdict, &windows);
        DayKnown::Judged { state: verdict.state, mode: verdict.mode, windows, flagged: verdict.needs_a_look(), form }
    }
}

/// Whether nothing is recorded of a day.
fn is_bare(verdict: &DayVerdict) -> bool {
    let untouched = |window: &WindowVerdict| window.tap.is_none() && window.corrections.is_empty();
    verdict.windows.iter().all(untouched) && verdict.others.is_empty() && verdict.entry.form.is_none()
}

impl MonthTotals {
    fn add(&mut self, verdict: &DayVerdict, windows: &[MonthWindow]) {
        for window in windows {
            match window.state {
                WindowState::OnTime => self.on_time += 1,
                WindowState::Late { minutes } => {
                    self.late += 1;
                    self.late_minutes = self.late_minutes.saturating_add(minutes);
                }
                WindowState::Missed => self.missed += 1,
                WindowState::Excused { .. } => self.excused += 1,
                WindowState::NotYetReceived => self.not_yet_received += 1,
                WindowState::Upcoming | WindowState::Open | WindowState::NotOwed => {}
            }
            self.flagged += u32::from(window.flagged);
            self.waiting += u32::from(window.delivery == Some(Delivery::Waiting));
        }
        let others = verdict.others.iter().filter(|other| !other.flags.is_empty()).count();
        self.flagged += u32::try_from(others).unwrap_or(u32::MAX);
        self.flagged += u32::from(verdict.share.as_ref().is_some_and(crate::judge::ShareVerdict::needs_a_look));
        self.forms += u32::from(verdict.entry.form.is_some());
    }
}
