//! A day as this phone can judge it: the same judge as the server's, told of this installation's records only.

use std::{cell::RefCell, sync::Arc};

use chrono::NaiveDate;

use super::{
    look::History,
    now::Now,
    state::{Recent, RecentWhat},
    store::Store,
};
use crate::{
    judge::{Case, DayVerdict, FormSeen, Installation, RuleRef, Tap, TrackSeen, grace_until_ms, judge},
    limits::engine as limits,
    model::{Body, CheckIn, EnvelopeHash, Record},
    place::{PlaceLimits, Sighting, fix_signals, speed_signal},
    schedule::DayPlan,
    time::{Anchors, ChainEntry, Timed, bounds_of_chain, bounds_of_reading},
};

/// The records of a day with their evidence, weighed.
#[derive(Debug, Default, Clone)]
pub(super) struct Weighed {
    taps: Vec<Tap>,
    forms: Vec<FormSeen>,
}

/// What was read of a history, with its times: of one day, or of many that are judged one after another.
pub(super) struct Chronicle {
    records: Vec<Recent>,
    timed: Vec<Timed>,
    tracks: Vec<TrackSeen>,
}

/// Today's records, weighed; forgotten with every commit.
#[derive(Debug, Default)]
pub(super) struct DayCache(RefCell<Option<(NaiveDate, Arc<Weighed>)>>);

impl DayCache {
    pub(super) fn forget(&mut self) {
        *self.0.get_mut() = None;
    }
}

impl Store {
    /// Judges a day by the records of late; `None` where no rule is in force or the assignment does not reach.
    pub(super) fn judge_recent(&self, date: NaiveDate, now: &Now) -> Option<(Arc<DayPlan>, DayVerdict)> {
        let plan = self.rules.plan(&self.state, date)?;
        let cached = self.day.0.borrow().as_ref().filter(|(of, _)| *of == date).map(|(_, weighed)| weighed.clone());
        let weighed = cached.unwrap_or_else(|| {
            let recent = &self.state.recent;
            let weighed = Arc::new(self.weigh(recent, &times(recent, &self.anchors), &plan));
            *self.day.0.borrow_mut() = Some((date, weighed.clone()));
            weighed
        });
        // What is kept at hand knows of no batches.
        let verdict = self.judge(&plan, &weighed, None, now)?;
        Some((plan, verdict))
    }

    /// Judges a day by what was read of the history around it.
    pub(super) fn judge_history(&self, plan: &DayPlan, history: &Chronicle, now: &Now) -> Option<DayVerdict> {
        let weighed = self.weigh(&history.records, &history.timed, plan);
        self.judge(plan, &weighed, Some(&history.tracks), now)
    }

    fn weigh(&self, records: &[Recent], timed: &[Timed], plan: &DayPlan) -> Weighed {
        let day = plan.starts_ms..plan.ends_ms;
        let fence = self.rules.on(&self.state, plan.duty_date).and_then(|rule| rule.fence.as_ref());
        let place_limits = PlaceLimits::default();
        let mut weighed = Weighed::default();
        let mut before: Option<(&Recent, &Timed)> = None;
        for (recent, timed) in records.iter().zip(timed) {
            match &recent.what {
                RecentWhat::Form { for_date, verdict } => weighed.forms.push(FormSeen {
                    record: recent.id,
                    place: recent.link.place(),
                    for_date: *for_date,
                    verdict: *verdict,
                    timed: *timed,
                }),
                RecentWhat::Tap(tap) => {
                    let earlier = before.replace((recent, timed));
                    if !day.contains(&timed.judged_ms()) {
                        continue;
                    }
                    let mut signals = fix_signals(tap, &recent.time, &place_limits);
                    let sights = earlier.and_then(|(r, t)| sighting(r, t)).zip(sighting(recent, timed));
                    signals.extend(sights.and_then(|(from, to)| speed_signal(&from, &to, &place_limits)));
                    let placement = match (tap, fence) {
                        (CheckIn::Fix(fix), Some(fence)) => Some(fence.place(fix)),
                        _ => None,
                    };
                    weighed.taps.push(Tap {
                        record: recent.id,
                        installation: 0,
                        place: recent.link.place(),
                        timed: *timed,
                        placement,
                        signals,
                        arrival_ms: recent.arrival_ms,
                    });
                }
            }
        }
        weighed
    }

    fn judge(&self, plan: &DayPlan, weighed: &Weighed, tracks: Option<&[TrackSeen]>, now: &Now) -> Option<DayVerdict> {
        let date = plan.duty_date;
        let rule = self.rules.on(&self.state, date)?;
        let assignment = self.rules.assignment(&self.state)?;
        let (_, why) = self.rules.mode(&self.state, date)?;
        let enrolled_ms = self.state.identity.as_ref().map_or(i64::MIN, |identity| identity.enrolled_ms);
        // This phone knows all of its own records: what it does not have by now was not made here.
        let here = Installation {
            enrolled_ms,
            revoked_ms: None,
            received_past_ms: Some(now.ms),
            lost: Vec::new(),
            lost_by_office: Vec::new(),
        };
        Some(judge(&Case {
            plan,
            rule: &RuleRef {
                policy: rule.policy.id.clone(),
                title: rule.policy.title.clone(),
                pack: Some(rule.number),
            },
            why,
            earlier: None,
            taps: &weighed.taps,
            tracks,
            installations: &[here],
            grace_until_ms: grace_until_ms(&rule.policy, date, &self.rules.who(&self.state, date)),
            may_leave_region: assignment.permits.iter().any(|permit| (permit.from..=permit.until).contains(&date)),
            excuses: &self.rules.excuses(&self.state, plan),
            outages: &[],
            forms: &weighed.forms,
            corrections: &self.corrections(date),
            appeals: &self.appeals(),
            now_ms: now.ms,
        }))
    }
}

/// What the evidence allows of each record, in the order of the chain.
fn times(records: &[Recent], anchors: &Anchors) -> Vec<Timed> {
    let entries: Vec<ChainEntry<'_>> = records
        .iter()
        .enumerate()
        .map(|(at, recent)| ChainEntry {
            time: &recent.time,
            after: at.checked_sub(1).filter(|before| records[*before].link.epoch == recent.link.epoch),
            receipt_ms: recent.receipt_ms,
            // A receipt is no clock for the phone.
            arrival_ms: None,
        })
        .collect();
    bounds_of_chain(&entries, anchors, limits::SERVER_ERR_MS)
}

fn sighting<'a>(recent: &'a Recent, timed: &'a Timed) -> Option<Sighting<'a>> {
    match &recent.what {
        RecentWhat::Tap(CheckIn::Fix(fix)) => Some(Sighting { record: recent.id, fix, time: &recent.time, timed }),
        _ => None,
    }
}

impl History {
    /// What the judge of this phone looks at.
    pub(super) fn chronicle(&self) -> Chronicle {
        let records: Vec<Recent> =
            self.records.iter().filter_map(|(record, hash)| self.recent(record, *hash)).collect();
        Chronicle { timed: times(&records, &self.anchors), records, tracks: self.tracks() }
    }

    /// A record as the judge of this phone looks at it; `None` for what is neither a tap nor a form.
    fn recent(&self, record: &Record, hash: EnvelopeHash) -> Option<Recent> {
        let what = match record.body().ok()? {
            Body::CheckIn(tap) => RecentWhat::Tap(tap),
            Body::HealthForm(form) => RecentWhat::Form { for_date: form.for_date, verdict: form.verdict },
            _ => return None,
        };
        let named = self.receipts.iter().find(|held| record.receipt == Some(held.hash));
        Some(Recent {
            id: record.id,
            link: record.link(hash),
            time: record.time.clone(),
            receipt_ms: named.map(|held| held.receipt.t_ms),
            arrival_ms: self.covering(record).map(|held| held.receipt.t_ms),
            what,
        })
    }

    /// The batches of live share that are records by now.
    fn tracks(&self) -> Vec<TrackSeen> {
        let seen = self.records.iter().filter_map(|(record, _)| {
            let Body::Track(track) = record.body().ok()? else { return None };
            let made = bounds_of_reading(&record.time, None, &self.anchors);
            let arrival_ms = self.covering(record).map(|held| held.receipt.t_ms);
            Some(TrackSeen::of(record, &track, made, arrival_ms, 0, &self.anchors))
        });
        seen.collect()
    }
}
