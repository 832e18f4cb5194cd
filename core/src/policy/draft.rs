//! Writes a policy file for an administrator to start from.

use std::fmt::Write;

use chrono::NaiveDate;

use super::Shape;
use crate::schedule::Zone;

/// What is known when a new policy file is started.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// The city or regency.
    pub place: String,
    /// The office's zone.
    pub zone: Zone,
    /// The first duty date.
    pub valid_from: NaiveDate,
    /// The region's shapes; without them the table is written as a comment.
    pub shapes: Vec<Shape>,
}

/// A whole policy file with comments. It compiles as it is; everything in it is marked `ours` until a person says otherwise.
#[must_use]
pub fn draft(draft: &Draft) -> String {
    let Draft { id, place, zone, valid_from, .. } = draft;
    let (id, place) = (quoted(id), quoted(place));
    let mut file = format!(
        r#"# A policy: one circular. `hadir policy check FILE` names every mistake, with line and column.
#
# Every table says where its values come from: source = "circular" (the text says so), "reported" (the press or
# the agency says so), or "ours" (the text is silent, we chose). Keys that differ from their table are listed:
# ours = ["title"]. What is left out gets the product's default and counts as ours.
schema = 1
source = "ours"                  # change to "circular" once the text is in hand
id = {id}
title = "Absen empat kali sehari"
place = {place}
zone = "{zone}"
valid_from = {valid_from}
# valid_until = 2026-12-31       # or, where an act ends it: valid_until_act = "berakhirnya PPKM"
# supersedes = ["aturan-lama"]

[legal]
source = "ours"
kind = "surat edaran"
# number = "800/000/BKPSDM/2026"
# date = {valid_from}
issuer = {place}

[week]
source = "ours"
days = "mon-fri"
# [[week.units]]                 # units with another week
# units = ["sdn-1"]
# days = "mon-sat"

[check_in]
source = "ours"
modes = ["wfh"]                  # who owes a check-in: wfh, wfo, piket, recalled, exempt; [] for nobody

[[check_in.windows]]             # a time with a tolerance around it ...
times = ["08:00", "11:00", "14:00", "16:00"]
opens_before_min = 15
on_time_after_min = 15
# [[check_in.windows]]           # ... or spans, where the circular gives them
# days = "fri"
# spans = ["07:00-07:30", "11:30-12:30"]

[form]
source = "ours"
id = "form1"
opens_days_before = 1
entry = "07:30"                  # answers after this are marked late

# [live_share]
# source = "ours"
# starts = "07:30"
# hours = 8
# detail = "interval"            # or "point", only where the rule says so

[rotation]
source = "ours"
working_days = 1                 # 2 for turns of two days
others = "office"                # where people of no group work

[[groups]]                       # a quota names the side it caps
source = "ours"
id = "semua"
title = "Semua pegawai"
quota = {{ caps = "office", percent = 25 }}

[[exemptions]]                   # not sent home; never an excuse from attendance
source = "ours"
title = "Layanan kesehatan"
services = ["rsud", "puskesmas", "pustu"]

[[notices]]
source = "ours"
kind = "mask"
id = "Pakai masker di tempat kerja."
en = "Wear a mask at the workplace."

[evidence]
source = "ours"
grace_working_days = 3           # so long a window without a record is "not received yet", not "missed"
"#
    );
    region(&mut file, &place, &draft.shapes);
    file
}

/// The region's table.
fn region(file: &mut String, name: &str, shapes: &[Shape]) {
    let mut add = |line: std::fmt::Arguments<'_>| {
        // Writing to a String cannot fail.
        let _ = writeln!(file, "{line}");
    };
    if shapes.is_empty() {
        add(format_args!("\n# [region]                       # or import it: hadir policy new --region FILE.geojson"));
        add(format_args!("# source = \"ours\"\n# name = {name}\n# [[region.circles]]"));
        add(format_args!("# center = [120.19, -2.99]       # longitude first\n# radius_m = 15000"));
        return;
    }
    add(format_args!("\n[region]\nsource = \"ours\"\nname = {name}"));
    for shape in shapes {
        match shape {
            Shape::Circle { center, radius_m } => {
                add(format_args!("[[region.circles]]\ncenter = {}\nradius_m = {radius_m}", pair(*center)));
            }
            Shape::Polygon { outer, holes } => {
                add(format_args!("[[region.polygons]]\nouter = {}", ring(outer)));
                if !holes.is_empty() {
                    let holes: Vec<String> = holes.iter().map(|hole| ring(hole)).collect();
                    add(format_args!("holes = [{}]", holes.join(", ")));
                }
            }
        }
    }
}

fn pair(place: super::LonLat) -> String {
    format!("[{:?}, {:?}]", place.lon(), place.lat())
}

fn ring(places: &[super::LonLat]) -> String {
    let pairs: Vec<String> = places.iter().copied().map(pair).collect();
    let lines: Vec<String> = pairs.chunks(5).map(|chunk| format!("  {},", chunk.join(", "))).collect();
    format!("[\n{}\n]", lines.join("\n"))
}

/// A TOML text on one line, whatever is in it. JSON's escapes are TOML's; DEL alone is taken by one and refused by the other.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.replace('\u{7f}', " ")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Policy, shapes_from_geojson};

    fn with(shapes: Vec<Shape>) -> Draft {
        Draft {
            id: "kota-contoh-2026".into(),
            place: "Kota \"Contoh\"\n\u{7f}Baru".into(),
            zone: Zone::WIB,
            valid_from: "2026-12-01".parse().unwrap(),
            shapes,
        }
    }

    #[test]
    fn a_new_file_compiles_as_it_is() {
        let policy = Policy::parse(&draft(&with(Vec::new()))).unwrap();
        assert_eq!((policy.id.as_str(), policy.place.as_str()), ("kota-contoh-2026", "Kota \"Contoh\"\n Baru"));
        assert!(policy.region.is_none());
    }

    #[test]
    fn an_imported_region_comes_back_as_it_went_in() {
        let text = r#"{"type":"Polygon","coordinates":[
            [[120.0,-3.0],[120.4,-3.0],[120.4,-2.6],[120.123456,-2.5],[120.1,-2.55],[120.05,-2.7],[120.0,-3.0]],
            [[120.2,-2.9],[120.3,-2.9],[120.3,-2.8],[120.2,-2.9]]]}"#;
        let shapes = shapes_from_geojson(text).unwrap();
        let policy = Policy::parse(&draft(&with(shapes.clone()))).unwrap();
        assert_eq!(policy.region.unwrap().shapes, shapes);
    }
}
