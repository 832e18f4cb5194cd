//! What a login is shown of a day: entries and health direction are for heads and superiors alone.
//!
//! Taken out of the data before anything is drawn, so that no page can show it by mistake.

use std::sync::Arc;

use hadir_core::{
    judge::{Correction, DayState, Entry, EntryState, ExcuseKind, Reason, Ruling, ShareState, WindowState},
    schedule::Mode,
};

use crate::{
    day::{DayView, PersonDay},
    store::Role,
};

/// The day as a role is shown it.
pub(crate) fn seen_by(role: Role, view: DayView) -> DayView {
    if role.sees_entry() {
        return view;
    }
    let people = view.people.iter().map(|day| Arc::new(without_health(day))).collect();
    DayView { shows_entry: false, people, ..view }
}

/// A day that says nothing of health: who is at home by health direction is at home, and excused.
fn without_health(day: &PersonDay) -> PersonDay {
    let mut day = day.clone();
    day.entry = Entry { state: EntryState::NotOwed, form: None, late: false };
    day.entry_mode = Mode::Off;
    day.entry_received_ms = None;
    day.entry_opens_ms = None;
    day.verdict.entry = day.entry;
    if day.verdict.state == DayState::HealthDirection {
        day.verdict.state = DayState::Excused;
    }
    if day.verdict.mode == Mode::HealthDirection {
        day.verdict.mode = Mode::Wfh;
        day.mode_why = None;
    }
    let told = |reason: &Reason| {
        !matches!(
            reason,
            Reason::HealthDirection { .. }
                | Reason::Mode { mode: Mode::HealthDirection, .. }
                | Reason::Excused { kind: ExcuseKind::HealthDirection, .. }
        )
    };
    day.verdict.reasons.retain(told);
    for window in &mut day.verdict.windows {
        window.reasons.retain(told);
        if window.state == (WindowState::Excused { kind: ExcuseKind::HealthDirection }) {
            window.state = WindowState::Excused { kind: ExcuseKind::Permission };
        }
        window.corrections.iter_mut().for_each(unsay);
    }
    if let Some(share) = &mut day.verdict.share {
        share.reasons.retain(told);
        if share.state == (ShareState::Excused { kind: ExcuseKind::HealthDirection }) {
            share.state = ShareState::Excused { kind: ExcuseKind::Permission };
        }
        share.corrections.iter_mut().for_each(unsay);
    }
    day.verdict.corrections.iter_mut().for_each(unsay);
    day
}

/// A ruling by health direction becomes a permission.
fn unsay(correction: &mut Correction) {
    if correction.ruling == Ruling::Excused(ExcuseKind::HealthDirection) {
        correction.ruling = Ruling::Excused(ExcuseKind::Permission);
    }
}

#[cfg(test)]
mod tests {
    use hadir_core::{
        judge::ShareVerdict,
        schedule::{ShareDetail, Span},
        track::Totals,
    };

    use super::*;
    use crate::board::sample;

    #[test]
    fn heads_and_superiors_see_entries_and_nobody_else_sees_a_word_of_health() {
        let mut day = sample::day(0);
        // Live share excused by health direction, and a ruling of that kind on the whole day.
        let by_health = Arc::make_mut(&mut day.people[6]);
        let kind = ExcuseKind::HealthDirection;
        let ruling = Ruling::Excused(kind);
        let correction = Correction { window: None, ruling, at_ms: 0, by: "kepala".into(), note: String::new() };
        by_health.verdict.share = Some(ShareVerdict {
            hours: Span { starts_ms: 0, ends_ms: 1, interval_s: 300, detail: ShareDetail::Interval },
            state: ShareState::Excused { kind },
            shared: Totals::default(),
            not_shared_ms: 0,
            percent: None,
            through_ms: None,
            since_ms: None,
            arrival_ms: None,
            unknown: Vec::new(),
            exits: Vec::new(),
            flags: Vec::new(),
            points: 0,
            reasons: vec![Reason::Mode { mode: Mode::HealthDirection, why: String::new() }],
            corrections: vec![correction.clone()],
            changes_ms: None,
        });
        by_health.verdict.corrections.push(correction);
        for role in Role::ALL {
            let seen = seen_by(role, day.clone());
            let json = serde_json::to_string(
                &seen
                    .people
                    .iter()
                    .map(|day| (&day.verdict, &day.entry, &day.mode_why, day.entry_mode))
                    .collect::<Vec<_>>(),
            )
            .unwrap();
            let tells = ["health", "may_not_enter", "may_enter", "not_submitted"].map(|word| json.contains(word));
            assert_eq!(tells.contains(&true), role.sees_entry(), "{role}: {tells:?}");
            assert_eq!(seen.shows_entry, role.sees_entry());
            let counts = |view: &DayView| view.counts(view.current());
            assert_eq!(counts(&seen), counts(&day), "they count as before");
        }
    }
}
