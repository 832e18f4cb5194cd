//! Where an engine takes its clock from: the machine's, unless a test stands in for it.

use std::sync::Arc;

use hadir_core::{adapters::SystemClock, ports::Clock};

#[cfg(feature = "testing")]
static INSTEAD: std::sync::RwLock<Option<Arc<dyn Clock>>> = std::sync::RwLock::new(None);

/// Engines that are opened from now on go by `clock`; by the machine's again with `None`. In no build that ships.
#[cfg(feature = "testing")]
pub fn set_clock(clock: Option<Arc<dyn Clock>>) {
    *INSTEAD.write().unwrap_or_else(std::sync::PoisonError::into_inner) = clock;
}

/// The clock for an engine that is being opened.
pub(crate) fn clock() -> Arc<dyn Clock> {
    #[cfg(feature = "testing")]
    if let Some(clock) = &*INSTEAD.read().unwrap_or_else(std::sync::PoisonError::into_inner) {
        return clock.clone();
    }
    Arc::new(SystemClock::new())
}
