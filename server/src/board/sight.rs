//! What a login is shown of a day: entries and health direction are for heads and superiors alone.
//!
//! Taken out of the data before anything is drawn, so that no page can show it by mistake.

use std::sync::Arc;

use hadir_core::{
    judge::{DayState, Entry, EntryState, ExcuseKind, Reason, Ruling, WindowState},
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
        for correction in &mut window.corrections {
            if correction.ruling == Ruling::Excused(ExcuseKind::HealthDirection) {
                correction.ruling = Ruling::Excused(ExcuseKind::Permission);
            }
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::sample;

    #[test]
    fn heads_and_superiors_see_entries_and_nobody_else_sees_a_word_of_health() {
        let day = sample::day(0);
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
            let away = |view: &DayView| view.counts(view.current()).away;
            assert_eq!(away(&seen), away(&day), "they count as before");
        }
    }
}
