//! Corrections on their way to the phone and back (protocol §7.3).

use super::{Correction, ExcuseKind, Ruling};
use crate::{schedule::WindowId, wire::Corrected};

impl Correction {
    /// The correction of a duty date, as an assignment carries it.
    #[must_use]
    pub fn on_the_wire(&self, date: chrono::NaiveDate) -> Corrected {
        let (ruling, minutes, excuse) = match self.ruling {
            Ruling::OnTime => ("on_time", None, None),
            Ruling::Late { minutes } => ("late", Some(minutes), None),
            Ruling::Excused(kind) => ("excused", None, Some(kind.as_str().to_owned())),
            Ruling::Missed => ("missed", None, None),
            Ruling::Checked => ("checked", None, None),
            Ruling::AsComputed => ("as_computed", None, None),
        };
        Corrected {
            date,
            window: self.window.as_ref().map(ToString::to_string),
            ruling: ruling.to_owned(),
            minutes,
            excuse,
            by: self.by.clone(),
            t_ms: self.at_ms,
            note: self.note.clone(),
        }
    }

    /// Reads a correction; `None` for a ruling of a later version.
    #[must_use]
    pub fn from_the_wire(corrected: &Corrected) -> Option<Self> {
        let ruling = match (corrected.ruling.as_str(), corrected.minutes, &corrected.excuse) {
            ("on_time", None, None) => Ruling::OnTime,
            ("late", Some(minutes), None) => Ruling::Late { minutes },
            ("excused", None, Some(kind)) => Ruling::Excused(ExcuseKind::from_name(kind)?),
            ("missed", None, None) => Ruling::Missed,
            ("checked", None, None) => Ruling::Checked,
            ("as_computed", None, None) => Ruling::AsComputed,
            _ => return None,
        };
        Some(Self {
            window: corrected.window.as_ref().map(WindowId::new).transpose().ok()?,
            ruling,
            at_ms: corrected.t_ms,
            by: corrected.by.clone(),
            note: corrected.note.clone(),
        })
    }
}

impl ExcuseKind {
    /// All.
    pub const ALL: [Self; 6] =
        [Self::Leave, Self::Sick, Self::DutyTrip, Self::Permission, Self::Technical, Self::HealthDirection];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::Sick => "sick",
            Self::DutyTrip => "duty_trip",
            Self::Permission => "permission",
            Self::Technical => "technical",
            Self::HealthDirection => "health_direction",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ruling_survives_its_way_to_the_phone() {
        let excused = ExcuseKind::ALL.map(Ruling::Excused);
        let plain = [Ruling::OnTime, Ruling::Late { minutes: 7 }, Ruling::Missed, Ruling::Checked, Ruling::AsComputed];
        for ruling in plain.into_iter().chain(excused) {
            let window = Some(WindowId::new("w0800").unwrap());
            let correction = Correction { window, ruling, at_ms: 5, by: "kepala".into(), note: "apel pagi".into() };
            let sent = correction.on_the_wire("2026-11-24".parse().unwrap());
            let json = serde_json::to_string(&sent).unwrap();
            let came: Corrected = serde_json::from_str(&json).unwrap();
            assert_eq!(Correction::from_the_wire(&came), Some(correction));
        }
    }

    #[test]
    fn a_ruling_of_a_later_version_is_left_out() {
        let correction =
            Correction { window: None, ruling: Ruling::Missed, at_ms: 5, by: String::new(), note: String::new() };
        let sent = correction.on_the_wire("2026-11-24".parse().unwrap());
        let later = |ruling: &str, minutes| Corrected { ruling: ruling.into(), minutes, ..sent.clone() };
        assert_eq!(Correction::from_the_wire(&later("half", None)), None);
        assert_eq!(Correction::from_the_wire(&later("on_time", Some(3))), None);
    }
}
