//! The geofence of a policy's region.

use super::{Area, AreaError, Geofence};
use crate::policy::{LonLat, Region, Shape};

impl TryFrom<&Region> for Geofence {
    type Error = AreaError;

    fn try_from(region: &Region) -> Result<Self, AreaError> {
        Self::new(region.shapes.iter().map(area))
    }
}

fn area(shape: &Shape) -> Area {
    let ring = |places: &Vec<LonLat>| places.iter().map(|place| [place.lon(), place.lat()]).collect();
    match shape {
        Shape::Circle { center, radius_m } => {
            Area::Circle { lon: center.lon(), lat: center.lat(), radius_m: f64::from(*radius_m) }
        }
        Shape::Polygon { outer, holes } => {
            Area::Polygon { outer: ring(outer), holes: holes.iter().map(ring).collect() }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::model::{Fix, FixSource};
    use crate::place::Place;
    use crate::policy::{shapes_from_geojson, shipped, shipped_policy};

    fn fix(lon: f64, lat: f64) -> Fix {
        Fix::new(lat, lon, 30.0, 0, FixSource::Gnss).unwrap()
    }

    #[test]
    fn every_region_that_ships_is_a_geofence() {
        let policy = |id| shipped_policy(id).unwrap().unwrap();
        let regions: Vec<Region> = shipped().iter().filter_map(|(id, _)| policy(id).region).collect();
        assert!(!regions.is_empty());
        for region in &regions {
            assert!(Geofence::try_from(region).is_ok(), "{}", region.name);
        }
    }

    #[test]
    fn each_citys_boundary_holds_its_town_and_not_the_others() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/boundaries");
        let towns = [
            ("luwu-utara", 120.32, -2.55),
            ("palopo", 120.19, -2.99),
            ("parepare", 119.65, -4.02),
            ("solok-selatan", 101.26, -1.48),
            ("tangerang-selatan", 106.71, -6.30),
        ];
        for (city, ..) in towns {
            let Ok(text) = std::fs::read_to_string(folder.join(format!("{city}.geojson"))) else {
                eprintln!("skipped: no boundaries at {}", folder.display());
                return;
            };
            let shapes = shapes_from_geojson(&text).unwrap();
            let fence = Geofence::new(shapes.iter().map(area)).unwrap();
            for (town, lon, lat) in towns {
                let expected = if town == city { Place::Inside } else { Place::Outside };
                assert_eq!(fence.place(&fix(lon, lat)).place, expected, "{town} in {city}");
            }
        }
    }
}
