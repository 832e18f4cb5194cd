//! How a phone stands, for the help desk, and the six letters by which it is found there (protocol §5.7). Nothing here is about
//! health, places or what was recorded.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::model::crockford;

/// The letters that a person reads out to the help desk: 30 bits in six letters of Crockford's base32.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HelpNumber(u32);

/// A text is no help code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a help code has six letters and digits")]
pub struct HelpNumberError;

impl HelpNumber {
    /// Letters in a code.
    pub const LETTERS: u32 = 6;
    const MASK: u32 = (1 << (5 * Self::LETTERS)) - 1;

    /// Takes the lowest 30 bits.
    #[must_use]
    pub const fn of_bits(bits: u32) -> Self {
        Self(bits & Self::MASK)
    }

    /// The 30 bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }
}

impl FromStr for HelpNumber {
    type Err = HelpNumberError;

    /// Reads a code as it is read out and typed: in any case, with blanks and hyphens anywhere, O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, HelpNumberError> {
        let bits = crockford::bits(text, Self::LETTERS).map_err(|_| HelpNumberError)?;
        u32::try_from(bits).map(Self).map_err(|_| HelpNumberError)
    }
}

impl fmt::Display for HelpNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crockford::text(u64::from(self.0), Self::LETTERS))
    }
}

impl fmt::Debug for HelpNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HelpNumber({self})")
    }
}

impl Serialize for HelpNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HelpNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// How a permission stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Given.
    Granted,
    /// Given in part: an approximate location, an alarm only about the time.
    Limited,
    /// Refused; it may be asked again.
    Denied,
    /// Refused for ever; only the system's settings change it.
    DeniedForEver,
    /// The person was not asked yet.
    NotAsked,
    /// The platform does not say, or a later version's word.
    #[serde(other)]
    Unknown,
}

/// What the system's battery saver does to the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatteryState {
    /// Nothing: the app is exempt.
    Unrestricted,
    /// What it does to every app.
    Optimised,
    /// The phone's battery saver is on.
    SaverOn,
    /// The app may not run in the background.
    Restricted,
    /// The platform does not say, or a later version's word.
    #[serde(other)]
    Unknown,
}

/// What the shell knows of the phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhoneState {
    /// Maker and model, at most 64 characters.
    pub model: String,
    /// System and version, at most 64 characters.
    pub os: String,
    /// Location, for the app; [`Permission::Limited`]: approximate.
    pub location: Permission,
    /// Location, for the whole phone; null: the platform does not say.
    pub location_on: Option<bool>,
    /// Location while the app is not in sight.
    pub background: Permission,
    /// Notifications.
    pub notifications: Permission,
    /// Alarms at an exact time; [`Permission::Limited`]: about the time.
    pub exact_alarms: Permission,
    /// The battery saver.
    pub battery: BatteryState,
}

/// The body of `POST /v1/help`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpReport {
    /// Protocol version.
    pub v: u32,
    /// What the shell knows.
    pub phone: PhoneState,
    /// Software and version, at most 64 characters.
    pub app: String,
    /// When the server was last heard of before, by its own clock, milliseconds.
    pub last_sync_ms: Option<i64>,
    /// Records that wait to be sent.
    pub pending: u64,
    /// Records that are parked.
    pub parked: u32,
    /// How far the phone's clock is ahead, or behind if negative, milliseconds; null where it is not off by more than a clock
    /// set by hand is, as far as the phone knows.
    pub clock_off_ms: Option<i64>,
}

/// Characters of a text in a report.
pub const HELP_CHARS: usize = 64;

impl HelpReport {
    /// Whether its texts are short and hold nothing but what can be shown.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        [&self.phone.model, &self.phone.os, &self.app]
            .iter()
            .all(|text| text.chars().count() <= HELP_CHARS && !text.chars().any(char::is_control))
    }
}

/// The answer to `POST /v1/help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpAnswer {
    /// The code to read out.
    pub code: HelpNumber,
    /// When the report was taken, milliseconds.
    pub t_ms: i64,
    /// Until when the code is known, milliseconds, excluded.
    pub until_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_letters_and_read_as_it_is_heard() {
        let code = HelpNumber::of_bits(u32::MAX);
        assert_eq!((code.to_string().as_str(), code.bits()), ("ZZZZZZ", (1 << 30) - 1));
        assert_eq!(" zz-zz zz\n".parse(), Ok(code));
        assert_eq!("0o1Il0".parse(), "001110".parse::<HelpNumber>());
        for bad in ["", "ZZZZZ", "ZZZZZZZ", "ZZZZZU"] {
            assert_eq!(bad.parse::<HelpNumber>(), Err(HelpNumberError), "{bad:?}");
        }
    }

    #[test]
    fn a_state_of_a_later_version_is_read_as_unknown() {
        assert_eq!(serde_json::from_str::<Permission>("\"sometimes\"").unwrap(), Permission::Unknown);
        assert_eq!(serde_json::from_str::<BatteryState>("\"half\"").unwrap(), BatteryState::Unknown);
        assert_eq!(serde_json::to_string(&Permission::DeniedForEver).unwrap(), "\"denied_for_ever\"");
    }
}
