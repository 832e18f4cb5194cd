//! How many bytes eight hours of live share take on the wire: Parepare's rule, a fix every two and a half minutes, a batch
//! every five, a sync every fifteen, through TLS; once with a connection of its own for every sync, as a telephone has whose
//! radio slept between, and once with sessions resumed.

use std::sync::Arc;

use chrono::TimeDelta;
use hadir_core::{
    engine::ShareNow,
    model::{CheckIn, Fix, FixSource},
    policy::{Side, sample_day},
    ports::{Cancel, Clock},
};

use super::{
    at, certificates,
    proxy::{Counted, Proxy},
    sync,
};
use crate::{
    figures::Report,
    site::{Agency, Outcome, SetClock, Vault, open_phone, scratch},
};
use hadir_core::engine::Ports;

const PART: &str = "track";
const POLICY: &str = "parepare-2021";
/// The promise, bytes.
const LIMIT: f64 = 400_000.0;
const SYNC_EVERY_MIN: i64 = 15;

/// Runs the part.
pub(crate) fn run(report: &mut Report) -> Outcome<()> {
    #[expect(clippy::cast_precision_loss, reason = "some hundred thousand")]
    let bytes = |count: u64| count as f64;
    let (killed, records) = day(true)?;
    let (open, _) = day(false)?;
    report.at_most(PART, "8 h of live share, a full handshake for each sync", bytes(killed.bytes()), "B", LIMIT);
    report.beside(PART, "of this sent by the phone", bytes(killed.up), "B");
    report.beside(PART, "connections", bytes(killed.connections), "");
    report.beside(PART, "records of live share", bytes(records), "");
    report.at_most(PART, "8 h of live share, the app open all day (sessions resumed)", bytes(open.bytes()), "B", LIMIT);
    Ok(())
}

/// Shares for a day and returns what went over the wire from the first fix to the last sync, and how many batches.
fn day(killed_between: bool) -> Outcome<(Counted, u64)> {
    let dir = scratch()?;
    let date = sample_day(POLICY).ok_or("the policy has no sample day")?;
    let clock = Arc::new(SetClock::new(at(date, 6, 0)));
    let agency = Agency::found_under(POLICY, &dir.path().join("office"), 4, at(date, 0, 0))?;
    let (ca, files) = certificates(dir.path())?;
    let server = agency.serve(clock.clone(), Some(files))?;
    let proxy = Proxy::start(server.address())?;
    agency.place(&*server.store(), 1, (date, date), Side::Home)?;
    let link = agency.invite(&*server.store(), 1, &format!("https://{}", proxy.address()), Some(&ca))?;
    let (home, vault) = (dir.path().join("phone"), Arc::new(Vault::new()?));
    let open = || open_phone(&home, &vault, |ports| Ports { clock: clock.clone(), ..ports });
    let mut phone = open()?;
    phone.enrol(&link, &Cancel::default())?;
    sync(&phone)?;
    let hours = phone.today()?.share.ok_or("no live share is asked for")?.hours;
    clock.set(hours.starts_ms);
    phone.share()?;
    let before = proxy.counted();
    let every_ms = TimeDelta::seconds(150).num_milliseconds();
    let mut records = 1;
    let mut now_ms = hours.starts_ms;
    let mut last_sync_ms = now_ms;
    while now_ms < hours.ends_ms {
        now_ms += every_ms;
        clock.set(now_ms);
        let fix = Fix::new(-4.012, 119.64, 11.5, 1_500, FixSource::Fused)?.with_mock(false);
        let shared = phone.track(&CheckIn::Fix(fix))?;
        records += shared.recorded.len() as u64;
        if now_ms - last_sync_ms >= SYNC_EVERY_MIN * 60_000 {
            // An idle connection is closed long before the next sync, by the phone, the server or the network.
            if killed_between {
                drop(phone);
                proxy.hang_up();
                phone = open()?;
            } else {
                proxy.hang_up();
            }
            sync(&phone)?;
            last_sync_ms = now_ms;
        }
    }
    let share = phone.today()?.share.ok_or("no live share is asked for")?;
    if share.state != ShareNow::Over || share.shared.inside_ms < 8 * 3_600_000 - 1_000 {
        return Err(format!("the day was not shared whole: {share:?}").into());
    }
    let counted = proxy.counted().since(before);
    debug_assert!(clock.read().wall_ms >= hours.ends_ms);
    drop(phone);
    server.stop();
    Ok((counted, records))
}
