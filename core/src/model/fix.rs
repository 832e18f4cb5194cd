//! A position as the phone's platform reported it, checked for range.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Says why a position can't be taken: the caller passed values that no position has.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FixError {
    /// The latitude is not a number from −90 to 90.
    #[error("the latitude must be a number from -90 to 90 degrees, not {0}")]
    Latitude(f64),
    /// The longitude is not a number from −180 to 180.
    #[error("the longitude must be a number from -180 to 180 degrees, not {0}")]
    Longitude(f64),
    /// The accuracy is not a number above 0.
    #[error("the accuracy must be a number of metres above 0, not {0}")]
    Accuracy(f64),
    /// The speed is not a number of at least 0.
    #[error("the speed must be a number of metres a second, at least 0, not {0}")]
    Speed(f64),
    /// The fix claims to come from the future.
    #[error("the fix is {0} ms in the future; its age must be at least 0")]
    FromTheFuture(i64),
}

/// Where a fix came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FixSource {
    /// A satellite receiver in the phone.
    Gnss,
    /// Cell towers or Wi-Fi.
    Network,
    /// The platform's mixture.
    Fused,
    /// An external receiver; these report "mock" on Android, honestly.
    External,
    /// Typed in, as on the command line.
    Manual,
}

/// Why an attempt has no fix. The attempt is a record all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoFix {
    /// The person has not given the permission.
    Denied,
    /// Location is switched off.
    Off,
    /// No fix came within the deadline.
    Timeout,
    /// The phone has no way to know.
    Unavailable,
}

/// Half the way around the Earth: every place is within this of any other, metres.
const COARSEST_M: f64 = 20_037_508.0;

/// A position on WGS 84 with its accuracy. `Debug` shows no coordinates.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawFix")]
pub struct Fix {
    lat_e7: i32,
    lon_e7: i32,
    accuracy_m: f64,
    age_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    mock: Option<bool>,
    source: FixSource,
    #[serde(skip_serializing_if = "Option::is_none")]
    speed_mps: Option<f64>,
}

#[derive(Deserialize)]
struct RawFix {
    lat_e7: i32,
    lon_e7: i32,
    accuracy_m: f64,
    age_ms: u64,
    mock: Option<bool>,
    source: FixSource,
    speed_mps: Option<f64>,
}

impl TryFrom<RawFix> for Fix {
    type Error = FixError;

    fn try_from(raw: RawFix) -> Result<Self, FixError> {
        Self::new(f64::from(raw.lat_e7) / 1e7, f64::from(raw.lon_e7) / 1e7, raw.accuracy_m, 0, raw.source).and_then(
            |fix| {
                let fix = Self { lat_e7: raw.lat_e7, lon_e7: raw.lon_e7, age_ms: raw.age_ms, mock: raw.mock, ..fix };
                raw.speed_mps.map_or(Ok(fix.clone()), |speed| fix.with_speed(speed))
            },
        )
    }
}

impl Fix {
    /// Takes a position: degrees on WGS 84, accuracy as the radius in metres of 68 % confidence, age in milliseconds at the tap.
    ///
    /// # Errors
    /// A [`FixError`] names the value that no position has.
    pub fn new(lat: f64, lon: f64, accuracy_m: f64, age_ms: i64, source: FixSource) -> Result<Self, FixError> {
        if !(-90.0..=90.0).contains(&lat) {
            return Err(FixError::Latitude(lat));
        }
        if !(-180.0..=180.0).contains(&lon) {
            return Err(FixError::Longitude(lon));
        }
        if !(accuracy_m.is_finite() && accuracy_m > 0.0) {
            return Err(FixError::Accuracy(accuracy_m));
        }
        let age_ms = u64::try_from(age_ms).map_err(|_| FixError::FromTheFuture(-age_ms))?;
        #[expect(clippy::cast_possible_truncation, reason = "within ±1.8e9 by the checks above")]
        let e7 = |degrees: f64| (degrees * 1e7).round() as i32;
        // A tenth of a metre is finer than any accuracy means, and the whole Earth as coarse as one can be.
        let accuracy_m = (accuracy_m.min(COARSEST_M) * 10.0).round().max(1.0) / 10.0;
        Ok(Self { lat_e7: e7(lat), lon_e7: e7(lon), accuracy_m, age_ms, mock: None, source, speed_mps: None })
    }

    /// Adds what the platform says about a mock location.
    #[must_use]
    pub fn with_mock(self, mock: bool) -> Self {
        Self { mock: Some(mock), ..self }
    }

    /// Adds the speed that the platform measured, metres a second.
    ///
    /// # Errors
    /// [`FixError::Speed`] for a negative speed or one that is not a number.
    pub fn with_speed(self, speed_mps: f64) -> Result<Self, FixError> {
        if speed_mps.is_finite() && speed_mps >= 0.0 {
            Ok(Self { speed_mps: Some(speed_mps), ..self })
        } else {
            Err(FixError::Speed(speed_mps))
        }
    }

    /// Latitude in degrees × 10⁷.
    #[must_use]
    pub const fn lat_e7(&self) -> i32 {
        self.lat_e7
    }
    /// Longitude in degrees × 10⁷.
    #[must_use]
    pub const fn lon_e7(&self) -> i32 {
        self.lon_e7
    }
    /// Latitude in degrees.
    #[must_use]
    pub fn lat(&self) -> f64 {
        f64::from(self.lat_e7) / 1e7
    }
    /// Longitude in degrees.
    #[must_use]
    pub fn lon(&self) -> f64 {
        f64::from(self.lon_e7) / 1e7
    }
    /// Radius of 68 % confidence, metres, at least 0.1.
    #[must_use]
    pub const fn accuracy_m(&self) -> f64 {
        self.accuracy_m
    }
    /// Age of the fix at the tap, milliseconds.
    #[must_use]
    pub const fn age_ms(&self) -> u64 {
        self.age_ms
    }
    /// Whether the platform calls the fix a mock; `None` where it does not say.
    #[must_use]
    pub const fn mock(&self) -> Option<bool> {
        self.mock
    }
    /// Where the fix came from.
    #[must_use]
    pub const fn source(&self) -> FixSource {
        self.source
    }
    /// Speed that the platform measured, metres a second.
    #[must_use]
    pub const fn speed_mps(&self) -> Option<f64> {
        self.speed_mps
    }
}

impl fmt::Debug for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fix(±{} m, {:?}, mock {:?})", self.accuracy_m, self.source, self.mock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_no_position_has_are_refused() {
        let fix = |lat, lon, acc, age| Fix::new(lat, lon, acc, age, FixSource::Gnss);
        assert_eq!(fix(91.0, 0.0, 5.0, 0), Err(FixError::Latitude(91.0)));
        assert!(matches!(fix(f64::NAN, 0.0, 5.0, 0), Err(FixError::Latitude(_))));
        assert_eq!(fix(0.0, 180.5, 5.0, 0), Err(FixError::Longitude(180.5)));
        assert_eq!(fix(0.0, 0.0, -1.0, 0), Err(FixError::Accuracy(-1.0)));
        assert_eq!(fix(0.0, 0.0, f64::INFINITY, 0), Err(FixError::Accuracy(f64::INFINITY)));
        assert_eq!(fix(0.0, 0.0, 5.0, -7), Err(FixError::FromTheFuture(7)));
        assert!(fix(90.0, -180.0, 0.01, 0).is_ok());
        for huge in [1e12, 1e300, f64::MAX] {
            let fix = Fix::new(0.0, 0.0, huge, 0, FixSource::Gnss).unwrap();
            let json = serde_json::to_string(&fix).unwrap();
            assert_eq!(serde_json::from_str::<Fix>(&json).unwrap(), fix, "{json}");
        }
    }

    #[test]
    fn a_fix_survives_its_json_and_a_bad_one_does_not_parse() {
        let fix = Fix::new(-2.553_123_4, 120.372_000_1, 24.96, 900, FixSource::Gnss).unwrap().with_mock(false);
        let json = serde_json::to_string(&fix).unwrap();
        assert_eq!(
            json,
            r#"{"lat_e7":-25531234,"lon_e7":1203720001,"accuracy_m":25.0,"age_ms":900,"mock":false,"source":"gnss"}"#
        );
        assert_eq!(serde_json::from_str::<Fix>(&json).unwrap(), fix);
        assert!(serde_json::from_str::<Fix>(&json.replace("-25531234", "-950000000")).is_err());
    }

    #[test]
    fn coordinates_do_not_show_in_debug() {
        let fix = Fix::new(-2.55, 120.37, 25.0, 0, FixSource::Gnss).unwrap();
        assert!(!format!("{fix:?}").contains("120"));
    }
}
