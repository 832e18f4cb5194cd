//! Where a person is meant to be on a duty date.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a person does on a duty date, as the roster or a dated fact placed them.
///
/// Which modes owe a check-in, a form or live sharing is data of the policy, never of this type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Works from home (WFH).
    Wfh,
    /// Works at the office (WFO).
    Wfo,
    /// On the duty roster of the workplace (*piket*).
    Piket,
    /// On leave of any kind (*cuti*).
    Leave,
    /// Sick, with notice.
    Sick,
    /// On a duty trip (*dinas luar*).
    DutyTrip,
    /// Called back to the office from home.
    Recalled,
    /// In self-isolation or under treatment.
    Isolation,
    /// At home by health direction: the form said *may not enter*. Neither late nor absent.
    HealthDirection,
    /// Exempt from being sent home, hence at the workplace as usual. Never an excuse from attendance.
    Exempt,
    /// Not a working day for this person.
    Off,
}

impl Mode {
    /// Every mode, in the order in which they are listed to people.
    pub const ALL: [Self; 11] = [
        Self::Wfh,
        Self::Wfo,
        Self::Piket,
        Self::Leave,
        Self::Sick,
        Self::DutyTrip,
        Self::Recalled,
        Self::Isolation,
        Self::HealthDirection,
        Self::Exempt,
        Self::Off,
    ];

    /// The modes in which a person enters the workplace.
    pub const AT_WORKPLACE: [Self; 4] = [Self::Wfo, Self::Piket, Self::Recalled, Self::Exempt];

    /// Whether the person is at the workplace in this mode.
    #[must_use]
    pub fn is_at_workplace(self) -> bool {
        Self::AT_WORKPLACE.contains(&self)
    }

    /// Whether the person works at all in this mode, wherever that is.
    #[must_use]
    pub fn is_working(self) -> bool {
        self.is_at_workplace() || matches!(self, Self::Wfh | Self::DutyTrip)
    }

    /// Whether the mode holds on a day that is not a working day too, because it was named for that very date
    /// or does not pause on weekends.
    #[must_use]
    pub fn holds_on_days_off(self) -> bool {
        matches!(self, Self::Piket | Self::Recalled | Self::DutyTrip | Self::Isolation | Self::HealthDirection)
    }

    /// The name used in files and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wfh => "wfh",
            Self::Wfo => "wfo",
            Self::Piket => "piket",
            Self::Leave => "leave",
            Self::Sick => "sick",
            Self::DutyTrip => "duty_trip",
            Self::Recalled => "recalled",
            Self::Isolation => "isolation",
            Self::HealthDirection => "health_direction",
            Self::Exempt => "exempt",
            Self::Off => "off",
        }
    }

    /// Reads a name used in files, such as `wfh`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Mode;

    #[test]
    fn a_name_in_a_file_and_in_json_is_the_same_name() {
        for mode in Mode::ALL {
            assert_eq!(Mode::from_name(mode.as_str()), Some(mode));
            assert_eq!(serde_json::to_string(&mode).unwrap(), format!("\"{mode}\""));
        }
        assert_eq!(Mode::from_name("WFH"), None);
    }
}
