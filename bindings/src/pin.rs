//! The PIN before a profile on a phone that several share.

use hadir_core::{
    engine::PinCheck,
    text::{Lang, time::duration},
};

use crate::{engine::CheckInEngine, error::HadirError};

/// What came of a PIN.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PinAnswer {
    /// Whether it is right: go on.
    pub right: bool,
    /// What to show where it is not.
    pub text: String,
    /// For how many milliseconds none is looked at; 0 mostly.
    pub wait_ms: u64,
}

#[uniffi::export]
impl CheckInEngine {
    /// Sets the PIN of this profile, four to eight digits, or takes it away with `None`. It is a courtesy between people who share a phone:
    /// what lies on the medium is sealed by the phone's key store with or without it, and reminders and sync go on without it.
    ///
    /// # Errors
    /// [`HadirError::BadInput`] for one that is none; [`HadirError::StoreFull`] and [`HadirError::Store`]: the one before holds.
    pub fn set_pin(&self, pin: Option<String>) -> Result<(), HadirError> {
        self.run(|engine, _| engine.set_pin(pin.as_deref()))
    }

    /// Whether this profile has a PIN: ask for it before its screens are shown.
    ///
    /// # Errors
    /// [`HadirError::NotEnrolled`].
    pub fn has_pin(&self) -> Result<bool, HadirError> {
        self.run(|engine, _| engine.has_pin())
    }

    /// Checks a PIN. Wrong ones are counted on disk: after five none is looked at for a minute, then for longer.
    ///
    /// # Errors
    /// As [`Self::has_pin`].
    pub fn check_pin(&self, pin: String) -> Result<PinAnswer, HadirError> {
        self.run(|engine, lang| Ok(answer(engine.check_pin(&pin)?, lang)))
    }
}

fn answer(check: PinCheck, lang: Lang) -> PinAnswer {
    match (check, lang) {
        (PinCheck::Right, _) => PinAnswer { right: true, text: String::new(), wait_ms: 0 },
        (PinCheck::Wrong { left }, Lang::Id) => {
            PinAnswer { right: false, text: format!("PIN salah. Sisa {left} percobaan."), wait_ms: 0 }
        }
        (PinCheck::Wrong { left }, Lang::En) => {
            PinAnswer { right: false, text: format!("Wrong PIN. Tries left: {left}."), wait_ms: 0 }
        }
        (PinCheck::Wait { for_ms }, _) => {
            // Rounded up: "0 seconds" is over before it is read.
            let left = duration(for_ms.div_ceil(1_000) * 1_000, lang);
            let text = match lang {
                Lang::Id => format!("PIN salah terlalu sering. Coba lagi dalam {left}."),
                Lang::En => format!("Too many wrong PINs. Try again in {left}."),
            };
            PinAnswer { right: false, text, wait_ms: for_ms }
        }
    }
}
