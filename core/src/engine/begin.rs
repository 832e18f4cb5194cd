//! A press of the button before it is a record: its name, and how long it may wait for a place.

use super::{CheckInEngine, EngineError, store::new_record_id};
use crate::{limits::engine as limits, model::RecordId, ports::Reading};

/// A press of the button that is not recorded yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BegunTap {
    /// Names the press for [`Attempt::id`](super::Attempt::id).
    pub id: RecordId,
    /// How long it may wait before it is recorded.
    pub wait: TapWait,
}

/// How long a press may wait before it is recorded. A record bears the time at which it is made, so near the end of a window's
/// on-time span, or of the window, both are shortened to [`limits::RECORD_BEFORE_MS`] before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TapWait {
    /// For a place, milliseconds: [`limits::LEAST_WAIT_MS`] to [`limits::SEARCH_MS`].
    pub search_ms: u32,
    /// For a person who may yet allow a place, milliseconds: [`limits::LEAST_WAIT_MS`] to [`limits::CHOICE_MS`].
    pub choice_ms: u32,
}

impl TapWait {
    /// The wait where a grade ends after so many milliseconds, or where none does.
    fn before(ends_in_ms: Option<i64>) -> Self {
        let left = ends_in_ms.map_or(u32::MAX, |ends_in_ms| {
            u32::try_from(ends_in_ms.saturating_sub(limits::RECORD_BEFORE_MS).max(0)).unwrap_or(u32::MAX)
        });
        let at_most = |full_ms: u32| left.clamp(limits::LEAST_WAIT_MS, full_ms);
        Self { search_ms: at_most(limits::SEARCH_MS), choice_ms: at_most(limits::CHOICE_MS) }
    }
}

impl CheckInEngine {
    /// Begins a press of the button, before a fix is looked for, and says how long to look. Presses within
    /// [`limits::SAME_PRESS_MS`] are one, whatever came of the first; who is killed meanwhile may say the same attempt again, and
    /// asks [`Self::tap_wait`] how long to look then.
    ///
    /// # Errors
    /// [`EngineError::Entropy`].
    pub fn begin_tap(&self) -> Result<BegunTap, EngineError> {
        let reading = self.ports.clock.read();
        let id = self.press(reading)?;
        Ok(BegunTap { id, wait: self.wait_at(reading)? })
    }

    /// How long a press that was begun before may wait from now on: one that is taken up again, or whose person has just allowed
    /// a place.
    ///
    /// # Errors
    /// [`EngineError::Entropy`].
    pub fn tap_wait(&self) -> Result<TapWait, EngineError> {
        self.wait_at(self.ports.clock.read())
    }

    fn press(&self, reading: Reading) -> Result<RecordId, EngineError> {
        let mut inner = self.inner();
        if let Some((id, at_boot_ms)) = inner.begun
            && reading.boot_ms.checked_sub(at_boot_ms).is_some_and(|since| since < limits::SAME_PRESS_MS)
        {
            return Ok(id);
        }
        let id = new_record_id(&*self.ports.entropy, reading)?;
        inner.begun = Some((id, reading.boot_ms));
        Ok(id)
    }

    fn wait_at(&self, reading: Reading) -> Result<TapWait, EngineError> {
        let mut inner = self.inner();
        // Nobody is enrolled: nothing is owed, and the tap itself says so.
        let Ok(store) = inner.enrolled() else { return Ok(TapWait::before(None)) };
        store.session(reading, &*self.ports.entropy)?;
        let now = store.now(reading);
        Ok(TapWait::before(store.grade_ends_ms(&now).map(|ends_ms| ends_ms.saturating_sub(now.ms))))
    }
}
