//! When something is due: zone, calendar, windows and the plan of one person's day. Pure; instants come in as arguments.
//!
//! - [`plan_day`] gives a [`DayPlan`]: what one person owes on one duty date, and why;
//! - [`duty_date`] gives the duty date of an instant (a night shift belongs to its start);
//! - [`Window`] and [`Span`] are half-open spans of UTC milliseconds; [`Calendar`] knows holidays; [`Mode`] says where a person works.

mod calendar;
mod daytime;
mod mode;
mod month;
mod plan;
mod window;
mod zone;

#[cfg(test)]
mod tests;

pub use calendar::{Calendar, CalendarDay, DayKind, DayStatus, Decree};
pub use daytime::{BadDayTime, DayTime};
pub use mode::Mode;
pub use month::{BadMonth, DateRange, YearMonth};
pub use plan::{
    CheckInReason, DayPlan, FormDuty, FormTiming, PlanFor, PlanReason, Shifts, duty_date, duty_date_for, plan_day,
};
pub use window::{BadWindowId, LateFrom, LateRule, Rounding, ShareDetail, Span, Timing, Window, WindowId};
pub use zone::{UnknownWeekday, UnknownZone, Weekdays, Zone};
