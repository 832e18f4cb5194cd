//! Live share: who sees what, when it stops by itself, and the three things a person may do.

use hadir_core::{
    engine::{ShareNow, ShareToday},
    text::{home, policy, share, time::DayClock},
};

use crate::{engine::CheckInEngine, error::HadirError, tap::PlaceSeen};

/// How live sharing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum ShareMark {
    /// Its hours have not begun.
    Early,
    /// Its hours have begun, and the person has not started it.
    Ready,
    /// *Berbagi lokasi.*
    Sharing,
    /// *Jeda.*
    Paused,
    /// Stopped by the person; it can be started again.
    Stopped,
    /// Its hours are over.
    Over,
}

/// Live sharing as the screen and the notification show it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ShareCard {
    /// How it stands.
    pub mark: ShareMark,
    /// *Sedang berbagi lokasi.*
    pub title: String,
    /// *07.30 – 15.30 WITA; berhenti sendiri.*
    pub hours_text: String,
    /// Who sees what.
    pub who_sees: String,
    /// What was shared so far today.
    pub shared_text: String,
    /// A permit to leave the region covers today: a sentence, else `None`.
    pub permit_text: Option<String>,
    /// How often the platform should be asked for a fix, seconds.
    pub fix_every_s: u32,
    /// In how many milliseconds it stops by itself; 0 once it is over.
    pub ends_in_ms: u64,
}

impl ShareCard {
    pub(crate) fn of(today: &ShareToday, now_ms: i64, clock: &DayClock) -> Self {
        let lang = clock.lang;
        let (from, until) = (clock.brief(today.hours.starts_ms), clock.minute(today.hours.ends_ms));
        Self {
            mark: match today.state {
                ShareNow::Early => ShareMark::Early,
                ShareNow::Ready => ShareMark::Ready,
                ShareNow::Sharing => ShareMark::Sharing,
                ShareNow::Paused => ShareMark::Paused,
                ShareNow::Stopped => ShareMark::Stopped,
                ShareNow::Over => ShareMark::Over,
            },
            title: share::now(today.state, lang).to_owned(),
            hours_text: format!("{from} – {until}, {}", lang.pick("berhenti sendiri", "stops by itself")),
            who_sees: format!(
                "{} {}.",
                lang.pick(
                    "Kepala dan petugas pemantau unit Anda melihat:",
                    "The head and the monitor of your unit see:"
                ),
                policy::share_detail(today.hours.detail, lang)
            ),
            shared_text: share::totals(today.shared, lang),
            permit_text: today.may_leave_region.then(|| share::permitted(lang).to_owned()),
            fix_every_s: today.fix_every_s,
            ends_in_ms: u64::try_from(today.hours.ends_ms - now_ms).unwrap_or(0),
        }
    }
}

#[uniffi::export]
impl CheckInEngine {
    /// Starts sharing, or goes on after a pause: the person's act, and nothing is ever shared before it.
    ///
    /// # Errors
    /// [`HadirError::NotNow`] where none is asked for today, or at other hours; and as a tap.
    pub fn share_start(&self) -> Result<Option<ShareCard>, HadirError> {
        self.share(hadir_core::engine::CheckInEngine::share)
    }

    /// Pauses; the time until the person goes on is shared as *unknown, paused*.
    ///
    /// # Errors
    /// As a tap.
    pub fn share_pause(&self) -> Result<Option<ShareCard>, HadirError> {
        self.share(hadir_core::engine::CheckInEngine::pause_share)
    }

    /// Stops for today; the person may start again within the hours.
    ///
    /// # Errors
    /// As a tap.
    pub fn share_stop(&self) -> Result<Option<ShareCard>, HadirError> {
        self.share(hadir_core::engine::CheckInEngine::stop_share)
    }

    /// Takes what the platform says of the place, or that it has none. Outside the hours, before the person started and during
    /// a pause it is dropped, and kept nowhere. Returns how sharing stands; `None` where none is owed today: then stop the service.
    ///
    /// # Errors
    /// As a tap.
    pub fn track(&self, place: PlaceSeen) -> Result<Option<ShareCard>, HadirError> {
        self.share(|engine| engine.track(&place.read().0))
    }
}

impl CheckInEngine {
    fn share(
        &self,
        act: impl FnOnce(
            &hadir_core::engine::CheckInEngine,
        ) -> Result<hadir_core::engine::Shared, hadir_core::engine::EngineError>,
    ) -> Result<Option<ShareCard>, HadirError> {
        self.run(|engine, lang| {
            let shared = act(engine)?;
            let today = engine.today()?;
            let clock = home::clock_of(&today, lang);
            Ok(shared.today.map(|share| ShareCard::of(&share, today.now.ms, &clock)))
        })
    }
}
