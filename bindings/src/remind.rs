//! Reminders: the core computes when, a shell hands them to the platform.

use hadir_core::{
    engine::{self, ReminderKind},
    text::{Lang, reminder as said},
};

use crate::{engine::CheckInEngine, error::HadirError};

/// What a reminder is about; a shell chooses by it whether the notification offers "check in now".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum RemindOf {
    /// A window opens. Offers a tap.
    WindowOpens,
    /// Its on-time span is about to end, and no tap is here. Offers a tap.
    WindowCloses,
    /// A self-assessment is due. Offers the form.
    FormDue,
    /// Live share begins. Offers to start it: nothing starts by itself.
    ShareBegins,
    /// Live share is over.
    ShareEnds,
    /// Records have waited long.
    Unsent,
    /// A recall is near. Rings.
    Recall,
}

/// A reminder to come.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Reminder {
    /// Stays the same as long as it is about the same thing: set those that are new, and remove those that are gone.
    pub id: String,
    /// When, milliseconds since 1970; for an alarm by instant.
    pub at_ms: i64,
    /// The same instant in the office's zone; for a calendar trigger.
    pub year: i32,
    /// Month, from 1.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
    /// Hour, 0 to 23.
    pub hour: u32,
    /// Minute.
    pub minute: u32,
    /// The office's zone by its IANA name.
    pub zone: String,
    /// What it is about.
    pub kind: RemindOf,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// The date that it is about; names the form.
    pub date: String,
}

#[uniffi::export]
impl CheckInEngine {
    /// The reminders to come, soonest first, at most `limit` (iOS keeps 64 of an app). To be asked again after a tap, after a sync that
    /// changed something, and when the phone started or its time was set.
    ///
    /// # Errors
    /// [`HadirError::NotEnrolled`].
    pub fn reminders(&self, limit: u32) -> Result<Vec<Reminder>, HadirError> {
        self.run(|engine, lang| {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            Ok(engine.reminders(limit)?.iter().map(|reminder| shown(reminder, lang)).collect())
        })
    }
}

fn shown(reminder: &engine::Reminder, lang: Lang) -> Reminder {
    Reminder {
        id: reminder.id.clone(),
        at_ms: reminder.at_ms,
        year: reminder.local.year,
        month: reminder.local.month,
        day: reminder.local.day,
        hour: reminder.local.hour,
        minute: reminder.local.minute,
        zone: reminder.zone.name().to_owned(),
        kind: match reminder.kind {
            ReminderKind::WindowOpens { .. } => RemindOf::WindowOpens,
            ReminderKind::WindowCloses { .. } => RemindOf::WindowCloses,
            ReminderKind::FormDue { .. } => RemindOf::FormDue,
            ReminderKind::ShareBegins { .. } => RemindOf::ShareBegins,
            ReminderKind::ShareEnds => RemindOf::ShareEnds,
            ReminderKind::Unsent { .. } => RemindOf::Unsent,
            ReminderKind::Recall { .. } => RemindOf::Recall,
        },
        title: said::title(reminder, lang),
        text: said::body(reminder, lang),
        date: reminder.date.to_string(),
    }
}
