//! The region within which home-working people are expected to stay.

use serde::{Deserialize, Serialize};

use crate::place::{Area, AreaError, Geofence};

/// A place on the earth in millionths of a degree (11 cm), so that it is the same number in every language.
///
/// In files and JSON it is `[longitude, latitude]`, in GeoJSON's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "[f64; 2]", into = "[f64; 2]")]
pub struct LonLat {
    lon_e6: i32,
    lat_e6: i32,
}

/// A pair of numbers that is no place.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("[{lon}, {lat}] is no place: longitude must lie in -180..180 and latitude in -90..90")]
pub struct NoPlace {
    /// The first number.
    pub lon: f64,
    /// The second number.
    pub lat: f64,
}

impl LonLat {
    /// Takes degrees, rounding to the nearest millionth.
    ///
    /// # Errors
    /// [`NoPlace`] for a number outside the earth or not finite.
    pub fn new(lon: f64, lat: f64) -> Result<Self, NoPlace> {
        if (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat) {
            #[allow(clippy::cast_possible_truncation, reason = "at most 180 million")]
            Ok(Self { lon_e6: (lon * 1e6).round() as i32, lat_e6: (lat * 1e6).round() as i32 })
        } else {
            Err(NoPlace { lon, lat })
        }
    }

    /// Degrees east.
    #[must_use]
    pub fn lon(self) -> f64 {
        f64::from(self.lon_e6) / 1e6
    }

    /// Degrees north.
    #[must_use]
    pub fn lat(self) -> f64 {
        f64::from(self.lat_e6) / 1e6
    }

    /// Whether it lies in the box around Indonesia: 94–142° east, 12° south to 7° north.
    #[must_use]
    pub fn is_in_indonesia(self) -> bool {
        (94_000_000..=142_000_000).contains(&self.lon_e6) && (-12_000_000..=7_000_000).contains(&self.lat_e6)
    }

    /// The place with its axes swapped, if that is a place in Indonesia and this is not.
    #[must_use]
    pub fn as_if_swapped(self) -> Option<Self> {
        Self::swapped_meaning(self.lon(), self.lat())
    }

    /// What a pair must have meant, if it only makes sense with its axes swapped.
    #[must_use]
    pub fn swapped_meaning(first: f64, second: f64) -> Option<Self> {
        let as_written = Self::new(first, second).is_ok_and(Self::is_in_indonesia);
        Self::new(second, first).ok().filter(|swapped| !as_written && swapped.is_in_indonesia())
    }
}

impl TryFrom<[f64; 2]> for LonLat {
    type Error = NoPlace;
    fn try_from([lon, lat]: [f64; 2]) -> Result<Self, NoPlace> {
        Self::new(lon, lat)
    }
}

impl From<LonLat> for [f64; 2] {
    fn from(place: LonLat) -> Self {
        [place.lon(), place.lat()]
    }
}

/// A closed ring of places; the first is not repeated at the end.
pub type Ring = Vec<LonLat>;

/// One shape of a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Shape {
    /// Everything within a distance.
    Circle {
        /// Its middle.
        center: LonLat,
        /// Its radius in metres.
        radius_m: u32,
    },
    /// An area with holes.
    Polygon {
        /// The outer edge, at least three places.
        outer: Ring,
        /// Holes in it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        holes: Vec<Ring>,
    },
}

/// A region: the union of its shapes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Its name, as screens show it.
    pub name: String,
    /// What it consists of; at least one.
    pub shapes: Vec<Shape>,
    /// Where name and shapes come from.
    pub marks: super::Marks,
}

impl Region {
    /// Its shapes as a geofence, to judge fixes by.
    ///
    /// # Errors
    /// Those of [`Geofence::new`]; a validated policy's region has none.
    pub fn geofence(&self) -> Result<Geofence, AreaError> {
        Geofence::new(self.shapes.iter().map(|shape| match shape {
            Shape::Circle { center, radius_m } => {
                Area::Circle { lon: center.lon(), lat: center.lat(), radius_m: f64::from(*radius_m) }
            }
            Shape::Polygon { outer, holes } => {
                Area::Polygon { outer: degrees(outer), holes: holes.iter().map(degrees).collect() }
            }
        }))
    }
}

fn degrees(ring: &Ring) -> Vec<[f64; 2]> {
    ring.iter().map(|place| (*place).into()).collect()
}

#[cfg(test)]
mod tests {
    use super::LonLat;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_place_survives_json_exactly(lon in -180.0..=180.0_f64, lat in -90.0..=90.0_f64) {
            let place = LonLat::new(lon, lat).unwrap();
            let json = serde_json::to_string(&place).unwrap();
            prop_assert_eq!(serde_json::from_str::<LonLat>(&json).unwrap(), place);
        }

        #[test]
        fn swapped_axes_are_seen_everywhere_in_indonesia(lon in 94.0..142.0_f64, lat in -12.0..7.0_f64) {
            prop_assert!(LonLat::swapped_meaning(lon, lat).is_none());
            prop_assert_eq!(LonLat::swapped_meaning(lat, lon), Some(LonLat::new(lon, lat).unwrap()));
        }
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for (lon, lat) in [(f64::NAN, 0.0), (0.0, f64::NAN), (181.0, 0.0), (0.0, 91.0), (f64::INFINITY, 0.0)] {
            assert!(LonLat::new(lon, lat).is_err());
        }
    }
}
