//! Draws the home screen in one owned snapshot: what is due, what was recorded, what waits, what needs the person, and by
//! what clock all this is said.

use chrono::NaiveDate;

use super::{
    now::Now,
    rules::Rule,
    screen::{
        FormState, FormToday, ModeToday, Need, NextWindow, OtherToday, Person, RuleToday, TapNow, Today, WindowSource,
        WindowToday,
    },
    state::{Recent, RecentWhat, State},
    store::Store,
};
use crate::{
    form::definition,
    journal::{GapCause, RecoveryReport},
    judge::WindowState,
    model::{EntryVerdict, Link, RecordId},
    order,
    outbox::{Delivery, ParkedPlace},
    ports::Reading,
    schedule::{DayPlan, FormDuty, FormTiming, Timing, Window, WindowId},
};

impl Store {
    /// Draws the home screen.
    pub(super) fn today(&self, reading: Reading) -> Option<Today> {
        let state = &self.state;
        let identity = state.identity.as_ref()?;
        let assignment = self.rules.assignment(state)?;
        let now = self.now(reading);
        let date = self.rules.duty_date(state, now.ms);
        let rule = self.rules.on(state, date);
        let judged = self.judge_recent(date, &now);
        let plan = judged.as_ref().map(|(plan, _)| plan.as_ref());
        let verdict = judged.as_ref().map(|(_, verdict)| verdict);
        let windows: Vec<WindowToday> = verdict
            .iter()
            .flat_map(|verdict| &verdict.windows)
            .map(|window| WindowToday {
                window: window.window.clone(),
                state: window.effective(),
                tap: window.tap,
                delivery: window.tap.map(|tap| self.delivery_of(tap.record)),
                flags: window.flags.clone(),
            })
            .collect();
        let others = verdict.iter().flat_map(|verdict| &verdict.others);
        let forms = self.forms(date, &now);
        Some(Today {
            person: Person::of(&assignment.person),
            agency: identity.agency.clone(),
            now,
            date,
            zone: self.rules.zone(state, now.ms),
            mode: self.rules.mode(state, date).map(|(mode, why)| ModeToday {
                mode: plan.map_or(mode, |plan| plan.mode),
                why: why.to_owned(),
                shift: shift_title(rule, plan),
            }),
            rule: rule.map(|rule| rule_today(rule, plan)),
            state: verdict.map(|verdict| verdict.state),
            open: plan.and_then(|plan| plan.window_at(now.ms)).map(|window| window.id.clone()),
            next: next_owed(&windows, now.ms).map(|window| NextWindow {
                id: window.id.clone(),
                label: window.label.clone(),
                opens_ms: window.opens_ms,
            }),
            others: others
                .map(|tap| OtherToday { delivery: self.delivery_of(tap.tap.record), tap: tap.clone() })
                .collect(),
            tap: tap_now(plan, |window| windows.iter().any(|w| w.window.id == window.id && w.tap.is_some()), now.ms),
            windows,
            entry: verdict.map(|verdict| verdict.entry),
            live_share: plan.and_then(|plan| plan.live_share),
            share: self.share_today(&now, reading),
            notices: plan.map(|plan| plan.notices.clone()).unwrap_or_default(),
            pending: state.outbox.pending_count(),
            last_contact_ms: state.server_head.as_ref().map(|held| held.head.t_ms),
            needs: self.needs(date, &now, !forms.is_empty()),
            forms,
        })
    }

    /// What a tap at this moment counts as, by what was recorded before it: before `made`, if it is recorded itself.
    /// A tap waits for this, so nothing is judged.
    pub(super) fn tap_at(&self, now: &Now, made: Option<Link>) -> TapNow {
        let date = self.rules.duty_date(&self.state, now.ms);
        let plan = self.rules.plan(&self.state, date);
        tap_now(plan.as_deref(), |window| self.held(window, made), now.ms)
    }

    /// Whether a window has a tap already, recorded before `made` where that is named.
    fn held(&self, window: &Window, made: Option<Link>) -> bool {
        let earlier = |recent: &&Recent| made.is_none_or(|made| recent.link.place() < made.place());
        self.state.recent.iter().filter(earlier).any(|recent| {
            let time = &recent.time;
            let at = self.anchors.estimate(time.session, time.run, time.elapsed_ms).unwrap_or(time.wall_ms);
            matches!(recent.what, RecentWhat::Tap(_)) && window.contains(at)
        })
    }

    /// When the grade ends that a tap at this moment would give its window; `None` where time changes nothing: outside every
    /// window, where none is owed, and where the window has its tap.
    pub(super) fn grade_ends_ms(&self, now: &Now) -> Option<i64> {
        let plan = self.rules.plan(&self.state, self.rules.duty_date(&self.state, now.ms))?;
        let window = plan.window_at(now.ms).filter(|window| plan.owes_check_in && !self.held(window, None))?;
        window.grade_ends_ms(now.ms)
    }

    fn delivery_of(&self, record: RecordId) -> Delivery {
        let recent = self.state.recent.iter().rev().find(|recent| recent.id == record);
        recent.map_or(Delivery::Waiting, |recent| self.state.outbox.delivery(recent.link.epoch, recent.link.seq))
    }

    /// The self-assessments that can be filled now, and those that were filled for today or later.
    fn forms(&self, today: NaiveDate, now: &Now) -> Vec<FormToday> {
        let ahead = self.rules.on(&self.state, today).and_then(|rule| rule.policy.form.as_ref());
        let ahead = ahead.map_or(1, |rule| u64::from(rule.opens_days_before).max(1));
        let dates = (0..=ahead).filter_map(|days| today.checked_add_days(chrono::Days::new(days)));
        let duties = dates.filter_map(|date| self.rules.plan(&self.state, date)?.form.clone());
        duties.filter_map(|duty| self.form(duty, now)).collect()
    }

    fn form(&self, duty: FormDuty, now: &Now) -> Option<FormToday> {
        let state = match (submitted(&self.state, duty.target_date), duty.timing(now.ms)) {
            (Some((record, verdict)), _) => FormState::Submitted { record, verdict },
            (None, FormTiming::InTime) => FormState::Due,
            (None, FormTiming::Late) => FormState::DueLate,
            (None, FormTiming::Early | FormTiming::Closed) => return None,
        };
        Some(FormToday { known: definition(&duty.form, duty.version).is_some(), duty, state })
    }

    fn needs(&self, today: NaiveDate, now: &Now, asks_form: bool) -> Vec<Need> {
        let state = &self.state;
        let mut needs = Vec::new();
        if state.not_enrolled {
            needs.push(Need::EnrolAgain);
        }
        if state.server_head.as_ref().is_some_and(|held| held.head.revoked) {
            needs.push(Need::Revoked);
        }
        let unread = self.rules.unread(state);
        if let Some(kid) = state.unknown_key {
            needs.push(Need::UnknownServer { kid });
        }
        if state.update_needed || state.newer_pack || !unread.is_empty() {
            needs.push(Need::Update { packs: unread.to_vec() });
        }
        if let (Some(assignment), Some(held)) = (self.rules.assignment(state), &state.assignment) {
            let open = assignment
                .recalls
                .iter()
                .filter(|recall| recall.date >= today && !state.acknowledged_recalls.contains(&recall.date));
            needs.extend(open.map(|recall| Need::Recall {
                date: recall.date,
                note: recall.note.clone(),
                reference: held.hash,
            }));
        }
        let unseen = |rule: &&Rule| !rule.with_enrolment && !state.acknowledged_packs.contains(&rule.hash);
        if let Some(rule) = self.rules.on(state, today).filter(unseen) {
            needs.push(Need::NewRule { title: rule.policy.title.clone(), reference: rule.hash });
        }
        needs.extend(self.unseen_decisions());
        needs.extend(state.outbox.parked_places().into_iter().map(|ParkedPlace { link, reason }| Need::Parked {
            epoch: link.epoch,
            seq: link.seq,
            reason,
        }));
        if self.report.gaps.iter().any(|gap| gap.cause == GapCause::NewerFormat) {
            needs.push(Need::NewerStore);
        }
        needs.extend(damage(&self.report));
        needs.extend(now.wall_off_ms.map(|by_ms| Need::ClockOff { by_ms }));
        if asks_form && self.trust.as_ref().is_some_and(|trust| trust.health_keys(self.server_time_ms(now)).len() < 2) {
            needs.push(Need::NoHealthKeys);
        }
        needs
    }
}

fn damage(report: &RecoveryReport) -> Option<Need> {
    let interrupted = report.tail != crate::journal::Tail::Clean;
    let gaps = report.gaps.iter().filter(|gap| gap.cause != GapCause::NewerFormat).count();
    (gaps > 0 || interrupted).then_some(Need::StoreDamaged { gaps, interrupted })
}

/// The form filled for a date. One that says *may not enter* stands, as the judge has it; else the first.
fn submitted(state: &State, date: NaiveDate) -> Option<(RecordId, EntryVerdict)> {
    let filled = state.recent.iter().filter_map(|recent: &Recent| match recent.what {
        RecentWhat::Form { for_date, verdict } if for_date == date => Some((recent.id, verdict)),
        _ => None,
    });
    let mut filled: Vec<_> = filled.collect();
    order::sort_by_key(&mut filled, |(_, verdict)| *verdict == EntryVerdict::MayEnter);
    filled.into_iter().next()
}

/// What a tap now counts as; `held` tells whether a window has a tap already.
fn tap_now(plan: Option<&DayPlan>, held: impl Fn(&Window) -> bool, now_ms: i64) -> TapNow {
    let Some(plan) = plan else { return TapNow::NoRule };
    if !plan.owes_check_in {
        return TapNow::NothingOwed;
    }
    let Some((window, timing)) = plan.timing_at(now_ms) else { return TapNow::OutsideSchedule };
    let id = window.id.clone();
    if held(window) {
        return TapNow::Supports { window: id };
    }
    match timing {
        Timing::OnTime => TapNow::OnTime { window: id },
        Timing::Late { minutes } => TapNow::Late { window: id, minutes },
        Timing::Early | Timing::After => TapNow::OutsideSchedule,
    }
}

/// The title of the shift that a plan is for.
fn shift_title(rule: Option<&Rule>, plan: Option<&DayPlan>) -> Option<String> {
    let shift = rule?.policy.shift(plan?.reason.shift.as_deref()?)?;
    Some(shift.title.clone())
}

/// The first window that opens after an instant and in which a tap is due.
fn next_owed(windows: &[WindowToday], now_ms: i64) -> Option<&Window> {
    let excused = |window: &WindowToday| matches!(window.state, WindowState::Excused { .. });
    windows.iter().find(|window| window.window.opens_ms > now_ms && !excused(window)).map(|window| &window.window)
}

fn rule_today(rule: &Rule, plan: Option<&DayPlan>) -> RuleToday {
    let policy = &rule.policy;
    let shift = plan.and_then(|plan| policy.shift(plan.reason.shift.as_deref()?)).map(|shift| &shift.windows);
    let dated = || policy.hours_on(plan?.duty_date)?.windows.as_ref();
    let rules = shift.or_else(dated).unwrap_or(&policy.check_in.windows);
    let owed = |id: &WindowId| plan.is_some_and(|plan| plan.window(id).is_some());
    let sources = rules.iter().filter(|window| owed(&window.id)).map(|window| WindowSource {
        window: window.id.clone(),
        time: window.time_source,
        tolerance: window.tolerance_source,
    });
    RuleToday {
        policy: policy.id.clone(),
        title: policy.title.clone(),
        place: policy.place.clone(),
        legal: policy.legal.clone(),
        pack: rule.number,
        sources: sources.collect(),
        note: policy.note.clone(),
    }
}
