//! The border's numbers from Rust, beside which `bench/phones/run` puts those of Kotlin and Swift. One JSON object, microseconds.

use std::{sync::Arc, time::Instant};

use hadir_bindings::{CheckInEngine, FixOrigin, HadirError, KeyVault, Language, OpenConfig, PlaceSeen, VaultError};
use hadir_office::TestOffice;

struct Plain;

impl KeyVault for Plain {
    fn wrap(&self, secret: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        Ok(secret)
    }
    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        Ok(wrapped)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let office = TestOffice::new("default".into(), "2026-11-24T08:00:00".into())?;
    let directory = tempfile::tempdir_in(std::env::var_os("HADIR_BENCH_DIR").unwrap_or_else(|| ".".into()))?;
    let config = OpenConfig {
        directory: directory.path().join("store").display().to_string(),
        app: "bench/1".into(),
        boot_mark: Some("7".into()),
        language: Language::Indonesian,
        proxy: None,
    };
    let engine = CheckInEngine::open(config, Arc::new(Plain))?;
    engine.enrol(office.invite("A-1".into())?)?;
    let place = PlaceSeen::Fix {
        latitude: -2.55,
        longitude: 120.37,
        accuracy_m: 25.0,
        age_ms: 800,
        origin: FixOrigin::Gnss,
        mock: Some(false),
        speed_mps: None,
        gnss_utc_ms: None,
    };
    let today = measured(500, 2_000, || {}, || engine.today().map(drop))?;
    let tap = measured(
        1_000,
        1_000,
        || office.advance(4_000),
        || engine.check_in(engine.begin_tap()?.id, place.clone()).map(drop),
    )?;
    engine.close();
    office.close();
    #[allow(clippy::print_stdout, reason = "its one output")]
    {
        println!("{{\"today\":{today},\"tap\":{tap}}}");
    }
    Ok(())
}

/// The median and the 99th percentile of `count` calls after `warm` ones, microseconds, as JSON.
fn measured(
    warm: usize,
    count: usize,
    between: impl Fn(),
    call: impl Fn() -> Result<(), HadirError>,
) -> Result<String, HadirError> {
    let mut taken = Vec::with_capacity(count);
    for number in 0..warm + count {
        between();
        let began = Instant::now();
        call()?;
        if number >= warm {
            taken.push(began.elapsed().as_secs_f64() * 1e6);
        }
    }
    taken.sort_by(f64::total_cmp);
    let at = |part: usize| taken[(taken.len() * part / 100).min(taken.len() - 1)];
    Ok(format!("{{\"p50\":{:.1},\"p99\":{:.1}}}", at(50), at(99)))
}
