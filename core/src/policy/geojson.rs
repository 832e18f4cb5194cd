//! Regions from GeoJSON (RFC 7946), as mapping agencies publish them.

use serde_json::Value;

use super::{LonLat, Ring, Shape};

/// Why a GeoJSON file gives no region.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GeoJsonError {
    /// Not JSON.
    #[error("line {line}, column {column}: this is not JSON: {what}")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the reader says.
        what: String,
    },
    /// No polygon in it.
    #[error("there is no Polygon or MultiPolygon in this file; export the boundary as an area, not as points or lines")]
    NoPolygon,
    /// A ring that is no ring.
    #[error("{path}: a ring needs at least 3 places, each [longitude, latitude]")]
    BadRing {
        /// Where.
        path: String,
    },
    /// Longitude and latitude are swapped.
    #[error(
        "{path}: [{first}, {second}] has latitude and longitude swapped; RFC 7946 wants longitude first: [{second}, {first}]"
    )]
    AxesSwapped {
        /// Where.
        path: String,
        /// The first number.
        first: f64,
        /// The second number.
        second: f64,
    },
    /// A place outside Indonesia.
    #[error(
        "{path}: [{first}, {second}] is not in Indonesia (longitude 94 to 142, latitude -12 to 7); is the file in degrees (WGS84)?"
    )]
    NotInIndonesia {
        /// Where.
        path: String,
        /// The first number.
        first: f64,
        /// The second number.
        second: f64,
    },
}

/// Reads every polygon of a GeoJSON text.
///
/// # Errors
/// [`GeoJsonError`] naming the first ring or place that is wrong.
pub fn shapes_from_geojson(text: &str) -> Result<Vec<Shape>, GeoJsonError> {
    let json: Value = serde_json::from_str(text).map_err(|e| GeoJsonError::NotJson {
        line: e.line(),
        column: e.column(),
        what: e.to_string(),
    })?;
    let mut shapes = Vec::new();
    collect(&json, "", &mut shapes)?;
    if shapes.is_empty() { Err(GeoJsonError::NoPolygon) } else { Ok(shapes) }
}

fn collect(json: &Value, path: &str, shapes: &mut Vec<Shape>) -> Result<(), GeoJsonError> {
    let list = |key: &str| json.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match json.get("type").and_then(Value::as_str) {
        Some("FeatureCollection") => {
            for (index, feature) in list("features").iter().enumerate() {
                collect(feature, &format!("features[{index}]"), shapes)?;
            }
        }
        Some("Feature") => {
            if let Some(geometry) = json.get("geometry") {
                collect(geometry, &format!("{path}.geometry"), shapes)?;
            }
        }
        Some("GeometryCollection") => {
            for (index, geometry) in list("geometries").iter().enumerate() {
                collect(geometry, &format!("{path}.geometries[{index}]"), shapes)?;
            }
        }
        Some("Polygon") => shapes.push(polygon(list("coordinates"), &format!("{path}.coordinates"))?),
        Some("MultiPolygon") => {
            for (index, rings) in list("coordinates").iter().enumerate() {
                let path = format!("{path}.coordinates[{index}]");
                shapes.push(polygon(rings.as_array().map(Vec::as_slice).unwrap_or_default(), &path)?);
            }
        }
        _ => {}
    }
    Ok(())
}

fn polygon(rings: &[Value], path: &str) -> Result<Shape, GeoJsonError> {
    let mut read = Vec::with_capacity(rings.len());
    for (index, places) in rings.iter().enumerate() {
        read.push(ring(places, &format!("{path}[{index}]"))?);
    }
    let mut rings = read.into_iter();
    let outer = rings.next().ok_or_else(|| GeoJsonError::BadRing { path: path.to_owned() })?;
    Ok(Shape::Polygon { outer, holes: rings.collect() })
}

fn ring(places: &Value, path: &str) -> Result<Ring, GeoJsonError> {
    let bad = || GeoJsonError::BadRing { path: path.to_owned() };
    let mut ring = Ring::new();
    for (index, place) in places.as_array().ok_or_else(bad)?.iter().enumerate() {
        let number = |at: usize| place.get(at).and_then(Value::as_f64);
        let (Some(first), Some(second)) = (number(0), number(1)) else { return Err(bad()) };
        match LonLat::new(first, second).ok().filter(|place| place.is_in_indonesia()) {
            Some(place) => ring.push(place),
            None => {
                let path = format!("{path}[{index}]");
                return Err(match LonLat::swapped_meaning(first, second) {
                    Some(_) => GeoJsonError::AxesSwapped { path, first, second },
                    None => GeoJsonError::NotInIndonesia { path, first, second },
                });
            }
        }
    }
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if ring.len() < 3 { Err(bad()) } else { Ok(ring) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multipolygon_with_a_hole_is_read_and_its_rings_are_opened() {
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{
            "type":"MultiPolygon","coordinates":[[
              [[120.0,-3.0],[120.4,-3.0],[120.4,-2.6],[120.0,-3.0]],
              [[120.2,-2.9],[120.3,-2.9],[120.3,-2.8],[120.2,-2.9]]]]}}]}"#;
        let shapes = shapes_from_geojson(text).unwrap();
        let [Shape::Polygon { outer, holes }] = shapes.as_slice() else { panic!("{shapes:?}") };
        assert_eq!((outer.len(), holes.len(), holes[0].len()), (3, 1, 3));
    }

    #[test]
    fn swapped_axes_are_named_with_the_place_and_its_meaning() {
        let text = r#"{"type":"Polygon","coordinates":[[[-3.0,120.0],[-3.0,120.4],[-2.6,120.4],[-3.0,120.0]]]}"#;
        let error = shapes_from_geojson(text).unwrap_err();
        assert_eq!(error, GeoJsonError::AxesSwapped { path: ".coordinates[0][0]".into(), first: -3.0, second: 120.0 });
        assert!(error.to_string().contains("[120, -3]"));
    }

    #[test]
    fn lines_metres_and_broken_json_say_what_to_do() {
        let line = r#"{"type":"LineString","coordinates":[[120.0,-3.0],[120.4,-3.0]]}"#;
        assert_eq!(shapes_from_geojson(line), Err(GeoJsonError::NoPolygon));
        let metres = r#"{"type":"Polygon","coordinates":[[[833000,9670000],[834000,9670000],[834000,9671000]]]}"#;
        assert!(shapes_from_geojson(metres).unwrap_err().to_string().contains("WGS84"));
        assert!(matches!(shapes_from_geojson("{\n oops"), Err(GeoJsonError::NotJson { line: 2, .. })));
    }
}
