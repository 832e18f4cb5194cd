//! Reads a recorded track: GPX 1.0 or 1.1, every `trkpt` with its time. Whole and checked before anything is played.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime};
use hadir_core::{
    model::{Fix, FixError, FixSource},
    text::Lang,
};
use roxmltree::{Document, Node, ParsingOptions};

/// A day at a point a second is 15 MB; more is no track of a working day.
const MAX_BYTES: u64 = 32 << 20;
/// As many faults are told; more are of the same kind.
const TOLD: usize = 10;
/// Metres of accuracy that a receiver means by one unit of dilution (`hdop`): the usual error of a phone's range.
const HDOP_M: f64 = 5.0;

/// A point of a track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Point {
    /// When it was recorded, milliseconds since 1970.
    pub(in super::super) at_ms: i64,
    lat: f64,
    lon: f64,
    hdop: Option<f64>,
}

impl Point {
    /// The fix, as a receiver would have given it; `accuracy_m` where the file says nothing of it.
    pub(super) fn fix(&self, accuracy_m: f64, mock: bool) -> Result<Fix, FixError> {
        let accuracy_m = self.hdop.map_or(accuracy_m, |hdop| hdop * HDOP_M);
        Fix::new(self.lat, self.lon, accuracy_m, 0, FixSource::Manual).map(|fix| fix.with_mock(mock))
    }
}

/// Why a file is no track that can be played: each fault with its line.
#[derive(Debug, PartialEq)]
pub(in super::super) struct GpxFaults {
    file: PathBuf,
    faults: Vec<(u32, GpxFault)>,
}

#[derive(Debug, PartialEq)]
enum GpxFault {
    NotText,
    TooLarge(u64),
    Xml(String),
    NotGpx(String),
    Version(String),
    NoPoints,
    Missing(&'static str),
    NoNumber { what: &'static str, text: String },
    Fix(FixError),
    NoTime,
    BadTime(String),
    Backwards { line: u32 },
}

/// Reads a file.
///
/// # Errors
/// The file's own error, or every fault of what it holds.
pub(in super::super) fn load(path: &Path) -> Result<Vec<Point>, super::super::failure::Failure> {
    use super::super::failure::Failure;

    let failed = |error| Failure::File(path.to_owned(), error);
    let len = std::fs::metadata(path).map_err(failed)?.len();
    let faults = |faults| Failure::Gpx(GpxFaults { file: path.to_owned(), faults });
    if len > MAX_BYTES {
        return Err(faults(vec![(1, GpxFault::TooLarge(len))]));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let lines = good.iter().filter(|byte| **byte == b'\n').count();
        faults(vec![(1 + u32::try_from(lines).unwrap_or(u32::MAX), GpxFault::NotText)])
    })?;
    parse(text.trim_start_matches('\u{feff}')).map_err(faults)
}

fn parse(text: &str) -> Result<Vec<Point>, Vec<(u32, GpxFault)>> {
    let document = Document::parse_with_options(text, ParsingOptions { allow_dtd: false, ..ParsingOptions::default() })
        .map_err(|error| {
            // The message ends with the place, which is told before it.
            let message = error.to_string();
            let what = message.rsplit_once(" at ").map_or(message.as_str(), |(what, _)| what).to_owned();
            vec![(error.pos().row, GpxFault::Xml(what))]
        })?;
    let root = document.root_element();
    if root.tag_name().name() != "gpx" {
        return Err(vec![(line(&document, root), GpxFault::NotGpx(root.tag_name().name().to_owned()))]);
    }
    match root.attribute("version") {
        Some("1.0" | "1.1") => {}
        other => {
            let version = other.unwrap_or_default().to_owned();
            return Err(vec![(line(&document, root), GpxFault::Version(version))]);
        }
    }
    let mut points: Vec<Point> = Vec::new();
    let mut faults = Vec::new();
    let mut before = (i64::MIN, 0);
    for node in root.descendants().filter(|node| node.has_tag_name_of("trkpt")) {
        let at_line = line(&document, node);
        match point(node) {
            Ok(point) if point.at_ms < before.0 => faults.push((at_line, GpxFault::Backwards { line: before.1 })),
            Ok(point) => {
                before = (point.at_ms, at_line);
                points.push(point);
            }
            Err(fault) => faults.push((at_line, fault)),
        }
    }
    if points.is_empty() && faults.is_empty() {
        faults.push((line(&document, root), GpxFault::NoPoints));
    }
    if faults.is_empty() { Ok(points) } else { Err(faults) }
}

fn line(document: &Document<'_>, node: Node<'_, '_>) -> u32 {
    document.text_pos_at(node.range().start).row
}

/// Names are compared without their namespace: recorders write that of 1.0, of 1.1, or none.
trait Named {
    fn has_tag_name_of(&self, name: &str) -> bool;
}

impl Named for Node<'_, '_> {
    fn has_tag_name_of(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

fn point(node: Node<'_, '_>) -> Result<Point, GpxFault> {
    let degrees = |what: &'static str| -> Result<f64, GpxFault> {
        let text = node.attribute(what).ok_or(GpxFault::Missing(what))?;
        text.trim().parse().map_err(|_| GpxFault::NoNumber { what, text: text.to_owned() })
    };
    let (lat, lon) = (degrees("lat")?, degrees("lon")?);
    let child = |name| node.children().find(|child| child.has_tag_name_of(name));
    let said = |child: Node<'_, '_>| child.text().unwrap_or_default().trim().to_owned();
    let hdop = match child("hdop").map(said) {
        Some(text) => {
            let hdop: f64 = text.parse().map_err(|_| GpxFault::NoNumber { what: "hdop", text: text.clone() })?;
            Some(hdop)
        }
        None => None,
    };
    let stamp = child("time").map(said).ok_or(GpxFault::NoTime)?;
    let at_ms = instant(&stamp).ok_or(GpxFault::BadTime(stamp))?;
    let point = Point { at_ms, lat, lon, hdop };
    point.fix(10.0, false).map_err(GpxFault::Fix)?;
    Ok(point)
}

/// GPX times are those of XML Schema, in UTC where they name no zone.
fn instant(text: &str) -> Option<i64> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.timestamp_millis());
    }
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|local| local.and_utc().timestamp_millis())
}

impl GpxFaults {
    /// Says it in a language, a line for each fault.
    pub(in super::super) fn words(&self, lang: Lang) -> String {
        let mut text = format!(
            "{}: {}",
            self.file.display(),
            lang.pick(
                "jejak GPX ini tidak dapat dimainkan; belum ada yang dilakukan",
                "this GPX track can't be played; nothing was done"
            )
        );
        for (line, fault) in self.faults.iter().take(TOLD) {
            text.push_str(&format!("\n  {} {line}: {}", lang.pick("baris", "line"), fault.words(lang)));
        }
        if let more @ 1.. = self.faults.len().saturating_sub(TOLD) {
            text.push_str(&match lang {
                Lang::Id => format!("\n  dan {more} kesalahan lagi"),
                Lang::En => format!("\n  and {more} more"),
            });
        }
        text
    }
}

impl GpxFault {
    fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NotText, Lang::Id) => "bukan teks UTF-8".to_owned(),
            (Self::NotText, Lang::En) => "this is no UTF-8 text".to_owned(),
            (Self::TooLarge(len), Lang::Id) => {
                format!("berkas {} MB terlalu besar; paling besar {} MB", len >> 20, MAX_BYTES >> 20)
            }
            (Self::TooLarge(len), Lang::En) => {
                format!("{} MB are too much; at most {} MB are read", len >> 20, MAX_BYTES >> 20)
            }
            (Self::Xml(what), Lang::Id) => format!("bukan XML yang benar: {what}"),
            (Self::Xml(what), Lang::En) => format!("this is no well-formed XML: {what}"),
            (Self::NotGpx(name), Lang::Id) => format!("unsur pertamanya <{name}>, bukan <gpx>"),
            (Self::NotGpx(name), Lang::En) => format!("the outermost element is <{name}>, not <gpx>"),
            (Self::Version(version), Lang::Id) => format!("versi GPX \"{version}\" tidak dikenal; 1.0 atau 1.1"),
            (Self::Version(version), Lang::En) => format!("GPX version \"{version}\" is not known; 1.0 or 1.1 is"),
            (Self::NoPoints, Lang::Id) => "tidak ada <trkpt> di dalamnya; rute dan titik jalan bukan jejak".to_owned(),
            (Self::NoPoints, Lang::En) => "there is no <trkpt> in it; routes and waypoints are no track".to_owned(),
            (Self::Missing(what), Lang::Id) => format!("<trkpt> tanpa {what}"),
            (Self::Missing(what), Lang::En) => format!("a <trkpt> without {what}"),
            (Self::NoNumber { what, text }, Lang::Id) => format!("{what} \"{text}\" bukan bilangan"),
            (Self::NoNumber { what, text }, Lang::En) => format!("{what} \"{text}\" is no number"),
            (Self::Fix(error), Lang::En) => error.to_string(),
            (Self::Fix(FixError::Latitude(lat)), Lang::Id) => format!("lat harus dari -90 sampai 90, bukan {lat}"),
            (Self::Fix(FixError::Longitude(lon)), Lang::Id) => format!("lon harus dari -180 sampai 180, bukan {lon}"),
            (Self::Fix(_), Lang::Id) => "hdop harus bilangan di atas 0".to_owned(),
            (Self::NoTime, Lang::Id) => "<trkpt> tanpa <time>; jejak tanpa waktu tidak dapat dimainkan".to_owned(),
            (Self::NoTime, Lang::En) => "a <trkpt> without <time>; a track without times can't be played".to_owned(),
            (Self::BadTime(text), Lang::Id) => format!("\"{text}\" bukan waktu seperti 2021-07-27T08:00:00Z"),
            (Self::BadTime(text), Lang::En) => format!("\"{text}\" is no time like 2021-07-27T08:00:00Z"),
            (Self::Backwards { line }, Lang::Id) => format!("titik ini lebih awal daripada titik di baris {line}"),
            (Self::Backwards { line }, Lang::En) => format!("this point is earlier than the one at line {line}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TRACK: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">
  <trk><trkseg>
    <trkpt lat="-4.0100" lon="119.6300"><ele>12</ele><time>2021-07-26T23:30:00Z</time></trkpt>
    <trkpt lat="-4.0101" lon="119.6301"><time>2021-07-27T07:32:30+08:00</time><hdop>1.6</hdop></trkpt>
    <trkpt lat="-4.0102" lon="119.6302"><time>2021-07-26T23:35:00.250</time></trkpt>
  </trkseg></trk>
</gpx>
"#;

    fn faults(text: &str) -> Vec<u32> {
        parse(text).unwrap_err().into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn points_of_both_versions_are_read_with_their_times() {
        for text in [
            TRACK.to_owned(),
            TRACK.replace("1.1", "1.0").replace("/1/1", "/1/0"),
            TRACK.replace(" xmlns=\"http://www.topografix.com/GPX/1/1\"", ""),
        ] {
            let points = parse(&text).unwrap();
            let after: Vec<i64> = points.iter().map(|point| point.at_ms - points[0].at_ms).collect();
            assert_eq!(after, [0, 150_000, 300_250]);
            assert_eq!(points[0].at_ms, 1_627_342_200_000);
            let accuracy: Vec<f64> = points.iter().map(|point| point.fix(15.0, false).unwrap().accuracy_m()).collect();
            assert_eq!(accuracy, [15.0, 8.0, 15.0]);
        }
    }

    #[test]
    fn every_fault_is_named_with_its_line() {
        assert_eq!(faults(""), [1]);
        assert_eq!(faults("not xml"), [1]);
        assert_eq!(faults(&TRACK.replace("</trkseg>", "")), [7], "a tag that is closed by another");
        assert_eq!(faults("<kml/>"), [1]);
        assert_eq!(faults(&TRACK.replace("version=\"1.1\"", "version=\"2.0\"")), [2]);
        assert_eq!(faults(&TRACK.replace("trkpt", "wpt")), [2]);
        assert_eq!(faults(&TRACK.replace("lat=\"-4.0101\"", "lat=\"91\"")), [5]);
        assert_eq!(faults(&TRACK.replace("lat=\"-4.0101\"", "lat=\"NaN\"")), [5]);
        assert_eq!(faults(&TRACK.replace(" lon=\"119.6302\"", "")), [6]);
        assert_eq!(faults(&TRACK.replace("\"119.6300\"", "\"119,63\"")), [4]);
        assert_eq!(faults(&TRACK.replace("2021-07-26T23:30:00Z", "27 Juli")), [4]);
        assert_eq!(faults(&TRACK.replace("<time>2021-07-26T23:30:00Z</time>", "")), [4]);
        assert_eq!(faults(&TRACK.replace("23:35:00.250", "23:31:00")), [6]);
        assert_eq!(faults(&TRACK.replace("1.6", "-1")), [5]);
        let bomb = "<!DOCTYPE g [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><gpx version=\"1.1\">&b;</gpx>";
        assert!(parse(bomb).is_err(), "no entity of the file's own is expanded");
    }

    #[test]
    fn the_words_name_file_and_line_in_both_languages() {
        let found = parse(&TRACK.replace("<time>2021-07-26T23:30:00Z</time>", "")).unwrap_err();
        let found = GpxFaults { file: "jejak.gpx".into(), faults: found };
        assert!(found.words(Lang::Id).contains("jejak.gpx") && found.words(Lang::Id).contains("baris 4"));
        assert!(found.words(Lang::En).contains("line 4: a <trkpt> without <time>"));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,200}", cut in 0..TRACK.len()) {
            let _ = parse(&text);
            let _ = parse(TRACK.get(..cut).unwrap_or_default());
        }
    }
}
