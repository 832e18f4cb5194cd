//! How long the home screen takes: on an enrolled phone with a policy and an assignment, on the machine's disk and clock.

use std::{sync::Arc, time::Instant};

use chrono::Days;
use hadir_core::{
    adapters::SystemClock,
    engine::{Attempt, CheckInEngine},
    model::{Fix, FixSource},
    policy::Side,
    ports::{Cancel, Clock as _},
};

use crate::{
    figures::{Report, Samples},
    site::{Agency, Outcome, Vault, open_phone, scratch},
};

const PART: &str = "today";
const CALLS: u32 = 20_000;
/// Taps that are looked at after each; then the screen is drawn anew, from what was just recorded.
const TAPS: u32 = 200;
/// The promise, microseconds.
const LIMIT_US: f64 = 100.0;

pub(crate) fn run(report: &mut Report) -> Outcome<()> {
    let dir = scratch()?;
    let clock = Arc::new(SystemClock::new());
    let now_ms = clock.read().wall_ms;
    let agency = Agency::found(&dir.path().join("office"), 4, now_ms)?;
    let server = agency.serve(clock, None)?;
    // At home, so that there are windows to draw; on a weekend there are none.
    let date = chrono::DateTime::from_timestamp_millis(now_ms).ok_or("the clock shows no date")?.date_naive();
    agency.place(&*server.store(), 1, (date - Days::new(1), date + Days::new(1)), Side::Home)?;
    let link = agency.invite(&*server.store(), 1, &server.url(), None)?;
    let phone = open_phone(&dir.path().join("phone"), &Arc::new(Vault::new()?), |ports| ports)?;
    phone.enrol(&link, &Cancel::default())?;
    server.stop();
    let today = phone.today()?;
    if today.rule.is_none() || today.mode.is_none() {
        return Err("the phone has no rule or no assignment for today".into());
    }

    report.beside(PART, "windows owed on the day that is drawn", f64::from(u32::try_from(today.windows.len())?), "");

    let fix = Fix::new(-2.4, 120.2, 8.5, 1_500, FixSource::Fused)?;
    let morning = calls(&phone, CALLS)?;
    report.at_most(PART, "today(), nothing recorded yet, p50", morning.us(50.0), "µs", LIMIT_US);
    report.at_most(PART, "today(), nothing recorded yet, p99", morning.us(99.0), "µs", LIMIT_US);
    for _ in 0..4 {
        phone.check_in(Attempt::with_fix(fix.clone()))?;
    }
    let evening = calls(&phone, CALLS)?;
    report.at_most(PART, "today(), four taps recorded, p50", evening.us(50.0), "µs", LIMIT_US);
    report.at_most(PART, "today(), four taps recorded, p99", evening.us(99.0), "µs", LIMIT_US);
    let mut after = Samples::default();
    for _ in 0..TAPS {
        phone.check_in(Attempt::with_fix(fix.clone()))?;
        after.add(once(&phone)?);
    }
    report.at_most(PART, "today(), first after a tap, with 64 taps at hand, p50", after.us(50.0), "µs", LIMIT_US);
    report.beside(PART, "today(), first after a tap, with 64 taps at hand, p99", after.us(99.0), "µs");
    Ok(())
}

fn once(phone: &CheckInEngine) -> Outcome<std::time::Duration> {
    let before = Instant::now();
    let today = phone.today()?;
    let took = before.elapsed();
    drop(std::hint::black_box(today));
    Ok(took)
}

fn calls(phone: &CheckInEngine, count: u32) -> Outcome<Samples> {
    let mut samples = Samples::default();
    for _ in 0..count {
        samples.add(once(phone)?);
    }
    Ok(samples)
}
