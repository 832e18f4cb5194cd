//! The reminders that a shell hands to the platform: from the days that the assignment reaches, and what is recorded already.

use super::{CheckInEngine, EngineError, now::Now, share::ShareNow, store::Store};
use crate::{
    judge::{DayState, DayVerdict, EntryState, WindowState},
    outbox::Delivery,
    ports::Reading,
    remind::{DayDue, Reminder, coming, of_day, recall, unsent},
    schedule::DayPlan,
};

impl CheckInEngine {
    /// The reminders to come, the nearest first, at most `limit` (iOS keeps 64), for no longer than the assignment reaches.
    /// What is done already has none. A shell replaces those that it set by these after every tap, form, sync and start.
    ///
    /// What has just come and can't wait, as a recall for today, is a need in [`CheckInEngine::today`]: a shell rings for it
    /// after the sync that brought it.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`].
    pub fn reminders(&self, limit: usize) -> Result<Vec<Reminder>, EngineError> {
        let reading = self.ports.clock.read();
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        store.session(reading, &*self.ports.entropy)?;
        Ok(store.reminders(reading, limit))
    }
}

impl Store {
    fn reminders(&self, reading: Reading, limit: usize) -> Vec<Reminder> {
        let state = &self.state;
        let now = self.now(reading);
        let zone = self.rules.zone(state, now.ms);
        let mut found = Vec::new();
        found.extend(self.waiting_since().map(|(records, since_ms)| unsent(zone, records, since_ms, now.ms)));
        // The duties of whoever has another phone by now are that phone's.
        let revoked = state.server_head.as_ref().is_some_and(|held| held.head.revoked);
        if let Some(assignment) = self.rules.assignment(state).filter(|_| !revoked) {
            let today = self.rules.duty_date(state, now.ms);
            let open = |date| date >= today && !state.acknowledged_recalls.contains(&date);
            for one in assignment.recalls.iter().filter(|one| open(one.date)) {
                found.extend(recall(zone, one.date, &one.note));
            }
            for date in assignment.days.iter().map(|day| day.date).filter(|date| *date >= today) {
                if let Some((plan, verdict)) = self.judge_recent(date, &now) {
                    found.extend(of_day(&self.still_due(&plan, &verdict, date == today, &now, reading)));
                }
            }
        }
        coming(found, now.ms, limit)
    }

    /// What of a judged day nobody has done yet.
    fn still_due<'a>(
        &self,
        plan: &'a DayPlan,
        verdict: &'a DayVerdict,
        is_today: bool,
        now: &Now,
        reading: Reading,
    ) -> DayDue<'a> {
        let waits = |state| matches!(state, WindowState::Upcoming | WindowState::Open);
        let open = verdict.windows.iter().filter(|window| window.tap.is_none() && waits(window.effective()));
        let share =
            if is_today { self.share_today(now, reading).map(|share| share.state) } else { Some(ShareNow::Early) };
        // Whoever is at home by health direction owes nothing.
        let share = share.filter(|_| verdict.state != DayState::HealthDirection);
        DayDue {
            plan,
            windows: open.map(|window| &window.window).collect(),
            form: verdict.entry.state == EntryState::NotSubmitted,
            share_begins: share == Some(ShareNow::Early),
            share_ends: matches!(share, Some(ShareNow::Early | ShareNow::Sharing | ShareNow::Paused)),
        }
    }

    /// How many taps, forms, requests and appeals wait to be sent, and since when the oldest.
    fn waiting_since(&self) -> Option<(u32, i64)> {
        let outbox = &self.state.outbox;
        let recent = self.state.recent.iter().map(|recent| (recent.link, &recent.time));
        let asked = self.state.asks.iter().map(|held| (held.link, &held.time));
        let waiting = |link: crate::model::Link| outbox.delivery(link.epoch, link.seq) == Delivery::Waiting;
        let mut since = recent.chain(asked).filter(|(link, _)| waiting(*link)).map(|(_, time)| self.best_ms(time));
        let first = since.next()?;
        let (records, oldest) = since.fold((1_u32, first), |(count, oldest), at| (count + 1, oldest.min(at)));
        Some((records, oldest))
    }
}
