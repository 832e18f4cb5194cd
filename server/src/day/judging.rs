//! From evidence to verdicts: places, signals of several people together, and the judge.

use chrono::NaiveDate;
use hadir_core::{
    ask::AppealSeen,
    judge::{
        Case, Correction, DayVerdict, EarlierRule, Excuse, ExcuseKind, FormSeen, Outage, RuleRef, Tap, excuses,
        grace_until_ms, judge,
    },
    place::{Signal, Stand, identical_places},
    policy::Policy,
    roster::{self, Excused, Placement},
    schedule::{CheckInReason, DayPlan, DayStatus, LateRule, Mode, PlanFor, PlanReason, Shifts, Zone, plan_day},
    text::{self, Lang},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    PersonDay,
    earlier::{Earlier, earlier, rule_ref},
    evidence::Evidence,
    model::DayOfPerson,
};
use crate::{
    asks::{Asked, OfficeAsk, RecallSeen, recalls},
    policies::{BookedPolicy, PolicyBook},
    store::{Person, Result, Ruling, StoreRead},
};

/// What all people of a date share.
pub(super) struct Court<'b> {
    book: &'b PolicyBook,
    booked: Option<&'b BookedPolicy>,
    date: NaiveDate,
    entry_for: NaiveDate,
    now_ms: i64,
    outages: Vec<Outage>,
    rulings: Vec<Ruling>,
    appeals: Vec<OfficeAsk>,
    recalls: Vec<RecallSeen>,
}

/// One person before the court: what is known of them and what was asked of them, but for the signals of several people
/// together. Holds until something about the person is new.
pub(super) struct Bench {
    found: Evidence,
    plan: Option<DayPlan>,
    entry_plan: Option<DayPlan>,
    earlier: Option<Earlier>,
    mode_why: Option<roster::Reason>,
    may_leave_region: bool,
    excuses: Vec<Excuse>,
    corrections: Vec<Correction>,
    appeals: Vec<AppealSeen>,
    recalls: Vec<RecallSeen>,
    grace_until_ms: i64,
}

impl Bench {
    /// From when on a window without a tap is missed even if the phone was not heard, milliseconds.
    pub(super) const fn grace_until_ms(&self) -> i64 {
        self.grace_until_ms
    }

    pub(super) fn person(&self) -> &Person {
        &self.found.person
    }

    /// Recalls for the date.
    pub(super) fn recalls(&self) -> &[RecallSeen] {
        &self.recalls
    }

    pub(super) const fn evidence(&self) -> &Evidence {
        &self.found
    }
}

impl<'b> Court<'b> {
    /// Reads what all people of a date share.
    pub(super) fn open(
        store: &dyn StoreRead,
        book: &'b PolicyBook,
        date: NaiveDate,
        entry_for: NaiveDate,
        now_ms: i64,
        asks: &[OfficeAsk],
    ) -> Result<Self> {
        let booked = book.on(date);
        let zone = booked.or_else(|| book.newest()).map_or(Zone::UTC, |booked| booked.policy.zone);
        let (from, until) = (zone.midnight_ms(date), date.succ_opt().map_or(i64::MAX, |next| zone.midnight_ms(next)));
        let outages = store.outages(from, until)?;
        Ok(Self {
            book,
            booked,
            date,
            entry_for,
            now_ms,
            outages: outages.iter().map(|o| Outage { from_ms: o.from_ms, until_ms: Some(o.until_ms) }).collect(),
            rulings: store.rulings(None, date, date)?,
            appeals: appeals_about(asks, date),
            recalls: recalls(store, None, date, date)?,
        })
    }

    /// The policies.
    pub(super) const fn book(&self) -> &PolicyBook {
        self.book
    }

    /// The duty date.
    pub(super) const fn date(&self) -> NaiveDate {
        self.date
    }

    /// The date that the entry is about.
    pub(super) const fn entry_for(&self) -> NaiveDate {
        self.entry_for
    }

    /// The instant at which is judged, milliseconds.
    pub(super) const fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// When the server could not be reached on the date.
    pub(super) fn outages(&self) -> &[Outage] {
        &self.outages
    }

    /// Plans a person's day; `shift_on` tells the shifts of the dates around it.
    pub(super) fn bench<'s>(
        &self,
        found: Evidence,
        placed: Option<&Placement>,
        entry_placed: Option<&Placement>,
        shift_on: impl Fn(NaiveDate) -> Option<&'s str>,
    ) -> Result<Bench> {
        let unit = found.person.unit.to_string();
        let who_on = |date| PlanFor { unit: Some(&unit), shifts: Shifts::around(date, &shift_on) };
        let who = who_on(self.date);
        let plan_of =
            |policy: &Policy, placed: &Placement| plan_day(policy, placed.date, placed.mode, &who_on(placed.date));
        let plan = self.booked.zip(placed).map(|(booked, placed)| plan_of(&booked.policy, placed));
        let entry_plan =
            self.book.on(self.entry_for).zip(entry_placed).map(|(booked, placed)| plan_of(&booked.policy, placed));
        let earlier = match (&plan, placed) {
            (Some(plan), Some(placed)) => earlier(self.book, plan, placed, &who, &found),
            _ => None,
        };
        let corrections = self.rulings.iter().filter(|ruling| ruling.ruling.person == found.person.id);
        Ok(Bench {
            corrections: corrections.map(Ruling::correction).collect::<Result<_>>()?,
            appeals: self.appeals.iter().filter_map(|ask| appeal_seen(ask, &found)).collect(),
            recalls: self.recalls.iter().filter(|recall| recall.person == found.person.id).cloned().collect(),
            found,
            earlier,
            mode_why: placed.map(|placed| placed.why.clone()),
            may_leave_region: placed.is_some_and(|placed| placed.may_leave_region),
            excuses: plan.as_ref().zip(placed).map_or_else(Vec::new, |(plan, placed)| excuses_of(plan, placed)),
            grace_until_ms: self.booked.map_or(i64::MAX, |booked| grace_until_ms(&booked.policy, self.date, &who)),
            plan,
            entry_plan,
        })
    }

    /// Judges one person.
    pub(super) fn judge(&self, bench: &Bench, crowd: &Crowd) -> DayOfPerson {
        let rule = self.booked.map_or_else(no_rule, rule_ref);
        let found = &bench.found;
        let nothing = self.nothing_planned();
        let taps: Vec<Tap> =
            found.taps.iter().enumerate().map(|(at, (tap, _))| with_crowd(tap, crowd.get(&at))).collect();
        let forms: Vec<FormSeen> = found.forms.iter().map(|(form, _)| *form).collect();
        let why = bench.mode_why.as_ref().map_or_else(String::new, |why| text::roster::reason(why, Lang::Id));
        let case = Case {
            plan: bench.plan.as_ref().unwrap_or(&nothing),
            rule: &rule,
            why: &why,
            earlier: bench.earlier.as_ref().map(|earlier| EarlierRule {
                plan: &earlier.plan,
                rule: &earlier.rule,
                excuses: &earlier.excuses,
                reached_ms: earlier.reached_ms,
            }),
            taps: &taps,
            tracks: Some(&found.tracks),
            installations: &found.received,
            grace_until_ms: bench.grace_until_ms,
            may_leave_region: bench.may_leave_region,
            excuses: &bench.excuses,
            outages: &self.outages,
            forms: &forms,
            corrections: &bench.corrections,
            appeals: &bench.appeals,
            now_ms: self.now_ms,
        };
        let verdict: DayVerdict = judge(&case);
        let entry_plan = bench.entry_plan.as_ref().unwrap_or(&nothing);
        let entry = judge(&Case {
            plan: entry_plan,
            earlier: None,
            taps: &[],
            tracks: None,
            corrections: &[],
            appeals: &[],
            ..case
        })
        .entry;
        let received = |(form, at): &(FormSeen, i64)| (Some(form.record) == entry.form).then_some(*at);
        DayOfPerson {
            begins_ms: bench.plan.as_ref().unwrap_or(&nothing).starts_ms,
            verdict,
            mode_why: bench.mode_why.clone(),
            entry_mode: entry_plan.mode,
            entry,
            entry_opens_ms: entry_plan.form.as_ref().map(|form| form.opens_ms),
            entry_received_ms: found.forms.iter().find_map(received),
        }
    }

    /// Identical coordinates among the taps of one window, by person, then tap.
    pub(super) fn crowds(benches: &[Arc<Bench>]) -> BTreeMap<usize, Crowd> {
        let mut windows: BTreeMap<i64, Vec<(usize, usize, Stand<'_>)>> = BTreeMap::new();
        for (person, bench) in benches.iter().enumerate() {
            let Some(plan) = &bench.plan else { continue };
            for (at, (tap, fix)) in bench.found.taps.iter().enumerate() {
                if let (Some(fix), Some(window)) = (fix, plan.window_at(tap.timed.judged_ms())) {
                    let stand = Stand { person, household: bench.found.person.household.as_deref(), fix };
                    windows.entry(window.opens_ms).or_default().push((person, at, stand));
                }
            }
        }
        let mut crowds: BTreeMap<usize, Crowd> = BTreeMap::new();
        for taps in windows.into_values() {
            let stands: Vec<Stand<'_>> = taps.iter().map(|(_, _, stand)| *stand).collect();
            for (index, signal) in identical_places(&stands) {
                let (person, at, _) = taps[index];
                crowds.entry(person).or_default().insert(at, signal);
            }
        }
        crowds
    }

    /// A day without a rule: nothing is owed.
    fn nothing_planned(&self) -> DayPlan {
        let policy = self.book.newest().map(|booked| &booked.policy);
        let zone = policy.map_or(Zone::UTC, |policy| policy.zone);
        let next = self.date.succ_opt().unwrap_or(self.date);
        DayPlan {
            policy: String::new(),
            duty_date: self.date,
            zone,
            mode: Mode::Off,
            starts_ms: zone.midnight_ms(self.date),
            ends_ms: zone.midnight_ms(next),
            windows: Vec::new(),
            late: LateRule::default(),
            live_share: None,
            owes_check_in: false,
            form: None,
            notices: Vec::new(),
            reason: PlanReason {
                day: DayStatus::Working,
                check_in: CheckInReason::NotInForce,
                calendar_known: false,
                hours: None,
                shift: None,
            },
        }
    }

    /// The next instant at which time alone changes what is shown.
    pub(super) fn next_change(
        &self,
        people: &[Arc<PersonDay>],
        graces: &BTreeSet<i64>,
        follows_today: bool,
        zone: Zone,
        today: NaiveDate,
    ) -> Option<i64> {
        let windows = people.iter().flat_map(|person| &person.verdict.windows);
        let edges = windows.flat_map(|verdict| {
            let window = &verdict.window;
            [window.opens_ms, window.on_time_until_ms, window.late_until_ms]
        });
        let shares = people.iter().filter_map(|person| person.verdict.share.as_ref()?.changes_ms);
        // A duty date may begin later than its calendar date, but never between two midnights without passing one of them:
        // half hours after midnight cover shifts.
        let midnight = today.succ_opt().map(|next| zone.midnight_ms(next));
        let half_hour = (self.now_ms.div_euclid(1_800_000) + 1) * 1_800_000;
        let roll_over = follows_today.then_some(half_hour).into_iter().chain(midnight);
        let nights = people.iter().map(|person| person.begins_ms);
        let edges = edges.chain(shares).chain(nights).chain(roll_over).chain(graces.iter().copied());
        edges.filter(|edge| *edge > self.now_ms).min()
    }
}

/// A tap with the signal that it shows together with other people's.
fn with_crowd(tap: &Tap, signal: Option<&Signal>) -> Tap {
    let mut tap = tap.clone();
    tap.signals.extend(signal.cloned());
    tap
}

/// Signals that several people show together, by the place of the tap.
pub(super) type Crowd = BTreeMap<usize, Signal>;

fn no_rule() -> RuleRef {
    RuleRef { policy: String::new(), title: String::new(), pack: None }
}

/// Appeals about a date.
fn appeals_about(asks: &[OfficeAsk], date: NaiveDate) -> Vec<OfficeAsk> {
    let about = |ask: &&OfficeAsk| matches!(&ask.asked, Asked::Appeal(appeal) if appeal.date() == date);
    asks.iter().filter(about).cloned().collect()
}

/// A person's appeal as the judge shows it.
fn appeal_seen(ask: &OfficeAsk, found: &Evidence) -> Option<AppealSeen> {
    match &ask.asked {
        Asked::Appeal(appeal) if ask.person == found.person.id => Some(AppealSeen {
            record: ask.record,
            hash: ask.hash,
            appeal: appeal.clone(),
            at_ms: found.appealed.get(&ask.record).copied().unwrap_or(ask.received_ms),
            arrival_ms: Some(ask.received_ms),
            standing: ask.standing,
            decision: ask.holding(),
        }),
        _ => None,
    }
}

/// Windows that a dated fact covers without covering the day.
pub(super) fn excuses_of(plan: &DayPlan, placed: &Placement) -> Vec<Excuse> {
    let kind = |excused: &Excused| ExcuseKind::of(&excused.by);
    excuses(plan, placed.excused.iter().filter_map(|excused| Some((excused.window.as_str(), kind(excused)?))))
}
