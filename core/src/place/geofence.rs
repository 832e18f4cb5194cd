//! Geofences that know how uncertain a fix is.
//!
//! Whether a point lies in a polygon is decided in degrees, as RFC 7946 §3.1.1 draws edges: straight in longitude and
//! latitude. The distance to the edge needs metres. geo's geodesic distance is from point to point, so the nearest point
//! of the edge is found first, on a plane that touches the ellipsoid at the fix (degrees scaled by the two radii of
//! curvature there: edges stay straight on it), and the geodesic distance to that point is taken. The plane only chooses
//! the point; what it can get wrong grows with distance × tan(latitude) ÷ 12,700 km, which in Indonesia (below 11°) is
//! under 0.1 % at 50 km, and nothing that matters at the distances where the answer is in doubt.

use std::fmt;

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{Coord, Distance, Geodesic, LineString, Point, Polygon};
use serde::{Deserialize, Serialize};

use crate::model::Fix;

/// By what the accuracy (radius of 68 % confidence) is multiplied to say *surely*.
///
/// For errors spread evenly around the fix (Rayleigh), 95 % lie within 1.62 times that radius and 98.9 % within twice it.
/// Phones are too sure of themselves between houses and hills, so twice is taken as what 1.62 should be: 95 % in practice.
pub const UNCERTAINTY_FACTOR: f64 = 2.0;

/// A shape of a geofence, in degrees on WGS 84. `Debug` shows no coordinates.
#[derive(Clone, PartialEq)]
pub enum Area {
    /// Everything within a distance of a point.
    Circle {
        /// Longitude of the middle.
        lon: f64,
        /// Latitude of the middle.
        lat: f64,
        /// Radius, metres.
        radius_m: f64,
    },
    /// What a ring surrounds, without holes. Rings are `[longitude, latitude]`; the first point may be repeated at the end.
    Polygon {
        /// The outer ring.
        outer: Vec<[f64; 2]>,
        /// Holes in it.
        holes: Vec<Vec<[f64; 2]>>,
    },
}

impl fmt::Debug for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Circle { radius_m, .. } => write!(f, "Circle(radius {radius_m} m)"),
            Self::Polygon { outer, holes } => write!(f, "Polygon({} points, {} holes)", outer.len(), holes.len()),
        }
    }
}

/// Says why shapes make no geofence.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum AreaError {
    /// There is no shape at all.
    #[error("a geofence needs at least one shape")]
    Empty,
    /// A number is not a place on the earth.
    #[error("[{lon}, {lat}] is no place: longitude must lie in -180..180 and latitude in -90..90")]
    NoPlace {
        /// The longitude given.
        lon: f64,
        /// The latitude given.
        lat: f64,
    },
    /// A radius is not a number above 0.
    #[error("a radius must be a number of metres above 0, not {0}")]
    Radius(f64),
    /// A ring surrounds nothing.
    #[error("a ring needs at least three different points, not {0}")]
    Ring(usize),
}

/// Where a fix lies, as far as its accuracy can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Surely inside.
    Inside,
    /// Surely outside.
    Outside,
    /// The edge is nearer than the fix is sure of.
    Uncertain,
}

/// How a fix stands to a geofence. Distances are in whole metres, and show no coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Placement {
    /// The verdict.
    pub place: Place,
    /// On which side of the edge the reported point itself lies.
    pub point_inside: bool,
    /// From the reported point to the nearest edge.
    pub edge_m: u32,
    /// The accuracy as reported: the radius of 68 % confidence.
    pub accuracy_m: u32,
    /// How far the edge must be for the verdict to be sure: the accuracy times [`UNCERTAINTY_FACTOR`].
    pub uncertainty_m: u32,
}

/// The union of circles and polygons.
#[derive(Clone, PartialEq)]
pub struct Geofence {
    circles: Vec<(Point, f64)>,
    polygons: Vec<Polygon>,
}

impl fmt::Debug for Geofence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Geofence({} circles, {} polygons)", self.circles.len(), self.polygons.len())
    }
}

impl Geofence {
    /// Makes a geofence of shapes.
    ///
    /// # Errors
    /// An [`AreaError`] where there is no shape, or one that surrounds nothing or lies nowhere.
    pub fn new(areas: impl IntoIterator<Item = Area>) -> Result<Self, AreaError> {
        let mut fence = Self { circles: Vec::new(), polygons: Vec::new() };
        for area in areas {
            match area {
                Area::Circle { lon, lat, radius_m } => {
                    if !(radius_m.is_finite() && radius_m > 0.0) {
                        return Err(AreaError::Radius(radius_m));
                    }
                    fence.circles.push((place(lon, lat)?.into(), radius_m));
                }
                Area::Polygon { outer, holes } => {
                    let holes = holes.into_iter().map(ring).collect::<Result<_, _>>()?;
                    fence.polygons.push(Polygon::new(ring(outer)?, holes));
                }
            }
        }
        if fence.circles.is_empty() && fence.polygons.is_empty() { Err(AreaError::Empty) } else { Ok(fence) }
    }

    /// Says how a fix stands to the geofence.
    #[must_use]
    pub fn place(&self, fix: &Fix) -> Placement {
        let (point_inside, edge_m) = self.edge(fix.lon(), fix.lat());
        let uncertainty_m = fix.accuracy_m() * UNCERTAINTY_FACTOR;
        let place = match (edge_m > uncertainty_m, point_inside) {
            (false, _) => Place::Uncertain,
            (true, true) => Place::Inside,
            (true, false) => Place::Outside,
        };
        Placement {
            place,
            point_inside,
            edge_m: whole_m(edge_m),
            accuracy_m: whole_m(fix.accuracy_m()),
            uncertainty_m: whole_m(uncertainty_m),
        }
    }

    /// Whether a point lies inside, and how far the nearest edge is, metres. Where shapes overlap, the distance from
    /// inside is that to the edge of the shape in which the point lies deepest: at most too short.
    fn edge(&self, lon: f64, lat: f64) -> (bool, f64) {
        let at = Coord { x: lon, y: lat };
        let circles = self.circles.iter().map(|(center, radius_m)| {
            let from_center = Geodesic.distance(*center, Point::from(at));
            (from_center < *radius_m, (from_center - radius_m).abs())
        });
        let plane = Plane::touching(at);
        let polygons = self.polygons.iter().map(|polygon| {
            let nearest = plane.nearest(polygon);
            (
                polygon.coordinate_position(&at) == CoordPos::Inside,
                Geodesic.distance(Point::from(at), Point::from(nearest)),
            )
        });
        circles.chain(polygons).fold((false, f64::INFINITY), |(inside, edge), (shape_inside, shape_edge)| {
            match (inside, shape_inside) {
                (true, false) => (inside, edge),
                (false, true) => (true, shape_edge),
                (true, true) => (true, edge.max(shape_edge)),
                (false, false) => (false, edge.min(shape_edge)),
            }
        })
    }
}

/// Rounds metres to the nearest whole; beyond any distance on the earth only for what is no distance.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped; a cast of NaN is 0")]
pub(super) fn whole_m(metres: f64) -> u32 {
    metres.round().clamp(0.0, f64::from(u32::MAX)) as u32
}

fn place(lon: f64, lat: f64) -> Result<Coord, AreaError> {
    if (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat) {
        Ok(Coord { x: lon, y: lat })
    } else {
        Err(AreaError::NoPlace { lon, lat })
    }
}

fn ring(points: Vec<[f64; 2]>) -> Result<LineString, AreaError> {
    let mut coords = points.into_iter().map(|[lon, lat]| place(lon, lat)).collect::<Result<Vec<_>, _>>()?;
    coords.dedup();
    let different = coords.len() - usize::from(coords.len() > 1 && coords.first() == coords.last());
    if different < 3 {
        return Err(AreaError::Ring(different));
    }
    let mut ring = LineString::new(coords);
    ring.close();
    Ok(ring)
}

/// A plane that touches the ellipsoid at a point, with metres as its unit.
struct Plane {
    origin: Coord,
    /// Metres per degree.
    lon_m: f64,
    lat_m: f64,
}

/// WGS 84: equatorial radius in metres, and the first eccentricity squared.
const RADIUS_M: f64 = 6_378_137.0;
const ECCENTRICITY_2: f64 = 0.006_694_379_990_141_316;

impl Plane {
    fn touching(origin: Coord) -> Self {
        let (sin, cos) = origin.y.to_radians().sin_cos();
        let bend = 1.0 - ECCENTRICITY_2 * sin * sin;
        let prime_vertical = RADIUS_M / bend.sqrt();
        let meridional = RADIUS_M * (1.0 - ECCENTRICITY_2) / (bend * bend.sqrt());
        Self { origin, lon_m: (prime_vertical * cos).to_radians(), lat_m: meridional.to_radians() }
    }

    /// The point of a polygon's edges that is nearest to the origin, in degrees.
    fn nearest(&self, polygon: &Polygon) -> Coord {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        let mut best = (f64::INFINITY, self.origin);
        for line in rings.flat_map(|ring| ring.lines()) {
            // A longitude is taken the short way round, once an edge, so that no edge is torn apart.
            let turns = ((line.start.x - self.origin.x) / 360.0).round() * 360.0;
            let start = self.metres(line.start, turns);
            let end = self.metres(line.end, turns);
            let along = end - start;
            let length_2 = along.x * along.x + along.y * along.y;
            let share = if length_2 > 0.0 {
                (-(start.x * along.x + start.y * along.y) / length_2).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let nearest = start + along * share;
            let distance_2 = nearest.x * nearest.x + nearest.y * nearest.y;
            if distance_2 < best.0 {
                best = (distance_2, line.start + (line.end - line.start) * share);
            }
        }
        best.1
    }

    fn metres(&self, at: Coord, turns: f64) -> Coord {
        Coord { x: (at.x - turns - self.origin.x) * self.lon_m, y: (at.y - self.origin.y) * self.lat_m }
    }
}

#[cfg(test)]
mod tests {
    use geo::Destination;
    use proptest::prelude::*;

    use super::*;
    use crate::model::FixSource;

    fn fix(lon: f64, lat: f64, accuracy_m: f64) -> Fix {
        Fix::new(lat, lon, accuracy_m, 0, FixSource::Gnss).unwrap()
    }

    /// About 1 km by 1 km at Masamba, with a hole of 200 m in the middle.
    fn square() -> Geofence {
        let ring = |half: f64| {
            let (lon, lat) = (120.325, -2.555);
            vec![[lon - half, lat - half], [lon + half, lat - half], [lon + half, lat + half], [lon - half, lat + half]]
        };
        Geofence::new([Area::Polygon { outer: ring(0.0045), holes: vec![ring(0.0009)] }]).unwrap()
    }

    #[test]
    fn a_fix_is_inside_outside_or_too_inaccurate_to_tell() {
        let fence = square();
        let at = |lon, lat, accuracy| fence.place(&fix(lon, lat, accuracy));
        assert_eq!(at(120.3225, -2.555, 25.0).place, Place::Inside);
        assert_eq!(at(120.3325, -2.555, 25.0).place, Place::Outside);
        assert_eq!(at(120.325, -2.555, 25.0).place, Place::Outside, "in the hole");
        assert_eq!(at(120.325, -2.555, 60.0).place, Place::Uncertain, "in the hole, but 100 m from its edge");
        let near = at(120.3297, -2.555, 25.0);
        assert_eq!((near.place, near.point_inside), (Place::Uncertain, false));
        assert_eq!((near.edge_m, near.accuracy_m, near.uncertainty_m), (22, 25, 50));
    }

    #[test]
    fn on_the_edge_nothing_is_sure_however_good_the_fix() {
        assert_eq!(square().place(&fix(120.3295, -2.555, 0.1)).place, Place::Uncertain);
        assert_eq!(square().place(&fix(120.3295, -2.5595, 0.1)).place, Place::Uncertain, "a corner");
    }

    #[test]
    fn shapes_are_united() {
        let circle = |lon| Area::Circle { lon, lat: -3.0, radius_m: 500.0 };
        let fence = Geofence::new([circle(120.2), circle(120.206)]).unwrap();
        for (lon, place) in [(120.2, Place::Inside), (120.206, Place::Inside), (120.22, Place::Outside)] {
            assert_eq!(fence.place(&fix(lon, -3.0, 10.0)).place, place);
        }
    }

    #[test]
    fn an_edge_across_the_date_line_is_near() {
        let ring = vec![[179.0, -1.0], [180.0, -1.0], [180.0, 1.0], [179.0, 1.0]];
        let fence = Geofence::new([Area::Polygon { outer: ring, holes: vec![] }]).unwrap();
        let placement = fence.place(&fix(-179.999, 0.0, 10.0));
        assert_eq!((placement.place, placement.edge_m), (Place::Outside, 111));
    }

    #[test]
    fn shapes_that_surround_nothing_are_refused() {
        let polygon = |outer: &[[f64; 2]]| Geofence::new([Area::Polygon { outer: outer.to_vec(), holes: vec![] }]);
        assert_eq!(Geofence::new([]), Err(AreaError::Empty));
        assert_eq!(polygon(&[[120.0, -2.0], [120.1, -2.0], [120.0, -2.0]]), Err(AreaError::Ring(2)));
        assert_eq!(polygon(&[]), Err(AreaError::Ring(0)));
        assert_eq!(
            polygon(&[[120.0, -2.0], [120.1, 98.0], [0.0, 0.0]]),
            Err(AreaError::NoPlace { lon: 120.1, lat: 98.0 })
        );
        let circle = |radius_m| Geofence::new([Area::Circle { lon: 120.0, lat: -2.0, radius_m }]);
        assert_eq!(circle(0.0), Err(AreaError::Radius(0.0)));
        assert!(circle(f64::NAN).is_err());
    }

    #[test]
    fn debug_shows_no_coordinates() {
        let text = format!("{:?} {:?}", square(), Area::Circle { lon: 120.5, lat: -2.5, radius_m: 9.0 });
        assert_eq!(text, "Geofence(0 circles, 1 polygons) Circle(radius 9 m)");
    }

    proptest! {
        /// A circle drawn as a polygon of 720 corners must agree with the circle, from Sabang to Merauke and at any size.
        #[test]
        fn distances_to_a_polygon_agree_with_geodesic_ones(
            lon in 95.0..141.0_f64, lat in -11.0..6.0_f64,
            radius_m in 100.0..50_000.0_f64, bearing in 0.0..360.0_f64, off in 0.0..2.0_f64,
        ) {
            let center = Point::new(lon, lat);
            let outer: Vec<[f64; 2]> = (0..720_u32)
                .map(|step| Geodesic.destination(center, f64::from(step) / 2.0, radius_m))
                .map(|point| [point.x(), point.y()])
                .collect();
            let polygon = Geofence::new([Area::Polygon { outer, holes: vec![] }]).unwrap();
            let at = Geodesic.destination(center, bearing, radius_m * off);
            let (inside, edge_m) = polygon.edge(at.x(), at.y());
            let expected_m = (radius_m - radius_m * off).abs();
            // The chord of half a degree lies at most radius × (1 − cos 0.25°) = radius × 0.00001 within the arc.
            let tolerance_m = radius_m * 0.000_02 + expected_m * 0.001 + 0.01;
            prop_assert!((edge_m - expected_m).abs() <= tolerance_m, "{edge_m} for {expected_m}");
            prop_assert!(inside == (off < 1.0) || expected_m < tolerance_m);
        }

        #[test]
        fn a_worse_accuracy_never_makes_it_surer(
            lon in 120.31..120.34_f64, lat in -2.57..-2.54_f64, accuracy in 0.1..2_000.0_f64, worse in 1.0..10.0_f64,
        ) {
            let (good, bad) = (square().place(&fix(lon, lat, accuracy)), square().place(&fix(lon, lat, accuracy * worse)));
            prop_assert!(bad.place == Place::Uncertain || bad.place == good.place);
        }

        #[test]
        fn any_position_gets_an_answer(lon in -180.0..=180.0_f64, lat in -90.0..=90.0_f64, accuracy in 0.1..1e12_f64) {
            let _ = square().place(&fix(lon, lat, accuracy));
        }
    }
}
