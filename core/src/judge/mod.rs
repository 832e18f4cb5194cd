//! From a person's day of records to verdicts that can answer *why*.
//!
//! - [`gather`] reads the records of one installation: times, taps, self-assessments, and up to when it has been received;
//! - [`judge`] takes a [`Case`], everything that is known of one person's day, and gives a [`DayVerdict`];
//! - each [`WindowVerdict`] has a state, what a person should look at ([`Flag`]), and its [`Reason`]s with their data;
//! - a [`ShareVerdict`] says the same of live share, where the rule asks for it;
//! - [`Correction`]s by people and appeals against a verdict are shown beside what was computed, and never change it.
//!
//! Pure: the same function previews on the phone and decides on the server. What differs is what each knows, above all
//! up to when the history has been received. `text` puts it into words.

mod case;
mod correction;
mod entry;
mod flag;
mod gather;
mod installation;
mod reason;
mod rule;
mod share;
mod tap;
mod verdict;
mod window;

#[cfg(test)]
mod tests;

pub use case::{Case, Correction, EarlierRule, Excuse, ExcuseKind, FormSeen, Outage, RuleRef, Ruling, Tap, excuses};
pub use entry::{Entry, EntryState};
pub use flag::Flag;
pub use gather::{Gathered, HistoryEntry, Reader, RequestSeen, gather};
pub use installation::{Installation, grace_until_ms};
pub use reason::Reason;
pub use share::{
    Exit, Here, LEAST_SHARED_PERCENT, LIVE_MS, SHARE, ShareFlag, ShareState, ShareVerdict, TrackSeen, UnknownTime,
};
pub use verdict::{CountedTap, DayState, DayVerdict, OtherTap, OtherWhy, WindowState, WindowVerdict};

use crate::schedule::Mode;

/// Judges one person's day.
#[must_use]
pub fn judge(case: &Case<'_>) -> DayVerdict {
    let plan = case.plan;
    let entry = entry::judge_entry(plan, case.forms);
    let state = day_state(case, &entry);
    let duties = rule::duties(plan, case.earlier.as_ref());
    let sorted = tap::sort(case, &duties);
    let windows: Vec<WindowVerdict> = duties
        .iter()
        .zip(&sorted.by_duty)
        // What only an earlier rule asked is worth a line only where a tap answers it.
        .filter(|(duty, taps)| duty.now.is_some() || !taps.is_empty())
        .filter_map(|(duty, taps)| window::judge_duty(case, state, duty, taps))
        .collect();
    let mut reasons = vec![Reason::Mode { mode: plan.mode, why: case.why.to_owned() }];
    if let Some(form) = entry.form.filter(|_| state == DayState::HealthDirection) {
        reasons.push(Reason::HealthDirection { date: plan.duty_date, form: Some(form) });
    }
    let appeals = window::appeals_of_day(case, &windows);
    let share = share::judge_share(case, state);
    let corrections = window::corrections_of_day(case, &windows, share.as_ref());
    DayVerdict {
        date: plan.duty_date,
        zone: plan.zone,
        mode: plan.mode,
        state,
        windows,
        others: sorted.others,
        share,
        entry,
        corrections,
        appeals,
        reasons,
    }
}

/// What kind of day it is: health direction outweighs the roster, and whoever owes taps owes them wherever they work.
fn day_state(case: &Case<'_>, entry: &Entry) -> DayState {
    let mode = case.plan.mode;
    if mode == Mode::HealthDirection || entry.state == EntryState::MayNotEnter {
        DayState::HealthDirection
    } else if case.plan.owes_check_in {
        DayState::OwesCheckIn
    } else {
        match mode {
            Mode::Wfo | Mode::Piket | Mode::Recalled | Mode::Exempt => DayState::AtOffice,
            Mode::Wfh => DayState::AtHome,
            Mode::Leave => DayState::Leave,
            Mode::Sick => DayState::Sick,
            Mode::DutyTrip => DayState::DutyTrip,
            Mode::Isolation => DayState::Isolation,
            Mode::HealthDirection => DayState::HealthDirection,
            Mode::Off => DayState::Off,
        }
    }
}
