//! The server's clock against what it has signed, and mending what a clock that was ahead left behind.

use chrono::Days;
use hadir_core::model::{InstallId, PersonId};

use super::{
    Admin, AdminError,
    error::{NOTE_CHARS, text},
};
use crate::{
    limits::{ASSIGNMENT_DAYS_AHEAD, STATED_TIME_MS},
    policies::PolicyBook,
    store::{SignedAhead, StoreExt, StoreTx, TurnState},
};

/// How the clock stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockState {
    /// The highest time that was signed for anyone, milliseconds.
    pub highest_signed_ms: Option<i64>,
    /// Phones that hold false times, each with its person and the highest of them.
    pub told_false_times: Vec<(InstallId, PersonId, i64)>,
}

/// What was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MendedClock {
    /// Times after this one that were signed are false, milliseconds.
    pub after_ms: i64,
    /// The highest of them, milliseconds.
    pub until_ms: i64,
    /// The phones that hold some.
    pub phones: Vec<(InstallId, PersonId)>,
}

impl Admin<'_> {
    /// How the clock stands to what was signed.
    ///
    /// # Errors
    /// What the store reports.
    pub fn clock(&self) -> Result<ClockState, AdminError> {
        Ok(self.store.query(|store| {
            let phones = store.installations(None)?.into_iter().filter(|phone| phone.revoked.is_none());
            let told = phones.filter_map(|phone| Some((phone.id, phone.person, phone.ahead?.until_ms)));
            Ok(ClockState { highest_signed_ms: store.highest_signed_ms()?, told_false_times: told.collect() })
        })?)
    }

    /// Takes back what a clock that was ahead left behind, now that it is right: `stated_ms` is the time by the operator's own
    /// watch. Times that were signed after `since_ms` (without it, after now) are false from here on; the phones that were told
    /// some are never signed an earlier time, and get no proofs of time until it has come.
    ///
    /// # Errors
    /// [`AdminError::ClockNotBehind`], [`AdminError::ClockDisagrees`], [`AdminError::ClockSince`], [`AdminError::Text`].
    pub fn mend_clock(&self, stated_ms: i64, since_ms: Option<i64>, reason: &str) -> Result<MendedClock, AdminError> {
        text("the reason", reason, NOTE_CHARS)?;
        let now_ms = self.now_ms;
        if stated_ms.abs_diff(now_ms) > STATED_TIME_MS {
            return Err(AdminError::ClockDisagrees { stated_ms, now_ms });
        }
        let after_ms = since_ms.unwrap_or(now_ms);
        if after_ms > now_ms {
            return Err(AdminError::ClockSince);
        }
        self.act("clock.mend", |tx| {
            let Some(until_ms) = tx.highest_signed_ms()?.filter(|highest| *highest > now_ms) else {
                return Err(AdminError::ClockNotBehind);
            };
            let mut phones = Vec::new();
            for mut phone in tx.installations(None)? {
                // What a phone was last signed is when it was last seen.
                if phone.seen_ms <= after_ms {
                    continue;
                }
                let before = phone.ahead;
                phone.ahead = Some(SignedAhead {
                    after_ms: before.map_or(after_ms, |it| it.after_ms.min(after_ms)),
                    until_ms: before.map_or(phone.seen_ms, |it| it.until_ms.max(phone.seen_ms)),
                    mended_ms: now_ms,
                });
                phone.seen_ms = phone.seen_ms.min(now_ms);
                tx.put_installation(&phone)?;
                phones.push((phone.id, phone.person));
            }
            tx.set_clock_back(now_ms, after_ms)?;
            take_back_turns(tx, now_ms)?;
            // Days that were planned by the false clock are planned anew.
            tx.bump_roster(None)?;
            let detail = format!(
                "times signed after {after_ms} up to {until_ms} are false, {} phones hold some: {}",
                phones.len(),
                reason.trim()
            );
            Ok((MendedClock { after_ms, until_ms, phones }, detail))
        })
    }
}

/// Forgets turns that were dealt for days far ahead: the days before them were never dealt, and would not be until they come.
fn take_back_turns(tx: &mut dyn StoreTx, now_ms: i64) -> Result<(), AdminError> {
    let Some(today) = PolicyBook::load(tx.as_read())?.duty_date(now_ms) else { return Ok(()) };
    let until = today.checked_add_days(Days::new(ASSIGNMENT_DAYS_AHEAD)).unwrap_or(today);
    if let Some(state) = tx.turn_state()?.filter(|state| state.until > until) {
        tx.deal_turns(until, &[], &TurnState { until, ..state })?;
    }
    Ok(())
}
