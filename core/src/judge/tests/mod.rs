//! A person's day on a table, from the evidence up.

mod appeal;
mod correction;
mod edge;
mod gather;
mod property;
mod rule;
mod share;
mod story;

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::*;
use crate::ask::AppealSeen;
use crate::model::{ChainPlace, RecordId, SessionId, TimeEvidence};
use crate::policy::{DEFAULT_ID, Policy, shipped_policy};
use crate::schedule::{DayPlan, DayTime, PlanFor, plan_day};
use crate::text::Lang;
use crate::time::{Anchor, Anchors, Bounds, ChainEntry, Grade, Timed, bounds_of_chain};

/// An ordinary Tuesday.
const DATE: &str = "2026-11-24";

fn date() -> NaiveDate {
    DATE.parse().unwrap()
}

fn default_policy() -> &'static Policy {
    static POLICY: LazyLock<Policy> = LazyLock::new(|| shipped_policy(DEFAULT_ID).unwrap().unwrap());
    &POLICY
}

/// A local time of the date, such as `08:00:09`, milliseconds.
fn at(time: &str) -> i64 {
    DayTime::parse(time).unwrap().on(date(), default_policy().zone)
}

fn plan(mode: Mode) -> DayPlan {
    plan_day(default_policy(), date(), mode, &PlanFor::default())
}

fn rule_ref(policy: &str) -> RuleRef {
    RuleRef { policy: policy.into(), title: "Aturan".into(), pack: Some(1) }
}

/// Everything that a case borrows.
#[derive(Debug)]
struct Day {
    plan: DayPlan,
    rule: RuleRef,
    earlier: Option<(DayPlan, RuleRef, Option<i64>)>,
    taps: Vec<Tap>,
    tracks: Vec<TrackSeen>,
    installations: Vec<Installation>,
    grace_until_ms: i64,
    may_leave_region: bool,
    excuses: Vec<Excuse>,
    outages: Vec<Outage>,
    forms: Vec<FormSeen>,
    corrections: Vec<Correction>,
    appeals: Vec<AppealSeen>,
    now_ms: i64,
}

impl Day {
    /// Someone at home who owes the four check-ins of `default`, with one phone of which nothing has come.
    fn at_home() -> Self {
        Self::of(plan(Mode::Wfh))
    }

    fn of(plan: DayPlan) -> Self {
        Self {
            plan,
            rule: rule_ref("default"),
            earlier: None,
            taps: Vec::new(),
            tracks: Vec::new(),
            installations: vec![Installation {
                enrolled_ms: 0,
                revoked_ms: None,
                received_past_ms: None,
                lost: vec![],
                lost_by_office: vec![],
            }],
            grace_until_ms: grace_until_ms(default_policy(), date(), &PlanFor::default()),
            may_leave_region: false,
            excuses: Vec::new(),
            outages: Vec::new(),
            forms: Vec::new(),
            corrections: Vec::new(),
            appeals: Vec::new(),
            now_ms: at("23:00"),
        }
    }

    fn with(mut self, taps: impl IntoIterator<Item = Tap>) -> Self {
        self.taps.extend(taps);
        self
    }

    fn now(mut self, time: &str) -> Self {
        self.now_ms = at(time);
        self
    }

    fn received_past(mut self, time: &str) -> Self {
        self.installations[0].received_past_ms = Some(at(time));
        self
    }

    fn case(&self) -> Case<'_> {
        Case {
            plan: &self.plan,
            rule: &self.rule,
            why: "",
            earlier: self.earlier.as_ref().map(|(plan, rule, reached_ms)| EarlierRule {
                plan,
                rule,
                excuses: &[],
                reached_ms: *reached_ms,
            }),
            taps: &self.taps,
            tracks: Some(&self.tracks),
            installations: &self.installations,
            grace_until_ms: self.grace_until_ms,
            may_leave_region: self.may_leave_region,
            excuses: &self.excuses,
            outages: &self.outages,
            forms: &self.forms,
            corrections: &self.corrections,
            appeals: &self.appeals,
            now_ms: self.now_ms,
        }
    }

    fn judged(&self) -> DayVerdict {
        judge(&self.case())
    }

    fn states(&self) -> Vec<WindowState> {
        self.judged().windows.iter().map(|window| window.state).collect()
    }
}

fn record(number: u8) -> RecordId {
    RecordId::new(1, [number; 10])
}

/// The place of the record of that number, were every record a tap.
fn place(number: u8) -> ChainPlace {
    ChainPlace { epoch: 1, seq: number.into() }
}

fn timed(claimed_ms: i64, bounds: Bounds, grade: Grade) -> Timed {
    Timed { claimed_ms, bounds, proven: bounds, presumed: None, grade }
}

/// A tap whose time is anchored to a second around a local time.
fn tap(number: u8, time: &str) -> Tap {
    let at_ms = at(time);
    tap_of(number, timed(at_ms, Bounds::between(at_ms - 400, at_ms + 400), Grade::Anchored))
}

fn tap_of(number: u8, timed: Timed) -> Tap {
    let arrival_ms = Some(timed.bounds.nearest(timed.claimed_ms).saturating_add(5_000));
    Tap {
        record: record(number),
        installation: 0,
        place: place(number),
        timed,
        placement: None,
        signals: Vec::new(),
        arrival_ms,
    }
}

fn late(minutes: u32) -> WindowState {
    WindowState::Late { minutes }
}

/// The answer to *why?* for one window, as the board tells it.
fn why(day: &DayVerdict, window: usize) -> Vec<String> {
    crate::text::judge::why(&day.windows[window], &crate::text::judge::clock_of(day, Lang::Id))
}
