//! A PIN before one person's profile on a phone that several share. It keeps a colleague from tapping in another's name by
//! mistake or in passing; what lies on the medium is sealed by the phone's key store, with or without it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{CheckInEngine, EngineError, store::Store};
use crate::{journal::SmallFile, limits::pin as limits};

const LABEL: &str = "pin";

/// What came of a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinCheck {
    /// It is right, or none is set.
    Right,
    /// It is not; so many more may be tried before a wait.
    Wrong {
        /// How many.
        left: u32,
    },
    /// Too many were wrong: none is looked at for so long.
    Wait {
        /// Milliseconds.
        for_ms: u64,
    },
}

/// A PIN that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a PIN has {} to {} digits", limits::DIGITS.start(), limits::DIGITS.end())]
pub struct BadPin;

/// What is kept: sealed like a draft, so nobody who lacks the store's secret can try digits against it.
#[derive(Serialize, Deserialize)]
struct Kept {
    salt: [u8; 16],
    hash: [u8; 32],
    /// Wrong in a row.
    wrong: u32,
    /// By the clock of the boot, when the next may be tried.
    not_before_boot_ms: u64,
}

impl Kept {
    fn hash(salt: &[u8; 16], pin: &str) -> [u8; 32] {
        Sha256::new().chain_update(salt).chain_update(pin).finalize().into()
    }

    /// How long none is looked at. After a restart of the phone its clock begins anew, and so does the wait.
    fn wait_ms(&self, boot_ms: u64) -> u64 {
        self.not_before_boot_ms.saturating_sub(boot_ms).min(wait_after(self.wrong))
    }
}

/// The wait after so many wrong ones.
fn wait_after(wrong: u32) -> u64 {
    let rounds = wrong / limits::TRIES;
    if rounds == 0 {
        0
    } else {
        limits::FIRST_WAIT_MS.saturating_mul(1 << (rounds - 1).min(16)).min(limits::LONGEST_WAIT_MS)
    }
}

impl CheckInEngine {
    /// Sets the PIN of this profile, or takes it away with `None`.
    ///
    /// # Errors
    /// [`EngineError::Pin`] for one that is none; [`EngineError::NotEnrolled`]; [`EngineError::StoreFull`] and [`EngineError::Store`]: the one before holds.
    pub fn set_pin(&self, pin: Option<&str>) -> Result<(), EngineError> {
        let Some(pin) = pin else {
            return Ok(self.inner().enrolled()?.journal.discard_draft(LABEL)?);
        };
        if !limits::DIGITS.contains(&pin.len()) || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadPin.into());
        }
        let mut salt = [0; 16];
        self.ports.entropy.fill(&mut salt)?;
        let kept = Kept { salt, hash: Kept::hash(&salt, pin), wrong: 0, not_before_boot_ms: 0 };
        keep(self.inner().enrolled()?, &kept)
    }

    /// Whether this profile has a PIN. One that a damaged medium lost is none: the person is let in, since nothing else could be done.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`]; [`EngineError::Store`] when the medium does not give it back.
    pub fn has_pin(&self) -> Result<bool, EngineError> {
        Ok(kept(self.inner().enrolled()?)?.is_some())
    }

    /// Checks a PIN. Wrong ones are counted on disk: a restart of the app gives no more tries.
    ///
    /// # Errors
    /// As [`Self::has_pin`]; [`EngineError::StoreFull`] when a wrong one can't be counted.
    pub fn check_pin(&self, pin: &str) -> Result<PinCheck, EngineError> {
        let boot_ms = self.ports.clock.read().boot_ms;
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let Some(mut kept) = kept(store)? else { return Ok(PinCheck::Right) };
        let for_ms = kept.wait_ms(boot_ms);
        if for_ms > 0 {
            return Ok(PinCheck::Wait { for_ms });
        }
        if Kept::hash(&kept.salt, pin) == kept.hash {
            if kept.wrong > 0 {
                kept.wrong = 0;
                keep(store, &kept)?;
            }
            return Ok(PinCheck::Right);
        }
        kept.wrong = kept.wrong.saturating_add(1);
        let left = limits::TRIES - kept.wrong % limits::TRIES;
        let wait = if left == limits::TRIES { wait_after(kept.wrong) } else { 0 };
        kept.not_before_boot_ms = boot_ms.saturating_add(wait);
        keep(store, &kept)?;
        Ok(if wait > 0 { PinCheck::Wait { for_ms: wait } } else { PinCheck::Wrong { left } })
    }
}

fn kept(store: &mut Store) -> Result<Option<Kept>, EngineError> {
    match store.journal.load_draft(LABEL)? {
        SmallFile::Found(plain) => Ok(serde_json::from_slice(&plain).ok()),
        SmallFile::Missing | SmallFile::Damaged => Ok(None),
    }
}

fn keep(store: &mut Store, kept: &Kept) -> Result<(), EngineError> {
    let plain = serde_json::to_vec(kept).expect("numbers always serialize");
    Ok(store.journal.save_draft(LABEL, &plain)?)
}
