//! `hadir policy new`: a file to start from, with the region from a GeoJSON file.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::NaiveDate;
use clap::Args;
use hadir_core::policy::{Draft, draft, shapes_from_geojson};
use hadir_core::schedule::Zone;

use crate::out::{Exit, Out};

/// Arguments of `new`.
#[derive(Args, Debug)]
pub(super) struct NewArgs {
    /// The policy's id: a-z, 0-9, - and _.
    #[arg(long, default_value = "kota-contoh")]
    id: String,
    /// The city or regency.
    #[arg(long, default_value = "Kota Contoh")]
    place: String,
    /// The office's zone: WIB, WITA, WIT or an IANA name.
    #[arg(long, default_value = "WITA", value_parser = zone)]
    zone: Zone,
    /// The first day on which it holds; today if left out.
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// A boundary as GeoJSON: its polygons become the region.
    #[arg(long, value_name = "FILE.geojson")]
    region: Option<PathBuf>,
    /// Where to write; an existing file is never overwritten. Standard output if left out.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn zone(name: &str) -> Result<Zone, String> {
    Zone::parse(Zone::name_of_abbreviation(name).unwrap_or(name)).map_err(|error| error.to_string())
}

pub(super) fn run(args: &NewArgs, how: Out, out: &mut impl Write, err: &mut impl Write) -> io::Result<Exit> {
    let lang = how.lang;
    let shapes = match &args.region {
        None => Vec::new(),
        Some(file) => {
            let text = match super::read(file, lang) {
                Ok(text) => text,
                Err(sentence) => {
                    writeln!(err, "{sentence}")?;
                    return Ok(Exit::Store);
                }
            };
            match shapes_from_geojson(&text) {
                Ok(shapes) => shapes,
                Err(error) => {
                    writeln!(err, "{}: {error}", file.display())?;
                    return Ok(Exit::Usage);
                }
            }
        }
    };
    let text = draft(&Draft {
        id: args.id.clone(),
        place: args.place.clone(),
        zone: args.zone,
        valid_from: args.from.unwrap_or_else(|| today(args.zone)),
        shapes,
    });
    if let Err(errors) = hadir_core::policy::Policy::parse(&text) {
        super::check::explain("hadir policy new", &text, &errors, lang, err)?;
        return Ok(Exit::Usage);
    }
    let Some(file) = &args.out else {
        out.write_all(text.as_bytes())?;
        return Ok(Exit::Done);
    };
    let written = OpenOptions::new().write(true).create_new(true).open(file);
    if let Err(error) = written.and_then(|mut opened| opened.write_all(text.as_bytes())) {
        writeln!(err, "{}: {error}", file.display())?;
        return Ok(Exit::Store);
    }
    let next = lang.pick("isi lalu periksa dengan", "fill it in, then");
    writeln!(out, "{}: {next} hadir policy check {}", file.display(), file.display())?;
    Ok(Exit::Done)
}

fn today(zone: Zone) -> NaiveDate {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    zone.local(i64::try_from(now.as_millis()).unwrap_or(i64::MAX)).date()
}
