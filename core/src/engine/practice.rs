//! A tap for practice: what one would come to now, without a record. Nothing is written, sent or counted.

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    CheckInEngine, EngineError,
    now::Now,
    screen::{NextWindow, TapNow},
};
use crate::{model::CheckIn, place::Placement, schedule::Zone};

/// What a tap would have come to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Practice {
    /// What time it is, and by which clock.
    pub at: Now,
    /// The duty date.
    pub date: NaiveDate,
    /// The office's zone.
    pub zone: Zone,
    /// What a tap now would count as.
    pub counts: TapNow,
    /// How screens name the window of that, if there is one.
    pub label: Option<String>,
    /// The next window of the date in which a tap is due.
    pub next: Option<NextWindow>,
    /// Whether the platform gave a fix; `None` if it was not asked.
    pub with_fix: Option<bool>,
    /// How accurate it is, metres.
    pub accuracy_m: Option<f64>,
    /// How it stands to the rule's region; `None` without a fix or a region.
    pub placement: Option<Placement>,
}

impl CheckInEngine {
    /// Says what a tap with this fix, or without one, would come to now. Nothing of it is kept.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`].
    pub fn practice(&self, check_in: Option<&CheckIn>) -> Result<Practice, EngineError> {
        let today = self.today()?;
        let label = match &today.tap {
            TapNow::OnTime { window } | TapNow::Late { window, .. } | TapNow::Supports { window } => {
                today.windows.iter().find(|known| known.window.id == *window).map(|known| known.window.label.clone())
            }
            TapNow::OutsideSchedule | TapNow::NothingOwed | TapNow::NoRule => None,
        };
        let fix = check_in.and_then(|check_in| match check_in {
            CheckIn::Fix(fix) => Some(fix),
            CheckIn::NoFix(_) => None,
        });
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let fence = store.rules.on(&store.state, today.date).and_then(|rule| rule.fence.as_ref());
        Ok(Practice {
            at: today.now,
            date: today.date,
            zone: today.zone,
            counts: today.tap,
            label,
            next: today.next,
            with_fix: check_in.map(|_| fix.is_some()),
            accuracy_m: fix.map(crate::model::Fix::accuracy_m),
            placement: fix.zip(fence).map(|(fix, fence)| fence.place(fix)),
        })
    }
}
