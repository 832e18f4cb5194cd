//! Up to when a person's histories have been received: the ground of *missed*.

use chrono::NaiveDate;

use crate::policy::Policy;
use crate::schedule::{PlanFor, Window};
use crate::time::Bounds;

/// An installation of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// When it was enrolled, milliseconds: it holds no taps from before.
    pub enrolled_ms: i64,
    /// When it was revoked, milliseconds: it counts for nothing after.
    pub revoked_ms: Option<i64>,
    /// Up to when its history has surely been received, milliseconds; see [`received_past`](crate::time::received_past).
    pub received_past_ms: Option<i64>,
    /// Times of which the phone itself reports records as lost, and they have not come from elsewhere.
    pub lost: Vec<Bounds>,
    /// Times of which the office itself lost records that it had receipted, and they have not come from elsewhere.
    pub lost_by_office: Vec<Bounds>,
}

/// How a window stands to what has been received of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Received {
    /// Everything that any installation can hold of it has come.
    Past {
        /// Up to when the slowest history has been received, milliseconds.
        past_ms: i64,
    },
    /// Something may still come.
    NotYet {
        /// Up to when the slowest history has been received, milliseconds.
        past_ms: Option<i64>,
    },
    /// The phone reports a loss that may hold a tap of it.
    Lost {
        /// When the lost records were made.
        made: Bounds,
    },
    /// The office itself had records of it, as its receipts prove, and lost them.
    LostByOffice {
        /// When the lost records were made.
        made: Bounds,
    },
    /// The person had no installation that counts.
    NoInstallation,
    /// The last installation that could have held it was revoked before it opened.
    Revoked {
        /// When, milliseconds.
        revoked_ms: i64,
    },
}

/// Whether everything that a person's installations can hold of a window has been received.
///
/// An installation that died holds the window open: nobody knows what was on it.
pub(super) fn received(window: &Window, installations: &[Installation]) -> Received {
    let could_hold = |installation: &&Installation| {
        installation.enrolled_ms < window.late_until_ms
            && installation.revoked_ms.is_none_or(|revoked| revoked > window.opens_ms)
    };
    let mut slowest: Option<Option<i64>> = None;
    let mut whole = true;
    let within = Bounds::between(window.opens_ms, window.late_until_ms.saturating_sub(1));
    let (mut lost, mut lost_by_office): (Option<Bounds>, Option<Bounds>) = (None, None);
    let touching = |made: &&Bounds| !made.intersect(within).is_empty();
    for installation in installations.iter().filter(could_hold) {
        let needed = installation.revoked_ms.map_or(window.late_until_ms, |at| at.min(window.late_until_ms));
        whole &= installation.received_past_ms.is_some_and(|past| past >= needed);
        lost = lost.or_else(|| installation.lost.iter().find(touching).copied());
        lost_by_office = lost_by_office.or_else(|| installation.lost_by_office.iter().find(touching).copied());
        slowest = Some(slowest.map_or(installation.received_past_ms, |other| other.min(installation.received_past_ms)));
    }
    if let Some(made) = lost_by_office {
        return Received::LostByOffice { made };
    }
    match slowest {
        None => {
            let revoked = installations.iter().filter(|phone| phone.enrolled_ms < window.late_until_ms);
            match revoked.filter_map(|phone| phone.revoked_ms).max() {
                Some(revoked_ms) => Received::Revoked { revoked_ms },
                None => Received::NoInstallation,
            }
        }
        Some(Some(past_ms)) if whole => match lost {
            Some(made) => Received::Lost { made },
            None => Received::Past { past_ms },
        },
        Some(past_ms) => Received::NotYet { past_ms },
    }
}

/// The instant from which a window of a duty date without a tap is missed even if the history has not come: the end of the
/// policy's last working day of grace after that date, milliseconds.
#[must_use]
pub fn grace_until_ms(policy: &Policy, date: NaiveDate, who: &PlanFor<'_>) -> i64 {
    let week = policy.week.of_unit(who.unit);
    let mut left = policy.evidence.grace_working_days;
    let mut day = date;
    // A calendar in which no day is worked must not hold the loop: ten years are longer than any grace.
    for _ in 0..3_660 {
        if left == 0 {
            break;
        }
        let Some(next) = day.succ_opt() else { return i64::MAX };
        day = next;
        left -= u32::from(policy.calendar.is_working(day, week));
    }
    day.succ_opt().map_or(i64::MAX, |next| policy.zone.midnight_ms(next))
}
